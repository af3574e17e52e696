// What binding takes from the session beside names.
#pragma once

#include "functions/resolve.h"

namespace floe::plan {

// How expressions are bound.
struct BindingOptions : functions::SessionOptions {
  // Flink finds out about comparisons between a number and a text only when it plans; a statement
  // that is merely validated passes with them.
  bool allows_text_with_number = false;
  // table.dynamic-table-options.enabled: the hint OPTIONS may be used.
  bool allows_table_options = true;
};

}  // namespace floe::plan
