#include "plan/prune_columns.h"

#include <algorithm>
#include <map>
#include <set>

#include "plan/optimize_physical.h"
#include "plan/physical_builder.h"

namespace floe::plan {
namespace {

using functions::ExpressionPtr;
using Columns = std::set<int>;

void AddReferenced(const ExpressionPtr& expression, Columns& columns) {
  if (expression == nullptr) return;
  for (int column : functions::ReferencedColumns(*expression)) columns.insert(column);
}

void AddIfSet(int column, Columns& columns) {
  if (column >= 0) columns.insert(column);
}

// Columns of each input that a node reads when its own columns `required` are read.
class RequirementFinder {
 public:
  RequirementFinder(const PhysicalNode& node, const Columns& required)
      : node_(node), required_(required), inputs_(node.inputs.size()) {}

  std::vector<Columns> Find() {
    switch (node_.kind) {
      case PhysicalKind::kScan:
      case PhysicalKind::kValues:
        break;
      case PhysicalKind::kCalc:
        OfCalc(static_cast<const CalcNode&>(node_));
        break;
      case PhysicalKind::kUnion:
        for (Columns& input : inputs_) input = required_;
        break;
      case PhysicalKind::kWindowTableFunction:
        OfWindow(static_cast<const WindowTableFunctionNode&>(node_));
        break;
      case PhysicalKind::kWindowAggregate:
        OfAggregate(static_cast<const WindowAggregateNode&>(node_));
        break;
      case PhysicalKind::kWindowJoin:
        OfWindowJoin(static_cast<const WindowJoinNode&>(node_));
        break;
      case PhysicalKind::kIntervalJoin:
        OfIntervalJoin(static_cast<const IntervalJoinNode&>(node_));
        break;
      case PhysicalKind::kSink:
        for (int i = 0; i < node_.inputs[0]->schema.size(); ++i) inputs_[0].insert(i);
        break;
    }
    return std::move(inputs_);
  }

 private:
  void OfCalc(const CalcNode& calc) {
    for (int column : required_) {
      AddReferenced(calc.projections[static_cast<size_t>(column)], inputs_[0]);
    }
    AddReferenced(calc.condition, inputs_[0]);
  }

  void OfWindow(const WindowTableFunctionNode& window) {
    int count = window.inputs[0]->schema.size();
    for (int column : required_) {
      if (column < count) inputs_[0].insert(column);
    }
    inputs_[0].insert(window.time_column);
  }

  void OfAggregate(const WindowAggregateNode& aggregate) {
    inputs_[0].insert(aggregate.keys.begin(), aggregate.keys.end());
    AddIfSet(aggregate.time_column, inputs_[0]);
    AddIfSet(aggregate.window_start_column, inputs_[0]);
    AddIfSet(aggregate.window_end_column, inputs_[0]);
    int first = static_cast<int>(aggregate.keys.size());
    for (size_t i = 0; i < aggregate.aggregates.size(); ++i) {
      if (!required_.contains(first + static_cast<int>(i))) continue;
      AddIfSet(aggregate.aggregates[i].argument, inputs_[0]);
      AddIfSet(aggregate.aggregates[i].filter, inputs_[0]);
    }
  }

  void SplitJoin(const ExpressionPtr& condition) {
    Columns all = required_;
    AddReferenced(condition, all);
    int left_count = node_.inputs[0]->schema.size();
    for (int column : all) {
      if (column < left_count) {
        inputs_[0].insert(column);
      } else {
        inputs_[1].insert(column - left_count);
      }
    }
  }

  void OfWindowJoin(const WindowJoinNode& join) {
    SplitJoin(join.condition);
    inputs_[0].insert({join.left_window_start, join.left_window_end});
    inputs_[1].insert({join.right_window_start, join.right_window_end});
    inputs_[0].insert(join.left_keys.begin(), join.left_keys.end());
    inputs_[1].insert(join.right_keys.begin(), join.right_keys.end());
  }

  void OfIntervalJoin(const IntervalJoinNode& join) {
    SplitJoin(join.condition);
    inputs_[0].insert(join.left_time);
    inputs_[1].insert(join.right_time);
    inputs_[0].insert(join.left_keys.begin(), join.left_keys.end());
    inputs_[1].insert(join.right_keys.begin(), join.right_keys.end());
  }

  const PhysicalNode& node_;
  const Columns& required_;
  std::vector<Columns> inputs_;
};

// A rebuilt node, and where its old columns are (-1: gone).
struct Pruned {
  PhysicalNodePtr node;
  std::vector<int> mapping;
};

class ColumnPruner {
 public:
  explicit ColumnPruner(const std::vector<PhysicalNodePtr>& roots) : roots_(roots) {}

