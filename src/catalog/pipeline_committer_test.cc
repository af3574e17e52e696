// Exactly once: each test is a way in which other engines have lost or repeated an epoch.
#include "catalog/pipeline_committer.h"

#include <gtest/gtest.h>

#include <deque>

#include "catalog/in_memory_catalog.h"
#include "iceberg/scan_plan.h"
#include "storage/in_memory_object_store.h"

namespace floe::catalog {
namespace {

using iceberg::EpochFiles;
using iceberg::PipelineMark;

// Answers commits as a script says.
class ScriptedCatalog final : public Catalog {
 public:
  enum class Step {
    kPass,
    kUnknownDone,     // it happens, the answer is lost
    kUnknownNotDone,  // it never arrives, the answer is lost
    kUnavailable,
    kLate,  // the answer is lost, and the commit arrives when Deliver is called
  };

  explicit ScriptedCatalog(Catalog& inner) : inner_(inner) {}
  void Script(std::vector<Step> steps) { steps_.assign(steps.begin(), steps.end()); }
  int commits() const { return commits_; }
  void Deliver(Done<std::vector<LoadedTable>> done) { inner_.CommitTables(late_, done); }
  // Runs before each commit is passed on.
  void set_before_commit(std::function<void()> call) { before_commit_ = std::move(call); }

  void CommitTables(std::vector<TableCommit> commits,
                    Done<std::vector<LoadedTable>> done) override {
    ++commits_;
    if (before_commit_) std::exchange(before_commit_, nullptr)();
    Step step = Step::kPass;
    if (!steps_.empty()) {
      step = steps_.front();
      steps_.pop_front();
    }
    Error lost(ErrorCode::kCommitUnknown, "no answer");
    switch (step) {
      case Step::kPass:
        return inner_.CommitTables(std::move(commits), std::move(done));
      case Step::kUnknownDone:
        return inner_.CommitTables(std::move(commits), [done, lost](auto) { done(lost); });
      case Step::kUnknownNotDone:
        return done(lost);
      case Step::kLate:
        late_ = std::move(commits);
        return done(lost);
      case Step::kUnavailable:
        return done(Error(ErrorCode::kUnavailable, "busy"));
    }
  }
  void ListNamespaces(Namespace parent, Done<std::vector<Namespace>> done) override {
    inner_.ListNamespaces(parent, done);
  }
  void CreateNamespace(NamespaceInfo info, Done<Nothing> done) override {
    inner_.CreateNamespace(info, done);
  }
  void LoadNamespace(Namespace levels, Done<NamespaceInfo> done) override {
    inner_.LoadNamespace(levels, done);
  }
  void DropNamespace(Namespace levels, Done<Nothing> done) override {
    inner_.DropNamespace(levels, done);
  }
  void ListTables(Namespace levels, Done<std::vector<TableIdentifier>> done) override {
    inner_.ListTables(levels, done);
  }
  void CreateTable(CreateTableRequest request, Done<LoadedTable> done) override {
    inner_.CreateTable(request, done);
  }
  void LoadTable(TableIdentifier identifier, Done<LoadedTable> done) override {
    inner_.LoadTable(identifier, done);
  }
  void DropTable(TableIdentifier identifier, Done<Nothing> done) override {
    inner_.DropTable(identifier, done);
  }
  void RenameTable(TableIdentifier from, TableIdentifier to, Done<Nothing> done) override {
    inner_.RenameTable(from, to, done);
  }

 private:
  Catalog& inner_;
  std::deque<Step> steps_;
  std::vector<TableCommit> late_;
  std::function<void()> before_commit_;
  int commits_ = 0;
};

class PipelineCommitterTest : public testing::Test {
 protected:
  using Step = ScriptedCatalog::Step;

  PipelineCommitterTest()
      : clock_(1000),
        executor_(clock_, Random(1)),
        store_(executor_, "file:///lake"),
        io_(store_, executor_),
        inner_(MakeInMemoryCatalog({&store_, &executor_, &clock_, 1, "file:///lake"})),
        catalog_(*inner_) {
    EXPECT_TRUE(Await<Catalog::Nothing>(executor_, [&](auto done) {
                  inner_->CreateNamespace({{"db"}, {}}, done);
                }).ok());
    CreateTable();
    process_ = NewProcess();
    EXPECT_TRUE(process_->Fence("rides", 1).ok());
  }

