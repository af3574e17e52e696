// The contract of Catalog, for each implementation.
#include "catalog/catalog.h"

#include <gtest/gtest.h>

#include "catalog/in_memory_catalog.h"
#include "catalog/sqlite_catalog.h"
#include "storage/in_memory_object_store.h"
#include "storage/local_file_system.h"

namespace floe::catalog {
namespace {

namespace req = iceberg::requirement;
namespace upd = iceberg::update;

enum class Kind { kInMemory, kSqlite };

class CatalogTest : public testing::TestWithParam<Kind> {
 protected:
  CatalogTest() : clock_(1000), executor_(clock_, Random(1)), store_(executor_, "file:///lake") {
    directory_ = *storage::TemporaryDirectory::Create("floe-catalog");
    catalog_ = Open();
  }

  std::unique_ptr<Catalog> Open() {
    CatalogContext context{&store_, &executor_, &clock_, ++seed_, "file:///lake/warehouse/"};
    if (GetParam() == Kind::kInMemory) return MakeInMemoryCatalog(context);
    return *OpenSqliteCatalog(directory_->path() + "/catalog.db", context);
  }

  template <typename T, typename Call>
  Result<T> Wait(Call call) {
    return Await<T>(executor_, call);
  }
  Status CreateNamespace(NamespaceInfo info) {
    return Wait<Catalog::Nothing>([&](auto done) { catalog_->CreateNamespace(info, done); })
        .status();
  }
  Result<LoadedTable> Create(const std::string& name, iceberg::Properties properties = {},
                             std::string location = "") {
    CreateTableRequest request;
    request.identifier = {{"db"}, name};
    request.schema = iceberg::Schema(
        0, {{ColumnId(1), "id", iceberg::Type::Of(iceberg::TypeId::kLong), true, "", ""}});
    request.properties = std::move(properties);
    request.location = std::move(location);
    return Wait<LoadedTable>([&](auto done) { catalog_->CreateTable(request, done); });
  }
  Result<LoadedTable> Load(const std::string& name) {
    return Wait<LoadedTable>([&](auto done) { catalog_->LoadTable({{"db"}, name}, done); });
  }
  Result<std::vector<LoadedTable>> Commit(std::vector<TableCommit> commits) {
    return Wait<std::vector<LoadedTable>>(
        [&](auto done) { catalog_->CommitTables(commits, done); });
  }
  static TableCommit SetProperty(const std::string& table, const std::string& value,
                                 std::vector<iceberg::TableRequirement> requirements = {}) {
    return {{{"db"}, table}, {std::move(requirements), {upd::SetProperties{{{"k", value}}}}}};
  }
  std::vector<std::string> Objects(const std::string& prefix) {
    auto found =
        Wait<std::vector<storage::ObjectInfo>>([&](auto done) { store_.List(prefix, done); });
    std::vector<std::string> keys;
    for (const auto& object : *found) keys.push_back(object.key);
    return keys;
  }

