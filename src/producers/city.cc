#include "producers/city.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "producers/city_simulation.h"

namespace floe::producers {
namespace {

// A day's mean of what swells add to the demand: mean height x mean length / mean gap.
constexpr double kSwellHeight[] = {0.5, 2.5};
constexpr int64_t kSwellLengthMs[] = {180'000, 600'000};
constexpr double kSwellGapMs = 15.0 * 60'000;
constexpr double kSwellMean = 1.5 * 390'000 / kSwellGapMs;
// More at a time would leave the bound of the demand.
constexpr size_t kMaxSwells = 2;

constexpr double kDriverMetresPerSecond[] = {8, 13};
constexpr int64_t kOnlineMs[] = {2 * 3'600'000, 6 * 3'600'000};
constexpr int64_t kOfflineMs[] = {3'600'000, 9'000'000};
// Online time over all time, by the means of the two.
constexpr double kOnlinePart = 4.0 / (4.0 + 1.75);
constexpr int64_t kMatchMs[] = {1'500, 6'000};
// Between two rides a driver is seen as available, but takes no ride yet: even when every driver is
// wanted there is a supply to be counted.
constexpr int64_t kTurnaroundMs[] = {15'000, 45'000};
constexpr int64_t kPatienceMs[] = {120'000, 300'000};
constexpr double kChangeOfMind = 0.03;
constexpr int kCandidates = 8;
// Waiting rides per driver beyond which new ones are turned away: nobody waits in such a queue, and
// memory has a bound.
constexpr size_t kMaxWaitingPerDriver = 10;
constexpr int64_t kMaxHeldMs = 3'600'000;

constexpr std::string_view kDriverStatusNames[] = {"AVAILABLE", "ON_TRIP", "OFFLINE"};
constexpr std::string_view kRideStatusNames[] = {"REQUESTED", "ACCEPTED", "COMPLETED", "CANCELLED"};

int64_t Between(const int64_t (&range)[2], Random& random) {
  return range[0] +
         static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(range[1] - range[0])));
}

double Between(const double (&range)[2], Random& random) {
  return range[0] + random.NextDouble() * (range[1] - range[0]);
}

Error OutOfRange(std::string_view option, std::string_view range) {
  return Error(ErrorCode::kInvalidArgument,
               "the city's " + std::string(option) + " has to be " + std::string(range));
}

// The number with at least `digits` digits.
void AppendNumber(int64_t number, int digits, std::string& out) {
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  const auto count = static_cast<int>(end - text);
  if (count < digits) out.append(static_cast<size_t>(digits - count), '0');
  out.append(text, static_cast<size_t>(count));
}

}  // namespace

Status ValidateCityOptions(const CityOptions& options) {
  constexpr double kMaxRate = 10'000'000;
  if (options.drivers < 1 || options.drivers > 1'000'000) {
    return OutOfRange("number of drivers", "1 to 1,000,000");
  }
  if (!(options.driver_events_per_second >= 0 && options.driver_events_per_second <= kMaxRate)) {
    return OutOfRange("driver events per second", "0 to 10,000,000");
  }
  if (!(options.rides_per_second >= 0 && options.rides_per_second <= kMaxRate)) {
    return OutOfRange("rides per second", "0 to 10,000,000");
  }
  if (options.disorder_ms < 0 || options.disorder_ms > kMaxHeldMs) {
    return OutOfRange("disorder", "0 to 1 hour");
  }
  if (options.lateness_ms < 0 || options.lateness_ms > kMaxHeldMs) {
    return OutOfRange("lateness", "0 to 1 hour");
  }
  if (!(options.late_fraction >= 0 && options.late_fraction <= 1)) {
    return OutOfRange("late fraction", "0 to 1");
  }
  return Status::Ok();
}

void AppendMicroDegrees(int32_t micros, std::string& out) {
  if (micros < 0) out += '-';
  const int64_t magnitude = micros < 0 ? -int64_t{micros} : int64_t{micros};
  AppendNumber(magnitude / 1'000'000, 1, out);
  out += '.';
  AppendNumber(magnitude % 1'000'000, 6, out);
}

