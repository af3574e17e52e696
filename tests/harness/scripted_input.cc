#include "harness/scripted_input.h"

#include <algorithm>
#include <utility>

namespace floe::harness {
namespace {

class ScriptedReader final : public stream::SourceReader {
 public:
  explicit ScriptedReader(std::shared_ptr<InputScript> script)
      : script_(std::move(script)), partitions_{{script_->name, PartitionId(0)}} {}

  const std::vector<stream::SourcePartition>& partitions() const override { return partitions_; }
  Status Seek(size_t, Offset offset) override {
    next_ = static_cast<size_t>(offset.value());
    return Status::Ok();
  }
  Offset Position(size_t) const override { return Offset(static_cast<int64_t>(next_)); }
  bool is_bounded() const override { return script_->bounded; }
  bool AtEnd(size_t) override { return script_->ended && next_ == script_->released; }

  Result<std::optional<int64_t>> PeekTimestamp(size_t) override {
    if (next_ == script_->released) return std::optional<int64_t>();
    return std::optional<int64_t>(static_cast<int64_t>(next_));
  }

  Result<stream::RecordBlock> Read(size_t, int max_records) override {
    stream::RecordBlock block;
    while (next_ < script_->released && static_cast<int>(block.records.size()) < max_records) {
      stream::Record record;
      record.value = script_->lines[next_];
      record.offset = Offset(static_cast<int64_t>(next_));
      record.timestamp_ms = static_cast<int64_t>(next_);
      block.records.push_back(std::move(record));
      ++next_;
    }
    block.next_offset = Offset(static_cast<int64_t>(next_));
    block.memory = script_;
    return block;
  }

  void NotifyWhenReadable(std::function<void()> ready) override { ready(); }
  std::optional<int64_t> Lag(size_t) override { return std::nullopt; }

 private:
  const std::shared_ptr<InputScript> script_;
  const std::vector<stream::SourcePartition> partitions_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<stream::SourceReader> MakeScriptedReader(std::shared_ptr<InputScript> script) {
  return std::make_unique<ScriptedReader>(std::move(script));
}

}  // namespace floe::harness
