#include "plan/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "plan/explain.h"
#include "plan_harness.h"
#include "sql/flink/parse.h"

namespace floe::plan {
namespace {

using testing::HasSubstr;

constexpr char kTables[] = R"(
CREATE TABLE t (k STRING, v INT, s STRING, ts TIMESTAMP(3),
                WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
CREATE TABLE d (k STRING, v INT) WITH ('connector' = 'blackhole');
)";

StatementResult Plan(const std::string& statement) {
  PlanHarness harness;
  auto result = harness.Run(kTables + statement);
  EXPECT_TRUE(result.ok()) << result.error().ToString();
  return result.ok() ? *std::move(result) : StatementResult();
}

ErrorCode CodeOf(const std::string& statement) {
  PlanHarness harness;
  auto result = harness.Run(kTables + statement);
  return result.ok() ? ErrorCode::kInternal : result.error().code();
}

void CollectIds(const PhysicalNode& node, std::map<std::string, const PhysicalNode*>& ids) {
  auto [it, added] = ids.emplace(node.operator_id, &node);
  EXPECT_TRUE(added || it->second == &node) << node.operator_id << " is used twice";
  for (const PhysicalNodePtr& input : node.inputs) CollectIds(*input, ids);
}

std::map<std::string, PhysicalKind> IdsOf(const std::string& statement) {
  StatementResult result = Plan(statement);
  std::map<std::string, const PhysicalNode*> nodes;
  if (result.plan.query != nullptr) CollectIds(*result.plan.query, nodes);
  for (const auto& sink : result.plan.sinks) CollectIds(*sink, nodes);
  std::map<std::string, PhysicalKind> kinds;
  for (const auto& [id, node] : nodes) kinds[id] = node->kind;
  return kinds;
}

std::string IdOfKind(const std::string& statement, PhysicalKind kind) {
  for (const auto& [id, found] : IdsOf(statement)) {
    if (found == kind) return id;
  }
  return "";
}

constexpr char kWindowed[] =
    "SELECT k, window_end, SUM(v) AS total FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), "
    "INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end";

TEST(OperatorIdTest, StaysWhileTheMeaningStays) {
  std::string id = IdOfKind(kWindowed, PhysicalKind::kWindowAggregate);
  ASSERT_FALSE(id.empty());
  // Other names on the way, other columns read beside it, another place in the plan.
  EXPECT_EQ(id, IdOfKind("WITH x AS (SELECT v AS w, k AS kk, ts AS rt, s FROM t) "
                         "SELECT UPPER(kk) AS u, window_start, SUM(w) AS other FROM TABLE(TUMBLE("
                         "TABLE x, DESCRIPTOR(rt), INTERVAL '10' SECOND)) "
                         "GROUP BY kk, window_start, window_end",
                         PhysicalKind::kWindowAggregate));
}

TEST(OperatorIdTest, ChangesWithTheMeaning) {
  std::string id = IdOfKind(kWindowed, PhysicalKind::kWindowAggregate);
  for (const char* other :
       {"SELECT k, window_end, SUM(v) AS total FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), "
        "INTERVAL '20' SECOND)) GROUP BY k, window_start, window_end",
        "SELECT k, window_end, MAX(v) AS total FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), "
        "INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end",
        "SELECT s, window_end, SUM(v) AS total FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), "
        "INTERVAL '10' SECOND)) GROUP BY s, window_start, window_end",
        "SELECT k, window_end, SUM(v) AS total FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), "
        "INTERVAL '10' SECOND)) WHERE v > 0 GROUP BY k, window_start, window_end"}) {
    std::string changed = IdOfKind(other, PhysicalKind::kWindowAggregate);
    EXPECT_FALSE(changed.empty());
    EXPECT_NE(changed, id) << other;
  }
}

TEST(OperatorIdTest, IsUniqueInAPlan) {
  IdsOf(
      "EXECUTE STATEMENT SET BEGIN INSERT INTO d SELECT k, v FROM t; "
      "INSERT INTO d SELECT k, v FROM t; INSERT INTO d VALUES ('x', 1); END;");
}

TEST(SharingTest, AStatementSetReadsATableOnce) {
  StatementResult result = Plan(
      "EXECUTE STATEMENT SET BEGIN INSERT INTO d SELECT k, v FROM t WHERE v > 1; "
      "INSERT INTO d SELECT s, v FROM t; END;");
  ASSERT_EQ(result.plan.sinks.size(), 2u);
  std::set<const PhysicalNode*> scans;
  for (const auto& sink : result.plan.sinks) {
    const PhysicalNode* node = sink.get();
    while (!node->inputs.empty()) node = node->inputs[0].get();
    scans.insert(node);
  }
  ASSERT_EQ(scans.size(), 1u);
  // k, v, s of the inserts and ts, the rowtime.
  EXPECT_EQ(static_cast<const ScanNode&>(**scans.begin()).decoded_columns,
            (std::vector<int>{0, 1, 2, 3}));
}

TEST(ScanTest, DecodesOnlyWhatIsRead) {
  StatementResult result = Plan("SELECT v FROM t");
  const PhysicalNode* node = result.plan.query.get();
  while (!node->inputs.empty()) node = node->inputs[0].get();
  const auto& scan = static_cast<const ScanNode&>(*node);
  EXPECT_EQ(scan.decoded_columns, (std::vector<int>{1, 3}));
  ASSERT_GE(scan.rowtime_column, 0);
  EXPECT_TRUE(scan.schema.field(scan.rowtime_column).type.is_rowtime());
}

TEST(SessionTest, AStatementSetTypedLineByLineRunsAtItsEnd) {
  PlanHarness harness;
  ASSERT_TRUE(harness.Run(kTables).ok());
  auto execute = [&](const char* text) {
    return harness.session().Execute(sql::flink::ParseStatement(text).value());
  };
  ASSERT_TRUE(execute("BEGIN STATEMENT SET").ok());
  auto first = execute("INSERT INTO d SELECT k, v FROM t");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->kind, StatementResult::Kind::kDone);
  EXPECT_FALSE(execute("SELECT 1 AS a").ok());
  EXPECT_FALSE(execute("INSERT INTO d SELECT k FROM t").ok());
  ASSERT_TRUE(execute("INSERT INTO d VALUES ('x', 1)").ok());
  auto end = execute("END");
  ASSERT_TRUE(end.ok()) << end.error().ToString();
  EXPECT_EQ(end->kind, StatementResult::Kind::kJob);
  EXPECT_EQ(end->plan.sinks.size(), 2u);
  EXPECT_FALSE(execute("END").ok());
}

TEST(SessionTest, ThePlanCarriesTheConfiguration) {
  PlanHarness harness;
  auto result = harness.Run(std::string("SET 'parallelism.default' = '3';") + kTables +
                            "INSERT INTO d SELECT k, v FROM t;");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->plan.configuration.at("parallelism.default"), "3");
}

