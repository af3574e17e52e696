// A simulated city of ride-hailing: drivers that move and take rides, riders who ask for them more
// at some hours and places than at others. A pure function of its options: no clock, no IO.
//
// Topic driver_locations, key driver_id:
//   {"driver_id":"driver_0042","lat":37.774929,"lon":-122.419416,"status":"AVAILABLE",
//    "event_timestamp_str":"2024-05-01 08:00:00.123"}     status: AVAILABLE, ON_TRIP, OFFLINE
// Topic ride_requests, key ride_id:
//   {"ride_id":"ride_000000017","user_id":"user_01234","lat":…,"lon":…,"status":"REQUESTED",
//    "event_timestamp_str":"…"}        status: REQUESTED, then ACCEPTED, then COMPLETED; or
//    CANCELLED
// lat and lon are where the driver is, or where the ride was asked for. Timestamps are UTC.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/strong_id.h"

namespace floe::producers {

struct CityOptions {
  uint64_t seed = 42;
  EventTime start_time;
  int32_t drivers = 1000;  // 1 to 1,000,000
  // Each driver reports equally often.
  double driver_events_per_second = 500;
  // The mean over a day; demand swells around it.
  double rides_per_second = 1;
  // A record arrives up to so much after its event, evenly spread.
  int64_t disorder_ms = 2000;
  // This part of the records arrives later still, by up to lateness_ms more.
  double late_fraction = 0;
  int64_t lateness_ms = 60'000;

  bool operator==(const CityOptions&) const = default;
};
// kInvalidArgument naming the option and its range.
Status ValidateCityOptions(const CityOptions& options);

enum class CityTopic : uint8_t { kDriverLocations = 0, kRideRequests = 1 };
inline constexpr std::string_view kCityTopicNames[] = {"driver_locations", "ride_requests"};

// Records in the order in which they arrive. The views live until the buffer is cleared.
class CityRecords {
 public:
  struct Record {
    CityTopic topic = CityTopic::kDriverLocations;
    std::string_view key;
    std::string_view value;
    // When it arrives: the record's timestamp. Never falls.
    int64_t timestamp_ms = 0;
  };

  void Clear();
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  size_t size_bytes() const { return bytes_.size(); }
  Record operator[](size_t index) const;

 private:
  friend class City;
  struct Entry {
    size_t begin = 0;
    uint32_t key_bytes = 0;
    uint32_t value_bytes = 0;
    int64_t timestamp_ms = 0;
    CityTopic topic = CityTopic::kDriverLocations;
  };
  std::vector<Entry> entries_;
  std::string bytes_;
};

// What there is to see at a moment.
struct CityCounts {
  int64_t drivers_available = 0;
  int64_t drivers_on_trip = 0;
  int64_t drivers_offline = 0;
  int64_t rides_open = 0;   // requested or accepted
  int64_t rides_total = 0;  // ids given
};

// Not thread-safe. Same options, same bytes, on every machine: nothing here depends on the C
// library's mathematics.
class City {
 public:
  // REQUIRES: ValidateCityOptions(options).ok().
  explicit City(const CityOptions& options);
  ~City();
  City(City&&) noexcept;
  City& operator=(City&&) noexcept;

  // Lets the city live until `until` and appends the records that arrive before it; stops early
  // after about `max_records` (in steps of whole milliseconds). Returns the time reached.
  EventTime Generate(EventTime until, size_t max_records, CityRecords& out);
  // Everything before it has been generated.
  EventTime now() const;
  // The city sleeps until `time`: what was going to happen happens that much later.
  // REQUIRES: time >= now().
  void SleepUntil(EventTime time);

  CityCounts counts() const;

  // The whole state as bytes, and back. A city restored goes on with the same bytes. Rates,
  // disorder and lateness may be changed; another seed or number of drivers is refused
  // (kInvalidArgument); damaged bytes give kCorruption.
  std::string Serialize() const;
  static Result<City> Restore(std::string_view bytes, const CityOptions& options);

 private:
  class Simulation;
  explicit City(std::unique_ptr<Simulation> simulation);
  std::unique_ptr<Simulation> simulation_;
};

}  // namespace floe::producers