int32_t MicroDegrees(double degrees) {
  return static_cast<int32_t>(std::floor(degrees * 1e6 + 0.5));
}

// --- Records -------------------------------------------------------------------------------------

void CityRecords::Clear() {
  entries_.clear();
  bytes_.clear();
}

CityRecords::Record CityRecords::operator[](size_t index) const {
  const Entry& entry = entries_[index];
  const std::string_view bytes = bytes_;
  return {entry.topic, bytes.substr(entry.begin, entry.key_bytes),
          bytes.substr(entry.begin + entry.key_bytes, entry.value_bytes), entry.timestamp_ms};
}

// --- The city ------------------------------------------------------------------------------------

City::Simulation::Simulation(const CityOptions& options)
    : options_(options), random_(options.seed), now_ms_(options.start_time.millis()) {
  drivers_.resize(static_cast<size_t>(options.drivers));
  for (int32_t i = 0; i < options.drivers; ++i) {
    Driver& driver = drivers_[static_cast<size_t>(i)];
    driver.at = driver.target = DrawPlace(DrawZone(now_ms_, random_), random_);
    driver.metres_per_second = Between(kDriverMetresPerSecond, random_);
    driver.moved_ms = now_ms_;
    const bool online = random_.NextDouble() < kOnlinePart;
    // In the middle of a shift or a break, at any point of it.
    const int64_t length = online ? Between(kOnlineMs, random_) : Between(kOfflineMs, random_);
    driver.shift_end_ms =
        now_ms_ + static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(length)));
    if (online) {
      driver.status = DriverStatus::kAvailable;
      LookForRide(i);
    }
    Schedule(driver.shift_end_ms, Appointment::Kind::kShift, i);
  }
  report_anchor_ms_ = now_ms_;
  PlanReports();
  next_request_micros_ = now_ms_ * 1000;
  PlanNextRequest();
  next_swell_ms_ = now_ms_;
  PlanNextSwell();
  ResizeHeld();
}

void City::Simulation::Generate(int64_t until_ms, size_t max_records, CityRecords& out) {
  const size_t begin = out.size();
  while (now_ms_ < until_ms && out.size() - begin < max_records) {
    RunMillisecond();
    std::vector<CityEvent>& arrived = held_[static_cast<size_t>(now_ms_) % held_.size()];
    for (const CityEvent& event : arrived) Write(event, now_ms_, out);
    held_events_ -= arrived.size();
    arrived.clear();
    ++now_ms_;
    if (held_events_ == 0) now_ms_ = std::max(now_ms_, std::min(until_ms, NextHappening()));
  }
}

int64_t City::Simulation::NextHappening() const {
  int64_t next_ms = std::min({next_report_ms_, next_swell_ms_, next_request_micros_ / 1000});
  if (!appointments_.empty()) next_ms = std::min(next_ms, appointments_.front().time_ms);
  return next_ms;
}

void City::Simulation::RunMillisecond() {
  UpdateSwells();
  while (!appointments_.empty() && appointments_.front().time_ms <= now_ms_) {
    std::pop_heap(appointments_.begin(), appointments_.end());
    const Appointment appointment = appointments_.back();
    appointments_.pop_back();
    RunAppointment(appointment);
  }
  while (next_request_micros_ < (now_ms_ + 1) * 1000) {
    RequestRide();
    PlanNextRequest();
  }
  while (next_report_ms_ <= now_ms_) ReportNextDriver();
}

