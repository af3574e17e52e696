// The compressed bodies of record batches.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/partitioned_log.h"

namespace floe::log {

// Keeps contexts between calls. Not thread-safe.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Replaces `out`. LZ4 as a frame with independent blocks, which Kafka's Java client asks for;
  // both with the size of the content in the frame.
  Status Compress(Compression compression, std::string_view bytes, std::string& out);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

struct DecompressedBytes {
  std::unique_ptr<char[]> bytes;
  size_t size = 0;
};

// One whole frame (any frame of the format, not only ours) of at most `max_bytes` content.
// kLimitExceeded, kCorruption; kNotImplemented for a codec that is not LZ4 or zstd. Thread-safe.
Result<DecompressedBytes> Decompress(int codec, std::string_view bytes, size_t max_bytes);

// "none", "gzip", "snappy", "lz4", "zstd" by the number in batch attributes; "unknown".
std::string_view CodecName(int codec);

}  // namespace floe::log