TEST(SessionTest, RefusalsAreToldApart) {
  EXPECT_EQ(CodeOf("SELECT k, COUNT(*) FROM t GROUP BY k"), ErrorCode::kSqlUnsupported);
  EXPECT_EQ(CodeOf("SELECT a.k FROM t a JOIN t b ON a.k = b.k"), ErrorCode::kSqlUnsupported);
  EXPECT_EQ(CodeOf("SELECT v FROM t ORDER BY v"), ErrorCode::kSqlValidation);
  EXPECT_EQ(CodeOf("SELECT nope FROM t"), ErrorCode::kColumnNotFound);
  EXPECT_EQ(CodeOf("SELECT 1 FROM nope"), ErrorCode::kTableNotFound);
  EXPECT_EQ(CodeOf("INSERT INTO d SELECT v, k FROM t"), ErrorCode::kSchemaMismatch);
}

TEST(SessionTest, ValidateBindsButDoesNotPlan) {
  PlanHarness harness;
  ASSERT_TRUE(harness.Run(kTables).ok());
  auto validate = [&](const char* text) {
    return harness.session().Validate(sql::flink::ParseStatement(text).value());
  };
  EXPECT_TRUE(validate("SELECT a.k FROM t a NATURAL JOIN t b").ok());
  EXPECT_TRUE(validate("SELECT k, COUNT(*) FROM t GROUP BY k").ok());
  EXPECT_FALSE(validate("SELECT nope FROM t").ok());
  EXPECT_FALSE(validate("EXPLAIN SELECT nope FROM t").ok());
  EXPECT_TRUE(validate("INSERT INTO nope SELECT 1").ok());
}

TEST(SessionTest, BindsAnExpressionOverASchema) {
  PlanHarness harness;
  types::Schema schema({{"a", types::DataType::Integer()}, {"b", types::DataType::String()}});
  auto bind = [&](const char* text) {
    return harness.session().BindExpression(sql::flink::ParseExpression(text).value(), schema);
  };
  auto sum = bind("a + 1");
  ASSERT_TRUE(sum.ok()) << sum.error().ToString();
  EXPECT_EQ((*sum)->type().ToString(), "INT");
  EXPECT_FALSE(bind("c").ok());
  auto aggregate = bind("MAX(a)");
  ASSERT_FALSE(aggregate.ok());
  EXPECT_THAT(aggregate.error().message(), HasSubstr("MAX"));
}

TEST(SessionTest, ErrorsPointAtTheirPlace) {
  PlanHarness harness;
  auto result = harness.Run(
      "CREATE TABLE x (a INT) WITH ('connector' = 'datagen');\n"
      "SELECT a,\n       bb\nFROM x;");
  ASSERT_FALSE(result.ok());
  ASSERT_TRUE(result.error().span().has_value());
  EXPECT_EQ(result.error().span()->line, 3);
  EXPECT_EQ(result.error().span()->column, 8);
}

