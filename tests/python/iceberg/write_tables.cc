// Writes the tables that test_iceberg_tables.py reads, and reads tables back:
//   iceberg_write_tables write DIR [URI]    a warehouse and a catalog in DIR; locations begin with
//                                           URI instead of file://DIR/warehouse (Trino names local
//                                           files local:///…)
//   iceberg_write_tables read DIR TABLE     a table's rows as a JSON array
// The rows are given by formulas that the Python side has again.
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/memory.h"
#include "base/random.h"
#include "catalog/pipeline_committer.h"
#include "catalog/sqlite_catalog.h"
#include "iceberg/epoch_writer.h"
#include "iceberg/test_batch.h"
#include "query/table_reader.h"
#include "storage/local_file_system.h"
#include "storage/local_object_store.h"
#include "types/arrow_memory.h"

namespace floe {
namespace {

using catalog::LoadedTable;
using catalog::TableIdentifier;
using types::DataType;

constexpr char kDatabase[] = "lake";
constexpr int kEpochs = 3;
constexpr int kAppendRows = 1000;  // per epoch
constexpr int kUpsertRows = 900;   // per epoch
constexpr int kKeys = 250;

// "[f(0), f(1), …]"
std::string Column(int64_t begin, int64_t end, const std::function<std::string(int64_t)>& value) {
  std::string out = "[";
  for (int64_t i = begin; i < end; ++i) out += (i > begin ? "," : "") + value(i);
  return out + "]";
}

std::string Text(const std::string& value) { return "\"" + value + "\""; }

types::Schema AppendSchema() {
  return types::Schema({{"id", DataType::BigInt().NotNull()},
                        {"name", DataType::String()},
                        {"lat", DataType::Double()},
                        {"score", DataType::Float()},
                        {"active", DataType::Boolean()},
                        {"small", DataType::SmallInt()},
                        {"amount", DataType::Decimal(9, 2)},
                        {"price", DataType::Decimal(18, 3)},
                        {"big", DataType::Decimal(30, 4)},
                        {"day", DataType::Date()},
                        {"tod", DataType::Time(3)},
                        {"ts", DataType::Timestamp(3)},
                        {"ts6", DataType::Timestamp(6)},
                        {"ltz", DataType::TimestampLtz(3)},
                        {"payload", DataType::Bytes()},
                        {"code", DataType::Binary(4)}});
}

std::string Cents(int64_t value, int digits) {
  std::string text = std::to_string(std::abs(value));
  while (static_cast<int>(text.size()) <= digits) text.insert(0, "0");
  text.insert(text.size() - static_cast<size_t>(digits), ".");
  return Text(value < 0 ? "-" + text : text);
}

std::shared_ptr<arrow::RecordBatch> AppendRows(int64_t begin, int64_t end) {
  auto column = [&](const std::function<std::string(int64_t)>& value) {
    return Column(begin, end, [&](int64_t i) { return i % 7 == 3 ? "null" : value(i); });
  };
  auto number = [](int64_t value) { return std::to_string(value); };
  return iceberg::BatchFromJson(
      AppendSchema(),
      {Column(begin, end, number),
       column([](int64_t i) { return Text("größe-" + std::to_string(i % 100)); }),
       column([&](int64_t i) { return i % 50 == 0 ? "NaN" : number(i) + ".25"; }),
       column([&](int64_t i) { return number(-i) + ".5"; }),
       column([](int64_t i) { return i % 2 == 0 ? "true" : "false"; }),
       column([&](int64_t i) { return number(i % 1000 - 500); }),
       column([](int64_t i) { return Cents(i * 7 - 3000, 2); }),
       column([](int64_t i) { return Cents(i * 1000003, 3); }),
       column([](int64_t i) { return Cents(-i * 1000000007, 4); }),
       column([&](int64_t i) { return number(19000 + i % 40); }),
       column([&](int64_t i) { return number(i * 1000 + 250); }),
       column([&](int64_t i) { return number(1700000000000 + i * 1001); }),
       column([&](int64_t i) { return number(1700000000000000 + i * 1001); }),
       column([&](int64_t i) { return number(1700000000000 - i * 1001); }),
       column([](int64_t i) { return Text("bytes" + std::to_string(i)); }),
       column([](int64_t i) { return Text("c" + std::to_string(100 + i % 900)); })});
}

types::Schema StateSchema() {
  return types::Schema({{"ride_id", DataType::String().NotNull()},
                        {"city", DataType::Integer().NotNull()},
                        {"status", DataType::String()},
                        {"lat", DataType::Double()},
                        {"updated_at", DataType::Timestamp(3)}});
}

std::shared_ptr<arrow::RecordBatch> StateRows(int64_t begin, int64_t end) {
  auto number = [](int64_t value) { return std::to_string(value); };
  auto key = [](int64_t i) { return i * 7919 % kKeys; };
  return iceberg::BatchFromJson(
      StateSchema(),
      {Column(begin, end, [&](int64_t i) { return Text("ride-" + number(key(i))); }),
       Column(begin, end, [&](int64_t i) { return number(key(i) % 5); }),
       // The status is the partition of one of the tables: rows of a key move between partitions.
       Column(begin, end, [](int64_t i) { return Text(i % 3 == 0 ? "OPEN" : "CLOSED"); }),
       Column(begin, end, [&](int64_t i) { return number(i) + ".5"; }),
       Column(begin, end, [&](int64_t i) { return number(1700000000000 + i); })});
}

// Every 11th row takes its key away; every 13th is a retraction that upserts ignore.
std::vector<int8_t> StateKinds(int64_t begin, int64_t end) {
  std::vector<int8_t> kinds;
  for (int64_t i = begin; i < end; ++i) {
    auto kind = i % 11 == 0   ? types::RowKind::kDelete
                : i % 13 == 0 ? types::RowKind::kUpdateBefore
                              : types::RowKind::kUpdateAfter;
    kinds.push_back(static_cast<int8_t>(kind));
  }
  return kinds;
}

struct TableSpec {
  std::string name;
  types::Schema schema;
  std::vector<std::string> primary_key;
  std::vector<std::string> partition_keys;
  iceberg::Properties properties;
  int64_t max_buffered_bytes = 64 << 20;
};

// A store whose objects have another root in their URIs.
class RenamedStore final : public storage::ObjectStore {
 public:
  RenamedStore(storage::ObjectStore& inner, std::string root_uri)
      : inner_(inner), root_uri_(std::move(root_uri)) {}

