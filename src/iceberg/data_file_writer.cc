#include "iceberg/data_file_writer.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "iceberg/column_layout.h"
#include "iceberg/parquet_file.h"

namespace floe::iceberg {
namespace {

// Of a target's first file: not even random numbers take more.
constexpr double kFirstCompressionRatio = 1.0;

std::string FiveDigits(int64_t number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%05lld", static_cast<long long>(number));
  return text;
}

std::string JoinIds(const std::vector<ColumnId>& ids) {
  std::string out;
  for (ColumnId id : ids) out += (out.empty() ? "" : ",") + std::to_string(id.value());
  return out;
}

// What Java's delete writers put into the footer.
std::vector<std::pair<std::string, std::string>> FooterOf(const RollingFileWriter::Target& target) {
  switch (target.content) {
    case FileContent::kData:
      return {};
    case FileContent::kPositionDeletes:
      return {{"delete-type", "position"}};
    case FileContent::kEqualityDeletes:
      return {{"delete-type", "equality"}, {"delete-field-ids", JoinIds(target.equality_ids)}};
  }
  return {};
}

}  // namespace

Result<WriterContext> MakeWriterContext(FileIo& io, arrow::MemoryPool* memory,
                                        TableMetadataPtr table, int shard, Random& random) {
  FLOE_ASSERT(memory != nullptr);
  WriterContext context;
  context.io = &io;
  context.memory = memory;
  FLOE_ASSIGN(context.options, ParseWriteOptions(*table));
  context.table = std::move(table);
  context.file_prefix = FiveDigits(shard) + "-" + random.NextUuid();
  return context;
}

class RollingFileWriter::Implementation {
 public:
  Implementation(const WriterContext& context, Target target, int64_t* next_file)
      : context_(context), target_(std::move(target)), next_file_(next_file) {
    schema_ = std::make_shared<const Schema>(target_.schema);
    layout_ = ToArrowSchema(*schema_);
    int64_t wanted = target_.content == FileContent::kData
                         ? context.options.target_file_size_bytes
                         : context.options.delete_target_file_size_bytes;
    target_bytes_ = std::min(wanted, limits::kMaxBufferedFileBytes);
  }

  Status ResolveDirectory() {
    directory_ = context_.options.data_path;
    if (target_.spec->is_unpartitioned()) return Status::Ok();
    FLOE_ASSIGN(auto types, target_.spec->ResultTypes(context_.table->schema()));
    directory_ += "/" + target_.spec->PathOf(target_.partition, types);
    return Status::Ok();
  }

  Result<Place> NextPlace() {
    FLOE_TRY(OpenFile());
    return Place{path_, file_->row_count()};
  }

  Status Write(const arrow::RecordBatch& rows) {
    if (rows.num_rows() == 0) return Status::Ok();
    FLOE_TRY(OpenFile());
    FLOE_ASSIGN(auto converted, ToTableLayout(rows, layout_, context_.memory));
    FLOE_TRY(file_->Write(*converted));
    value_bytes_ += ValueBytes(*converted);
    bool is_large = static_cast<double>(value_bytes_) * compression_ratio_ >=
                    static_cast<double>(target_bytes_);
    bool is_heavy = file_->memory_bytes() >= limits::kMaxFileWriterBytes;
    return is_large || is_heavy ? CloseFile() : Status::Ok();
  }

  Status CloseFile() {
    if (file_ == nullptr) return Status::Ok();
    FLOE_ASSIGN(ParquetFile::Finished finished, file_->Finish());
    file_.reset();
    compression_ratio_ =
        static_cast<double>(finished.bytes.size()) / static_cast<double>(value_bytes_ + 1);
    value_bytes_ = 0;
    DataFile entry;
    entry.content = target_.content;
    entry.file_path = path_;
    entry.partition_spec_id = target_.spec->spec_id;
    entry.partition = target_.partition;
    entry.record_count = finished.record_count;
    entry.file_size_bytes = static_cast<int64_t>(finished.bytes.size());
    entry.metrics = std::move(finished.metrics);
    entry.split_offsets = std::move(finished.split_offsets);
    entry.equality_ids = target_.equality_ids;
    if (target_.content != FileContent::kPositionDeletes) entry.sort_order_id = 0;
    entry.referenced_data_file = target_.referenced_data_file;
    closed_.push_back(std::move(entry));
    writes_.push_back(context_.io->StartWrite(path_, std::move(finished.bytes)));
    while (writes_.size() > limits::kMaxFileWritesInFlight) {
      FLOE_TRY(writes_.front().Wait());
      writes_.pop_front();
    }
    return Status::Ok();
  }

