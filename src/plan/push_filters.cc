#include "plan/push_filters.h"

#include <algorithm>
#include <map>

#include "functions/resolve.h"
#include "plan/expression_binder.h"

namespace floe::plan {
namespace {

using functions::ExpressionPtr;
using Conditions = std::vector<ExpressionPtr>;

// Columns [first, last) only.
bool ReadsOnly(const ExpressionPtr& condition, int first, int last) {
  for (int column : functions::ReferencedColumns(*condition)) {
    if (column < first || column >= last) return false;
  }
  return true;
}

ExpressionPtr Shift(const ExpressionPtr& condition, int by) {
  std::vector<int> columns = functions::ReferencedColumns(*condition);
  std::vector<int> mapping(columns.empty() ? 0 : static_cast<size_t>(columns.back()) + 1, -1);
  for (int column : columns) mapping[static_cast<size_t>(column)] = column + by;
  return functions::RemapColumns(condition, mapping);
}

class FilterPusher {
 public:
  explicit FilterPusher(const std::vector<LogicalNodePtr>& roots) {
    for (const LogicalNodePtr& root : roots) CountParents(*root);
  }

  // `node` with `conditions` over its output applied.
  LogicalNodePtr Push(const LogicalNodePtr& node, Conditions conditions) {
    if (parents_[node.get()] > 1) {
      auto it = shared_.find(node.get());
      LogicalNodePtr rewritten = it == shared_.end() ? Rewrite(node, {}) : it->second;
      shared_[node.get()] = rewritten;
      return Filter(rewritten, std::move(conditions));
    }
    return Rewrite(node, std::move(conditions));
  }

 private:
  void CountParents(const LogicalNode& node) {
    if (++parents_[&node] > 1) return;
    for (const LogicalNodePtr& input : node.inputs) CountParents(*input);
  }

  static LogicalNodePtr Filter(LogicalNodePtr input, Conditions conditions) {
    if (conditions.empty()) return input;
    auto filter = std::make_shared<LogicalFilter>();
    filter->schema = input->schema;
    filter->span = input->span;
    filter->condition = And(conditions);
    filter->inputs = {std::move(input)};
    return filter;
  }

  template <typename Node>
  LogicalNodePtr WithInput(const Node& node, LogicalNodePtr input) {
    auto copy = std::make_shared<Node>(node);
    copy->inputs = {std::move(input)};
    return copy;
  }

  LogicalNodePtr Rewrite(const LogicalNodePtr& node, Conditions conditions) {
    switch (node->kind) {
      case LogicalKind::kScan:
      case LogicalKind::kValues:
        return Filter(node, std::move(conditions));
      case LogicalKind::kFilter: {
        const auto& filter = static_cast<const LogicalFilter&>(*node);
        // Its own conditions come first: they may guard the others.
        Conditions all = Conjuncts(filter.condition);
        all.insert(all.end(), conditions.begin(), conditions.end());
        return Push(node->inputs[0], std::move(all));
      }
      case LogicalKind::kProject:
        return RewriteProject(static_cast<const LogicalProject&>(*node), std::move(conditions));
      case LogicalKind::kUnion:
        return RewriteUnion(static_cast<const LogicalUnion&>(*node), std::move(conditions));
      case LogicalKind::kWindow:
        return RewriteWindow(static_cast<const LogicalWindow&>(*node), std::move(conditions));
      case LogicalKind::kAggregate:
        return Filter(
            WithInput(static_cast<const LogicalAggregate&>(*node), Push(node->inputs[0], {})),
            std::move(conditions));
      case LogicalKind::kJoin:
        return RewriteJoin(static_cast<const LogicalJoin&>(*node), std::move(conditions));
    }
    return node;
  }

  static void TakeNondeterministic(Conditions& conditions, Conditions& stay) {
    auto split = std::stable_partition(
        conditions.begin(), conditions.end(),
        [](const ExpressionPtr& condition) { return functions::IsDeterministic(*condition); });
    stay.insert(stay.end(), split, conditions.end());
    conditions.erase(split, conditions.end());
  }

