#include <utility>

#include "sql/flink/printer.h"

namespace floe::sql::flink {

namespace {

// How tightly a node binds when it is an operand; the same numbers as in parse_expression.cc.
constexpr int kOr = 22;
constexpr int kAnd = 24;
constexpr int kNot = 26;
constexpr int kIs = 28;
constexpr int kComparison = 30;
constexpr int kMatch = 32;
constexpr int kAdditive = 40;
constexpr int kMultiplicative = 60;
constexpr int kSign = 80;
constexpr int kPrimary = 100;

int PrecedenceOf(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
    case BinaryOperator::kSubtract:
      return kAdditive;
    case BinaryOperator::kMultiply:
    case BinaryOperator::kDivide:
    case BinaryOperator::kModulo:
    case BinaryOperator::kConcatenate:
      return kMultiplicative;
    case BinaryOperator::kAnd:
      return kAnd;
    case BinaryOperator::kOr:
      return kOr;
    case BinaryOperator::kIsDistinctFrom:
    case BinaryOperator::kIsNotDistinctFrom:
      return kIs;
    default:
      return kComparison;
  }
}

int PrecedenceOf(const Expression& expression) {
  if (const auto* binary = expression.As<BinaryOperation>()) return PrecedenceOf(binary->op);
  if (const auto* unary = expression.As<UnaryOperation>()) {
    return unary->op == UnaryOperator::kNot ? kNot : kSign;
  }
  if (expression.As<IsPredicate>() != nullptr) return kIs;
  if (expression.As<QuantifiedComparison>() != nullptr) return kComparison;
  const bool is_match =
      expression.As<BetweenPredicate>() != nullptr || expression.As<LikePredicate>() != nullptr ||
      expression.As<InList>() != nullptr || expression.As<InSubquery>() != nullptr;
  return is_match ? kMatch : kPrimary;
}

std::string_view LikeName(LikeKind kind) {
  switch (kind) {
    case LikeKind::kLike:
      return "LIKE";
    case LikeKind::kIlike:
      return "ILIKE";
    case LikeKind::kRlike:
      return "RLIKE";
    case LikeKind::kSimilarTo:
      return "SIMILAR TO";
  }
  return "";
}

std::string_view IsTestName(IsTest test) {
  switch (test) {
    case IsTest::kNull:
      return "NULL";
    case IsTest::kTrue:
      return "TRUE";
    case IsTest::kFalse:
      return "FALSE";
    case IsTest::kUnknown:
      return "UNKNOWN";
    case IsTest::kJsonValue:
      return "JSON VALUE";
    case IsTest::kJsonObject:
      return "JSON OBJECT";
    case IsTest::kJsonArray:
      return "JSON ARRAY";
    case IsTest::kJsonScalar:
      return "JSON SCALAR";
  }
  return "";
}

std::string_view CollectionName(CollectionKind kind) {
  switch (kind) {
    case CollectionKind::kArray:
      return "ARRAY";
    case CollectionKind::kMultiset:
      return "MULTISET";
    case CollectionKind::kMap:
      return "MAP";
  }
  return "";
}

}  // namespace

void Printer::Print(const Expression& expression) {
  std::visit([this](const auto& node) { Print(node); }, expression.node);
}

void Printer::PrintOperand(const Expression& expression, int min_precedence) {
  const bool needs_parentheses = PrecedenceOf(expression) < min_precedence;
  if (needs_parentheses) Write("(");
  Print(expression);
  if (needs_parentheses) Write(")");
}

void Printer::PrintExpressions(const std::vector<Expression>& expressions) {
  for (size_t i = 0; i < expressions.size(); ++i) {
    if (i > 0) Write(", ");
    Print(expressions[i]);
  }
}

void Printer::PrintOrderBy(const std::vector<OrderItem>& items) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) Write(", ");
    Print(items[i].expression);
    if (items[i].descending) Write(" DESC");
    if (items[i].nulls == NullsOrder::kFirst) Write(" NULLS FIRST");
    if (items[i].nulls == NullsOrder::kLast) Write(" NULLS LAST");
  }
}

