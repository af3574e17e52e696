#include <arrow/memory_pool.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "connectors/json/json_format.h"
#include "types/text.h"

namespace floe::connectors {
namespace {

using types::DataType;
using types::Field;
using types::Schema;

class JsonDecoderTest : public ::testing::Test {
 protected:
  // Decodes the lines; each row as "a|b", then "bad N: error" and "skipped N".
  std::vector<std::string> Decode(const Schema& columns, const std::vector<std::string>& lines,
                                  const std::map<std::string, std::string>& options = {}) {
    const Result<JsonFormatOptions> parsed = ParseJsonFormatOptions(options);
    if (!parsed.ok()) return {parsed.error().ToString()};
    Result<std::unique_ptr<stream::Decoder>> decoder = MakeJsonDecoder(columns, *parsed, &pool_);
    if (!decoder.ok()) return {decoder.error().ToString()};
    stream::RecordBlock block;
    for (const std::string& line : lines) {
      stream::Record record;
      record.value = line;
      block.records.push_back(record);
    }
    const Result<stream::DecodedBlock> decoded = (*decoder)->Decode(block);
    if (!decoded.ok()) return {decoded.error().ToString()};
    std::vector<std::string> out;
    for (int64_t row = 0; row < decoded->rows->num_rows(); ++row) {
      std::string text;
      for (int column = 0; column < decoded->rows->num_columns(); ++column) {
        if (column > 0) text += "|";
        types::AppendText(*decoded->rows->column(column), row, &text);
      }
      out.push_back(text);
    }
    for (const stream::BadRecord& bad : decoded->bad_records) {
      out.push_back("bad " + std::to_string(bad.record));
    }
    if (decoded->skipped_records > 0) {
      out.push_back("skipped " + std::to_string(decoded->skipped_records));
    }
    return out;
  }

  arrow::ProxyMemoryPool pool_{arrow::system_memory_pool()};
  const Schema int_and_string_{{Field{"a", DataType::Integer()}, Field{"b", DataType::String()}}};
};

using ::testing::ElementsAre;

TEST_F(JsonDecoderTest, ReadsFieldsByNameInAnyOrder) {
  EXPECT_THAT(Decode(int_and_string_, {R"({"a":1,"b":"x"})", R"({"b":"y","c":[1],"a":2})", "{}"}),
              ElementsAre("1|x", "2|y", "NULL|NULL"));
}

TEST_F(JsonDecoderTest, LastOfEqualNamesWins) {
  EXPECT_THAT(Decode(int_and_string_, {R"({"a":1,"a":2,"b":"x"})"}), ElementsAre("2|x"));
}

TEST_F(JsonDecoderTest, ReadsNumbersAsFlinkDoes) {
  EXPECT_THAT(Decode(int_and_string_, {R"({"a":" 1 "})", R"({"a":1.7})", R"({"a":1e2})",
                                       R"({"a":"1.7"})", R"({"a":2147483648})", R"({"a":true})"}),
              ElementsAre("1|NULL", "1|NULL", "100|NULL", "bad 3", "bad 4", "bad 5"));
}

TEST_F(JsonDecoderTest, GivesTextOfAnyValueForStrings) {
  EXPECT_THAT(Decode(int_and_string_,
                     {R"({"b":1.50})", R"({"b":{"x": 1.0, "y":[ "é\n" ]}})", R"({"b":true})",
                      R"({"b":"\ud83d"})", R"({"b":"\u00e9\ud83d\ude00"})"}),
              ElementsAre("NULL|1.50", "NULL|{\"x\":1.0,\"y\":[\"é\\n\"]}", "NULL|true", "NULL|?",
                          "NULL|é😀"));
}

TEST_F(JsonDecoderTest, StringsEndAtTheirLastQuote) {
  EXPECT_THAT(
      Decode(int_and_string_, {R"({"b":"x"  ,"a":1})", R"({"b" : "\\"})", R"({"b":""})",
                               R"({"b":"\"",  "a":2})", R"({"b":" y "})", R"({"b":"z" 1})"}),
      ElementsAre("1|x", "NULL|\\", "NULL|", "2|\"", "NULL| y ", "bad 5"));
}

TEST_F(JsonDecoderTest, ColumnsAreMadeAnewForEachBlock) {
  std::vector<std::string> lines(3000, R"({"b":"0123456789"})");
  std::vector<std::string> rows(3000, "NULL|0123456789");
  EXPECT_EQ(Decode(int_and_string_, lines), rows);
  EXPECT_THAT(Decode(int_and_string_, {R"({"b":"x"})"}), ElementsAre("NULL|x"));
}

TEST_F(JsonDecoderTest, BrokenRecordsAreBadAndTheOthersAreRead) {
  EXPECT_THAT(
      Decode(int_and_string_, {R"({"a":1)", R"({"a":1})", "hello", "5", "", "  ",
                               "{\"b\":\"\xff\"}", R"({"a":2} trailing)"}),
      ElementsAre("1|NULL", "2|NULL", "bad 0", "bad 2", "bad 3", "bad 5", "bad 6", "skipped 1"));
}

TEST_F(JsonDecoderTest, IgnoringErrorsGivesNullOrSkips) {
  const std::map<std::string, std::string> ignore = {{"json.ignore-parse-errors", "true"}};
  EXPECT_THAT(
      Decode(int_and_string_, {R"({"a":"x","b":"y"})", "hello", R"([{"a":1},5,{"a":2}])"}, ignore),
      ElementsAre("NULL|y", "1|NULL", "2|NULL", "skipped 1"));
}

TEST_F(JsonDecoderTest, ExplodesArraysAndRefusesThemWholeOnABadElement) {
  EXPECT_THAT(Decode(int_and_string_, {R"([{"a":1},{"a":2}])", R"([{"a":1},{"a":"x"}])"}),
              ElementsAre("1|NULL", "2|NULL", "bad 1"));
}

TEST_F(JsonDecoderTest, ReadsTimestampsAndCutsFractions) {
  const Schema columns{{Field{"t", DataType::Timestamp(3)}, Field{"z", DataType::TimestampLtz(3)}}};
  EXPECT_THAT(
      Decode(columns, {R"({"t":"2024-01-02 03:04:05.6789"})", R"({"z":"2024-01-02 03:04:05Z"})",
                       R"({"t":"2024-1-2 03:04:05"})", R"({"t":"1969-12-31 23:59:59.999"})",
                       R"({"z":"2024-01-02 03:04:05"})"}),
      ElementsAre("2024-01-02 03:04:05.678|NULL", "NULL|2024-01-02 03:04:05.000Z",
                  "1969-12-31 23:59:59.999|NULL", "bad 2", "bad 4"));
}

TEST_F(JsonDecoderTest, RoundsDecimalsHalfUpAndNullsOverflow) {
  const Schema columns{{Field{"a", DataType::Decimal(5, 2)}}};
  EXPECT_THAT(Decode(columns, {R"({"a":"12.345"})", R"({"a":-0.005})", R"({"a":12345678})",
                               R"({"a":1e2})", R"({"a":999.995})", R"({"a":1e999999999})"}),
              ElementsAre("12.35", "-0.01", "NULL", "100.00", "NULL", "NULL"));
}

TEST_F(JsonDecoderTest, RefusesOptionsThatContradict) {
  EXPECT_THAT(Decode(int_and_string_, {},
                     {{"json.fail-on-missing-field", "true"}, {"json.ignore-parse-errors", "true"}})
                  .front(),
              ::testing::HasSubstr("can't both be true"));
}

}  // namespace
}  // namespace floe::connectors
