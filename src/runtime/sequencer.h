// Puts what a job reads into one sequence (docs/design/order-and-time.md) and cuts it into rounds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "state/epoch_record.h"
#include "stream/source.h"

namespace floe::runtime {

// One table scan, as the sequencer sees it.
struct SequencerInput {
  std::string id;                          // of the scan's operator
  stream::SourceReader* reader = nullptr;  // outlives the sequencer
  int64_t idle_timeout_ms = 0;             // 0: never idle
};

enum class EventKind : uint8_t { kBlock, kIdle, kActive, kEnd };

struct SequencedEvent {
  EventKind kind = EventKind::kBlock;
  int input = 0;
  size_t partition = 0;  // index into the input's partitions
  // Of the event, or of the block's first record; record n of it has
  // first_sequence + n * stream::kSequencesPerRecord.
  int64_t first_sequence = 0;
  stream::RecordBlock block;
};

// Consecutive events of the sequence.
struct RoundEvents {
  std::vector<SequencedEvent> events;
  int64_t clock_ms = 0;   // wall clock of the round, recorded: for PROCTIME()
  bool finished = false;  // every input has ended, with this round
};

struct SequencerOptions {
  // Part of the order's meaning in a bounded run; tests make blocks smaller.
  int block_records = stream::kMaxBlockRecords;
  int max_round_blocks = limits::kMaxRoundBlocks;
  size_t max_round_bytes = limits::kMaxRoundBytes;
  // The job reads the clock (PROCTIME(), NOW()): it becomes part of the order.
  bool record_clock = false;
};

// Used by one thread at a time.
class Sequencer {
 public:
  Sequencer(std::vector<SequencerInput> inputs, const Clock& clock, SequencerOptions options);

  // What is there now, within the limits; no events: nothing is.
  Result<RoundEvents> NextRound();
  // Reads what an epoch recorded, from its event `*position` on, and moves it on. `partitions` is
  // the epoch record's list. kOffsetOutOfRange or kCorruption if the source does not have it as
  // it was.
  Result<RoundEvents> ReplayRound(const state::EpochRecord& record, size_t* position);

  // Events since the last call, for the epoch record; indexes refer to Partitions().
  state::ConsumptionOrder TakeOrder();
  // All partitions of all inputs so far; only grows.
  std::vector<state::InputPartition> Partitions() const;
  std::vector<state::PartitionOffset> Offsets() const;
  // Makes later rounds shorter, or longer up to the options' limit. The order does not depend on
  // it.
  void LimitRoundBlocks(int64_t blocks) {
    round_blocks_ =
        static_cast<int>(std::clamp<int64_t>(blocks, 1, std::max(1, options_.max_round_blocks)));
  }
  int round_blocks() const { return round_blocks_; }

  // Number that the next record gets.
  int64_t next_record() const { return next_record_; }
  bool consumed_since_take() const { return !order_.events().empty(); }

  // Before the first round: goes on where a record's epoch ended.
  Status Restore(const state::EpochRecord& record, int64_t next_record,
                 const std::vector<bool>& ended, const std::vector<bool>& idle);
  // Flags of Partitions(), for the state.
  std::vector<bool> EndedFlags() const;
  std::vector<bool> IdleFlags() const;
  // Where the partitions end, where that is fixed: by index into Partitions(). As in Flink the end
  // of a bounded input belongs to the state, whatever the topic holds at a later start.
  std::vector<state::PartitionOffset> Ends() const;
  // After Restore, with what Ends() gave then.
  Status RestoreEnds(const std::vector<state::PartitionOffset>& ends);

  // Calls `ready` once when there may be something to read.
  void NotifyWhenReadable(const std::function<void()>& ready);

 private:
  struct PartitionState {
    int input = 0;
    size_t partition = 0;
    bool ended = false;
    bool idle = false;
    std::chrono::nanoseconds last_record{0};
  };

  // Takes up partitions that inputs have found.
  void DiscoverPartitions();
  Result<RoundEvents> NextBoundedRound();
  Result<RoundEvents> NextLiveRound();
  // The partition with the oldest next record, -1: none; ends go into the round first.
  Result<int> OldestPartition(RoundEvents* round);
  // Takes a block if there is one; false: nothing was there.
  Result<bool> TakeBlock(size_t index, int max_records, RoundEvents* round, size_t* bytes);
  // Takes what is left of a recorded event as far as the round goes; true: it is done.
  Result<bool> ReplayRecords(const state::OrderEvent& event, RoundEvents* round, size_t* bytes);
  // In front of the first event of a round.
  void RecordClock();
  void AddEvent(EventKind kind, size_t index, RoundEvents* round);
  void CheckIdle(size_t index, RoundEvents* round);
  bool AllEnded() const;

  const std::vector<SequencerInput> inputs_;
  const Clock& clock_;
  const SequencerOptions options_;
  bool bounded_ = true;
  std::vector<PartitionState> partitions_;
  std::vector<size_t> known_;  // of each input, how many of its partitions are in partitions_
  size_t next_in_turn_ = 0;    // live: whose turn it is
  // The first record is number 1: a 0 in an order key always stands for a row that is not there.
  int64_t next_record_ = 1;
  int round_blocks_;
  int64_t replayed_records_ = 0;  // of the recorded event that is being read
  int64_t round_clock_ms_ = 0;
  state::ConsumptionOrder order_;
};

}  // namespace floe::runtime
