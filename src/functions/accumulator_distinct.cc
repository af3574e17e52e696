// COUNT, SUM and AVG of distinct values. Each value has a dense id while some group holds it; a
// group is the list of its ids in order of arrival. Merging groups for a result marks ids in an
// array instead of building a set.
#include <algorithm>
#include <bit>
#include <cmath>

#include "functions/accumulator_policies.h"
#include "functions/accumulator_value_ids.h"

namespace floe::functions {

namespace {

// A set of (group, value id). Open addressing with linear probing, without tombstones.
class PairSet {
 public:
  // True if it was not there.
  bool Insert(GroupId group, uint32_t id) {
    if ((size_ + 1) * 4 > slots_.size() * 3) Grow();
    const uint64_t pair = Pack(group, id);
    size_t at = Home(pair);
    while (slots_[at] != kFree) {
      if (slots_[at] == pair) return false;
      at = (at + 1) & mask_;
    }
    slots_[at] = pair;
    ++size_;
    return true;
  }

  // REQUIRES: it is there.
  void Erase(GroupId group, uint32_t id) {
    const uint64_t pair = Pack(group, id);
    size_t hole = Home(pair);
    while (slots_[hole] != pair) hole = (hole + 1) & mask_;
    for (size_t next = (hole + 1) & mask_; slots_[next] != kFree; next = (next + 1) & mask_) {
      const size_t home = Home(slots_[next]);
      if (((next - home) & mask_) < ((next - hole) & mask_)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = kFree;
    --size_;
  }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};  // group kNoGroup: never inserted

  static uint64_t Pack(GroupId group, uint32_t id) {
    return (static_cast<uint64_t>(group) << 32) | id;
  }
  // Fibonacci hashing of both halves: ids and groups are dense, so their high bits say nothing.
  size_t Home(uint64_t pair) const {
    return static_cast<size_t>(
        (pair * 0x9e3779b97f4a7c15ULL ^ (pair >> 32)) * 0xbf58476d1ce4e5b9ULL >> shift_);
  }

  void Grow() {
    std::vector<uint64_t> old(slots_.empty() ? size_t{16} : slots_.size() * 2, kFree);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    shift_ = 64 - std::countr_zero(slots_.size());
    for (const uint64_t pair : old) {
      if (pair == kFree) continue;
      size_t at = Home(pair);
      while (slots_[at] != kFree) at = (at + 1) & mask_;
      slots_[at] = pair;
    }
  }

  std::vector<uint64_t> slots_;
  size_t mask_ = 0;
  int shift_ = 64;
  size_t size_ = 0;
};

// How a value is looked up among the ids, and read back. Doubles are equal by their bits, all NaNs
// alike, as Java's Double.equals has it.
template <typename Value>
struct IntegerKey {
  using Ids = IntegerIds;
  static uint64_t Encode(Value value) {
    if constexpr (std::is_same_v<Value, double>) {
      return std::isnan(value) ? 0x7ff8000000000000ULL : std::bit_cast<uint64_t>(value);
    } else if constexpr (std::is_same_v<Value, float>) {
      return std::isnan(value) ? 0x7fc00000U : std::bit_cast<uint32_t>(value);
    } else {
      return static_cast<uint64_t>(static_cast<int64_t>(value));
    }
  }
  static Value Decode(uint64_t key) {
    if constexpr (std::is_same_v<Value, double>) {
      return std::bit_cast<double>(key);
    } else if constexpr (std::is_same_v<Value, float>) {
      return std::bit_cast<float>(static_cast<uint32_t>(key));
    } else {
      return static_cast<Value>(key);
    }
  }
  static void Save(uint64_t key, std::string& bytes) { AppendFixed(key, bytes); }
  static uint64_t Load(ByteReader& reader) { return reader.ReadFixed<uint64_t>(); }
};

struct TextKey {
  using Ids = BytesIds;
  static std::string_view Encode(std::string_view value) { return value; }
  static std::string_view Decode(std::string_view key) { return key; }
  static void Save(std::string_view key, std::string& bytes) { AppendBytes(key, bytes); }
  static std::string_view Load(ByteReader& reader) { return reader.ReadBytes(); }
};

struct DecimalKey : TextKey {
  // The bytes of `value`, which must outlive the result.
  static std::string_view Encode(const Int128& value) {
    return {reinterpret_cast<const char*>(&value), sizeof(value)};
  }
  static Int128 Decode(std::string_view key) {
    Int128 value;
    std::memcpy(&value, key.data(), sizeof(value));
    return value;
  }
};

template <typename Policy, typename Key>
class DistinctAccumulator final : public Accumulator {
 public:
  using State = typename Policy::State;
  using Reader = typename Policy::Reader;
  explicit DistinctAccumulator(Policy policy = {}) : policy_(std::move(policy)) {}

