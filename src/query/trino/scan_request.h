// What a statement says of the rows that it wants of a table, so that files can be left out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "iceberg/literal.h"
#include "iceberg/predicate.h"

namespace floe::query::trino {

// `column op value`, true of each row that is wanted. Values are as Iceberg has those of the
// column's type: integers below bigint as int, times in microseconds, decimals unscaled.
struct ScanCondition {
  size_t column = 0;  // of ProvidedTable::columns
  iceberg::PredicateOp op = iceberg::PredicateOp::kEqual;
  std::vector<iceberg::Literal> values;
};

// The first `count` rows in the order of a column, NULLs last, are all that is wanted.
struct TopRows {
  size_t column = 0;
  bool descending = false;
  int64_t count = 0;
};

// A table may leave out rows by it, and need not: the statement has its own conditions.
struct ScanRequest {
  std::vector<ScanCondition> conditions;  // all hold
  std::optional<TopRows> top;
};

// A column of one reference to a table in a statement.
struct ScanColumn {
  size_t scan = 0;  // the reference, numbered by the binder
  size_t column = 0;
};

// A condition on it.
struct ImpliedCondition {
  size_t scan = 0;
  ScanCondition condition;
};

}  // namespace floe::query::trino
