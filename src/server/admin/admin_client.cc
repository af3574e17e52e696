#include "server/admin/admin_client.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/percent_encoding.h"
#include "server/admin/admin_connection.h"
#include "server/admin/record_framing.h"

namespace floe::server {
namespace {

class RemoteSink final : public producers::RecordSink {
 public:
  RemoteSink(std::unique_ptr<AdminConnection> connection, int32_t partition_count,
             const log::TopicOptions& topic_options)
      : connection_(std::move(connection)),
        partition_count_(partition_count),
        topic_options_(topic_options) {}

  Status EnsureTopic(const std::string& topic) override {
    return connection_
        ->Send("PUT",
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
    return connection_->Send("POST", PathOf(topic) + "/records", std::move(body)).status();
  }

  Result<producers::TopicEnd> End(const std::string& topic) override {
    FLOE_ASSIGN(const std::string body, connection_->Send("GET", PathOf(topic), ""));
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
            connection_->Send("GET",
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
  static std::string PathOf(const std::string& topic) {
    return "/api/v1/topics/" + PercentEncode(topic);
  }

  const std::unique_ptr<AdminConnection> connection_;
  const int32_t partition_count_;
  const log::TopicOptions topic_options_;
};

}  // namespace

Result<std::unique_ptr<producers::RecordSink>> ConnectToOwner(storage::FileSystem& files,
                                                              const std::string& owner_path,
                                                              int32_t partition_count,
                                                              const log::TopicOptions& options) {
  FLOE_ASSIGN(std::unique_ptr<AdminConnection> connection,
              AdminConnection::ToOwner(files, owner_path));
  return std::unique_ptr<producers::RecordSink>(
      std::make_unique<RemoteSink>(std::move(connection), partition_count, options));
}

}  // namespace floe::server
