#include "iceberg/parquet_file.h"

#include <arrow/array/array_primitive.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "iceberg/arrow_status.h"
#include "iceberg/metadata_json.h"
#include "iceberg/parquet_metrics.h"

namespace floe::iceberg {
namespace {

// Rows of a row group are bounded by its bytes; this only keeps row numbers in 32 bits.
constexpr int64_t kMaxRowGroupRows = int64_t{1} << 30;

// Collects the file's bytes in a string.
class StringOutputStream final : public arrow::io::OutputStream {
 public:
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return static_cast<int64_t>(bytes_.size()); }
  arrow::Status Write(const void* data, int64_t size) override {
    bytes_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;

  // Before much is written at once: room for so many more, so that growing does not copy what is
  // there again and again. What is not used is never touched.
  void ReserveMore(int64_t bytes) { bytes_.reserve(bytes_.size() + static_cast<size_t>(bytes)); }
  int64_t size_bytes() const { return static_cast<int64_t>(bytes_.size()); }
  std::string TakeBytes() { return std::move(bytes_); }

 private:
  std::string bytes_;
  bool closed_ = false;
};

parquet::Compression::type CodecOf(ParquetCompression compression) {
  switch (compression) {
    case ParquetCompression::kUncompressed:
      return parquet::Compression::UNCOMPRESSED;
    case ParquetCompression::kSnappy:
      return parquet::Compression::SNAPPY;
    case ParquetCompression::kGzip:
      return parquet::Compression::GZIP;
    case ParquetCompression::kLz4:
      return parquet::Compression::LZ4;
    case ParquetCompression::kZstd:
      return parquet::Compression::ZSTD;
  }
  return parquet::Compression::ZSTD;
}

std::shared_ptr<parquet::WriterProperties> MakeProperties(const Schema& schema,
                                                          const WriteOptions& options,
                                                          arrow::MemoryPool* memory) {
  parquet::WriterProperties::Builder builder;
  builder.memory_pool(memory)
      ->created_by("floe")
      ->compression(CodecOf(options.compression))
      ->data_pagesize(options.page_size_bytes)
      ->dictionary_pagesize_limit(options.dictionary_size_bytes)
      ->max_row_group_length(kMaxRowGroupRows)
      ->enable_store_decimal_as_integer();
  bool has_level = options.compression == ParquetCompression::kZstd ||
                   options.compression == ParquetCompression::kGzip;
  if (has_level) builder.compression_level(options.compression_level);
  // Measured values hardly repeat: a dictionary of them is looked up, and given up when it is full.
  for (const NestedField& field : schema.fields()) {
    const TypeId type = field.type.id();
    if (type == TypeId::kDouble || type == TypeId::kFloat) {
      builder.disable_dictionary(
          std::make_shared<parquet::schema::ColumnPath>(std::vector{field.name}));
    }
  }
  return builder.build();
}

template <typename T>
int64_t CountNans(const arrow::Array& array) {
  const T* values = array.data()->GetValues<T>(1);
  int64_t count = 0;
  for (int64_t i = 0; i < array.length(); ++i) count += values[i] != values[i] ? 1 : 0;
  if (count == 0 || array.null_count() == 0) return count;
  count = 0;
  for (int64_t i = 0; i < array.length(); ++i) {
    count += values[i] != values[i] && array.IsValid(i) ? 1 : 0;
  }
  return count;
}

// Runs code of the Parquet library, which throws.
template <typename Call>
Status Guard(Call call) {
  try {
    return call();
  } catch (const parquet::ParquetStatusException& e) {
    return FromArrow(e.status());
  } catch (const std::exception& e) {
    return Status(ErrorCode::kInternal, std::string("Parquet: ") + e.what());
  }
}

class ParquetFileImplementation final : public ParquetFile {
 public:
  explicit ParquetFileImplementation(Settings settings)
      : settings_(std::move(settings)),
        memory_(settings_.memory),
        sink_(std::make_shared<StringOutputStream>()) {}

  Status Start() {
    auto schema = ToArrowSchema(*settings_.schema);
    auto arrow_properties = parquet::ArrowWriterProperties::Builder().build();
    return Guard([&]() -> Status {
      auto properties = MakeProperties(*settings_.schema, *settings_.options, &memory_);
      FLOE_ASSIGN(writer_, FromArrow(parquet::arrow::FileWriter::Open(
                               *schema, &memory_, sink_, properties, arrow_properties)));
      return Status::Ok();
    });
  }

