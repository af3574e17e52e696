#include "storage/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace floe::storage {
namespace {

constexpr uint32_t kPolynomial = 0x82f63b78;  // reflected

// kTables[k][b]: the effect of byte b followed by k zero bytes.
constexpr std::array<std::array<uint32_t, 256>, 8> MakeTables() {
  std::array<std::array<uint32_t, 256>, 8> tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t crc = tables[k - 1][byte];
      tables[k][byte] = (crc >> 8) ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}
constexpr auto kTables = MakeTables();

#if defined(__x86_64__)
// Three streams hide the latency of the instruction; their sums are joined with a table for
// "followed by kLane zero bytes".
constexpr size_t kLane = 1024;

constexpr uint32_t AfterZeros(uint32_t crc, size_t zeros) {
  for (size_t i = 0; i < zeros; ++i) crc = (crc >> 8) ^ kTables[0][crc & 0xff];
  return crc;
}

std::array<std::array<uint32_t, 256>, 4> MakeShiftTables() {
  std::array<std::array<uint32_t, 256>, 4> tables{};
  std::array<uint32_t, 32> of_bit{};
  for (size_t bit = 0; bit < 32; ++bit) of_bit[bit] = AfterZeros(uint32_t{1} << bit, kLane);
  for (size_t k = 0; k < 4; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      for (size_t bit = 0; bit < 8; ++bit) {
        if (byte & (size_t{1} << bit)) tables[k][byte] ^= of_bit[8 * k + bit];
      }
    }
  }
  return tables;
}

uint32_t ShiftByLane(uint32_t crc) {
  static const auto tables = MakeShiftTables();
  return tables[0][crc & 0xff] ^ tables[1][(crc >> 8) & 0xff] ^ tables[2][(crc >> 16) & 0xff] ^
         tables[3][crc >> 24];
}

uint64_t Load(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) uint32_t Crc32cHardware(const char* bytes, size_t count,
                                                          uint32_t before) {
  uint64_t crc = before ^ 0xffffffffu;
  while (count >= 3 * kLane) {
    uint64_t crc1 = 0;
    uint64_t crc2 = 0;
    for (size_t i = 0; i < kLane; i += 8) {
      crc = _mm_crc32_u64(crc, Load(bytes + i));
      crc1 = _mm_crc32_u64(crc1, Load(bytes + kLane + i));
      crc2 = _mm_crc32_u64(crc2, Load(bytes + 2 * kLane + i));
    }
    crc = ShiftByLane(static_cast<uint32_t>(crc)) ^ crc1;
    crc = ShiftByLane(static_cast<uint32_t>(crc)) ^ crc2;
    bytes += 3 * kLane;
    count -= 3 * kLane;
  }
  for (; count >= 8; bytes += 8, count -= 8) crc = _mm_crc32_u64(crc, Load(bytes));
  auto crc32 = static_cast<uint32_t>(crc);
  for (; count > 0; ++bytes, --count) crc32 = _mm_crc32_u8(crc32, static_cast<uint8_t>(*bytes));
  return crc32 ^ 0xffffffffu;
}
#endif

}  // namespace

uint32_t Crc32cPortable(std::string_view bytes, uint32_t before) {
  uint32_t crc = before ^ 0xffffffffu;
  const char* p = bytes.data();
  size_t count = bytes.size();
  for (; count >= 8; p += 8, count -= 8) {
    uint32_t low;
    uint32_t high;
    std::memcpy(&low, p, 4);
    std::memcpy(&high, p + 4, 4);
    low ^= crc;
    crc = kTables[7][low & 0xff] ^ kTables[6][(low >> 8) & 0xff] ^ kTables[5][(low >> 16) & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][(high >> 8) & 0xff] ^
          kTables[1][(high >> 16) & 0xff] ^ kTables[0][high >> 24];
  }
  for (; count > 0; ++p, --count) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<uint8_t>(*p)) & 0xff];
  }
  return crc ^ 0xffffffffu;
}

uint32_t Crc32c(std::string_view bytes, uint32_t before) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return Crc32cHardware(bytes.data(), bytes.size(), before);
#endif
  return Crc32cPortable(bytes, before);
}

}  // namespace floe::storage
