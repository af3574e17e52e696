#include "state/checkpoint_store.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "storage/object_store.h"

namespace floe::state {
namespace {

constexpr size_t kEpochDigits = 20;
constexpr std::string_view kCheckpointSuffix = ".checkpoint";
constexpr std::string_view kRecordSuffix = ".epoch";
// File lists of an epoch of very many small files still are far below.
constexpr uint64_t kMaxRecordBytes = uint64_t{1} << 30;

std::string FileNameOf(Epoch epoch, std::string_view suffix) {
  std::string digits = std::to_string(epoch.value());
  digits.insert(0, kEpochDigits - digits.size(), '0');
  return digits.append(suffix);
}

std::optional<Epoch> EpochOfFile(std::string_view name, std::string_view suffix) {
  if (name.size() != kEpochDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  int64_t epoch = 0;
  const char* end = name.data() + kEpochDigits;
  const auto parsed = std::from_chars(name.data(), end, epoch);
  if (parsed.ec != std::errc() || parsed.ptr != end || epoch < 1) return std::nullopt;
  return Epoch(epoch);
}

Status RemoveIfThere(storage::FileSystem& files, const std::string& path) {
  const Status status = files.RemoveFile(path);
  return !status.ok() && status.error().code() == ErrorCode::kNotFound ? Status::Ok() : status;
}

}  // namespace

CheckpointStore::CheckpointStore(storage::FileSystem& files, std::string directory,
                                 std::string pipeline_id, int retain)
    : files_(files),
      directory_(std::move(directory)),
      pipeline_id_(std::move(pipeline_id)),
      retain_(retain) {}

Result<std::unique_ptr<CheckpointStore>> CheckpointStore::Open(storage::FileSystem& files,
                                                               std::string directory,
                                                               std::string pipeline_id,
                                                               int retain) {
  if (retain < limits::kMinRetainedCheckpoints) {
    return Error(ErrorCode::kInvalidConfiguration,
                 "at least " + std::to_string(limits::kMinRetainedCheckpoints) +
                     " checkpoints have to be retained, not " + std::to_string(retain));
  }
  FLOE_TRY(files.CreateDirectories(directory));
  FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files.List(directory));
  for (const storage::DirectoryEntry& entry : entries) {
    if (entry.name.ends_with(".tmp")) {
      FLOE_TRY(files.RemoveFile(storage::JoinPath(directory, entry.name)));
    }
  }
  return std::unique_ptr<CheckpointStore>(
      new CheckpointStore(files, std::move(directory), std::move(pipeline_id), retain));
}

std::string CheckpointStore::CheckpointPath(Epoch epoch) const {
  return storage::JoinPath(directory_, FileNameOf(epoch, kCheckpointSuffix));
}

std::string CheckpointStore::RecordPath(Epoch epoch) const {
  return storage::JoinPath(directory_, FileNameOf(epoch, kRecordSuffix));
}

std::string CheckpointStore::CheckpointAddress(Epoch epoch) const {
  const std::string path = CheckpointPath(epoch);
  return path.starts_with('/') ? storage::FileUri(path) : path;
}

Result<std::unique_ptr<CheckpointWriter>> CheckpointStore::BeginCheckpoint(
    Epoch epoch, std::map<std::string, std::string> properties) {
  FLOE_ASSERT(epoch >= Epoch(1));
  return CheckpointWriter::Create(files_, CheckpointPath(epoch),
                                  {pipeline_id_, epoch, std::move(properties)});
}

Status CheckpointStore::WriteRecord(const EpochRecord& record) {
  FLOE_ASSERT(record.pipeline_id == pipeline_id_);
  return storage::WriteFileDurably(files_, RecordPath(record.epoch), EncodeEpochRecord(record));
}

Result<std::map<Epoch, CheckpointStore::PresentFiles>> CheckpointStore::FindPresent() const {
  FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files_.List(directory_));
  std::map<Epoch, PresentFiles> present;
  for (const storage::DirectoryEntry& entry : entries) {
    if (const auto epoch = EpochOfFile(entry.name, kCheckpointSuffix)) {
      present[*epoch].checkpoint = true;
    } else if (const auto record_epoch = EpochOfFile(entry.name, kRecordSuffix)) {
      present[*record_epoch].record = true;
    }
  }
  return present;
}

