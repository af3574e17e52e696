// Files that are part of the program: the built page. Immutable, from any thread.
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

// What the page may do: nothing but its own scripts, styles and this server.
inline constexpr std::string_view kPageContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The file that a GET of `path` (percent-decoded, without the query) asks for; "/" is the page.
// Null if there is none. REQUIRES: `files` sorted by path, as floe_embed_files writes them.
inline const EmbeddedFile* FindEmbeddedFile(std::span<const EmbeddedFile> files,
                                            std::string_view path) {
  if (path == "/") path = "/index.html";
  const auto found = std::ranges::lower_bound(files, path, {}, &EmbeddedFile::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

// Cache-Control of a file. The names in assets/ have a digest of the content in them, so a browser
// never needs to ask for them again; the others are asked for by their tag.
inline std::string_view CacheControl(const EmbeddedFile& file) {
  return file.path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

}  // namespace floe::server