void City::Simulation::RunAppointment(const Appointment& appointment) {
  if (appointment.kind == Appointment::Kind::kShift) {
    return ChangeShift(static_cast<int32_t>(appointment.id));
  }
  if (appointment.kind == Appointment::Kind::kReady) {
    const Driver& driver = drivers_[static_cast<size_t>(appointment.id)];
    // He may have gone home since.
    if (driver.status == DriverStatus::kAvailable && driver.place < 0) {
      LookForRide(static_cast<int32_t>(appointment.id));
    }
    return;
  }
  const auto found = rides_.find(appointment.id);
  if (found == rides_.end()) return;
  Ride& ride = found->second;
  switch (appointment.kind) {
    case Appointment::Kind::kMatch:
      return Match(appointment.id, ride);
    case Appointment::Kind::kGiveUp:
      if (ride.status == RideStatus::kRequested) Cancel(appointment.id, ride);
      return;
    case Appointment::Kind::kPickUp: {
      Driver& driver = drivers_[static_cast<size_t>(ride.driver)];
      MoveDriver(driver);
      driver.at = ride.from;
      SetTarget(driver, ride.to);
      return;
    }
    case Appointment::Kind::kDropOff:
      return DropOff(appointment.id, ride);
    case Appointment::Kind::kReady:
    case Appointment::Kind::kShift:
      return;
  }
}

// --- Drivers -------------------------------------------------------------------------------------

void City::Simulation::PlanReports() {
  next_report_ms_ =
      options_.driver_events_per_second <= 0
          ? INT64_MAX
          : report_anchor_ms_ + static_cast<int64_t>(static_cast<double>(reports_since_anchor_) *
                                                     1000 / options_.driver_events_per_second);
}

void City::Simulation::ReportNextDriver() {
  Driver& driver = drivers_[static_cast<size_t>(next_reporter_)];
  MoveDriver(driver);
  CityEvent event;
  event.time_ms = now_ms_;
  event.id = next_reporter_;
  event.lat_micros = MicroDegrees(driver.at.lat);
  event.lon_micros = MicroDegrees(driver.at.lon);
  event.topic = CityTopic::kDriverLocations;
  event.status = static_cast<uint8_t>(driver.status);
  Emit(event);
  next_reporter_ = (next_reporter_ + 1) % options_.drivers;
  ++reports_since_anchor_;
  PlanReports();
}

void City::Simulation::SetTarget(Driver& driver, Point target) {
  driver.target = target;
  driver.moved_ms = now_ms_;
}

void City::Simulation::MoveDriver(Driver& driver) {
  const double seconds = static_cast<double>(now_ms_ - driver.moved_ms) / 1000;
  driver.moved_ms = now_ms_;
  if (driver.status == DriverStatus::kOffline) return;
  driver.at = MoveTowards(driver.at, driver.target, driver.metres_per_second * seconds);
  // Who is free goes where riders are.
  if (driver.status == DriverStatus::kAvailable && driver.at == driver.target) {
    SetTarget(driver, DrawPlace(DrawZone(now_ms_, random_), random_));
  }
}

void City::Simulation::LookForRide(int32_t index) {
  Driver& driver = drivers_[static_cast<size_t>(index)];
  while (!waiting_.empty()) {
    const int64_t ride_id = waiting_.front();
    waiting_.pop_front();
    const auto found = rides_.find(ride_id);
    if (found != rides_.end() && found->second.status == RideStatus::kRequested) {
      return Accept(ride_id, found->second, index);
    }
  }
  driver.place = static_cast<int32_t>(available_.size());
  available_.push_back(index);
}

void City::Simulation::LeaveAvailable(int32_t index) {
  Driver& driver = drivers_[static_cast<size_t>(index)];
  if (driver.place < 0) return;
  const int32_t last = available_.back();
  available_[static_cast<size_t>(driver.place)] = last;
  drivers_[static_cast<size_t>(last)].place = driver.place;
  available_.pop_back();
  driver.place = -1;
}

void City::Simulation::ChangeShift(int32_t index) {
  Driver& driver = drivers_[static_cast<size_t>(index)];
  switch (driver.status) {
    case DriverStatus::kOnTrip:
      return;  // he goes when he has dropped the rider off
    case DriverStatus::kAvailable:
      MoveDriver(driver);
      LeaveAvailable(index);
      driver.status = DriverStatus::kOffline;
      driver.shift_end_ms = now_ms_ + Between(kOfflineMs, random_);
      break;
    case DriverStatus::kOffline:
      driver.shift_end_ms = now_ms_ + Between(kOnlineMs, random_);
      driver.status = DriverStatus::kAvailable;
      SetTarget(driver, driver.at);
      LookForRide(index);
      break;
  }
  Schedule(driver.shift_end_ms, Appointment::Kind::kShift, index);
}

