#include "producers/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/random.h"
#include "storage/in_memory_file_system.h"

namespace floe::producers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Row = std::vector<std::optional<std::string>>;

class CsvReaderTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<CsvReader>> Open(std::string_view text, const CsvOptions& options = {}) {
    EXPECT_TRUE(storage::WriteFileDurably(files_, "/f.csv", text).ok());
    return CsvReader::Open(OpenInputStream(files_, "/f.csv").value(), "f.csv", options);
  }
  // All rows; lines_ gets their lines.
  Result<std::vector<Row>> Rows(CsvReader& reader, size_t batch_rows = 3) {
    std::vector<Row> rows;
    lines_.clear();
    for (;;) {
      FLOE_ASSIGN(const ColumnBatch batch, reader.Read(batch_rows));
      if (batch.rows == 0) return rows;
      for (size_t i = 0; i < batch.rows; ++i) {
        Row& row = rows.emplace_back();
        for (const ColumnValues& column : batch.columns) {
          row.push_back(column.values[i] ? std::optional(std::string(*column.values[i]))
                                         : std::nullopt);
        }
        lines_.push_back(reader.LineOf(i));
      }
    }
  }
  Result<std::vector<Row>> Parse(std::string_view text) {
    FLOE_ASSIGN(const auto reader, Open(text));
    return Rows(*reader);
  }

  storage::InMemoryFileSystem files_;
  std::vector<int64_t> lines_;
};

TEST_F(CsvReaderTest, PlainRows) {
  const auto reader = Open("a,b\n1,x\n2,\n,y").value();
  EXPECT_THAT(reader->column_names(), ElementsAre("a", "b"));
  EXPECT_THAT(Rows(*reader).value(),
              ElementsAre(Row{"1", "x"}, Row{"2", std::nullopt}, Row{std::nullopt, "y"}));
  EXPECT_THAT(lines_, ElementsAre(2, 3, 4));
}

TEST_F(CsvReaderTest, QuotesLineEndsAndMarks) {
  EXPECT_THAT(Parse("\xef\xbb\xbf\"a\",b\r\n\"x,y\",\"\"\r\n\"say \"\"hi\"\"\",\"two\nlines\"\r\n"
                    "z,\"end\"")
                  .value(),
              ElementsAre(Row{"x,y", ""}, Row{"say \"hi\"", "two\nlines"}, Row{"z", "end"}));
  EXPECT_THAT(lines_, ElementsAre(2, 3, 5));
  EXPECT_THAT(Parse("a,b\n\n1,2\n\r\n3,4\n\n").value(), ElementsAre(Row{"1", "2"}, Row{"3", "4"}));
  EXPECT_THAT(Parse("a\n1\n\n2\n").value(), ElementsAre(Row{"1"}, Row{std::nullopt}, Row{"2"}));
  EXPECT_THAT(Parse("a,b\nin\"side,2\n").value(), ElementsAre(Row{"in\"side", "2"}));
  EXPECT_THAT(Parse("a,b\n\"1\",\"2\"\r").value(), ElementsAre(Row{"1", "2"}));
}

TEST_F(CsvReaderTest, OtherForms) {
  const auto reader =
      Open("1;2\n", {.separator = ';', .has_header = false, .column_names = {"x", "y"}}).value();
  EXPECT_THAT(Rows(*reader).value(), ElementsAre(Row{"1", "2"}));
  EXPECT_EQ(Open("1\n", {.has_header = false}).error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(CsvReaderTest, ErrorsNameTheLine) {
  const auto message = [&](std::string_view text) { return Parse(text).error().message(); };
  EXPECT_THAT(message("a,b\n1,2\n3\n"), HasSubstr("f.csv, line 3: the row has 1 values"));
  EXPECT_THAT(message("a,b\n1,\"x\ny\"\n\n3,4,5\n"), HasSubstr("line 5"));
  EXPECT_THAT(message("a,b\n1,\"open\n"), HasSubstr("line 2: a quote is not closed"));
  EXPECT_THAT(message("a,b\n1,\"x\"y\n"), HasSubstr("text follows a closing quote"));
  EXPECT_THAT(message(""), HasSubstr("there is no header line"));
  EXPECT_THAT(message("\n1\n"), HasSubstr("the header line is empty"));
  EXPECT_THAT(message("a,a\n"), HasSubstr("column 'a' is there twice"));
  EXPECT_THAT(message("a,\n"), HasSubstr("a column has no name"));
}

TEST_F(CsvReaderTest, RowsBeforeAnErrorAreGiven) {
  const auto reader = Open("a,b\n1,2\n3\n").value();
  EXPECT_EQ(reader->Read(100).value().rows, 1u);
  EXPECT_EQ(reader->Read(100).error().code(), ErrorCode::kInvalidData);
  EXPECT_EQ(reader->Read(100).error().code(), ErrorCode::kInvalidData) << "and it stays so";
}

// Rows that end before, at and behind the end of the buffer.
TEST_F(CsvReaderTest, LargeFiles) {
  Random random(5);
  std::string text = "n,text\n";
  std::vector<Row> expected;
  while (text.size() < 3 * limits::kFileReadBytes) {
    const std::string number = std::to_string(expected.size());
    std::string value(random.Uniform(3000), 'x');
    if (random.Uniform(3) == 0) {
      expected.push_back({number, value + "\"\n,"});
      text += number + ",\"" + value + "\"\"\n,\"" + (random.Uniform(2) ? "\r\n" : "\n");
    } else {
      expected.push_back({number, value.empty() ? std::nullopt : std::optional(value)});
      text += number + "," + value + (random.Uniform(2) ? "\r\n" : "\n");
    }
  }
  const auto reader = Open(text).value();
  const auto rows = Rows(*reader, 500).value();
  ASSERT_EQ(rows.size(), expected.size());
  EXPECT_TRUE(rows == expected);
}

TEST_F(CsvReaderTest, ARowHasALimit) {
  EXPECT_THAT(Parse("a\n" + std::string(3 * limits::kMaxRecordBytes, 'x')).error().message(),
              HasSubstr("line 2: the row has more than"));
  const std::string large(limits::kMaxRecordBytes - 10, 'x');
  EXPECT_EQ(Parse("a\n" + large + "\n1\n").value().size(), 2u);
}

TEST_F(CsvReaderTest, ABatchOutlivesTheNext) {
  std::string text = "a\n";
  for (int i = 0; i < 400'000; ++i) text += "value " + std::to_string(i) + "\n";
  const auto reader = Open(text).value();
  const ColumnBatch first = reader->Read(1).value();
  int64_t rows = 1;
  for (;;) {
    const ColumnBatch batch = reader->Read(100'000).value();
    if (batch.rows == 0) break;
    rows += static_cast<int64_t>(batch.rows);
  }
  EXPECT_EQ(rows, 400'000);
  EXPECT_EQ(first.columns[0].values[0], "value 0");
}

TEST_F(CsvReaderTest, SurvivesAnyBytes) {
  Random random(8);
  constexpr std::string_view kBytes = "a,\"\n\r\\x";
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    const size_t size = random.Uniform(40);
    for (size_t i = 0; i < size; ++i) text += kBytes[random.Uniform(kBytes.size())];
    const auto rows = Parse(text);
    if (!rows.ok()) {
      EXPECT_THAT(rows.error().message(), HasSubstr("line ")) << text;
    }
  }
}

}  // namespace
}  // namespace floe::producers
