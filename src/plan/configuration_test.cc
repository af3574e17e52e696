#include "plan/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::plan {
namespace {

using testing::HasSubstr;

TEST(ConfigurationTest, KnownKeysAreChecked) {
  Configuration configuration;
  EXPECT_TRUE(configuration.Set("parallelism.default", "4").ok());
  EXPECT_TRUE(configuration.Set("execution.runtime-mode", "streaming").ok());
  auto refused = configuration.Set("execution.runtime-mode", "warp");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidOption);
  EXPECT_THAT(refused.error().hint(), HasSubstr("BATCH"));
  EXPECT_EQ(configuration.Get("execution.runtime-mode"), "STREAMING");
  EXPECT_FALSE(configuration.Set("parallelism.default", "0").ok());
  EXPECT_EQ(configuration.Get("parallelism.default"), "4");
  refused = configuration.Set("table.exec.state.ttl", "1 fortnight");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidOption);
  EXPECT_FALSE(refused.error().hint().empty());
}

TEST(ConfigurationTest, UnknownKeysAreKeptWithAWarning) {
  Configuration configuration;
  auto warning = configuration.Set("table.exec.state.tll", "1 h");
  ASSERT_TRUE(warning.ok());
  ASSERT_TRUE(warning->has_value());
  EXPECT_THAT(**warning, HasSubstr("table.exec.state.ttl"));
  ASSERT_NE(configuration.Find("table.exec.state.tll"), nullptr);
}

TEST(ConfigurationTest, DefaultsHoldUntilSetAndAfterReset) {
  Configuration configuration;
  EXPECT_EQ(configuration.GetDurationMs("pipeline.auto-watermark-interval"), 200);
  EXPECT_TRUE(configuration.GetBoolean("table.exec.sink.require-on-conflict"));
  ASSERT_TRUE(configuration.Set("pipeline.auto-watermark-interval", "0 ms").ok());
  EXPECT_EQ(configuration.GetDurationMs("pipeline.auto-watermark-interval"), 0);
  configuration.Reset("pipeline.auto-watermark-interval");
  EXPECT_EQ(configuration.GetDurationMs("pipeline.auto-watermark-interval"), 200);
}

}  // namespace
}  // namespace floe::plan
