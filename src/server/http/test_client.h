// The other side of a connection to a server under test: writes bytes, reads messages. Blocks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <string>
#include <utility>

namespace floe::server {

class TestClient {
 public:
  struct Answer {
    int status = 0;  // 0: the connection was closed instead
    std::string body;
    std::map<std::string, std::string> headers;
    bool keep_alive = false;
  };

  explicit TestClient(uint16_t port) : host_("127.0.0.1:" + std::to_string(port)) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  }

  void Send(const std::string& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

  void SendRequest(const std::string& method, const std::string& target,
                   const std::string& body = "",
                   const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    std::string bytes = method + " " + target + " HTTP/1.1\r\nHost: " + host_ +
                        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    for (const auto& [name, value] : headers) bytes += name + ": " + value + "\r\n";
    Send(bytes + "\r\n" + body);
  }

  Answer Read(bool is_head = false) {
    namespace http = boost::beast::http;
    http::response_parser<http::string_body> parser;
    parser.skip(is_head);
    boost::system::error_code error;
    http::read(socket_, buffer_, parser, error);
    if (error) return {};
    Answer answer;
    answer.status = static_cast<int>(parser.get().result_int());
    answer.body = parser.get().body();
    for (const auto& field : parser.get()) {
      answer.headers[std::string(field.name_string())] = std::string(field.value());
    }
    answer.keep_alive = parser.get().keep_alive();
    return answer;
  }

  Answer Request(const std::string& method, const std::string& target, const std::string& body = "",
                 const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    SendRequest(method, target, body, headers);
    return Read(method == "HEAD");
  }

  const std::string& host() const { return host_; }

 private:
  std::string host_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace floe::server
