// Taking join conditions apart: equality keys, window equality, time bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "functions/expression.h"
#include "plan/logical_plan.h"

namespace floe::plan {

// left = right, each over the columns of its own input.
struct EquiKey {
  functions::ExpressionPtr left;
  functions::ExpressionPtr right;
  SourceSpan span;
};

struct JoinConditionParts {
  std::vector<EquiKey> keys;
  std::vector<functions::ExpressionPtr> rest;  // over left columns, then right columns
};

// Splits the conjuncts `conditions` over left_count left columns, then right columns.
JoinConditionParts SplitJoinCondition(const std::vector<functions::ExpressionPtr>& conditions,
                                      int left_count);

// The columns, each counted in its own input, whose equality makes a join a window join: start and
// end of windows of the same specification and time type on both sides.
struct WindowJoinKeys {
  int left_start = -1;
  int left_end = -1;
  int right_start = -1;
  int right_end = -1;
};
std::optional<WindowJoinKeys> FindWindowJoinKeys(const LogicalJoin& join);

// left.time BETWEEN right.time + lower AND right.time + upper, both inclusive.
struct IntervalBounds {
  int left_time = -1;
  int right_time = -1;
  int64_t lower_ms = 0;
  int64_t upper_ms = 0;
  std::vector<functions::ExpressionPtr> rest;  // conjuncts that are not bounds
};
// Time bounds as Flink finds them: two range predicates that bound the time on both sides, or one
// equality, between rowtime attributes of both inputs. nullopt: this is not an interval join.
// kSqlValidation: the two rowtime types differ.
Result<std::optional<IntervalBounds>> FindIntervalBounds(const LogicalJoin& join);

}  // namespace floe::plan