  void Put(std::string key, std::string bytes, storage::PutOptions options,
           Done<storage::ObjectInfo> done) override {
    inner_.Put(std::move(key), std::move(bytes), options, std::move(done));
  }
  void Get(std::string key, Done<std::string> done) override { inner_.Get(key, std::move(done)); }
  void GetRange(std::string key, uint64_t offset, uint64_t length,
                Done<std::string> done) override {
    inner_.GetRange(key, offset, length, std::move(done));
  }
  void Head(std::string key, Done<storage::ObjectInfo> done) override {
    inner_.Head(key, std::move(done));
  }
  void List(std::string prefix, Done<std::vector<storage::ObjectInfo>> done) override {
    inner_.List(prefix, std::move(done));
  }
  void Delete(std::string key, Done<std::monostate> done) override {
    inner_.Delete(key, std::move(done));
  }
  const std::string& root_uri() const override { return root_uri_; }

 private:
  storage::ObjectStore& inner_;
  std::string root_uri_;
};

class Lake {
 public:
  Lake(const std::string& directory, const std::string& root_uri)
      : directory_(directory),
        root_uri_(root_uri),
        executor_(2, clock_),
        budget_("test", MemoryBudget::kNoLimit),
        memory_(budget_) {}

  Status Open() {
    FLOE_TRY(files_.CreateDirectories(directory_));
    FLOE_ASSIGN(files_store_,
                storage::LocalObjectStore::Open(files_, executor_, directory_ + "/warehouse"));
    store_ = std::make_unique<RenamedStore>(
        *files_store_, root_uri_.empty() ? files_store_->root_uri() : root_uri_);
    io_ = std::make_unique<iceberg::FileIo>(*store_, executor_);
    catalog::CatalogContext context{store_.get(), &executor_, &clock_, 7, store_->root_uri()};
    FLOE_ASSIGN(catalog_, catalog::OpenSqliteCatalog(directory_ + "/catalog.db", context));
    return Status::Ok();
  }

