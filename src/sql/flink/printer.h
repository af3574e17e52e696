// Writes syntax trees as text; print.h is what others use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/flink/ast.h"

namespace floe::sql::flink {

// Appends to one text. Print(node) writes the node; Write(text) writes words.
class Printer {
 public:
  std::string Take() { return std::move(text_); }

  void Write(std::string_view text) { text_ += text; }
  void WriteIdentifier(std::string_view name);
  void WriteString(std::string_view text);
  void WriteNames(const std::vector<Identifier>& names);  // (`a`, `b`)

  void Print(const QualifiedName& name);
  void Print(const TypeName& type);
  void Print(const IntervalQualifier& qualifier);
  void Print(const Expression& expression);
  void Print(const Query& query);
  void Print(const Statement& statement);

  // printer_expression.cc, one for each alternative of Expression::Node
  void Print(const Literal& literal);
  void Print(const IntervalLiteral& literal);
  void Print(const IntervalExpression& interval);
  void Print(const ColumnReference& column) { Print(column.name); }
  void Print(const Star& star);
  void Print(const FieldAccess& access);
  void Print(const ElementAccess& access);
  void Print(const UnaryOperation& operation);
  void Print(const BinaryOperation& operation);
  void Print(const IsPredicate& predicate);
  void Print(const BetweenPredicate& between);
  void Print(const LikePredicate& like);
  void Print(const InList& in);
  void Print(const InSubquery& in);
  void Print(const ExistsSubquery& exists);
  void Print(const QuantifiedComparison& comparison);
  void Print(const ScalarSubquery& subquery);
  void Print(const CaseExpression& expression);
  void Print(const CastExpression& cast);
  void Print(const RowConstructor& row);
  void Print(const CollectionConstructor& collection);
  void Print(const CollectionSubquery& collection);
  void Print(const TimeUnitArgument& unit);
  void Print(const TrimSideArgument& side);
  void Print(const DescriptorArgument& descriptor);
  void Print(const TableArgument& table);
  void Print(const DefaultArgument& argument);
  void Print(const Box<FunctionCall>& call) { Print(*call); }

  // printer_function.cc
  void Print(const FunctionCall& call);
  void Print(const FunctionArgument& argument);
  void Print(const WindowSpecification& window);

  // printer_query.cc
  void Print(const Select& select);
  void Print(const Values& values);
  void Print(const ExplicitTable& table);
  void Print(const SetOperation& operation);
  void Print(const Box<Query>& query);
  void Print(const TableReference& table);
  void Print(const NamedTable& table);
  void Print(const DerivedTable& table);
  void Print(const TableFunctionCall& function);
  void Print(const UnnestTable& unnest);
  void Print(const Join& join);
  void Print(const UnsupportedTableClause& clause);

  // printer_statement.cc, one for each alternative of Statement::Node
  void Print(const QueryStatement& statement) { Print(statement.query); }
  void Print(const SetStatement& set);
  void Print(const ResetStatement& reset);
  void Print(const CreateCatalog& create);
  void Print(const CreateDatabase& create);
  void Print(const UseCatalog& use);
  void Print(const UseDatabase& use);
  void Print(const CreateTable& create);
  void Print(const CreateView& create);
  void Print(const DropStatement& drop);
  void Print(const AlterTable& alter);
  void Print(const Insert& insert);
  void Print(const StatementSet& set);
  void Print(const BeginStatementSet&) { Write("BEGIN STATEMENT SET"); }
  void Print(const EndStatementSet&) { Write("END"); }
  void Print(const ExplainStatement& explain);
  void Print(const ShowStatement& show);
  void Print(const DescribeTable& describe);
  void Print(const OtherStatement& other) { Write(other.name); }

 private:
  // In parentheses if it binds weaker than `min_precedence`.
  void PrintOperand(const Expression& expression, int min_precedence);
  void PrintExpressions(const std::vector<Expression>& expressions);
  void PrintOrderBy(const std::vector<OrderItem>& items);
  void PrintHints(const std::vector<Hint>& hints);
  void PrintOptions(const std::vector<Option>& options);
  void PrintOption(const Option& option);
  void PrintPrecision(const std::optional<int>& precision);

  bool PrintSpecialArguments(const FunctionCall& call);
  void PrintJsonArguments(const FunctionCall& call);
  void PrintJsonClause(const JsonClause& clause);
  void PrintJsonBehavior(const JsonBehavior& behavior);
  void PrintCallClauses(const FunctionCall& call);
  void PrintFunctionName(const QualifiedName& name);
  void PrintFrame(const WindowFrame& frame);
  void PrintFrameBound(const FrameBound& bound);

  void PrintBody(const QueryBody& body, int min_precedence);
  void PrintGroupBy(const GroupBy& group_by);
  void PrintGroupingElement(const GroupingElement& element);
  void PrintAlias(const TableAlias& alias);
  void PrintSample(const TableSample& sample);

  void PrintTableElements(const CreateTable& create);
  void PrintColumn(const ColumnDefinition& column);
  void PrintConstraint(const TableConstraint& constraint);
  void PrintTableClauses(const CreateTable& create);
  void PrintLike(const TableLike& like);
  void PrintComment(const std::optional<std::string>& comment);
  void PrintPartition(const std::vector<PartitionValue>& partition);
  void PrintShowTail(const ShowStatement& show);

  std::string text_;
};

}  // namespace floe::sql::flink
