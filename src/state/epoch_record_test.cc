#include "state/epoch_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <string>

#include "base/random.h"
#include "storage/encoding.h"

namespace floe::state {
namespace {

using ::testing::HasSubstr;

EpochRecord Example() {
  EpochRecord record;
  record.pipeline_id = "ride-hailing";
  record.epoch = Epoch(12);
  record.fencing_token = 3;
  record.first_sequence = RowSequence(int64_t{77} << 20);
  record.partitions = {{"scan-1", "driver_locations", PartitionId(0)},
                       {"scan-1", "driver_locations", PartitionId(1)},
                       {"scan-2", "ride_requests", PartitionId(0)}};
  record.order.AddRecords(0, Offset(1'000), Offset(2'024), 1'024);
  record.order.AddRecords(0, Offset(2'024), Offset(3'048), 1'024);
  record.order.SetClock(1'700'000'000'000);
  record.order.AddRecords(1, Offset(5), Offset(9), 2);
  record.order.AddIdle(2);
  record.order.SetClock(1'700'000'000'000);
  record.order.AddRecords(0, Offset(3'048), Offset(3'049), 1);
  record.order.AddActive(2);
  record.order.AddRecords(2, Offset(0), Offset(1), 1);
  record.order.AddEnd(2);
  record.offsets = {{0, Offset(3'049)}, {1, Offset(9)}, {2, Offset(1)}};
  record.watermark = EventTime(1'699'999'999'000);
  record.checkpoint_address = "file:///data/00000000000000000012.checkpoint";
  record.tables = {{"iceberg.db.rides",
                    {"{\"files\":[1]}", std::string("\0\xff", 2)},
                    "",
                    Epoch(11),
                    EventTime(1'699'999'999'000)},
                   {"iceberg.db.surge", {}, "", Epoch(9), EventTime(1'699'999'999'500)}};
  record.tables[0].digest = DigestOf(record.tables[0].descriptions);
  record.properties = {{"plan", "abc"}};
  return record;
}

TEST(EpochRecord, RoundTrip) {
  const EpochRecord record = Example();
  const EpochRecord read = DecodeEpochRecord(EncodeEpochRecord(record)).value();
  EXPECT_EQ(read, record);
  EXPECT_EQ(read.order.events().size(), 8u) << "blocks that follow one another are joined";
  EXPECT_EQ(DecodeEpochRecord(EncodeEpochRecord({})).value(), EpochRecord());
}

// Version 1: without watermarks of tables, which are those of the pipeline.
TEST(EpochRecord, ReadsVersionOne) {
  EpochRecord record = Example();
  record.tables.resize(1);
  record.properties.clear();
  std::string bytes = EncodeEpochRecord(record);
  bytes.resize(bytes.size() - 8);  // checksum
  ASSERT_EQ(bytes.back(), '\0');   // no properties
  bytes.erase(bytes.size() - 9, 8);
  bytes[8] = 1;
  const uint64_t checksum = XXH3_64bits(bytes.data(), bytes.size());
  storage::PutFixed<uint64_t>(bytes, checksum);
  const Result<EpochRecord> read = DecodeEpochRecord(bytes);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  record.tables[0].watermark = record.watermark;
  EXPECT_EQ(*read, record);
}

TEST(EpochRecord, LongOrdersAreSmall) {
  EpochRecord record = Example();
  record.order = {};
  int64_t offsets[2] = {1'000'000'000, 2'000'000'000};
  for (int i = 0; i < 10'000; ++i) {
    const uint32_t partition = i % 2;
    record.order.AddRecords(partition, Offset(offsets[partition]),
                            Offset(offsets[partition] + 1024), 1024);
    offsets[partition] += 1024;
  }
  EXPECT_EQ(record.order.events().size(), 10'000u);
  EXPECT_LT(EncodeEpochRecord(record).size(), 62'000u);
  EXPECT_EQ(DecodeEpochRecord(EncodeEpochRecord(record)).value(), record);
}

TEST(EpochRecord, EveryFlippedBitAndEveryCutIsFound) {
  const std::string good = EncodeEpochRecord(Example());
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    ASSERT_EQ(DecodeEpochRecord(bad).error().code(), ErrorCode::kCorruption) << at;
    ASSERT_EQ(DecodeEpochRecord(good.substr(0, at)).error().code(), ErrorCode::kCorruption) << at;
  }
}

TEST(EpochRecord, Digests) {
  EXPECT_EQ(DigestOf({}), "");
  EXPECT_EQ(DigestOf({"a", "b"}).size(), 32u);
  EXPECT_EQ(DigestOf({"a", "b"}), DigestOf({"a", "b"}));
  EXPECT_NE(DigestOf({"a", "b"}), DigestOf({"ab"}));
  EXPECT_NE(DigestOf({"a", "b"}), DigestOf({"b", "a"}));
  EXPECT_NE(DigestOf({""}), DigestOf({}));
}

TEST(EpochRecord, OffsetsForTheSummary) {
  EpochRecord record = Example();
  EXPECT_EQ(OffsetsJson(record),
            R"({"driver_locations":{"0":3049,"1":9},"ride_requests":{"0":1}})");
  record.partitions.push_back({"scan-9", "driver_locations", PartitionId(1)});
  record.offsets.push_back({3, Offset(4)});
  EXPECT_THAT(OffsetsJson(record), HasSubstr(R"("1":4)")) << "the lowest of two inputs";
}

TEST(EpochRecord, IsShownToPeople) {
  const std::string json = EpochRecordToJson(Example());
  EXPECT_THAT(json, HasSubstr("\"partition\": \"scan-1/driver_locations-0\""));
  EXPECT_THAT(json, HasSubstr("\"kind\": \"idle\""));
}

}  // namespace
}  // namespace floe::state
