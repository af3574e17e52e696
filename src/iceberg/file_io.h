// Files of tables, named by URI, read and written as wholes. The blocking face of the object store
// for code that runs as a task: while a call waits, the executor's other work goes on (Await).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "base/result.h"
#include "storage/object_store.h"

namespace floe::iceberg {

// A write that was started. Used by one thread.
class PendingWrite {
 public:
  PendingWrite() = default;
  bool done() const;
  // Waits until the file is durable, or says why it is not. REQUIRES: made by FileIo::StartWrite.
  Status Wait();

 private:
  friend class FileIo;
  struct State;
  std::shared_ptr<State> state_;
};

// Thread-safe. Both references outlive it. Because Await can run other tasks on top of the caller,
// a caller must not wait for something that only a task below it on the same stack can bring about.
class FileIo {
 public:
  FileIo(storage::ObjectStore& store, Executor& executor) : store_(store), executor_(executor) {}

  Result<std::string> Read(const std::string& uri) const;
  // Durable on return. kAlreadyExists: names are never reused.
  Status Write(const std::string& uri, std::string bytes) const;
  // The same, without waiting.
  PendingWrite StartWrite(const std::string& uri, std::string bytes) const;
  // Fine if it is not there.
  Status Remove(const std::string& uri) const;

  storage::ObjectStore& store() const { return store_; }
  Executor& executor() const { return executor_; }

 private:
  storage::ObjectStore& store_;
  Executor& executor_;
};

}  // namespace floe::iceberg
