// Queries: WITH, SELECT, VALUES, set operations, and what stands behind them.
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

constexpr int kUnionPrecedence = 1;
constexpr int kIntersectPrecedence = 2;

std::optional<SetOperator> FindSetOperator(const Token& token) {
  if (token.IsWord("UNION")) return SetOperator::kUnion;
  if (token.IsWord("INTERSECT")) return SetOperator::kIntersect;
  if (token.IsWord("EXCEPT")) return SetOperator::kExcept;
  return std::nullopt;
}

int PrecedenceOf(SetOperator op) {
  return op == SetOperator::kIntersect ? kIntersectPrecedence : kUnionPrecedence;
}

bool ContinuesQuery(const Token& token) {
  return FindSetOperator(token).has_value() || token.IsWord("ORDER") || token.IsWord("LIMIT") ||
         token.IsWord("OFFSET") || token.IsWord("FETCH");
}

}  // namespace

// Tells ((SELECT …) UNION …) from ((SELECT …) + 1): a parenthesis begins a query if a query begins
// within it and, behind it, the enclosing parenthesis ends or the query goes on.
bool Parser::AtQuery(size_t ahead) const {
  size_t at = ahead;
  while (cursor_.IsSymbolAt(at, "(")) ++at;
  size_t open = at - ahead;
  if (open > static_cast<size_t>(limits::kMaxSqlNestingDepth)) return false;
  const bool is_table = cursor_.IsWordAt(at, "TABLE") && !cursor_.IsSymbolAt(at + 1, "(");
  if (!is_table && !cursor_.IsWordAt(at, "SELECT") && !cursor_.IsWordAt(at, "VALUES") &&
      !cursor_.IsWordAt(at, "WITH")) {
    return false;
  }
  size_t depth = 1;
  while (open > 0 && cursor_.Peek(at).kind != TokenKind::kEnd) {
    if (cursor_.IsSymbolAt(at, "(")) ++depth;
    if (cursor_.IsSymbolAt(at, ")") && --depth == 0) {
      --open;
      depth = 1;
      const Token& next = cursor_.Peek(at + 1);
      const bool is_whole = next.IsPunctuation(")") || next.kind == TokenKind::kEnd;
      if (!is_whole && !ContinuesQuery(next)) return false;
    }
    ++at;
  }
  return true;
}

Result<Query> Parser::ParseQuery() {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  Query query;
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.AcceptWord("WITH")) {
    query.recursive = cursor_.AcceptWord("RECURSIVE");
    FLOE_ASSIGN(query.with, ParseWith());
  }
  FLOE_ASSIGN(query.body, ParseQueryBody(0));
  FLOE_TRY(ParseQueryTail(query));
  query.span = cursor_.SpanFrom(first);
  const bool is_bare = query.with.empty() && query.order_by.empty() && !query.offset.has_value() &&
                       !query.limit.has_value();
  if (auto* inner = std::get_if<Box<Query>>(&query.body.node); is_bare && inner != nullptr) {
    return std::move(**inner);  // ((query)) is the query
  }
  return query;
}

