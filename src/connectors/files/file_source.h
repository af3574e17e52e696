// The `filesystem` connector as a bounded source: the lines of a file, or of the files of a
// directory.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "storage/file_system.h"
#include "stream/source.h"

namespace floe::connectors {

// `path` may be a file:// URI. Each file is a partition; a line's number, from 0, is its offset and
// its timestamp, so that several files advance together. `files` outlives the reader. Lines may be
// up to limits::kMaxRecordBytes long.
Result<std::unique_ptr<stream::SourceReader>> MakeFileSource(storage::FileSystem& files,
                                                             const std::string& path);

}  // namespace floe::connectors