int32_t City::Simulation::FindNearbyDriver(Point from) {
  int32_t nearest = -1;
  double distance = 0;
  for (int i = 0; i < kCandidates && !available_.empty(); ++i) {
    const int32_t index = available_[random_.Uniform(available_.size())];
    const double metres = MetresBetween(drivers_[static_cast<size_t>(index)].at, from);
    if (nearest < 0 || metres < distance) {
      nearest = index;
      distance = metres;
    }
  }
  return nearest;
}

// --- Rides ---------------------------------------------------------------------------------------

void City::Simulation::RequestRide() {
  // Candidates come at the highest rate there is; some are taken, so that the rate is today's.
  double of_swells = 0;
  const double demand = DemandNow(&of_swells);
  const double limit = (MaxCityDemand() + kMaxSwells * kSwellHeight[1]) / (1 + kSwellMean);
  if (random_.NextDouble() * limit >= demand) return;
  Ride ride;
  size_t zone = DrawZone(now_ms_, random_);
  double rest = random_.NextDouble() * demand;
  for (const Swell& swell : swells_) {
    rest -= swell.height / (1 + kSwellMean);
    if (rest < 0) {
      zone = swell.zone;
      break;
    }
  }
  ride.from = DrawPlace(zone, random_);
  ride.to = DrawPlace(DrawZone(now_ms_, random_), random_);
  // Short rides are the usual ones.
  const Point other = DrawPlace(DrawZone(now_ms_, random_), random_);
  if (MetresBetween(ride.from, other) < MetresBetween(ride.from, ride.to)) ride.to = other;
  const uint64_t users = 20 * static_cast<uint64_t>(options_.drivers);
  ride.user = static_cast<int64_t>(random_.Uniform(users));
  const int64_t ride_id = next_ride_id_++;
  EmitRide(ride_id, ride);
  rides_.emplace_hint(rides_.end(), ride_id, ride);
  Schedule(now_ms_ + Between(kMatchMs, random_), Appointment::Kind::kMatch, ride_id);
}

void City::Simulation::Match(int64_t ride_id, Ride& ride) {
  if (random_.NextDouble() < kChangeOfMind) return Cancel(ride_id, ride);
  const int32_t driver = FindNearbyDriver(ride.from);
  if (driver >= 0) {
    LeaveAvailable(driver);
    return Accept(ride_id, ride, driver);
  }
  while (!waiting_.empty() && !rides_.contains(waiting_.front())) waiting_.pop_front();
  if (waiting_.size() >= kMaxWaitingPerDriver * drivers_.size()) return Cancel(ride_id, ride);
  waiting_.push_back(ride_id);
  Schedule(now_ms_ + Between(kPatienceMs, random_), Appointment::Kind::kGiveUp, ride_id);
}

void City::Simulation::Accept(int64_t ride_id, Ride& ride, int32_t index) {
  Driver& driver = drivers_[static_cast<size_t>(index)];
  MoveDriver(driver);
  driver.status = DriverStatus::kOnTrip;
  SetTarget(driver, ride.from);
  ride.driver = index;
  ride.status = RideStatus::kAccepted;
  EmitRide(ride_id, ride);
  // Streets are longer than straight lines, and there are lights.
  constexpr double kDetour = 1.35;
  constexpr double kStopMs = 40'000;
  const double ms_per_metre = kDetour * 1000 / driver.metres_per_second;
  const double to_rider = MetresBetween(driver.at, ride.from) * ms_per_metre;
  const double to_goal = MetresBetween(ride.from, ride.to) * ms_per_metre;
  const int64_t pick_up_ms = now_ms_ + static_cast<int64_t>(to_rider + kStopMs);
  Schedule(pick_up_ms, Appointment::Kind::kPickUp, ride_id);
  Schedule(pick_up_ms + static_cast<int64_t>(to_goal + kStopMs), Appointment::Kind::kDropOff,
           ride_id);
}

void City::Simulation::Cancel(int64_t ride_id, Ride& ride) {
  ride.status = RideStatus::kCancelled;
  EmitRide(ride_id, ride);
  rides_.erase(ride_id);
}

