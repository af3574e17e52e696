// Files that are part of the program, such as the built page. Immutable, from any thread.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace floe::server {

struct EmbeddedFile {
  std::string_view path;          // from the root of the folder: "/index.html"
  std::string_view content_type;  // with the charset where it is text
  std::string_view entity_tag;    // as it stands in ETag and If-None-Match, quotes included
  std::string_view body;
};

// The built page, written by floe_embed_files; empty where the program was built without it.
std::span<const EmbeddedFile> PageFiles();

// The file that a GET of `path` (percent-decoded, without the query) asks for; "/" is the page.
// Null if there is none. REQUIRES: `files` sorted by path, as floe_embed_files writes them.
inline const EmbeddedFile* FindEmbeddedFile(std::span<const EmbeddedFile> files,
                                            std::string_view path) {
  if (path == "/") path = "/index.html";
  const auto found = std::ranges::lower_bound(files, path, {}, &EmbeddedFile::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

}  // namespace floe::server
