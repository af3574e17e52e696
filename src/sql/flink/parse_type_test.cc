#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sql/flink/parse.h"
#include "sql/flink/print.h"

namespace floe::sql::flink {
namespace {

std::string Canonical(std::string_view text) {
  Result<TypeName> type = ParseTypeName(text);
  return type.ok() ? PrintTypeName(*type) : "error: " + type.error().message();
}

TEST(ParseTypeTest, Synonyms) {
  EXPECT_EQ(Canonical("integer"), "INT");
  EXPECT_EQ(Canonical("DOUBLE PRECISION"), "DOUBLE");
  EXPECT_EQ(Canonical("DEC(5, 2)"), "DECIMAL(5, 2)");
  EXPECT_EQ(Canonical("NUMERIC"), "DECIMAL");
  EXPECT_EQ(Canonical("CHARACTER VARYING (3)"), "VARCHAR(3)");
  EXPECT_EQ(Canonical("BINARY VARYING(3)"), "VARBINARY(3)");
  EXPECT_EQ(Canonical("TIMESTAMP(3) WITHOUT TIME ZONE"), "TIMESTAMP(3)");
  EXPECT_EQ(Canonical("TIMESTAMP(3) WITH LOCAL TIME ZONE NOT NULL"), "TIMESTAMP_LTZ(3) NOT NULL");
  EXPECT_EQ(Canonical("TIME(0) WITHOUT TIME ZONE"), "TIME(0)");
  EXPECT_EQ(Canonical("INT NOT NULL ARRAY NULL"), "ARRAY<INT NOT NULL> NULL");
  EXPECT_EQ(Canonical("INT ARRAY MULTISET"), "MULTISET<ARRAY<INT>>");
}

TEST(ParseTypeTest, Nested) {
  EXPECT_EQ(Canonical("ROW<a INT NOT NULL 'x', b ARRAY<ROW<c STRING>>>"),
            "ROW<`a` INT NOT NULL 'x', `b` ARRAY<ROW<`c` STRING>>>");
  EXPECT_EQ(Canonical("ROW(a INT)"), "ROW<`a` INT>");
  EXPECT_EQ(Canonical("ROW<>"), "ROW<>");
  EXPECT_EQ(Canonical("MAP<STRING, MAP<INT, BYTES>>"), "MAP<STRING, MAP<INT, BYTES>>");
  EXPECT_EQ(Canonical("RAW('c', 's')"), "RAW('c', 's')");
  EXPECT_EQ(Canonical("STRUCTURED<'c', a INT>"), "STRUCTURED<'c', `a` INT>");
}

TEST(ParseTypeTest, OtherNamesAreLookedUpLater) {
  EXPECT_EQ(Canonical("UINT64"), "`UINT64`");
  EXPECT_EQ(Canonical("c.d.mytype"), "`c`.`d`.`mytype`");
  EXPECT_EQ(Canonical("REAL"), "`REAL`");
}

TEST(ParseTypeTest, Refuses) {
  for (std::string_view text :
       {"DATETIME", "TIMESTAMP WITH TIME ZONE", "INTERVAL DAY", "ARRAY", "MAP<INT>",
        "DECIMAL(1, 2, 3)", "INT(3)", "VARCHAR('a')", "DECIMAL(99999999999999999999)", ""}) {
    EXPECT_THAT(Canonical(text), testing::StartsWith("error: ")) << text;
  }
}

}  // namespace
}  // namespace floe::sql::flink
