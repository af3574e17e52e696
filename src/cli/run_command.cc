// `floe run JOB.sql`: runs a job file until its inputs end or it is stopped.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/job_file.h"
#include "engine/job_group.h"
#include "engine/project.h"
#include "engine/query_job.h"
#include "engine/script.h"

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
    app_ = parent.add_subcommand("run", "Run a job file until its inputs end, or Ctrl-C");
    app_->add_option("JOB", path_, "A Flink SQL file")->required();
    app_->add_flag("--embedded", embedded_, "All addresses of the job stand for embedded parts");
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config,
                ResolveConfig(flags, flags.config_file, engine::ProjectConfigOptions()));
    FLOE_ASSIGN(engine::Project project, engine::ReadProject(".", config));
    FLOE_ASSIGN(const std::string text, ReadJobFile(world, path_));
    FLOE_ASSIGN(
        const std::unique_ptr<engine::Engine> engine,
        engine::Engine::Open(EngineOptionsOf(config, embedded_ ? engine::EndpointMap::AllEmbedded()
                                                               : std::move(project.endpoints)),
                             world.files, world.clock, MakeLogger(world, config)));
    const std::unique_ptr<plan::Session> session = engine->NewSession();
    Result<std::vector<plan::StatementResult>> planned =
        engine::PlanScript(*session, text, Output());
    if (!planned.ok()) {
      PrintError(planned.error(), path_, text);
      return kExitFailure;
    }
    const StopSignal stop;
    FLOE_TRY(RunPlanned(*engine, std::move(*planned), stop));
    return stop.was_interrupt() ? kExitInterrupted : kExitOk;
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

  Status RunPlanned(engine::Engine& engine, std::vector<plan::StatementResult> planned,
                    const StopSignal& stop) const {
    engine::JobGroup group(engine);
    int number = 0;
    for (plan::StatementResult& result : planned) {
      if (result.kind == plan::StatementResult::Kind::kQuery) {
        FLOE_TRY(engine::RunQuery(engine, std::move(result), [&] { return stop.requested(); }));
        continue;
      }
      // Jobs of one file that have no name of their own are told apart by their place.
      std::string name = JobName(path_);
      if (++number > 1) name += "-" + std::to_string(number);
      FLOE_ASSIGN(std::unique_ptr<engine::Job> job,
                  engine::Job::Start(engine, std::move(result.plan), name));
      group.Add(std::move(job));
    }
    FLOE_TRY(group.Run([&] { return stop.requested(); }, [] {}));
    for (const std::unique_ptr<engine::Job>& job : group.jobs()) PrintReport(job->Report());
    return Status::Ok();
  }

  CLI::App* app_ = nullptr;
  std::string path_;
  bool embedded_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRunCommand() { return std::make_unique<RunCommand>(); }

}  // namespace floe::cli
