#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sql/flink/parse.h"
#include "sql/flink/print.h"

namespace floe::sql::flink {
namespace {

using testing::HasSubstr;

Expression Parse(std::string_view text) {
  Result<Expression> expression = ParseExpression(text);
  EXPECT_TRUE(expression.ok()) << text << ": " << expression.status().ToString();
  return expression.ok() ? *std::move(expression) : Expression{};
}

// The tree with a parenthesis around each operation.
std::string Grouped(const Expression& expression) {
  if (const auto* binary = expression.As<BinaryOperation>()) {
    return "(" + Grouped(*binary->left) + " " + std::string(BinaryOperatorName(binary->op)) + " " +
           Grouped(*binary->right) + ")";
  }
  if (const auto* unary = expression.As<UnaryOperation>()) {
    const std::string op = unary->op == UnaryOperator::kNot     ? "NOT "
                           : unary->op == UnaryOperator::kMinus ? "-"
                                                                : "+";
    return "(" + op + Grouped(*unary->operand) + ")";
  }
  if (const auto* predicate = expression.As<IsPredicate>()) {
    return "(" + Grouped(*predicate->operand) + " IS)";
  }
  if (const auto* between = expression.As<BetweenPredicate>()) {
    return "(" + Grouped(*between->operand) + " BETWEEN " + Grouped(*between->low) + " AND " +
           Grouped(*between->high) + ")";
  }
  if (const auto* like = expression.As<LikePredicate>()) {
    return "(" + Grouped(*like->operand) + " LIKE " + Grouped(*like->pattern) + ")";
  }
  if (const auto* in = expression.As<InList>()) {
    return "(" + Grouped(*in->operand) + " IN)";
  }
  if (const auto* column = expression.As<ColumnReference>()) return column->name.ToString();
  return PrintExpression(expression);
}

std::string Group(std::string_view text) { return Grouped(Parse(text)); }

Error Refuse(std::string_view text) {
  Result<Expression> expression = ParseExpression(text);
  EXPECT_FALSE(expression.ok()) << text;
  return expression.ok() ? Error(ErrorCode::kInternal, "parsed") : expression.error();
}

TEST(ParseExpressionTest, BindsAsFlinkDoes) {
  EXPECT_EQ(Group("a + b * c - d"), "((a + (b * c)) - d)");
  EXPECT_EQ(Group("a || b + c"), "((a || b) + c)");
  EXPECT_EQ(Group("NOT a = b AND c OR d"), "(((NOT (a = b)) AND c) OR d)");
  EXPECT_EQ(Group("a = b IS NULL"), "((a = b) IS)");
  EXPECT_EQ(Group("NOT a IS NULL"), "(NOT (a IS))");
  EXPECT_EQ(Group("a = b IN (1)"), "(a = (b IN))");
  EXPECT_EQ(Group("- a * b"), "((-a) * b)");
  EXPECT_EQ(Group("- - 1"), "(-(-1))");
  EXPECT_EQ(Group("a - -1"), "(a - (-1))");
  EXPECT_EQ(Group("a % 2 <> 0"), "((a % 2) <> 0)");
  EXPECT_EQ(Group("a IS DISTINCT FROM b AND c"), "((a IS DISTINCT FROM b) AND c)");
  EXPECT_EQ(Group("a != b"), "(a <> b)");
}

TEST(ParseExpressionTest, BetweenTakesItsOwnAnd) {
  EXPECT_EQ(Group("a BETWEEN b AND c AND d"), "((a BETWEEN b AND c) AND d)");
  EXPECT_EQ(Group("a BETWEEN b - 1 AND c + 1 OR d"), "((a BETWEEN (b - 1) AND (c + 1)) OR d)");
  const Expression expression = Parse("a NOT BETWEEN SYMMETRIC 2 AND 1");
  ASSERT_NE(expression.As<BetweenPredicate>(), nullptr);
  EXPECT_TRUE(expression.As<BetweenPredicate>()->negated);
  EXPECT_TRUE(expression.As<BetweenPredicate>()->symmetric);
}

TEST(ParseExpressionTest, LikeWithEscape) {
  const Expression expression = Parse("a NOT LIKE 'x!%' ESCAPE '!' AND b");
  const auto* binary = expression.As<BinaryOperation>();
  ASSERT_NE(binary, nullptr);
  const auto* like = binary->left->As<LikePredicate>();
  ASSERT_NE(like, nullptr);
  EXPECT_TRUE(like->negated);
  EXPECT_EQ((*like->escape)->As<Literal>()->text, "!");
  EXPECT_EQ(Parse("a SIMILAR TO 'b'").As<LikePredicate>()->kind, LikeKind::kSimilarTo);
}

TEST(ParseExpressionTest, Literals) {
  const auto literal = [](std::string_view text) { return *Parse(text).As<Literal>(); };
  EXPECT_EQ(literal("1.50").kind, LiteralKind::kExactNumeric);
  EXPECT_EQ(literal("1.50").text, "1.50");
  EXPECT_EQ(literal("1e3").kind, LiteralKind::kApproximateNumeric);
  EXPECT_EQ(literal("'it''s'").text, "it's");
  EXPECT_EQ(literal("'a'\n'b'").text, "ab");
  EXPECT_EQ(literal("U&'\\00e9\\\\'").text, "é\\");
  EXPECT_EQ(literal("U&'\\D83D\\DE00'").text, "😀");
  EXPECT_EQ(literal("U&'!00e9' UESCAPE '!'").text, "é");
  EXPECT_EQ(literal("x'0aff'").text, "0AFF");
  EXPECT_EQ(literal("_UTF16'x'").charset, "UTF16");
  EXPECT_EQ(literal("DATE '2024-01-02'").kind, LiteralKind::kDate);
  EXPECT_EQ(literal("TIMESTAMP '2024-01-02 03:04:05'").text, "2024-01-02 03:04:05");
  EXPECT_EQ(literal("TIMESTAMP WITH LOCAL TIME ZONE 'x'").kind, LiteralKind::kTimestampLtz);
  EXPECT_EQ(literal("UNKNOWN").kind, LiteralKind::kUnknown);
}

TEST(ParseExpressionTest, RefusesBadLiterals) {
  EXPECT_THAT(Refuse("x'0a1'").message(), HasSubstr("even number"));
  EXPECT_THAT(Refuse("U&'\\12'").message(), HasSubstr("Unicode escape"));
  EXPECT_THAT(Refuse("U&'\\D83D'").message(), HasSubstr("Unicode escape"));
  EXPECT_THAT(Refuse("U&'\\DE00\\D83D'").message(), HasSubstr("Unicode escape"));
  EXPECT_THAT(Refuse("U&'a' UESCAPE 'f'").message(), HasSubstr("UESCAPE"));
  EXPECT_THAT(Refuse("'a' 'b'").hint(), HasSubstr("||"));
}

TEST(ParseExpressionTest, Intervals) {
  const auto interval = [](std::string_view text) { return *Parse(text).As<IntervalLiteral>(); };
  EXPECT_EQ(interval("INTERVAL '5' SECONDS").qualifier.start, TimeUnit::kSecond);
  EXPECT_EQ(interval("INTERVAL '5' SECOND"), interval("INTERVAL '5' SECONDS"));
  EXPECT_TRUE(interval("INTERVAL -'5' DAY").negative);
  EXPECT_EQ(interval("INTERVAL '1 2' DAY TO HOUR").qualifier.end, TimeUnit::kHour);
  EXPECT_EQ(interval("INTERVAL '100' DAY(3)").qualifier.start_precision, 3);
  EXPECT_EQ(interval("INTERVAL '1' SECOND(2, 3)").qualifier.fraction_precision, 3);
  EXPECT_EQ(interval("INTERVAL '1' MINUTE TO SECOND(3)").qualifier.fraction_precision, 3);
  EXPECT_NE(Parse("INTERVAL 10 SECOND").As<IntervalExpression>(), nullptr);
  EXPECT_THAT(Refuse("INTERVAL '1' HOUR TO DAY").message(), HasSubstr("smaller unit"));
  EXPECT_THAT(Refuse("INTERVAL '1' MILLISECOND").message(), HasSubstr("SECOND to YEAR"));
}

TEST(ParseExpressionTest, CallsOfSpecialSyntaxAreOrdinaryCalls) {
  const auto call = [](std::string_view text) { return *Parse(text).As<FunctionCall>(); };
  EXPECT_EQ(call("substring(s FROM 2 FOR 3)"), call("SUBSTRING(s, 2, 3)"));
  EXPECT_EQ(call("CEILING(x)"), call("CEIL(x)"));
  EXPECT_EQ(call("FLOOR(t TO DAY)").arguments[1].value.As<TimeUnitArgument>()->unit,
            TimeUnit::kDay);
  EXPECT_EQ(call("EXTRACT(DOW FROM t)").arguments[0].value.As<TimeUnitArgument>()->unit,
            TimeUnit::kDayOfWeek);
  EXPECT_EQ(call("TIMESTAMPADD(SQL_TSI_DAY, 1, t)"), call("TIMESTAMPADD(DAY, 1, t)"));
  EXPECT_EQ(call("TRIM(s)"), call("TRIM(BOTH ' ' FROM s)"));
  EXPECT_EQ(call("TRIM(LEADING FROM s)"), call("TRIM(LEADING ' ' FROM s)"));
  EXPECT_EQ(call("POSITION('a' IN s FROM 2)").arguments.size(), 3U);
  EXPECT_EQ(call("OVERLAY(a PLACING b FROM 1)").arguments.size(), 3U);
  EXPECT_FALSE(call("CURRENT_TIMESTAMP").has_parentheses);
  EXPECT_EQ(call("YEAR(t)").name.ToString(), "YEAR");
  EXPECT_EQ(call("c.d.f(x)").name.ToString(), "c.d.f");
}

TEST(ParseExpressionTest, CallClauses) {
  const Expression count = Parse("COUNT(DISTINCT a) FILTER (WHERE b > 1)");
  EXPECT_EQ(count.As<FunctionCall>()->quantifier, SetQuantifier::kDistinct);
  EXPECT_TRUE(count.As<FunctionCall>()->filter.has_value());
  EXPECT_NE(Parse("COUNT(*)").As<FunctionCall>()->arguments[0].value.As<Star>(), nullptr);
  const Expression over = Parse(
      "SUM(v) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '2' SECOND PRECEDING "
      "AND CURRENT ROW)");
  const WindowSpecification& window = *over.As<FunctionCall>()->over;
  EXPECT_EQ(window.partition_by.size(), 1U);
  EXPECT_EQ(window.frame->start.kind, FrameBoundKind::kPreceding);
  EXPECT_EQ(window.frame->end->kind, FrameBoundKind::kCurrentRow);
  EXPECT_TRUE(Parse("f(x) OVER w").As<FunctionCall>()->over->is_name_only);
  EXPECT_EQ(Parse("LISTAGG(x) WITHIN GROUP (ORDER BY y)").As<FunctionCall>()->within_group.size(),
            1U);
}

TEST(ParseExpressionTest, JsonFunctions) {
  const Expression value =
      Parse("JSON_VALUE(j, '$.a' RETURNING INT DEFAULT 1 ON EMPTY ERROR ON ERROR)");
  const JsonClause& clause = *value.As<FunctionCall>()->json;
  EXPECT_EQ(clause.returning->kind, TypeNameKind::kInteger);
  EXPECT_EQ(clause.on_empty->kind, JsonBehaviorKind::kDefault);
  EXPECT_EQ(clause.on_error->kind, JsonBehaviorKind::kError);
  EXPECT_EQ(Parse("JSON_QUERY(j, '$' WITH WRAPPER)").As<FunctionCall>()->json->wrapper,
            JsonWrapper::kUnconditional);
  EXPECT_EQ(Parse("JSON_OBJECT(KEY 'a' VALUE 1, 'b' : 2 ABSENT ON NULL)")
                .As<FunctionCall>()
                ->arguments.size(),
            4U);
  // KEY is no reserved word.
  EXPECT_EQ(Parse("JSON_OBJECT(key VALUE 1)").As<FunctionCall>()->arguments.size(), 2U);
  EXPECT_EQ(Parse("JSON_ARRAY()").As<FunctionCall>()->arguments.size(), 0U);
}

TEST(ParseExpressionTest, AccessAndConstructors) {
  EXPECT_NE(Parse("a[1]").As<ElementAccess>(), nullptr);
  EXPECT_NE(Parse("a[1].b").As<FieldAccess>(), nullptr);
  EXPECT_NE(Parse("(a).b").As<FieldAccess>(), nullptr);
  EXPECT_EQ(Parse("a.b.c").As<ColumnReference>()->name.parts.size(), 3U);
  EXPECT_EQ(Parse("(1, 'a')").As<RowConstructor>()->values.size(), 2U);
  EXPECT_TRUE(Parse("ROW(1)").As<RowConstructor>()->has_keyword);
  EXPECT_EQ(
      Parse("MAP['a', 1]['a']").As<ElementAccess>()->operand->As<CollectionConstructor>()->kind,
      CollectionKind::kMap);
  EXPECT_NE(Parse("map").As<ColumnReference>(), nullptr);
  EXPECT_NE(Parse("ARRAY(SELECT a FROM t)").As<CollectionSubquery>(), nullptr);
}

TEST(ParseExpressionTest, Subqueries) {
  EXPECT_NE(Parse("a IN (SELECT b FROM t)").As<InSubquery>(), nullptr);
  EXPECT_NE(Parse("a IN ((SELECT b FROM t) UNION (SELECT c FROM u))").As<InSubquery>(), nullptr);
  EXPECT_NE(Parse("a IN ((SELECT b FROM t), 2)").As<InList>(), nullptr);
  EXPECT_NE(Parse("a IN ((SELECT b FROM t) + 1)").As<InList>(), nullptr);
  EXPECT_NE(Parse("EXISTS (SELECT 1)").As<ExistsSubquery>(), nullptr);
  EXPECT_NE(Parse("a > ALL (SELECT b FROM t)").As<QuantifiedComparison>(), nullptr);
  EXPECT_NE(Parse("((SELECT 1))").As<ScalarSubquery>(), nullptr);
  EXPECT_NE(Parse("(((SELECT 1)) + 1)").As<BinaryOperation>(), nullptr);
}

TEST(ParseExpressionTest, CaseInBothForms) {
  const Expression simple = Parse("CASE a WHEN 1 THEN 'x' ELSE 'y' END");
  EXPECT_TRUE(simple.As<CaseExpression>()->operand.has_value());
  const Expression searched = Parse("CASE WHEN a THEN 1 WHEN b THEN 2 END");
  EXPECT_EQ(searched.As<CaseExpression>()->branches.size(), 2U);
  EXPECT_FALSE(searched.As<CaseExpression>()->otherwise.has_value());
}

TEST(ParseExpressionTest, SpansCoverTheWholeNode) {
  const Expression sum = Parse("a +\n (b * c)");
  EXPECT_EQ(static_cast<SourceSpan>(sum.span), (SourceSpan{1, 1, 2, 8}));
  EXPECT_EQ(static_cast<SourceSpan>(sum.As<BinaryOperation>()->right->span),
            (SourceSpan{2, 2, 2, 8}));
  const Expression call = Parse("f(a) FILTER (WHERE b)");
  EXPECT_EQ(static_cast<SourceSpan>(call.span), (SourceSpan{1, 1, 1, 21}));
}

TEST(ParseExpressionTest, RefusesByName) {
  for (std::string_view text : {"?", "{fn f(x)}", "NEXT VALUE FOR s", "CONVERT(a, b, c)",
                                "a MEMBER OF b", "a = ANY (1, 2)"}) {
    EXPECT_EQ(Refuse(text).code(), ErrorCode::kSqlUnsupported) << text;
  }
}

std::string Repeat(std::string_view text, int count) {
  std::string repeated;
  for (int i = 0; i < count; ++i) repeated += text;
  return repeated;
}

TEST(ParseExpressionTest, LimitsNestingAndChains) {
  EXPECT_TRUE(ParseExpression(Repeat("(", 150) + "a" + Repeat(")", 150)).ok());
  EXPECT_TRUE(ParseExpression("a" + Repeat(" OR a", 900)).ok());
  const std::string too_large[] = {Repeat("(", 300) + "a" + Repeat(")", 300),
                                   "a" + Repeat(" + a", 2000),
                                   Repeat("- ", 5000) + "a",
                                   Repeat("NOT ", 5000) + "a",
                                   "a" + Repeat("[1]", 2000),
                                   Repeat("f(", 100'000),
                                   Repeat("(", 100'000),
                                   Repeat("CASE WHEN ", 10'000),
                                   "a IN " + Repeat("((", 1000) + "SELECT",
                                   "CAST(a AS " + Repeat("ARRAY<", 10'000),
                                   "CAST(a AS INT" + Repeat(" ARRAY", 10'000) + ")"};
  for (const std::string& text : too_large) {
    EXPECT_EQ(Refuse(text).code(), ErrorCode::kLimitExceeded) << text.substr(0, 20);
  }
}

// A long chain within many parentheses is as high as both together.
TEST(ParseExpressionTest, LimitsTheHeightOfTheWholeTree) {
  std::string text = "a";
  for (int i = 0; i < 50; ++i) text = "(" + text + Repeat(" + a", 50) + ")";
  EXPECT_EQ(Refuse(text).code(), ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace floe::sql::flink
