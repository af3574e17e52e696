// `floe replay FILE`: recorded data as a stream.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/quantity.h"
#include "cli/column_expressions.h"
#include "cli/command.h"
#include "cli/producer_target.h"
#include "producers/input_stream.h"
#include "producers/replay.h"
#include "types/timestamp_text.h"

namespace floe::cli {
namespace {

class ReplayCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand("replay", "Produce the rows of a CSV file");
    app_->add_option("FILE", file_, "file.csv, file.csv.zst or file.csv.gz")->required();
    app_->add_option("--topic", options_.topic, "Topic to write")->required();
    app_->add_option("--key", options_.key, "Column or expression of the record's key");
    app_->add_option("--time", time_, "Column of the event time: ts, ts[s], ts[ms], ts[us], ts[ns]")
        ->required();
    app_->add_option("--set", set_, "column=<Flink scalar expression>; may be repeated");
    app_->add_option("--columns", options_.columns, "Columns of the records, in order")
        ->delimiter(',');
    app_->add_option("--speed", speed_, "Event seconds per second, or 'max'");
    app_->add_option("--max-disorder", disorder_, "How far event times may fall; 'any'");
    app_->add_option("--from", from_, "Only rows from this time on");
    app_->add_option("--to", to_, "Only rows before this time");
    app_->add_option("--partitions", partitions_, "Of a topic that is made");
  }

  bool chosen() const override { return app_->parsed(); }

  Status CheckFlags() override { return ReadOptions(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, flags.config_file, {}));
    // Recorded data is old by its own timestamps: retention by age would drop it at once.
    log::TopicOptions topic_options;
    topic_options.retention_ms = -1;
    FLOE_ASSIGN(const std::unique_ptr<ProducerTarget> target,
                ProducerTarget::Open(world, config, partitions_, topic_options));
    FLOE_ASSIGN(std::unique_ptr<producers::InputStream> input,
                producers::OpenInputStream(world.files, file_));
    FLOE_ASSIGN(const std::unique_ptr<producers::Replay> replay,
                producers::Replay::Open(std::move(input), file_, world.clock, target->sink(),
                                        SqlColumnExpressions(), options_));
    const StopSignal stop;
    producers::ReplayProgress progress;
    while (!stop.requested() && !progress.finished) {
      const Result<producers::ReplayProgress> step = replay->Step();
      if (!step.ok()) return FailedAfter(progress.records, step.error());
      progress = *step;
      if (!progress.finished) target->Pause(progress.wait_ms, stop);
    }
    std::fprintf(stderr, "%s records, %s\n", FormatCount(progress.records).c_str(),
                 FormatBytes(progress.bytes).c_str());
    return stop.was_interrupt() ? kExitInterrupted : kExitOk;
  }

 private:
  // What was appended stays: who runs the command again has to know.
  Error FailedAfter(int64_t records, const Error& error) const {
    if (records > 0) {
      std::fprintf(stderr, "%s records before the error are in the topic '%s'\n",
                   FormatCount(records).c_str(), options_.topic.c_str());
    }
    return error;
  }

  Status ReadOptions() {
    FLOE_ASSIGN(const auto time, producers::ParseTimeOption(time_));
    options_.time = time.first;
    options_.time_unit = time.second;
    for (const std::string& assignment : set_) {
      const size_t equals = assignment.find('=');
      if (equals == std::string::npos || equals == 0) {
        return Error(ErrorCode::kInvalidArgument,
                     "--set: '" + assignment + "' should look like column='<expression>'");
      }
      options_.set.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
    }
    if (speed_ != "max") {
      char* end = nullptr;
      options_.speed = std::strtod(speed_.c_str(), &end);
      if (*end != '\0' || !(options_.speed > 0)) {
        return Error(ErrorCode::kInvalidArgument,
                     "--speed: '" + speed_ + "' is neither a number above 0 nor 'max'");
      }
    }
    options_.max_disorder_ms = -1;
    if (disorder_ != "any") FLOE_TRY(ReadDisorder());
    if (!from_.empty()) FLOE_TRY(ReadTime(from_, &options_.from));
    if (!to_.empty()) FLOE_TRY(ReadTime(to_, &options_.to));
    return Status::Ok();
  }

  Status ReadDisorder() {
    FLOE_ASSIGN(options_.max_disorder_ms, ParseDurationFlag("--max-disorder", disorder_));
    return Status::Ok();
  }

  static Status ReadTime(const std::string& text, EventTime* time) {
    FLOE_ASSIGN(*time, types::ParseUtcTimestamp(text));
    return Status::Ok();
  }

  CLI::App* app_ = nullptr;
  std::string file_;
  producers::ReplayOptions options_;
  std::string time_;
  std::vector<std::string> set_;
  std::string speed_ = "max";
  std::string disorder_ = "0 s";
  std::string from_;
  std::string to_;
  int32_t partitions_ = 2;
};

}  // namespace

std::unique_ptr<Command> MakeReplayCommand() { return std::make_unique<ReplayCommand>(); }

}  // namespace floe::cli
