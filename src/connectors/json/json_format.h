// Flink's `json` format: its options, and a decoder with its rules
// (docs: connectors/table/formats/json; behaviour as recorded from Flink 2.3).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "stream/source.h"
#include "types/data_type.h"

namespace arrow {
class MemoryPool;
}

namespace floe::connectors {

enum class JsonTimestampFormat : uint8_t { kSql, kIso8601 };

struct JsonFormatOptions {
  // A field that a record lacks is an error; else NULL.
  bool fail_on_missing_field = false;
  // A field that can't be read becomes NULL and a broken record is skipped; else both are errors.
  bool ignore_parse_errors = false;
  JsonTimestampFormat timestamp_format = JsonTimestampFormat::kSql;
};

// Reads the `json.…` options of a table; unknown ones are accepted, as Flink does.
Result<JsonFormatOptions> ParseJsonFormatOptions(const std::map<std::string, std::string>& options);

// Decodes records into `columns`, found by name; other fields of a record are not parsed. Refuses
// types that a column can't have. `pool` outlives the decoder and what it decoded.
Result<std::unique_ptr<stream::Decoder>> MakeJsonDecoder(const types::Schema& columns,
                                                         const JsonFormatOptions& options,
                                                         arrow::MemoryPool* pool);

}  // namespace floe::connectors
