#include "runtime/scan.h"

#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>

#include <algorithm>
#include <set>
#include <utility>

#include "runtime/batch_rows.h"
#include "runtime/row_random.h"
#include "runtime/watermark_tracker.h"
#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

Status FromArrow(const arrow::Status& status) {
  return status.ok() ? Status::Ok() : Status(ErrorCode::kMemoryLimit, status.ToString());
}

// Record that row `row` comes from.
int32_t RecordOf(const stream::DecodedBlock& decoded, int64_t row) {
  return decoded.record_of_row.empty() ? static_cast<int32_t>(row)
                                       : decoded.record_of_row[static_cast<size_t>(row)];
}

template <typename Builder, typename Append>
Result<std::shared_ptr<arrow::Array>> Build(Builder& builder, const stream::DecodedBlock& decoded,
                                            const stream::RecordBlock& block, Append append) {
  for (int64_t row = 0; row < decoded.rows->num_rows(); ++row) {
    const auto record = static_cast<size_t>(RecordOf(decoded, row));
    FLOE_TRY(FromArrow(append(block.records[record])));
  }
  std::shared_ptr<arrow::Array> array;
  FLOE_TRY(FromArrow(builder.Finish(&array)));
  return array;
}

int64_t FloorDivide(int64_t value, int64_t divisor) {
  const int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

Error At(const Error& error, const stream::SourcePartition& partition,
         const stream::Record& record) {
  return Error(error).WithContext("topic '" + partition.topic + "' partition " +
                                  std::to_string(partition.partition.value()) + " offset " +
                                  std::to_string(record.offset.value()));
}

}  // namespace

void ScanCounters::Add(const ScanCounters& other) {
  records += other.records;
  rows += other.rows;
  skipped_records += other.skipped_records;
  bad_records += other.bad_records;
  record_bytes += other.record_bytes;
  delivered_records += other.delivered_records;
}

ScanTask::ScanTask(const plan::ScanNode& node, std::unique_ptr<stream::Decoder> decoder,
                   functions::Evaluator evaluator, BadRecordPolicy policy, arrow::MemoryPool* pool)
    : node_(node),
      output_schema_(types::ToArrow(node.schema)),
      decoder_(std::move(decoder)),
      evaluator_(std::move(evaluator)),
      policy_(policy),
      pool_(pool) {}

Result<std::unique_ptr<ScanTask>> ScanTask::Create(const plan::ScanNode& node,
                                                   const DecoderFactory& make_decoder,
                                                   BadRecordPolicy policy,
                                                   arrow::MemoryPool* pool) {
  std::vector<types::Field> columns;
  for (const int column : node.decoded_columns) {
    columns.push_back(node.table.physical_schema.field(column));
  }
  FLOE_ASSIGN(std::unique_ptr<stream::Decoder> decoder, make_decoder(types::Schema(columns)));
  FLOE_ASSIGN(functions::Evaluator evaluator, functions::Evaluator::Create(node.expressions));
  std::unique_ptr<ScanTask> task(
      new ScanTask(node, std::move(decoder), std::move(evaluator), policy, pool));
  for (const functions::ExpressionPtr& expression : node.expressions) {
    task->draws_random_ |= DrawsRandom(*expression);
  }
  if (node.watermark) {
    FLOE_ASSIGN(functions::Evaluator watermark, functions::Evaluator::Create({node.watermark}));
    task->watermark_evaluator_.emplace(std::move(watermark));
  }
  return task;
}

