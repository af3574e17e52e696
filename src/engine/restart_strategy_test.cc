#include "engine/restart_strategy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::engine {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

RestartOptions Read(const std::map<std::string, std::string>& configuration) {
  Result<RestartOptions> options = ReadRestartOptions(configuration);
  EXPECT_TRUE(options.ok()) << options.status().ToString();
  return options.ok() ? *options : RestartOptions();
}

RestartStrategy Strategy(const std::map<std::string, std::string>& configuration) {
  return RestartStrategy(Read(configuration), Random(7));
}

TEST(RestartOptions, AreFlinks) {
  EXPECT_EQ(Read({}).kind, RestartKind::kExponentialDelay);
  EXPECT_EQ(Read({{"restart-strategy", "none"}}).kind, RestartKind::kNone);
  EXPECT_EQ(Read({{"restart-strategy.type", "fixeddelay"}}).kind, RestartKind::kFixedDelay);
  const RestartOptions rate =
      Read({{"restart-strategy.type", "failure-rate"},
            {"restart-strategy.failure-rate.failure-rate-interval", "5 min"}});
  EXPECT_EQ(rate.kind, RestartKind::kFailureRate);
  EXPECT_EQ(rate.failure_interval_ms, 300'000);
}

TEST(RestartOptions, AWrongValueIsNamed) {
  const auto message = [](const char* key, const char* value) {
    const Result<RestartOptions> options = ReadRestartOptions({{key, value}});
    return options.ok() ? std::string() : options.error().ToString();
  };
  EXPECT_THAT(message("restart-strategy.type", "often"),
              HasSubstr("'restart-strategy.type' must be none, fixed-delay"));
  EXPECT_THAT(message("restart-strategy.fixed-delay.attempts", "0"), HasSubstr("at least 1"));
  EXPECT_THAT(message("restart-strategy.fixed-delay.delay", "soon"), HasSubstr("'soon'"));
  EXPECT_THAT(message("restart-strategy.exponential-delay.jitter-factor", "1.5"),
              HasSubstr("from 0 to 1"));
  EXPECT_THAT(message("restart-strategy.exponential-delay.max-backoff", "1 ms"),
              HasSubstr("is less than"));
}

TEST(RestartStrategy, NoneNever) {
  EXPECT_FALSE(Strategy({{"restart-strategy.type", "off"}}).OnFailure(milliseconds(1)));
}

TEST(RestartStrategy, FixedDelayCountsItsAttempts) {
  RestartStrategy strategy = Strategy({{"restart-strategy.type", "fixed-delay"},
                                       {"restart-strategy.fixed-delay.attempts", "2"},
                                       {"restart-strategy.fixed-delay.delay", "3 s"}});
  EXPECT_EQ(strategy.OnFailure(milliseconds(0)), milliseconds(3'000));
  EXPECT_EQ(strategy.OnFailure(milliseconds(10'000'000)), milliseconds(3'000));
  EXPECT_EQ(strategy.OnFailure(milliseconds(20'000'000)), std::nullopt);
}

TEST(RestartStrategy, FailureRateForgetsOldFailures) {
  RestartStrategy strategy =
      Strategy({{"restart-strategy.type", "failure-rate"},
                {"restart-strategy.failure-rate.max-failures-per-interval", "2"},
                {"restart-strategy.failure-rate.failure-rate-interval", "10 s"},
                {"restart-strategy.failure-rate.delay", "1 ms"}});
  EXPECT_EQ(strategy.OnFailure(milliseconds(0)), milliseconds(1));
  EXPECT_EQ(strategy.OnFailure(milliseconds(9'000)), milliseconds(1));
  EXPECT_EQ(strategy.OnFailure(milliseconds(10'001)), milliseconds(1));
  EXPECT_EQ(strategy.OnFailure(milliseconds(10'002)), std::nullopt);
}

TEST(RestartStrategy, ExponentialDelayGrowsToItsBoundAndFallsBackAfterACalm) {
  RestartStrategy strategy =
      Strategy({{"restart-strategy.exponential-delay.jitter-factor", "0"},
                {"restart-strategy.exponential-delay.backoff-multiplier", "2"},
                {"restart-strategy.exponential-delay.max-backoff", "5 s"},
                {"restart-strategy.exponential-delay.reset-backoff-threshold", "1 min"}});
  EXPECT_EQ(strategy.OnFailure(milliseconds(100'000)), milliseconds(1'000));
  EXPECT_EQ(strategy.OnFailure(milliseconds(101'500)), milliseconds(2'000));
  EXPECT_EQ(strategy.OnFailure(milliseconds(104'000)), milliseconds(4'000));
  EXPECT_EQ(strategy.OnFailure(milliseconds(109'000)), milliseconds(5'000));
  EXPECT_EQ(strategy.OnFailure(milliseconds(115'000)), milliseconds(5'000));
  // Started at 120 s; a minute without a failure is over at 180 s.
  EXPECT_EQ(strategy.OnFailure(milliseconds(180'000)), milliseconds(1'000));
}

TEST(RestartStrategy, ExponentialDelayCountsAttemptsWhereAsked) {
  RestartStrategy strategy =
      Strategy({{"restart-strategy.exponential-delay.attempts-before-reset-backoff", "2"}});
  EXPECT_TRUE(strategy.OnFailure(milliseconds(1'000)));
  EXPECT_TRUE(strategy.OnFailure(milliseconds(5'000)));
  EXPECT_FALSE(strategy.OnFailure(milliseconds(9'000)));
}

TEST(RestartStrategy, JitterStaysInItsPart) {
  RestartStrategy strategy =
      Strategy({{"restart-strategy.exponential-delay.backoff-multiplier", "1"},
                {"restart-strategy.exponential-delay.jitter-factor", "0.1"}});
  bool differs = false;
  for (int i = 1; i <= 100; ++i) {
    const auto delay = strategy.OnFailure(milliseconds(i * 10'000));
    ASSERT_TRUE(delay);
    EXPECT_GE(*delay, milliseconds(900));
    EXPECT_LE(*delay, milliseconds(1'100));
    differs |= *delay != milliseconds(1'000);
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace floe::engine
