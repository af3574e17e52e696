#include "plan/optimize_physical.h"

#include <algorithm>
#include <map>
#include <set>

#include "functions/resolve.h"
#include "plan/expression_binder.h"
#include "plan/physical_builder.h"
#include "plan/prune_columns.h"

namespace floe::plan {
namespace {

using functions::Expression;
using functions::ExpressionKind;
using functions::ExpressionPtr;

bool IsPlain(const CalcNode& calc) {
  return calc.condition == nullptr &&
         std::all_of(calc.projections.begin(), calc.projections.end(),
                     [](const ExpressionPtr& projection) {
                       return projection->kind() == ExpressionKind::kColumn;
                     });
}

bool AllDeterministic(const CalcNode& calc) {
  return std::all_of(calc.projections.begin(), calc.projections.end(),
                     [](const ExpressionPtr& item) { return functions::IsDeterministic(*item); });
}

// A column reference that is put in another's place keeps the type that the reader gave it (a time
// attribute that was cast away stays away).
ExpressionPtr Substitute(const ExpressionPtr& expression,
                         const std::vector<ExpressionPtr>& replacements) {
  ExpressionPtr replaced = functions::SubstituteColumns(expression, replacements);
  bool both_columns =
      expression->kind() == ExpressionKind::kColumn && replaced->kind() == ExpressionKind::kColumn;
  if (!both_columns || replaced->type() == expression->type()) return replaced;
  return Expression::Column(replaced->column(), expression->type(), replaced->column_name(),
                            expression->span());
}

// `upper` over `lower` as one node, or null.
std::shared_ptr<CalcNode> Merge(const CalcNode& upper, const CalcNode& lower) {
  if (!AllDeterministic(lower)) return nullptr;
  auto merged = std::make_shared<CalcNode>();
  merged->schema = upper.schema;
  merged->inputs = lower.inputs;
  merged->distribution = {{}};
  size_t nodes = 0;
  for (const ExpressionPtr& projection : upper.projections) {
    merged->projections.push_back(Substitute(projection, lower.projections));
    nodes += ExpressionSize(*merged->projections.back(), kMaxMergedExpressionNodes);
  }
  std::vector<ExpressionPtr> conditions;
  if (lower.condition != nullptr) conditions.push_back(lower.condition);
  if (upper.condition != nullptr) {
    conditions.push_back(Substitute(upper.condition, lower.projections));
  }
  merged->condition = And(conditions);
  if (merged->condition != nullptr) {
    nodes += ExpressionSize(*merged->condition, kMaxMergedExpressionNodes);
  }
  return nodes >= kMaxMergedExpressionNodes ? nullptr : merged;
}

using Consumers = std::map<const PhysicalNode*, int>;

Consumers CountConsumers(const std::vector<PhysicalNodePtr>& roots) {
  Consumers consumers;
  for (const PhysicalNodePtr& root : roots) ++consumers[root.get()];
  for (const PhysicalNodePtr& node : InputsFirst(roots)) {
    for (const PhysicalNodePtr& input : node->inputs) ++consumers[input.get()];
  }
  return consumers;
}

bool IsIdentity(const CalcNode& calc) {
  if (!IsPlain(calc) || calc.schema.size() != calc.inputs[0]->schema.size()) return false;
  for (int i = 0; i < calc.schema.size(); ++i) {
    if (calc.projections[static_cast<size_t>(i)]->column() != i) return false;
    if (!(calc.schema.field(i).type == calc.inputs[0]->schema.field(i).type)) return false;
  }
  return true;
}

class CalcMerger {
 public:
  explicit CalcMerger(const std::vector<PhysicalNodePtr>& roots)
      : roots_(roots), consumers_(CountConsumers(roots)) {}

  std::vector<PhysicalNodePtr> Run() {
    for (const PhysicalNodePtr& node : InputsFirst(roots_)) {
      rewritten_[node.get()] = Intern(Rewrite(*node, node));
    }
    std::vector<PhysicalNodePtr> out;
    for (const PhysicalNodePtr& root : roots_) out.push_back(rewritten_.at(root.get()));
    return out;
  }

 private:
  PhysicalNodePtr Intern(PhysicalNodePtr node) {
    for (const PhysicalNodePtr& known : interned_) {
      if (SameNode(*known, *node) && SameNames(*known, *node)) return known;
    }
    interned_.push_back(node);
    return node;
  }

  static bool SameNames(const PhysicalNode& a, const PhysicalNode& b) {
    return a.schema == b.schema;
  }

  bool IsRoot(const PhysicalNode& node) const {
    return std::any_of(roots_.begin(), roots_.end(),
                       [&](const PhysicalNodePtr& root) { return root.get() == &node; });
  }

