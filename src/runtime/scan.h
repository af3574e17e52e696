// From records to rows: decode, computed columns, rowtime, watermark values, bad records.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "functions/evaluator.h"
#include "plan/physical_plan.h"
#include "runtime/sequencer.h"
#include "stream/batch.h"
#include "stream/source.h"

namespace floe::runtime {

// What becomes of a record that can't be read (table option 'bad-records').
enum class BadRecordPolicy : uint8_t { kDeadLetter, kFail, kSkip };

// A record that could not be read, copied.
struct DeadLetter {
  std::string topic;
  PartitionId partition;
  Offset offset;
  int64_t timestamp_ms = 0;
  std::string error;
  std::string raw;  // the record's value, any bytes
};

// Makes a decoder that gives these physical columns, in this order.
using DecoderFactory =
    std::function<Result<std::unique_ptr<stream::Decoder>>(const types::Schema& columns)>;

// Counts since the job's first start; part of the checkpoint. Conservation in records:
// records = records that gave rows + skipped + bad.
struct ScanCounters {
  int64_t records = 0;
  int64_t rows = 0;
  int64_t skipped_records = 0;
  int64_t bad_records = 0;
  int64_t record_bytes = 0;
  // Records that gave at least one row.
  int64_t delivered_records = 0;

  void Add(const ScanCounters& other);
};

// A block, read.
struct ScanBlock {
  int input = 0;
  size_t partition = 0;
  stream::Batch batch;  // rows == nullptr: no rows
  // Values of the watermark expression of the batch's rows in ms, kNoRowWatermark where NULL; empty
  // if the table has no watermark.
  std::vector<int64_t> watermarks_ms;
  std::vector<DeadLetter> dead_letters;  // under kDeadLetter
  ScanCounters counters;
};

// Decodes blocks of one scan, one at a time. Several tasks of a scan run side by side.
class ScanTask {
 public:
  // `node` outlives the task.
  static Result<std::unique_ptr<ScanTask>> Create(const plan::ScanNode& node,
                                                  const DecoderFactory& make_decoder,
                                                  BadRecordPolicy policy, arrow::MemoryPool* pool);

  // Under kFail the first bad record is the error: kInvalidData or the expression's, with topic,
  // partition and offset.
  Result<ScanBlock> Decode(const SequencedEvent& event, const stream::SourcePartition& partition,
                           int64_t clock_ms, uint64_t random_seed);

 private:
  struct BadRow;
  ScanTask(const plan::ScanNode& node, std::unique_ptr<stream::Decoder> decoder,
           functions::Evaluator evaluator, BadRecordPolicy policy, arrow::MemoryPool* pool);

  Result<std::shared_ptr<arrow::RecordBatch>> AppendMetadata(
      const stream::DecodedBlock& decoded, const stream::RecordBlock& block,
      const stream::SourcePartition& partition) const;
  Result<std::shared_ptr<arrow::Array>> MetadataColumn(
      const stream::MetadataColumn& column, const stream::DecodedBlock& decoded,
      const stream::RecordBlock& block, const stream::SourcePartition& partition) const;
  // Rows whose rowtime is NULL get an error.
  void CheckRowtime(const arrow::RecordBatch& rows, functions::RowErrors* errors) const;
  Status ReadWatermarks(const arrow::RecordBatch& rows, functions::EvaluationContext& context,
                        functions::RowErrors* errors, std::vector<int64_t>* watermarks_ms);
  Status AttachOrder(const stream::DecodedBlock& decoded, const SequencedEvent& event,
                     ScanBlock* out) const;
  // The output columns over the source rows, which have `out`'s order.
  Status EvaluateColumns(const arrow::RecordBatch& source, uint64_t random_seed,
                         functions::EvaluationContext& context, functions::RowErrors* errors,
                         ScanBlock* out);
  Status ReportBad(const stream::RecordBlock& block, const stream::SourcePartition& partition,
                   int32_t record, const Error& error, ScanBlock* out) const;
  // Leaves out the rows with errors; a record of which one row fails gives none.
  Status DropFailed(const stream::DecodedBlock& decoded, const SequencedEvent& event,
                    const stream::SourcePartition& partition, const functions::RowErrors& errors,
                    ScanBlock* out) const;

  const plan::ScanNode& node_;
  const std::shared_ptr<arrow::Schema> output_schema_;
  std::unique_ptr<stream::Decoder> decoder_;
  functions::Evaluator evaluator_;
  std::optional<functions::Evaluator> watermark_evaluator_;
  const BadRecordPolicy policy_;
  arrow::MemoryPool* const pool_;
  bool draws_random_ = false;
};

}  // namespace floe::runtime
