#include "iceberg/table_update.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace floe::iceberg {
namespace {

class TableUpdateTest : public testing::Test {
 protected:
  TableUpdateTest() : clock_(1000), random_(1) {
    NewTable table;
    table.location = "file:///warehouse/t";
    table.schema = Schema(0, {{ColumnId(1), "a", Type::Of(TypeId::kString), true, "", ""},
                              {ColumnId(2), "day", Type::Of(TypeId::kDate), false, "", ""}});
    table.spec = *IdentitySpec(table.schema, {"a"});
    base_ = *NewTableMetadata(table, clock_, random_);
  }

  static SnapshotPtr MakeSnapshot(int64_t id, int64_t sequence, std::optional<int64_t> parent) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->id = SnapshotId(id);
    if (parent) snapshot->parent_id = SnapshotId(*parent);
    snapshot->sequence_number = SequenceNumber(sequence);
    snapshot->timestamp_ms = 1000 + sequence;
    snapshot->manifest_list = "file:///warehouse/t/metadata/" + std::to_string(id) + ".avro";
    snapshot->summary["operation"] = "append";
    return snapshot;
  }

  static std::vector<TableUpdate> Append(SnapshotPtr snapshot) {
    SnapshotRef ref;
    ref.snapshot_id = snapshot->id;
    return {update::AddSnapshot{snapshot}, update::SetSnapshotRef{"main", ref}};
  }

  Result<TableMetadata> Apply(const TableMetadata& base, std::vector<TableUpdate> updates,
                              int64_t now_ms = 5000) {
    return ApplyUpdates(base, updates, now_ms, "file:///warehouse/t/metadata/0.json");
  }

  ManualClock clock_;
  Random random_;
  TableMetadata base_;
};

TEST_F(TableUpdateTest, RequirementsHoldOrConflict) {
  namespace r = requirement;
  TableMetadata table = *Apply(base_, Append(MakeSnapshot(7, 1, {})));
  std::vector<TableRequirement> good = {r::AssertTableUuid{table.table_uuid},
                                        r::AssertRefSnapshotId{"main", SnapshotId(7)},
                                        r::AssertRefSnapshotId{"other", {}},
                                        r::AssertLastAssignedFieldId{ColumnId(2)},
                                        r::AssertCurrentSchemaId{0},
                                        r::AssertLastAssignedPartitionId{ColumnId(1000)},
                                        r::AssertDefaultSpecId{0},
                                        r::AssertDefaultSortOrderId{0}};
  EXPECT_TRUE(CheckRequirements(&table, good).ok());
  std::vector<TableRequirement> bad = {r::AssertCreate{},
                                       r::AssertTableUuid{"another"},
                                       r::AssertRefSnapshotId{"main", SnapshotId(8)},
                                       r::AssertRefSnapshotId{"main", {}},
                                       r::AssertRefSnapshotId{"other", SnapshotId(7)},
                                       r::AssertLastAssignedFieldId{ColumnId(3)},
                                       r::AssertCurrentSchemaId{1},
                                       r::AssertLastAssignedPartitionId{ColumnId(999)},
                                       r::AssertDefaultSpecId{1},
                                       r::AssertDefaultSortOrderId{1}};
  for (const TableRequirement& requirement : bad) {
    EXPECT_EQ(CheckRequirements(&table, {requirement}).error().code(), ErrorCode::kCommitConflict)
        << requirement.index();
  }
  EXPECT_TRUE(CheckRequirements(nullptr, {r::AssertCreate{}}).ok());
  EXPECT_FALSE(CheckRequirements(nullptr, {r::AssertDefaultSpecId{0}}).ok());
}

TEST_F(TableUpdateTest, SnapshotsMoveMainAndTheLogs) {
  TableMetadata first = *Apply(base_, Append(MakeSnapshot(7, 1, {})));
  TableMetadata second = *Apply(first, Append(MakeSnapshot(8, 2, 7)), 6000);
  EXPECT_EQ(second.current_snapshot_id, SnapshotId(8));
  EXPECT_EQ(second.last_sequence_number, SequenceNumber(2));
  ASSERT_EQ(second.snapshot_log.size(), 2U);
  EXPECT_EQ(second.snapshot_log[1], (SnapshotLogEntry{6000, SnapshotId(8)}));
  ASSERT_EQ(second.metadata_log.size(), 2U);
  EXPECT_EQ(second.metadata_log[1].timestamp_ms, 5000);
  EXPECT_EQ(second.last_updated_ms, 6000);
  // The base is a value and stays as it was.
  EXPECT_EQ(base_.snapshots.size(), 0U);
}

