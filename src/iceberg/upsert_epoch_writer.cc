// The writer of upsert tables: the last row per key of an epoch.
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/assert.h"
#include "iceberg/arrow_status.h"
#include "iceberg/column_layout.h"
#include "iceberg/epoch_writer.h"
#include "iceberg/key_table.h"
#include "iceberg/partitioned_writer.h"
#include "iceberg/row_key.h"
#include "types/data_type.h"

namespace floe::iceberg {
namespace {

using BatchPtr = std::shared_ptr<arrow::RecordBatch>;

// Rows that go to a file at once.
constexpr size_t kWriteRows = 64 * 1024;
// A buffer is compacted when more than half of it is dead, but not for less than this.
constexpr int64_t kMinCompactionRows = 64 * 1024;
// So many batches are joined when they are small on average.
constexpr int64_t kMaxSmallBatches = 4096;
constexpr int64_t kSmallBatchRows = 64;

class UpsertEpochWriter final : public EpochWriter {
 public:
  UpsertEpochWriter(WriterContext context, EpochWriterOptions options)
      : context_(std::move(context)), options_(options) {}

  Status Start() {
    const Schema& schema = context_.table->schema();
    if (schema.identifier_field_ids().empty()) {
      return Status(ErrorCode::kInvalidArgument,
                    "upserts need a table with a primary key (identifier fields)");
    }
    fieldless_spec_ = context_.table->FindFieldlessSpec();
    if (fieldless_spec_ == nullptr) {
      return Status(ErrorCode::kInvalidArgument,
                    "upserts need a table with a partition spec without fields");
    }
    layout_ = ToArrowSchema(schema);
    for (int i = 0; i < layout_->num_fields(); ++i) all_columns_.push_back(i);
    key_schema_ = KeySchema(schema, schema.identifier_field_ids());
    for (const NestedField& field : key_schema_.fields()) {
      key_columns_.push_back(schema.IndexOf(field.id));
      if (key_columns_.back() < 0) {
        return Status(ErrorCode::kNotImplemented, "a primary key inside of a nested column");
      }
    }
    key_layout_ = ToArrowSchema(key_schema_);
    encoder_ = std::make_unique<RowKeyEncoder>(key_columns_, /*nullable=*/false);
    FLOE_ASSIGN(rows_, PartitionedWriter::Create(context_, &next_file_));
    return OpenEqualityDeletes();
  }

  Status Write(const BatchPtr& rows, const int8_t* row_kinds) override {
    FLOE_TRY(CheckKeys(*rows));
    FLOE_TRY(encoder_->Bind(*rows));
    statistics_.rows_in += rows->num_rows();
    auto batch_number = static_cast<uint32_t>(buffered_.size());
    Buffered batch{rows, {}, 0};
    batch.keys.resize(static_cast<size_t>(rows->num_rows()), kNoKey);
    buffered_.push_back(std::move(batch));
    std::vector<RowReference> new_keys;
    for (int64_t i = 0; i < rows->num_rows(); ++i) {
      auto kind = row_kinds == nullptr ? types::RowKind::kInsert
                                       : static_cast<types::RowKind>(row_kinds[i]);
      if (kind == types::RowKind::kUpdateBefore) continue;
      FLOE_TRY(CheckKeyCount());
      KeyTable::Found key = keys_.FindOrInsert(encoder_->Key(i));
      if (key.inserted) {
        states_.push_back({});
        new_keys.push_back({0, static_cast<uint32_t>(i)});
      } else {
        FLOE_TRY(Supersede(states_[key.number]));
      }
      if (kind == types::RowKind::kDelete) {
        states_[key.number] = {};
      } else {
        SetRow(key.number, batch_number, static_cast<uint32_t>(i));
      }
    }
    FLOE_TRY(WriteEqualityDeletes(*rows, new_keys));
    FinishBatch(batch_number);
    return LimitBuffer();
  }

  Result<EpochFiles> FinishEpoch() override {
    EpochFiles files;
    if (keys_.size() == 0) return files;
    FLOE_TRY(WriteBufferedRows());
    FLOE_TRY(equality_deletes_->CloseFile());
    FLOE_ASSIGN(auto position_files, WritePositionDeletes());
    FLOE_ASSIGN(files.data_files, rows_->Finish());
    FLOE_ASSIGN(files.delete_files, equality_deletes_->Finish());
    std::move(position_files.begin(), position_files.end(), std::back_inserter(files.delete_files));
    keys_.Clear();
    states_ = std::vector<KeyState>();
    return files;
  }

  int64_t buffered_bytes() const override {
    return buffered_value_bytes_ + keys_.memory_bytes() +
           static_cast<int64_t>(states_.capacity() * sizeof(KeyState)) + rows_->buffered_bytes() +
           equality_deletes_->buffered_bytes();
  }
  const EpochStatistics& statistics() const override { return statistics_; }

 private:
  static constexpr uint32_t kNoKey = UINT32_MAX;

