// Avro's binary encoding of single values (Avro 1.11 specification, "Binary encoding").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::iceberg {

// Appends values to a byte string.
class AvroEncoder {
 public:
  // `out` outlives the encoder.
  explicit AvroEncoder(std::string& out) : out_(out) {}

  void Boolean(bool value) { out_.push_back(value ? '\1' : '\0'); }
  // Avro's int and long share this form: zigzag, 7 bits a byte, low bits first.
  void Long(int64_t value);
  void Float(float value);
  void Double(double value);
  // Avro's bytes and string.
  void Bytes(std::string_view value) {
    Long(static_cast<int64_t>(value.size()));
    out_.append(value);
  }
  void Fixed(std::string_view value) { out_.append(value); }
  // Branch of a union ["null", T].
  void Null() { Long(0); }
  void NotNull() { Long(1); }
  // An array or map is blocks of a count and items, ended by an empty block.
  void BlockOf(int64_t count) {
    if (count > 0) Long(count);
  }
  void EndBlocks() { Long(0); }

 private:
  std::string& out_;
};

// Reads values from a byte string that outlives the decoder. Never reads beyond it: kCorruption.
class AvroDecoder {
 public:
  explicit AvroDecoder(std::string_view bytes) : bytes_(bytes) {}

  Result<bool> Boolean();
  Result<int64_t> Long();
  Result<float> Float();
  Result<double> Double();
  // Valid as long as the bytes.
  Result<std::string_view> Bytes();
  Result<std::string_view> Fixed(size_t length);
  // Count of the next block of an array or map, 0 at the end; a negative count is followed by the
  // block's size in bytes.
  Result<int64_t> BlockCount();

  bool at_end() const { return position_ == bytes_.size(); }
  size_t remaining() const { return bytes_.size() - position_; }

 private:
  std::string_view bytes_;
  size_t position_ = 0;
};

}  // namespace floe::iceberg
