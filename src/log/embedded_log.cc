#include "log/embedded_log.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "log/partition.h"
#include "log/partitioner.h"
#include "log/topic_metadata.h"

namespace floe::log {

EmbeddedLog::EmbeddedLog(Environment environment, std::string directory,
                         const EmbeddedLogOptions& options)
    : environment_(environment), directory_(std::move(directory)), options_(options) {}

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(Environment environment,
                                                       std::string directory,
                                                       const EmbeddedLogOptions& options) {
  FLOE_TRY(environment.files.CreateDirectories(directory));
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(environment, std::move(directory), options));
  FLOE_ASSIGN(log->lock_,
              environment.files.LockExclusive(storage::JoinPath(log->directory_, "LOCK")));
  FLOE_TRY(log->Recover());
  return log;
}

EmbeddedLog::~EmbeddedLog() {
  // Whoever wants to know calls Close himself.
  (void)Close().ok();
}

Status EmbeddedLog::Close() {
  std::map<std::string, std::shared_ptr<Topic>> topics;
  {
    std::unique_lock lock(mutex_);
    topics.swap(topics_);
    closed_ = true;
  }
  Status first;
  for (const auto& [name, topic] : topics) {
    for (const std::shared_ptr<Partition>& partition : topic->partitions) {
      Status status = partition->Close(/*flush=*/true);
      if (first.ok()) first = std::move(status);
    }
  }
  lock_.reset();
  return first;
}

// --- Recovery ------------------------------------------------------------------------------------

Status EmbeddedLog::Recover() {
  storage::FileSystem& files = environment_.files;
  const std::string metadata_path = storage::JoinPath(directory_, kLogMetadataName);
  LogMetadata metadata;
  FLOE_ASSIGN(const bool exists, storage::Exists(files, metadata_path));
  if (exists) {
    FLOE_ASSIGN(const std::string bytes,
                storage::ReadFile(files, metadata_path, kMaxMetadataBytes));
    Result<LogMetadata> decoded = DecodeLogMetadata(bytes);
    if (!decoded.ok()) return std::move(decoded).error().WithContext(metadata_path);
    metadata = *decoded;
  }
  leader_epoch_ = metadata.leader_epoch + 1;
  FLOE_TRY(storage::WriteFileDurably(files, metadata_path,
                                     EncodeLogMetadata(LogMetadata{leader_epoch_})));
  const std::string topics = storage::JoinPath(directory_, kTopicsDirectory);
  FLOE_TRY(files.CreateDirectories(topics));
  FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files.List(topics));
  for (const storage::DirectoryEntry& entry : entries) FLOE_TRY(RecoverTopic(entry.name));
  return Status::Ok();
}

std::string EmbeddedLog::TopicDirectory(const std::string& name) const {
  return storage::JoinPath(storage::JoinPath(directory_, kTopicsDirectory), name);
}

Status EmbeddedLog::RecoverTopic(const std::string& name) {
  storage::FileSystem& files = environment_.files;
  const std::string directory = TopicDirectory(name);
  const std::string metadata_path = storage::JoinPath(directory, kTopicMetadataName);
  FLOE_ASSIGN(const bool exists, storage::Exists(files, metadata_path));
  // Created last and removed first: without it the topic is half made or half deleted.
  if (!exists) return storage::RemoveRecursively(files, directory);
  FLOE_ASSIGN(const std::string bytes, storage::ReadFile(files, metadata_path, kMaxMetadataBytes));
  Result<TopicInfo> info = DecodeTopicMetadata(bytes, name);
  if (!info.ok()) return std::move(info).error().WithContext(metadata_path);
  const std::shared_ptr<Topic> topic = MakeTopic(*info);
  for (int32_t i = 0; i < info->partition_count; ++i) {
    FLOE_ASSIGN(const Partition::Recovered recovered, topic->partitions[i]->Recover());
    recovery_.push_back({name, PartitionId(i), recovered.scanned_bytes, recovered.truncated_bytes});
  }
  topics_[name] = topic;
  return Status::Ok();
}

std::shared_ptr<EmbeddedLog::Topic> EmbeddedLog::MakeTopic(const TopicInfo& info) const {
  auto topic = std::make_shared<Topic>();
  topic->info = info;
  PartitionOptions options;
  options.topic = info.options;
  options.sync_delay = options_.sync_delay;
  options.batch_bytes = options_.batch_bytes;
  options.index_interval_bytes = options_.index_interval_bytes;
  options.leader_epoch = leader_epoch_;
  for (int32_t i = 0; i < info.partition_count; ++i) {
    const std::string number = std::to_string(i);
    topic->partitions.push_back(std::make_shared<Partition>(
        Partition::Environment{environment_.files, environment_.executor, environment_.clock},
        info.name + "-" + number, storage::JoinPath(TopicDirectory(info.name), number), options));
  }
  return topic;
}

