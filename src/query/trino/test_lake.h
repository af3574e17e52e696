// An Iceberg catalog on the local disk with the tables of a test, asked in Trino's dialect.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "catalog/sqlite_catalog.h"
#include "iceberg/epoch_writer.h"
#include "iceberg/snapshot_change.h"
#include "iceberg/test_batch.h"
#include "query/trino/iceberg_provider.h"
#include "query/trino/statement.h"
#include "storage/local_file_system.h"
#include "storage/local_object_store.h"
#include "types/arrow_memory.h"

namespace floe::query::trino {

// Written by our own writers, committed to a SQLite catalog; each commit a second later.
class IcebergLake {
 public:
  IcebergLake() : budget_("test", MemoryBudget::kNoLimit), memory_(budget_) {
    store_ = *storage::LocalObjectStore::Open(files_, executor_, directory_->path() + "/lake");
    io_ = std::make_unique<iceberg::FileIo>(*store_, executor_);
    catalog_ = *catalog::OpenSqliteCatalog(
        directory_->path() + "/catalog.db",
        {store_.get(), &executor_, &clock_, 7, store_->root_uri() + "/warehouse/"});
    EXPECT_TRUE(Await<catalog::Catalog::Nothing>(executor_, [&](auto done) {
                  catalog_->CreateNamespace({{"d"}, {}}, done);
                }).ok());
    DuckDbOptions options;
    options.readable_directory = directory_->path() + "/lake";
    duckdb_ = MakeDuckDbExecutor(options);
    Catalogs catalogs;
    catalogs["lake"] = MakeIcebergProvider(*catalog_, *io_, executor_);
    runner_ = std::make_unique<StatementRunner>(catalogs, *duckdb_);
    session_.catalog = "lake";
    session_.schema = "d";
  }

  iceberg::TableMetadataPtr Create(const std::string& name, const types::Schema& schema,
                                   const std::vector<std::string>& key = {},
                                   const std::vector<std::string>& partition = {}) {
    catalog::CreateTableRequest request;
    request.identifier = {{"d"}, name};
    request.schema = *iceberg::SchemaFromFlink(schema, key);
    request.spec = *iceberg::IdentitySpec(request.schema, partition);
    request.add_fieldless_spec = !key.empty();
    schemas_.insert_or_assign(name, schema);
    return Await<catalog::LoadedTable>(executor_,
                                       [&](auto done) { catalog_->CreateTable(request, done); })
        ->metadata;
  }

  iceberg::TableMetadataPtr Load(const std::string& name) {
    return Await<catalog::LoadedTable>(executor_,
                                       [&](auto done) {
                                         catalog_->LoadTable({{"d"}, name}, done);
                                       })
        ->metadata;
  }

  // An epoch of rows, given as JSON arrays of their columns, as one snapshot.
  SnapshotId Write(const std::string& name, const std::vector<std::string>& columns,
                   std::vector<int8_t> kinds = {}, int64_t buffer_bytes = 1 << 20) {
    const iceberg::TableMetadataPtr table = Load(name);
    auto context = *iceberg::MakeWriterContext(*io_, &memory_, table, 0, random_);
    iceberg::EpochWriterOptions options;
    options.max_buffered_bytes = buffer_bytes;
    const bool is_upsert = !table->schema().identifier_field_ids().empty();
    auto writer = is_upsert ? *iceberg::MakeUpsertEpochWriter(context, options)
                            : *iceberg::MakeAppendEpochWriter(context, options);
    const auto batch = iceberg::BatchFromJson(schemas_.at(name), columns);
    EXPECT_TRUE(writer->Write(batch, kinds.empty() ? nullptr : kinds.data()).ok());
    iceberg::SnapshotChange change(*io_, clock_, random_, *writer->FinishEpoch());
    auto prepared = change.Prepare(*table);
    EXPECT_TRUE(prepared.ok());
    const catalog::TableCommit commit{{{"d"}, name}, *std::move(prepared)};
    const auto committed = Await<std::vector<catalog::LoadedTable>>(
        executor_, [&](auto done) { catalog_->CommitTables({commit}, done); });
    EXPECT_TRUE(committed.ok());
    clock_.Advance(std::chrono::seconds(1));
    return change.snapshot_id();
  }

  // Rows as JSON, or "NAME: message".
  std::string Ask(const std::string& sql) {
    auto answer = runner_->Run(sql, session_);
    if (!answer.ok()) return answer.error().ToString();
    std::string out;
    while (answer->cursor != nullptr) {
      auto page = answer->cursor->NextPage(1 << 20);
      if (!page.ok()) return page.error().ToString();
      if (page->empty()) break;
      for (const std::string& row : *page) out += row;
    }
    return out;
  }
  // Data files that a query reads.
  int FilesRead(const std::string& sql) {
    auto bound = runner_->Bind(sql, session_);
    EXPECT_TRUE(bound.ok()) << (bound.ok() ? "" : bound.error().ToString());
    int files = 0;
    const std::string text = bound.ok() ? bound->sql : "";
    for (size_t at = text.find("/data/"); at != std::string::npos;
         at = text.find("/data/", at + 1)) {
      ++files;
    }
    return files;
  }

  StatementRunner& runner() { return *runner_; }
  Session& session() { return session_; }
  ManualClock& clock() { return clock_; }

 private:
  ManualClock clock_{1'700'000'000'000};
  DeterministicExecutor executor_{clock_, Random(1)};
  MemoryBudget budget_;
  types::ArrowMemoryPool memory_;
  Random random_{3};
  storage::LocalFileSystem files_;
  const std::unique_ptr<storage::TemporaryDirectory> directory_ =
      storage::TemporaryDirectory::Create("floe-lake").value();
  std::unique_ptr<storage::LocalObjectStore> store_;
  std::unique_ptr<iceberg::FileIo> io_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<QueryExecutor> duckdb_;
  std::unique_ptr<StatementRunner> runner_;
  std::map<std::string, types::Schema> schemas_;
  Session session_;
};

}  // namespace floe::query::trino