  LogicalNodePtr RewriteProject(const LogicalProject& project, Conditions conditions) {
    bool deterministic =
        std::all_of(project.expressions.begin(), project.expressions.end(),
                    [](const ExpressionPtr& item) { return functions::IsDeterministic(*item); });
    if (!deterministic) {
      return Filter(WithInput(project, Push(project.inputs[0], {})), std::move(conditions));
    }
    Conditions stay;
    Conditions below;
    for (const ExpressionPtr& condition : conditions) {
      ExpressionPtr moved = functions::SubstituteColumns(condition, project.expressions);
      bool too_big = ExpressionSize(*moved, kMaxMergedExpressionNodes) >= kMaxMergedExpressionNodes;
      (too_big ? stay : below).push_back(too_big ? condition : std::move(moved));
    }
    return Filter(WithInput(project, Push(project.inputs[0], std::move(below))), std::move(stay));
  }

  LogicalNodePtr RewriteUnion(const LogicalUnion& node, Conditions conditions) {
    Conditions stay;
    TakeNondeterministic(conditions, stay);
    auto copy = std::make_shared<LogicalUnion>(node);
    for (LogicalNodePtr& input : copy->inputs) input = Push(input, conditions);
    return Filter(copy, std::move(stay));
  }

  LogicalNodePtr RewriteWindow(const LogicalWindow& window, Conditions conditions) {
    Conditions stay;
    Conditions below;
    TakeNondeterministic(conditions, stay);
    int count = window.inputs[0]->schema.size();
    for (ExpressionPtr& condition : conditions) {
      (ReadsOnly(condition, 0, count) ? below : stay).push_back(std::move(condition));
    }
    return Filter(WithInput(window, Push(window.inputs[0], std::move(below))), std::move(stay));
  }

  LogicalNodePtr RewriteJoin(const LogicalJoin& join, Conditions conditions) {
    int left_count = join.inputs[0]->schema.size();
    int count = join.schema.size();
    bool keeps_left = join.type == JoinType::kInner || join.type == JoinType::kLeft;
    bool keeps_right = join.type == JoinType::kInner || join.type == JoinType::kRight;
    Conditions left;
    Conditions right;
    Conditions on;
    Conditions stay;
    TakeNondeterministic(conditions, stay);
    // WHERE: into a side that is not padded; with an inner join, all become conditions of it.
    for (ExpressionPtr& condition : conditions) {
      if (keeps_left && ReadsOnly(condition, 0, left_count)) {
        left.push_back(std::move(condition));
      } else if (keeps_right && ReadsOnly(condition, left_count, count)) {
        right.push_back(Shift(condition, -left_count));
      } else {
        (join.type == JoinType::kInner ? on : stay).push_back(std::move(condition));
      }
    }
    // ON: into a side whose rows that fail it would not show up anyway.
    for (const ExpressionPtr& condition : Conjuncts(join.condition)) {
      bool movable = functions::IsDeterministic(*condition);
      if (movable && keeps_right && ReadsOnly(condition, 0, left_count)) {
        left.push_back(condition);
      } else if (movable && keeps_left && ReadsOnly(condition, left_count, count)) {
        right.push_back(Shift(condition, -left_count));
      } else {
        on.push_back(condition);
      }
    }
    auto copy = std::make_shared<LogicalJoin>(join);
    copy->condition = And(on);
    copy->inputs = {Push(join.inputs[0], std::move(left)), Push(join.inputs[1], std::move(right))};
    return Filter(copy, std::move(stay));
  }

  std::map<const LogicalNode*, int> parents_;
  std::map<const LogicalNode*, LogicalNodePtr> shared_;
};

}  // namespace

std::vector<LogicalNodePtr> PushFilters(const std::vector<LogicalNodePtr>& roots) {
  FilterPusher pusher(roots);
  std::vector<LogicalNodePtr> pushed;
  for (const LogicalNodePtr& root : roots) pushed.push_back(pusher.Push(root, {}));
  return pushed;
}

}  // namespace floe::plan
