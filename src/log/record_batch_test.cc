#include "log/record_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "log/compression.h"

namespace floe::log {
namespace {

using ::testing::HasSubstr;

constexpr size_t kMaxBytes = size_t{16} << 20;

struct Decoded {
  BatchHeader header;
  RecordMemory memory;
  std::vector<RecordView> records;
};

Result<std::unique_ptr<Decoded>> Decode(std::string_view bytes, Offset from = Offset(0)) {
  auto decoded = std::make_unique<Decoded>();
  if (bytes.size() < kBatchHeaderBytes) return Error(ErrorCode::kCorruption, "short");
  FLOE_ASSIGN(decoded->header, ParseBatchHeader(bytes));
  if (decoded->header.size_bytes() != bytes.size()) return Error(ErrorCode::kCorruption, "cut");
  FLOE_TRY(VerifyBatchCrc(decoded->header, bytes));
  FLOE_TRY(DecodeBatch(decoded->header, bytes, from, kMaxBytes, decoded->memory, decoded->records));
  return decoded;
}

std::string Hex(std::string_view bytes) {
  std::string text;
  char digits[3];
  for (const char byte : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<uint8_t>(byte)));
    text += digits;
  }
  return text;
}

class RecordBatchTest : public ::testing::TestWithParam<Compression> {
 protected:
  std::string Encode(std::span<const AppendRecord> records, Offset base = Offset(0)) {
    std::string out;
    const size_t size = encoder_.Encode(records, base, 5, GetParam(), out).value();
    EXPECT_EQ(size, out.size());
    return out;
  }
  BatchEncoder encoder_;
};
INSTANTIATE_TEST_SUITE_P(All, RecordBatchTest,
                         ::testing::Values(Compression::kNone, Compression::kLz4,
                                           Compression::kZstd),
                         [](const auto& test) {
                           return std::string(CodecName(static_cast<int>(test.param)));
                         });

TEST_P(RecordBatchTest, RoundTrip) {
  const HeaderView headers[] = {{"trace", "1"}, {"empty", ""}, {"null", std::nullopt}};
  std::vector<AppendRecord> records = {
      {"k", "v", 1'000, {}},
      {std::nullopt, "no key", 900, {}},
      {"", "", 5'000'000'000'000, headers},
      {"tombstone", std::nullopt, -7, {}},
  };
  const std::string big(10'000, 'x');
  records.push_back({"big", big, 1'001, {}});
  const std::string bytes = Encode(records, Offset(100));
  const auto decoded = Decode(bytes).value();
  EXPECT_EQ(decoded->header.base_offset, Offset(100));
  EXPECT_EQ(decoded->header.next_offset(), Offset(105));
  EXPECT_EQ(decoded->header.leader_epoch, 5);
  EXPECT_EQ(decoded->header.base_timestamp_ms, 1'000);
  EXPECT_EQ(decoded->header.max_timestamp_ms, 5'000'000'000'000);
  EXPECT_EQ(decoded->header.compression(), static_cast<int>(GetParam()));
  ASSERT_EQ(decoded->records.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(decoded->records[i].key, records[i].key) << i;
    EXPECT_EQ(decoded->records[i].value, records[i].value) << i;
    EXPECT_EQ(decoded->records[i].timestamp_ms, records[i].timestamp_ms) << i;
    EXPECT_EQ(decoded->records[i].offset, Offset(100 + static_cast<int64_t>(i)));
  }
  const std::span<const HeaderView> read = decoded->records[2].headers;
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].name, "trace");
  EXPECT_EQ(read[0].value, "1");
  EXPECT_EQ(read[1].value, "");
  EXPECT_EQ(read[2].value, std::nullopt);
  EXPECT_EQ(Decode(bytes, Offset(103)).value()->records.size(), 2u);
}

TEST_P(RecordBatchTest, ExtremeTimestampsWrap) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const std::vector<AppendRecord> records = {{"a", "1", kMin, {}}, {"b", "2", kMax, {}}};
  const std::string bytes = Encode(records);
  const auto decoded = Decode(bytes).value();
  EXPECT_EQ(decoded->records[0].timestamp_ms, kMin);
  EXPECT_EQ(decoded->records[1].timestamp_ms, kMax);
}

TEST_P(RecordBatchTest, StampingKeepsTheChecksum) {
  const std::vector<AppendRecord> records = {{"a", "1", 1, {}}, {"b", "2", 2, {}}};
  std::string bytes = Encode(records);
  StampBatch(Offset(1'234'567'890'123), 9, bytes);
  const auto decoded = Decode(bytes).value();
  EXPECT_EQ(decoded->header.leader_epoch, 9);
  EXPECT_EQ(decoded->records[1].offset, Offset(1'234'567'890'124));
}

TEST_P(RecordBatchTest, EveryFlippedBitBehindTheStampIsNoticed) {
  const std::string value(300, 'v');
  const std::vector<AppendRecord> records = {{"a", value, 1, {}}, {"b", value, 2, {}}};
  const std::string good = Encode(records);
  for (size_t at = 8; at < good.size(); ++at) {
    if (at >= 12 && at < 16) continue;  // the leader epoch is not covered
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    EXPECT_FALSE(Decode(bad).ok()) << at;
  }
}

// The checksum is no proof of good intent: with it made right, any bytes must be survived.
TEST_P(RecordBatchTest, SurvivesAnyBody) {
  Random random(11);
  const std::string value(100, 'v');
  const HeaderView headers[] = {{"h", "1"}};
  const std::vector<AppendRecord> records = {
      {"a", value, 1, headers}, {"b", value, 2, {}}, {"c", value, 3, {}}};
  const std::string good = Encode(records);
  int survived = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good;
    const int changes = 1 + static_cast<int>(random.Uniform(4));
    for (int i = 0; i < changes; ++i) {
      const size_t at = kBatchHeaderBytes + random.Uniform(bad.size() - kBatchHeaderBytes);
      bad[at] = static_cast<char>(random.Uniform(256));
    }
    const BatchHeader header = ParseBatchHeader(bad).value();
    RecordMemory memory;
    std::vector<RecordView> found;
    const Status status = DecodeBatch(header, bad, Offset(0), 1 << 20, memory, found);
    survived += status.ok();
    for (const RecordView& record : found) {
      if (record.value) {
        EXPECT_LE(record.value->size(), bad.size() + 1000);
      }
    }
  }
  EXPECT_GT(survived, 0) << "a changed value is no malformed record";
}

TEST_P(RecordBatchTest, RefusesImpossibleHeaders) {
  const std::vector<AppendRecord> records = {{"a", "1", 1, {}}};
  const std::string good = Encode(records);
  Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good;
    for (int i = 0; i < 3; ++i) bad[random.Uniform(61)] = static_cast<char>(random.Uniform(256));
    const Result<BatchHeader> header = ParseBatchHeader(bad);
    if (!header.ok()) continue;
    EXPECT_GE(header->size_bytes(), kBatchHeaderBytes);
    EXPECT_GE(header->next_offset(), header->base_offset);
    EXPECT_LE(header->record_count, header->last_offset_delta + int64_t{1});
  }
}

