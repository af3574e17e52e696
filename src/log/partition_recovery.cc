// How a partition is found again after a stop or a crash.
#include <algorithm>
#include <array>

#include "log/partition.h"

namespace floe::log {
namespace {

// When a segment was begun, as far as its first record tells; `now_ms` if it has none.
Result<int64_t> BegunMs(const storage::RandomAccessFile& file, int64_t now_ms) {
  std::array<char, kBatchHeaderBytes> bytes;
  FLOE_ASSIGN(const size_t size, file.ReadAt(0, bytes));
  if (size < bytes.size()) return now_ms;
  FLOE_ASSIGN(const BatchHeader header, ParseBatchHeader({bytes.data(), bytes.size()}));
  return std::min(header.base_timestamp_ms, now_ms);
}

}  // namespace

Result<SegmentIndex> Partition::LoadIndex(Offset base_offset) {
  FLOE_ASSIGN(const storage::FileInfo info,
              environment_.files.Stat(SegmentLogPath(directory_, base_offset)));
  Result<SegmentIndex> index = ReadSegmentIndex(environment_.files, directory_, base_offset);
  if (!index.ok()) {
    const ErrorCode code = index.error().code();
    if (code != ErrorCode::kNotFound && code != ErrorCode::kCorruption) return index;
    index = SegmentIndex();
    index->base_offset = index->next_offset = base_offset;
    // When it was written is not known; a new term for retention loses nothing.
    index->last_append_ms = environment_.clock.WallMillis();
  }
  if (index->size_bytes > info.size_bytes) {
    return Error(ErrorCode::kCorruption, SegmentLogPath(directory_, base_offset) + " has " +
                                             std::to_string(info.size_bytes) + " bytes, but " +
                                             std::to_string(index->size_bytes) +
                                             " were written durably");
  }
  return index;
}

Error Partition::WithPlace(Error error, Offset segment) const {
  return std::move(error)
      .WithContext(SegmentLogPath(directory_, segment))
      .WithHint("`floe inspect log` shows what is left");
}

Status Partition::RecoverSealed(Offset base_offset, SegmentIndex& index, Recovered& recovered) {
  FLOE_ASSIGN(const std::unique_ptr<storage::RandomAccessFile> file,
              environment_.files.OpenRead(SegmentLogPath(directory_, base_offset)));
  FLOE_ASSIGN(index, LoadIndex(base_offset));
  const uint64_t covered = index.size_bytes;
  FLOE_ASSIGN(const uint64_t size, file->SizeBytes());
  if (covered != size) {
    FLOE_ASSIGN(const ScanResult scan, ScanSegment(*file, options_.index_interval_bytes, index));
    if (!scan.problem.ok()) return WithPlace(scan.problem.error(), base_offset);
    recovered.scanned_bytes += static_cast<int64_t>(size - covered);
    FLOE_TRY(WriteSegmentIndex(environment_.files, directory_, index));
  }
  index.entries.clear();
  index.entries.shrink_to_fit();
  return Status::Ok();
}

Status Partition::RecoverLast(Offset base_offset, SegmentIndex& index, Recovered& recovered) {
  const std::string path = SegmentLogPath(directory_, base_offset);
  FLOE_ASSIGN(index, LoadIndex(base_offset));
  const uint64_t covered = index.size_bytes;
  FLOE_ASSIGN(std::unique_ptr<storage::AppendFile> append_file,
              environment_.files.OpenAppend(path, storage::OpenMode::kCreateOrAppend));
  FLOE_ASSIGN(const std::unique_ptr<storage::RandomAccessFile> file,
              environment_.files.OpenRead(path));
  if (append_file->size_bytes() != covered) {
    FLOE_ASSIGN(const ScanResult scan, ScanSegment(*file, options_.index_interval_bytes, index));
    recovered.scanned_bytes += static_cast<int64_t>(scan.file_bytes - covered);
    if (!scan.problem.ok()) {
      // Behind what the index vouches for nothing was acknowledged for sure: a torn write.
      recovered.truncated_bytes += static_cast<int64_t>(scan.file_bytes - index.size_bytes);
      FLOE_TRY(append_file->Truncate(index.size_bytes));
    }
    // A killed process may have written without a sync; readers may see it only now.
    FLOE_TRY(append_file->Sync());
  }
  auto segment = std::make_shared<Segment>();
  segment->index = index;
  segment->append_file = std::move(append_file);
  segment->begun_ms = environment_.clock.WallMillis();
  if (index.size_bytes > 0) {
    FLOE_ASSIGN(segment->begun_ms, BegunMs(*file, segment->begun_ms));
  }
  indexed_bytes_ = covered;
  segments_[base_offset] = std::move(segment);
  durable_position_ = index.size_bytes;
  return Status::Ok();
}

Result<Partition::Recovered> Partition::Recover() {
  FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries,
              environment_.files.List(directory_));
  std::vector<Offset> bases;
  for (const storage::DirectoryEntry& entry : entries) {
    if (const std::optional<Offset> base = ParseSegmentFileName(entry.name)) {
      bases.push_back(*base);
    } else if (entry.name.ends_with(".tmp")) {
      FLOE_TRY(environment_.files.RemoveFile(storage::JoinPath(directory_, entry.name)));
    }
  }
  Recovered recovered;
  Offset end;
  for (const Offset base : bases) {  // ordered, as their names are
    SegmentIndex index;
    if (base == bases.back()) {
      FLOE_TRY(RecoverLast(base, index, recovered));
    } else {
      FLOE_TRY(RecoverSealed(base, index, recovered));
      auto segment = std::make_shared<Segment>();
      segment->index = index;
      segments_[base] = std::move(segment);
    }
    if (base < end) {
      return WithPlace(Error(ErrorCode::kCorruption, "offset " + std::to_string(base.value()) +
                                                         " is in the segment before too"),
                       base);
    }
    end = index.next_offset;
  }
  written_end_ = durable_end_ = end;
  return recovered;
}

}  // namespace floe::log
