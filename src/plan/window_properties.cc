#include "plan/window_properties.h"

#include <algorithm>

#include "plan/join_condition.h"

namespace floe::plan {
namespace {

using functions::ExpressionKind;

bool Contains(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

std::vector<int> MapThrough(const std::vector<int>& columns,
                            const std::vector<functions::ExpressionPtr>& expressions) {
  std::vector<int> out;
  for (size_t i = 0; i < expressions.size(); ++i) {
    if (expressions[i]->kind() == ExpressionKind::kColumn &&
        Contains(columns, expressions[i]->column())) {
      out.push_back(static_cast<int>(i));
    }
  }
  return out;
}

std::vector<int> MapToKeys(const std::vector<int>& columns, const std::vector<int>& keys) {
  std::vector<int> out;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (Contains(columns, keys[i])) out.push_back(static_cast<int>(i));
  }
  return out;
}

std::vector<int> Intersect(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

std::optional<WindowProperties> OfWindow(const LogicalWindow& window) {
  int count = window.inputs[0]->schema.size();
  WindowProperties properties;
  properties.starts = {count};
  properties.ends = {count + 1};
  properties.times = {count + 2};
  properties.window = window.window;
  properties.time_type = window.schema.field(count + 2).type;
  return properties;
}

std::optional<WindowProperties> OfAggregate(const LogicalAggregate& aggregate) {
  std::optional<WindowProperties> properties = WindowPropertiesOf(*aggregate.inputs[0]);
  if (!properties.has_value()) return std::nullopt;
  properties->starts = MapToKeys(properties->starts, aggregate.keys);
  properties->ends = MapToKeys(properties->ends, aggregate.keys);
  properties->times = MapToKeys(properties->times, aggregate.keys);
  if (properties->starts.empty() || properties->ends.empty()) return std::nullopt;
  return properties;
}

std::optional<WindowProperties> OfUnion(const LogicalUnion& node) {
  std::optional<WindowProperties> all;
  for (const LogicalNodePtr& input : node.inputs) {
    std::optional<WindowProperties> properties = WindowPropertiesOf(*input);
    if (!properties.has_value()) return std::nullopt;
    if (!all.has_value()) {
      all = properties;
      continue;
    }
    if (!(all->window == properties->window) || !all->time_type.SameKindAs(properties->time_type)) {
      return std::nullopt;
    }
    all->starts = Intersect(all->starts, properties->starts);
    all->ends = Intersect(all->ends, properties->ends);
    all->times = Intersect(all->times, properties->times);
  }
  return all;
}

std::optional<WindowProperties> OfJoin(const LogicalJoin& join) {
  std::optional<WindowJoinKeys> keys = FindWindowJoinKeys(join);
  if (!keys.has_value()) return std::nullopt;
  WindowProperties properties = *WindowPropertiesOf(*join.inputs[0]);
  WindowProperties right = *WindowPropertiesOf(*join.inputs[1]);
  int shift = join.inputs[0]->schema.size();
  for (int column : right.starts) properties.starts.push_back(column + shift);
  for (int column : right.ends) properties.ends.push_back(column + shift);
  for (int column : right.times) properties.times.push_back(column + shift);
  return properties;
}

bool IsTimeAttribute(const LogicalNode& node, int column);

// REQUIRES: the column prints as a time attribute.
bool DeriveTimeAttribute(const LogicalNode& node, int column) {
  switch (node.kind) {
    case LogicalKind::kScan:
      return true;
    case LogicalKind::kValues:
      return false;
    case LogicalKind::kFilter:
      return IsTimeAttribute(*node.inputs[0], column);
    case LogicalKind::kProject: {
      const functions::Expression& expression =
          *static_cast<const LogicalProject&>(node).expressions[static_cast<size_t>(column)];
      return expression.kind() == ExpressionKind::kColumn &&
             IsTimeAttribute(*node.inputs[0], expression.column());
    }
    case LogicalKind::kUnion:
      return std::all_of(node.inputs.begin(), node.inputs.end(), [&](const LogicalNodePtr& input) {
        return IsTimeAttribute(*input, column);
      });
    case LogicalKind::kWindow: {
      int count = node.inputs[0]->schema.size();
      return column >= count || IsTimeAttribute(*node.inputs[0], column);
    }
    case LogicalKind::kAggregate: {
      std::optional<WindowProperties> properties = WindowPropertiesOf(node);
      return properties.has_value() && Contains(properties->times, column);
    }
    case LogicalKind::kJoin: {
      // Of a regular join nothing is a time attribute; those are refused when planning.
      int left_count = node.inputs[0]->schema.size();
      return column < left_count ? IsTimeAttribute(*node.inputs[0], column)
                                 : IsTimeAttribute(*node.inputs[1], column - left_count);
    }
  }
  return false;
}

bool IsTimeAttribute(const LogicalNode& node, int column) {
  if (node.schema.field(column).type.time_attribute() == types::TimeAttribute::kNone) return false;
  auto [known, is_new] = node.derived.time_attributes.emplace(column, false);
  if (is_new) known->second = DeriveTimeAttribute(node, column);
  return known->second;
}

}  // namespace

namespace {

std::optional<WindowProperties> Derive(const LogicalNode& node) {
  switch (node.kind) {
    case LogicalKind::kScan:
    case LogicalKind::kValues:
      return std::nullopt;
    case LogicalKind::kFilter:
      return WindowPropertiesOf(*node.inputs[0]);
    case LogicalKind::kProject: {
      std::optional<WindowProperties> properties = WindowPropertiesOf(*node.inputs[0]);
      if (!properties.has_value()) return std::nullopt;
      const auto& expressions = static_cast<const LogicalProject&>(node).expressions;
      properties->starts = MapThrough(properties->starts, expressions);
      properties->ends = MapThrough(properties->ends, expressions);
      properties->times = MapThrough(properties->times, expressions);
      return properties;
    }
    case LogicalKind::kUnion:
      return OfUnion(static_cast<const LogicalUnion&>(node));
    case LogicalKind::kWindow:
      return OfWindow(static_cast<const LogicalWindow&>(node));
    case LogicalKind::kAggregate:
      return OfAggregate(static_cast<const LogicalAggregate&>(node));
    case LogicalKind::kJoin:
      return OfJoin(static_cast<const LogicalJoin&>(node));
  }
  return std::nullopt;
}

}  // namespace

std::optional<WindowProperties> WindowPropertiesOf(const LogicalNode& node) {
  DerivedProperties& derived = node.derived;
  if (!derived.has_windows) {
    std::optional<WindowProperties> windows = Derive(node);
    if (windows.has_value()) {
      derived.windows = std::make_shared<const WindowProperties>(*std::move(windows));
    }
    derived.has_windows = true;
  }
  if (derived.windows == nullptr) return std::nullopt;
  return *derived.windows;
}

bool IsRowtimeAttribute(const LogicalNode& node, int column) {
  return node.schema.field(column).type.is_rowtime() && IsTimeAttribute(node, column);
}

bool IsProctimeAttribute(const LogicalNode& node, int column) {
  return node.schema.field(column).type.time_attribute() == types::TimeAttribute::kProctime &&
         IsTimeAttribute(node, column);
}

}  // namespace floe::plan
