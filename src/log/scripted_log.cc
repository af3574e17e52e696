#include "log/scripted_log.h"

#include <algorithm>
#include <utility>

#include "log/partitioner.h"
#include "log/topic_metadata.h"

namespace floe::log {

// Owns what a view points to.
struct ScriptedLog::StoredRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  int64_t timestamp_ms = 0;
  Offset offset;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::vector<HeaderView> header_views;

  StoredRecord(const AppendRecord& record, Offset at)
      : key(record.key), value(record.value), timestamp_ms(record.timestamp_ms), offset(at) {
    for (const HeaderView& header : record.headers) {
      headers.emplace_back(header.name, header.value);
    }
    for (const auto& [name, content] : headers) header_views.push_back({name, content});
  }
  RecordView View() const {
    RecordView view;
    view.key = key;
    view.value = value;
    view.timestamp_ms = timestamp_ms;
    view.offset = offset;
    view.headers = header_views;
    return view;
  }
  int64_t size_bytes() const {
    return static_cast<int64_t>(sizeof(RecordView) + (key ? key->size() : 0) +
                                (value ? value->size() : 0));
  }
};

ScriptedLog::ScriptedLog(uint64_t seed) : random_(seed) {}

ScriptedLog::~ScriptedLog() {
  for (auto& [name, topic] : topics_) {
    for (PartitionState& partition : topic.partitions) {
      for (const Waiter& waiter : partition.waiters) waiter.ready();
    }
  }
}

void ScriptedLog::set_script(Script script) {
  std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

Result<ScriptedLog::PartitionState*> ScriptedLog::Find(const std::string& topic,
                                                       PartitionId partition) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return Error(ErrorCode::kNotFound, "there is no topic " + topic);
  std::vector<PartitionState>& partitions = found->second.partitions;
  if (partition.value() < 0 || static_cast<size_t>(partition.value()) >= partitions.size()) {
    return Error(ErrorCode::kNotFound,
                 "topic " + topic + " has no partition " + std::to_string(partition.value()));
  }
  return &partitions[static_cast<size_t>(partition.value())];
}

Status ScriptedLog::SkipTo(const std::string& topic, PartitionId partition, Offset offset) {
  std::lock_guard lock(mutex_);
  FLOE_ASSIGN(PartitionState* const state, Find(topic, partition));
  FLOE_ASSERT(offset >= state->end);
  state->end = offset;
  return Status::Ok();
}

Status ScriptedLog::TruncateBefore(const std::string& topic, PartitionId partition, Offset offset) {
  std::lock_guard lock(mutex_);
  FLOE_ASSIGN(PartitionState* const state, Find(topic, partition));
  state->begin = std::clamp(offset, state->begin, state->end);
  while (!state->records.empty() && state->records.front()->offset < state->begin) {
    state->records.pop_front();
  }
  return Status::Ok();
}

Result<TopicInfo> ScriptedLog::CreateTopic(const std::string& name, int32_t partition_count,
                                           const TopicOptions& options) {
  FLOE_TRY(ValidateTopicName(name));
  FLOE_TRY(ValidateTopicOptions(partition_count, options));
  std::lock_guard lock(mutex_);
  const auto [place, is_new] = topics_.try_emplace(name);
  if (!is_new) return Error(ErrorCode::kAlreadyExists, "topic " + name + " is already there");
  Topic& topic = place->second;
  topic.info = {name, Uuid::Generate(random_), partition_count, options};
  topic.partitions.resize(static_cast<size_t>(partition_count));
  return topic.info;
}

Status ScriptedLog::DeleteTopic(const std::string& name) {
  std::vector<Waiter> waiters;
  {
    std::lock_guard lock(mutex_);
    const auto found = topics_.find(name);
    if (found == topics_.end()) return Error(ErrorCode::kNotFound, "there is no topic " + name);
    for (PartitionState& partition : found->second.partitions) {
      std::move(partition.waiters.begin(), partition.waiters.end(), std::back_inserter(waiters));
    }
    topics_.erase(found);
  }
  for (const Waiter& waiter : waiters) waiter.ready();
  return Status::Ok();
}

std::vector<TopicInfo> ScriptedLog::ListTopics() const {
  std::lock_guard lock(mutex_);
  std::vector<TopicInfo> infos;
  for (const auto& [name, topic] : topics_) infos.push_back(topic.info);
  return infos;
}

Result<TopicInfo> ScriptedLog::DescribeTopic(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  if (found == topics_.end()) return Error(ErrorCode::kNotFound, "there is no topic " + name);
  return found->second.info;
}

