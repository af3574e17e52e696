#include "sql/flink/print.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "sql/diagnostic.h"
#include "sql/flink/parse.h"

namespace floe::sql::flink {
namespace {

std::string Canonical(std::string_view text) {
  Result<Statement> statement = ParseStatement(text);
  return statement.ok() ? PrintStatement(*statement) : RenderDiagnostic(statement.error(), text);
}

TEST(PrintTest, CreateTableHasALinePerColumnAndOption) {
  EXPECT_EQ(Canonical("create table if not exists c.t (a int not null, b as a+1, o bigint metadata "
                      "from 'offset' virtual comment 'it''s', watermark for ts as ts, primary key "
                      "(a) not enforced) partitioned by (a) with ('k'='v','x'='y') like u "
                      "(including all overwriting options)"),
            "CREATE TABLE IF NOT EXISTS `c`.`t` (\n"
            "  `a` INT NOT NULL,\n"
            "  `b` AS `a` + 1,\n"
            "  `o` BIGINT METADATA FROM 'offset' VIRTUAL COMMENT 'it''s',\n"
            "  WATERMARK FOR `ts` AS `ts`,\n"
            "  PRIMARY KEY (`a`) NOT ENFORCED\n"
            ") PARTITIONED BY (`a`) WITH (\n"
            "  'k' = 'v',\n"
            "  'x' = 'y'\n"
            ") LIKE `u` (INCLUDING ALL OVERWRITING OPTIONS)");
}

TEST(PrintTest, KeepsTheParenthesesThatMatter) {
  EXPECT_EQ(
      Canonical("select ((a + b)) * c, a + (b * c), a - (b - c), -(-a), (a or b) and not (c)"),
      "SELECT (`a` + `b`) * `c`, `a` + `b` * `c`, `a` - (`b` - `c`), - -`a`, "
      "(`a` OR `b`) AND NOT `c`");
  EXPECT_EQ(Canonical("(select 1 union select 2) intersect (select 3 limit 1)"),
            "(SELECT 1 UNION SELECT 2) INTERSECT (SELECT 3 LIMIT 1)");
  EXPECT_EQ(Canonical("select * from a join (b join c on x) on y, (d, e)"),
            "SELECT * FROM `a` INNER JOIN (`b` INNER JOIN `c` ON `x`) ON `y`, (`d`, `e`)");
}

TEST(PrintTest, SpecialSyntax) {
  EXPECT_EQ(Canonical("select trim(a), extract(day from b), floor(c to hour), substring(d from 2), "
                      "position(e in f), json_object('k' value 1), current_date, count(*)"),
            "SELECT TRIM(BOTH ' ' FROM `a`), EXTRACT(DAY FROM `b`), FLOOR(`c` TO HOUR), "
            "SUBSTRING(`d`, 2), POSITION(`e` IN `f`), JSON_OBJECT(KEY 'k' VALUE 1), CURRENT_DATE, "
            "count(*)");
}

const std::vector<std::string>& EveryConstruct() {
  static const std::vector<std::string> kStatements = {
      "WITH RECURSIVE a (x) AS (SELECT 1), b AS (TABLE t) SELECT /*+ BROADCAST(t) */ ALL * FROM a",
      "SELECT U&'\\00e9', _UTF16'x', N'y', X'0a', DATE '1', TIME '2', TIMESTAMP '3', UNKNOWN",
      "SELECT TIMESTAMP WITH LOCAL TIME ZONE 'x', INTERVAL -'1 2' DAY(3) TO SECOND(4)",
      "SELECT INTERVAL 1 DAY, INTERVAL a.b HOURS, INTERVAL (a + 1) SECOND, INTERVAL '1' "
      "SECOND(2,3)",
      "SELECT a IS NOT JSON OBJECT, b IS UNKNOWN, c IS DISTINCT FROM d, e NOT SIMILAR TO f ESCAPE "
      "g",
      "SELECT a[1][b].c.d, (a).b, (CURRENT_DATE).x, f(x).y, (1).z, CAST(a AS INTERVAL DAY TO HOUR)",
      "SELECT a = ALL (SELECT 1), b < SOME (VALUES 1, 2), ARRAY(SELECT 1), MULTISET[1], MAP[1, 2]",
      "SELECT `f-1`(a), `MAP`(1), `DESCRIPTOR`(1), c.d.f(DISTINCT a), YEAR(a), `select`(1)",
      "SELECT f(x => 1, y => DEFAULT), LAG(a) IGNORE NULLS OVER (w PARTITION BY b ORDER BY c DESC "
      "NULLS FIRST ROWS 2 PRECEDING)",
      "SELECT SUM(a) OVER (RANGE BETWEEN (a AND b) PRECEDING AND UNBOUNDED FOLLOWING)",
      "SELECT POSITION((a + b) IN c FROM 2), POSITION(a[1] IN c), OVERLAY(a PLACING b FROM c FOR "
      "d)",
      "SELECT JSON_VALUE(a, b RETURNING INT NULL ON EMPTY DEFAULT 1 ON ERROR), JSON_EXISTS(a, b "
      "UNKNOWN ON ERROR), JSON_QUERY(a, b WITHOUT ARRAY WRAPPER EMPTY OBJECT ON ERROR)",
      "SELECT JSON_OBJECTAGG(KEY a VALUE b NULL ON NULL), JSON_ARRAYAGG(a ABSENT ON NULL) FILTER "
      "(WHERE b), JSON_ARRAY(1, 2 NULL ON NULL), JSON_OBJECT()",
      "SELECT LISTAGG(a) WITHIN GROUP (ORDER BY b) FILTER (WHERE c) OVER w FROM t WINDOW w AS ()",
      "SELECT * FROM t /*+ OPTIONS('a'='b'), X(a.b, 1, 'c') */ FOR SYSTEM_TIME AS OF a.b + c AS d",
      "SELECT * FROM LATERAL TABLE(f(a)) AS t (x, y), LATERAL (SELECT 1), UNNEST(a, b) WITH "
      "ORDINALITY, UNNEST(SELECT 1)",
      "SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY (a, b) ORDER BY c DESC, DESCRIPTOR(ts), "
      "x))",
      "SELECT * FROM f((SELECT 1) PARTITION BY a, g((SELECT 2)))",
      "SELECT * FROM t TABLESAMPLE SYSTEM(10) REPEATABLE(5)",
      "SELECT * FROM t MATCH_RECOGNIZE (PATTERN (A)) AS m NATURAL LEFT JOIN u",
      "SELECT 1 FROM t GROUP BY DISTINCT a, (b, c), (), ROLLUP (a, (b, c)), GROUPING SETS ((), "
      "CUBE "
      "(a)) HAVING b QUALIFY c ORDER BY d NULLS LAST LIMIT 1 OFFSET 2",
      "VALUES (1, (SELECT 2)), ROW(3, 4), 5",
      "CREATE TABLE t (a ROW<b INT NOT NULL 'c', d MAP<STRING, INT> ARRAY>, UNIQUE (a) ENFORCED)",
      "CREATE OR REPLACE TABLE t (a, b) DISTRIBUTED BY RANGE (a) INTO 3 BUCKETS AS SELECT 1, 2",
      "CREATE VIEW IF NOT EXISTS v (a COMMENT 'x', b) COMMENT 'y' AS SELECT 1, 2",
      "CREATE CATALOG IF NOT EXISTS c COMMENT 'x' WITH ('a'='b')",
      "CREATE DATABASE d",
      "USE CATALOG c",
      "USE c.d",
      "SET",
      "SET a=b",
      "RESET 'a'",
      "RESET",
      "DROP TEMPORARY SYSTEM FUNCTION IF EXISTS f",
      "DROP DATABASE d RESTRICT",
      "ALTER TABLE t RENAME TO u",
      "ALTER TABLE t RESET ('a', 'b')",
      "ALTER TABLE t ADD a INT",
      "INSERT OVERWRITE t PARTITION (a = 'x', b = -1, c) (d, e.f) VALUES (1) ON CONFLICT DO ERROR",
      "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END",
      "EXPLAIN ESTIMATED_COST, PLAN_ADVICE INSERT INTO a SELECT 1",
      "EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; END",
      "SHOW TABLES IN c.d NOT LIKE '%'",
      "SHOW FUNCTIONS ILIKE 'a'",
      "SHOW CREATE VIEW v",
      "SHOW PARTITIONS t PARTITION (a = 1)",
      "DESCRIBE EXTENDED t",
      "HELP",
      "BEGIN STATEMENT SET"};
  return kStatements;
}

// The text that a statement prints as parses to an equal tree.
TEST(PrintTest, EveryConstructReadsBack) {
  for (const std::string& text : EveryConstruct()) {
    Result<Statement> statement = ParseStatement(text);
    ASSERT_TRUE(statement.ok()) << RenderDiagnostic(statement.error(), text);
    const std::string printed = PrintStatement(*statement);
    Result<Statement> again = ParseStatement(printed);
    ASSERT_TRUE(again.ok()) << RenderDiagnostic(again.error(), printed);
    EXPECT_TRUE(*again == *statement) << text << "\n" << printed;
    EXPECT_EQ(PrintStatement(*again), printed);
  }
}

// Builds random trees of the shapes that the parser gives.
class RandomTree {
 public:
  explicit RandomTree(uint64_t seed) : random_(seed) {}

