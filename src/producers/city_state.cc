// A city's state as bytes.
#include <algorithm>

#include "producers/city_simulation.h"
#include "storage/crc32c.h"

namespace floe::producers {
namespace {

using storage::ByteReader;
using storage::PutFixed;
using storage::PutSignedVarint;
using storage::PutVarint;

constexpr std::string_view kMagic = "FLOECITY";
constexpr uint32_t kVersion = 1;

void PutPoint(std::string& out, Point point) {
  PutFixed<double>(out, point.lat);
  PutFixed<double>(out, point.lon);
}

Point ReadPoint(ByteReader& reader) {
  Point point;
  point.lat = reader.Fixed<double>();
  point.lon = reader.Fixed<double>();
  return point;
}

}  // namespace

void City::Simulation::PutDrivers(std::string& out) const {
  PutVarint(out, drivers_.size());
  for (const Driver& driver : drivers_) {
    PutPoint(out, driver.at);
    PutPoint(out, driver.target);
    PutFixed<double>(out, driver.metres_per_second);
    PutFixed<int64_t>(out, driver.moved_ms);
    PutFixed<int64_t>(out, driver.shift_end_ms);
    PutFixed<uint8_t>(out, static_cast<uint8_t>(driver.status));
  }
  // Their order decides who is found near a rider.
  PutVarint(out, available_.size());
  for (const int32_t index : available_) PutVarint(out, static_cast<uint64_t>(index));
}

void City::Simulation::ReadDrivers(ByteReader& reader) {
  constexpr size_t kDriverBytes = 57;
  drivers_.resize(reader.Count(kDriverBytes));
  for (Driver& driver : drivers_) {
    driver.at = ReadPoint(reader);
    driver.target = ReadPoint(reader);
    driver.metres_per_second = reader.Fixed<double>();
    driver.moved_ms = reader.Fixed<int64_t>();
    driver.shift_end_ms = reader.Fixed<int64_t>();
    driver.status = static_cast<DriverStatus>(reader.Fixed<uint8_t>());
  }
  available_.resize(reader.Count());
  for (size_t i = 0; i < available_.size(); ++i) {
    available_[i] = static_cast<int32_t>(reader.Varint());
    if (available_[i] < 0 || static_cast<size_t>(available_[i]) >= drivers_.size()) continue;
    drivers_[static_cast<size_t>(available_[i])].place = static_cast<int32_t>(i);
  }
}

void City::Simulation::PutRides(std::string& out) const {
  PutFixed<int64_t>(out, next_ride_id_);
  PutVarint(out, rides_.size());
  for (const auto& [id, ride] : rides_) {
    PutFixed<int64_t>(out, id);
    PutPoint(out, ride.from);
    PutPoint(out, ride.to);
    PutVarint(out, static_cast<uint64_t>(ride.user));
    PutSignedVarint(out, ride.driver);
    PutFixed<uint8_t>(out, static_cast<uint8_t>(ride.status));
  }
  PutVarint(out, waiting_.size());
  for (const int64_t id : waiting_) PutFixed<int64_t>(out, id);
  PutFixed<uint64_t>(out, next_appointment_);
  PutVarint(out, appointments_.size());
  for (const Appointment& appointment : appointments_) {
    PutFixed<int64_t>(out, appointment.time_ms);
    PutFixed<uint64_t>(out, appointment.number);
    PutFixed<int64_t>(out, appointment.id);
    PutFixed<uint8_t>(out, static_cast<uint8_t>(appointment.kind));
  }
}

void City::Simulation::ReadRides(ByteReader& reader) {
  next_ride_id_ = reader.Fixed<int64_t>();
  const size_t rides = reader.Count(43);
  for (size_t i = 0; i < rides && reader.ok(); ++i) {
    const auto id = reader.Fixed<int64_t>();
    Ride& ride = rides_[id];
    ride.from = ReadPoint(reader);
    ride.to = ReadPoint(reader);
    ride.user = static_cast<int64_t>(reader.Varint());
    ride.driver = static_cast<int32_t>(reader.SignedVarint());
    ride.status = static_cast<RideStatus>(reader.Fixed<uint8_t>());
  }
  const size_t waiting = reader.Count(8);
  for (size_t i = 0; i < waiting; ++i) waiting_.push_back(reader.Fixed<int64_t>());
  next_appointment_ = reader.Fixed<uint64_t>();
  appointments_.resize(reader.Count(25));
  for (Appointment& appointment : appointments_) {
    appointment.time_ms = reader.Fixed<int64_t>();
    appointment.number = reader.Fixed<uint64_t>();
    appointment.id = reader.Fixed<int64_t>();
    appointment.kind = static_cast<Appointment::Kind>(reader.Fixed<uint8_t>());
  }
}

void City::Simulation::PutHeld(std::string& out) const {
  size_t count = 0;
  for (const std::vector<CityEvent>& events : held_) count += events.size();
  PutVarint(out, count);
  const auto size = static_cast<int64_t>(held_.size());
  for (int64_t delay_ms = 0; delay_ms < size; ++delay_ms) {
    for (const CityEvent& event : held_[static_cast<size_t>((now_ms_ + delay_ms) % size)]) {
      PutVarint(out, static_cast<uint64_t>(delay_ms));
      PutSignedVarint(out, event.time_ms - now_ms_);
      PutFixed<uint8_t>(out, static_cast<uint8_t>(event.topic));
      PutFixed<uint8_t>(out, event.status);
      PutVarint(out, static_cast<uint64_t>(event.id));
      PutVarint(out, static_cast<uint64_t>(event.user));
      PutFixed<int32_t>(out, event.lat_micros);
      PutFixed<int32_t>(out, event.lon_micros);
    }
  }
}

Status City::Simulation::ReadHeld(ByteReader& reader) {
  constexpr uint64_t kMaxDelayMs = 2 * 3'600'000;
  const size_t count = reader.Count(14);
  std::vector<std::pair<uint64_t, CityEvent>> events;
  uint64_t longest = 0;
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t delay_ms = reader.Varint();
    CityEvent event;
    event.time_ms = now_ms_ + reader.SignedVarint();
    event.topic = static_cast<CityTopic>(reader.Fixed<uint8_t>());
    event.status = reader.Fixed<uint8_t>();
    event.id = static_cast<int64_t>(reader.Varint());
    event.user = static_cast<int64_t>(reader.Varint());
    event.lat_micros = reader.Fixed<int32_t>();
    event.lon_micros = reader.Fixed<int32_t>();
    const int statuses = event.topic == CityTopic::kRideRequests ? 4 : 3;
    if (delay_ms > kMaxDelayMs || event.topic > CityTopic::kRideRequests ||
        event.status >= statuses) {
      return Error(ErrorCode::kCorruption, "the state of a city has an impossible event in it");
    }
    longest = std::max(longest, delay_ms);
    events.emplace_back(delay_ms, event);
  }
  ResizeHeld();
  // Arrivals by an earlier, larger disorder stay as they were.
  if (held_.size() <= longest) held_.resize(longest + 1);
  held_events_ = events.size();
  for (const auto& [delay_ms, event] : events) {
    held_[(static_cast<size_t>(now_ms_) + delay_ms) % held_.size()].push_back(event);
  }
  return Status::Ok();
}

