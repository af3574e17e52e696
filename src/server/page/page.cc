#include "server/page/page.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.h"

namespace floe::server {
namespace {

constexpr std::string_view kConfigPath = "/config.json";
// The tables that the page shows, the first the one that it cannot do without (web/src/live).
constexpr std::string_view kPageTables[] = {"iceberg_surge_pricing", "ride_states"};

constexpr std::string_view kNoPage =
    "Floe runs, and was built without its live page.\n"
    "\n"
    "To have it: make web, then build again (make build does both).\n"
    "Trino clients are welcome on this port: catalog iceberg.\n"
    "/metrics, /livez and /readyz tell how it goes; /api/v1 is the admin API.\n";

bool IsRead(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

HttpResponse Text(int status, std::string_view text) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = text;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

// RFC 9110, 13.1.2: "*", or a list of tags, compared weakly.
bool Matches(std::string_view if_none_match, std::string_view tag) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    const size_t comma = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view one = if_none_match.substr(0, comma);
    if_none_match.remove_prefix(std::min(comma + 1, if_none_match.size()));
    while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
    while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
  }
  return false;
}

// A person opens an address, in contrast to a page or program that asks for a file. Browsers say
// so; what does not is judged by whether it wants HTML above all.
bool IsNavigation(const HttpRequest& request) {
  const std::string_view mode = request.header("sec-fetch-mode");
  if (!mode.empty()) return mode == "navigate";
  return request.header("accept").starts_with("text/html");
}

HttpResponse FileResponse(const HttpRequest& request, const EmbeddedFile& file) {
  HttpResponse response;
  response.headers.emplace_back("ETag", file.entity_tag);
  response.headers.emplace_back("Cache-Control", file.path.starts_with("/assets/")
                                                     ? "public, max-age=31536000, immutable"
                                                     : "no-cache");
  if (Matches(request.header("if-none-match"), file.entity_tag)) {
    response.status = 304;
    response.content_type = "";
    return response;
  }
  response.content_type = file.content_type;
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (file.content_type.starts_with("text/html")) {
    response.headers.emplace_back("Content-Security-Policy", kPageContentSecurityPolicy);
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
  }
  response.body = file.body;
  return response;
}

HttpResponse ConfigResponse(std::string_view catalog_name, std::string_view schema) {
  HttpResponse response;
  response.body = PageConfig(catalog_name, schema);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// Asks the catalog for the tables of one namespace after the other.
class SchemaSearch : public std::enable_shared_from_this<SchemaSearch> {
 public:
  using Found = std::function<void(const std::string&)>;
  SchemaSearch(catalog::Catalog& tables, Found found) : tables_(tables), found_(std::move(found)) {}

  void Start() {
    tables_.ListNamespaces(
        {}, [self = shared_from_this()](Result<std::vector<catalog::Namespace>> namespaces) {
          if (namespaces.ok()) self->namespaces_ = std::move(*namespaces);
          self->Next();
        });
  }

 private:
  void Next() {
    if (searched_.size() == namespaces_.size()) return found_(PageSchema(searched_));
    const catalog::Namespace& levels = namespaces_[searched_.size()];
    tables_.ListTables(levels, [self = shared_from_this(), name = catalog::ToString(levels)](
                                   const Result<std::vector<catalog::TableIdentifier>>& names) {
      NamespaceTables found{name, {}};
      if (names.ok()) {
        for (const catalog::TableIdentifier& table : *names) found.tables.push_back(table.name);
      }
      self->searched_.push_back(std::move(found));
      self->Next();
    });
  }

  catalog::Catalog& tables_;
  const Found found_;
  std::vector<catalog::Namespace> namespaces_;
  std::vector<NamespaceTables> searched_;
};

}  // namespace

HttpResponse PageResponse(const HttpRequest& request, std::span<const EmbeddedFile> files) {
  if (!IsRead(request)) {
    HttpResponse refused = Text(405, "what is here is read with GET\n");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  if (const EmbeddedFile* file = FindEmbeddedFile(files, request.path)) {
    return FileResponse(request, *file);
  }
  const EmbeddedFile* page = FindEmbeddedFile(files, "/");
  if (page == nullptr && request.path == "/") return Text(200, kNoPage);
  if (page != nullptr && IsNavigation(request)) return FileResponse(request, *page);
  return Text(404, "there is nothing at " + request.path + "\n");
}

std::string PageSchema(const std::vector<NamespaceTables>& namespaces) {
  std::vector<const NamespaceTables*> by_name;
  for (const NamespaceTables& one : namespaces) by_name.push_back(&one);
  std::ranges::sort(by_name, {}, &NamespaceTables::name);
  std::string with_first;
  for (const NamespaceTables* one : by_name) {
    const auto has = [&](std::string_view table) {
      return std::ranges::find(one->tables, table) != one->tables.end();
    };
    if (std::ranges::all_of(kPageTables, has)) return one->name;
    if (with_first.empty() && has(kPageTables[0])) with_first = one->name;
  }
  return with_first;
}

std::string PageConfig(std::string_view catalog, std::string_view schema) {
  std::string text = "{\"catalog\":";
  AppendJsonString(catalog, &text);
  if (!schema.empty()) {
    text += ",\"schema\":";
    AppendJsonString(schema, &text);
  }
  return text + "}";
}

HttpHandler MakePageHandler(std::span<const EmbeddedFile> files, std::string catalog_name,
                            catalog::Catalog& tables) {
  return [files, catalog_name = std::move(catalog_name), &tables](const HttpRequest& request,
                                                                  HttpResponder respond) {
    if (request.path != kConfigPath || !IsRead(request)) {
      return respond(PageResponse(request, files));
    }
    auto search = std::make_shared<SchemaSearch>(
        tables, [catalog_name, respond = std::move(respond)](const std::string& schema) {
          respond(ConfigResponse(catalog_name, schema));
        });
    search->Start();
  };
}

}  // namespace floe::server
