#include "state/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"

namespace floe::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Two tables: "a" has rows in every epoch, "b" only in even ones.
std::string Digest(const std::string& table, int64_t epoch) {
  return table + std::to_string(epoch);
}
RecordedEpoch MakeEpoch(int64_t epoch) {
  RecordedEpoch recorded{Epoch(epoch), true, true, {}};
  recorded.tables.push_back({"a", true, Digest("a", epoch), Epoch(epoch - 1)});
  const bool even = epoch % 2 == 0;
  recorded.tables.push_back(
      {"b", even, even ? Digest("b", epoch) : "", Epoch((epoch - 1) / 2 * 2)});
  return recorded;
}
std::vector<RecordedEpoch> MakeEpochs(int64_t first, int64_t last) {
  std::vector<RecordedEpoch> epochs;
  for (int64_t epoch = first; epoch <= last; ++epoch) epochs.push_back(MakeEpoch(epoch));
  return epochs;
}
TablePosition At(const std::string& table, int64_t epoch, int64_t token = 5) {
  return {table, Epoch(epoch), epoch == 0 ? "" : Digest(table, epoch), token, ""};
}

TEST(Recovery, AFreshStart) {
  const RecoveryPlan plan = DecideRecovery({}, {At("a", 0, 0), At("b", 0, 0)}).value();
  EXPECT_EQ(plan, RecoveryPlan());
  EXPECT_EQ(DecideRecovery({}, {}).value(), RecoveryPlan()) << "a job without such tables";
}

TEST(Recovery, EverythingIsDone) {
  const RecoveryPlan plan = DecideRecovery(MakeEpochs(3, 5), {At("a", 5), At("b", 4)}).value();
  EXPECT_EQ(plan.restore, Epoch(5));
  EXPECT_EQ(plan.resume_after, Epoch(5));
  EXPECT_THAT(plan.recommits, IsEmpty()) << "b has no rows in epoch 5";
  EXPECT_THAT(plan.replay, IsEmpty());
  EXPECT_EQ(plan.fencing_token, 6);
}

TEST(Recovery, ATableThatIsBehindGetsTheStoredEpochs) {
  const RecoveryPlan plan = DecideRecovery(MakeEpochs(3, 6), {At("a", 5), At("b", 4)}).value();
  EXPECT_EQ(plan.restore, Epoch(6));
  EXPECT_THAT(plan.recommits, ElementsAre(Recommit{Epoch(6), "a"}, Recommit{Epoch(6), "b"}));
  EXPECT_THAT(
      DecideRecovery(MakeEpochs(3, 6), {At("a", 4), At("b", 4)}).value().recommits,
      ElementsAre(Recommit{Epoch(5), "a"}, Recommit{Epoch(6), "a"}, Recommit{Epoch(6), "b"}));
}

TEST(Recovery, ACheckpointWithoutARecordIsNoEpoch) {
  auto stored = MakeEpochs(1, 4);
  stored[3].record_is_readable = false;
  stored[3].tables.clear();
  const RecoveryPlan plan = DecideRecovery(stored, {At("a", 3), At("b", 2)}).value();
  EXPECT_EQ(plan.restore, Epoch(3));
  EXPECT_EQ(plan.resume_after, Epoch(3));
}

TEST(Recovery, AnUnreadableCheckpointIsReplayed) {
  auto stored = MakeEpochs(2, 5);
  stored[3].checkpoint_is_readable = false;
  stored[2].checkpoint_is_readable = false;
  const RecoveryPlan plan = DecideRecovery(stored, {At("a", 4), At("b", 4)}).value();
  EXPECT_EQ(plan.restore, Epoch(3));
  EXPECT_THAT(plan.replay, ElementsAre(Epoch(4), Epoch(5)));
  EXPECT_THAT(plan.recommits, ElementsAre(Recommit{Epoch(5), "a"}));
  EXPECT_EQ(plan.resume_after, Epoch(5));
}

TEST(Recovery, WithAllRecordsItCanBeginAtTheBeginning) {
  auto stored = MakeEpochs(1, 2);
  for (RecordedEpoch& epoch : stored) epoch.checkpoint_is_readable = false;
  const RecoveryPlan plan = DecideRecovery(stored, {At("a", 2), At("b", 2)}).value();
  EXPECT_EQ(plan.restore, Epoch(0));
  EXPECT_THAT(plan.replay, ElementsAre(Epoch(1), Epoch(2)));
}

TEST(Recovery, NoWayToTheTablesEpoch) {
  auto stored = MakeEpochs(4, 6);
  for (RecordedEpoch& epoch : stored) epoch.checkpoint_is_readable = false;
  EXPECT_EQ(DecideRecovery(stored, {At("a", 6), At("b", 6)}).error().code(),
            ErrorCode::kCorruption);
  stored = MakeEpochs(4, 6);
  stored[2].checkpoint_is_readable = stored[1].record_is_readable = false;
  stored[1].checkpoint_is_readable = false;
  stored[1].tables.clear();
  EXPECT_FALSE(DecideRecovery(stored, {At("a", 6), At("b", 6)}).ok());
}

