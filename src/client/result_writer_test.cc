#include "client/result_writer.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace floe::client {
namespace {

std::vector<ResultRow> Rows(const std::string& json) {
  std::vector<ResultRow> rows;
  JsonValue parsed = ParseJson(json).value();
  for (JsonValue& row : parsed.items) rows.push_back(std::move(row.items));
  return rows;
}

std::string Write(OutputFormat format, const std::vector<ResultColumn>& columns,
                  const std::string& json) {
  std::string text;
  const auto writer = MakeResultWriter(format, [&](std::string_view piece) {
    text += piece;
    return Status::Ok();
  });
  EXPECT_TRUE(writer->Begin(columns).ok());
  EXPECT_TRUE(writer->Rows(Rows(json)).ok());
  EXPECT_TRUE(writer->End().ok());
  return text;
}

const std::vector<ResultColumn> kColumns = {{"name", "varchar"}, {"n", "decimal(5,2)"}};
const std::string kRows = R"([["x", "12.50"], ["longer", "1.00"], [null, null], ["", "0.10"]])";

TEST(ResultWriter, Table) {
  EXPECT_EQ(Write(OutputFormat::kTable, kColumns, kRows),
            " name   |     n\n"
            "--------+-------\n"
            " x      | 12.50\n"
            " longer |  1.00\n"
            " NULL   |  NULL\n"
            "        |  0.10\n");
  EXPECT_EQ(Write(OutputFormat::kTable, {{"a", "bigint"}}, "[]"), " a\n---\n");
}

TEST(ResultWriter, ATableShowsWhatWouldMoveTheCursor) {
  EXPECT_EQ(Write(OutputFormat::kTable, {{"a", "varchar"}, {"b", "varchar"}},
                  R"([["1\n2\t\u001b[31m", "\u0085"], ["漢字", "e\u0301"]])"),
            " a              | b\n"
            "----------------+------\n"
            " 1\\n2\\t\\x1b[31m | \\x85\n"
            " 漢字           | e\xCC\x81\n");
}

TEST(ResultWriter, ATableHoldsBackABoundedNumberOfRows) {
  std::string text;
  const auto writer = MakeResultWriter(OutputFormat::kTable, [&](std::string_view piece) {
    text += piece;
    return Status::Ok();
  });
  ASSERT_TRUE(writer->Begin({{"a", "bigint"}}).ok());
  std::vector<ResultRow> rows(limits::kMaxAlignedRows - 1, Rows("[[7]]")[0]);
  ASSERT_TRUE(writer->Rows(rows).ok());
  EXPECT_EQ(text, "");
  ASSERT_TRUE(writer->Rows(Rows("[[8], [123]]")).ok());
  ASSERT_TRUE(writer->End().ok());
  EXPECT_TRUE(text.starts_with(" a\n---\n 7\n"));
  EXPECT_TRUE(text.ends_with(" 8\n 123\n"));
}

TEST(ResultWriter, Vertical) {
  EXPECT_EQ(Write(OutputFormat::kVertical, {{"a", "bigint"}, {"name", "varchar"}},
                  R"([[1, "x"], [2, null]])"),
            "-[ row 1 ]-\na    | 1\nname | x\n-[ row 2 ]-\na    | 2\nname | NULL\n");
}

TEST(ResultWriter, CsvQuotesWhereNeeded) {
  const std::string rows =
      R"([["a,b", 1], ["say \"x\"", 2], ["1\n2", 3], ["", 4], [null, 5], ["plain", null]])";
  const std::string body = "\"a,b\",1\n\"say \"\"x\"\"\",2\n\"1\n2\",3\n\"\",4\n,5\nplain,\n";
  const std::vector<ResultColumn> columns = {{"a b", "varchar"}, {"n,", "bigint"}};
  EXPECT_EQ(Write(OutputFormat::kCsv, columns, rows), body);
  EXPECT_EQ(Write(OutputFormat::kCsvHeader, columns, rows), "a b,\"n,\"\n" + body);
}

TEST(ResultWriter, TsvEscapes) {
  EXPECT_EQ(Write(OutputFormat::kTsvHeader, {{"a", "varchar"}, {"b", "varchar"}},
                  R"([["x\ty\nz\r\\", null], ["", "1"]])"),
            "a\tb\nx\\ty\\nz\\r\\\\\t\\N\n\t1\n");
  EXPECT_EQ(Write(OutputFormat::kTsv, {{"a", "bigint"}}, "[[1]]"), "1\n");
}

TEST(ResultWriter, JsonKeepsEveryDigit) {
  EXPECT_EQ(Write(OutputFormat::kJson, {{"a", "bigint"}, {"b \"", "double"}},
                  R"([[9007199254740993, 1.10], [null, {"x": [1.0]}]])"),
            "{\"a\":9007199254740993,\"b \\\"\":1.10}\n{\"a\":null,\"b \\\"\":{\"x\":[1.0]}}\n");
}

TEST(ResultWriter, AFailingSinkEndsIt) {
  const auto writer = MakeResultWriter(
      OutputFormat::kCsv, [](std::string_view) { return Status(ErrorCode::kIo, "closed"); });
  ASSERT_TRUE(writer->Begin(kColumns).ok());
  EXPECT_EQ(writer->Rows(Rows(kRows)).error().code(), ErrorCode::kIo);
}

TEST(OutputFormat, Names) {
  EXPECT_EQ(ParseOutputFormat("csv-header"), OutputFormat::kCsvHeader);
  EXPECT_EQ(ParseOutputFormat("CSV"), std::nullopt);
}

}  // namespace
}  // namespace floe::client
