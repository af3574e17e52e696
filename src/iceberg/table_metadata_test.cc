#include "iceberg/table_metadata.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace floe::iceberg {
namespace {

// As another engine might write it: members that we do not know at every level, -1 for none.
constexpr char kForeign[] = R"({
  "format-version": 2, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
  "location": "s3://bucket/test/location", "last-sequence-number": 34,
  "last-updated-ms": 1602638573590, "last-column-id": 3, "current-schema-id": 1,
  "schemas": [
    {"type": "struct", "schema-id": 0,
     "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]},
    {"type": "struct", "schema-id": 1, "identifier-field-ids": [1, 2], "vendor": {"a": 1e300},
     "fields": [
       {"id": 1, "name": "x", "required": true, "type": "long", "initial-default": 34},
       {"id": 2, "name": "y", "required": true, "type": "long", "doc": "comment"},
       {"id": 3, "name": "z", "required": false, "type": {"type": "list", "element-id": 4,
        "element": "string", "element-required": false}}]}],
  "default-spec-id": 0, "last-partition-id": 1000,
  "partition-specs": [{"spec-id": 0, "fields": [{"name": "x", "transform": "bucket[16]",
     "source-id": 1, "field-id": 1000}]}],
  "default-sort-order-id": 3,
  "sort-orders": [{"order-id": 3, "fields": [
     {"transform": "identity", "source-id": 2, "direction": "asc", "null-order": "nulls-first"},
     {"transform": "bucket[4]", "source-id": 1, "direction": "desc", "null-order": "nulls-last"}]}],
  "properties": {"k": "v"}, "current-snapshot-id": 3055729675574597004,
  "snapshots": [
    {"snapshot-id": 3051729675574597004, "timestamp-ms": 1515100955770, "sequence-number": 0,
     "summary": {"operation": "append"}, "manifest-list": "s3://a/b/1.avro"},
    {"snapshot-id": 3055729675574597004, "parent-snapshot-id": 3051729675574597004,
     "timestamp-ms": 1555100955770, "sequence-number": 1, "first-row-id": 12345678901234567890,
     "summary": {"operation": "append"}, "manifest-list": "s3://a/b/2.avro", "schema-id": 1}],
  "snapshot-log": [{"snapshot-id": 3051729675574597004, "timestamp-ms": 1515100955770},
                   {"snapshot-id": 3055729675574597004, "timestamp-ms": 1555100955770}],
  "metadata-log": [{"timestamp-ms": 1515100, "metadata-file": "s3://bucket/.../v1.json"}],
  "refs": {"test": {"snapshot-id": 3051729675574597004, "type": "tag", "max-ref-age-ms": 10000000},
           "main": {"snapshot-id": 3055729675574597004, "type": "branch"}},
  "statistics": [{"snapshot-id": 3055729675574597004, "statistics-path": "s3://a/stats.puffin",
     "file-size-in-bytes": 413, "file-footer-size-in-bytes": 42, "blob-metadata": []}],
  "encryption-keys": [{"key-id": "5f819b"}], "next-row-id": 77
})";

TEST(TableMetadataTest, ReadsForeignMetadata) {
  auto metadata = ParseTableMetadata(kForeign);
  ASSERT_TRUE(metadata.ok()) << metadata.error().ToString();
  EXPECT_EQ(metadata->schema().schema_id(), 1);
  EXPECT_EQ(metadata->schema().identifier_field_ids().size(), 2U);
  EXPECT_EQ(metadata->default_spec().fields[0].transform.ToString(), "bucket[16]");
  EXPECT_EQ(metadata->CurrentSnapshot()->id, SnapshotId(3055729675574597004));
  EXPECT_EQ(metadata->SnapshotOfRef("test")->id, SnapshotId(3051729675574597004));
  EXPECT_EQ(metadata->SnapshotOfRef("nothing"), nullptr);
  EXPECT_EQ(metadata->SnapshotAsOf(1555100955769)->id, SnapshotId(3051729675574597004));
  EXPECT_EQ(metadata->SnapshotAsOf(1515100955769), nullptr);
  EXPECT_EQ(metadata->FindFieldlessSpec(), nullptr);
}

TEST(TableMetadataTest, WritesBackWhatItDoesNotKnow) {
  auto metadata = ParseTableMetadata(kForeign);
  ASSERT_TRUE(metadata.ok());
  auto before = nlohmann::json::parse(kForeign);
  auto after = nlohmann::json::parse(WriteTableMetadata(*metadata));
  EXPECT_EQ(after["encryption-keys"], before["encryption-keys"]);
  EXPECT_EQ(after["next-row-id"], before["next-row-id"]);
  EXPECT_EQ(after["statistics"], before["statistics"]);
  EXPECT_EQ(after["schemas"][1], before["schemas"][1]);
  EXPECT_EQ(after["snapshots"], before["snapshots"]);
  EXPECT_EQ(after["refs"], before["refs"]);
  EXPECT_EQ(after["sort-orders"], before["sort-orders"]);
  EXPECT_EQ(after["partition-specs"], before["partition-specs"]);
  // Writing is a fixed point.
  auto again = ParseTableMetadata(WriteTableMetadata(*metadata));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(WriteTableMetadata(*again), WriteTableMetadata(*metadata));
}

