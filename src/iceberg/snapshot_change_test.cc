#include "iceberg/snapshot_change.h"

#include <gtest/gtest.h>

#include <set>

#include "iceberg/scan_plan.h"
#include "storage/in_memory_object_store.h"

namespace floe::iceberg {
namespace {

class SnapshotChangeTest : public testing::Test {
 protected:
  SnapshotChangeTest()
      : clock_(1000),
        executor_(clock_, Random(1)),
        store_(executor_, "file:///lake"),
        io_(store_, executor_),
        random_(3) {
    NewTable table;
    table.location = "file:///lake/t";
    table.schema = Schema(0,
                          {{ColumnId(1), "id", Type::Of(TypeId::kLong), true, "", ""},
                           {ColumnId(2), "city", Type::Of(TypeId::kString), false, "", ""}},
                          {ColumnId(1)});
    table.spec = *IdentitySpec(table.schema, {"city"});
    table.add_fieldless_spec = true;
    table.properties = {{"commit.manifest.min-count-to-merge", "4"}};
    table_ = *NewTableMetadata(table, clock_, random_);
  }

  static DataFile Data(const std::string& name, const std::string& city, int64_t low = 0,
                       int64_t high = 100) {
    DataFile file;
    file.file_path = "file:///lake/t/data/" + name;
    file.partition = {Literal::String(city)};
    file.record_count = 10;
    file.file_size_bytes = 100;
    Type number = Type::Of(TypeId::kLong);
    file.metrics.lower_bounds = {{ColumnId(1), Literal::Long(low).ToBytes(number)}};
    file.metrics.upper_bounds = {{ColumnId(1), Literal::Long(high).ToBytes(number)}};
    return file;
  }
  static DataFile EqualityDelete(const std::string& name) {
    DataFile file;
    file.content = FileContent::kEqualityDeletes;
    file.file_path = "file:///lake/t/data/" + name;
    file.partition_spec_id = 1;
    file.equality_ids = {ColumnId(1)};
    file.record_count = 3;
    file.file_size_bytes = 50;
    return file;
  }
  static DataFile PositionDelete(const std::string& name, const DataFile& target) {
    DataFile file;
    file.content = FileContent::kPositionDeletes;
    file.file_path = "file:///lake/t/data/" + name;
    file.partition = target.partition;
    file.referenced_data_file = target.file_path;
    file.record_count = 2;
    file.file_size_bytes = 40;
    return file;
  }

  const Snapshot& Commit(EpochFiles files) {
    SnapshotChange change(io_, clock_, random_, std::move(files));
    auto prepared = change.Prepare(table_);
    EXPECT_TRUE(prepared.ok());
    EXPECT_TRUE(CheckRequirements(&table_, prepared->requirements).ok());
    auto next = ApplyUpdates(table_, prepared->updates, clock_.WallMillis(), "file:///m.json");
    EXPECT_TRUE(next.ok());
    table_ = *next;
    return *table_.CurrentSnapshot();
  }

  std::vector<ManifestFile> Manifests() {
    return *ReadManifestList(*io_.Read(table_.CurrentSnapshot()->manifest_list));
  }

