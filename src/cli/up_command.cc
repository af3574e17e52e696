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

#include "base/limits.h"
#include "base/quantity.h"
#include "cli/command.h"
#include "cli/job_file.h"
#include "cli/simulator_task.h"
#include "cli/status_display.h"
#include "engine/job_supervisor.h"
#include "engine/project.h"
#include "engine/runtime_tables.h"
#include "query/trino/iceberg_provider.h"
#include "server/admin/admin_api.h"
#include "server/admin/admin_connection.h"
#include "server/http/http_server.h"
#include "server/http/router.h"
#include "server/metrics/observation_api.h"
#include "server/metrics/request_metrics.h"
#include "server/page/page.h"
#include "server/trino/query_endpoint.h"
#include "server/trino/statement_api.h"

namespace floe::cli {
namespace {

// A request of the admin API waits for a disk or for the jobs' thread; the other one answers.
constexpr int kAdminThreads = 2;
// The name of the engine's tables in queries.
constexpr const char* kQueryCatalog = "iceberg";

class UpCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand("up", "Run a project: log, simulator, jobs, tables");
    app_->add_option("DIR", directory_, "A directory with a floe.yaml")->required();
    app_->add_option("--http-port", http_port_, "Of page, queries and admin API; 0: any free port");
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    const auto started = world.clock.Monotonic();
    const int64_t start_wall_ms = world.clock.WallMillis();
    const std::string file =
        flags.config_file.empty() ? storage::JoinPath(directory_, "floe.yaml") : flags.config_file;
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, file, engine::ProjectConfigOptions()));
    FLOE_ASSIGN(engine::Project project, engine::ReadProject(directory_, config));
    const StopSignal stop;
    // Freed from the last to the first: the engine last.
    FLOE_ASSIGN(const std::unique_ptr<engine::Engine> engine,
                engine::Engine::Open(EngineOptionsOf(config, project.endpoints), world.files,
                                     world.clock, MakeLogger(world, config)));
    engine::JobSupervisor jobs(*engine, Random::FromEntropy());
    ThreadPoolExecutor admin_threads(kAdminThreads, world.clock);
    ThreadPoolExecutor server_thread(1, world.clock);
    server::Router router;
    const auto mount = [&](const char* path, server::HttpHandler handler) {
      router.Mount(path,
                   server::CountRequests(path, std::move(handler), world.clock, engine->metrics()));
    };
    server::StartupGate started_jobs;
    mount(server::kAdminPath, server::MakeAdminApi(engine->log(), jobs, admin_threads));
    server::QueryEndpoint queries(QueryOptions(*engine, jobs), world.clock, Random::FromEntropy());
    mount(server::kTrinoPath, queries.Handler());
    mount("/", server::MakePageHandler(server::PageFiles(), kQueryCatalog, engine->catalog()));
    server::MountObservation({*engine, jobs, started_jobs, start_wall_ms}, mount);
    FLOE_ASSIGN(const std::unique_ptr<server::HttpServer> server,
                server::HttpServer::Start("127.0.0.1", http_port_, server_thread, router.Handler(),
                                          engine->logger().Child("http")));
    FLOE_TRY(storage::WriteFileDurably(world.files, engine->directory().owner_path(),
                                       server::OwnerText("127.0.0.1", server->port())));
    FLOE_TRY(CreateTopics(*engine, project));
    SimulatorTask simulator(*engine);
    if (project.simulator) FLOE_TRY(simulator.Start(*project.simulator));
    FLOE_TRY(StartJobs(world, project, &jobs));
    FLOE_TRY(jobs.Resume());
    PrintWhatRuns(*engine, project, server->port(), jobs);
    StatusDisplay display(*engine, project, jobs);
    // Requests are taken from the first tick on.
    bool is_ready = false;
    const auto tick = [&] {
      if (!is_ready) {
        PrintReady(world.clock.Monotonic() - started);
        queries.WarmUp();
      }
      is_ready = true;
      started_jobs.Open();
      display.Tick();
    };
    FLOE_TRY(jobs.Run(
        true, [&] { return stop.requested() || simulator.failed(); }, tick));
    display.Finish();
    FLOE_TRY(simulator.Stop());
    FLOE_TRY(world.files.RemoveFile(engine->directory().owner_path()));
    return kExitOk;
  }

 private:
  // Statements read the engine's tables as they are committed, and what runs.
  static server::QueryEndpointOptions QueryOptions(engine::Engine& engine,
                                                   const engine::JobSupervisor& jobs) {
    server::QueryEndpointOptions options;
    options.catalogs[kQueryCatalog] =
        query::trino::MakeIcebergProvider(engine.catalog(), engine.file_io(), engine.executor());
    options.live_tables = engine::RuntimeTables(jobs, engine.log());
    options.duckdb.memory_limit_bytes = limits::kDefaultQueryMemoryBytes;
    options.duckdb.threads = limits::kQueryEngineThreads;
    options.duckdb.readable_directory = engine.directory().warehouse_path();
    return options;
  }

  static void PrintReady(std::chrono::nanoseconds after) {
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(after);
    std::fprintf(stderr, "ready after %lld ms\n", static_cast<long long>(millis.count()));
  }

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

  // The project's jobs start from its files with each process, which go on with what is there: they
  // are not remembered, and what they define is kept where it stands already.
  static Status StartJobs(const World& world, const engine::Project& project,
                          engine::JobSupervisor* jobs) {
    if (project.job_paths.empty()) {
      return Error(ErrorCode::kInvalidConfiguration, "the project has no job to run");
    }
    for (const std::string& path : project.job_paths) {
      FLOE_ASSIGN(const std::string text, ReadJobFile(world, path));
      const auto started = jobs->Submit({path, text, false, engine::ScriptUse::kAgain});
      if (started.ok()) continue;
      PrintError(started.error(), path, text);
      return Error(ErrorCode::kInvalidConfiguration, "the job " + path + " can't be run");
    }
    return Status::Ok();
  }

  static void PrintWhatRuns(const engine::Engine& engine, const engine::Project& project,
                            uint16_t admin_port, const engine::JobSupervisor& jobs) {
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
    for (const engine::JobStatus& job : jobs.List()) {
      if (engine::HasEnded(job.record.state)) continue;
      std::fprintf(stderr, "job        %s (%s), after epoch %lld\n", job.record.name.c_str(),
                   job.record.id.c_str(), static_cast<long long>(job.report.epoch.value()));
    }
    std::fprintf(stderr, "page       http://127.0.0.1:%u%s\n", static_cast<unsigned>(admin_port),
                 server::PageFiles().empty() ? "  (built without it)" : "");
    std::fprintf(stderr, "admin API  http://127.0.0.1:%u/api/v1\n",
                 static_cast<unsigned>(admin_port));
    std::fprintf(stderr,
                 "query endpoint http://127.0.0.1:%u (Trino protocol; catalogs %s, system)\n",
                 static_cast<unsigned>(admin_port), kQueryCatalog);
    std::fprintf(stderr, "not here yet: Kafka listener, catalog server\n");
  }

  CLI::App* app_ = nullptr;
  std::string directory_;
  uint16_t http_port_ = 8080;
};

}  // namespace

std::unique_ptr<Command> MakeUpCommand() { return std::make_unique<UpCommand>(); }

}  // namespace floe::cli
