#include "log/partition.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace floe::log {
namespace {

// After so many bytes the active segment's index is written, so that recovery after a crash looks
// at no more than this and knows the rest for good.
constexpr uint64_t kIndexSaveBytes = uint64_t{8} << 20;
constexpr size_t kMaxIdleEncoders = 2;
// Retention by time drops whole segments. One that spans more than this part of it would keep old
// records of a slow topic for too long; but none is shorter than the least age.
constexpr int64_t kSegmentsPerRetention = 8;
constexpr int64_t kMinSegmentAgeMs = 60'000;

}  // namespace

Partition::Partition(Environment environment, std::string name, std::string directory,
                     const PartitionOptions& options)
    : environment_(environment),
      name_(std::move(name)),
      directory_(std::move(directory)),
      options_(options) {}

Partition::Segment* Partition::active() const {
  return segments_.empty() ? nullptr : segments_.rbegin()->second.get();
}

Status Partition::CheckUsable() const {
  if (failure_) {
    return Error(*failure_).WithContext("cannot append to " + name_);
  }
  if (closed_) return Error(ErrorCode::kCancelled, "the log that has " + name_ + " is closed");
  return Status::Ok();
}

// --- Writing -------------------------------------------------------------------------------------

Result<std::string> Partition::EncodeBatches(std::span<const AppendRecord> records) {
  std::unique_ptr<BatchEncoder> encoder;
  {
    std::lock_guard lock(mutex_);
    if (!idle_encoders_.empty()) {
      encoder = std::move(idle_encoders_.back());
      idle_encoders_.pop_back();
    }
  }
  if (encoder == nullptr) encoder = std::make_unique<BatchEncoder>();
  std::string batches;
  size_t begin = 0;
  size_t bytes = 0;
  for (size_t i = 0; i < records.size(); ++i) {
    const size_t size = EstimateRecordBytes(records[i]);
    if (size > limits::kMaxRecordBytes) {
      return Error(ErrorCode::kInvalidArgument,
                   "a record for " + name_ + " has " + std::to_string(size) + " bytes; at most " +
                       std::to_string(limits::kMaxRecordBytes) + " are allowed");
    }
    if (i > begin && bytes + size > static_cast<size_t>(options_.batch_bytes)) {
      FLOE_TRY(encoder->Encode(records.subspan(begin, i - begin), Offset(0), options_.leader_epoch,
                               options_.topic.compression, batches));
      begin = i;
      bytes = 0;
    }
    bytes += size;
  }
  FLOE_TRY(encoder->Encode(records.subspan(begin), Offset(0), options_.leader_epoch,
                           options_.topic.compression, batches));
  std::lock_guard lock(mutex_);
  if (idle_encoders_.size() < kMaxIdleEncoders) idle_encoders_.push_back(std::move(encoder));
  return batches;
}

Result<Partition::Written> Partition::Write(std::span<const AppendRecord> records) {
  FLOE_ASSERT(!records.empty());
  // Outside of the lock, as it is most of the work; the offsets are stamped in later.
  FLOE_ASSIGN(std::string batches, EncodeBatches(records));
  std::lock_guard append_lock(append_mutex_);
  Written written;
  FLOE_TRY(WriteBatches(batches, written));
  return written;
}

Status Partition::WriteBatches(std::string& batches, Written& written) {
  {
    std::lock_guard lock(mutex_);
    FLOE_TRY(CheckUsable());
    written.first = written.end = written_end_;
  }
  std::vector<BatchHeader> run;
  uint64_t segment_bytes = active() != nullptr ? active()->index.size_bytes : 0;
  size_t run_begin = 0;
  size_t at = 0;
  const auto write_run = [&]() -> Status {
    const Status status = WriteRun({batches.data() + run_begin, at - run_begin}, run);
    run.clear();
    run_begin = at;
    return status;
  };
  while (at < batches.size()) {
    FLOE_ASSIGN(BatchHeader header,
                ParseBatchHeader(std::string_view(batches).substr(at, kBatchHeaderBytes)));
    const size_t size = header.size_bytes();
    if (IsFull(segment_bytes, size)) {
      if (!run.empty()) FLOE_TRY(write_run());
      FLOE_TRY(StartSegment(written.end));
      segment_bytes = 0;
    }
    header.base_offset = written.end;
    header.leader_epoch = options_.leader_epoch;
    StampBatch(written.end, options_.leader_epoch, {batches.data() + at, size});
    written.end = header.next_offset();
    run.push_back(header);
    at += size;
    segment_bytes += size;
  }
  return write_run();
}

bool Partition::IsFull(uint64_t segment_bytes, uint64_t more_bytes) const {
  if (segment_bytes == 0) return false;
  const TopicOptions& topic = options_.topic;
  if (segment_bytes + more_bytes > static_cast<uint64_t>(topic.segment_bytes)) return true;
  if (topic.retention_ms < 0 || active() == nullptr) return false;
  const int64_t max_age_ms = std::max(topic.retention_ms / kSegmentsPerRetention, kMinSegmentAgeMs);
  return environment_.clock.WallMillis() - active()->begun_ms >= max_age_ms;
}

