#include "server/metrics/request_metrics.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

namespace floe::server {
namespace {

constexpr int64_t kLongestRequestMs = 10'000;

// Methods are the client's text; one that nobody serves must not become a series of its own.
std::string MethodLabel(const std::string& method) {
  for (const char* known : {"GET", "HEAD", "POST", "PUT", "DELETE"}) {
    if (method == known) return method;
  }
  return "other";
}

// What is shared by the requests of one route.
struct RouteMetrics {
  RouteMetrics(std::string name, const Clock& its_clock, MetricsRegistry& its_metrics)
      : route(std::move(name)),
        clock(its_clock),
        metrics(its_metrics),
        duration_ms(metrics.histogram("httpRequestDurationMs",
                                      Histogram::DecimalBounds(kLongestRequestMs),
                                      {{"route", route}})),
        in_progress_gauge(metrics.gauge("httpRequestsInProgress", {{"route", route}})) {
    in_progress_gauge.Set(0);
  }

  void Begin() { in_progress_gauge.Set(in_progress.fetch_add(1) + 1); }
  void End() { in_progress_gauge.Set(in_progress.fetch_sub(1) - 1); }

  const std::string route;
  const Clock& clock;
  MetricsRegistry& metrics;
  Histogram& duration_ms;
  Gauge& in_progress_gauge;
  std::atomic<int64_t> in_progress{0};
};

// One request, from its arrival until it is answered or given up.
class Observation {
 public:
  Observation(std::shared_ptr<RouteMetrics> route, std::string method)
      : route_(std::move(route)), method_(std::move(method)), started_(route_->clock.Monotonic()) {
    route_->Begin();
  }
  ~Observation() { route_->End(); }
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

  void Answered(int status) {
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(route_->clock.Monotonic() - started_);
    route_->duration_ms.Observe(took.count());
    route_->metrics
        .counter(
            "httpRequests",
            {{"route", route_->route}, {"method", method_}, {"status", std::to_string(status)}})
        .Add();
  }

 private:
  const std::shared_ptr<RouteMetrics> route_;
  const std::string method_;
  const std::chrono::nanoseconds started_;
};

}  // namespace

HttpHandler CountRequests(std::string route, HttpHandler handler, const Clock& clock,
                          MetricsRegistry& metrics) {
  const auto shared = std::make_shared<RouteMetrics>(std::move(route), clock, metrics);
  return [shared, handler = std::move(handler)](const HttpRequest& request, HttpResponder respond) {
    auto observation = std::make_shared<Observation>(shared, MethodLabel(request.method));
    handler(request, [observation, respond = std::move(respond)](HttpResponse response) {
      observation->Answered(response.status);
      respond(std::move(response));
    });
  };
}

}  // namespace floe::server
