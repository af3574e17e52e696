#include "runtime/job_graph.h"

#include <algorithm>
#include <map>
#include <utility>

#include "functions/resolve.h"
#include "runtime/interval_join.h"
#include "runtime/operator_factory.h"
#include "runtime/window_local_aggregate.h"

namespace floe::runtime {
namespace {

StageKind KindOf(const plan::PhysicalNode& node) {
  switch (node.kind) {
    case plan::PhysicalKind::kScan:
    case plan::PhysicalKind::kValues:
      return StageKind::kScan;
    case plan::PhysicalKind::kCalc:
    case plan::PhysicalKind::kWindowTableFunction:
      return StageKind::kStateless;
    case plan::PhysicalKind::kUnion:
      return StageKind::kUnion;
    case plan::PhysicalKind::kSink:
      return StageKind::kSink;
    default:
      return StageKind::kStateful;
  }
}

bool IsSingleton(const plan::PhysicalNode& node) {
  return std::any_of(node.distribution.begin(), node.distribution.end(),
                     [](const plan::Distribution& distribution) {
                       return distribution.kind == plan::DistributionKind::kSingleton;
                     });
}

// A global aggregate runs once, so it is worth combining rows before they meet there: measured, the
// two levels cost a tenth more than one, of which one half runs in parallel. With keys the rows are
// spread anyway, and combining them costs more than exchanging them (bench/README.md). Without
// checkpoints Flink loses rows (WindowFlushCheck), by what only the whole aggregate sees.
bool HasTwoLevels(const plan::PhysicalNode& node, const JobGraphOptions& options) {
  if (node.kind != plan::PhysicalKind::kWindowAggregate) return false;
  const auto& aggregate = static_cast<const plan::WindowAggregateNode&>(node);
  return options.parallelism > 1 && options.has_checkpoints && IsSingleton(node) &&
         CanAggregateLocally(aggregate);
}

Result<std::unique_ptr<Operator>> MakeInstance(const Stage& stage, const OperatorContext& context) {
  if (stage.aggregate_level == AggregateLevel::kWhole) return MakeOperator(*stage.node, context);
  const auto& node = static_cast<const plan::WindowAggregateNode&>(*stage.node);
  return stage.aggregate_level == AggregateLevel::kLocal ? MakeWindowLocalAggregate(node, context)
                                                         : MakeWindowGlobalAggregate(node, context);
}

bool IsDeterministic(const functions::ExpressionPtr& expression) {
  return expression == nullptr || functions::IsDeterministic(*expression);
}

bool AllDeterministic(const std::vector<functions::ExpressionPtr>& expressions) {
  return std::all_of(expressions.begin(), expressions.end(),
                     [](const functions::ExpressionPtr& e) { return IsDeterministic(e); });
}

bool IsDeterministic(const plan::PhysicalNode& node) {
  switch (node.kind) {
    case plan::PhysicalKind::kScan: {
      const auto& scan = static_cast<const plan::ScanNode&>(node);
      if (!AllDeterministic(scan.expressions) || !IsDeterministic(scan.watermark)) return false;
      break;
    }
    case plan::PhysicalKind::kValues: {
      const auto& rows = static_cast<const plan::ValuesNode&>(node).rows;
      if (!std::all_of(rows.begin(), rows.end(), AllDeterministic)) return false;
      break;
    }
    case plan::PhysicalKind::kCalc: {
      const auto& calc = static_cast<const plan::CalcNode&>(node);
      if (!AllDeterministic(calc.projections) || !IsDeterministic(calc.condition)) return false;
      break;
    }
    case plan::PhysicalKind::kWindowJoin:
      if (!IsDeterministic(static_cast<const plan::WindowJoinNode&>(node).condition)) return false;
      break;
    case plan::PhysicalKind::kIntervalJoin:
      if (!IsDeterministic(static_cast<const plan::IntervalJoinNode&>(node).condition)) {
        return false;
      }
      break;
    default:
      break;
  }
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [](const plan::PhysicalNodePtr& input) { return IsDeterministic(*input); });
}

class StageBuilder {
 public:
  StageBuilder(const JobGraphOptions& options, arrow::MemoryPool* pool)
      : options_(options), pool_(pool) {}

