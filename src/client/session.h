// What a client tells the server with each statement, and what the answers change of it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "client/http_transport.h"

namespace floe::client {

struct ClientSession {
  std::string user;
  std::string source;
  std::string catalog;
  std::string schema;
  std::string path;
  std::string time_zone;  // empty: the server's
  std::map<std::string, std::string> properties;
  std::map<std::string, std::string> prepared_statements;
  std::map<std::string, std::string> roles;  // by catalog
  std::string authorization_user;            // of SET SESSION AUTHORIZATION
  std::string transaction_id;

  bool operator==(const ClientSession&) const = default;
};

// The headers of a POST of a statement.
HttpHeaders RequestHeaders(const ClientSession& session);

// Takes over what an answer says of the session: Set-Catalog, Added-Prepare and the like.
void ApplyResponseHeaders(const HttpHeaders& headers, ClientSession* session);

}  // namespace floe::client
