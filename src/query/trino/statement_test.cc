#include "query/trino/statement.h"

#include <gtest/gtest.h>

#include "query/trino/error_names.h"
#include "query/trino/information_schema.h"
#include "query/trino/number_text.h"

namespace floe::query::trino {
namespace {

// One schema "s" with table t(a bigint, b double).
class OneTable final : public TableProvider {
 public:
  Result<std::vector<std::string>> ListSchemas() override { return std::vector<std::string>{"s"}; }
  Result<std::vector<std::string>> ListTables(const std::string& schema) override {
    if (schema != "s") return Error(ErrorCode::kSchemaNotFound, "");
    return std::vector<std::string>{"t"};
  }
  Result<ProvidedTable> LoadTable(const std::string& schema, const std::string& table,
                                  std::optional<int64_t>) override {
    if (schema != "s") return Error(ErrorCode::kSchemaNotFound, "");
    if (table != "t") return Error(ErrorCode::kTableNotFound, "");
    const std::vector<TableColumn> columns = {{"a", Type(TypeKind::kBigint), true, ""},
                                              {"b", Type(TypeKind::kDouble), true, ""}};
    return ProvidedTable{
        columns, RowsSql(columns, {{"1", "NaN"}, {"2", "0.5"}, {std::nullopt, "7"}}), {}};
  }
};

class StatementTest : public testing::Test {
 protected:
  StatementTest() : executor_(MakeDuckDbExecutor({})), runner_(TheCatalogs(), *executor_) {
    session_.catalog = "c";
    session_.schema = "s";
  }
  static Catalogs TheCatalogs() {
    Catalogs catalogs;
    catalogs["c"] = std::make_shared<OneTable>();
    return catalogs;
  }
  // Types and rows: "bigint,varchar(1) [1,"a"][2,"b"]"; or "NAME line:column".
  std::string Ask(const std::string& sql) {
    auto answer = runner_.Run(sql, session_);
    if (!answer.ok()) {
      std::string out(NameOf(answer.error().code()).name);
      if (const auto& span = answer.error().span()) {
        out += " " + std::to_string(span->line) + ":" + std::to_string(span->column);
      }
      return out;
    }
    std::string out;
    for (const OutputColumn& column : answer->columns) {
      out += (out.empty() ? "" : ",") + column.type.ToString();
    }
    out += " ";
    while (answer->cursor != nullptr) {
      auto page = answer->cursor->NextPage(1 << 20);
      if (!page.ok()) return page.error().ToString();
      if (page->empty()) break;
      for (const std::string& row : *page) out += row;
    }
    return out;
  }