  Result<std::vector<DataFile>> Finish() {
    FLOE_TRY(CloseFile());
    for (; !writes_.empty(); writes_.pop_front()) FLOE_TRY(writes_.front().Wait());
    return std::exchange(closed_, {});
  }

  int64_t buffered_bytes() const { return file_ == nullptr ? 0 : file_->memory_bytes(); }

 private:
  Status OpenFile() {
    if (file_ != nullptr) return Status::Ok();
    path_ = directory_ + "/" + context_.file_prefix + "-" + FiveDigits(++*next_file_) + ".parquet";
    ParquetFile::Settings settings;
    settings.schema = schema_;
    settings.options = &context_.options;
    settings.footer = FooterOf(target_);
    settings.memory = context_.memory;
    // Readers tell from equal bounds of the path that all deletes are for one file.
    if (target_.content == FileContent::kPositionDeletes) {
      settings.full_bounds = {schema_->fields()[0].id};
    }
    FLOE_ASSIGN(file_, ParquetFile::Open(std::move(settings)));
    return Status::Ok();
  }

  const WriterContext& context_;
  Target target_;
  int64_t* next_file_;
  SchemaPtr schema_;
  std::shared_ptr<arrow::Schema> layout_;
  int64_t target_bytes_ = 0;
  int64_t value_bytes_ = 0;  // that the open file has taken
  // Bytes in the file per byte of value, as the last file had it. How large an open file will be
  // is known only when it is closed.
  double compression_ratio_ = kFirstCompressionRatio;
  std::string directory_;
  std::string path_;
  std::unique_ptr<ParquetFile> file_;
  std::vector<DataFile> closed_;
  std::deque<PendingWrite> writes_;
};

RollingFileWriter::RollingFileWriter(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
RollingFileWriter::~RollingFileWriter() = default;

Result<std::unique_ptr<RollingFileWriter>> RollingFileWriter::Create(const WriterContext& context,
                                                                     Target target,
                                                                     int64_t* next_file) {
  FLOE_ASSERT(target.spec != nullptr && target.partition.size() == target.spec->fields.size());
  auto implementation = std::make_unique<Implementation>(context, std::move(target), next_file);
  FLOE_TRY(implementation->ResolveDirectory());
  return std::unique_ptr<RollingFileWriter>(new RollingFileWriter(std::move(implementation)));
}

Result<RollingFileWriter::Place> RollingFileWriter::NextPlace() {
  return implementation_->NextPlace();
}
Status RollingFileWriter::Write(const arrow::RecordBatch& rows) {
  return implementation_->Write(rows);
}
Status RollingFileWriter::CloseFile() { return implementation_->CloseFile(); }
Result<std::vector<DataFile>> RollingFileWriter::Finish() { return implementation_->Finish(); }
int64_t RollingFileWriter::buffered_bytes() const { return implementation_->buffered_bytes(); }

Schema PositionDeleteSchema() {
  // Reserved field ids (spec, "Reserved Field IDs").
  NestedField path{ColumnId(2147483546), "file_path", Type::Of(TypeId::kString), true, "", ""};
  NestedField position{ColumnId(2147483545), "pos", Type::Of(TypeId::kLong), true, "", ""};
  return Schema(0, {std::move(path), std::move(position)});
}

Schema KeySchema(const Schema& table, const std::vector<ColumnId>& ids) {
  std::vector<NestedField> fields;
  for (const NestedField& field : table.fields()) {
    if (std::find(ids.begin(), ids.end(), field.id) != ids.end()) fields.push_back(field);
  }
  return Schema(table.schema_id(), std::move(fields), ids);
}

}  // namespace floe::iceberg
