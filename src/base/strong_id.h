// Strong types for ids, offsets, epochs and times: an offset can't be passed as a snapshot id.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

namespace floe {

// An integer with a meaning. Ordered, hashable, explicit in both directions.
template <typename Tag, typename Int = int64_t>
class StrongId {
 public:
  using value_type = Int;
  constexpr StrongId() = default;
  constexpr explicit StrongId(Int value) : value_(value) {}
  constexpr Int value() const { return value_; }
  constexpr auto operator<=>(const StrongId&) const = default;
  constexpr StrongId Next() const { return StrongId(value_ + 1); }

 private:
  Int value_ = 0;
};

// A checkpoint and the commits that belong to it; counts from 1 and never falls, over restarts.
using Epoch = StrongId<struct EpochTag>;
// Position of a record in a partition of a log, from 0.
using Offset = StrongId<struct OffsetTag>;
using PartitionId = StrongId<struct PartitionIdTag, int32_t>;
// Iceberg: a table's snapshot, and the sequence number of a commit.
using SnapshotId = StrongId<struct SnapshotIdTag>;
using SequenceNumber = StrongId<struct SequenceNumberTag>;
// Iceberg field id, unique within a table's history.
using ColumnId = StrongId<struct ColumnIdTag, int32_t>;
// Place of an event (row, end of input, idleness change) in a job's one sequence, from 0.
using RowSequence = StrongId<struct RowSequenceTag>;

// Event time, or a watermark: milliseconds since 1970-01-01 00:00:00 UTC.
class EventTime {
 public:
  constexpr EventTime() = default;
  constexpr explicit EventTime(int64_t millis) : millis_(millis) {}
  constexpr int64_t millis() const { return millis_; }
  constexpr auto operator<=>(const EventTime&) const = default;

  // No watermark yet; below every event.
  static constexpr EventTime Min() { return EventTime(std::numeric_limits<int64_t>::min()); }
  // The watermark at the end of a bounded input; Flink's Long.MAX_VALUE.
  static constexpr EventTime Max() { return EventTime(std::numeric_limits<int64_t>::max()); }

 private:
  int64_t millis_ = 0;
};

}  // namespace floe

template <typename Tag, typename Int>
struct std::hash<floe::StrongId<Tag, Int>> {
  size_t operator()(const floe::StrongId<Tag, Int>& id) const noexcept {
    return std::hash<Int>()(id.value());
  }
};
