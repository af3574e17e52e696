// A time zone as windows of TIMESTAMP_LTZ need it: they are aligned in local time, where an hour
// may be missing or come twice. The rules are those of Flink's TimeWindowUtil.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "functions/time_zone.h"

namespace floe::runtime {

// Immutable but for a cache; used by one task at a time. All times are milliseconds; "local" is the
// wall clock's reading taken as if it were UTC.
class WindowTimeZone {
 public:
  // UTC: local time is event time.
  WindowTimeZone() : zone_(functions::TimeZone::Utc()) {}
  // A region ("Europe/Berlin"), an offset ("+08:00", "GMT+8"), or "" for UTC. kInvalidConfiguration
  // if there is no such zone.
  static Result<WindowTimeZone> Make(const std::string& name);

  bool is_utc() const { return zone_.is_utc(); }
  // Whether the clock changes every year.
  bool uses_daylight_time() const { return uses_daylight_time_; }

  // Event times [begin_ms, end_ms) around a time for which local time is event time + offset_ms.
  struct Period {
    int64_t begin_ms = 0;
    int64_t end_ms = 0;
    int64_t offset_ms = 0;
  };
  Period PeriodAt(int64_t time_ms) const;

  // The event time of a local time: of two the earlier, and a missing one is moved on by the length
  // of the gap. Flink's toEpochMills.
  int64_t ToEventTime(int64_t local_ms) const;
  // The watermark at which a window whose last local millisecond is `local_ms` fires: with daylight
  // saving, the second of two times, and for a missing time the gap's begin. Flink's
  // toEpochMillsForTimer.
  int64_t ToTimer(int64_t local_ms) const;

 private:
  functions::TimeZone zone_;
  bool uses_daylight_time_ = false;
};

}  // namespace floe::runtime