Result<std::vector<CommonTableExpression>> Parser::ParseWith() {
  std::vector<CommonTableExpression> tables;
  do {
    CommonTableExpression table;
    const SourceSpan first = cursor_.Peek().span;
    FLOE_ASSIGN(table.name, cursor_.ExpectName("a name for the query"));
    if (cursor_.AtSymbol("(")) {
      FLOE_ASSIGN(table.columns, ParseNameList("a column name"));
    }
    FLOE_TRY(cursor_.ExpectWord("AS"));
    FLOE_TRY(cursor_.ExpectSymbol("("));
    FLOE_ASSIGN(table.query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    table.span = cursor_.SpanFrom(first);
    tables.push_back(std::move(table));
  } while (cursor_.AcceptSymbol(","));
  return tables;
}

Result<QueryBody> Parser::ParseQueryBody(int min_precedence) {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(QueryBody left, ParseQueryPrimary());
  while (true) {
    const Token& token = cursor_.Peek();
    const std::optional<SetOperator> op = FindSetOperator(token);
    if (!op.has_value() || PrecedenceOf(*op) < min_precedence) break;
    SetOperation operation;
    operation.op = *op;
    operation.operator_span = cursor_.Take().span;
    operation.all = cursor_.AcceptWord("ALL");
    if (!operation.all) cursor_.AcceptWord("DISTINCT");
    operation.left = std::move(left);
    FLOE_ASSIGN(operation.right, ParseQueryBody(PrecedenceOf(*op) + 1));
    left = QueryBody{std::move(operation), cursor_.SpanFrom(first)};
    FLOE_TRY(GrowTree());
  }
  if (cursor_.IsWordAt(0, "MINUS")) {
    return Unsupported("MINUS", cursor_.Peek().span).WithHint("write EXCEPT");
  }
  return left;
}

Result<QueryBody> Parser::ParseQueryPrimary() {
  const SourceSpan first = cursor_.Peek().span;
  QueryBody body;
  if (cursor_.AtWord("SELECT")) {
    FLOE_ASSIGN(body.node, ParseSelect());
  } else if (cursor_.AcceptWord("VALUES")) {
    FLOE_ASSIGN(body.node, ParseValues());
  } else if (cursor_.AcceptWord("TABLE")) {
    FLOE_ASSIGN(QualifiedName name, ParseQualifiedName("a table name"));
    body.node = ExplicitTable{std::move(name)};
  } else if (cursor_.AcceptSymbol("(")) {
    FLOE_ASSIGN(Query query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    const bool is_bare = query.with.empty() && query.order_by.empty() &&
                         !query.offset.has_value() && !query.limit.has_value();
    if (is_bare) {
      body = std::move(query.body);
    } else {
      body.node = Box<Query>(std::move(query));
    }
  } else {
    return cursor_.Unexpected("a query");
  }
  body.span = cursor_.SpanFrom(first);
  return body;
}

Result<Values> Parser::ParseValues() {
  Values values;
  do {
    ValuesRow row;
    const SourceSpan first = cursor_.Peek().span;
    const bool has_keyword = cursor_.IsWordAt(0, "ROW") && cursor_.IsSymbolAt(1, "(");
    if (has_keyword) cursor_.Take();
    if (has_keyword || (cursor_.IsSymbolAt(0, "(") && !AtQuery(1))) {
      FLOE_ASSIGN(row.values, ParseParenthesizedList());
    } else {
      FLOE_ASSIGN(Expression value, ParseExpression());
      row.values.push_back(std::move(value));
    }
    row.span = cursor_.SpanFrom(first);
    values.rows.push_back(std::move(row));
  } while (cursor_.AcceptSymbol(","));
  return values;
}

// REQUIRES: at SELECT.
Result<Select> Parser::ParseSelect() {
  Select select;
  cursor_.Take();
  FLOE_ASSIGN(select.hints, ParseHints());
  if (cursor_.IsWordAt(0, "STREAM")) return Unsupported("SELECT STREAM", cursor_.Peek().span);
  if (cursor_.AcceptWord("DISTINCT")) {
    select.quantifier = SetQuantifier::kDistinct;
  } else if (cursor_.AcceptWord("ALL")) {
    select.quantifier = SetQuantifier::kAll;
  }
  do {
    FLOE_ASSIGN(SelectItem item, ParseSelectItem());
    select.items.push_back(std::move(item));
  } while (cursor_.AcceptSymbol(","));
  if (cursor_.AcceptWord("FROM")) {
    FLOE_ASSIGN(select.from, ParseFrom());
  }
  if (cursor_.AcceptWord("WHERE")) {
    FLOE_ASSIGN(select.where, ParseExpression());
  }
  if (cursor_.AtWord("GROUP")) {
    FLOE_ASSIGN(select.group_by, ParseGroupBy());
  }
  if (cursor_.AcceptWord("HAVING")) {
    FLOE_ASSIGN(select.having, ParseExpression());
  }
  if (cursor_.AcceptWord("WINDOW")) {
    FLOE_ASSIGN(select.windows, ParseNamedWindows());
  }
  if (cursor_.AcceptWord("QUALIFY")) {
    FLOE_ASSIGN(select.qualify, ParseExpression());
  }
  return select;
}

Result<SelectItem> Parser::ParseSelectItem() {
  SelectItem item;
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.AcceptSymbol("*")) {
    item.expression = MakeExpression(Star{}, first);
    return item;
  }
  size_t star_at = 0;  // of name.name.*
  while (cursor_.IsNameAt(star_at) && cursor_.IsSymbolAt(star_at + 1, ".")) star_at += 2;
  if (star_at > 0 && cursor_.IsSymbolAt(star_at, "*")) {
    Star star;
    while (cursor_.IsNameAt(0)) {
      FLOE_ASSIGN(Identifier part, cursor_.ExpectName("a table name"));
      star.qualifier.parts.push_back(std::move(part));
      star.qualifier.span = cursor_.SpanFrom(first);
      FLOE_TRY(cursor_.ExpectSymbol("."));
    }
    FLOE_TRY(cursor_.ExpectSymbol("*"));
    item.expression = MakeExpression(std::move(star), cursor_.SpanFrom(first));
    return item;
  }
  FLOE_ASSIGN(item.expression, ParseExpression());
  const bool has_as = cursor_.AcceptWord("AS");
  if (!has_as) {
    cursor_.AlsoExpect({"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION"});
  }
  if (has_as || cursor_.AtName()) {
    FLOE_ASSIGN(item.alias, cursor_.ExpectName("a column alias"));
  }
  return item;
}

// REQUIRES: at GROUP.
Result<GroupBy> Parser::ParseGroupBy() {
  GroupBy group_by;
  const SourceSpan first = cursor_.Take().span;
  FLOE_TRY(cursor_.ExpectWord("BY"));
  if (cursor_.AcceptWord("DISTINCT")) {
    group_by.quantifier = SetQuantifier::kDistinct;
  } else if (cursor_.AcceptWord("ALL")) {
    group_by.quantifier = SetQuantifier::kAll;
  }
  do {
    FLOE_ASSIGN(GroupingElement element, ParseGroupingElement());
    group_by.elements.push_back(std::move(element));
  } while (cursor_.AcceptSymbol(","));
  group_by.span = cursor_.SpanFrom(first);
  return group_by;
}

Result<GroupingElement> Parser::ParseGroupingElement() {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  GroupingElement element;
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.AcceptWords("GROUPING", "SETS")) {
    element.kind = GroupingKind::kGroupingSets;
    FLOE_ASSIGN(element.elements, ParseGroupingElements());
  } else if (cursor_.AcceptWord("ROLLUP")) {
    element.kind = GroupingKind::kRollup;
    FLOE_ASSIGN(element.elements, ParseGroupingElements());
  } else if (cursor_.AcceptWord("CUBE")) {
    element.kind = GroupingKind::kCube;
    FLOE_ASSIGN(element.elements, ParseGroupingElements());
  } else if (cursor_.IsSymbolAt(0, "(") && cursor_.IsSymbolAt(1, ")")) {
    cursor_.Take();
    cursor_.Take();
    element.kind = GroupingKind::kParentheses;
  } else {
    FLOE_ASSIGN(Expression expression, ParseExpression());
    const auto* row = expression.As<RowConstructor>();
    if (row != nullptr && !row->has_keyword) {
      element.kind = GroupingKind::kParentheses;
      element.expressions = row->values;
    } else {
      element.expressions.push_back(std::move(expression));
    }
  }
  element.span = cursor_.SpanFrom(first);
  return element;
}