  Status WriteAll() {
    FLOE_TRY(Await<catalog::Catalog::Nothing>(executor_, [&](auto done) {
      catalog_->CreateNamespace({{kDatabase}, {}}, done);
    }));
    FLOE_TRY(WriteAppend({"append_events", AppendSchema(), {}, {}, {}}));
    FLOE_TRY(WriteAppend({"append_by_day",
                          AppendSchema(),
                          {},
                          {"day", "active"},
                          {{"write.parquet.compression-codec", "snappy"},
                           {"commit.manifest.min-count-to-merge", "2"}}}));
    FLOE_TRY(WriteUpserts({"states", StateSchema(), {"ride_id"}, {}, {}}));
    FLOE_TRY(WriteUpserts({"states_spilled", StateSchema(), {"city", "ride_id"}, {}, {}, 1}));
    FLOE_TRY(WriteUpserts({"states_by_status", StateSchema(), {"ride_id"}, {"status"}, {}, 1}));
    FLOE_TRY(WriteAppend({"append_expired",
                          AppendSchema(),
                          {},
                          {},
                          {{"floe.commit.expire-snapshots", "true"},
                           {"history.expire.max-snapshot-age-ms", "1"},
                           {"history.expire.min-snapshots-to-keep", "1"}}}));
    return WriteAppend({"append_plain_manifests",
                        AppendSchema(),
                        {},
                        {},
                        {{"write.manifest.compression-codec", "uncompressed"},
                         {"write.metadata.metrics.default", "counts"},
                         {"write.metadata.metrics.column.name", "truncate(4)"}}});
  }

  Result<std::string> ReadJson(const std::string& name) {
    FLOE_ASSIGN(LoadedTable table, Load(name));
    query::TableReader reader(*io_, {});
    query::BoundTable bound{name, table.metadata, std::nullopt, {}};
    FLOE_ASSIGN(auto rows, reader.Read(bound, {}));
    return query::ToJson(rows);
  }

 private:
  Result<LoadedTable> Load(const std::string& name) {
    return Await<LoadedTable>(executor_, [&](auto done) {
      catalog_->LoadTable({{kDatabase}, name}, done);
    });
  }

  Result<LoadedTable> Create(const TableSpec& spec) {
    catalog::CreateTableRequest request;
    request.identifier = {{kDatabase}, spec.name};
    FLOE_ASSIGN(request.schema, iceberg::SchemaFromFlink(spec.schema, spec.primary_key));
    FLOE_ASSIGN(request.spec, iceberg::IdentitySpec(request.schema, spec.partition_keys));
    request.properties = spec.properties;
    request.add_fieldless_spec = !spec.primary_key.empty();
    return Await<LoadedTable>(executor_, [&](auto done) { catalog_->CreateTable(request, done); });
  }

  Status Commit(const TableSpec& spec, int epoch, const iceberg::EpochFiles& files) {
    catalog::PipelineCommitter committer(*catalog_, *io_, executor_, clock_, Random(99 + seed_++),
                                         {{kDatabase}, spec.name}, !spec.primary_key.empty());
    if (epoch == 1) FLOE_TRY(committer.Fence("test", 1));
    iceberg::PipelineMark mark;
    mark.pipeline_id = "test";
    mark.fencing_token = 1;
    mark.epoch = Epoch(epoch);
    // What is committed is what was stored.
    FLOE_ASSIGN(iceberg::EpochFiles stored, iceberg::EpochFiles::FromJson(files.ToJson()));
    mark.digest = iceberg::DigestOf({stored.ToJson()});
    mark.offsets_json = "{\"topic\":{\"0\":" + std::to_string(epoch) + "}}";
    mark.watermark = EventTime(1000 * epoch);
    mark.checkpoint_address = "file:///checkpoints/" + std::to_string(epoch);
    FLOE_TRY(committer.Commit(mark, stored));
    return committer.Commit(mark, stored);  // already there: no second snapshot
  }

