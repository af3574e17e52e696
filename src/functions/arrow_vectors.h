// Between Arrow's arrays and the vectors of a running program.
#pragma once

#include <memory>

#include "base/result.h"
#include "functions/evaluation_context.h"
#include "functions/vector.h"
#include "types/data_type.h"

namespace floe::functions {

// Shares the values where the layouts agree. REQUIRES: the array has the layout of `type`.
Result<Vector> ImportArray(std::shared_ptr<arrow::Array> array, const types::DataType& type,
                           arrow::MemoryPool* pool);
// Rows with an error become NULL. REQUIRES: vector holds `length` rows, or is constant.
Result<std::shared_ptr<arrow::Array>> ExportVector(const Vector& vector,
                                                   const types::DataType& type, int64_t length,
                                                   const RowErrors& errors,
                                                   arrow::MemoryPool* pool);

}  // namespace floe::functions
