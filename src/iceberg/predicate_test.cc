#include "iceberg/predicate.h"

#include <gtest/gtest.h>

namespace floe::iceberg {
namespace {

const Schema kSchema(0, {{ColumnId(1), "n", Type::Of(TypeId::kLong), false, "", ""},
                         {ColumnId(2), "s", Type::Of(TypeId::kString), false, "", ""},
                         {ColumnId(3), "d", Type::Of(TypeId::kDouble), false, "", ""},
                         {ColumnId(4), "at", Type::Of(TypeId::kTimestamp), false, "", ""}});
const PartitionSpec kUnpartitioned;

DataFile NumbersFrom10To20() {
  DataFile file;
  file.metrics.value_counts = {{ColumnId(1), 5}, {ColumnId(2), 5}};
  file.metrics.null_value_counts = {{ColumnId(1), 0}, {ColumnId(2), 5}};
  Type type = Type::Of(TypeId::kLong);
  file.metrics.lower_bounds = {{ColumnId(1), Literal::Long(10).ToBytes(type)}};
  file.metrics.upper_bounds = {{ColumnId(1), Literal::Long(20).ToBytes(type)}};
  return file;
}

bool Might(PredicateOp op, std::vector<Literal> values, int column = 1) {
  return MightMatch({{ColumnId(column), op, std::move(values)}}, kSchema, kUnpartitioned,
                    NumbersFrom10To20());
}

TEST(PredicateTest, Bounds) {
  using Op = PredicateOp;
  auto n = [](int64_t value) { return std::vector<Literal>{Literal::Long(value)}; };
  EXPECT_FALSE(Might(Op::kEqual, n(9)));
  EXPECT_TRUE(Might(Op::kEqual, n(10)));
  EXPECT_TRUE(Might(Op::kEqual, n(20)));
  EXPECT_FALSE(Might(Op::kEqual, n(21)));
  EXPECT_FALSE(Might(Op::kLess, n(10)));
  EXPECT_TRUE(Might(Op::kLess, n(11)));
  EXPECT_TRUE(Might(Op::kLessOrEqual, n(10)));
  EXPECT_FALSE(Might(Op::kLessOrEqual, n(9)));
  EXPECT_FALSE(Might(Op::kGreater, n(20)));
  EXPECT_TRUE(Might(Op::kGreater, n(19)));
  EXPECT_TRUE(Might(Op::kGreaterOrEqual, n(20)));
  EXPECT_FALSE(Might(Op::kGreaterOrEqual, n(21)));
  EXPECT_TRUE(Might(Op::kNotEqual, n(15)));
  EXPECT_TRUE(Might(Op::kIn, {Literal::Long(1), Literal::Long(12)}));
  EXPECT_FALSE(Might(Op::kIn, {Literal::Long(1), Literal::Long(2)}));
  EXPECT_FALSE(Might(Op::kEqual, {Literal::Null()}));
}

TEST(PredicateTest, Nulls) {
  EXPECT_FALSE(Might(PredicateOp::kIsNull, {}));
  EXPECT_TRUE(Might(PredicateOp::kIsNotNull, {}));
  EXPECT_TRUE(Might(PredicateOp::kIsNull, {}, 2));
  EXPECT_FALSE(Might(PredicateOp::kIsNotNull, {}, 2));
  EXPECT_FALSE(Might(PredicateOp::kEqual, {Literal::String("x")}, 2));
}

TEST(PredicateTest, NothingIsConcludedFromWhatIsNotKnown) {
  EXPECT_TRUE(Might(PredicateOp::kEqual, {Literal::Double(5)}, 3));
  EXPECT_TRUE(Might(PredicateOp::kEqual, {Literal::Long(5)}, 4));
  EXPECT_TRUE(Might(PredicateOp::kEqual, {Literal::String("5")}, 1));  // another kind
  EXPECT_TRUE(Might(PredicateOp::kEqual, {Literal::Long(5)}, 99));
}

TEST(PredicateTest, Partitions) {
  PartitionSpec spec;
  spec.fields = {{ColumnId(4), ColumnId(1000), "day", Transform(TransformKind::kDay), ""},
                 {ColumnId(1), ColumnId(1001), "bucket", Transform(TransformKind::kBucket, 8), ""}};
  int64_t day = 86'400'000'000;
  DataFile file;
  Type number = Type::Of(TypeId::kLong);
  file.partition = {Literal::Int(10), spec.fields[1].transform.Apply(Literal::Long(34), number)};
  auto might = [&](int column, PredicateOp op, int64_t value) {
    return MightMatch({{ColumnId(column), op, {Literal::Long(value)}}}, kSchema, spec, file);
  };
  EXPECT_TRUE(might(4, PredicateOp::kEqual, 10 * day + 5));
  EXPECT_FALSE(might(4, PredicateOp::kEqual, 11 * day));
  EXPECT_TRUE(might(4, PredicateOp::kLess, 10 * day + 1));
  // Not exact: day 10 has no moment before its begin, but the projection keeps <=.
  EXPECT_TRUE(might(4, PredicateOp::kLess, 10 * day));
  EXPECT_FALSE(might(4, PredicateOp::kLess, 9 * day));
  EXPECT_TRUE(might(4, PredicateOp::kGreater, 11 * day - 1));
  EXPECT_FALSE(might(4, PredicateOp::kGreater, 11 * day));
  EXPECT_TRUE(might(4, PredicateOp::kNotEqual, 10 * day));
  EXPECT_TRUE(might(1, PredicateOp::kEqual, 34));
  EXPECT_TRUE(might(1, PredicateOp::kLess, -1000));
  int others = 0;
  for (int64_t value = 0; value < 100; ++value) others += might(1, PredicateOp::kEqual, value);
  EXPECT_LT(others, 40);
  file.partition[0] = Literal::Null();
  EXPECT_FALSE(might(4, PredicateOp::kEqual, 10 * day));
}

TEST(PredicateTest, ManifestSummaries) {
  PartitionSpec spec;
  spec.fields = {{ColumnId(2), ColumnId(1000), "s", Transform(), ""}};
  ManifestFile manifest;
  manifest.partitions = {{false, false, "b", "d"}};
  auto might = [&](PredicateOp op, std::vector<Literal> values) {
    return MightMatch({{ColumnId(2), op, std::move(values)}}, kSchema, spec, manifest);
  };
  EXPECT_TRUE(might(PredicateOp::kEqual, {Literal::String("c")}));
  EXPECT_FALSE(might(PredicateOp::kEqual, {Literal::String("a")}));
  EXPECT_FALSE(might(PredicateOp::kIsNull, {}));
  manifest.partitions = {{true, false, {}, {}}};
  EXPECT_TRUE(might(PredicateOp::kIsNull, {}));
  EXPECT_FALSE(might(PredicateOp::kEqual, {Literal::String("c")}));
}

}  // namespace
}  // namespace floe::iceberg
