#include "client/network_transport.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"
#include "client/url.h"

namespace floe::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using PlainStream = beast::tcp_stream;
using SecureStream = beast::ssl_stream<beast::tcp_stream>;

// How often a wait looks whether it is to be given up.
constexpr std::chrono::milliseconds kLookInterval{20};

HttpReply ToReply(http::response<http::string_body> message) {
  HttpReply reply;
  reply.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    const beast::string_view name = field.name_string();
    reply.headers.emplace_back(AsciiLower({name.data(), name.size()}),
                               std::string(field.value().data(), field.value().size()));
  }
  reply.body = std::move(message.body());
  return reply;
}

class NetworkTransport final : public HttpTransport {
 public:
  Result<HttpReply> Send(const HttpCall& call, const Interrupted& interrupted) override {
    FLOE_ASSIGN(const Url url, ParseUrl(call.url));
    if (interrupted()) return Error(ErrorCode::kCancelled, "interrupted");
    if (!url_ || !url_->SameServer(url) || !IsOpen()) Close();
    HttpReply reply;
    error_code error;
    bool is_done = false;
    bool was_interrupted = false;
    std::exception_ptr thrown;
    context_.restart();
    asio::co_spawn(context_, Exchange(url, call, &reply, &error), [&](std::exception_ptr found) {
      thrown = found;
      is_done = true;
    });
    while (!is_done) {
      context_.run_for(kLookInterval);
      if (is_done || was_interrupted || !interrupted()) continue;
      was_interrupted = true;
      Cancel();
    }
    const bool failed = error || thrown != nullptr || was_interrupted;
    if (failed) Close();
    if (was_interrupted) return Error(ErrorCode::kCancelled, "interrupted");
    if (thrown) return Error(ErrorCode::kInternal, "the connection could not be used");
    if (error) return Failure(url, error);
    return reply;
  }

  void Pause(std::chrono::milliseconds pause, const Interrupted& interrupted) override {
    asio::steady_timer timer(context_, pause);
    bool is_over = false;
    timer.async_wait([&is_over](const error_code&) { is_over = true; });
    context_.restart();
    while (!is_over) {
      context_.run_for(kLookInterval);
      if (interrupted()) timer.cancel();
    }
  }

 private:
  // `call` outlives the coroutine: Send waits for it.
  asio::awaitable<void> Exchange(Url url, const HttpCall& call, HttpReply* reply,
                                 error_code* error) {
    if (!plain_ && !secure_) co_await Connect(url, error);
    if (*error) co_return;
    url_ = url;
    if (url.secure) {
      co_await Exchange(*secure_, url, call, reply, error);
    } else {
      co_await Exchange(*plain_, url, call, reply, error);
    }
  }

  template <typename Stream>
  asio::awaitable<void> Exchange(Stream& stream, const Url& url, const HttpCall& call,
                                 HttpReply* reply, error_code* error) {
    http::request<http::string_body> request;
    request.version(11);
    request.method_string({call.method.data(), call.method.size()});
    request.target(url.target);
    request.set(http::field::host, url.Authority());
    for (const auto& [name, value] : call.headers) request.set(name, value);
    request.body() = call.body;
    request.prepare_payload();
    beast::get_lowest_layer(stream).expires_after(limits::kClientTimeout);
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, *error));
    if (*error) co_return;
    http::response_parser<http::string_body> parser;
    parser.header_limit(limits::kMaxHttpHeaderBytes);
    parser.body_limit(limits::kMaxClientPageBytes);
    co_await http::async_read(stream, buffer_, parser,
                              asio::redirect_error(asio::use_awaitable, *error));
    if (*error) co_return;
    const bool keep_alive = parser.get().keep_alive();
    *reply = ToReply(parser.release());
    if (!keep_alive) Close();
  }

  asio::awaitable<void> Connect(const Url& url, error_code* error) {
    const auto addresses = co_await resolver_.async_resolve(
        url.host, url.port, asio::redirect_error(asio::use_awaitable, *error));
    if (*error) co_return;
    PlainStream plain(context_);
    connecting_ = &plain;
    plain.expires_after(limits::kHttpReadTimeout);
    co_await plain.async_connect(addresses, asio::redirect_error(asio::use_awaitable, *error));
    connecting_ = nullptr;
    if (*error) co_return;
    // Statements are small messages that wait for their answers.
    error_code ignored;
    plain.socket().set_option(tcp::no_delay(true), ignored);
    if (!url.secure) {
      plain_.emplace(std::move(plain));
      co_return;
    }
    PrepareTls(error);
    if (*error) co_return;
    secure_.emplace(std::move(plain), *tls_);
    secure_->set_verify_callback(asio::ssl::host_name_verification(url.host));
    if (SSL_set_tlsext_host_name(secure_->native_handle(), url.host.c_str()) != 1) {
      *error = asio::error::invalid_argument;
      co_return;
    }
    co_await secure_->async_handshake(asio::ssl::stream_base::client,
                                      asio::redirect_error(asio::use_awaitable, *error));
  }

  void PrepareTls(error_code* error) {
    if (tls_) return;
    tls_.emplace(asio::ssl::context::tls_client);
    tls_->set_default_verify_paths(*error);
    if (!*error) tls_->set_verify_mode(asio::ssl::verify_peer, *error);
  }

  PlainStream* Lowest() {
    if (connecting_ != nullptr) return connecting_;
    if (plain_) return &*plain_;
    return secure_ ? &secure_->next_layer() : nullptr;
  }

  // Whether the server has not closed the connection meanwhile: a request that is lost with it may
  // or may not have been carried out.
  bool IsOpen() {
    PlainStream* stream = Lowest();
    if (stream == nullptr) return false;
    error_code error;
    char byte = 0;
    stream->socket().non_blocking(true, error);
    stream->socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
    return error == asio::error::would_block;
  }

  void Cancel() {
    resolver_.cancel();
    if (PlainStream* stream = Lowest(); stream != nullptr) stream->cancel();
  }

  void Close() {
    plain_.reset();
    secure_.reset();
    url_.reset();
    buffer_.clear();
  }

  static Error Failure(const Url& url, const error_code& error) {
    const std::string server = (url.secure ? "https://" : "http://") + url.Authority();
    if (error == beast::error::timeout) {
      return Error(ErrorCode::kTimeout, server + " does not answer");
    }
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return Error(ErrorCode::kLimitExceeded, "the answer of " + server + " is too long");
    }
    return Error(ErrorCode::kUnavailable, server + ": " + error.message());
  }

  asio::io_context context_{1};
  tcp::resolver resolver_{context_};
  std::optional<asio::ssl::context> tls_;
  std::optional<PlainStream> plain_;
  std::optional<SecureStream> secure_;
  PlainStream* connecting_ = nullptr;
  std::optional<Url> url_;  // of the open connection
  beast::flat_buffer buffer_{limits::kMaxClientPageBytes + limits::kMaxHttpHeaderBytes};
};

}  // namespace

std::unique_ptr<HttpTransport> MakeNetworkTransport() {
  return std::make_unique<NetworkTransport>();
}

}  // namespace floe::client
