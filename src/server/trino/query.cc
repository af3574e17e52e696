#include "server/trino/query.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace floe::server {
namespace {

// Rows wait joined in blocks: a string a row costs more than most rows.
constexpr size_t kRowBlockBytes = size_t{16} << 10;

}  // namespace

const char* QueryStateName(QueryState state) {
  switch (state) {
    case QueryState::kQueued:
      return "QUEUED";
    case QueryState::kPlanning:
      return "PLANNING";
    case QueryState::kRunning:
      return "RUNNING";
    case QueryState::kFinished:
      return "FINISHED";
    case QueryState::kFailed:
      return "FAILED";
  }
  return "";
}

Query::Query(std::string id, std::string slug, QueryRequest request, const Clock& clock)
    : id_(std::move(id)),
      slug_(std::move(slug)),
      session_(std::move(request.session)),
      clock_(clock),
      created_wall_ms_(clock.WallMillis()),
      created_(clock.Monotonic()),
      text_(std::move(request.text)),
      last_contact_(created_) {
  session_.cancellation = std::make_shared<query::trino::Cancellation>();
}

void Query::Run(Calls calls) {
  if (calls.interrupt) session_.cancellation->Request();
  for (const PageDone& done : calls.pages) done(calls.page);
  if (calls.wake && wake_) wake_();
}

std::optional<std::string> Query::Begin() {
  std::lock_guard lock(mutex_);
  if (state_ != QueryState::kQueued) return std::nullopt;
  state_ = QueryState::kPlanning;
  begun_ = clock_.Monotonic();
  return text_;
}

void Query::SetOutline(QueryOutline outline) {
  std::lock_guard lock(mutex_);
  if (HasEnded(state_)) return;
  state_ = QueryState::kRunning;
  planned_ = clock_.Monotonic();
  columns_ = std::make_shared<const std::string>(std::move(outline.columns));
  update_type_ = std::move(outline.update_type);
  headers_ = std::make_shared<const HeaderList>(std::move(outline.headers));
}

size_t Query::RoomLimit() const { return std::max(limits::kMaxQueryResultBytes, target_bytes_); }

bool Query::WantsRows() const {
  std::lock_guard lock(mutex_);
  return state_ == QueryState::kRunning && row_bytes_ < RoomLimit();
}

void Query::AppendRow(const std::string& row) {
  produced_bytes_ += static_cast<int64_t>(row.size());
  if (rows_.empty() || rows_.back().size() >= kRowBlockBytes) {
    const bool is_large = !rows_.empty();
    rows_.emplace_back();
    if (is_large) rows_.back().reserve(kRowBlockBytes + 2 * row.size());
  } else {
    rows_.back() += ',';
    ++row_bytes_;
  }
  rows_.back() += row;
  row_bytes_ += row.size();
}

void Query::AddRows(std::vector<std::string> rows, bool is_last) {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (HasEnded(state_)) return;
    for (const std::string& row : rows) AppendRow(row);
    produced_rows_ += static_cast<int64_t>(rows.size());
    if (is_last) EndLocked(QueryState::kFinished, std::nullopt, calls);
    is_paused_ = row_bytes_ >= RoomLimit();
    if (!waiting_.empty() && IsPageReady()) MakePage(calls);
  }
  Run(std::move(calls));
}

void Query::Fail(Error error) {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (HasEnded(state_)) return;
    EndLocked(QueryState::kFailed, std::move(error), calls);
  }
  Run(std::move(calls));
}

void Query::EndLocked(QueryState state, std::optional<Error> error, Calls& calls) {
  state_ = state;
  error_ = std::move(error);
  ended_ = clock_.Monotonic();
  ended_wall_ms_ = clock_.WallMillis();
  if (state == QueryState::kFailed) {
    rows_.clear();
    row_bytes_ = 0;
  }
  calls.wake = true;
  if (!waiting_.empty()) MakePage(calls);
}

QueryPage Query::Announcement() const {
  std::lock_guard lock(mutex_);
  QueryPage page;
  page.query_id = id_;
  page.slug = slug_;
  page.has_next = true;
  page.state = QueryState::kQueued;
  return page;
}

Query::FetchOutcome Query::Fetch(int64_t token, size_t target_bytes, PageDone done) {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    last_contact_ = clock_.Monotonic();
    if (token == last_token_ && last_page_ != nullptr) {
      calls.page = last_page_;
      calls.pages.push_back(std::move(done));
    } else if (token <= last_token_) {
      return FetchOutcome::kGone;
    } else if (token != last_token_ + 1 || !has_next_) {
      return FetchOutcome::kNotFound;
    } else {
      const bool had_room = row_bytes_ < RoomLimit();
      waiting_.push_back(std::move(done));
      target_bytes_ = std::min(target_bytes, limits::kMaxQueryPageBytes);
      if (IsPageReady()) MakePage(calls);
      calls.wake |= !had_room && is_paused_;
    }
  }
  Run(std::move(calls));
  return FetchOutcome::kTaken;
}

bool Query::IsPageReady() const {
  return HasEnded(state_) || row_bytes_ >= target_bytes_ || row_bytes_ >= RoomLimit();
}