  void Resize(size_t groups) override {
    if (groups > lists_.size()) lists_.resize(groups);
  }

  void Update(const AccumulatorRows& rows) override {
    const Reader reader(rows.values);
    ForEachRow(rows, [&](int64_t i) {
      const auto value = reader.Read(i);
      Insert(rows.groups[static_cast<size_t>(i)], ids_.Intern(Key::Encode(value)));
    });
  }

  void Merge(std::span<const GroupId> into, std::span<const GroupId> from) override {
    for (size_t i = 0; i < into.size(); ++i) {
      for (const uint32_t id : lists_[from[i]]) Insert(into[i], id);
    }
  }

  void Clear(std::span<const GroupId> groups) override {
    for (const GroupId group : groups) {
      for (const uint32_t id : lists_[group]) {
        pairs_.Erase(group, id);
        ids_.Release(id);
      }
      std::vector<uint32_t>().swap(lists_[group]);
    }
  }

  Status AppendMerged(std::span<const uint32_t> ends, std::span<const GroupId> groups,
                      arrow::ArrayBuilder& builder) override {
    FLOE_TRY(BuilderStatus(builder.Reserve(static_cast<int64_t>(ends.size()))));
    size_t next = 0;
    for (const uint32_t end : ends) {
      FLOE_TRY(policy_.Append(MergedState(groups.subspan(next, end - next)), builder));
      next = end;
    }
    return Status::Ok();
  }

  void Save(std::span<const GroupId> groups, std::string& bytes) const override {
    for (const GroupId group : groups) {
      AppendFixed(static_cast<uint32_t>(lists_[group].size()), bytes);
      for (const uint32_t id : lists_[group]) Key::Save(ids_.value(id), bytes);
    }
  }

  Status Load(std::span<const GroupId> groups, ByteReader& reader) override {
    for (const GroupId group : groups) {
      for (uint32_t left = reader.ReadFixed<uint32_t>(); left > 0; --left) {
        const auto key = Key::Load(reader);
        if (!reader.ok()) return reader.status();
        if (group != kNoGroup) Insert(group, ids_.Intern(key));
      }
      if (!reader.ok()) return reader.status();
    }
    return Status::Ok();
  }

 private:
  void Insert(GroupId group, uint32_t id) {
    if (!pairs_.Insert(group, id)) return;
    lists_[group].push_back(id);
    ids_.AddReference(id);
  }

  State MergedState(std::span<const GroupId> groups) {
    State state{};
    if (groups.size() == 1) {
      for (const uint32_t id : lists_[groups[0]]) policy_.Add(state, Key::Decode(ids_.value(id)));
      return state;
    }
    if (marks_.size() < ids_.capacity()) marks_.resize(ids_.capacity(), 0);
    if (++mark_ == 0) {  // wrapped around: old marks would count
      std::fill(marks_.begin(), marks_.end(), 0);
      mark_ = 1;
    }
    for (const GroupId group : groups) {
      for (const uint32_t id : lists_[group]) {
        if (marks_[id] == mark_) continue;
        marks_[id] = mark_;
        policy_.Add(state, Key::Decode(ids_.value(id)));
      }
    }
    return state;
  }