  std::vector<PhysicalNodePtr> Run() {
    std::vector<PhysicalNodePtr> order = InputsFirst(roots_);
    for (const PhysicalNodePtr& root : roots_) {
      for (int i = 0; i < root->schema.size(); ++i) required_[root.get()].insert(i);
    }
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
      std::vector<Columns> inputs = RequirementFinder(**node, required_[node->get()]).Find();
      for (size_t i = 0; i < inputs.size(); ++i) {
        required_[(*node)->inputs[i].get()].insert(inputs[i].begin(), inputs[i].end());
      }
    }
    for (const PhysicalNodePtr& node : order) pruned_[node.get()] = Rebuild(*node);
    std::vector<PhysicalNodePtr> out;
    for (const PhysicalNodePtr& root : roots_) out.push_back(pruned_.at(root.get()).node);
    return out;
  }

 private:
  Pruned Rebuild(const PhysicalNode& node) {
    const Columns& required = required_[&node];
    switch (node.kind) {
      case PhysicalKind::kScan:
        return RebuildScan(static_cast<const ScanNode&>(node), required);
      case PhysicalKind::kValues:
        return RebuildValues(static_cast<const ValuesNode&>(node), required);
      case PhysicalKind::kCalc:
        return RebuildCalc(static_cast<const CalcNode&>(node), required);
      case PhysicalKind::kUnion:
        return RebuildUnion(static_cast<const UnionNode&>(node), required);
      case PhysicalKind::kWindowTableFunction:
        return RebuildWindow(static_cast<const WindowTableFunctionNode&>(node));
      case PhysicalKind::kWindowAggregate:
        return RebuildAggregate(static_cast<const WindowAggregateNode&>(node), required);
      case PhysicalKind::kWindowJoin:
        return RebuildWindowJoin(static_cast<const WindowJoinNode&>(node));
      case PhysicalKind::kIntervalJoin:
        return RebuildIntervalJoin(static_cast<const IntervalJoinNode&>(node));
      case PhysicalKind::kSink:
        return RebuildSink(static_cast<const SinkNode&>(node));
    }
    return {};
  }

  static int At(const std::vector<int>& mapping, int column) {
    return column < 0 ? -1 : mapping[static_cast<size_t>(column)];
  }

  static std::vector<int> At(const std::vector<int>& mapping, const std::vector<int>& columns) {
    std::vector<int> out;
    for (int column : columns) out.push_back(At(mapping, column));
    return out;
  }

  // The columns of `schema` that are kept, and the mapping to them.
  static std::vector<int> Keep(const types::Schema& schema, const Columns& kept,
                               types::Schema& out) {
    std::vector<int> mapping(static_cast<size_t>(schema.size()), -1);
    std::vector<types::Field> fields;
    for (int column : kept) {
      mapping[static_cast<size_t>(column)] = static_cast<int>(fields.size());
      fields.push_back(schema.field(column));
    }
    out = types::Schema(std::move(fields));
    return mapping;
  }

  Pruned RebuildScan(const ScanNode& scan, const Columns& required) {
    Columns kept = required;
    AddIfSet(scan.rowtime_column, kept);
    AddReferenced(scan.watermark, kept);
    auto copy = std::make_shared<ScanNode>(scan);
    Pruned pruned;
    pruned.mapping = Keep(scan.schema, kept, copy->schema);
    Columns source;
    for (int column : kept) AddReferenced(scan.expressions[static_cast<size_t>(column)], source);
    int physical_count = static_cast<int>(scan.decoded_columns.size());
    copy->decoded_columns.clear();
    copy->metadata_columns.clear();
    std::vector<int> source_mapping(
        static_cast<size_t>(physical_count) + scan.metadata_columns.size(), -1);
    bool reads_fields = !source.empty() && *source.begin() < physical_count;
    for (int i = 0; i < physical_count; ++i) {
      if (reads_fields && !source.contains(i)) continue;
      source_mapping[static_cast<size_t>(i)] = static_cast<int>(copy->decoded_columns.size());
      copy->decoded_columns.push_back(scan.decoded_columns[static_cast<size_t>(i)]);
    }
    for (size_t i = 0; i < scan.metadata_columns.size(); ++i) {
      int column = physical_count + static_cast<int>(i);
      if (!source.contains(column)) continue;
      source_mapping[static_cast<size_t>(column)] =
          static_cast<int>(copy->decoded_columns.size() + copy->metadata_columns.size());
      copy->metadata_columns.push_back(scan.metadata_columns[i]);
    }
    copy->expressions.clear();
    for (int column : kept) {
      copy->expressions.push_back(
          functions::RemapColumns(scan.expressions[static_cast<size_t>(column)], source_mapping));
    }
    copy->rowtime_column = At(pruned.mapping, scan.rowtime_column);
    if (scan.watermark != nullptr) {
      copy->watermark = functions::RemapColumns(scan.watermark, pruned.mapping);
    }
    pruned.node = copy;
    return pruned;
  }

