// SQLite behind Result: the one place in catalog/ that knows its C API and error codes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;

namespace floe::catalog {

// A connection. Not thread-safe: its owner serialises the calls.
class SqliteDatabase {
 public:
  // Creates the file when it is missing. Commits are durable (write-ahead log, synced).
  static Result<std::unique_ptr<SqliteDatabase>> Open(const std::string& path);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  using Row = std::vector<std::string>;  // NULL reads as ""
  // Runs one statement with its '?' bound to `values`.
  Result<std::vector<Row>> Query(std::string_view sql, const std::vector<std::string>& values);
  // The same; returns how many rows it changed. kAlreadyExists for a primary key that is there.
  Result<int> Execute(std::string_view sql, const std::vector<std::string>& values);

  // Takes the write lock: other writers wait for a few seconds, then get kUnavailable.
  Status Begin();
  // kCommitUnknown when it can't be told whether it took place.
  Status Commit();
  void Rollback();

 private:
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  Error Failure(int code, std::string_view sql) const;

  sqlite3* handle_;
};

}  // namespace floe::catalog
