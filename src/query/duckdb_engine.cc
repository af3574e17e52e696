#include "query/duckdb_engine.h"

#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <duckdb.h>

#include <mutex>
#include <utility>

#include "base/assert.h"

namespace floe::query {
namespace {

ErrorCode CodeOf(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX:
      return ErrorCode::kSqlSyntax;
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_CATALOG:
      return ErrorCode::kSqlValidation;
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_MISMATCH_TYPE:
      return ErrorCode::kInvalidCast;
    case DUCKDB_ERROR_OUT_OF_RANGE:
      return ErrorCode::kNumericOutOfRange;
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
      return ErrorCode::kDivisionByZero;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return ErrorCode::kMemoryLimit;
    case DUCKDB_ERROR_INVALID_INPUT:
      return ErrorCode::kInvalidArgument;
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_HTTP:
      return ErrorCode::kIo;
    case DUCKDB_ERROR_PERMISSION:
      return ErrorCode::kPermissionDenied;
    case DUCKDB_ERROR_INTERRUPT:
      return ErrorCode::kCancelled;
    default:
      return ErrorCode::kInternal;
  }
}

class Connection {
 public:
  Connection() = default;
  ~Connection() {
    if (handle_ != nullptr) duckdb_disconnect(&handle_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  duckdb_connection get() const { return handle_; }
  Status Open(duckdb_database database) {
    if (duckdb_connect(database, &handle_) == DuckDBSuccess) return Status::Ok();
    return Status(ErrorCode::kInternal, "DuckDB gives no connection");
  }

 private:
  duckdb_connection handle_ = nullptr;
};

class QueryResult {
 public:
  QueryResult() = default;
  ~QueryResult() { duckdb_destroy_result(&result_); }
  QueryResult(const QueryResult&) = delete;
  QueryResult& operator=(const QueryResult&) = delete;
  duckdb_result* get() { return &result_; }

  Status Run(duckdb_connection connection, const std::string& sql) {
    if (duckdb_query(connection, sql.c_str(), &result_) == DuckDBSuccess) return Status::Ok();
    const char* message = duckdb_result_error(&result_);
    return Status(CodeOf(duckdb_result_error_type(&result_)),
                  message == nullptr ? "DuckDB failed" : message);
  }

 private:
  duckdb_result result_{};
};

struct TypeInfo {
  duckdb_type type;
  const char* name;
  bool is_bare;  // a number or boolean
};
constexpr TypeInfo kTypes[] = {
    {DUCKDB_TYPE_BOOLEAN, "BOOLEAN", true},
    {DUCKDB_TYPE_TINYINT, "TINYINT", true},
    {DUCKDB_TYPE_SMALLINT, "SMALLINT", true},
    {DUCKDB_TYPE_INTEGER, "INTEGER", true},
    {DUCKDB_TYPE_BIGINT, "BIGINT", true},
    {DUCKDB_TYPE_HUGEINT, "HUGEINT", true},
    {DUCKDB_TYPE_UTINYINT, "UTINYINT", true},
    {DUCKDB_TYPE_USMALLINT, "USMALLINT", true},
    {DUCKDB_TYPE_UINTEGER, "UINTEGER", true},
    {DUCKDB_TYPE_UBIGINT, "UBIGINT", true},
    {DUCKDB_TYPE_FLOAT, "FLOAT", true},
    {DUCKDB_TYPE_DOUBLE, "DOUBLE", true},
    {DUCKDB_TYPE_DECIMAL, "DECIMAL", true},
    {DUCKDB_TYPE_VARCHAR, "VARCHAR", false},
    {DUCKDB_TYPE_DATE, "DATE", false},
    {DUCKDB_TYPE_TIME, "TIME", false},
    {DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP", false},
    {DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE", false},
    {DUCKDB_TYPE_INTERVAL, "INTERVAL", false},
    {DUCKDB_TYPE_BLOB, "BLOB", false},
    {DUCKDB_TYPE_UUID, "UUID", false},
    {DUCKDB_TYPE_LIST, "LIST", false},
    {DUCKDB_TYPE_STRUCT, "STRUCT", false},
    {DUCKDB_TYPE_MAP, "MAP", false},
};

TextRows::Column ColumnOf(const char* name, duckdb_type type) {
  for (const TypeInfo& info : kTypes) {
    if (info.type == type) return {name, info.name, info.is_bare};
  }
  return {name, "OTHER", false};
}

// A user's SELECT without the ';' at its end, as a subquery.
std::string AsSubquery(const std::string& sql) {
  size_t end = sql.find_last_not_of("; \t\r\n");
  return "(" + sql.substr(0, end == std::string::npos ? 0 : end + 1) + "\n)";
}

// One row more than `max_rows` tells that there would have been more.
std::string Limited(const std::string& columns, const std::string& sql, int64_t max_rows) {
  return "SELECT " + columns + " FROM " + AsSubquery(sql) + " LIMIT " +
         std::to_string(max_rows + 1);
}

Status TooManyRows(int64_t max_rows) {
  return Status(Error(ErrorCode::kLimitExceeded,
                      "the query has more than " + std::to_string(max_rows) + " rows")
                    .WithHint("add a LIMIT"));
}

// Names and types of a statement's columns, without running it.
Result<std::vector<TextRows::Column>> DescribeColumns(duckdb_connection connection,
                                                      const std::string& sql) {
  QueryResult described;
  FLOE_TRY(described.Run(connection, Limited("*", sql, -1)));
  std::vector<TextRows::Column> columns;
  for (idx_t c = 0; c < duckdb_column_count(described.get()); ++c) {
    columns.push_back(
        ColumnOf(duckdb_column_name(described.get(), c), duckdb_column_type(described.get(), c)));
  }
  return columns;
}

// REQUIRES: all columns of the result are VARCHAR.
Result<TextRows> ReadText(duckdb_result* result, std::vector<TextRows::Column> columns,
                          int64_t max_rows) {
  TextRows out;
  out.columns = std::move(columns);
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(*result)) {
    idx_t row_count = duckdb_data_chunk_get_size(chunk);
    size_t first = out.rows.size();
    out.rows.resize(first + row_count);
    for (size_t c = 0; c < out.columns.size(); ++c) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
      auto* values = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
      uint64_t* validity = duckdb_vector_get_validity(vector);
      for (idx_t r = 0; r < row_count; ++r) {
        auto& cell = out.rows[first + r].emplace_back();
        if (validity != nullptr && !duckdb_validity_row_is_valid(validity, r)) continue;
        cell.emplace(duckdb_string_t_data(&values[r]), duckdb_string_t_length(values[r]));
      }
    }
    duckdb_destroy_data_chunk(&chunk);
    if (static_cast<int64_t>(out.rows.size()) > max_rows) return TooManyRows(max_rows);
  }
  return out;
}

Status TakeError(duckdb_error_data error) {
  if (error == nullptr) return Status::Ok();
  Status status;
  if (duckdb_error_data_has_error(error)) {
    status = Status(CodeOf(duckdb_error_data_error_type(error)), duckdb_error_data_message(error));
  }
  duckdb_destroy_error_data(&error);
  return status;
}

// Reads a result chunk by chunk into Arrow's columns.
class BatchReader {
 public:
  explicit BatchReader(duckdb_result* result)
      : result_(result), options_(duckdb_result_get_arrow_options(result)) {}
  ~BatchReader() { duckdb_destroy_arrow_options(&options_); }
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> Read(int64_t max_rows) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Schema> schema, ReadSchema());
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    int64_t rows = 0;
    while (true) {
      duckdb_data_chunk chunk = duckdb_fetch_chunk(*result_);
      if (chunk == nullptr) return batches;
      ArrowArray array{};
      Status converted = TakeError(duckdb_data_chunk_to_arrow(options_, chunk, &array));
      duckdb_destroy_data_chunk(&chunk);
      FLOE_TRY(std::move(converted));
      auto batch = arrow::ImportRecordBatch(&array, schema);
      if (!batch.ok()) return Error(ErrorCode::kInternal, batch.status().message());
      rows += (*batch)->num_rows();
      if (rows > max_rows) return std::move(TooManyRows(max_rows)).error();
      batches.push_back(*std::move(batch));
    }
  }