void City::Simulation::DropOff(int64_t ride_id, Ride& ride) {
  const int32_t index = ride.driver;
  Driver& driver = drivers_[static_cast<size_t>(index)];
  driver.at = ride.to;
  driver.moved_ms = now_ms_;
  driver.status = DriverStatus::kAvailable;
  SetTarget(driver, driver.at);
  ride.status = RideStatus::kCompleted;
  EmitRide(ride_id, ride);
  rides_.erase(ride_id);
  // The end of the shift may have come while he was on the way.
  if (driver.shift_end_ms <= now_ms_) return ChangeShift(index);
  Schedule(now_ms_ + Between(kTurnaroundMs, random_), Appointment::Kind::kReady, index);
}

// --- Demand --------------------------------------------------------------------------------------

void City::Simulation::PlanNextSwell() {
  next_swell_ms_ += static_cast<int64_t>(DrawExponential(random_) * kSwellGapMs) + 1;
}

void City::Simulation::UpdateSwells() {
  std::erase_if(swells_, [this](const Swell& swell) { return swell.end_ms <= now_ms_; });
  while (next_swell_ms_ <= now_ms_) {
    Swell swell;
    swell.begin_ms = now_ms_;
    swell.end_ms = now_ms_ + Between(kSwellLengthMs, random_);
    swell.height = Between(kSwellHeight, random_);
    swell.zone = static_cast<uint32_t>(DrawZone(now_ms_, random_));
    if (swells_.size() < kMaxSwells) swells_.push_back(swell);
    PlanNextSwell();
  }
}

double City::Simulation::DemandNow(double* of_swells) const {
  *of_swells = 0;
  for (const Swell& swell : swells_) *of_swells += swell.height / (1 + kSwellMean);
  return CityDemand(now_ms_) / (1 + kSwellMean) + *of_swells;
}

void City::Simulation::PlanNextRequest() {
  const double limit = (MaxCityDemand() + kMaxSwells * kSwellHeight[1]) / (1 + kSwellMean);
  const double rate = options_.rides_per_second * limit;
  if (rate <= 0) {
    next_request_micros_ = INT64_MAX;
    return;
  }
  next_request_micros_ += static_cast<int64_t>(DrawExponential(random_) * 1e6 / rate);
}

// --- Events out ----------------------------------------------------------------------------------

void City::Simulation::EmitRide(int64_t ride_id, const Ride& ride) {
  CityEvent event;
  event.time_ms = now_ms_;
  event.id = ride_id;
  event.user = ride.user;
  event.lat_micros = MicroDegrees(ride.from.lat);
  event.lon_micros = MicroDegrees(ride.from.lon);
  event.topic = CityTopic::kRideRequests;
  event.status = static_cast<uint8_t>(ride.status);
  Emit(event);
}

void City::Simulation::ResizeHeld() {
  const int64_t longest =
      options_.disorder_ms + (options_.late_fraction > 0 ? options_.lateness_ms : 0);
  held_.resize(static_cast<size_t>(longest) + 1);
}

void City::Simulation::Emit(const CityEvent& event) {
  int64_t arrival_ms = now_ms_;
  if (options_.disorder_ms > 0) {
    arrival_ms +=
        static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(options_.disorder_ms) + 1));
  }
  if (options_.late_fraction > 0 && random_.NextDouble() < options_.late_fraction) {
    arrival_ms +=
        static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(options_.lateness_ms) + 1));
  }
  held_[static_cast<size_t>(arrival_ms) % held_.size()].push_back(event);
  ++held_events_;
}