  ManualClock clock_;
  DeterministicExecutor executor_;
  storage::InMemoryObjectStore store_;
  std::unique_ptr<storage::TemporaryDirectory> directory_;
  uint64_t seed_ = 0;
  std::unique_ptr<Catalog> catalog_;
};

TEST_P(CatalogTest, Namespaces) {
  EXPECT_TRUE(CreateNamespace({{"db"}, {{"owner", "me"}}}).ok());
  EXPECT_TRUE(CreateNamespace({{"a_b", "c"}, {}}).ok());
  EXPECT_EQ(CreateNamespace({{"db"}, {}}).error().code(), ErrorCode::kAlreadyExists);
  auto list = [&](Namespace parent) {
    return Wait<std::vector<Namespace>>([&](auto done) { catalog_->ListNamespaces(parent, done); });
  };
  EXPECT_EQ(*list({}), (std::vector<Namespace>{{"a_b"}, {"db"}}));
  EXPECT_EQ(list({"nothing"}).error().code(), ErrorCode::kNotFound);
  auto load = [&](Namespace levels) {
    return Wait<NamespaceInfo>([&](auto done) { catalog_->LoadNamespace(levels, done); });
  };
  EXPECT_EQ(load({"db"})->properties, (std::map<std::string, std::string>{{"owner", "me"}}));
  EXPECT_EQ(load({"axb"}).error().code(), ErrorCode::kNotFound);  // '_' is no wildcard
  auto drop = [&](Namespace levels) {
    return Wait<Catalog::Nothing>([&](auto done) { catalog_->DropNamespace(levels, done); })
        .status();
  };
  ASSERT_TRUE(Create("t").ok());
  EXPECT_EQ(drop({"db"}).error().code(), ErrorCode::kNotEmpty);
  EXPECT_TRUE(drop({"a_b", "c"}).ok());
  EXPECT_EQ(drop({"a_b", "c"}).error().code(), ErrorCode::kNotFound);
}

TEST_P(CatalogTest, TablesAreCreatedListedRenamedDropped) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  auto created = Create("t");
  ASSERT_TRUE(created.ok()) << created.error().ToString();
  EXPECT_EQ(created->metadata->location, "file:///lake/warehouse/db/t");
  EXPECT_TRUE(
      created->metadata_location.starts_with("file:///lake/warehouse/db/t/metadata/00000-"));
  EXPECT_TRUE(created->metadata_location.ends_with(".metadata.json"));
  EXPECT_EQ(Create("t").error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(Load("t")->metadata->table_uuid, created->metadata->table_uuid);
  EXPECT_EQ(Load("u").error().code(), ErrorCode::kTableNotFound);
  auto tables = [&] {
    return *Wait<std::vector<TableIdentifier>>(
        [&](auto done) { catalog_->ListTables({"db"}, done); });
  };
  ASSERT_TRUE(Create("s").ok());
  EXPECT_EQ(tables(), (std::vector<TableIdentifier>{{{"db"}, "s"}, {{"db"}, "t"}}));
  auto rename = [&](const std::string& from, const std::string& to) {
    return Wait<Catalog::Nothing>([&](auto done) {
             catalog_->RenameTable({{"db"}, from}, {{"db"}, to}, done);
           })
        .status();
  };
  EXPECT_EQ(rename("t", "s").error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(rename("x", "y").error().code(), ErrorCode::kTableNotFound);
  EXPECT_TRUE(rename("t", "r").ok());
  EXPECT_EQ(Load("r")->metadata->table_uuid, created->metadata->table_uuid);
  auto drop = [&](const std::string& name) {
    return Wait<Catalog::Nothing>([&](auto done) {
             catalog_->DropTable({{"db"}, name}, done);
           })
        .status();
  };
  EXPECT_TRUE(drop("r").ok());
  EXPECT_EQ(drop("r").error().code(), ErrorCode::kTableNotFound);
  // A new table of the old name is another table.
  EXPECT_NE(Create("r")->metadata->table_uuid, created->metadata->table_uuid);
}

TEST_P(CatalogTest, NewTablesCleanUpAfterThemselves) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  auto table = Create("t", {{"write.metadata.previous-versions-max", "2"}});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(*table->metadata->Property("write.metadata.delete-after-commit.enabled"), "true");
  EXPECT_EQ(*table->metadata->Property("floe.commit.expire-snapshots"), "true");
  EXPECT_EQ(*table->metadata->Property("history.expire.max-snapshot-age-ms"), "3600000");
  EXPECT_EQ(*table->metadata->Property("history.expire.min-snapshots-to-keep"), "100");
  EXPECT_EQ(*table->metadata->Property("write.parquet.compression-codec"), "zstd");
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Commit({SetProperty("t", std::to_string(i))}).ok());
  // The newest, and those that its log names.
  EXPECT_EQ(Objects("warehouse/db/t/metadata/").size(), 3U);
  EXPECT_TRUE(Load("t")->metadata_location.find("/00010-") != std::string::npos);
  EXPECT_EQ(Create("keeps", {{"write.metadata.delete-after-commit.enabled", "false"}})
                ->metadata->properties.at("write.metadata.delete-after-commit.enabled"),
            "false");
}

TEST_P(CatalogTest, BadNamesLocationsAndPropertiesAreRefused) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  for (const std::string& name : {std::string(""), std::string("a.b"), std::string("a/b"),
                                  std::string("a\nb"), std::string(256, 'x')}) {
    EXPECT_EQ(Create(name).error().code(), ErrorCode::kInvalidArgument) << name;
    EXPECT_EQ(CreateNamespace({{name}, {}}).error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(CreateNamespace({{}, {}}).error().code(), ErrorCode::kInvalidArgument);
  for (const char* location :
       {"file:///etc/t", "file:///lake/../etc", "s3://lake/t", "file:///lakeside/t"}) {
    EXPECT_EQ(Create("t", {}, location).error().code(), ErrorCode::kInvalidArgument) << location;
  }
  EXPECT_EQ(Create("t", {{"write.data.path", "file:///etc"}}).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Create("t", {{"commit.retry.num-retries", "many"}}).error().code(),
            ErrorCode::kInvalidOption);
  EXPECT_EQ(Create("t", {{"format-version", "3"}}).error().code(), ErrorCode::kInvalidOption);
  ASSERT_TRUE(Create("t").ok());
  for (const iceberg::TableUpdate& update : std::vector<iceberg::TableUpdate>{
           upd::SetLocation{"file:///etc"},
           upd::SetProperties{{{"write.metadata.path", "file:///lake/../x"}}}}) {
    EXPECT_EQ(Commit({{{{"db"}, "t"}, {{}, {update}}}}).error().code(),
              ErrorCode::kInvalidArgument);
  }
}

TEST_P(CatalogTest, CommitsHoldTheirRequirements) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  auto table = Create("t");
  req::AssertTableUuid same{table->metadata->table_uuid};
  auto committed = Commit({SetProperty("t", "1", {same})});
  ASSERT_TRUE(committed.ok());
  EXPECT_EQ(*(*committed)[0].metadata->Property("k"), "1");
  EXPECT_EQ(*Load("t")->metadata->Property("k"), "1");
  EXPECT_EQ(Load("t")->metadata->metadata_log.back().metadata_file, table->metadata_location);
  auto refused = Commit({SetProperty("t", "2", {req::AssertTableUuid{"other"}})});
  EXPECT_EQ(refused.error().code(), ErrorCode::kCommitConflict);
  EXPECT_EQ(*Load("t")->metadata->Property("k"), "1");
  EXPECT_EQ(Commit({SetProperty("nothing", "2")}).error().code(), ErrorCode::kTableNotFound);
}

TEST_P(CatalogTest, SeveralTablesCommitTogetherOrNotAtAll) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  ASSERT_TRUE(Create("a").ok());
  ASSERT_TRUE(Create("b").ok());
  ASSERT_TRUE(Commit({SetProperty("a", "1"), SetProperty("b", "1")}).ok());
  size_t files = Objects("warehouse/").size();
  auto refused =
      Commit({SetProperty("a", "2"), SetProperty("b", "2", {req::AssertCurrentSchemaId{9}})});
  EXPECT_EQ(refused.error().code(), ErrorCode::kCommitConflict);
  EXPECT_EQ(*Load("a")->metadata->Property("k"), "1");
  EXPECT_EQ(*Load("b")->metadata->Property("k"), "1");
  EXPECT_EQ(Objects("warehouse/").size(), files);
  EXPECT_EQ(Commit({SetProperty("a", "2"), SetProperty("a", "3")}).error().code(),
            ErrorCode::kInvalidArgument);
}

