// What to do at a start, decided from what the data directory and the tables hold: pure functions.
// The rules are those of decision 6 in ARCHITECTURE.md: exactly-once lives in the table.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"

namespace floe::state {

// A table's place in the stream, as the table itself says.
struct TablePosition {
  std::string table;
  Epoch epoch;  // 0: none of this pipeline
  std::string digest;
  int64_t fencing_token = 0;
  std::string checkpoint_address;
};

// What an epoch record says of a table, without the file lists.
struct RecordedTable {
  std::string table;
  bool has_rows = false;
  std::string digest;
  Epoch previous_epoch;
};

struct RecordedEpoch {
  Epoch epoch;
  bool checkpoint_is_readable = false;
  // False: no or no readable record; `tables` is empty then.
  bool record_is_readable = false;
  std::vector<RecordedTable> tables;
};

struct Recommit {
  Epoch epoch;
  std::string table;

  bool operator==(const Recommit&) const = default;
};

struct RecoveryPlan {
  // Restore this checkpoint; 0: start with empty state and from the startup mode.
  Epoch restore;
  // Commit these stored epochs again, unchanged, in this order, before anything else.
  std::vector<Recommit> recommits;
  // Then feed the recorded order of these epochs (restore + 1 … resume_after) and drop the output:
  // every table holds it already.
  std::vector<Epoch> replay;
  // The last epoch that is done in every table when the above is through. Go on with the next.
  Epoch resume_after;
  // To take for the fence: higher than any seen.
  int64_t fencing_token = 1;

  bool operator==(const RecoveryPlan&) const = default;
};

// Errors (kFenced, kCorruption) say what does not fit and what an operator can do:
//  - a table holds an epoch that the data directory does not know, or with another digest;
//  - a table lost an epoch that can't be committed again;
//  - no readable checkpoint is left from which the recorded order leads to the tables' epoch.
// `stored` is ordered by epoch.
Result<RecoveryPlan> DecideRecovery(const std::vector<RecordedEpoch>& stored,
                                    const std::vector<TablePosition>& tables);

}  // namespace floe::state
