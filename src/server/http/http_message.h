// Between the HTTP library's messages and ours. For .cc files of this folder only.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/http_server.h"

namespace floe::server {

// Takes the body out of `message`.
HttpRequest ToRequest(boost::beast::http::request<boost::beast::http::string_body>& message);

// `is_head`: the length is that of the body, which is left out.
boost::beast::http::response<boost::beast::http::string_body> ToMessage(HttpResponse response,
                                                                        unsigned version,
                                                                        bool keep_alive,
                                                                        bool is_head);

}  // namespace floe::server