Status Partition::WriteRun(std::span<char> bytes, std::span<const BatchHeader> headers) {
  if (active() == nullptr) FLOE_TRY(StartSegment(headers.front().base_offset));
  Segment& segment = *active();
  const uint64_t size_before = segment.append_file->size_bytes();
  const Status status = segment.append_file->Append(std::string_view(bytes.data(), bytes.size()));
  if (!status.ok()) {
    const Status undone = segment.append_file->Truncate(size_before);
    if (!undone.ok()) {
      std::lock_guard lock(mutex_);
      failure_ = undone.error();
    }
    return Error(status.error()).WithContext("appending to " + name_);
  }
  const int64_t now_ms = environment_.clock.WallMillis();
  {
    std::lock_guard lock(mutex_);
    for (const BatchHeader& header : headers) {
      segment.index.AddBatch(header, options_.index_interval_bytes);
    }
    segment.index.last_append_ms = now_ms;
    written_end_ = segment.index.next_offset;
  }
  if (segment.index.size_bytes - indexed_bytes_ >= kIndexSaveBytes) return SaveIndex();
  return Status::Ok();
}

Status Partition::SaveIndex() {
  SegmentIndex index;
  {
    Lock lock(mutex_);
    FLOE_TRY(WaitDurable(lock, written_end_));
    index = active()->index;
  }
  FLOE_TRY(WriteSegmentIndex(environment_.files, directory_, index));
  indexed_bytes_ = index.size_bytes;
  return Status::Ok();
}

Status Partition::StartSegment(Offset base_offset) {
  // A segment that has a successor is complete and durable: recovery relies on it.
  if (active() != nullptr) FLOE_TRY(SaveIndex());
  FLOE_ASSIGN(std::unique_ptr<storage::AppendFile> file,
              environment_.files.OpenAppend(SegmentLogPath(directory_, base_offset),
                                            storage::OpenMode::kTruncate));
  FLOE_TRY(environment_.files.SyncDirectory(directory_));
  auto segment = std::make_shared<Segment>();
  segment->index.base_offset = segment->index.next_offset = base_offset;
  segment->index.last_append_ms = segment->begun_ms = environment_.clock.WallMillis();
  segment->append_file = std::move(file);

  std::lock_guard lock(mutex_);
  if (Segment* const sealed = active()) {
    sealed->index.entries.clear();
    sealed->index.entries.shrink_to_fit();
    sealed->append_file.reset();
    // It was opened as the active one, without its index.
    const Offset sealed_base = sealed->index.base_offset;
    std::erase_if(opened_, [&](const auto& entry) { return entry.first == sealed_base; });
  }
  segments_[base_offset] = std::move(segment);
  durable_position_ = 0;
  indexed_bytes_ = 0;
  return Status::Ok();
}

// --- Making durable ------------------------------------------------------------------------------

Status Partition::SyncOnce(Lock& lock) {
  syncing_ = true;
  const std::shared_ptr<storage::AppendFile> file = active()->append_file;
  const Offset base = active()->index.base_offset;
  const Offset end = written_end_;
  const uint64_t position = active()->index.size_bytes;
  lock.unlock();
  Status status = file->Sync();
  lock.lock();
  syncing_ = false;
  if (status.ok()) {
    durable_end_ = std::max(durable_end_, end);
    if (base == active()->index.base_offset)
      durable_position_ = std::max(durable_position_, position);
  } else {
    failure_ = status.error();
  }
  changed_.notify_all();
  RunReadyWaiters(lock);
  return status;
}

Status Partition::WaitDurable(Lock& lock, Offset end) {
  while (durable_end_ < end) {
    if (failure_) return Error(*failure_).WithContext("making an append to " + name_ + " durable");
    if (syncing_) {
      changed_.wait(lock);
    } else {
      FLOE_TRY(SyncOnce(lock));
    }
  }
  return Status::Ok();
}

Status Partition::WaitDurable(Offset end) {
  Lock lock(mutex_);
  return WaitDurable(lock, end);
}

void Partition::RunReadyWaiters(Lock& lock) {
  std::vector<std::function<void()>> ready;
  std::erase_if(waiters_, [&](Waiter& waiter) {
    if (!closed_ && durable_end_ <= waiter.beyond) return false;
    ready.push_back(std::move(waiter.ready));
    return true;
  });
  if (ready.empty()) return;
  lock.unlock();
  for (const std::function<void()>& run : ready) run();
  lock.lock();
}

void Partition::AppendAsync(std::span<const AppendRecord> records,
                            std::function<void(Result<Offset>)> done) {
  const Result<Written> written = Write(records);
  if (!written.ok()) return done(written.error());
  Lock lock(mutex_);
  pending_.push_back({*written, std::move(done)});
  const Segment* const segment = active();
  const bool too_much = segment != nullptr && segment->index.size_bytes - durable_position_ >
                                                  limits::kMaxUnsyncedLogBytes;
  // An error is the pending ones' to report.
  if (too_much) (void)WaitDurable(lock, written->end).ok();
  ScheduleSync(lock);
}

