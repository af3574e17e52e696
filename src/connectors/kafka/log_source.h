// Reads topics of the embedded log as the `kafka` connector.
#pragma once

#include <memory>

#include "base/result.h"
#include "connectors/kafka/kafka_options.h"
#include "log/partitioned_log.h"
#include "stream/source.h"

namespace floe::connectors {

// `log` outlives the reader. Topics must exist (kNotFound names those that do). Partitions are
// ordered by (topic, partition) and stand at their startup position until Seek.
Result<std::unique_ptr<stream::SourceReader>> MakeLogSource(log::PartitionedLog& log,
                                                            const KafkaSourceOptions& options);

}  // namespace floe::connectors
