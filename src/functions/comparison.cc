// = <> < <= > >=, IS [NOT] DISTINCT FROM, BETWEEN and IN.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "functions/casting.h"
#include "functions/decimal.h"
#include "functions/kernel.h"
#include "functions/registry.h"
#include "functions/type_rules.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// Both arguments have one physical type; DECIMALs may differ in scale.
template <typename Compare>
Result<BoundKernel> MakeComparison(const KernelRequest& request) {
  const Physical physical = PhysicalOf(request.argument_type(0).kind());
  if (physical == Physical::kInt128) {
    const int left = request.argument_type(0).scale();
    const int right = request.argument_type(1).scale();
    if (left == right) {
      return Total<uint8_t, Int128, Int128>(
          [](Int128 a, Int128 b) { return static_cast<uint8_t>(Compare()(a, b)); });
    }
    return Total<uint8_t, Int128, Int128>([left, right](Int128 a, Int128 b) {
      return static_cast<uint8_t>(Compare()(CompareDecimal(a, left, b, right), 0));
    });
  }
  return VisitPhysical(physical, [](auto tag) -> BoundKernel {
    using T = typename decltype(tag)::type;
    return Total<uint8_t, T, T>(
        [](const T& a, const T& b) { return static_cast<uint8_t>(Compare()(a, b)); });
  });
}

// NULL is a value here, equal to itself.
template <bool kDistinct>
Result<BoundKernel> MakeDistinct(const KernelRequest& request) {
  FLOE_ASSIGN(BoundKernel equal, MakeComparison<std::equal_to<>>(request));
  return BoundKernel{[equal = equal.kernel](KernelCall& call) -> Status {
                       Vector compared;
                       compared.physical = Physical::kBool;
                       KernelCall inner{call.context, call.errors,    call.selection,
                                        call.length,  call.arguments, &compared};
                       FLOE_TRY(equal(inner));
                       FLOE_ASSIGN(uint8_t * out, AllocateResult<uint8_t>(call));
                       const Vector& a = call.arguments[0];
                       const Vector& b = call.arguments[1];
                       ForEachRow(call, [&](int64_t row) {
                         const bool left = a.IsValid(row);
                         const bool right = b.IsValid(row);
                         const bool same = left && right
                                               ? compared.data<uint8_t>()[compared.index(row)] != 0
                                               : left == right;
                         out[row] = static_cast<uint8_t>(same != kDistinct);
                       });
                       return Status::Ok();
                     },
                     true};
}

#define FLOE_COMPARISON(variable, text, compare)                                 \
  const ScalarFunction variable {                                                \
    text, CallForm::kStrict, PrintForm::kInfix, true, 0, MakeComparison<compare> \
  }
FLOE_COMPARISON(kEqual, "=", std::equal_to<>);
FLOE_COMPARISON(kNotEqual, "<>", std::not_equal_to<>);
FLOE_COMPARISON(kLess, "<", std::less<>);
FLOE_COMPARISON(kLessOrEqual, "<=", std::less_equal<>);
FLOE_COMPARISON(kGreater, ">", std::greater<>);
FLOE_COMPARISON(kGreaterOrEqual, ">=", std::greater_equal<>);
#undef FLOE_COMPARISON
const ScalarFunction kDistinctFrom{
    "IS DISTINCT FROM", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeDistinct<true>};
const ScalarFunction kNotDistinctFrom{
    "IS NOT DISTINCT FROM", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeDistinct<false>};

// BOOLEAN = text compares objects of different classes in Flink: never equal, NULL aside.
template <bool kResult>
Result<BoundKernel> MakeUnlike(const KernelRequest&) {
  return BoundKernel{[](KernelCall& call) -> Status {
                       if (HasConstantNull(call)) return SetConstantNull(call);
                       FLOE_ASSIGN(uint8_t * out, AllocateResult<uint8_t>(call));
                       std::fill(out, out + call.length, uint8_t{kResult ? 1 : 0});
                       return CombineValidity(call);
                     },
                     true};
}
const ScalarFunction kNeverEqual{"=", CallForm::kStrict, PrintForm::kInfix, true,
                                 0,   MakeUnlike<false>};
