// The types that connectors give metadata in, whatever type a table declares for it.
#pragma once

#include <optional>
#include <string_view>

#include "types/data_type.h"

namespace floe::plan {

// Of the metadata that a scan can read (Flink: KafkaDynamicSource and FileSystemTableSource,
// ReadableMetadata); nullopt for any other key.
std::optional<types::DataType> MetadataTypeOf(std::string_view key);

}  // namespace floe::plan
