// Addresses of servers, and text as it stands in URLs and headers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::client {

struct Url {
  bool secure = false;  // https
  std::string host;     // an IPv6 address without its brackets
  std::string port;
  std::string target;  // path and query; at least "/"

  // As it stands in the header Host.
  std::string Authority() const;
  bool SameServer(const Url& other) const {
    return secure == other.secure && host == other.host && port == other.port;
  }
};

// "http://host:port/path", "host:port" (http), "https://host". kInvalidArgument says what is wrong:
// another scheme, a user in front of the host, a port that is no number, characters that no URL
// has.
Result<Url> ParseUrl(std::string_view text);

}  // namespace floe::client