void Partition::ScheduleSync(Lock& lock) {
  if (sync_scheduled_ || closed_ || pending_.empty()) return;
  sync_scheduled_ = true;
  lock.unlock();
  auto task = [self = shared_from_this()] { self->RunScheduledSync(); };
  if (options_.sync_delay.count() > 0) {
    environment_.executor.SubmitAfter(options_.sync_delay, std::move(task));
  } else {
    environment_.executor.Submit(std::move(task));
  }
  lock.lock();
}

void Partition::RunScheduledSync() {
  Lock lock(mutex_);
  if (closed_) return;  // Close has answered everybody, and the files may be gone
  delivering_ = true;
  // An error is the pending ones' to report.
  // Not the end of the last one: threads that write in one order may queue in another.
  if (!pending_.empty()) (void)WaitDurable(lock, written_end_).ok();
  DeliverPending(lock);
  delivering_ = false;
  sync_scheduled_ = false;
  changed_.notify_all();
  ScheduleSync(lock);
}

void Partition::DeliverPending(Lock& lock) {
  while (!pending_.empty() && (failure_ || pending_.front().written.end <= durable_end_)) {
    Pending pending = std::move(pending_.front());
    pending_.pop_front();
    const bool is_durable = pending.written.end <= durable_end_;
    Result<Offset> result =
        is_durable ? Result<Offset>(pending.written.first) : Result<Offset>(Error(*failure_));
    lock.unlock();
    pending.done(std::move(result));
    lock.lock();
  }
}

void Partition::Refuse() {
  // No writer is inside from here on.
  std::lock_guard append_lock(append_mutex_);
  std::lock_guard lock(mutex_);
  failure_ = Error(ErrorCode::kNotFound, "the topic was deleted");
}

Status Partition::Close(bool flush) {
  // No writer is inside from here on.
  std::lock_guard append_lock(append_mutex_);
  Lock lock(mutex_);
  if (closed_) return Status::Ok();
  Status status;
  if (flush && active() != nullptr && active()->index.size_bytes != indexed_bytes_ && !failure_) {
    lock.unlock();
    status = SaveIndex();
    lock.lock();
  }
  changed_.wait(lock, [this] { return !syncing_ && !delivering_; });
  closed_ = true;
  if (!failure_) failure_ = Error(ErrorCode::kCancelled, "the log is closed");
  DeliverPending(lock);
  RunReadyWaiters(lock);
  return status;
}

// --- Retention -----------------------------------------------------------------------------------

int64_t Partition::TotalBytes() const {
  uint64_t total = 0;
  for (const auto& [base, segment] : segments_) total += segment->index.size_bytes;
  return static_cast<int64_t>(total);
}

int64_t Partition::size_bytes() const {
  std::lock_guard lock(mutex_);
  return TotalBytes();
}

Status Partition::EnforceRetention() {
  std::lock_guard append_lock(append_mutex_);
  const int64_t now_ms = environment_.clock.WallMillis();
  const TopicOptions& topic = options_.topic;
  const auto is_expired = [&](const SegmentIndex& index) {
    return topic.retention_ms >= 0 &&
           std::max(index.last_append_ms, index.max_timestamp_ms) < now_ms - topic.retention_ms;
  };
  for (;;) {
    bool seal = false;
    {
      std::lock_guard lock(mutex_);
      if (segments_.empty() || closed_ || failure_) return Status::Ok();
      const SegmentIndex& oldest = segments_.begin()->second->index;
      const bool is_beyond_bytes =
          topic.retention_bytes >= 0 &&
          TotalBytes() - static_cast<int64_t>(oldest.size_bytes) >= topic.retention_bytes;
      const bool is_active = segments_.size() == 1;
      // The active segment goes by time only, and after a new one has begun.
      if (!is_expired(oldest) && (is_active || !is_beyond_bytes)) return Status::Ok();
      if (is_active && oldest.size_bytes == 0) return Status::Ok();
      seal = is_active;
    }
    if (seal) FLOE_TRY(StartSegment(written_end_));
    FLOE_TRY(DropOldest());
  }
}

Status Partition::DropOldest() {
  Offset base;
  {
    std::lock_guard lock(mutex_);
    base = segments_.begin()->first;
    segments_.erase(segments_.begin());
    std::erase_if(opened_, [base](const auto& entry) { return entry.first == base; });
  }
  FLOE_TRY(environment_.files.RemoveFile(SegmentLogPath(directory_, base)));
  const Status index = environment_.files.RemoveFile(SegmentIndexPath(directory_, base));
  if (!index.ok() && index.error().code() != ErrorCode::kNotFound) return index;
  return environment_.files.SyncDirectory(directory_);
}

}  // namespace floe::log
