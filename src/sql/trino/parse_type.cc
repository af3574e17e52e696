// Types as written.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "sql/trino/keywords.h"
#include "sql/trino/parser.h"

namespace floe::sql::trino {

Result<TypeName> Parser::ParseType() {
  DepthGuard guard(*this);
  FLOE_TRY(CheckDepth());
  FLOE_ASSIGN(TypeName type, ParseSimpleType());
  while (AtWord("ARRAY")) {
    Take();
    TypeName array;
    array.name = "array";
    array.span = type.span;
    array.arguments.push_back(std::move(type));
    type = std::move(array);
  }
  return type;
}

Result<TypeName> Parser::ParseSimpleType() {
  TypeName type;
  type.span = Peek().span;
  if (!AtName()) return Unexpected("<type>");
  const Token& token = Take();
  type.name = LowerCase(token.kind == TokenKind::kWord ? std::string(token.text) : token.value);
  if (type.name == "row" && AtSymbol("(")) return ParseRowType(std::move(type));
  if (type.name == "interval" && Peek().kind == TokenKind::kWord) {
    return ParseIntervalType(std::move(type));
  }
  if (type.name == "double") AcceptWord("PRECISION");
  if (AtSymbol("(")) FLOE_TRY(ParseTypeParameters(type));
  if (type.name == "time" || type.name == "timestamp") FLOE_TRY(ParseWithTimeZone(type));
  return type;
}

Status Parser::ParseTypeParameters(TypeName& type) {
  Take();
  do {
    if (Peek().kind == TokenKind::kInteger) {
      const std::string digits(Take().text);
      type.parameters.push_back(std::strtoll(digits.c_str(), nullptr, 10));
      continue;
    }
    FLOE_ASSIGN(TypeName argument, ParseType());
    type.arguments.push_back(std::move(argument));
  } while (AcceptSymbol(","));
  return ExpectSymbol(")");
}

Result<TypeName> Parser::ParseRowType(TypeName type) {
  Take();
  do {
    // "x bigint" or "bigint": a name is followed by the beginning of a type.
    std::optional<Identifier> name;
    const bool has_name = AtName() && AtName(1) && !AtWord("PRECISION", 1) &&
                          !(AtWord("INTERVAL") && (AtWord("DAY", 1) || AtWord("YEAR", 1)));
    if (has_name) {
      FLOE_ASSIGN(name, ParseIdentifier());
    }
    FLOE_ASSIGN(TypeName argument, ParseType());
    type.names.push_back(std::move(name));
    type.arguments.push_back(std::move(argument));
  } while (AcceptSymbol(","));
  FLOE_TRY(ExpectSymbol(")"));
  return type;
}

Result<TypeName> Parser::ParseIntervalType(TypeName type) {
  if (AcceptWord("DAY")) {
    FLOE_TRY(ExpectWord("TO"));
    FLOE_TRY(ExpectWord("SECOND"));
    type.name = "interval day to second";
  } else {
    FLOE_TRY(ExpectWord("YEAR"));
    FLOE_TRY(ExpectWord("TO"));
    FLOE_TRY(ExpectWord("MONTH"));
    type.name = "interval year to month";
  }
  return type;
}

Status Parser::ParseWithTimeZone(TypeName& type) {
  if (AcceptWords("WITH", "TIME")) {
    FLOE_TRY(ExpectWord("ZONE"));
    type.name += " with time zone";
  } else if (AcceptWords("WITHOUT", "TIME")) {
    FLOE_TRY(ExpectWord("ZONE"));
  }
  return Status::Ok();
}

}  // namespace floe::sql::trino