// --- Topics --------------------------------------------------------------------------------------

Result<TopicInfo> EmbeddedLog::CreateTopic(const std::string& name, int32_t partition_count,
                                           const TopicOptions& options) {
  FLOE_TRY(ValidateTopicName(name));
  FLOE_TRY(ValidateTopicOptions(partition_count, options));
  std::unique_lock lock(mutex_);
  if (closed_) return Error(ErrorCode::kCancelled, "the log is closed");
  if (topics_.contains(name)) {
    return Error(ErrorCode::kAlreadyExists, "topic " + name + " is already there");
  }
  if (topics_.size() >= static_cast<size_t>(limits::kMaxTopics)) {
    return Error(ErrorCode::kLimitExceeded,
                 "the log has its limit of " + std::to_string(limits::kMaxTopics) + " topics");
  }
  TopicInfo info{name, Uuid::Generate(environment_.random), partition_count, options};
  storage::FileSystem& files = environment_.files;
  const std::string directory = TopicDirectory(name);
  // What an earlier attempt may have left.
  FLOE_TRY(storage::RemoveRecursively(files, directory));
  for (int32_t i = 0; i < partition_count; ++i) {
    FLOE_TRY(files.CreateDirectories(storage::JoinPath(directory, std::to_string(i))));
  }
  FLOE_TRY(storage::WriteFileDurably(files, storage::JoinPath(directory, kTopicMetadataName),
                                     EncodeTopicMetadata(info)));
  topics_[name] = MakeTopic(info);
  return info;
}

Status EmbeddedLog::DeleteTopic(const std::string& name) {
  std::shared_ptr<Topic> topic;
  storage::FileSystem& files = environment_.files;
  const std::string directory = TopicDirectory(name);
  {
    std::unique_lock lock(mutex_);
    FLOE_ASSIGN(topic, FindTopicLocked(name));
    FLOE_TRY(files.RemoveFile(storage::JoinPath(directory, kTopicMetadataName)));
    FLOE_TRY(files.SyncDirectory(directory));
    topics_.erase(name);
    // While the name is locked, so that nobody makes it anew in between.
    for (const std::shared_ptr<Partition>& partition : topic->partitions) partition->Refuse();
    FLOE_TRY(storage::RemoveRecursively(files, directory));
  }
  // Callbacks run here, outside of the lock.
  for (const std::shared_ptr<Partition>& partition : topic->partitions) {
    FLOE_TRY(partition->Close(/*flush=*/false));
  }
  return files.SyncDirectory(storage::ParentPath(directory));
}

std::vector<TopicInfo> EmbeddedLog::ListTopics() const {
  std::shared_lock lock(mutex_);
  std::vector<TopicInfo> infos;
  for (const auto& [name, topic] : topics_) infos.push_back(topic->info);
  return infos;
}

Result<TopicInfo> EmbeddedLog::DescribeTopic(const std::string& name) const {
  FLOE_ASSIGN(const std::shared_ptr<Topic> topic, FindTopic(name));
  return topic->info;
}

Result<std::shared_ptr<EmbeddedLog::Topic>> EmbeddedLog::FindTopicLocked(
    const std::string& name) const {
  if (closed_) return Error(ErrorCode::kCancelled, "the log is closed");
  const auto found = topics_.find(name);
  if (found == topics_.end()) return Error(ErrorCode::kNotFound, "there is no topic " + name);
  return found->second;
}

Result<std::shared_ptr<EmbeddedLog::Topic>> EmbeddedLog::FindTopic(const std::string& name) const {
  std::shared_lock lock(mutex_);
  return FindTopicLocked(name);
}

Result<std::shared_ptr<Partition>> EmbeddedLog::FindPartition(const std::string& topic,
                                                              PartitionId partition) const {
  FLOE_ASSIGN(const std::shared_ptr<Topic> found, FindTopic(topic));
  if (partition.value() < 0 || partition.value() >= found->info.partition_count) {
    return Error(ErrorCode::kNotFound, "topic " + topic + " has no partition " +
                                           std::to_string(partition.value()) + "; it has " +
                                           std::to_string(found->info.partition_count));
  }
  return found->partitions[static_cast<size_t>(partition.value())];
}

// --- Records -------------------------------------------------------------------------------------

