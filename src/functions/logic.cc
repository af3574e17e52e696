// AND, OR, NOT and the IS tests of truth and NULL.
#include <string>
#include <utility>

#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

const ScalarFunction kAnd{"AND", CallForm::kAnd, PrintForm::kInfix, true, 0, nullptr};
const ScalarFunction kOr{"OR", CallForm::kOr, PrintForm::kInfix, true, 0, nullptr};

Result<BoundKernel> MakeNot(const KernelRequest&) {
  return Total<uint8_t, uint8_t>([](uint8_t a) { return static_cast<uint8_t>(a == 0); });
}
const ScalarFunction kNot{"NOT", CallForm::kStrict, PrintForm::kPrefix, true, 0, MakeNot};

// A test of a value that may be NULL: fn(valid, truth) for BOOLEAN, fn(valid, _) for the rest.
template <typename Fn>
BoundKernel Testing(Fn fn, bool reads_truth) {
  return {[fn, reads_truth](KernelCall& call) -> Status {
            const Vector& operand = call.arguments[0];
            FLOE_ASSIGN(uint8_t * out, AllocateResult<uint8_t>(call));
            ForEachRow(call, [&](int64_t row) {
              const bool valid = operand.IsValid(row);
              const bool truth =
                  reads_truth && valid && operand.data<uint8_t>()[operand.index(row)] != 0;
              out[row] = fn(valid, truth) ? 1 : 0;
            });
            return Status::Ok();
          },
          true};
}

Result<BoundKernel> MakeIsNull(const KernelRequest&) {
  return Testing([](bool valid, bool) { return !valid; }, false);
}
Result<BoundKernel> MakeIsNotNull(const KernelRequest&) {
  return Testing([](bool valid, bool) { return valid; }, false);
}
Result<BoundKernel> MakeIsTrue(const KernelRequest&) {
  return Testing([](bool, bool truth) { return truth; }, true);
}
Result<BoundKernel> MakeIsNotTrue(const KernelRequest&) {
  return Testing([](bool, bool truth) { return !truth; }, true);
}
Result<BoundKernel> MakeIsFalse(const KernelRequest&) {
  return Testing([](bool valid, bool truth) { return valid && !truth; }, true);
}
Result<BoundKernel> MakeIsNotFalse(const KernelRequest&) {
  return Testing([](bool valid, bool truth) { return !valid || truth; }, true);
}

constexpr ScalarFunction Test(std::string_view name, KernelFactory factory) {
  return {name, CallForm::kStrict, PrintForm::kPostfix, true, 0, factory};
}

const ScalarFunction kTests[] = {
    Test("IS NULL", MakeIsNull),    Test("IS NOT NULL", MakeIsNotNull),
    Test("IS TRUE", MakeIsTrue),    Test("IS NOT TRUE", MakeIsNotTrue),
    Test("IS FALSE", MakeIsFalse),  Test("IS NOT FALSE", MakeIsNotFalse),
    Test("IS UNKNOWN", MakeIsNull), Test("IS NOT UNKNOWN", MakeIsNotNull),
};

Status CoerceConditions(ResolveRequest& request) {
  for (ExpressionPtr& argument : request.arguments) {
    if (IsUntypedNull(*argument)) {
      FLOE_ASSIGN(argument, CoerceTo(argument, DataType::Boolean(), request.options));
    }
    if (argument->type().kind() != TypeKind::kBoolean) return ArgumentMismatch(request);
  }
  return Status::Ok();
}

Result<ExpressionPtr> LogicCall(ResolveRequest& request, const ScalarFunction& function) {
  FLOE_TRY(CoerceConditions(request));
  const DataType type = DataType::Boolean().WithNullable(AnyNullable(request.arguments));
  return Expression::Call(&function, std::move(request.arguments), type, request.span);
}

Result<ExpressionPtr> ResolveAnd(ResolveRequest& request) { return LogicCall(request, kAnd); }
Result<ExpressionPtr> ResolveOr(ResolveRequest& request) { return LogicCall(request, kOr); }
Result<ExpressionPtr> ResolveNot(ResolveRequest& request) { return LogicCall(request, kNot); }

Result<ExpressionPtr> ResolveTest(ResolveRequest& request) {
  const bool of_null = request.name.ends_with(" NULL");
  if (!of_null) {
    if (IsUntypedNull(*request.arguments[0])) return UntypedNull(request);
    FLOE_TRY(CoerceConditions(request));
  }
  if (IsUntypedNull(*request.arguments[0])) {
    return BooleanLiteral(request.name == "IS NULL", request.span);
  }
  for (const ScalarFunction& test : kTests) {
    if (test.name != request.name) continue;
    return Expression::Call(&test, std::move(request.arguments), DataType::Boolean().NotNull(),
                            request.span);
  }
  return ArgumentMismatch(request);
}

}  // namespace

void RegisterLogic(FunctionRegistry& registry) {
  registry.AddOperator("AND", {2, 2, "<boolean> AND <boolean>", true, ResolveAnd});
  registry.AddOperator("OR", {2, 2, "<boolean> OR <boolean>", true, ResolveOr});
  registry.AddOperator("NOT", {1, 1, "NOT <boolean>", true, ResolveNot});
  for (const ScalarFunction& test : kTests) {
    const std::string operand = test.name.ends_with(" NULL") ? "<value> " : "<boolean> ";
    registry.AddOperator(test.name, {1, 1, operand + std::string(test.name), true, ResolveTest});
  }
}

}  // namespace floe::functions
