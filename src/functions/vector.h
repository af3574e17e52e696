// Values of one expression for the rows of a batch while a program runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "functions/expression.h"
#include "types/data_type.h"

namespace arrow {
class Array;
class Buffer;
class MemoryPool;
}  // namespace arrow

namespace floe::functions {

// How values of a type lie in memory: BOOLEAN uint8_t 0 or 1; integer kinds, DATE and TIME int32_t,
// timestamps and INTERVAL DAY TO SECOND int64_t as types::ToArrow has them; DECIMAL Int128; strings
// std::string_view.
enum class Physical : uint8_t {
  kNone,  // NULL and nested types: validity only, and the array itself
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat,
  kDouble,
  kInt128,
  kString,
};

Physical PhysicalOf(types::TypeKind kind);
int64_t PhysicalSize(Physical physical);

template <typename T>
struct TypeTag {
  using type = T;
};

// Calls fn(TypeTag<C++ type>). REQUIRES: physical is not kNone.
template <typename Fn>
auto VisitPhysical(Physical physical, Fn&& fn) {
  switch (physical) {
    case Physical::kBool:
      return fn(TypeTag<uint8_t>());
    case Physical::kInt8:
      return fn(TypeTag<int8_t>());
    case Physical::kInt16:
      return fn(TypeTag<int16_t>());
    case Physical::kInt32:
      return fn(TypeTag<int32_t>());
    case Physical::kInt64:
      return fn(TypeTag<int64_t>());
    case Physical::kFloat:
      return fn(TypeTag<float>());
    case Physical::kDouble:
      return fn(TypeTag<double>());
    case Physical::kInt128:
      return fn(TypeTag<Int128>());
    default:
      return fn(TypeTag<std::string_view>());
  }
}

// Copying shares the memory. Values of NULL rows, and of rows that were not selected, are
// unspecified and must not be used (for fixed-width types they may be read).
struct Vector {
  Physical physical = Physical::kNone;
  bool constant = false;  // element 0 stands for all rows
  const void* values = nullptr;
  const uint8_t* validity = nullptr;  // a byte per row, 0 for NULL; null: there is no NULL
  std::shared_ptr<const void> owner;  // of values, where `buffer` is not
  std::shared_ptr<const void> validity_owner;
  std::shared_ptr<arrow::Buffer> buffer;  // exactly the values, if they own one
  std::shared_ptr<arrow::Array> array;    // the input column that this is, unchanged

  template <typename T>
  const T* data() const {
    return static_cast<const T*>(values);
  }
  int64_t index(int64_t row) const { return constant ? 0 : row; }
  bool IsValid(int64_t row) const { return validity == nullptr || validity[index(row)] != 0; }
  bool IsConstantNull() const { return constant && validity != nullptr && validity[0] == 0; }
};

// Rows, rising, each once.
struct Selection {
  std::vector<int32_t> rows;
};

// Memory of `pool` with an owner; data() is writable.
Result<std::shared_ptr<arrow::Buffer>> AllocateBytes(arrow::MemoryPool* pool, int64_t bytes);
uint8_t* MutableBytes(arrow::Buffer& buffer);

// Text that kernels make. Views stay valid as long as the arena lives.
class StringArena {
 public:
  explicit StringArena(arrow::MemoryPool* pool) : pool_(pool) {}

  // Room for `size` bytes, or null when the pool has none: then status() says so.
  char* Allocate(size_t size);
  // Gives back the last bytes of the newest allocation.
  void Shrink(size_t unused) { used_ -= unused; }
  std::string_view Add(std::string_view text);
  const Status& status() const { return status_; }

 private:
  arrow::MemoryPool* pool_;
  std::vector<std::shared_ptr<arrow::Buffer>> chunks_;
  char* chunk_ = nullptr;
  size_t used_ = 0;
  size_t size_ = 0;
  Status status_;
};

}  // namespace floe::functions
