#include "log/record_batch.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "log/compression.h"
#include "storage/crc32c.h"

namespace floe::log {
namespace {

constexpr size_t kLengthAt = 8;
constexpr size_t kEpochAt = 12;
constexpr size_t kMagicAt = 16;
constexpr size_t kCrcAt = 17;
constexpr size_t kAttributesAt = 21;
constexpr int8_t kMagic = 2;
// Length and attributes of a record, and nothing else in it: the least that one takes.
constexpr size_t kMinRecordBytes = 7;
constexpr int64_t kMaxBodyBytes = std::numeric_limits<int32_t>::max() - int64_t{1024};

template <typename Int>
void StoreBigEndian(char* at, Int value) {
  for (size_t i = 0; i < sizeof(Int); ++i) {
    at[i] = static_cast<char>(value >> (8 * (sizeof(Int) - 1 - i)));
  }
}

template <typename Int>
Int LoadBigEndian(const char* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Int); ++i) value = (value << 8) | static_cast<uint8_t>(at[i]);
  return static_cast<Int>(value);
}

uint64_t Zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

size_t VarintBytes(int64_t value) {
  size_t count = 1;
  for (uint64_t rest = Zigzag(value) >> 7; rest != 0; rest >>= 7) ++count;
  return count;
}

char* StoreVarint(char* at, int64_t value) {
  uint64_t rest = Zigzag(value);
  while (rest >= 0x80) {
    *at++ = static_cast<char>(rest | 0x80);
    rest >>= 7;
  }
  *at++ = static_cast<char>(rest);
  return at;
}

char* StoreBytes(char* at, const std::optional<std::string_view>& bytes) {
  if (!bytes) return StoreVarint(at, -1);
  at = StoreVarint(at, static_cast<int64_t>(bytes->size()));
  std::memcpy(at, bytes->data(), bytes->size());
  return at + bytes->size();
}

size_t SizeOfBytes(const std::optional<std::string_view>& bytes) {
  if (!bytes) return 1;
  return VarintBytes(static_cast<int64_t>(bytes->size())) + bytes->size();
}

// Without its own length.
size_t RecordBytes(const AppendRecord& record, int64_t timestamp_delta, int64_t offset_delta) {
  size_t size = 1 + VarintBytes(timestamp_delta) + VarintBytes(offset_delta) +
                SizeOfBytes(record.key) + SizeOfBytes(record.value) +
                VarintBytes(static_cast<int64_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    size += SizeOfBytes(header.name) + SizeOfBytes(header.value);
  }
  return size;
}

char* StoreRecord(char* at, const AppendRecord& record, int64_t timestamp_delta,
                  int64_t offset_delta) {
  at = StoreVarint(at, static_cast<int64_t>(RecordBytes(record, timestamp_delta, offset_delta)));
  *at++ = 0;  // attributes: none are defined
  at = StoreVarint(at, timestamp_delta);
  at = StoreVarint(at, offset_delta);
  at = StoreBytes(at, record.key);
  at = StoreBytes(at, record.value);
  at = StoreVarint(at, static_cast<int64_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    at = StoreBytes(at, header.name);
    at = StoreBytes(at, header.value);
  }
  return at;
}

Error Malformed(const BatchHeader& header, const char* what) {
  return Error(ErrorCode::kCorruption, "the record batch at offset " +
                                           std::to_string(header.base_offset.value()) +
                                           " is malformed: " + what);
}

// Reads records from bytes that nobody has checked. After a failure ok() is false and everything
// read is empty.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return next_ == end_; }
  size_t remaining() const { return static_cast<size_t>(end_ - next_); }
  const char* position() const { return next_; }

  int64_t Varint() {
    uint64_t value = 0;
    if (next_ != end_ && static_cast<uint8_t>(*next_) < 0x80) {
      value = static_cast<uint8_t>(*next_++);
      return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    }
    for (int shift = 0; shift < 70 && next_ != end_; shift += 7) {
      const auto byte = static_cast<uint8_t>(*next_++);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    }
    Fail();
    return 0;
  }
  void Skip(size_t count) {
    if (count > remaining()) return Fail();
    next_ += count;
  }
  std::optional<std::string_view> Bytes() {
    const int64_t count = Varint();
    if (count == -1) return std::nullopt;
    if (count < 0 || static_cast<uint64_t>(count) > remaining()) {
      Fail();
      return std::nullopt;
    }
    const std::string_view bytes(next_, static_cast<size_t>(count));
    next_ += count;
    return bytes;
  }
  void Fail() {
    ok_ = false;
    next_ = end_;
  }

 private:
  const char* next_;
  const char* end_;
  bool ok_ = true;
};

