// What EXPLAIN and `floe explain` show of a plan.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plan/physical_plan.h"

namespace floe::plan {

// An operator with its properties, as data.
struct ExplainNode {
  std::string name;  // Flink's name of the operator: "IntervalJoin", "Calc", "TableSourceScan" …
  std::string operator_id;
  // In the order in which they are shown, e.g. {"where", "v > 1"}.
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<ExplainNode> inputs;  // none if `is_reused`
  bool is_reused = false;           // shown before: the same node with another reader
};

// One tree per sink, in the order of the statements, or one for a query.
std::vector<ExplainNode> Explain(const PhysicalPlan& plan);

// An indented tree per root.
std::string ExplainText(const PhysicalPlan& plan);
// {"operators": [tree, …]} with the fields of ExplainNode.
std::string ExplainJson(const PhysicalPlan& plan);

// The names of all operators, roots first, each node once.
std::vector<std::string> OperatorNames(const PhysicalPlan& plan);

}  // namespace floe::plan
