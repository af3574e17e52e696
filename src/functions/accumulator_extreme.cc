// MIN and MAX.
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/util/decimal.h>

#include "functions/accumulator_typed.h"

namespace floe::functions {

namespace {

template <typename Stored>
struct ExtremeState {
  Stored value{};
  bool has_value = false;
};

// How a value of a type is kept, appended and saved.
template <typename ArrowType>
struct PrimitiveValue {
  using Reader = PrimitiveReader<ArrowType>;
  using Stored = typename ArrowType::c_type;

  static Status Append(Stored value, arrow::ArrayBuilder& builder) {
    static_cast<arrow::NumericBuilder<ArrowType>&>(builder).UnsafeAppend(value);
    return Status::Ok();
  }
  static void Save(Stored value, std::string& bytes) { AppendFixed(value, bytes); }
  static Stored Load(ByteReader& reader) { return reader.ReadFixed<Stored>(); }
};

struct BooleanValue {
  using Reader = BooleanReader;
  using Stored = bool;

  static Status Append(bool value, arrow::ArrayBuilder& builder) {
    static_cast<arrow::BooleanBuilder&>(builder).UnsafeAppend(value);
    return Status::Ok();
  }
  static void Save(bool value, std::string& bytes) { AppendFixed<uint8_t>(value ? 1 : 0, bytes); }
  static bool Load(ByteReader& reader) { return reader.ReadFixed<uint8_t>() != 0; }
};

struct DecimalValue {
  using Reader = DecimalReader;
  using Stored = Int128;

  static Status Append(Int128 value, arrow::ArrayBuilder& builder) {
    static_cast<arrow::Decimal128Builder&>(builder).UnsafeAppend(
        arrow::Decimal128(static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)));
    return Status::Ok();
  }
  static void Save(Int128 value, std::string& bytes) {
    AppendFixed(static_cast<uint64_t>(value), bytes);
    AppendFixed(static_cast<int64_t>(value >> 64), bytes);
  }
  static Int128 Load(ByteReader& reader) {
    const uint64_t low = reader.ReadFixed<uint64_t>();
    const int64_t high = reader.ReadFixed<int64_t>();
    return static_cast<Int128>((static_cast<unsigned __int128>(high) << 64) | low);
  }
};

// Strings compare by their bytes, unsigned. StringBuilder is a BinaryBuilder.
struct TextValue {
  using Reader = TextReader;
  using Stored = std::string;

  static Status Append(const std::string& value, arrow::ArrayBuilder& builder) {
    return BuilderStatus(static_cast<arrow::BinaryBuilder&>(builder).Append(value));
  }
  static void Save(const std::string& value, std::string& bytes) { AppendBytes(value, bytes); }
  static std::string Load(ByteReader& reader) { return std::string(reader.ReadBytes()); }
};

// The first of equal values stays, and a NaN that came first stays, as comparisons with it are
// false: Flink's generated code is `value > max ? value : max`.
template <typename Value, bool kMaximum>
struct ExtremePolicy {
  using Reader = typename Value::Reader;
  using State = ExtremeState<typename Value::Stored>;

  template <typename Candidate>
  void Add(State& state, const Candidate& candidate) const {
    if (state.has_value && !(kMaximum ? candidate > state.value : candidate < state.value)) return;
    state.value = candidate;
    state.has_value = true;
  }
  void Merge(State& state, const State& later) const {
    if (later.has_value) Add(state, later.value);
  }
  Status Append(const State& state, arrow::ArrayBuilder& builder) const {
    if (!state.has_value) return BuilderStatus(builder.AppendNull());
    return Value::Append(state.value, builder);
  }
  void Save(const State& state, std::string& bytes) const {
    AppendFixed<uint8_t>(state.has_value ? 1 : 0, bytes);
    if (state.has_value) Value::Save(state.value, bytes);
  }
  State Load(ByteReader& reader) const {
    State state;
    state.has_value = reader.ReadFixed<uint8_t>() != 0;
    if (state.has_value) state.value = Value::Load(reader);
    return state;
  }
};

template <typename Value>
std::unique_ptr<Accumulator> MakeExtreme(AggregateKind kind) {
  if (kind == AggregateKind::kMax) {
    return std::make_unique<TypedAccumulator<ExtremePolicy<Value, true>>>();
  }
  return std::make_unique<TypedAccumulator<ExtremePolicy<Value, false>>>();
}

}  // namespace

std::unique_ptr<Accumulator> MakeExtremeAccumulator(const AggregateCall& call) {
  if (call.kind != AggregateKind::kMin && call.kind != AggregateKind::kMax) return nullptr;
  switch (call.argument_type.kind()) {
    case types::TypeKind::kBoolean:
      return MakeExtreme<BooleanValue>(call.kind);
    case types::TypeKind::kTinyInt:
      return MakeExtreme<PrimitiveValue<arrow::Int8Type>>(call.kind);
    case types::TypeKind::kSmallInt:
      return MakeExtreme<PrimitiveValue<arrow::Int16Type>>(call.kind);
    case types::TypeKind::kInteger:
    case types::TypeKind::kIntervalYearMonth:
      return MakeExtreme<PrimitiveValue<arrow::Int32Type>>(call.kind);
    case types::TypeKind::kBigInt:
      return MakeExtreme<PrimitiveValue<arrow::Int64Type>>(call.kind);
    case types::TypeKind::kFloat:
      return MakeExtreme<PrimitiveValue<arrow::FloatType>>(call.kind);
    case types::TypeKind::kDouble:
      return MakeExtreme<PrimitiveValue<arrow::DoubleType>>(call.kind);
    case types::TypeKind::kDecimal:
      return MakeExtreme<DecimalValue>(call.kind);
    case types::TypeKind::kChar:
    case types::TypeKind::kVarchar:
    case types::TypeKind::kBinary:
    case types::TypeKind::kVarbinary:
      return MakeExtreme<TextValue>(call.kind);
    case types::TypeKind::kDate:
      return MakeExtreme<PrimitiveValue<arrow::Date32Type>>(call.kind);
    case types::TypeKind::kTime:
      return MakeExtreme<PrimitiveValue<arrow::Time32Type>>(call.kind);
    case types::TypeKind::kTimestamp:
    case types::TypeKind::kTimestampLtz:
      return MakeExtreme<PrimitiveValue<arrow::TimestampType>>(call.kind);
    case types::TypeKind::kIntervalDayTime:
      return MakeExtreme<PrimitiveValue<arrow::DurationType>>(call.kind);
    default:
      return nullptr;
  }
}

}  // namespace floe::functions