Result<Offset> ScriptedLog::AppendTo(const std::string& topic, PartitionId partition,
                                     std::span<const AppendRecord> records) {
  std::vector<Waiter> ready;
  Offset first;
  {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(PartitionState* const state, Find(topic, partition));
    if (script_) FLOE_TRY(script_(LogOperation::kAppend, topic, partition));
    first = state->end;
    for (const AppendRecord& record : records) {
      state->records.push_back(std::make_shared<StoredRecord>(record, state->end));
      state->end = state->end.Next();
    }
    std::erase_if(state->waiters, [&](Waiter& waiter) {
      if (state->end <= waiter.beyond) return false;
      ready.push_back(std::move(waiter));
      return true;
    });
  }
  for (const Waiter& waiter : ready) waiter.ready();
  return first;
}

Result<std::vector<RecordPosition>> ScriptedLog::Append(const std::string& topic,
                                                        std::span<const AppendRecord> records) {
  int32_t count = 0;
  PartitionId keyless;
  {
    std::lock_guard lock(mutex_);
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return Error(ErrorCode::kNotFound, "there is no topic " + topic);
    count = found->second.info.partition_count;
    keyless = PartitionId(
        static_cast<int32_t>(found->second.next_keyless++ % static_cast<uint32_t>(count)));
  }
  std::vector<RecordPosition> positions;
  positions.reserve(records.size());
  for (const AppendRecord& record : records) {
    const PartitionId partition = record.key ? PartitionOfKey(*record.key, count) : keyless;
    FLOE_ASSIGN(const Offset offset, AppendTo(topic, partition, {&record, 1}));
    positions.push_back({partition, offset});
  }
  return positions;
}

void ScriptedLog::AppendAsync(const std::string& topic, PartitionId partition,
                              std::span<const AppendRecord> records,
                              std::function<void(Result<Offset>)> done) {
  done(AppendTo(topic, partition, records));
}

Result<LogSlice> ScriptedLog::Read(const std::string& topic, PartitionId partition, Offset offset,
                                   int64_t max_bytes) {
  std::lock_guard lock(mutex_);
  FLOE_ASSIGN(PartitionState* const state, Find(topic, partition));
  if (script_) FLOE_TRY(script_(LogOperation::kRead, topic, partition));
  if (offset < state->begin || offset > state->end) {
    return Error(ErrorCode::kOffsetOutOfRange, "offset " + std::to_string(offset.value()) + " of " +
                                                   topic + "-" + std::to_string(partition.value()) +
                                                   " is not there; offsets " +
                                                   std::to_string(state->begin.value()) + " to " +
                                                   std::to_string(state->end.value()) + " are");
  }
  auto at =
      std::lower_bound(state->records.begin(), state->records.end(), offset,
                       [](const auto& record, Offset wanted) { return record->offset < wanted; });
  LogSlice slice;
  auto memory = std::make_shared<std::vector<std::shared_ptr<const StoredRecord>>>();
  int64_t used = 0;
  for (; at != state->records.end() && (used < max_bytes || slice.records.empty()); ++at) {
    memory->push_back(*at);
    slice.records.push_back((*at)->View());
    used += (*at)->size_bytes();
  }
  slice.next_offset = at == state->records.end() ? state->end : slice.records.back().offset.Next();
  slice.memory = std::move(memory);
  return slice;
}

Result<OffsetRange> ScriptedLog::Offsets(const std::string& topic, PartitionId partition) const {
  std::lock_guard lock(mutex_);
  FLOE_ASSIGN(const PartitionState* const state, Find(topic, partition));
  return OffsetRange{state->begin, state->end};
}

Result<std::optional<OffsetAndTimestamp>> ScriptedLog::FindTimestamp(const std::string& topic,
                                                                     PartitionId partition,
                                                                     int64_t timestamp_ms) {
  std::lock_guard lock(mutex_);
  FLOE_ASSIGN(const PartitionState* const state, Find(topic, partition));
  for (const auto& record : state->records) {
    if (record->timestamp_ms >= timestamp_ms) {
      return std::optional(OffsetAndTimestamp{record->offset, record->timestamp_ms});
    }
  }
  return std::optional<OffsetAndTimestamp>();
}

void ScriptedLog::NotifyWhenBeyond(const std::string& topic, PartitionId partition, Offset offset,
                                   std::function<void()> ready) {
  {
    std::lock_guard lock(mutex_);
    const Result<PartitionState*> state = Find(topic, partition);
    if (state.ok() && (*state)->end <= offset) {
      (*state)->waiters.push_back({offset, std::move(ready)});
      return;
    }
  }
  ready();
}

}  // namespace floe::log
