#include "engine/job_supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <utility>

#include "base/log.h"
#include "engine/script.h"
#include "storage/faulty_file_system.h"
#include "storage/local_file_system.h"

namespace floe::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kTables[] = R"(
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE events (k STRING, v BIGINT) WITH ('connector' = 'kafka', 'topic' = 'events',
  'properties.bootstrap.servers' = 'x:1', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset'
  ${options});
CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'http://x');
CREATE DATABASE IF NOT EXISTS lake.d;
CREATE TABLE IF NOT EXISTS lake.d.copy (k STRING, v BIGINT);
)";

constexpr char kBounded[] = ", 'scan.bounded.mode' = 'latest-offset'";

std::string Script(const std::string& name, const std::string& options,
                   const std::string& settings = "") {
  std::string tables = kTables;
  const std::string mark = "${options}";
  tables.replace(tables.find(mark), mark.size(), options);
  return "SET 'pipeline.name' = '" + name + "';\n" + settings + tables +
         "INSERT INTO lake.d.copy SELECT k, v FROM events;\n";
}

// A process on a data directory that outlives it.
class Process {
 public:
  explicit Process(const std::string& path, storage::FileSystem* files = nullptr) {
    EngineOptions options;
    options.data_directory = path;
    options.memory_limit_bytes = int64_t{256} << 20;
    options.endpoints = EndpointMap::AllEmbedded();
    options.print = [](std::string_view) {};
    engine_ = Engine::Open(std::move(options), files != nullptr ? *files : local_, clock_,
                           Logger(log_sink_, clock_, "test"))
                  .value();
    const auto created = engine_->log().CreateTopic("events", 1, log::TopicOptions());
    EXPECT_TRUE(created.ok() || created.error().code() == ErrorCode::kAlreadyExists);
    supervisor = std::make_unique<JobSupervisor>(*engine_, Random(3));
  }

  void Append(const std::string& value) {
    log::AppendRecord record;
    record.value = value;
    ASSERT_TRUE(engine_->log().Append("events", {&record, 1}).ok());
  }

  // Runs until `done` gives true, which is asked between rounds and may call the supervisor.
  void RunUntil(const std::function<bool()>& done) {
    bool stopped = false;
    ASSERT_TRUE(supervisor
                    ->Run(
                        true, [&] { return stopped; }, [&] { stopped = stopped || done(); })
                    .ok());
  }

  // Another one where the table was dropped and made again.
  std::string TableUuid(const std::string& database, const std::string& table) {
    return Await<catalog::LoadedTable>(
               engine_->executor(),
               [&](auto done) {
                 engine_->catalog().LoadTable({{database}, table}, std::move(done));
               })
        .value()
        .metadata->table_uuid;
  }

  size_t NamespaceCount() {
    return Await<std::vector<catalog::Namespace>>(
               engine_->executor(),
               [&](auto done) { engine_->catalog().ListNamespaces({}, std::move(done)); })
        .value()
        .size();
  }

  PlannedScript Plan(const std::string& script) {
    ScriptOutput output;
    output.on_rows = [](const plan::StatementResult&) {};
    output.on_warning = [](const std::string&) {};
    return PlanScript(*engine_, script, ScriptUse::kNew, output).value();
  }

  JobStatus StatusOf(const std::string& name) { return supervisor->Find(name).value(); }

 private:
  storage::LocalFileSystem local_;
  SystemClock clock_;
  CapturingLogSink log_sink_;
  std::unique_ptr<Engine> engine_;

 public:
  std::unique_ptr<JobSupervisor> supervisor;
};

class JobSupervisorTest : public testing::Test {
 protected:
  const std::unique_ptr<storage::TemporaryDirectory> directory_ =
      storage::TemporaryDirectory::Create("floe-jobs").value();
  const std::string& path() const { return directory_->path(); }

  static int64_t RecordsRead(const JobStatus& status) {
    return status.report.scans.empty() ? 0 : status.report.scans[0].counters.records;
  }
};

