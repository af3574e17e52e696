#include "storage/encoding.h"

namespace floe::storage {

void PutVarint(std::string& out, uint64_t value) {
  char bytes[10];
  size_t count = 0;
  while (value >= 0x80) {
    bytes[count++] = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  bytes[count++] = static_cast<char>(value);
  out.append(bytes, count);
}

void PutSignedVarint(std::string& out, int64_t value) {
  PutVarint(out, (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

void PutString(std::string& out, std::string_view value) {
  PutVarint(out, value.size());
  out.append(value);
}

void ByteReader::Fail() {
  ok_ = false;
  rest_ = {};
}

uint64_t ByteReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  Fail();
  return 0;
}

int64_t ByteReader::SignedVarint() {
  const uint64_t value = Varint();
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

std::string_view ByteReader::Bytes(size_t count) {
  if (!ok_ || count > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::string_view ByteReader::String() {
  const uint64_t count = Varint();
  return Bytes(count);
}

size_t ByteReader::Count(size_t min_bytes) {
  const uint64_t count = Varint();
  if (!ok_ || count > rest_.size() / min_bytes) {
    Fail();
    return 0;
  }
  return count;
}

Status ByteReader::Finish(std::string_view what) const {
  if (!ok_) return Error(ErrorCode::kCorruption, std::string(what) + " is cut short or malformed");
  if (!rest_.empty()) {
    return Error(ErrorCode::kCorruption,
                 std::string(what) + " has " + std::to_string(rest_.size()) + " bytes too many");
  }
  return Status::Ok();
}

}  // namespace floe::storage