  Status WriteAppend(const TableSpec& spec) {
    FLOE_ASSIGN(LoadedTable table, Create(spec));
    Random random(5 + seed_++);
    FLOE_ASSIGN(auto context,
                iceberg::MakeWriterContext(*io_, &memory_, table.metadata, 0, random));
    FLOE_ASSIGN(auto writer, iceberg::MakeAppendEpochWriter(std::move(context)));
    for (int epoch = 1; epoch <= kEpochs; ++epoch) {
      int64_t end = int64_t{epoch} * kAppendRows;
      for (int64_t i = end - kAppendRows; i < end; i += 100) {
        FLOE_TRY(writer->Write(AppendRows(i, i + 100), nullptr));
      }
      FLOE_ASSIGN(auto files, writer->FinishEpoch());
      FLOE_TRY(Commit(spec, epoch, files));
    }
    return Status::Ok();
  }

  Status WriteUpserts(const TableSpec& spec) {
    FLOE_ASSIGN(LoadedTable table, Create(spec));
    Random random(5 + seed_++);
    FLOE_ASSIGN(auto context,
                iceberg::MakeWriterContext(*io_, &memory_, table.metadata, 0, random));
    iceberg::EpochWriterOptions options;
    options.max_buffered_bytes = spec.max_buffered_bytes;
    FLOE_ASSIGN(auto writer, iceberg::MakeUpsertEpochWriter(std::move(context), options));
    for (int epoch = 1; epoch <= kEpochs; ++epoch) {
      int64_t end = int64_t{epoch} * kUpsertRows;
      for (int64_t i = end - kUpsertRows; i < end; i += 150) {
        std::vector<int8_t> kinds = StateKinds(i, i + 150);
        FLOE_TRY(writer->Write(StateRows(i, i + 150), kinds.data()));
      }
      FLOE_ASSIGN(auto files, writer->FinishEpoch());
      FLOE_TRY(Commit(spec, epoch, files));
    }
    return Status::Ok();
  }

  std::string directory_;
  std::string root_uri_;
  uint64_t seed_ = 0;
  SystemClock clock_;
  ThreadPoolExecutor executor_;
  MemoryBudget budget_;
  types::ArrowMemoryPool memory_;
  storage::LocalFileSystem files_;
  std::unique_ptr<storage::LocalObjectStore> files_store_;
  std::unique_ptr<RenamedStore> store_;
  std::unique_ptr<iceberg::FileIo> io_;
  std::unique_ptr<catalog::Catalog> catalog_;
};

int Main(int argc, char** argv) {
  auto fail = [](const Error& error) {
    std::fprintf(stderr, "%s\n", error.ToString().c_str());
    return 1;
  };
  bool writes = (argc == 3 || argc == 4) && std::strcmp(argv[1], "write") == 0;
  bool reads = argc == 4 && std::strcmp(argv[1], "read") == 0;
  if (!writes && !reads) {
    std::fprintf(stderr, "usage: iceberg_write_tables write DIR [URI] | read DIR TABLE\n");
    return 2;
  }
  Lake lake(argv[2], writes && argc == 4 ? argv[3] : "");
  if (Status status = lake.Open(); !status.ok()) return fail(status.error());
  if (writes) {
    Status status = lake.WriteAll();
    return status.ok() ? 0 : fail(status.error());
  }
  auto rows = lake.ReadJson(argv[3]);
  if (!rows.ok()) return fail(rows.error());
  std::printf("%s\n", rows->c_str());
  return 0;
}

}  // namespace
}  // namespace floe

int main(int argc, char** argv) { return floe::Main(argc, argv); }
