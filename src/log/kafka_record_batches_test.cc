// Batches as a Kafka client wrote them (tests/compat/record_batches.py records them).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "log/record_batch.h"
#include "storage/local_file_system.h"

namespace floe::log {
namespace {

std::string Unhex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::optional<std::string> Text(const nlohmann::json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<std::string>());
}

TEST(KafkaRecordBatches, AreRead) {
  storage::LocalFileSystem files;
  const std::string text =
      storage::ReadFile(files, FLOE_SOURCE_DIR "/tests/oracle/kafka_record_batches.jsonl", 1 << 20)
          .value();
  int batches = 0;
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++batches) {
    const nlohmann::json line = nlohmann::json::parse(text.substr(at, text.find('\n', at) - at));
    SCOPED_TRACE(line["compression"].get<std::string>());
    const std::string bytes = Unhex(line["hex"]);
    const BatchHeader header = ParseBatchHeader(bytes).value();
    ASSERT_EQ(header.size_bytes(), bytes.size());
    ASSERT_TRUE(VerifyBatchCrc(header, bytes).ok());
    RecordMemory memory;
    std::vector<RecordView> records;
    ASSERT_TRUE(DecodeBatch(header, bytes, Offset(0), 1 << 20, memory, records).ok());
    ASSERT_EQ(records.size(), line["records"].size());
    for (size_t i = 0; i < records.size(); ++i) {
      const nlohmann::json& expected = line["records"][i];
      EXPECT_EQ(records[i].offset, Offset(static_cast<int64_t>(i)));
      EXPECT_EQ(records[i].timestamp_ms, expected["timestamp"].get<int64_t>());
      EXPECT_EQ(records[i].key, Text(expected["key"]));
      EXPECT_EQ(records[i].value, Text(expected["value"]));
      ASSERT_EQ(records[i].headers.size(), expected["headers"].size());
      for (size_t h = 0; h < records[i].headers.size(); ++h) {
        EXPECT_EQ(records[i].headers[h].name, expected["headers"][h][0].get<std::string>());
        EXPECT_EQ(records[i].headers[h].value, Text(expected["headers"][h][1]));
      }
    }
  }
  EXPECT_EQ(batches, 3);
}

}  // namespace
}  // namespace floe::log
