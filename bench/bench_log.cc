// The rates of the embedded log alone: appends of 1,000 records of 150 bytes, each durable, then
// reads from the beginning. Prints CPU nanoseconds per record, and wall-clock rates.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "log/embedded_log.h"
#include "storage/local_file_system.h"

namespace floe::log {
namespace {

constexpr int kAppends = 1000;
constexpr int kRecords = 1000;
constexpr int64_t kReadBytes = int64_t{1} << 20;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

class Stopwatch {
 public:
  explicit Stopwatch(const Clock& clock)
      : clock_(clock), cpu_(CpuSeconds()), wall_ms_(clock.WallMillis()) {}

  void Print(const char* what) const {
    const double cpu = CpuSeconds() - cpu_;
    const double wall = static_cast<double>(clock_.WallMillis() - wall_ms_) * 1e-3;
    const double count = static_cast<double>(kAppends) * kRecords;
    std::printf("%-32s %7.1f ns/record %7.2f M records/CPU s %7.2f M records/s\n", what,
                cpu * 1e9 / count, count / cpu * 1e-6, count / wall * 1e-6);
  }

 private:
  const Clock& clock_;
  const double cpu_;
  const int64_t wall_ms_;
};

std::vector<std::string> MakeValues() {
  Random random(1);
  std::vector<std::string> values;
  for (int i = 0; i < kRecords; ++i) {
    char text[256];
    std::snprintf(text, sizeof(text),
                  R"({"driver_id":"driver_%d","zone":"zone_%d","lat":37.%05d,"lon":-122.%05d,)"
                  R"("status":"AVAILABLE","event_timestamp_str":"2025-06-15 15:06:%02d.%03d"})",
                  static_cast<int>(random.NextUint64() % 10000),
                  static_cast<int>(random.NextUint64() % 265),
                  static_cast<int>(random.NextUint64() % 100000),
                  static_cast<int>(random.NextUint64() % 100000), i % 60, i);
    values.emplace_back(text);
  }
  return values;
}

void Append(EmbeddedLog& log) {
  const std::vector<std::string> values = MakeValues();
  std::vector<AppendRecord> records(values.size());
  for (size_t i = 0; i < values.size(); ++i) records[i].value = values[i];
  for (int i = 0; i < kAppends; ++i) {
    for (AppendRecord& record : records) record.timestamp_ms = i;
    if (!log.AppendTo("reports", PartitionId(0), records).ok()) std::abort();
  }
}

void Read(EmbeddedLog& log) {
  int64_t count = 0;
  for (Offset next(0);;) {
    const Result<LogSlice> slice = log.Read("reports", PartitionId(0), next, kReadBytes);
    if (!slice.ok()) std::abort();
    if (slice->records.empty()) break;
    count += static_cast<int64_t>(slice->records.size());
    next = slice->next_offset;
  }
  if (count != int64_t{kAppends} * kRecords) std::abort();
}

void Run() {
  const auto directory = storage::TemporaryDirectory::Create("bench-log");
  storage::LocalFileSystem files;
  const SystemClock clock;
  ThreadPoolExecutor executor(1, clock);
  auto log = EmbeddedLog::Open({files, executor, clock, Random(1)}, (*directory)->path());
  if (!log.ok() || !(*log)->CreateTopic("reports", 1, {}).ok()) std::abort();
  const Stopwatch append(clock);
  Append(**log);
  append.Print("log append, 1,000 at once");
  const Stopwatch read(clock);
  Read(**log);
  read.Print("log read");
}

}  // namespace
}  // namespace floe::log

int main() {
  floe::log::Run();
  return 0;
}
