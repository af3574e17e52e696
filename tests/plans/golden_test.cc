// Plans and error messages compared with files: X.sql is run, what it gives is X.plan.
// FLOE_REWRITE_GOLDENS=1 writes the files anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>

#include "plan_harness.h"
#include "storage/local_file_system.h"

namespace floe::plan {
namespace {

constexpr uint64_t kMaxGoldenBytes = uint64_t{1} << 20;

struct Golden {
  std::string script;    // path
  std::string expected;  // path
  std::string name;      // of the test
};

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.script; }

std::vector<Golden> FindGoldens() {
  storage::LocalFileSystem files;
  std::vector<Golden> goldens = {{FLOE_TESTS_DIR "/../examples/ride_hailing/job.sql",
                                  FLOE_TESTS_DIR "/plans/ride_hailing.plan", "plan_ride_hailing"}};
  const std::pair<std::string, std::string> kDirectories[] = {
      {FLOE_TESTS_DIR "/plans", "plan_"}, {FLOE_TESTS_DIR "/messages/plan", "message_"}};
  for (const auto& [directory, prefix] : kDirectories) {
    auto entries = files.List(directory);
    if (!entries.ok()) continue;
    for (const storage::DirectoryEntry& entry : *entries) {
      if (!entry.name.ends_with(".sql")) continue;
      std::string name = entry.name.substr(0, entry.name.size() - 4);
      std::string path = directory + "/" + name;
      goldens.push_back({path + ".sql", path + ".plan", prefix + name});
    }
  }
  return goldens;
}

class GoldenTest : public testing::TestWithParam<Golden> {};

TEST_P(GoldenTest, GivesTheRecordedText) {
  storage::LocalFileSystem files;
  auto script = storage::ReadFile(files, GetParam().script, kMaxGoldenBytes);
  ASSERT_TRUE(script.ok()) << script.error().ToString();
  PlanHarness harness;
  std::string actual = harness.RunScript(*script);
  const std::string& path = GetParam().expected;
  if (std::getenv("FLOE_REWRITE_GOLDENS") != nullptr) {
    Status written = storage::WriteFileDurably(files, path, actual);
    ASSERT_TRUE(written.ok()) << written.ToString();
    return;
  }
  auto expected = storage::ReadFile(files, path, kMaxGoldenBytes);
  ASSERT_TRUE(expected.ok()) << expected.error().ToString();
  EXPECT_EQ(actual, *expected) << "FLOE_REWRITE_GOLDENS=1 rewrites " << path;
}

INSTANTIATE_TEST_SUITE_P(Plans, GoldenTest, testing::ValuesIn(FindGoldens()),
                         [](const testing::TestParamInfo<Golden>& golden) {
                           return golden.param.name;
                         });

}  // namespace
}  // namespace floe::plan
