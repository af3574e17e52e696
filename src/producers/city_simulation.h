// The state of a simulated city and how it moves on: what is behind City.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "producers/city.h"
#include "producers/city_map.h"
#include "producers/event_text.h"
#include "storage/encoding.h"

namespace floe::producers {

enum class DriverStatus : uint8_t { kAvailable, kOnTrip, kOffline };
enum class RideStatus : uint8_t { kRequested, kAccepted, kCompleted, kCancelled };

struct Driver {
  Point at;
  Point target;
  double metres_per_second = 0;
  int64_t moved_ms = 0;      // when `at` was true
  int64_t shift_end_ms = 0;  // when he goes offline, or comes back
  int32_t place = -1;        // in the list of available drivers; -1: not in it
  DriverStatus status = DriverStatus::kOffline;
};

struct Ride {
  Point from;
  Point to;
  int64_t user = 0;
  int32_t driver = -1;
  RideStatus status = RideStatus::kRequested;
};

// What happened, on its way to the topic.
struct CityEvent {
  int64_t time_ms = 0;
  int64_t id = 0;    // of driver or ride
  int64_t user = 0;  // of a ride
  int32_t lat_micros = 0;
  int32_t lon_micros = 0;
  CityTopic topic = CityTopic::kDriverLocations;
  uint8_t status = 0;
};

// What is going to happen.
struct Appointment {
  enum class Kind : uint8_t {
    kMatch,    // a ride looks for a driver
    kGiveUp,   // a ride is cancelled unless it has one
    kPickUp,   // the driver has the rider
    kDropOff,  // the ride is completed
    kReady,    // a driver has collected himself after a ride
    kShift,    // a driver goes offline or comes back
  };
  int64_t time_ms = 0;
  uint64_t number = 0;  // decides between equal times
  int64_t id = 0;       // of the ride; of the driver for kReady and kShift
  Kind kind = Kind::kMatch;

  // The order of a heap that has the earliest in front.
  bool operator<(const Appointment& other) const {
    return time_ms != other.time_ms ? time_ms > other.time_ms : number > other.number;
  }
};

// A time in which one zone wants more than usual: a concert ends, a train is late.
struct Swell {
  int64_t begin_ms = 0;
  int64_t end_ms = 0;
  double height = 0;  // part of the city's mean demand
  uint32_t zone = 0;
};

class City::Simulation {
 public:
  // Without state; for Restore.
  Simulation() : random_(0) {}
  explicit Simulation(const CityOptions& options);

  void Generate(int64_t until_ms, size_t max_records, CityRecords& out);
  int64_t now_ms() const { return now_ms_; }
  void SleepUntil(int64_t time_ms);
  CityCounts counts() const;

  std::string Serialize() const;
  Status Deserialize(std::string_view bytes, const CityOptions& options);

 private:
  // --- What happens
  void RunMillisecond();
  // The first millisecond from now on in which anything happens, arrivals aside.
  int64_t NextHappening() const;
  void RunAppointment(const Appointment& appointment);
  void ReportNextDriver();
  void RequestRide();
  void Match(int64_t ride_id, Ride& ride);
  void Accept(int64_t ride_id, Ride& ride, int32_t driver);
  void Cancel(int64_t ride_id, Ride& ride);
  void DropOff(int64_t ride_id, Ride& ride);
  void ChangeShift(int32_t driver);
  // A driver who is free takes the ride that waits longest, or waits for one.
  void LookForRide(int32_t driver);
  void LeaveAvailable(int32_t driver);
  int32_t FindNearbyDriver(Point from);

  // --- Demand
  void UpdateSwells();
  void PlanNextSwell();
  double DemandNow(double* of_swells) const;
  void PlanNextRequest();

  // --- Events out
  void EmitRide(int64_t ride_id, const Ride& ride);
  void Emit(const CityEvent& event);
  void Write(const CityEvent& event, int64_t arrival_ms, CityRecords& out);
  void Schedule(int64_t time_ms, Appointment::Kind kind, int64_t id);
  void MoveDriver(Driver& driver);
  void SetTarget(Driver& driver, Point target);
  void PlanReports();
  // As many slots as the latest arrival needs; those in use keep their place.
  void ResizeHeld();

  // --- State as bytes
  void PutDrivers(std::string& out) const;
  void PutRides(std::string& out) const;
  void PutHeld(std::string& out) const;
  void ReadDrivers(storage::ByteReader& reader);
  void ReadRides(storage::ByteReader& reader);
  Status ReadHeld(storage::ByteReader& reader);
  // True if every index in the state is in range.
  bool IsConsistent() const;

  CityOptions options_;
  Random random_;
  int64_t now_ms_ = 0;

  std::vector<Driver> drivers_;
  std::vector<int32_t> available_;
  std::map<int64_t, Ride> rides_;  // the open ones, by id
  std::deque<int64_t> waiting_;    // rides without a driver; some may be gone already
  int64_t next_ride_id_ = 1;
  std::vector<Appointment> appointments_;  // a heap
  uint64_t next_appointment_ = 0;

  // The drivers report in turn, evenly spread: the n-th report since the anchor.
  int64_t report_anchor_ms_ = 0;
  int64_t reports_since_anchor_ = 0;
  int64_t next_report_ms_ = 0;
  int32_t next_reporter_ = 0;

  int64_t next_request_micros_ = 0;
  std::deque<Swell> swells_;
  int64_t next_swell_ms_ = 0;

  // Events by the millisecond of their arrival: slot (arrival mod size).
  std::vector<std::vector<CityEvent>> held_;
  size_t held_events_ = 0;

  TimestampWriter timestamps_;
  std::string ride_key_;
};

// The digits behind the point of a coordinate: "-122.419416".
void AppendMicroDegrees(int32_t micros, std::string& out);
int32_t MicroDegrees(double degrees);

}  // namespace floe::producers