TEST_F(JobSupervisorTest, ABoundedJobFinishes) {
  Process process(path());
  process.Append(R"({"k":"a","v":1})");
  const auto submitted = process.supervisor->Submit({"copy.sql", Script("copy", kBounded), true});
  ASSERT_TRUE(submitted.ok()) << submitted.error().ToString();
  ASSERT_EQ(submitted->size(), 1u);
  EXPECT_EQ(submitted->at(0).record.state, JobState::kRunning);
  EXPECT_EQ(submitted->at(0).record.id.size(), 32u);
  ASSERT_TRUE(process.supervisor
                  ->Run(
                      false, [] { return false; }, [] {})
                  .ok());
  const JobStatus status = process.StatusOf("copy");
  EXPECT_EQ(status.record.state, JobState::kFinished);
  EXPECT_GT(status.record.ended_ms, 0);
  EXPECT_EQ(RecordsRead(status), 1);
  EXPECT_EQ(status.report.epoch, Epoch(1));
}

TEST_F(JobSupervisorTest, NothingOfAWrongScriptStarts) {
  Process process(path());
  const auto error = [&](const std::string& sql) {
    const auto submitted = process.supervisor->Submit({"wrong.sql", sql, true});
    return submitted.ok() ? std::string() : submitted.error().ToString();
  };
  EXPECT_THAT(error(Script("a", "") + "INSERT INTO nowhere SELECT 1;"), HasSubstr("nowhere"));
  EXPECT_THAT(error(Script("a", "") + "SELECT * FROM events;"), HasSubstr("nobody to show"));
  EXPECT_THAT(error("SHOW TABLES;"), HasSubstr("no INSERT"));
  EXPECT_THAT(error(Script("a", "", "SET 'restart-strategy.type' = 'often';\n")),
              HasSubstr("restart-strategy.type"));
  EXPECT_TRUE(process.supervisor->List().empty());
}

TEST_F(JobSupervisorTest, AWrongScriptDefinesNothing) {
  Process process(path());
  const std::string wrong[] = {
      Script("a", "") + "INSERT INTO nowhere SELECT 1;",
      Script("a", "") + "SELECT * FROM events;",
      Script("a", "", "SET 'restart-strategy.type' = 'often';\n"),
  };
  for (const std::string& sql : wrong) {
    ASSERT_FALSE(process.supervisor->Submit({"wrong.sql", sql, true}).ok());
    EXPECT_EQ(process.NamespaceCount(), 0u) << sql;
  }
  ASSERT_TRUE(process.supervisor->Submit({"right.sql", Script("a", ""), true}).ok());
  EXPECT_EQ(process.NamespaceCount(), 1u);
}

TEST_F(JobSupervisorTest, WhatAJobThatDidNotStartDefinedDoesNotStay) {
  Process process(path());
  std::string sql = Script("a", "");
  const std::string topic = "'topic' = 'events'";
  sql.replace(sql.find(topic), topic.size(), "'topic' = 'missing'");
  const auto submitted = process.supervisor->Submit({"job.sql", sql, true});
  ASSERT_FALSE(submitted.ok());
  EXPECT_THAT(submitted.error().ToString(), HasSubstr("missing"));
  EXPECT_EQ(process.NamespaceCount(), 0u);
  EXPECT_TRUE(process.supervisor->List().empty());
  ASSERT_TRUE(process.supervisor->Submit({"job.sql", Script("a", ""), true}).ok());
  EXPECT_EQ(process.NamespaceCount(), 1u);
}

TEST_F(JobSupervisorTest, JobsOfOneScriptHaveNamesOfTheirOwn) {
  Process process(path());
  const std::string insert = "INSERT INTO lake.d.copy SELECT k, v FROM events;\n";
  const auto jobs = process.supervisor->Submit(
      {"jobs.sql", Script("a", "") + insert + "SET 'pipeline.name' = 'b';\n" + insert, false});
  ASSERT_TRUE(jobs.ok()) << jobs.error().ToString();
  std::vector<std::string> names;
  for (const JobStatus& job : *jobs) names.push_back(job.record.name);
  EXPECT_THAT(names, ElementsAre("a", "a-2", "b"));
}

TEST_F(JobSupervisorTest, APipelineRunsOnce) {
  Process process(path());
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", Script("copy", ""), true}).ok());
  const auto again = process.supervisor->Submit({"copy.sql", Script("copy", ""), true});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), ErrorCode::kAlreadyExists);
}

