// PARSE_URL.
#include <algorithm>
#include <optional>
#include <string_view>

#include "functions/ascii.h"
#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

// The parts that java.net.URL tells apart; absent ones have no value.
struct Url {
  std::string_view protocol;
  std::optional<std::string_view> authority;
  std::string_view path;
  std::string_view file;  // path and query
  std::optional<std::string_view> query;
  std::optional<std::string_view> ref;
};

// Only protocols that Java has a handler for.
bool IsKnownProtocol(std::string_view protocol) {
  for (std::string_view known : {"http", "https", "ftp", "file", "jar", "mailto"}) {
    if (AsciiLower(protocol) == known) return true;
  }
  return false;
}

std::optional<Url> ParseUrl(std::string_view text) {
  text = TrimJava(text);
  Url url;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !IsKnownProtocol(text.substr(0, colon))) {
    return std::nullopt;
  }
  url.protocol = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  if (const size_t hash = text.find('#'); hash != std::string_view::npos) {
    url.ref = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find_first_of("/?"), text.size());
    url.authority = text.substr(0, end);
    text.remove_prefix(end);
  }
  url.file = text;
  url.path = text;
  if (const size_t mark = text.find('?'); mark != std::string_view::npos) {
    url.query = text.substr(mark + 1);
    url.path = text.substr(0, mark);
  }
  return url;
}

std::string_view HostOf(std::string_view authority) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

std::optional<std::string_view> PartOf(const Url& url, std::string_view part) {
  if (part == "HOST") return HostOf(url.authority.value_or(""));
  if (part == "PATH") return url.path;
  if (part == "QUERY") return url.query;
  if (part == "REF") return url.ref;
  if (part == "PROTOCOL") return url.protocol;
  if (part == "FILE") return url.file;
  if (part == "AUTHORITY") return url.authority;
  if (part == "USERINFO" && url.authority.has_value()) {
    const size_t at = url.authority->rfind('@');
    if (at != std::string_view::npos) return url.authority->substr(0, at);
  }
  return std::nullopt;
}

// The value of the first key=value of a query with this key.
std::optional<std::string_view> ValueOf(std::string_view query, std::string_view key) {
  while (true) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
      return pair.substr(key.size() + 1);
    }
    if (end == query.size()) return std::nullopt;
    query.remove_prefix(end + 1);
  }
}

bool Store(const std::optional<std::string_view>& value, std::string_view* out) {
  if (value.has_value()) *out = *value;
  return value.has_value();
}

// arguments: URL, part[, key]. NULL for what is no URL, or has no such part.
Result<BoundKernel> MakeParseUrl(const KernelRequest& request) {
  if (request.arguments.size() == 2) {
    return PerRowTotal<std::string_view, std::string_view, std::string_view>(
        [](Row&, std::string_view text, std::string_view part, std::string_view* out) {
          const std::optional<Url> url = ParseUrl(text);
          return url.has_value() && Store(PartOf(*url, part), out);
        });
  }
  return PerRowTotal<std::string_view, std::string_view, std::string_view, std::string_view>(
      [](Row&, std::string_view text, std::string_view part, std::string_view key,
         std::string_view* out) {
        const std::optional<Url> url = ParseUrl(text);
        return part == "QUERY" && url.has_value() && url->query.has_value() &&
               Store(ValueOf(*url->query, key), out);
      });
}

const StrictFunction kFunctions[] = {
    {{"PARSE_URL", CallForm::kStrict, PrintForm::kCall, true, 0, MakeParseUrl},
     "ss?s",
     StringResult,
     Nullability::kForce,
     "PARSE_URL(string, part[, key])"}};

}  // namespace

void RegisterUrls(FunctionRegistry& registry) { AddStrict(registry, kFunctions); }

}  // namespace floe::functions