TEST_F(TableUpdateTest, TimeNeverRunsBackwards) {
  TableMetadata first = *Apply(base_, Append(MakeSnapshot(7, 1, {})), 9000);
  TableMetadata second = *Apply(first, {update::SetProperties{{{"k", "v"}}}}, 10);
  EXPECT_EQ(second.last_updated_ms, 9000);
}

TEST_F(TableUpdateTest, StaleAndRepeatedSnapshotsAreRefused) {
  TableMetadata table = *Apply(base_, Append(MakeSnapshot(7, 1, {})));
  EXPECT_EQ(Apply(table, Append(MakeSnapshot(7, 2, {}))).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Apply(table, Append(MakeSnapshot(8, 1, 7))).error().code(), ErrorCode::kCommitConflict);
  SnapshotRef dangling;
  dangling.snapshot_id = SnapshotId(99);
  EXPECT_EQ(Apply(table, {update::SetSnapshotRef{"main", dangling}}).error().code(),
            ErrorCode::kInvalidArgument);
}

TEST_F(TableUpdateTest, SpecsAreAddedOnceAndFieldsKeepTheirIds) {
  PartitionSpec by_day;
  by_day.fields.push_back(
      {ColumnId(2), ColumnId(0), "day_month", Transform(TransformKind::kMonth), ""});
  by_day.fields.push_back({ColumnId(1), ColumnId(0), "a", Transform(), ""});
  TableMetadata table =
      *Apply(base_, {update::AddSpec{by_day}, update::SetDefaultSpec{update::kLastAdded}});
  EXPECT_EQ(table.default_spec_id, 1);
  EXPECT_EQ(table.default_spec().fields[0].field_id, ColumnId(1001));
  EXPECT_EQ(table.default_spec().fields[1].field_id, ColumnId(1000));  // as in spec 0
  EXPECT_EQ(table.last_partition_id, ColumnId(1001));
  TableMetadata again = *Apply(table, {update::AddSpec{base_.partition_specs[0]},
                                       update::SetDefaultSpec{update::kLastAdded}});
  EXPECT_EQ(again.partition_specs.size(), 2U);
  EXPECT_EQ(again.default_spec_id, 0);
  TableMetadata fieldless = *Apply(again, {update::AddSpec{PartitionSpec()}});
  EXPECT_EQ(fieldless.FindFieldlessSpec()->spec_id, 2);
  EXPECT_EQ(fieldless.default_spec_id, 0);
  PartitionSpec wrong;
  wrong.fields.push_back({ColumnId(9), ColumnId(0), "x", Transform(), ""});
  EXPECT_EQ(Apply(table, {update::AddSpec{wrong}}).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_FALSE(Apply(table, {update::SetDefaultSpec{update::kLastAdded}}).ok());
  EXPECT_FALSE(Apply(table, {update::RemovePartitionSpecs{{1}}}).ok());
  EXPECT_EQ(Apply(table, {update::RemovePartitionSpecs{{0}}})->partition_specs.size(), 1U);
}

TEST_F(TableUpdateTest, SchemasGetNewIds) {
  std::vector<NestedField> fields = base_.schema().fields();
  fields.push_back({ColumnId(3), "added", Type::Of(TypeId::kLong), false, "", ""});
  TableMetadata table = *Apply(
      base_, {update::AddSchema{Schema(77, fields)}, update::SetCurrentSchema{update::kLastAdded}});
  EXPECT_EQ(table.current_schema_id, 1);
  EXPECT_EQ(table.last_column_id, ColumnId(3));
  EXPECT_EQ(table.FindSchema(0)->fields().size(), 2U);
  EXPECT_FALSE(Apply(table, {update::RemoveSchemas{{1}}}).ok());
  EXPECT_FALSE(Apply(table, {update::SetCurrentSchema{5}}).ok());
}

TEST_F(TableUpdateTest, ExpiryCutsTheSnapshotLog) {
  TableMetadata table = *Apply(base_, Append(MakeSnapshot(7, 1, {})));
  table = *Apply(table, Append(MakeSnapshot(8, 2, 7)));
  table = *Apply(table, Append(MakeSnapshot(9, 3, 8)));
  table.statistics_json = R"([{"snapshot-id":8},{"snapshot-id":9}])";
  // A reference that who expires did not know of: they look again.
  EXPECT_EQ(Apply(table, {update::RemoveSnapshots{{SnapshotId(9)}}}).error().code(),
            ErrorCode::kCommitConflict);
  TableMetadata expired = *Apply(table, {update::RemoveSnapshots{{SnapshotId(8)}}});
  EXPECT_EQ(expired.snapshots.size(), 2U);
  ASSERT_EQ(expired.snapshot_log.size(), 1U);
  EXPECT_EQ(expired.snapshot_log[0].snapshot_id, SnapshotId(9));
  EXPECT_EQ(expired.statistics_json, R"([{"snapshot-id":9}])");
}

TEST_F(TableUpdateTest, MetadataLogHasALimit) {
  TableMetadata table =
      *Apply(base_, {update::SetProperties{{{"write.metadata.previous-versions-max", "3"}}}});
  for (int i = 0; i < 10; ++i) {
    table = *ApplyUpdates(table, {}, 6000 + i, "file:///m/" + std::to_string(i) + ".json");
  }
  ASSERT_EQ(table.metadata_log.size(), 3U);
  EXPECT_EQ(table.metadata_log[2].metadata_file, "file:///m/9.json");
}

TEST_F(TableUpdateTest, StatisticsReplaceThoseOfTheirSnapshot) {
  TableMetadata table =
      *Apply(base_, {update::SetStatistics{R"({"snapshot-id":7,"statistics-path":"a"})"},
                     update::SetStatistics{R"({"snapshot-id":8,"statistics-path":"b"})"},
                     update::SetStatistics{R"({"snapshot-id":7,"statistics-path":"c"})"}});
  auto list = nlohmann::json::parse(table.statistics_json);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1]["statistics-path"], "c");
  table = *Apply(
      table, {update::RemoveStatistics{SnapshotId(7)}, update::RemoveStatistics{SnapshotId(8)}});
  EXPECT_EQ(table.statistics_json, "");
}