  Pruned RebuildValues(const ValuesNode& values, const Columns& required) {
    auto copy = std::make_shared<ValuesNode>();
    Pruned pruned;
    pruned.mapping = Keep(values.schema, required, copy->schema);
    for (const auto& row : values.rows) {
      std::vector<ExpressionPtr>& out = copy->rows.emplace_back();
      for (int column : required) out.push_back(row[static_cast<size_t>(column)]);
    }
    pruned.node = copy;
    return pruned;
  }

  Pruned RebuildCalc(const CalcNode& calc, const Columns& required) {
    const Pruned& input = pruned_.at(calc.inputs[0].get());
    auto copy = std::make_shared<CalcNode>();
    Pruned pruned;
    pruned.mapping = Keep(calc.schema, required, copy->schema);
    for (int column : required) {
      copy->projections.push_back(
          functions::RemapColumns(calc.projections[static_cast<size_t>(column)], input.mapping));
    }
    if (calc.condition != nullptr) {
      copy->condition = functions::RemapColumns(calc.condition, input.mapping);
    }
    copy->inputs = {input.node};
    copy->distribution = calc.distribution;
    pruned.node = copy;
    return pruned;
  }

  // All inputs of UNION ALL have the same columns in the same places.
  Pruned RebuildUnion(const UnionNode& node, const Columns& required) {
    auto copy = std::make_shared<UnionNode>();
    Pruned pruned;
    pruned.mapping = Keep(node.schema, required, copy->schema);
    for (const PhysicalNodePtr& input : node.inputs) {
      copy->inputs.push_back(Narrow(*input, required).node);
    }
    copy->distribution = node.distribution;
    pruned.node = copy;
    return pruned;
  }

  Pruned RebuildWindow(const WindowTableFunctionNode& window) {
    const Pruned& input = pruned_.at(window.inputs[0].get());
    auto copy = std::make_shared<WindowTableFunctionNode>(window);
    copy->inputs = {input.node};
    copy->time_column = At(input.mapping, window.time_column);
    std::vector<types::Field> fields = input.node->schema.fields();
    Pruned pruned;
    pruned.mapping = input.mapping;
    int old_count = window.inputs[0]->schema.size();
    for (int i = 0; i < 3; ++i) {
      pruned.mapping.push_back(static_cast<int>(fields.size()));
      fields.push_back(window.schema.field(old_count + i));
    }
    copy->schema = types::Schema(std::move(fields));
    pruned.node = copy;
    return pruned;
  }

  // Keys stay; aggregates and window properties that nobody reads go.
  Pruned RebuildAggregate(const WindowAggregateNode& aggregate, const Columns& required) {
    Columns read;
    for (const Columns& columns : RequirementFinder(aggregate, required).Find()) read = columns;
    Pruned input = Narrow(*aggregate.inputs[0], read);
    auto copy = std::make_shared<WindowAggregateNode>(aggregate);
    copy->inputs = {input.node};
    copy->time_column = At(input.mapping, aggregate.time_column);
    copy->window_start_column = At(input.mapping, aggregate.window_start_column);
    copy->window_end_column = At(input.mapping, aggregate.window_end_column);
    copy->keys = At(input.mapping, aggregate.keys);
    copy->distribution[0].keys = copy->keys;
    copy->aggregates.clear();
    copy->properties.clear();
    Columns kept;
    int column = 0;
    for (; column < static_cast<int>(aggregate.keys.size()); ++column) kept.insert(column);
    for (functions::AggregateCall call : aggregate.aggregates) {
      if (int at = column++; !required.contains(at)) continue;
      kept.insert(column - 1);
      call.argument = At(input.mapping, call.argument);
      call.filter = At(input.mapping, call.filter);
      copy->aggregates.push_back(std::move(call));
    }
    for (WindowProperty property : aggregate.properties) {
      if (int at = column++; !required.contains(at)) continue;
      kept.insert(column - 1);
      copy->properties.push_back(property);
    }
    Pruned pruned;
    pruned.mapping = Keep(aggregate.schema, kept, copy->schema);
    pruned.node = copy;
    return pruned;
  }

