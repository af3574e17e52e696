#include "runtime/values_source.h"

#include <arrow/array/concatenate.h>

#include <utility>

#include "functions/evaluator.h"
#include "runtime/job_runtime.h"
#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

Status FromArrow(const arrow::Status& status) {
  return status.ok() ? Status::Ok() : Status(ErrorCode::kMemoryLimit, status.ToString());
}

// One record without a value, then the end.
class OneRecordReader final : public stream::SourceReader {
 public:
  explicit OneRecordReader(const std::string& name) : partitions_{{name, PartitionId(0)}} {}

  const std::vector<stream::SourcePartition>& partitions() const override { return partitions_; }
  Status Seek(size_t, Offset offset) override {
    position_ = offset;
    return Status::Ok();
  }
  Offset Position(size_t) const override { return position_; }
  bool is_bounded() const override { return true; }
  bool AtEnd(size_t) override { return position_ > Offset(0); }
  Result<std::optional<int64_t>> PeekTimestamp(size_t) override {
    return AtEnd(0) ? std::optional<int64_t>() : std::optional<int64_t>(0);
  }
  Result<stream::RecordBlock> Read(size_t, int) override {
    stream::RecordBlock block;
    if (!AtEnd(0)) block.records.emplace_back();
    position_ = Offset(1);
    block.next_offset = position_;
    return block;
  }
  void NotifyWhenReadable(std::function<void()> ready) override { ready(); }
  std::optional<int64_t> Lag(size_t) override { return std::nullopt; }

 private:
  std::vector<stream::SourcePartition> partitions_;
  Offset position_;
};

class ValuesDecoder final : public stream::Decoder {
 public:
  explicit ValuesDecoder(std::shared_ptr<arrow::RecordBatch> rows) : rows_(std::move(rows)) {}

  Result<stream::DecodedBlock> Decode(const stream::RecordBlock& block) override {
    stream::DecodedBlock decoded;
    decoded.rows = block.records.empty() ? rows_->Slice(0, 0) : rows_;
    decoded.record_of_row.assign(static_cast<size_t>(decoded.rows->num_rows()), 0);
    return decoded;
  }

 private:
  const std::shared_ptr<arrow::RecordBatch> rows_;
};

Result<std::shared_ptr<arrow::RecordBatch>> EvaluateRows(const plan::ValuesNode& values,
                                                         arrow::MemoryPool* pool) {
  const auto one_row = arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector());
  std::vector<arrow::ArrayVector> columns(static_cast<size_t>(values.schema.size()));
  Random random(0x5eed);
  for (const std::vector<functions::ExpressionPtr>& row : values.rows) {
    FLOE_ASSIGN(functions::Evaluator evaluator, functions::Evaluator::Create(row));
    functions::EvaluationContext context;
    context.memory_pool = pool;
    context.random = &random;
    FLOE_ASSIGN(auto arrays, evaluator.Evaluate(*one_row, context, nullptr));
    for (size_t i = 0; i < arrays.size(); ++i) columns[i].push_back(std::move(arrays[i]));
  }
  arrow::ArrayVector whole;
  for (const arrow::ArrayVector& parts : columns) {
    auto column = arrow::Concatenate(parts, pool);
    FLOE_TRY(FromArrow(column.status()));
    whole.push_back(std::move(column).ValueUnsafe());
  }
  return arrow::RecordBatch::Make(types::ToArrow(values.schema),
                                  static_cast<int64_t>(values.rows.size()), std::move(whole));
}

}  // namespace

Result<ValuesScan> MakeValuesScan(const plan::ValuesNode& values, arrow::MemoryPool* pool) {
  auto node = std::make_shared<plan::ScanNode>();
  node->schema = values.schema;
  node->operator_id = values.operator_id;
  node->table.name = {"", "", "VALUES"};
  node->table.physical_schema = values.schema;
  for (int i = 0; i < values.schema.size(); ++i) {
    const types::Field& field = values.schema.field(i);
    node->decoded_columns.push_back(i);
    node->expressions.push_back(functions::Expression::Column(i, field.type, field.name));
  }
  FLOE_ASSIGN(const std::shared_ptr<arrow::RecordBatch> rows, EvaluateRows(values, pool));
  ValuesScan scan;
  scan.node = std::move(node);
  scan.source = std::make_unique<ScanSource>();
  scan.source->reader = std::make_unique<OneRecordReader>(values.operator_id);
  scan.source->make_decoder =
      [rows](const types::Schema&) -> Result<std::unique_ptr<stream::Decoder>> {
    return std::unique_ptr<stream::Decoder>(new ValuesDecoder(rows));
  };
  return scan;
}

}  // namespace floe::runtime
