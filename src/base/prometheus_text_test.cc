#include "base/prometheus_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace floe {
namespace {

constexpr MetricFamily kRows{"flink_rows", "Rows of \"one\" operator,\nup to C:\\ now.",
                             MetricKind::kGauge};

TEST(PrometheusText, AFamilyStandsTogetherByLabels) {
  PrometheusText text;
  text.Add(kRows, {{"operator", "z"}}, int64_t{4});
  text.Add({"a_second", "", MetricKind::kCounter}, {}, 0.25);
  text.Add(kRows, {{"operator", "a"}}, std::numeric_limits<int64_t>::min());
  EXPECT_EQ(text.Text(),
            "# TYPE a_second counter\n"
            "a_second 0.25\n"
            "# HELP flink_rows Rows of \"one\" operator,\\nup to C:\\\\ now.\n"
            "# TYPE flink_rows gauge\n"
            "flink_rows{operator=\"a\"} -9223372036854775808\n"
            "flink_rows{operator=\"z\"} 4\n");
}

TEST(PrometheusText, LabelsMayHoldAnything) {
  PrometheusText text;
  text.Add(kRows, {{"file", "a\"b\\c\nd ä"}, {"none", ""}}, int64_t{1});
  EXPECT_NE(text.Text().find("flink_rows{file=\"a\\\"b\\\\c\\nd ä\",none=\"\"} 1\n"),
            std::string::npos)
      << text.Text();
}

TEST(PrometheusText, OfTheSameLabelsTheFirstSampleStays) {
  PrometheusText text;
  text.Add(kRows, {{"operator", "a"}}, int64_t{1});
  text.Add(kRows, {{"operator", "a"}}, int64_t{2});
  EXPECT_EQ(text.Text().find("} 2"), std::string::npos);
}

TEST(PrometheusText, NumbersThatAreNone) {
  PrometheusText text;
  const auto value = [&](const char* label, double number) {
    text.Add(kRows, {{"is", label}}, number);
  };
  value("high", std::numeric_limits<double>::infinity());
  value("low", -std::numeric_limits<double>::infinity());
  value("nan", std::numeric_limits<double>::quiet_NaN());
  value("small", 1e-7);
  for (const char* line : {"{is=\"high\"} +Inf\n", "{is=\"low\"} -Inf\n", "{is=\"nan\"} NaN\n",
                           "{is=\"small\"} 1e-07\n"}) {
    EXPECT_NE(text.Text().find(line), std::string::npos) << text.Text();
  }
}

TEST(PrometheusText, WritesWhatARegistryHolds) {
  MetricsRegistry registry;
  registry.counter("httpRequests", {{"route", "/v1"}}).Add(3);
  registry.counter("httpRequests", {{"route", "/metrics"}}).Add(4);
  registry.gauge("memory.used_bytes").Set(12);
  registry.histogram("requestDurationMs", {1, 5}).Observe(2);
  PrometheusText text;
  text.AddSamples(registry.Snapshot());
  EXPECT_EQ(text.Text(),
            "# TYPE floe_http_requests_total counter\n"
            "floe_http_requests_total{route=\"/metrics\"} 4\n"
            "floe_http_requests_total{route=\"/v1\"} 3\n"
            "# TYPE floe_memory_used_bytes gauge\n"
            "floe_memory_used_bytes 12\n"
            "# TYPE floe_request_duration_ms histogram\n"
            "floe_request_duration_ms_bucket{le=\"1\"} 0\n"
            "floe_request_duration_ms_bucket{le=\"5\"} 1\n"
            "floe_request_duration_ms_bucket{le=\"+Inf\"} 1\n"
            "floe_request_duration_ms_sum 2\n"
            "floe_request_duration_ms_count 1\n");
}

}  // namespace
}  // namespace floe
