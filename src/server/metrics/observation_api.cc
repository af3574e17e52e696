#include "server/metrics/observation_api.h"

#include <utility>

#include "base/prometheus_text.h"
#include "server/metrics/metrics_text.h"

namespace floe::server {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

HttpResponse PlainText(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = kPlainText;
  response.body = std::move(body);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// Lets GET and HEAD of exactly `path` through to `answer`.
HttpHandler ReadOnly(std::string path, HttpHandler answer) {
  return [path = std::move(path), answer = std::move(answer)](const HttpRequest& request,
                                                              HttpResponder respond) {
    if (request.path != path) {
      respond(PlainText(404, "there is nothing at " + request.path + "\n"));
    } else if (request.method != "GET" && request.method != "HEAD") {
      HttpResponse refused = PlainText(405, path + " is read with GET\n");
      refused.headers.emplace_back("Allow", "GET, HEAD");
      respond(std::move(refused));
    } else {
      answer(request, std::move(respond));
    }
  };
}

std::vector<TopicPartitionState> Topics(const log::PartitionedLog& log) {
  std::vector<TopicPartitionState> topics;
  for (const log::TopicInfo& info : log.ListTopics()) {
    for (int32_t partition = 0; partition < info.partition_count; ++partition) {
      // A topic that was deleted since is left out.
      const Result<log::OffsetRange> range = log.Offsets(info.name, PartitionId(partition));
      if (!range.ok()) continue;
      topics.push_back({info.name, partition, range->begin.value(), range->end.value()});
    }
  }
  return topics;
}

HttpResponse Metrics(const Observed& observed) {
  MetricsState state;
  state.jobs = observed.jobs.List();
  state.topics = Topics(observed.engine.log());
  state.memory_used_bytes = observed.engine.memory_budget().used_bytes();
  state.memory_limit_bytes = observed.engine.memory_budget().limit_bytes();
  state.process = ReadProcessUsage();
  state.start_time_seconds = static_cast<double>(observed.start_wall_ms) / 1000;
  state.samples = observed.engine.metrics().Snapshot();
  HttpResponse response = PlainText(200, MetricsText(state));
  response.content_type = kPrometheusContentType;
  return response;
}

void AnswerReadiness(const Observed& observed, HttpResponder respond) {
  Readiness readiness;
  readiness.jobs_started = observed.started.is_open();
  readiness.jobs = observed.jobs.List();
  observed.engine.catalog().ListNamespaces(
      {}, [readiness = std::move(readiness), respond = std::move(respond)](
              const Result<std::vector<catalog::Namespace>>& found) mutable {
        if (!found.ok()) readiness.catalog_problem = found.error().message();
        respond(ReadinessResponse(readiness));
      });
}

}  // namespace

void MountObservation(const Observed& observed,
                      const std::function<void(const char* path, HttpHandler)>& mount) {
  const auto mount_read_only = [&](const char* path, HttpHandler answer) {
    mount(path, ReadOnly(path, std::move(answer)));
  };
  mount_read_only("/livez", [](const HttpRequest&, const HttpResponder& respond) {
    respond(PlainText(200, "alive\n"));
  });
  mount_read_only("/readyz", [observed](const HttpRequest&, HttpResponder respond) {
    AnswerReadiness(observed, std::move(respond));
  });
  // Reads published statuses and counters: microseconds, so on the server's thread.
  mount_read_only("/metrics", [observed](const HttpRequest&, const HttpResponder& respond) {
    respond(Metrics(observed));
  });
}

}  // namespace floe::server
