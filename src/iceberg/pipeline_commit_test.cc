#include "iceberg/pipeline_commit.h"

#include <gtest/gtest.h>

namespace floe::iceberg {
namespace {

PipelineMark Mark(int64_t token, std::optional<int64_t> epoch, std::string digest = "d") {
  PipelineMark mark;
  mark.pipeline_id = "rides";
  mark.fencing_token = token;
  if (epoch) mark.epoch = Epoch(*epoch);
  mark.digest = std::move(digest);
  mark.offsets_json = "{}";
  mark.watermark = EventTime(17);
  mark.checkpoint_address = "file:///c/" + std::to_string(epoch.value_or(0));
  return mark;
}

// A table whose snapshots 1, 2, … have these summaries, each the child of the one before.
TableMetadata Table(const std::vector<Summary>& summaries) {
  TableMetadata table;
  for (size_t i = 0; i < summaries.size(); ++i) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->id = SnapshotId(static_cast<int64_t>(i + 1));
    if (i > 0) snapshot->parent_id = SnapshotId(static_cast<int64_t>(i));
    snapshot->summary = summaries[i];
    table.current_snapshot_id = snapshot->id;
    table.snapshots.push_back(std::move(snapshot));
  }
  return table;
}

TEST(PipelineCommitTest, WalksAllAncestors) {
  // Foreign commits lie on top and between; another pipeline is further on.
  PipelineMark other = Mark(9, 90);
  other.pipeline_id = "other";
  TableMetadata table = Table({Mark(1, {}).ToSummary(),
                               Mark(1, 1).ToSummary(),
                               {},
                               Mark(1, 2, "x").ToSummary(),
                               other.ToSummary(),
                               {{"operation", "replace"}}});
  auto position = FindPipelinePosition(table, "rides");
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->epoch, Epoch(2));
  EXPECT_EQ(position->digest, "x");
  EXPECT_EQ(position->fencing_token, 1);
  EXPECT_EQ(position->watermark, EventTime(17));
  EXPECT_EQ(position->checkpoint_address, "file:///c/2");
  EXPECT_EQ(position->snapshot_id, SnapshotId(4));
  EXPECT_EQ(FindPipelinePosition(table, "nobody")->epoch, Epoch(0));
}

TEST(PipelineCommitTest, PropertiesSurviveExpiry) {
  TableMetadata table = Table({{}});
  table.properties = Mark(3, 7, "x").ToProperties(SnapshotId(99));
  auto position = FindPipelinePosition(table, "rides");
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->epoch, Epoch(7));
  EXPECT_EQ(position->digest, "x");
  EXPECT_EQ(position->fencing_token, 3);
  EXPECT_FALSE(position->snapshot_id);
}

TEST(PipelineCommitTest, AFenceKeepsTheEpochInTheProperties) {
  TableMetadata table = Table({{}});
  table.properties = Mark(3, 7).ToProperties(SnapshotId(99));
  for (const auto& [key, value] : Mark(4, {}).ToProperties(SnapshotId(100))) {
    table.properties[key] = value;
  }
  auto position = FindPipelinePosition(table, "rides");
  EXPECT_EQ(position->epoch, Epoch(7));
  EXPECT_EQ(position->fencing_token, 4);
}

TEST(PipelineCommitTest, ARolledBackTableIsItsOwnersDecision) {
  TableMetadata table = Table({Mark(1, 1).ToSummary(), Mark(1, 2).ToSummary()});
  table.properties = Mark(1, 2).ToProperties(SnapshotId(2));
  EXPECT_TRUE(FindPipelinePosition(table, "rides").ok());
  table.current_snapshot_id = SnapshotId(1);
  auto position = FindPipelinePosition(table, "rides");
  ASSERT_FALSE(position.ok());
  EXPECT_EQ(position.error().code(), ErrorCode::kFenced);
  EXPECT_NE(position.error().message().find("epoch 2"), std::string::npos);
}

TEST(PipelineCommitTest, DamageIsRefused) {
  Summary broken = Mark(1, 1).ToSummary();
  broken[pipeline_key::kEpoch] = "one";
  EXPECT_EQ(FindPipelinePosition(Table({broken}), "rides").error().code(), ErrorCode::kCorruption);
}

PipelinePosition At(int64_t token, int64_t epoch, std::string digest) {
  PipelinePosition position;
  position.fencing_token = token;
  position.epoch = Epoch(epoch);
  position.digest = std::move(digest);
  return position;
}

TEST(PipelineCommitTest, Decisions) {
  EXPECT_EQ(*DecideCommit(At(1, 4, "x"), Mark(1, 5, "y")), CommitDecision::kCommit);
  EXPECT_EQ(*DecideCommit(At(1, 5, "y"), Mark(1, 5, "y")), CommitDecision::kAlreadyDone);
  EXPECT_EQ(*DecideCommit(At(0, 0, ""), Mark(1, {})), CommitDecision::kCommit);
  EXPECT_EQ(*DecideCommit(At(1, 5, "y"), Mark(1, {})), CommitDecision::kAlreadyDone);
  EXPECT_EQ(*DecideCommit(At(1, 5, "y"), Mark(2, {})), CommitDecision::kCommit);
  // A higher token, our epoch with other contents, a later epoch: somebody else is at work.
  for (const auto& position : {At(2, 4, "x"), At(1, 5, "other"), At(1, 6, "x")}) {
    auto decision = DecideCommit(position, Mark(1, 5, "y"));
    ASSERT_FALSE(decision.ok());
    EXPECT_EQ(decision.error().code(), ErrorCode::kFenced);
  }
  EXPECT_EQ(DecideCommit(At(2, 0, ""), Mark(1, {})).error().code(), ErrorCode::kFenced);
}

}  // namespace
}  // namespace floe::iceberg
