// The checkpoints and epoch records of one pipeline in the data directory:
//   <directory>/<epoch, 20 digits>.checkpoint
//   <directory>/<epoch, 20 digits>.epoch
// The order of writing makes an epoch complete: data files, checkpoint n, record n, commit n.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "state/checkpoint_file.h"
#include "state/epoch_record.h"
#include "storage/file_system.h"

namespace floe::state {

// What the store holds of an epoch. A file that cannot be read gives its error instead of a failure
// of the whole: recovery decides.
struct StoredEpoch {
  Epoch epoch;
  // Null: not there or not readable.
  std::shared_ptr<const CheckpointFile> checkpoint;
  std::optional<EpochRecord> record;
  Status checkpoint_status;  // kNotFound, kCorruption, …
  Status record_status;
};

// Thread-safe except that calls which write must not overlap.
class CheckpointStore {
 public:
  // Creates the directory; removes what a crash left unfinished. `retain` >= 2 newest complete
  // epochs are kept. `files` outlives the store.
  static Result<std::unique_ptr<CheckpointStore>> Open(storage::FileSystem& files,
                                                       std::string directory,
                                                       std::string pipeline_id, int retain);

  // A writer for the epoch's checkpoint; durable after its Finish.
  Result<std::unique_ptr<CheckpointWriter>> BeginCheckpoint(
      Epoch epoch, std::map<std::string, std::string> properties);
  // Durable on return. REQUIRES: checkpoint of that epoch is written.
  Status WriteRecord(const EpochRecord& record);
  // The address that WriteRecord's record should name.
  std::string CheckpointAddress(Epoch epoch) const;

  // Everything stored, ordered by epoch; checkpoints are read whole and verified from the
  // newest backwards until an epoch is good; of older ones header and footer are.
  Result<std::vector<StoredEpoch>> Load() const;
  // Deletes what is older than the `retain` newest complete epochs; never anything beyond
  // `committed`, which is done in every table. Records are kept back to the oldest checkpoint kept.
  Status Retain(Epoch committed);
  // Deletes checkpoint and record of epochs after `epoch`: output of a dead attempt.
  Status DiscardAfter(Epoch epoch);

 private:
  CheckpointStore(storage::FileSystem& files, std::string directory, std::string pipeline_id,
                  int retain);
  std::string CheckpointPath(Epoch epoch) const;
  std::string RecordPath(Epoch epoch) const;
  Result<std::shared_ptr<const CheckpointFile>> LoadCheckpoint(Epoch epoch) const;
  Result<EpochRecord> LoadRecord(Epoch epoch) const;
  struct PresentFiles {
    bool checkpoint = false;
    bool record = false;
  };
  Result<std::map<Epoch, PresentFiles>> FindPresent() const;

  storage::FileSystem& files_;
  const std::string directory_;
  const std::string pipeline_id_;
  const int retain_;
};

}  // namespace floe::state
