// A producer's record sink behind the admin API.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "producers/record_sink.h"
#include "storage/file_system.h"

namespace floe::server {

// Connects to the process whose address `owner_path` (owner.json of a data directory) gives. Topics
// that it makes get `partition_count` partitions and the options. kUnavailable if the owner does
// not answer.
Result<std::unique_ptr<producers::RecordSink>> ConnectToOwner(storage::FileSystem& files,
                                                              const std::string& owner_path,
                                                              int32_t partition_count,
                                                              const log::TopicOptions& options);

}  // namespace floe::server
