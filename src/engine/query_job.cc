#include "engine/query_job.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "base/random.h"
#include "connectors/print/print_sink.h"
#include "runtime/job_runtime.h"

namespace floe::engine {

Status RunQuery(Engine& engine, plan::StatementResult planned, const std::function<bool()>& stop) {
  const std::unique_ptr<stream::Sink> sink = connectors::MakePrintSink("", engine.options().print);
  FLOE_ASSIGN(const std::unique_ptr<stream::SinkWriter> writer, sink->CreateWriter(0, 1));
  runtime::JobConnectors connectors;
  const std::map<std::string, std::string> configuration = planned.plan.configuration;
  connectors.open_source = [&](const plan::ScanNode& node) -> Result<runtime::ScanSource> {
    FLOE_ASSIGN(runtime::ScanSource source, engine.connectors().OpenSource(node.table));
    FLOE_ASSIGN(source.idle_timeout_ms, IdleTimeoutMs(node.table, configuration));
    return source;
  };
  connectors.collect = [&](const std::vector<stream::Batch>& batches) -> Status {
    for (const stream::Batch& batch : batches) FLOE_TRY(writer->Write(batch));
    return Status::Ok();
  };
  runtime::JobRuntimeOptions options;
  options.parallelism = engine.options().parallelism;
  options.random_seed = Random::FromEntropy().NextUint64();
  const auto zone = configuration.find("table.local-time-zone");
  if (zone != configuration.end()) options.time_zone = zone->second;
  FLOE_ASSIGN(const std::unique_ptr<runtime::JobRuntime> job,
              runtime::JobRuntime::Create(
                  std::make_shared<const plan::PhysicalPlan>(std::move(planned.plan)), connectors,
                  engine.executor(), engine.clock(), engine.memory(), options));
  while (!stop() && !job->finished()) {
    FLOE_ASSIGN(const runtime::RoundSummary round, job->RunRound());
    if (round.progressed || round.finished) continue;
    // No one is told of an idle moment's end more than once: the flag outlives the wait.
    constexpr std::chrono::milliseconds kLongestWait{200};
    const auto until = engine.clock().Monotonic() + kLongestWait;
    engine.executor().RunUntil([&] { return stop() || engine.clock().Monotonic() >= until; });
  }
  return Status::Ok();
}

}  // namespace floe::engine
