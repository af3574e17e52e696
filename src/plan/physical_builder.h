// Logical plan → physical nodes, one for one: windows merged into aggregates, joins classified,
// distribution chosen. Columns are pruned and projections merged afterwards (optimize_physical.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "plan/configuration.h"
#include "plan/insert_binder.h"
#include "plan/join_condition.h"
#include "plan/logical_plan.h"
#include "plan/physical_plan.h"

namespace floe::plan {

// Projection of `input` to expressions over it.
std::shared_ptr<CalcNode> MakeCalc(PhysicalNodePtr input,
                                   std::vector<functions::ExpressionPtr> projections,
                                   std::vector<std::string> names);
functions::ExpressionPtr ColumnOf(const PhysicalNode& input, int column);
// The expression with constant parts computed; what fails to compute stays, and fails for the rows
// that need it. Null for null.
functions::ExpressionPtr Folded(const functions::ExpressionPtr& expression);

// Same kind, same meaning, same input nodes; the output's names do not count.
bool SameNode(const PhysicalNode& a, const PhysicalNode& b);

class PhysicalBuilder {
 public:
  // Both outlive the builder.
  PhysicalBuilder(const Configuration& configuration, const functions::SessionOptions& options)
      : configuration_(configuration), options_(options) {}

  // The node has exactly the columns of the logical node. Equal subplans become one node.
  // kSqlUnsupported for what has no streaming operator yet: updating aggregates, regular joins.
  Result<PhysicalNodePtr> Build(const LogicalNodePtr& node);
  Result<std::shared_ptr<const SinkNode>> BuildSink(const BoundInsert& insert,
                                                    LogicalNodePtr query);

 private:
  struct JoinInputs;  // plan_join.cc
  // A plan below a window: what it would be without the window's columns.
  struct PulledWindow {
    PhysicalNodePtr input;
    WindowSpec window;
    int time_column = -1;
    std::vector<int> columns;                               // old column → column of input, or -1
    std::vector<std::optional<WindowProperty>> properties;  // old column → what it is
  };

  Result<PhysicalNodePtr> BuildNew(const LogicalNodePtr& node);
  Result<PhysicalNodePtr> BuildScan(const LogicalScan& scan);
  Result<functions::ExpressionPtr> CastMetadata(const LogicalScan& scan,
                                                stream::MetadataColumn* column, int source) const;
  PhysicalNodePtr BuildValues(const LogicalValues& values);
  Result<PhysicalNodePtr> BuildFilter(const LogicalFilter& filter);
  Result<PhysicalNodePtr> BuildProject(const LogicalProject& project);
  Result<PhysicalNodePtr> BuildUnion(const LogicalUnion& node);
  Result<PhysicalNodePtr> BuildWindow(const LogicalWindow& window);
  Status CheckNestedTypes(const LogicalNode& node) const;

  // plan_aggregate.cc
  Result<PhysicalNodePtr> BuildAggregate(const LogicalAggregate& aggregate);
  std::optional<PulledWindow> PullWindow(const PhysicalNodePtr& node);
  std::optional<PulledWindow> PullThroughCalc(const CalcNode& calc);

  // plan_join.cc
  Result<PhysicalNodePtr> BuildJoin(const LogicalJoin& join);
  Result<JoinInputs> BuildJoinInputs(const LogicalJoin& join,
                                     const std::vector<functions::ExpressionPtr>& conditions);
  Result<PhysicalNodePtr> BuildWindowJoin(const LogicalJoin& join);
  Result<PhysicalNodePtr> BuildIntervalJoin(const LogicalJoin& join, const IntervalBounds& bounds);
  PhysicalNodePtr FinishJoin(const LogicalJoin& join, const JoinInputs& inputs,
                             PhysicalNodePtr node);

  // The node, or one that was made before and is the same.
  PhysicalNodePtr Intern(PhysicalNodePtr node);

  const Configuration& configuration_;
  const functions::SessionOptions& options_;
  std::map<const LogicalNode*, PhysicalNodePtr> built_;
  std::vector<LogicalNodePtr> keep_alive_;  // the keys of built_
  std::vector<PhysicalNodePtr> interned_;
};

}  // namespace floe::plan
