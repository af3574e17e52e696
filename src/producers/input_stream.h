// A file as a stream of bytes, decompressed on the way.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "storage/file_system.h"

namespace floe::producers {

// Used by one thread at a time.
class InputStream {
 public:
  virtual ~InputStream() = default;
  // Fills as much of the buffer as it can; 0 at the end only. kCorruption if compressed data is
  // damaged or ends early.
  virtual Result<size_t> Read(std::span<char> buffer) = 0;
};

// Opens "….zst" (all frames), "….gz" (all members), and anything else as it is. Holds some hundred
// kilobytes, whatever the file's size (a zstd frame's window up to 128 MiB).
Result<std::unique_ptr<InputStream>> OpenInputStream(storage::FileSystem& files,
                                                     const std::string& path);

}  // namespace floe::producers