Result<Offset> EmbeddedLog::AppendTo(const std::string& topic, PartitionId partition,
                                     std::span<const AppendRecord> records) {
  FLOE_ASSIGN(const std::shared_ptr<Partition> target, FindPartition(topic, partition));
  if (records.empty()) return target->Offsets().end;
  FLOE_ASSIGN(const Partition::Written written, target->Write(records));
  FLOE_TRY(target->WaitDurable(written.end));
  return written.first;
}

void EmbeddedLog::AppendAsync(const std::string& topic, PartitionId partition,
                              std::span<const AppendRecord> records,
                              std::function<void(Result<Offset>)> done) {
  const Result<std::shared_ptr<Partition>> target = FindPartition(topic, partition);
  if (!target.ok()) return done(target.error());
  if (records.empty()) return done((*target)->Offsets().end);
  (*target)->AppendAsync(records, std::move(done));
}

Result<std::vector<RecordPosition>> EmbeddedLog::Append(const std::string& topic,
                                                        std::span<const AppendRecord> records) {
  FLOE_ASSIGN(const std::shared_ptr<Topic> target, FindTopic(topic));
  const int32_t count = target->info.partition_count;
  const PartitionId keyless(
      static_cast<int32_t>(target->next_keyless.fetch_add(1) % static_cast<uint32_t>(count)));
  std::vector<RecordPosition> positions(records.size());
  std::vector<std::vector<AppendRecord>> parts(static_cast<size_t>(count));
  for (size_t i = 0; i < records.size(); ++i) {
    positions[i].partition = records[i].key ? PartitionOfKey(*records[i].key, count) : keyless;
    parts[static_cast<size_t>(positions[i].partition.value())].push_back(records[i]);
  }
  // All are written before the first sync: while it runs, the system writes the others back.
  std::vector<Partition::Written> written(parts.size());
  for (size_t p = 0; p < parts.size(); ++p) {
    if (parts[p].empty()) continue;
    FLOE_ASSIGN(written[p], target->partitions[p]->Write(parts[p]));
  }
  for (size_t p = 0; p < parts.size(); ++p) {
    if (!parts[p].empty()) FLOE_TRY(target->partitions[p]->WaitDurable(written[p].end));
  }
  for (RecordPosition& position : positions) {
    Offset& next = written[static_cast<size_t>(position.partition.value())].first;
    position.offset = next;
    next = next.Next();
  }
  return positions;
}

Result<LogSlice> EmbeddedLog::Read(const std::string& topic, PartitionId partition, Offset offset,
                                   int64_t max_bytes) {
  FLOE_ASSIGN(const std::shared_ptr<Partition> source, FindPartition(topic, partition));
  return source->Read(offset, max_bytes);
}

Result<OffsetRange> EmbeddedLog::Offsets(const std::string& topic, PartitionId partition) const {
  FLOE_ASSIGN(const std::shared_ptr<Partition> source, FindPartition(topic, partition));
  return source->Offsets();
}

Result<std::optional<OffsetAndTimestamp>> EmbeddedLog::FindTimestamp(const std::string& topic,
                                                                     PartitionId partition,
                                                                     int64_t timestamp_ms) {
  FLOE_ASSIGN(const std::shared_ptr<Partition> source, FindPartition(topic, partition));
  return source->FindTimestamp(timestamp_ms);
}

void EmbeddedLog::NotifyWhenBeyond(const std::string& topic, PartitionId partition, Offset offset,
                                   std::function<void()> ready) {
  const Result<std::shared_ptr<Partition>> source = FindPartition(topic, partition);
  if (!source.ok()) return ready();
  (*source)->NotifyWhenBeyond(offset, std::move(ready));
}

std::vector<std::shared_ptr<Partition>> EmbeddedLog::AllPartitions() const {
  std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<Partition>> all;
  for (const auto& [name, topic] : topics_) {
    all.insert(all.end(), topic->partitions.begin(), topic->partitions.end());
  }
  return all;
}

Status EmbeddedLog::EnforceRetention() {
  Status first;
  for (const std::shared_ptr<Partition>& partition : AllPartitions()) {
    Status status = partition->EnforceRetention();
    if (first.ok()) first = std::move(status);
  }
  return first;
}

int64_t EmbeddedLog::size_bytes() const {
  int64_t total = 0;
  for (const std::shared_ptr<Partition>& partition : AllPartitions()) {
    total += partition->size_bytes();
  }
  return total;
}

Result<int64_t> EmbeddedLog::PartitionSizeBytes(const std::string& topic,
                                                PartitionId partition) const {
  FLOE_ASSIGN(const std::shared_ptr<Partition> found, FindPartition(topic, partition));
  return found->size_bytes();
}

}  // namespace floe::log
