#include "server/trino/query_dispatcher.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "server/trino/protocol_headers.h"

namespace floe::server {

std::string ColumnsJson(const std::vector<query::trino::OutputColumn>& columns, bool parametric) {
  std::string out = "[";
  for (const query::trino::OutputColumn& column : columns) {
    if (out.size() > 1) out += ',';
    out += "{\"name\":";
    AppendJsonString(column.name.value_or(""), &out);
    out += ",\"type\":";
    AppendJsonString(column.type.DisplayName(parametric), &out);
    out += ",\"typeSignature\":" + column.type.SignatureJson(parametric) + "}";
  }
  return out + "]";
}

QueryDispatcher::QueryDispatcher(RunStatement run, std::function<std::string()> new_transaction_id,
                                 Executor& executor)
    : run_(std::move(run)),
      new_transaction_id_(std::move(new_transaction_id)),
      executor_(executor) {}

void QueryDispatcher::Submit(const std::shared_ptr<Query>& query) {
  bool is_full = false;
  {
    std::lock_guard lock(mutex_);
    if (!is_stopping_) {
      queued_.push_back(query);
      Admit();
      is_full = queued_.size() > limits::kMaxQueuedQueries;
      if (is_full) queued_.pop_back();
      if (!is_full) return;
    }
  }
  query->Fail(is_full ? Error(ErrorCode::kQueueFull, "Too many queued queries for \"global\"")
                      : Error(ErrorCode::kShuttingDown, "Server is shutting down"));
}

void QueryDispatcher::Wake(const Query* query) {
  std::lock_guard lock(mutex_);
  const auto found = running_.find(query);
  if (found != running_.end()) return Schedule(found->second);
  Admit();  // it may have ended in the queue
}

void QueryDispatcher::Admit() {
  std::erase_if(queued_, [](const auto& query) { return query->has_ended(); });
  while (!queued_.empty() && running_.size() < limits::kMaxRunningQueries) {
    auto execution = std::make_shared<Execution>();
    execution->query = std::move(queued_.front());
    queued_.pop_front();
    running_[execution->query.get()] = execution;
    Schedule(execution);
  }
}

void QueryDispatcher::Schedule(const std::shared_ptr<Execution>& execution) {
  if (execution->is_busy) {
    execution->is_wanted = true;
    return;
  }
  execution->is_busy = true;
  executor_.Submit([self = shared_from_this(), execution] { self->Step(execution); });
}

void QueryDispatcher::Step(const std::shared_ptr<Execution>& execution) {
  const bool is_done = Advance(*execution);
  if (is_done) execution->cursor = nullptr;
  std::lock_guard lock(mutex_);
  execution->is_busy = false;
  if (is_done) {
    running_.erase(execution->query.get());
    return Admit();
  }
  if (std::exchange(execution->is_wanted, false)) Schedule(execution);
}

bool QueryDispatcher::Advance(Execution& execution) {
  Query& query = *execution.query;
  if (!execution.has_begun) {
    execution.has_begun = true;
    if (!Start(execution)) return true;
  }
  while (query.WantsRows()) {
    auto rows = execution.cursor->NextPage(limits::kQueryChunkBytes);
    if (!rows.ok()) {
      query.Fail(std::move(rows).error());
      return true;
    }
    const bool is_last = execution.cursor->at_end();
    // Its connection is free before its client knows of the end.
    if (is_last) execution.cursor = nullptr;
    query.AddRows(*std::move(rows), is_last);
  }
  return query.has_ended();
}

bool QueryDispatcher::Start(Execution& execution) {
  Query& query = *execution.query;
  const std::optional<std::string> text = query.Begin();
  if (!text) return false;
  auto answer = run_(*text, query.session());
  if (!answer.ok()) {
    query.Fail(std::move(answer).error());
    return false;
  }
  execution.cursor = std::move(answer->cursor);
  QueryOutline outline;
  outline.columns = ColumnsJson(answer->columns, query.session().parametric_datetime);
  outline.headers = AnswerHeaders(*answer, new_transaction_id_);
  outline.update_type = std::move(answer->update_type);
  query.SetOutline(std::move(outline));
  if (execution.cursor != nullptr) return true;
  query.AddRows({}, true);
  return false;
}

void QueryDispatcher::MakeRoom() {
  std::vector<std::shared_ptr<Query>> holders;
  {
    std::lock_guard lock(mutex_);
    if (queued_.empty()) return;
    for (const auto& [key, execution] : running_) holders.push_back(execution->query);
  }
  for (const auto& query : holders) query->EndIfAbandoned(limits::kStalledClientTimeout);
}

void QueryDispatcher::Stop() {
  std::vector<std::shared_ptr<Query>> all;
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
    all.assign(queued_.begin(), queued_.end());
    for (const auto& [key, execution] : running_) all.push_back(execution->query);
  }
  for (const auto& query : all) query->Cancel();
}

}  // namespace floe::server