const ScalarFunction kAlwaysUnequal{"<>", CallForm::kStrict, PrintForm::kInfix, true,
                                    0,    MakeUnlike<true>};

const ScalarFunction* FunctionOf(std::string_view name) {
  for (const ScalarFunction* function : {&kEqual, &kNotEqual, &kLess, &kLessOrEqual, &kGreater,
                                         &kGreaterOrEqual, &kDistinctFrom, &kNotDistinctFrom}) {
    if (function->name == name) return function;
  }
  return nullptr;
}

// The type in which two numbers are compared: Java's promotion, DECIMAL against integers exactly.
DataType ComparedNumber(const DataType& a, const DataType& b) {
  if (a.kind() == TypeKind::kDouble || b.kind() == TypeKind::kDouble) return DataType::Double();
  const bool decimal = a.kind() == TypeKind::kDecimal || b.kind() == TypeKind::kDecimal;
  if (a.is_approximate() || b.is_approximate()) {
    return decimal ? DataType::Double() : DataType::Float();
  }
  return a.kind() >= b.kind() ? a : b;
}

Status CoerceNumbers(ResolveRequest& request) {
  const DataType common = ComparedNumber(request.type(0), request.type(1));
  for (ExpressionPtr& argument : request.arguments) {
    const DataType wanted =
        common.kind() == TypeKind::kDecimal ? ExactAsDecimal(argument->type()) : common;
    FLOE_ASSIGN(argument, CoerceTo(argument, wanted, request.options));
  }
  return Status::Ok();
}

// Text against a time is read as the time: a literal must be one, other text is NULL if it is not.
Status CoerceTextToTime(ResolveRequest& request, size_t text) {
  const DataType time = request.type(1 - text);
  ExpressionPtr& argument = request.arguments[text];
  if (argument->kind() == ExpressionKind::kLiteral) {
    FLOE_ASSIGN(argument, CoerceTo(argument, time, request.options));
  } else {
    FLOE_ASSIGN(argument, TryCoerceTo(argument, time, request.options));
  }
  return Status::Ok();
}

enum class Pairing : uint8_t { kComparable, kUnlike };

// Brings the two arguments to one physical type.
Result<Pairing> Pair(ResolveRequest& request) {
  for (size_t i = 0; i < 2; ++i) {
    if (!IsUntypedNull(*request.arguments[i])) continue;
    const DataType other = request.type(1 - i);
    if (other.kind() == TypeKind::kNull) continue;
    FLOE_ASSIGN(request.arguments[i], CoerceTo(request.arguments[i], other, request.options));
  }
  const DataType a = request.type(0);
  const DataType b = request.type(1);
  if (a.is_nested() || b.is_nested()) {
    return Error(ErrorCode::kSqlUnsupported,
                 "comparing values of ARRAY, MAP or ROW is not supported yet", request.span);
  }
  if (a.is_numeric() && b.is_numeric()) {
    FLOE_TRY(CoerceNumbers(request));
    return Pairing::kComparable;
  }
  if (a.is_timestamp() && a.kind() == b.kind()) {
    const DataType& finer = a.precision() >= b.precision() ? a : b;
    FLOE_ASSIGN(request.arguments[0], CoerceTo(request.arguments[0], finer, request.options));
    FLOE_ASSIGN(request.arguments[1], CoerceTo(request.arguments[1], finer, request.options));
    return Pairing::kComparable;
  }
  if ((a.is_character() && b.is_character()) || (a.is_binary() && b.is_binary()) ||
      (a.kind() == b.kind() && a.kind() != TypeKind::kNull)) {
    return Pairing::kComparable;
  }
  if (a.is_datetime() && b.is_character()) {
    FLOE_TRY(CoerceTextToTime(request, 1));
    return Pairing::kComparable;
  }
  if (b.is_datetime() && a.is_character()) {
    FLOE_TRY(CoerceTextToTime(request, 0));
    return Pairing::kComparable;
  }
  const bool text_and_boolean = (a.is_character() && b.kind() == TypeKind::kBoolean) ||
                                (b.is_character() && a.kind() == TypeKind::kBoolean);
  if (text_and_boolean && (request.name == "=" || request.name == "<>")) return Pairing::kUnlike;
  return ArgumentMismatch(request, "the two have no common type; cast one of them");
}