  PhysicalNodePtr Rewrite(const PhysicalNode& node, const PhysicalNodePtr& self) {
    std::vector<PhysicalNodePtr> inputs;
    for (const PhysicalNodePtr& input : node.inputs) inputs.push_back(rewritten_.at(input.get()));
    if (node.kind != PhysicalKind::kCalc) {
      return inputs == node.inputs ? self : WithInputs(node, std::move(inputs));
    }
    auto calc = std::make_shared<CalcNode>(static_cast<const CalcNode&>(node));
    bool only_reader = consumers_.at(node.inputs[0].get()) == 1;
    calc->inputs = std::move(inputs);
    while (calc->inputs[0]->kind == PhysicalKind::kCalc) {
      const auto& lower = static_cast<const CalcNode&>(*calc->inputs[0]);
      if (!only_reader && !IsPlain(lower)) break;
      std::shared_ptr<CalcNode> merged = Merge(*calc, lower);
      if (merged == nullptr) break;
      // What is below the merged node was merged as far as it goes for its own reader.
      only_reader = false;
      calc = merged;
    }
    calc->condition = Folded(calc->condition);
    for (ExpressionPtr& projection : calc->projections) projection = Folded(projection);
    if (PhysicalNodePtr values = OverValues(*calc)) return values;
    bool keeps_names = !IsRoot(node) || calc->schema == calc->inputs[0]->schema;
    if (IsIdentity(*calc) && keeps_names) return calc->inputs[0];
    return calc;
  }

  // A projection of constant rows is constant rows.
  static PhysicalNodePtr OverValues(const CalcNode& calc) {
    if (calc.inputs[0]->kind != PhysicalKind::kValues) return nullptr;
    const auto& values = static_cast<const ValuesNode&>(*calc.inputs[0]);
    bool keep = calc.condition == nullptr;
    if (!keep) {
      // FALSE and NULL take no row; anything else but TRUE has to be evaluated.
      if (calc.condition->kind() != ExpressionKind::kLiteral) return nullptr;
      const bool* value = std::get_if<bool>(&calc.condition->literal());
      keep = value != nullptr && *value;
    }
    auto node = std::make_shared<ValuesNode>();
    node->schema = calc.schema;
    for (const std::vector<ExpressionPtr>& row : values.rows) {
      if (!keep) break;
      std::vector<ExpressionPtr>& out = node->rows.emplace_back();
      for (const ExpressionPtr& projection : calc.projections) {
        out.push_back(Folded(functions::SubstituteColumns(projection, row)));
      }
    }
    return node;
  }

  const std::vector<PhysicalNodePtr>& roots_;
  Consumers consumers_;
  std::map<const PhysicalNode*, PhysicalNodePtr> rewritten_;
  std::vector<PhysicalNodePtr> interned_;
};

void Visit(const PhysicalNodePtr& node, std::set<const PhysicalNode*>& seen,
           std::vector<PhysicalNodePtr>& order) {
  if (!seen.insert(node.get()).second) return;
  for (const PhysicalNodePtr& input : node->inputs) Visit(input, seen, order);
  order.push_back(node);
}

}  // namespace

std::vector<PhysicalNodePtr> InputsFirst(const std::vector<PhysicalNodePtr>& roots) {
  std::set<const PhysicalNode*> seen;
  std::vector<PhysicalNodePtr> order;
  for (const PhysicalNodePtr& root : roots) Visit(root, seen, order);
  return order;
}

std::vector<PhysicalNodePtr> OptimizePhysical(const std::vector<PhysicalNodePtr>& roots) {
  std::vector<PhysicalNodePtr> merged = CalcMerger(roots).Run();
  std::vector<PhysicalNodePtr> pruned = PruneColumns(merged);
  return CalcMerger(pruned).Run();
}

std::shared_ptr<PhysicalNode> WithInputs(const PhysicalNode& node,
                                         std::vector<PhysicalNodePtr> inputs) {
  auto copy = [&]() -> std::shared_ptr<PhysicalNode> {
    switch (node.kind) {
      case PhysicalKind::kScan:
        return std::make_shared<ScanNode>(static_cast<const ScanNode&>(node));
      case PhysicalKind::kValues:
        return std::make_shared<ValuesNode>(static_cast<const ValuesNode&>(node));
      case PhysicalKind::kCalc:
        return std::make_shared<CalcNode>(static_cast<const CalcNode&>(node));
      case PhysicalKind::kUnion:
        return std::make_shared<UnionNode>(static_cast<const UnionNode&>(node));
      case PhysicalKind::kWindowTableFunction:
        return std::make_shared<WindowTableFunctionNode>(
            static_cast<const WindowTableFunctionNode&>(node));
      case PhysicalKind::kWindowAggregate:
        return std::make_shared<WindowAggregateNode>(static_cast<const WindowAggregateNode&>(node));
      case PhysicalKind::kWindowJoin:
        return std::make_shared<WindowJoinNode>(static_cast<const WindowJoinNode&>(node));
      case PhysicalKind::kIntervalJoin:
        return std::make_shared<IntervalJoinNode>(static_cast<const IntervalJoinNode&>(node));
      case PhysicalKind::kSink:
        return std::make_shared<SinkNode>(static_cast<const SinkNode&>(node));
    }
    return nullptr;
  }();
  copy->inputs = std::move(inputs);
  return copy;
}

}  // namespace floe::plan
