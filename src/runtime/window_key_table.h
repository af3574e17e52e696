// The group keys of a window operator as dense ids: each key is kept once, counted by the slices
// that hold it, and forgotten with the last of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "functions/accumulator_encoding.h"
#include "functions/accumulator_value_ids.h"
#include "types/data_type.h"

namespace arrow {
class Array;
class ArrayBuilder;
class RecordBatch;
}  // namespace arrow

namespace floe::runtime {

using KeyId = uint32_t;

// NULL is a key like any other, equal to itself; doubles are equal by their bits, all NaNs alike.
// Used by one task at a time.
class WindowKeyTable {
 public:
  // `columns` are the key's columns in an input of this schema; none: all rows have key 0.
  // kNotImplemented names a type that cannot be a key (ARRAY, MAP, ROW …).
  static Result<WindowKeyTable> Make(const types::Schema& schema, std::vector<int> columns);

  // Gives the ids of the keys of `rows` of the batch. New keys have no references yet: each must
  // get one before the next Release. REQUIRES: ids.size() == rows.size().
  void Intern(const arrow::RecordBatch& batch, std::span<const int32_t> rows, std::span<KeyId> ids);

  void AddReference(KeyId key);
  void Release(KeyId key);

  // Appends the keys to one builder per key column, of its type.
  Status Append(std::span<const KeyId> keys,
                std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const;

  // A key as bytes for checkpoints, and back; Load interns it, as Intern does.
  void Save(KeyId key, std::string& bytes) const;
  KeyId Load(functions::ByteReader& reader);

  // Ids are below this.
  size_t capacity() const { return columns_.empty() ? 1 : ids_.capacity(); }
  bool is_keyless() const { return columns_.empty(); }
  const std::vector<int>& columns() const { return columns_; }

 private:
  // In a table of one text column, whose ids stand for the texts themselves.
  static constexpr KeyId kNullText = 0;

  WindowKeyTable() = default;
  void InternTexts(const arrow::Array& column, std::span<const int32_t> rows, std::span<KeyId> ids);
  // Fills `encoded_` and `ends_` with the keys of the rows.
  void Encode(const arrow::RecordBatch& batch, std::span<const int32_t> rows);

  std::vector<int> columns_;
  std::vector<types::DataType> types_;
  bool is_text_ = false;  // one text column
  functions::BytesIds ids_;
  // Scratch: the rows' keys one behind the other, and where each ends.
  std::string encoded_;
  std::vector<size_t> ends_;
};

}  // namespace floe::runtime
