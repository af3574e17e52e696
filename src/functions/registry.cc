#include "functions/registry.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "functions/casting.h"

namespace floe::functions {

using types::DataType;

void FunctionRegistry::Add(std::string_view name, FunctionEntry entry) {
  const bool added = entries_.emplace(std::string(name), std::move(entry)).second;
  FLOE_ASSERT(added);
}

void FunctionRegistry::AddOperator(std::string_view name, FunctionEntry entry) {
  entry.is_operator = true;
  Add(name, std::move(entry));
}

void FunctionRegistry::AddAlias(std::string_view alias, std::string_view name) {
  const FunctionEntry* entry = Find(name);
  FLOE_ASSERT(entry != nullptr);
  Add(alias, *entry);
}

const FunctionEntry* FunctionRegistry::Find(std::string_view upper_name) const {
  const auto found = entries_.find(upper_name);
  return found == entries_.end() ? nullptr : &found->second;
}

const FunctionRegistry& Functions() {
  static const FunctionRegistry* const kRegistry = [] {
    auto* registry = new FunctionRegistry();
    RegisterArithmetic(*registry);
    RegisterComparison(*registry);
    RegisterLogic(*registry);
    RegisterConditional(*registry);
    RegisterMath(*registry);
    RegisterRounding(*registry);
    RegisterStrings(*registry);
    RegisterStringSearch(*registry);
    RegisterStringEncoding(*registry);
    RegisterUrls(*registry);
    RegisterPatterns(*registry);
    RegisterDateTime(*registry);
    RegisterDateTimeText(*registry);
    RegisterDateTimeArithmetic(*registry);
    RegisterSessionTime(*registry);
    RegisterMiscellaneous(*registry);
    RegisterJson(*registry);
    return registry;
  }();
  return *kRegistry;
}

Error ArgumentMismatch(const ResolveRequest& request, std::string_view why) {
  std::string message = std::string(request.name) + " cannot be applied to (";
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    if (i > 0) message += ", ";
    const Expression& argument = *request.arguments[i];
    message +=
        IsSymbol(argument) ? std::get<std::string>(argument.literal()) : argument.type().ToString();
  }
  message += ")";
  if (!why.empty()) message += ": " + std::string(why);
  Error error(ErrorCode::kSqlTypeMismatch, std::move(message), request.span);
  const FunctionEntry* entry = Functions().Find(request.name);
  if (entry == nullptr || entry->signatures.empty()) return error;
  return std::move(error).WithHint("valid: " + entry->signatures);
}

Error UntypedNull(const ResolveRequest& request) {
  return Error(ErrorCode::kSqlValidation,
               "illegal use of NULL in " + std::string(request.name) + ": its type is not known",
               request.span)
      .WithHint("write CAST(NULL AS <type>)");
}

bool IsUntypedNull(const Expression& expression) {
  return expression.is_null_literal() && expression.type().kind() == types::TypeKind::kNull;
}

bool AnyNullable(std::span<const ExpressionPtr> arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const ExpressionPtr& argument) { return argument->type().nullable(); });
}

namespace {

Result<ExpressionPtr> CoerceArgument(const ResolveRequest& request, size_t index, char letter) {
  const ExpressionPtr& argument = request.arguments[index];
  const DataType& type = argument->type();
  if (IsUntypedNull(*argument)) return UntypedNull(request);
  if (IsSymbol(*argument)) return ArgumentMismatch(request);
  switch (letter) {
    case 's':
      if (type.is_character()) return argument;
      if (type.is_numeric() || type.kind() == types::TypeKind::kBoolean || type.is_datetime()) {
        return CoerceTo(argument, DataType::String(), request.options);
      }
      break;
    case 't':  // a text, without a cast to it
      if (type.is_character()) return argument;
      break;
    case 'i':
      if (type.is_integer()) return CoerceTo(argument, DataType::BigInt(), request.options);
      break;
    case 'n':
      if (type.is_numeric()) return CoerceTo(argument, DataType::Double(), request.options);
      break;
    case 'b':
      if (type.kind() == types::TypeKind::kBoolean) return argument;
      break;
    case 'y':
      if (type.is_character() || type.is_binary()) return argument;
      break;
    default:
      break;
  }
  return ArgumentMismatch(request);
}

struct ParameterCount {
  int min = 0;
  int max = 0;
};

ParameterCount CountParameters(std::string_view parameters) {
  ParameterCount count;
  bool optional = false;
  for (char letter : parameters) {
    if (letter == 'z') continue;
    if (letter == '?') {
      optional = true;
    } else if (letter == '*') {
      count.max = kAnyCount;
    } else {
      if (!optional) ++count.min;
      ++count.max;
    }
  }
  return count;
}

}  // namespace

Status CoerceArguments(ResolveRequest& request, std::string_view parameters) {
  size_t index = 0;
  char last = 's';
  bool wants_zone = false;
  for (char letter : parameters) {
    if (letter == 'z') wants_zone = true;
    if (letter == 'z' || letter == '?' || letter == '*') continue;
    last = letter;
    if (index == request.arguments.size()) continue;
    FLOE_ASSIGN(request.arguments[index], CoerceArgument(request, index, letter));
    ++index;
  }
  for (; index < request.arguments.size(); ++index) {
    FLOE_ASSIGN(request.arguments[index], CoerceArgument(request, index, last));
  }
  if (wants_zone) request.arguments.push_back(StringLiteral(request.options.time_zone));
  return Status::Ok();
}

void AddStrict(FunctionRegistry& registry, std::span<const StrictFunction> functions) {
  for (const StrictFunction& strict : functions) {
    const ParameterCount count = CountParameters(strict.parameters);
    FunctionEntry entry;
    entry.min_arguments = count.min;
    entry.max_arguments = count.max;
    entry.signatures = strict.signatures;
    entry.resolve = [&strict](ResolveRequest& request) -> Result<ExpressionPtr> {
      FLOE_TRY(CoerceArguments(request, strict.parameters));
      DataType type = strict.result(request.arguments);
      const bool nullable =
          strict.nullability == Nullability::kForce ||
          (strict.nullability == Nullability::kAny && AnyNullable(request.arguments));
      type = type.WithNullable(nullable).WithTimeAttribute(types::TimeAttribute::kNone);
      return Expression::Call(&strict.function, std::move(request.arguments), std::move(type),
                              request.span);
    };
    registry.Add(strict.function.name, std::move(entry));
  }
}

DataType StringResult(std::span<const ExpressionPtr>) { return DataType::String(); }
DataType IntegerResult(std::span<const ExpressionPtr>) { return DataType::Integer(); }
DataType BigIntResult(std::span<const ExpressionPtr>) { return DataType::BigInt(); }
DataType DoubleResult(std::span<const ExpressionPtr>) { return DataType::Double(); }
DataType BooleanResult(std::span<const ExpressionPtr>) { return DataType::Boolean(); }
DataType BytesResult(std::span<const ExpressionPtr>) { return DataType::Bytes(); }
DataType DateResult(std::span<const ExpressionPtr>) { return DataType::Date(); }
DataType FirstArgumentResult(std::span<const ExpressionPtr> arguments) {
  return arguments[0]->type();
}
DataType VaryingFirstResult(std::span<const ExpressionPtr> arguments) {
  const DataType& type = arguments[0]->type();
  return type.kind() == types::TypeKind::kChar ? DataType::Varchar(type.length()) : type;
}

}  // namespace floe::functions
