#include "iceberg/avro_encoding.h"

#include <cstring>

namespace floe::iceberg {
namespace {

Error Truncated() { return Error(ErrorCode::kCorruption, "Avro data ends within a value"); }

}  // namespace

void AvroEncoder::Long(int64_t value) {
  uint64_t rest = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
  while (rest >= 0x80) {
    out_.push_back(static_cast<char>(rest | 0x80));
    rest >>= 7;
  }
  out_.push_back(static_cast<char>(rest));
}

void AvroEncoder::Float(float value) {
  char bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  out_.append(bytes, sizeof(bytes));
}

void AvroEncoder::Double(double value) {
  char bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  out_.append(bytes, sizeof(bytes));
}

Result<bool> AvroDecoder::Boolean() {
  FLOE_ASSIGN(std::string_view byte, Fixed(1));
  return byte[0] != 0;
}

Result<int64_t> AvroDecoder::Long() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (at_end()) return Truncated();
    auto byte = static_cast<unsigned char>(bytes_[position_++]);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return static_cast<int64_t>((value >> 1) ^ (0 - (value & 1)));
  }
  return Error(ErrorCode::kCorruption, "an Avro number has more than 64 bits");
}

Result<float> AvroDecoder::Float() {
  FLOE_ASSIGN(std::string_view bytes, Fixed(sizeof(float)));
  float value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

Result<double> AvroDecoder::Double() {
  FLOE_ASSIGN(std::string_view bytes, Fixed(sizeof(double)));
  double value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

Result<std::string_view> AvroDecoder::Bytes() {
  FLOE_ASSIGN(int64_t length, Long());
  if (length < 0) return Error(ErrorCode::kCorruption, "an Avro value has a negative length");
  return Fixed(static_cast<size_t>(length));
}

Result<std::string_view> AvroDecoder::Fixed(size_t length) {
  if (length > remaining()) return Truncated();
  std::string_view value = bytes_.substr(position_, length);
  position_ += length;
  return value;
}

Result<int64_t> AvroDecoder::BlockCount() {
  FLOE_ASSIGN(int64_t count, Long());
  if (count >= 0) return count;
  FLOE_TRY(Long());
  if (count == INT64_MIN) return Error(ErrorCode::kCorruption, "an Avro block count is invalid");
  return -count;
}

}  // namespace floe::iceberg
