// Record batches for tests, from JSON text.
#pragma once

#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "base/assert.h"
#include "types/arrow_types.h"
#include "types/data_type.h"

namespace floe::iceberg {

// One JSON array per column: {"[1, 2]", "[\"a\", null]"}. REQUIRES: the text fits the types.
inline std::shared_ptr<arrow::RecordBatch> BatchFromJson(const types::Schema& schema,
                                                         const std::vector<std::string>& columns) {
  std::shared_ptr<arrow::Schema> layout = types::ToArrow(schema);
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (size_t i = 0; i < columns.size(); ++i) {
    auto array =
        arrow::json::ArrayFromJSONString(layout->field(static_cast<int>(i))->type(), columns[i]);
    FLOE_ASSERT(array.ok());
    arrays.push_back(*std::move(array));
  }
  int64_t rows = arrays.empty() ? 0 : arrays[0]->length();
  return arrow::RecordBatch::Make(std::move(layout), rows, std::move(arrays));
}

}  // namespace floe::iceberg
