#include "log/segment.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/limits.h"
#include "storage/crc32c.h"
#include "storage/encoding.h"

namespace floe::log {
namespace {

constexpr std::string_view kIndexMagic = "FLOELIDX";
constexpr uint32_t kIndexVersion = 1;
constexpr size_t kIndexEntryBytes = 24;
constexpr uint64_t kMaxIndexBytes = uint64_t{64} << 20;
constexpr size_t kOffsetDigits = 20;
constexpr std::string_view kLogSuffix = ".log";
// What the cursor reads at a time: large enough to make the calls cheap, small enough to throw the
// rest away when a reader has what it wants.
constexpr size_t kCursorBytes = size_t{256} << 10;
// The largest batch that is taken for one: a record at its limit and what goes with it.
constexpr uint64_t kMaxBatchBytes = limits::kMaxRecordBytes + (uint64_t{1} << 20);

std::string PathOf(const std::string& directory, Offset base_offset, std::string_view suffix) {
  std::string digits = std::to_string(base_offset.value());
  digits.insert(0, kOffsetDigits - digits.size(), '0');
  return storage::JoinPath(directory, digits.append(suffix));
}

}  // namespace

void SegmentIndex::AddBatch(const BatchHeader& header, int64_t interval_bytes) {
  if (entries.empty() ||
      size_bytes - entries.back().position >= static_cast<uint64_t>(interval_bytes)) {
    entries.push_back({header.base_offset, size_bytes, max_timestamp_ms});
  }
  size_bytes += header.size_bytes();
  next_offset = header.next_offset();
  max_timestamp_ms = std::max(max_timestamp_ms, header.max_timestamp_ms);
  leader_epoch = header.leader_epoch;
}

uint64_t SegmentIndex::PositionForOffset(Offset offset) const {
  const auto after =
      std::upper_bound(entries.begin(), entries.end(), offset,
                       [](Offset wanted, const IndexEntry& e) { return wanted < e.base_offset; });
  return after == entries.begin() ? 0 : std::prev(after)->position;
}

uint64_t SegmentIndex::PositionForTimestamp(int64_t timestamp_ms) const {
  // The maxima rise, so the last entry that has only older records before it is the one.
  const auto after = std::partition_point(
      entries.begin(), entries.end(),
      [timestamp_ms](const IndexEntry& e) { return e.max_timestamp_before_ms < timestamp_ms; });
  return after == entries.begin() ? 0 : std::prev(after)->position;
}

std::string SegmentLogPath(const std::string& directory, Offset base_offset) {
  return PathOf(directory, base_offset, kLogSuffix);
}

std::string SegmentIndexPath(const std::string& directory, Offset base_offset) {
  return PathOf(directory, base_offset, ".index");
}

std::optional<Offset> ParseSegmentFileName(std::string_view name) {
  if (name.size() != kOffsetDigits + kLogSuffix.size() || !name.ends_with(kLogSuffix)) {
    return std::nullopt;
  }
  int64_t offset = 0;
  const char* end = name.data() + kOffsetDigits;
  const auto parsed = std::from_chars(name.data(), end, offset);
  if (parsed.ec != std::errc() || parsed.ptr != end || offset < 0) return std::nullopt;
  return Offset(offset);
}

std::string EncodeSegmentIndex(const SegmentIndex& index) {
  std::string bytes(kIndexMagic);
  storage::PutFixed<uint32_t>(bytes, kIndexVersion);
  storage::PutFixed<int64_t>(bytes, index.base_offset.value());
  storage::PutFixed<int64_t>(bytes, index.next_offset.value());
  storage::PutFixed<uint64_t>(bytes, index.size_bytes);
  storage::PutFixed<int64_t>(bytes, index.max_timestamp_ms);
  storage::PutFixed<int64_t>(bytes, index.last_append_ms);
  storage::PutFixed<int32_t>(bytes, index.leader_epoch);
  storage::PutFixed<uint32_t>(bytes, static_cast<uint32_t>(index.entries.size()));
  for (const IndexEntry& entry : index.entries) {
    storage::PutFixed<int64_t>(bytes, entry.base_offset.value());
    storage::PutFixed<uint64_t>(bytes, entry.position);
    storage::PutFixed<int64_t>(bytes, entry.max_timestamp_before_ms);
  }
  storage::PutFixed<uint32_t>(bytes, storage::Crc32c(bytes));
  return bytes;
}

Result<SegmentIndex> DecodeSegmentIndex(std::string_view bytes) {
  const Error damaged(ErrorCode::kCorruption, "a segment index is damaged");
  if (bytes.size() < 4 || !bytes.starts_with(kIndexMagic)) return damaged;
  const std::string_view checked = bytes.substr(0, bytes.size() - 4);
  if (storage::ByteReader(bytes.substr(checked.size())).Fixed<uint32_t>() !=
      storage::Crc32c(checked)) {
    return damaged;
  }
  storage::ByteReader reader(checked.substr(kIndexMagic.size()));
  if (reader.Fixed<uint32_t>() != kIndexVersion) return damaged;
  SegmentIndex index;
  index.base_offset = Offset(reader.Fixed<int64_t>());
  index.next_offset = Offset(reader.Fixed<int64_t>());
  index.size_bytes = reader.Fixed<uint64_t>();
  index.max_timestamp_ms = reader.Fixed<int64_t>();
  index.last_append_ms = reader.Fixed<int64_t>();
  index.leader_epoch = reader.Fixed<int32_t>();
  const auto count = reader.Fixed<uint32_t>();
  if (!reader.ok() || reader.remaining() != count * kIndexEntryBytes) return damaged;
  index.entries.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    IndexEntry& entry = index.entries.emplace_back();
    entry.base_offset = Offset(reader.Fixed<int64_t>());
    entry.position = reader.Fixed<uint64_t>();
    entry.max_timestamp_before_ms = reader.Fixed<int64_t>();
  }
  return index;
}