// Reads the headers of a record, whose number is given.
std::span<const HeaderView> ReadHeaders(RecordReader& reader, int64_t count, RecordMemory& memory) {
  if (count < 0 || static_cast<uint64_t>(count) > reader.remaining()) {
    reader.Fail();
    return {};
  }
  std::vector<HeaderView>& headers = memory.headers.emplace_back();
  headers.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count && reader.ok(); ++i) {
    const std::optional<std::string_view> name = reader.Bytes();
    if (!name) reader.Fail();
    const std::optional<std::string_view> value = reader.Bytes();
    headers.push_back({name.value_or(std::string_view()), value});
  }
  return headers;
}

Status DecodeRecords(const BatchHeader& header, std::string_view body, Offset from,
                     RecordMemory& memory, std::vector<RecordView>& records) {
  if (static_cast<size_t>(header.record_count) > body.size() / kMinRecordBytes) {
    return Malformed(header, "more records are declared than fit");
  }
  // In doubling steps, so that a slice of many batches is not copied with each of them.
  const size_t needed = records.size() + static_cast<size_t>(header.record_count);
  if (needed > records.capacity()) records.reserve(std::max(needed, 2 * records.capacity()));
  RecordReader reader(body);
  int64_t last_delta = -1;
  for (int32_t i = 0; i < header.record_count; ++i) {
    const int64_t length = reader.Varint();
    if (!reader.ok() || length < 0 || static_cast<uint64_t>(length) > reader.remaining()) {
      return Malformed(header, "a record reaches beyond the batch");
    }
    const char* const end = reader.position() + length;
    reader.Skip(1);
    const int64_t timestamp_delta = reader.Varint();
    const int64_t offset_delta = reader.Varint();
    if (offset_delta <= last_delta || offset_delta > header.last_offset_delta) {
      return Malformed(header, "record offsets are out of order");
    }
    last_delta = offset_delta;
    RecordView record;
    record.key = reader.Bytes();
    record.value = reader.Bytes();
    const int64_t header_count = reader.Varint();
    if (header_count != 0) record.headers = ReadHeaders(reader, header_count, memory);
    if (!reader.ok() || reader.position() != end) {
      return Malformed(header, "a record's length and contents disagree");
    }
    record.offset = Offset(header.base_offset.value() + offset_delta);
    // Wraps instead of overflowing: the bytes may be anyone's.
    record.timestamp_ms =
        header.is_log_append_time()
            ? header.max_timestamp_ms
            : static_cast<int64_t>(static_cast<uint64_t>(header.base_timestamp_ms) +
                                   static_cast<uint64_t>(timestamp_delta));
    if (record.offset >= from) records.push_back(record);
  }
  if (!reader.at_end()) return Malformed(header, "bytes follow the last record");
  return Status::Ok();
}

// Writes the header with the checksum that it and the body give.
void StoreHeader(char* at, const BatchHeader& header, std::string_view body) {
  StoreBigEndian<int64_t>(at, header.base_offset.value());
  StoreBigEndian<int32_t>(at + kLengthAt, header.batch_length);
  StoreBigEndian<int32_t>(at + kEpochAt, header.leader_epoch);
  at[kMagicAt] = kMagic;
  StoreBigEndian<int16_t>(at + kAttributesAt, header.attributes);
  StoreBigEndian<int32_t>(at + 23, header.last_offset_delta);
  StoreBigEndian<int64_t>(at + 27, header.base_timestamp_ms);
  StoreBigEndian<int64_t>(at + 35, header.max_timestamp_ms);
  StoreBigEndian<int64_t>(at + 43, header.producer_id);
  StoreBigEndian<int16_t>(at + 51, header.producer_epoch);
  StoreBigEndian<int32_t>(at + 53, header.base_sequence);
  StoreBigEndian<int32_t>(at + 57, header.record_count);
  uint32_t crc = storage::Crc32c({at + kAttributesAt, kBatchHeaderBytes - kAttributesAt});
  crc = storage::Crc32c(body, crc);
  StoreBigEndian<uint32_t>(at + kCrcAt, crc);
}

}  // namespace

Result<BatchHeader> ParseBatchHeader(std::string_view bytes) {
  FLOE_ASSERT(bytes.size() >= kBatchHeaderBytes);
  const char* at = bytes.data();
  BatchHeader header;
  header.base_offset = Offset(LoadBigEndian<int64_t>(at));
  header.batch_length = LoadBigEndian<int32_t>(at + kLengthAt);
  header.leader_epoch = LoadBigEndian<int32_t>(at + kEpochAt);
  header.crc = LoadBigEndian<uint32_t>(at + kCrcAt);
  header.attributes = LoadBigEndian<int16_t>(at + kAttributesAt);
  header.last_offset_delta = LoadBigEndian<int32_t>(at + 23);
  header.base_timestamp_ms = LoadBigEndian<int64_t>(at + 27);
  header.max_timestamp_ms = LoadBigEndian<int64_t>(at + 35);
  header.producer_id = LoadBigEndian<int64_t>(at + 43);
  header.producer_epoch = LoadBigEndian<int16_t>(at + 51);
  header.base_sequence = LoadBigEndian<int32_t>(at + 53);
  header.record_count = LoadBigEndian<int32_t>(at + 57);
  if (at[kMagicAt] != kMagic) return Malformed(header, "its version is not 2");
  if (header.batch_length < static_cast<int32_t>(kBatchHeaderBytes - kEpochAt)) {
    return Malformed(header, "its length is less than a header's");
  }
  if (header.base_offset < Offset(0) || header.last_offset_delta < 0 || header.record_count < 0 ||
      header.base_offset.value() >
          std::numeric_limits<int64_t>::max() - header.last_offset_delta - 1 ||
      header.record_count > int64_t{header.last_offset_delta} + 1) {
    return Malformed(header, "its offsets or counts are impossible");
  }
  return header;
}

