// Values of constants that are known while a statement is bound, and the conditions on tables'
// columns that follow from predicates with them. What is not known only costs reading more files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/literal.h"
#include "query/trino/bound.h"

namespace floe::query::trino {

// Of a literal's text; types with which no file is left out (floating, time, uuid, nested) have
// none.
std::optional<iceberg::Literal> ValueOfText(const Type& type, std::string_view text);

// The value after a conversion of ConvertTo, where it is exact.
std::optional<iceberg::Literal> ConvertValue(const iceberg::Literal& value, const Type& from,
                                             const Type& to, const std::string& session_zone);
// Whether a column that is converted so has its values unchanged, in another type.
bool KeepsValues(const Type& from, const Type& to, const std::string& session_zone);

// Of `name` over constants: signs, sums and differences with intervals of days and below.
std::optional<iceberg::Literal> ValueOfCall(std::string_view name,
                                            const std::vector<BoundPtr>& arguments,
                                            const Type& result);

// What `left sign right` says of a column: sign is =, <>, <, <=, > or >=.
std::vector<ImpliedCondition> ImpliedByComparison(std::string_view sign,
                                                  const BoundExpression& left,
                                                  const BoundExpression& right);
// values[0] IN (values[1], …).
std::vector<ImpliedCondition> ImpliedByIn(const std::vector<BoundPtr>& values);
// value IS [NOT] NULL.
std::vector<ImpliedCondition> ImpliedByNull(const BoundExpression& value, bool is_null);

}  // namespace floe::query::trino
