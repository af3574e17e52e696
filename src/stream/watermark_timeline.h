// How a stream's watermark moves within one round: the watermark as data, shared by all parallel
// instances of the operators that read the stream.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/strong_id.h"

namespace floe::stream {

// Steps of a watermark in sequence order. A step at sequence s takes effect after every row whose
// cause is s and before every row whose cause is greater: Flink forwards a row before the
// watermark that it produces. Immutable once shared.
class WatermarkTimeline {
 public:
  // The watermark when the round starts; EventTime::Min() if there was none yet.
  explicit WatermarkTimeline(EventTime initial) : initial_(initial) {}

  // From here on the stream is idle (it has no active partition), or active again. An operator with
  // two inputs leaves an idle one aside. REQUIRES: sequence > that of the last change.
  void AppendIdle(int64_t sequence, bool idle);
  void set_initially_idle(bool idle) { initially_idle_ = idle; }
  bool initially_idle() const { return initially_idle_; }
  // Whether the stream is idle when the round ends.
  bool finally_idle() const;
  struct IdleChange {
    int64_t sequence = 0;
    bool idle = false;
  };
  const std::vector<IdleChange>& idle_changes() const { return idle_changes_; }

  // Adds a step; one that does not advance the watermark is left out.
  // REQUIRES: sequence > that of the last step.
  void Append(int64_t sequence, EventTime watermark);

  EventTime initial() const { return initial_; }
  // The watermark when the round ends.
  EventTime final() const;
  // Steps, strictly rising in both.
  const std::vector<int64_t>& sequences() const { return sequences_; }
  const std::vector<int64_t>& watermarks_millis() const { return watermarks_; }
  size_t size() const { return sequences_.size(); }

  // Index of the first step whose watermark is >= `time`, from step `from` on; size() if none.
  size_t FirstReaching(EventTime time, size_t from = 0) const;
  // The watermark that rows with this cause see: the last step with a smaller sequence.
  EventTime Before(int64_t cause) const;

  // Minimum of both at every sequence, an idle one aside: the watermark of an operator with two
  // inputs. Never falls, also where an idle input comes back with a lower watermark; `floor` is
  // what it reached in earlier rounds.
  static std::shared_ptr<const WatermarkTimeline> Minimum(const WatermarkTimeline& a,
                                                          const WatermarkTimeline& b,
                                                          EventTime floor = EventTime::Min());
  // The same of any number of inputs. REQUIRES: inputs is not empty.
  static std::shared_ptr<const WatermarkTimeline> Minimum(
      std::span<const std::shared_ptr<const WatermarkTimeline>> inputs, EventTime floor);
  // Every watermark lowered by `delay_ms` (EventTime::Max() too, as Flink does); Min() stays.
  static std::shared_ptr<const WatermarkTimeline> Delayed(const WatermarkTimeline& timeline,
                                                          int64_t delay_ms);

 private:
  EventTime initial_;
  bool initially_idle_ = false;
  std::vector<IdleChange> idle_changes_;
  std::vector<int64_t> sequences_;
  std::vector<int64_t> watermarks_;
};

using WatermarkTimelinePtr = std::shared_ptr<const WatermarkTimeline>;

}  // namespace floe::stream
