// Plans and error messages compared with files: X.sql is run, what it gives is X.plan.
// FLOE_REWRITE_GOLDENS=1 writes the files anew.
#include <gtest/gtest.h>

#include <cstdlib>

#include "plan_harness.h"
#include "storage/local_file_system.h"

namespace floe::plan {
namespace {

constexpr uint64_t kMaxGoldenBytes = uint64_t{1} << 20;

struct Golden {
  std::string directory;
  std::string name;  // without ".sql"
};

std::vector<Golden> FindGoldens() {
  storage::LocalFileSystem files;
  std::vector<Golden> goldens;
  for (const char* directory : {FLOE_TESTS_DIR "/plans", FLOE_TESTS_DIR "/messages/plan"}) {
    auto entries = files.List(directory);
    if (!entries.ok()) continue;
    for (const storage::DirectoryEntry& entry : *entries) {
      if (!entry.name.ends_with(".sql")) continue;
      goldens.push_back({directory, entry.name.substr(0, entry.name.size() - 4)});
    }
  }
  return goldens;
}

class GoldenTest : public testing::TestWithParam<Golden> {};

TEST_P(GoldenTest, GivesTheRecordedText) {
  storage::LocalFileSystem files;
  std::string path = GetParam().directory + "/" + GetParam().name;
  auto script = storage::ReadFile(files, path + ".sql", kMaxGoldenBytes);
  ASSERT_TRUE(script.ok()) << script.error().ToString();
  PlanHarness harness;
  std::string actual = harness.RunScript(*script);
  if (std::getenv("FLOE_REWRITE_GOLDENS") != nullptr) {
    Status written = storage::WriteFileDurably(files, path + ".plan", actual);
    ASSERT_TRUE(written.ok()) << written.ToString();
    return;
  }
  auto expected = storage::ReadFile(files, path + ".plan", kMaxGoldenBytes);
  ASSERT_TRUE(expected.ok()) << expected.error().ToString();
  EXPECT_EQ(actual, *expected) << "FLOE_REWRITE_GOLDENS=1 rewrites " << path << ".plan";
}

INSTANTIATE_TEST_SUITE_P(Plans, GoldenTest, testing::ValuesIn(FindGoldens()),
                         [](const testing::TestParamInfo<Golden>& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (!isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           bool is_message = info.param.directory.ends_with("messages/plan");
                           return (is_message ? "message_" : "plan_") + name;
                         });

}  // namespace
}  // namespace floe::plan