TEST(RecordBatch, BytesAreKafkas) {
  // Fixed here and decoded by a Kafka client in tests/compat/record_batch_test.py.
  const HeaderView headers[] = {{"h", "x"}};
  const std::vector<AppendRecord> records = {
      {"key", "value", 1'700'000'000'000, {}},
      {std::nullopt, std::nullopt, 1'700'000'000'250, headers}};
  BatchEncoder encoder;
  std::string out;
  ASSERT_TRUE(encoder.Encode(records, Offset(7), 3, Compression::kNone, out).ok());
  EXPECT_EQ(Hex(out),
            "0000000000000007"
            "0000004c"
            "00000003"
            "02"
            "b8df5fcc"
            "0000"
            "00000001"
            "0000018bcfe56800"
            "0000018bcfe568fa"
            "ffffffffffffffff"
            "ffff"
            "ffffffff"
            "00000002"
            "1c0000"
            "00"
            "06"
            "6b6579"
            "0a"
            "76616c7565"
            "00"
            "1600f403"
            "02"
            "01"
            "01"
            "02"
            "0268"
            "0278");
}

TEST(Compression, BoundsWhatComesOut) {
  Compressor compressor;
  const std::string zeros(1 << 20, '\0');
  for (const Compression compression : {Compression::kLz4, Compression::kZstd}) {
    const int codec = static_cast<int>(compression);
    std::string small;
    ASSERT_TRUE(compressor.Compress(compression, zeros, small).ok());
    EXPECT_LT(small.size(), zeros.size() / 20);
    EXPECT_EQ(Decompress(codec, small, 1 << 20).value().size, zeros.size());
    EXPECT_EQ(Decompress(codec, small, (1 << 20) - 1).error().code(), ErrorCode::kLimitExceeded);
    for (const size_t cut : {size_t{0}, size_t{3}, small.size() / 2, small.size() - 1}) {
      EXPECT_EQ(Decompress(codec, small.substr(0, cut), 1 << 20).error().code(),
                ErrorCode::kCorruption)
          << cut;
    }
    EXPECT_EQ(Decompress(codec, small + "x", 1 << 20).error().code(), ErrorCode::kCorruption);
  }
  EXPECT_THAT(Decompress(2, "x", 10).error().message(), HasSubstr("snappy"));
}

}  // namespace
}  // namespace floe::log