void Printer::Print(const Literal& literal) {
  const auto prefixed = [&](std::string_view prefix) {
    Write(prefix);
    WriteString(literal.text);
  };
  switch (literal.kind) {
    case LiteralKind::kNull:
      return Write("NULL");
    case LiteralKind::kTrue:
      return Write("TRUE");
    case LiteralKind::kFalse:
      return Write("FALSE");
    case LiteralKind::kUnknown:
      return Write("UNKNOWN");
    case LiteralKind::kExactNumeric:
    case LiteralKind::kApproximateNumeric:
      return Write(literal.text);
    case LiteralKind::kString:
      if (!literal.charset.empty()) Write("_" + literal.charset);
      return WriteString(literal.text);
    case LiteralKind::kBinary:
      return prefixed("X");
    case LiteralKind::kDate:
      return prefixed("DATE ");
    case LiteralKind::kTime:
      return prefixed("TIME ");
    case LiteralKind::kTimestamp:
      return prefixed("TIMESTAMP ");
    case LiteralKind::kTimestampLtz:
      return prefixed("TIMESTAMP WITH LOCAL TIME ZONE ");
  }
}

void Printer::PrintPrecision(const std::optional<int>& precision) {
  if (precision.has_value()) Write("(" + std::to_string(*precision) + ")");
}

void Printer::Print(const IntervalQualifier& qualifier) {
  Write(TimeUnitName(qualifier.start));
  if (!qualifier.end.has_value() && qualifier.fraction_precision.has_value()) {
    Write("(" + std::to_string(qualifier.start_precision.value_or(2)) + ", " +
          std::to_string(*qualifier.fraction_precision) + ")");
    return;
  }
  PrintPrecision(qualifier.start_precision);
  if (!qualifier.end.has_value()) return;
  Write(" TO ");
  Write(TimeUnitName(*qualifier.end));
  PrintPrecision(qualifier.fraction_precision);
}

void Printer::Print(const IntervalLiteral& literal) {
  Write(literal.negative ? "INTERVAL -" : "INTERVAL ");
  WriteString(literal.text);
  Write(" ");
  Print(literal.qualifier);
}

void Printer::Print(const IntervalExpression& interval) {
  const bool has_parentheses = interval.operand->As<ScalarSubquery>() != nullptr ||
                               (interval.operand->As<RowConstructor>() != nullptr &&
                                !interval.operand->As<RowConstructor>()->has_keyword);
  Write(has_parentheses ? "INTERVAL " : "INTERVAL (");
  Print(*interval.operand);
  Write(has_parentheses ? " " : ") ");
  Print(interval.qualifier);
}

void Printer::Print(const Star& star) {
  if (!star.qualifier.parts.empty()) {
    Print(star.qualifier);
    Write(".");
  }
  Write("*");
}

void Printer::Print(const FieldAccess& access) {
  const auto* call = access.operand->As<FunctionCall>();
  const bool is_postfix = access.operand->As<FieldAccess>() != nullptr ||
                          access.operand->As<ScalarSubquery>() != nullptr ||
                          access.operand->As<ElementAccess>() != nullptr ||
                          (call != nullptr && call->has_parentheses);
  if (!is_postfix) Write("(");
  Print(*access.operand);
  Write(is_postfix ? "." : ").");
  WriteIdentifier(access.field.value);
}

void Printer::Print(const ElementAccess& access) {
  PrintOperand(*access.operand, kPrimary);
  Write("[");
  Print(*access.index);
  Write("]");
}

void Printer::Print(const UnaryOperation& operation) {
  if (operation.op == UnaryOperator::kNot) {
    Write("NOT ");
    return PrintOperand(*operation.operand, kNot);
  }
  Write(operation.op == UnaryOperator::kMinus ? "-" : "+");
  if (operation.operand->As<UnaryOperation>() != nullptr) Write(" ");  // "--" is a comment
  PrintOperand(*operation.operand, kSign);
}

void Printer::Print(const BinaryOperation& operation) {
  const int precedence = PrecedenceOf(operation.op);
  PrintOperand(*operation.left, precedence);
  Write(" ");
  Write(BinaryOperatorName(operation.op));
  Write(" ");
  PrintOperand(*operation.right, precedence == kIs ? kComparison + 1 : precedence + 1);
}

void Printer::Print(const IsPredicate& predicate) {
  PrintOperand(*predicate.operand, kIs);
  Write(predicate.negated ? " IS NOT " : " IS ");
  Write(IsTestName(predicate.test));
}

