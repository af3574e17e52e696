// The terminal's line editor: history, completion, Ctrl-C.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/completion.h"
#include "client/shell.h"
#include "storage/file_system.h"

namespace floe::cli {

struct LineEditorOptions {
  std::string history_path;  // empty: nothing is remembered
  // What may stand at the cursor, which is behind byte `cursor` of `text`.
  std::function<client::Completion(std::string_view text, size_t cursor)> complete;
  client::Interrupted interrupted;
};

// Reads from stdin. REQUIRES: stdin and stdout are terminals; one object per process. Key bindings
// of ~/.editrc apply. A history that can't be read or written is said once on stderr.
std::unique_ptr<client::LineReader> MakeLineEditor(storage::FileSystem& files,
                                                   LineEditorOptions options);

}  // namespace floe::cli
