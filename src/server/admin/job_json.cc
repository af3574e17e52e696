#include "server/admin/job_json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace floe::server {
namespace {

using nlohmann::json;

void AddWatermark(EventTime watermark, json* out) {
  if (watermark != EventTime::Min()) (*out)["watermark_ms"] = watermark.millis();
}

json ToJson(const engine::JobStatus& status) {
  const engine::JobRecord& record = status.record;
  json out = {{"id", record.id},
              {"name", record.name},
              {"file", record.file_name},
              {"state", engine::JobStateName(record.state)},
              {"submitted_ms", record.submitted_ms},
              {"restarts", status.restarts},
              {"epoch", status.report.epoch.value()},
              {"sources", json::array()},
              {"operators", json::array()}};
  if (record.ended_ms > 0) out["ended_ms"] = record.ended_ms;
  if (!record.error.empty()) out["error"] = record.error;
  AddWatermark(status.report.watermark, &out);
  for (const runtime::ScanReport& scan : status.report.scans) {
    json source = {{"operator_id", scan.operator_id},
                   {"table", scan.table},
                   {"records", scan.counters.records},
                   {"bad_records", scan.counters.bad_records},
                   {"skipped_records", scan.counters.skipped_records}};
    if (scan.lag >= 0) source["lag"] = scan.lag;
    AddWatermark(scan.watermark, &source);
    out["sources"].push_back(std::move(source));
  }
  for (const runtime::OperatorReport& report : status.report.operators) {
    json one = {{"operator_id", report.operator_id},
                {"kind", report.kind},
                {"rows_in", report.counters.rows_in},
                {"rows_out", report.counters.rows_out},
                {"rows_filtered", report.counters.rows_filtered},
                {"rows_late", report.counters.rows_late}};
    AddWatermark(report.watermark, &one);
    out["operators"].push_back(std::move(one));
  }
  return out;
}

std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string TextOf(const json& value, const char* key) {
  const auto it = value.find(key);
  return it != value.end() && it->is_string() ? it->get<std::string>() : std::string();
}

int64_t NumberOf(const json& value, const char* key, int64_t missing = 0) {
  const auto it = value.find(key);
  return it != value.end() && it->is_number_integer() ? it->get<int64_t>() : missing;
}

EventTime WatermarkOf(const json& value) {
  return EventTime(NumberOf(value, "watermark_ms", EventTime::Min().millis()));
}

std::vector<json> ArrayOf(const json& value, const char* key) {
  const auto it = value.find(key);
  return it != value.end() && it->is_array() ? it->get<std::vector<json>>() : std::vector<json>();
}

engine::JobReport ReportOf(const json& value) {
  engine::JobReport report;
  report.pipeline_id = TextOf(value, "name");
  report.epoch = Epoch(NumberOf(value, "epoch"));
  report.watermark = WatermarkOf(value);
  for (const json& source : ArrayOf(value, "sources")) {
    runtime::ScanReport scan;
    scan.operator_id = TextOf(source, "operator_id");
    scan.table = TextOf(source, "table");
    scan.counters.records = NumberOf(source, "records");
    scan.counters.bad_records = NumberOf(source, "bad_records");
    scan.counters.skipped_records = NumberOf(source, "skipped_records");
    scan.lag = NumberOf(source, "lag", -1);
    scan.watermark = WatermarkOf(source);
    report.scans.push_back(std::move(scan));
  }
  for (const json& one : ArrayOf(value, "operators")) {
    runtime::OperatorReport found;
    found.operator_id = TextOf(one, "operator_id");
    found.kind = TextOf(one, "kind");
    found.counters.rows_in = NumberOf(one, "rows_in");
    found.counters.rows_out = NumberOf(one, "rows_out");
    found.counters.rows_filtered = NumberOf(one, "rows_filtered");
    found.counters.rows_late = NumberOf(one, "rows_late");
    found.watermark = WatermarkOf(one);
    report.operators.push_back(std::move(found));
  }
  return report;
}

Result<engine::JobStatus> FromJson(const json& value) {
  engine::JobStatus status;
  const std::optional<engine::JobState> state =
      engine::ParseJobState(value.is_object() ? TextOf(value, "state") : std::string());
  if (!state) {
    return Error(ErrorCode::kInvalidData, "admin API: the answer does not describe a job");
  }
  status.record.id = TextOf(value, "id");
  status.record.name = TextOf(value, "name");
  status.record.file_name = TextOf(value, "file");
  status.record.state = *state;
  status.record.submitted_ms = NumberOf(value, "submitted_ms");
  status.record.ended_ms = NumberOf(value, "ended_ms");
  status.record.error = TextOf(value, "error");
  status.restarts = NumberOf(value, "restarts");
  status.report = ReportOf(value);
  return status;
}

}  // namespace

std::string JobToJson(const engine::JobStatus& status) { return Text(ToJson(status)); }

std::string JobsToJson(const std::vector<engine::JobStatus>& statuses) {
  json jobs = json::array();
  for (const engine::JobStatus& status : statuses) jobs.push_back(ToJson(status));
  return Text({{"jobs", std::move(jobs)}});
}

Result<std::vector<engine::JobStatus>> ParseJobs(std::string_view text) {
  const json parsed = json::parse(text, nullptr, false);
  std::vector<json> values;
  if (parsed.is_object() && parsed.contains("jobs")) {
    values = ArrayOf(parsed, "jobs");
  } else {
    values.push_back(parsed);
  }
  std::vector<engine::JobStatus> statuses;
  for (const json& value : values) {
    FLOE_ASSIGN(engine::JobStatus status, FromJson(value));
    statuses.push_back(std::move(status));
  }
  return statuses;
}

}  // namespace floe::server