  Expression MakeExpression(int depth) {
    Expression expression;
    expression.node = depth <= 0 ? Leaf() : Inner(depth - 1);
    return expression;
  }

  Query MakeQuery(int depth) {
    Query query;
    query.body = MakeBody(depth);
    if (Chance(4))
      query.order_by.push_back({MakeExpression(depth - 1), Chance(2), NullsOrder::kFirst});
    // The parser takes parentheses around a whole query off.
    if (Chance(5) || query.body.As<Box<Query>>() != nullptr) query.limit = Number();
    return query;
  }

 private:
  bool Chance(uint64_t one_in) { return random_.Uniform(one_in) == 0; }
  int Pick(int count) { return static_cast<int>(random_.Uniform(static_cast<uint64_t>(count))); }

  Identifier Name() {
    static constexpr std::string_view kNames[] = {"a", "b", "select", "x`y", "Map", "größe"};
    return {std::string(kNames[Pick(6)]), {}};
  }

  Expression Number() {
    return {Literal{LiteralKind::kExactNumeric, std::to_string(Pick(100)), ""}, {}};
  }

  Expression::Node Leaf() {
    switch (Pick(7)) {
      case 0:
        return Number().node;
      case 1:
        return Literal{LiteralKind::kString, "it's\n", ""};
      case 2:
        return Literal{LiteralKind::kNull, "", ""};
      case 3:
        return IntervalLiteral{Chance(2), "1", {TimeUnit::kDay, {}, {}, {}, {}}};
      case 4: {
        FunctionCall call;
        call.name.parts.push_back({"CURRENT_DATE", {}});
        call.has_parentheses = false;
        return Box<FunctionCall>(std::move(call));
      }
      default: {
        ColumnReference column;
        for (int i = Pick(3); i >= 0; --i) column.name.parts.push_back(Name());
        return column;
      }
    }
  }