void Printer::Print(const BetweenPredicate& between) {
  PrintOperand(*between.operand, kMatch);
  Write(between.negated ? " NOT BETWEEN " : " BETWEEN ");
  if (between.symmetric) Write("SYMMETRIC ");
  PrintOperand(*between.low, kMatch + 1);
  Write(" AND ");
  PrintOperand(*between.high, kMatch + 1);
}

void Printer::Print(const LikePredicate& like) {
  PrintOperand(*like.operand, kMatch);
  Write(like.negated ? " NOT " : " ");
  Write(LikeName(like.kind));
  Write(" ");
  PrintOperand(*like.pattern, kMatch + 1);
  if (!like.escape.has_value()) return;
  Write(" ESCAPE ");
  PrintOperand(**like.escape, kPrimary);
}

void Printer::Print(const InList& in) {
  PrintOperand(*in.operand, kMatch);
  Write(in.negated ? " NOT IN (" : " IN (");
  PrintExpressions(in.values);
  Write(")");
}

void Printer::Print(const InSubquery& in) {
  PrintOperand(*in.operand, kMatch);
  Write(in.negated ? " NOT IN (" : " IN (");
  Print(*in.query);
  Write(")");
}

void Printer::Print(const ExistsSubquery& exists) {
  Write("EXISTS (");
  Print(*exists.query);
  Write(")");
}

void Printer::Print(const QuantifiedComparison& comparison) {
  PrintOperand(*comparison.operand, kComparison);
  Write(" ");
  Write(BinaryOperatorName(comparison.op));
  Write(comparison.quantifier == ComparisonQuantifier::kAll    ? " ALL ("
        : comparison.quantifier == ComparisonQuantifier::kSome ? " SOME ("
                                                               : " ANY (");
  Print(*comparison.query);
  Write(")");
}

void Printer::Print(const ScalarSubquery& subquery) {
  Write("(");
  Print(*subquery.query);
  Write(")");
}

void Printer::Print(const CaseExpression& expression) {
  Write("CASE");
  if (expression.operand.has_value()) {
    Write(" ");
    Print(**expression.operand);
  }
  for (const CaseBranch& branch : expression.branches) {
    Write(" WHEN ");
    Print(branch.condition);
    Write(" THEN ");
    Print(branch.result);
  }
  if (expression.otherwise.has_value()) {
    Write(" ELSE ");
    Print(**expression.otherwise);
  }
  Write(" END");
}

void Printer::Print(const CastExpression& cast) {
  Write(cast.is_try ? "TRY_CAST(" : "CAST(");
  Print(*cast.operand);
  Write(" AS ");
  Print(cast.type);
  Write(")");
}

void Printer::Print(const RowConstructor& row) {
  Write(row.has_keyword ? "ROW(" : "(");
  PrintExpressions(row.values);
  Write(")");
}

void Printer::Print(const CollectionConstructor& collection) {
  Write(CollectionName(collection.kind));
  Write("[");
  PrintExpressions(collection.values);
  Write("]");
}

void Printer::Print(const CollectionSubquery& collection) {
  Write(CollectionName(collection.kind));
  Write("(");
  Print(*collection.query);
  Write(")");
}

void Printer::Print(const TimeUnitArgument& unit) { Write(TimeUnitName(unit.unit)); }

void Printer::Print(const TrimSideArgument& side) {
  Write(side.side == TrimSide::kBoth      ? "BOTH"
        : side.side == TrimSide::kLeading ? "LEADING"
                                          : "TRAILING");
}

void Printer::Print(const DescriptorArgument& descriptor) {
  Write("DESCRIPTOR");
  WriteNames(descriptor.columns);
}

void Printer::Print(const TableArgument& table) {
  if (table.table.has_value()) {
    Write("TABLE ");
    Print(*table.table);
  } else {
    Write("(");
    Print(**table.query);
    Write(")");
  }
  if (!table.partition_by.empty()) {
    Write(" PARTITION BY (");
    PrintExpressions(table.partition_by);
    Write(")");
  }
  if (!table.order_by.empty()) {
    Write(" ORDER BY (");
    PrintOrderBy(table.order_by);
    Write(")");
  }
}

void Printer::Print(const DefaultArgument&) { Write("DEFAULT"); }

}  // namespace floe::sql::flink
