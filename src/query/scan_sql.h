// A snapshot's rows as DuckDB SQL: read_parquet over the plan's files, columns found by field id,
// all deletes applied.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "iceberg/scan_plan.h"
#include "iceberg/schema.h"
#include "iceberg/table_metadata.h"

namespace floe::query {

// A SELECT without ORDER BY whose columns are `schema`'s. Position deletes become an anti-join on
// (file, row number); equality deletes are first reduced to the highest sequence number per key,
// which a row survives if its own is not lower (measured four times cheaper than a join with an
// inequality). kNotImplemented, naming the column, for nested columns.
Result<std::string> ScanSql(const iceberg::ScanPlan& plan, const iceberg::TableMetadata& table,
                            const iceberg::Schema& schema);

// `name` as a quoted identifier, `text` as a string literal.
std::string QuoteIdentifier(std::string_view name);
std::string QuoteLiteral(std::string_view text);

}  // namespace floe::query
