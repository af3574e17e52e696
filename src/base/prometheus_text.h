// Prometheus' text exposition format 0.0.4: families of samples, collected and then written. What a
// scraper is strict about is kept here: a family's lines stand together, its type comes first, and
// no two samples have the same labels.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/metrics.h"

namespace floe {

// The Content-Type of an answer in this format.
inline constexpr std::string_view kPrometheusContentType =
    "text/plain; version=0.0.4; charset=utf-8";

struct MetricFamily {
  std::string_view name;  // of [a-zA-Z0-9_:], not beginning with a digit
  std::string_view help;  // one sentence; "": none
  MetricKind kind = MetricKind::kGauge;
};

// Used by one thread at a time.
class PrometheusText {
 public:
  // A sample of a counter or gauge. Kind and help of a family are those of its first sample; of two
  // samples with the same labels the first stays.
  void Add(const MetricFamily& family, const MetricLabels& labels, int64_t value);
  void Add(const MetricFamily& family, const MetricLabels& labels, double value);
  // What a registry holds, under names of this program: "httpRequests" becomes floe_http_requests,
  // a counter also gets _total. The names of several registries meet in one family.
  void AddSamples(const std::vector<MetricSample>& samples);

  // Families by name, samples by labels.
  std::string Text() const;

 private:
  using Value = std::variant<int64_t, double, Histogram::Snapshot>;
  struct Family {
    std::string help;
    MetricKind kind = MetricKind::kGauge;
    std::map<MetricLabels, Value> samples;
  };
  Family& FamilyOf(const MetricFamily& family);

  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace floe