Result<std::vector<GroupingElement>> Parser::ParseGroupingElements() {
  std::vector<GroupingElement> elements;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  do {
    FLOE_ASSIGN(GroupingElement element, ParseGroupingElement());
    elements.push_back(std::move(element));
  } while (cursor_.AcceptSymbol(","));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return elements;
}

Result<std::vector<NamedWindow>> Parser::ParseNamedWindows() {
  std::vector<NamedWindow> windows;
  do {
    NamedWindow window;
    FLOE_ASSIGN(window.name, cursor_.ExpectName("a window name"));
    FLOE_TRY(cursor_.ExpectWord("AS"));
    FLOE_ASSIGN(window.specification, ParseWindowSpecification());
    windows.push_back(std::move(window));
  } while (cursor_.AcceptSymbol(","));
  return windows;
}

// [ORDER BY …] [LIMIT …] [OFFSET … [ROWS]] [FETCH FIRST … ROWS ONLY].
Status Parser::ParseQueryTail(Query& query) {
  if (cursor_.AcceptWord("ORDER")) {
    FLOE_TRY(cursor_.ExpectWord("BY"));
    FLOE_ASSIGN(query.order_by, ParseOrderItems());
  }
  if (cursor_.AcceptWord("LIMIT")) {
    if (!cursor_.AcceptWord("ALL")) {
      FLOE_ASSIGN(query.limit, ParseRowCount("a number of rows"));
    }
  }
  if (cursor_.AcceptWord("OFFSET")) {
    FLOE_ASSIGN(query.offset, ParseRowCount("a number of rows"));
    if (!cursor_.AcceptWord("ROWS")) cursor_.AcceptWord("ROW");
  }
  if (!cursor_.AcceptWord("FETCH")) return Status::Ok();
  if (!cursor_.AcceptWord("FIRST")) FLOE_TRY(cursor_.ExpectWord("NEXT"));
  FLOE_ASSIGN(query.limit, ParseRowCount("a number of rows"));
  if (!cursor_.AcceptWord("ROWS")) FLOE_TRY(cursor_.ExpectWord("ROW"));
  return cursor_.ExpectWord("ONLY");
}

