// All functions and operators by name, and how a call of each is resolved.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "functions/expression.h"
#include "functions/resolve.h"
#include "functions/scalar_function.h"

namespace floe::functions {

struct ResolveRequest {
  std::string_view name;  // upper case
  std::vector<ExpressionPtr> arguments;
  const SessionOptions& options;
  SourceSpan span;

  const types::DataType& type(size_t index) const { return arguments[index]->type(); }
};

inline constexpr int kAnyCount = -1;

struct FunctionEntry {
  int min_arguments = 0;
  int max_arguments = 0;   // kAnyCount: no limit
  std::string signatures;  // the valid forms, for messages
  bool is_operator = false;
  std::function<Result<ExpressionPtr>(ResolveRequest&)> resolve;
};

class FunctionRegistry {
 public:
  // REQUIRES: the name is new and upper case.
  void Add(std::string_view name, FunctionEntry entry);
  void AddOperator(std::string_view name, FunctionEntry entry);
  // Another name of the same function.
  void AddAlias(std::string_view alias, std::string_view name);
  const FunctionEntry* Find(std::string_view upper_name) const;
  const std::map<std::string, FunctionEntry, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, FunctionEntry, std::less<>> entries_;
};

// Filled on first use by the Register… functions below; immutable then.
const FunctionRegistry& Functions();

// "F cannot be applied to (INT, STRING)" with the valid forms.
Error ArgumentMismatch(const ResolveRequest& request, std::string_view why = "");
// A NULL without a type where Flink wants one.
Error UntypedNull(const ResolveRequest& request);
bool IsUntypedNull(const Expression& expression);
bool AnyNullable(std::span<const ExpressionPtr> arguments);

// Functions whose arguments are coerced by simple rules and evaluated strictly.
enum class Nullability : uint8_t {
  kAny,    // nullable if an argument is
  kForce,  // always nullable
  kNever,
};

using ResultTypeRule = types::DataType (*)(std::span<const ExpressionPtr>);

struct StrictFunction {
  ScalarFunction function;
  // One letter per parameter: s string (numbers and others become text), t text (nothing else), i
  // integer (becomes BIGINT), n number (becomes DOUBLE), b boolean, y bytes or string, z the
  // session's time zone (appended, not written by the user); '?' before optional ones; '*' at the
  // end: the last one may repeat.
  const char* parameters;
  ResultTypeRule result;
  Nullability nullability;
  const char* signatures;
};

// Adds functions of static storage.
void AddStrict(FunctionRegistry& registry, std::span<const StrictFunction> functions);
// Applies the parameter letters to the request's arguments.
Status CoerceArguments(ResolveRequest& request, std::string_view parameters);

// Result types for tables of StrictFunctions.
types::DataType StringResult(std::span<const ExpressionPtr>);
types::DataType IntegerResult(std::span<const ExpressionPtr>);
types::DataType BigIntResult(std::span<const ExpressionPtr>);
types::DataType DoubleResult(std::span<const ExpressionPtr>);
types::DataType BooleanResult(std::span<const ExpressionPtr>);
types::DataType BytesResult(std::span<const ExpressionPtr>);
types::DataType DateResult(std::span<const ExpressionPtr>);
types::DataType FirstArgumentResult(std::span<const ExpressionPtr>);
// The first argument's type, CHAR(n) as VARCHAR(n).
types::DataType VaryingFirstResult(std::span<const ExpressionPtr>);

// One per file of functions.
void RegisterArithmetic(FunctionRegistry& registry);
void RegisterComparison(FunctionRegistry& registry);
void RegisterLogic(FunctionRegistry& registry);
void RegisterConditional(FunctionRegistry& registry);
void RegisterMath(FunctionRegistry& registry);
void RegisterRounding(FunctionRegistry& registry);
void RegisterStrings(FunctionRegistry& registry);
void RegisterStringSearch(FunctionRegistry& registry);
void RegisterStringEncoding(FunctionRegistry& registry);
void RegisterUrls(FunctionRegistry& registry);
void RegisterPatterns(FunctionRegistry& registry);
void RegisterDateTime(FunctionRegistry& registry);
void RegisterDateTimeText(FunctionRegistry& registry);
void RegisterDateTimeArithmetic(FunctionRegistry& registry);
void RegisterSessionTime(FunctionRegistry& registry);
void RegisterMiscellaneous(FunctionRegistry& registry);
void RegisterJson(FunctionRegistry& registry);

}  // namespace floe::functions
