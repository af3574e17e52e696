// IS JSON. The one file of functions/ that sees nlohmann's library.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "functions/ascii.h"
#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

using types::DataType;

enum class JsonTest : uint8_t { kValue, kObject, kArray, kScalar };

bool Passes(JsonTest test, std::string_view text) {
  if (!nlohmann::json::accept(text)) return false;
  const char first = TrimJava(text).front();
  switch (test) {
    case JsonTest::kValue:
      return true;
    case JsonTest::kObject:
      return first == '{';
    case JsonTest::kArray:
      return first == '[';
    case JsonTest::kScalar:
      return first != '{' && first != '[';
  }
  return false;
}

// NULL is NULL for both forms, as in Flink.
template <JsonTest kTest>
Result<BoundKernel> MakeIsJson(const KernelRequest&) {
  return PerRowTotal<uint8_t, std::string_view>([](Row&, std::string_view text, uint8_t* out) {
    *out = Passes(kTest, text) ? 1 : 0;
    return true;
  });
}

constexpr ScalarFunction Test(std::string_view name, KernelFactory factory) {
  return {name, CallForm::kStrict, PrintForm::kPostfix, true, 0, factory};
}

const ScalarFunction kTests[] = {
    Test("IS JSON VALUE", MakeIsJson<JsonTest::kValue>),
    Test("IS JSON OBJECT", MakeIsJson<JsonTest::kObject>),
    Test("IS JSON ARRAY", MakeIsJson<JsonTest::kArray>),
    Test("IS JSON SCALAR", MakeIsJson<JsonTest::kScalar>),
};

Result<ExpressionPtr> ResolveIsJson(ResolveRequest& request) {
  constexpr std::string_view kNegation = "IS NOT ";
  const bool negated = request.name.starts_with(kNegation);
  const std::string name = negated ? "IS " + std::string(request.name.substr(kNegation.size()))
                                   : std::string(request.name);
  if (IsUntypedNull(*request.arguments[0])) return UntypedNull(request);
  if (!request.type(0).is_character()) return ArgumentMismatch(request);
  for (const ScalarFunction& test : kTests) {
    if (test.name != name) continue;
    const DataType type = DataType::Boolean().WithNullable(request.type(0).nullable());
    ExpressionPtr call = Expression::Call(&test, std::move(request.arguments), type, request.span);
    if (!negated) return call;
    return ResolveCall("NOT", {std::move(call)}, request.options, request.span);
  }
  return ArgumentMismatch(request);
}

}  // namespace

void RegisterJson(FunctionRegistry& registry) {
  for (std::string_view kind : {"VALUE", "OBJECT", "ARRAY", "SCALAR"}) {
    for (std::string_view is : {"IS JSON ", "IS NOT JSON "}) {
      const std::string name = std::string(is) + std::string(kind);
      registry.AddOperator(name, {1, 1, "<string> " + name, true, ResolveIsJson});
    }
  }
}

}  // namespace floe::functions
