// The typed tree between a statement and the SQL that DuckDB runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/literal.h"
#include "query/trino/scan_request.h"
#include "query/trino/type.h"

namespace floe::query::trino {

struct BoundExpression;
using BoundPtr = std::shared_ptr<const BoundExpression>;

// An expression with its Trino type and how it is written. Immutable.
struct BoundExpression {
  Type type;
  // How it is written: {0}, {1}, … are the arguments, {*} all of them with commas. "{{" is "{".
  std::string form;
  std::vector<BoundPtr> arguments;
  // Of timestamp with time zone: the zone of its values; nothing for NULL.
  std::optional<std::string> zone;
  // A constant's text: digits of a number, value of a string; nothing for other expressions.
  std::optional<std::string> constant;
  bool is_literal = false;
  // A constant's value where it is known already, as in ScanCondition; of an interval milliseconds
  // or months.
  std::optional<iceberg::Literal> value;
  // The column of a table that it is, possibly in a wider type than its own, `column_type`.
  std::optional<ScanColumn> column;
  Type column_type;
  // What holds of tables' columns where this boolean is true.
  std::vector<ImpliedCondition> implies;
};

BoundPtr MakeBound(Type type, std::string form, std::vector<BoundPtr> arguments = {});
// The same expression with another form around it: {0} is `inner`.
BoundPtr Wrap(Type type, std::string form, BoundPtr inner);
// DuckDB's SQL of the expression.
std::string WriteSql(const BoundExpression& expression);

// `text` as a string literal, which is no form.
std::string FormLiteral(std::string_view text);

// The value as type `to`, for a coercion or a CAST (`is_cast`: text is cut, numbers are parsed).
// REQUIRES: CanCoerce, or is_cast and CanCast.
Result<BoundPtr> ConvertTo(const BoundPtr& value, const Type& to, bool is_cast,
                           const std::string& session_zone);
// The local time in its zone of a timestamp with time zone, as TIMESTAMP; others unchanged.
std::string LocalForm(const std::optional<std::string>& zone, const std::string& inner);
// The reverse: a TIMESTAMP that is local in `zone`.
std::string InstantForm(const std::optional<std::string>& zone, const std::string& inner);

}  // namespace floe::query::trino
