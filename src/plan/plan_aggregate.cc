// Window aggregates: GROUP BY over the window's columns.
#include <algorithm>

#include "plan/expression_binder.h"
#include "plan/physical_builder.h"
#include "plan/window_properties.h"

namespace floe::plan {

using functions::ExpressionKind;
using functions::ExpressionPtr;

namespace {

bool Contains(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

Error UpdatingAggregate(const LogicalAggregate& aggregate) {
  if (aggregate.is_distinct) return Unsupported("SELECT DISTINCT without windows", aggregate.span);
  return Unsupported(
             "an updating aggregate (GROUP BY that does not hold both window_start and "
             "window_end of a window)",
             aggregate.span)
      .WithHint(
          "group the rows of TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) by "
          "window_start, window_end and further keys");
}

// What of the window a grouping column is. A column that an outer join pads is a plain key.
std::optional<WindowProperty> PropertyOf(const WindowProperties& properties, int column,
                                         const types::DataType& type) {
  if (type.nullable()) return std::nullopt;
  if (Contains(properties.starts, column)) return WindowProperty::kStart;
  if (Contains(properties.ends, column)) return WindowProperty::kEnd;
  if (Contains(properties.times, column)) return WindowProperty::kTime;
  return std::nullopt;
}

types::DataType PropertyType(WindowProperty property, const WindowProperties& properties) {
  return property == WindowProperty::kTime ? properties.time_type.NotNull()
                                           : types::DataType::Timestamp(3).NotNull();
}

const char* PropertyName(WindowProperty property) {
  static constexpr const char* kNames[] = {"window_start", "window_end", "window_time"};
  return kNames[static_cast<size_t>(property)];
}

bool ReadsWindow(const ExpressionPtr& expression,
                 const std::vector<std::optional<WindowProperty>>& properties) {
  if (expression == nullptr) return false;
  for (int column : functions::ReferencedColumns(*expression)) {
    if (properties[static_cast<size_t>(column)].has_value()) return true;
  }
  return false;
}

}  // namespace

std::optional<PhysicalBuilder::PulledWindow> PhysicalBuilder::PullWindow(
    const PhysicalNodePtr& node) {
  if (node->kind == PhysicalKind::kCalc) {
    return PullThroughCalc(static_cast<const CalcNode&>(*node));
  }
  if (node->kind != PhysicalKind::kWindowTableFunction) return std::nullopt;
  const auto& window = static_cast<const WindowTableFunctionNode&>(*node);
  PulledWindow pulled;
  pulled.input = node->inputs[0];
  pulled.window = window.window;
  pulled.time_column = window.time_column;
  int count = pulled.input->schema.size();
  for (int i = 0; i < count; ++i) pulled.columns.push_back(i);
  pulled.columns.insert(pulled.columns.end(), 3, -1);
  pulled.properties.resize(static_cast<size_t>(count));
  for (WindowProperty property :
       {WindowProperty::kStart, WindowProperty::kEnd, WindowProperty::kTime}) {
    pulled.properties.emplace_back(property);
  }
  return pulled;
}

// A projection or filter between window and aggregate, if it only passes the window's columns on.
std::optional<PhysicalBuilder::PulledWindow> PhysicalBuilder::PullThroughCalc(
    const CalcNode& calc) {
  std::optional<PulledWindow> inner = PullWindow(calc.inputs[0]);
  if (!inner.has_value() || ReadsWindow(calc.condition, inner->properties)) return std::nullopt;
  PulledWindow pulled;
  pulled.window = inner->window;
  std::vector<ExpressionPtr> projections;
  std::vector<std::string> names;
  for (size_t i = 0; i < calc.projections.size(); ++i) {
    const ExpressionPtr& projection = calc.projections[i];
    std::optional<WindowProperty> property;
    if (projection->kind() == ExpressionKind::kColumn) {
      property = inner->properties[static_cast<size_t>(projection->column())];
    } else if (ReadsWindow(projection, inner->properties)) {
      return std::nullopt;
    }
    pulled.properties.push_back(property);
    pulled.columns.push_back(property.has_value() ? -1 : static_cast<int>(projections.size()));
    if (property.has_value()) continue;
    projections.push_back(functions::RemapColumns(projection, inner->columns));
    names.push_back(calc.schema.field(static_cast<int>(i)).name);
  }
  pulled.time_column = static_cast<int>(projections.size());
  projections.push_back(ColumnOf(*inner->input, inner->time_column));
  names.push_back(inner->input->schema.field(inner->time_column).name);
  std::shared_ptr<CalcNode> below =
      MakeCalc(inner->input, std::move(projections), std::move(names));
  if (calc.condition != nullptr) {
    below->condition = functions::RemapColumns(calc.condition, inner->columns);
  }
  pulled.input = Intern(below);
  return pulled;
}

namespace {

// Makes the aggregate's node: its output is keys, aggregates, window properties, and the logical
// columns are found in it.
class WindowAggregateMaker {
 public:
  WindowAggregateMaker(const LogicalAggregate& aggregate, WindowProperties windows)
      : aggregate_(aggregate), windows_(std::move(windows)) {
    node_ = std::make_shared<WindowAggregateNode>();
    node_->window = windows_.window;
  }

