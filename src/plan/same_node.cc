// Structural equality of physical nodes.
#include <algorithm>

#include "plan/physical_builder.h"

namespace floe::plan {
namespace {

using functions::ExpressionPtr;

bool Same(const ExpressionPtr& a, const ExpressionPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return functions::SameExpression(*a, *b);
}

bool Same(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ExpressionPtr& x, const ExpressionPtr& y) { return Same(x, y); });
}

bool SameTypes(const types::Schema& a, const types::Schema& b) {
  return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                    [](const types::Field& x, const types::Field& y) { return x.type == y.type; });
}

bool SameAggregates(const std::vector<functions::AggregateCall>& a,
                    const std::vector<functions::AggregateCall>& b) {
  auto same = [](functions::AggregateCall x, const functions::AggregateCall& y) {
    x.name = y.name;
    return x == y;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

bool SameNodes(const ScanNode& a, const ScanNode& b) {
  return a.table.name == b.table.name && a.table.options == b.table.options &&
         a.decoded_columns == b.decoded_columns && a.metadata_columns == b.metadata_columns &&
         Same(a.expressions, b.expressions) && a.rowtime_column == b.rowtime_column &&
         Same(a.watermark, b.watermark);
}

bool SameNodes(const ValuesNode& a, const ValuesNode& b) {
  return std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(),
                    [](const auto& x, const auto& y) { return Same(x, y); });
}

bool SameNodes(const CalcNode& a, const CalcNode& b) {
  return Same(a.condition, b.condition) && Same(a.projections, b.projections);
}

bool SameNodes(const UnionNode&, const UnionNode&) { return true; }

bool SameNodes(const WindowTableFunctionNode& a, const WindowTableFunctionNode& b) {
  return a.window == b.window && a.time_column == b.time_column;
}

bool SameNodes(const WindowAggregateNode& a, const WindowAggregateNode& b) {
  return a.window == b.window && a.time_column == b.time_column &&
         a.window_start_column == b.window_start_column &&
         a.window_end_column == b.window_end_column && a.keys == b.keys &&
         SameAggregates(a.aggregates, b.aggregates) && a.properties == b.properties;
}

bool SameNodes(const WindowJoinNode& a, const WindowJoinNode& b) {
  return a.type == b.type && a.left_window_start == b.left_window_start &&
         a.left_window_end == b.left_window_end && a.right_window_start == b.right_window_start &&
         a.right_window_end == b.right_window_end && a.left_keys == b.left_keys &&
         a.right_keys == b.right_keys && a.time_zone == b.time_zone &&
         Same(a.condition, b.condition);
}

bool SameNodes(const IntervalJoinNode& a, const IntervalJoinNode& b) {
  return a.type == b.type && a.left_time == b.left_time && a.right_time == b.right_time &&
         a.lower_bound_ms == b.lower_bound_ms && a.upper_bound_ms == b.upper_bound_ms &&
         a.min_cleanup_interval_ms == b.min_cleanup_interval_ms && a.left_keys == b.left_keys &&
         a.right_keys == b.right_keys && Same(a.condition, b.condition);
}

template <typename Node>
bool SameAs(const PhysicalNode& a, const PhysicalNode& b) {
  return SameNodes(static_cast<const Node&>(a), static_cast<const Node&>(b));
}

}  // namespace

bool SameNode(const PhysicalNode& a, const PhysicalNode& b) {
  if (a.kind != b.kind || a.inputs != b.inputs || !SameTypes(a.schema, b.schema)) return false;
  switch (a.kind) {
    case PhysicalKind::kScan:
      return SameAs<ScanNode>(a, b);
    case PhysicalKind::kValues:
      return SameAs<ValuesNode>(a, b);
    case PhysicalKind::kCalc:
      return SameAs<CalcNode>(a, b);
    case PhysicalKind::kUnion:
      return SameAs<UnionNode>(a, b);
    case PhysicalKind::kWindowTableFunction:
      return SameAs<WindowTableFunctionNode>(a, b);
    case PhysicalKind::kWindowAggregate:
      return SameAs<WindowAggregateNode>(a, b);
    case PhysicalKind::kWindowJoin:
      return SameAs<WindowJoinNode>(a, b);
    case PhysicalKind::kIntervalJoin:
      return SameAs<IntervalJoinNode>(a, b);
    case PhysicalKind::kSink:
      return false;
  }
  return false;
}

}  // namespace floe::plan