ExpressionPtr NullBoolean(SourceSpan span) {
  return Expression::Literal(std::monostate(), DataType::Boolean(), span);
}

Result<ExpressionPtr> ResolveComparison(ResolveRequest& request) {
  const ScalarFunction* function = FunctionOf(request.name);
  const bool distinct = function == &kDistinctFrom || function == &kNotDistinctFrom;
  if (IsUntypedNull(*request.arguments[0]) && IsUntypedNull(*request.arguments[1])) {
    if (!distinct) return NullBoolean(request.span);
    return BooleanLiteral(function == &kNotDistinctFrom, request.span);
  }
  FLOE_ASSIGN(Pairing pairing, Pair(request));
  if (pairing == Pairing::kUnlike) function = request.name == "=" ? &kNeverEqual : &kAlwaysUnequal;
  const DataType type =
      DataType::Boolean().WithNullable(!distinct && AnyNullable(request.arguments));
  return Expression::Call(function, std::move(request.arguments), type, request.span);
}

// --- BETWEEN -----------------------------------------------------------------------------------

Result<ExpressionPtr> Compare(std::string_view name, const ExpressionPtr& a, const ExpressionPtr& b,
                              const ResolveRequest& request) {
  return ResolveCall(name, {a, b}, request.options, request.span);
}

// x BETWEEN low AND high is x >= low AND x <= high.
Result<ExpressionPtr> Between(const ExpressionPtr& low, const ExpressionPtr& high,
                              const ResolveRequest& request) {
  FLOE_ASSIGN(ExpressionPtr above, Compare(">=", request.arguments[0], low, request));
  FLOE_ASSIGN(ExpressionPtr below, Compare("<=", request.arguments[0], high, request));
  return ResolveCall("AND", {above, below}, request.options, request.span);
}

Result<ExpressionPtr> Negate(ExpressionPtr condition, const ResolveRequest& request) {
  return ResolveCall("NOT", {std::move(condition)}, request.options, request.span);
}

Result<ExpressionPtr> ResolveBetween(ResolveRequest& request) {
  FLOE_ASSIGN(ExpressionPtr condition,
              Between(request.arguments[1], request.arguments[2], request));
  if (request.name.ends_with("SYMMETRIC")) {
    FLOE_ASSIGN(ExpressionPtr swapped,
                Between(request.arguments[2], request.arguments[1], request));
    FLOE_ASSIGN(condition, ResolveCall("OR", {condition, swapped}, request.options, request.span));
  }
  if (!request.name.starts_with("NOT")) return condition;
  return Negate(std::move(condition), request);
}

// --- IN ----------------------------------------------------------------------------------------

// The values of an IN list that are known when the kernel is made.
template <typename T>
struct ValueSet {
  std::unordered_set<T> values;
  bool has_null = false;
  std::vector<ExpressionPtr> owners;  // of text
};

template <typename T>
T LiteralAs(const LiteralValue& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return std::get<std::string>(value);
  } else {
    return static_cast<T>(std::get<int64_t>(value));
  }
}

template <typename T>
ValueSet<T> ReadSet(const KernelRequest& request) {
  ValueSet<T> set;
  set.owners.assign(request.arguments.begin(), request.arguments.end());
  for (const ExpressionPtr& value : request.arguments.subspan(1)) {
    if (value->is_null_literal()) {
      set.has_null = true;
    } else {
      set.values.insert(LiteralAs<T>(value->literal()));
    }
  }
  return set;
}

template <typename T, typename Stored>
BoundKernel InSet(const KernelRequest& request) {
  const auto set = std::make_shared<const ValueSet<Stored>>(ReadSet<Stored>(request));
  return {[set](KernelCall& call) -> Status {
            const Vector& operand = call.arguments[0];
            FLOE_ASSIGN(uint8_t * out, AllocateResult<uint8_t>(call));
            FLOE_ASSIGN(uint8_t * valid, AllocateValidity(call));
            ForEachRow(call, [&](int64_t row) {
              out[row] = 0;
              if (!operand.IsValid(row)) {
                valid[row] = 0;
                return;
              }
              if (set->values.contains(Stored(operand.data<T>()[operand.index(row)]))) {
                out[row] = 1;
              } else if (set->has_null) {
                valid[row] = 0;
              }
            });
            return Status::Ok();
          },
          true};
}

