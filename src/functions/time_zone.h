// Time zones by name, as java.time reads them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace floe::functions {

// Seconds in, seconds out; "local" is the wall clock's reading taken as if it were UTC. Remembers
// the newest period of equal offset, so it is not for several threads at once.
class TimeZone {
 public:
  // A region, "UTC", "Z", or [UTC|GMT|UT](+|-)h[h][:mm[:ss]]; nothing for an unknown name.
  static std::optional<TimeZone> Find(std::string_view name);
  static TimeZone Utc() { return TimeZone(); }

  int64_t OffsetAt(int64_t utc_seconds) const;
  // The times [begin, end) of UTC around one for which the offset is the same.
  struct Period {
    int64_t begin = std::numeric_limits<int64_t>::min();
    int64_t end = std::numeric_limits<int64_t>::max();
    int64_t offset = 0;
  };
  Period PeriodAt(int64_t utc_seconds) const;
  // Whether the clock changes every year, as java.util.TimeZone.useDaylightTime says.
  bool UsesDaylightTime() const;
  bool is_utc() const { return zone_ == nullptr && offset_ == 0; }
  int64_t ToLocal(int64_t utc_seconds) const { return utc_seconds + OffsetAt(utc_seconds); }
  // Of a time that comes twice the earlier; one that is skipped moves on by the gap.
  int64_t ToUtc(int64_t local_seconds) const;

 private:
  const void* zone_ = nullptr;  // of the time zone database; lives forever
  // The period [begin_, end_) of UTC with this offset; without zone_ all of time.
  mutable int64_t begin_ = std::numeric_limits<int64_t>::min();
  mutable int64_t end_ = std::numeric_limits<int64_t>::max();
  mutable int64_t offset_ = 0;
};

}  // namespace floe::functions
