// An operator instance: owned by one task at a time, fed a round at a time, no locks, no threads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/batch.h"
#include "stream/watermark_timeline.h"

namespace floe {
class Logger;
class Clock;
}  // namespace floe

namespace arrow {
class MemoryPool;
}

namespace floe::state {
class StateWriter;
class StateReader;
}  // namespace floe::state

namespace floe::runtime {

// What one operator instance gets of one of its inputs in a round.
struct RoundInput {
  // Its rows, over all batches in rising order key. Batches may have any size, 0 excluded.
  std::vector<stream::Batch> batches;
  // The watermark of the whole stream in this round, also where this instance got no row. Max as
  // final watermark means that the input has ended.
  stream::WatermarkTimelinePtr watermarks;
  // Wall clock of the round as recorded: what PROCTIME() and NOW() give.
  int64_t clock_ms = 0;
  // Of the job, the same over restarts: where RAND() and UUID() begin (row_random.h).
  uint64_t random_seed = 0;
};

// Counts of an instance since its creation or restore; part of its state, so that a restart does
// not change them. Conservation: rows_in = rows_kept + rows_filtered + rows_late, where rows_kept
// are those that took part (were forwarded, accumulated, cached or joined).
struct OperatorCounters {
  int64_t rows_in = 0;
  int64_t rows_out = 0;
  int64_t rows_filtered = 0;
  int64_t rows_late = 0;
  int64_t rows_left_late = 0;  // window joins, per side; their sum is rows_late
  int64_t rows_right_late = 0;

  void Add(const OperatorCounters& other) {
    rows_in += other.rows_in;
    rows_out += other.rows_out;
    rows_filtered += other.rows_filtered;
    rows_late += other.rows_late;
    rows_left_late += other.rows_left_late;
    rows_right_late += other.rows_right_late;
  }
};

// What an instance is given when it is made.
struct OperatorContext {
  std::string operator_id;
  int instance = 0;
  int parallelism = 1;
  arrow::MemoryPool* memory_pool = nullptr;  // not null, outlives the operator
  std::string time_zone = "UTC";             // table.local-time-zone
  int64_t max_batch_rows = 8192;             // longest batch it should emit
  bool has_checkpoints = true;               // execution.checkpointing.interval is set, not to 0
};

class Operator {
 public:
  virtual ~Operator() = default;

  // Processes a round: `inputs` in the order of the plan node's inputs. Appends its output to
  // `output` in rising order key, every cause within the round. The result may not depend on where
  // rounds or batches are cut.
  virtual Status OnRound(std::span<const RoundInput> inputs,
                         std::vector<stream::Batch>* output) = 0;

  // Writes all state, counters included, between two rounds.
  virtual Status Snapshot(state::StateWriter& writer) const = 0;
  // Takes over its share of the state that instances of the operator wrote, at any parallelism
  // then. REQUIRES: before the first round.
  virtual Status Restore(const state::StateReader& reader) = 0;

  virtual const OperatorCounters& counters() const = 0;
};

}  // namespace floe::runtime