 private:
  Result<std::shared_ptr<arrow::Schema>> ReadSchema() {
    idx_t count = duckdb_column_count(result_);
    std::vector<duckdb_logical_type> types;
    std::vector<const char*> names;
    for (idx_t c = 0; c < count; ++c) {
      types.push_back(duckdb_column_logical_type(result_, c));
      names.push_back(duckdb_column_name(result_, c));
    }
    ArrowSchema exported{};
    Status converted =
        TakeError(duckdb_to_arrow_schema(options_, types.data(), names.data(), count, &exported));
    for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
    FLOE_TRY(std::move(converted));
    auto schema = arrow::ImportSchema(&exported);
    if (!schema.ok()) return Error(ErrorCode::kInternal, schema.status().message());
    return *std::move(schema);
  }

  duckdb_result* result_;
  duckdb_arrow_options options_;
};

}  // namespace

class DuckDbEngine::Implementation {
 public:
  explicit Implementation(DuckDbOptions options) : options_(std::move(options)) {}
  ~Implementation() {
    if (database_ != nullptr) duckdb_close(&database_);
  }

  Status Connect(Connection& connection) {
    std::lock_guard lock(mutex_);
    if (database_ == nullptr) FLOE_TRY(Open());
    return connection.Open(database_);
  }

 private:
  Status Open() {
    duckdb_config config = nullptr;
    duckdb_create_config(&config);
    std::string memory = std::to_string(options_.memory_limit_bytes / 1024) + "KiB";
    duckdb_set_config(config, "memory_limit", memory.c_str());
    duckdb_set_config(config, "threads", std::to_string(options_.threads).c_str());
    duckdb_set_config(config, "autoinstall_known_extensions", "false");
    duckdb_set_config(config, "autoload_known_extensions", "false");
    duckdb_set_config(config, "temp_directory", options_.spill_directory.c_str());
    char* message = nullptr;
    duckdb_state state = duckdb_open_ext(nullptr, &database_, config, &message);
    duckdb_destroy_config(&config);
    if (state != DuckDBSuccess) {
      Status status(ErrorCode::kInternal,
                    std::string("DuckDB can't be started: ") + (message ? message : ""));
      duckdb_free(message);
      database_ = nullptr;
      return status;
    }
    return Restrict();
  }

