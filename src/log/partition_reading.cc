// How a partition is read.
#include <algorithm>

#include "base/limits.h"
#include "log/partition.h"

namespace floe::log {
namespace {

// Sealed segments of a partition that are held open: one for a reader that catches up, one for
// another that looks back.
constexpr size_t kMaxOpenedSegments = 2;
// Sequential readers whose place is remembered, per partition.
constexpr size_t kMaxReadHints = 16;
// A batch of one record at its limit, decompressed.
constexpr size_t kMaxUncompressedBatchBytes = 2 * limits::kMaxRecordBytes;

}  // namespace

Offset Partition::begin() const {
  return segments_.empty() ? durable_end_ : segments_.begin()->first;
}

OffsetRange Partition::Offsets() const {
  std::lock_guard lock(mutex_);
  return {begin(), durable_end_};
}

Status Partition::CheckReadable(Offset offset) const {
  if (closed_) return Error(ErrorCode::kCancelled, "the log that has " + name_ + " is closed");
  if (offset >= begin() && offset <= durable_end_) return Status::Ok();
  return Error(ErrorCode::kOffsetOutOfRange, "offset " + std::to_string(offset.value()) + " of " +
                                                 name_ + " is not there; offsets " +
                                                 std::to_string(begin().value()) + " to " +
                                                 std::to_string(durable_end_.value()) + " are");
}

Result<std::shared_ptr<const Partition::Opened>> Partition::Open(const Segment& segment) {
  const Offset base = segment.index.base_offset;
  const auto found = std::find_if(opened_.begin(), opened_.end(),
                                  [base](const auto& entry) { return entry.first == base; });
  if (found != opened_.end()) {
    std::rotate(opened_.begin(), found, found + 1);
    return opened_.front().second;
  }
  auto opened = std::make_shared<Opened>();
  FLOE_ASSIGN(opened->file, environment_.files.OpenRead(SegmentLogPath(directory_, base)));
  if (&segment != active()) {
    FLOE_ASSIGN(opened->index, LoadIndex(base));
    if (opened->index.size_bytes != segment.index.size_bytes) {
      FLOE_ASSIGN(const ScanResult scan,
                  ScanSegment(*opened->file, options_.index_interval_bytes, opened->index));
      if (!scan.problem.ok()) return WithPlace(scan.problem.error(), base);
    }
  }
  opened_.emplace_front(base, opened);
  if (opened_.size() > kMaxOpenedSegments + 1) opened_.pop_back();
  return std::shared_ptr<const Opened>(opened);
}

Result<Partition::ReadPlace> Partition::PlaceIn(Segment& segment) {
  ReadPlace place;
  FLOE_ASSIGN(place.opened, Open(segment));
  place.segment = segment.index.base_offset;
  if (&segment == active()) {
    place.end = durable_position_;
    place.next = durable_end_;
  } else {
    place.end = segment.index.size_bytes;
    place.next = segments_.upper_bound(place.segment)->first;
  }
  return place;
}

Result<Partition::ReadPlace> Partition::FindPlace(Offset offset) {
  Segment& segment = *std::prev(segments_.upper_bound(offset))->second;
  FLOE_ASSIGN(ReadPlace place, PlaceIn(segment));
  const auto hint =
      std::find_if(read_hints_.begin(), read_hints_.end(), [&](const ReadHint& candidate) {
        return candidate.next == offset && candidate.segment == place.segment;
      });
  if (hint != read_hints_.end()) {
    place.position = hint->position;
    return place;
  }
  const SegmentIndex& index = &segment == active() ? segment.index : place.opened->index;
  place.position = index.PositionForOffset(offset);
  return place;
}

void Partition::RememberPlace(Offset from, const ReadHint& hint) {
  std::erase_if(read_hints_, [&](const ReadHint& old) {
    return old.next == hint.next || (old.next == from && old.segment == hint.segment);
  });
  read_hints_.push_front(hint);
  if (read_hints_.size() > kMaxReadHints) read_hints_.pop_back();
}

Status Partition::DecodePlace(ReadPlace& place, Offset offset, int64_t max_bytes,
                              LogSlice& slice) const {
  auto memory = std::make_shared<RecordMemory>();
  BatchCursor cursor(*place.opened->file, place.position, place.end);
  int64_t used = 0;
  while (used < max_bytes) {
    Result<std::optional<BatchCursor::Batch>> next = cursor.Next();
    if (!next.ok()) return WithPlace(std::move(next).error(), place.segment);
    if (!next->has_value()) break;
    const BatchCursor::Batch& batch = **next;
    place.position = cursor.position();
    if (batch.header.last_offset() < offset) continue;
    const size_t records_before = slice.records.size();
    const size_t buffers_before = memory->size_bytes;
    const Status status = DecodeBatch(batch.header, batch.bytes, offset, kMaxUncompressedBatchBytes,
                                      *memory, slice.records);
    if (!status.ok()) return WithPlace(status.error(), place.segment);
    slice.next_offset = batch.header.next_offset();
    used += static_cast<int64_t>((slice.records.size() - records_before) * sizeof(RecordView));
    if (batch.header.compression() == 0) {
      cursor.KeepBuffer(*memory);
      used += static_cast<int64_t>(batch.bytes.size());
    } else {
      used += static_cast<int64_t>(memory->size_bytes - buffers_before);
    }
  }
  slice.memory = std::move(memory);
  return Status::Ok();
}

Result<LogSlice> Partition::Read(Offset offset, int64_t max_bytes) {
  LogSlice slice;
  slice.next_offset = offset;
  Lock lock(mutex_);
  for (;;) {
    const Offset from = slice.next_offset;
    // Retention may have been here since the last round.
    FLOE_TRY(CheckReadable(from));
    if (from == durable_end_) return slice;
    FLOE_ASSIGN(ReadPlace place, FindPlace(from));
    lock.unlock();
    FLOE_TRY(DecodePlace(place, from, std::max<int64_t>(max_bytes, 1), slice));
    lock.lock();
    if (place.position == place.end) {
      // What comes next is in the following segment, or is not written yet.
      slice.next_offset = std::max(slice.next_offset, place.next);
    }
    if (slice.next_offset > from) {
      RememberPlace(from, {slice.next_offset, place.segment, place.position});
    }
    if (!slice.records.empty()) return slice;
  }
}

Result<std::optional<OffsetAndTimestamp>> Partition::FindTimestamp(int64_t timestamp_ms) {
  ReadPlace place;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return Error(ErrorCode::kCancelled, "the log that has " + name_ + " is closed");
    const auto found = std::find_if(segments_.begin(), segments_.end(), [&](const auto& entry) {
      return entry.second->index.max_timestamp_ms >= timestamp_ms;
    });
    if (found == segments_.end()) return std::optional<OffsetAndTimestamp>();
    FLOE_ASSIGN(place, PlaceIn(*found->second));
    const bool is_active = found->second.get() == active();
    place.position =
        (is_active ? found->second->index : place.opened->index).PositionForTimestamp(timestamp_ms);
  }
  BatchCursor cursor(*place.opened->file, std::min(place.position, place.end), place.end);
  for (;;) {
    Result<std::optional<BatchCursor::Batch>> next = cursor.Next();
    if (!next.ok()) return WithPlace(std::move(next).error(), place.segment);
    if (!next->has_value()) return std::optional<OffsetAndTimestamp>();
    const BatchCursor::Batch& batch = **next;
    if (batch.header.max_timestamp_ms < timestamp_ms) continue;
    RecordMemory memory;
    std::vector<RecordView> records;
    const Status status = DecodeBatch(batch.header, batch.bytes, batch.header.base_offset,
                                      kMaxUncompressedBatchBytes, memory, records);
    if (!status.ok()) return WithPlace(status.error(), place.segment);
    for (const RecordView& record : records) {
      if (record.timestamp_ms >= timestamp_ms) {
        return std::optional(OffsetAndTimestamp{record.offset, record.timestamp_ms});
      }
    }
  }
}

void Partition::NotifyWhenBeyond(Offset offset, std::function<void()> ready) {
  {
    std::lock_guard lock(mutex_);
    if (!closed_ && durable_end_ <= offset) {
      waiters_.push_back({offset, std::move(ready)});
      return;
    }
  }
  ready();
}

}  // namespace floe::log
