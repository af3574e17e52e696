#include "plan/explain.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "plan/expression_binder.h"

namespace floe::plan {
namespace {

using functions::ExpressionPtr;
using Properties = std::vector<std::pair<std::string, std::string>>;

const char* OperatorName(PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kScan:
      return "TableSourceScan";
    case PhysicalKind::kValues:
      return "Values";
    case PhysicalKind::kCalc:
      return "Calc";
    case PhysicalKind::kUnion:
      return "Union";
    case PhysicalKind::kWindowTableFunction:
      return "WindowTableFunction";
    case PhysicalKind::kWindowAggregate:
      return "WindowAggregate";
    case PhysicalKind::kWindowJoin:
      return "WindowJoin";
    case PhysicalKind::kIntervalJoin:
      return "IntervalJoin";
    case PhysicalKind::kSink:
      return "Sink";
  }
  return "";
}

std::string Join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string NameOf(const PhysicalNode& node, int column) { return node.schema.field(column).name; }

std::string NamesOf(const PhysicalNode& node, const std::vector<int>& columns) {
  std::vector<std::string> names;
  for (int column : columns) names.push_back(NameOf(node, column));
  return Join(names);
}

// The expression with the names that its input's columns have now.
std::string Text(const ExpressionPtr& expression, const std::vector<std::string>& names) {
  std::vector<ExpressionPtr> columns;
  for (size_t i = 0; i < names.size(); ++i) {
    columns.push_back(functions::Expression::Column(static_cast<int>(i), {}, names[i]));
  }
  return functions::ToString(*functions::SubstituteColumns(expression, columns));
}

std::vector<std::string> InputNames(const PhysicalNode& node) {
  std::vector<std::string> names;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const char* side = node.inputs.size() < 2 ? "" : i == 0 ? "left." : "right.";
    for (const types::Field& field : node.inputs[i]->schema.fields()) {
      names.push_back(side + field.name);
    }
  }
  return names;
}

std::string Seconds(int64_t millis) {
  struct Unit {
    int64_t millis;
    const char* name;
  };
  static constexpr Unit kUnits[] = {
      {86'400'000, " d"}, {3'600'000, " h"}, {60'000, " min"}, {1'000, " s"}};
  for (const Unit& unit : kUnits) {
    if (millis != 0 && millis % unit.millis == 0) {
      return std::to_string(millis / unit.millis) + unit.name;
    }
  }
  return std::to_string(millis) + " ms";
}

std::string WindowText(const WindowSpec& window) {
  std::string text;
  switch (window.kind) {
    case WindowKind::kTumble:
      text = "TUMBLE(size " + Seconds(window.size_ms);
      break;
    case WindowKind::kHop:
      text = "HOP(size " + Seconds(window.size_ms) + ", slide " + Seconds(window.slide_ms);
      break;
    case WindowKind::kCumulate:
      text = "CUMULATE(size " + Seconds(window.size_ms) + ", step " + Seconds(window.slide_ms);
      break;
  }
  if (window.offset_ms != 0) text += ", offset " + Seconds(window.offset_ms);
  if (!window.time_zone.empty()) text += ", zone " + window.time_zone;
  return text + ")";
}

const char* JoinTypeName(JoinType type) {
  static constexpr const char* kNames[] = {"INNER", "LEFT", "RIGHT", "FULL"};
  return kNames[static_cast<size_t>(type)];
}

void AddKeys(const PhysicalNode& node, const std::vector<int>& left, const std::vector<int>& right,
             Properties& properties) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < left.size(); ++i) {
    keys.push_back(NameOf(*node.inputs[0], left[i]) + " = " + NameOf(*node.inputs[1], right[i]));
  }
  if (!keys.empty()) properties.emplace_back("keys", Join(keys));
}

void AddScan(const ScanNode& scan, Properties& properties) {
  properties.emplace_back("table", scan.table.name.ToString());
  std::vector<std::string> fields;
  for (int column : scan.decoded_columns) {
    fields.push_back(scan.table.physical_schema.field(column).name);
  }
  properties.emplace_back("fields", Join(fields));
  std::vector<std::string> source = fields;
  std::vector<std::string> metadata;
  for (int column : scan.metadata_columns) {
    const stream::MetadataColumn& item = scan.table.metadata_columns[static_cast<size_t>(column)];
    metadata.push_back(item.key);
    source.push_back(item.name);
  }
  if (!metadata.empty()) properties.emplace_back("metadata", Join(metadata));
  std::vector<std::string> columns;
  std::vector<std::string> output;
  for (int i = 0; i < scan.schema.size(); ++i) {
    const std::string& name = scan.schema.field(i).name;
    output.push_back(name);
    std::string text = Text(scan.expressions[static_cast<size_t>(i)], source);
    columns.push_back(text == name ? name : name + " = " + text);
  }
  properties.emplace_back("columns", Join(columns));
  if (scan.watermark != nullptr) {
    properties.emplace_back(
        "watermark", NameOf(scan, scan.rowtime_column) + " = " + Text(scan.watermark, output));
  }
}

