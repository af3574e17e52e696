#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace floe {
namespace {

TEST(MetricsTest, TheSameNameAndLabelsGiveTheSameMetric) {
  MetricsRegistry registry(MetricLabels{{"job", "surge"}});
  Counter& read = registry.counter("numRecordsIn", {{"operator", "scan"}});
  read.Add(5);
  registry.counter("numRecordsIn", {{"operator", "scan"}}).Add();
  registry.counter("numRecordsIn", {{"operator", "join"}}).Add(100);
  EXPECT_EQ(read.value(), 6);
  EXPECT_EQ(registry.Sum("numRecordsIn"), 106);
  EXPECT_EQ(registry.Sum("numRecordsIn", {{"operator", "join"}, {"job", "surge"}}), 100);
  EXPECT_EQ(registry.Sum("numRecords"), 0);
}

TEST(MetricsTest, AGaugeShowsOnceItWasSet) {
  MetricsRegistry registry;
  Gauge& watermark = registry.gauge("currentOutputWatermark");
  EXPECT_TRUE(registry.Snapshot().empty());
  watermark.Set(-5);
  ASSERT_EQ(registry.Snapshot().size(), 1u);
  EXPECT_EQ(registry.Snapshot()[0].value, -5);
}

TEST(MetricsTest, ACounterGoesOnFromACheckpoint) {
  Counter counter;
  counter.Restore(41);
  counter.Add();
  EXPECT_EQ(counter.value(), 42);
}

TEST(HistogramTest, CountsByUpperBound) {
  Histogram histogram({10, 100});
  for (int64_t value : {1, 10, 11, 100, 5000}) histogram.Observe(value);
  const Histogram::Snapshot snapshot = histogram.snapshot();
  EXPECT_THAT(snapshot.counts, testing::ElementsAre(2, 2, 1));
  EXPECT_EQ(snapshot.count, 5);
  EXPECT_EQ(snapshot.sum, 5122);
  EXPECT_EQ(snapshot.Quantile(0.4), 10);
  EXPECT_EQ(snapshot.Quantile(0.5), 100);
  EXPECT_EQ(snapshot.Quantile(1), 100);
  EXPECT_EQ(Histogram::Snapshot().Quantile(0.5), 0);
}

TEST(HistogramTest, DecimalBoundsEndWhereAsked) {
  EXPECT_THAT(Histogram::DecimalBounds(100), testing::ElementsAre(1, 2, 5, 10, 20, 50, 100));
  EXPECT_THAT(Histogram::DecimalBounds(60), testing::ElementsAre(1, 2, 5, 10, 20, 50));
  EXPECT_GT(Histogram::DecimalBounds(INT64_MAX).size(), 50u);
}

TEST(MetricsTest, LabelsWithoutBoundShareOneSeries) {
  MetricsRegistry registry;
  for (size_t i = 0; i < limits::kMaxMetricSeries + 100; ++i) {
    registry.counter("requests", {{"path", std::to_string(i)}}).Add();
  }
  EXPECT_EQ(registry.Snapshot().size(), limits::kMaxMetricSeries + 1);
  EXPECT_EQ(registry.Sum("requests", {{"overflow", "true"}}), 100);
}

}  // namespace
}  // namespace floe