  enum class Location : uint8_t { kNone, kBuffered, kWritten };
  // Where the current row of a key is.
  struct KeyState {
    Location location = Location::kNone;
    uint32_t container = 0;  // number of the batch, or of the file
    int64_t position = 0;    // row in it
  };
  // A batch that holds current rows of keys.
  struct Buffered {
    BatchPtr rows;
    std::vector<uint32_t> keys;  // of each row
    int64_t live = 0;
  };

  Status CheckKeys(const arrow::RecordBatch& rows) const {
    for (int column : key_columns_) {
      if (rows.column(column)->null_count() == 0) continue;
      return Status(ErrorCode::kInvalidData, "column '" + layout_->field(column)->name() +
                                                 "' is part of the primary key, but a row has no "
                                                 "value for it");
    }
    return Status::Ok();
  }

  Status CheckKeyCount() const {
    if (keys_.size() < KeyTable::kMaxKeys) return Status::Ok();
    return Status(ErrorCode::kLimitExceeded, "an epoch has more than 4 billion keys");
  }

  void SetRow(uint32_t key, uint32_t batch, uint32_t row) {
    states_[key] = {Location::kBuffered, batch, row};
    buffered_[batch].keys[row] = key;
    ++buffered_[batch].live;
    ++live_rows_;
  }

  // The row that a key has had is no longer the current one.
  Status Supersede(const KeyState& state) {
    if (state.location == Location::kBuffered) {
      --live_rows_;
      Buffered& batch = buffered_[state.container];
      if (--batch.live == 0 && batch.rows != nullptr && state.container + 1 < buffered_.size()) {
        Release(batch);
      }
    } else if (state.location == Location::kWritten) {
      position_deletes_[state.container].push_back(state.position);
      ++statistics_.position_deletes;
    }
    return Status::Ok();
  }

  void Release(Buffered& batch) {
    buffered_value_bytes_ -= ValueBytes(*batch.rows);
    buffered_rows_ -= batch.rows->num_rows();
    batch.rows = nullptr;
    batch.keys = std::vector<uint32_t>();
  }

  void FinishBatch(uint32_t number) {
    Buffered& batch = buffered_[number];
    buffered_value_bytes_ += ValueBytes(*batch.rows);
    buffered_rows_ += batch.rows->num_rows();
    if (batch.live == 0) Release(batch);
  }

  bool IsLive(const Buffered& batch, uint32_t number, uint32_t row) const {
    uint32_t key = batch.keys[row];
    if (key == kNoKey) return false;
    const KeyState& state = states_[key];
    return state.location == Location::kBuffered && state.container == number &&
           state.position == row;
  }

  Status LimitBuffer() {
    auto batches = static_cast<int64_t>(buffered_.size());
    bool mostly_dead = buffered_rows_ > kMinCompactionRows && buffered_rows_ > 2 * live_rows_;
    bool many_small = batches > kMaxSmallBatches && buffered_rows_ < batches * kSmallBatchRows;
    if (mostly_dead || many_small) FLOE_TRY(Compact());
    if (buffered_value_bytes_ > options_.max_buffered_bytes) return WriteBufferedRows();
    return Status::Ok();
  }

  // Takes the live rows out of the buffer, in order of arrival, in chunks, and empties it.
  // `take(rows, keys)` gets the rows and the number of each one's key.
  template <typename Take>
  Status DrainBuffer(Take take) {
    std::vector<Buffered> drained = std::exchange(buffered_, {});
    buffered_value_bytes_ = 0;
    buffered_rows_ = 0;
    live_rows_ = 0;
    std::vector<const arrow::RecordBatch*> batches;
    std::vector<RowReference> references;
    std::vector<uint32_t> keys;
    auto flush = [&]() -> Status {
      if (references.empty()) return Status::Ok();
      FLOE_ASSIGN(BatchPtr rows,
                  GatherRows(batches, references, all_columns_, layout_, context_.memory));
      Status taken = take(std::move(rows), keys);
      batches.clear();
      references.clear();
      keys.clear();
      return taken;
    };
    for (uint32_t number = 0; number < drained.size(); ++number) {
      Buffered& batch = drained[number];
      if (batch.live == 0) continue;
      batches.push_back(batch.rows.get());
      for (uint32_t row = 0; row < batch.keys.size(); ++row) {
        if (!IsLive(batch, number, row)) continue;
        references.push_back({static_cast<uint32_t>(batches.size() - 1), row});
        keys.push_back(batch.keys[row]);
      }
      if (references.size() < kWriteRows) continue;
      FLOE_TRY(flush());
      ReleaseDrained(drained, number);
    }
    return flush();
  }

  static void ReleaseDrained(std::vector<Buffered>& drained, uint32_t last) {
    for (uint32_t i = 0; i <= last; ++i) drained[i] = Buffered();
  }

  Status Compact() {
    std::vector<Buffered> compacted;
    FLOE_TRY(DrainBuffer([&](BatchPtr rows, const std::vector<uint32_t>& keys) {
      compacted.push_back({std::move(rows), keys, static_cast<int64_t>(keys.size())});
      return Status::Ok();
    }));
    buffered_ = std::move(compacted);
    for (uint32_t number = 0; number < buffered_.size(); ++number) {
      const Buffered& batch = buffered_[number];
      for (uint32_t row = 0; row < batch.keys.size(); ++row) {
        states_[batch.keys[row]] = {Location::kBuffered, number, row};
      }
      live_rows_ += batch.live;
      buffered_rows_ += batch.live;
      buffered_value_bytes_ += ValueBytes(*batch.rows);
    }
    return Status::Ok();
  }

