#include "server/http/http_server.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "base/limits.h"

namespace floe::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](size_t at) {
      const char c = at < text.size() ? text[at] : ' ';
      if (c >= '0' && c <= '9') return c - '0';
      if (c >= 'a' && c <= 'f') return c - 'a' + 10;
      return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    if (text[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
      out += static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

HttpRequest ToRequest(http::request<http::string_body>& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  std::string_view target(message.target().data(), message.target().size());
  const size_t question = target.find('?');
  request.path = PercentDecode(target.substr(0, question));
  if (question != std::string_view::npos) {
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('&'), rest.size());
      const std::string_view pair = rest.substr(0, end);
      const size_t equals = std::min(pair.find('='), pair.size());
      request.query[PercentDecode(pair.substr(0, equals))] =
          PercentDecode(pair.substr(std::min(equals + 1, pair.size())));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace

class HttpServer::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(HttpHandler handler, Logger logger)
      : handler_(std::move(handler)), logger_(std::move(logger)), acceptor_(context_) {}

  Status Listen(const std::string& address, uint16_t port) {
    boost::system::error_code error;
    const asio::ip::address parsed = asio::ip::make_address(address, error);
    const tcp::endpoint endpoint(parsed, port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return Error(ErrorCode::kUnavailable, "can't listen on " + address + ":" +
                                                std::to_string(port) + ": " + error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    return Status::Ok();
  }

  void Serve() {
    asio::co_spawn(context_, Accept(), asio::detached);
    context_.run();
    std::lock_guard lock(mutex_);
    stopped_ = true;
    all_stopped_.notify_all();
  }

  void Stop() {
    context_.stop();
    std::unique_lock lock(mutex_);
    all_stopped_.wait(lock, [this] { return stopped_; });
  }

  uint16_t port() const { return port_; }

 private:
  asio::awaitable<void> Accept() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;
      if (connections_ >= limits::kMaxHttpConnections) continue;  // closed at once
      asio::co_spawn(context_, Connection(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> Connection(tcp::socket socket) {
    ++connections_;
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer(limits::kMaxHttpBodyBytes + limits::kMaxHttpHeaderBytes);
    boost::system::error_code error;
    for (bool keep_alive = true; keep_alive && !error;) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(limits::kMaxHttpHeaderBytes);
      parser.body_limit(limits::kMaxHttpBodyBytes);
      stream.expires_after(limits::kHttpReadTimeout);
      co_await http::async_read(stream, buffer, parser,
                                asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      http::request<http::string_body> message = parser.release();
      keep_alive = message.keep_alive();
      http::response<http::string_body> answer = Answer(message);
      stream.expires_after(limits::kHttpReadTimeout);
      co_await http::async_write(stream, answer, asio::redirect_error(asio::use_awaitable, error));
    }
    boost::system::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    --connections_;
  }

  http::response<http::string_body> Answer(http::request<http::string_body>& message) {
    const unsigned version = message.version();
    const bool keep_alive = message.keep_alive();
    HttpRequest request = ToRequest(message);
    const HttpResponse response = handler_(request);
    if (logger_.enabled(LogLevel::kDebug)) {
      logger_.Debug(
          "request",
          {{"method", request.method}, {"path", request.path}, {"status", response.status}});
    }
    http::response<http::string_body> answer(static_cast<http::status>(response.status), version);
    answer.set(http::field::content_type, response.content_type);
    answer.keep_alive(keep_alive);
    answer.body() = response.body;
    answer.prepare_payload();
    return answer;
  }

  const HttpHandler handler_;
  const Logger logger_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  uint16_t port_ = 0;
  int connections_ = 0;
  std::mutex mutex_;
  std::condition_variable all_stopped_;
  bool stopped_ = false;
};

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address, uint16_t port,
                                                      Executor& executor, HttpHandler handler,
                                                      Logger logger) {
  auto implementation = std::make_shared<Implementation>(std::move(handler), std::move(logger));
  FLOE_TRY(implementation->Listen(address, port));
  executor.Submit([implementation] { implementation->Serve(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(implementation)));
}

HttpServer::HttpServer(std::shared_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

HttpServer::~HttpServer() { implementation_->Stop(); }

uint16_t HttpServer::port() const { return implementation_->port(); }

}  // namespace floe::server
