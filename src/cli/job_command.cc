// `floe job`: the jobs of the process that owns the data directory, or those that it will go on
// with.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/quantity.h"
#include "cli/command.h"
#include "engine/data_directory.h"
#include "engine/job_store.h"
#include "server/admin/job_client.h"
#include "server/admin/job_json.h"
#include "types/timestamp_text.h"

namespace floe::cli {
namespace {

// Jobs of a data directory that no process owns: what is remembered of them can be read and ended.
class RememberedJobs {
 public:
  RememberedJobs(std::unique_ptr<engine::DataDirectory> directory, const World& world)
      : directory_(std::move(directory)),
        store_(world.files, directory_->jobs_path()),
        clock_(world.clock) {}

  Result<std::vector<engine::JobStatus>> List() const {
    FLOE_ASSIGN(std::vector<engine::JobRecord> records, store_.Read());
    std::vector<engine::JobStatus> statuses;
    for (engine::JobRecord& record : records) statuses.push_back({std::move(record), 0, {}});
    return statuses;
  }

  Result<engine::JobStatus> Find(const std::string& job) const {
    FLOE_ASSIGN(const std::vector<engine::JobStatus> statuses, List());
    return engine::FindJob(statuses, job);
  }

  Result<engine::JobStatus> End(const std::string& job, engine::JobState state) {
    FLOE_ASSIGN(engine::JobStatus status, Find(job));
    if (engine::HasEnded(status.record.state)) {
      return Error(ErrorCode::kInvalidArgument,
                   "the job '" + job + "' has ended: it is " +
                       std::string(engine::JobStateName(status.record.state)));
    }
    status.record.state = state;
    status.record.ended_ms = clock_.WallMillis();
    FLOE_TRY(store_.Write(status.record));
    return status;
  }

 private:
  std::unique_ptr<engine::DataDirectory> directory_;
  engine::JobStore store_;
  const Clock& clock_;
};

// Of a job that has not run in this process nothing is known but its record.
std::string EpochText(const engine::JobStatus& job) {
  return job.report.operators.empty() ? "-" : std::to_string(job.report.epoch.value());
}

void PrintList(const std::vector<engine::JobStatus>& jobs) {
  size_t name_width = 4;
  for (const engine::JobStatus& job : jobs) {
    name_width = std::max(name_width, job.record.name.size());
  }
  const int width = static_cast<int>(name_width);
  std::printf("%-32s  %-*s  %-10s  %8s  %s\n", "ID", width, "NAME", "STATE", "EPOCH", "SUBMITTED");
  for (const engine::JobStatus& job : jobs) {
    std::printf("%-32s  %-*s  %-10s  %8s  %s\n", job.record.id.c_str(), width,
                job.record.name.c_str(),
                std::string(engine::JobStateName(job.record.state)).c_str(), EpochText(job).c_str(),
                types::FormatUtcTimestamp(EventTime(job.record.submitted_ms)).c_str());
  }
}

void PrintOne(const engine::JobStatus& job) {
  const auto line = [](const char* what, const std::string& value) {
    std::printf("%-10s %s\n", what, value.c_str());
  };
  line("id", job.record.id);
  line("name", job.record.name);
  line("file", job.record.file_name);
  line("state", std::string(engine::JobStateName(job.record.state)));
  line("submitted", types::FormatUtcTimestamp(EventTime(job.record.submitted_ms)));
  if (job.record.ended_ms > 0) {
    line("ended", types::FormatUtcTimestamp(EventTime(job.record.ended_ms)));
  }
  line("epoch", EpochText(job));
  line("restarts", std::to_string(job.restarts));
  if (!job.record.error.empty()) line("error", job.record.error);
  for (const runtime::ScanReport& scan : job.report.scans) {
    line("source", scan.table + ": " + FormatCount(scan.counters.records) + " records read, " +
                       FormatCount(scan.counters.bad_records) + " bad");
  }
  for (const runtime::OperatorReport& report : job.report.operators) {
    line("operator", report.operator_id + ": " + FormatCount(report.counters.rows_in) +
                         " rows in, " + FormatCount(report.counters.rows_out) + " out, " +
                         FormatCount(report.counters.rows_late) + " late");
  }
}

class JobCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand("job", "List, show and end the jobs of a data directory");
    app_->require_subcommand(1);
    list_ = app_->add_subcommand("list", "All jobs that run, and the last that have ended");
    show_ = WithJob("show", "State, error and counters of a job");
    stop_ = WithJob("stop", "Commit what a job has read, then end it");
    cancel_ = WithJob("cancel", "End a job at once; what is not committed is read again");
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, flags.config_file, {}));
    const std::string& path = config.text("data-dir");
    Result<std::unique_ptr<engine::DataDirectory>> directory =
        engine::DataDirectory::Open(world.files, path);
    if (directory.ok()) {
      RememberedJobs jobs(std::move(*directory), world);
      if (list_->parsed()) return Print(config, jobs.List());
      if (show_->parsed()) return Print(config, jobs.Find(job_));
      return Print(config, jobs.End(job_, stop_->parsed() ? engine::JobState::kFinished
                                                          : engine::JobState::kCanceled));
    }
    if (directory.error().code() != ErrorCode::kDataDirectoryLocked) return directory.error();
    FLOE_ASSIGN(auto connection, server::AdminConnection::ToOwner(
                                     world.files, storage::JoinPath(path, "owner.json")));
    server::JobClient client(std::move(connection));
    if (list_->parsed()) return Print(config, client.List());
    if (show_->parsed()) return Print(config, client.Find(job_));
    return Print(config, stop_->parsed() ? client.Stop(job_) : client.Cancel(job_));
  }

 private:
  CLI::App* WithJob(const char* name, const char* description) {
    CLI::App* command = app_->add_subcommand(name, description);
    command->add_option("JOB", job_, "Its id, the beginning of it, or its name")->required();
    return command;
  }

  static Result<int> Print(const Config& config,
                           const Result<std::vector<engine::JobStatus>>& jobs) {
    if (!jobs.ok()) return jobs.error();
    if (config.text("output") == "json") {
      std::printf("%s\n", server::JobsToJson(*jobs).c_str());
    } else {
      PrintList(*jobs);
    }
    return kExitOk;
  }

  static Result<int> Print(const Config& config, const Result<engine::JobStatus>& job) {
    if (!job.ok()) return job.error();
    if (config.text("output") == "json") {
      std::printf("%s\n", server::JobToJson(*job).c_str());
    } else {
      PrintOne(*job);
    }
    return kExitOk;
  }

  CLI::App* app_ = nullptr;
  CLI::App* list_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* stop_ = nullptr;
  CLI::App* cancel_ = nullptr;
  std::string job_;
};

}  // namespace

std::unique_ptr<Command> MakeJobCommand() { return std::make_unique<JobCommand>(); }

}  // namespace floe::cli