TEST(OperationNameTest, IsThatOfFlinksClass) {
  const std::map<std::string, std::string> kNames = {
      {"SELECT 1", "PlannerQueryOperation"},
      {"SET 'a' = 'b'", "SetOperation"},
      {"RESET", "ResetOperation"},
      {"ADD JAR 'x.jar'", "AddJarOperation"},
      {"SHOW JOBS", "ShowJobsOperation"},
      {"HELP", "HelpOperation"},
      {"USE MODULES core", "UseModulesOperation"},
      {"EXPLAIN PLAN FOR SELECT 1", "ExplainOperation"},
      {"BEGIN STATEMENT SET", "BeginStatementSetOperation"},
      {"DROP VIEW v", "DropViewOperation"},
      {"ALTER TABLE t RENAME TO u", "AlterTableRenameOperation"},
  };
  for (const auto& [text, name] : kNames) {
    auto statement = sql::flink::ParseStatement(text);
    ASSERT_TRUE(statement.ok()) << text;
    EXPECT_EQ(FlinkOperationName(*statement), name) << text;
  }
}

TEST(ExplainTest, JsonAndNamesTellTheSameOperators) {
  StatementResult result = Plan(kWindowed);
  EXPECT_THAT(OperatorNames(result.plan),
              testing::ElementsAre("Calc", "WindowAggregate", "TableSourceScan"));
  std::string json = ExplainJson(result.plan);
  for (const char* name : {"\"WindowAggregate\"", "\"TableSourceScan\"", "TUMBLE(size 10 s)"}) {
    EXPECT_THAT(json, HasSubstr(name));
  }
}

TEST(ViewTest, AViewThatReadsItselfIsRefused) {
  PlanHarness harness;
  ASSERT_TRUE(harness
                  .Run("CREATE VIEW v AS SELECT 1 AS a; "
                       "CREATE OR REPLACE VIEW v AS SELECT a FROM v;")
                  .ok());
  auto result = harness.Run("SELECT * FROM v");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kSqlValidation);
  EXPECT_THAT(result.error().message(), HasSubstr("reads itself"));
}

TEST(ViewTest, AViewWhoseColumnsChangedIsRefused) {
  PlanHarness harness;
  ASSERT_TRUE(harness.Run(kTables).ok());
  ASSERT_TRUE(harness
                  .Run("CREATE VIEW v AS SELECT * FROM d; DROP TABLE d; "
                       "CREATE TABLE d (k STRING, v INT, w INT) WITH ('connector' = 'datagen');")
                  .ok());
  auto result = harness.Run("SELECT * FROM v");
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message(), HasSubstr("2 columns"));
}

TEST(ViewTest, NamesAreThoseOfItsCreation) {
  PlanHarness harness;
  auto result = harness.Run(std::string(kTables) +
                            "CREATE VIEW w AS SELECT k FROM t; CREATE DATABASE other; USE other; "
                            "SELECT * FROM default_database.w;");
  EXPECT_TRUE(result.ok()) << result.error().ToString();
}

// Plans that would double with every step, were shared parts not shared.
TEST(PlanSizeTest, ChainsStaySmall) {
  constexpr int kSteps = 30;
  std::string columns = "WITH x0 AS (SELECT v AS a FROM t)";
  std::string unions = "WITH x0 AS (SELECT ts, k FROM t)";
  std::string joins =
      "WITH x0 AS (SELECT * FROM TABLE(TUMBLE((SELECT ts, k FROM t), "
      "DESCRIPTOR(ts), INTERVAL '10' SECOND)))";
  for (int i = 1; i <= kSteps; ++i) {
    std::string last = "x" + std::to_string(i - 1);
    std::string name = ", x" + std::to_string(i) + " AS (";
    columns += name + "SELECT a + a AS a FROM " + last + ")";
    unions += name + "SELECT ts, k FROM " + last + " UNION ALL SELECT ts, k FROM " + last + ")";
    joins += name + "SELECT l.* FROM " + last + " l JOIN " + last +
             " r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = "
             "r.window_end)";
  }
  std::string end = "x" + std::to_string(kSteps);
  columns += " SELECT a FROM " + end + " WHERE a > 0";
  unions += " SELECT window_start, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE " + end +
            ", DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end";
  joins +=
      " SELECT k, window_end, COUNT(*) AS c FROM " + end + " GROUP BY k, window_start, window_end";
  for (const std::string& query : {columns, unions, joins}) {
    StatementResult result = Plan(query);
    EXPECT_LT(OperatorNames(result.plan).size(), 6u * kSteps);
  }
}

}  // namespace
}  // namespace floe::plan
