#include "plan/metadata_types.h"

namespace floe::plan {

using types::DataType;

std::optional<DataType> MetadataTypeOf(std::string_view key) {
  if (key == "topic" || key == "timestamp-type" || key == "file.path" || key == "file.name") {
    return DataType::String().NotNull();
  }
  if (key == "partition") return DataType::Integer().NotNull();
  if (key == "offset") return DataType::BigInt().NotNull();
  if (key == "timestamp") return DataType::TimestampLtz(3).NotNull();
  return std::nullopt;
}

}  // namespace floe::plan
