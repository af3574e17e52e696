// The items of FROM.
#include <optional>
#include <utility>
#include <vector>

#include "sql/flink/keywords.h"
#include "sql/flink/parser.h"

namespace floe::sql::flink {

// A list of joined tables; the comma binds weakest.
Result<TableReference> Parser::ParseFrom() {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(TableReference left, ParseJoinedTable());
  while (cursor_.AcceptSymbol(",")) {
    Join join;
    join.kind = JoinKind::kComma;
    join.keyword_span = cursor_.Previous().span;
    join.left = std::move(left);
    FLOE_ASSIGN(join.right, ParseJoinedTable());
    left = TableReference{std::move(join), std::nullopt, std::nullopt, cursor_.SpanFrom(first)};
    FLOE_TRY(GrowTree());
  }
  return left;
}

Result<TableReference> Parser::ParseJoinedTable() {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(TableReference left, ParseTablePrimary());
  while (true) {
    FLOE_ASSIGN(std::optional<Join> join, ParseJoinOperator());
    if (!join.has_value()) return left;
    join->left = std::move(left);
    FLOE_ASSIGN(join->right, ParseTablePrimary());
    FLOE_TRY(ParseJoinCondition(*join));
    left = TableReference{*std::move(join), std::nullopt, std::nullopt, cursor_.SpanFrom(first)};
    FLOE_TRY(GrowTree());
  }
}

// [NATURAL] [INNER | LEFT | RIGHT | FULL [OUTER]] JOIN, CROSS JOIN; null if there is none.
Result<std::optional<Join>> Parser::ParseJoinOperator() {
  Join join;
  const SourceSpan first = cursor_.Peek().span;
  const bool is_apply = cursor_.IsWordAt(1, "APPLY") &&
                        (cursor_.IsWordAt(0, "CROSS") || cursor_.IsWordAt(0, "OUTER"));
  if (is_apply) {
    return Unsupported(cursor_.Peek().upper + " APPLY", first)
        .WithHint("write JOIN LATERAL … ON TRUE");
  }
  join.natural = cursor_.AcceptWord("NATURAL");
  bool is_outer = true;
  if (cursor_.AcceptWord("LEFT")) {
    join.kind = JoinKind::kLeft;
  } else if (cursor_.AcceptWord("RIGHT")) {
    join.kind = JoinKind::kRight;
  } else if (cursor_.AcceptWord("FULL")) {
    join.kind = JoinKind::kFull;
  } else {
    is_outer = false;
    if (cursor_.AcceptWord("CROSS")) {
      join.kind = JoinKind::kCross;
    } else if (!cursor_.AcceptWord("INNER") && !join.natural && !cursor_.AtWord("JOIN")) {
      return std::optional<Join>();
    }
  }
  if (is_outer) cursor_.AcceptWord("OUTER");
  FLOE_TRY(cursor_.ExpectWord("JOIN"));
  join.keyword_span = cursor_.SpanFrom(first);
  return std::optional<Join>(std::move(join));
}

Status Parser::ParseJoinCondition(Join& join) {
  // INSERT INTO t SELECT … FROM a CROSS JOIN b ON CONFLICT DO …
  if (cursor_.IsWordAt(0, "ON") && cursor_.IsWordAt(1, "CONFLICT") && cursor_.IsWordAt(2, "DO")) {
    return Status::Ok();
  }
  if (cursor_.AcceptWord("ON")) {
    FLOE_ASSIGN(join.on, ParseExpression());
  } else if (cursor_.AcceptWord("USING")) {
    FLOE_ASSIGN(join.using_columns, ParseNameList("a column name"));
  }
  return Status::Ok();
}

Result<TableReference> Parser::ParseTablePrimary() {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  TableReference table;
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.IsSymbolAt(0, "(") && !AtQuery(1)) {
    FLOE_ASSIGN(table, ParseParenthesizedTable());
  } else {
    FLOE_ASSIGN(table.node, ParseTableNode());
  }
  table.span = cursor_.SpanFrom(first);
  FLOE_TRY(ParseTableSuffix(table));
  const SourceSpan alias_span = cursor_.Peek().span;
  FLOE_ASSIGN(std::optional<TableAlias> alias, ParseTableAlias());
  if (alias.has_value()) {
    if (table.As<Join>() != nullptr || table.alias.has_value()) {
      return Unsupported("an alias behind a table in parentheses", alias_span);
    }
    table.alias = std::move(alias);
  }
  if (cursor_.AtWord("TABLESAMPLE")) {
    FLOE_ASSIGN(table.sample, ParseTableSample());
  }
  table.span = cursor_.SpanFrom(first);
  return table;
}

