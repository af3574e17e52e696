// Bound expressions: names are resolved, every node has its Flink type, implicit casts are
// explicit. Immutable; shared by plans and by the tasks that run them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace floe::functions {

class ScalarFunction;  // functions/scalar_function.h

// __int128 is not ISO C++.
__extension__ using Int128 = __int128;

// A constant, read by its type: monostate NULL; bool BOOLEAN; int64 integer kinds, DATE (days
// since 1970-01-01), TIME (ms of the day), TIMESTAMP and TIMESTAMP_LTZ (units of
// types::ToArrow), INTERVAL (ms or months); double FLOAT, DOUBLE; Int128 DECIMAL (unscaled);
// string CHAR, VARCHAR, BINARY, VARBINARY.
using LiteralValue = std::variant<std::monostate, bool, int64_t, double, Int128, std::string>;

enum class ExpressionKind : uint8_t {
  kColumn,  // an input column
  kLiteral,
  kCall,  // a scalar function; casts, CASE, AND and operators are functions too
};

class Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

class Expression {
 public:
  static ExpressionPtr Column(int index, types::DataType type, std::string name,
                              SourceSpan span = {});
  static ExpressionPtr Literal(LiteralValue value, types::DataType type, SourceSpan span = {});
  // For functions/ itself; others call Resolve… of functions/resolve.h.
  static ExpressionPtr Call(const ScalarFunction* function, std::vector<ExpressionPtr> arguments,
                            types::DataType type, SourceSpan span = {});

  ExpressionKind kind() const { return kind_; }
  const types::DataType& type() const { return type_; }
  const SourceSpan& span() const { return span_; }

  // kColumn: index into the input's columns, and its name for printing.
  int column() const { return column_; }
  const std::string& column_name() const { return column_name_; }
  // kLiteral
  const LiteralValue& literal() const { return literal_; }
  bool is_null_literal() const {
    return kind_ == ExpressionKind::kLiteral && std::holds_alternative<std::monostate>(literal_);
  }
  // kCall
  const ScalarFunction* function() const { return function_; }
  const std::vector<ExpressionPtr>& arguments() const { return arguments_; }

 private:
  Expression() = default;

  ExpressionKind kind_ = ExpressionKind::kLiteral;
  types::DataType type_;
  SourceSpan span_;
  int column_ = -1;
  std::string column_name_;
  LiteralValue literal_;
  const ScalarFunction* function_ = nullptr;
  std::vector<ExpressionPtr> arguments_;
};

// SQL-like text, as EXPLAIN prints it.
std::string ToString(const Expression& expression);
// Same tree, same columns, same types; spans and column names do not count.
bool SameExpression(const Expression& a, const Expression& b);
// The input columns that it reads, sorted, each once.
std::vector<int> ReferencedColumns(const Expression& expression);
// Column i becomes mapping[i]. REQUIRES: mapping holds a value >= 0 for each referenced column.
ExpressionPtr RemapColumns(const ExpressionPtr& expression, const std::vector<int>& mapping);
// Replaces each column i by replacements[i] (merges a projection into what is above it).
ExpressionPtr SubstituteColumns(const ExpressionPtr& expression,
                                const std::vector<ExpressionPtr>& replacements);

}  // namespace floe::functions
