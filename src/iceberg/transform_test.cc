#include <gtest/gtest.h>

#include "iceberg/partition_spec.h"

namespace floe::iceberg {
namespace {

// The spec's table of hashes, appendix B.
TEST(TransformTest, HashesAsTheSpecSays) {
  EXPECT_EQ(BucketHash(Literal::Int(34), Type::Of(TypeId::kInt)), 2017239379);
  EXPECT_EQ(BucketHash(Literal::Long(34), Type::Of(TypeId::kLong)), 2017239379);
  EXPECT_EQ(BucketHash(Literal::Decimal(1420), Type::Decimal(9, 2)), -500754589);
  EXPECT_EQ(BucketHash(Literal::Int(17486), Type::Of(TypeId::kDate)), -653330422);
  EXPECT_EQ(BucketHash(Literal::Long(81068000000), Type::Of(TypeId::kTime)), -662762989);
  EXPECT_EQ(BucketHash(Literal::Long(1510871468000000), Type::Of(TypeId::kTimestamp)), -2047944441);
  EXPECT_EQ(BucketHash(Literal::String("iceberg"), Type::Of(TypeId::kString)), 1210000089);
  std::string uuid("\xf7\x9c\x3e\x09\x67\x7c\x4b\xbd\xa4\x79\x3f\x34\x9c\xb7\x85\xe7", 16);
  EXPECT_EQ(BucketHash(Literal::String(uuid), Type::Of(TypeId::kUuid)), 1488055340);
  std::string bytes("\x00\x01\x02\x03", 4);
  EXPECT_EQ(BucketHash(Literal::String(bytes), Type::Of(TypeId::kBinary)), -188683207);
  EXPECT_EQ(BucketHash(Literal::String(bytes), Type::Fixed(4)), -188683207);
}

Literal Apply(std::string_view transform, const Literal& value, const Type& type) {
  auto parsed = Transform::Parse(transform);
  EXPECT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->ResultType(type).ok());
  return parsed->Apply(value, type);
}

TEST(TransformTest, Bucket) {
  EXPECT_EQ(Apply("bucket[16]", Literal::Int(34), Type::Of(TypeId::kInt)),
            Literal::Int(2017239379 % 16));
  EXPECT_EQ(Apply("bucket[10]", Literal::Decimal(1420), Type::Decimal(9, 2)),
            Literal::Int((-500754589 & 0x7FFFFFFF) % 10));
}

TEST(TransformTest, TruncateRoundsDown) {
  Type number = Type::Of(TypeId::kInt);
  EXPECT_EQ(Apply("truncate[10]", Literal::Int(1), number), Literal::Int(0));
  EXPECT_EQ(Apply("truncate[10]", Literal::Int(-1), number), Literal::Int(-10));
  EXPECT_EQ(Apply("truncate[10]", Literal::Long(-10), Type::Of(TypeId::kLong)), Literal::Long(-10));
  EXPECT_EQ(Apply("truncate[50]", Literal::Decimal(1065), Type::Decimal(9, 2)),
            Literal::Decimal(1050));
  EXPECT_EQ(Apply("truncate[3]", Literal::String("iceberg"), Type::Of(TypeId::kString)),
            Literal::String("ice"));
  EXPECT_EQ(Apply("truncate[3]", Literal::String("größe"), Type::Of(TypeId::kString)),
            Literal::String("grö"));
  EXPECT_EQ(Apply("truncate[2]", Literal::String("\x01\x02\x03"), Type::Of(TypeId::kBinary)),
            Literal::String("\x01\x02"));
}

TEST(TransformTest, PartsOfTime) {
  Type timestamp = Type::Of(TypeId::kTimestamp);
  Type date = Type::Of(TypeId::kDate);
  Literal moment = Literal::Long(1510871468000000);  // 2017-11-16T22:31:08
  EXPECT_EQ(Apply("year", moment, timestamp), Literal::Int(47));
  EXPECT_EQ(Apply("month", moment, timestamp), Literal::Int(574));
  EXPECT_EQ(Apply("day", moment, timestamp), Literal::Int(17486));
  EXPECT_EQ(Apply("hour", moment, timestamp), Literal::Int(419686));
  // Before 1970 every part is rounded down.
  EXPECT_EQ(Apply("year", Literal::Long(-1), timestamp), Literal::Int(-1));
  EXPECT_EQ(Apply("month", Literal::Long(-1), timestamp), Literal::Int(-1));
  EXPECT_EQ(Apply("day", Literal::Long(-1), timestamp), Literal::Int(-1));
  EXPECT_EQ(Apply("hour", Literal::Long(-1), timestamp), Literal::Int(-1));
  EXPECT_EQ(Apply("day", Literal::Int(5), date), Literal::Int(5));
  EXPECT_EQ(Apply("month", Literal::Int(59), date), Literal::Int(2));
}

TEST(TransformTest, NullStaysNullAndVoidIsAlwaysNull) {
  for (const char* text : {"identity", "bucket[4]", "truncate[4]", "void"}) {
    EXPECT_TRUE(Apply(text, Literal::Null(), Type::Of(TypeId::kInt)).is_null()) << text;
  }
  EXPECT_TRUE(Apply("void", Literal::Int(3), Type::Of(TypeId::kInt)).is_null());
}

TEST(TransformTest, TextRoundTrips) {
  for (const char* text :
       {"identity", "bucket[16]", "truncate[4]", "year", "month", "day", "hour", "void"}) {
    auto transform = Transform::Parse(text);
    ASSERT_TRUE(transform.ok()) << text;
    EXPECT_EQ(transform->ToString(), text);
  }
  for (const char* text : {"", "bucket", "bucket[]", "bucket[0]", "bucket[-1]", "bucket[4", "days",
                           "truncate[4x]", "zorder[4]"}) {
    EXPECT_FALSE(Transform::Parse(text).ok()) << text;
  }
}

TEST(TransformTest, ResultTypes) {
  Type day = *Transform(TransformKind::kDay).ResultType(Type::Of(TypeId::kTimestampTz));
  EXPECT_EQ(day.id(), TypeId::kDate);
  EXPECT_FALSE(Transform(TransformKind::kHour).ResultType(Type::Of(TypeId::kDate)).ok());
  EXPECT_FALSE(Transform(TransformKind::kYear).ResultType(Type::Of(TypeId::kString)).ok());
  EXPECT_FALSE(Transform(TransformKind::kBucket, 4).ResultType(Type::Of(TypeId::kDouble)).ok());
  EXPECT_FALSE(Transform(TransformKind::kTruncate, 4).ResultType(Type::Of(TypeId::kUuid)).ok());
}

TEST(PartitionSpecTest, PathsAreUrlEncoded) {
  Schema schema(0, {{ColumnId(1), "city name", Type::Of(TypeId::kString), false, "", ""},
                    {ColumnId(2), "day", Type::Of(TypeId::kDate), false, "", ""}});
  auto spec = IdentitySpec(schema, {"city name", "day"});
  ASSERT_TRUE(spec.ok());
  auto types = *spec->ResultTypes(schema);
  EXPECT_EQ(spec->PathOf({Literal::String("a/b c"), Literal::Int(0)}, types),
            "city+name=a%2Fb+c/day=1970-01-01");
  EXPECT_EQ(spec->PathOf({Literal::String(".."), Literal::Null()}, types),
            "city+name=%2E%2E/day=null");
  EXPECT_EQ(spec->fields[1].field_id, ColumnId(1001));
}

TEST(PartitionSpecTest, RefusesUnknownAndRepeatedColumns) {
  Schema schema(0, {{ColumnId(1), "a", Type::Of(TypeId::kString), false, "", ""}});
  EXPECT_EQ(IdentitySpec(schema, {"b"}).error().code(), ErrorCode::kColumnNotFound);
  EXPECT_EQ(IdentitySpec(schema, {"a", "a"}).error().code(), ErrorCode::kSqlValidation);
}

}  // namespace
}  // namespace floe::iceberg