  // Statements come from users: they read tables, and nothing else.
  Status Restrict() {
    Connection connection;
    FLOE_TRY(connection.Open(database_));
    std::vector<std::string> statements;
    // Values are shown as they are stored, wherever the machine stands.
    statements.emplace_back("SET GLOBAL TimeZone = 'UTC'");
    if (!options_.readable_directory.empty()) {
      std::string directory;
      for (char c : options_.readable_directory) directory += c == '\'' ? "''" : std::string(1, c);
      if (!directory.ends_with('/')) directory += '/';
      statements.push_back("SET allowed_directories = ['" + directory + "']");
    }
    statements.emplace_back("SET enable_external_access = false");
    statements.emplace_back("SET lock_configuration = true");
    for (const std::string& statement : statements) {
      QueryResult result;
      FLOE_TRY(result.Run(connection.get(), statement));
    }
    return Status::Ok();
  }

  DuckDbOptions options_;
  std::mutex mutex_;  // guards database_
  duckdb_database database_ = nullptr;
};

DuckDbEngine::DuckDbEngine(DuckDbOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {}
DuckDbEngine::~DuckDbEngine() = default;

Result<TextRows> DuckDbEngine::Query(const std::vector<std::string>& setup, const std::string& sql,
                                     int64_t max_rows) {
  Connection connection;
  FLOE_TRY(implementation_->Connect(connection));
  for (const std::string& statement : setup) {
    QueryResult ignored;
    FLOE_TRY(ignored.Run(connection.get(), statement));
  }
  FLOE_ASSIGN(auto columns, DescribeColumns(connection.get(), sql));
  QueryResult result;
  FLOE_TRY(result.Run(connection.get(), Limited("CAST(COLUMNS(*) AS VARCHAR)", sql, max_rows)));
  return ReadText(result.get(), std::move(columns), max_rows);
}

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> DuckDbEngine::QueryBatches(
    const std::vector<std::string>& setup, const std::string& sql, int64_t max_rows) {
  Connection connection;
  FLOE_TRY(implementation_->Connect(connection));
  for (const std::string& statement : setup) {
    QueryResult ignored;
    FLOE_TRY(ignored.Run(connection.get(), statement));
  }
  QueryResult result;
  FLOE_TRY(result.Run(connection.get(), Limited("*", sql, max_rows)));
  return BatchReader(result.get()).Read(max_rows);
}

}  // namespace floe::query
