#include "iceberg/data_file.h"

#include <gtest/gtest.h>

#include "iceberg/epoch_writer.h"

namespace floe::iceberg {
namespace {

DataFile EverythingSet() {
  DataFile file;
  file.content = FileContent::kPositionDeletes;
  file.file_path = "file:///a b/größe.parquet";
  file.partition_spec_id = 4;
  file.partition = {Literal::Null(),
                    Literal::Boolean(true),
                    Literal::Int(-5),
                    Literal::Long(1LL << 60),
                    Literal::Float(0.1F),
                    Literal::Double(-0.0),
                    Literal::Decimal(-(static_cast<Int128>(1) << 100)),
                    Literal::String(std::string("\0\xFF'\"", 4))};
  file.record_count = 1LL << 40;
  file.file_size_bytes = 17;
  file.metrics.column_sizes = {{ColumnId(1), 5}};
  file.metrics.value_counts = {{ColumnId(1), 6}};
  file.metrics.null_value_counts = {{ColumnId(1), 7}};
  file.metrics.nan_value_counts = {{ColumnId(2147483546), 8}};
  file.metrics.lower_bounds = {{ColumnId(1), std::string("\0\x01", 2)}};
  file.metrics.upper_bounds = {{ColumnId(1), ""}};
  file.key_metadata = "secret";
  file.split_offsets = {4, 5};
  file.equality_ids = {ColumnId(1), ColumnId(3)};
  file.sort_order_id = 2;
  file.referenced_data_file = "file:///x";
  return file;
}

TEST(DataFileTest, JsonRoundTrips) {
  std::vector<DataFile> files = {EverythingSet(), DataFile()};
  auto back = ParseDataFilesJson(WriteDataFilesJson(files));
  ASSERT_TRUE(back.ok()) << back.error().ToString();
  EXPECT_EQ(*back, files);
}

TEST(DataFileTest, EpochsRoundTripAndHaveADigest) {
  EpochFiles files;
  files.data_files = {DataFile()};
  files.delete_files = {EverythingSet()};
  std::string json = files.ToJson();
  auto back = EpochFiles::FromJson(json);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->ToJson(), json);
  EXPECT_EQ(DigestOf({json}), DigestOf({json}));
  EXPECT_EQ(DigestOf({json}).size(), 32U);
  // Where one text ends and the next begins counts.
  EXPECT_NE(DigestOf({"ab", "c"}), DigestOf({"a", "bc"}));
}

TEST(DataFileTest, DamagedJsonIsRefused) {
  for (const char* json :
       {"", "{}", "[1]", R"([{"content": 3}])", R"([{"content":0,"file-path":"a"}])"}) {
    EXPECT_EQ(ParseDataFilesJson(json).error().code(), ErrorCode::kCorruption) << json;
  }
  EXPECT_EQ(EpochFiles::FromJson(R"({"version":2})").error().code(), ErrorCode::kNotImplemented);
}

}  // namespace
}  // namespace floe::iceberg