  std::unique_ptr<QueryExecutor> executor_;
  StatementRunner runner_;
  Session session_;
};

TEST_F(StatementTest, ArithmeticHasTrinosTypesAndErrors) {
  EXPECT_EQ(Ask("SELECT 7 / 2, -7 / 2, 7 % -2"), "integer,integer,integer [3,-3,1]");
  EXPECT_EQ(Ask("SELECT 1.5 / 7"), "decimal(2,1) [\"0.2\"]");
  EXPECT_EQ(Ask("SELECT 1 / 0"), "DIVISION_BY_ZERO");
  EXPECT_EQ(Ask("SELECT 2147483647 + 1"), "NUMERIC_VALUE_OUT_OF_RANGE");
  EXPECT_EQ(Ask("SELECT 1 + 'a'"), "TYPE_MISMATCH 1:10");
  EXPECT_EQ(Ask("SELECT avg(x) FROM (VALUES 1.0, 2.0, 2.0) t(x)"), "decimal(2,1) [\"1.7\"]");
}

TEST_F(StatementTest, TryMakesErrorsNull) {
  EXPECT_EQ(Ask("SELECT TRY(1 / 0), TRY_CAST('x' AS integer), TRY(ARRAY[1][a]) FROM t WHERE a = 2"),
            "integer,integer,integer [null,null,null]");
  EXPECT_EQ(Ask("SELECT CASE WHEN a = 1 THEN 0 ELSE 1 / (a - 1) END FROM t ORDER BY 1"),
            "bigint [0][1][null]");
}

TEST_F(StatementTest, NanIsEqualToNothing) {
  EXPECT_EQ(Ask("SELECT a FROM t WHERE b = b ORDER BY a"), "bigint [2][null]");
  EXPECT_EQ(Ask("SELECT a FROM t WHERE b > 0"), "bigint [2][null]");
  EXPECT_EQ(Ask("SELECT a FROM t WHERE b <> 7e0 ORDER BY a"), "bigint [1][2]");
}

TEST_F(StatementTest, NullsComeLastAndGroupsAreChecked) {
  EXPECT_EQ(Ask("SELECT a FROM t ORDER BY a DESC"), "bigint [2][1][null]");
  EXPECT_EQ(Ask("SELECT a, sum(b) FROM t"), "EXPRESSION_NOT_AGGREGATE 1:8");
  EXPECT_EQ(Ask("SELECT a + 1 AS k, count(*) FROM t GROUP BY a + 1 ORDER BY 1"),
            "bigint,bigint [2,1][3,1][null,1]");
  EXPECT_EQ(Ask("SELECT a AS k FROM t GROUP BY k"), "COLUMN_NOT_FOUND 1:31");
}

TEST_F(StatementTest, TimesKeepPrecisionAndZone) {
  EXPECT_EQ(Ask("SELECT TIMESTAMP '2024-07-01 12:00:00 UTC' AT TIME ZONE 'America/New_York'"),
            "timestamp(0) with time zone [\"2024-07-01 08:00:00 America/New_York\"]");
  EXPECT_EQ(Ask("SELECT CAST(TIMESTAMP '2024-01-01 00:00:00.999500' AS timestamp(3))"),
            "timestamp(3) [\"2024-01-01 00:00:01.000\"]");
  EXPECT_EQ(Ask("SELECT date_diff('month', DATE '2024-01-15', DATE '2024-02-14')"), "bigint [0]");
}

TEST_F(StatementTest, NamesAreFoundOrMissedAsInTrino) {
  EXPECT_EQ(Ask("SELECT x.a FROM c.s.t x"), "bigint [1][2][null]");
  EXPECT_EQ(Ask("SELECT t.a FROM c.s.t x"), "COLUMN_NOT_FOUND 1:8");
  EXPECT_EQ(Ask("SELECT * FROM nope"), "TABLE_NOT_FOUND 1:15");
  EXPECT_EQ(Ask("SELECT count(*) FROM t WHERE a IN (SELECT a FROM t x WHERE x.a = t.a)"),
            "bigint [2]");
  EXPECT_EQ(Ask("WITH w AS (SELECT a FROM t) SELECT w.a FROM w JOIN w v USING (a)"),
            "COLUMN_NOT_FOUND 1:36");
}

TEST_F(StatementTest, PreparedStatementsTravelWithTheSession) {
  auto prepared = runner_.Run("PREPARE p FROM SELECT a FROM t WHERE a > ?", session_);
  ASSERT_TRUE(prepared.ok());
  ASSERT_EQ(prepared->added_prepare.size(), 1u);
  session_.prepared.insert(prepared->added_prepare[0]);
  EXPECT_EQ(Ask("EXECUTE p USING 1"), "bigint [2]");
  EXPECT_EQ(Ask("EXECUTE p").substr(0, 23), "INVALID_PARAMETER_USAGE");
}

TEST(DivideDecimals, RoundsHalfAwayFromZero) {
  EXPECT_EQ(DivideDecimals("1", "3", 2), "0.33");
  EXPECT_EQ(DivideDecimals("2", "3", 0), "1");
  EXPECT_EQ(DivideDecimals("-0.5", "1", 0), "-1");
  EXPECT_EQ(DivideDecimals("99.9", "1.0", 0), "100");
  EXPECT_EQ(DivideDecimals("12345678901234567890.5", "0.1", 1), "123456789012345678905.0");
  EXPECT_EQ(DivideDecimals("1", "0.00", 2), std::nullopt);
}

TEST(DoubleText, IsJavasForm) {
  EXPECT_EQ(DoubleText(1), "1.0E0");
  EXPECT_EQ(DoubleText(-0.00123), "-1.23E-3");
  EXPECT_EQ(RealText(3.4028235e38F), "3.402823E38");
  EXPECT_EQ(DoubleJson(1e7), "1.0E7");
}

// Asked of a real Trino 476.
TEST(ErrorNames, NumbersOfTrino) {
  const TrinoErrorName version = NameOf(ErrorCode::kTableVersionNotFound);
  EXPECT_EQ(version.name, "INVALID_ARGUMENTS");
  EXPECT_EQ(version.code, 76);
  EXPECT_EQ(NameOf(ErrorCode::kExpressionNotConstant).code, 75);
}

}  // namespace
}  // namespace floe::query::trino
