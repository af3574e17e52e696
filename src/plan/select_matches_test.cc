#include "plan/select_matches.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "functions/resolve.h"

namespace floe::plan {
namespace {

using functions::Expression;
using functions::ExpressionPtr;
using types::DataType;

types::Schema IntegerColumns(int count) {
  std::vector<types::Field> fields;
  for (int i = 0; i < count; ++i) {
    fields.push_back({"c" + std::to_string(i), DataType::Integer()});
  }
  return types::Schema(std::move(fields));
}

ExpressionPtr Column(int index) {
  return Expression::Column(index, DataType::Integer(), "c" + std::to_string(index));
}

ExpressionPtr Call(const char* name, std::vector<ExpressionPtr> arguments) {
  auto call = functions::ResolveCall(name, std::move(arguments), {});
  EXPECT_TRUE(call.ok());
  return *call;
}

// Two columns on each side: 0, 1 from the left, 2, 3 from the right.
std::shared_ptr<IntervalJoinNode> JoinOf(JoinType type) {
  auto join = std::make_shared<IntervalJoinNode>();
  join->type = type;
  for (int side = 0; side < 2; ++side) {
    auto scan = std::make_shared<ScanNode>();
    scan->schema = IntegerColumns(2);
    join->inputs.push_back(std::move(scan));
  }
  join->schema = IntegerColumns(4);
  return join;
}

std::shared_ptr<CalcNode> CalcOf(PhysicalNodePtr input, std::vector<ExpressionPtr> projections,
                                 ExpressionPtr condition = nullptr) {
  auto calc = std::make_shared<CalcNode>();
  calc->inputs = {std::move(input)};
  calc->schema = IntegerColumns(static_cast<int>(projections.size()));
  calc->projections = std::move(projections);
  calc->condition = std::move(condition);
  return calc;
}

std::shared_ptr<SinkNode> SinkOf(PhysicalNodePtr input, std::vector<int> upsert_key) {
  auto sink = std::make_shared<SinkNode>();
  sink->inputs = {std::move(input)};
  sink->upsert_key = std::move(upsert_key);
  return sink;
}

// What is selected of the join that is below the first root.
MatchSelection SelectedIn(const std::vector<PhysicalNodePtr>& roots) {
  const std::vector<PhysicalNodePtr> selected = SelectMatches(roots);
  EXPECT_EQ(selected.size(), roots.size());
  const PhysicalNode* node = selected[0].get();
  while (node->kind != PhysicalKind::kIntervalJoin) node = node->inputs[0].get();
  return static_cast<const IntervalJoinNode*>(node)->matches;
}

TEST(SelectMatches, TakesTheLastMatchWhereTheKeyIsOfOneSide) {
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kLeft), {0})}), MatchSelection::kLastOfLeftRow);
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kInner), {1})}), MatchSelection::kLastOfLeftRow);
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kInner), {2, 3})}),
            MatchSelection::kLastOfRightRow);
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kRight), {2})}), MatchSelection::kLastOfRightRow);
}

TEST(SelectMatches, TakesAllWhereTheKeyMayDifferFromMatchToMatch) {
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kInner), {0, 2})}), MatchSelection::kAll);
  // NULL in padded rows.
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kLeft), {2})}), MatchSelection::kAll);
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kFull), {0})}), MatchSelection::kAll);
  EXPECT_EQ(SelectedIn({SinkOf(JoinOf(JoinType::kInner), {})}), MatchSelection::kAll);
}

TEST(SelectMatches, LooksThroughProjectionsAndFilters) {
  const auto sum = Call("+", {Column(0), Column(1)});
  EXPECT_EQ(SelectedIn({SinkOf(CalcOf(JoinOf(JoinType::kInner), {Column(3), sum}), {1})}),
            MatchSelection::kLastOfLeftRow);
  const auto of_left = Call(">", {Column(1), Column(0)});
  EXPECT_EQ(SelectedIn({SinkOf(CalcOf(JoinOf(JoinType::kInner), {Column(0)}, of_left), {0})}),
            MatchSelection::kLastOfLeftRow);
  // The last match may be filtered out, another one not.
  const auto of_both = Call(">", {Column(1), Column(2)});
  EXPECT_EQ(SelectedIn({SinkOf(CalcOf(JoinOf(JoinType::kInner), {Column(0)}, of_both), {0})}),
            MatchSelection::kAll);
  EXPECT_EQ(SelectedIn({SinkOf(CalcOf(JoinOf(JoinType::kInner), {Call("UUID", {})}), {0})}),
            MatchSelection::kAll);
}

TEST(SelectMatches, TakesAllWhereSomebodyElseReadsTheJoin) {
  const PhysicalNodePtr join = JoinOf(JoinType::kInner);
  EXPECT_EQ(SelectedIn({SinkOf(join, {0}), SinkOf(join, {})}), MatchSelection::kAll);
  const PhysicalNodePtr calc = CalcOf(JoinOf(JoinType::kInner), {Column(0)});
  EXPECT_EQ(SelectedIn({SinkOf(calc, {0}), SinkOf(calc, {})}), MatchSelection::kAll);
}

TEST(SelectMatches, KeepsSharedNodesShared) {
  const auto join = JoinOf(JoinType::kInner);
  const PhysicalNodePtr other = SinkOf(CalcOf(join->inputs[0], {Column(0)}), {});
  const auto selected = SelectMatches({SinkOf(join, {0}), other});
  const PhysicalNode& scan = *selected[0]->inputs[0]->inputs[0];
  EXPECT_EQ(&scan, selected[1]->inputs[0]->inputs[0].get());
}

}  // namespace
}  // namespace floe::plan