  ManualClock clock_;
  DeterministicExecutor executor_;
  storage::InMemoryObjectStore store_;
  FileIo io_;
  Random random_;
  TableMetadata table_;
};

TEST_F(SnapshotChangeTest, SummaryHasOperationCountsAndTotals) {
  Summary first = Commit({{Data("a", "x"), Data("b", "y")}, {}}).summary;
  EXPECT_EQ(first["operation"], "append");
  EXPECT_EQ(first["added-data-files"], "2");
  EXPECT_EQ(first["added-records"], "20");
  EXPECT_EQ(first["added-files-size"], "200");
  EXPECT_EQ(first["changed-partition-count"], "2");
  EXPECT_EQ(first["total-data-files"], "2");
  EXPECT_EQ(first["total-delete-files"], "0");
  EXPECT_FALSE(first.contains("added-delete-files"));

  DataFile c = Data("c", "x");
  Summary second = Commit({{c}, {EqualityDelete("e"), PositionDelete("p", c)}}).summary;
  EXPECT_EQ(second["operation"], "overwrite");
  EXPECT_EQ(second["added-delete-files"], "2");
  EXPECT_EQ(second["added-equality-delete-files"], "1");
  EXPECT_EQ(second["added-equality-deletes"], "3");
  EXPECT_EQ(second["added-position-deletes"], "2");
  EXPECT_EQ(second["total-data-files"], "3");
  EXPECT_EQ(second["total-records"], "30");
  EXPECT_EQ(second["total-files-size"], "390");
  EXPECT_EQ(second["total-equality-deletes"], "3");

  EXPECT_EQ(Commit({{}, {EqualityDelete("f")}}).operation(), "delete");
  Summary fence = Commit({}).summary;
  EXPECT_EQ(fence["operation"], "append");
  EXPECT_EQ(fence["total-records"], "30");
  EXPECT_EQ(fence["total-equality-deletes"], "6");
}

TEST_F(SnapshotChangeTest, SequenceNumbersAndTimesGrow) {
  Commit({{Data("a", "x")}, {}});
  clock_.SetWallMillis(10);  // set back
  const Snapshot& second = Commit({{Data("b", "x")}, {}});
  EXPECT_EQ(second.sequence_number, SequenceNumber(2));
  EXPECT_EQ(second.timestamp_ms, 1000);
  EXPECT_EQ(second.schema_id, 0);
  EXPECT_EQ(second.parent_id, table_.snapshots[0]->id);
}

TEST_F(SnapshotChangeTest, ConflictsAreSeenAndTheSameFilesCommittedAgain) {
  SnapshotChange change(io_, clock_, random_, {{Data("mine", "x")}, {}});
  auto stale = change.Prepare(table_);
  ASSERT_TRUE(stale.ok());
  Commit({{Data("theirs", "x")}, {}});
  EXPECT_EQ(CheckRequirements(&table_, stale->requirements).error().code(),
            ErrorCode::kCommitConflict);
  auto abandoned = change.TakeAbandonedFiles();
  ASSERT_EQ(abandoned.size(), 1U);  // the list; the manifest is used again
  ASSERT_TRUE(io_.Remove(abandoned[0]).ok());
  auto again = change.Prepare(table_);
  ASSERT_TRUE(again.ok());
  table_ = *ApplyUpdates(table_, again->updates, 2000, "");
  EXPECT_EQ(table_.CurrentSnapshot()->id, change.snapshot_id());
  auto plan = PlanScan(io_, table_, table_.CurrentSnapshot());
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->data_files.size(), 2U);
}

TEST_F(SnapshotChangeTest, ManifestsAreMergedAndKeepTheirSequences) {
  for (int i = 1; i <= 9; ++i) {
    Commit({{Data("d" + std::to_string(i), "x")}, {EqualityDelete("e" + std::to_string(i))}});
    int data = 0;
    for (const ManifestFile& manifest : Manifests()) {
      data += manifest.content == ManifestContent::kData ? 1 : 0;
    }
    EXPECT_LT(data, 4);
  }
  auto plan = PlanScan(io_, table_, table_.CurrentSnapshot());
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->data_files.size(), 9U);
  std::map<std::string, int64_t> sequences;
  for (const DataFileTask& task : plan->data_files) {
    sequences[task.file.file_path] = task.sequence_number.value();
  }
  for (int i = 1; i <= 9; ++i) {
    EXPECT_EQ(sequences["file:///lake/t/data/d" + std::to_string(i)], i);
  }
  EXPECT_EQ(table_.CurrentSnapshot()->summary.at("total-data-files"), "9");
}

TEST_F(SnapshotChangeTest, FieldlessSpecIsAddedOnce) {
  std::erase_if(table_.partition_specs,
                [](const PartitionSpec& spec) { return spec.is_unpartitioned(); });
  for (int i = 0; i < 2; ++i) {
    SnapshotChange change(io_, clock_, random_, {});
    change.RequireFieldlessSpec();
    auto prepared = change.Prepare(table_);
    ASSERT_TRUE(prepared.ok());
    ASSERT_TRUE(CheckRequirements(&table_, prepared->requirements).ok());
    table_ = *ApplyUpdates(table_, prepared->updates, 2000, "");
    ASSERT_NE(table_.FindFieldlessSpec(), nullptr);
    EXPECT_EQ(table_.partition_specs.size(), 2U);
    EXPECT_EQ(table_.default_spec_id, 0);
  }
}

