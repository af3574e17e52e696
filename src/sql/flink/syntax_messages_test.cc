// Goldens of syntax errors: tests/messages/flink_syntax.txt holds scripts and what is shown for
// them. FLOE_REWRITE_GOLDENS=1 writes the file anew; to add a case, write its script and do that.
//
//   === name
//   script
//   ---
//   message
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "sql/diagnostic.h"
#include "sql/flink/parse.h"
#include "storage/local_file_system.h"

namespace floe::sql::flink {
namespace {

constexpr std::string_view kPath = FLOE_SOURCE_DIR "/tests/messages/flink_syntax.txt";
constexpr std::string_view kCase = "=== ";
constexpr std::string_view kDivider = "\n---\n";

struct Golden {
  std::string name;
  std::string script;
  std::string message;
};

std::vector<Golden> ReadGoldens(std::string_view text) {
  std::vector<Golden> goldens;
  while (text.starts_with(kCase)) {
    const size_t next = text.find("\n=== ", 1);
    std::string_view block = text.substr(kCase.size(), next - kCase.size() + 1);
    text = next == std::string_view::npos ? std::string_view() : text.substr(next + 1);
    const size_t line = block.find('\n');
    const size_t divider = block.find(kDivider);
    Golden golden;
    golden.name = block.substr(0, line);
    if (divider == std::string_view::npos) {
      golden.script = block.substr(line + 1);
      while (golden.script.ends_with('\n')) golden.script.pop_back();
    } else {
      golden.script = block.substr(line + 1, divider - line - 1);
      golden.message = block.substr(divider + kDivider.size());
    }
    goldens.push_back(std::move(golden));
  }
  return goldens;
}

std::string MessageFor(const std::string& script) {
  const Result<std::vector<Statement>> statements = ParseScript(script);
  if (statements.ok()) return "no error\n";
  return RenderDiagnostic(statements.error(), script, {"job.sql"});
}

TEST(SyntaxMessagesTest, AreAsRecorded) {
  storage::LocalFileSystem files;
  const std::string path(kPath);
  const Result<std::string> text = storage::ReadFile(files, path, 1 << 20);
  ASSERT_TRUE(text.ok()) << text.status().ToString();
  const std::vector<Golden> goldens = ReadGoldens(*text);
  ASSERT_GT(goldens.size(), 30U);
  std::string rewritten;
  for (const Golden& golden : goldens) {
    const std::string message = MessageFor(golden.script);
    rewritten +=
        std::string(kCase) + golden.name + "\n" + golden.script + std::string(kDivider) + message;
    EXPECT_NE(message, "no error\n") << golden.name;
    if (std::getenv("FLOE_REWRITE_GOLDENS") == nullptr) {
      EXPECT_EQ(message, golden.message) << golden.name;
    }
  }
  if (std::getenv("FLOE_REWRITE_GOLDENS") != nullptr) {
    ASSERT_TRUE(storage::WriteFileDurably(files, path, rewritten).ok());
  }
}

}  // namespace
}  // namespace floe::sql::flink
