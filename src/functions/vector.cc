#include "functions/vector.h"

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <algorithm>
#include <cstring>

namespace floe::functions {

Physical PhysicalOf(types::TypeKind kind) {
  using types::TypeKind;
  switch (kind) {
    case TypeKind::kBoolean:
      return Physical::kBool;
    case TypeKind::kTinyInt:
      return Physical::kInt8;
    case TypeKind::kSmallInt:
      return Physical::kInt16;
    case TypeKind::kInteger:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kIntervalYearMonth:
      return Physical::kInt32;
    case TypeKind::kBigInt:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
    case TypeKind::kIntervalDayTime:
      return Physical::kInt64;
    case TypeKind::kFloat:
      return Physical::kFloat;
    case TypeKind::kDouble:
      return Physical::kDouble;
    case TypeKind::kDecimal:
      return Physical::kInt128;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return Physical::kString;
    default:
      return Physical::kNone;
  }
}

int64_t PhysicalSize(Physical physical) {
  if (physical == Physical::kNone) return 0;
  return VisitPhysical(physical, [](auto tag) {
    return static_cast<int64_t>(sizeof(typename decltype(tag)::type));
  });
}

Result<std::shared_ptr<arrow::Buffer>> AllocateBytes(arrow::MemoryPool* pool, int64_t bytes) {
  auto buffer = arrow::AllocateBuffer(bytes, pool);
  if (!buffer.ok()) {
    return Error(ErrorCode::kMemoryLimit,
                 "no memory for expressions: " + buffer.status().ToStringWithoutContextLines());
  }
  return std::shared_ptr<arrow::Buffer>(std::move(buffer).ValueOrDie());
}

uint8_t* MutableBytes(arrow::Buffer& buffer) { return buffer.mutable_data(); }

char* StringArena::Allocate(size_t size) {
  if (size > size_ - used_ || chunk_ == nullptr) {
    const size_t chunk_size = std::max<size_t>({size, 4096, std::min<size_t>(size_ * 2, 1 << 20)});
    auto buffer = AllocateBytes(pool_, static_cast<int64_t>(chunk_size));
    if (!buffer.ok()) {
      if (status_.ok()) status_ = buffer.status();
      return nullptr;
    }
    chunk_ = reinterpret_cast<char*>(MutableBytes(**buffer));
    chunks_.push_back(std::move(buffer).value());
    used_ = 0;
    size_ = chunk_size;
  }
  char* out = chunk_ + used_;
  used_ += size;
  return out;
}

std::string_view StringArena::Add(std::string_view text) {
  if (text.empty()) return {};
  char* out = Allocate(text.size());
  if (out == nullptr) return {};
  std::memcpy(out, text.data(), text.size());
  return {out, text.size()};
}

}  // namespace floe::functions
