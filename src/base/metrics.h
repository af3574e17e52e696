// Counters, gauges and histograms with labels: what parts of the process count as they work. What
// jobs and operators count is part of their state and comes in their reports.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace floe {

// Only rises. Thread-safe.
class Counter {
 public:
  void Add(int64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }
  // Goes on from a checkpoint's count.
  void Restore(int64_t value) { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Rises and falls. Not shown until it was set. Thread-safe.
class Gauge {
 public:
  static constexpr int64_t kUnset = std::numeric_limits<int64_t>::min();

  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  // kUnset before the first Set.
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{kUnset};
};

// Counts observations by size. Thread-safe.
class Histogram {
 public:
  // Upper ends of the buckets, strictly rising; a last bucket without end is added.
  explicit Histogram(std::vector<int64_t> upper_bounds);
  // 1, 2, 5, 10, … up to `last`: for durations in ms and sizes.
  static std::vector<int64_t> DecimalBounds(int64_t last);

  void Observe(int64_t value);

  struct Snapshot {
    std::vector<int64_t> upper_bounds;
    std::vector<int64_t> counts;  // one more than bounds; not cumulative
    int64_t count = 0;
    int64_t sum = 0;

    // An upper bound of the quantile (0 … 1): the end of the bucket that holds it, or the largest
    // bound where it lies beyond; 0 when nothing was observed.
    int64_t Quantile(double quantile) const;
  };
  Snapshot snapshot() const;

 private:
  const std::vector<int64_t> upper_bounds_;
  std::vector<std::atomic<int64_t>> counts_;
  std::atomic<int64_t> sum_{0};
};

// Label names and values, sorted by name.
using MetricLabels = std::map<std::string, std::string>;

enum class MetricKind : uint8_t { kCounter, kGauge, kHistogram };

struct MetricSample {
  std::string name;
  MetricLabels labels;
  MetricKind kind = MetricKind::kCounter;
  int64_t value = 0;              // of a counter or gauge
  Histogram::Snapshot histogram;  // of a histogram
};

// Owns metrics; one for the process, one for each job. What it returns lives as long as it does
// and is found again by the same name and labels. Thread-safe; look metrics up once and keep them,
// since a look-up takes a lock.
class MetricsRegistry {
 public:
  // `shared_labels` go onto every metric, such as {"job", …}.
  explicit MetricsRegistry(MetricLabels shared_labels = {});
  ~MetricsRegistry();

  // REQUIRES: a name is used for one kind of metric only.
  Counter& counter(std::string_view name, const MetricLabels& labels = {});
  Gauge& gauge(std::string_view name, const MetricLabels& labels = {});
  Histogram& histogram(std::string_view name, const std::vector<int64_t>& upper_bounds,
                       const MetricLabels& labels = {});

  // All that have a value, by name and labels.
  std::vector<MetricSample> Snapshot() const;
  // The sum of a counter over all labels that include `labels`; 0 if there is none.
  int64_t Sum(std::string_view name, const MetricLabels& labels = {}) const;

 private:
  using Metric =
      std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>>;
  using Key = std::pair<std::string, MetricLabels>;
  // Finds the metric or takes `made`. Past limits::kMaxMetricSeries all new labels of a name share
  // one series with the label overflow="true".
  Metric& FindOrAdd(std::string_view name, const MetricLabels& labels, Metric made);

  const MetricLabels shared_labels_;
  mutable std::mutex mutex_;
  std::map<Key, Metric> metrics_;
};

}  // namespace floe