  Policy policy_;
  typename Key::Ids ids_;
  PairSet pairs_;
  std::vector<std::vector<uint32_t>> lists_;  // of each group
  std::vector<uint32_t> marks_;               // by value id: == mark_ if it was seen
  uint32_t mark_ = 0;
};

template <typename Reader, typename Key>
std::unique_ptr<Accumulator> MakeCount() {
  return std::make_unique<DistinctAccumulator<CountPolicy<Reader>, Key>>();
}

template <typename ArrowType>
std::unique_ptr<Accumulator> MakePrimitive(AggregateKind kind) {
  using Key = IntegerKey<typename ArrowType::c_type>;
  if (kind == AggregateKind::kCount) return MakeCount<PrimitiveReader<ArrowType>, Key>();
  if constexpr (arrow::is_number_type<ArrowType>::value) {
    if (kind == AggregateKind::kSum) {
      return std::make_unique<DistinctAccumulator<SumPolicy<ArrowType>, Key>>();
    }
    if (kind == AggregateKind::kAvg) {
      return std::make_unique<DistinctAccumulator<AveragePolicy<ArrowType>, Key>>();
    }
  }
  return nullptr;
}

std::unique_ptr<Accumulator> MakeDecimal(const AggregateCall& call) {
  if (call.kind == AggregateKind::kCount) return MakeCount<DecimalReader, DecimalKey>();
  if (call.kind == AggregateKind::kSum) {
    return std::make_unique<DistinctAccumulator<DecimalSumPolicy, DecimalKey>>();
  }
  DecimalAveragePolicy policy;
  policy.extra_digits = call.type.scale() - call.argument_type.scale();
  return std::make_unique<DistinctAccumulator<DecimalAveragePolicy, DecimalKey>>(policy);
}

}  // namespace

std::unique_ptr<Accumulator> MakeDistinctAccumulator(const AggregateCall& call) {
  const bool is_count = call.kind == AggregateKind::kCount;
  switch (call.argument_type.kind()) {
    case types::TypeKind::kBoolean:
      return is_count ? MakeCount<BooleanReader, IntegerKey<bool>>() : nullptr;
    case types::TypeKind::kTinyInt:
      return MakePrimitive<arrow::Int8Type>(call.kind);
    case types::TypeKind::kSmallInt:
      return MakePrimitive<arrow::Int16Type>(call.kind);
    case types::TypeKind::kInteger:
      return MakePrimitive<arrow::Int32Type>(call.kind);
    case types::TypeKind::kBigInt:
      return MakePrimitive<arrow::Int64Type>(call.kind);
    case types::TypeKind::kFloat:
      return MakePrimitive<arrow::FloatType>(call.kind);
    case types::TypeKind::kDouble:
      return MakePrimitive<arrow::DoubleType>(call.kind);
    case types::TypeKind::kDecimal:
      return MakeDecimal(call);
    case types::TypeKind::kChar:
    case types::TypeKind::kVarchar:
    case types::TypeKind::kBinary:
    case types::TypeKind::kVarbinary:
      return is_count ? MakeCount<TextReader, TextKey>() : nullptr;
    case types::TypeKind::kDate:
      return MakePrimitive<arrow::Date32Type>(call.kind);
    case types::TypeKind::kTime:
      return MakePrimitive<arrow::Time32Type>(call.kind);
    case types::TypeKind::kTimestamp:
    case types::TypeKind::kTimestampLtz:
      return MakePrimitive<arrow::TimestampType>(call.kind);
    case types::TypeKind::kIntervalDayTime:
      return MakePrimitive<arrow::DurationType>(call.kind);
    case types::TypeKind::kIntervalYearMonth:
      return MakePrimitive<arrow::Int32Type>(call.kind);
    default:
      return nullptr;
  }
}

}  // namespace floe::functions
