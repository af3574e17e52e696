#include <utility>

#include "sql/flink/printer.h"

namespace floe::sql::flink {

namespace {

constexpr int kUnion = 1;
constexpr int kIntersect = 2;
constexpr int kSingle = 3;

int PrecedenceOf(const QueryBody& body) {
  const auto* operation = body.As<SetOperation>();
  if (operation == nullptr) return kSingle;
  return operation->op == SetOperator::kIntersect ? kIntersect : kUnion;
}

bool IsComma(const TableReference& table) {
  const auto* join = table.As<Join>();
  return join != nullptr && join->kind == JoinKind::kComma;
}

}  // namespace

void Printer::Print(const Query& query) {
  if (!query.with.empty()) {
    Write(query.recursive ? "WITH RECURSIVE " : "WITH ");
    for (size_t i = 0; i < query.with.size(); ++i) {
      if (i > 0) Write(", ");
      WriteIdentifier(query.with[i].name.value);
      if (!query.with[i].columns.empty()) {
        Write(" ");
        WriteNames(query.with[i].columns);
      }
      Write(" AS (");
      Print(query.with[i].query);
      Write(")");
    }
    Write(" ");
  }
  PrintBody(query.body, 0);
  if (!query.order_by.empty()) {
    Write(" ORDER BY ");
    PrintOrderBy(query.order_by);
  }
  if (query.limit.has_value()) {
    Write(" LIMIT ");
    Print(*query.limit);
  }
  if (query.offset.has_value()) {
    Write(" OFFSET ");
    Print(*query.offset);
  }
}

void Printer::PrintBody(const QueryBody& body, int min_precedence) {
  const bool needs_parentheses = PrecedenceOf(body) < min_precedence;
  if (needs_parentheses) Write("(");
  std::visit([this](const auto& node) { Print(node); }, body.node);
  if (needs_parentheses) Write(")");
}

void Printer::Print(const SetOperation& operation) {
  const int precedence = operation.op == SetOperator::kIntersect ? kIntersect : kUnion;
  PrintBody(*operation.left, precedence);
  Write(" ");
  Write(SetOperatorName(operation.op));
  Write(operation.all ? " ALL " : " ");
  PrintBody(*operation.right, precedence + 1);
}

void Printer::Print(const Box<Query>& query) {
  Write("(");
  Print(*query);
  Write(")");
}

void Printer::Print(const ExplicitTable& table) {
  Write("TABLE ");
  Print(table.name);
}

void Printer::Print(const Values& values) {
  Write("VALUES ");
  for (size_t i = 0; i < values.rows.size(); ++i) {
    Write(i > 0 ? ", (" : "(");
    PrintExpressions(values.rows[i].values);
    Write(")");
  }
}

void Printer::Print(const Select& select) {
  Write("SELECT ");
  PrintHints(select.hints);
  if (!select.hints.empty()) Write(" ");
  if (select.quantifier == SetQuantifier::kDistinct) Write("DISTINCT ");
  if (select.quantifier == SetQuantifier::kAll) Write("ALL ");
  for (size_t i = 0; i < select.items.size(); ++i) {
    if (i > 0) Write(", ");
    Print(select.items[i].expression);
    if (!select.items[i].alias.has_value()) continue;
    Write(" AS ");
    WriteIdentifier(select.items[i].alias->value);
  }
  if (select.from.has_value()) {
    Write(" FROM ");
    Print(**select.from);
  }
  if (select.where.has_value()) {
    Write(" WHERE ");
    Print(*select.where);
  }
  if (select.group_by.has_value()) PrintGroupBy(*select.group_by);
  if (select.having.has_value()) {
    Write(" HAVING ");
    Print(*select.having);
  }
  for (size_t i = 0; i < select.windows.size(); ++i) {
    Write(i > 0 ? ", " : " WINDOW ");
    WriteIdentifier(select.windows[i].name.value);
    Write(" AS ");
    Print(select.windows[i].specification);
  }
  if (select.qualify.has_value()) {
    Write(" QUALIFY ");
    Print(*select.qualify);
  }
}

void Printer::PrintGroupBy(const GroupBy& group_by) {
  Write(" GROUP BY ");
  if (group_by.quantifier == SetQuantifier::kDistinct) Write("DISTINCT ");
  if (group_by.quantifier == SetQuantifier::kAll) Write("ALL ");
  for (size_t i = 0; i < group_by.elements.size(); ++i) {
    if (i > 0) Write(", ");
    PrintGroupingElement(group_by.elements[i]);
  }
}

void Printer::PrintGroupingElement(const GroupingElement& element) {
  const auto nested = [&](std::string_view name) {
    Write(name);
    Write(" (");
    for (size_t i = 0; i < element.elements.size(); ++i) {
      if (i > 0) Write(", ");
      PrintGroupingElement(element.elements[i]);
    }
    Write(")");
  };
  switch (element.kind) {
    case GroupingKind::kExpression:
      return PrintExpressions(element.expressions);
    case GroupingKind::kParentheses:
      Write("(");
      PrintExpressions(element.expressions);
      return Write(")");
    case GroupingKind::kRollup:
      return nested("ROLLUP");
    case GroupingKind::kCube:
      return nested("CUBE");
    case GroupingKind::kGroupingSets:
      return nested("GROUPING SETS");
  }
}

void Printer::PrintHints(const std::vector<Hint>& hints) {
  if (hints.empty()) return;
  Write("/*+ ");
  for (size_t i = 0; i < hints.size(); ++i) {
    if (i > 0) Write(", ");
    Write(hints[i].name);
    if (hints[i].options.empty() && hints[i].arguments.empty()) continue;
    Write("(");
    std::string_view separator;
    for (const Option& option : hints[i].options) {
      Write(separator);
      PrintOption(option);
      separator = ", ";
    }
    for (const std::string& argument : hints[i].arguments) {
      Write(separator);
      Write(argument);
      separator = ", ";
    }
    Write(")");
  }
  Write(" */");
}

void Printer::PrintAlias(const TableAlias& alias) {
  Write(" AS ");
  WriteIdentifier(alias.name.value);
  if (alias.columns.empty()) return;
  Write(" ");
  WriteNames(alias.columns);
}

void Printer::PrintSample(const TableSample& sample) {
  Write(sample.bernoulli ? " TABLESAMPLE BERNOULLI(" : " TABLESAMPLE SYSTEM(");
  Print(sample.percentage);
  Write(")");
  if (!sample.seed.has_value()) return;
  Write(" REPEATABLE(");
  Print(*sample.seed);
  Write(")");
}

void Printer::Print(const TableReference& table) {
  std::visit([this](const auto& node) { Print(node); }, table.node);
  if (table.alias.has_value()) PrintAlias(*table.alias);
  if (table.sample.has_value()) PrintSample(*table.sample);
}

void Printer::Print(const NamedTable& table) {
  Print(table.name);
  if (!table.hints.empty()) Write(" ");
  PrintHints(table.hints);
  if (!table.system_time.has_value()) return;
  Write(" FOR SYSTEM_TIME AS OF ");
  Print(*table.system_time);
}

void Printer::Print(const DerivedTable& table) {
  Write(table.lateral ? "LATERAL (" : "(");
  Print(*table.query);
  Write(")");
}

void Printer::Print(const TableFunctionCall& function) {
  if (function.lateral) Write("LATERAL ");
  if (function.has_table_keyword) Write("TABLE(");
  Print(function.call);
  if (function.has_table_keyword) Write(")");
}

void Printer::Print(const UnnestTable& unnest) {
  const bool is_query =
      unnest.operands.size() == 1 && unnest.operands.front().As<ScalarSubquery>() != nullptr;
  Write("UNNEST");
  if (!is_query) Write("(");
  PrintExpressions(unnest.operands);
  if (!is_query) Write(")");
  if (unnest.with_ordinality) Write(" WITH ORDINALITY");
}

void Printer::Print(const Join& join) {
  const bool is_comma = join.kind == JoinKind::kComma;
  const auto operand = [this](const TableReference& table, bool needs_parentheses) {
    if (needs_parentheses) Write("(");
    Print(table);
    if (needs_parentheses) Write(")");
  };
  operand(*join.left, !is_comma && IsComma(*join.left));
  if (is_comma) {
    Write(", ");
  } else {
    Write(join.natural ? " NATURAL " : " ");
    Write(JoinKindName(join.kind));
    Write(" ");
  }
  const bool right_is_join = join.right->As<Join>() != nullptr;
  operand(*join.right, is_comma ? IsComma(*join.right) : right_is_join);
  if (join.on.has_value()) {
    Write(" ON ");
    Print(*join.on);
  }
  if (!join.using_columns.empty()) {
    Write(" USING ");
    WriteNames(join.using_columns);
  }
}

void Printer::Print(const UnsupportedTableClause& clause) {
  const bool is_join = clause.table->As<Join>() != nullptr;
  if (is_join) Write("(");
  Print(*clause.table);
  Write(is_join ? ") " : " ");
  Write(clause.name);
  Write(" ");
  Write(clause.text);
}

}  // namespace floe::sql::flink
