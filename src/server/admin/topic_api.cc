#include "server/admin/topic_api.h"

#include <charconv>
#include <limits>
#include <vector>

#include "base/limits.h"
#include "server/admin/record_framing.h"

namespace floe::server {
namespace {

HttpResponse Json(std::string body) {
  return HttpResponse{200, "application/json", std::move(body), {}};
}

Result<int64_t> Number(const HttpRequest& request, const std::string& name) {
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

Result<int32_t> SmallNumber(const HttpRequest& request, const std::string& name) {
  FLOE_ASSIGN(const int64_t value, Number(request, name));
  if (value < 0 || value > std::numeric_limits<int32_t>::max()) {
    return Error(
        ErrorCode::kInvalidArgument,
        "'" + name + "' must be from 0 to " + std::to_string(std::numeric_limits<int32_t>::max()));
  }
  return static_cast<int32_t>(value);
}

}  // namespace

Result<HttpResponse> EnsureTopic(const AdminTargets& targets, const HttpRequest& request,
                                 const std::string& topic) {
  FLOE_ASSIGN(const int32_t partitions, SmallNumber(request, "partitions"));
  log::TopicOptions options;
  if (request.query.contains("retention-ms")) {
    FLOE_ASSIGN(options.retention_ms, Number(request, "retention-ms"));
  }
  if (request.query.contains("retention-bytes")) {
    FLOE_ASSIGN(options.retention_bytes, Number(request, "retention-bytes"));
  }
  const Result<log::TopicInfo> created = targets.log.CreateTopic(topic, partitions, options);
  if (!created.ok() && created.error().code() != ErrorCode::kAlreadyExists) return created.error();
  return Json("{}");
}

Result<HttpResponse> DescribeTopic(const AdminTargets& targets, const HttpRequest&,
                                   const std::string& topic) {
  FLOE_ASSIGN(const log::TopicInfo info, targets.log.DescribeTopic(topic));
  std::string body = "{\"ends\":[";
  for (int32_t partition = 0; partition < info.partition_count; ++partition) {
    FLOE_ASSIGN(const log::OffsetRange range, targets.log.Offsets(topic, PartitionId(partition)));
    if (partition > 0) body += ",";
    body += std::to_string(range.end.value());
  }
  return Json(body + "]}");
}

Result<HttpResponse> AppendRecords(const AdminTargets& targets, const HttpRequest& request,
                                   const std::string& topic) {
  FLOE_ASSIGN(const std::vector<log::RecordView> framed, ParseFramedRecords(request.body));
  std::vector<log::AppendRecord> records;
  for (const log::RecordView& record : framed) {
    records.push_back({record.key, record.value, record.timestamp_ms, {}});
  }
  FLOE_TRY(targets.log.Append(topic, records));
  return Json("{\"appended\":" + std::to_string(records.size()) + "}");
}

Result<HttpResponse> ReadRecords(const AdminTargets& targets, const HttpRequest& request,
                                 const std::string& topic) {
  FLOE_ASSIGN(const int32_t partition, SmallNumber(request, "partition"));
  FLOE_ASSIGN(const int64_t offset, Number(request, "offset"));
  FLOE_ASSIGN(const log::LogSlice slice,
              targets.log.Read(topic, PartitionId(partition), Offset(offset),
                               limits::kSourceReadAheadBytes));
  HttpResponse response;
  response.content_type = "application/octet-stream";
  for (const log::RecordView& record : slice.records) {
    AppendFramedRecord(record, &response.body);
  }
  return response;
}

}  // namespace floe::server
