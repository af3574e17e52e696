#include "producers/city.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "producers/city_map.h"
#include "producers/event_text.h"
#include "storage/crc32c.h"

namespace floe::producers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kStart = 1'714'550'400'000;  // 2024-05-01 08:00:00 UTC
constexpr int64_t kMinute = 60'000;

CityOptions Options() {
  CityOptions options;
  options.start_time = EventTime(kStart);
  return options;
}

struct Event {
  std::string id;
  std::string status;
  Point at;
  int64_t time_ms = 0;
  int64_t arrival_ms = 0;
  CityTopic topic = CityTopic::kDriverLocations;
};

// What stands behind `name` in the record, up to a quote, comma or brace. HasTheDocumentedForm
// looks at the form; the other tests read many records and have to be quick.
std::string FieldOf(std::string_view value, std::string_view name) {
  size_t begin = value.find(name) + name.size() + 2;
  if (value[begin] == '"') ++begin;
  return std::string(value.substr(begin, value.find_first_of("\",}", begin) - begin));
}

std::vector<Event> EventsOf(City& city, int64_t until_ms) {
  CityRecords records;
  city.Generate(EventTime(until_ms), SIZE_MAX, records);
  std::vector<Event> events;
  for (size_t i = 0; i < records.size(); ++i) {
    const CityRecords::Record record = records[i];
    Event& event = events.emplace_back();
    event.id = record.key;
    event.status = FieldOf(record.value, "status");
    event.at = {std::stod(FieldOf(record.value, "lat")), std::stod(FieldOf(record.value, "lon"))};
    event.time_ms = ParseTimestamp(FieldOf(record.value, "event_timestamp_str")).value();
    event.arrival_ms = record.timestamp_ms;
    event.topic = record.topic;
  }
  return events;
}

// Everything that a city produces, as one text.
std::string BytesOf(City& city, int64_t until_ms, size_t max_records = SIZE_MAX) {
  std::string bytes;
  CityRecords records;
  while (city.now() < EventTime(until_ms)) {
    records.Clear();
    city.Generate(EventTime(until_ms), max_records, records);
    for (size_t i = 0; i < records.size(); ++i) {
      bytes += std::to_string(records[i].timestamp_ms);
      bytes.append(records[i].key).append(records[i].value);
    }
  }
  return bytes;
}

TEST(CityMap, PortableLog) {
  for (const double x : {1e-300, 1e-9, 0.1, 0.5, 0.75, 1.0, 2.0, 10.0, 1e9}) {
    EXPECT_NEAR(PortableLog(x), std::log(x), 1e-12 * (1 + std::fabs(std::log(x)))) << x;
  }
}

TEST(CityMap, DemandHasMeanOneAndABound) {
  double sum = 0;
  for (int64_t minute = 0; minute < 1440; ++minute) {
    const double demand = CityDemand(minute * kMinute);
    EXPECT_LE(demand, MaxCityDemand() + 1e-9);
    EXPECT_GT(demand, 0);
    sum += demand;
  }
  EXPECT_NEAR(sum / 1440, 1, 0.01);
}