  Status Write(const arrow::RecordBatch& rows) override {
    if (rows.num_rows() == 0) return Status::Ok();
    CountNansOf(rows);
    row_count_ += rows.num_rows();
    return Guard([&]() -> Status {
      if (memory_.bytes_allocated() >= settings_.options->row_group_size_bytes) {
        sink_->ReserveMore(memory_.bytes_allocated());
        FLOE_TRY(FromArrow(writer_->NewBufferedRowGroup()));
      }
      return FromArrow(writer_->WriteRecordBatch(rows));
    });
  }

  int64_t row_count() const override { return row_count_; }

  int64_t memory_bytes() const override { return sink_->size_bytes() + memory_.bytes_allocated(); }

  Result<Finished> Finish() override {
    Finished finished;
    FLOE_TRY(Guard([&] { return CloseInto(finished); }));
    writer_.reset();
    finished.record_count = row_count_;
    finished.bytes = sink_->TakeBytes();
    return finished;
  }

 private:
  Status CloseInto(Finished& finished) {
    FLOE_TRY(AddFooter());
    // The pages of the row group at hand are still in memory.
    sink_->ReserveMore(memory_.bytes_allocated());
    FLOE_TRY(FromArrow(writer_->Close()));
    std::shared_ptr<parquet::FileMetaData> file = writer_->metadata();
    for (int g = 0; g < file->num_row_groups(); ++g) {
      finished.split_offsets.push_back(file->RowGroup(g)->file_offset());
    }
    auto mode_of = [this](ColumnId id) { return ModeOf(id); };
    FLOE_ASSIGN(finished.metrics, MetricsOfFile(*file, *settings_.schema, mode_of, nan_counts_));
    return Status::Ok();
  }

  void CountNansOf(const arrow::RecordBatch& rows) {
    for (int i = 0; i < rows.num_columns(); ++i) {
      const arrow::Array& column = *rows.column(i);
      const NestedField& field = settings_.schema->fields()[static_cast<size_t>(i)];
      if (column.type_id() == arrow::Type::DOUBLE)
        nan_counts_[field.id] += CountNans<double>(column);
      if (column.type_id() == arrow::Type::FLOAT) nan_counts_[field.id] += CountNans<float>(column);
    }
  }

  Status AddFooter() {
    std::vector<std::string> keys = {"iceberg.schema"};
    std::vector<std::string> values = {DumpJson(SchemaToJson(*settings_.schema))};
    for (const auto& [key, value] : settings_.footer) {
      keys.push_back(key);
      values.push_back(value);
    }
    return FromArrow(writer_->AddKeyValueMetadata(
        std::make_shared<arrow::KeyValueMetadata>(std::move(keys), std::move(values))));
  }

  MetricsMode ModeOf(ColumnId id) const {
    const std::vector<ColumnId>& full = settings_.full_bounds;
    if (std::find(full.begin(), full.end(), id) != full.end()) {
      return MetricsMode{MetricsMode::Kind::kFull, 0};
    }
    const WriteOptions& options = *settings_.options;
    std::string name = settings_.schema->NameOf(id);
    auto own = options.column_metrics.find(name);
    if (own != options.column_metrics.end()) return own->second;
    int index = settings_.schema->IndexOf(id);
    if (index >= options.max_metrics_columns) return MetricsMode{MetricsMode::Kind::kNone, 0};
    return options.default_metrics;
  }

  Settings settings_;
  arrow::ProxyMemoryPool memory_;  // counts what this file holds
  std::shared_ptr<StringOutputStream> sink_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::map<ColumnId, int64_t> nan_counts_;
  int64_t row_count_ = 0;
};

}  // namespace

Result<std::unique_ptr<ParquetFile>> ParquetFile::Open(Settings settings) {
  auto file = std::make_unique<ParquetFileImplementation>(std::move(settings));
  FLOE_TRY(file->Start());
  return std::unique_ptr<ParquetFile>(std::move(file));
}

}  // namespace floe::iceberg