bool City::Simulation::IsConsistent() const {
  const auto is_driver = [this](int64_t index) {
    return index >= 0 && static_cast<size_t>(index) < drivers_.size();
  };
  const auto good_ride = [&](const auto& entry) {
    return entry.second.status == RideStatus::kRequested || is_driver(entry.second.driver);
  };
  const auto good_appointment = [&](const Appointment& appointment) {
    if (appointment.kind > Appointment::Kind::kShift) return false;
    return appointment.kind < Appointment::Kind::kReady || is_driver(appointment.id);
  };
  const auto good_swell = [](const Swell& swell) { return swell.zone < kZones; };
  return now_ms_ >= 0 && is_driver(next_reporter_) &&
         std::all_of(available_.begin(), available_.end(), is_driver) &&
         std::all_of(rides_.begin(), rides_.end(), good_ride) &&
         std::all_of(appointments_.begin(), appointments_.end(), good_appointment) &&
         std::is_heap(appointments_.begin(), appointments_.end()) &&
         std::all_of(swells_.begin(), swells_.end(), good_swell);
}

std::string City::Simulation::Serialize() const {
  std::string out(kMagic);
  PutFixed<uint32_t>(out, kVersion);
  PutFixed<uint64_t>(out, options_.seed);
  PutFixed<double>(out, options_.driver_events_per_second);
  PutFixed<double>(out, options_.rides_per_second);
  PutFixed<int64_t>(out, now_ms_);
  for (const uint64_t word : random_.state()) PutFixed<uint64_t>(out, word);
  PutDrivers(out);
  PutRides(out);
  PutFixed<int64_t>(out, report_anchor_ms_);
  PutFixed<int64_t>(out, reports_since_anchor_);
  PutVarint(out, static_cast<uint64_t>(next_reporter_));
  PutFixed<int64_t>(out, next_request_micros_);
  PutVarint(out, swells_.size());
  for (const Swell& swell : swells_) {
    PutFixed<int64_t>(out, swell.begin_ms);
    PutFixed<int64_t>(out, swell.end_ms);
    PutFixed<double>(out, swell.height);
    PutVarint(out, swell.zone);
  }
  PutFixed<int64_t>(out, next_swell_ms_);
  PutHeld(out);
  PutFixed<uint32_t>(out, storage::Crc32c(out));
  return out;
}

