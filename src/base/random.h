// Randomness as an injected dependency: a run is reproduced from its seed.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace floe {

// xoshiro256** (Blackman, Vigna 2018), seeded by SplitMix64. Not for secrets. Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed);
  // A seed from the operating system; for production only.
  static Random FromEntropy();

  uint64_t NextUint64();
  // Uniform in [0, bound). REQUIRES: bound > 0.
  uint64_t Uniform(uint64_t bound);
  // Uniform in [0, 1).
  double NextDouble();
  // Normal with mean 0 and deviation 1 (polar method).
  double NextGaussian();
  // A random UUID of version 4 in its text form.
  std::string NextUuid();

  // The generator's state, for checkpoints.
  const std::array<uint64_t, 4>& state() const { return state_; }
  void set_state(const std::array<uint64_t, 4>& state) { state_ = state; }

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace floe
