// A segment: one file of consecutive record batches, and its sparse index.
//   <base offset, 20 digits>.log     the batches
//   <base offset, 20 digits>.index   offsets and times; can be made again from the batches
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "log/record_batch.h"
#include "storage/file_system.h"

namespace floe::log {

inline constexpr int64_t kNoTimestamp = std::numeric_limits<int64_t>::min();

// A batch that a search may start from.
struct IndexEntry {
  Offset base_offset;
  uint64_t position = 0;
  // Of all records before `position`; kNoTimestamp if there are none.
  int64_t max_timestamp_before_ms = kNoTimestamp;

  bool operator==(const IndexEntry&) const = default;
};

// What is known of a segment without its file. The index may cover less than the file holds.
struct SegmentIndex {
  Offset base_offset;
  // After the last record.
  Offset next_offset;
  // Bytes of batches covered: all of them were durable when the index was written.
  uint64_t size_bytes = 0;
  int64_t max_timestamp_ms = kNoTimestamp;
  // By the wall clock.
  int64_t last_append_ms = 0;
  // Of the last batch; -1 if there is none.
  int32_t leader_epoch = -1;
  // Rising in both offset and position.
  std::vector<IndexEntry> entries;

  // Adds a batch that lies at size_bytes.
  void AddBatch(const BatchHeader& header, int64_t interval_bytes);
  // Where to start looking for `offset`, or for the first record with at least `timestamp_ms`.
  uint64_t PositionForOffset(Offset offset) const;
  uint64_t PositionForTimestamp(int64_t timestamp_ms) const;

  bool operator==(const SegmentIndex&) const = default;
};

std::string SegmentLogPath(const std::string& directory, Offset base_offset);
std::string SegmentIndexPath(const std::string& directory, Offset base_offset);
// The base offset of a segment's ".log" file by its name; nullopt if it is no such name.
std::optional<Offset> ParseSegmentFileName(std::string_view name);

// The index file's bytes, and back (kCorruption).
std::string EncodeSegmentIndex(const SegmentIndex& index);
Result<SegmentIndex> DecodeSegmentIndex(std::string_view bytes);
// Replaces the index file. Without a sync: a lost index is made again.
Status WriteSegmentIndex(storage::FileSystem& files, const std::string& directory,
                         const SegmentIndex& index);
Result<SegmentIndex> ReadSegmentIndex(storage::FileSystem& files, const std::string& directory,
                                      Offset base_offset);

// Goes through batches from the end of `index` on and adds each good one (header, checksum, offset
// not below its end) to it. Stops at the file's end or at the first bytes that are no good batch;
// `problem` says what is wrong with those, ok if nothing is. An error only if the file can't be
// read.
struct ScanResult {
  Status problem;
  uint64_t file_bytes = 0;
};
Result<ScanResult> ScanSegment(const storage::RandomAccessFile& file, int64_t interval_bytes,
                               SegmentIndex& index);

// Steps over the batches of a file one by one, through a buffer of bounded size.
class BatchCursor {
 public:
  // Batches in [position, end). `file` outlives the cursor.
  BatchCursor(const storage::RandomAccessFile& file, uint64_t position, uint64_t end);
  ~BatchCursor() { ReleaseBuffer(); }
  BatchCursor(const BatchCursor&) = delete;
  BatchCursor& operator=(const BatchCursor&) = delete;

  struct Batch {
    BatchHeader header;
    std::string_view bytes;  // of the whole batch; valid until the next call
    uint64_t position = 0;
  };
  // The next batch, its checksum verified; nullopt at the end. kCorruption: what lies at position()
  // is no good batch.
  Result<std::optional<Batch>> Next();
  uint64_t position() const { return position_; }
  // The buffer that the last batch lies in moves to `memory` when the cursor is done with it, so
  // that views into the batch stay valid with it. `memory` outlives the cursor.
  void KeepBuffer(RecordMemory& memory) { keeper_ = &memory; }

 private:
  Status Fill(size_t bytes_needed);
  void ReleaseBuffer();

  const storage::RandomAccessFile& file_;
  uint64_t position_;  // of the next batch
  uint64_t end_;
  std::unique_ptr<char[]> buffer_;
  size_t buffer_bytes_ = 0;       // allocated
  uint64_t buffer_position_ = 0;  // of the buffer's first byte in the file
  size_t filled_bytes_ = 0;
  RecordMemory* keeper_ = nullptr;
};

}  // namespace floe::log