Status WriteSegmentIndex(storage::FileSystem& files, const std::string& directory,
                         const SegmentIndex& index) {
  const std::string path = SegmentIndexPath(directory, index.base_offset);
  const std::string temporary = path + ".tmp";
  {
    FLOE_ASSIGN(const std::unique_ptr<storage::AppendFile> file,
                files.OpenAppend(temporary, storage::OpenMode::kTruncate));
    FLOE_TRY(file->Append(EncodeSegmentIndex(index)));
  }
  return files.Rename(temporary, path);
}

Result<SegmentIndex> ReadSegmentIndex(storage::FileSystem& files, const std::string& directory,
                                      Offset base_offset) {
  FLOE_ASSIGN(const std::string bytes,
              storage::ReadFile(files, SegmentIndexPath(directory, base_offset), kMaxIndexBytes));
  FLOE_ASSIGN(SegmentIndex index, DecodeSegmentIndex(bytes));
  if (index.base_offset != base_offset) {
    return Error(ErrorCode::kCorruption, "a segment index belongs to another segment");
  }
  return index;
}

Result<ScanResult> ScanSegment(const storage::RandomAccessFile& file, int64_t interval_bytes,
                               SegmentIndex& index) {
  ScanResult result;
  FLOE_ASSIGN(result.file_bytes, file.SizeBytes());
  BatchCursor cursor(file, index.size_bytes, result.file_bytes);
  for (;;) {
    Result<std::optional<BatchCursor::Batch>> batch = cursor.Next();
    if (!batch.ok()) {
      if (batch.error().code() != ErrorCode::kCorruption) return std::move(batch).error();
      result.problem = std::move(batch).error();
      return result;
    }
    if (!batch->has_value()) return result;
    const BatchHeader& header = (*batch)->header;
    if (header.base_offset < index.next_offset) {
      result.problem =
          Error(ErrorCode::kCorruption,
                "the record batch at offset " + std::to_string(header.base_offset.value()) +
                    " follows offset " + std::to_string(index.next_offset.value() - 1));
      return result;
    }
    index.AddBatch(header, interval_bytes);
  }
}

BatchCursor::BatchCursor(const storage::RandomAccessFile& file, uint64_t position, uint64_t end)
    : file_(file), position_(position), end_(end), buffer_position_(position) {}

void BatchCursor::ReleaseBuffer() {
  if (keeper_ != nullptr && buffer_ != nullptr) {
    keeper_->size_bytes += buffer_bytes_;
    keeper_->buffers.push_back(std::move(buffer_));
  }
  keeper_ = nullptr;
}

// Makes the bytes [position_, position_ + bytes_needed) lie in the buffer.
Status BatchCursor::Fill(size_t bytes_needed) {
  const auto skip = static_cast<size_t>(position_ - buffer_position_);
  if (skip + bytes_needed <= filled_bytes_) return Status::Ok();
  const size_t kept = filled_bytes_ - std::min(skip, filled_bytes_);
  const uint64_t available = end_ - position_;
  const size_t wanted = std::min<uint64_t>(std::max(bytes_needed, kCursorBytes), available);
  if (wanted > buffer_bytes_ || keeper_ != nullptr) {
    auto next = std::make_unique_for_overwrite<char[]>(wanted);
    if (kept > 0) std::memcpy(next.get(), buffer_.get() + skip, kept);
    ReleaseBuffer();
    buffer_ = std::move(next);
    buffer_bytes_ = wanted;
  } else if (kept > 0) {
    std::memmove(buffer_.get(), buffer_.get() + skip, kept);
  }
  buffer_position_ = position_;
  filled_bytes_ = kept;
  FLOE_TRY(storage::ReadExactly(file_, position_ + kept, {buffer_.get() + kept, wanted - kept}));
  filled_bytes_ = wanted;
  return Status::Ok();
}

Result<std::optional<BatchCursor::Batch>> BatchCursor::Next() {
  if (position_ == end_) return std::optional<Batch>();
  const auto at = [this](const char* what) {
    return Error(ErrorCode::kCorruption,
                 std::string(what) + " at position " + std::to_string(position_));
  };
  if (end_ - position_ < kBatchHeaderBytes) return at("a record batch is cut off");
  FLOE_TRY(Fill(kBatchHeaderBytes));
  const char* bytes = buffer_.get() + (position_ - buffer_position_);
  FLOE_ASSIGN(const BatchHeader header, ParseBatchHeader({bytes, kBatchHeaderBytes}));
  const size_t size = header.size_bytes();
  if (size > kMaxBatchBytes) return at("a record batch is larger than any is allowed to be");
  if (size > end_ - position_) return at("a record batch is cut off");
  FLOE_TRY(Fill(size));
  bytes = buffer_.get() + (position_ - buffer_position_);
  Batch batch{header, {bytes, size}, position_};
  FLOE_TRY(VerifyBatchCrc(header, batch.bytes));
  position_ += size;
  return std::optional<Batch>(batch);
}

}  // namespace floe::log
