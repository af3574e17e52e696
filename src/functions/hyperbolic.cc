#include "functions/hyperbolic.h"

#include <cmath>

namespace floe::functions {
namespace {

// From here on the smaller of exp(x) and exp(-x) no longer counts in a double.
constexpr double kLimit = 22;
constexpr double kHalfLn2 = 0.34657359027997264;

// exp(x) for kHalfLn2 <= x < 709 by the polynomial of fdlibm, which Java prescribes: it differs
// from the nearest double in the last place now and then.
double StrictExp(double x) {
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  constexpr double kInverseLn2 = 1.44269504088896338700e+00;
  constexpr double kP1 = 1.66666666666666019037e-01;
  constexpr double kP2 = -2.77777777770155933842e-03;
  constexpr double kP3 = 6.61375632143793436117e-05;
  constexpr double kP4 = -1.65339022054652515390e-06;
  constexpr double kP5 = 4.13813679705723846039e-08;
  const int exponent = x < 3 * kHalfLn2 ? 1 : static_cast<int>(kInverseLn2 * x + 0.5);
  const double high = x - exponent * kLn2High;
  const double low = exponent * kLn2Low;
  const double reduced = high - low;
  const double square = reduced * reduced;
  const double c =
      reduced - square * (kP1 + square * (kP2 + square * (kP3 + square * (kP4 + square * kP5))));
  return std::ldexp(1 - ((low - (reduced * c) / (2 - c)) - high), exponent);
}

double LargeExp(double x) { return x < 709 ? StrictExp(x) : std::exp(x); }

}  // namespace

double JavaCosh(double x) {
  const double a = std::fabs(x);
  if (std::isnan(x)) return x;
  if (a < kHalfLn2) {
    const double t = std::expm1(a);
    return 1 + t * t / (2 * (1 + t));
  }
  const double t = LargeExp(a);
  return a < kLimit ? 0.5 * t + 0.5 / t : 0.5 * t;
}

double JavaSinh(double x) {
  const double a = std::fabs(x);
  if (std::isnan(x)) return x;
  const double half = x < 0 ? -0.5 : 0.5;
  if (a >= kLimit) return half * LargeExp(a);
  const double t = std::expm1(a);
  return a < 1 ? half * (2 * t - t * t / (t + 1)) : half * (t + t / (t + 1));
}

double JavaTanh(double x) {
  const double a = std::fabs(x);
  if (std::isnan(x)) return x;
  double z = 1;
  if (a < 1) {
    const double t = std::expm1(-2 * a);
    z = -t / (t + 2);
  } else if (a < kLimit) {
    z = 1 - 2 / (std::expm1(2 * a) + 2);
  }
  return x < 0 ? -z : z;
}

}  // namespace floe::functions
