#include "server/trino/query_registry.h"

#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace floe::server {
namespace {

// Sequence numbers have five digits.
constexpr uint64_t kIdsPerRound = 100'000;
constexpr int kSlugDigits = 40;

}  // namespace

QueryRegistry::QueryRegistry(const Clock& clock, Random random) : clock_(clock), random_(random) {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  for (int i = 0; i < 5; ++i) process_ += kLetters[random_.Uniform(kLetters.size())];
}

// REQUIRES: mutex_ held.
std::string QueryRegistry::NextId() {
  std::string digits;
  for (const char c : FormatRfc3339(clock_.WallMillis())) {
    if (c >= '0' && c <= '9') digits += c;
    if (c == 'T') digits += '_';
  }
  digits.resize(15);  // without the milliseconds
  std::string number = std::to_string(count_++ % kIdsPerRound);
  number.insert(0, 5 - number.size(), '0');
  return digits + "_" + number + "_" + process_;
}

std::shared_ptr<Query> QueryRegistry::Create(
    QueryRequest request,
    const std::function<std::function<void()>(const std::shared_ptr<Query>&)>& make_wake) {
  Retire();
  std::lock_guard lock(mutex_);
  std::string slug = "y";
  for (int i = 0; i < kSlugDigits; ++i) slug += "0123456789abcdef"[random_.Uniform(16)];
  auto query = std::make_shared<Query>(NextId(), std::move(slug), std::move(request), clock_);
  query->set_wake(make_wake(query));
  queries_.push_back(query);
  return query;
}

std::shared_ptr<Query> QueryRegistry::Find(const std::string& id) const {
  std::lock_guard lock(mutex_);
  for (const auto& query : queries_) {
    if (query->id() == id) return query;
  }
  return nullptr;
}

std::vector<std::shared_ptr<Query>> QueryRegistry::List() const {
  std::lock_guard lock(mutex_);
  return {queries_.begin(), queries_.end()};
}

void QueryRegistry::Sweep() {
  for (const auto& query : List()) query->EndIfAbandoned(limits::kQueryClientTimeout);
  Retire();
}

void QueryRegistry::Retire() {
  std::vector<std::shared_ptr<Query>> ended;
  size_t bytes = 0;
  for (auto& query : List()) {
    if (!query->has_ended()) continue;
    bytes += query->retained_bytes();
    ended.push_back(std::move(query));
  }
  // Those whose client has everything go first; the others only if that is not enough.
  for (const bool delivered : {true, false}) {
    for (const auto& query : ended) {
      if (bytes <= limits::kMaxEndedResultBytes) break;
      if (query->is_delivered() != delivered) continue;
      bytes -= query->retained_bytes();
      query->DropResult(limits::kMaxEndedQueryTextBytes);
    }
  }
  std::lock_guard lock(mutex_);
  size_t excess = ended.size() - std::min(ended.size(), limits::kMaxEndedQueries);
  for (const bool delivered : {true, false}) {
    for (const auto& query : ended) {
      if (excess == 0) return;
      if (query->is_delivered() != delivered) continue;
      queries_.remove(query);
      --excess;
    }
  }
}

}  // namespace floe::server
