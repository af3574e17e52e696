// What a connector gives the runtime and the engine to write a table.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "stream/batch.h"

namespace floe::stream {

// Takes rows of one shard of a table. Used by one thread at a time.
class SinkWriter {
 public:
  virtual ~SinkWriter() = default;
  // Rows arrive in order; for an upsert table all rows of a key come to the same writer.
  virtual Status Write(const Batch& batch) = 0;
  // Ends the epoch: everything written since the last call becomes durable, still invisible.
  // Returns a serialised description for the committer ("" when there is nothing), which is stored
  // in the epoch record and must stay readable by later versions.
  virtual Result<std::string> PrepareEpoch(Epoch epoch) = 0;
};

// What a commit says about where it stands in the stream; goes into the snapshot's summary.
struct EpochCommit {
  std::string pipeline_id;
  int64_t fencing_token = 0;
  Epoch epoch;
  std::string digest;        // of the epoch's descriptions, hexadecimal
  std::string offsets_json;  // {"topic": {"0": 17, …}, …}: next offset per partition
  EventTime watermark;
  std::string checkpoint_address;  // URI of the checkpoint that belongs to the epoch
  // PrepareEpoch's results of all writers, in order of the shards, empty ones left out.
  std::vector<std::string> descriptions;
};

// What the table itself says of this pipeline.
struct SinkPosition {
  Epoch epoch;  // 0: no epoch of the pipeline is in the table
  std::string digest;
  int64_t fencing_token = 0;  // 0: none
  std::string checkpoint_address;
};

// Makes epochs visible. One per table; used by one thread at a time.
class SinkCommitter {
 public:
  virtual ~SinkCommitter() = default;
  // What the table's newest state says, found by walking its history.
  virtual Result<SinkPosition> Position(const std::string& pipeline_id) = 0;
  // Takes the table for this process: afterwards a commit with a lower token fails (kFenced).
  virtual Status Fence(const std::string& pipeline_id, int64_t fencing_token) = 0;
  // Makes the epoch visible, or finds that it already is (same digest). Retries conflicts within
  // the table's limits. kCommitUnknown: look with Position, and commit again, unchanged.
  virtual Status Commit(const EpochCommit& commit) = 0;
};

// A table to write to.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<std::unique_ptr<SinkWriter>> CreateWriter(int shard, int shards) = 0;
  // Null when the sink is not transactional (print, blackhole): nothing to commit.
  virtual SinkCommitter* committer() = 0;
};

}  // namespace floe::stream
