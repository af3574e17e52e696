// The physical plan: what the runtime builds its operators from. Immutable; nodes may be shared
// (a scan that several inserts read is one node).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "functions/aggregate.h"
#include "functions/expression.h"
#include "stream/table_descriptor.h"
#include "types/data_type.h"

namespace floe::plan {

enum class PhysicalKind : uint8_t {
  kScan,
  kValues,
  kCalc,
  kUnion,
  kWindowTableFunction,
  kWindowAggregate,
  kWindowJoin,
  kIntervalJoin,
  kSink,
};

// How the rows of an input are spread over the parallel instances of the operator that reads it.
enum class DistributionKind : uint8_t {
  kForward,    // stay where they are
  kHash,       // by `keys`: equal keys meet in one instance
  kSingleton,  // all to one instance; the operator runs once
  kBroadcast,  // every instance sees all rows (keyless interval join)
};

struct Distribution {
  DistributionKind kind = DistributionKind::kForward;
  std::vector<int> keys;  // input columns, for kHash
};

struct PhysicalNode;
using PhysicalNodePtr = std::shared_ptr<const PhysicalNode>;

struct PhysicalNode {
  explicit PhysicalNode(PhysicalKind node_kind) : kind(node_kind) {}
  virtual ~PhysicalNode() = default;

  const PhysicalKind kind;
  types::Schema schema;  // of the output
  std::vector<PhysicalNodePtr> inputs;
  std::vector<Distribution> distribution;  // one per input
  // Names the operator's state across restarts: equal as long as the part of the plan below the
  // operator means the same. Unique within a plan.
  std::string operator_id;
};

// Reads a table. A record becomes the source row: the physical columns `decoded_columns`, then the
// metadata columns `metadata_columns`. The output columns are `expressions` over the source row;
// a record for which one of them, or the watermark, fails is a bad record.
struct ScanNode final : PhysicalNode {
  ScanNode() : PhysicalNode(PhysicalKind::kScan) {}

  stream::TableDescriptor table;
  std::vector<int> decoded_columns;   // indexes into table.physical_schema
  std::vector<int> metadata_columns;  // indexes into table.metadata_columns
  std::vector<functions::ExpressionPtr> expressions;
  int rowtime_column = -1;             // output column; -1: the table has no watermark
  functions::ExpressionPtr watermark;  // over the output columns; null: none
};

// Constant rows; ends at once.
struct ValuesNode final : PhysicalNode {
  ValuesNode() : PhysicalNode(PhysicalKind::kValues) {}
  std::vector<std::vector<functions::ExpressionPtr>> rows;
};

// Filter, then projection.
struct CalcNode final : PhysicalNode {
  CalcNode() : PhysicalNode(PhysicalKind::kCalc) {}
  functions::ExpressionPtr condition;  // BOOLEAN over the input; null: all rows
  std::vector<functions::ExpressionPtr> projections;
};

// UNION ALL of its inputs.
struct UnionNode final : PhysicalNode {
  UnionNode() : PhysicalNode(PhysicalKind::kUnion) {}
};

enum class WindowKind : uint8_t { kTumble, kHop, kCumulate };

struct WindowSpec {
  WindowKind kind = WindowKind::kTumble;
  int64_t size_ms = 0;
  int64_t slide_ms = 0;  // HOP: slide; CUMULATE: step; TUMBLE: equal to size_ms
  int64_t offset_ms = 0;
  // Windows of TIMESTAMP_LTZ are aligned in this zone; empty for TIMESTAMP.
  std::string time_zone;

  bool operator==(const WindowSpec&) const = default;
};

// A window table function whose windows are not consumed by an aggregate right above it: each row
// once per window. Output: the input's columns, window_start, window_end, window_time.
struct WindowTableFunctionNode final : PhysicalNode {
  WindowTableFunctionNode() : PhysicalNode(PhysicalKind::kWindowTableFunction) {}
  WindowSpec window;
  int time_column = -1;
};

enum class WindowProperty : uint8_t { kStart, kEnd, kTime };

// GROUP BY window_start, window_end [, keys]. Output: the keys, the aggregates, the properties.
struct WindowAggregateNode final : PhysicalNode {
  WindowAggregateNode() : PhysicalNode(PhysicalKind::kWindowAggregate) {}

  // Either a window over a time column of the input, sliced …
  WindowSpec window;
  int time_column = -1;
  // … or (time_column == -1) windows that the rows carry already, from a window join, aggregate or
  // table function below.
  int window_start_column = -1;
  int window_end_column = -1;

  std::vector<int> keys;
  std::vector<functions::AggregateCall> aggregates;
  std::vector<WindowProperty> properties;
};

enum class JoinType : uint8_t { kInner, kLeft, kRight, kFull };

// Join on equal windows, equal keys and a residual condition. Output: left columns, right columns.
struct WindowJoinNode final : PhysicalNode {
  WindowJoinNode() : PhysicalNode(PhysicalKind::kWindowJoin) {}
  JoinType type = JoinType::kInner;
  int left_window_start = -1;
  int left_window_end = -1;
  int right_window_start = -1;
  int right_window_end = -1;
  std::vector<int> left_keys;  // pairwise equal; NULL matches nothing
  std::vector<int> right_keys;
  std::string time_zone;               // of the windows; empty for TIMESTAMP
  functions::ExpressionPtr condition;  // over left columns, then right columns; null: none
};

// Which matches have to leave a join within a round. The last one of each row of a side is enough
// where the reader keeps one row per key, and the key depends on that side only
// (select_matches.h).
enum class MatchSelection : uint8_t { kAll, kLastOfLeftRow, kLastOfRightRow };

// left.time BETWEEN right.time + lower_bound_ms AND right.time + upper_bound_ms, both inclusive,
// equal keys and a residual condition. Output: left columns, right columns.
struct IntervalJoinNode final : PhysicalNode {
  IntervalJoinNode() : PhysicalNode(PhysicalKind::kIntervalJoin) {}
  JoinType type = JoinType::kInner;
  int left_time = -1;
  int right_time = -1;
  int64_t lower_bound_ms = 0;
  int64_t upper_bound_ms = 0;
  int64_t min_cleanup_interval_ms = 0;  // table.exec.interval-join.min-cleanup-interval
  std::vector<int> left_keys;
  std::vector<int> right_keys;
  functions::ExpressionPtr condition;
  MatchSelection matches = MatchSelection::kAll;
};

// Writes the input's columns, which are the table's physical columns in order, into a table.
struct SinkNode final : PhysicalNode {
  SinkNode() : PhysicalNode(PhysicalKind::kSink) {}
  stream::TableDescriptor table;
  // Columns of the primary key if the table takes upserts; empty: append.
  std::vector<int> upsert_key;
};

// One job: all sinks of a statement set, or of one INSERT; or a query, whose root is `query`.
struct PhysicalPlan {
  std::vector<std::shared_ptr<const SinkNode>> sinks;
  PhysicalNodePtr query;                             // of a SELECT; null for a job
  std::map<std::string, std::string> configuration;  // SET values in force
};

}  // namespace floe::plan