Result<BoundKernel> MakeIn(const KernelRequest& request) {
  switch (PhysicalOf(request.argument_type(0).kind())) {
    case Physical::kString:
      return InSet<std::string_view, std::string_view>(request);
    case Physical::kInt8:
      return InSet<int8_t, int64_t>(request);
    case Physical::kInt16:
      return InSet<int16_t, int64_t>(request);
    case Physical::kInt32:
      return InSet<int32_t, int64_t>(request);
    default:
      return InSet<int64_t, int64_t>(request);
  }
}

const ScalarFunction kIn{"IN", CallForm::kStrict, PrintForm::kCall, true, 0, MakeIn};

// Lists of at least this many literals are looked up in a set.
constexpr size_t kMinSetSize = 4;

bool CanUseSet(const ResolveRequest& request) {
  const DataType& type = request.type(0);
  const Physical physical = PhysicalOf(type.kind());
  if (request.arguments.size() <= kMinSetSize || physical == Physical::kNone ||
      physical == Physical::kBool || physical == Physical::kFloat ||
      physical == Physical::kDouble || physical == Physical::kInt128) {
    return false;
  }
  return std::all_of(
      request.arguments.begin() + 1, request.arguments.end(), [&](const ExpressionPtr& value) {
        const DataType& other = value->type();
        const bool same = type.is_character() ? other.is_character() : other.SameKindAs(type);
        return value->kind() == ExpressionKind::kLiteral && (IsUntypedNull(*value) || same);
      });
}

// A literal of a narrower integer type takes the operand's.
Status WidenIntegers(ResolveRequest& request) {
  const DataType type = request.type(0);
  for (size_t i = 1; i < request.arguments.size(); ++i) {
    ExpressionPtr& value = request.arguments[i];
    if (type.is_integer() && value->type().is_integer() && value->type().kind() < type.kind()) {
      FLOE_ASSIGN(value, CoerceTo(value, type, request.options));
    }
  }
  return Status::Ok();
}

Result<ExpressionPtr> ResolveIn(ResolveRequest& request) {
  const bool negated = request.name.starts_with("NOT");
  FLOE_TRY(WidenIntegers(request));
  ExpressionPtr condition;
  if (CanUseSet(request)) {
    const DataType type = DataType::Boolean().WithNullable(AnyNullable(request.arguments));
    condition = Expression::Call(&kIn, request.arguments, type, request.span);
  } else {
    for (size_t i = 1; i < request.arguments.size(); ++i) {
      FLOE_ASSIGN(ExpressionPtr equal,
                  Compare("=", request.arguments[0], request.arguments[i], request));
      if (condition == nullptr) {
        condition = std::move(equal);
      } else {
        FLOE_ASSIGN(condition,
                    ResolveCall("OR", {condition, equal}, request.options, request.span));
      }
    }
  }
  return negated ? Negate(std::move(condition), request) : Result<ExpressionPtr>(condition);
}

}  // namespace

void RegisterComparison(FunctionRegistry& registry) {
  for (std::string_view name :
       {"=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"}) {
    const std::string form = "<value> " + std::string(name) + " <value> of comparable types";
    registry.AddOperator(name, {2, 2, form, true, ResolveComparison});
  }
  for (std::string_view name :
       {"BETWEEN", "NOT BETWEEN", "BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC"}) {
    registry.AddOperator(name, {3, 3, "<value> BETWEEN <value> AND <value>", true, ResolveBetween});
  }
  registry.AddOperator("IN", {2, kAnyCount, "<value> IN (<value>, …)", true, ResolveIn});
  registry.AddOperator("NOT IN", {2, kAnyCount, "<value> NOT IN (<value>, …)", true, ResolveIn});
}

}  // namespace floe::functions
