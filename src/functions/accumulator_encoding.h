// How state is laid out in checkpoints: little-endian integers and length-prefixed bytes.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace floe::functions {

// Appends the bytes of an integer or floating-point value.
template <typename T>
void AppendFixed(T value, std::string& bytes) {
  static_assert(std::is_arithmetic_v<T>);
  char buffer[sizeof(T)];
  std::memcpy(buffer, &value, sizeof(T));
  bytes.append(buffer, sizeof(T));
}

// Appends the length (4 bytes), then the bytes. REQUIRES: shorter than 4 GiB.
inline void AppendBytes(std::string_view value, std::string& bytes) {
  AppendFixed(static_cast<uint32_t>(value.size()), bytes);
  bytes.append(value);
}

// Reads what the functions above wrote. After a read beyond the end every read gives zeros and
// ok() is false, so that callers check once per record.
class ByteReader {
 public:
  // `bytes` must outlive the reader.
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T ReadFixed() {
    static_assert(std::is_arithmetic_v<T>);
    T value{};
    const std::string_view read = Take(sizeof(T));
    if (!read.empty()) std::memcpy(&value, read.data(), sizeof(T));
    return value;
  }
  // Valid as long as the reader's bytes.
  std::string_view ReadBytes() { return Take(ReadFixed<uint32_t>()); }

  bool ok() const { return ok_; }
  bool AtEnd() const { return position_ == bytes_.size(); }
  size_t remaining() const { return bytes_.size() - position_; }
  // kCorruption if a read went beyond the end.
  Status status() const {
    if (ok_) return Status::Ok();
    return Status(ErrorCode::kCorruption, "operator state ends too early");
  }

 private:
  std::string_view Take(size_t size) {
    if (!ok_ || size > bytes_.size() - position_) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(position_, size);
    position_ += size;
    return taken;
  }

  std::string_view bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace floe::functions
