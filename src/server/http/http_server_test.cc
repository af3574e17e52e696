#include "server/http/http_server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/limits.h"
#include "server/http/test_client.h"

namespace floe::server {
namespace {

// Keeps responders, for a test that answers later.
class Held {
 public:
  HttpHandler Handler() {
    return [this](const HttpRequest&, HttpResponder respond) {
      std::lock_guard lock(mutex_);
      responders_.push_back(std::move(respond));
      arrived_.notify_all();
    };
  }
  HttpResponder Take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !responders_.empty(); });
    HttpResponder responder = std::move(responders_.back());
    responders_.pop_back();
    return responder;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<HttpResponder> responders_;
};

class HttpServerTest : public testing::Test {
 protected:
  void Serve(HttpHandler handler) {
    auto started = HttpServer::Start("127.0.0.1", 0, thread_, std::move(handler), Logger());
    ASSERT_TRUE(started.ok()) << started.error().ToString();
    server_ = std::move(*started);
  }
  // What the server makes of a request, one part a line.
  void ServeEcho() {
    Serve([](const HttpRequest& request, const HttpResponder& respond) {
      std::string text = request.method + " " + request.path + "\n";
      for (const auto& [name, value] : request.query) text += name + "=" + value + "\n";
      text += "x=" + std::string(request.header("x")) + "\nhost=" + request.host + "\n";
      respond({200, "text/plain", text + request.body, {{"X-A", "1"}, {"X-B", "2"}}});
    });
  }

  SystemClock clock_;
  ThreadPoolExecutor workers_{2, clock_};
  ThreadPoolExecutor thread_{1, clock_};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, HandsOnThePartsOfARequest) {
  ServeEcho();
  TestClient client(server_->port());
  const auto answer =
      client.Request("POST", "/a%2fb+c?k=%41+b&empty=&flag", "body", {{"X", "one"}, {"x", "two"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            "POST /a/b+c\nempty=\nflag=\nk=A b\nx=one, two\nhost=" + client.host() + "\nbody");
  EXPECT_EQ(answer.headers.at("Content-Type"), "text/plain");
  EXPECT_EQ(answer.headers.at("X-A"), "1");
  EXPECT_EQ(answer.headers.at("X-B"), "2");
  // The same connection takes another one.
  EXPECT_TRUE(answer.keep_alive);
  EXPECT_EQ(client.Request("GET", "/").body, "GET /\nx=\nhost=" + client.host() + "\n");
}

TEST_F(HttpServerTest, RequestsThatWereSentTogetherAreAnsweredInOrder) {
  ServeEcho();
  TestClient client(server_->port());
  client.Send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.Read().body.starts_with("GET /1\n"));
  EXPECT_TRUE(client.Read().body.starts_with("GET /2\n"));
}

TEST_F(HttpServerTest, HeadHasTheLengthButNoBody) {
  ServeEcho();
  TestClient client(server_->port());
  const auto answer = client.Request("HEAD", "/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(std::stoul(answer.headers.at("Content-Length")),
            ("HEAD /\nx=\nhost=" + client.host() + "\n").size());
  EXPECT_EQ(client.Request("GET", "/").status, 200);
}

TEST_F(HttpServerTest, AnAnswerWithoutContentHasNoLength) {
  Serve([](const HttpRequest&, const HttpResponder& respond) { respond({204, "", "", {}}); });
  TestClient client(server_->port());
  const auto answer = client.Request("DELETE", "/");
  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(answer.headers.contains("Content-Length"));
  EXPECT_FALSE(answer.headers.contains("Content-Type"));
  EXPECT_EQ(client.Request("DELETE", "/").status, 204);
}

TEST_F(HttpServerTest, ALateAnswerHoldsUpNobodyElse) {
  Held held;
  Serve([&, hold = held.Handler()](const HttpRequest& request, HttpResponder respond) {
    if (request.path == "/late") return hold(request, std::move(respond));
    respond({200, "text/plain", "now", {}});
  });
  TestClient late(server_->port());
  late.SendRequest("GET", "/late");
  const HttpResponder respond = held.Take();
  TestClient other(server_->port());
  EXPECT_EQ(other.Request("GET", "/").body, "now");
  respond({200, "text/plain", "late", {}});
  respond({200, "text/plain", "twice", {}});
  EXPECT_EQ(late.Read().body, "late");
  EXPECT_EQ(late.Request("GET", "/").body, "now");
}

TEST_F(HttpServerTest, ADroppedResponderIsAnError) {
  Serve([](const HttpRequest&, const HttpResponder&) {});
  TestClient client(server_->port());
  EXPECT_EQ(client.Request("GET", "/").status, 500);
}

TEST_F(HttpServerTest, AnAnswerToNobodyIsIgnored) {
  Held held;
  Serve(held.Handler());
  std::optional<TestClient> client(std::in_place, server_->port());
  client->SendRequest("GET", "/");
  const HttpResponder respond = held.Take();
  client.reset();
  respond({200, "text/plain", "too late", {}});
  TestClient other(server_->port());
  other.SendRequest("GET", "/");
  held.Take()({200, "text/plain", "served", {}});
  EXPECT_EQ(other.Read().body, "served");
  server_.reset();
  respond({200, "text/plain", "much too late", {}});
}

TEST_F(HttpServerTest, BlockingHandlersRunElsewhere) {
  std::mutex mutex;
  std::condition_variable changed;
  bool released = false;
  const HttpHandler slow = RunOn(workers_, [&](const HttpRequest& request) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return released; });
    return HttpResponse{200, "text/plain", request.body, {}};
  });
  Serve([&](const HttpRequest& request, HttpResponder respond) {
    if (request.path == "/slow") return slow(request, std::move(respond));
    respond({200, "text/plain", "now", {}});
  });
  TestClient first(server_->port());
  first.SendRequest("POST", "/slow", "waited");
  EXPECT_EQ(TestClient(server_->port()).Request("GET", "/").body, "now");
  {
    std::lock_guard lock(mutex);
    released = true;
    changed.notify_all();
  }
  EXPECT_EQ(first.Read().body, "waited");
}

