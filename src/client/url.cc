#include "client/url.h"

#include <algorithm>
#include <utility>

namespace floe::client {
namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

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

std::string PercentEncode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsPlain(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
                         HexDigit(text[i + 2]) >= 0;
    if (escaped) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace floe::client
