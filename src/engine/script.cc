#include "engine/script.h"

#include <algorithm>
#include <utility>

#include "sql/flink/parse.h"
#include "types/text.h"

namespace floe::engine {
namespace {

std::string LiteralText(const functions::LiteralValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return "NULL";
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "TRUE" : "FALSE";
  if (const int64_t* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const double* real = std::get_if<double>(&value)) return types::JavaText(*real);
  if (const std::string* text = std::get_if<std::string>(&value)) return *text;
  return "?";
}

}  // namespace

Result<std::vector<plan::StatementResult>> PlanStatements(plan::Session& session,
                                                          std::string_view text,
                                                          const ScriptOutput& output) {
  FLOE_ASSIGN(const std::vector<sql::flink::Statement> statements, sql::flink::ParseScript(text));
  std::vector<plan::StatementResult> planned;
  for (const sql::flink::Statement& statement : statements) {
    FLOE_ASSIGN(plan::StatementResult result, session.Execute(statement));
    for (const std::string& warning : result.warnings) output.on_warning(warning);
    if (result.kind == plan::StatementResult::Kind::kRows) output.on_rows(result);
    if (result.kind == plan::StatementResult::Kind::kQuery ||
        result.kind == plan::StatementResult::Kind::kJob) {
      planned.push_back(std::move(result));
    }
  }
  return planned;
}

Result<PlannedScript> PlanScript(Engine& engine, std::string_view text, ScriptUse use,
                                 const ScriptOutput& output) {
  PlannedScript script;
  script.definitions =
      std::make_unique<StagedDefinitions>(engine.catalog(), engine.executor(), engine.clock());
  const std::unique_ptr<plan::Session> session = engine.NewSession(*script.definitions);
  if (use == ScriptUse::kAgain) session->catalogs().KeepDefinitions();
  FLOE_ASSIGN(script.results, PlanStatements(*session, text, output));
  return script;
}

std::string FormatRows(const plan::StatementResult& result) {
  std::vector<size_t> widths;
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> header;
  for (const types::Field& field : result.schema.fields()) {
    header.push_back(field.name);
    widths.push_back(field.name.size());
  }
  lines.push_back(std::move(header));
  for (const auto& row : result.rows) {
    std::vector<std::string> line;
    for (size_t i = 0; i < row.size(); ++i) {
      line.push_back(LiteralText(row[i]));
      widths[i] = std::max(widths[i], line.back().size());
    }
    lines.push_back(std::move(line));
  }
  // A single value, such as a plan or a CREATE statement, stands as it is.
  if (widths.size() == 1) {
    std::string out;
    for (size_t i = 1; i < lines.size(); ++i) out += lines[i][0] + "\n";
    return out;
  }
  std::string out;
  for (const std::vector<std::string>& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      out += line[i];
      if (i + 1 < line.size()) out.append(widths[i] - line[i].size() + 2, ' ');
    }
    out += "\n";
  }
  return out;
}

}  // namespace floe::engine
