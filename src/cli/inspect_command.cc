// `floe inspect log|checkpoint|epoch`: offline views of what a data directory holds.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "cli/command.h"
#include "log/inspect.h"
#include "state/checkpoint_file.h"
#include "state/epoch_record.h"

namespace floe::cli {
namespace {

// An epoch record lists the files of one epoch: far below this.
constexpr uint64_t kMaxEpochRecordBytes = uint64_t{256} << 20;

class InspectCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    inspect_ = parent.add_subcommand("inspect", "Show what a data directory holds, offline");
    inspect_->require_subcommand(1);
    log_ = inspect_->add_subcommand("log", "Topics, segments, batches or records of the log");
    log_->add_option("--topic", topic_, "Only this topic");
    log_->add_option("--partition", partition_, "Only this partition");
    log_->add_option("--depth", depth_, "partitions, segments, batches or records")
        ->check(CLI::IsMember({"partitions", "segments", "batches", "records"}));
    checkpoint_ = inspect_->add_subcommand("checkpoint", "Sections of a checkpoint file");
    checkpoint_->add_option("FILE", file_, "A .checkpoint file")->required();
    epoch_ = inspect_->add_subcommand("epoch", "An epoch record as JSON");
    epoch_->add_option("FILE", file_, "An .epoch file")->required();
  }

  bool chosen() const override { return inspect_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, flags.config_file, {}));
    if (log_->parsed()) return InspectLog(world, config);
    return checkpoint_->parsed() ? InspectCheckpoint(world, config) : InspectEpoch(world);
  }

 private:
  Result<int> InspectLog(const World& world, const Config& config) const {
    log::InspectOptions options;
    if (config.text("output") == "json") options.format = log::InspectFormat::kJsonLines;
    if (!topic_.empty()) options.topic = topic_;
    if (partition_ >= 0) options.partition = partition_;
    using Depth = log::InspectOptions::Depth;
    if (depth_ == "partitions") options.depth = Depth::kPartitions;
    if (depth_ == "batches") options.depth = Depth::kBatches;
    if (depth_ == "records") options.depth = Depth::kRecords;
    FLOE_TRY(log::InspectLog(
        world.files, storage::JoinPath(config.text("data-dir"), "log"), options,
        [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }));
    return kExitOk;
  }

  Result<int> InspectCheckpoint(const World& world, const Config& config) const {
    FLOE_ASSIGN(const std::shared_ptr<const state::CheckpointFile> file,
                state::CheckpointFile::Open(world.files, file_));
    const bool json = config.text("output") == "json";
    if (!json) {
      std::printf("pipeline %s  epoch %lld\n", file->info().pipeline_id.c_str(),
                  static_cast<long long>(file->info().epoch.value()));
    }
    for (const state::SectionInfo& section : file->sections()) {
      const auto size = static_cast<unsigned long long>(section.size_bytes);
      if (json) {
        std::printf(
            "{\"operator\":\"%s\",\"state\":\"%s\",\"instance\":%d,\"key_groups\":[%d,%d],"
            "\"version\":%u,\"size_bytes\":%llu}\n",
            section.operator_id.c_str(), section.state_name.c_str(), section.instance,
            section.key_groups.begin.value(), section.key_groups.end.value(),
            section.encoding_version, size);
      } else {
        std::printf("%-48s %-16s instance %d  key groups %d-%d  version %u  %llu bytes\n",
                    section.operator_id.c_str(), section.state_name.c_str(), section.instance,
                    section.key_groups.begin.value(), section.key_groups.end.value(),
                    section.encoding_version, size);
      }
    }
    FLOE_TRY(file->Verify());
    if (!json) std::printf("all checksums are right\n");
    return kExitOk;
  }

  Result<int> InspectEpoch(const World& world) const {
    FLOE_ASSIGN(const std::string bytes,
                storage::ReadFile(world.files, file_, kMaxEpochRecordBytes));
    FLOE_ASSIGN(const state::EpochRecord record, state::DecodeEpochRecord(bytes));
    std::printf("%s\n", state::EpochRecordToJson(record).c_str());
    return kExitOk;
  }

  CLI::App* inspect_ = nullptr;
  CLI::App* log_ = nullptr;
  CLI::App* checkpoint_ = nullptr;
  CLI::App* epoch_ = nullptr;
  std::string topic_;
  int32_t partition_ = -1;
  std::string depth_ = "segments";
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> MakeInspectCommand() { return std::make_unique<InspectCommand>(); }

}  // namespace floe::cli
