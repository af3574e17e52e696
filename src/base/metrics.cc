#include "base/metrics.h"

#include <algorithm>
#include <functional>

#include "base/assert.h"
#include "base/limits.h"

namespace floe {
namespace {

bool Includes(const MetricLabels& all, const MetricLabels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const auto it = all.find(label.first);
    return it != all.end() && it->second == label.second;
  });
}

}  // namespace

Histogram::Histogram(std::vector<int64_t> upper_bounds)
    : upper_bounds_(std::move(upper_bounds)), counts_(upper_bounds_.size() + 1) {
  FLOE_ASSERT(std::adjacent_find(upper_bounds_.begin(), upper_bounds_.end(),
                                 std::greater_equal<>()) == upper_bounds_.end());
}

std::vector<int64_t> Histogram::DecimalBounds(int64_t last) {
  std::vector<int64_t> bounds;
  for (int64_t decade = 1; decade <= last; decade *= 10) {
    for (int64_t step : {1, 2, 5}) {
      if (decade * step <= last) bounds.push_back(decade * step);
    }
    if (decade > last / 10) break;
  }
  return bounds;
}

void Histogram::Observe(int64_t value) {
  const auto bucket = std::lower_bound(upper_bounds_.begin(), upper_bounds_.end(), value);
  counts_[static_cast<size_t>(bucket - upper_bounds_.begin())].fetch_add(1,
                                                                         std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
  Snapshot snapshot;
  snapshot.upper_bounds = upper_bounds_;
  for (const std::atomic<int64_t>& count : counts_) {
    snapshot.counts.push_back(count.load(std::memory_order_relaxed));
    snapshot.count += snapshot.counts.back();
  }
  snapshot.sum = sum_.load(std::memory_order_relaxed);
  return snapshot;
}

int64_t Histogram::Snapshot::Quantile(double quantile) const {
  if (count == 0 || upper_bounds.empty()) return 0;
  const double wanted = quantile * static_cast<double>(count);
  int64_t seen = 0;
  for (size_t i = 0; i < upper_bounds.size(); ++i) {
    seen += counts[i];
    if (seen > 0 && static_cast<double>(seen) >= wanted) return upper_bounds[i];
  }
  return upper_bounds.back();
}

MetricsRegistry::MetricsRegistry(MetricLabels shared_labels)
    : shared_labels_(std::move(shared_labels)) {}

MetricsRegistry::~MetricsRegistry() = default;

MetricsRegistry::Metric& MetricsRegistry::FindOrAdd(std::string_view name,
                                                    const MetricLabels& labels, Metric made) {
  Key key(std::string(name), shared_labels_);
  for (const auto& [label, value] : labels) key.second.insert_or_assign(label, value);
  std::lock_guard lock(mutex_);
  auto it = metrics_.find(key);
  if (it == metrics_.end() && metrics_.size() >= limits::kMaxMetricSeries) {
    key.second = shared_labels_;
    key.second.insert_or_assign("overflow", "true");
  }
  it = metrics_.try_emplace(std::move(key), std::move(made)).first;
  return it->second;
}

Counter& MetricsRegistry::counter(std::string_view name, const MetricLabels& labels) {
  auto* found =
      std::get_if<std::unique_ptr<Counter>>(&FindOrAdd(name, labels, std::make_unique<Counter>()));
  FLOE_ASSERT(found != nullptr);
  return **found;
}

Gauge& MetricsRegistry::gauge(std::string_view name, const MetricLabels& labels) {
  auto* found =
      std::get_if<std::unique_ptr<Gauge>>(&FindOrAdd(name, labels, std::make_unique<Gauge>()));
  FLOE_ASSERT(found != nullptr);
  return **found;
}

Histogram& MetricsRegistry::histogram(std::string_view name,
                                      const std::vector<int64_t>& upper_bounds,
                                      const MetricLabels& labels) {
  auto* found = std::get_if<std::unique_ptr<Histogram>>(
      &FindOrAdd(name, labels, std::make_unique<Histogram>(upper_bounds)));
  FLOE_ASSERT(found != nullptr);
  return **found;
}

std::vector<MetricSample> MetricsRegistry::Snapshot() const {
  std::vector<MetricSample> samples;
  std::lock_guard lock(mutex_);
  for (const auto& [key, metric] : metrics_) {
    MetricSample sample;
    sample.name = key.first;
    sample.labels = key.second;
    if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&metric)) {
      sample.value = (*counter)->value();
    } else if (const auto* gauge = std::get_if<std::unique_ptr<Gauge>>(&metric)) {
      sample.kind = MetricKind::kGauge;
      sample.value = (*gauge)->value();
      if (sample.value == Gauge::kUnset) continue;
    } else {
      sample.kind = MetricKind::kHistogram;
      sample.histogram = std::get<std::unique_ptr<Histogram>>(metric)->snapshot();
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

int64_t MetricsRegistry::Sum(std::string_view name, const MetricLabels& labels) const {
  int64_t sum = 0;
  std::lock_guard lock(mutex_);
  for (auto it = metrics_.lower_bound(Key(std::string(name), {}));
       it != metrics_.end() && it->first.first == name; ++it) {
    const auto* counter = std::get_if<std::unique_ptr<Counter>>(&it->second);
    if (counter != nullptr && Includes(it->first.second, labels)) sum += (*counter)->value();
  }
  return sum;
}

}  // namespace floe
