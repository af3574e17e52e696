#include "engine/job_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/in_memory_file_system.h"

namespace floe::engine {
namespace {

using testing::HasSubstr;

JobRecord Record(const std::string& id, int64_t submitted_ms) {
  JobRecord record;
  record.id = id;
  record.name = "surge";
  record.file_name = "surge.sql";
  record.sql = "INSERT INTO t\nSELECT 'é\x01' FROM s;";
  record.index = 1;
  record.state = JobState::kRestarting;
  record.submitted_ms = submitted_ms;
  record.ended_ms = 7;
  record.error = "UNAVAILABLE: no";
  return record;
}

TEST(JobStore, KeepsRecordsInTheOrderOfSubmission) {
  storage::InMemoryFileSystem files;
  JobStore store(files, "/jobs");
  EXPECT_TRUE(store.Read().value().empty());
  ASSERT_TRUE(store.Write(Record("b", 1)).ok());
  ASSERT_TRUE(store.Write(Record("a", 2)).ok());
  JobRecord changed = Record("b", 1);
  changed.state = JobState::kFinished;
  ASSERT_TRUE(store.Write(changed).ok());
  const std::vector<JobRecord> records = JobStore(files, "/jobs").Read().value();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].id, "b");
  EXPECT_EQ(records[0].state, JobState::kFinished);
  const JobRecord& second = records[1];
  const JobRecord written = Record("a", 2);
  EXPECT_EQ(second.name, written.name);
  EXPECT_EQ(second.file_name, written.file_name);
  EXPECT_EQ(second.sql, written.sql);
  EXPECT_EQ(second.index, written.index);
  EXPECT_EQ(second.state, written.state);
  EXPECT_EQ(second.submitted_ms, written.submitted_ms);
  EXPECT_EQ(second.ended_ms, written.ended_ms);
  EXPECT_EQ(second.error, written.error);
}

TEST(JobStore, ForgetsARecordAndOneThatIsNotThere) {
  storage::InMemoryFileSystem files;
  JobStore store(files, "/jobs");
  ASSERT_TRUE(store.Write(Record("a", 1)).ok());
  EXPECT_TRUE(store.Remove("a").ok());
  EXPECT_TRUE(store.Remove("a").ok());
  EXPECT_TRUE(store.Read().value().empty());
}

TEST(JobStore, NamesAFileThatItCannotRead) {
  for (const char* text : {"{", "{}", R"({"version": 2})", R"({"version": 1, "id": "a"})"}) {
    storage::InMemoryFileSystem files;
    ASSERT_TRUE(files.CreateDirectories("/jobs").ok());
    ASSERT_TRUE(storage::WriteFileDurably(files, "/jobs/a.json", text).ok());
    const auto read = JobStore(files, "/jobs").Read();
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), ErrorCode::kCorruption);
    EXPECT_THAT(read.error().ToString(), HasSubstr("/jobs/a.json"));
  }
}

}  // namespace
}  // namespace floe::engine
