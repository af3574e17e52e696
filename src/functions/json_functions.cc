// IS JSON.
#include "functions/registry.h"

namespace floe::functions {

void RegisterJson(FunctionRegistry&) {}

}  // namespace floe::functions