void Query::MakePage(Calls& calls) {
  auto page = std::make_shared<QueryPage>();
  page->query_id = id_;
  page->slug = slug_;
  page->token = ++last_token_;
  while (!rows_.empty() && (page->rows.empty() || page->rows.size() < target_bytes_)) {
    row_bytes_ -= rows_.front().size();
    if (page->rows.empty()) {
      page->rows = std::move(rows_.front());
    } else {
      page->rows.append(1, ',').append(rows_.front());
    }
    rows_.pop_front();
  }
  has_next_ = !HasEnded(state_) || !rows_.empty();
  page->has_next = has_next_;
  page->state = state_;
  page->stats = StatsLocked();
  page->columns = columns_;
  page->error = error_;
  page->update_type = update_type_;
  page->headers = headers_;
  last_page_ = page;
  last_contact_ = clock_.Monotonic();
  target_bytes_ = 0;
  if (is_paused_ && row_bytes_ < RoomLimit()) {
    is_paused_ = false;
    calls.wake = true;
  }
  calls.page = std::move(page);
  calls.pages = std::exchange(waiting_, {});
}

bool Query::is_waited_for(int64_t token) const {
  std::lock_guard lock(mutex_);
  return !waiting_.empty() && token == last_token_ + 1;
}

void Query::TimeOut(int64_t token) {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty() || token != last_token_ + 1) return;
    MakePage(calls);
  }
  Run(std::move(calls));
}

void Query::Cancel() {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (HasEnded(state_)) return;
    calls.interrupt = true;
    EndLocked(QueryState::kFailed, Error(ErrorCode::kCancelled, "Query was canceled"), calls);
  }
  Run(std::move(calls));
}

void Query::StopEarly() {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (HasEnded(state_)) return;
    calls.interrupt = true;
    // Without columns there is no answer that could end early.
    if (state_ == QueryState::kRunning) {
      EndLocked(QueryState::kFinished, std::nullopt, calls);
    } else {
      EndLocked(QueryState::kFailed, Error(ErrorCode::kCancelled, "Query was canceled"), calls);
    }
  }
  Run(std::move(calls));
}

void Query::Touch() {
  std::lock_guard lock(mutex_);
  last_contact_ = clock_.Monotonic();
}

void Query::EndIfAbandoned(std::chrono::nanoseconds timeout) {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (!has_next_ || !waiting_.empty()) return;
    const auto silent = clock_.Monotonic() - last_contact_;
    if (silent <= timeout || state_ == QueryState::kFailed) return;
    calls.interrupt = true;
    const int64_t now = clock_.WallMillis();
    const auto silent_ms = std::chrono::duration_cast<std::chrono::milliseconds>(silent).count();
    EndLocked(QueryState::kFailed,
              Error(ErrorCode::kQueryAbandoned,
                    "Query " + id_ +
                        " was abandoned by the client, as it may have exited or stopped checking "
                        "for query results. Query results have not been accessed since " +
                        FormatRfc3339(now - silent_ms) + ": currentTime " + FormatRfc3339(now)),
              calls);
  }
  Run(std::move(calls));
}

bool Query::has_ended() const {
  std::lock_guard lock(mutex_);
  return HasEnded(state_);
}

bool Query::is_delivered() const {
  std::lock_guard lock(mutex_);
  return !has_next_;
}

size_t Query::retained_bytes() const {
  std::lock_guard lock(mutex_);
  return row_bytes_ + (last_page_ != nullptr ? last_page_->rows.size() : 0);
}

void Query::DropResult(size_t text_bytes) {
  Calls calls;
  {
    std::lock_guard lock(mutex_);
    if (has_next_ && state_ != QueryState::kFailed) {
      calls.interrupt = true;
      EndLocked(QueryState::kFailed,
                Error(ErrorCode::kLimitExceeded,
                      "Query " + id_ + " had to make room: its rows were not fetched"),
                calls);
    }
    last_page_ = nullptr;
    if (text_.size() > text_bytes) text_.resize(text_bytes);
  }
  Run(std::move(calls));
}

QueryStats Query::StatsLocked() const {
  const auto millis = [](std::chrono::nanoseconds span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
  };
  const std::chrono::nanoseconds none{0};
  const auto now = ended_ != none ? ended_ : clock_.Monotonic();
  QueryStats stats;
  stats.elapsed_ms = millis(now - created_);
  stats.queued_ms = millis((begun_ != none ? begun_ : now) - created_);
  if (begun_ != none) stats.planning_ms = millis((planned_ != none ? planned_ : now) - begun_);
  stats.row_count = produced_rows_;
  stats.size_bytes = produced_bytes_;
  return stats;
}

QuerySummary Query::Summary() const {
  std::lock_guard lock(mutex_);
  QuerySummary summary;
  summary.query_id = id_;
  summary.state = state_;
  summary.stats = StatsLocked();
  summary.text = text_.substr(0, limits::kMaxEndedQueryTextBytes);
  summary.user = session_.user;
  summary.source = session_.source;
  summary.catalog = session_.catalog;
  summary.schema = session_.schema;
  summary.time_zone = session_.time_zone;
  summary.update_type = update_type_;
  summary.error = error_;
  summary.created_wall_ms = created_wall_ms_;
  summary.ended_wall_ms = ended_wall_ms_;
  return summary;
}

}  // namespace floe::server
