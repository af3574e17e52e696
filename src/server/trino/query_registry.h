// The queries that can be asked for: those that run, and the last that have ended.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "server/trino/query.h"

namespace floe::server {

// Thread-safe. Bounded: ended queries by limits::kMaxEndedQueries and, with what they keep,
// kMaxEndedResultBytes; the others by who runs them.
class QueryRegistry {
 public:
  // The clock outlives the registry.
  QueryRegistry(const Clock& clock, Random random);

  // A new query under an id of Trino's form, 20221128_060757_00009_78mfj: when it came (UTC), the
  // how many-th it is, and which process this is. `make_wake` gives its set_wake.
  std::shared_ptr<Query> Create(
      QueryRequest request,
      const std::function<std::function<void()>(const std::shared_ptr<Query>&)>& make_wake);
  // Null if there is none, or it is forgotten.
  std::shared_ptr<Query> Find(const std::string& id) const;
  // The oldest first.
  std::vector<std::shared_ptr<Query>> List() const;
  // Cancels what no client waits for any more, and forgets the oldest.
  void Sweep();

 private:
  std::string NextId();
  void Retire();

  const Clock& clock_;
  mutable std::mutex mutex_;  // guards what follows
  Random random_;
  std::string process_;
  uint64_t count_ = 0;
  std::list<std::shared_ptr<Query>> queries_;
};

}  // namespace floe::server
