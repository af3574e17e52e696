// Aggregate functions: which exist, and the types that Flink gives their results.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace floe::functions {

enum class AggregateKind : uint8_t { kCountStar, kCount, kSum, kAvg, kMin, kMax };

// One aggregate of a GROUP BY over the columns of its input.
struct AggregateCall {
  AggregateKind kind = AggregateKind::kCountStar;
  bool distinct = false;
  int argument = -1;              // input column; -1 for COUNT(*)
  int filter = -1;                // BOOLEAN input column; -1: no FILTER
  types::DataType argument_type;  // NULL type for COUNT(*)
  types::DataType type;           // of the result
  std::string name;               // output column

  bool operator==(const AggregateCall&) const = default;
};

// "COUNT", "SUM" …
std::string_view AggregateName(AggregateKind kind);

// The result's type, or an error that says which argument types are valid (Flink 2.3: SUM keeps
// integer types, SUM(DECIMAL(p, s)) is DECIMAL(38, s), AVG keeps integer types, AVG(DECIMAL(p, s))
// is DECIMAL(38, max(6, s)); COUNT is BIGINT NOT NULL; all others are nullable in windows).
Result<types::DataType> AggregateResultType(AggregateKind kind, const types::DataType& argument);

// True if the result does not depend on the order of rows, so that partial results of parallel
// instances can be merged: all but SUM and AVG of FLOAT and DOUBLE, and MIN and MAX of those (NaN).
bool IsOrderInsensitive(const AggregateCall& call);

}  // namespace floe::functions
