// Kafka's RecordBatch, version 2: the form of records on disk and on the wire.
// Source: org.apache.kafka.common.record.DefaultRecordBatch and DefaultRecord.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "log/partitioned_log.h"

namespace floe::log {

class Compressor;

inline constexpr size_t kBatchHeaderBytes = 61;

// The 61 bytes in front of the records.
struct BatchHeader {
  Offset base_offset;
  int32_t batch_length = 0;  // bytes after this field
  int32_t leader_epoch = -1;
  uint32_t crc = 0;  // CRC-32C of everything from the attributes on
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  int32_t record_count = 0;

  // With the header.
  size_t size_bytes() const { return static_cast<size_t>(batch_length) + 12; }
  Offset last_offset() const { return Offset(base_offset.value() + last_offset_delta); }
  Offset next_offset() const { return last_offset().Next(); }
  int compression() const { return attributes & 7; }
  bool is_log_append_time() const { return (attributes & 8) != 0; }
  bool is_control() const { return (attributes & 32) != 0; }
};

// Reads and checks a header: version, lengths, counts; not the CRC. kCorruption otherwise.
// REQUIRES: bytes.size() >= kBatchHeaderBytes.
Result<BatchHeader> ParseBatchHeader(std::string_view bytes);

// REQUIRES: batch.size() == the header's size_bytes().
Status VerifyBatchCrc(const BatchHeader& header, std::string_view batch);

// Keeps what record views point to.
struct RecordMemory {
  std::vector<std::unique_ptr<char[]>> buffers;
  std::deque<std::vector<HeaderView>> headers;
  size_t size_bytes = 0;  // of the buffers
};

// Appends the batch's records from `from` on to `records`; control batches give none. Views point
// into `batch`, or, if it is compressed, into a new buffer of `memory`.
// `max_uncompressed_bytes` bounds that buffer (kLimitExceeded). Malformed bytes give kCorruption,
// whatever they are. REQUIRES: batch.size() == header.size_bytes(), and the CRC was verified.
Status DecodeBatch(const BatchHeader& header, std::string_view batch, Offset from,
                   size_t max_uncompressed_bytes, RecordMemory& memory,
                   std::vector<RecordView>& records);

// Makes batches. Not thread-safe; keeps its buffers between batches.
class BatchEncoder {
 public:
  BatchEncoder();
  ~BatchEncoder();
  BatchEncoder(const BatchEncoder&) = delete;
  BatchEncoder& operator=(const BatchEncoder&) = delete;

  // Appends one batch with all records to `out`; returns its size in bytes. The compression is left
  // out where it does not make the batch smaller. Records must be few enough for 32-bit lengths
  // (kInvalidArgument). REQUIRES: records is not empty.
  Result<size_t> Encode(std::span<const AppendRecord> records, Offset base_offset,
                        int32_t leader_epoch, Compression compression, std::string& out);

 private:
  std::string body_;
  std::string compressed_;
  std::unique_ptr<Compressor> compressor_;
};

// Bytes that a record takes in a batch, roughly and not less than it does.
size_t EstimateRecordBytes(const AppendRecord& record);

// Gives a finished batch its place in a partition; offset and epoch are outside the CRC.
// REQUIRES: batch.size() >= kBatchHeaderBytes.
void StampBatch(Offset base_offset, int32_t leader_epoch, std::span<char> batch);

}  // namespace floe::log
