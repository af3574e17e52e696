// Window joins and interval joins.
#include <algorithm>

#include "plan/expression_binder.h"
#include "plan/physical_builder.h"
#include "plan/window_properties.h"

namespace floe::plan {

using functions::Expression;
using functions::ExpressionKind;
using functions::ExpressionPtr;

// Both inputs with computed keys as columns behind their own.
struct PhysicalBuilder::JoinInputs {
  PhysicalNodePtr left;
  PhysicalNodePtr right;
  std::vector<int> left_keys;
  std::vector<int> right_keys;
  ExpressionPtr condition;  // over the columns of left, then right
};

namespace {

// Appends key expressions that are not plain columns as columns of a projection.
class KeyAppender {
 public:
  explicit KeyAppender(PhysicalNodePtr input) : input_(std::move(input)) {
    for (int i = 0; i < input_->schema.size(); ++i) {
      projections_.push_back(ColumnOf(*input_, i));
      names_.push_back(input_->schema.field(i).name);
    }
  }

  int Add(const ExpressionPtr& key) {
    if (key->kind() == ExpressionKind::kColumn) return key->column();
    names_.push_back("key$" + std::to_string(projections_.size()));
    projections_.push_back(key);
    return static_cast<int>(projections_.size()) - 1;
  }

  PhysicalNodePtr Finish() {
    if (static_cast<int>(projections_.size()) == input_->schema.size()) return input_;
    return MakeCalc(input_, std::move(projections_), std::move(names_));
  }

