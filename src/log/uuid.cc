#include "log/uuid.h"

#include <cstddef>

namespace floe::log {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool HyphenBefore(size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

}  // namespace

Uuid Uuid::Generate(Random& random) {
  Uuid id;
  for (size_t i = 0; i < 16; i += 8) {
    const uint64_t word = random.NextUint64();
    for (size_t j = 0; j < 8; ++j) id.bytes[i + j] = static_cast<uint8_t>(word >> (8 * j));
  }
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

Result<Uuid> Uuid::Parse(std::string_view text) {
  const Error error(ErrorCode::kInvalidData, "'" + std::string(text) + "' is not a UUID");
  if (text.size() != 36) return error;
  Uuid id;
  size_t at = 0;
  for (size_t i = 0; i < 16; ++i) {
    if (HyphenBefore(i) && text[at++] != '-') return error;
    const int high = DigitValue(text[at]);
    const int low = DigitValue(text[at + 1]);
    if (high < 0 || low < 0) return error;
    id.bytes[i] = static_cast<uint8_t>(high * 16 + low);
    at += 2;
  }
  return id;
}

std::string Uuid::ToString() const {
  std::string text;
  for (size_t i = 0; i < 16; ++i) {
    if (HyphenBefore(i)) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

}  // namespace floe::log
