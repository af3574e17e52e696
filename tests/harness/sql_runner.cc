#include "harness/sql_runner.h"

#include <arrow/array/array_primitive.h>

#include <algorithm>
#include <utility>

#include "connectors/json/json_format.h"
#include "engine/connector_registry.h"
#include "harness/job_run.h"
#include "types/text.h"

namespace floe::harness {

// Takes the connectors that the cases name; checks what Flink checks of the JSON format.
class SqlRunner::Validator final : public plan::ConnectorValidator {
 public:
  Validator() : registry_(engine::ConnectorEnvironment()) {}

  Status Validate(const stream::TableDescriptor& table, plan::TableUse use) const override {
    const auto connector = table.options.find("connector");
    if (connector == table.options.end()) {
      return Error(ErrorCode::kInvalidOption, "option 'connector' is required");
    }
    const bool is_sink = connector->second == "print" || connector->second == "blackhole";
    const bool is_source = connector->second == "kafka" || connector->second == "filesystem";
    if ((use == plan::TableUse::kSource && is_source) ||
        (use == plan::TableUse::kSink && is_sink) || connector->second == "kafka") {
      return registry_.Validate(table, use);
    }
    const std::vector<std::string> known = {"filesystem", "blackhole", "datagen", "print"};
    if (std::find(known.begin(), known.end(), connector->second) == known.end()) {
      return Error(ErrorCode::kInvalidOption, "no connector '" + connector->second + "'");
    }
    if (connector->second == "filesystem") {
      for (const char* key : {"path", "format"}) {
        if (table.options.contains(key)) continue;
        return Error(ErrorCode::kInvalidOption, std::string("option '") + key + "' is required");
      }
      const std::string& format = table.options.at("format");
      if (format != "json") {
        return Error(ErrorCode::kInvalidOption, "there is no format '" + format + "'");
      }
    }
    FLOE_TRY(engine::BadRecordsOption(table));
    return connectors::ParseJsonFormatOptions(table.options).status();
  }

 private:
  engine::ConnectorRegistry registry_;
};

namespace {

std::vector<std::string> AllRows(const QueryOutcome& outcome) {
  std::vector<std::string> rows;
  for (const stream::Batch& batch : outcome.batches) {
    for (std::string& row : RowTexts(batch)) rows.push_back(std::move(row));
  }
  for (const auto& [table, texts] : outcome.rows_of_table) {
    std::vector<std::string> sorted = texts;
    std::sort(sorted.begin(), sorted.end());
    for (const std::string& row : sorted) rows.push_back(table + ": " + row);
  }
  return rows;
}

}  // namespace

SqlRunner::SqlRunner(RunOptions options)
    : options_(options), validator_(std::make_unique<Validator>()) {
  plan::SessionEnvironment environment;
  environment.connectors = validator_.get();
  session_ = std::make_unique<plan::Session>(std::move(environment));
}

SqlRunner::~SqlRunner() = default;

std::string SqlRunner::Substitute(std::string_view sql) {
  std::string out(sql);
  const auto replace = [&out](const std::string& from, const std::string& to) {
    for (size_t at = out.find(from); at != std::string::npos; at = out.find(from, at)) {
      const size_t end = from.ends_with('}') ? at + from.size() : out.find('}', at) + 1;
      const std::string name =
          from.ends_with('}') ? "" : out.substr(at + from.size(), end - 1 - at - from.size());
      out.replace(at, end - at, to + name);
    }
  };
  replace("${input:", "input/");
  replace("${output:", "output/");
  replace("${run}", "run");
  return out;
}

Result<QueryOutcome> SqlRunner::Run(const plan::StatementResult& planned) {
  JobRun run(options_, inputs_, planned);
  FLOE_ASSIGN(QueryOutcome outcome, run.Run());
  if (!options_.replay) return outcome;
  JobRun second(options_, inputs_, planned);
  FLOE_ASSIGN(const QueryOutcome replayed, second.Replay(run.recorded()));
  const std::vector<std::string> expected = AllRows(outcome);
  const std::vector<std::string> actual = AllRows(replayed);
  if (expected == actual) return outcome;
  std::string message = "the replay gives other rows:";
  for (const std::string& row : actual) message += "\n" + row;
  return Error(ErrorCode::kInternal, message);
}

std::vector<std::string> RowTexts(const stream::Batch& batch) {
  std::vector<std::string> texts;
  for (int64_t row = 0; row < batch.size(); ++row) {
    const auto kind = batch.row_kinds ? static_cast<types::RowKind>(batch.row_kinds->Value(row))
                                      : types::RowKind::kInsert;
    std::string text(types::RowKindName(kind));
    text += '[';
    for (int column = 0; column < batch.rows->num_columns(); ++column) {
      if (column > 0) text += ", ";
      types::AppendText(*batch.rows->column(column), row, &text);
    }
    texts.push_back(text + "]");
  }
  return texts;
}

}  // namespace floe::harness
