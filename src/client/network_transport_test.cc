#include "client/network_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <mutex>

#include "base/executor.h"

namespace floe::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;

// Answers each connection's requests with the given texts, then closes it. A request's body is not
// read: the tests send none.
class TextServer {
 public:
  explicit TextServer(std::vector<std::vector<std::string>> connections)
      : connections_(std::move(connections)) {
    executor_.Submit([this] { Serve(); });
  }

  // A test that failed half way leaves the server waiting.
  ~TextServer() { ::shutdown(acceptor_.native_handle(), SHUT_RDWR); }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }
  // Waits until so many connections are closed.
  void WaitClosed(size_t count) {
    executor_.RunUntil([this, count] {
      std::lock_guard lock(mutex_);
      return closed_ >= count;
    });
  }
  // After all has been answered.
  std::vector<std::string> Requests() {
    WaitClosed(connections_.size());
    return requests_;
  }

 private:
  void Serve() {
    for (const std::vector<std::string>& answers : connections_) {
      Answer(answers);
      std::lock_guard lock(mutex_);
      ++closed_;
      executor_.Wake();
    }
  }

  void Answer(const std::vector<std::string>& answers) {
    tcp::socket socket(context_);
    boost::system::error_code error;
    acceptor_.accept(socket, error);
    for (const std::string& answer : answers) {
      std::string request;
      if (!error) asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", error);
      if (error) return;
      requests_.push_back(request);
      asio::write(socket, asio::buffer(answer), error);
    }
  }

  std::vector<std::vector<std::string>> connections_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::mutex mutex_;
  size_t closed_ = 0;
  std::vector<std::string> requests_;
  SystemClock clock_;
  ThreadPoolExecutor executor_{1, clock_};
};

std::string Answer(const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
         "\r\n" + body;
}

TEST(NetworkTransport, SendsAndReads) {
  TextServer server({{Answer("hello", "X-Trino-Set-Catalog: lake\r\n")}});
  const auto transport = MakeNetworkTransport();
  const Result<HttpReply> reply = transport->Send(
      {"GET", server.url("/v1/x?y=1"), {{"X-Trino-User", "ann"}}, {}}, kNeverInterrupted);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_THAT(reply->headers, testing::Contains(testing::Pair("x-trino-set-catalog", "lake")));
  const std::vector<std::string> requests = server.Requests();
  EXPECT_TRUE(requests[0].starts_with("GET /v1/x?y=1 HTTP/1.1\r\n")) << requests[0];
  EXPECT_THAT(requests[0], HasSubstr("X-Trino-User: ann\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("Host: 127.0.0.1:"));
}

TEST(NetworkTransport, KeepsTheConnection) {
  TextServer server({{Answer("1"), Answer("2")}});
  const auto transport = MakeNetworkTransport();
  for (const char* body : {"1", "2"}) {
    const auto reply = transport->Send({"GET", server.url("/"), {}, {}}, kNeverInterrupted);
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->body, body);
  }
  EXPECT_EQ(server.Requests().size(), 2U);
}

TEST(NetworkTransport, NoticesAConnectionThatWasClosedMeanwhile) {
  TextServer server({{Answer("1")}, {Answer("2", "Connection: close\r\n")}, {Answer("3")}});
  const auto transport = MakeNetworkTransport();
  size_t closed = 0;
  for (const char* body : {"1", "2", "3"}) {
    const auto reply = transport->Send({"GET", server.url("/"), {}, {}}, kNeverInterrupted);
    ASSERT_TRUE(reply.ok()) << body << reply.status().ToString();
    EXPECT_EQ(reply->body, body);
    server.WaitClosed(++closed);
  }
}

TEST(NetworkTransport, ABrokenAnswerIsNotSentTwice) {
  TextServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}, {Answer("1")}});
  const auto transport = MakeNetworkTransport();
  const auto broken = transport->Send({"POST", server.url("/"), {}, {}}, kNeverInterrupted);
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(transport->Send({"GET", server.url("/"), {}, {}}, kNeverInterrupted).ok());
  EXPECT_EQ(server.Requests().size(), 2U);
}

TEST(NetworkTransport, NobodyListens) {
  uint16_t port = 0;
  {
    asio::io_context context;
    tcp::acceptor taken(context, {asio::ip::make_address("127.0.0.1"), 0});
    port = taken.local_endpoint().port();
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/";
  const auto reply = MakeNetworkTransport()->Send({"GET", url, {}, {}}, kNeverInterrupted);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(reply.error().message(), HasSubstr("refused"));
}

TEST(NetworkTransport, AnInterruptEndsTheWait) {
  // The kernel takes the connection; nobody answers it.
  asio::io_context context;
  tcp::acceptor silent(context, {asio::ip::make_address("127.0.0.1"), 0});
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  int looks = 0;
  const auto reply =
      MakeNetworkTransport()->Send({"GET", url, {}, {}}, [&looks] { return ++looks > 2; });
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), ErrorCode::kCancelled);
}

TEST(NetworkTransport, AnInterruptEndsAPause) {
  int looks = 0;
  const SystemClock clock;
  const auto started = clock.Monotonic();
  MakeNetworkTransport()->Pause(std::chrono::hours(1), [&looks] { return ++looks > 1; });
  EXPECT_LT(clock.Monotonic() - started, std::chrono::minutes(1));
}

}  // namespace
}  // namespace floe::client
