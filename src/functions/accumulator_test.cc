#include "functions/accumulator.h"

#include <arrow/array/builder_base.h>
#include <arrow/json/from_string.h>
#include <arrow/memory_pool.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "types/arrow_types.h"

namespace floe::functions {
namespace {

using types::DataType;

std::shared_ptr<arrow::Array> Column(const DataType& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(types::ToArrow(type), json).ValueOrDie();
}

struct Case {
  AggregateKind kind;
  DataType argument;
  DataType result;
  bool distinct = false;
};

AggregateCall Call(const Case& test) {
  AggregateCall call;
  call.kind = test.kind;
  call.argument_type = test.argument;
  call.type = test.result;
  call.distinct = test.distinct;
  return call;
}

// The accumulators of a call, with groups [0, 8).
std::unique_ptr<Accumulator> Make(const Case& test) {
  auto made = MakeAccumulator(Call(test));
  EXPECT_TRUE(made.ok());
  std::unique_ptr<Accumulator> accumulator = std::move(made).value();
  accumulator->Resize(8);
  return accumulator;
}

void Add(Accumulator& accumulator, const std::vector<GroupId>& groups,
         const std::shared_ptr<arrow::Array>& values) {
  accumulator.Update({.groups = groups, .values = values.get()});
}

// Results of targets that merge the given groups.
std::shared_ptr<arrow::Array> Merged(Accumulator& accumulator, const Case& test,
                                     const std::vector<std::vector<GroupId>>& targets) {
  std::vector<uint32_t> ends;
  std::vector<GroupId> groups;
  for (const auto& target : targets) {
    groups.insert(groups.end(), target.begin(), target.end());
    ends.push_back(static_cast<uint32_t>(groups.size()));
  }
  auto builder =
      arrow::MakeBuilder(types::ToArrow(test.result), arrow::system_memory_pool()).ValueOrDie();
  EXPECT_TRUE(accumulator.AppendMerged(ends, groups, *builder).ok());
  return builder->Finish().ValueOrDie();
}

void ExpectArray(const std::shared_ptr<arrow::Array>& actual, const Case& test,
                 const std::string& expected) {
  const auto want = Column(test.result, expected);
  EXPECT_TRUE(actual->Equals(*want, arrow::EqualOptions::Defaults().nans_equal(true)))
      << "is " << actual->ToString() << "\nnot " << want->ToString();
}

// Rows of group 0, one after the other, then the result.
void ExpectAggregate(const Case& test, const std::string& values, const std::string& expected) {
  auto accumulator = Make(test);
  const auto column = Column(test.argument, values);
  Add(*accumulator, std::vector<GroupId>(static_cast<size_t>(column->length()), 0), column);
  ExpectArray(Merged(*accumulator, test, {{0}}), test, "[" + expected + "]");
}

TEST(AccumulatorTest, IntegerSumsKeepTheTypeAndWrapAround) {
  const DataType tiny = DataType::TinyInt();
  ExpectAggregate({AggregateKind::kSum, tiny, tiny}, "[127, 1]", "-128");
  ExpectAggregate({AggregateKind::kSum, DataType::SmallInt(), DataType::SmallInt()}, "[32767, 1]",
                  "-32768");
  ExpectAggregate({AggregateKind::kSum, DataType::Integer(), DataType::Integer()},
                  "[2147483647, 1, null]", "-2147483648");
  ExpectAggregate({AggregateKind::kSum, DataType::BigInt(), DataType::BigInt()},
                  "[9223372036854775807, 1]", "-9223372036854775808");
  ExpectAggregate({AggregateKind::kSum, tiny, tiny}, "[null, null]", "null");
}

TEST(AccumulatorTest, AveragesOfIntegersAreCutTowardsZero) {
  const DataType integer = DataType::Integer();
  ExpectAggregate({AggregateKind::kAvg, integer, integer}, "[-7, 2]", "-2");
  ExpectAggregate({AggregateKind::kAvg, DataType::SmallInt(), DataType::SmallInt()}, "[32767, 1]",
                  "16384");
  ExpectAggregate({AggregateKind::kAvg, DataType::BigInt(), DataType::BigInt()},
                  "[9223372036854775807, 1]", "-4611686018427387904");
  ExpectAggregate({AggregateKind::kAvg, integer, integer}, "[]", "null");
}

TEST(AccumulatorTest, FloatAddsInFloatAndAveragesInDouble) {
  const DataType real = DataType::Float();
  ExpectAggregate({AggregateKind::kSum, real, real}, "[16777216.0, 1.0, 1.0]", "16777216.0");
  ExpectAggregate({AggregateKind::kAvg, real, real}, "[16777216.0, 1.0, 1.0]", "5592406.0");
  const DataType approximate = DataType::Double();
  ExpectAggregate({AggregateKind::kAvg, approximate, approximate}, "[0.2, 0.1]",
                  "0.15000000000000002");
}

TEST(AccumulatorTest, SumOfDecimalIsNullBeyond38Digits) {
  const Case test{AggregateKind::kSum, DataType::Decimal(38, 0), DataType::Decimal(38, 0)};
  const std::string nines(38, '9');
  ExpectAggregate(test, "[\"" + nines + "\", \"1\"]", "null");
  // Only the total counts, so that the order of rows does not.
  ExpectAggregate(test, "[\"" + nines + "\", \"" + nines + "\", \"-" + nines + "\"]",
                  "\"" + nines + "\"");
  ExpectAggregate(test, "[\"-" + nines + "\", \"-1\"]", "null");
  ExpectAggregate({AggregateKind::kSum, DataType::Decimal(10, 2), DataType::Decimal(38, 2)},
                  "[\"10.25\", \"0.10\", null]", "\"10.35\"");
}

TEST(AccumulatorTest, AverageOfDecimalRoundsHalfAwayFromZero) {
  const Case test{AggregateKind::kAvg, DataType::Decimal(10, 2), DataType::Decimal(38, 6)};
  ExpectAggregate(test, "[\"10.25\", \"0.10\"]", "\"5.175000\"");
  ExpectAggregate(test, "[\"0.02\", \"0.00\", \"0.00\"]", "\"0.006667\"");
  ExpectAggregate(test, "[\"-0.02\", \"0.00\", \"0.00\"]", "\"-0.006667\"");
  const Case exact{AggregateKind::kAvg, DataType::Decimal(38, 6), DataType::Decimal(38, 6)};
  ExpectAggregate(exact, "[\"0.000001\", \"0.000000\"]", "\"0.000001\"");
  ExpectAggregate(exact, "[\"-0.000001\", \"0.000000\"]", "\"-0.000001\"");
  // A quotient with more than 38 digits is NULL.
  ExpectAggregate({AggregateKind::kAvg, DataType::Decimal(38, 0), DataType::Decimal(38, 6)},
                  "[\"99999999999999999999999999999999999999\"]", "null");
}

TEST(AccumulatorTest, ExtremesKeepTheFirstNaN) {
  const DataType type = DataType::Double();
  ExpectAggregate({AggregateKind::kMax, type, type}, "[NaN, 1.0]", "NaN");
  ExpectAggregate({AggregateKind::kMin, type, type}, "[NaN, 1.0]", "NaN");
  ExpectAggregate({AggregateKind::kMax, type, type}, "[1.0, NaN, 3.0]", "3.0");
  ExpectAggregate({AggregateKind::kMin, type, type}, "[1.0, NaN]", "1.0");
}

TEST(AccumulatorTest, ExtremesOfAllTypes) {
  const auto both = [](const DataType& type, const std::string& values, const std::string& low,
                       const std::string& high) {
    ExpectAggregate({AggregateKind::kMin, type, type}, values, low);
    ExpectAggregate({AggregateKind::kMax, type, type}, values, high);
    ExpectAggregate({AggregateKind::kMax, type, type, true}, values, high);
    ExpectAggregate({AggregateKind::kMax, type, type}, "[null]", "null");
  };
  both(DataType::Boolean(), "[true, null, false]", "false", "true");
  both(DataType::TinyInt(), "[3, -4, 5]", "-4", "5");
  both(DataType::SmallInt(), "[3, -4, 5]", "-4", "5");
  both(DataType::Integer(), "[3, -4, 5]", "-4", "5");
  both(DataType::BigInt(), "[3, -4, 5]", "-4", "5");
  both(DataType::Float(), "[3.5, -4.5]", "-4.5", "3.5");
  both(DataType::Decimal(38, 2), "[\"1.00\", \"-0.01\"]", "\"-0.01\"", "\"1.00\"");
  both(DataType::String(), R"(["b", "é", "", "B"])", R"("")", R"("é")");
  both(DataType::Bytes(), R"(["b", "é"])", R"("b")", R"("é")");
  both(DataType::Date(), "[20000, 3]", "3", "20000");
  both(DataType::Time(), "[36000000, 0]", "0", "36000000");
  both(DataType::Timestamp(3), "[5, -5]", "-5", "5");
  both(DataType::TimestampLtz(9), "[5, -5]", "-5", "5");
}

TEST(AccumulatorTest, CountsLeaveOutWhatTheySay) {
  const Case count{AggregateKind::kCount, DataType::Integer(), DataType::BigInt()};
  ExpectAggregate(count, "[1, null, 3]", "2");
  auto accumulator = Make(count);
  const auto values = Column(DataType::Integer(), "[1, 2, null, 4, 5, 6]");
  const auto filter = Column(DataType::Boolean(), "[true, false, true, null, true, true]");
  const std::vector<GroupId> groups = {1, 1, 1, 1, 1, kNoGroup};
  accumulator->Update({.groups = groups,
                       .has_no_group = true,
                       .values = values.get(),
                       .filter = static_cast<const arrow::BooleanArray*>(filter.get())});
  ExpectArray(Merged(*accumulator, count, {{1}, {2}}), count, "[2, 0]");

  const Case star{AggregateKind::kCountStar, DataType::Null(), DataType::BigInt()};
  auto all = Make(star);
  all->Update({.groups = groups, .has_no_group = true});
  ExpectArray(Merged(*all, star, {{1}}), star, "[5]");
}

TEST(AccumulatorTest, ReadsSlicesOfColumns) {
  const Case test{AggregateKind::kSum, DataType::BigInt(), DataType::BigInt()};
  auto accumulator = Make(test);
  const auto values = Column(DataType::BigInt(), "[100, 1, null, 4, 1000]");
  Add(*accumulator, {0, 0, 1}, values->Slice(1, 3));
  ExpectArray(Merged(*accumulator, test, {{0}, {1}}), test, "[1, 4]");
}

TEST(AccumulatorTest, DistinctCountsUniteGroups) {
  const Case test{AggregateKind::kCount, DataType::String(), DataType::BigInt(), true};
  auto accumulator = Make(test);
  Add(*accumulator, {0, 0, 0, 1, 1, 2, 2},
      Column(DataType::String(), R"(["x", "y", "x", "y", "z", null, ""])"));
  ExpectArray(Merged(*accumulator, test, {{0}, {1}, {0, 1}, {2}, {0, 1, 2}, {3}}), test,
              "[2, 2, 3, 1, 4, 0]");
  accumulator->Clear(std::vector<GroupId>{0});
  ExpectArray(Merged(*accumulator, test, {{0, 1}, {0}}), test, "[2, 0]");
  Add(*accumulator, {0}, Column(DataType::String(), R"(["w"])"));
  ExpectArray(Merged(*accumulator, test, {{0, 1, 2}}), test, "[4]");
}

TEST(AccumulatorTest, DistinctSumsCountEachValueOnce) {
  const DataType integer = DataType::Integer();
  ExpectAggregate({AggregateKind::kSum, integer, integer, true}, "[3, 3, -4, null, 3]", "-1");
  ExpectAggregate({AggregateKind::kAvg, integer, integer, true}, "[3, 3, 6]", "4");
  ExpectAggregate({AggregateKind::kSum, DataType::Decimal(5, 1), DataType::Decimal(38, 1), true},
                  "[\"1.5\", \"1.5\", \"2.0\"]", "\"3.5\"");
  ExpectAggregate({AggregateKind::kAvg, DataType::Decimal(5, 1), DataType::Decimal(38, 6), true},
                  "[\"1.5\", \"1.5\", \"2.0\"]", "\"1.750000\"");
  ExpectAggregate({AggregateKind::kCount, DataType::Double(), DataType::BigInt(), true},
                  "[NaN, NaN, 0.0, -0.0]", "3");
  ExpectAggregate({AggregateKind::kCount, DataType::Boolean(), DataType::BigInt(), true},
                  "[true, true, null]", "1");
  ExpectAggregate({AggregateKind::kCount, DataType::Timestamp(3), DataType::BigInt(), true},
                  "[1, 1, 2]", "2");
}

const std::vector<Case>& MergeableCases() {
  static const std::vector<Case> cases = {
      {AggregateKind::kCount, DataType::Integer(), DataType::BigInt()},
      {AggregateKind::kSum, DataType::Integer(), DataType::Integer()},
      {AggregateKind::kAvg, DataType::Integer(), DataType::Integer()},
      {AggregateKind::kMin, DataType::Integer(), DataType::Integer()},
      {AggregateKind::kMax, DataType::Integer(), DataType::Integer()},
      {AggregateKind::kCount, DataType::Integer(), DataType::BigInt(), true},
      {AggregateKind::kSum, DataType::Integer(), DataType::Integer(), true},
      {AggregateKind::kSum, DataType::Double(), DataType::Double()},
      {AggregateKind::kAvg, DataType::Double(), DataType::Double()},
      {AggregateKind::kMax, DataType::String(), DataType::String()},
      {AggregateKind::kCount, DataType::String(), DataType::BigInt(), true},
      {AggregateKind::kSum, DataType::Decimal(20, 3), DataType::Decimal(38, 3)},
      {AggregateKind::kAvg, DataType::Decimal(20, 3), DataType::Decimal(38, 6)},
      {AggregateKind::kMin, DataType::Decimal(20, 3), DataType::Decimal(20, 3)},
      {AggregateKind::kCount, DataType::Decimal(20, 3), DataType::BigInt(), true},
      {AggregateKind::kMin, DataType::Boolean(), DataType::Boolean()},
  };
  return cases;
}

std::string ValuesOf(const DataType& type) {
  if (type.is_character()) return R"(["a", "b", null, "a", "long text that is kept apart", "c"])";
  if (type.kind() == types::TypeKind::kDecimal) {
    return R"(["1.500", "-2.125", null, "1.500", "99999999999999999.999", "0.001"])";
  }
  if (type.kind() == types::TypeKind::kBoolean) return "[true, true, null, true, false, true]";
  return "[1, -2, null, 1, 7, 3]";
}

TEST(AccumulatorTest, MergeEqualsAddingAllRows) {
  for (const Case& test : MergeableCases()) {
    const auto values = Column(test.argument, ValuesOf(test.argument));
    auto together = Make(test);
    Add(*together, std::vector<GroupId>(6, 0), values);
    const auto want = Merged(*together, test, {{0}});

    auto apart = Make(test);
    Add(*apart, {1, 1, 1, 2, 2, 2}, values);
    EXPECT_TRUE(Merged(*apart, test, {{1, 2}})->Equals(*want)) << want->ToString();
    apart->Merge(std::vector<GroupId>{1}, std::vector<GroupId>{2});
    apart->Clear(std::vector<GroupId>{2});
    EXPECT_TRUE(Merged(*apart, test, {{1}})->Equals(*want)) << want->ToString();
    EXPECT_TRUE(Merged(*apart, test, {{1, 2}})->Equals(*want)) << want->ToString();
  }
}

TEST(AccumulatorTest, SavedStateIsLoadedIntoOtherGroups) {
  for (const Case& test : MergeableCases()) {
    auto source = Make(test);
    Add(*source, {1, 1, 1, 2, 2, 2}, Column(test.argument, ValuesOf(test.argument)));
    const auto want = Merged(*source, test, {{2}, {1, 2}, {3}});
    std::string bytes;
    source->Save(std::vector<GroupId>{1, 2, 3}, bytes);

    auto target = Make(test);
    ByteReader reader(bytes);
    ASSERT_TRUE(target->Load(std::vector<GroupId>{7, 5, 6}, reader).ok());
    EXPECT_TRUE(reader.AtEnd());
    EXPECT_TRUE(Merged(*target, test, {{5}, {7, 5}, {6}})->Equals(*want)) << want->ToString();

    auto part = Make(test);
    ByteReader again(bytes);
    ASSERT_TRUE(part->Load(std::vector<GroupId>{kNoGroup, 0, kNoGroup}, again).ok());
    EXPECT_TRUE(again.AtEnd());
    EXPECT_TRUE(Merged(*part, test, {{0}})->Equals(*want->Slice(0, 1))) << want->ToString();

    auto truncated = Make(test);
    ByteReader short_reader(std::string_view(bytes).substr(0, bytes.size() - 1));
    const Status status = truncated->Load(std::vector<GroupId>{0, 1, 2}, short_reader);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kCorruption);
  }
}

// Many values and groups come and go: ids, pairs and lists are reused without mixing them up.
TEST(AccumulatorTest, DistinctStateIsReused) {
  const Case test{AggregateKind::kCount, DataType::BigInt(), DataType::BigInt(), true};
  auto accumulator = Make(test);
  for (int64_t round = 0; round < 50; ++round) {
    std::string json = "[";
    std::vector<GroupId> groups;
    for (int64_t i = 0; i < 500; ++i) {
      json += std::to_string(round * 300 + i % 400) + (i < 499 ? "," : "]");
      groups.push_back(static_cast<GroupId>(i % 4 + (round % 2) * 4));
    }
    Add(*accumulator, groups, Column(DataType::BigInt(), json));
    const GroupId first = (round % 2) * 4;
    ExpectArray(Merged(*accumulator, test,
                       {{first, first + 1, first + 2, first + 3}, {first}, {first, first + 1}}),
                test, "[400, 100, 200]");
    std::vector<GroupId> old(4);
    std::iota(old.begin(), old.end(), 4 - first);
    accumulator->Clear(old);
  }
}

TEST(AccumulatorTest, RefusesWhatItCannotTake) {
  AggregateCall call = Call({AggregateKind::kSum, DataType::String(), DataType::String()});
  auto made = MakeAccumulator(call);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code(), ErrorCode::kNotImplemented);
}

}  // namespace
}  // namespace floe::functions