TEST_F(TableUpdateTest, CreationUpdatesMakeTheSameTable) {
  TableMetadata made = *ApplyUpdates(TableMetadata(), CreationUpdates(base_), 1000, "");
  EXPECT_EQ(WriteTableMetadata(made), WriteTableMetadata(base_));
}

TEST_F(TableUpdateTest, JsonRoundTrips) {
  namespace r = requirement;
  namespace u = update;
  TableChange change;
  change.requirements = {r::AssertCreate{},
                         r::AssertTableUuid{"u"},
                         r::AssertRefSnapshotId{"main", {}},
                         r::AssertRefSnapshotId{"main", SnapshotId(5)},
                         r::AssertLastAssignedFieldId{ColumnId(3)},
                         r::AssertCurrentSchemaId{1},
                         r::AssertLastAssignedPartitionId{ColumnId(1000)},
                         r::AssertDefaultSpecId{2},
                         r::AssertDefaultSortOrderId{3}};
  SnapshotRef ref;
  ref.snapshot_id = SnapshotId(7);
  ref.max_ref_age_ms = 5;
  change.updates = {u::AssignUuid{"u"},
                    u::UpgradeFormatVersion{2},
                    u::AddSchema{base_.schema()},
                    u::SetCurrentSchema{-1},
                    u::AddSpec{base_.default_spec()},
                    u::SetDefaultSpec{-1},
                    u::AddSortOrder{SortOrder()},
                    u::SetDefaultSortOrder{-1},
                    u::AddSnapshot{MakeSnapshot(7, 1, 6)},
                    u::SetSnapshotRef{"main", ref},
                    u::RemoveSnapshots{{SnapshotId(1), SnapshotId(2)}},
                    u::RemoveSnapshotRef{"old"},
                    u::SetLocation{"file:///x"},
                    u::SetProperties{{{"a", "b"}}},
                    u::RemoveProperties{{"c"}},
                    u::SetStatistics{R"({"snapshot-id":7})"},
                    u::RemoveStatistics{SnapshotId(7)},
                    u::SetPartitionStatistics{R"({"snapshot-id":7})"},
                    u::RemovePartitionStatistics{SnapshotId(7)},
                    u::RemovePartitionSpecs{{1}},
                    u::RemoveSchemas{{2}}};
  std::string json = WriteTableChange(change);
  auto back = ParseTableChange(json);
  ASSERT_TRUE(back.ok()) << back.error().ToString();
  EXPECT_EQ(back->requirements.size(), change.requirements.size());
  for (size_t i = 0; i < change.updates.size(); ++i) {
    EXPECT_EQ(back->updates[i].index(), change.updates[i].index());
  }
  EXPECT_EQ(WriteTableChange(*back), json);
}

TEST_F(TableUpdateTest, UnknownMembersOfACommitAreTheSendersFault) {
  for (const char* json :
       {R"({"requirements":[{"type":"assert-view-uuid"}],"updates":[]})",
        R"({"updates":[{"action":"explode"}]})", R"({"updates":[{"action":"set-properties"}]})",
        R"({"updates":[{}]})", R"({"updates":{}})", "[]", "x"}) {
    auto change = ParseTableChange(json);
    ASSERT_FALSE(change.ok()) << json;
    EXPECT_EQ(change.error().code(), ErrorCode::kInvalidArgument) << json;
  }
}

}  // namespace
}  // namespace floe::iceberg
