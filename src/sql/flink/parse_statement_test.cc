#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sql/flink/parse.h"

namespace floe::sql::flink {
namespace {

using testing::HasSubstr;

Statement Parse(std::string_view text) {
  Result<Statement> statement = ParseStatement(text);
  EXPECT_TRUE(statement.ok()) << text << ": " << statement.status().ToString();
  return statement.ok() ? *std::move(statement) : Statement{};
}

template <typename T>
T As(std::string_view text) {
  const Statement statement = Parse(text);
  EXPECT_NE(statement.As<T>(), nullptr) << text;
  return statement.As<T>() == nullptr ? T{} : *statement.As<T>();
}

Error Refuse(std::string_view text) {
  Result<Statement> statement = ParseStatement(text);
  EXPECT_FALSE(statement.ok()) << text;
  return statement.ok() ? Error(ErrorCode::kInternal, "parsed") : statement.error();
}

TEST(ParseStatementTest, Set) {
  const auto option = [](std::string_view text) { return *As<SetStatement>(text).option; };
  EXPECT_EQ(option("SET 'a.b' = 'it''s'").value, "it's");
  EXPECT_EQ(option("set a.b=c").key, "a.b");
  EXPECT_EQ(option("SET a.b = 'c d' ;").value, "c d");
  EXPECT_EQ(option("SET state.checkpoints.dir=file:///tmp/x;").value, "file:///tmp/x");
  EXPECT_EQ(option("SET execution.checkpointing.interval = 10s -- every ten").value, "10s");
  // Quotes of names stay part of the key, as in Flink.
  EXPECT_EQ(option("SET \"a\"='b'").key, "\"a\"");
  EXPECT_EQ(option("SET `a`=b").key, "`a`");
  EXPECT_FALSE(As<SetStatement>("SET").option.has_value());
  EXPECT_FALSE(As<SetStatement>("SET;").option.has_value());
  EXPECT_THAT(Refuse("SET a.b=5 min").hint(), HasSubstr("blanks"));
  EXPECT_EQ(static_cast<SourceSpan>(option("SET a.b=c").value_span), (SourceSpan{1, 9, 1, 9}));
  EXPECT_EQ(static_cast<SourceSpan>(option("SET\n a.b = c").key_span), (SourceSpan{2, 2, 2, 4}));
}

TEST(ParseStatementTest, RefusesSettingsThatAreNotUtf8) {
  EXPECT_THAT(Refuse("SET a=\xFF").message(), HasSubstr("UTF-8"));
  EXPECT_THAT(Refuse("RESET a.\xFF").message(), HasSubstr("UTF-8"));
}

TEST(ParseStatementTest, Reset) {
  EXPECT_EQ(As<ResetStatement>("RESET a.b").key, "a.b");
  EXPECT_EQ(As<ResetStatement>("RESET 'a.b';").key, "a.b");
  EXPECT_FALSE(As<ResetStatement>("RESET").key.has_value());
}

TEST(ParseStatementTest, Catalogs) {
  const auto create = As<CreateCatalog>(
      "CREATE CATALOG IF NOT EXISTS c COMMENT 'x' WITH ('type' = 'iceberg', 'uri' = 'http://h')");
  EXPECT_TRUE(create.if_not_exists);
  EXPECT_EQ(create.options.size(), 2U);
  EXPECT_EQ(As<UseCatalog>("USE CATALOG c").name.value, "c");
  EXPECT_EQ(As<UseDatabase>("USE c.d").name.ToString(), "c.d");
  EXPECT_EQ(As<UseDatabase>("USE catalog").name.ToString(), "catalog");
  EXPECT_EQ(As<CreateDatabase>("CREATE DATABASE IF NOT EXISTS c.d").name.parts.size(), 2U);
  const auto drop = As<DropStatement>("DROP DATABASE IF EXISTS d CASCADE");
  EXPECT_EQ(drop.kind, ObjectKind::kDatabase);
  EXPECT_EQ(drop.cascade, true);
}

TEST(ParseStatementTest, CreateTable) {
  const auto create = As<CreateTable>(R"(
      CREATE TEMPORARY TABLE IF NOT EXISTS c.d.t (
        a INT NOT NULL PRIMARY KEY NOT ENFORCED COMMENT 'key',
        b AS a + 1 COMMENT 'next',
        o BIGINT METADATA FROM 'offset' VIRTUAL,
        `timestamp` TIMESTAMP(3) METADATA,
        ts AS CAST(s AS TIMESTAMP(3)),
        s STRING,
        WATERMARK FOR ts AS ts - INTERVAL '5' SECONDS,
        CONSTRAINT pk PRIMARY KEY (a, s) NOT ENFORCED
      ) COMMENT 'a table'
      DISTRIBUTED BY HASH (a) INTO 4 BUCKETS
      PARTITIONED BY (s)
      WITH ('connector' = 'kafka'))");
  EXPECT_TRUE(create.temporary);
  EXPECT_TRUE(create.if_not_exists);
  ASSERT_EQ(create.columns.size(), 6U);
  EXPECT_EQ(create.columns[0].type.nullability, Nullability::kNotNull);
  EXPECT_EQ(create.columns[0].comment, "key");
  EXPECT_EQ(create.columns[1].kind, ColumnKind::kComputed);
  EXPECT_EQ(create.columns[2].metadata_key, "offset");
  EXPECT_TRUE(create.columns[2].is_virtual);
  EXPECT_EQ(create.columns[3].name.value, "timestamp");
  EXPECT_EQ(create.columns[3].kind, ColumnKind::kMetadata);
  ASSERT_EQ(create.constraints.size(), 2U);
  EXPECT_EQ(create.constraints[0].columns[0].value, "a");
  EXPECT_EQ(create.constraints[0].enforced, false);
  EXPECT_EQ(create.constraints[1].name->value, "pk");
  ASSERT_EQ(create.watermarks.size(), 1U);
  EXPECT_EQ(create.watermarks[0].column.ToString(), "ts");
  EXPECT_EQ(create.distribution->buckets, 4);
  EXPECT_EQ(create.partitioned_by.size(), 1U);
  EXPECT_EQ(create.options[0].value, "kafka");
}

TEST(ParseStatementTest, CreateTableLikeAndAs) {
  const auto like = As<CreateTable>(
      "CREATE TABLE y (b INT) WITH ('k' = 'v') LIKE x (INCLUDING ALL EXCLUDING OPTIONS)");
  EXPECT_EQ(like.like->options.size(), 2U);
  EXPECT_EQ(like.like->options[1].feature, LikeFeature::kOptions);
  EXPECT_TRUE(As<CreateTable>("CREATE TABLE y AS SELECT 1 AS a").as_query.has_value());
  const auto named = As<CreateTable>("CREATE TABLE y (b, a) AS SELECT 1 AS a, 2 AS b");
  EXPECT_EQ(named.columns[0].kind, ColumnKind::kNameOnly);
  EXPECT_THAT(Refuse("CREATE TABLE y (a)").message(), HasSubstr("no type"));
}

TEST(ParseStatementTest, CreateView) {
  const auto view = As<CreateView>(
      "CREATE OR REPLACE TEMPORARY VIEW v (a COMMENT 'x', b) COMMENT 'y' AS SELECT 1,  2 -- c\n;");
  EXPECT_TRUE(view.or_replace);
  EXPECT_EQ(view.columns.size(), 2U);
  EXPECT_EQ(view.query_text, "SELECT 1,  2");
}

TEST(ParseStatementTest, Insert) {
  const auto insert = As<Insert>(
      "INSERT INTO c.d.t /*+ OPTIONS('a'='b') */ PARTITION (p = '1', q) (x, y.z) SELECT 1, 2 "
      "FROM a CROSS JOIN b ON CONFLICT DO DEDUPLICATE");
  EXPECT_EQ(insert.hints.size(), 1U);
  EXPECT_EQ(insert.partition.size(), 2U);
  EXPECT_EQ(insert.columns[1].ToString(), "y.z");
  EXPECT_EQ(insert.on_conflict, ConflictAction::kDeduplicate);
  EXPECT_EQ(As<Insert>("INSERT OVERWRITE t SELECT 1").kind, InsertKind::kOverwrite);
  EXPECT_EQ(As<Insert>("UPSERT INTO t SELECT 1").kind, InsertKind::kUpsert);
  EXPECT_TRUE(As<Insert>("INSERT INTO t (SELECT 1)").columns.empty());
  EXPECT_TRUE(As<Insert>("INSERT INTO t (WITH w AS (SELECT 1) SELECT * FROM w)").columns.empty());
  EXPECT_EQ(As<Insert>("INSERT INTO t (a) (SELECT 1)").columns.size(), 1U);
  EXPECT_EQ(As<Insert>("INSERT INTO t VALUES (1), (2)").query.body.As<Values>()->rows.size(), 2U);
}

TEST(ParseStatementTest, StatementSets) {
  const auto set = As<StatementSet>(
      "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN x THEN 1 END FROM t; INSERT INTO "
      "b SELECT 2; END;");
  ASSERT_EQ(set.inserts.size(), 2U);
  EXPECT_EQ(set.inserts[1].text, "INSERT INTO b SELECT 2");
  EXPECT_FALSE(Refuse("EXECUTE STATEMENT SET BEGIN END").message().empty());
  EXPECT_FALSE(Refuse("EXECUTE STATEMENT SET BEGIN SELECT 1; END").message().empty());
  EXPECT_THAT(Refuse("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1 END").message(),
              HasSubstr(";"));
  As<BeginStatementSet>("BEGIN STATEMENT SET");
  As<BeginStatementSet>("BEGIN STATEMENT SET;");
  As<EndStatementSet>("END;");
}

TEST(ParseStatementTest, Explain) {
  EXPECT_TRUE(As<ExplainStatement>("EXPLAIN PLAN FOR SELECT 1").plan_for);
  const auto details = As<ExplainStatement>("EXPLAIN ESTIMATED_COST, CHANGELOG_MODE SELECT 1");
  EXPECT_THAT(details.details, testing::ElementsAre("ESTIMATED_COST", "CHANGELOG_MODE"));
  const auto set = As<ExplainStatement>("EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; END");
  EXPECT_NE(set.statement->As<StatementSet>(), nullptr);
  EXPECT_EQ(As<ExplainStatement>("EXPLAIN INSERT INTO a SELECT 1").statement->text,
            "INSERT INTO a SELECT 1");
  EXPECT_THAT(Refuse("EXPLAIN DROP TABLE t").message(), HasSubstr("EXPLAIN takes"));
}

TEST(ParseStatementTest, ShowAndDescribe) {
  EXPECT_EQ(As<ShowStatement>("SHOW TABLES").kind, ShowKind::kTables);
  const auto tables = As<ShowStatement>("SHOW TABLES FROM c.d NOT LIKE 'a%'");
  EXPECT_EQ(tables.name.ToString(), "c.d");
  EXPECT_TRUE(tables.negated_like);
  EXPECT_EQ(tables.like_pattern, "a%");
  EXPECT_EQ(As<ShowStatement>("SHOW CREATE TABLE t").kind, ShowKind::kCreateTable);
  EXPECT_EQ(As<ShowStatement>("SHOW CURRENT CATALOG").kind, ShowKind::kCurrentCatalog);
  EXPECT_EQ(As<ShowStatement>("SHOW COLUMNS IN t LIKE 'a'").name.ToString(), "t");
  EXPECT_TRUE(As<DescribeTable>("DESC EXTENDED c.d.t").extended);
  EXPECT_EQ(As<DescribeTable>("DESCRIBE job").name.ToString(), "job");
  EXPECT_THAT(Refuse("SHOW TABELS").hint(), HasSubstr("TABLES"));
}

TEST(ParseStatementTest, AlterTable) {
  EXPECT_EQ(As<AlterTable>("ALTER TABLE x SET ('a'='b')").options[0].key, "a");
  EXPECT_EQ(As<AlterTable>("ALTER TABLE x RENAME TO y").new_name.ToString(), "y");
  EXPECT_EQ(As<AlterTable>("ALTER TABLE x RESET ('a', 'b')").options.size(), 2U);
  EXPECT_EQ(As<AlterTable>("ALTER TABLE x ADD (b INT)").action_text, "ADD (b INT)");
}

TEST(ParseStatementTest, KnownByName) {
  const std::pair<std::string_view, std::string_view> known[] = {
      {"ADD JAR 'x.jar'", "ADD JAR"},
      {"LOAD MODULE core", "LOAD MODULE"},
      {"USE MODULES core, hive", "USE MODULES"},
      {"ANALYZE TABLE x COMPUTE STATISTICS", "ANALYZE TABLE"},
      {"DELETE FROM x WHERE a = 1", "DELETE"},
      {"UPDATE x SET a = 1", "UPDATE"},
      {"CALL p(1)", "CALL"},
      {"HELP", "HELP"},
      {"quit;", "QUIT"},
      {"COMPILE PLAN 'p' FOR STATEMENT SET BEGIN INSERT INTO a SELECT 1; END", "COMPILE PLAN"},
      {"CREATE TEMPORARY SYSTEM FUNCTION f AS 'c' LANGUAGE JAVA", "CREATE FUNCTION"},
      {"CREATE MATERIALIZED TABLE m AS SELECT 1", "CREATE MATERIALIZED TABLE"},
      {"ALTER VIEW v RENAME TO w", "ALTER VIEW"},
      {"DROP MODEL m", "DROP MODEL"},
      {"DESCRIBE FUNCTION f", "DESCRIBE FUNCTION"},
      {"SHOW JOBS", "SHOW JOBS"},
      {"STOP JOB 'x' WITH SAVEPOINT", "STOP JOB"},
      {"TRUNCATE TABLE t", "TRUNCATE TABLE"}};
  for (const auto& [text, name] : known) EXPECT_EQ(StatementName(Parse(text)), name);
}

TEST(ParseStatementTest, TextAndSpanAreTheStatementAlone) {
  const Statement statement = Parse("  -- first\n  SELECT 1 ; -- last");
  EXPECT_EQ(statement.text, "SELECT 1");
  EXPECT_EQ(static_cast<SourceSpan>(statement.span), (SourceSpan{2, 3, 2, 10}));
}

TEST(ParseStatementTest, ExactlyOne) {
  EXPECT_THAT(Refuse("").message(), HasSubstr("empty"));
  EXPECT_THAT(Refuse("-- nothing").message(), HasSubstr("empty"));
  EXPECT_THAT(Refuse("SELECT 1; SELECT 2").message(), HasSubstr("only one statement"));
  EXPECT_EQ(Refuse("SELECT 1; SELECT 2").span(), (SourceSpan{1, 11, 1, 11}));
}

TEST(ParseStatementTest, LimitsTheText) {
  EXPECT_EQ(Refuse("SELECT '" + std::string(2 << 20, 'a') + "'").code(), ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace floe::sql::flink