Result<std::shared_ptr<arrow::Array>> ScanTask::MetadataColumn(
    const stream::MetadataColumn& column, const stream::DecodedBlock& decoded,
    const stream::RecordBlock& block, const stream::SourcePartition& partition) const {
  const std::shared_ptr<arrow::DataType> type = types::ToArrow(column.type);
  const types::TypeKind kind = column.type.kind();
  if (column.key == "offset" && kind == types::TypeKind::kBigInt) {
    arrow::Int64Builder builder(pool_);
    return Build(builder, decoded, block, [&](const stream::Record& record) {
      return builder.Append(record.offset.value());
    });
  }
  if (column.key == "timestamp" && column.type.is_timestamp()) {
    arrow::TimestampBuilder builder(type, pool_);
    const int64_t units = types::TimestampUnitsPerMilli(column.type);
    return Build(builder, decoded, block, [&](const stream::Record& record) {
      return builder.Append(record.timestamp_ms * units);
    });
  }
  if (column.key == "partition" && kind == types::TypeKind::kInteger) {
    arrow::Int32Builder builder(pool_);
    return Build(builder, decoded, block, [&](const stream::Record&) {
      return builder.Append(partition.partition.value());
    });
  }
  const bool text = column.key == "topic" || column.key == "file.path" ||
                    column.key == "file.name" || column.key == "timestamp-type";
  if (text && column.type.is_character()) {
    arrow::StringBuilder builder(pool_);
    std::string value = column.key == "timestamp-type" ? "CreateTime" : partition.topic;
    if (column.key == "file.name") value = value.substr(value.rfind('/') + 1);
    return Build(builder, decoded, block,
                 [&](const stream::Record&) { return builder.Append(value); });
  }
  return Error(ErrorCode::kSqlUnsupported, "metadata '" + column.key + "' as " +
                                               column.type.ToString() + " (column '" + column.name +
                                               "') can't be read yet");
}

Result<std::shared_ptr<arrow::RecordBatch>> ScanTask::AppendMetadata(
    const stream::DecodedBlock& decoded, const stream::RecordBlock& block,
    const stream::SourcePartition& partition) const {
  if (node_.metadata_columns.empty()) return decoded.rows;
  arrow::ArrayVector columns = decoded.rows->columns();
  arrow::FieldVector fields = decoded.rows->schema()->fields();
  for (const int index : node_.metadata_columns) {
    const stream::MetadataColumn& column = node_.table.metadata_columns[static_cast<size_t>(index)];
    FLOE_ASSIGN(std::shared_ptr<arrow::Array> array,
                MetadataColumn(column, decoded, block, partition));
    fields.push_back(arrow::field(column.name, array->type()));
    columns.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), decoded.rows->num_rows(),
                                  std::move(columns));
}

void ScanTask::CheckRowtime(const arrow::RecordBatch& rows, functions::RowErrors* errors) const {
  if (node_.rowtime_column < 0) return;
  const arrow::Array& rowtime = *rows.column(node_.rowtime_column);
  if (rowtime.null_count() == 0) return;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    if (rowtime.IsValid(row) || errors->Contains(row)) continue;
    errors->Add(row, Error(ErrorCode::kNullRowtime,
                           "the rowtime column '" + node_.schema.field(node_.rowtime_column).name +
                               "' is NULL"));
  }
}

Status ScanTask::ReadWatermarks(const arrow::RecordBatch& rows,
                                functions::EvaluationContext& context, functions::RowErrors* errors,
                                std::vector<int64_t>* watermarks_ms) {
  if (!watermark_evaluator_) return Status::Ok();
  FLOE_ASSIGN(const auto arrays, watermark_evaluator_->Evaluate(rows, context, errors));
  const auto& values = static_cast<const arrow::TimestampArray&>(*arrays[0]);
  const int64_t units = types::TimestampUnitsPerMilli(node_.watermark->type());
  watermarks_ms->resize(static_cast<size_t>(rows.num_rows()));
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    (*watermarks_ms)[static_cast<size_t>(row)] =
        values.IsNull(row)
            ? kNoRowWatermark
            : (units == 1 ? values.Value(row) : FloorDivide(values.Value(row), units));
  }
  return Status::Ok();
}

Status ScanTask::ReportBad(const stream::RecordBlock& block,
                           const stream::SourcePartition& partition, int32_t record,
                           const Error& error, ScanBlock* out) const {
  const stream::Record& bad = block.records[static_cast<size_t>(record)];
  if (policy_ == BadRecordPolicy::kFail) return At(error, partition, bad);
  ++out->counters.bad_records;
  if (policy_ == BadRecordPolicy::kDeadLetter) {
    out->dead_letters.push_back({partition.topic, partition.partition, bad.offset, bad.timestamp_ms,
                                 error.message(),
                                 std::string(bad.value.value_or(std::string_view()))});
  }
  return Status::Ok();
}