  // `columns`: of the logical input → of the node's input.
  Result<std::shared_ptr<WindowAggregateNode>> Make(const std::vector<int>& columns,
                                                    int time_column) {
    AddKeys(columns);
    if (start_key_ < 0 || end_key_ < 0) {
      return Unsupported("grouping by the window columns of a side that an outer join pads",
                         aggregate_.span);
    }
    node_->time_column = time_column;
    if (time_column < 0) {
      node_->window_start_column = columns[static_cast<size_t>(start_key_)];
      node_->window_end_column = columns[static_cast<size_t>(end_key_)];
    }
    AddAggregates(columns);
    AddProperties();
    node_->schema = types::Schema(std::move(fields_));
    Distribution distribution;
    distribution.kind =
        node_->keys.empty() ? DistributionKind::kSingleton : DistributionKind::kHash;
    distribution.keys = node_->keys;
    node_->distribution = {std::move(distribution)};
    return node_;
  }

  // Where the logical columns are in the node's output.
  const std::vector<int>& output() const { return output_; }

 private:
  void AddKeys(const std::vector<int>& columns) {
    for (int key : aggregate_.keys) {
      const types::Field& field = aggregate_.inputs[0]->schema.field(key);
      std::optional<WindowProperty> property = PropertyOf(windows_, key, field.type);
      if (property == WindowProperty::kStart) start_key_ = key;
      if (property == WindowProperty::kEnd) end_key_ = key;
      key_properties_.push_back(property);
      output_.push_back(property.has_value() ? -1 : static_cast<int>(fields_.size()));
      if (property.has_value()) continue;
      node_->keys.push_back(columns[static_cast<size_t>(key)]);
      fields_.push_back(field);
    }
  }

  void AddAggregates(const std::vector<int>& columns) {
    for (functions::AggregateCall call : aggregate_.aggregates) {
      output_.push_back(static_cast<int>(fields_.size()));
      fields_.push_back({call.name, call.type});
      if (call.argument >= 0) call.argument = columns[static_cast<size_t>(call.argument)];
      if (call.filter >= 0) call.filter = columns[static_cast<size_t>(call.filter)];
      node_->aggregates.push_back(std::move(call));
    }
  }

  void AddProperties() {
    size_t first = fields_.size();
    for (size_t i = 0; i < key_properties_.size(); ++i) {
      if (!key_properties_[i].has_value()) continue;
      WindowProperty property = *key_properties_[i];
      auto it = std::find(node_->properties.begin(), node_->properties.end(), property);
      output_[i] = static_cast<int>(first) + static_cast<int>(it - node_->properties.begin());
      if (it != node_->properties.end()) continue;
      node_->properties.push_back(property);
      fields_.push_back({PropertyName(property), PropertyType(property, windows_)});
    }
  }

  const LogicalAggregate& aggregate_;
  WindowProperties windows_;
  std::shared_ptr<WindowAggregateNode> node_;
  std::vector<std::optional<WindowProperty>> key_properties_;  // of the logical keys
  int start_key_ = -1;                                         // columns of the logical input
  int end_key_ = -1;
  std::vector<types::Field> fields_;
  std::vector<int> output_;
};

}  // namespace

Result<PhysicalNodePtr> PhysicalBuilder::BuildAggregate(const LogicalAggregate& aggregate) {
  const LogicalNode& input = *aggregate.inputs[0];
  std::optional<WindowProperties> windows = WindowPropertiesOf(input);
  if (!windows.has_value() || !WindowPropertiesOf(aggregate).has_value()) {
    return UpdatingAggregate(aggregate);
  }
  FLOE_ASSIGN(PhysicalNodePtr child, Build(aggregate.inputs[0]));
  std::optional<PulledWindow> pulled = PullWindow(child);
  std::vector<int> columns;
  for (int i = 0; i < input.schema.size(); ++i) columns.push_back(i);
  if (pulled.has_value()) columns = pulled->columns;
  WindowAggregateMaker maker(aggregate, *windows);
  FLOE_ASSIGN(std::shared_ptr<WindowAggregateNode> node,
              maker.Make(columns, pulled.has_value() ? pulled->time_column : -1));
  node->inputs = {pulled.has_value() ? pulled->input : child};
  PhysicalNodePtr result = Intern(node);
  std::vector<ExpressionPtr> projections;
  std::vector<std::string> names;
  for (size_t i = 0; i < maker.output().size(); ++i) {
    projections.push_back(ColumnOf(*result, maker.output()[i]));
    names.push_back(aggregate.schema.field(static_cast<int>(i)).name);
  }
  return PhysicalNodePtr(MakeCalc(result, std::move(projections), std::move(names)));
}

}  // namespace floe::plan
