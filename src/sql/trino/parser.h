// The recursive-descent parser behind parse.h; a .cc file per topic.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/token.h"
#include "sql/trino/ast.h"

namespace floe::sql::trino {

// Reads one text. `text` outlives the parser.
class Parser {
 public:
  explicit Parser(std::string_view text);

  // Reads all tokens. What is no token becomes one of kind kCommentEnd, so that an error before it
  // is reported first.
  Status Tokenize();

  Result<Statement> ParseStatement();
  Result<Query> ParseQuery();
  Result<Expression> ParseExpression();
  Result<TypeName> ParseType();
  Status ExpectEnd();
  int parameter_count() const { return parameter_count_; }

 private:
  class DepthGuard {
   public:
    explicit DepthGuard(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~DepthGuard() { --parser_.depth_; }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;

   private:
    Parser& parser_;
  };

  // Tokens.
  const Token& Peek(size_t ahead = 0) const;
  const Token& Take();
  bool AtWord(std::string_view word, size_t ahead = 0) const { return Peek(ahead).IsWord(word); }
  bool AtSymbol(std::string_view symbol, size_t ahead = 0) const {
    return Peek(ahead).IsPunctuation(symbol);
  }
  bool AtName(size_t ahead = 0) const;
  bool AtArrow(size_t ahead = 0) const;
  bool AcceptWord(std::string_view word);
  bool AcceptWords(std::string_view first, std::string_view second);
  bool AcceptSymbol(std::string_view symbol);
  Status ExpectWord(std::string_view word);
  Status ExpectSymbol(std::string_view symbol);
  Error Unexpected(std::string_view expected) const;
  Status CheckDepth() const;
  Expression Node(ExpressionKind kind, const SourceSpan& span) const;

  // Names, literals, types.
  Result<Identifier> ParseIdentifier();
  Result<QualifiedName> ParseQualifiedName();
  Result<std::vector<Identifier>> ParseIdentifierList();
  Result<std::string> ParseStringText();
  Result<std::string> DecodeUnicodeString(const Token& token);
  Result<TypeName> ParseSimpleType();
  Status ParseTypeParameters(TypeName& type);
  Result<TypeName> ParseRowType(TypeName type);
  Result<TypeName> ParseIntervalType(TypeName type);
  Status ParseWithTimeZone(TypeName& type);

  // Expressions, by precedence.
  Result<Expression> ParseOr();
  Result<Expression> ParseAnd();
  Result<Expression> ParseNot();
  Result<Expression> ParsePredicated();
  Result<Expression> ParsePredicate(Expression value);
  Result<Expression> ParseIn(Expression value, bool negated, const SourceSpan& span);
  Result<Expression> ParseComparison(Expression value);
  Result<Expression> ParseAdditive();
  Result<Expression> ParseMultiplicative();
  Result<Expression> ParseUnary();
  Result<Expression> ParseAtTimeZone();
  Result<Expression> ParsePostfix();
  Result<Expression> ParsePrimary();
  Result<Expression> ParseWordPrimary();
  Result<Expression> ParseParenthesized();
  Result<Expression> ParseNumber();
  Result<Expression> ParseString();
  Result<Expression> ParseCase();
  Result<Expression> ParseCast(bool is_try);
  Result<Expression> ParseExtract();
  Result<Expression> ParseInterval();
  Result<Expression> ParseArray();
  Result<Expression> ParseLambda();
  Result<Expression> ParseCurrentTime();
  Result<Expression> ParseExists();
  Result<Expression> ParseGrouping();
  Result<std::optional<Expression>> ParseTypedLiteral();
  Result<std::vector<Expression>> ParseExpressionList(std::string_view closing);

  // Calls.
  Result<Expression> ParseCall(QualifiedName name);
  Result<Expression> ParseSpecialCall();
  Result<Expression> ParsePosition();
  Result<Expression> ParseTrim();
  Result<Expression> ParseListagg();
  Result<Expression> ParseJsonCall();
  Status ParseCallTail(Expression& call);
  Expression MakeCall(std::string_view name, const SourceSpan& span,
                      std::vector<Expression> arguments) const;
  Result<Window> ParseOver();
  Result<Window> ParseWindowSpecification();
  Result<FrameBound> ParseFrameBound();
  Status ParseFrame(Window& window);

  // Queries.
  Result<QueryBody> ParseQueryTerm(int precedence);
  Result<QueryBody> ParseQueryPrimary();
  Result<QueryBody> ParseSelect();
  Result<QueryBody> ParseValues();
  Result<SelectItem> ParseSelectItem();
  Result<GroupingElement> ParseGroupingElement();
  Result<std::vector<Expression>> ParseGroupingSet();
  Status ParseWindowClause(Select& select);
  Status ParseWith(Query& query);
  Status ParseLimits(Query& query);
  Result<Expression> ParseRowCount();
  Result<std::vector<SortItem>> ParseSortItems();
  Result<Relation> ParseRelations();
  Result<Relation> ParseJoined();
  Status ParseJoinTail(Relation& join, bool needs_condition);
  Result<Relation> ParseAliasedRelation();
  Result<Relation> ParseRelationPrimary();
  Status ParseVersion(Relation& relation);
  bool AtQueryStart(size_t ahead = 0) const;
  bool AtAlias() const;

  // Statements.
  Result<Statement> ParseShow();
  Result<Statement> ParseDescribe();
  Result<Statement> ParseSet();
  Result<Statement> ParseReset();
  Result<Statement> ParseExecute();
  Result<Statement> ParsePrepare();
  Result<Statement> ParseExplain();
  Result<Statement> ParseOther();
  Result<Statement> ParseTransaction();
  Status ParseLikePattern(Statement& statement);
  Status SkipRest();

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t index_ = 0;
  int depth_ = 0;
  int parameter_count_ = 0;
};

}  // namespace floe::sql::trino
