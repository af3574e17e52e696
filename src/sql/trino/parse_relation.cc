// FROM.
#include <utility>

#include "sql/trino/parser.h"

namespace floe::sql::trino {
namespace {

Relation JoinOf(JoinKind kind, const SourceSpan& span, Relation left, Relation right) {
  Relation join;
  join.kind = RelationKind::kJoin;
  join.join = kind;
  join.span = span;
  join.sides.push_back(std::move(left));
  join.sides.push_back(std::move(right));
  return join;
}

}  // namespace

Result<Relation> Parser::ParseRelations() {
  FLOE_ASSIGN(Relation left, ParseJoined());
  while (AtSymbol(",")) {
    const SourceSpan span = Take().span;
    FLOE_ASSIGN(Relation right, ParseJoined());
    left = JoinOf(JoinKind::kCross, span, std::move(left), std::move(right));
  }
  return left;
}

Result<Relation> Parser::ParseJoined() {
  DepthGuard guard(*this);
  FLOE_TRY(CheckDepth());
  const SourceSpan span = Peek().span;
  FLOE_ASSIGN(Relation left, ParseAliasedRelation());
  while (true) {
    if (AcceptWords("CROSS", "JOIN")) {
      FLOE_ASSIGN(Relation right, ParseAliasedRelation());
      left = JoinOf(JoinKind::kCross, span, std::move(left), std::move(right));
      continue;
    }
    const bool natural = AcceptWord("NATURAL");
    JoinKind kind = JoinKind::kInner;
    if (AcceptWord("LEFT")) {
      kind = JoinKind::kLeft;
    } else if (AcceptWord("RIGHT")) {
      kind = JoinKind::kRight;
    } else if (AcceptWord("FULL")) {
      kind = JoinKind::kFull;
    } else if (!AcceptWord("INNER") && !AtWord("JOIN")) {
      if (natural) return Unexpected("'FULL', 'INNER', 'JOIN', 'LEFT', 'RIGHT'");
      return left;
    }
    if (kind != JoinKind::kInner) AcceptWord("OUTER");
    FLOE_TRY(ExpectWord("JOIN"));
    // a JOIN b JOIN c ON … ON …: the right side takes its joins first.
    FLOE_ASSIGN(Relation right, ParseAliasedRelation());
    Relation join = JoinOf(kind, span, std::move(left), std::move(right));
    join.natural = natural;
    FLOE_TRY(ParseJoinTail(join, !natural));
    left = std::move(join);
  }
}

Status Parser::ParseJoinTail(Relation& join, bool needs_condition) {
  if (!needs_condition) return Status::Ok();
  if (AcceptWord("ON")) {
    FLOE_ASSIGN(Expression condition, ParseExpression());
    join.on.push_back(std::move(condition));
    return Status::Ok();
  }
  if (!AtWord("USING")) return Unexpected("'ON', 'USING'");
  Take();
  FLOE_ASSIGN(join.using_columns, ParseIdentifierList());
  return Status::Ok();
}

Result<Relation> Parser::ParseAliasedRelation() {
  FLOE_ASSIGN(Relation relation, ParseRelationPrimary());
  const bool is_alias = AtWord("AS") || (AtAlias() && !AtWord("TABLESAMPLE") &&
                                         !(AtWord("MATCH_RECOGNIZE") && AtSymbol("(", 1)));
  if (is_alias) {
    AcceptWord("AS");
    FLOE_ASSIGN(relation.alias, ParseIdentifier());
    if (AtSymbol("(")) {
      FLOE_ASSIGN(relation.columns, ParseIdentifierList());
    }
  }
  if (AtWord("TABLESAMPLE")) {
    relation.has_sample = true;
    Take();
    Take();
    FLOE_TRY(ExpectSymbol("("));
    FLOE_ASSIGN(Expression percentage, ParseExpression());
    FLOE_TRY(ExpectSymbol(")"));
  }
  if (AtWord("MATCH_RECOGNIZE") && AtSymbol("(", 1)) {
    return Error(ErrorCode::kSqlUnsupported, "MATCH_RECOGNIZE is not supported", Peek().span);
  }
  return relation;
}

Result<Relation> Parser::ParseRelationPrimary() {
  Relation relation;
  relation.span = Peek().span;
  if (AtWord("UNNEST") || AtWord("TABLE") || AtWord("LATERAL")) {
    const std::string word = Peek().upper;
    if (word == "TABLE" || (word == "LATERAL" && AtSymbol("(", 1))) {
      Take();
      FLOE_TRY(ExpectSymbol("("));
      if (word == "TABLE") {
        return Error(ErrorCode::kSqlUnsupported, "table functions are not supported",
                     relation.span);
      }
      relation.kind = RelationKind::kQuery;
      relation.lateral = true;
      FLOE_ASSIGN(Query query, ParseQuery());
      relation.query = std::move(query);
      FLOE_TRY(ExpectSymbol(")"));
      return relation;
    }
    if (word == "UNNEST") {
      Take();
      relation.kind = RelationKind::kUnnest;
      FLOE_TRY(ExpectSymbol("("));
      FLOE_ASSIGN(relation.unnest, ParseExpressionList(")"));
      FLOE_TRY(ExpectSymbol(")"));
      if (AcceptWords("WITH", "ORDINALITY")) relation.ordinality = true;
      return relation;
    }
  }
  if (AtSymbol("(")) {
    if (AtQueryStart(1)) {
      // "((SELECT 1) JOIN …)" looks like a query at first.
      const size_t start = index_;
      const int parameters = parameter_count_;
      const bool is_plain = !AtSymbol("(", 1);
      Take();
      Result<Query> query = ParseQuery();
      if (is_plain || (query.ok() && AtSymbol(")"))) {
        if (!query.ok()) return std::move(query).error();
        FLOE_TRY(ExpectSymbol(")"));
        relation.kind = RelationKind::kQuery;
        relation.query = *std::move(query);
        return relation;
      }
      index_ = start;
      parameter_count_ = parameters;
    }
    Take();
    FLOE_ASSIGN(relation, ParseRelations());
    FLOE_TRY(ExpectSymbol(")"));
    return relation;
  }
  if (!AtName()) return Unexpected("'(', 'LATERAL', 'UNNEST', <identifier>");
  FLOE_ASSIGN(relation.table, ParseQualifiedName());
  FLOE_TRY(ParseVersion(relation));
  return relation;
}

Status Parser::ParseVersion(Relation& relation) {
  if (!AtWord("FOR")) return Status::Ok();
  Take();
  relation.version_is_timestamp = AcceptWord("TIMESTAMP");
  if (!relation.version_is_timestamp) FLOE_TRY(ExpectWord("VERSION"));
  FLOE_TRY(ExpectWord("AS"));
  FLOE_TRY(ExpectWord("OF"));
  FLOE_ASSIGN(Expression version, ParseAdditive());
  relation.version.push_back(std::move(version));
  return Status::Ok();
}

}  // namespace floe::sql::trino
