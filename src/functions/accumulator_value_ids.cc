#define XXH_INLINE_ALL
#include "functions/accumulator_value_ids.h"

#include <xxhash.h>

namespace floe::functions {

uint64_t HashValue(std::string_view value) { return XXH3_64bits(value.data(), value.size()); }

// The finaliser of MurmurHash3: each bit of the value reaches each bit of the hash.
uint64_t HashValue(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33);
}

}  // namespace floe::functions
