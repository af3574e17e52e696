// CASE, COALESCE, IF, IFNULL, NULLIF, LEAST and GREATEST.
#include <algorithm>
#include <utility>
#include <vector>

#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

const ScalarFunction kCase{"CASE", CallForm::kCase, PrintForm::kCase, true, 0, nullptr};
const ScalarFunction kCoalesce{"COALESCE", CallForm::kCoalesce, PrintForm::kCall, true, 0, nullptr};

// The common type of some arguments; an error if all are NULL without a type, or do not meet.
Result<DataType> CommonTypeOfArguments(const ResolveRequest& request,
                                       const std::vector<ExpressionPtr>& arguments) {
  std::vector<DataType> types;
  for (const ExpressionPtr& argument : arguments) types.push_back(argument->type());
  auto common = CommonType(types);
  if (!common.ok()) return ArgumentMismatch(request, common.error().message());
  if (common->kind() == TypeKind::kNull) return UntypedNull(request);
  if (common->is_nested()) {
    return Error(
        ErrorCode::kSqlUnsupported,
        "values of ARRAY, MAP or ROW in " + std::string(request.name) + " are not supported yet",
        request.span);
  }
  return common;
}

Status CoerceAll(std::vector<ExpressionPtr>& arguments, const DataType& type,
                 const SessionOptions& options) {
  for (ExpressionPtr& argument : arguments) {
    FLOE_ASSIGN(argument, CoerceTo(argument, type, options));
  }
  return Status::Ok();
}

// arguments: condition, result, …, otherwise.
Result<ExpressionPtr> ResolveCase(ResolveRequest& request) {
  if (request.arguments.size() % 2 == 0) return ArgumentMismatch(request);
  std::vector<ExpressionPtr> results;
  for (size_t i = 1; i < request.arguments.size(); i += 2) results.push_back(request.arguments[i]);
  results.push_back(request.arguments.back());
  FLOE_ASSIGN(DataType common, CommonTypeOfArguments(request, results));
  for (size_t i = 0; i + 1 < request.arguments.size(); i += 2) {
    ExpressionPtr& condition = request.arguments[i];
    if (IsUntypedNull(*condition)) {
      FLOE_ASSIGN(condition, CoerceTo(condition, DataType::Boolean(), request.options));
    }
    if (condition->type().kind() != TypeKind::kBoolean) {
      return ArgumentMismatch(request, "WHEN needs a BOOLEAN");
    }
    FLOE_ASSIGN(request.arguments[i + 1],
                CoerceTo(request.arguments[i + 1], common, request.options));
  }
  FLOE_ASSIGN(request.arguments.back(),
              CoerceTo(request.arguments.back(), common, request.options));
  return Expression::Call(&kCase, std::move(request.arguments),
                          common.WithNullable(AnyNullable(results)), request.span);
}

Result<ExpressionPtr> ResolveCoalesce(ResolveRequest& request) {
  FLOE_ASSIGN(DataType common, CommonTypeOfArguments(request, request.arguments));
  const bool nullable =
      std::all_of(request.arguments.begin(), request.arguments.end(),
                  [](const ExpressionPtr& argument) { return argument->type().nullable(); });
  std::erase_if(request.arguments,
                [](const ExpressionPtr& argument) { return IsUntypedNull(*argument); });
  FLOE_TRY(CoerceAll(request.arguments, common, request.options));
  return Expression::Call(&kCoalesce, std::move(request.arguments), common.WithNullable(nullable),
                          request.span);
}

// Numbers meet in their common type; other results take that of the second argument.
Result<ExpressionPtr> ResolveIf(ResolveRequest& request) { return ResolveCase(request); }

Result<ExpressionPtr> ResolveNullIf(ResolveRequest& request) {
  const ExpressionPtr value = request.arguments[0];
  if (IsUntypedNull(*value)) return UntypedNull(request);
  FLOE_ASSIGN(ExpressionPtr equal,
              ResolveCall("=", {value, request.arguments[1]}, request.options, request.span));
  return ResolveCall("CASE", {equal, NullLiteral(request.span), value}, request.options,
                     request.span);
}

