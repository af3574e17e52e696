// SUM and AVG of DECIMAL.
#include <arrow/util/decimal.h>

#include "functions/accumulator_policies.h"

namespace floe::functions {

namespace {

arrow::Decimal256 ToDecimal256(const DecimalSumState& state) {
  const std::array<uint64_t, 4> words = {
      static_cast<uint64_t>(state.low), static_cast<uint64_t>(state.low >> 64),
      static_cast<uint64_t>(state.high), state.high < 0 ? ~uint64_t{0} : uint64_t{0}};
  return arrow::Decimal256(arrow::bit_util::little_endian::ToNative(words));
}

bool HasAtMost38Digits(const arrow::Decimal256& value) {
  return value.FitsInPrecision(types::DataType::kMaxDecimalPrecision);
}

// NULL where the value has more than 38 digits.
void AppendDecimal(const arrow::Decimal256& value, arrow::ArrayBuilder& builder) {
  auto& typed = static_cast<arrow::Decimal128Builder&>(builder);
  if (!HasAtMost38Digits(value)) {
    typed.UnsafeAppendNull();
    return;
  }
  const std::array<uint64_t, 4>& words = value.little_endian_array();
  typed.UnsafeAppend(arrow::Decimal128(static_cast<int64_t>(words[1]), words[0]));
}

}  // namespace

void DecimalSumStatePolicy::Add(State& state, Int128 value) const {
  const auto addend = static_cast<unsigned __int128>(value);
  state.low += addend;
  const int64_t carry = state.low < addend ? 1 : 0;
  state.high += carry - (value < 0 ? 1 : 0);
  ++state.count;
}

void DecimalSumStatePolicy::Merge(State& state, const State& later) const {
  state.low += later.low;
  state.high += later.high + (state.low < later.low ? 1 : 0);
  state.count += later.count;
}

void DecimalSumStatePolicy::Save(const State& state, std::string& bytes) const {
  AppendFixed(static_cast<uint64_t>(state.low), bytes);
  AppendFixed(static_cast<uint64_t>(state.low >> 64), bytes);
  AppendFixed(state.high, bytes);
  AppendFixed(state.count, bytes);
}

DecimalSumState DecimalSumStatePolicy::Load(ByteReader& reader) const {
  State state;
  state.low = reader.ReadFixed<uint64_t>();
  state.low |= static_cast<unsigned __int128>(reader.ReadFixed<uint64_t>()) << 64;
  state.high = reader.ReadFixed<int64_t>();
  state.count = reader.ReadFixed<int64_t>();
  return state;
}

Status DecimalSumPolicy::Append(const State& state, arrow::ArrayBuilder& builder) const {
  if (state.count == 0) {
    static_cast<arrow::Decimal128Builder&>(builder).UnsafeAppendNull();
  } else {
    AppendDecimal(ToDecimal256(state), builder);
  }
  return Status::Ok();
}

Status DecimalAveragePolicy::Append(const State& state, arrow::ArrayBuilder& builder) const {
  const arrow::Decimal256 sum = ToDecimal256(state);
  if (state.count == 0 || !HasAtMost38Digits(sum)) {
    static_cast<arrow::Decimal128Builder&>(builder).UnsafeAppendNull();
    return Status::Ok();
  }
  const arrow::BasicDecimal256 scaled = sum.IncreaseScaleBy(extra_digits);
  const arrow::BasicDecimal256 count(state.count);
  arrow::BasicDecimal256 quotient;
  arrow::BasicDecimal256 remainder;
  scaled.Divide(count, &quotient, &remainder);
  remainder = arrow::BasicDecimal256::Abs(remainder);
  if (remainder + remainder >= count) quotient += sum.IsNegative() ? -1 : 1;
  AppendDecimal(arrow::Decimal256(quotient), builder);
  return Status::Ok();
}

std::unique_ptr<Accumulator> MakeDecimalAccumulator(const AggregateCall& call) {
  if (call.argument_type.kind() != types::TypeKind::kDecimal) return nullptr;
  if (call.kind == AggregateKind::kSum) {
    return std::make_unique<TypedAccumulator<DecimalSumPolicy>>();
  }
  if (call.kind != AggregateKind::kAvg) return nullptr;
  DecimalAveragePolicy policy;
  policy.extra_digits = call.type.scale() - call.argument_type.scale();
  return std::make_unique<TypedAccumulator<DecimalAveragePolicy>>(policy);
}

}  // namespace floe::functions
