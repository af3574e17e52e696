// `floe up DIR`: everything of a project: log, simulator, jobs, tables, admin API.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/job_file.h"
#include "cli/simulator_task.h"
#include "cli/status_display.h"
#include "engine/job_group.h"
#include "engine/project.h"
#include "engine/script.h"
#include "server/admin/admin_api.h"
#include "server/admin/admin_client.h"
#include "server/http/http_server.h"

namespace floe::cli {
namespace {

class UpCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand("up", "Run a project: log, simulator, jobs, tables");
    app_->add_option("DIR", directory_, "A directory with a floe.yaml")->required();
    app_->add_option("--http-port", http_port_, "Of the admin API; 0: any free port");
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    const auto started = world.clock.Monotonic();
    const std::string file =
        flags.config_file.empty() ? storage::JoinPath(directory_, "floe.yaml") : flags.config_file;
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, file, engine::ProjectConfigOptions()));
    FLOE_ASSIGN(engine::Project project, engine::ReadProject(directory_, config));
    const StopSignal stop;
    // Freed from the last to the first: the engine last.
    FLOE_ASSIGN(const std::unique_ptr<engine::Engine> engine,
                engine::Engine::Open(EngineOptionsOf(config, project.endpoints), world.files,
                                     world.clock, MakeLogger(world, config)));
    ThreadPoolExecutor server_thread(1, world.clock);
    FLOE_ASSIGN(const std::unique_ptr<server::HttpServer> server,
                server::HttpServer::Start("127.0.0.1", http_port_, server_thread,
                                          server::MakeAdminApi(engine->log()),
                                          engine->logger().Child("http")));
    FLOE_TRY(storage::WriteFileDurably(world.files, engine->directory().owner_path(),
                                       server::OwnerText("127.0.0.1", server->port())));
    FLOE_TRY(CreateTopics(*engine, project));
    SimulatorTask simulator(*engine);
    if (project.simulator) FLOE_TRY(simulator.Start(*project.simulator));
    engine::JobGroup group(*engine);
    FLOE_TRY(StartJobs(world, *engine, project, &group));
    PrintWhatRuns(*engine, project, server->port(), group);
    const auto ready =
        std::chrono::duration_cast<std::chrono::milliseconds>(world.clock.Monotonic() - started);
    std::fprintf(stderr, "ready after %lld ms\n", static_cast<long long>(ready.count()));
    StatusDisplay display(*engine, project, group);
    FLOE_TRY(
        group.Run([&] { return stop.requested() || simulator.failed(); }, [&] { display.Tick(); }));
    display.Finish();
    FLOE_TRY(simulator.Stop());
    FLOE_TRY(world.files.RemoveFile(engine->directory().owner_path()));
    return kExitOk;
  }

 private:
  static Status CreateTopics(engine::Engine& engine, const engine::Project& project) {
    for (const engine::ProjectTopic& topic : project.topics) {
      const Result<log::TopicInfo> created =
          engine.log().CreateTopic(topic.name, topic.partitions, topic.options);
      if (!created.ok() && created.error().code() != ErrorCode::kAlreadyExists) {
        return created.error();
      }
    }
    return Status::Ok();
  }

  Status StartJobs(const World& world, engine::Engine& engine, const engine::Project& project,
                   engine::JobGroup* group) {
    for (const std::string& path : project.job_paths) {
      FLOE_ASSIGN(const std::string text, ReadJobFile(world, path));
      const std::unique_ptr<plan::Session> session = engine.NewSession();
      engine::ScriptOutput output;
      output.on_rows = [](const plan::StatementResult&) {};
      output.on_warning = [](const std::string& warning) {
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
      };
      Result<std::vector<plan::StatementResult>> planned =
          engine::PlanScript(*session, text, output);
      if (!planned.ok()) {
        PrintError(planned.error(), path, text);
        return Error(ErrorCode::kInvalidConfiguration, "the job " + path + " can't be run");
      }
      for (plan::StatementResult& result : *planned) {
        if (result.kind != plan::StatementResult::Kind::kJob) continue;
        FLOE_ASSIGN(std::unique_ptr<engine::Job> job,
                    engine::Job::Start(engine, std::move(result.plan), JobName(path)));
        group->Add(std::move(job));
      }
    }
    if (group->empty()) {
      return Error(ErrorCode::kInvalidConfiguration, "the project has no job to run");
    }
    return Status::Ok();
  }

  static void PrintWhatRuns(const engine::Engine& engine, const engine::Project& project,
                            uint16_t admin_port, const engine::JobGroup& group) {
    std::fprintf(stderr, "data       %s\n", engine.directory().path().c_str());
    std::fprintf(stderr, "log        %s (embedded)\n", engine.directory().log_path().c_str());
    std::fprintf(stderr, "tables     %s (Iceberg; catalog %s)\n",
                 engine.directory().warehouse_path().c_str(),
                 engine.directory().catalog_path().c_str());
    if (project.simulator) {
      std::fprintf(stderr, "simulator  %d drivers, %g driver events/s, %g rides/s\n",
                   project.simulator->drivers, project.simulator->driver_events_per_second,
                   project.simulator->rides_per_second);
    }
    for (const std::unique_ptr<engine::Job>& job : group.jobs()) {
      const engine::JobReport report = job->Report();
      std::fprintf(stderr, "job        %s, after epoch %lld\n", report.pipeline_id.c_str(),
                   static_cast<long long>(report.epoch.value()));
    }
    std::fprintf(stderr, "admin API  http://127.0.0.1:%u/api/v1\n",
                 static_cast<unsigned>(admin_port));
    std::fprintf(stderr, "not here yet: query endpoint, Kafka listener, catalog server\n");
  }

  CLI::App* app_ = nullptr;
  std::string directory_;
  uint16_t http_port_ = 8080;
};

}  // namespace

std::unique_ptr<Command> MakeUpCommand() { return std::make_unique<UpCommand>(); }

}  // namespace floe::cli
