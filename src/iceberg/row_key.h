// The values of some columns of a row as one byte string: equal bytes mean equal keys.
#pragma once

#include <arrow/array/array_base.h>
#include <arrow/record_batch.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/literal.h"

namespace floe::iceberg {

// Reads one batch at a time; all batches have one layout. Keys of batches with the same columns
// can be compared.
class RowKeyEncoder {
 public:
  // Positions of the columns. With `nullable` a null is a value of its own; without, the columns
  // of every batch have no nulls.
  RowKeyEncoder(std::vector<int> columns, bool nullable)
      : columns_(std::move(columns)), nullable_(nullable) {}

  // Keys come from `rows` from now on, which outlives their use. kNotImplemented for a column of a
  // nested type.
  Status Bind(const arrow::RecordBatch& rows);
  // Valid until the next call, and as long as the batch.
  std::string_view Key(int64_t row);

 private:
  struct Column {
    const arrow::Array* array = nullptr;
    int width = 0;  // bytes of a value; 0: text or binary, -1: bits
    const uint8_t* values = nullptr;
    const int32_t* offsets = nullptr;
  };
  void AppendValue(const Column& column, int64_t row);

  std::vector<int> columns_;
  bool nullable_;
  std::vector<std::shared_ptr<arrow::Array>> held_;
  std::vector<Column> bound_;
  std::string scratch_;
};

// A value of a column in the layout of ToArrowSchema. REQUIRES: `type` is primitive.
Literal LiteralAt(const arrow::Array& array, int64_t row, const Type& type);

}  // namespace floe::iceberg
