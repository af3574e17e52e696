// Rules over physical nodes: projections merged, columns that nobody reads taken out.
#pragma once

#include <vector>

#include "plan/physical_plan.h"

namespace floe::plan {

// The same plan, with
//   - neighbouring projections and filters merged into one where that repeats no work;
//   - only the columns that are read, down to the fields that a scan decodes (the union of what
//     all its readers need; all fields where none is read: Flink then checks the whole record);
//   - inputs of exchanges and joins narrowed to what is used there.
// Roots keep their columns. Nodes that several roots share stay shared.
std::vector<PhysicalNodePtr> OptimizePhysical(const std::vector<PhysicalNodePtr>& roots);

// Nodes in an order in which inputs come before the nodes that read them, each once.
std::vector<PhysicalNodePtr> InputsFirst(const std::vector<PhysicalNodePtr>& roots);

// A copy of the node with other inputs.
std::shared_ptr<PhysicalNode> WithInputs(const PhysicalNode& node,
                                         std::vector<PhysicalNodePtr> inputs);

}  // namespace floe::plan
