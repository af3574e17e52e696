#include "query/trino/iceberg_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/trino/test_lake.h"

namespace floe::query::trino {
namespace {

using testing::HasSubstr;
using types::DataType;

types::Schema RideSchema() {
  return types::Schema({{"ride", DataType::String().NotNull()},
                        {"city", DataType::Integer()},
                        {"fare", DataType::Double()}});
}

// Minutes of a day, one file each.
types::Schema WindowSchema() {
  return types::Schema({{"window_end", DataType::Timestamp(3)}, {"n", DataType::BigInt()}});
}

std::string Minute(int minute) {
  char text[40];
  std::snprintf(text, sizeof(text), "2026-01-01 %02d:%02d:00.000", minute / 60, minute % 60);
  return text;
}

class IcebergProviderTest : public testing::Test {
 protected:
  void WriteMinutes(const std::string& table, int count) {
    lake_.Create(table, WindowSchema());
    for (int minute = 0; minute < count; ++minute) {
      lake_.Write(table, {"[\"" + Minute(minute) + "\"]", "[" + std::to_string(minute) + "]"});
    }
  }

  IcebergLake lake_;
};

TEST_F(IcebergProviderTest, TablesAreListedAndDescribed) {
  lake_.Create("rides", RideSchema(), {"ride"});
  EXPECT_EQ(lake_.Ask("SHOW SCHEMAS"), R"(["d"]["information_schema"])");
  EXPECT_EQ(lake_.Ask("SHOW TABLES"), R"(["rides"])");
  EXPECT_EQ(lake_.Ask("DESCRIBE rides"),
            R"(["ride","varchar","",""]["city","integer","",""]["fare","double","",""])");
  EXPECT_EQ(lake_.Ask("SELECT column_name, data_type, is_nullable FROM information_schema.columns"
                      " WHERE table_schema = 'd' ORDER BY ordinal_position"),
            R"(["ride","varchar","NO"]["city","integer","YES"]["fare","double","YES"])");
  // Hidden, as in Trino: SQLAlchemy asks for it by name.
  EXPECT_EQ(lake_.Ask("SELECT comment, extra_info FROM information_schema.columns"
                      " WHERE column_name = 'fare'"),
            "[null,null]");
  EXPECT_EQ(lake_.Ask("SELECT * FROM information_schema.columns c WHERE column_name = 'fare'"),
            R"(["lake","d","rides","fare",3,null,"YES","double"])");
  EXPECT_THAT(lake_.Ask("DESCRIBE information_schema.columns"), testing::Not(HasSubstr("comment")));
  EXPECT_EQ(lake_.Ask("SELECT * FROM rides"), "");
  EXPECT_EQ(lake_.Ask("SELECT count(*), max(fare) FROM rides"), "[0,null]");
  EXPECT_THAT(lake_.Ask("SELECT * FROM nope"), HasSubstr("'lake.d.nope' does not exist"));
  EXPECT_THAT(lake_.Ask("SELECT * FROM e.nope"), HasSubstr("Schema 'e' does not exist"));
}

TEST_F(IcebergProviderTest, UpsertsAreReadWithTheirDeletes) {
  for (const auto& partition : {std::vector<std::string>{}, std::vector<std::string>{"city"}}) {
    for (const int64_t buffer : {0, 1 << 20}) {
      const std::string name =
          "t" + std::to_string(partition.size()) + (buffer == 0 ? "small" : "large");
      lake_.Create(name, RideSchema(), {"ride"}, partition);
      lake_.Write(name, {R"(["a","b","c"])", "[1,1,2]", "[1,1,1]"}, {}, buffer);
      lake_.Write(name, {R"(["b","c","d","d"])", "[2,2,3,4]", "[2,2,2,3]"}, {2, 3, 0, 2}, buffer);
      EXPECT_EQ(lake_.Ask("SELECT * FROM " + name + " ORDER BY 1"),
                R"(["a",1,1.0]["b",2,2.0]["d",4,3.0])");
      // Whatever is left out, a deleted row does not come back.
      EXPECT_EQ(lake_.Ask("SELECT ride FROM " + name + " WHERE city = 1"), R"(["a"])");
      EXPECT_EQ(lake_.Ask("SELECT ride FROM " + name + " WHERE ride = 'c'"), "");
      EXPECT_EQ(lake_.Ask("SELECT ride FROM " + name + " ORDER BY city LIMIT 1"), R"(["a"])");
      EXPECT_EQ(lake_.Ask("SELECT ride FROM " + name + " ORDER BY fare DESC LIMIT 2"),
                R"(["d"]["b"])");
    }
  }
}

TEST_F(IcebergProviderTest, ASnapshotIsPinnedAndOldOnesCanBeRead) {
  lake_.Create("rides", RideSchema());
  const SnapshotId first = lake_.Write("rides", {R"(["a"])", "[1]", "[1]"});
  auto answer = lake_.runner().Run("SELECT ride FROM rides", lake_.session());
  ASSERT_TRUE(answer.ok());
  lake_.Write("rides", {R"(["b"])", "[2]", "[1]"});
  EXPECT_EQ(answer->cursor->NextPage(1 << 20).value(), std::vector<std::string>{R"(["a"])"});
  EXPECT_EQ(lake_.Ask("SELECT count(*) FROM rides"), "[2]");
  EXPECT_EQ(lake_.Ask("SELECT ride FROM rides FOR VERSION AS OF " + std::to_string(first.value())),
            R"(["a"])");
  EXPECT_THAT(lake_.Ask("SELECT ride FROM rides FOR VERSION AS OF 77"),
              HasSubstr("Iceberg snapshot ID does not exists: 77"));
}

TEST_F(IcebergProviderTest, TimesAndNamesOfVersions) {
  lake_.Create("rides", RideSchema());
  const int64_t before = lake_.clock().WallMillis();
  lake_.Write("rides", {R"(["a"])", "[1]", "[1]"});
  lake_.Write("rides", {R"(["b"])", "[2]", "[1]"});
  lake_.session().start_millis = lake_.clock().WallMillis() + 60'000;
  const std::string count = "SELECT count(*) FROM rides FOR ";
  EXPECT_EQ(before, 1'700'000'000'000);  // 2023-11-14 22:13:20
  EXPECT_EQ(lake_.Ask(count + "TIMESTAMP AS OF TIMESTAMP '2023-11-14 22:13:20.500 UTC'"), "[1]");
  EXPECT_EQ(lake_.Ask(count + "TIMESTAMP AS OF now() - INTERVAL '1' SECOND"), "[2]");
  EXPECT_THAT(lake_.Ask(count + "TIMESTAMP AS OF DATE '2020-01-01'"),
              HasSubstr("No version history table d.rides at or before 2020-01-01"));
  EXPECT_THAT(lake_.Ask(count + "TIMESTAMP AS OF TIMESTAMP '2100-01-01 00:00:00'"),
              HasSubstr("not in the past"));
  EXPECT_EQ(lake_.Ask(count + "VERSION AS OF 'main'"), "[2]");
  EXPECT_THAT(lake_.Ask(count + "VERSION AS OF 'nope'"),
              HasSubstr("Cannot find snapshot with reference name: nope"));
  EXPECT_THAT(lake_.Ask("SELECT * FROM nope FOR VERSION AS OF 'main'"),
              HasSubstr("does not exist"));
  lake_.session().time_zone = "Europe/Berlin";
  EXPECT_THAT(lake_.Ask(count + "TIMESTAMP AS OF DATE '2020-01-01'"), HasSubstr("time in UTC"));
}

TEST_F(IcebergProviderTest, MetadataTablesHaveTrinosColumns) {
  lake_.Create("rides", RideSchema(), {"ride"}, {"city"});
  EXPECT_EQ(lake_.Ask("SELECT * FROM \"rides$snapshots\""), "");
  EXPECT_EQ(lake_.Ask("SELECT * FROM \"rides$files\""), "");
  const std::string first =
      std::to_string(lake_.Write("rides", {R"(["a","b"])", "[1,2]", "[1.5,null]"}).value());
  const std::string second =
      std::to_string(lake_.Write("rides", {R"(["a"])", "[1]", "[2]"}).value());
  EXPECT_EQ(lake_.Ask("SELECT committed_at, snapshot_id, parent_id, operation,"
                      " summary['total-records'] FROM \"rides$snapshots\" ORDER BY 1"),
            R"(["2023-11-14 22:13:20.000 UTC",)" + first + R"(,null,"overwrite","2"])" +
                R"(["2023-11-14 22:13:21.000 UTC",)" + second + "," + first +
                R"(,"overwrite","3"])");
  EXPECT_EQ(lake_.Ask("SELECT snapshot_id, is_current_ancestor FROM \"rides$history\" ORDER BY"
                      " made_current_at"),
            "[" + first + ",true][" + second + ",true]");
  EXPECT_EQ(lake_.Ask("SELECT * FROM \"rides$refs\""),
            R"(["main","BRANCH",)" + second + ",null,null,null]");
  EXPECT_EQ(lake_.Ask("SELECT value FROM \"rides$properties\" WHERE key = 'current-snapshot-id'"),
            "[\"" + second + "\"]");
  EXPECT_EQ(lake_.Ask("SELECT content, partition.city, record_count, lower_bounds[1],"
                      " equality_ids, null_value_counts[3] FROM \"rides$files\""
                      " WHERE content = 0 ORDER BY partition.city, 3"),
            R"([0,1,1,"a",null,0][0,1,1,"a",null,0][0,2,1,"b",null,1])");
  EXPECT_EQ(lake_.Ask("SELECT count(*) FROM \"rides$files\" WHERE content = 2 AND"
                      " equality_ids = ARRAY[1] AND partition.city IS NULL"),
            "[2]");
  EXPECT_EQ(lake_.Ask("SELECT sum(added_data_files_count), max(partition_spec_id)"
                      " FROM \"rides$manifests\" WHERE cardinality(partition_summaries) = 1"),
            "[3,0]");
  EXPECT_EQ(lake_.Ask("SELECT json_extract_scalar(readable_metrics, '$.city.upper_bound')"
                      " FROM \"rides$files\" WHERE content = 0 AND partition.city = 2"),
            R"(["2"])");
  EXPECT_THAT(lake_.Ask("SELECT * FROM \"rides$nope\""), HasSubstr("does not exist"));
  EXPECT_THAT(lake_.Ask("SELECT * FROM \"none$files\""), HasSubstr("does not exist"));
  EXPECT_THAT(lake_.Ask("SELECT * FROM \"rides$partitions\""), HasSubstr("not supported"));
  EXPECT_EQ(lake_.Ask("SHOW TABLES"), R"(["rides"])");
  EXPECT_EQ(
      lake_.Ask("DESCRIBE \"rides$history\""),
      R"r(["made_current_at","timestamp(3) with time zone","",""]["snapshot_id","bigint","",""])r"
      R"r(["parent_id","bigint","",""]["is_current_ancestor","boolean","",""])r");
}

TEST_F(IcebergProviderTest, ATableIsShownAsItsStatement) {
  const auto table = lake_.Create("rides", RideSchema(), {"ride"}, {"city"});
  auto answer = lake_.runner().Run("SHOW CREATE TABLE rides", lake_.session());
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer->columns[0].name, "Create Table");
  EXPECT_EQ(answer->cursor->NextPage(1 << 20).value()[0],
            "[\"CREATE TABLE lake.d.rides (\\n   ride varchar NOT NULL,\\n   city integer,\\n"
            "   fare double\\n)\\nWITH (\\n   format = 'PARQUET',\\n   format_version = 2,\\n"
            "   location = '" +
                table->location + "',\\n   partitioning = ARRAY['city']\\n)\"]");
  EXPECT_THAT(lake_.Ask("SHOW CREATE TABLE nope"), HasSubstr("Table 'lake.d.nope' does not exist"));
  EXPECT_THAT(lake_.Ask("SHOW CREATE VIEW rides"),
              HasSubstr("Relation 'lake.d.rides' is a table, not a view"));
}

TEST_F(IcebergProviderTest, AllTypesComeOutAsTrinoHasThem) {
  lake_.Create("types", types::Schema({{"b", DataType::Boolean()},
                                       {"i", DataType::Integer()},
                                       {"l", DataType::BigInt()},
                                       {"f", DataType::Float()},
                                       {"d", DataType::Double()},
                                       {"p", DataType::Decimal(10, 2)},
                                       {"day", DataType::Date()},
                                       {"t", DataType::Timestamp(3)},
                                       {"s", DataType::String()}}));
  lake_.Write("types", {"[true]", "[7]", "[9007199254740993]", "[1.5]", "[0.1]", R"(["12.30"])",
                        "[19723]", R"(["2026-01-01 00:00:00.123"])", R"(["é"])"});
  EXPECT_EQ(lake_.Ask("SELECT * FROM types"),
            R"([true,7,9007199254740993,1.5,0.1,"12.30","2024-01-01",)"
            R"("2026-01-01 00:00:00.123000","é"])");
  for (const char* condition :
       {"b",
        "i = 7",
        "i < BIGINT '8'",
        "l = 9007199254740993",
        "p = 12.3",
        "p > 12.299",
        "p < 13",
        "day = DATE '2024-01-01'",
        "day >= DATE '2023-12-31'",
        "t = TIMESTAMP '2026-01-01 00:00:00.123'",
        "t BETWEEN TIMESTAMP '2026-01-01 00:00:00' AND TIMESTAMP '2026-01-01 00:00:01'",
        "s = 'é'",
        "s IN ('x', 'é')",
        "TIMESTAMP '2026-01-01 00:00:00' < t",
        "i IS NOT NULL",
        "t > TIMESTAMP '2026-01-01 01:00:00' - INTERVAL '1' HOUR",
        "i = 7.0",
        "d = 0.1",
        "day > TIMESTAMP '2023-12-31 10:00:00'",
        "i <> 8",
        "-i = -7",
        "i > -7"}) {
    EXPECT_EQ(lake_.Ask(std::string("SELECT count(*) FROM types WHERE ") + condition), "[1]")
        << condition;
    EXPECT_EQ(lake_.FilesRead(std::string("SELECT * FROM types WHERE ") + condition), 1)
        << condition;
  }
  for (const char* condition :
       {"i = 8", "i > 7", "l < BIGINT '9007199254740993'", "p > 12.3", "p = 12.4",
        "day < DATE '2024-01-01'", "t < TIMESTAMP '2026-01-01 00:00:00.123'", "s = 'f'",
        "s IN ('x', 'y')", "i IS NULL", "i BETWEEN 8 AND 9", "t < now()", "i = 8 AND d > 0",
        "NOT b AND s = 'a'"}) {
    EXPECT_EQ(lake_.Ask(std::string("SELECT * FROM types WHERE ") + condition), "") << condition;
  }
  lake_.session().start_millis = 1'800'000'000'000;
  for (const char* condition : {"i = 8", "p = 12.4", "s = 'f'", "t > now()", "i IS NULL",
                                "t > now() - INTERVAL '1' DAY", "day = DATE '2024-01-02'"}) {
    EXPECT_EQ(lake_.FilesRead(std::string("SELECT * FROM types WHERE ") + condition), 0)
        << condition;
  }
  lake_.session().time_zone = "Europe/Berlin";
  EXPECT_EQ(lake_.FilesRead("SELECT * FROM types WHERE t > now()"), 1);
  EXPECT_EQ(lake_.Ask("SELECT * FROM types WHERE t > now()"), "");
}

TEST_F(IcebergProviderTest, ConditionsLeaveFilesOut) {
  WriteMinutes("w", 10);
  const std::string bound = " TIMESTAMP '2026-01-01 00:07:00'";
  EXPECT_EQ(lake_.FilesRead("SELECT n FROM w"), 10);
  EXPECT_EQ(lake_.FilesRead("SELECT n FROM w WHERE window_end >" + bound), 2);
  EXPECT_EQ(lake_.Ask("SELECT n FROM w WHERE window_end >" + bound + " ORDER BY n"), "[8][9]");
  EXPECT_EQ(lake_.FilesRead("SELECT n FROM w WHERE window_end =" + bound + " AND n > 0"), 1);
  EXPECT_EQ(lake_.FilesRead("SELECT n FROM w WHERE n IN (1, 3) OR n = 5"), 10);
  EXPECT_EQ(lake_.FilesRead("SELECT n FROM (SELECT * FROM w WHERE n = 3) WHERE n > 1"), 1);
  EXPECT_EQ(lake_.FilesRead("WITH v AS (SELECT * FROM w WHERE n = 3) SELECT * FROM v, v u"), 2);
}

TEST_F(IcebergProviderTest, ConditionsOfOneReferenceAreNotThoseOfAnother) {
  WriteMinutes("w", 4);
  EXPECT_EQ(lake_.Ask("SELECT a.n, b.n FROM w a JOIN w b ON a.n + 1 = b.n WHERE a.n = 1"), "[1,2]");
  EXPECT_EQ(
      lake_.Ask("SELECT count(*) FROM w a WHERE NOT EXISTS (SELECT 1 FROM w b WHERE a.n > 2)"),
      "[3]");
  EXPECT_EQ(lake_.Ask("SELECT a.n FROM w a LEFT JOIN w b ON a.n = b.n AND b.n > 1"
                      " WHERE b.n IS NULL ORDER BY 1"),
            "[0][1]");
  EXPECT_EQ(lake_.Ask("SELECT a.n FROM w a LEFT JOIN w b ON a.n = b.n WHERE b.n > 2"), "[3]");
  EXPECT_EQ(lake_.Ask("SELECT a.n, b.n FROM w a FULL JOIN w b ON a.n = b.n + 2 WHERE a.n < 2"
                      " ORDER BY 1"),
            "[0,null][1,null]");
}

TEST_F(IcebergProviderTest, TheFirstRowsNeedFewFiles) {
  WriteMinutes("w", 10);
  const std::string newest = "SELECT n FROM w ORDER BY window_end DESC";
  EXPECT_EQ(lake_.FilesRead(newest), 10);
  EXPECT_EQ(lake_.FilesRead(newest + " LIMIT 3"), 3);
  EXPECT_EQ(lake_.Ask(newest + " LIMIT 3"), "[9][8][7]");
  EXPECT_EQ(lake_.FilesRead("SELECT n FROM w ORDER BY 1 OFFSET 2 LIMIT 2"), 4);
  EXPECT_EQ(lake_.Ask("SELECT n FROM w ORDER BY 1 OFFSET 2 LIMIT 2"), "[2][3]");
  EXPECT_EQ(lake_.FilesRead("SELECT n AS k FROM w ORDER BY k DESC FETCH FIRST 1 ROWS ONLY"), 1);
  // Where rows are counted, filtered or looked at together, all of them are needed.
  for (const char* all :
       {"SELECT n FROM w ORDER BY window_end DESC NULLS FIRST LIMIT 1",
        "SELECT count(*) FROM w ORDER BY 1 LIMIT 1", "SELECT n FROM w ORDER BY -n LIMIT 1",
        "SELECT n, row_number() OVER (ORDER BY n) FROM w ORDER BY n DESC LIMIT 1",
        "SELECT n, count(*) FROM w GROUP BY n ORDER BY n DESC LIMIT 1",
        "SELECT DISTINCT n FROM w ORDER BY n DESC LIMIT 1",
        "SELECT n FROM w WHERE n % 2 = 1 ORDER BY n DESC LIMIT 1"}) {
    EXPECT_EQ(lake_.FilesRead(all), 10) << all;
  }
  EXPECT_EQ(lake_.FilesRead("SELECT a.n FROM w a, w b ORDER BY a.n LIMIT 1"), 20);
}

TEST_F(IcebergProviderTest, RowsThatMayBeDeletedAreNotCountedOn) {
  lake_.Create("rides", RideSchema(), {"ride"});
  lake_.Write("rides", {R"(["a","b"])", "[9,8]", "[1,1]"});
  lake_.Write("rides", {R"(["c"])", "[1]", "[1]"});
  lake_.Write("rides", {R"(["a","b"])", "[0,0]", "[1,1]"});
  EXPECT_EQ(lake_.Ask("SELECT ride, city FROM rides ORDER BY city DESC LIMIT 1"), R"(["c",1])");
}

TEST_F(IcebergProviderTest, AStatementCannotSpeakToTheScan) {
  WriteMinutes("w", 1);
  EXPECT_EQ(lake_.Ask("SELECT '\x01"
                      "0\x02', n FROM w"),
            "[\"\\u00010\\u0002\",0]");
  EXPECT_EQ(lake_.Ask("SELECT n FROM w WHERE '\x01''0''\x02' = 'x'"), "");
}

}  // namespace
}  // namespace floe::query::trino
