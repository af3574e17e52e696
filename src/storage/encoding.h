// Integers and strings as bytes, for our own file formats: little-endian fixed width, LEB128
// varints (signed ones zigzag), strings with a varint length. The reader never leaves its bounds.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::storage {

static_assert(std::endian::native == std::endian::little);

template <typename Int>
void PutFixed(std::string& out, Int value) {
  char bytes[sizeof(Int)];
  std::memcpy(bytes, &value, sizeof(Int));
  out.append(bytes, sizeof(Int));
}
void PutVarint(std::string& out, uint64_t value);
void PutSignedVarint(std::string& out, int64_t value);
void PutString(std::string& out, std::string_view value);

// Reads from the front. After a failure every read gives 0 or "" and ok() is false: check once at
// the end, and before a count that memory is taken for. The views point into the input.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename Int>
  Int Fixed() {
    Int value = 0;
    const std::string_view bytes = Bytes(sizeof(Int));
    if (ok_) std::memcpy(&value, bytes.data(), sizeof(Int));
    return value;
  }
  uint64_t Varint();
  int64_t SignedVarint();
  std::string_view String();
  std::string_view Bytes(size_t count);
  // A count of things that take at least `min_bytes` each; fails if the rest cannot hold them.
  size_t Count(size_t min_bytes = 1);

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  size_t remaining() const { return rest_.size(); }
  // kCorruption naming `what` unless everything was read without a failure.
  Status Finish(std::string_view what) const;

 private:
  void Fail();
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace floe::storage
