// Arrow's ways to fail, turned into ours. The one file for that library in iceberg/.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <string>
#include <utility>

#include "base/result.h"

namespace floe::iceberg {

inline Status FromArrow(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  ErrorCode code = ErrorCode::kInternal;
  if (status.IsOutOfMemory()) code = ErrorCode::kMemoryLimit;
  if (status.IsIOError()) code = ErrorCode::kIo;
  if (status.IsNotImplemented()) code = ErrorCode::kNotImplemented;
  return Status(code, "Arrow: " + status.message());
}

template <typename T>
Result<T> FromArrow(arrow::Result<T> result) {
  if (!result.ok()) return FromArrow(result.status());
  return std::move(result).ValueUnsafe();
}

}  // namespace floe::iceberg
