#include "client/url.h"

#include <algorithm>
#include <utility>

namespace floe::client {
namespace {

Error Wrong(std::string_view text, std::string_view why) {
  return Error(ErrorCode::kInvalidArgument,
               "'" + std::string(text) + "' is no address of a server: " + std::string(why))
      .WithHint("an address is for example http://127.0.0.1:8080");
}

bool IsPort(std::string_view port) {
  if (port.empty() || port.size() > 5 ||
      !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  int number = 0;
  for (const char c : port) number = number * 10 + (c - '0');
  return number >= 1 && number <= 65535;
}

}  // namespace

std::string Url::Authority() const {
  const bool is_default = port == (secure ? "443" : "80");
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return is_default ? name : name + ":" + port;
}

Result<Url> ParseUrl(std::string_view text) {
  Url url;
  std::string_view rest = text;
  const size_t scheme_end = rest.find("://");
  if (scheme_end != std::string_view::npos) {
    const std::string_view scheme = rest.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https") return Wrong(text, "it is http or https");
    url.secure = scheme == "https";
    rest.remove_prefix(scheme_end + 3);
  }
  for (const char c : rest) {
    if (c <= ' ' || c == '\x7f' || c == '#') return Wrong(text, "blanks, '#' and the like");
  }
  const size_t host_end = std::min(rest.find_first_of("/?"), rest.size());
  url.target = std::string(rest.substr(host_end));
  if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
  std::string_view authority = rest.substr(0, host_end);
  if (authority.find('@') != std::string_view::npos) return Wrong(text, "no user belongs there");
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return Wrong(text, "a ']' is missing");
    url.host = std::string(authority.substr(1, close - 1));
    authority.remove_prefix(close + 1);
    if (!authority.empty() && authority.front() != ':')
      return Wrong(text, "':' or nothing after ']'");
  } else {
    const size_t colon = std::min(authority.find(':'), authority.size());
    url.host = std::string(authority.substr(0, colon));
    authority.remove_prefix(colon);
  }
  if (url.host.empty()) return Wrong(text, "the host is missing");
  url.port = authority.empty() ? (url.secure ? "443" : "80") : std::string(authority.substr(1));
  if (!IsPort(url.port)) return Wrong(text, "the port is a number from 1 to 65535");
  return url;
}

}  // namespace floe::client
