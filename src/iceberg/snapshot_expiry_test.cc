#include "iceberg/snapshot_expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iceberg/pipeline_commit.h"
#include "iceberg/table_update.h"

namespace floe::iceberg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStepMs = 10'000;

// Commits one snapshot every ten seconds: ids and sequence numbers count from 1.
class SnapshotExpiryTest : public testing::Test {
 protected:
  SnapshotExpiryTest() {
    table_.table_uuid = "u";
    table_.location = "file:///lake/db/t";
    table_.schemas.push_back(std::make_shared<const Schema>());
    table_.partition_specs.emplace_back();
    table_.sort_orders.emplace_back();
    options_.expire_at_commit = true;
    options_.max_snapshot_age_ms = 5 * kStepMs;
    options_.min_snapshots_to_keep = 3;
  }

  // A snapshot on `main`, of an epoch of the pipeline unless that is "".
  void Commit(const std::string& pipeline, int64_t epoch = 0) {
    const int64_t id = table_.last_sequence_number.value() + 1;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->id = SnapshotId(id);
    snapshot->parent_id = table_.current_snapshot_id;
    snapshot->sequence_number = SequenceNumber(id);
    snapshot->timestamp_ms = now_ms_ = id * kStepMs;
    snapshot->manifest_list = "file:///lake/db/t/metadata/snap-" +
                              std::to_string(4'000'000'000'000'000'000 + id) +
                              "-1-259ba0ab-8cfc-4db3-a9b3-a7bf4302423a.avro";
    snapshot->summary = {{"operation", "append"}};
    Properties properties;
    if (!pipeline.empty()) {
      PipelineMark mark;
      mark.pipeline_id = pipeline;
      mark.fencing_token = 1;
      mark.epoch = Epoch(epoch);
      mark.digest = "b3cb4a4c8d12f7fae7c00a9b9f10fd42";
      mark.offsets_json = R"({"topic":{"0":12345678,"1":12345678,"2":12345678,"3":12345678}})";
      mark.watermark = EventTime(1'795'537'852'051);
      mark.checkpoint_address = "file:///floe-data/state/rides/checkpoints/00000000000000008640";
      snapshot->summary.merge(mark.ToSummary());
      properties = mark.ToProperties(snapshot->id);
    }
    SnapshotRef ref;
    ref.snapshot_id = snapshot->id;
    Change({update::AddSnapshot{snapshot}, update::SetSnapshotRef{"main", ref},
            update::SetProperties{properties}});
  }
  void Change(const std::vector<TableUpdate>& updates) {
    table_ = ApplyUpdates(table_, updates, now_ms_, "file:///lake/db/t/metadata/x").value();
  }
  void Point(const std::string& name, RefKind kind, int64_t id) {
    SnapshotRef ref;
    ref.snapshot_id = SnapshotId(id);
    ref.kind = kind;
    Change({update::SetSnapshotRef{name, ref}});
  }
  void Expire() { Change({update::RemoveSnapshots{SnapshotsToExpire(table_, options_, now_ms_)}}); }
  std::vector<int64_t> Ids() const {
    std::vector<int64_t> ids;
    for (const SnapshotPtr& snapshot : table_.snapshots) ids.push_back(snapshot->id.value());
    return ids;
  }

  TableMetadata table_;
  ExpiryOptions options_;
  int64_t now_ms_ = 0;
};

TEST_F(SnapshotExpiryTest, ByAgeAndByNumber) {
  EXPECT_THAT(SnapshotsToExpire(table_, options_, 0), IsEmpty());
  for (int i = 0; i < 10; ++i) Commit("");
  Expire();
  EXPECT_THAT(Ids(), ElementsAre(5, 6, 7, 8, 9, 10));
  EXPECT_EQ(table_.snapshot_log.size(), 6U);
  now_ms_ += 100 * kStepMs;
  Expire();
  EXPECT_THAT(Ids(), ElementsAre(8, 9, 10)) << "the newest stay however old";
}

TEST_F(SnapshotExpiryTest, ReferencesStay) {
  for (int i = 0; i < 3; ++i) Commit("");
  Point("tag", RefKind::kTag, 2);
  Point("branch", RefKind::kBranch, 3);
  table_.refs["branch"].min_snapshots_to_keep = 1;
  for (int i = 0; i < 20; ++i) Commit("");
  options_.max_snapshot_age_ms = 1;
  Expire();
  EXPECT_THAT(Ids(), ElementsAre(2, 3, 21, 22, 23));
}

TEST_F(SnapshotExpiryTest, ANewestEpochOutlivesItsNeighbours) {
  for (int epoch = 1; epoch <= 4; ++epoch) Commit("stopped", epoch);
  for (int epoch = 1; epoch <= 50; ++epoch) {
    Commit("rides", epoch);
    Expire();
    for (const char* pipeline : {"stopped", "rides"}) {
      auto position = FindPipelinePosition(table_, pipeline);
      ASSERT_TRUE(position.ok()) << epoch << " " << position.error().message();
      EXPECT_EQ(position->epoch, Epoch(pipeline == std::string("rides") ? epoch : 4));
      EXPECT_EQ(position->fencing_token, 1);
      EXPECT_EQ(position->digest, "b3cb4a4c8d12f7fae7c00a9b9f10fd42");
    }
  }
  EXPECT_THAT(Ids(), ElementsAre(3, 4, 49, 50, 51, 52, 53, 54));
}

// That a table was rolled back behind an epoch is seen for as long as nobody has decided.
TEST_F(SnapshotExpiryTest, ARollbackStaysVisible) {
  Commit("rides", 1);
  Commit("rides", 2);
  Point("main", RefKind::kBranch, 1);
  for (int epoch = 1; epoch <= 50; ++epoch) {
    Commit("other", epoch);
    Expire();
    EXPECT_EQ(FindPipelinePosition(table_, "rides").error().code(), ErrorCode::kFenced) << epoch;
    EXPECT_EQ(FindPipelinePosition(table_, "other")->epoch, Epoch(epoch));
  }
}

TEST_F(SnapshotExpiryTest, ARollbackToATagIsSeenAfterExpiry) {
  Commit("");
  Point("tag", RefKind::kTag, 1);
  for (int epoch = 1; epoch <= 30; ++epoch) {
    Commit("rides", epoch);
    Expire();
  }
  Point("main", RefKind::kBranch, 1);
  EXPECT_EQ(FindPipelinePosition(table_, "rides").error().code(), ErrorCode::kFenced);
}

// A day of a job that commits every ten seconds, with the values that new tables get.
TEST_F(SnapshotExpiryTest, MetadataIsBounded) {
  options_.max_snapshot_age_ms = 3'600'000;
  options_.min_snapshots_to_keep = 100;
  size_t bytes_at_noon = 0;
  for (int epoch = 1; epoch <= 8640; ++epoch) {
    Commit("rides", epoch);
    Expire();
    if (epoch == 4320) bytes_at_noon = WriteTableMetadata(table_).size();
  }
  const size_t bytes_at_night = WriteTableMetadata(table_).size();
  RecordProperty("metadata_bytes", std::to_string(bytes_at_night));
  EXPECT_EQ(table_.snapshots.size(), 361U);
  EXPECT_LT(bytes_at_night, bytes_at_noon + 4096);
  EXPECT_LT(bytes_at_night, size_t{400} << 10);
}

}  // namespace
}  // namespace floe::iceberg