  // The stage of a node, after those of its inputs.
  Result<int> Add(const plan::PhysicalNode& node) {
    const auto known = index_of_.find(&node);
    if (known != index_of_.end()) return known->second;
    auto stage = std::make_unique<Stage>();
    stage->node = &node;
    stage->kind = KindOf(node);
    stage->distribution = node.distribution;
    stage->distribution.resize(node.inputs.size());
    for (const plan::PhysicalNodePtr& input : node.inputs) {
      FLOE_ASSIGN(const int index, Add(*input));
      stage->inputs.push_back(index);
      stage->level = std::max(stage->level, stages_[static_cast<size_t>(index)]->level + 1);
    }
    if (HasTwoLevels(node, options_)) {
      stage->inputs = {AddLocalAggregate(node, stage->inputs[0])};
      stage->aggregate_level = AggregateLevel::kGlobal;
      ++stage->level;
    }
    stage->parallelism = IsSingleton(node) ? 1 : options_.parallelism;
    if (stage->kind == StageKind::kScan) stage->scan = scans_++;
    if (stage->kind == StageKind::kStateful) {
      FLOE_TRY(
          EnsureInstances(stage.get(), static_cast<size_t>(stage->parallelism), options_, pool_));
    }
    stage->stage_counters.resize(static_cast<size_t>(stage->parallelism));
    return Place(&node, std::move(stage));
  }

  // The stage that hands the rows of `node` to the caller.
  Status AddCollector(const plan::PhysicalNode& node) {
    auto stage = std::make_unique<Stage>();
    FLOE_ASSIGN(const int input, Add(node));
    stage->node = &node;
    stage->kind = StageKind::kCollect;
    stage->inputs = {input};
    stage->distribution = {{plan::DistributionKind::kSingleton, {}}};
    stage->level = stages_[static_cast<size_t>(input)]->level + 1;
    stage->stage_counters.resize(1);
    Append(std::move(stage));
    return Status::Ok();
  }

  std::vector<std::unique_ptr<Stage>> Take() && { return std::move(stages_); }

 private:
  int Place(const plan::PhysicalNode* node, std::unique_ptr<Stage> stage) {
    const int index = Append(std::move(stage));
    index_of_[node] = index;
    return index;
  }

  int Append(std::unique_ptr<Stage> stage) {
    stages_.push_back(std::move(stage));
    return static_cast<int>(stages_.size()) - 1;
  }

  // The first level of a window aggregate: an instance for each part of the input.
  int AddLocalAggregate(const plan::PhysicalNode& node, int input) {
    auto stage = std::make_unique<Stage>();
    stage->node = &node;
    stage->kind = StageKind::kStateless;
    stage->aggregate_level = AggregateLevel::kLocal;
    stage->inputs = {input};
    stage->distribution.resize(1);
    stage->level = stages_[static_cast<size_t>(input)]->level + 1;
    stage->parallelism = options_.parallelism;
    return Append(std::move(stage));
  }

  const JobGraphOptions& options_;
  arrow::MemoryPool* const pool_;
  std::vector<std::unique_ptr<Stage>> stages_;
  std::map<const plan::PhysicalNode*, int> index_of_;
  int scans_ = 0;
};

}  // namespace

Status EnsureInstances(Stage* stage, size_t count, const JobGraphOptions& options,
                       arrow::MemoryPool* pool) {
  while (stage->instances.size() < count) {
    OperatorContext context;
    context.operator_id = stage->node->operator_id;
    context.instance = static_cast<int>(stage->instances.size());
    context.parallelism = stage->parallelism;
    context.memory_pool = pool;
    context.time_zone = options.time_zone;
    context.has_checkpoints = options.has_checkpoints;
    FLOE_ASSIGN(std::unique_ptr<Operator> instance, MakeInstance(*stage, context));
    stage->instances.push_back(std::move(instance));
  }
  return Status::Ok();
}

bool ReadsClock(const plan::PhysicalPlan& plan) {
  if (plan.query && !IsDeterministic(*plan.query)) return true;
  return std::any_of(plan.sinks.begin(), plan.sinks.end(),
                     [](const auto& sink) { return !IsDeterministic(*sink); });
}

Result<std::vector<std::unique_ptr<Stage>>> BuildStages(const plan::PhysicalPlan& plan,
                                                        const JobGraphOptions& options,
                                                        arrow::MemoryPool* pool) {
  StageBuilder builder(options, pool);
  for (const auto& sink : plan.sinks) FLOE_TRY(builder.Add(*sink));
  if (plan.query) FLOE_TRY(builder.AddCollector(*plan.query));
  return std::move(builder).Take();
}

stream::WatermarkTimelinePtr StageWatermarks(Stage* stage,
                                             std::span<const stream::WatermarkTimelinePtr> inputs) {
  if (inputs.size() == 1) return inputs[0];
  stream::WatermarkTimelinePtr combined =
      stream::WatermarkTimeline::Minimum(inputs, stage->watermark_floor);
  stage->watermark_floor = combined->final();
  if (stage->node->kind != plan::PhysicalKind::kIntervalJoin) return combined;
  const auto& join = static_cast<const plan::IntervalJoinNode&>(*stage->node);
  return stream::WatermarkTimeline::Delayed(*combined, IntervalJoinDelay(join));
}

}  // namespace floe::runtime
