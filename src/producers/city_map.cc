#include "producers/city_map.h"

#include <algorithm>
#include <cmath>

namespace floe::producers {
namespace {

constexpr double kMetresPerDegree = 111'320;
// Cosine of San Francisco's latitude.
constexpr double kLonShrink = 0.7905;
constexpr Point kSouthWest{37.7080, -122.5120};
constexpr Point kNorthEast{37.8100, -122.3800};
constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kLocalOffsetMs = -7 * kHourMs;

enum class Profile : uint8_t { kOffice, kHome, kNight, kVisitor, kStation };

// Relative demand by local hour.
using Hours = std::array<double, 24>;
constexpr std::array<Hours, 5> kProfiles = {{
    // Offices: home in the evening.
    {2, 1, 1, 1, 2, 4, 8, 14, 18, 16, 14, 16, 20, 18, 17, 20, 26, 34, 36, 28, 20, 14, 9, 5},
    // Homes: away in the morning.
    {4, 3, 2, 2, 3, 8, 20, 34, 36, 26, 18, 15, 14, 13, 13, 14, 15, 17, 19, 20, 17, 13, 9, 6},
    // Bars and clubs.
    {34, 30, 22, 8, 4, 2, 2, 3, 4, 5, 6, 8, 10, 9, 8, 9, 11, 14, 19, 25, 30, 34, 38, 38},
    // Sights and museums.
    {3, 2, 1, 1, 1, 2, 4, 8, 14, 20, 26, 30, 30, 30, 29, 28, 27, 25, 22, 18, 14, 10, 7, 5},
    // Stations and terminals.
    {8, 4, 3, 4, 12, 22, 28, 30, 26, 20, 17, 16, 16, 16, 17, 19, 22, 26, 28, 26, 24, 22, 18, 12},
}};

struct Zone {
  Point middle;
  double spread_metres;
  // Part of the city's rides over a day.
  double weight;
  Profile profile;
};

constexpr std::array<Zone, kZones> kZoneTable = {{
    {{37.7935, -122.3990}, 700, 0.17, Profile::kOffice},   // Financial District
    {{37.7785, -122.3950}, 700, 0.14, Profile::kOffice},   // South of Market
    {{37.7860, -122.4080}, 500, 0.12, Profile::kVisitor},  // Union Square
    {{37.8060, -122.4150}, 600, 0.09, Profile::kVisitor},  // the northern waterfront
    {{37.7600, -122.4190}, 800, 0.13, Profile::kNight},    // Mission
    {{37.7610, -122.4350}, 500, 0.07, Profile::kNight},    // Castro
    {{37.7990, -122.4370}, 700, 0.08, Profile::kHome},     // Marina
    {{37.7800, -122.4780}, 1200, 0.07, Profile::kHome},    // Richmond
    {{37.7500, -122.4900}, 1300, 0.06, Profile::kHome},    // Sunset
    {{37.7765, -122.3945}, 300, 0.07, Profile::kStation},  // the railway station
}};

double MeanOf(const Hours& hours) {
  double sum = 0;
  for (const double hour : hours) sum += hour;
  return sum / 24;
}

// The demand of a zone at each full hour.
const std::array<Hours, kZones>& Demands() {
  static const std::array<Hours, kZones> demands = [] {
    std::array<Hours, kZones> made{};
    for (size_t zone = 0; zone < kZones; ++zone) {
      const Hours& hours = kProfiles[static_cast<size_t>(kZoneTable[zone].profile)];
      const double scale = kZoneTable[zone].weight / MeanOf(hours);
      for (size_t hour = 0; hour < 24; ++hour) made[zone][hour] = hours[hour] * scale;
    }
    return made;
  }();
  return demands;
}

// About normal with deviation 1 (sum of four uniforms), within ±3.5.
double DrawBell(Random& random) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += random.NextDouble();
  return (sum - 2) * 1.7320508075688772;
}

}  // namespace

double MetresBetween(Point a, Point b) {
  const double north = (b.lat - a.lat) * kMetresPerDegree;
  const double east = (b.lon - a.lon) * kMetresPerDegree * kLonShrink;
  return std::sqrt(north * north + east * east);
}

Point MoveTowards(Point a, Point b, double metres) {
  const double distance = MetresBetween(a, b);
  if (distance <= metres) return b;
  const double part = metres / distance;
  return {a.lat + (b.lat - a.lat) * part, a.lon + (b.lon - a.lon) * part};
}

double ZoneDemand(size_t zone, int64_t time_ms) {
  const int64_t of_day = ((time_ms + kLocalOffsetMs) % kDayMs + kDayMs) % kDayMs;
  const auto hour = static_cast<size_t>(of_day / kHourMs);
  const double part = static_cast<double>(of_day % kHourMs) / static_cast<double>(kHourMs);
  const Hours& hours = Demands()[zone];
  return hours[hour] * (1 - part) + hours[(hour + 1) % 24] * part;
}

double CityDemand(int64_t time_ms) {
  double sum = 0;
  for (size_t zone = 0; zone < kZones; ++zone) sum += ZoneDemand(zone, time_ms);
  return sum;
}

double MaxCityDemand() {
  // Between hours it is interpolated, so the highest hour is the highest of all.
  static const double highest = [] {
    double found = 0;
    for (int64_t hour = 0; hour < 24; ++hour) found = std::max(found, CityDemand(hour * kHourMs));
    return found;
  }();
  return highest;
}

size_t DrawZone(int64_t time_ms, Random& random) {
  double rest = random.NextDouble() * CityDemand(time_ms);
  for (size_t zone = 0; zone + 1 < kZones; ++zone) {
    rest -= ZoneDemand(zone, time_ms);
    if (rest < 0) return zone;
  }
  return kZones - 1;
}

Point DrawPlace(size_t zone, Random& random) {
  const Zone& from = kZoneTable[zone];
  const double north = DrawBell(random) * from.spread_metres;
  const double east = DrawBell(random) * from.spread_metres;
  return {std::clamp(from.middle.lat + north / kMetresPerDegree, kSouthWest.lat, kNorthEast.lat),
          std::clamp(from.middle.lon + east / (kMetresPerDegree * kLonShrink), kSouthWest.lon,
                     kNorthEast.lon)};
}

double PortableLog(double x) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);  // exact, in [0.5, 1)
  // ln m = 2 artanh s with s = (m - 1) / (m + 1), |s| <= 1/3.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double sum = 0;
  for (int k = 27; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  constexpr double kLn2 = 0.69314718055994530942;
  return 2 * s * sum + exponent * kLn2;
}

double DrawExponential(Random& random) { return -PortableLog(1 - random.NextDouble()); }

}  // namespace floe::producers
