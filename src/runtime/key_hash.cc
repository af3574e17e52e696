#include "runtime/key_hash.h"

#include <arrow/array/array_base.h>
#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type_traits.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "base/assert.h"
#include "functions/accumulator_value_ids.h"

namespace floe::runtime {

namespace {

constexpr uint64_t kNullHash = 0x9e3779b97f4a7c15ULL;

uint64_t Combine(uint64_t hash, uint64_t value) {
  return functions::HashValue(hash ^ (value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2)));
}

template <typename Function>
void HashColumn(const arrow::Array& column, Function&& hash_of, std::vector<uint64_t>* hashes) {
  const bool has_nulls = column.null_count() > 0;
  for (int64_t i = 0; i < column.length(); ++i) {
    uint64_t& hash = (*hashes)[static_cast<size_t>(i)];
    hash = Combine(hash, has_nulls && column.IsNull(i) ? kNullHash : hash_of(i));
  }
}

template <typename Value>
void HashNumbers(const arrow::Array& column, std::vector<uint64_t>* hashes) {
  const Value* values = column.data()->GetValues<Value>(1);
  const auto hash_of = [values](int64_t i) -> uint64_t {
    Value value = values[i];
    if constexpr (std::is_floating_point_v<Value>) {
      if (std::isnan(value)) value = std::numeric_limits<Value>::quiet_NaN();
      uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof(value));
      return functions::HashValue(bits);
    } else {
      return functions::HashValue(static_cast<uint64_t>(static_cast<int64_t>(value)));
    }
  };
  HashColumn(column, hash_of, hashes);
}

void HashFixedBytes(const arrow::Array& column, std::vector<uint64_t>* hashes) {
  const auto& values = static_cast<const arrow::FixedSizeBinaryArray&>(column);
  HashColumn(
      column, [&](int64_t i) { return functions::HashValue(values.GetView(i)); }, hashes);
}

void HashOne(const arrow::Array& column, std::vector<uint64_t>* hashes) {
  switch (column.type_id()) {
    case arrow::Type::NA:
      return HashColumn(
          column, [](int64_t) { return kNullHash; }, hashes);
    case arrow::Type::BOOL: {
      const auto& values = static_cast<const arrow::BooleanArray&>(column);
      return HashColumn(
          column, [&](int64_t i) { return functions::HashValue(uint64_t{values.Value(i)}); },
          hashes);
    }
    case arrow::Type::INT8:
      return HashNumbers<int8_t>(column, hashes);
    case arrow::Type::INT16:
      return HashNumbers<int16_t>(column, hashes);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::TIME32:
      return HashNumbers<int32_t>(column, hashes);
    case arrow::Type::INT64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return HashNumbers<int64_t>(column, hashes);
    case arrow::Type::FLOAT:
      return HashNumbers<float>(column, hashes);
    case arrow::Type::DOUBLE:
      return HashNumbers<double>(column, hashes);
    case arrow::Type::DECIMAL128:
      return HashFixedBytes(column, hashes);
    case arrow::Type::STRING:
    case arrow::Type::BINARY: {
      const auto& values = static_cast<const arrow::BinaryArray&>(column);
      return HashColumn(
          column, [&](int64_t i) { return functions::HashValue(values.GetView(i)); }, hashes);
    }
    default:
      FLOE_ASSERT(false && "the planner refuses nested keys");
  }
}

}  // namespace

void HashKeys(const arrow::RecordBatch& batch, std::span<const int> columns,
              std::vector<uint64_t>* hashes) {
  hashes->assign(static_cast<size_t>(batch.num_rows()), 0);
  for (const int column : columns) HashOne(*batch.column(column), hashes);
}

}  // namespace floe::runtime