Result<std::shared_ptr<const CheckpointFile>> CheckpointStore::LoadCheckpoint(Epoch epoch) const {
  FLOE_ASSIGN(std::shared_ptr<const CheckpointFile> checkpoint,
              CheckpointFile::Open(files_, CheckpointPath(epoch)));
  if (checkpoint->info().pipeline_id != pipeline_id_ || checkpoint->info().epoch != epoch) {
    return Error(ErrorCode::kCorruption, CheckpointPath(epoch) + " belongs to epoch " +
                                             std::to_string(checkpoint->info().epoch.value()) +
                                             " of pipeline '" + checkpoint->info().pipeline_id +
                                             "'");
  }
  return checkpoint;
}

Result<EpochRecord> CheckpointStore::LoadRecord(Epoch epoch) const {
  const std::string path = RecordPath(epoch);
  FLOE_ASSIGN(const std::string bytes, storage::ReadFile(files_, path, kMaxRecordBytes));
  Result<EpochRecord> record = DecodeEpochRecord(bytes);
  if (!record.ok()) return std::move(record).error().WithContext(path);
  if (record->pipeline_id != pipeline_id_ || record->epoch != epoch) {
    return Error(ErrorCode::kCorruption, path + " belongs to epoch " +
                                             std::to_string(record->epoch.value()) +
                                             " of pipeline '" + record->pipeline_id + "'");
  }
  return record;
}

Result<std::vector<StoredEpoch>> CheckpointStore::Load() const {
  FLOE_ASSIGN(const auto present, FindPresent());
  std::vector<StoredEpoch> stored;
  bool verified = false;
  for (auto at = present.rbegin(); at != present.rend(); ++at) {
    StoredEpoch& epoch = stored.emplace_back();
    epoch.epoch = at->first;
    Result<EpochRecord> record = LoadRecord(at->first);
    epoch.record_status = record.status();
    if (record.ok()) epoch.record = std::move(*record);
    Result<std::shared_ptr<const CheckpointFile>> checkpoint = LoadCheckpoint(at->first);
    epoch.checkpoint_status = checkpoint.status();
    if (checkpoint.ok() && !verified) epoch.checkpoint_status = (*checkpoint)->Verify();
    if (!epoch.checkpoint_status.ok()) continue;
    epoch.checkpoint = std::move(*checkpoint);
    verified = verified || epoch.record.has_value();
  }
  std::reverse(stored.begin(), stored.end());
  return stored;
}

Status CheckpointStore::Retain(Epoch committed) {
  FLOE_ASSIGN(const auto present, FindPresent());
  int complete = 0;
  Epoch oldest_kept;
  for (auto at = present.rbegin(); at != present.rend() && complete < retain_; ++at) {
    if (!at->second.checkpoint || !at->second.record || at->first > committed) continue;
    oldest_kept = at->first;
    ++complete;
  }
  if (complete < retain_) return Status::Ok();
  for (const auto& [epoch, found] : present) {
    if (epoch >= oldest_kept) break;
    FLOE_TRY(RemoveIfThere(files_, CheckpointPath(epoch)));
    FLOE_TRY(RemoveIfThere(files_, RecordPath(epoch)));
  }
  return files_.SyncDirectory(directory_);
}

Status CheckpointStore::DiscardAfter(Epoch epoch) {
  FLOE_ASSIGN(const auto present, FindPresent());
  // The newest first, so that a stop in between leaves no hole.
  for (auto at = present.rbegin(); at != present.rend() && at->first > epoch; ++at) {
    FLOE_TRY(RemoveIfThere(files_, RecordPath(at->first)));
    FLOE_TRY(RemoveIfThere(files_, CheckpointPath(at->first)));
  }
  return files_.SyncDirectory(directory_);
}

}  // namespace floe::state
