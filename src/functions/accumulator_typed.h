// The accumulator over a policy: a small struct that says what one group's state is and how a
// value, another state and the result go in and out of it. For the accumulator_*.cc files only.
//
// A policy has
//   State                              the state of an empty group when default-made
//   Reader                             made from the argument column, Read(row) gives a value
//   void Add(State&, value) const
//   void Merge(State&, const State& later) const
//   Status Append(const State&, arrow::ArrayBuilder&) const   room was reserved
//   void Save(const State&, std::string&) const
//   State Load(ByteReader&) const
#pragma once

#include <arrow/array/array_base.h>
#include <arrow/array/array_binary.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_base.h>
#include <arrow/util/bit_util.h>

#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/accumulator.h"
#include "functions/expression.h"

namespace floe::functions {

// Builders fail only for want of memory.
inline Status BuilderStatus(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  return Status(ErrorCode::kMemoryLimit, "result of an aggregate: " + status.message());
}

// Calls add(i) for the rows that count, in order.
template <typename Function>
void ForEachRow(const AccumulatorRows& rows, Function&& add) {
  const int64_t size = static_cast<int64_t>(rows.groups.size());
  const uint8_t* validity = nullptr;
  if (rows.values != nullptr && rows.values->null_count() > 0) {
    validity = rows.values->null_bitmap_data();
    if (validity == nullptr) return;  // a column of type NULL
  }
  if (validity == nullptr && rows.filter == nullptr && !rows.has_no_group) {
    for (int64_t i = 0; i < size; ++i) add(i);
    return;
  }
  const int64_t offset = validity == nullptr ? 0 : rows.values->offset();
  for (int64_t i = 0; i < size; ++i) {
    if (rows.groups[static_cast<size_t>(i)] == kNoGroup) continue;
    if (validity != nullptr && !arrow::bit_util::GetBit(validity, offset + i)) continue;
    if (rows.filter != nullptr && !(rows.filter->IsValid(i) && rows.filter->Value(i))) continue;
    add(i);
  }
}

// COUNT looks at no value.
struct NoReader {
  explicit NoReader(const arrow::Array*) {}
  int Read(int64_t) const { return 0; }
};

template <typename ArrowType>
struct PrimitiveReader {
  using Value = typename ArrowType::c_type;
  explicit PrimitiveReader(const arrow::Array* array)
      : values(static_cast<const arrow::NumericArray<ArrowType>*>(array)->raw_values()) {}
  Value Read(int64_t row) const { return values[row]; }
  const Value* values;
};

struct BooleanReader {
  using Value = bool;
  explicit BooleanReader(const arrow::Array* column)
      : array(static_cast<const arrow::BooleanArray*>(column)) {}
  bool Read(int64_t row) const { return array->Value(row); }
  const arrow::BooleanArray* array;
};

struct DecimalReader {
  using Value = Int128;
  explicit DecimalReader(const arrow::Array* array)
      : bytes(static_cast<const arrow::FixedSizeBinaryArray*>(array)->raw_values()) {}
  Int128 Read(int64_t row) const {
    Int128 value;
    std::memcpy(&value, bytes + row * 16, 16);
    return value;
  }
  const uint8_t* bytes;
};

// utf8 and binary.
struct TextReader {
  using Value = std::string_view;
  explicit TextReader(const arrow::Array* column)
      : array(static_cast<const arrow::BinaryArray*>(column)) {}
  std::string_view Read(int64_t row) const { return array->GetView(row); }
  const arrow::BinaryArray* array;
};

template <typename Policy>
class TypedAccumulator final : public Accumulator {
 public:
  using State = typename Policy::State;
  using Reader = typename Policy::Reader;
  explicit TypedAccumulator(Policy policy = {}) : policy_(std::move(policy)) {}

  void Resize(size_t groups) override {
    if (groups > states_.size()) states_.resize(groups);
  }

  void Update(const AccumulatorRows& rows) override {
    const Reader reader(rows.values);
    const GroupId* groups = rows.groups.data();
    ForEachRow(rows, [&](int64_t i) { policy_.Add(states_[groups[i]], reader.Read(i)); });
  }

  void Merge(std::span<const GroupId> into, std::span<const GroupId> from) override {
    for (size_t i = 0; i < into.size(); ++i) policy_.Merge(states_[into[i]], states_[from[i]]);
  }

  void Clear(std::span<const GroupId> groups) override {
    for (const GroupId group : groups) states_[group] = State{};
  }

  Status AppendMerged(std::span<const uint32_t> ends, std::span<const GroupId> groups,
                      arrow::ArrayBuilder& builder) override {
    FLOE_TRY(BuilderStatus(builder.Reserve(static_cast<int64_t>(ends.size()))));
    size_t next = 0;
    for (const uint32_t end : ends) {
      if (end == next + 1) {
        FLOE_TRY(policy_.Append(states_[groups[next++]], builder));
        continue;
      }
      State merged{};
      for (; next < end; ++next) policy_.Merge(merged, states_[groups[next]]);
      FLOE_TRY(policy_.Append(merged, builder));
    }
    return Status::Ok();
  }

  void Save(std::span<const GroupId> groups, std::string& bytes) const override {
    for (const GroupId group : groups) policy_.Save(states_[group], bytes);
  }

  Status Load(std::span<const GroupId> groups, ByteReader& reader) override {
    for (const GroupId group : groups) {
      const State loaded = policy_.Load(reader);
      if (!reader.ok()) return reader.status();
      if (group != kNoGroup) policy_.Merge(states_[group], loaded);
    }
    return Status::Ok();
  }

 private:
  Policy policy_;
  std::vector<State> states_;
};

// What each file gives to MakeAccumulator; null: the argument's type is not its.
std::unique_ptr<Accumulator> MakeNumberAccumulator(const AggregateCall& call);
std::unique_ptr<Accumulator> MakeDecimalAccumulator(const AggregateCall& call);
std::unique_ptr<Accumulator> MakeExtremeAccumulator(const AggregateCall& call);
std::unique_ptr<Accumulator> MakeDistinctAccumulator(const AggregateCall& call);

}  // namespace floe::functions
