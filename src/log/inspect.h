// An offline, read-only view of a log directory, for people and scripts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/file_system.h"

namespace floe::log {

enum class InspectFormat : uint8_t { kText, kJsonLines };

struct InspectOptions {
  InspectFormat format = InspectFormat::kText;
  // Only this topic, this partition.
  std::optional<std::string> topic = {};
  std::optional<int32_t> partition = {};
  // Down to: topics and partitions, segments, batches, records.
  enum class Depth : uint8_t { kPartitions, kSegments, kBatches, kRecords };
  Depth depth = Depth::kSegments;
};

// Writes lines (each with its '\n') to `out`. Takes no lock and changes nothing; damaged files are
// described, not refused: what is wrong, where, and how far the rest goes. Fails only if the
// directory is not a log or cannot be read.
Status InspectLog(storage::FileSystem& files, const std::string& directory,
                  const InspectOptions& options, const std::function<void(std::string_view)>& out);

}  // namespace floe::log
