// For tests: answers from a script, and remembers what was sent.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "client/http_transport.h"

namespace floe::client {

class ScriptedTransport final : public HttpTransport {
 public:
  void Answer(std::string body, HttpHeaders headers = {}) {
    script_.push_back(HttpReply{200, std::move(headers), std::move(body)});
  }
  void AnswerStatus(int status, std::string body = {}) {
    script_.push_back(HttpReply{status, {}, std::move(body)});
  }
  void Break() { script_.push_back(Error(ErrorCode::kUnavailable, "the connection broke")); }
  // Called before each request is answered.
  void OnSend(std::function<void(const HttpCall&)> on_send) { on_send_ = std::move(on_send); }

  Result<HttpReply> Send(const HttpCall& call, const Interrupted& interrupted) override {
    if (on_send_) on_send_(call);
    if (interrupted()) return Error(ErrorCode::kCancelled, "interrupted");
    calls.push_back(call);
    if (call.method == "DELETE") return HttpReply{204, {}, {}};
    if (script_.empty()) return Error(ErrorCode::kInternal, "the script has no more answers");
    Result<HttpReply> reply = std::move(script_.front());
    script_.pop_front();
    return reply;
  }
  void Pause(std::chrono::milliseconds pause, const Interrupted&) override {
    pauses.push_back(pause);
  }

  // "POST http://…", in order.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const HttpCall& call : calls) lines.push_back(call.method + " " + call.url);
    return lines;
  }

  std::vector<HttpCall> calls;
  std::vector<std::chrono::milliseconds> pauses;

 private:
  std::deque<Result<HttpReply>> script_;
  std::function<void(const HttpCall&)> on_send_;
};

}  // namespace floe::client