TEST_F(SnapshotChangeTest, SnapshotIdsArePositiveAndNew) {
  for (int i = 0; i < 1000; ++i) EXPECT_GT(NewSnapshotId(table_, random_).value(), 0);
}

TEST_F(SnapshotChangeTest, DeletesReachWhatTheSpecSays) {
  DataFile a = Data("a", "x");
  DataFile b = Data("b", "y");
  Commit({{a, b}, {}});
  DataFile c = Data("c", "x");
  Commit({{c}, {EqualityDelete("e2"), PositionDelete("p", c), PositionDelete("q", a)}});
  Commit({{Data("d", "x")}, {EqualityDelete("e3")}});
  auto plan = *PlanScan(io_, table_, table_.CurrentSnapshot());
  std::map<std::string, const DataFileTask*> tasks;
  for (const DataFileTask& task : plan.data_files) {
    tasks[task.file.file_path.substr(20)] = &task;
  }
  ASSERT_EQ(plan.equality_deletes.size(), 2U);
  EXPECT_LT(plan.equality_deletes[0].sequence_number, plan.equality_deletes[1].sequence_number);
  EXPECT_EQ(tasks["a"]->first_equality_delete, 0U);
  EXPECT_EQ(tasks["b"]->first_equality_delete, 0U);
  EXPECT_EQ(tasks["c"]->first_equality_delete, 1U);  // not those of its own commit
  EXPECT_EQ(tasks["d"]->first_equality_delete, 2U);
  EXPECT_EQ(tasks["a"]->position_deletes.size(), 1U);
  EXPECT_EQ(tasks["b"]->position_deletes.size(), 0U);
  EXPECT_EQ(tasks["c"]->position_deletes.size(), 1U);  // also of its own commit
  EXPECT_EQ(plan.position_deletes.size(), 2U);
}

TEST_F(SnapshotChangeTest, PartitionedDeletesStayInTheirPartition) {
  Commit({{Data("a", "x"), Data("b", "y")}, {}});
  DataFile foreign = EqualityDelete("e");
  foreign.partition_spec_id = 0;
  foreign.partition = {Literal::String("x")};
  DataFile positions = PositionDelete("p", Data("a", "x"));
  positions.referenced_data_file.reset();  // may name any file of the partition
  Commit({{}, {foreign, positions}});
  auto plan = *PlanScan(io_, table_, table_.CurrentSnapshot());
  for (const DataFileTask& task : plan.data_files) {
    bool in_x = task.file.partition[0] == Literal::String("x");
    EXPECT_EQ(task.partition_equality_deletes.size(), in_x ? 1U : 0U);
    EXPECT_EQ(task.position_deletes.size(), in_x ? 1U : 0U);
    EXPECT_EQ(task.first_equality_delete, 0U);
  }
}

TEST_F(SnapshotChangeTest, ScansLeaveOutWhatCannotMatch) {
  Commit({{Data("a", "x", 0, 10), Data("b", "y", 20, 30)}, {}});
  Commit({{Data("c", "z", 40, 50)}, {}});
  Conjunction in_range = {{ColumnId(1), PredicateOp::kGreater, {Literal::Long(25)}}};
  auto by_bounds = *PlanScan(io_, table_, table_.CurrentSnapshot(), in_range);
  EXPECT_EQ(by_bounds.data_files.size(), 2U);
  EXPECT_EQ(by_bounds.skipped_data_files, 1);
  Conjunction in_city = {{ColumnId(2), PredicateOp::kEqual, {Literal::String("z")}}};
  auto by_partition = *PlanScan(io_, table_, table_.CurrentSnapshot(), in_city);
  EXPECT_EQ(by_partition.data_files.size(), 1U);
  EXPECT_EQ(by_partition.skipped_manifests, 1);
  EXPECT_EQ(PlanScan(io_, table_, nullptr)->data_files.size(), 0U);
}

}  // namespace
}  // namespace floe::iceberg
