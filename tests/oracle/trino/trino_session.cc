#include "oracle/trino/trino_session.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

namespace floe::oracle {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using nlohmann::json;

constexpr size_t kMaxPageBytes = size_t{256} << 20;

}  // namespace

class TrinoConnection::Implementation {
 public:
  Status Connect(const std::string& url) {
    constexpr std::string_view kScheme = "http://";
    host_ = url.starts_with(kScheme) ? url.substr(kScheme.size()) : url;
    while (host_.ends_with('/')) host_.pop_back();
    const size_t colon = host_.rfind(':');
    const std::string name = host_.substr(0, colon);
    const std::string port = colon == std::string::npos ? "80" : host_.substr(colon + 1);
    boost::system::error_code error;
    const auto found = tcp::resolver(context_).resolve(name, port, error);
    if (!error) boost::asio::connect(socket_, found, error);
    if (!error) socket_.set_option(tcp::no_delay(true), error);
    if (!error) return Status::Ok();
    return Status(ErrorCode::kUnavailable, "no server at " + url + ": " + error.message());
  }

  Result<json> Request(http::verb method, const std::string& target, const std::string& body,
                       const Headers& headers) {
    http::request<http::string_body> request(method, target, 11);
    request.set(http::field::host, host_);
    for (const auto& [name, value] : headers) request.insert(name, value);
    request.body() = body;
    request.prepare_payload();
    boost::system::error_code error;
    http::write(socket_, request, error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxPageBytes);
    if (!error) http::read(socket_, buffer_, parser, error);
    if (error) return Error(ErrorCode::kUnavailable, target + ": " + error.message());
    const std::string& text = parser.get().body();
    if (parser.get().result_int() != 200) {
      return Error(ErrorCode::kUnavailable,
                   target + ": " + std::to_string(parser.get().result_int()) + " " + text);
    }
    json page = json::parse(text, nullptr, false);
    if (page.is_discarded()) return Error(ErrorCode::kInvalidData, target + ": no JSON: " + text);
    return page;
  }

  // A URI's path: pages come from the server that was asked.
  static std::string PathOf(const std::string& uri) {
    const size_t scheme = uri.find("://");
    const size_t slash = uri.find('/', scheme == std::string::npos ? 0 : scheme + 3);
    return slash == std::string::npos ? "/" : uri.substr(slash);
  }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_{context_};
  boost::beast::flat_buffer buffer_;
  std::string host_;
};

TrinoConnection::TrinoConnection(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
TrinoConnection::~TrinoConnection() = default;

Result<std::unique_ptr<TrinoConnection>> TrinoConnection::Open(const std::string& url) {
  auto implementation = std::make_unique<Implementation>();
  FLOE_TRY(implementation->Connect(url));
  return std::unique_ptr<TrinoConnection>(new TrinoConnection(std::move(implementation)));
}

Result<json> TrinoConnection::Run(const std::string& sql, const Headers& headers) {
  FLOE_ASSIGN(json page, implementation_->Request(http::verb::post, "/v1/statement", sql, headers));
  json columns;
  json data = json::array();
  while (true) {
    if (page.contains("columns")) columns = page["columns"];
    for (json& row : page["data"]) data.push_back(std::move(row));
    if (!page.contains("nextUri")) break;
    const std::string target = Implementation::PathOf(page["nextUri"].get<std::string>());
    FLOE_ASSIGN(page, implementation_->Request(http::verb::get, target, "", headers));
  }
  page["columns"] = std::move(columns);
  page["data"] = std::move(data);
  return page;
}

}  // namespace floe::oracle
