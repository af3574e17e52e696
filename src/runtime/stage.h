// One operator of a job with its parallel instances, and how its input reaches them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"
#include "stream/batch.h"
#include "stream/sink.h"
#include "stream/watermark_timeline.h"

namespace floe::runtime {

// A stream within a round: its rows in parts.
struct StreamParts {
  // Each part in rising order key.
  std::vector<std::vector<stream::Batch>> parts;
  // True: part i + 1 follows part i; false: they interleave and have to be merged.
  bool in_sequence = true;
  stream::WatermarkTimelinePtr watermarks;
};

// What a stage is made of; see JobGraph::Build for the choice.
enum class StageKind : uint8_t {
  kScan,       // filled by the decoding tasks
  kStateless,  // an instance takes any part; order stays
  kStateful,   // one instance per key group range, or one alone
  kUnion,      // passes on the parts of all inputs
  kSink,       // a writer per instance
  kCollect,    // hands a query's rows to the caller
};

// A window aggregate in two levels is two stages of one node (window_local_aggregate.h).
enum class AggregateLevel : uint8_t {
  kWhole,   // every other stage, and an aggregate in one level
  kLocal,   // holds nothing between rounds and counts nothing: the next level does
  kGlobal,  // its state is that of the whole aggregate
};

struct Stage {
  const plan::PhysicalNode* node = nullptr;
  StageKind kind = StageKind::kStateless;
  AggregateLevel aggregate_level = AggregateLevel::kWhole;
  std::vector<int> inputs;  // indexes of stages; all smaller than this one's
  std::vector<plan::Distribution> distribution;
  int level = 0;  // 1 + the highest level of its inputs; scans have 0
  int parallelism = 1;

  std::vector<std::unique_ptr<Operator>> instances;
  std::vector<std::unique_ptr<stream::SinkWriter>> writers;
  std::vector<OperatorCounters> stage_counters;  // per instance, of kinds without operators
  // Of kinds without operators and of stateless ones: what earlier runs counted. Stateful operators
  // keep their counts themselves.
  OperatorCounters counters_before_restore;
  // What the combined watermark of several inputs has reached.
  EventTime watermark_floor = EventTime::Min();
  int scan = -1;  // kScan: index of the scan

  // Whether it stands for its node in checkpoints and reports. Scans have their own.
  bool is_recorded() const {
    return kind != StageKind::kScan && kind != StageKind::kCollect &&
           aggregate_level != AggregateLevel::kLocal;
  }

  // Of the round at hand.
  StreamParts output;
  // Rows of hash-distributed inputs, split by the parts they came in:
  // split[input][part][instance].
  std::vector<std::vector<std::vector<std::vector<stream::Batch>>>> split;
};

// The watermark that a stage passes on, from those of its inputs. Moves the stage's floor.
stream::WatermarkTimelinePtr StageWatermarks(Stage* stage,
                                             std::span<const stream::WatermarkTimelinePtr> inputs);

}  // namespace floe::runtime
