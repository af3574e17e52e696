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

// The same where DuckDB gives only the text, which begins with the class.
Error TranslateText(const char* text) {
  struct Prefix {
    std::string_view text;
    duckdb_error_type type;
  };
  static constexpr Prefix kPrefixes[] = {
      {"Out of Range Error", DUCKDB_ERROR_OUT_OF_RANGE},
      {"Conversion Error", DUCKDB_ERROR_CONVERSION},
      {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
      {"INTERRUPT", DUCKDB_ERROR_INTERRUPT},
      {"IO Error", DUCKDB_ERROR_IO},
      {"Invalid Input Error", DUCKDB_ERROR_INVALID_INPUT},
  };
  const std::string_view found = text == nullptr ? "" : text;
  for (const Prefix& prefix : kPrefixes) {
    if (found.starts_with(prefix.text)) return Translate(prefix.type, text);
  }
  return Translate(DUCKDB_ERROR_INVALID, text);
}

Error Cancelled() { return Error(ErrorCode::kCancelled, "Query was canceled"); }

// A query under way on a connection of its own: rows are made as they are taken.
class DuckDbCursor final : public ResultCursor {
 public:
  DuckDbCursor(std::vector<OutputColumn> columns, bool parametric_datetime,
               std::shared_ptr<Cancellation> cancellation)
      : columns_(std::move(columns)),
        writer_(parametric_datetime),
        cancellation_(std::move(cancellation)) {}
  ~DuckDbCursor() override {
    if (cancellation_ != nullptr) cancellation_->Detach();
    // Its threads may be at work on rows that nobody wants any more; disconnecting waits for them.
    if (connection_ != nullptr) duckdb_interrupt(connection_);
    if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
    duckdb_destroy_result(&result_);
    duckdb_destroy_pending(&pending_);
    duckdb_destroy_prepare(&prepared_);
    if (connection_ != nullptr) duckdb_disconnect(&connection_);
  }
  DuckDbCursor(const DuckDbCursor&) = delete;
  DuckDbCursor& operator=(const DuckDbCursor&) = delete;

  Status Run(duckdb_database database, const std::string& sql) {
    if (duckdb_connect(database, &connection_) != DuckDBSuccess) {
      return Status(ErrorCode::kInternal, "DuckDB gives no connection");
    }
    if (cancellation_ != nullptr) {
      cancellation_->Attach([connection = connection_] { duckdb_interrupt(connection); });
    }
    if (duckdb_prepare(connection_, sql.c_str(), &prepared_) != DuckDBSuccess) {
      // A constant part of the query that fails is found here already.
      return TranslateText(duckdb_prepare_error(prepared_));
    }
    if (duckdb_pending_prepared_streaming(prepared_, &pending_) != DuckDBSuccess) {
      return TranslateText(duckdb_pending_error(pending_));
    }
    // DuckDB forgets an interrupt that came before this point; from here on it is kept.
    if (is_cancelled()) return Cancelled();
    if (duckdb_execute_pending(pending_, &result_) != DuckDBSuccess) {
      return Translate(duckdb_result_error_type(&result_), duckdb_result_error(&result_));
    }
    return Fetch();
  }

  Result<std::vector<std::string>> NextPage(size_t max_bytes) override {
    std::vector<std::string> rows;
    size_t bytes = 0;
    while (bytes < max_bytes && chunk_ != nullptr) {
      for (idx_t r = 0; r < duckdb_data_chunk_get_size(chunk_); ++r) {
        rows.push_back(Row(r));
        bytes += rows.back().size();
      }
      FLOE_TRY(Fetch());
    }
    return rows;
  }

  bool at_end() const override { return chunk_ == nullptr; }

 private:
  bool is_cancelled() const { return cancellation_ != nullptr && cancellation_->requested(); }

  // The next chunk, or none at the end.
  Status Fetch() {
    if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
    chunk_ = nullptr;
    if (is_cancelled()) return Cancelled();
    chunk_ = duckdb_fetch_chunk(result_);
    if (chunk_ != nullptr) return Status::Ok();
    const char* message = duckdb_result_error(&result_);
    if (message == nullptr || *message == '\0') return Status::Ok();
    return Translate(duckdb_result_error_type(&result_), message);
  }

  std::string Row(idx_t row) {
    std::string out = "[";
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (c > 0) out += ',';
      writer_.Append(duckdb_data_chunk_get_vector(chunk_, c), columns_[c].type,
                     columns_[c].zone.value_or("UTC"), row, out);
    }
    out += ']';
    return out;
  }

  std::vector<OutputColumn> columns_;
  ValueWriter writer_;
  const std::shared_ptr<Cancellation> cancellation_;
  duckdb_connection connection_ = nullptr;
  duckdb_prepared_statement prepared_ = nullptr;
  duckdb_pending_result pending_ = nullptr;
  duckdb_result result_{};
  duckdb_data_chunk chunk_ = nullptr;  // the next that is given
};

class DuckDbExecutor final : public QueryExecutor {
 public:
  explicit DuckDbExecutor(DuckDbOptions options) : options_(std::move(options)) {}
  ~DuckDbExecutor() override {
    if (database_ != nullptr) duckdb_close(&database_);
  }
  DuckDbExecutor(const DuckDbExecutor&) = delete;
  DuckDbExecutor& operator=(const DuckDbExecutor&) = delete;

  Result<std::unique_ptr<ResultCursor>> Execute(
      const BoundQuery& query, bool parametric_datetime,
      std::shared_ptr<Cancellation> cancellation) override {
    {
      std::lock_guard lock(mutex_);
      if (database_ == nullptr) FLOE_TRY(Open());
    }
    auto cursor =
        std::make_unique<DuckDbCursor>(query.columns, parametric_datetime, std::move(cancellation));
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
