#include "engine/endpoint_map.h"

#include <gtest/gtest.h>

namespace floe::engine {
namespace {

TEST(EndpointMapTest, ResolvesMappedAddressesOnly) {
  const EndpointMap map({{"kafka:29092", "embedded"}, {"http://iceberg-rest:8181/", "embedded"}});
  EXPECT_TRUE(map.IsEmbedded("kafka:29092"));
  EXPECT_TRUE(map.IsEmbedded("http://iceberg-rest:8181"));
  EXPECT_FALSE(map.IsEmbedded("kafka:9092"));
  EXPECT_EQ(map.Resolve("kafka:9092"), "kafka:9092");
}

TEST(EndpointMapTest, ListsNeedAllTheirAddressesMapped) {
  const EndpointMap map({{"a:1", "embedded"}, {"b:2", "embedded"}});
  EXPECT_TRUE(map.IsEmbedded("a:1,b:2"));
  EXPECT_FALSE(map.IsEmbedded("a:1,c:3"));
}

TEST(EndpointMapTest, UnmappedCatalogAddressSaysWhatToDo) {
  const Status status = EndpointMap().CheckIcebergCatalog("lake", {{"uri", "http://rest:8181"}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidConfiguration);
  EXPECT_NE(status.error().hint().find("--embedded"), std::string::npos);
  EXPECT_TRUE(EndpointMap::AllEmbedded().CheckIcebergCatalog("lake", {{"uri", "x"}}).ok());
}

}  // namespace
}  // namespace floe::engine