Status ScanTask::DropFailed(const stream::DecodedBlock& decoded, const SequencedEvent& event,
                            const stream::SourcePartition& partition,
                            const functions::RowErrors& errors, ScanBlock* out) const {
  if (errors.empty()) return Status::Ok();
  std::set<int32_t> failed;
  for (const auto& [row, error] : errors.errors()) {
    const int32_t record = RecordOf(decoded, row);
    if (!failed.insert(record).second) continue;
    FLOE_TRY(ReportBad(event.block, partition, record, error, out));
  }
  std::vector<int32_t> kept;
  for (int64_t row = 0; row < out->batch.size(); ++row) {
    if (!failed.contains(RecordOf(decoded, row))) kept.push_back(static_cast<int32_t>(row));
  }
  if (!out->watermarks_ms.empty()) {
    for (size_t i = 0; i < kept.size(); ++i) {
      out->watermarks_ms[i] = out->watermarks_ms[static_cast<size_t>(kept[i])];
    }
    out->watermarks_ms.resize(kept.size());
  }
  FLOE_ASSIGN(out->batch, SelectRows(out->batch, kept, pool_));
  return Status::Ok();
}

Status ScanTask::AttachOrder(const stream::DecodedBlock& decoded, const SequencedEvent& event,
                             ScanBlock* out) const {
  std::vector<int64_t> sequences(static_cast<size_t>(decoded.rows->num_rows()));
  int32_t record = -1;
  int64_t next = 0;
  for (size_t row = 0; row < sequences.size(); ++row) {
    const int32_t of_row = RecordOf(decoded, static_cast<int64_t>(row));
    if (of_row != record) {
      record = of_row;
      next = event.first_sequence + record * stream::kSequencesPerRecord;
      ++out->counters.delivered_records;
    }
    sequences[row] = next++;
  }
  FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> causes, MakeInt64Array(sequences, pool_));
  out->batch.order = {std::move(causes)};
  return Status::Ok();
}

Status ScanTask::EvaluateColumns(const arrow::RecordBatch& source, uint64_t random_seed,
                                 functions::EvaluationContext& context,
                                 functions::RowErrors* errors, ScanBlock* out) {
  const uint64_t seed = OperatorSeed(random_seed, node_.operator_id);
  const auto seed_of = [&](int64_t row) { return RowSeed(seed, out->batch.order, row); };
  FLOE_ASSIGN(auto columns, draws_random_
                                ? EvaluateWithRandom(evaluator_, source, seed_of, context, errors)
                                : evaluator_.Evaluate(source, context, errors));
  out->batch.rows = arrow::RecordBatch::Make(output_schema_, source.num_rows(), std::move(columns));
  return Status::Ok();
}

Result<ScanBlock> ScanTask::Decode(const SequencedEvent& event,
                                   const stream::SourcePartition& partition, int64_t clock_ms,
                                   uint64_t random_seed) {
  ScanBlock out;
  out.input = event.input;
  out.partition = event.partition;
  out.counters.records = static_cast<int64_t>(event.block.records.size());
  for (const stream::Record& record : event.block.records) {
    if (record.value) out.counters.record_bytes += static_cast<int64_t>(record.value->size());
  }
  FLOE_ASSIGN(const stream::DecodedBlock decoded, decoder_->Decode(event.block));
  out.counters.skipped_records = decoded.skipped_records;
  FLOE_ASSIGN(const std::shared_ptr<arrow::RecordBatch> source,
              AppendMetadata(decoded, event.block, partition));
  functions::EvaluationContext context;
  context.memory_pool = pool_;
  context.now_ms = clock_ms;
  functions::RowErrors errors;
  FLOE_TRY(AttachOrder(decoded, event, &out));
  FLOE_TRY(EvaluateColumns(*source, random_seed, context, &errors, &out));
  CheckRowtime(*out.batch.rows, &errors);
  Random random(random_seed ^ static_cast<uint64_t>(event.first_sequence));
  context.random = &random;
  FLOE_TRY(ReadWatermarks(*out.batch.rows, context, &errors, &out.watermarks_ms));
  // Under kFail the error of the first bad record counts, whichever step found it.
  for (const stream::BadRecord& bad : decoded.bad_records) {
    FLOE_TRY(ReportBad(event.block, partition, bad.record,
                       Error(ErrorCode::kInvalidData, bad.error), &out));
  }
  if (!errors.empty()) {
    const int64_t before = out.counters.bad_records;
    FLOE_TRY(DropFailed(decoded, event, partition, errors, &out));
    out.counters.delivered_records -= out.counters.bad_records - before;
  }
  out.counters.rows = out.batch.size();
  if (out.batch.size() == 0) out.batch = stream::Batch();
  return out;
}

}  // namespace floe::runtime