TEST_P(CatalogTest, CommitsAtTheSameTimeAllCount) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  ASSERT_TRUE(Create("t").ok());
  constexpr int kCommits = 4;
  int done_count = 0;
  for (int i = 0; i < kCommits; ++i) {
    std::string key = "k" + std::to_string(i);
    catalog_->CommitTables({{{{"db"}, "t"}, {{}, {upd::SetProperties{{{key, "v"}}}}}}},
                           [&](auto result) {
                             EXPECT_TRUE(result.ok());
                             ++done_count;
                           });
  }
  executor_.RunUntil([&] { return done_count == kCommits; });
  for (int i = 0; i < kCommits; ++i) {
    EXPECT_NE(Load("t")->metadata->Property("k" + std::to_string(i)), nullptr);
  }
  // Files of lost attempts are gone.
  EXPECT_EQ(Objects("warehouse/db/t/metadata/").size(), 1U + kCommits);
}

TEST_P(CatalogTest, ATransactionCanCreateATable) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  auto model = Create("model");
  TableCommit commit{{{"db"}, "t"},
                     {{req::AssertCreate{}}, iceberg::CreationUpdates(*model->metadata)}};
  auto created = Commit({commit});
  ASSERT_TRUE(created.ok()) << created.error().ToString();
  EXPECT_EQ(Load("t")->metadata->schema(), model->metadata->schema());
  EXPECT_EQ(Commit({commit}).error().code(), ErrorCode::kCommitConflict);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CatalogTest, testing::Values(Kind::kInMemory, Kind::kSqlite),
                         [](const auto& parameter) {
                           return parameter.param == Kind::kInMemory ? "InMemory" : "Sqlite";
                         });

