// TYPEOF.
#include <string>
#include <utility>

#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

using types::DataType;

// The type is known when the call is resolved: the call is a literal.
Result<ExpressionPtr> ResolveTypeOf(ResolveRequest& request) {
  if (request.arguments.size() == 2) {
    const Expression& force = *request.arguments[1];
    if (force.kind() != ExpressionKind::kLiteral ||
        !std::holds_alternative<bool>(force.literal())) {
      return ArgumentMismatch(request, "the second argument must be TRUE or FALSE");
    }
  }
  const DataType type = request.type(0).WithTimeAttribute(types::TimeAttribute::kNone);
  return Expression::Literal(type.ToString(), DataType::String(), request.span);
}

}  // namespace

void RegisterMiscellaneous(FunctionRegistry& registry) {
  registry.Add("TYPEOF", {1, 2, "TYPEOF(value[, force_serializable])", false, ResolveTypeOf});
}

}  // namespace floe::functions