  void CreateTable(iceberg::Properties properties = {}) {
    CreateTableRequest request;
    request.identifier = {{"db"}, "t"};
    request.schema = iceberg::Schema(
        0, {{ColumnId(1), "id", iceberg::Type::Of(iceberg::TypeId::kLong), true, "", ""}},
        {ColumnId(1)});
    request.properties = std::move(properties);
    ASSERT_TRUE(
        Await<LoadedTable>(executor_, [&](auto done) { inner_->CreateTable(request, done); }).ok());
  }

  std::unique_ptr<PipelineCommitter> NewProcess() {
    return std::make_unique<PipelineCommitter>(catalog_, io_, executor_, clock_, Random(++seed_),
                                               TableIdentifier{{"db"}, "t"}, /*upsert=*/true);
  }

  static EpochFiles Files(const std::string& name) {
    EpochFiles files;
    iceberg::DataFile file;
    file.file_path = "file:///lake/db/t/data/" + name;
    file.record_count = 1;
    files.data_files.push_back(file);
    return files;
  }
  static PipelineMark Mark(int64_t epoch, int64_t token = 1, std::string digest = "") {
    PipelineMark mark;
    mark.pipeline_id = "rides";
    mark.fencing_token = token;
    mark.epoch = Epoch(epoch);
    mark.digest = digest.empty() ? "digest" + std::to_string(epoch) : digest;
    mark.offsets_json = "{}";
    return mark;
  }
  Status CommitEpoch(PipelineCommitter& process, int64_t epoch, int64_t token = 1) {
    return process.Commit(Mark(epoch, token), Files("e" + std::to_string(epoch)));
  }

  LoadedTable Load() {
    return *Await<LoadedTable>(executor_, [&](auto done) {
      inner_->LoadTable({{"db"}, "t"}, done);
    });
  }
  // Names of the live files, each as often as it is there.
  std::multiset<std::string> LiveFiles() {
    LoadedTable table = Load();
    auto plan = *iceberg::PlanScan(io_, *table.metadata, table.metadata->CurrentSnapshot());
    std::multiset<std::string> names;
    for (const auto& task : plan.data_files) {
      names.insert(task.file.file_path.substr(task.file.file_path.rfind('/') + 1));
    }
    return names;
  }
  size_t SnapshotCount() { return Load().metadata->snapshots.size(); }

  ManualClock clock_;
  DeterministicExecutor executor_;
  storage::InMemoryObjectStore store_;
  iceberg::FileIo io_;
  std::unique_ptr<Catalog> inner_;
  ScriptedCatalog catalog_;
  uint64_t seed_ = 10;
  std::unique_ptr<PipelineCommitter> process_;
};

using Names = std::multiset<std::string>;

TEST_F(PipelineCommitterTest, OneSnapshotPerEpoch) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  ASSERT_TRUE(CommitEpoch(*process_, 2).ok());
  ASSERT_TRUE(CommitEpoch(*process_, 2).ok());  // again: nothing happens
  EXPECT_EQ(SnapshotCount(), 3U);               // with the fence
  EXPECT_EQ(LiveFiles(), (Names{"e1", "e2"}));
  EXPECT_NE(Load().metadata->FindFieldlessSpec(), nullptr);
  auto position = process_->Position("rides");
  EXPECT_EQ(position->epoch, Epoch(2));
  EXPECT_EQ(position->digest, "digest2");
  EXPECT_EQ(position->fencing_token, 1);
}

TEST_F(PipelineCommitterTest, AnEpochWithoutRowsLeavesNoSnapshot) {
  ASSERT_TRUE(process_->Commit(Mark(1), {}).ok());
  EXPECT_EQ(SnapshotCount(), 1U);
  ASSERT_TRUE(CommitEpoch(*process_, 2).ok());
  EXPECT_EQ(process_->Position("rides")->epoch, Epoch(2));
}

// B2, B6: the commit happened, its answer was lost.
TEST_F(PipelineCommitterTest, ALostAnswerIsLookedUp) {
  catalog_.Script({Step::kUnknownDone});
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1"}));
  EXPECT_EQ(SnapshotCount(), 2U);
}

TEST_F(PipelineCommitterTest, ACommitThatNeverArrivedIsSentAgain) {
  catalog_.Script({Step::kUnknownNotDone, Step::kUnavailable});
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1"}));
  EXPECT_EQ(SnapshotCount(), 2U);
}

// B2: the first request is still on its way when the restarted process looks and commits.
TEST_F(PipelineCommitterTest, ALateRequestLoses) {
  catalog_.Script({Step::kLate});
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  auto late =
      Await<std::vector<LoadedTable>>(executor_, [&](auto done) { catalog_.Deliver(done); });
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1"}));
  EXPECT_EQ(SnapshotCount(), 2U);
}

TEST_F(PipelineCommitterTest, ALateRequestThatWinsIsFound) {
  catalog_.Script({Step::kLate});
  catalog_.set_before_commit(nullptr);
  // It arrives while the process pauses before its second look.
  executor_.SubmitAfter(std::chrono::milliseconds(1), [&] { catalog_.Deliver([](auto) {}); });
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1"}));
  EXPECT_EQ(SnapshotCount(), 2U);
}

// B3: a redeployed job has the same identity, and finds its epochs.
TEST_F(PipelineCommitterTest, ARestartGoesOnFromTheTable) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  auto restarted = NewProcess();
  auto position = restarted->Position("rides");
  EXPECT_EQ(position->epoch, Epoch(1));
  ASSERT_TRUE(restarted->Fence("rides", 2).ok());
  ASSERT_TRUE(CommitEpoch(*restarted, 1, 2).ok());  // the stored epoch, sent again
  ASSERT_TRUE(CommitEpoch(*restarted, 2, 2).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1", "e2"}));
}

// B4: a rewound job must not skip silently what the table holds with other contents.
TEST_F(PipelineCommitterTest, AnotherContentOfAnEpochIsNoRepetition) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  ASSERT_TRUE(CommitEpoch(*process_, 2).ok());
  for (const PipelineMark& mark : {Mark(1), Mark(2, 1, "other")}) {
    Status status = process_->Commit(mark, Files("x"));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kFenced);
  }
  EXPECT_EQ(LiveFiles(), (Names{"e1", "e2"}));
}

