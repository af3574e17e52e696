#include "cli/status_display.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "base/quantity.h"
#include "types/timestamp_text.h"

namespace floe::cli {
namespace {

// A terminal's line is rewritten each second; a log gets one now and then.
constexpr std::chrono::seconds kTerminalInterval{1};
constexpr std::chrono::seconds kLogInterval{10};

query::DuckDbOptions DisplayOptions() {
  query::DuckDbOptions options;
  options.memory_limit_bytes = int64_t{64} << 20;
  return options;
}

int64_t PeakMemoryBytes() {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

StatusDisplay::StatusDisplay(engine::Engine& engine, const engine::Project& project,
                             const engine::JobSupervisor& jobs)
    : engine_(engine),
      project_(project),
      jobs_(jobs),
      reader_(engine.file_io(), DisplayOptions()),
      terminal_(isatty(STDERR_FILENO) != 0) {
  last_line_ = last_tables_ = engine.clock().Monotonic();
}

Result<query::TextRows> StatusDisplay::Query(const std::string& sql) {
  // Every table of the databases that the jobs write to, by its name alone.
  FLOE_ASSIGN(const std::vector<catalog::Namespace> namespaces,
              Await<std::vector<catalog::Namespace>>(engine_.executor(), [&](auto done) {
                engine_.catalog().ListNamespaces({}, std::move(done));
              }));
  std::vector<query::BoundTable> tables;
  for (const catalog::Namespace& levels : namespaces) {
    FLOE_ASSIGN(const std::vector<catalog::TableIdentifier> names,
                Await<std::vector<catalog::TableIdentifier>>(engine_.executor(), [&](auto done) {
                  engine_.catalog().ListTables(levels, std::move(done));
                }));
    for (const catalog::TableIdentifier& name : names) {
      FLOE_ASSIGN(const catalog::LoadedTable loaded,
                  Await<catalog::LoadedTable>(engine_.executor(), [&](auto done) {
                    engine_.catalog().LoadTable(name, std::move(done));
                  }));
      if (sql.find(name.name) == std::string::npos) continue;
      tables.push_back({name.name, loaded.metadata, std::nullopt, {}});
    }
  }
  return reader_.Query(sql, tables);
}

void StatusDisplay::ReadNewest() {
  Epoch epoch;
  for (const engine::JobStatus& job : jobs_.List()) epoch = std::max(epoch, job.report.epoch);
  if (epoch == newest_epoch_ || project_.displays.empty()) return;
  newest_epoch_ = epoch;
  const Result<query::TextRows> rows = Query(project_.displays[0].query);
  if (!rows.ok() || rows->rows.empty()) return;
  newest_.clear();
  for (size_t i = 0; i < rows->columns.size(); ++i) {
    if (!rows->columns[i].is_bare) continue;
    newest_ += "  " + rows->columns[i].name + " " + rows->rows[0][i].value_or("NULL");
  }
}

std::string StatusDisplay::StatusLine(std::chrono::nanoseconds elapsed) {
  int64_t records = 0;
  int64_t bad = 0;
  int64_t last_epoch_ms = 0;
  EventTime watermark = EventTime::Max();
  int64_t failed = 0;
  for (const engine::JobStatus& job : jobs_.List()) {
    failed += job.record.state == engine::JobState::kFailed ? 1 : 0;
    if (engine::HasEnded(job.record.state)) continue;
    const engine::JobReport& report = job.report;
    for (const runtime::ScanReport& scan : report.scans) {
      records += scan.counters.records;
      bad += scan.counters.bad_records;
      watermark = std::min(watermark, scan.watermark);
    }
    last_epoch_ms = std::max(last_epoch_ms, report.last_epoch_wall_ms);
  }
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const auto rate =
      static_cast<int64_t>(static_cast<double>(records - last_records_) / std::max(seconds, 1e-3));
  last_records_ = records;
  std::string line = FormatCount(rate) + " events/s";
  line += watermark == EventTime::Min() ? "  no watermark"
                                        : "  watermark " + types::FormatUtcTimestamp(watermark);
  line += newest_;
  if (last_epoch_ms > 0) {
    line += "  snapshot " +
            FormatDuration(std::max<int64_t>(0, engine_.clock().WallMillis() - last_epoch_ms)) +
            " ago";
  }
  if (failed > 0) line += "  failed jobs " + FormatCount(failed);
  if (bad > 0) line += "  bad records " + FormatCount(bad);
  return line + "  peak memory " + FormatBytes(PeakMemoryBytes());
}

void StatusDisplay::ShowTables() {
  for (const engine::ProjectDisplay& display : project_.displays) {
    const Result<query::TextRows> rows = Query(display.query);
    if (!rows.ok()) {
      engine_.logger().Warning("can't show '" + display.title + "'",
                               {{"error", rows.error().ToString()}});
      continue;
    }
    std::printf("%s\n", display.title.c_str());
    for (const query::TextRows::Column& column : rows->columns) {
      std::printf("  %-26s", column.name.c_str());
    }
    std::printf("\n");
    for (const auto& row : rows->rows) {
      for (const std::optional<std::string>& value : row) {
        std::printf("  %-26s", value.value_or("NULL").c_str());
      }
      std::printf("\n");
    }
  }
  std::fflush(stdout);
}

void StatusDisplay::Tick() {
  const std::chrono::nanoseconds now = engine_.clock().Monotonic();
  if (now - last_line_ >= (terminal_ ? kTerminalInterval : kLogInterval)) {
    ReadNewest();
    const std::string line = StatusLine(now - last_line_);
    std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
    std::fflush(stderr);
    last_line_ = now;
  }
  if (now - last_tables_ >= std::chrono::milliseconds(project_.display_interval_ms)) {
    if (terminal_) std::fprintf(stderr, "\n");
    ShowTables();
    last_tables_ = now;
  }
}

void StatusDisplay::Finish() {
  if (terminal_) std::fprintf(stderr, "\n");
}

}  // namespace floe::cli
