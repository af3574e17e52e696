// Functions of DOUBLE, and random numbers.
#include <cmath>
#include <cstdint>
#include <string>

#include "functions/hyperbolic.h"
#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

constexpr double kPi = 3.141592653589793;
constexpr double kE = 2.718281828459045;
constexpr double kDegreesPerRadian = 57.29577951308232;
constexpr double kRadiansPerDegree = 0.017453292519943295;

template <double (*kFunction)(double)>
Result<BoundKernel> MakeUnary(const KernelRequest&) {
  return Total<double, double>([](double x) { return kFunction(x); });
}

double Acos(double x) { return std::acos(x); }
double Asin(double x) { return std::asin(x); }
double Atan(double x) { return std::atan(x); }
double Cos(double x) { return std::cos(x); }
double Cot(double x) { return 1.0 / std::tan(x); }
double Exp(double x) { return std::exp(x); }
double Log(double x) { return std::log(x); }
double Log2(double x) { return std::log(x) / std::log(2.0); }
double Log10(double x) { return std::log10(x); }
double Sin(double x) { return std::sin(x); }
double Sqrt(double x) { return std::pow(x, 0.5); }
double Tan(double x) { return std::tan(x); }
double Degrees(double x) { return x * kDegreesPerRadian; }
double Radians(double x) { return x * kRadiansPerDegree; }

Result<BoundKernel> MakeLog(const KernelRequest& request) {
  if (request.arguments.size() == 1) return MakeUnary<Log>(request);
  return Total<double, double, double>(
      [](double base, double x) { return std::log(x) / std::log(base); });
}

Result<BoundKernel> MakePower(const KernelRequest&) {
  return Total<double, double, double>([](double x, double y) { return std::pow(x, y); });
}

Result<BoundKernel> MakeAtan2(const KernelRequest&) {
  return Total<double, double, double>([](double y, double x) { return std::atan2(y, x); });
}

BoundKernel Constant(const double* value) {
  return {[value](KernelCall& call) -> Status {
            *call.result = ConstantVector(Physical::kDouble, value, nullptr);
            return Status::Ok();
          },
          true};
}
Result<BoundKernel> MakePi(const KernelRequest&) { return Constant(&kPi); }
Result<BoundKernel> MakeE(const KernelRequest&) { return Constant(&kE); }

// The generator of java.util.Random: the same seed gives the same numbers as in Flink.
class JavaRandom {
 public:
  explicit JavaRandom(int64_t seed) : state_((static_cast<uint64_t>(seed) ^ kMultiplier) & kMask) {}

  double NextDouble() {
    const uint64_t high = Next(26);
    return static_cast<double>((high << 27) + Next(27)) * 0x1.0p-53;
  }
  // Uniform in [0, bound). REQUIRES: bound > 0.
  int32_t NextInt(int32_t bound) {
    uint64_t bits = Next(31);
    if ((bound & (bound - 1)) == 0) {
      return static_cast<int32_t>((static_cast<uint64_t>(bound) * bits) >> 31);
    }
    int64_t value = static_cast<int64_t>(bits) % bound;
    while (static_cast<int64_t>(bits) - value + (bound - 1) > INT32_MAX) {
      bits = Next(31);
      value = static_cast<int64_t>(bits) % bound;
    }
    return static_cast<int32_t>(value);
  }

 private:
  static constexpr uint64_t kMultiplier = 0x5DEECE66D;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;

  uint64_t Next(int bits) {
    state_ = (state_ * kMultiplier + 0xB) & kMask;
    return state_ >> (48 - bits);
  }

  uint64_t state_;
};

// A generator per expression and operator, seeded by the first row's seed.
struct SeededRandom {
  bool seeded = false;
  JavaRandom random{0};

  JavaRandom& For(int64_t seed) {
    if (!seeded) random = JavaRandom(seed);
    seeded = true;
    return random;
  }
};

Result<BoundKernel> MakeRand(const KernelRequest& request) {
  if (request.arguments.empty()) {
    return PerRow<double>([](Row& row, double* out) {
      *out = row.context().random->NextDouble();
      return true;
    });
  }
  return PerRow<double, int64_t>([state = SeededRandom()](Row&, int64_t seed, double* out) mutable {
    *out = state.For(seed).NextDouble();
    return true;
  });
}

