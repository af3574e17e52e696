// `floe run JOB.sql`: hands a job file to the owner of the data directory, or, where it has none,
// runs it until its inputs end or it is stopped.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/job_file.h"
#include "engine/job_supervisor.h"
#include "engine/project.h"
#include "engine/query_job.h"
#include "engine/script.h"
#include "server/admin/job_client.h"

namespace floe::cli {
namespace {

void PrintReport(const engine::JobReport& report) {
  std::fprintf(stderr, "pipeline %s: epoch %lld\n", report.pipeline_id.c_str(),
               static_cast<long long>(report.epoch.value()));
  for (const runtime::ScanReport& scan : report.scans) {
    std::fprintf(stderr, "  %s: %s records read, %s bad\n", scan.table.c_str(),
                 FormatCount(scan.counters.records).c_str(),
                 FormatCount(scan.counters.bad_records).c_str());
  }
  for (const runtime::OperatorReport& report_of : report.operators) {
    std::fprintf(stderr, "  %s: %s rows in, %s out, %s late\n", report_of.operator_id.c_str(),
                 FormatCount(report_of.counters.rows_in).c_str(),
                 FormatCount(report_of.counters.rows_out).c_str(),
                 FormatCount(report_of.counters.rows_late).c_str());
  }
}

class RunCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand(
        "run", "Run a job file: here, or in the process that owns the data directory");
    app_->add_option("JOB", path_, "A Flink SQL file")->required();
    app_->add_flag("--embedded", embedded_, "All addresses of the job stand for embedded parts");
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config,
                ResolveConfig(flags, flags.config_file, engine::ProjectConfigOptions()));
    FLOE_ASSIGN(engine::Project project, engine::ReadProject(".", config));
    FLOE_ASSIGN(const std::string text, ReadJobFile(world, path_));
    Result<std::unique_ptr<engine::Engine>> opened =
        engine::Engine::Open(EngineOptionsOf(config, embedded_ ? engine::EndpointMap::AllEmbedded()
                                                               : std::move(project.endpoints)),
                             world.files, world.clock, MakeLogger(world, config));
    if (!opened.ok()) {
      if (opened.error().code() != ErrorCode::kDataDirectoryLocked) return opened.error();
      return Submit(world, config, text);
    }
    const std::unique_ptr<engine::Engine> engine = std::move(*opened);
    Result<engine::PlannedScript> planned =
        engine::PlanScript(*engine, text, engine::ScriptUse::kNew, Output());
    if (!planned.ok()) {
      PrintError(planned.error(), path_, text);
      return kExitFailure;
    }
    const StopSignal stop;
    FLOE_ASSIGN(const int code, RunPlanned(*engine, std::move(*planned), text, stop));
    return stop.was_interrupt() ? kExitInterrupted : code;
  }

 private:
  static engine::ScriptOutput Output() {
    engine::ScriptOutput output;
    output.on_rows = [](const plan::StatementResult& rows) {
      std::fputs(engine::FormatRows(rows).c_str(), stdout);
    };
    output.on_warning = [](const std::string& warning) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    };
    return output;
  }

  // The job runs there when this returns, and goes on without this process.
  Result<int> Submit(const World& world, const Config& config, const std::string& text) const {
    const std::string owner = storage::JoinPath(config.text("data-dir"), "owner.json");
    FLOE_ASSIGN(auto connection, server::AdminConnection::ToOwner(world.files, owner));
    server::JobClient client(std::move(connection));
    const auto started = client.Submit(path_, text);
    if (!started.ok()) {
      PrintError(started.error(), path_, started.error().span() ? std::string_view(text) : "");
      return kExitFailure;
    }
    for (const engine::JobStatus& job : *started) {
      std::printf("%s  %s  %s\n", job.record.id.c_str(), job.record.name.c_str(),
                  std::string(engine::JobStateName(job.record.state)).c_str());
    }
    return kExitOk;
  }

  // Queries run one after another, where they stand; then all jobs side by side.
  Result<int> RunPlanned(engine::Engine& engine, engine::PlannedScript planned,
                         const std::string& text, const StopSignal& stop) const {
    std::vector<plan::StatementResult> inserts;
    std::vector<plan::StatementResult> queries;
    for (plan::StatementResult& result : planned.results) {
      const bool is_query = result.kind == plan::StatementResult::Kind::kQuery;
      (is_query ? queries : inserts).push_back(std::move(result));
    }
    // Otherwise they wait for what else may be wrong with the inserts.
    if (inserts.empty() || !queries.empty()) FLOE_TRY(planned.definitions->Apply());
    for (plan::StatementResult& query : queries) {
      FLOE_TRY(engine::RunQuery(engine, std::move(query), [&] { return stop.requested(); }));
    }
    if (inserts.empty()) return kExitOk;
    planned.results = std::move(inserts);
    engine::JobSupervisor jobs(engine, Random::FromEntropy());
    FLOE_TRY(jobs.Submit({path_, text, false}, std::move(planned)));
    FLOE_TRY(jobs.Run(
        false, [&] { return stop.requested(); }, [] {}));
    int code = kExitOk;
    for (const engine::JobStatus& job : jobs.List()) {
      PrintReport(job.report);
      if (job.record.state != engine::JobState::kFailed) continue;
      std::fprintf(stderr, "floe: the job %s has failed: %s\n", job.record.name.c_str(),
                   job.record.error.c_str());
      code = kExitFailure;
    }
    return code;
  }

  CLI::App* app_ = nullptr;
  std::string path_;
  bool embedded_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRunCommand() { return std::make_unique<RunCommand>(); }

}  // namespace floe::cli