// B5: files of a commit whose outcome is unknown are never removed.
TEST_F(PipelineCommitterTest, UnknownOutcomesRemoveNothing) {
  catalog_.Script(std::vector<Step>(10, Step::kUnknownNotDone));
  Status status = CommitEpoch(*process_, 1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kCommitUnknown);
  EXPECT_EQ(catalog_.commits(), 1 + 5);  // the fence, and the first try with four more
  // Everything that an attempt wrote is still there: a list and a manifest each could be live.
  auto lists = *Await<std::vector<storage::ObjectInfo>>(
      executor_, [&](auto done) { store_.List("db/t/metadata/snap-", done); });
  EXPECT_EQ(lists.size(), 1U + 5U);
  catalog_.Script({});
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1"}));
}

// B7: a process that was taken over must end, even in the middle of a commit.
TEST_F(PipelineCommitterTest, AZombieIsFenced) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  auto successor = NewProcess();
  catalog_.set_before_commit([&] { ASSERT_TRUE(successor->Fence("rides", 2).ok()); });
  Status status = CommitEpoch(*process_, 2);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kFenced);
  EXPECT_EQ(process_->Fence("rides", 1).error().code(), ErrorCode::kFenced);
  ASSERT_TRUE(CommitEpoch(*successor, 2, 2).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1", "e2"}));
}

TEST_F(PipelineCommitterTest, FencesAreTakenOnce) {
  ASSERT_TRUE(process_->Fence("rides", 1).ok());
  EXPECT_EQ(SnapshotCount(), 1U);
}

// B8: another engine's expiry has removed the snapshot with the epoch.
TEST_F(PipelineCommitterTest, ExpiryDoesNotEraseTheEpoch) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  LoadedTable table = Load();
  Random random(77);
  iceberg::SnapshotChange foreign(io_, clock_, random, Files("foreign"));
  iceberg::TableChange change = *foreign.Prepare(*table.metadata);
  std::vector<SnapshotId> all;
  for (const auto& snapshot : table.metadata->snapshots) all.push_back(snapshot->id);
  change.updates.push_back(iceberg::update::RemoveSnapshots{all});
  ASSERT_TRUE(Await<std::vector<LoadedTable>>(executor_, [&](auto done) {
                inner_->CommitTables({{{{"db"}, "t"}, change}}, done);
              }).ok());
  EXPECT_EQ(SnapshotCount(), 1U);
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());  // known, though its snapshot is gone
  EXPECT_EQ(LiveFiles(), (Names{"e1", "foreign"}));
}

