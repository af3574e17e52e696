#include "server/admin/admin_api.h"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "server/admin/job_api.h"
#include "server/admin/record_framing.h"

namespace floe::server {
namespace {

constexpr std::string_view kTopics = "/api/v1/topics/";

class AdminApi {
 public:
  explicit AdminApi(log::PartitionedLog& log) : log_(log) {}

  Result<HttpResponse> Handle(const HttpRequest& request) const {
    if (!request.path.starts_with(kTopics)) return NotFound(request);
    std::string topic = request.path.substr(kTopics.size());
    constexpr std::string_view kRecords = "/records";
    if (topic.ends_with(kRecords)) {
      topic.resize(topic.size() - kRecords.size());
      if (request.method == "POST") return AppendRecords(topic, request);
      if (request.method == "GET") return ReadRecords(topic, request);
      return NotFound(request);
    }
    if (request.method == "PUT") return EnsureTopic(topic, request);
    if (request.method == "GET") return Ends(topic);
    return NotFound(request);
  }

 private:
  static Error NotFound(const HttpRequest& request) {
    return Error(ErrorCode::kNotFound, request.method + " " + request.path + " is not served");
  }

  static Result<int64_t> Number(const HttpRequest& request, const std::string& name) {
    const auto it = request.query.find(name);
    if (it == request.query.end()) {
      return Error(ErrorCode::kInvalidArgument, "the query parameter '" + name + "' is missing");
    }
    int64_t value = 0;
    const char* end = it->second.data() + it->second.size();
    const auto [stopped, error] = std::from_chars(it->second.data(), end, value);
    if (error != std::errc() || stopped != end) {
      return Error(ErrorCode::kInvalidArgument, "'" + name + "' must be a whole number");
    }
    return value;
  }

  Result<HttpResponse> EnsureTopic(const std::string& topic, const HttpRequest& request) const {
    FLOE_ASSIGN(const int64_t partitions, Number(request, "partitions"));
    log::TopicOptions options;
    if (request.query.contains("retention-ms")) {
      FLOE_ASSIGN(options.retention_ms, Number(request, "retention-ms"));
    }
    if (request.query.contains("retention-bytes")) {
      FLOE_ASSIGN(options.retention_bytes, Number(request, "retention-bytes"));
    }
    const Result<log::TopicInfo> created =
        log_.CreateTopic(topic, static_cast<int32_t>(partitions), options);
    if (!created.ok() && created.error().code() != ErrorCode::kAlreadyExists) {
      return created.error();
    }
    return HttpResponse{200, "application/json", "{}", {}};
  }

  Result<HttpResponse> Ends(const std::string& topic) const {
    FLOE_ASSIGN(const log::TopicInfo info, log_.DescribeTopic(topic));
    std::string body = "{\"ends\":[";
    for (int32_t partition = 0; partition < info.partition_count; ++partition) {
      FLOE_ASSIGN(const log::OffsetRange range, log_.Offsets(topic, PartitionId(partition)));
      if (partition > 0) body += ",";
      body += std::to_string(range.end.value());
    }
    return HttpResponse{200, "application/json", body + "]}", {}};
  }

  Result<HttpResponse> AppendRecords(const std::string& topic, const HttpRequest& request) const {
    FLOE_ASSIGN(const std::vector<log::RecordView> framed, ParseFramedRecords(request.body));
    std::vector<log::AppendRecord> records;
    for (const log::RecordView& record : framed) {
      records.push_back({record.key, record.value, record.timestamp_ms, {}});
    }
    FLOE_TRY(log_.Append(topic, records));
    return HttpResponse{
        200, "application/json", "{\"appended\":" + std::to_string(records.size()) + "}", {}};
  }

  Result<HttpResponse> ReadRecords(const std::string& topic, const HttpRequest& request) const {
    FLOE_ASSIGN(const int64_t partition, Number(request, "partition"));
    FLOE_ASSIGN(const int64_t offset, Number(request, "offset"));
    FLOE_ASSIGN(const log::LogSlice slice,
                log_.Read(topic, PartitionId(static_cast<int32_t>(partition)), Offset(offset),
                          limits::kSourceReadAheadBytes));
    HttpResponse response;
    response.content_type = "application/octet-stream";
    for (const log::RecordView& record : slice.records) {
      AppendFramedRecord(record, &response.body);
    }
    return response;
  }

  log::PartitionedLog& log_;
};

}  // namespace

HttpHandler MakeAdminApi(log::PartitionedLog& log, engine::JobSupervisor& jobs,
                         Executor& executor) {
  return RunOn(executor, [&log, &jobs](const HttpRequest& request) {
    if (request.path.starts_with(kJobsPath)) return HandleJobRequest(jobs, request);
    Result<HttpResponse> response = AdminApi(log).Handle(request);
    return response.ok() ? std::move(response).value() : ErrorResponse(response.error());
  });
}

}  // namespace floe::server
