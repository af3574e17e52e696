// The live page (web/), which is part of the program, at the root of the query port.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "server/http/http_server.h"
#include "server/page/embedded_files.h"

namespace floe::server {

// What the page may do: nothing but its own scripts, styles and this server.
inline constexpr std::string_view kPageContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The answer to a request for a file. GET and HEAD only. 304 where If-None-Match has the file's
// tag. Files in /assets/ have a digest of their content in their names and are kept by browsers for
// good; the others are asked for by their tag each time. A navigation (of a person, by the address
// line) to a path that no file has gets the page, anything else 404. Without files, the program was
// built without the page: / is answered with a text that says so.
HttpResponse PageResponse(const HttpRequest& request, std::span<const EmbeddedFile> files);

// The namespace that the page reads: of those that have all its tables, or else its first table,
// the first by name; "" if there is none yet.
struct NamespaceTables {
  std::string name;
  std::vector<std::string> tables;
};
std::string PageSchema(const std::vector<NamespaceTables>& namespaces);

// {"catalog":…,"schema":…}; without "schema" where it is not known yet.
std::string PageConfig(std::string_view catalog, std::string_view schema);

// Serves `files` at every path, and /config.json from `tables`, which is known to the query
// endpoint as `catalog_name`. `tables` outlives the handler.
HttpHandler MakePageHandler(std::span<const EmbeddedFile> files, std::string catalog_name,
                            catalog::Catalog& tables);

}  // namespace floe::server
