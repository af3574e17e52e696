// `floe explain JOB.sql`: the plan of each job of a file, without running anything.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/job_file.h"
#include "engine/script.h"
#include "plan/explain.h"

namespace floe::cli {
namespace {

class ExplainCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand("explain", "Show the plans of a job file; nothing is run");
    app_->add_option("JOB", path_, "A Flink SQL file")->required();
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, flags.config_file, {}));
    FLOE_ASSIGN(const std::string text, ReadJobFile(world, path_));
    Planner planner;
    engine::ScriptOutput output;
    output.on_rows = [](const plan::StatementResult& rows) {
      std::fputs(engine::FormatRows(rows).c_str(), stdout);
    };
    output.on_warning = [](const std::string& warning) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    };
    const Result<std::vector<plan::StatementResult>> planned =
        engine::PlanStatements(planner.session(), text, output);
    if (!planned.ok()) {
      PrintError(planned.error(), path_, text);
      return kExitFailure;
    }
    const bool json = config.text("output") == "json";
    for (const plan::StatementResult& result : *planned) {
      const std::string plan =
          json ? plan::ExplainJson(result.plan) : plan::ExplainText(result.plan);
      std::printf("%s\n", plan.c_str());
    }
    return kExitOk;
  }

 private:
  CLI::App* app_ = nullptr;
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> MakeExplainCommand() { return std::make_unique<ExplainCommand>(); }

}  // namespace floe::cli
