#include "catalog/sqlite_database.h"

#include <sqlite3.h>

#include <utility>

#include "base/limits.h"

namespace floe::catalog {
namespace {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

}  // namespace

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(handle));
  if (code != SQLITE_OK) {
    return Error(ErrorCode::kIo, "the catalog file " + path + " can't be opened: " +
                                     (handle != nullptr ? sqlite3_errmsg(handle) : "no memory"));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, limits::kCatalogLockWaitMs);
  FLOE_TRY(database->Query("PRAGMA journal_mode=WAL", {}));
  FLOE_TRY(database->Query("PRAGMA synchronous=FULL", {}));
  return database;
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close_v2(handle_); }

Error SqliteDatabase::Failure(int code, std::string_view sql) const {
  ErrorCode kind = ErrorCode::kInternal;
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      kind = ErrorCode::kUnavailable;
      break;
    case SQLITE_CONSTRAINT:
      kind = ErrorCode::kAlreadyExists;
      break;
    case SQLITE_FULL:
      kind = ErrorCode::kDiskFull;
      break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      kind = ErrorCode::kIo;
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      kind = ErrorCode::kPermissionDenied;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      kind = ErrorCode::kCorruption;
      break;
    case SQLITE_NOMEM:
      kind = ErrorCode::kMemoryLimit;
      break;
    default:
      break;
  }
  return Error(kind, "the catalog's database failed: " + std::string(sqlite3_errmsg(handle_)) +
                         " (" + std::string(sql.substr(0, sql.find(' '))) + ")");
}

Result<std::vector<SqliteDatabase::Row>> SqliteDatabase::Query(
    std::string_view sql, const std::vector<std::string>& values) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  StatementPtr statement(raw);
  if (code != SQLITE_OK) return Failure(code, sql);
  for (size_t i = 0; i < values.size(); ++i) {
    code = sqlite3_bind_text(raw, static_cast<int>(i + 1), values[i].data(),
                             static_cast<int>(values[i].size()), SQLITE_STATIC);
    if (code != SQLITE_OK) return Failure(code, sql);
  }
  std::vector<Row> rows;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    Row row;
    for (int column = 0; column < sqlite3_column_count(raw); ++column) {
      const unsigned char* text = sqlite3_column_text(raw, column);
      auto length = static_cast<size_t>(sqlite3_column_bytes(raw, column));
      row.emplace_back(reinterpret_cast<const char*>(text), text == nullptr ? 0 : length);
    }
    rows.push_back(std::move(row));
  }
  if (code != SQLITE_DONE) return Failure(code, sql);
  return rows;
}

Result<int> SqliteDatabase::Execute(std::string_view sql, const std::vector<std::string>& values) {
  FLOE_TRY(Query(sql, values));
  return sqlite3_changes(handle_);
}

Status SqliteDatabase::Begin() { return Query("BEGIN IMMEDIATE", {}).status(); }

Status SqliteDatabase::Commit() {
  auto committed = Query("COMMIT", {});
  if (committed.ok()) return Status::Ok();
  ErrorCode code = committed.error().code();
  // Without a lock nothing was written; an IO error can come after the log was.
  bool certain = code == ErrorCode::kUnavailable || code == ErrorCode::kDiskFull;
  Error error = std::move(committed).error();
  Rollback();
  if (certain) return error;
  return Status(ErrorCode::kCommitUnknown, error.message());
}

void SqliteDatabase::Rollback() {
  // Fails when SQLite has rolled back by itself.
  if (sqlite3_get_autocommit(handle_) == 0) (void)Query("ROLLBACK", {}).ok();
}

}  // namespace floe::catalog
