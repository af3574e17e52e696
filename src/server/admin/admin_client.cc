#include "server/admin/admin_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "server/admin/record_framing.h"

namespace floe::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr uint64_t kMaxOwnerFileBytes = 4096;

// One connection, kept open; blocking.
class AdminConnection {
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

  Result<std::string> Send(http::verb method, const std::string& target, std::string body) {
    http::request<http::string_body> request(method, target, 11);
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
  static Error FailureOf(const std::string& body) {
    const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
    const std::string message =
        json.is_object() && json.contains("error") ? json["error"].value("message", body) : body;
    return Error(ErrorCode::kInvalidArgument, "admin API: " + message);
  }

  asio::io_context context_;
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  std::string host_;
};

class RemoteSink final : public producers::RecordSink {
 public:
  RemoteSink(int32_t partition_count, const log::TopicOptions& topic_options)
      : partition_count_(partition_count), topic_options_(topic_options) {}

  Status Connect(const std::string& address, uint16_t port) {
    return connection_.Connect(address, port);
  }

  Status EnsureTopic(const std::string& topic) override {
    return connection_
        .Send(http::verb::put,
              PathOf(topic) + "?partitions=" + std::to_string(partition_count_) +
                  "&retention-ms=" + std::to_string(topic_options_.retention_ms) +
                  "&retention-bytes=" + std::to_string(topic_options_.retention_bytes),
              "")
        .status();
  }

  Status Append(const std::string& topic, std::span<const log::AppendRecord> records) override {
    std::string body;
    for (const log::AppendRecord& record : records) {
      log::RecordView view;
      view.key = record.key;
      view.value = record.value;
      view.timestamp_ms = record.timestamp_ms;
      AppendFramedRecord(view, &body);
    }
    return connection_.Send(http::verb::post, PathOf(topic) + "/records", std::move(body)).status();
  }

  Result<producers::TopicEnd> End(const std::string& topic) override {
    FLOE_ASSIGN(const std::string body, connection_.Send(http::verb::get, PathOf(topic), ""));
    const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("ends") || !json["ends"].is_array()) {
      return Error(ErrorCode::kInvalidData, "admin API: no 'ends' in the answer");
    }
    producers::TopicEnd ends;
    for (const nlohmann::json& end : json["ends"]) {
      if (!end.is_number_integer()) {
        return Error(ErrorCode::kInvalidData, "admin API: an end is not an offset");
      }
      ends.push_back(Offset(end.get<int64_t>()));
    }
    return ends;
  }

  Status ReadSince(const std::string& topic, const producers::TopicEnd& from,
                   const std::function<void(const log::RecordView&)>& visit) override {
    FLOE_ASSIGN(const producers::TopicEnd ends, End(topic));
    for (size_t partition = 0; partition < ends.size(); ++partition) {
      Offset next = partition < from.size() ? from[partition] : Offset(0);
      while (next < ends[partition]) {
        FLOE_ASSIGN(
            const std::string body,
            connection_.Send(http::verb::get,
                             PathOf(topic) + "/records?partition=" + std::to_string(partition) +
                                 "&offset=" + std::to_string(next.value()),
                             ""));
        FLOE_ASSIGN(const std::vector<log::RecordView> records, ParseFramedRecords(body));
        if (records.empty()) break;
        for (const log::RecordView& record : records) visit(record);
        next = records.back().offset.Next();
      }
    }
    return Status::Ok();
  }

 private:
  static std::string PathOf(const std::string& topic) { return "/api/v1/topics/" + topic; }

  const int32_t partition_count_;
  const log::TopicOptions topic_options_;
  AdminConnection connection_;
};

}  // namespace

std::string OwnerText(const std::string& address, uint16_t admin_port) {
  const nlohmann::json json = {{"address", address}, {"admin_port", admin_port}};
  return json.dump() + "\n";
}

Result<std::unique_ptr<producers::RecordSink>> ConnectToOwner(storage::FileSystem& files,
                                                              const std::string& owner_path,
                                                              int32_t partition_count,
                                                              const log::TopicOptions& options) {
  Result<std::string> text = storage::ReadFile(files, owner_path, kMaxOwnerFileBytes);
  if (!text.ok()) {
    return Error(ErrorCode::kDataDirectoryLocked,
                 "the data directory is in use by a process without an admin API")
        .WithHint("stop it, or give another --data-dir");
  }
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("address") || !json["address"].is_string() ||
      !json.contains("admin_port") || !json["admin_port"].is_number_unsigned()) {
    return Error(ErrorCode::kInvalidData, owner_path + " does not name an address");
  }
  auto sink = std::make_unique<RemoteSink>(partition_count, options);
  FLOE_TRY(sink->Connect(json["address"].get<std::string>(), json["admin_port"].get<uint16_t>()));
  return std::unique_ptr<producers::RecordSink>(std::move(sink));
}

}  // namespace floe::server
