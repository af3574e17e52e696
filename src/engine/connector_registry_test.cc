#include "engine/connector_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The message of what is wrong with a table that is read; "" if nothing is.
std::string Message(const std::map<std::string, std::string>& options,
                    const std::string& metadata_key = "offset") {
  const ConnectorRegistry registry{ConnectorEnvironment()};
  stream::TableDescriptor table;
  table.name = {"c", "d", "t"};
  table.options = {{"connector", "kafka"},
                   {"topic", "t"},
                   {"properties.bootstrap.servers", "kafka:9092"},
                   {"format", "json"}};
  for (const auto& [key, value] : options) table.options[key] = value;
  table.metadata_columns.push_back({"m", metadata_key, types::DataType::BigInt(), true});
  const Status status = registry.Validate(table, plan::TableUse::kSource);
  return status.ok() ? "" : status.error().message();
}

TEST(ConnectorRegistryTest, MetadataThatAConnectorDoesNotHaveIsRefused) {
  EXPECT_EQ(Message({}), "");
  EXPECT_EQ(Message({}, "leader-epoch"), "");  // Flink's; refused where a query reads it
  EXPECT_THAT(Message({}, "tstamp"),
              AllOf(HasSubstr("no metadata 'tstamp'"), HasSubstr("'m'"), HasSubstr("'timestamp'")));
}

TEST(ConnectorRegistryTest, WhatFlinkHasIsNotCalledUnknown) {
  EXPECT_THAT(Message({{"connector", "upsert-kafka"}}), HasSubstr("not supported yet"));
  EXPECT_THAT(Message({{"connector", "kafak"}}),
              AllOf(HasSubstr("no connector 'kafak'"), HasSubstr("did you mean 'kafka'")));
  EXPECT_THAT(Message({{"key.fields", "k"}}),
              AllOf(HasSubstr("'key.fields'"), HasSubstr("not supported yet")));
  EXPECT_THAT(Message({{"format", "avro"}}), HasSubstr("not supported yet"));
}

}  // namespace
}  // namespace floe::engine
