#include "engine/staged_definitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/iceberg_table_catalog.h"
#include "engine/scratch_catalog.h"
#include "types/data_type.h"

namespace floe::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StagedDefinitionsTest : public testing::Test {
 protected:
  SystemClock clock_;
  ThreadPoolExecutor executor_{1, clock_};
  ScratchCatalog real_catalog_{executor_, clock_};  // stands for one that lasts
  IcebergTableCatalog real_{"lake", {}, real_catalog_.catalog(), executor_};
  StagedDefinitions staged_{real_catalog_.catalog(), executor_, clock_};
  const std::shared_ptr<plan::TableCatalog> view_ = staged_.View("lake", {});

  static stream::TableDescriptor Table(const std::string& name) {
    stream::TableDescriptor table;
    table.name = {"lake", "d", name};
    table.physical_schema = types::Schema({{"a", types::DataType::BigInt()}});
    return table;
  }
};

TEST_F(StagedDefinitionsTest, NothingIsDefinedBeforeApply) {
  ASSERT_TRUE(view_->CreateDatabase("d", {}).ok());
  ASSERT_TRUE(view_->CreateTable(Table("t")).ok());
  EXPECT_THAT(view_->ListDatabases().value(), ElementsAre("d"));
  EXPECT_THAT(view_->ListTables("d").value(), ElementsAre("t"));
  EXPECT_TRUE(staged_.View("other", {})->LoadTable("d", "t").value());
  EXPECT_THAT(real_.ListDatabases().value(), IsEmpty());
  ASSERT_TRUE(staged_.Apply().ok());
  EXPECT_THAT(real_.ListTables("d").value(), ElementsAre("t"));
  EXPECT_TRUE(staged_.Apply().ok());  // once
}

TEST_F(StagedDefinitionsTest, ADropIsSeenAtOnceAndDoneLater) {
  ASSERT_TRUE(real_.CreateDatabase("d", {}).ok());
  ASSERT_TRUE(real_.CreateTable(Table("t")).ok());
  EXPECT_EQ(view_->CreateTable(Table("t")).error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(view_->DropDatabase("d").error().code(), ErrorCode::kNotEmpty);
  ASSERT_TRUE(view_->DropTable("d", "t").ok());
  EXPECT_EQ(view_->DropTable("d", "t").error().code(), ErrorCode::kTableNotFound);
  EXPECT_FALSE(view_->LoadTable("d", "t").value());
  EXPECT_TRUE(real_.LoadTable("d", "t").value());
  ASSERT_TRUE(view_->CreateTable(Table("t")).ok());
  ASSERT_TRUE(view_->DropTable("d", "t").ok());
  ASSERT_TRUE(view_->DropDatabase("d").ok());
  EXPECT_THAT(view_->ListDatabases().value(), IsEmpty());
  ASSERT_TRUE(staged_.Apply().ok());
  EXPECT_THAT(real_.ListDatabases().value(), IsEmpty());
}

TEST_F(StagedDefinitionsTest, WhatTheCatalogRefusesIsRefusedBeforeApply) {
  ASSERT_TRUE(view_->CreateDatabase("d", {}).ok());
  EXPECT_EQ(view_->CreateDatabase("d", {}).error().code(), ErrorCode::kAlreadyExists);
  stream::TableDescriptor upsert = Table("t");
  upsert.options["write.upsert.enabled"] = "true";
  EXPECT_EQ(view_->CreateTable(upsert).error().code(), ErrorCode::kInvalidOption);
  EXPECT_THAT(view_->ListTables("d").value(), IsEmpty());
}

TEST_F(StagedDefinitionsTest, UndoTakesBackWhatWasCreated) {
  ASSERT_TRUE(real_.CreateDatabase("d", {}).ok());
  ASSERT_TRUE(real_.CreateTable(Table("old")).ok());
  ASSERT_TRUE(view_->CreateTable(Table("t")).ok());
  ASSERT_TRUE(view_->CreateDatabase("e", {}).ok());
  ASSERT_TRUE(staged_.Apply().ok());
  EXPECT_THAT(real_.ListTables("d").value(), ElementsAre("old", "t"));
  ASSERT_TRUE(staged_.Undo().ok());
  EXPECT_THAT(real_.ListTables("d").value(), ElementsAre("old"));
  EXPECT_THAT(real_.ListDatabases().value(), ElementsAre("d"));
  EXPECT_TRUE(staged_.Undo().ok());  // once
}

TEST_F(StagedDefinitionsTest, AWrongNameOfAPropertyIsAWarning) {
  stream::TableDescriptor table = Table("t");
  table.options = {{"write.upsert.enable", "true"}, {"owner", "me"}, {"format-version", "2"}};
  EXPECT_THAT(view_->WarningsOf(table),
              ElementsAre("the table property 'write.upsert.enable' has no effect; did you mean "
                          "'write.upsert.enabled'?"));
}

TEST_F(StagedDefinitionsTest, ATableMaySayWhereItLies) {
  ASSERT_TRUE(real_.CreateDatabase("d", {}).ok());
  stream::TableDescriptor table = Table("t");
  table.options["location"] = "file:///plan/elsewhere/t";
  ASSERT_TRUE(view_->CreateTable(table).ok());
  ASSERT_TRUE(staged_.Apply().ok());
  EXPECT_FALSE(real_.LoadTable("d", "t").value()->options.contains("location"));
  const auto loaded = Await<catalog::LoadedTable>(executor_, [&](auto done) {
    real_catalog_.catalog().LoadTable({{"d"}, "t"}, std::move(done));
  });
  EXPECT_EQ(loaded.value().metadata->location, "file:///plan/elsewhere/t");

  table = Table("u");
  table.options["LOCATION"] = "s3://bucket/u";
  ASSERT_TRUE(view_->CreateTable(table).ok());
  const Status refused = staged_.Apply();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().ToString(), HasSubstr("location 's3://bucket/u'"));
}

TEST_F(StagedDefinitionsTest, AnotherMayBeFirst) {
  ASSERT_TRUE(view_->CreateDatabase("d", {}).ok());
  ASSERT_TRUE(real_.CreateDatabase("d", {}).ok());
  EXPECT_EQ(staged_.Apply().error().code(), ErrorCode::kAlreadyExists);
}

}  // namespace
}  // namespace floe::engine