void City::Simulation::Write(const CityEvent& event, int64_t arrival_ms, CityRecords& out) {
  std::string& bytes = out.bytes_;
  CityRecords::Entry entry;
  entry.begin = bytes.size();
  entry.timestamp_ms = arrival_ms;
  entry.topic = event.topic;
  const bool is_ride = event.topic == CityTopic::kRideRequests;
  bytes += is_ride ? "ride_" : "driver_";
  AppendNumber(event.id, is_ride ? 9 : 4, bytes);
  entry.key_bytes = static_cast<uint32_t>(bytes.size() - entry.begin);
  bytes += is_ride ? "{\"ride_id\":\"" : "{\"driver_id\":\"";
  bytes.append(bytes, entry.begin, entry.key_bytes);
  if (is_ride) {
    bytes += "\",\"user_id\":\"user_";
    AppendNumber(event.user, 5, bytes);
  }
  bytes += "\",\"lat\":";
  AppendMicroDegrees(event.lat_micros, bytes);
  bytes += ",\"lon\":";
  AppendMicroDegrees(event.lon_micros, bytes);
  bytes += ",\"status\":\"";
  bytes += is_ride ? kRideStatusNames[event.status] : kDriverStatusNames[event.status];
  bytes += "\",\"event_timestamp_str\":\"";
  timestamps_.Append(event.time_ms, bytes);
  bytes += "\"}";
  entry.value_bytes = static_cast<uint32_t>(bytes.size() - entry.begin - entry.key_bytes);
  out.entries_.push_back(entry);
}

void City::Simulation::Schedule(int64_t time_ms, Appointment::Kind kind, int64_t id) {
  appointments_.push_back({time_ms, next_appointment_++, id, kind});
  std::push_heap(appointments_.begin(), appointments_.end());
}

void City::Simulation::SleepUntil(int64_t time_ms) {
  const int64_t shift = time_ms - now_ms_;
  FLOE_ASSERT(shift >= 0);
  std::vector<std::vector<CityEvent>> held(held_.size());
  for (size_t i = 0; i < held_.size(); ++i) {
    for (CityEvent& event : held_[i]) event.time_ms += shift;
    held[(i + static_cast<size_t>(shift)) % held_.size()] = std::move(held_[i]);
  }
  held_ = std::move(held);
  for (Driver& driver : drivers_) {
    driver.moved_ms += shift;
    driver.shift_end_ms += shift;
  }
  for (Appointment& appointment : appointments_) appointment.time_ms += shift;
  for (Swell& swell : swells_) {
    swell.begin_ms += shift;
    swell.end_ms += shift;
  }
  next_swell_ms_ += shift;
  report_anchor_ms_ += shift;
  PlanReports();
  if (next_request_micros_ != INT64_MAX) next_request_micros_ += shift * 1000;
  now_ms_ = time_ms;
}

CityCounts City::Simulation::counts() const {
  CityCounts counts;
  for (const Driver& driver : drivers_) {
    counts.drivers_available += driver.status == DriverStatus::kAvailable;
    counts.drivers_on_trip += driver.status == DriverStatus::kOnTrip;
    counts.drivers_offline += driver.status == DriverStatus::kOffline;
  }
  counts.rides_open = static_cast<int64_t>(rides_.size());
  counts.rides_total = next_ride_id_ - 1;
  return counts;
}

// --- City ----------------------------------------------------------------------------------------

City::City(const CityOptions& options) : simulation_(std::make_unique<Simulation>(options)) {
  FLOE_ASSERT(ValidateCityOptions(options).ok());
}
City::City(std::unique_ptr<Simulation> simulation) : simulation_(std::move(simulation)) {}
City::~City() = default;
City::City(City&&) noexcept = default;
City& City::operator=(City&&) noexcept = default;

EventTime City::Generate(EventTime until, size_t max_records, CityRecords& out) {
  simulation_->Generate(until.millis(), max_records, out);
  return now();
}
EventTime City::now() const { return EventTime(simulation_->now_ms()); }
void City::SleepUntil(EventTime time) { simulation_->SleepUntil(time.millis()); }
CityCounts City::counts() const { return simulation_->counts(); }
std::string City::Serialize() const { return simulation_->Serialize(); }

Result<City> City::Restore(std::string_view bytes, const CityOptions& options) {
  FLOE_TRY(ValidateCityOptions(options));
  auto simulation = std::make_unique<Simulation>();
  FLOE_TRY(simulation->Deserialize(bytes, options));
  return City(std::move(simulation));
}

}  // namespace floe::producers