 private:
  PhysicalNodePtr input_;
  std::vector<ExpressionPtr> projections_;
  std::vector<std::string> names_;
};

bool SameKeyKind(const types::DataType& a, const types::DataType& b) {
  return (a.is_character() && b.is_character()) || a.SameKindAs(b);
}

// Brings both sides of an equality to one type.
Result<EquiKey> WithCommonType(EquiKey key, const functions::SessionOptions& options) {
  if (SameKeyKind(key.left->type(), key.right->type())) return key;
  types::DataType both[] = {key.left->type(), key.right->type()};
  FLOE_ASSIGN(types::DataType common, functions::CommonType(both));
  FLOE_ASSIGN(key.left, functions::ResolveCast(key.left, common, functions::CastMode::kExplicit,
                                               options, key.span));
  FLOE_ASSIGN(key.right, functions::ResolveCast(key.right, common, functions::CastMode::kExplicit,
                                                options, key.span));
  return key;
}

types::Schema JoinedSchema(JoinType type, const types::Schema& left, const types::Schema& right) {
  bool pads_left = type == JoinType::kRight || type == JoinType::kFull;
  bool pads_right = type == JoinType::kLeft || type == JoinType::kFull;
  std::vector<types::Field> fields;
  std::vector<std::string> names;
  auto add = [&](const types::Schema& side, bool is_padded) {
    for (const types::Field& field : side.fields()) {
      names.push_back(field.name);
      fields.push_back(field);
      if (is_padded) fields.back().type = field.type.WithNullable(true);
    }
  };
  add(left, pads_left);
  add(right, pads_right);
  // Told apart in EXPLAIN.
  names = UniqueNames(names);
  for (size_t i = 0; i < fields.size(); ++i) fields[i].name = std::move(names[i]);
  return types::Schema(std::move(fields));
}

std::vector<Distribution> ByKeys(const std::vector<int>& left, const std::vector<int>& right,
                                 DistributionKind without_keys) {
  DistributionKind kind = left.empty() ? without_keys : DistributionKind::kHash;
  return {{kind, left}, {kind, right}};
}

const char* WhyRegular(const LogicalJoin& join) {
  if (join.condition == nullptr) return "a join without a condition";
  std::optional<WindowProperties> left = WindowPropertiesOf(*join.inputs[0]);
  std::optional<WindowProperties> right = WindowPropertiesOf(*join.inputs[1]);
  if (left.has_value() && right.has_value()) {
    if (!(left->window == right->window)) {
      return "a regular join of different windows (a window join needs the same windows on both "
             "sides)";
    }
    return "a regular join of windows (a window join needs equality of both window_start and "
           "window_end)";
  }
  return "a regular join (one that is neither an interval join nor a window join)";
}

}  // namespace

Result<PhysicalNodePtr> PhysicalBuilder::BuildJoin(const LogicalJoin& join) {
  if (FindWindowJoinKeys(join).has_value()) return BuildWindowJoin(join);
  FLOE_ASSIGN(std::optional<IntervalBounds> bounds, FindIntervalBounds(join));
  if (bounds.has_value()) return BuildIntervalJoin(join, *bounds);
  return Unsupported(WhyRegular(join), join.span)
      .WithHint(
          "bound the time of both sides: ON … AND b.ts BETWEEN a.ts - INTERVAL '5' MINUTE AND "
          "a.ts + INTERVAL '5' MINUTE; or join windows on window_start and window_end");
}

Result<PhysicalBuilder::JoinInputs> PhysicalBuilder::BuildJoinInputs(
    const LogicalJoin& join, const std::vector<ExpressionPtr>& conditions) {
  FLOE_ASSIGN(PhysicalNodePtr left, Build(join.inputs[0]));
  FLOE_ASSIGN(PhysicalNodePtr right, Build(join.inputs[1]));
  int left_count = left->schema.size();
  int right_count = right->schema.size();
  JoinConditionParts parts = SplitJoinCondition(conditions, left_count);
  KeyAppender left_keys(left);
  KeyAppender right_keys(right);
  JoinInputs inputs;
  for (const EquiKey& written : parts.keys) {
    FLOE_ASSIGN(EquiKey key, WithCommonType(written, options_));
    inputs.left_keys.push_back(left_keys.Add(key.left));
    inputs.right_keys.push_back(right_keys.Add(key.right));
  }
  inputs.left = Intern(left_keys.Finish());
  inputs.right = Intern(right_keys.Finish());
  if (!parts.rest.empty()) {
    std::vector<int> mapping;
    for (int i = 0; i < left_count; ++i) mapping.push_back(i);
    for (int i = 0; i < right_count; ++i) mapping.push_back(inputs.left->schema.size() + i);
    inputs.condition = functions::RemapColumns(And(parts.rest), mapping);
  }
  return inputs;
}

// Drops the key columns that were appended.
PhysicalNodePtr PhysicalBuilder::FinishJoin(const LogicalJoin& join, const JoinInputs& inputs,
                                            PhysicalNodePtr node) {
  node = Intern(std::move(node));
  int left_count = join.inputs[0]->schema.size();
  if (node->schema.size() == join.schema.size()) return node;
  std::vector<ExpressionPtr> projections;
  std::vector<std::string> names;
  for (int i = 0; i < join.schema.size(); ++i) {
    int column = i < left_count ? i : i - left_count + inputs.left->schema.size();
    projections.push_back(ColumnOf(*node, column));
    names.push_back(join.schema.field(i).name);
  }
  return MakeCalc(std::move(node), std::move(projections), std::move(names));
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildWindowJoin(const LogicalJoin& join) {
  WindowJoinKeys windows = *FindWindowJoinKeys(join);
  int left_count = join.inputs[0]->schema.size();
  // The window's equality is not a key, and one of each kind is enough.
  std::vector<ExpressionPtr> conditions;
  for (const ExpressionPtr& condition : Conjuncts(join.condition)) {
    JoinConditionParts parts = SplitJoinCondition({condition}, left_count);
    if (!parts.keys.empty() && parts.keys[0].left->kind() == ExpressionKind::kColumn &&
        parts.keys[0].right->kind() == ExpressionKind::kColumn) {
      int left = parts.keys[0].left->column();
      int right = parts.keys[0].right->column();
      if (left == windows.left_start && right == windows.right_start) continue;
      if (left == windows.left_end && right == windows.right_end) continue;
    }
    conditions.push_back(condition);
  }
  FLOE_ASSIGN(JoinInputs inputs, BuildJoinInputs(join, conditions));
  auto node = std::make_shared<WindowJoinNode>();
  node->type = join.type;
  node->left_window_start = windows.left_start;
  node->left_window_end = windows.left_end;
  node->right_window_start = windows.right_start;
  node->right_window_end = windows.right_end;
  node->left_keys = inputs.left_keys;
  node->right_keys = inputs.right_keys;
  node->time_zone = WindowPropertiesOf(*join.inputs[0])->window.time_zone;
  node->condition = inputs.condition;
  node->inputs = {inputs.left, inputs.right};
  node->distribution = ByKeys(node->left_keys, node->right_keys, DistributionKind::kSingleton);
  node->schema = JoinedSchema(join.type, inputs.left->schema, inputs.right->schema);
  return FinishJoin(join, inputs, node);
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildIntervalJoin(const LogicalJoin& join,
                                                           const IntervalBounds& bounds) {
  FLOE_ASSIGN(JoinInputs inputs, BuildJoinInputs(join, bounds.rest));
  auto node = std::make_shared<IntervalJoinNode>();
  node->type = join.type;
  node->left_time = bounds.left_time;
  node->right_time = bounds.right_time;
  node->lower_bound_ms = bounds.lower_ms;
  node->upper_bound_ms = bounds.upper_ms;
  node->min_cleanup_interval_ms =
      configuration_.GetDurationMs("table.exec.interval-join.min-cleanup-interval");
  node->left_keys = inputs.left_keys;
  node->right_keys = inputs.right_keys;
  node->condition = inputs.condition;
  node->inputs = {inputs.left, inputs.right};
  // Without a key each instance sees both inputs and takes its share of the left (or, for RIGHT,
  // the right) rows; the padding of FULL needs one that sees all.
  DistributionKind keyless =
      join.type == JoinType::kFull ? DistributionKind::kSingleton : DistributionKind::kBroadcast;
  node->distribution = ByKeys(node->left_keys, node->right_keys, keyless);
  node->schema = JoinedSchema(join.type, inputs.left->schema, inputs.right->schema);
  return FinishJoin(join, inputs, node);
}

}  // namespace floe::plan
