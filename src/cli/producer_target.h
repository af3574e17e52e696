// Where `floe simulate` and `floe replay` put their records: the log of a data directory that
// nobody owns, or the admin API of the process that owns it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/result.h"
#include "cli/command.h"
#include "producers/record_sink.h"

namespace floe::cli {

class ProducerTarget {
 public:
  // Takes the data directory, or finds its owner. Topics that are made get `partition_count`
  // partitions and the options.
  static Result<std::unique_ptr<ProducerTarget>> Open(const World& world, const Config& config,
                                                      int32_t partition_count,
                                                      log::TopicOptions topic_options = {});
  ~ProducerTarget();

  producers::RecordSink& sink();
  // Where a producer of that name keeps its state.
  std::string StatePath(const std::string& name) const;
  // Waits so long, or until the process is asked to stop.
  void Pause(int64_t wait_ms, const StopSignal& stop);

 private:
  struct Parts;
  explicit ProducerTarget(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace floe::cli
