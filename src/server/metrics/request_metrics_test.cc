#include "server/metrics/request_metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace floe::server {
namespace {

int64_t InProgress(const MetricsRegistry& metrics) {
  for (const MetricSample& sample : metrics.Snapshot()) {
    if (sample.name == "httpRequestsInProgress") return sample.value;
  }
  return -1;
}

std::optional<Histogram::Snapshot> Duration(const MetricsRegistry& metrics) {
  for (const MetricSample& sample : metrics.Snapshot()) {
    if (sample.name == "httpRequestDurationMs") return sample.histogram;
  }
  return std::nullopt;
}

class RequestMetrics : public testing::Test {
 protected:
  // Sends a request; its answer is up to the test.
  HttpResponder Send(const std::string& method) {
    HttpResponder held;
    const HttpHandler handler = CountRequests(
        "/v1", [&](const HttpRequest&, HttpResponder respond) { held = std::move(respond); },
        clock_, metrics_);
    HttpRequest request;
    request.method = method;
    handler(request, [this](const HttpResponse& response) { answered_ = response.status; });
    return held;
  }

  ManualClock clock_;
  MetricsRegistry metrics_;
  int answered_ = 0;
};

TEST_F(RequestMetrics, CountsAnAnswerWithItsTime) {
  HttpResponder respond = Send("POST");
  EXPECT_EQ(InProgress(metrics_), 1);
  clock_.Advance(std::chrono::milliseconds(7));
  HttpResponse response;
  response.status = 404;
  respond(response);
  respond = nullptr;
  EXPECT_EQ(answered_, 404);
  EXPECT_EQ(InProgress(metrics_), 0);
  EXPECT_EQ(metrics_.Sum("httpRequests", {{"route", "/v1"}, {"method", "POST"}, {"status", "404"}}),
            1);
  const auto duration = Duration(metrics_);
  ASSERT_TRUE(duration.has_value());
  EXPECT_EQ(duration->count, 1);
  EXPECT_EQ(duration->sum, 7);
}

TEST_F(RequestMetrics, ARequestThatIsGivenUpIsNoLongerInProgress) {
  Send("GET") = nullptr;
  EXPECT_EQ(InProgress(metrics_), 0);
  EXPECT_EQ(metrics_.Sum("httpRequests"), 0);
}

TEST_F(RequestMetrics, MethodsThatNobodyServesAreOneSeries) {
  for (const char* method : {"BREW", "PROPFIND"}) Send(method)(HttpResponse{});
  EXPECT_EQ(metrics_.Sum("httpRequests", {{"method", "other"}}), 2);
}

}  // namespace
}  // namespace floe::server