  std::vector<Expression> List(int depth, int min_size) {
    std::vector<Expression> list;
    for (int i = Pick(3) + min_size; i > 0; --i) list.push_back(MakeExpression(depth));
    return list;
  }

  Expression::Node Call(int depth) {
    FunctionCall call;
    static constexpr std::string_view kFunctions[] = {"f", "YEAR", "Map", "s q", "COUNT"};
    call.name.parts.push_back({std::string(kFunctions[Pick(5)]), {}});
    for (Expression& argument : List(depth, 0)) {
      call.arguments.push_back({std::nullopt, std::move(argument)});
    }
    if (Chance(4) && !call.arguments.empty()) call.quantifier = SetQuantifier::kDistinct;
    if (Chance(4)) call.filter = MakeExpression(depth);
    if (Chance(4)) {
      WindowSpecification window;
      window.partition_by = List(depth, 1);
      window.frame = WindowFrame{FrameUnit::kRows, {FrameBoundKind::kPreceding, {}, {}}, {}, {}};
      window.frame->start.offset = MakeExpression(depth);
      call.over = std::move(window);
    }
    return Box<FunctionCall>(std::move(call));
  }

  Expression::Node Case(int depth) {
    CaseExpression result;
    if (Chance(2)) result.operand = MakeExpression(depth);
    result.branches.push_back({MakeExpression(depth), MakeExpression(depth)});
    if (Chance(2)) result.otherwise = MakeExpression(depth);
    return result;
  }

