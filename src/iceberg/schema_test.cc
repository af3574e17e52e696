#include "iceberg/schema.h"

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <gtest/gtest.h>

namespace floe::iceberg {
namespace {

using types::DataType;

TEST(SchemaTest, FlinkTypesBecomeIcebergTypes) {
  struct Case {
    DataType flink;
    std::string iceberg;
  };
  std::vector<Case> cases = {
      {DataType::Boolean(), "boolean"},
      {DataType::TinyInt(), "int"},
      {DataType::SmallInt(), "int"},
      {DataType::Integer(), "int"},
      {DataType::BigInt(), "long"},
      {DataType::Float(), "float"},
      {DataType::Double(), "double"},
      {DataType::Decimal(10, 2), "decimal(10, 2)"},
      {DataType::Char(3), "string"},
      {DataType::String(), "string"},
      {DataType::Binary(7), "fixed[7]"},
      {DataType::Bytes(), "binary"},
      {DataType::Date(), "date"},
      {DataType::Time(3), "time"},
      {DataType::Timestamp(3), "timestamp"},
      {DataType::Timestamp(6), "timestamp"},
      {DataType::TimestampLtz(3), "timestamptz"},
      {DataType::Array(DataType::Integer()), "list<int>"},
      {DataType::Map(DataType::String(), DataType::Double()), "map<string, double>"}};
  for (const Case& c : cases) {
    auto schema = SchemaFromFlink(types::Schema({{"c", c.flink}}), {});
    ASSERT_TRUE(schema.ok()) << c.iceberg;
    EXPECT_EQ(schema->fields()[0].type.ToString(), c.iceberg);
    EXPECT_FALSE(schema->fields()[0].required);
  }
}

TEST(SchemaTest, TypesWithoutACounterpartAreRefusedByName) {
  for (const DataType& type : {DataType::Timestamp(9), DataType::TimestampLtz(7),
                               DataType::IntervalDayTime(), DataType::Null()}) {
    auto schema = SchemaFromFlink(types::Schema({{"moment", type}}), {});
    ASSERT_FALSE(schema.ok());
    EXPECT_EQ(schema.error().code(), ErrorCode::kSqlTypeMismatch);
    EXPECT_NE(schema.error().message().find("moment"), std::string::npos);
  }
}

TEST(SchemaTest, IdsAreGivenLevelByLevel) {
  DataType point = DataType::Row({{"lat", DataType::Double()}, {"lon", DataType::Double()}});
  auto schema = SchemaFromFlink(types::Schema({{"place", point},
                                               {"tags", DataType::Array(DataType::String())},
                                               {"id", DataType::BigInt().NotNull()}}),
                                {"id"});
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(schema->fields()[0].id, ColumnId(1));
  EXPECT_EQ(schema->fields()[2].id, ColumnId(3));
  EXPECT_EQ(schema->fields()[0].type.fields()[0].id, ColumnId(4));
  EXPECT_EQ(schema->fields()[1].type.fields()[0].id, ColumnId(6));
  EXPECT_EQ(schema->HighestFieldId(), ColumnId(6));
  EXPECT_EQ(schema->NameOf(ColumnId(5)), "place.lon");
  EXPECT_EQ(schema->NameOf(ColumnId(77)), "");
  EXPECT_EQ(schema->IndexOf(ColumnId(3)), 2);
  EXPECT_EQ(schema->IndexOf(ColumnId(5)), -1);
  EXPECT_EQ(schema->identifier_field_ids(), std::vector<ColumnId>{ColumnId(3)});
}

TEST(SchemaTest, KeysAreRequiredAndNotFloating) {
  types::Schema columns({{"a", DataType::String()}, {"b", DataType::Double()}});
  auto schema = SchemaFromFlink(columns, {"a"});
  ASSERT_TRUE(schema.ok());
  EXPECT_TRUE(schema->fields()[0].required);
  EXPECT_EQ(SchemaFromFlink(columns, {"b"}).error().code(), ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(SchemaFromFlink(columns, {"c"}).error().code(), ErrorCode::kColumnNotFound);
}

TEST(SchemaTest, ArrowFieldsCarryIds) {
  auto schema = SchemaFromFlink(types::Schema({{"ts", DataType::Timestamp(3)},
                                               {"ltz", DataType::TimestampLtz(3)},
                                               {"code", DataType::Binary(4)}}),
                                {});
  auto arrow_schema = ToArrowSchema(*schema);
  EXPECT_EQ(*arrow_schema->field(0)->type(), *arrow::timestamp(arrow::TimeUnit::MICRO));
  EXPECT_EQ(*arrow_schema->field(1)->type(), *arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
  EXPECT_EQ(*arrow_schema->field(2)->type(), *arrow::fixed_size_binary(4));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(*arrow_schema->field(i)->metadata()->Get("PARQUET:field_id"), std::to_string(i + 1));
  }
}

TEST(SchemaTest, BackToFlink) {
  types::Schema columns({{"a", DataType::BigInt().NotNull()},
                         {"b", DataType::Timestamp(6)},
                         {"c", DataType::Array(DataType::String())}});
  EXPECT_EQ(SchemaToFlink(*SchemaFromFlink(columns, {})), columns);
}

TEST(TypeTest, ParsesPrimitives) {
  for (const char* text : {"boolean", "long", "decimal(38, 0)", "fixed[16]", "timestamptz"}) {
    auto type = Type::ParsePrimitive(text);
    ASSERT_TRUE(type.ok()) << text;
    EXPECT_EQ(type->ToString(), text);
  }
  EXPECT_EQ(Type::ParsePrimitive("decimal(9,2)")->ToString(), "decimal(9, 2)");
  for (const char* text : {"", "int32", "decimal(39, 2)", "decimal(9)", "fixed[]", "fixed[x]",
                           "decimal(2, 9)", "decimal(9, 2"}) {
    EXPECT_EQ(Type::ParsePrimitive(text).error().code(), ErrorCode::kCorruption) << text;
  }
  EXPECT_EQ(Type::ParsePrimitive("timestamp_ns").error().code(), ErrorCode::kNotImplemented);
  EXPECT_EQ(Type::ParsePrimitive("variant").error().code(), ErrorCode::kNotImplemented);
}

}  // namespace
}  // namespace floe::iceberg
