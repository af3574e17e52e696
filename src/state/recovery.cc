#include "state/recovery.h"

#include <algorithm>
#include <optional>

namespace floe::state {
namespace {

std::string EpochText(Epoch epoch) { return "epoch " + std::to_string(epoch.value()); }

// What the records say, by epoch.
class Records {
 public:
  explicit Records(const std::vector<RecordedEpoch>& stored) {
    for (const RecordedEpoch& epoch : stored) epochs_[epoch.epoch] = &epoch;
  }

  const RecordedEpoch* Find(Epoch epoch) const {
    const auto found = epochs_.find(epoch);
    return found == epochs_.end() ? nullptr : found->second;
  }
  bool HasRecord(Epoch epoch) const {
    const RecordedEpoch* const found = Find(epoch);
    return found != nullptr && found->record_is_readable;
  }
  bool HasCheckpoint(Epoch epoch) const {
    const RecordedEpoch* const found = Find(epoch);
    return found != nullptr && found->checkpoint_is_readable;
  }
  // 0: none.
  Epoch Newest() const {
    for (auto at = epochs_.rbegin(); at != epochs_.rend(); ++at) {
      if (at->second->record_is_readable) return at->first;
    }
    return Epoch();
  }
  // What the record of an epoch says of a table; null if there is no readable one or it is not in
  // it.
  const RecordedTable* TableIn(Epoch epoch, const std::string& table) const {
    const RecordedEpoch* const found = Find(epoch);
    if (found == nullptr || !found->record_is_readable) return nullptr;
    const auto entry =
        std::find_if(found->tables.begin(), found->tables.end(),
                     [&](const RecordedTable& candidate) { return candidate.table == table; });
    return entry == found->tables.end() ? nullptr : &*entry;
  }
  const std::map<Epoch, const RecordedEpoch*>& epochs() const { return epochs_; }

 private:
  std::map<Epoch, const RecordedEpoch*> epochs_;
};

Error OtherWriter(const TablePosition& table, std::string_view what) {
  return Error(ErrorCode::kFenced, "table " + table.table + " holds " + EpochText(table.epoch) +
                                       " of this pipeline, " + std::string(what))
      .WithHint(
          "another process may be writing with the same pipeline id, or the data directory is an "
          "older copy: stop the other one, or bring the directory back that belongs to the table");
}

Error LostCommit(const TablePosition& table, Epoch lost) {
  return Error(ErrorCode::kCorruption, "table " + table.table + " holds " + EpochText(table.epoch) +
                                           ", but it has held " + EpochText(lost) +
                                           ", which cannot be committed again any more")
      .WithHint(
          "the table was rolled back, replaced or made anew: bring it back, or start the pipeline "
          "under another id with tables that it has not written");
}

// Compares a table with the records and says which epochs it lacks.
Result<std::vector<Epoch>> EpochsToCommit(const Records& records, Epoch newest,
                                          const TablePosition& table) {
  const RecordedTable* const held = records.TableIn(table.epoch, table.table);
  if (held != nullptr && !held->has_rows) {
    return OtherWriter(table, "but the epoch's record has no rows for it");
  }
  if (held != nullptr && held->digest != table.digest) {
    return OtherWriter(table, "but with other files than the epoch's record");
  }
  std::vector<Epoch> missing;
  Epoch expected = table.epoch;
  for (const auto& [epoch, stored] : records.epochs()) {
    if (epoch <= table.epoch || epoch > newest) continue;
    const RecordedTable* const entry = records.TableIn(epoch, table.table);
    if (entry == nullptr) continue;
    if (entry->previous_epoch > expected) return LostCommit(table, entry->previous_epoch);
    if (entry->previous_epoch < expected) {
      return OtherWriter(table, "but the records do not know of it");
    }
    if (!entry->has_rows) continue;
    missing.push_back(epoch);
    expected = epoch;
  }
  return missing;
}

// The newest checkpoint from which readable records lead to `newest`.
std::optional<Epoch> FindRestorePoint(const Records& records, Epoch newest) {
  for (Epoch epoch = newest; epoch > Epoch(0); epoch = Epoch(epoch.value() - 1)) {
    if (records.HasCheckpoint(epoch)) return epoch;
    // To go further back, this epoch has to be replayed.
    if (!records.HasRecord(epoch)) return std::nullopt;
  }
  return Epoch(0);
}

// The tables are ahead of every readable record.
Result<RecoveryPlan> PlanFromCheckpointAlone(const Records& records,
                                             const std::vector<TablePosition>& tables,
                                             const TablePosition& ahead, RecoveryPlan plan) {
  const bool all_there = std::all_of(tables.begin(), tables.end(), [&](const TablePosition& table) {
    return table.epoch == ahead.epoch;
  });
  if (all_there && records.HasCheckpoint(ahead.epoch)) {
    plan.restore = plan.resume_after = ahead.epoch;
    return plan;
  }
  const RecordedEpoch* const stored = records.Find(ahead.epoch);
  return OtherWriter(ahead, stored == nullptr
                                ? "which the data directory does not know"
                                : "whose record in the data directory cannot be read");
}

}  // namespace

Result<RecoveryPlan> DecideRecovery(const std::vector<RecordedEpoch>& stored,
                                    const std::vector<TablePosition>& tables) {
  const Records records(stored);
  const Epoch newest = records.Newest();
  RecoveryPlan plan;
  for (const TablePosition& table : tables) {
    plan.fencing_token = std::max(plan.fencing_token, table.fencing_token + 1);
  }
  const auto ahead = std::max_element(
      tables.begin(), tables.end(),
      [](const TablePosition& a, const TablePosition& b) { return a.epoch < b.epoch; });
  if (ahead != tables.end() && ahead->epoch > newest) {
    return PlanFromCheckpointAlone(records, tables, *ahead, std::move(plan));
  }
  plan.resume_after = newest;
  if (newest == Epoch(0)) return plan;

  for (const TablePosition& table : tables) {
    FLOE_ASSIGN(const std::vector<Epoch> missing, EpochsToCommit(records, newest, table));
    for (const Epoch epoch : missing) plan.recommits.push_back({epoch, table.table});
  }
  // An epoch is done in every table before the next one starts in any.
  std::stable_sort(plan.recommits.begin(), plan.recommits.end(),
                   [](const Recommit& a, const Recommit& b) { return a.epoch < b.epoch; });

  const std::optional<Epoch> restore = FindRestorePoint(records, newest);
  if (!restore) {
    return Error(ErrorCode::kCorruption,
                 "no checkpoint can be read from which the records lead to " + EpochText(newest))
        .WithHint("bring back a copy of the data directory, or start under another pipeline id");
  }
  plan.restore = *restore;
  for (Epoch epoch = restore->Next(); epoch <= newest; epoch = epoch.Next()) {
    plan.replay.push_back(epoch);
  }
  return plan;
}

}  // namespace floe::state