TEST(Recovery, ATableAheadOfTheDirectory) {
  const auto empty = DecideRecovery({}, {At("a", 7)});
  EXPECT_EQ(empty.error().code(), ErrorCode::kFenced);
  EXPECT_THAT(empty.error().message(), HasSubstr("table a holds epoch 7"));
  EXPECT_EQ(DecideRecovery(MakeEpochs(1, 3), {At("a", 4), At("b", 2)}).error().code(),
            ErrorCode::kFenced);
}

TEST(Recovery, AnUnreadableRecordIsFineWhenEveryTableHasTheEpoch) {
  auto stored = MakeEpochs(3, 6);
  stored[3].record_is_readable = false;
  stored[3].tables.clear();
  const RecoveryPlan plan = DecideRecovery(stored, {At("a", 6), At("b", 6)}).value();
  EXPECT_EQ(plan.restore, Epoch(6));
  EXPECT_EQ(plan.resume_after, Epoch(6));
  EXPECT_FALSE(DecideRecovery(stored, {At("a", 6), At("b", 4)}).ok());
  stored[3].checkpoint_is_readable = false;
  EXPECT_FALSE(DecideRecovery(stored, {At("a", 6), At("b", 6)}).ok());
}

TEST(Recovery, AnotherWriter) {
  TablePosition other = At("a", 5);
  other.digest = "of other files";
  EXPECT_EQ(DecideRecovery(MakeEpochs(3, 5), {other, At("b", 4)}).error().code(),
            ErrorCode::kFenced);
  EXPECT_EQ(DecideRecovery(MakeEpochs(3, 5), {At("a", 5), At("b", 5)}).error().code(),
            ErrorCode::kFenced)
      << "epoch 5 has no rows for b";
}

TEST(Recovery, ATableThatWasRolledBack) {
  const auto plan = DecideRecovery(MakeEpochs(5, 8), {At("a", 8), At("b", 2)});
  EXPECT_EQ(plan.error().code(), ErrorCode::kCorruption);
  EXPECT_THAT(plan.error().message(), HasSubstr("it has held epoch 4"));
  EXPECT_EQ(DecideRecovery(MakeEpochs(5, 8), {At("a", 8), At("b", 0)}).error().code(),
            ErrorCode::kCorruption)
      << "dropped and made anew";
  EXPECT_TRUE(DecideRecovery(MakeEpochs(5, 8), {At("a", 8), At("b", 4)}).ok())
      << "all that it lacks is stored";
}

TEST(Recovery, ATableThatIsNew) {
  const RecoveryPlan plan =
      DecideRecovery(MakeEpochs(3, 5), {At("a", 5), At("b", 4), At("new", 0, 0)}).value();
  EXPECT_EQ(plan.resume_after, Epoch(5));
}

// A stop at any moment of the protocol leads to the same end: each table has every epoch once.
TEST(Recovery, FromEveryMomentOfTheProtocol) {
  Random random(31);
  for (int round = 0; round < 2'000; ++round) {
    const int64_t first = 1 + static_cast<int64_t>(random.Uniform(4));
    const int64_t last = first + 1 + static_cast<int64_t>(random.Uniform(5));
    auto stored = MakeEpochs(first, last);
    // The last epoch may have a checkpoint only; commits are done up to some epoch in every table,
    // and the next one in some.
    const bool has_record = random.Uniform(2) == 0;
    if (!has_record) {
      stored.back().record_is_readable = false;
      stored.back().tables.clear();
    }
    const int64_t newest = has_record ? last : last - 1;
    const int64_t lowest = std::max<int64_t>(first - 1, newest - 4);
    const int64_t done =
        lowest + static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(newest - lowest + 1)));
    const auto held = [&](const std::string& table, bool with_next) {
      const int64_t reach = std::min(newest, done + (with_next ? 1 : 0));
      return At(table, table == "a" ? reach : reach / 2 * 2);
    };
    std::vector<TablePosition> tables = {held("a", random.Uniform(2) == 0),
                                         held("b", random.Uniform(2) == 0)};
    const Result<RecoveryPlan> plan = DecideRecovery(stored, tables);
    ASSERT_TRUE(plan.ok()) << plan.error().ToString();
    EXPECT_EQ(plan->resume_after, Epoch(newest));
    EXPECT_EQ(plan->restore, Epoch(newest));
    for (const Recommit& commit : plan->recommits) {
      TablePosition& table = commit.table == "a" ? tables[0] : tables[1];
      EXPECT_EQ(commit.epoch.value(), table.epoch.value() + (commit.table == "a" ? 1 : 2));
      table.epoch = commit.epoch;
    }
    EXPECT_EQ(tables[0].epoch, Epoch(newest));
    EXPECT_EQ(tables[1].epoch, Epoch(newest / 2 * 2));
  }
}

}  // namespace
}  // namespace floe::state