// The smallest (or largest) of all arguments, NULL if one is NULL.
template <bool kGreatest>
Result<BoundKernel> MakeExtreme(const KernelRequest& request) {
  return BoundKernel{
      [physical = PhysicalOf(request.type.kind())](KernelCall& call) -> Status {
        if (HasConstantNull(call)) return SetConstantNull(call);
        FLOE_TRY(CombineValidity(call));
        return VisitPhysical(physical, [&](auto tag) -> Status {
          using T = typename decltype(tag)::type;
          FLOE_ASSIGN(T * out, AllocateResult<T>(call));
          std::vector<std::shared_ptr<const void>> owners;
          const uint8_t* valid = call.result->validity;
          bool first = true;
          for (const Vector& argument : call.arguments) {
            owners.push_back(argument.owner);
            owners.push_back(argument.array);
            const T* values = argument.data<T>();
            ForEachRow(call, [&](int64_t row) {
              if (valid != nullptr && valid[row] == 0) return;
              const T& value = values[argument.index(row)];
              if (first || (kGreatest ? value > out[row] : value < out[row])) out[row] = value;
            });
            first = false;
          }
          call.result->owner =
              std::make_shared<std::vector<std::shared_ptr<const void>>>(std::move(owners));
          return Status::Ok();
        });
      },
      true};
}

const ScalarFunction kLeast{"LEAST", CallForm::kStrict, PrintForm::kCall, true,
                            0,       MakeExtreme<false>};
const ScalarFunction kGreatest{"GREATEST", CallForm::kStrict, PrintForm::kCall, true,
                               0,          MakeExtreme<true>};

// Flink plans LEAST and GREATEST of DECIMAL with FLOAT or DOUBLE, and fails when a row comes.
bool MixesExactAndApproximate(const ResolveRequest& request) {
  const auto any = [&](auto test) {
    return std::any_of(request.arguments.begin(), request.arguments.end(),
                       [&](const ExpressionPtr& argument) { return test(argument->type()); });
  };
  return any([](const DataType& type) { return type.kind() == TypeKind::kDecimal; }) &&
         any([](const DataType& type) { return type.is_approximate(); });
}

Result<BoundKernel> MakeUndefinedExtreme(const KernelRequest&) {
  return BoundKernel{[](KernelCall& call) -> Status {
                       if (HasConstantNull(call)) return SetConstantNull(call);
                       FLOE_ASSIGN(uint8_t * valid, AllocateCombinedValidity(call));
                       FLOE_TRY(AllocateResult<double>(call));
                       ForEachRow(call, [&](int64_t row) {
                         if (valid[row] == 0) return;
                         call.errors.Add(
                             row, Error(ErrorCode::kInvalidArgument,
                                        "LEAST and GREATEST do not compare DECIMAL with DOUBLE")
                                      .WithHint("cast the arguments to one type"));
                         valid[row] = 0;
                       });
                       return Status::Ok();
                     },
                     false};
}

const ScalarFunction kUndefinedLeast{"LEAST", CallForm::kStrict,   PrintForm::kCall, true,
                                     0,       MakeUndefinedExtreme};
const ScalarFunction kUndefinedGreatest{"GREATEST", CallForm::kStrict,   PrintForm::kCall, true,
                                        0,          MakeUndefinedExtreme};

Result<ExpressionPtr> ResolveExtreme(ResolveRequest& request) {
  FLOE_ASSIGN(DataType common, CommonTypeOfArguments(request, request.arguments));
  const bool undefined = MixesExactAndApproximate(request);
  if (undefined) common = DataType::Double();
  const DataType type = common.WithNullable(AnyNullable(request.arguments));
  FLOE_TRY(CoerceAll(request.arguments, common, request.options));
  const bool least = request.name == "LEAST";
  const ScalarFunction* function =
      undefined ? (least ? &kUndefinedLeast : &kUndefinedGreatest) : (least ? &kLeast : &kGreatest);
  return Expression::Call(function, std::move(request.arguments), type, request.span);
}

}  // namespace

void RegisterConditional(FunctionRegistry& registry) {
  registry.AddOperator("CASE", {3, kAnyCount,
                                "CASE WHEN <boolean> THEN <value> … [ELSE <value>] END with values "
                                "of a common type",
                                true, ResolveCase});
  registry.Add("COALESCE",
               {1, kAnyCount, "COALESCE(value, …) of a common type", false, ResolveCoalesce});
  registry.Add("IFNULL", {2, 2, "IFNULL(value, value) of a common type", false, ResolveCoalesce});
  registry.Add("IF", {3, 3, "IF(boolean, value, value) of a common type", false, ResolveIf});
  registry.Add("NULLIF", {2, 2, "NULLIF(value, value) of comparable types", false, ResolveNullIf});
  registry.Add("LEAST",
               {1, kAnyCount, "LEAST(value, …) of a common, ordered type", false, ResolveExtreme});
  registry.Add("GREATEST", {1, kAnyCount, "GREATEST(value, …) of a common, ordered type", false,
                            ResolveExtreme});
}

}  // namespace floe::functions
