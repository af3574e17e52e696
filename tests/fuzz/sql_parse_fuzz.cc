// Any text parses or is refused; what parses prints as text that parses to the same tree.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "sql/diagnostic.h"
#include "sql/flink/parse.h"
#include "sql/flink/print.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace floe;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<std::vector<sql::flink::Statement>> statements = sql::flink::ParseScript(text);
  if (!statements.ok()) {
    FLOE_ASSERT(!sql::RenderDiagnostic(statements.error(), text).empty());
    return 0;
  }
  for (const sql::flink::Statement& statement : *statements) {
    const std::string printed = sql::flink::PrintStatement(statement);
    // Canonical text is longer than what was written, and may hit the limit.
    if (printed.size() > size_t{1} << 20) continue;
    const auto again = sql::flink::ParseScript(printed);
    FLOE_ASSERT(again.ok());
    FLOE_ASSERT(again->size() == 1 && again->front() == statement);
  }
  return 0;
}
