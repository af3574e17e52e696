// What is known of a node's columns beyond their types: which are window bounds and of which
// windows, and which are time attributes. Flink's rules (FlinkRelMdWindowProperties): properties
// pass through filters and plain columns of a projection, are lost by any computation.
#pragma once

#include <optional>
#include <vector>

#include "plan/logical_plan.h"

namespace floe::plan {

struct WindowProperties {
  std::vector<int> starts;  // columns that hold the window's start; sorted
  std::vector<int> ends;
  std::vector<int> times;
  WindowSpec window;
  types::DataType time_type;  // of the windowed time attribute, NOT NULL, with the attribute
};

// nullopt: the rows are not (or no longer) those of windows.
std::optional<WindowProperties> WindowPropertiesOf(const LogicalNode& node);

// True if column `column` is a time attribute that DESCRIPTOR and interval joins may use. A type
// alone does not tell: MIN(ts) of a window aggregate prints as *ROWTIME*, but is none.
bool IsRowtimeAttribute(const LogicalNode& node, int column);
bool IsProctimeAttribute(const LogicalNode& node, int column);

}  // namespace floe::plan
