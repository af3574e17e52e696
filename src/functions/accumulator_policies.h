// The states of COUNT, SUM and AVG. For the accumulator_*.cc files only.
#pragma once

#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>

#include "functions/accumulator_typed.h"

namespace floe::functions {

template <typename ReaderType>
struct CountPolicy {
  using Reader = ReaderType;
  using State = int64_t;

  template <typename Value>
  void Add(State& state, const Value&) const {
    ++state;
  }
  void Merge(State& state, const State& later) const { state += later; }
  Status Append(const State& state, arrow::ArrayBuilder& builder) const {
    static_cast<arrow::Int64Builder&>(builder).UnsafeAppend(state);
    return Status::Ok();
  }
  void Save(const State& state, std::string& bytes) const { AppendFixed(state, bytes); }
  State Load(ByteReader& reader) const { return reader.ReadFixed<int64_t>(); }
};

// A sum and how many values it holds: 0 means NULL. `Sum` is uint64_t for the integers (it wraps
// around, and the low bits are the sum of the narrower type too), float or double.
template <typename Sum>
struct SumState {
  Sum sum{};
  int64_t count = 0;
};

template <typename Sum>
struct SumStatePolicy {
  using State = SumState<Sum>;

  template <typename Value>
  void Add(State& state, Value value) const {
    state.sum += static_cast<Sum>(value);
    ++state.count;
  }
  // An empty state takes no part: 0.0 + -0.0 is not -0.0.
  void Merge(State& state, const State& later) const {
    if (later.count == 0) return;
    state.sum = state.count == 0 ? later.sum : state.sum + later.sum;
    state.count += later.count;
  }
  void Save(const State& state, std::string& bytes) const {
    AppendFixed(state.sum, bytes);
    AppendFixed(state.count, bytes);
  }
  State Load(ByteReader& reader) const {
    State state;
    state.sum = reader.ReadFixed<Sum>();
    state.count = reader.ReadFixed<int64_t>();
    return state;
  }
};

// SUM keeps the argument's type. Integers wrap around; FLOAT adds in FLOAT.
template <typename ArrowType>
struct SumPolicy
    : SumStatePolicy<std::conditional_t<std::is_floating_point_v<typename ArrowType::c_type>,
                                        typename ArrowType::c_type, uint64_t>> {
  using Reader = PrimitiveReader<ArrowType>;
  using Value = typename ArrowType::c_type;
  using Sum = std::conditional_t<std::is_floating_point_v<Value>, Value, uint64_t>;

  void Add(SumState<Sum>& state, Value value) const {
    state.sum = state.count == 0 ? static_cast<Sum>(value)
                                 : static_cast<Sum>(state.sum + static_cast<Sum>(value));
    ++state.count;
  }
  Status Append(const SumState<Sum>& state, arrow::ArrayBuilder& builder) const {
    auto& typed = static_cast<arrow::NumericBuilder<ArrowType>&>(builder);
    if (state.count == 0) {
      typed.UnsafeAppendNull();
    } else {
      typed.UnsafeAppend(static_cast<Value>(state.sum));
    }
    return Status::Ok();
  }
};

// AVG keeps the argument's type: integers sum up in BIGINT, which wraps around, and the quotient is
// cut towards zero; FLOAT sums up in DOUBLE.
template <typename ArrowType>
struct AveragePolicy
    : SumStatePolicy<std::conditional_t<std::is_floating_point_v<typename ArrowType::c_type>,
                                        double, uint64_t>> {
  using Reader = PrimitiveReader<ArrowType>;
  using Value = typename ArrowType::c_type;
  using Sum = std::conditional_t<std::is_floating_point_v<Value>, double, uint64_t>;

  Status Append(const SumState<Sum>& state, arrow::ArrayBuilder& builder) const {
    auto& typed = static_cast<arrow::NumericBuilder<ArrowType>&>(builder);
    if (state.count == 0) {
      typed.UnsafeAppendNull();
    } else if constexpr (std::is_floating_point_v<Value>) {
      typed.UnsafeAppend(static_cast<Value>(state.sum / static_cast<double>(state.count)));
    } else {
      typed.UnsafeAppend(static_cast<Value>(static_cast<int64_t>(state.sum) / state.count));
    }
    return Status::Ok();
  }
};

// A sum of DECIMALs in 192 bits: it cannot overflow on the way, so that its value does not depend
// on the order of rows; whether it has at most 38 digits is asked at the end.
struct DecimalSumState {
  unsigned __int128 low = 0;
  int64_t high = 0;
  int64_t count = 0;
};

struct DecimalSumStatePolicy {
  using Reader = DecimalReader;
  using State = DecimalSumState;

  void Add(State& state, Int128 value) const;
  void Merge(State& state, const State& later) const;
  void Save(const State& state, std::string& bytes) const;
  State Load(ByteReader& reader) const;
};

// SUM(DECIMAL(p, s)) is DECIMAL(38, s), NULL where it has more digits.
struct DecimalSumPolicy : DecimalSumStatePolicy {
  Status Append(const State& state, arrow::ArrayBuilder& builder) const;
};

// AVG(DECIMAL(p, s)) is DECIMAL(38, max(6, s)), rounded half away from zero.
struct DecimalAveragePolicy : DecimalSumStatePolicy {
  int extra_digits = 0;  // scale of the result less that of the argument

  Status Append(const State& state, arrow::ArrayBuilder& builder) const;
};

}  // namespace floe::functions