// A table or join in parentheses.
Result<TableReference> Parser::ParseParenthesizedTable() {
  cursor_.Take();
  FLOE_ASSIGN(TableReference table, ParseFrom());
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return table;
}

Result<TableReference::Node> Parser::ParseTableNode() {
  if (cursor_.AcceptWord("LATERAL")) return ParseLateral();
  if (cursor_.IsSymbolAt(0, "(")) return ParseDerivedTable(false);
  if (cursor_.IsWordAt(0, "UNNEST")) return ParseUnnest();
  if (cursor_.IsWordAt(0, "TABLE")) return ParseTableFunction(false);
  if (cursor_.AtName()) return ParseNamedTable(false);
  return cursor_.Unexpected("a table");
}

// (query).
Result<TableReference::Node> Parser::ParseDerivedTable(bool lateral) {
  cursor_.Take();
  DerivedTable derived;
  derived.lateral = lateral;
  FLOE_ASSIGN(derived.query, ParseQuery());
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return TableReference::Node(std::move(derived));
}

Result<TableReference::Node> Parser::ParseLateral() {
  if (cursor_.AtWord("TABLE")) return ParseTableFunction(true);
  if (cursor_.AtWord("UNNEST")) return ParseUnnest();
  if (cursor_.AtSymbol("(")) return ParseDerivedTable(true);
  if (cursor_.AtName()) return ParseNamedTable(true);
  return cursor_.Unexpected("a table function or a subquery");
}

Result<TableReference::Node> Parser::ParseUnnest() {
  cursor_.Take();
  UnnestTable unnest;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  if (AtQuery(0)) {
    const SourceSpan first = cursor_.Peek().span;
    ScalarSubquery subquery;
    FLOE_ASSIGN(subquery.query, ParseQuery());
    unnest.operands.push_back(MakeExpression(std::move(subquery), cursor_.SpanFrom(first)));
  } else {
    FLOE_ASSIGN(unnest.operands, ParseExpressionList());
  }
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  if (cursor_.AcceptWords("WITH", "ORDINALITY")) unnest.with_ordinality = true;
  return TableReference::Node(std::move(unnest));
}

// TABLE(f(…)).
Result<TableReference::Node> Parser::ParseTableFunction(bool lateral) {
  cursor_.Take();
  TableFunctionCall function;
  function.lateral = lateral;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(QualifiedName name, ParseQualifiedName("a table function"));
  FLOE_ASSIGN(function.call, ParseCallBody(std::move(name), first, true));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return TableReference::Node(std::move(function));
}

// name, name /*+ … */, name FOR SYSTEM_TIME AS OF …, or f(…).
Result<TableReference::Node> Parser::ParseNamedTable(bool lateral) {
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(QualifiedName name, ParseQualifiedName("a table name"));
  if (cursor_.IsSymbolAt(0, "(")) {
    TableFunctionCall function;
    function.lateral = lateral;
    function.has_table_keyword = false;
    FLOE_ASSIGN(function.call, ParseCallBody(std::move(name), first, true));
    return TableReference::Node(std::move(function));
  }
  if (lateral) return cursor_.Unexpected("\"(\" and the arguments of the table function");
  NamedTable table;
  table.name = std::move(name);
  FLOE_ASSIGN(table.hints, ParseHints());
  if (cursor_.IsWordAt(0, "EXTEND")) return Unsupported("EXTEND", cursor_.Peek().span);
  if (cursor_.AcceptWord("FOR")) {
    FLOE_TRY(cursor_.ExpectWord("SYSTEM_TIME"));
    FLOE_TRY(cursor_.ExpectWord("AS"));
    FLOE_TRY(cursor_.ExpectWord("OF"));
    FLOE_ASSIGN(table.system_time, ParseExpression());
  }
  return TableReference::Node(std::move(table));
}