bool CheckBound(Row& row, int64_t bound) {
  if (bound > 0 && bound <= INT32_MAX) return true;
  return row.Fail(ErrorCode::kInvalidArgument, "the bound of RAND_INTEGER must be 1 to 2147483647");
}

Result<BoundKernel> MakeRandInteger(const KernelRequest& request) {
  if (request.arguments.size() == 1) {
    return PerRow<int32_t, int64_t>([](Row& row, int64_t bound, int32_t* out) {
      if (!CheckBound(row, bound)) return false;
      *out = static_cast<int32_t>(row.context().random->Uniform(static_cast<uint64_t>(bound)));
      return true;
    });
  }
  return PerRow<int32_t, int64_t, int64_t>(
      [state = SeededRandom()](Row& row, int64_t seed, int64_t bound, int32_t* out) mutable {
        if (!CheckBound(row, bound)) return false;
        *out = state.For(seed).NextInt(static_cast<int32_t>(bound));
        return true;
      });
}

constexpr ScalarFunction Function(std::string_view name, KernelFactory factory,
                                  bool deterministic = true) {
  return {name, CallForm::kStrict, PrintForm::kCall, deterministic, 0, factory};
}

constexpr StrictFunction Unary(std::string_view name, KernelFactory factory,
                               const char* signature) {
  return {Function(name, factory), "n", DoubleResult, Nullability::kAny, signature};
}

const StrictFunction kMathFunctions[] = {
    Unary("ACOS", MakeUnary<Acos>, "ACOS(number)"),
    Unary("ASIN", MakeUnary<Asin>, "ASIN(number)"),
    Unary("ATAN", MakeUnary<Atan>, "ATAN(number)"),
    {Function("ATAN2", MakeAtan2), "nn", DoubleResult, Nullability::kAny, "ATAN2(number, number)"},
    Unary("COS", MakeUnary<Cos>, "COS(number)"),
    Unary("COSH", MakeUnary<JavaCosh>, "COSH(number)"),
    Unary("COT", MakeUnary<Cot>, "COT(number)"),
    Unary("DEGREES", MakeUnary<Degrees>, "DEGREES(number)"),
    {Function("E", MakeE), "", DoubleResult, Nullability::kNever, "E()"},
    Unary("EXP", MakeUnary<Exp>, "EXP(number)"),
    Unary("LN", MakeUnary<Log>, "LN(number)"),
    {Function("LOG", MakeLog), "n?n", DoubleResult, Nullability::kAny,
     "LOG(number), LOG(base, number)"},
    Unary("LOG10", MakeUnary<Log10>, "LOG10(number)"),
    Unary("LOG2", MakeUnary<Log2>, "LOG2(number)"),
    {Function("PI", MakePi), "", DoubleResult, Nullability::kNever, "PI()"},
    {Function("POWER", MakePower), "nn", DoubleResult, Nullability::kAny, "POWER(number, number)"},
    Unary("RADIANS", MakeUnary<Radians>, "RADIANS(number)"),
    {Function("RAND", MakeRand, false), "?i", DoubleResult, Nullability::kNever,
     "RAND(), RAND(seed)"},
    {Function("RAND_INTEGER", MakeRandInteger, false), "i?i", IntegerResult, Nullability::kNever,
     "RAND_INTEGER(bound), RAND_INTEGER(seed, bound)"},
    Unary("SIN", MakeUnary<Sin>, "SIN(number)"),
    Unary("SINH", MakeUnary<JavaSinh>, "SINH(number)"),
    Unary("SQRT", MakeUnary<Sqrt>, "SQRT(number)"),
    Unary("TAN", MakeUnary<Tan>, "TAN(number)"),
    Unary("TANH", MakeUnary<JavaTanh>, "TANH(number)"),
};

}  // namespace

void RegisterMath(FunctionRegistry& registry) { AddStrict(registry, kMathFunctions); }

}  // namespace floe::functions