  Expression::Node Inner(int depth) {
    switch (Pick(18)) {
      case 0:
        return UnaryOperation{static_cast<UnaryOperator>(Pick(3)), MakeExpression(depth)};
      case 1:
        return IsPredicate{static_cast<IsTest>(Pick(8)), Chance(2), MakeExpression(depth)};
      case 2:
        return BetweenPredicate{Chance(2), Chance(2), MakeExpression(depth), MakeExpression(depth),
                                MakeExpression(depth)};
      case 3: {
        LikePredicate like{static_cast<LikeKind>(Pick(4)),
                           Chance(2),
                           MakeExpression(depth),
                           MakeExpression(depth),
                           {}};
        if (Chance(2)) like.escape = MakeExpression(depth);
        return like;
      }
      case 4:
        return InList{Chance(2), MakeExpression(depth), List(depth, 2)};
      case 5:
        return InSubquery{Chance(2), MakeExpression(depth), MakeQuery(depth)};
      case 6:
        return ScalarSubquery{MakeQuery(depth)};
      case 7:
        return ElementAccess{MakeExpression(depth), MakeExpression(depth)};
      case 8:
        return FieldAccess{MakeExpression(depth), Name()};
      case 9:
        return RowConstructor{Chance(2), List(depth, 2)};
      case 10:
        return CollectionConstructor{static_cast<CollectionKind>(Pick(3)), List(depth, 0)};
      case 11:
        return Case(depth);
      case 12: {
        CastExpression cast{Chance(2), MakeExpression(depth), {}};
        cast.type.kind = TypeNameKind::kBigInt;
        return cast;
      }
      case 13:
        return Call(depth);
      case 14:
        return QuantifiedComparison{BinaryOperator::kLess,
                                    static_cast<ComparisonQuantifier>(Pick(3)),
                                    MakeExpression(depth), MakeQuery(depth)};
      default:
        return BinaryOperation{static_cast<BinaryOperator>(Pick(17)),
                               MakeExpression(depth),
                               MakeExpression(depth),
                               {}};
    }
  }

  QueryBody MakeBody(int depth) {
    const int choice = depth <= 0 ? 0 : Pick(4);
    if (choice == 1) {
      return {SetOperation{static_cast<SetOperator>(Pick(3)),
                           Chance(2),
                           MakeBody(depth - 1),
                           MakeBody(depth - 1),
                           {}},
              {}};
    }
    if (choice == 2) {
      Query query = MakeQuery(depth - 1);
      query.limit = Number();
      return {Box<Query>(std::move(query)), {}};
    }
    if (choice == 3) return {Values{{{List(depth - 1, 1), {}}, {List(depth - 1, 1), {}}}}, {}};
    Select select;
    select.items.push_back({MakeExpression(depth - 1), Name()});
    if (Chance(2)) select.from = MakeTable(depth - 1);
    if (Chance(3)) select.where = MakeExpression(depth - 1);
    return {std::move(select), {}};
  }

  TableReference MakeTable(int depth) {
    TableReference table;
    if (depth > 0 && Chance(2)) {
      Join join;
      join.kind = static_cast<JoinKind>(Pick(6));
      join.left = MakeTable(depth - 1);
      join.right = MakeTable(depth - 1);
      if (join.kind >= JoinKind::kInner) join.on = MakeExpression(depth - 1);
      table.node = std::move(join);
      return table;
    }
    if (depth > 0 && Chance(3)) {
      table.node = DerivedTable{Chance(2), MakeQuery(depth - 1)};
    } else {
      NamedTable named;
      named.name.parts.push_back(Name());
      table.node = std::move(named);
    }
    if (Chance(2)) table.alias = TableAlias{Name(), {}};
    return table;
  }

  Random random_;
};

// No list of one query, no parenthesis around one value: the parser gives neither.
TEST(PrintTest, RandomTreesReadBack) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    RandomTree tree(seed);
    const Query query = tree.MakeQuery(4);
    const std::string printed = PrintQuery(query);
    Result<Query> again = ParseQuery(printed);
    ASSERT_TRUE(again.ok()) << "seed " << seed << "\n" << RenderDiagnostic(again.error(), printed);
    ASSERT_TRUE(*again == query) << "seed " << seed << "\n"
                                 << printed << "\n"
                                 << PrintQuery(*again);
  }
}

}  // namespace
}  // namespace floe::sql::flink