class SqliteCatalogTest : public CatalogTest {};

TEST_P(SqliteCatalogTest, DamagedMetadataIsNamed) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  auto table = Create("t");
  ASSERT_TRUE(Wait<storage::ObjectInfo>([&](auto done) {
                store_.Put(*store_.KeyOf(table->metadata_location), "{}", done);
              }).ok());
  catalog_ = Open();  // what the old one has read is gone
  auto loaded = Load("t");
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), ErrorCode::kCorruption);
  EXPECT_NE(loaded.error().message().find("db.t"), std::string::npos);
}

TEST_P(SqliteCatalogTest, OutlivesTheProcess) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {{"a", "b"}}}).ok());
  ASSERT_TRUE(Create("t").ok());
  ASSERT_TRUE(Commit({SetProperty("t", "1")}).ok());
  std::string location = Load("t")->metadata_location;
  catalog_.reset();
  catalog_ = Open();
  auto loaded = Load("t");
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->metadata_location, location);
  EXPECT_EQ(*loaded->metadata->Property("k"), "1");
}

TEST_P(SqliteCatalogTest, TwoCatalogsOnOneFileSeeEachOther) {
  ASSERT_TRUE(CreateNamespace({{"db"}, {}}).ok());
  ASSERT_TRUE(Create("t").ok());
  std::unique_ptr<Catalog> mine = std::move(catalog_);
  catalog_ = Open();
  ASSERT_TRUE(Load("t").ok());
  std::swap(mine, catalog_);
  ASSERT_TRUE(Commit({SetProperty("t", "1")}).ok());
  std::swap(mine, catalog_);
  EXPECT_EQ(*Load("t")->metadata->Property("k"), "1");
}

INSTANTIATE_TEST_SUITE_P(Kinds, SqliteCatalogTest, testing::Values(Kind::kSqlite));

TEST(SqliteCatalogThreadsTest, CommitsOfManyThreadsAllCount) {
  SystemClock clock;
  ThreadPoolExecutor executor(4, clock);
  storage::InMemoryObjectStore store(executor, "file:///lake");
  auto directory = *storage::TemporaryDirectory::Create("floe-catalog");
  CatalogContext context{&store, &executor, &clock, 1, "file:///lake"};
  auto catalog = *OpenSqliteCatalog(directory->path() + "/catalog.db", context);
  ASSERT_TRUE(Await<Catalog::Nothing>(executor, [&](auto done) {
                catalog->CreateNamespace({{"db"}, {}}, done);
              }).ok());
  CreateTableRequest request;
  request.identifier = {{"db"}, "t"};
  ASSERT_TRUE(
      Await<LoadedTable>(executor, [&](auto done) { catalog->CreateTable(request, done); }).ok());
  executor.ParallelFor(16, [&](size_t i) {
    TableCommit commit{{{"db"}, "t"}, {{}, {upd::SetProperties{{{std::to_string(i), "v"}}}}}};
    // Whoever loses too often is told so, and tries again.
    for (bool done = false; !done;) {
      auto committed = Await<std::vector<LoadedTable>>(
          executor, [&](auto finished) { catalog->CommitTables({commit}, finished); });
      done = committed.ok();
      if (!done) {
        EXPECT_EQ(committed.error().code(), ErrorCode::kCommitConflict);
      }
    }
  });
  auto table = Await<LoadedTable>(executor, [&](auto done) {
    catalog->LoadTable({{"db"}, "t"}, done);
  });
  ASSERT_TRUE(table.ok());
  for (int i = 0; i < 16; ++i) {
    EXPECT_NE(table->metadata->Property(std::to_string(i)), nullptr);
  }
}

TEST(OpenSqliteCatalogTest, SaysWhatIsWrongWithTheFile) {
  ManualClock clock(0);
  DeterministicExecutor executor(clock, Random(1));
  storage::InMemoryObjectStore store(executor, "file:///lake");
  CatalogContext context{&store, &executor, &clock, 1, "file:///lake"};
  auto directory = *storage::TemporaryDirectory::Create("floe-catalog");
  auto missing = OpenSqliteCatalog(directory->path() + "/no/such/catalog.db", context);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), ErrorCode::kIo);
  storage::LocalFileSystem files;
  std::string path = directory->path() + "/catalog.db";
  ASSERT_TRUE(storage::WriteFileDurably(files, path, std::string(5000, 'x')).ok());
  auto damaged = OpenSqliteCatalog(path, context);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code(), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace floe::catalog