Result<Expression> Parser::ParseRowCount(std::string_view what) {
  const Token& token = cursor_.Peek();
  const bool is_number = token.kind == TokenKind::kInteger || token.kind == TokenKind::kDecimal ||
                         token.kind == TokenKind::kApproximate;
  if (!is_number) return cursor_.Unexpected(what);
  return ParsePrimary();
}

// Any number of /*+ … */ blocks.
Result<std::vector<Hint>> Parser::ParseHints() {
  std::vector<Hint> hints;
  while (cursor_.Peek().kind == TokenKind::kHintBegin) {
    cursor_.Take();
    do {
      FLOE_ASSIGN(Hint hint, ParseHint());
      hints.push_back(std::move(hint));
    } while (cursor_.AcceptSymbol(","));
    if (cursor_.Peek().kind != TokenKind::kCommentEnd) return cursor_.Unexpected("\"*/\"");
    cursor_.Take();
  }
  return hints;
}

// NAME, NAME('k' = 'v', …) or NAME(a, 1, 'x').
Result<Hint> Parser::ParseHint() {
  Hint hint;
  const Token& token = cursor_.Peek();
  if (token.kind != TokenKind::kWord) return cursor_.Unexpected("the name of a hint");
  hint.name = cursor_.Take().upper;
  if (cursor_.AcceptSymbol("(")) {
    while (!cursor_.AtSymbol(")")) {
      const Token& argument = cursor_.Peek();
      if (argument.kind == TokenKind::kString && cursor_.IsSymbolAt(1, "=")) {
        FLOE_ASSIGN(Option option, ParseOption());
        hint.options.push_back(std::move(option));
      } else if (argument.kind == TokenKind::kWord || argument.kind == TokenKind::kString ||
                 argument.kind == TokenKind::kQuotedIdentifier ||
                 argument.kind == TokenKind::kInteger) {
        std::string text;
        do {
          text += cursor_.Take().text;
          if (cursor_.IsSymbolAt(0, ".")) text += cursor_.Take().text;
        } while (cursor_.Previous().IsPunctuation(".") && !cursor_.AtEnd());
        hint.arguments.push_back(std::move(text));
      } else {
        return cursor_.Unexpected("an argument of the hint");
      }
      if (!cursor_.AcceptSymbol(",")) break;
    }
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  hint.span = cursor_.SpanFrom(token.span);
  return hint;
}

}  // namespace floe::sql::flink
