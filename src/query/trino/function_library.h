// Trino's functions: names, signatures in Trino's notation, and how each is written for DuckDB.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/trino/bound.h"
#include "query/trino/type.h"

namespace floe::query::trino {

enum class FunctionKind : uint8_t { kScalar, kAggregate, kWindow };

// One signature. Arguments and result are types in which a word of one letter is a type or number
// variable: "array(E), E". A last argument with "..." repeats.
struct FunctionRow {
  const char* name;
  const char* arguments;
  const char* result;
  // See BoundExpression::form; additionally {L0} is argument 0 as local time, and a form that
  // starts with "@" gives a local time of the zone of its first argument with one. "%t" is the
  // result's DuckDB type.
  const char* form;
  FunctionKind kind = FunctionKind::kScalar;
};

std::span<const FunctionRow> ScalarRows();
std::span<const FunctionRow> TimeRows();
std::span<const FunctionRow> AggregateRows();

// A row that fits, with the types that its arguments are to be coerced to.
struct ResolvedFunction {
  const FunctionRow* row = nullptr;
  std::vector<Type> arguments;
  Type result;
};

bool IsFunctionName(std::string_view name);
// Whether calls of `name` aggregate.
bool IsAggregateName(std::string_view name);
bool IsWindowName(std::string_view name);
// All rows, by name; for SHOW FUNCTIONS.
void ForEachFunction(const std::function<void(const FunctionRow&)>& visit);

// Trino's resolution: a signature without coercions, then the most specific with them.
// kSqlFunctionNotFound with the signatures that there are.
Result<ResolvedFunction> ResolveFunction(std::string_view name, const std::vector<Type>& arguments);

}  // namespace floe::query::trino
