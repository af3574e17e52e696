// The recursive-descent parser of one Flink SQL statement; parse.h is what others use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sql/flink/ast.h"
#include "sql/flink/token_cursor.h"

namespace floe::sql::flink {

// Each Parse function takes the tokens of its construct, or fails with the error of the first
// token that does not fit. After an error the parser is of no further use.
class Parser {
 public:
  // NULL and NOT NULL may stand behind a type except in calls; INTERVAL is a type in CAST only.
  enum class TypePlace : uint8_t { kDefinition, kCast, kReturning };

  Parser(std::string_view text, std::vector<Token> tokens) : cursor_(text, std::move(tokens)) {}

  // Whole inputs: nothing may follow them.
  Result<Statement> ParseWholeStatement();
  Result<Query> ParseWholeQuery();
  Result<Expression> ParseWholeExpression();
  Result<TypeName> ParseWholeTypeName();

 private:
  // Guards recursion and the height of the tree that is built: a height of n means that walking
  // the tree recursively takes n levels.
  class NodeScope {
   public:
    explicit NodeScope(Parser& parser) : parser_(parser), outer_height_(parser.height_) {
      parser_.height_ = 0;
      ++parser_.depth_;
    }
    ~NodeScope() {
      --parser_.depth_;
      parser_.height_ = std::max(outer_height_, parser_.height_ + 1);
    }
    NodeScope(const NodeScope&) = delete;
    NodeScope& operator=(const NodeScope&) = delete;
    Status Check() const { return parser_.CheckDepth(); }

   private:
    Parser& parser_;
    int outer_height_;
  };

  Status CheckDepth() const;
  // One more level on top of what was parsed in this scope (chains such as a + b + c).
  Status GrowTree();
  Status ExpectEnd();
  Error Unsupported(std::string_view construct, const SourceSpan& span) const;
  static Expression MakeExpression(Expression::Node node, const SourceSpan& span) {
    return Expression{std::move(node), span};
  }

  // parser.cc: names
  Result<QualifiedName> ParseQualifiedName(std::string_view what);
  Result<std::vector<Identifier>> ParseNameList(std::string_view what);  // (a, b)
  Result<std::vector<Option>> ParseOptions();                            // ('k' = 'v', …)
  Result<Option> ParseOption();

  // parse_expression.cc
  Result<Expression> ParseExpression() { return ParseBinary(0); }
  Result<Expression> ParseBinary(int min_precedence);
  Result<Expression> ParsePrefix();
  Result<Expression> ParseSign();
  Result<Expression> ParsePostfix();
  Result<Expression> ParseIs(Expression operand);
  Result<Expression> ParseBetween(Expression operand, bool negated);
  Result<Expression> ParseIn(Expression operand, bool negated);
  Result<Expression> ParseLike(Expression operand, LikeKind kind, bool negated);
  Result<Expression> ParseComparison(Expression left, BinaryOperator op, int precedence);
  Result<std::vector<Expression>> ParseExpressionList();
  Result<std::vector<Expression>> ParseParenthesizedList();  // (a, b)
  Result<std::vector<OrderItem>> ParseOrderItems();          // behind ORDER BY
  Result<OrderItem> ParseOrderItem();

  // parse_primary.cc
  Result<Expression> ParsePrimary();
  Result<Expression> ParseWordPrimary();
  Result<std::optional<Expression>> ParseKeywordPrimary();
  Result<Expression> ParseParenthesized();
  Result<Expression> ParseString();
  Result<Expression> ParseUnicodeString();
  Result<Expression> ParseBinaryString();
  Result<Expression> ParseTemporalLiteral(LiteralKind kind, size_t words);
  Result<Expression> ParseInterval();
  Result<IntervalQualifier> ParseIntervalQualifier();
  Result<std::optional<int>> ParsePrecision();
  Result<Expression> ParseCase();
  Result<Expression> ParseCast(bool is_try);
  Result<Expression> ParseExists();
  Result<Expression> ParseRow();
  Result<Expression> ParseCollection(CollectionKind kind);
  Result<Expression> ParseNameOrCall();
  Result<Expression> ParseUnsupportedPrimary(std::string_view construct);

  // parse_function.cc
  Result<Expression> ParseCall(QualifiedName name, const SourceSpan& first, bool is_table_function);
  Result<FunctionCall> ParseCallBody(QualifiedName name, const SourceSpan& first,
                                     bool is_table_function);
  Status ParsePlainArguments(FunctionCall& call, bool is_table_function);
  Result<FunctionArgument> ParseArgument(bool is_table_function);
  Result<Expression> ParseTableArgument();
  Result<Expression> ParseDescriptor();
  Status ParseTableArgumentClauses(TableArgument& argument);
  Result<bool> ParseSpecialArguments(FunctionCall& call);
  Status ParseExtractArguments(FunctionCall& call);
  Status ParsePositionArguments(FunctionCall& call);
  Status ParseOverlayArguments(FunctionCall& call);
  Status ParseSubstringArguments(FunctionCall& call);
  Status ParseRoundArguments(FunctionCall& call);
  Status ParseTrimArguments(FunctionCall& call);
  Status ParseTimestampArguments(FunctionCall& call);
  Status ParseJsonPathArguments(FunctionCall& call);
  Status ParseJsonObjectArguments(FunctionCall& call);
  Status ParseJsonArrayArguments(FunctionCall& call);
  Status ParseJsonBehaviors(JsonClause& clause);
  Result<std::optional<JsonBehavior>> ParseJsonBehavior();
  Status ParseJsonWrapper(JsonClause& clause);
  void ParseJsonNullClause(JsonClause& clause);
  Status ParseJsonKeyValue(FunctionCall& call);
  Status AddArgument(FunctionCall& call);
  Result<Expression> ParseTimeUnitArgument();
  Status ParseCallClauses(FunctionCall& call);
  Result<WindowSpecification> ParseWindowSpecification();
  Result<WindowFrame> ParseWindowFrame();
  Result<FrameBound> ParseFrameBound();