  // The rebuilt inputs of a join, each with the columns that it reads only, and the mapping of the
  // join's output.
  struct JoinSides {
    Pruned left;
    Pruned right;
    std::vector<int> mapping;
    types::Schema schema;
  };

  JoinSides RebuildSides(const PhysicalNode& join) {
    std::vector<Columns> read = RequirementFinder(join, required_[&join]).Find();
    JoinSides sides;
    sides.left = Narrow(*join.inputs[0], read[0]);
    sides.right = Narrow(*join.inputs[1], read[1]);
    int left_count = join.inputs[0]->schema.size();
    int new_left_count = sides.left.node->schema.size();
    std::vector<types::Field> fields(
        static_cast<size_t>(new_left_count + sides.right.node->schema.size()));
    for (int i = 0; i < join.schema.size(); ++i) {
      int column =
          i < left_count ? At(sides.left.mapping, i) : At(sides.right.mapping, i - left_count);
      if (column >= 0 && i >= left_count) column += new_left_count;
      sides.mapping.push_back(column);
      if (column >= 0) fields[static_cast<size_t>(column)] = join.schema.field(i);
    }
    sides.schema = types::Schema(std::move(fields));
    return sides;
  }

  template <typename Join>
  static void PutSides(const JoinSides& sides, Join& join) {
    join.inputs = {sides.left.node, sides.right.node};
    join.schema = sides.schema;
    join.left_keys = At(sides.left.mapping, join.left_keys);
    join.right_keys = At(sides.right.mapping, join.right_keys);
    if (join.distribution[0].kind == DistributionKind::kHash) {
      join.distribution[0].keys = join.left_keys;
      join.distribution[1].keys = join.right_keys;
    }
    if (join.condition != nullptr) {
      join.condition = functions::RemapColumns(join.condition, sides.mapping);
    }
  }

  Pruned RebuildWindowJoin(const WindowJoinNode& join) {
    JoinSides sides = RebuildSides(join);
    auto copy = std::make_shared<WindowJoinNode>(join);
    PutSides(sides, *copy);
    copy->left_window_start = At(sides.left.mapping, join.left_window_start);
    copy->left_window_end = At(sides.left.mapping, join.left_window_end);
    copy->right_window_start = At(sides.right.mapping, join.right_window_start);
    copy->right_window_end = At(sides.right.mapping, join.right_window_end);
    return {copy, sides.mapping};
  }

  Pruned RebuildIntervalJoin(const IntervalJoinNode& join) {
    JoinSides sides = RebuildSides(join);
    auto copy = std::make_shared<IntervalJoinNode>(join);
    PutSides(sides, *copy);
    copy->left_time = At(sides.left.mapping, join.left_time);
    copy->right_time = At(sides.right.mapping, join.right_time);
    return {copy, sides.mapping};
  }

  Pruned RebuildSink(const SinkNode& sink) {
    Columns all;
    for (int i = 0; i < sink.inputs[0]->schema.size(); ++i) all.insert(i);
    auto copy = std::make_shared<SinkNode>(sink);
    copy->inputs = {Narrow(*sink.inputs[0], all).node};
    Pruned pruned;
    for (int i = 0; i < sink.schema.size(); ++i) pruned.mapping.push_back(i);
    pruned.node = copy;
    return pruned;
  }

  // The rebuilt node with exactly the old columns `columns`, in their order.
  Pruned Narrow(const PhysicalNode& old, const Columns& columns) {
    const Pruned& input = pruned_.at(&old);
    Pruned narrow;
    narrow.mapping.assign(static_cast<size_t>(old.schema.size()), -1);
    std::vector<ExpressionPtr> projections;
    std::vector<std::string> names;
    bool same = static_cast<int>(columns.size()) == input.node->schema.size();
    for (int column : columns) {
      int place = static_cast<int>(projections.size());
      int at = At(input.mapping, column);
      narrow.mapping[static_cast<size_t>(column)] = place;
      same = same && at == place;
      projections.push_back(ColumnOf(*input.node, at));
      names.push_back(input.node->schema.field(at).name);
    }
    narrow.node = input.node;
    if (!same) narrow.node = MakeCalc(input.node, std::move(projections), std::move(names));
    return narrow;
  }

  const std::vector<PhysicalNodePtr>& roots_;
  std::map<const PhysicalNode*, Columns> required_;
  std::map<const PhysicalNode*, Pruned> pruned_;
};

}  // namespace

std::vector<PhysicalNodePtr> PruneColumns(const std::vector<PhysicalNodePtr>& roots) {
  return ColumnPruner(roots).Run();
}

}  // namespace floe::plan
