#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sql/flink/parse.h"
#include "sql/flink/print.h"

namespace floe::sql::flink {
namespace {

using testing::HasSubstr;

Query Parse(std::string_view text) {
  Result<Query> query = ParseQuery(text);
  EXPECT_TRUE(query.ok()) << text << ": " << query.status().ToString();
  return query.ok() ? *std::move(query) : Query{};
}

Select SelectOf(std::string_view text) {
  const Query query = Parse(text);
  const auto* select = query.body.As<Select>();
  EXPECT_NE(select, nullptr) << text;
  return select == nullptr ? Select{} : *select;
}

TableReference FromOf(std::string_view from) {
  Select select = SelectOf("SELECT * FROM " + std::string(from));
  EXPECT_TRUE(select.from.has_value());
  return select.from.has_value() ? **select.from : TableReference{};
}

Error Refuse(std::string_view text) {
  Result<Query> query = ParseQuery(text);
  EXPECT_FALSE(query.ok()) << text;
  return query.ok() ? Error(ErrorCode::kInternal, "parsed") : query.error();
}

TEST(ParseQueryTest, SelectItems) {
  const Select select = SelectOf("SELECT DISTINCT *, t.*, a.b.*, x AS y, x z, `FROM` FROM t");
  EXPECT_EQ(select.quantifier, SetQuantifier::kDistinct);
  ASSERT_EQ(select.items.size(), 6U);
  EXPECT_TRUE(select.items[0].expression.As<Star>()->qualifier.parts.empty());
  EXPECT_EQ(select.items[2].expression.As<Star>()->qualifier.ToString(), "a.b");
  EXPECT_EQ(select.items[3].alias->value, "y");
  EXPECT_EQ(select.items[4].alias->value, "z");
  EXPECT_FALSE(select.items[5].alias.has_value());
}

TEST(ParseQueryTest, Clauses) {
  const Query query = Parse(
      "SELECT k, SUM(v) OVER w FROM t WHERE v > 0 GROUP BY k, (a, b), (), ROLLUP (c, (d, e)), "
      "GROUPING SETS ((f), CUBE (g)) HAVING COUNT(*) > 1 WINDOW w AS (ORDER BY ts) QUALIFY x = 1 "
      "ORDER BY k DESC NULLS LAST, v LIMIT 10 OFFSET 5 ROWS");
  const Select& select = *query.body.As<Select>();
  ASSERT_EQ(select.group_by->elements.size(), 5U);
  EXPECT_EQ(select.group_by->elements[0].kind, GroupingKind::kExpression);
  EXPECT_EQ(select.group_by->elements[1].expressions.size(), 2U);
  EXPECT_EQ(select.group_by->elements[2].kind, GroupingKind::kParentheses);
  EXPECT_EQ(select.group_by->elements[3].elements.size(), 2U);
  EXPECT_EQ(select.group_by->elements[4].elements[1].kind, GroupingKind::kCube);
  EXPECT_TRUE(select.having.has_value());
  EXPECT_EQ(select.windows.size(), 1U);
  EXPECT_TRUE(select.qualify.has_value());
  EXPECT_TRUE(query.order_by[0].descending);
  EXPECT_EQ(query.order_by[0].nulls, NullsOrder::kLast);
  EXPECT_EQ(query.limit->As<Literal>()->text, "10");
  EXPECT_EQ(query.offset->As<Literal>()->text, "5");
  EXPECT_EQ(Parse("SELECT 1 FETCH FIRST 2 ROWS ONLY"), Parse("SELECT 1 LIMIT 2"));
}

TEST(ParseQueryTest, SetOperationsBind) {
  const Query query = Parse("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4");
  const auto* except = query.body.As<SetOperation>();
  ASSERT_NE(except, nullptr);
  EXPECT_EQ(except->op, SetOperator::kExcept);
  const auto* all = except->left->As<SetOperation>();
  ASSERT_NE(all, nullptr);
  EXPECT_TRUE(all->all);
  EXPECT_NE(all->right->As<SetOperation>(), nullptr);
  EXPECT_EQ(Parse("(SELECT 1) UNION (SELECT 2)"), Parse("SELECT 1 UNION DISTINCT SELECT 2"));
  EXPECT_NE(
      Parse("(SELECT 1 LIMIT 1) UNION SELECT 2").body.As<SetOperation>()->left->As<Box<Query>>(),
      nullptr);
}

TEST(ParseQueryTest, WithAndValues) {
  const Query query = Parse(
      "WITH a AS (SELECT 1), b (x, y) AS (VALUES (1, 'a'), ROW(2, 'b')) "
      "TABLE b");
  ASSERT_EQ(query.with.size(), 2U);
  EXPECT_EQ(query.with[1].columns.size(), 2U);
  EXPECT_EQ(query.with[1].query.body.As<Values>()->rows[1].values.size(), 2U);
  EXPECT_EQ(query.body.As<ExplicitTable>()->name.ToString(), "b");
  EXPECT_EQ(Parse("VALUES 1, 2"), Parse("VALUES (1), (2)"));
  EXPECT_NE(Parse("VALUES ((SELECT 1))").body.As<Values>()->rows[0].values[0].As<ScalarSubquery>(),
            nullptr);
}

TEST(ParseQueryTest, Joins) {
  const TableReference table = FromOf("a, b LEFT OUTER JOIN c ON b.x = c.x CROSS JOIN d");
  const auto* comma = table.As<Join>();
  ASSERT_NE(comma, nullptr);
  EXPECT_EQ(comma->kind, JoinKind::kComma);
  const auto* cross = comma->right->As<Join>();
  ASSERT_NE(cross, nullptr);
  EXPECT_EQ(cross->kind, JoinKind::kCross);
  EXPECT_EQ(cross->left->As<Join>()->kind, JoinKind::kLeft);
  EXPECT_TRUE(FromOf("a NATURAL FULL JOIN b").As<Join>()->natural);
  EXPECT_EQ(FromOf("a JOIN b USING (x, y)").As<Join>()->using_columns.size(), 2U);
  EXPECT_NE(FromOf("a JOIN (b JOIN c ON p) ON q").As<Join>()->right->As<Join>(), nullptr);
  EXPECT_EQ(FromOf("(a AS x)").alias->name.value, "x");
}

TEST(ParseQueryTest, TableFunctions) {
  const TableReference tumble = FromOf(
      "TABLE(TUMBLE(TABLE c.d.t PARTITION BY k, DESCRIPTOR(ts), SIZE => INTERVAL '1' "
      "MINUTE, `OFFSET` => INTERVAL '2' SECOND)) AS w (a, b)");
  const FunctionCall& call = tumble.As<TableFunctionCall>()->call;
  ASSERT_EQ(call.arguments.size(), 4U);
  const auto* data = call.arguments[0].value.As<TableArgument>();
  EXPECT_EQ(data->table->ToString(), "c.d.t");
  EXPECT_EQ(data->partition_by.size(), 1U);
  EXPECT_EQ(call.arguments[1].value.As<DescriptorArgument>()->columns[0].value, "ts");
  EXPECT_EQ(call.arguments[3].name->value, "OFFSET");
  EXPECT_EQ(tumble.alias->columns.size(), 2U);
  EXPECT_FALSE(FromOf("TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY)")
                   .As<TableFunctionCall>()
                   ->has_table_keyword);
  const TableReference bare = FromOf("HOP((SELECT * FROM t), DESCRIPTOR(ts), a, b)");
  EXPECT_TRUE(bare.As<TableFunctionCall>()->call.arguments[0].value.As<TableArgument>()->query);
  EXPECT_TRUE(FromOf("a CROSS JOIN LATERAL TABLE(f(x)) AS t")
                  .As<Join>()
                  ->right->As<TableFunctionCall>()
                  ->lateral);
}

TEST(ParseQueryTest, OtherTables) {
  const TableReference named =
      FromOf("t /*+ OPTIONS('a' = 'b'), STATE_TTL('x' = '1d') */ FOR SYSTEM_TIME AS OF o.ts AS v");
  EXPECT_EQ(named.As<NamedTable>()->hints.size(), 2U);
  EXPECT_EQ(named.As<NamedTable>()->hints[0].options[0].value, "b");
  EXPECT_TRUE(named.As<NamedTable>()->system_time.has_value());
  EXPECT_EQ(named.alias->name.value, "v");
  EXPECT_NE(FromOf("(SELECT 1)").As<DerivedTable>(), nullptr);
  EXPECT_NE(FromOf("(VALUES (1)) AS t (a)").As<DerivedTable>(), nullptr);
  EXPECT_TRUE(FromOf("UNNEST(a) WITH ORDINALITY AS u (x, i)").As<UnnestTable>()->with_ordinality);
  EXPECT_TRUE(FromOf("t TABLESAMPLE BERNOULLI(10)").sample.has_value());
  const TableReference match = FromOf("t MATCH_RECOGNIZE (PATTERN (A B) DEFINE A AS (1)) AS m");
  EXPECT_EQ(match.As<UnsupportedTableClause>()->name, "MATCH_RECOGNIZE");
  EXPECT_EQ(match.alias->name.value, "m");
}

TEST(ParseQueryTest, Refuses) {
  EXPECT_THAT(Refuse("SELECT * FROM TABLE(TUMBLE(TABLE (SELECT 1), a))").hint(),
              HasSubstr("without TABLE"));
  EXPECT_THAT(Refuse("SELECT * FROM TABLE(TUMBLE(DATA => TABLE t, OFFSET => a))").hint(),
              HasSubstr("`OFFSET`"));
  EXPECT_THAT(Refuse("SELECT 1 AS value").hint(), HasSubstr("`value`"));
  EXPECT_THAT(Refuse("SELECT 1 value").hint(), HasSubstr("`value`"));
  EXPECT_EQ(Refuse("SELECT * FROM a CROSS APPLY f(x)").code(), ErrorCode::kSqlUnsupported);
  EXPECT_EQ(Refuse("SELECT 1 MINUS SELECT 2").code(), ErrorCode::kSqlUnsupported);
  EXPECT_EQ(Refuse("SELECT * FROM (a JOIN b ON c) AS d").code(), ErrorCode::kSqlUnsupported);
  EXPECT_EQ(Refuse("SELECT 1; SELECT 2").code(), ErrorCode::kSqlSyntax);
}

TEST(ParseQueryTest, LimitsChainsOfSetOperationsAndJoins) {
  std::string unions = "SELECT 1";
  std::string joins = "SELECT * FROM t";
  std::string tables = "SELECT * FROM t";
  std::string nested = "SELECT * FROM ";
  for (int i = 0; i < 2000; ++i) {
    unions += " UNION ALL SELECT 1";
    joins += " CROSS JOIN t";
    tables += ", t";
    nested += "(SELECT * FROM ";
  }
  for (const std::string& text : {unions, joins, tables, nested}) {
    EXPECT_EQ(Refuse(text).code(), ErrorCode::kLimitExceeded) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace floe::sql::flink