Status VerifyBatchCrc(const BatchHeader& header, std::string_view batch) {
  FLOE_ASSERT(batch.size() == header.size_bytes());
  if (storage::Crc32c(batch.substr(kAttributesAt)) == header.crc) return Status::Ok();
  return Error(ErrorCode::kCorruption, "the record batch at offset " +
                                           std::to_string(header.base_offset.value()) +
                                           " does not match its checksum");
}

Status DecodeBatch(const BatchHeader& header, std::string_view batch, Offset from,
                   size_t max_uncompressed_bytes, RecordMemory& memory,
                   std::vector<RecordView>& records) {
  FLOE_ASSERT(batch.size() == header.size_bytes());
  if (header.is_control()) return Status::Ok();
  const std::string_view body = batch.substr(kBatchHeaderBytes);
  if (header.compression() == 0) return DecodeRecords(header, body, from, memory, records);
  FLOE_ASSIGN(DecompressedBytes plain,
              Decompress(header.compression(), body, max_uncompressed_bytes));
  const std::string_view view(plain.bytes.get(), plain.size);
  memory.buffers.push_back(std::move(plain.bytes));
  memory.size_bytes += plain.size;
  return DecodeRecords(header, view, from, memory, records);
}

BatchEncoder::BatchEncoder() : compressor_(std::make_unique<Compressor>()) {}
BatchEncoder::~BatchEncoder() = default;

size_t EstimateRecordBytes(const AppendRecord& record) {
  // Length, attributes, timestamp, offset, three counts, at their largest.
  size_t size = 5 + 1 + 10 + 5 + 5 + 5 + 5;
  size += (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const HeaderView& header : record.headers) {
    size += 10 + header.name.size() + (header.value ? header.value->size() : 0);
  }
  return size;
}

Result<size_t> BatchEncoder::Encode(std::span<const AppendRecord> records, Offset base_offset,
                                    int32_t leader_epoch, Compression compression,
                                    std::string& out) {
  FLOE_ASSERT(!records.empty());
  size_t bound = 0;
  for (const AppendRecord& record : records) bound += EstimateRecordBytes(record);
  if (bound > static_cast<size_t>(kMaxBodyBytes)) {
    return Error(ErrorCode::kInvalidArgument, "the records are too large for one batch");
  }
  if (body_.size() < bound) body_.resize(bound);
  const int64_t base_timestamp_ms = records.front().timestamp_ms;
  int64_t max_timestamp_ms = base_timestamp_ms;
  char* at = body_.data();
  for (size_t i = 0; i < records.size(); ++i) {
    const int64_t delta = static_cast<int64_t>(static_cast<uint64_t>(records[i].timestamp_ms) -
                                               static_cast<uint64_t>(base_timestamp_ms));
    at = StoreRecord(at, records[i], delta, static_cast<int64_t>(i));
    max_timestamp_ms = std::max(max_timestamp_ms, records[i].timestamp_ms);
  }
  std::string_view body(body_.data(), static_cast<size_t>(at - body_.data()));
  int16_t attributes = 0;
  if (compression != Compression::kNone) {
    FLOE_TRY(compressor_->Compress(compression, body, compressed_));
    if (compressed_.size() < body.size()) {
      body = compressed_;
      attributes = static_cast<int16_t>(compression);
    }
  }

  BatchHeader header;
  header.base_offset = base_offset;
  header.batch_length = static_cast<int32_t>(kBatchHeaderBytes + body.size() - kEpochAt);
  header.leader_epoch = leader_epoch;
  header.attributes = attributes;
  header.last_offset_delta = static_cast<int32_t>(records.size() - 1);
  header.base_timestamp_ms = base_timestamp_ms;
  header.max_timestamp_ms = max_timestamp_ms;
  header.record_count = static_cast<int32_t>(records.size());
  const size_t begin = out.size();
  out.resize(begin + kBatchHeaderBytes);
  StoreHeader(out.data() + begin, header, body);
  out.append(body);
  return header.size_bytes();
}

void StampBatch(Offset base_offset, int32_t leader_epoch, std::span<char> batch) {
  FLOE_ASSERT(batch.size() >= kBatchHeaderBytes);
  StoreBigEndian<int64_t>(batch.data(), base_offset.value());
  StoreBigEndian<int32_t>(batch.data() + kEpochAt, leader_epoch);
}

}  // namespace floe::log
