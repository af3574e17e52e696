#include "connectors/iceberg/iceberg_sink.h"

#include <utility>

#include "catalog/pipeline_committer.h"
#include "iceberg/data_file_writer.h"
#include "iceberg/epoch_writer.h"

namespace floe::connectors {
namespace {

class IcebergSinkWriter final : public stream::SinkWriter {
 public:
  explicit IcebergSinkWriter(std::unique_ptr<iceberg::EpochWriter> writer)
      : writer_(std::move(writer)) {}

  Status Write(const stream::Batch& batch) override {
    return writer_->Write(batch.rows, batch.row_kinds ? batch.row_kinds->raw_values() : nullptr);
  }

  Result<std::string> PrepareEpoch(Epoch) override {
    FLOE_ASSIGN(const iceberg::EpochFiles files, writer_->FinishEpoch());
    return files.empty() ? std::string() : files.ToJson();
  }

 private:
  std::unique_ptr<iceberg::EpochWriter> writer_;
};

class IcebergCommitter final : public stream::SinkCommitter {
 public:
  explicit IcebergCommitter(catalog::PipelineCommitter committer)
      : committer_(std::move(committer)) {}

  Result<stream::SinkPosition> Position(const std::string& pipeline_id) override {
    FLOE_ASSIGN(const iceberg::PipelinePosition position, committer_.Position(pipeline_id));
    return stream::SinkPosition{position.epoch, position.digest, position.fencing_token,
                                position.checkpoint_address};
  }

  Status Fence(const std::string& pipeline_id, int64_t fencing_token) override {
    return committer_.Fence(pipeline_id, fencing_token);
  }

  Status Commit(const stream::EpochCommit& commit) override {
    iceberg::EpochFiles files;
    for (const std::string& description : commit.descriptions) {
      FLOE_ASSIGN(iceberg::EpochFiles part, iceberg::EpochFiles::FromJson(description));
      files.Append(std::move(part));
    }
    iceberg::PipelineMark mark;
    mark.pipeline_id = commit.pipeline_id;
    mark.fencing_token = commit.fencing_token;
    mark.epoch = commit.epoch;
    mark.digest = commit.digest;
    mark.offsets_json = commit.offsets_json;
    mark.watermark = commit.watermark;
    mark.checkpoint_address = commit.checkpoint_address;
    return committer_.Commit(mark, files);
  }

 private:
  catalog::PipelineCommitter committer_;
};

class IcebergSink final : public stream::Sink {
 public:
  IcebergSink(const IcebergSinkEnvironment& environment, catalog::LoadedTable table, bool upsert,
              Random random)
      : environment_(environment),
        table_(std::move(table)),
        upsert_(upsert),
        random_(random),
        committer_(catalog::PipelineCommitter(
            environment.catalog, environment.io, environment.executor, environment.clock,
            Random(random_.NextUint64()), table_.identifier, upsert)) {}

  Result<std::unique_ptr<stream::SinkWriter>> CreateWriter(int shard, int) override {
    // Upserts go under the field-less spec that the fence may have added: read the table anew.
    FLOE_ASSIGN(table_, Await<catalog::LoadedTable>(environment_.executor, [&](auto done) {
                  environment_.catalog.LoadTable(table_.identifier, std::move(done));
                }));
    FLOE_ASSIGN(iceberg::WriterContext context,
                iceberg::MakeWriterContext(environment_.io, environment_.memory, table_.metadata,
                                           shard, random_));
    FLOE_ASSIGN(std::unique_ptr<iceberg::EpochWriter> writer,
                upsert_ ? iceberg::MakeUpsertEpochWriter(std::move(context))
                        : iceberg::MakeAppendEpochWriter(std::move(context)));
    return std::unique_ptr<stream::SinkWriter>(new IcebergSinkWriter(std::move(writer)));
  }

  stream::SinkCommitter* committer() override { return &committer_; }

 private:
  const IcebergSinkEnvironment environment_;
  catalog::LoadedTable table_;
  const bool upsert_;
  Random random_;
  IcebergCommitter committer_;
};

}  // namespace

Result<std::unique_ptr<stream::Sink>> MakeIcebergSink(const IcebergSinkEnvironment& environment,
                                                      const catalog::TableIdentifier& identifier,
                                                      bool upsert, Random random) {
  FLOE_ASSIGN(catalog::LoadedTable table,
              Await<catalog::LoadedTable>(environment.executor, [&](auto done) {
                environment.catalog.LoadTable(identifier, std::move(done));
              }));
  return std::unique_ptr<stream::Sink>(
      new IcebergSink(environment, std::move(table), upsert, random));
}

}  // namespace floe::connectors
