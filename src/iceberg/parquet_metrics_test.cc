#include "iceberg/parquet_metrics.h"

#include <gtest/gtest.h>

namespace floe::iceberg {
namespace {

const Type kText = Type::Of(TypeId::kString);
const Type kBytes = Type::Of(TypeId::kBinary);

TEST(ParquetMetricsTest, LowerBoundsAreCutBetweenCharacters) {
  EXPECT_EQ(TruncateLowerBound("größe", kText, 3), "grö");
  EXPECT_EQ(TruncateLowerBound("größe", kText, 16), "größe");
  EXPECT_EQ(TruncateLowerBound("größe", kBytes, 3), "gr\xC3");
}

TEST(ParquetMetricsTest, UpperBoundsAreRaised) {
  EXPECT_EQ(TruncateUpperBound("abc", kText, 3), "abc");
  EXPECT_EQ(TruncateUpperBound("abcd", kText, 3), "abd");
  EXPECT_EQ(TruncateUpperBound("ab\x7Fz", kText, 3), "ab\xC2\x80");
  EXPECT_EQ(TruncateUpperBound("ab\xED\x9F\xBFz", kText, 3), "ab\xEE\x80\x80");  // no surrogates
  EXPECT_EQ(TruncateUpperBound("a\xF4\x8F\xBF\xBFz", kText, 2), "b");
  EXPECT_EQ(TruncateUpperBound("\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF", kText, 1), std::nullopt);
  EXPECT_EQ(TruncateUpperBound("a\xFFz", kBytes, 2), "b");
  EXPECT_EQ(TruncateUpperBound("\xFF\xFF\xFF", kBytes, 2), std::nullopt);
}

TEST(ParquetMetricsTest, RaisedBoundsAreNeverBelowTheValue) {
  for (const char* text : {"aaaa", "\xC3\xBF\xC3\xBFxx", "\xEF\xBF\xBFq", "\xF0\x9F\x98\x80zz"}) {
    auto bound = TruncateUpperBound(text, kText, 1);
    ASSERT_TRUE(bound);
    EXPECT_GT(*bound, text);
    EXPECT_LE(TruncateLowerBound(text, kText, 1), text);
  }
}

}  // namespace
}  // namespace floe::iceberg
