#include "server/admin/admin_connection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/limits.h"

namespace floe::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr uint64_t kMaxOwnerFileBytes = 4096;

ErrorCode CodeOfName(const std::string& name) {
#define FLOE_X(code, number, origin, retry) \
  if (name == ErrorName(ErrorCode::code)) return ErrorCode::code;
  FLOE_ERROR_CODES(FLOE_X)
#undef FLOE_X
  return ErrorCode::kUnavailable;
}

Error FailureOf(const std::string& body) {
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) {
    return Error(ErrorCode::kUnavailable, "admin API: " + body);
  }
  const nlohmann::json& found = json["error"];
  const auto text = [&](const char* key) {
    return found.contains(key) && found[key].is_string() ? found[key].get<std::string>()
                                                         : std::string();
  };
  const auto number = [&](const char* key) {
    return found.contains(key) && found[key].is_number_integer() ? found[key].get<int>() : 0;
  };
  Error error(CodeOfName(text("name")), text("message"));
  if (!text("hint").empty()) error = std::move(error).WithHint(text("hint"));
  const SourceSpan span{number("line"), number("column"), number("end_line"), number("end_column")};
  return span.line > 0 ? std::move(error).WithSpan(span) : error;
}

}  // namespace

class AdminConnection::Implementation {
 public:
  Status Connect(const std::string& address, uint16_t port) {
    boost::system::error_code error;
    const asio::ip::address parsed = asio::ip::make_address(address, error);
    host_ = address + ":" + std::to_string(port);
    if (!error) stream_.socket().connect({parsed, port}, error);
    if (error) {
      return Error(ErrorCode::kUnavailable, "the owner of the data directory does not answer at " +
                                                host_ + ": " + error.message());
    }
    return Status::Ok();
  }

  Result<std::string> Send(std::string_view method, const std::string& target, std::string body) {
    http::request<http::string_body> request;
    request.version(11);
    request.method_string({method.data(), method.size()});
    request.target(target);
    request.set(http::field::host, host_);
    request.body() = std::move(body);
    request.prepare_payload();
    boost::system::error_code error;
    http::write(stream_.socket(), request, error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(limits::kMaxHttpBodyBytes);
    if (!error) http::read(stream_.socket(), buffer_, parser, error);
    if (error) return Error(ErrorCode::kUnavailable, "admin API: " + error.message());
    if (parser.get().result_int() != 200) return FailureOf(parser.get().body());
    return std::move(parser.get().body());
  }

 private:
  asio::io_context context_;
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  std::string host_;
};

AdminConnection::AdminConnection(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
AdminConnection::~AdminConnection() = default;

Result<std::unique_ptr<AdminConnection>> AdminConnection::ToOwner(storage::FileSystem& files,
                                                                  const std::string& owner_path) {
  const Result<OwnerAddress> owner = ReadOwnerAddress(files, owner_path);
  if (!owner.ok() && owner.error().code() != ErrorCode::kInvalidData) {
    return Error(ErrorCode::kDataDirectoryLocked,
                 "the data directory is in use by a process without an admin API")
        .WithHint("stop it, or give another --data-dir");
  }
  if (!owner.ok()) return owner.error();
  auto implementation = std::make_unique<Implementation>();
  FLOE_TRY(implementation->Connect(owner->address, owner->port));
  return std::unique_ptr<AdminConnection>(new AdminConnection(std::move(implementation)));
}

Result<std::string> AdminConnection::Send(std::string_view method, const std::string& target,
                                          std::string body) {
  return implementation_->Send(method, target, std::move(body));
}

Result<OwnerAddress> ReadOwnerAddress(storage::FileSystem& files, const std::string& owner_path) {
  FLOE_ASSIGN(const std::string text, storage::ReadFile(files, owner_path, kMaxOwnerFileBytes));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("address") || !json["address"].is_string() ||
      !json.contains("admin_port") || !json["admin_port"].is_number_unsigned()) {
    return Error(ErrorCode::kInvalidData, owner_path + " does not name an address");
  }
  return OwnerAddress{json["address"].get<std::string>(), json["admin_port"].get<uint16_t>()};
}

std::string OwnerText(const std::string& address, uint16_t admin_port) {
  const nlohmann::json json = {{"address", address}, {"admin_port", admin_port}};
  return json.dump() + "\n";
}

}  // namespace floe::server
