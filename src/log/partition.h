// One partition of the embedded log: its segments, who appends to them, who reads them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "log/partitioned_log.h"
#include "log/segment.h"
#include "storage/file_system.h"

namespace floe::log {

struct PartitionOptions {
  TopicOptions topic;
  std::chrono::nanoseconds sync_delay{0};
  int64_t batch_bytes = 0;
  int64_t index_interval_bytes = 0;
  int32_t leader_epoch = 0;
};

// Thread-safe. Appending is written first and made durable afterwards, so that several appenders
// share one sync; readers see what is durable. Held by shared_ptr: callbacks may outlive the topic.
class Partition : public std::enable_shared_from_this<Partition> {
 public:
  struct Environment {
    storage::FileSystem& files;
    Executor& executor;
    const Clock& clock;
  };
  struct Recovered {
    int64_t scanned_bytes = 0;
    int64_t truncated_bytes = 0;
  };
  // Records written, not yet durable.
  struct Written {
    Offset first;
    Offset end;
  };

  // `name` is for messages ("topic-3"); `directory` exists.
  Partition(Environment environment, std::string name, std::string directory,
            const PartitionOptions& options);

  // Finds the segments, repairs the last one. REQUIRES: called once, before everything else.
  Result<Recovered> Recover();

  // REQUIRES: records is not empty.
  Result<Written> Write(std::span<const AppendRecord> records);
  // Returns when everything before `end` is durable: syncs, or waits for the one who does.
  Status WaitDurable(Offset end);
  void AppendAsync(std::span<const AppendRecord> records, std::function<void(Result<Offset>)> done);

  Result<LogSlice> Read(Offset offset, int64_t max_bytes);
  OffsetRange Offsets() const;
  Result<std::optional<OffsetAndTimestamp>> FindTimestamp(int64_t timestamp_ms);
  void NotifyWhenBeyond(Offset offset, std::function<void()> ready);

  Status EnforceRetention();
  int64_t size_bytes() const;
  // Nothing can be appended any more: the topic is being deleted.
  void Refuse();
  // Refuses everything from now on. With `flush`: what was written becomes durable first, and the
  // index is written. Answers those who wait. Not from inside a callback of this partition.
  Status Close(bool flush);

 private:
  struct Segment {
    // Without its entries, which Opened has, if the segment is sealed.
    SegmentIndex index;
    std::shared_ptr<storage::AppendFile> append_file;  // of the active one
    int64_t begun_ms = 0;                              // wall clock; of the active one
  };
  // A segment's file for reading and, if it is sealed, its index.
  struct Opened {
    std::unique_ptr<storage::RandomAccessFile> file;
    SegmentIndex index;
  };
  struct Pending {
    Written written;
    std::function<void(Result<Offset>)> done;
  };
  struct Waiter {
    Offset beyond;
    std::function<void()> ready;
  };
  // Where reading goes on in a segment.
  struct ReadPlace {
    std::shared_ptr<const Opened> opened;
    Offset segment;
    uint64_t position = 0;
    uint64_t end = 0;  // bytes that may be read
    Offset next;       // the first offset after them
  };
  struct ReadHint {
    Offset next;
    Offset segment;
    uint64_t position = 0;
  };
  using Lock = std::unique_lock<std::mutex>;

  Status RecoverSealed(Offset base_offset, SegmentIndex& index, Recovered& recovered);
  Status RecoverLast(Offset base_offset, SegmentIndex& index, Recovered& recovered);
  Result<SegmentIndex> LoadIndex(Offset base_offset);

  Result<std::string> EncodeBatches(std::span<const AppendRecord> records);
  // REQUIRE: append_mutex_ held, mutex_ not.
  Status WriteBatches(std::string& batches, Written& written);
  Status WriteRun(std::span<char> run, std::span<const BatchHeader> headers);
  // Whether the active segment has grown, by `more_bytes`, too large or too old to go on with.
  bool IsFull(uint64_t segment_bytes, uint64_t more_bytes) const;
  // Begins a new active segment; the one before is sealed.
  Status StartSegment(Offset base_offset);
  // Makes everything durable and writes the active segment's index.
  Status SaveIndex();
  Status DropOldest();

  // REQUIRE: `lock` holds mutex_; it may be freed and taken again inside.
  Status SyncOnce(Lock& lock);
  Status WaitDurable(Lock& lock, Offset end);
  void RunReadyWaiters(Lock& lock);
  void DeliverPending(Lock& lock);
  void ScheduleSync(Lock& lock);
  void RunScheduledSync();

  // REQUIRE: mutex_ held.
  Segment* active() const;
  Status CheckUsable() const;
  Status CheckReadable(Offset offset) const;
  Result<ReadPlace> FindPlace(Offset offset);
  Result<ReadPlace> PlaceIn(Segment& segment);
  Result<std::shared_ptr<const Opened>> Open(const Segment& segment);
  void RememberPlace(Offset from, const ReadHint& hint);
  Offset begin() const;
  int64_t TotalBytes() const;

  // Takes records from `offset` on out of the place's batches, and moves its position behind them.
  Status DecodePlace(ReadPlace& place, Offset offset, int64_t max_bytes, LogSlice& slice) const;
  Error WithPlace(Error error, Offset segment) const;

  const Environment environment_;
  const std::string name_;
  const std::string directory_;
  const PartitionOptions options_;

  // Serialises writing; taken before mutex_.
  std::mutex append_mutex_;
  uint64_t indexed_bytes_ = 0;  // of the active segment's index file; guarded by append_mutex_

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  // By base offset; the last is the active one.
  std::map<Offset, std::shared_ptr<Segment>> segments_;
  Offset written_end_;
  Offset durable_end_;
  uint64_t durable_position_ = 0;  // in the active segment
  bool syncing_ = false;           // somebody is in a sync
  bool sync_scheduled_ = false;    // a task is to sync and answer pending_
  bool delivering_ = false;        // that task is running
  bool closed_ = false;
  // Why nothing can be appended any more.
  std::optional<Error> failure_;
  std::deque<Pending> pending_;
  std::vector<Waiter> waiters_;
  std::vector<std::unique_ptr<BatchEncoder>> idle_encoders_;
  // The segments read last, newest first, and where sequential readers go on.
  std::deque<std::pair<Offset, std::shared_ptr<const Opened>>> opened_;
  std::deque<ReadHint> read_hints_;
};

}  // namespace floe::log