TEST(CityMap, ZonesAreDrawnByTheirDemand) {
  Random random(1);
  std::map<size_t, int> counts;
  for (int i = 0; i < 20'000; ++i) ++counts[DrawZone(kStart, random)];
  for (size_t zone = 0; zone < kZones; ++zone) {
    EXPECT_NEAR(counts[zone] / 20'000.0, ZoneDemand(zone, kStart) / CityDemand(kStart), 0.01);
  }
}

TEST(City, HasTheDocumentedForm) {
  City city(Options());
  CityRecords records;
  city.Generate(EventTime(kStart + 15'000), SIZE_MAX, records);
  std::map<CityTopic, std::vector<std::string>> fields;
  for (size_t i = 0; i < records.size(); ++i) {
    const auto json = nlohmann::ordered_json::parse(records[i].value);
    std::vector<std::string> names;
    for (const auto& [name, value] : json.items()) names.push_back(name);
    fields[records[i].topic] = names;
    const bool is_ride = records[i].topic == CityTopic::kRideRequests;
    EXPECT_EQ(json[is_ride ? "ride_id" : "driver_id"], records[i].key);
    EXPECT_TRUE(json["lat"].is_number_float());
    EXPECT_TRUE(json["lon"].is_number_float());
    EXPECT_TRUE(json["status"].is_string());
    EXPECT_GE(json["lat"].get<double>(), 37.70);
    EXPECT_LE(json["lat"].get<double>(), 37.82);
    EXPECT_GE(json["lon"].get<double>(), -122.52);
    EXPECT_LE(json["lon"].get<double>(), -122.37);
  }
  EXPECT_THAT(fields[CityTopic::kDriverLocations],
              ElementsAre("driver_id", "lat", "lon", "status", "event_timestamp_str"));
  EXPECT_THAT(fields[CityTopic::kRideRequests],
              ElementsAre("ride_id", "user_id", "lat", "lon", "status", "event_timestamp_str"));
}

TEST(City, SeedAndStartFixEveryByte) {
  City a(Options());
  City b(Options());
  const std::string bytes = BytesOf(a, kStart + kMinute);
  EXPECT_TRUE(bytes == BytesOf(b, kStart + kMinute, 100)) << "however it is asked for";
  // Recorded once: what a release produced, later ones produce too.
  EXPECT_EQ(storage::Crc32c(bytes), 2054408780u);
  CityOptions other = Options();
  other.seed = 43;
  City c(other);
  EXPECT_FALSE(bytes == BytesOf(c, kStart + kMinute));
}

TEST(City, KeepsItsRates) {
  CityOptions options = Options();
  options.disorder_ms = 0;
  options.driver_events_per_second = 2.5;
  City city(options);
  CityRecords records;
  constexpr int64_t kDay = 1440 * kMinute;
  int64_t drivers = 0;
  int64_t requested = 0;
  while (city.now() < EventTime(kStart + kDay)) {
    records.Clear();
    city.Generate(EventTime(kStart + kDay), 100'000, records);
    for (size_t i = 0; i < records.size(); ++i) {
      const CityRecords::Record record = records[i];
      drivers += record.topic == CityTopic::kDriverLocations;
      requested += record.topic == CityTopic::kRideRequests &&
                   record.value.find("REQUESTED") != std::string_view::npos;
    }
  }
  EXPECT_EQ(drivers, kDay / 400);
  EXPECT_NEAR(static_cast<double>(requested), kDay / 1000.0, kDay / 1000.0 * 0.2);
  EXPECT_EQ(city.counts().rides_total, requested);
}

TEST(City, RidesLiveAsTheyShould) {
  CityOptions options = Options();
  options.driver_events_per_second = 0;
  City city(options);
  std::map<std::string, std::vector<std::pair<int64_t, std::string>>> rides;
  for (const Event& event : EventsOf(city, kStart + 90 * kMinute)) {
    if (event.topic != CityTopic::kRideRequests) continue;
    rides[event.id].emplace_back(event.time_ms, event.status);
  }
  std::map<std::string, int> paths;
  for (auto& [id, steps] : rides) {
    std::sort(steps.begin(), steps.end());
    std::string path;
    for (const auto& [time_ms, status] : steps) path += status.substr(0, 2) + " ";
    ++paths[path];
  }
  for (const auto& [path, count] : paths) {
    EXPECT_TRUE(path == "RE " || path == "RE AC " || path == "RE AC CO " || path == "RE CA ")
        << path << count;
  }
  EXPECT_GT(paths["RE AC CO "], 1000);
  EXPECT_GT(paths["RE CA "], 20);
  EXPECT_GT(rides.size(), 2500u);
}

TEST(City, DriversMoveAndChange) {
  City city(Options());
  std::map<std::string, std::pair<int64_t, Point>> last;
  std::map<std::string, int64_t> statuses;
  int64_t moved = 0;
  std::vector<Event> events = EventsOf(city, kStart + 5 * kMinute);
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time_ms < b.time_ms; });
  for (const Event& event : events) {
    if (event.topic != CityTopic::kDriverLocations) continue;
    ++statuses[event.status];
    const auto [place, is_first] = last.try_emplace(event.id, event.time_ms, event.at);
    if (!is_first) {
      const double metres = MetresBetween(place->second.second, event.at);
      moved += metres > 1;
    }
    place->second = {event.time_ms, event.at};
  }
  EXPECT_EQ(last.size(), 1000u);
  EXPECT_GT(moved, static_cast<int64_t>(events.size()) / 3);
  for (const char* status : {"AVAILABLE", "ON_TRIP", "OFFLINE"}) EXPECT_GT(statuses[status], 1000);
}

TEST(City, DisorderAndLatenessAreBounded) {
  CityOptions options = Options();
  options.disorder_ms = 3'000;
  options.late_fraction = 0.01;
  options.lateness_ms = 20'000;
  options.driver_events_per_second = 200;
  City city(options);
  int64_t last_arrival = 0;
  int64_t out_of_order = 0;
  int64_t late = 0;
  int64_t highest = 0;
  const std::vector<Event> events = EventsOf(city, kStart + 10 * kMinute);
  for (const Event& event : events) {
    EXPECT_GE(event.arrival_ms, last_arrival);
    last_arrival = event.arrival_ms;
    EXPECT_GE(event.arrival_ms, event.time_ms);
    EXPECT_LE(event.arrival_ms, event.time_ms + 23'000);
    out_of_order += event.time_ms < highest;
    late += event.arrival_ms > event.time_ms + 3'000;
    highest = std::max(highest, event.time_ms);
  }
  EXPECT_GT(out_of_order, static_cast<int64_t>(events.size()) / 2);
  EXPECT_NEAR(static_cast<double>(late) / static_cast<double>(events.size()), 0.01 * 0.9, 0.002);
}

// The example's surge: requests over available drivers in the last minute, between 1 and 3.
TEST(City, SurgeMoves) {
  CityOptions options = Options();
  options.driver_events_per_second = 25;
  City city(options);
  std::map<int64_t, std::set<std::string>> demand;
  std::map<int64_t, std::set<std::string>> supply;
  CityRecords records;
  city.Generate(EventTime(kStart + 240 * kMinute), SIZE_MAX, records);
  for (size_t i = 0; i < records.size(); ++i) {
    const CityRecords::Record record = records[i];
    const std::string status = FieldOf(record.value, "status");
    const int64_t minute = record.timestamp_ms / kMinute;
    if (status == "REQUESTED") demand[minute].insert(std::string(record.key));
    if (status == "AVAILABLE") supply[minute].insert(std::string(record.key));
  }
  int64_t calm = 0;
  int64_t surging = 0;
  double highest = 0;
  for (const auto& [minute, rides] : demand) {
    const double surge = static_cast<double>(rides.size()) /
                         static_cast<double>(std::max<size_t>(supply[minute].size(), 1));
    calm += surge <= 1;
    surging += surge > 1;
    highest = std::max(highest, surge);
  }
  EXPECT_GT(calm, 60);
  EXPECT_GT(surging, 30);
  EXPECT_GT(highest, 1.5);
}

TEST(City, GoesOnAsIfNeverStopped) {
  CityOptions options = Options();
  options.late_fraction = 0.1;
  options.driver_events_per_second = 100;
  City whole(options);
  const std::string expected = BytesOf(whole, kStart + 20 * kMinute);
  City part(options);
  std::string bytes;
  for (const int64_t minute : {3, 4, 11, 20}) {
    bytes += BytesOf(part, kStart + minute * kMinute);
    const std::string state = part.Serialize();
    part = City::Restore(state, options).value();
    EXPECT_EQ(part.Serialize(), state);
  }
  EXPECT_TRUE(bytes == expected);
}

TEST(City, SleepsAndKeepsItsRides) {
  CityOptions options = Options();
  options.driver_events_per_second = 50;
  City city(options);
  EventsOf(city, kStart + 10 * kMinute);
  const CityCounts before = city.counts();
  const int64_t later = kStart + 600 * kMinute;
  city.SleepUntil(EventTime(later));
  EXPECT_EQ(city.counts().rides_open, before.rides_open);
  EXPECT_EQ(city.counts().drivers_on_trip, before.drivers_on_trip);
  for (const Event& event : EventsOf(city, later + kMinute)) {
    EXPECT_GE(event.time_ms, later - 2'000);
    EXPECT_GE(event.arrival_ms, later);
  }
}

TEST(City, RestoreRefusesWhatDoesNotFit) {
  City city(Options());
  EventsOf(city, kStart + kMinute);
  const std::string state = city.Serialize();
  CityOptions other = Options();
  other.seed = 1;
  EXPECT_EQ(City::Restore(state, other).error().code(), ErrorCode::kInvalidArgument);
  other = Options();
  other.drivers = 10;
  EXPECT_EQ(City::Restore(state, other).error().code(), ErrorCode::kInvalidArgument);
  for (size_t size = 0; size < state.size(); size += 97) {
    EXPECT_EQ(City::Restore(state.substr(0, size), Options()).error().code(),
              ErrorCode::kCorruption);
  }
  // With another rate it goes on at that rate.
  other = Options();
  other.driver_events_per_second = 50;
  other.rides_per_second = 0;
  other.disorder_ms = 0;
  City slower = City::Restore(state, other).value();
  EventsOf(slower, kStart + 2 * kMinute);
  EXPECT_EQ(EventsOf(slower, kStart + 3 * kMinute).size(), 50u * 60 + 0u);
}

TEST(City, SurvivesDamagedState) {
  City city(Options());
  EventsOf(city, kStart + kMinute);
  const std::string good = city.Serialize();
  Random random(12);
  for (int round = 0; round < 500; ++round) {
    std::string bad = good.substr(0, good.size() - 4);
    for (int i = 0; i < 3; ++i) {
      bad[12 + random.Uniform(bad.size() - 12)] = static_cast<char>(random.Uniform(256));
    }
    const uint32_t checksum = storage::Crc32c(bad);
    bad.append(reinterpret_cast<const char*>(&checksum), 4);
    (void)City::Restore(bad, Options()).ok();
  }
}

TEST(City, OptionsAreChecked) {
  CityOptions options = Options();
  options.drivers = 0;
  EXPECT_THAT(ValidateCityOptions(options).error().message(), HasSubstr("number of drivers"));
  options = Options();
  options.late_fraction = 1.5;
  EXPECT_FALSE(ValidateCityOptions(options).ok());
  options = Options();
  options.rides_per_second = std::nan("");
  EXPECT_FALSE(ValidateCityOptions(options).ok());
}

}  // namespace
}  // namespace floe::producers
