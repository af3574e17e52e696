#include "sql/flink/parser.h"

#include "base/limits.h"

namespace floe::sql::flink {

namespace {

Error TooDeep(const SourceSpan& span) {
  return Error(ErrorCode::kLimitExceeded,
               "the statement is nested too deeply, or has more than " +
                   std::to_string(limits::kMaxSqlTreeHeight) + " operators in a row",
               span)
      .WithHint("move parts of it into views or WITH clauses, long OR chains into IN lists");
}

}  // namespace

Status Parser::CheckDepth() const {
  if (depth_ <= limits::kMaxSqlNestingDepth && height_ <= limits::kMaxSqlTreeHeight)
    return Status::Ok();
  return TooDeep(cursor_.Peek().span);
}

Status Parser::GrowTree() {
  ++height_;
  return CheckDepth();
}

Status Parser::ExpectEnd() {
  if (cursor_.AtEnd()) return Status::Ok();
  return cursor_.Unexpected();
}

Error Parser::Unsupported(std::string_view construct, const SourceSpan& span) const {
  return Error(ErrorCode::kSqlUnsupported, std::string(construct) + " is not supported", span);
}

Result<Statement> Parser::ParseWholeStatement() {
  FLOE_ASSIGN(Statement statement, ParseStatement());
  FLOE_TRY(ExpectEnd());
  return statement;
}

Result<Query> Parser::ParseWholeQuery() {
  FLOE_ASSIGN(Query query, ParseQuery());
  FLOE_TRY(ExpectEnd());
  return query;
}

Result<Expression> Parser::ParseWholeExpression() {
  FLOE_ASSIGN(Expression expression, ParseExpression());
  FLOE_TRY(ExpectEnd());
  return expression;
}

Result<TypeName> Parser::ParseWholeTypeName() {
  FLOE_ASSIGN(TypeName type, ParseTypeName(TypePlace::kDefinition));
  FLOE_TRY(ExpectEnd());
  return type;
}

Result<QualifiedName> Parser::ParseQualifiedName(std::string_view what) {
  QualifiedName name;
  const SourceSpan first = cursor_.Peek().span;
  do {
    FLOE_ASSIGN(Identifier part, cursor_.ExpectName(what));
    name.parts.push_back(std::move(part));
  } while (cursor_.AcceptSymbol("."));
  name.span = cursor_.SpanFrom(first);
  return name;
}

Result<std::vector<Identifier>> Parser::ParseNameList(std::string_view what) {
  std::vector<Identifier> names;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  do {
    FLOE_ASSIGN(Identifier name, cursor_.ExpectName(what));
    names.push_back(std::move(name));
  } while (cursor_.AcceptSymbol(","));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return names;
}

Result<Option> Parser::ParseOption() {
  Option option;
  option.key_span = cursor_.Peek().span;
  FLOE_ASSIGN(option.key, cursor_.ExpectString("an option's key in single quotes"));
  FLOE_TRY(cursor_.ExpectSymbol("="));
  option.value_span = cursor_.Peek().span;
  FLOE_ASSIGN(option.value, cursor_.ExpectString("an option's value in single quotes"));
  return option;
}

Result<std::vector<Option>> Parser::ParseOptions() {
  std::vector<Option> options;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  do {
    FLOE_ASSIGN(Option option, ParseOption());
    options.push_back(std::move(option));
  } while (cursor_.AcceptSymbol(","));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return options;
}

}  // namespace floe::sql::flink