// MATCH_RECOGNIZE (…), PIVOT (…), UNPIVOT (…): taken as text.
Status Parser::ParseTableSuffix(TableReference& table) {
  static constexpr std::string_view kClauses[] = {"MATCH_RECOGNIZE", "PIVOT", "UNPIVOT"};
  for (std::string_view name : kClauses) {
    if (!cursor_.AcceptWord(name)) continue;
    UnsupportedTableClause clause;
    clause.name = name;
    clause.name_span = cursor_.Previous().span;
    if (!cursor_.IsSymbolAt(0, "(")) cursor_.Take();  // UNPIVOT INCLUDE NULLS (…)
    if (!cursor_.IsSymbolAt(0, "(")) cursor_.Take();
    FLOE_ASSIGN(clause.text, SkipParentheses());
    const SourceSpan span = table.span;
    clause.table = std::move(table);
    table = TableReference{std::move(clause), std::nullopt, std::nullopt, span};
    FLOE_TRY(GrowTree());
  }
  return Status::Ok();
}

// Takes "(" to its ")".
Result<std::string> Parser::SkipParentheses() {
  const size_t begin = cursor_.Peek().begin;
  if (!cursor_.AtSymbol("(")) return cursor_.Unexpected();
  size_t depth = 0;
  do {
    if (cursor_.AtEnd()) return cursor_.Unexpected("\")\"");
    if (cursor_.IsSymbolAt(0, "(")) ++depth;
    if (cursor_.IsSymbolAt(0, ")")) --depth;
    cursor_.Take();
  } while (depth > 0);
  return std::string(cursor_.TextFrom(begin));
}

// [AS] name [(column, …)].
Result<std::optional<TableAlias>> Parser::ParseTableAlias() {
  const bool has_as = cursor_.AcceptWord("AS");
  if (!has_as) {
    cursor_.AlsoExpect({"WHERE", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "GROUP",
                        "HAVING", "ORDER", "LIMIT", "UNION", "TABLESAMPLE"});
  }
  if (!has_as && !cursor_.AtName()) return std::optional<TableAlias>();
  TableAlias alias;
  FLOE_ASSIGN(alias.name, cursor_.ExpectName("a table alias"));
  if (cursor_.AtSymbol("(")) {
    FLOE_ASSIGN(alias.columns, ParseNameList("a column name"));
  }
  return std::optional<TableAlias>(std::move(alias));
}

// TABLESAMPLE BERNOULLI | SYSTEM (n) [REPEATABLE (n)].
Result<TableSample> Parser::ParseTableSample() {
  TableSample sample;
  const SourceSpan first = cursor_.Take().span;
  const auto number = [this](std::string_view what) -> Result<Literal> {
    FLOE_TRY(cursor_.ExpectSymbol("("));
    FLOE_ASSIGN(Expression value, ParseRowCount(what));
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    return *value.As<Literal>();
  };
  if (cursor_.AcceptWord("SYSTEM")) {
    sample.bernoulli = false;
  } else {
    FLOE_TRY(cursor_.ExpectWord("BERNOULLI"));
  }
  FLOE_ASSIGN(sample.percentage, number("a percentage"));
  if (cursor_.AcceptWord("REPEATABLE")) {
    FLOE_ASSIGN(sample.seed, number("a seed"));
  }
  sample.span = cursor_.SpanFrom(first);
  return sample;
}

}  // namespace floe::sql::flink