Status City::Simulation::Deserialize(std::string_view bytes, const CityOptions& options) {
  const Error damaged(ErrorCode::kCorruption, "the state of a city is damaged");
  if (bytes.size() < kMagic.size() + 8 || !bytes.starts_with(kMagic)) return damaged;
  const std::string_view checked = bytes.substr(0, bytes.size() - 4);
  if (ByteReader(bytes.substr(checked.size())).Fixed<uint32_t>() != storage::Crc32c(checked)) {
    return damaged;
  }
  ByteReader reader(checked.substr(kMagic.size()));
  if (const auto version = reader.Fixed<uint32_t>(); version != kVersion) {
    return Error(ErrorCode::kSchemaMismatch,
                 "the state of a city has version " + std::to_string(version));
  }
  options_ = options;
  const auto seed = reader.Fixed<uint64_t>();
  const auto driver_rate = reader.Fixed<double>();
  const auto ride_rate = reader.Fixed<double>();
  now_ms_ = reader.Fixed<int64_t>();
  std::array<uint64_t, 4> words{};
  for (uint64_t& word : words) word = reader.Fixed<uint64_t>();
  random_.set_state(words);
  ReadDrivers(reader);
  ReadRides(reader);
  report_anchor_ms_ = reader.Fixed<int64_t>();
  reports_since_anchor_ = reader.Fixed<int64_t>();
  next_reporter_ = static_cast<int32_t>(reader.Varint());
  next_request_micros_ = reader.Fixed<int64_t>();
  const size_t swells = reader.Count(25);
  for (size_t i = 0; i < swells; ++i) {
    Swell& swell = swells_.emplace_back();
    swell.begin_ms = reader.Fixed<int64_t>();
    swell.end_ms = reader.Fixed<int64_t>();
    swell.height = reader.Fixed<double>();
    swell.zone = static_cast<uint32_t>(reader.Varint());
  }
  next_swell_ms_ = reader.Fixed<int64_t>();
  FLOE_TRY(ReadHeld(reader));
  FLOE_TRY(reader.Finish("the state of a city"));
  if (!IsConsistent()) return damaged;
  if (seed != options.seed || drivers_.size() != static_cast<size_t>(options.drivers)) {
    return Error(ErrorCode::kInvalidArgument,
                 "the city that was stopped has seed " + std::to_string(seed) + " and " +
                     std::to_string(drivers_.size()) + " drivers; it cannot go on with others")
        .WithHint("use these, or remove the state and the topics to begin afresh");
  }
  if (driver_rate != options.driver_events_per_second) {
    report_anchor_ms_ = now_ms_;
    reports_since_anchor_ = 0;
  }
  PlanReports();
  if (ride_rate != options.rides_per_second) {
    next_request_micros_ = now_ms_ * 1000;
    PlanNextRequest();
  }
  return Status::Ok();
}

}  // namespace floe::producers