// A job that commits for hours: its table keeps its rows, its place and few snapshots.
TEST_F(PipelineCommitterTest, CommitsExpireSnapshots) {
  auto stopped = NewProcess();
  ASSERT_TRUE(stopped->Fence("stopped", 1).ok());
  PipelineMark mark = Mark(7);
  mark.pipeline_id = "stopped";
  ASSERT_TRUE(stopped->Commit(mark, Files("s7")).ok());
  for (int64_t epoch = 1; epoch <= 130; ++epoch) {
    clock_.Advance(std::chrono::minutes(10));
    ASSERT_TRUE(CommitEpoch(*process_, epoch).ok());
  }
  // A hundred, and what is kept for the pipeline that does not run.
  EXPECT_EQ(SnapshotCount(), 102U);
  EXPECT_EQ(LiveFiles().size(), 131U);
  auto restarted = NewProcess();
  EXPECT_EQ(restarted->Position("rides")->epoch, Epoch(130));
  EXPECT_EQ(restarted->Position("stopped")->epoch, Epoch(7));
  ASSERT_TRUE(restarted->Fence("rides", 2).ok());
  ASSERT_TRUE(CommitEpoch(*restarted, 130, 2).ok());
  ASSERT_TRUE(CommitEpoch(*restarted, 131, 2).ok());
  EXPECT_EQ(LiveFiles().size(), 132U);
}

// A tag that appears while a commit is on its way, on a snapshot that the commit expires.
TEST_F(PipelineCommitterTest, ATagWinsAgainstExpiry) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  const SnapshotId tagged = Load().metadata->current_snapshot_id.value();
  for (int64_t epoch = 2; epoch <= 101; ++epoch) {
    clock_.Advance(std::chrono::minutes(10));
    if (epoch == 101) {
      catalog_.set_before_commit([&] {
        iceberg::SnapshotRef tag;
        tag.snapshot_id = tagged;
        tag.kind = iceberg::RefKind::kTag;
        iceberg::TableChange change{{}, {iceberg::update::SetSnapshotRef{"keep", tag}}};
        ASSERT_TRUE(Await<std::vector<LoadedTable>>(executor_, [&](auto done) {
                      inner_->CommitTables({{{{"db"}, "t"}, change}}, done);
                    }).ok());
      });
    }
    ASSERT_TRUE(CommitEpoch(*process_, epoch).ok()) << epoch;
  }
  EXPECT_NE(Load().metadata->FindSnapshot(tagged), nullptr);
  EXPECT_EQ(LiveFiles().size(), 101U);
}

TEST_F(PipelineCommitterTest, OtherWritersAreNoReasonToStop) {
  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    catalog_.set_before_commit([&] {
      LoadedTable table = Load();
      Random random(static_cast<uint64_t>(epoch) + 50);
      iceberg::SnapshotChange foreign(io_, clock_, random, Files("f" + std::to_string(epoch)));
      iceberg::TableChange change = *foreign.Prepare(*table.metadata);
      ASSERT_TRUE(Await<std::vector<LoadedTable>>(executor_, [&](auto done) {
                    inner_->CommitTables({{{{"db"}, "t"}, change}}, done);
                  }).ok());
    });
    ASSERT_TRUE(CommitEpoch(*process_, epoch).ok());
  }
  EXPECT_EQ(LiveFiles(), (Names{"e1", "e2", "e3", "f1", "f2", "f3"}));
  // Lists of attempts that were refused are gone.
  auto lists = *Await<std::vector<storage::ObjectInfo>>(
      executor_, [&](auto done) { store_.List("db/t/metadata/snap-", done); });
  EXPECT_EQ(lists.size(), SnapshotCount());
}

TEST_F(PipelineCommitterTest, ReplacedAndDroppedTablesEndTheJob) {
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  ASSERT_TRUE(Await<Catalog::Nothing>(executor_, [&](auto done) {
                inner_->DropTable({{"db"}, "t"}, done);
              }).ok());
  EXPECT_EQ(CommitEpoch(*process_, 2).error().code(), ErrorCode::kTableNotFound);
  CreateTable();
  EXPECT_EQ(CommitEpoch(*process_, 2).error().code(), ErrorCode::kFenced);
  EXPECT_EQ(SnapshotCount(), 0U);
}

TEST_F(PipelineCommitterTest, PipelinesOfOneTableDoNotDisturbEachOther) {
  auto other = NewProcess();
  ASSERT_TRUE(other->Fence("other", 9).ok());
  ASSERT_TRUE(CommitEpoch(*process_, 1).ok());
  PipelineMark mark = Mark(40, 9);
  mark.pipeline_id = "other";
  ASSERT_TRUE(other->Commit(mark, Files("o40")).ok());
  ASSERT_TRUE(CommitEpoch(*process_, 2).ok());
  EXPECT_EQ(LiveFiles(), (Names{"e1", "e2", "o40"}));
  EXPECT_EQ(process_->Position("rides")->epoch, Epoch(2));
  EXPECT_EQ(process_->Position("other")->epoch, Epoch(40));
}

}  // namespace
}  // namespace floe::catalog