  Status WriteBufferedRows() {
    return DrainBuffer([&](const BatchPtr& rows, const std::vector<uint32_t>& keys) -> Status {
      std::vector<RowPlace> places;
      FLOE_TRY(rows_->Write(*rows, &places));
      for (size_t i = 0; i < keys.size(); ++i) {
        states_[keys[i]] = {Location::kWritten, places[i].file, places[i].position};
      }
      statistics_.rows_written += static_cast<int64_t>(keys.size());
      return Status::Ok();
    });
  }

  Status OpenEqualityDeletes() {
    RollingFileWriter::Target target;
    target.content = FileContent::kEqualityDeletes;
    target.schema = key_schema_;
    target.spec = fieldless_spec_;
    for (const NestedField& field : key_schema_.fields()) target.equality_ids.push_back(field.id);
    std::sort(target.equality_ids.begin(), target.equality_ids.end());
    FLOE_ASSIGN(equality_deletes_,
                RollingFileWriter::Create(context_, std::move(target), &next_file_));
    return Status::Ok();
  }

  Status WriteEqualityDeletes(const arrow::RecordBatch& rows,
                              const std::vector<RowReference>& new_keys) {
    if (new_keys.empty()) return Status::Ok();
    statistics_.equality_deletes += static_cast<int64_t>(new_keys.size());
    FLOE_ASSIGN(BatchPtr keys,
                GatherRows({&rows}, new_keys, key_columns_, key_layout_, context_.memory));
    return equality_deletes_->Write(*keys);
  }

  // One delete file per data file, so that a rewrite of one data file touches no other's deletes.
  Result<std::vector<DataFile>> WritePositionDeletes() {
    std::vector<DataFile> files;
    for (auto& [file, positions] : position_deletes_) {
      std::sort(positions.begin(), positions.end());
      const PartitionedWriter::FilePlace& place = rows_->files()[file];
      RollingFileWriter::Target target;
      target.content = FileContent::kPositionDeletes;
      target.schema = PositionDeleteSchema();
      target.spec = &rows_->spec();
      target.partition = place.partition;
      target.referenced_data_file = place.path;
      FLOE_ASSIGN(auto writer, RollingFileWriter::Create(context_, std::move(target), &next_file_));
      FLOE_ASSIGN(BatchPtr rows, PositionRows(place.path, positions));
      FLOE_TRY(writer->Write(*rows));
      FLOE_ASSIGN(auto written, writer->Finish());
      std::move(written.begin(), written.end(), std::back_inserter(files));
    }
    position_deletes_.clear();
    return files;
  }

  Result<BatchPtr> PositionRows(const std::string& path, const std::vector<int64_t>& positions) {
    arrow::StringBuilder paths(context_.memory);
    arrow::Int64Builder numbers(context_.memory);
    FLOE_TRY(FromArrow(numbers.AppendValues(positions)));
    for (size_t i = 0; i < positions.size(); ++i) FLOE_TRY(FromArrow(paths.Append(path)));
    FLOE_ASSIGN(auto path_column, FromArrow(paths.Finish()));
    FLOE_ASSIGN(auto number_column, FromArrow(numbers.Finish()));
    return arrow::RecordBatch::Make(ToArrowSchema(PositionDeleteSchema()),
                                    static_cast<int64_t>(positions.size()),
                                    {std::move(path_column), std::move(number_column)});
  }

  WriterContext context_;
  EpochWriterOptions options_;
  int64_t next_file_ = 0;
  const PartitionSpec* fieldless_spec_ = nullptr;
  std::shared_ptr<arrow::Schema> layout_;
  std::vector<int> all_columns_;
  Schema key_schema_;
  std::vector<int> key_columns_;
  std::shared_ptr<arrow::Schema> key_layout_;
  std::unique_ptr<RowKeyEncoder> encoder_;
  std::unique_ptr<PartitionedWriter> rows_;
  std::unique_ptr<RollingFileWriter> equality_deletes_;
  KeyTable keys_;
  std::vector<KeyState> states_;  // by number of the key
  std::vector<Buffered> buffered_;
  int64_t buffered_rows_ = 0;
  int64_t live_rows_ = 0;
  int64_t buffered_value_bytes_ = 0;
  std::map<uint32_t, std::vector<int64_t>> position_deletes_;  // by number of the data file
  EpochStatistics statistics_;
};

}  // namespace

Result<std::unique_ptr<EpochWriter>> MakeUpsertEpochWriter(WriterContext context,
                                                           EpochWriterOptions options) {
  auto writer = std::make_unique<UpsertEpochWriter>(std::move(context), options);
  FLOE_TRY(writer->Start());
  return std::unique_ptr<EpochWriter>(std::move(writer));
}

}  // namespace floe::iceberg
