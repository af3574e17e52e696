// SELECT, VALUES, set operations, relations.
#include <cstdlib>
#include <utility>

#include "sql/trino/parser.h"

namespace floe::sql::trino {

bool Parser::AtQueryStart(size_t ahead) const {
  while (AtSymbol("(", ahead)) ++ahead;
  return AtWord("SELECT", ahead) || AtWord("VALUES", ahead) || AtWord("WITH", ahead) ||
         AtWord("TABLE", ahead);
}

// A name without AS. LIMIT and its like are names too, unless what follows makes them clauses.
bool Parser::AtAlias() const {
  if (!AtName()) return false;
  const bool at_count = Peek(1).kind == TokenKind::kInteger || AtSymbol("?", 1);
  if (AtWord("LIMIT")) return !at_count && !AtWord("ALL", 1);
  if (AtWord("OFFSET")) return !at_count;
  if (AtWord("FETCH")) return !AtWord("FIRST", 1) && !AtWord("NEXT", 1);
  if (AtWord("WINDOW")) return !AtName(1);
  return true;
}

Result<Query> Parser::ParseQuery() {
  DepthGuard guard(*this);
  FLOE_TRY(CheckDepth());
  Query query;
  query.span = Peek().span;
  if (AtWord("WITH")) FLOE_TRY(ParseWith(query));
  FLOE_ASSIGN(query.body, ParseQueryTerm(0));
  if (AcceptWords("ORDER", "BY")) {
    FLOE_ASSIGN(query.order_by, ParseSortItems());
  }
  FLOE_TRY(ParseLimits(query));
  return query;
}

Status Parser::ParseWith(Query& query) {
  Take();
  query.recursive = AcceptWord("RECURSIVE");
  do {
    CommonTable table;
    FLOE_ASSIGN(table.name, ParseIdentifier());
    if (AtSymbol("(")) {
      FLOE_ASSIGN(table.columns, ParseIdentifierList());
    }
    FLOE_TRY(ExpectWord("AS"));
    FLOE_TRY(ExpectSymbol("("));
    FLOE_ASSIGN(*table.query, ParseQuery());
    FLOE_TRY(ExpectSymbol(")"));
    query.with.push_back(std::move(table));
  } while (AcceptSymbol(","));
  return Status::Ok();
}

Result<Expression> Parser::ParseRowCount() {
  if (Peek().kind == TokenKind::kInteger) return ParseNumber();
  if (AtSymbol("?")) return ParsePrimary();
  return Unexpected("'?', <integer>");
}

Status Parser::ParseLimits(Query& query) {
  if (AcceptWord("OFFSET")) {
    FLOE_ASSIGN(Expression count, ParseRowCount());
    query.offset.push_back(std::move(count));
    if (!AcceptWord("ROW")) AcceptWord("ROWS");
  }
  if (AcceptWord("LIMIT")) {
    if (AcceptWord("ALL")) return Status::Ok();
    FLOE_ASSIGN(Expression count, ParseRowCount());
    query.limit.push_back(std::move(count));
  } else if (AcceptWord("FETCH")) {
    if (!AcceptWord("FIRST")) FLOE_TRY(ExpectWord("NEXT"));
    Expression one = Node(ExpressionKind::kInteger, Peek().span);
    one.text = "1";
    if (!AtWord("ROW") && !AtWord("ROWS")) {
      FLOE_ASSIGN(one, ParseRowCount());
    }
    query.limit.push_back(std::move(one));
    if (!AcceptWord("ROW")) FLOE_TRY(ExpectWord("ROWS"));
    if (AcceptWords("WITH", "TIES")) {
      query.with_ties = true;
    } else {
      FLOE_TRY(ExpectWord("ONLY"));
    }
  }
  return Status::Ok();
}

// Precedence 0: UNION and EXCEPT, left to right; 1: INTERSECT.
Result<QueryBody> Parser::ParseQueryTerm(int precedence) {
  auto next = [&] { return precedence == 0 ? ParseQueryTerm(1) : ParseQueryPrimary(); };
  FLOE_ASSIGN(QueryBody left, next());
  while (true) {
    QueryBody node;
    node.kind = BodyKind::kSetOperation;
    node.span = Peek().span;
    if (precedence == 1 && AcceptWord("INTERSECT")) {
      node.set = SetKind::kIntersect;
    } else if (precedence == 0 && AcceptWord("UNION")) {
      node.set = SetKind::kUnion;
    } else if (precedence == 0 && AcceptWord("EXCEPT")) {
      node.set = SetKind::kExcept;
    } else {
      return left;
    }
    node.distinct = !AcceptWord("ALL");
    if (node.distinct) AcceptWord("DISTINCT");
    FLOE_ASSIGN(QueryBody right, next());
    node.sides.push_back(std::move(left));
    node.sides.push_back(std::move(right));
    left = std::move(node);
  }
}

Result<QueryBody> Parser::ParseQueryPrimary() {
  if (AtWord("SELECT")) return ParseSelect();
  if (AtWord("VALUES")) return ParseValues();
  QueryBody body;
  body.span = Peek().span;
  if (AcceptWord("TABLE")) {
    body.kind = BodyKind::kTable;
    FLOE_ASSIGN(body.table, ParseQualifiedName());
    return body;
  }
  if (!AcceptSymbol("(")) return Unexpected("<query>");
  body.kind = BodyKind::kNested;
  FLOE_ASSIGN(Query query, ParseQuery());
  body.nested = std::move(query);
  FLOE_TRY(ExpectSymbol(")"));
  return body;
}

Result<QueryBody> Parser::ParseValues() {
  QueryBody body;
  body.kind = BodyKind::kValues;
  body.span = Take().span;
  do {
    FLOE_ASSIGN(Expression row, ParseExpression());
    body.rows.push_back(std::move(row));
  } while (AcceptSymbol(","));
  return body;
}

Result<QueryBody> Parser::ParseSelect() {
  QueryBody body;
  body.span = Peek().span;
  Select select;
  select.span = Take().span;
  select.distinct = AcceptWord("DISTINCT");
  if (!select.distinct) AcceptWord("ALL");
  do {
    FLOE_ASSIGN(SelectItem item, ParseSelectItem());
    select.items.push_back(std::move(item));
  } while (AcceptSymbol(","));
  if (AcceptWord("FROM")) {
    FLOE_ASSIGN(Relation from, ParseRelations());
    select.from.push_back(std::move(from));
  }
  if (AcceptWord("WHERE")) {
    FLOE_ASSIGN(Expression where, ParseExpression());
    select.where.push_back(std::move(where));
  }
  if (AcceptWords("GROUP", "BY")) {
    select.has_group_by = true;
    if (!AcceptWord("DISTINCT")) AcceptWord("ALL");
    do {
      FLOE_ASSIGN(GroupingElement element, ParseGroupingElement());
      select.group_by.push_back(std::move(element));
    } while (AcceptSymbol(","));
  }
  if (AcceptWord("HAVING")) {
    FLOE_ASSIGN(Expression having, ParseExpression());
    select.having.push_back(std::move(having));
  }
  if (AtWord("WINDOW") && AtName(1) && AtWord("AS", 2)) FLOE_TRY(ParseWindowClause(select));
  body.select = std::move(select);
  return body;
}

Status Parser::ParseWindowClause(Select& select) {
  Take();
  do {
    FLOE_ASSIGN(Identifier name, ParseIdentifier());
    FLOE_TRY(ExpectWord("AS"));
    FLOE_TRY(ExpectSymbol("("));
    FLOE_ASSIGN(Window window, ParseWindowSpecification());
    FLOE_TRY(ExpectSymbol(")"));
    select.windows.emplace_back(std::move(name), std::move(window));
  } while (AcceptSymbol(","));
  return Status::Ok();
}

Result<SelectItem> Parser::ParseSelectItem() {
  SelectItem item;
  item.span = Peek().span;
  if (AcceptSymbol("*")) return item;
  size_t ahead = 0;
  while (AtName(ahead) && AtSymbol(".", ahead + 1)) ahead += 2;
  if (ahead > 0 && AtSymbol("*", ahead)) {
    Expression qualifier = Node(ExpressionKind::kIdentifier, Peek().span);
    FLOE_ASSIGN(qualifier.name, ParseIdentifier());
    while (AtSymbol(".") && AtName(1)) {
      Take();
      Expression node = Node(ExpressionKind::kDereference, item.span);
      FLOE_ASSIGN(node.name, ParseIdentifier());
      node.children.push_back(std::move(qualifier));
      qualifier = std::move(node);
    }
    Take();
    Take();
    item.qualifier.push_back(std::move(qualifier));
    return item;
  }
  if (Peek().kind == TokenKind::kPunctuation && !AtSymbol("(") && !AtSymbol("-") &&
      !AtSymbol("+") && !AtSymbol("?")) {
    return Unexpected("'*', 'ALL', 'DISTINCT', <expression>");
  }
  FLOE_ASSIGN(Expression expression, ParseExpression());
  item.expression.push_back(std::move(expression));
  if (AcceptWord("AS") || AtAlias()) {
    FLOE_ASSIGN(item.alias, ParseIdentifier());
  }
  return item;
}

Result<std::vector<Expression>> Parser::ParseGroupingSet() {
  std::vector<Expression> set;
  if (!AtSymbol("(")) {
    FLOE_ASSIGN(Expression item, ParseExpression());
    set.push_back(std::move(item));
    return set;
  }
  Take();
  FLOE_ASSIGN(set, ParseExpressionList(")"));
  FLOE_TRY(ExpectSymbol(")"));
  return set;
}

Result<GroupingElement> Parser::ParseGroupingElement() {
  GroupingElement element;
  if (AcceptWords("GROUPING", "SETS")) {
    element.kind = GroupingKind::kSets;
  } else if (AcceptWord("ROLLUP")) {
    element.kind = GroupingKind::kRollup;
  } else if (AcceptWord("CUBE")) {
    element.kind = GroupingKind::kCube;
  } else if (AtSymbol("(") && AtSymbol(")", 1)) {
    Take();
    Take();
    element.sets.emplace_back();
    return element;
  } else {
    FLOE_ASSIGN(Expression item, ParseExpression());
    std::vector<Expression> set;
    if (item.kind == ExpressionKind::kRow) {
      set = std::move(item.children);
    } else {
      set.push_back(std::move(item));
    }
    element.sets.push_back(std::move(set));
    return element;
  }
  FLOE_TRY(ExpectSymbol("("));
  do {
    FLOE_ASSIGN(auto set, ParseGroupingSet());
    element.sets.push_back(std::move(set));
  } while (AcceptSymbol(","));
  FLOE_TRY(ExpectSymbol(")"));
  return element;
}

Result<std::vector<SortItem>> Parser::ParseSortItems() {
  std::vector<SortItem> items;
  do {
    SortItem item;
    FLOE_ASSIGN(item.expression, ParseExpression());
    if (AcceptWord("DESC")) {
      item.descending = true;
    } else {
      AcceptWord("ASC");
    }
    if (AcceptWord("NULLS")) {
      item.nulls = AtWord("FIRST") ? NullOrder::kFirst : NullOrder::kLast;
      if (!AcceptWord("FIRST")) FLOE_TRY(ExpectWord("LAST"));
    }
    items.push_back(std::move(item));
  } while (AcceptSymbol(","));
  return items;
}

}  // namespace floe::sql::trino
