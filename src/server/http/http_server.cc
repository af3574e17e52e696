#include "server/http/http_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"
#include "server/http/http_message.h"

namespace floe::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// What a request is read into at a time; larger bodies come in several reads.
constexpr size_t kReadBytes = size_t{16} << 10;
constexpr size_t kBufferBytes = limits::kMaxHttpHeaderBytes + (size_t{64} << 10);

HttpResponse TextResponse(int status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text), {}};
}

// What is said to a request that can't be read; nothing if the other side is gone.
std::optional<HttpResponse> ReadFailure(const error_code& error) {
  if (error == http::error::header_limit) return TextResponse(431, "the headers are too large");
  if (error == http::error::body_limit) return TextResponse(413, "the body is too large");
  if (error.category() != make_error_code(http::error::bad_method).category() ||
      error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  return TextResponse(400, "no HTTP request: " + error.message());
}

// Where one request's answer arrives. Touched by the server's thread only.
struct PendingAnswer {
  explicit PendingAnswer(asio::io_context& context)
      : arrived(context, asio::steady_timer::time_point::max()) {}
  asio::steady_timer arrived;  // cancelled when it is there
  std::optional<HttpResponse> response;
};

struct ServerConnection {
  explicit ServerConnection(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer{kBufferBytes};
  bool is_idle = true;  // no request is under way
};

}  // namespace

std::string_view HttpRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : found->second;
}

HttpHandler RunOn(Executor& executor, std::function<HttpResponse(const HttpRequest&)> blocking) {
  return [&executor, blocking = std::move(blocking)](const HttpRequest& request,
                                                     HttpResponder respond) {
    executor.Submit(
        [blocking, request, respond = std::move(respond)] { respond(blocking(request)); });
  };
}

