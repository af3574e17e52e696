#include "iceberg/partitioned_writer.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/limits.h"

namespace floe::iceberg {

PartitionedWriter::PartitionedWriter(const WriterContext& context, int64_t* next_file)
    : context_(context), next_file_(next_file), spec_(&context.table->default_spec()) {}

Result<std::unique_ptr<PartitionedWriter>> PartitionedWriter::Create(const WriterContext& context,
                                                                     int64_t* next_file) {
  std::unique_ptr<PartitionedWriter> writer(new PartitionedWriter(context, next_file));
  FLOE_TRY(writer->Prepare());
  return writer;
}

Status PartitionedWriter::Prepare() {
  const Schema& schema = context_.table->schema();
  layout_ = ToArrowSchema(schema);
  all_columns_.resize(schema.fields().size());
  std::iota(all_columns_.begin(), all_columns_.end(), 0);
  FLOE_ASSIGN(result_types_, spec_->ResultTypes(schema));
  for (const PartitionField& field : spec_->fields) {
    int index = schema.IndexOf(field.source_id);
    if (index < 0) {
      return Status(ErrorCode::kNotImplemented,
                    "partition field '" + field.name +
                        "' is over a nested column, which can't be written yet");
    }
    source_columns_.push_back(index);
    source_types_.push_back(schema.fields()[static_cast<size_t>(index)].type);
    identity_only_ &= field.transform.kind() == TransformKind::kIdentity;
  }
  encoder_ = std::make_unique<RowKeyEncoder>(source_columns_, /*nullable=*/true);
  return Status::Ok();
}

std::vector<Literal> PartitionedWriter::PartitionValues(const arrow::RecordBatch& rows,
                                                        int64_t row) const {
  std::vector<Literal> values;
  for (size_t i = 0; i < spec_->fields.size(); ++i) {
    Literal source = LiteralAt(*rows.column(source_columns_[i]), row, source_types_[i]);
    values.push_back(spec_->fields[i].transform.Apply(source, source_types_[i]));
  }
  return values;
}

Result<PartitionedWriter::Partition*> PartitionedWriter::AddPartition(std::string key,
                                                                      std::vector<Literal> values) {
  RollingFileWriter::Target target;
  target.schema = context_.table->schema();
  target.spec = spec_;
  target.partition = values;
  auto partition = std::make_unique<Partition>();
  partition->values = std::move(values);
  FLOE_ASSIGN(partition->writer,
              RollingFileWriter::Create(context_, std::move(target), next_file_));
  partition_of_key_[std::move(key)] = partitions_.size();
  partitions_.push_back(std::move(partition));
  return partitions_.back().get();
}

Result<PartitionedWriter::Partition*> PartitionedWriter::FindPartition(
    const arrow::RecordBatch& rows, int64_t row) {
  std::string key;
  std::vector<Literal> values;
  if (identity_only_) {
    key = encoder_->Key(row);
  } else {
    values = PartitionValues(rows, row);
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].is_null()) {
        key += '\0';
        continue;
      }
      std::string bytes = values[i].ToBytes(result_types_[i]);
      key += '\1' + std::to_string(bytes.size()) + ':' + bytes;
    }
  }
  auto known = partition_of_key_.find(key);
  if (known != partition_of_key_.end()) return partitions_[known->second].get();
  if (identity_only_) values = PartitionValues(rows, row);
  return AddPartition(std::move(key), std::move(values));
}

Status PartitionedWriter::WriteTo(Partition& partition, const arrow::RecordBatch& rows,
                                  RowPlace* first_place) {
  FLOE_ASSIGN(RollingFileWriter::Place place, partition.writer->NextPlace());
  if (partition.path != place.file_path) {
    partition.path = place.file_path;
    partition.file = static_cast<uint32_t>(files_.size());
    files_.push_back({place.file_path, partition.values});
  }
  first_place->file = partition.file;
  first_place->position = place.position;
  partition.last_use = ++use_count_;
  return partition.writer->Write(rows);
}

Status PartitionedWriter::WriteSplit(const arrow::RecordBatch& rows,
                                     std::vector<RowPlace>* places) {
  std::vector<Partition*> touched;
  for (int64_t i = 0; i < rows.num_rows(); ++i) {
    FLOE_ASSIGN(Partition * partition, FindPartition(rows, i));
    if (partition->rows.empty()) touched.push_back(partition);
    partition->rows.push_back({0, static_cast<uint32_t>(i)});
  }
  size_t first = 0;
  if (places != nullptr) {
    first = places->size();
    places->resize(first + static_cast<size_t>(rows.num_rows()));
  }
  for (Partition* partition : touched) {
    RowPlace place;
    std::vector<RowReference> picked = std::exchange(partition->rows, {});
    FLOE_ASSIGN(auto part, GatherRows({&rows}, picked, all_columns_, layout_, context_.memory));
    FLOE_TRY(WriteTo(*partition, *part, &place));
    if (places == nullptr) continue;
    for (const RowReference& row : picked) {
      (*places)[first + row.row] = place;
      ++place.position;
    }
  }
  return LimitOpenFiles();
}

Status PartitionedWriter::Write(const arrow::RecordBatch& rows, std::vector<RowPlace>* places) {
  if (rows.num_rows() == 0) return Status::Ok();
  FLOE_ASSIGN(auto converted, ToTableLayout(rows, layout_, context_.memory));
  if (!spec_->is_unpartitioned()) {
    FLOE_TRY(encoder_->Bind(*converted));
    return WriteSplit(*converted, places);
  }
  if (partitions_.empty()) FLOE_TRY(AddPartition("", {}));
  RowPlace place;
  FLOE_TRY(WriteTo(*partitions_[0], *converted, &place));
  if (places == nullptr) return Status::Ok();
  for (int64_t i = 0; i < rows.num_rows(); ++i, ++place.position) places->push_back(place);
  return Status::Ok();
}

// Closes the files that were left alone longest while too many are open or they hold too much.
Status PartitionedWriter::LimitOpenFiles() {
  std::vector<Partition*> open;
  int64_t bytes = 0;
  for (const auto& partition : partitions_) {
    if (partition->writer->buffered_bytes() == 0) continue;
    open.push_back(partition.get());
    bytes += partition->writer->buffered_bytes();
  }
  constexpr size_t kMaxOpen = limits::kMaxOpenWritersPerTask;
  if (open.size() <= kMaxOpen && bytes <= limits::kMaxBufferedFileBytes) return Status::Ok();
  std::sort(open.begin(), open.end(),
            [](const Partition* a, const Partition* b) { return a->last_use < b->last_use; });
  size_t left = open.size();
  for (Partition* partition : open) {
    if (left <= kMaxOpen && bytes <= limits::kMaxBufferedFileBytes) break;
    bytes -= partition->writer->buffered_bytes();
    --left;
    FLOE_TRY(partition->writer->CloseFile());
  }
  return Status::Ok();
}

Result<std::vector<DataFile>> PartitionedWriter::Finish() {
  for (const auto& partition : partitions_) FLOE_TRY(partition->writer->CloseFile());
  std::vector<DataFile> files;
  for (const auto& partition : partitions_) {
    FLOE_ASSIGN(auto written, partition->writer->Finish());
    std::move(written.begin(), written.end(), std::back_inserter(files));
  }
  partitions_.clear();
  partition_of_key_.clear();
  files_.clear();
  return files;
}

int64_t PartitionedWriter::buffered_bytes() const {
  int64_t bytes = 0;
  for (const auto& partition : partitions_) bytes += partition->writer->buffered_bytes();
  return bytes;
}

}  // namespace floe::iceberg