TEST_F(JobSupervisorTest, StopCommitsAndTheNextJobGoesOn) {
  Process process(path());
  process.Append(R"({"k":"a","v":1})");
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", Script("copy", ""), true}).ok());
  process.RunUntil([&] {
    if (RecordsRead(process.StatusOf("copy")) < 1) return false;
    EXPECT_EQ(process.supervisor->Stop("copy").value().record.state, JobState::kFinished);
    return true;
  });
  EXPECT_EQ(process.supervisor->Stop("copy").error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(process.supervisor->Stop("other").error().code(), ErrorCode::kNotFound);
  const Epoch epoch = process.StatusOf("copy").report.epoch;
  EXPECT_GT(epoch, Epoch(0));
  process.Append(R"({"k":"b","v":2})");
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", Script("copy", ""), true}).ok());
  process.RunUntil([&] { return process.StatusOf("copy").report.epoch > epoch; });
  // Counters go on as state does: nothing was read twice.
  EXPECT_EQ(RecordsRead(process.StatusOf("copy")), 2);
}

TEST_F(JobSupervisorTest, CancelLeavesTheOpenEpochToTheNextJob) {
  Process process(path());
  process.Append(R"({"k":"a","v":1})");
  std::string script = Script("copy", "");
  script.replace(script.find("50 ms"), 5, "1 h");
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", script, true}).ok());
  process.RunUntil([&] {
    if (RecordsRead(process.StatusOf("copy")) < 1) return false;
    EXPECT_EQ(process.supervisor->Cancel("copy").value().record.state, JobState::kCanceled);
    return true;
  });
  EXPECT_EQ(process.StatusOf("copy").report.epoch, Epoch(0));
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", Script("copy", ""), true}).ok());
  process.RunUntil([&] { return process.StatusOf("copy").report.epoch > Epoch(0); });
  EXPECT_EQ(RecordsRead(process.StatusOf("copy")), 1);
}

TEST_F(JobSupervisorTest, AJobThatCannotGoOnFailsAloneAndSaysWhy) {
  Process process(path());
  process.Append("not JSON");
  ASSERT_TRUE(
      process.supervisor->Submit({"strict.sql", Script("strict", ", 'bad-records' = 'fail'"), true})
          .ok());
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", Script("copy", ""), true}).ok());
  process.RunUntil([&] {
    return process.StatusOf("strict").record.state == JobState::kFailed &&
           process.StatusOf("copy").report.epoch > Epoch(0);
  });
  const JobStatus failed = process.StatusOf("strict");
  EXPECT_THAT(failed.record.error, HasSubstr("offset 0"));
  EXPECT_EQ(failed.restarts, 0);
  EXPECT_EQ(process.StatusOf("copy").record.state, JobState::kRunning);
}

TEST_F(JobSupervisorTest, AFailureThatMayPassIsTriedAgain) {
  storage::LocalFileSystem local;
  storage::FaultyFileSystem files(local);
  std::atomic<bool> broken{false};
  files.set_script([&](uint64_t, storage::FileOperation operation, std::string_view where) {
    const bool fails = broken && operation == storage::FileOperation::kOpenAppend &&
                       where.find("/pipelines/") != std::string_view::npos;
    return fails ? std::make_unique<storage::FileFault>(
                       storage::FileFault{Status(ErrorCode::kIo, "the disk is gone for a while")})
                 : nullptr;
  });
  Process process(path(), &files);
  const std::string script = Script("copy", "",
                                    "SET 'restart-strategy.type' = 'fixed-delay';\n"
                                    "SET 'restart-strategy.fixed-delay.attempts' = '1000';\n"
                                    "SET 'restart-strategy.fixed-delay.delay' = '1 ms';\n");
  ASSERT_TRUE(process.supervisor->Submit({"copy.sql", script, false}).ok());
  process.Append(R"({"k":"a","v":1})");
  broken = true;
  process.RunUntil([&] {
    const JobStatus status = process.StatusOf("copy");
    if (status.restarts > 2) broken = false;
    return !broken && status.record.state == JobState::kRunning && status.report.epoch > Epoch(0);
  });
  EXPECT_THAT(process.StatusOf("copy").record.error, HasSubstr("gone for a while"));
  EXPECT_EQ(RecordsRead(process.StatusOf("copy")), 1);
}

TEST_F(JobSupervisorTest, TheNextProcessGoesOnWithWhatHadNotEnded) {
  std::string id;
  {
    Process process(path());
    process.Append(R"({"k":"a","v":1})");
    ASSERT_TRUE(process.supervisor->Submit({"done.sql", Script("done", kBounded), true}).ok());
    id = process.supervisor->Submit({"copy.sql", Script("copy", ""), true}).value()[0].record.id;
    ASSERT_TRUE(process.supervisor->Submit({"mine.sql", Script("mine", ""), false}).ok());
    process.RunUntil([&] {
      return process.StatusOf("done").record.state == JobState::kFinished &&
             process.StatusOf("copy").report.epoch > Epoch(0);
    });
  }
  Process process(path());
  ASSERT_TRUE(process.supervisor->Resume().ok());
  std::vector<std::string> found;
  for (const JobStatus& status : process.supervisor->List()) {
    found.push_back(status.record.name + " " + std::string(JobStateName(status.record.state)));
  }
  EXPECT_THAT(found, ElementsAre("done FINISHED", "copy RUNNING"));
  EXPECT_EQ(process.StatusOf(id.substr(0, 12)).record.id, id);
  process.Append(R"({"k":"b","v":2})");
  process.RunUntil([&] { return RecordsRead(process.StatusOf("copy")) == 2; });
}

TEST_F(JobSupervisorTest, WhatAScriptDefinedStandsWhenItsJobGoesOn) {
  std::string script = Script("copy", "");
  const std::string create = "CREATE TABLE IF NOT EXISTS lake.d.copy";
  script.replace(script.find(create), create.size(),
                 "DROP TABLE IF EXISTS lake.d.copy; CREATE TABLE lake.d.copy");
  std::string uuid;
  {
    Process process(path());
    process.Append(R"({"k":"a","v":1})");
    ASSERT_TRUE(process.supervisor->Submit({"copy.sql", script, true}).ok());
    process.RunUntil([&] { return process.StatusOf("copy").report.epoch > Epoch(0); });
    uuid = process.TableUuid("d", "copy");
  }
  Process process(path());
  ASSERT_TRUE(process.supervisor->Resume().ok());
  const JobStatus resumed = process.StatusOf("copy");
  EXPECT_EQ(resumed.record.state, JobState::kRunning) << resumed.record.error;
  EXPECT_EQ(process.TableUuid("d", "copy"), uuid);
}

TEST_F(JobSupervisorTest, AScriptThatIsPlannedIsNotPlannedAgain) {
  Process process(path());
  std::string script = Script("copy", kBounded);
  const std::string guard = "IF NOT EXISTS lake.d.copy";
  script.replace(script.find(guard), guard.size(), "lake.d.copy");
  PlannedScript planned = process.Plan(script);
  const auto submitted =
      process.supervisor->Submit({"copy.sql", script, false}, std::move(planned));
  ASSERT_TRUE(submitted.ok()) << submitted.error().ToString();
  EXPECT_EQ(submitted->at(0).record.name, "copy");
}

TEST_F(JobSupervisorTest, OtherThreadsAreServedWhileItRuns) {
  Process process(path());
  EXPECT_EQ(process.supervisor->OnJobThread([](JobSupervisor&) {}).error().code(),
            ErrorCode::kUnavailable);
  SystemClock clock;
  ThreadPoolExecutor other(1, clock);
  std::atomic<bool> served{false};
  bool asked = false;
  process.RunUntil([&] {
    if (!asked) {
      asked = true;
      other.Submit([&] {
        const Status called = process.supervisor->OnJobThread([&](JobSupervisor& supervisor) {
          served = supervisor.Submit({"copy.sql", Script("copy", ""), false}).ok();
        });
        EXPECT_TRUE(called.ok());
      });
    }
    return served.load();
  });
  EXPECT_EQ(process.StatusOf("copy").record.state, JobState::kRunning);
}

}  // namespace
}  // namespace floe::engine
