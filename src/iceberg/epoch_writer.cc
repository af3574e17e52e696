#include "iceberg/epoch_writer.h"

#include <arrow/record_batch.h>
#include <xxhash.h>

#include <utility>

#include "iceberg/json_object.h"
#include "iceberg/partitioned_writer.h"
#include "types/data_type.h"

namespace floe::iceberg {
namespace {

constexpr int kEpochFilesVersion = 1;

class AppendEpochWriter final : public EpochWriter {
 public:
  explicit AppendEpochWriter(WriterContext context) : context_(std::move(context)) {}

  Status Start() {
    FLOE_ASSIGN(writer_, PartitionedWriter::Create(context_, &next_file_));
    return Status::Ok();
  }

  Status Write(const std::shared_ptr<arrow::RecordBatch>& rows, const int8_t* row_kinds) override {
    if (row_kinds != nullptr) {
      for (int64_t i = 0; i < rows->num_rows(); ++i) {
        auto kind = static_cast<types::RowKind>(row_kinds[i]);
        if (kind == types::RowKind::kInsert) continue;
        return Status(
            Error(ErrorCode::kInvalidArgument, "an append table can't take a row of kind " +
                                                   std::string(types::RowKindName(kind)))
                .WithHint("declare a primary key and set 'write.upsert.enabled'='true'"));
      }
    }
    statistics_.rows_in += rows->num_rows();
    statistics_.rows_written += rows->num_rows();
    return writer_->Write(*rows, nullptr);
  }

  Result<EpochFiles> FinishEpoch() override {
    EpochFiles files;
    FLOE_ASSIGN(files.data_files, writer_->Finish());
    return files;
  }

  int64_t buffered_bytes() const override { return writer_->buffered_bytes(); }
  const EpochStatistics& statistics() const override { return statistics_; }

 private:
  WriterContext context_;
  int64_t next_file_ = 0;
  std::unique_ptr<PartitionedWriter> writer_;
  EpochStatistics statistics_;
};

Json FilesMember(const std::vector<DataFile>& files) {
  return Json::parse(WriteDataFilesJson(files), nullptr, false);
}

}  // namespace

void EpochFiles::Append(EpochFiles other) {
  std::move(other.data_files.begin(), other.data_files.end(), std::back_inserter(data_files));
  std::move(other.delete_files.begin(), other.delete_files.end(), std::back_inserter(delete_files));
}

std::string EpochFiles::ToJson() const {
  Json out = {{"version", kEpochFilesVersion},
              {"data-files", FilesMember(data_files)},
              {"delete-files", FilesMember(delete_files)}};
  return DumpJson(out);
}

Result<EpochFiles> EpochFiles::FromJson(std::string_view json) {
  FLOE_ASSIGN(Json document, ParseJson(json, "the files of an epoch"));
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(document, ""));
  FLOE_ASSIGN(int version, object.Int("version"));
  if (version != kEpochFilesVersion) {
    return Error(ErrorCode::kNotImplemented, "the files of an epoch have form " +
                                                 std::to_string(version) +
                                                 ", which this version can't read");
  }
  FLOE_ASSIGN(const Json* data_files, object.Member("data-files"));
  FLOE_ASSIGN(const Json* delete_files, object.Member("delete-files"));
  EpochFiles files;
  FLOE_ASSIGN(files.data_files, ParseDataFilesJson(DumpJson(*data_files)));
  FLOE_ASSIGN(files.delete_files, ParseDataFilesJson(DumpJson(*delete_files)));
  return files;
}

Result<std::unique_ptr<EpochWriter>> MakeAppendEpochWriter(WriterContext context,
                                                           EpochWriterOptions) {
  auto writer = std::make_unique<AppendEpochWriter>(std::move(context));
  FLOE_TRY(writer->Start());
  return std::unique_ptr<EpochWriter>(std::move(writer));
}

std::string DigestOf(const std::vector<std::string>& descriptions) {
  XXH3_state_t* state = XXH3_createState();
  FLOE_ASSERT(state != nullptr);
  XXH3_128bits_reset(state);
  for (const std::string& text : descriptions) {
    uint64_t size = text.size();
    XXH3_128bits_update(state, &size, sizeof(size));
    XXH3_128bits_update(state, text.data(), text.size());
  }
  XXH128_hash_t hash = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  char text[40];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text;
}

}  // namespace floe::iceberg