  // parse_query.cc
  Result<Query> ParseQuery();
  Result<QueryBody> ParseQueryBody(int min_precedence);
  Result<QueryBody> ParseQueryPrimary();
  Result<Select> ParseSelect();
  Result<SelectItem> ParseSelectItem();
  Result<Values> ParseValues();
  Result<std::vector<CommonTableExpression>> ParseWith();
  Status ParseQueryTail(Query& query);
  Result<Expression> ParseRowCount(std::string_view what);
  Result<GroupBy> ParseGroupBy();
  Result<GroupingElement> ParseGroupingElement();
  Result<std::vector<GroupingElement>> ParseGroupingElements();  // (…, …)
  Result<std::vector<NamedWindow>> ParseNamedWindows();
  Result<std::vector<Hint>> ParseHints();
  Result<Hint> ParseHint();
  // A query begins `ahead` tokens further on; looks through parentheses.
  bool AtQuery(size_t ahead) const;

  // parse_table.cc
  Result<TableReference> ParseFrom();
  Result<TableReference> ParseJoinedTable();
  Result<std::optional<Join>> ParseJoinOperator();
  Status ParseJoinCondition(Join& join);
  Result<TableReference> ParseTablePrimary();
  Result<TableReference::Node> ParseTableNode();
  Result<TableReference::Node> ParseLateral();
  Result<TableReference> ParseParenthesizedTable();
  Result<TableReference::Node> ParseDerivedTable(bool lateral);
  Result<TableReference::Node> ParseUnnest();
  Result<TableReference::Node> ParseTableFunction(bool lateral);
  Result<TableReference::Node> ParseNamedTable(bool lateral);
  Status ParseTableSuffix(TableReference& table);
  Result<std::optional<TableAlias>> ParseTableAlias();
  Result<TableSample> ParseTableSample();
  Result<std::string> SkipParentheses();

  // parse_type.cc
  Result<TypeName> ParseTypeName(TypePlace place);
  Result<TypeName> ParseTypeNameCore(TypePlace place);
  Result<std::optional<TypeName>> ParseParametrizedType();
  Result<std::optional<TypeName>> ParseTimeType();
  Result<std::optional<TypeName>> ParseNestedType();
  Status ParseTypeParameters(TypeName& type, size_t max_count);
  Status ParseTypeFields(TypeName& type, std::string_view close);
  Status ExpectClosingAngle();
  Nullability ParseNullability();

  // parse_statement.cc
  Result<Statement> ParseStatement();
  Result<Statement::Node> ParseStatementNode();
  Result<Statement::Node> ParseSet();
  Result<Statement::Node> ParseReset();
  Result<Statement::Node> ParseUse();
  Result<Statement::Node> ParseExecute();
  Result<Statement::Node> ParseStatementSet();
  Result<Statement::Node> ParseExplain();
  Result<Statement::Node> ParseQueryStatement();
  std::optional<std::string_view> FindOtherStatement() const;
  Result<Statement::Node> SkipStatement(std::string_view name);

  // parse_show.cc
  Result<Statement::Node> ParseShow();
  std::optional<ShowKind> ParseShowKind();
  Status ParseShowTail(ShowStatement& show);
  Status ParseShowPattern(ShowStatement& show);
  Result<Statement::Node> ParseDescribe();

  // parse_insert.cc
  Result<Insert> ParseInsert();
  Result<std::vector<PartitionValue>> ParsePartition();
  Status ParseOnConflict(Insert& insert);

  // parse_ddl.cc
  Result<Statement::Node> ParseCreate();
  Result<Statement::Node> ParseCreateCatalog();
  Result<Statement::Node> ParseCreateDatabase();
  Result<Statement::Node> ParseCreateView(bool or_replace, bool temporary);
  Result<std::optional<std::string>> ParseComment();
  bool ParseIfNotExists();
  bool ParseIfExists();
  Result<Statement::Node> ParseDrop();
  Result<Statement::Node> ParseAlter();
  Result<Statement::Node> ParseAlterTable();
  Result<std::vector<Option>> ParseOptionKeys();

  // parse_create_table.cc
  Result<Statement::Node> ParseCreateTable(bool or_replace, bool temporary);
  Status ParseTableElement(CreateTable& create);
  Status ParseColumn(CreateTable& create);
  Status ParsePhysicalColumn(ColumnDefinition& column, CreateTable& create);
  Result<std::optional<TableConstraint>> ParseConstraint(const Identifier* column);
  Result<WatermarkDefinition> ParseWatermark();
  Status ParseTableClauses(CreateTable& create);
  Result<TableDistribution> ParseDistribution();
  Result<TableLike> ParseLikeClause();
  Result<LikeOption> ParseLikeOption();

  TokenCursor cursor_;
  int depth_ = 0;
  int height_ = 0;
};

// The time unit that `upper` names, singular; with `allows_plural` DAYS too.
std::optional<TimeUnit> FindTimeUnit(std::string_view upper, bool allows_plural);

}  // namespace floe::sql::flink
