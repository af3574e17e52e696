// What happened in one epoch: which input was consumed in which order, and which files it left for
// each table. With it an epoch can be committed again unchanged, or replayed bit for bit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"

namespace floe::state {

// One partition of one table scan of the job.
struct InputPartition {
  std::string input;  // stable id of the scan
  std::string topic;
  PartitionId partition;

  bool operator==(const InputPartition&) const = default;
};

// A step of the order in which an epoch consumed its inputs.
struct OrderEvent {
  enum class Kind : uint8_t {
    kRecords = 1,  // `count` records of the partition from `first_offset` on, up to `next_offset`
    kIdle = 2,     // the partition became idle
    kActive = 3,   // and active again
    kEnd = 4,      // the partition (of a bounded input) ended
    kClock = 5,    // the clock of what follows, for PROCTIME() and processing time
  };
  Kind kind = Kind::kRecords;
  uint32_t partition = 0;  // index into EpochRecord::partitions; 0 for kClock
  Offset first_offset;     // kRecords
  Offset next_offset;      // kRecords; next - first > count where the log has gaps
  int64_t count = 0;       // kRecords
  int64_t clock_ms = 0;    // kClock

  bool operator==(const OrderEvent&) const = default;
};

// The order of an epoch, built up block by block; joins blocks that follow one another.
class ConsumptionOrder {
 public:
  // REQUIRES: count > 0, next_offset >= first_offset + count.
  void AddRecords(uint32_t partition, Offset first_offset, Offset next_offset, int64_t count);
  void AddIdle(uint32_t partition) { Add({OrderEvent::Kind::kIdle, partition, {}, {}, 0, 0}); }
  void AddActive(uint32_t partition) { Add({OrderEvent::Kind::kActive, partition, {}, {}, 0, 0}); }
  void AddEnd(uint32_t partition) { Add({OrderEvent::Kind::kEnd, partition, {}, {}, 0, 0}); }
  // Left out when it is what it was.
  void SetClock(int64_t clock_ms);

  const std::vector<OrderEvent>& events() const { return events_; }
  bool operator==(const ConsumptionOrder& other) const { return events_ == other.events_; }

 private:
  friend class EpochRecordCodec;
  void Add(OrderEvent event) { events_.push_back(event); }

  std::vector<OrderEvent> events_;
  // In front of the first event the clock is unknown.
  int64_t clock_ms_ = INT64_MIN;
};

// An epoch as seen from one table.
struct TableEpoch {
  std::string table;  // catalog.database.name
  // What the writers returned from PrepareEpoch; empty: the epoch has no rows for this table, and
  // there is nothing to commit.
  std::vector<std::string> descriptions;
  // DigestOf(descriptions); empty if they are.
  std::string digest;
  // The newest epoch before this one that had rows for the table; 0: none. Recovery sees by it
  // whether the table has lost a commit.
  Epoch previous_epoch;
  // Of what is written into the table (minimum over its sinks) at the end of the epoch.
  EventTime watermark = EventTime::Min();

  bool operator==(const TableEpoch&) const = default;
};

struct PartitionOffset {
  uint32_t partition = 0;  // index into EpochRecord::partitions
  Offset next_offset;

  bool operator==(const PartitionOffset&) const = default;
};

struct EpochRecord {
  std::string pipeline_id;
  Epoch epoch;
  int64_t fencing_token = 0;
  // Sequence number that the epoch's first event got.
  RowSequence first_sequence;
  // Inputs known at the end of the epoch; only grows from epoch to epoch.
  std::vector<InputPartition> partitions;
  ConsumptionOrder order;
  // Where each partition is read on after the epoch.
  std::vector<PartitionOffset> offsets;
  // Of the pipeline (minimum over its sinks' inputs) at the end.
  EventTime watermark;
  // URI of the checkpoint at the epoch's end.
  std::string checkpoint_address;
  std::vector<TableEpoch> tables;
  // Name and value, for the engine.
  std::map<std::string, std::string> properties;

  bool operator==(const EpochRecord&) const = default;
};

// 32 hexadecimal digits (XXH3, 128 bits) over the descriptions and their lengths; "" if there are
// none. The same on all machines.
std::string DigestOf(const std::vector<std::string>& descriptions);

// {"topic": {"0": 17, …}, …}: next offset per partition, ordered; of a topic that several inputs
// read, the lowest. The form of a snapshot's summary.
std::string OffsetsJson(const EpochRecord& record);

// The bytes of an epoch record file, and back: kCorruption if damaged or torn, kSchemaMismatch if a
// newer version wrote it.
std::string EncodeEpochRecord(const EpochRecord& record);
Result<EpochRecord> DecodeEpochRecord(std::string_view bytes);
// For people; one JSON object, several lines.
std::string EpochRecordToJson(const EpochRecord& record);

}  // namespace floe::state