void AddValues(const ValuesNode& values, Properties& properties) {
  std::vector<std::string> rows;
  for (const auto& row : values.rows) {
    std::vector<std::string> cells;
    for (const ExpressionPtr& cell : row) cells.push_back(functions::ToString(*cell));
    rows.push_back("(" + Join(cells) + ")");
  }
  properties.emplace_back("rows", Join(rows));
}

void AddCalc(const CalcNode& calc, Properties& properties) {
  std::vector<std::string> names = InputNames(calc);
  std::vector<std::string> columns;
  for (int i = 0; i < calc.schema.size(); ++i) {
    std::string text = Text(calc.projections[static_cast<size_t>(i)], names);
    const std::string& name = calc.schema.field(i).name;
    columns.push_back(text == name ? name : text + " AS " + name);
  }
  properties.emplace_back("select", Join(columns));
  if (calc.condition != nullptr) properties.emplace_back("where", Text(calc.condition, names));
}

void AddAggregate(const WindowAggregateNode& aggregate, Properties& properties) {
  const PhysicalNode& input = *aggregate.inputs[0];
  properties.emplace_back("window", WindowText(aggregate.window));
  if (aggregate.time_column >= 0) {
    properties.emplace_back("time", NameOf(input, aggregate.time_column));
  } else {
    properties.emplace_back("window columns", NamesOf(input, {aggregate.window_start_column,
                                                              aggregate.window_end_column}));
  }
  if (!aggregate.keys.empty()) properties.emplace_back("keys", NamesOf(input, aggregate.keys));
  std::vector<std::string> calls;
  for (const functions::AggregateCall& call : aggregate.aggregates) {
    std::string text;
    if (call.kind == functions::AggregateKind::kCountStar) {
      text = "COUNT(*)";
    } else {
      text = std::string(functions::AggregateName(call.kind)) + "(" +
             (call.distinct ? "DISTINCT " : "") + NameOf(input, call.argument) + ")";
    }
    if (call.filter >= 0) text += " FILTER (WHERE " + NameOf(input, call.filter) + ")";
    calls.push_back(text + " AS " + call.name);
  }
  if (!calls.empty()) properties.emplace_back("aggregates", Join(calls));
  static constexpr const char* kProperties[] = {"window_start", "window_end", "window_time"};
  std::vector<std::string> windows;
  for (WindowProperty property : aggregate.properties) {
    windows.emplace_back(kProperties[static_cast<size_t>(property)]);
  }
  if (!windows.empty()) properties.emplace_back("properties", Join(windows));
}

void AddWindowJoin(const WindowJoinNode& join, Properties& properties) {
  properties.emplace_back("type", JoinTypeName(join.type));
  properties.emplace_back("windows", NameOf(*join.inputs[0], join.left_window_start) + " = " +
                                         NameOf(*join.inputs[1], join.right_window_start) + ", " +
                                         NameOf(*join.inputs[0], join.left_window_end) + " = " +
                                         NameOf(*join.inputs[1], join.right_window_end));
  AddKeys(join, join.left_keys, join.right_keys, properties);
  if (join.condition != nullptr) {
    properties.emplace_back("condition", Text(join.condition, InputNames(join)));
  }
}

void AddIntervalJoin(const IntervalJoinNode& join, Properties& properties) {
  properties.emplace_back("type", JoinTypeName(join.type));
  std::string right = NameOf(*join.inputs[1], join.right_time);
  auto bound = [&](int64_t millis) {
    std::string side = "right." + right;
    if (millis == 0) return side;
    return side + (millis < 0 ? " - " : " + ") + Seconds(millis < 0 ? -millis : millis);
  };
  properties.emplace_back("interval", "left." + NameOf(*join.inputs[0], join.left_time) +
                                          " BETWEEN " + bound(join.lower_bound_ms) + " AND " +
                                          bound(join.upper_bound_ms));
  AddKeys(join, join.left_keys, join.right_keys, properties);
  if (join.condition != nullptr) {
    properties.emplace_back("condition", Text(join.condition, InputNames(join)));
  }
  if (join.matches == MatchSelection::kLastOfLeftRow) {
    properties.emplace_back("matches", "last of each left row");
  }
  if (join.matches == MatchSelection::kLastOfRightRow) {
    properties.emplace_back("matches", "last of each right row");
  }
}

