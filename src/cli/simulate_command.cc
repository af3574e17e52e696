// `floe simulate`: the ride-hailing city as a producer of its own.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/producer_target.h"
#include "producers/city_producer.h"
#include "types/timestamp_text.h"

namespace floe::cli {
namespace {

class SimulateCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand("simulate", "Produce a simulated city's events");
    app_->add_option("--seed", options_.city.seed, "Fixes every byte, with --start-time");
    app_->add_option("--start-time", start_time_, "'yyyy-MM-dd HH:mm:ss' UTC; live without it");
    app_->add_option("--duration", duration_, "City time to produce, such as '10 min'");
    app_->add_option("--speed", speed_, "City seconds per second, or 'max' (with --start-time)");
    app_->add_option("--drivers", options_.city.drivers, "Number of drivers");
    app_->add_option("--driver-events-per-second", options_.city.driver_events_per_second,
                     "Reports of all drivers together");
    app_->add_option("--rides-per-second", options_.city.rides_per_second, "Rides, on average");
    app_->add_option("--disorder", disorder_, "Records arrive up to so much late");
    app_->add_option("--late-fraction", options_.city.late_fraction, "Part that is later still");
    app_->add_option("--lateness", lateness_, "By how much");
    app_->add_option("--partitions", partitions_, "Of topics that are made");
  }

  bool chosen() const override { return app_->parsed(); }

  Status CheckFlags() override { return ReadOptions(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, flags.config_file, {}));
    // A city of the past is old by its own timestamps: retention by age would drop it at once.
    log::TopicOptions topic_options;
    if (options_.fixed_start) topic_options.retention_ms = -1;
    FLOE_ASSIGN(const std::unique_ptr<ProducerTarget> target,
                ProducerTarget::Open(world, config, partitions_, topic_options));
    options_.state_path = target->StatePath("simulate.city");
    FLOE_ASSIGN(const std::unique_ptr<producers::CityProducer> producer,
                producers::CityProducer::Open(world.files, world.clock, target->sink(), options_));
    const StopSignal stop;
    int64_t records = 0;
    while (!stop.requested()) {
      FLOE_ASSIGN(const producers::CityProgress progress, producer->Step());
      records = progress.records;
      if (progress.finished) break;
      target->Pause(progress.wait_ms, stop);
    }
    FLOE_TRY(producer->Close());
    std::fprintf(stderr, "%s records\n", FormatCount(records).c_str());
    return stop.was_interrupt() ? kExitInterrupted : kExitOk;
  }

 private:
  Status ReadOptions() {
    FLOE_ASSIGN(options_.city.disorder_ms, ParseDurationFlag("--disorder", disorder_));
    FLOE_ASSIGN(options_.city.lateness_ms, ParseDurationFlag("--lateness", lateness_));
    options_.fixed_start = !start_time_.empty();
    if (options_.fixed_start) {
      FLOE_ASSIGN(options_.city.start_time, types::ParseUtcTimestamp(start_time_));
    }
    if (speed_ == "max") {
      options_.speed = 0;
    } else {
      char* end = nullptr;
      options_.speed = std::strtod(speed_.c_str(), &end);
      if (*end != '\0' || !(options_.speed > 0)) {
        return Error(ErrorCode::kInvalidArgument,
                     "--speed: '" + speed_ + "' is neither a number above 0 nor 'max'");
      }
    }
    if (!options_.fixed_start && options_.speed != 1) {
      return Error(ErrorCode::kInvalidArgument, "--speed needs --start-time");
    }
    if (!duration_.empty()) {
      if (!options_.fixed_start) {
        return Error(ErrorCode::kInvalidArgument, "--duration needs --start-time");
      }
      FLOE_ASSIGN(const int64_t duration_ms, ParseDurationFlag("--duration", duration_));
      options_.end_time = EventTime(options_.city.start_time.millis() + duration_ms);
    }
    return producers::ValidateCityOptions(options_.city);
  }

  CLI::App* app_ = nullptr;
  producers::CityProducerOptions options_;
  std::string start_time_;
  std::string duration_;
  std::string speed_ = "1";
  std::string disorder_ = "2 s";
  std::string lateness_ = "1 min";
  int32_t partitions_ = 2;
};

}  // namespace

std::unique_ptr<Command> MakeSimulateCommand() { return std::make_unique<SimulateCommand>(); }

}  // namespace floe::cli