TEST(TableMetadataTest, MinusOneIsNoSnapshot) {
  auto json = nlohmann::json::parse(kForeign);
  json["current-snapshot-id"] = -1;
  json["refs"] = nlohmann::json::object();
  auto metadata = ParseTableMetadata(json.dump());
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->CurrentSnapshot(), nullptr);
  EXPECT_EQ(nlohmann::json::parse(WriteTableMetadata(*metadata))["current-snapshot-id"], -1);
}

TEST(TableMetadataTest, MainIsMadeFromTheCurrentSnapshot) {
  auto json = nlohmann::json::parse(kForeign);
  json.erase("refs");
  auto metadata = ParseTableMetadata(json.dump());
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->SnapshotOfRef("main")->id, metadata->current_snapshot_id);
}

TEST(TableMetadataTest, DamagedMetadataIsRefusedWithThePlace) {
  struct Case {
    const char* pointer;
    nlohmann::json value;
    const char* expected;
  };
  std::vector<Case> cases = {
      {"/last-column-id", "3", "last-column-id"},
      {"/schemas/1/fields/1/type", "longer", "schemas[1].fields[1].type"},
      {"/schemas/1/fields/0/id", nullptr, "schemas[1].fields[0].id"},
      {"/schemas/1/identifier-field-ids", {9}, "identifier-field-ids"},
      {"/partition-specs/0/fields/0/transform", "zorder", "partition-specs[0]"},
      {"/snapshots/0/snapshot-id", 1.5, "snapshots[0].snapshot-id"},
      {"/refs/main/type", "leaf", "refs.main.type"},
      {"/refs/main/snapshot-id", 5, "'main'"},
      {"/current-schema-id", 7, "no schema 7"},
      {"/default-spec-id", 7, "partition spec 7"},
      {"/default-sort-order-id", 7, "sort order 7"},
      {"/current-snapshot-id", 7, "snapshot 7"},
      {"/properties/k", 1, "properties"},
  };
  for (const Case& c : cases) {
    auto json = nlohmann::json::parse(kForeign);
    json[nlohmann::json::json_pointer(c.pointer)] = c.value;
    auto metadata = ParseTableMetadata(json.dump());
    ASSERT_FALSE(metadata.ok()) << c.pointer;
    EXPECT_EQ(metadata.error().code(), ErrorCode::kCorruption);
    EXPECT_NE(metadata.error().message().find(c.expected), std::string::npos)
        << metadata.error().message();
  }
}

TEST(TableMetadataTest, OtherVersionsAndNonsenseAreRefused) {
  for (int version : {1, 3}) {
    auto json = nlohmann::json::parse(kForeign);
    json["format-version"] = version;
    EXPECT_EQ(ParseTableMetadata(json.dump()).error().code(), ErrorCode::kNotImplemented);
  }
  for (std::string text : {std::string(""), std::string("[]"), std::string("{"),
                           std::string(kForeign).substr(0, 400), std::string(10000, '[')}) {
    EXPECT_EQ(ParseTableMetadata(text).error().code(), ErrorCode::kCorruption);
  }
}

TEST(TableMetadataTest, NewTables) {
  ManualClock clock(1000);
  Random random(1);
  NewTable table;
  table.location = "file:///warehouse/t/";
  table.schema =
      Schema(5, {{ColumnId(1), "a", Type::Of(TypeId::kString), true, "", ""}}, {ColumnId(1)});
  table.spec = *IdentitySpec(table.schema, {"a"});
  table.properties = {{"format-version", "2"}, {"x", "y"}};
  table.add_fieldless_spec = true;
  auto metadata = NewTableMetadata(table, clock, random);
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->location, "file:///warehouse/t");
  EXPECT_EQ(metadata->schema().schema_id(), 0);
  EXPECT_EQ(metadata->last_partition_id, ColumnId(1000));
  EXPECT_EQ(metadata->FindFieldlessSpec()->spec_id, 1);
  EXPECT_EQ(metadata->properties, (Properties{{"x", "y"}}));
  auto back = ParseTableMetadata(WriteTableMetadata(*metadata));
  ASSERT_TRUE(back.ok()) << back.error().ToString();

  table.properties["format-version"] = "3";
  EXPECT_EQ(NewTableMetadata(table, clock, random).error().code(), ErrorCode::kInvalidOption);
}

}  // namespace
}  // namespace floe::iceberg
