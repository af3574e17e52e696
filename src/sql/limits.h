// How large a SQL text may be.
#pragma once

#include <cstddef>

namespace floe::sql {

// Bytes of one text: a statement, a job file.
inline constexpr size_t kMaxSqlTextBytes = size_t{4} << 20U;

// Parentheses, subqueries, CASE, … within each other: bounds the parser's recursion.
inline constexpr int kMaxSqlNestingDepth = 200;

// Levels of the syntax tree, chains as a + b + c counted too: bounds the recursion of all who walk
// it.
inline constexpr int kMaxSqlTreeHeight = 1000;

}  // namespace floe::sql
