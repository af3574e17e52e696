// Where and when a simulated city wants rides.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/random.h"

namespace floe::producers {

struct Point {
  double lat = 0;  // degrees, WGS84
  double lon = 0;

  bool operator==(const Point&) const = default;
};

// Straight-line distance in metres; good within a city at San Francisco's latitude.
double MetresBetween(Point a, Point b);
// The point `metres` along the way from `a` to `b`; `b` if that is nearer.
Point MoveTowards(Point a, Point b, double metres);

inline constexpr size_t kZones = 10;

// How much the zone wants at that time of day, as a part of the city's mean over a day; the zones'
// means add up to 1. Interpolated between hours; local time is UTC-7.
double ZoneDemand(size_t zone, int64_t time_ms);
// Their sum.
double CityDemand(int64_t time_ms);
// No CityDemand is higher.
double MaxCityDemand();
// A zone, by its demand at that time.
size_t DrawZone(int64_t time_ms, Random& random);
// A place in the zone, denser in its middle, within the city.
Point DrawPlace(size_t zone, Random& random);

// -ln(1 - u) for u drawn uniformly: exponential with mean 1. Only with operations that give the
// same on every machine, unlike std::log.
double DrawExponential(Random& random);
// ln(x) by the same rule. REQUIRES: x > 0.
double PortableLog(double x);

}  // namespace floe::producers
