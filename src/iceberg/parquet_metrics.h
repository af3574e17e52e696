// Column metrics of a Parquet file, taken from its footer.
#pragma once

#include <parquet/metadata.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "iceberg/data_file.h"
#include "iceberg/schema.h"
#include "iceberg/table_properties.h"

namespace floe::iceberg {

// Counts and bounds of all leaf columns. `mode_of` says how much is kept of a column;
// `nan_counts` has the NaNs of floating-point columns, which Parquet does not count.
// A column gets bounds only when every row group with values has them.
Result<ColumnMetrics> MetricsOfFile(const parquet::FileMetaData& file, const Schema& schema,
                                    const std::function<MetricsMode(ColumnId)>& mode_of,
                                    const std::map<ColumnId, int64_t>& nan_counts);

// The first `length` code points of UTF-8 text, or bytes of a binary.
std::string TruncateLowerBound(std::string_view value, const Type& type, int length);
// The same, raised so that it is not below `value`; nothing when no such bound exists.
std::optional<std::string> TruncateUpperBound(std::string_view value, const Type& type, int length);

}  // namespace floe::iceberg
