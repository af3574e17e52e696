#include "engine/runtime_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/log.h"
#include "query/trino/executor.h"
#include "query/trino/statement.h"
#include "storage/local_file_system.h"

namespace floe::engine {
namespace {

using testing::HasSubstr;

constexpr char kScript[] = R"(
SET 'pipeline.name' = 'copy';
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE events (k STRING, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH (
  'connector' = 'kafka', 'topic' = 'events', 'properties.bootstrap.servers' = 'x:1',
  'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'http://x');
CREATE DATABASE IF NOT EXISTS lake.d;
CREATE TABLE IF NOT EXISTS lake.d.copy (k STRING, v BIGINT);
INSERT INTO lake.d.copy SELECT k, v FROM events WHERE v > 1;
)";

class RuntimeTablesTest : public testing::Test {
 protected:
  RuntimeTablesTest() : executor_(query::trino::MakeDuckDbExecutor({})) {
    EngineOptions options;
    options.data_directory = directory_->path();
    options.memory_limit_bytes = int64_t{256} << 20;
    options.endpoints = EndpointMap::AllEmbedded();
    options.print = [](std::string_view) {};
    engine_ = Engine::Open(std::move(options), files_, clock_, Logger(sink_, clock_, "t")).value();
    EXPECT_TRUE(engine_->log().CreateTopic("events", 2, log::TopicOptions()).ok());
    jobs_ = std::make_unique<JobSupervisor>(*engine_, Random(3));
    query::trino::Catalogs catalogs;
    catalogs["system"] = query::trino::MakeSystemProvider(
        {}, [] { return std::vector<query::trino::RunningQuery>(); },
        RuntimeTables(*jobs_, engine_->log()));
    runner_ = std::make_unique<query::trino::StatementRunner>(catalogs, *executor_);
  }

  void Append(int32_t partition, const std::string& value) {
    log::AppendRecord record;
    record.value = value;
    ASSERT_TRUE(engine_->log().AppendTo("events", PartitionId(partition), {&record, 1}).ok());
  }

  // Runs the job until all that is there is in an epoch.
  void RunUntilRead(int64_t records) {
    bool done = false;
    ASSERT_TRUE(jobs_
                    ->Run(
                        true, [&] { return done; },
                        [&] {
                          const JobStatus status = jobs_->Find("copy").value();
                          done = status.report.scans[0].counters.records >= records &&
                                 !status.report.checkpoints.empty();
                        })
                    .ok());
  }

  // Rows as JSON, or the error.
  std::string Ask(const std::string& sql) {
    auto answer = runner_->Run(sql, {});
    if (!answer.ok()) return answer.error().ToString();
    std::string out;
    for (;;) {
      auto page = answer->cursor->NextPage(1 << 20);
      if (!page.ok()) return page.error().ToString();
      if (page->empty()) return out;
      for (const std::string& row : *page) out += row;
    }
  }

 private:
  const std::unique_ptr<storage::TemporaryDirectory> directory_ =
      storage::TemporaryDirectory::Create("floe-tables").value();
  storage::LocalFileSystem files_;
  SystemClock clock_;
  CapturingLogSink sink_;
  std::unique_ptr<query::trino::QueryExecutor> executor_;

 protected:
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<JobSupervisor> jobs_;
  std::unique_ptr<query::trino::StatementRunner> runner_;
};

TEST_F(RuntimeTablesTest, WhatAJobDoesCanBeAsked) {
  Append(0, R"({"k":"a","v":1,"ts":"2026-01-01 00:00:01"})");
  Append(0, R"({"k":"b","v":2,"ts":"2026-01-01 00:00:02.5"})");
  Append(1, "not JSON");
  Append(1, R"({"k":"it's","v":3,"ts":"2026-01-01 00:00:09"})");
  ASSERT_TRUE(jobs_->Submit({"copy.sql", kScript, false}).ok());
  RunUntilRead(4);
  EXPECT_EQ(Ask("SELECT name, state, pipeline_id, epoch > 0, restarts, error,"
                " submitted_at > TIMESTAMP '2026-01-01 00:00:00' FROM system.floe.jobs"),
            R"(["copy","RUNNING","copy",true,0,null,true])");
  EXPECT_EQ(Ask("SELECT name, rows_in, rows_out, rows_filtered, rows_late, rows_dead_lettered"
                " FROM system.floe.operators WHERE name LIKE 'Source%'"),
            R"(["Source: default_catalog.default_database.events",4,3,0,0,1])");
  EXPECT_EQ(Ask("SELECT rows_in, rows_out FROM system.floe.operators"
                " WHERE name = 'Sink: lake.d.copy'"),
            "[2,0]");
  EXPECT_EQ(Ask("SELECT topic, \"partition\", watermark FROM system.floe.watermarks ORDER BY 2"),
            R"(["events",0,"2026-01-01 00:00:02.500"]["events",1,"2026-01-01 00:00:09.000"])");
  EXPECT_EQ(Ask("SELECT count(*) > 0, min(c.epoch), min(size_bytes) > 0, min(duration_ms) >= 0"
                " FROM system.floe.checkpoints c JOIN system.floe.jobs j USING (job_id)"),
            "[true,1,true,true]");
}

TEST_F(RuntimeTablesTest, TheLagIsThatOfTheLogAsItIs) {
  Append(0, R"({"k":"a","v":1,"ts":"2026-01-01 00:00:01"})");
  ASSERT_TRUE(jobs_->Submit({"copy.sql", kScript, false}).ok());
  RunUntilRead(1);
  const std::string lag =
      "SELECT topic, \"partition\", position, end_offset, lag FROM system.floe.lag ORDER BY 2";
  EXPECT_EQ(Ask(lag), R"(["events",0,1,1,0]["events",1,0,0,0])");
  Append(1, "x");
  Append(1, "y");
  EXPECT_EQ(Ask(lag), R"(["events",0,1,1,0]["events",1,0,2,2])");
  EXPECT_EQ(Ask("SELECT \"partition\", start_offset, end_offset, size_bytes > 0"
                " FROM system.floe.topics ORDER BY 1"),
            "[0,0,1,true][1,0,2,true]");
}

TEST_F(RuntimeTablesTest, AFailedJobSaysWhy) {
  std::string script = kScript;
  script.replace(script.find("'format'"), 0, "'bad-records' = 'fail', ");
  Append(0, "not JSON");
  ASSERT_TRUE(jobs_->Submit({"copy.sql", script, false}).ok());
  ASSERT_TRUE(jobs_
                  ->Run(
                      false, [] { return false; }, [] {})
                  .ok());
  EXPECT_THAT(Ask("SELECT state, error FROM system.floe.jobs"),
              testing::AllOf(HasSubstr("FAILED"), HasSubstr("offset 0")));
  EXPECT_EQ(Ask("SELECT * FROM system.floe.lag"), "");
}

TEST_F(RuntimeTablesTest, WithoutJobsTheTablesAreEmpty) {
  EXPECT_EQ(Ask("SELECT * FROM system.floe.jobs"), "");
  EXPECT_EQ(Ask("SHOW TABLES FROM system.floe"),
            R"(["checkpoints"]["jobs"]["lag"]["operators"]["topics"]["watermarks"])");
  EXPECT_EQ(Ask("SHOW SCHEMAS FROM system"),
            R"(["floe"]["information_schema"]["jdbc"]["metadata"]["runtime"])");
  EXPECT_EQ(Ask("DESCRIBE system.floe.watermarks"),
            R"(["job_id","varchar","",""]["operator_id","varchar","",""]["topic","varchar","",""])"
            R"r(["partition","bigint","",""]["watermark","timestamp(3)","",""])r");
  EXPECT_THAT(Ask("SELECT * FROM system.floe.nope"), HasSubstr("does not exist"));
}

}  // namespace
}  // namespace floe::engine
