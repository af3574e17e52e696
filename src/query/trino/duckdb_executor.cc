// DuckDB inside this process.
#include <duckdb.h>

#include <mutex>
#include <utility>

#include "query/trino/duckdb_functions.h"
#include "query/trino/error_names.h"
#include "query/trino/executor.h"
#include "query/trino/value_json.h"

namespace floe::query::trino {
namespace {

// DuckDB's own errors, by class. What only our writer can have caused is internal.
Error Translate(duckdb_error_type type, const char* text) {
  const std::string message = text == nullptr ? "the query failed" : text;
  if (auto raised = DecodeRaised(message)) return *std::move(raised);
  switch (type) {
    case DUCKDB_ERROR_OUT_OF_RANGE:
      if (message.find("DECIMAL") != std::string::npos) {
        return Error(ErrorCode::kNumericOutOfRange, "Decimal overflow");
      }
      return Error(ErrorCode::kNumericOutOfRange, message);
    case DUCKDB_ERROR_CONVERSION:
      if (message.find("out of range") != std::string::npos) {
        return Error(ErrorCode::kNumericOutOfRange, message);
      }
      return Error(ErrorCode::kInvalidCast, message);
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
      return Error(ErrorCode::kDivisionByZero, "Division by zero");
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return Error(ErrorCode::kMemoryLimit, "the query needs more memory than it may have");
    case DUCKDB_ERROR_INTERRUPT:
      return Error(ErrorCode::kCancelled, "Query was canceled");
    case DUCKDB_ERROR_IO:
      return Error(ErrorCode::kIo, message);
    case DUCKDB_ERROR_INVALID_INPUT:
      if (message.find("More than one row returned by a subquery") != std::string::npos) {
        return Error(ErrorCode::kSubqueryMultipleRows,
                     "Scalar sub-query has returned multiple rows");
      }
      return Error(ErrorCode::kInvalidArgument, message);
    default:
      return Error(ErrorCode::kInternal, message);
  }
}

class DuckDbCursor final : public ResultCursor {
 public:
  DuckDbCursor(std::vector<OutputColumn> columns, bool parametric_datetime)
      : columns_(std::move(columns)), writer_(parametric_datetime) {}
  ~DuckDbCursor() override {
    duckdb_destroy_result(&result_);
    if (connection_ != nullptr) duckdb_disconnect(&connection_);
  }
  DuckDbCursor(const DuckDbCursor&) = delete;
  DuckDbCursor& operator=(const DuckDbCursor&) = delete;

  Status Run(duckdb_database database, const std::string& sql) {
    if (duckdb_connect(database, &connection_) != DuckDBSuccess) {
      return Status(ErrorCode::kInternal, "DuckDB gives no connection");
    }
    if (duckdb_query(connection_, sql.c_str(), &result_) == DuckDBSuccess) return Status::Ok();
    return Translate(duckdb_result_error_type(&result_), duckdb_result_error(&result_));
  }

  Result<std::vector<std::string>> NextPage(size_t max_bytes) override {
    std::vector<std::string> rows;
    size_t bytes = 0;
    while (bytes < max_bytes) {
      duckdb_data_chunk chunk = duckdb_fetch_chunk(result_);
      if (chunk == nullptr) break;
      for (idx_t r = 0; r < duckdb_data_chunk_get_size(chunk); ++r) {
        std::string row = "[";
        for (size_t c = 0; c < columns_.size(); ++c) {
          if (c > 0) row += ',';
          writer_.Append(duckdb_data_chunk_get_vector(chunk, c), columns_[c].type,
                         columns_[c].zone.value_or("UTC"), r, row);
        }
        row += ']';
        bytes += row.size();
        rows.push_back(std::move(row));
      }
      duckdb_destroy_data_chunk(&chunk);
    }
    return rows;
  }

 private:
  std::vector<OutputColumn> columns_;
  ValueWriter writer_;
  duckdb_connection connection_ = nullptr;
  duckdb_result result_{};
};

class DuckDbExecutor final : public QueryExecutor {
 public:
  explicit DuckDbExecutor(DuckDbOptions options) : options_(std::move(options)) {}
  ~DuckDbExecutor() override {
    if (database_ != nullptr) duckdb_close(&database_);
  }
  DuckDbExecutor(const DuckDbExecutor&) = delete;
  DuckDbExecutor& operator=(const DuckDbExecutor&) = delete;

  Result<std::unique_ptr<ResultCursor>> Execute(const BoundQuery& query,
                                                bool parametric_datetime) override {
    {
      std::lock_guard lock(mutex_);
      if (database_ == nullptr) FLOE_TRY(Open());
    }
    auto cursor = std::make_unique<DuckDbCursor>(query.columns, parametric_datetime);
    FLOE_TRY(cursor->Run(database_, query.sql));
    return std::unique_ptr<ResultCursor>(std::move(cursor));
  }

 private:
  Status Open() {
    duckdb_config config = nullptr;
    duckdb_create_config(&config);
    const std::string memory = std::to_string(options_.memory_limit_bytes / 1024) + "KiB";
    duckdb_set_config(config, "memory_limit", memory.c_str());
    duckdb_set_config(config, "threads", std::to_string(options_.threads).c_str());
    duckdb_set_config(config, "autoinstall_known_extensions", "false");
    duckdb_set_config(config, "autoload_known_extensions", "false");
    duckdb_set_config(config, "temp_directory", options_.spill_directory.c_str());
    char* message = nullptr;
    const duckdb_state state = duckdb_open_ext(nullptr, &database_, config, &message);
    duckdb_destroy_config(&config);
    if (state != DuckDBSuccess) {
      Status status(ErrorCode::kInternal,
                    std::string("DuckDB can't be started: ") + (message ? message : ""));
      duckdb_free(message);
      database_ = nullptr;
      return status;
    }
    duckdb_connection connection = nullptr;
    duckdb_connect(database_, &connection);
    Status status = Prepare(connection);
    duckdb_disconnect(&connection);
    if (!status.ok()) duckdb_close(&database_);
    return status;
  }

  Status Prepare(duckdb_connection connection) {
    FLOE_TRY(RegisterFunctions(connection));
    FLOE_TRY(RunSetup(connection, "SET GLOBAL TimeZone = 'UTC'"));
    if (!options_.readable_directory.empty()) {
      std::string directory;
      for (char c : options_.readable_directory) directory += c == '\'' ? "''" : std::string(1, c);
      if (!directory.ends_with('/')) directory += '/';
      FLOE_TRY(RunSetup(connection, ("SET allowed_directories = ['" + directory + "']").c_str()));
    }
    FLOE_TRY(RunSetup(connection, "SET enable_external_access = false"));
    return RunSetup(connection, "SET lock_configuration = true");
  }

  DuckDbOptions options_;
  std::mutex mutex_;  // guards the opening
  duckdb_database database_ = nullptr;
};

}  // namespace

std::unique_ptr<QueryExecutor> MakeDuckDbExecutor(DuckDbOptions options) {
  return std::make_unique<DuckDbExecutor>(std::move(options));
}

}  // namespace floe::query::trino
