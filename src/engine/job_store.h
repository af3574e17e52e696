// What a data directory remembers of the jobs that were submitted to its owner: one JSON file each
// (docs/formats/jobs.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/file_system.h"

namespace floe::engine {

// Flink's names. A job that was stopped is FINISHED, as after Flink's stop-with-savepoint.
enum class JobState : uint8_t { kCreated, kRunning, kRestarting, kFinished, kFailed, kCanceled };

std::string_view JobStateName(JobState state);  // "RUNNING"
std::optional<JobState> ParseJobState(std::string_view name);
// It does not run and will not by itself.
bool HasEnded(JobState state);

struct JobRecord {
  std::string id;    // 32 hexadecimal digits
  std::string name;  // the pipeline's id
  std::string file_name;
  std::string sql;  // the whole script
  int index = 0;    // which of the script's jobs
  JobState state = JobState::kCreated;
  int64_t submitted_ms = 0;  // wall clock
  int64_t ended_ms = 0;      // 0: has not
  std::string error;         // why it failed the last time
};

// Used by one thread at a time.
class JobStore {
 public:
  // `files` outlives the store; `path` is made when something is written.
  JobStore(storage::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  Status Write(const JobRecord& record);
  Status Remove(const std::string& id);
  // In the order of submission. A file that cannot be read is an error that names it.
  Result<std::vector<JobRecord>> Read() const;

 private:
  storage::FileSystem& files_;
  const std::string path_;
};

}  // namespace floe::engine
