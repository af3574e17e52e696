// The rate of the JSON decoder alone, on one thread: blocks of 1,024 records of a driver's report,
// all fields and two of them. Prints CPU nanoseconds per record and megabytes per second.
#include <arrow/memory_pool.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/random.h"
#include "connectors/json/json_format.h"

namespace floe::connectors {
namespace {

using types::DataType;

constexpr int kBlocks = 64;
constexpr int kRepeats = 20;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

std::vector<std::string> MakeRecords() {
  Random random(1);
  std::vector<std::string> records;
  for (int i = 0; i < kBlocks * stream::kMaxBlockRecords; ++i) {
    char text[256];
    std::snprintf(text, sizeof(text),
                  R"({"driver_id":"driver_%d","zone":"zone_%d","lat":37.%05d,"lon":-122.%05d,)"
                  R"("status":"AVAILABLE","event_timestamp_str":"2025-06-15 15:06:%02d.%03d"})",
                  static_cast<int>(random.NextUint64() % 10000),
                  static_cast<int>(random.NextUint64() % 265),
                  static_cast<int>(random.NextUint64() % 100000),
                  static_cast<int>(random.NextUint64() % 100000), i / 1000 % 60, i % 1000);
    records.emplace_back(text);
  }
  return records;
}

void Measure(const char* what, const types::Schema& columns,
             const std::vector<std::string>& records) {
  arrow::ProxyMemoryPool pool(arrow::system_memory_pool());
  const auto decoder = MakeJsonDecoder(columns, JsonFormatOptions{}, &pool);
  std::vector<stream::RecordBlock> blocks(kBlocks);
  size_t bytes = 0;
  for (size_t i = 0; i < records.size(); ++i) {
    stream::Record record;
    record.value = records[i];
    blocks[i / stream::kMaxBlockRecords].records.push_back(record);
    bytes += records[i].size();
  }
  const double begin = CpuSeconds();
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    for (const stream::RecordBlock& block : blocks) {
      const auto decoded = (*decoder)->Decode(block);
      if (!decoded.ok() || decoded->rows->num_rows() != stream::kMaxBlockRecords) std::abort();
    }
  }
  const double seconds = CpuSeconds() - begin;
  const double count = static_cast<double>(records.size()) * kRepeats;
  std::printf("%-32s %7.1f ns/record %7.2f M records/s %7.0f MB/s\n", what, seconds * 1e9 / count,
              count / seconds * 1e-6, static_cast<double>(bytes) * kRepeats / seconds * 1e-6);
}

}  // namespace
}  // namespace floe::connectors

int main() {
  using floe::connectors::DataType;
  const std::vector<std::string> records = floe::connectors::MakeRecords();
  floe::connectors::Measure("JSON decode, 6 of 6 fields",
                            floe::types::Schema({{"driver_id", DataType::String()},
                                                 {"zone", DataType::String()},
                                                 {"lat", DataType::Double()},
                                                 {"lon", DataType::Double()},
                                                 {"status", DataType::String()},
                                                 {"event_timestamp_str", DataType::String()}}),
                            records);
  floe::connectors::Measure("JSON decode, 2 of 6 fields",
                            floe::types::Schema({{"driver_id", DataType::String()},
                                                 {"event_timestamp_str", DataType::String()}}),
                            records);
  return 0;
}