class HttpServer::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(HttpHandler handler, Logger logger)
      : handler_(std::move(handler)), logger_(std::move(logger)), acceptor_(context_) {}

  Status Listen(const std::string& address, uint16_t port) {
    error_code error;
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
    asio::post(context_, [this] { StopServing(); });
    std::unique_lock lock(mutex_);
    all_stopped_.wait(lock, [this] { return stopped_; });
  }

  uint16_t port() const { return port_; }

 private:
  // Answers a responder that nobody calls any more.
  struct Unanswered {
    std::weak_ptr<Implementation> server;
    std::weak_ptr<PendingAnswer> pending;
    std::atomic<bool> answered = false;

    void Answer(HttpResponse response) {
      if (answered.exchange(true)) return;
      const std::shared_ptr<Implementation> alive = server.lock();
      if (alive == nullptr) return;
      asio::post(alive->context_, [to = pending, response = std::move(response)]() mutable {
        const std::shared_ptr<PendingAnswer> slot = to.lock();
        if (slot == nullptr) return;
        slot->response = std::move(response);
        slot->arrived.cancel();
      });
    }
    ~Unanswered() {
      if (!answered) Answer(ErrorResponse(Error(ErrorCode::kInternal, "the request was dropped")));
    }
  };

  // A connection that the server knows of, as long as it lives.
  class Listed {
   public:
    Listed(std::set<ServerConnection*>& all, ServerConnection* connection)
        : all_(all), connection_(connection) {
      all_.insert(connection_);
    }
    ~Listed() { all_.erase(connection_); }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

   private:
    std::set<ServerConnection*>& all_;
    ServerConnection* const connection_;
  };

  // --- On the server's thread -----------------------------------------------------------------

  void StopServing() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (ServerConnection* connection : connections_) {
      if (connection->is_idle) connection->stream.close();
    }
    grace_.expires_after(limits::kHttpStopGrace);
    grace_.async_wait([this](const error_code& error) {
      if (!error) context_.stop();
    });
    if (connections_.empty()) grace_.cancel();
  }

  asio::awaitable<void> Accept() {
    while (!stopping_) {
      error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;
      // A page leaves as one message; waiting for more of it only costs time.
      socket.set_option(tcp::no_delay(true), error);
      auto connection = std::make_unique<ServerConnection>(std::move(socket));
      if (connections_.size() >= static_cast<size_t>(limits::kMaxHttpConnections)) {
        co_await Write(*connection, TextResponse(503, "too many connections"), 11, false, false);
        continue;
      }
      asio::co_spawn(context_, Connection(std::move(connection)),
                     [this](const std::exception_ptr& failure) { Ended(failure); });
    }
  }

  asio::awaitable<void> Connection(std::unique_ptr<ServerConnection> connection) {
    const Listed listed(connections_, connection.get());
    for (bool keep_alive = true; keep_alive && !stopping_;) {
      keep_alive = co_await Exchange(*connection);
    }
    error_code ignored;
    connection->stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  // A connection has ended. An exception is the library's; it costs this connection only.
  void Ended(const std::exception_ptr& failure) {
    if (failure != nullptr) logger_.Warning("a connection ended by an exception");
    if (stopping_ && connections_.empty()) grace_.cancel();
  }

  // Waits for the first byte of a request.
  asio::awaitable<bool> AwaitRequest(ServerConnection& connection) {
    if (connection.buffer.size() > 0) co_return true;
    error_code error;
    connection.stream.expires_after(limits::kHttpIdleTimeout);
    const size_t read = co_await connection.stream.async_read_some(
        connection.buffer.prepare(kReadBytes), asio::redirect_error(asio::use_awaitable, error));
    connection.buffer.commit(read);
    co_return !error;
  }

  // One request and its answer; whether another may follow.
  asio::awaitable<bool> Exchange(ServerConnection& connection) {
    connection.is_idle = true;
    if (!co_await AwaitRequest(connection)) co_return false;
    connection.is_idle = false;
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<uint32_t>(limits::kMaxHttpHeaderBytes));
    parser.body_limit(limits::kMaxHttpBodyBytes);
    connection.stream.expires_after(limits::kHttpReadTimeout);
    error_code error;
    co_await http::async_read_header(connection.stream, connection.buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (!error && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
      co_await http::async_write(connection.stream, go_on,
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    if (!error) {
      co_await http::async_read(connection.stream, connection.buffer, parser,
                                asio::redirect_error(asio::use_awaitable, error));
    }
    if (error) {
      if (auto failure = ReadFailure(error)) {
        co_await Write(connection, *std::move(failure), 11, false, false);
      }
      co_return false;
    }
    http::request<http::string_body> message = parser.release();
    const bool is_head = message.method() == http::verb::head;
    const unsigned version = message.version();
    const bool keep_alive = message.keep_alive();
    HttpResponse response = co_await Handle(ToRequest(message));
    co_return co_await Write(connection, std::move(response), version, keep_alive && !stopping_,
                             is_head);
  }

  asio::awaitable<HttpResponse> Handle(HttpRequest request) {
    const auto pending = std::make_shared<PendingAnswer>(context_);
    {
      auto unanswered = std::make_shared<Unanswered>();
      unanswered->server = weak_from_this();
      unanswered->pending = pending;
      handler_(request,
               [unanswered](HttpResponse response) { unanswered->Answer(std::move(response)); });
    }
    error_code cancelled;
    while (!pending->response) {
      co_await pending->arrived.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (logger_.enabled(LogLevel::kDebug)) {
      logger_.Debug("request", {{"method", request.method},
                                {"path", request.path},
                                {"status", pending->response->status}});
    }
    co_return std::move(*pending->response);
  }

  // Whether the connection can be used further.
  asio::awaitable<bool> Write(ServerConnection& connection, HttpResponse response, unsigned version,
                              bool keep_alive, bool is_head) {
    http::response<http::string_body> message =
        ToMessage(std::move(response), version, keep_alive, is_head);
    http::response_serializer<http::string_body> serializer(message);
    error_code error;
    connection.stream.expires_after(limits::kHttpReadTimeout);
    if (is_head) {
      co_await http::async_write_header(connection.stream, serializer,
                                        asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await http::async_write(connection.stream, serializer,
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    co_return keep_alive && !error;
  }

  const HttpHandler handler_;
  const Logger logger_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer grace_{context_};
  uint16_t port_ = 0;
  bool stopping_ = false;
  std::set<ServerConnection*> connections_;
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
