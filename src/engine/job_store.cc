#include "engine/job_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "base/limits.h"

namespace floe::engine {
namespace {

constexpr int kFormatVersion = 1;
constexpr std::string_view kSuffix = ".json";

constexpr std::pair<JobState, std::string_view> kStates[] = {
    {JobState::kCreated, "CREATED"},       {JobState::kRunning, "RUNNING"},
    {JobState::kRestarting, "RESTARTING"}, {JobState::kFinished, "FINISHED"},
    {JobState::kFailed, "FAILED"},         {JobState::kCanceled, "CANCELED"},
};

template <typename Value>
bool Take(const nlohmann::json& json, const char* key, Value* value) {
  const auto it = json.find(key);
  if (it == json.end()) return false;
  if constexpr (std::is_same_v<Value, std::string>) {
    if (!it->is_string()) return false;
  } else {
    if (!it->is_number_integer()) return false;
  }
  *value = it->get<Value>();
  return true;
}

Result<JobRecord> Parse(const std::string& path, const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  int version = 0;
  if (!json.is_object() || !Take(json, "version", &version)) {
    return Error(ErrorCode::kCorruption, path + " does not describe a job");
  }
  if (version != kFormatVersion) {
    return Error(ErrorCode::kCorruption, path + " has version " + std::to_string(version) +
                                             "; this program reads " +
                                             std::to_string(kFormatVersion));
  }
  JobRecord record;
  std::string state;
  const bool whole = Take(json, "id", &record.id) && Take(json, "name", &record.name) &&
                     Take(json, "file_name", &record.file_name) && Take(json, "sql", &record.sql) &&
                     Take(json, "index", &record.index) && Take(json, "state", &state) &&
                     Take(json, "submitted_ms", &record.submitted_ms) &&
                     Take(json, "ended_ms", &record.ended_ms) && Take(json, "error", &record.error);
  const std::optional<JobState> known_state = ParseJobState(state);
  if (!whole || !known_state) {
    return Error(ErrorCode::kCorruption, path + " does not describe a job");
  }
  record.state = *known_state;
  return record;
}

}  // namespace

std::string_view JobStateName(JobState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "";
}

std::optional<JobState> ParseJobState(std::string_view name) {
  for (const auto& [known, known_name] : kStates) {
    if (known_name == name) return known;
  }
  return std::nullopt;
}

bool HasEnded(JobState state) {
  return state == JobState::kFinished || state == JobState::kFailed || state == JobState::kCanceled;
}

Status JobStore::Write(const JobRecord& record) {
  const nlohmann::json json = {
      {"version", kFormatVersion},
      {"id", record.id},
      {"name", record.name},
      {"file_name", record.file_name},
      {"sql", record.sql},
      {"index", record.index},
      {"state", JobStateName(record.state)},
      {"submitted_ms", record.submitted_ms},
      {"ended_ms", record.ended_ms},
      {"error", record.error},
  };
  FLOE_TRY(files_.CreateDirectories(path_));
  const std::string text =
      json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  return storage::WriteFileDurably(
      files_, storage::JoinPath(path_, record.id + std::string(kSuffix)), text);
}

Status JobStore::Remove(const std::string& id) {
  const Status status = files_.RemoveFile(storage::JoinPath(path_, id + std::string(kSuffix)));
  return !status.ok() && status.error().code() == ErrorCode::kNotFound ? Status::Ok() : status;
}

Result<std::vector<JobRecord>> JobStore::Read() const {
  std::vector<JobRecord> records;
  FLOE_ASSIGN(const bool exists, storage::Exists(files_, path_));
  if (!exists) return records;
  FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files_.List(path_));
  for (const storage::DirectoryEntry& entry : entries) {
    if (!entry.name.ends_with(kSuffix)) continue;
    const std::string path = storage::JoinPath(path_, entry.name);
    FLOE_ASSIGN(const std::string text,
                storage::ReadFile(files_, path, limits::kMaxJobRecordBytes));
    FLOE_ASSIGN(JobRecord record, Parse(path, text));
    records.push_back(std::move(record));
  }
  std::sort(records.begin(), records.end(), [](const JobRecord& a, const JobRecord& b) {
    return std::tie(a.submitted_ms, a.index, a.id) < std::tie(b.submitted_ms, b.index, b.id);
  });
  return records;
}

}  // namespace floe::engine
