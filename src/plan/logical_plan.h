// The logical plan: what a statement means, with names resolved and types known. Immutable; a node
// with several parents (a table, a view or a WITH query used more than once) is shared.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "functions/aggregate.h"
#include "functions/expression.h"
#include "plan/catalog_table.h"
#include "plan/physical_plan.h"
#include "types/data_type.h"

namespace floe::plan {

enum class LogicalKind : uint8_t {
  kScan,
  kValues,
  kFilter,
  kProject,
  kUnion,
  kWindow,
  kAggregate,
  kJoin,
};

struct WindowProperties;  // window_properties.h

// What window_properties.h derived once. A copy of the node (with other inputs) derives anew.
struct DerivedProperties {
  DerivedProperties() = default;
  DerivedProperties(const DerivedProperties&) {}
  DerivedProperties& operator=(const DerivedProperties&) = delete;

  bool has_windows = false;                         // `windows` is derived
  std::shared_ptr<const WindowProperties> windows;  // null: none
  std::map<int, bool> time_attributes;              // by column
};

struct LogicalNode;
using LogicalNodePtr = std::shared_ptr<const LogicalNode>;

struct LogicalNode {
  explicit LogicalNode(LogicalKind node_kind) : kind(node_kind) {}
  virtual ~LogicalNode() = default;

  const LogicalKind kind;
  types::Schema schema;  // of the output; types as Flink prints them
  std::vector<LogicalNodePtr> inputs;
  SourceSpan span;  // where it is written, for errors found later
  mutable DerivedProperties derived;
};

// All columns of a table, in the declared order.
struct LogicalScan final : LogicalNode {
  LogicalScan() : LogicalNode(LogicalKind::kScan) {}
  CatalogTablePtr table;
};

struct LogicalValues final : LogicalNode {
  LogicalValues() : LogicalNode(LogicalKind::kValues) {}
  std::vector<std::vector<functions::ExpressionPtr>> rows;
};

struct LogicalFilter final : LogicalNode {
  LogicalFilter() : LogicalNode(LogicalKind::kFilter) {}
  functions::ExpressionPtr condition;
};

struct LogicalProject final : LogicalNode {
  LogicalProject() : LogicalNode(LogicalKind::kProject) {}
  std::vector<functions::ExpressionPtr> expressions;
};

// UNION ALL; all inputs have the types of the output.
struct LogicalUnion final : LogicalNode {
  LogicalUnion() : LogicalNode(LogicalKind::kUnion) {}
};

// A window table function. Output: the input's columns, window_start, window_end, window_time.
struct LogicalWindow final : LogicalNode {
  LogicalWindow() : LogicalNode(LogicalKind::kWindow) {}
  WindowSpec window;
  int time_column = -1;
};

// GROUP BY `keys`, or, without aggregates, SELECT DISTINCT. Output: the keys, then the aggregates.
struct LogicalAggregate final : LogicalNode {
  LogicalAggregate() : LogicalNode(LogicalKind::kAggregate) {}
  std::vector<int> keys;
  std::vector<functions::AggregateCall> aggregates;
  bool is_distinct = false;  // written as SELECT DISTINCT
};

// Output: left columns, right columns.
struct LogicalJoin final : LogicalNode {
  LogicalJoin() : LogicalNode(LogicalKind::kJoin) {}
  JoinType type = JoinType::kInner;
  functions::ExpressionPtr condition;  // over left columns, then right columns; null: none
};

}  // namespace floe::plan