TEST_F(HttpServerTest, RefusesWhatIsTooLargeOrNoRequest) {
  ServeEcho();
  const auto refused = [&](const std::string& bytes) {
    TestClient client(server_->port());
    client.Send(bytes);
    const auto answer = client.Read();
    EXPECT_FALSE(answer.keep_alive);
    return answer.status;
  };
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nX: " + std::string(limits::kMaxHttpHeaderBytes, 'x')), 431);
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nContent-Length: " +
                    std::to_string(limits::kMaxHttpBodyBytes + 1) + "\r\n\r\n"),
            413);
  EXPECT_EQ(refused("no such thing\r\n\r\n"), 400);
  // What is just allowed arrives whole.
  TestClient client(server_->port());
  const std::string long_value(size_t{50} << 10, 'v');
  EXPECT_EQ(client.Request("GET", "/", "", {{"X", long_value}}).body,
            "GET /\nx=" + long_value + "\nhost=" + client.host() + "\n");
}

TEST_F(HttpServerTest, AsksForABodyThatWaitsForIt) {
  ServeEcho();
  TestClient client(server_->port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.Read().status, 100);
  client.Send("ok");
  EXPECT_TRUE(client.Read().body.ends_with("\nok"));
}

TEST_F(HttpServerTest, ConnectionsAreBounded) {
  ServeEcho();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < limits::kMaxHttpConnections; ++i) {
    clients.push_back(std::make_unique<TestClient>(server_->port()));
    ASSERT_EQ(clients.back()->Request("GET", "/").status, 200);
  }
  EXPECT_EQ(TestClient(server_->port()).Read().status, 503);
  // Those that are open stay, and a place that gets free is used again.
  EXPECT_EQ(clients.front()->Request("GET", "/").status, 200);
  clients.front()->Send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(clients.front()->Read().status, 200);
  EXPECT_EQ(clients.front()->Read().status, 0);
  EXPECT_EQ(TestClient(server_->port()).Request("GET", "/").status, 200);
}

TEST_F(HttpServerTest, StopsAfterTheRequestsUnderWay) {
  Held held;
  Serve(held.Handler());
  TestClient idle(server_->port());
  TestClient busy(server_->port());
  busy.SendRequest("GET", "/");
  const HttpResponder respond = held.Take();
  workers_.Submit([this] { server_.reset(); });
  EXPECT_EQ(idle.Read().status, 0);  // closed by the stop
  respond({200, "text/plain", "last", {}});
  const auto answer = busy.Read();
  EXPECT_EQ(answer.body, "last");
  EXPECT_FALSE(answer.keep_alive);
  EXPECT_EQ(busy.Read().status, 0);
}

}  // namespace
}  // namespace floe::server