// How the inputs are spread; nothing if they all stay where they are.
void AddDistribution(const PhysicalNode& node, Properties& properties) {
  static constexpr const char* kNames[] = {"forward", "hash", "singleton", "broadcast"};
  std::vector<std::string> texts;
  bool spread = false;
  for (size_t i = 0; i < node.distribution.size(); ++i) {
    const Distribution& distribution = node.distribution[i];
    std::string text = kNames[static_cast<size_t>(distribution.kind)];
    if (distribution.kind == DistributionKind::kHash) {
      text += "(" + NamesOf(*node.inputs[i], distribution.keys) + ")";
    }
    spread = spread || distribution.kind != DistributionKind::kForward;
    texts.push_back(std::move(text));
  }
  if (spread) properties.emplace_back("distribution", Join(texts));
}

Properties PropertiesOf(const PhysicalNode& node) {
  Properties properties;
  switch (node.kind) {
    case PhysicalKind::kScan:
      AddScan(static_cast<const ScanNode&>(node), properties);
      break;
    case PhysicalKind::kValues:
      AddValues(static_cast<const ValuesNode&>(node), properties);
      break;
    case PhysicalKind::kCalc:
      AddCalc(static_cast<const CalcNode&>(node), properties);
      break;
    case PhysicalKind::kUnion:
      break;
    case PhysicalKind::kWindowTableFunction: {
      const auto& window = static_cast<const WindowTableFunctionNode&>(node);
      properties.emplace_back("window", WindowText(window.window));
      properties.emplace_back("time", NameOf(*node.inputs[0], window.time_column));
      break;
    }
    case PhysicalKind::kWindowAggregate:
      AddAggregate(static_cast<const WindowAggregateNode&>(node), properties);
      break;
    case PhysicalKind::kWindowJoin:
      AddWindowJoin(static_cast<const WindowJoinNode&>(node), properties);
      break;
    case PhysicalKind::kIntervalJoin:
      AddIntervalJoin(static_cast<const IntervalJoinNode&>(node), properties);
      break;
    case PhysicalKind::kSink: {
      const auto& sink = static_cast<const SinkNode&>(node);
      properties.emplace_back("table", sink.table.name.ToString());
      properties.emplace_back("mode", sink.upsert_key.empty()
                                          ? "append"
                                          : "upsert by " + NamesOf(sink, sink.upsert_key));
      break;
    }
  }
  AddDistribution(node, properties);
  return properties;
}

ExplainNode ExplainTree(const PhysicalNode& node, std::set<const PhysicalNode*>& seen) {
  ExplainNode out;
  out.name = OperatorName(node.kind);
  out.operator_id = node.operator_id;
  if (!seen.insert(&node).second) {
    out.is_reused = true;
    return out;
  }
  out.properties = PropertiesOf(node);
  for (const PhysicalNodePtr& input : node.inputs) out.inputs.push_back(ExplainTree(*input, seen));
  return out;
}

void AppendText(const ExplainNode& node, size_t depth, std::string& text) {
  std::string indent(2 * depth, ' ');
  text += indent + node.name + " #" + node.operator_id;
  if (node.is_reused) {
    text += " (reused)\n";
    return;
  }
  text += "\n";
  for (const auto& [key, value] : node.properties) {
    text += indent + "    " + key + ": " + value + "\n";
  }
  for (const ExplainNode& input : node.inputs) AppendText(input, depth + 1, text);
}

nlohmann::ordered_json ToJson(const ExplainNode& node) {
  nlohmann::ordered_json json;
  json["name"] = node.name;
  json["operator_id"] = node.operator_id;
  if (node.is_reused) {
    json["reused"] = true;
    return json;
  }
  for (const auto& [key, value] : node.properties) json["properties"][key] = value;
  json["inputs"] = nlohmann::ordered_json::array();
  for (const ExplainNode& input : node.inputs) json["inputs"].push_back(ToJson(input));
  return json;
}

void AppendNames(const ExplainNode& node, std::vector<std::string>& names) {
  if (node.is_reused) return;
  names.push_back(node.name);
  for (const ExplainNode& input : node.inputs) AppendNames(input, names);
}

}  // namespace

std::vector<ExplainNode> Explain(const PhysicalPlan& plan) {
  std::set<const PhysicalNode*> seen;
  std::vector<ExplainNode> roots;
  for (const auto& sink : plan.sinks) roots.push_back(ExplainTree(*sink, seen));
  if (plan.query != nullptr) roots.push_back(ExplainTree(*plan.query, seen));
  return roots;
}

std::string ExplainText(const PhysicalPlan& plan) {
  std::string text;
  for (const ExplainNode& root : Explain(plan)) {
    if (!text.empty()) text += "\n";
    AppendText(root, 0, text);
  }
  return text;
}

std::string ExplainJson(const PhysicalPlan& plan) {
  nlohmann::ordered_json json;
  json["operators"] = nlohmann::ordered_json::array();
  for (const ExplainNode& root : Explain(plan)) json["operators"].push_back(ToJson(root));
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<std::string> OperatorNames(const PhysicalPlan& plan) {
  std::vector<std::string> names;
  for (const ExplainNode& root : Explain(plan)) AppendNames(root, names);
  return names;
}

}  // namespace floe::plan
