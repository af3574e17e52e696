#include "plan/select_matches.h"

#include <algorithm>
#include <map>
#include <set>

#include "functions/resolve.h"
#include "plan/optimize_physical.h"

namespace floe::plan {
namespace {

using functions::ExpressionPtr;

// Adds the columns that an expression reads; false if it may differ from row to row.
bool AddColumns(const ExpressionPtr& expression, std::set<int>* columns) {
  if (!functions::IsDeterministic(*expression)) return false;
  for (const int column : functions::ReferencedColumns(*expression)) columns->insert(column);
  return true;
}

// What of a projection's input decides about `columns` of its output and its filter.
bool PassDown(const CalcNode& calc, std::set<int>* columns) {
  std::set<int> below;
  for (const int column : *columns) {
    if (!AddColumns(calc.projections[static_cast<size_t>(column)], &below)) return false;
  }
  if (calc.condition != nullptr && !AddColumns(calc.condition, &below)) return false;
  *columns = std::move(below);
  return true;
}

MatchSelection SelectionOf(const IntervalJoinNode& join, const std::set<int>& columns) {
  const int left_columns = join.inputs[0]->schema.size();
  const bool only_left = std::all_of(columns.begin(), columns.end(),
                                     [&](int column) { return column < left_columns; });
  const bool only_right = std::all_of(columns.begin(), columns.end(),
                                      [&](int column) { return column >= left_columns; });
  const bool inner = join.type == JoinType::kInner;
  if (only_left && (inner || join.type == JoinType::kLeft)) return MatchSelection::kLastOfLeftRow;
  if (only_right && (inner || join.type == JoinType::kRight)) {
    return MatchSelection::kLastOfRightRow;
  }
  return MatchSelection::kAll;
}

class MatchSelector {
 public:
  explicit MatchSelector(const std::vector<PhysicalNodePtr>& roots) : roots_(roots) {
    for (const PhysicalNodePtr& node : InputsFirst(roots)) {
      for (const PhysicalNodePtr& input : node->inputs) ++readers_[input.get()];
    }
  }

  std::vector<PhysicalNodePtr> Run() {
    for (const PhysicalNodePtr& root : roots_) {
      if (root->kind == PhysicalKind::kSink) Select(static_cast<const SinkNode&>(*root));
    }
    if (selected_.empty()) return roots_;
    for (const PhysicalNodePtr& node : InputsFirst(roots_)) rewritten_[node.get()] = Rewrite(node);
    std::vector<PhysicalNodePtr> out;
    for (const PhysicalNodePtr& root : roots_) out.push_back(rewritten_.at(root.get()));
    return out;
  }

 private:
  void Select(const SinkNode& sink) {
    if (sink.upsert_key.empty()) return;
    std::set<int> columns(sink.upsert_key.begin(), sink.upsert_key.end());
    const PhysicalNode* node = sink.inputs[0].get();
    while (node->kind == PhysicalKind::kCalc && readers_[node] == 1) {
      const auto& calc = static_cast<const CalcNode&>(*node);
      if (!PassDown(calc, &columns)) return;
      node = calc.inputs[0].get();
    }
    if (node->kind != PhysicalKind::kIntervalJoin || readers_[node] != 1) return;
    const MatchSelection selection =
        SelectionOf(static_cast<const IntervalJoinNode&>(*node), columns);
    if (selection != MatchSelection::kAll) selected_[node] = selection;
  }

  PhysicalNodePtr Rewrite(const PhysicalNodePtr& node) const {
    std::vector<PhysicalNodePtr> inputs;
    for (const PhysicalNodePtr& input : node->inputs) inputs.push_back(rewritten_.at(input.get()));
    const auto selected = selected_.find(node.get());
    if (selected == selected_.end()) {
      return inputs == node->inputs ? node : WithInputs(*node, std::move(inputs));
    }
    auto join = std::make_shared<IntervalJoinNode>(static_cast<const IntervalJoinNode&>(*node));
    join->inputs = std::move(inputs);
    join->matches = selected->second;
    return join;
  }

  const std::vector<PhysicalNodePtr>& roots_;
  std::map<const PhysicalNode*, int> readers_;
  std::map<const PhysicalNode*, MatchSelection> selected_;
  std::map<const PhysicalNode*, PhysicalNodePtr> rewritten_;
};

}  // namespace

std::vector<PhysicalNodePtr> SelectMatches(const std::vector<PhysicalNodePtr>& roots) {
  return MatchSelector(roots).Run();
}

}  // namespace floe::plan
