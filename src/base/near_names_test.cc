#include "base/near_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(EditDistanceTest, CountsChanges) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("abc", ""), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(EditDistance("flaw", "lawn"), 2u);
  EXPECT_EQ(EditDistance("offest", "offset"), 1u);  // neighbours swapped
}

TEST(NearNamesTest, FindsMisspeltNamesBestFirst) {
  const std::vector<std::string> names = {"ride_id", "user_id", "rider_ids", "driver_id"};
  EXPECT_THAT(NearNames("rideid", names), ElementsAre("ride_id", "rider_ids"));
  EXPECT_THAT(NearNames("RIDE_ID", names).front(), "ride_id");
  EXPECT_THAT(NearNames("temperature", names), IsEmpty());
}

TEST(NearNamesTest, FindsNamesWithoutTheirQualifier) {
  EXPECT_THAT(NearNames("rides", {"iceberg.city.rides", "iceberg.city.drivers"}),
              ElementsAre("iceberg.city.rides"));
  EXPECT_THAT(NearNames("kafka.rides", {"rides"}), ElementsAre("rides"));
}

TEST(NearNamesTest, ShortNamesAreNotAllNear) {
  EXPECT_THAT(NearNames("id", {"at", "xy", "ids", "Id"}), ElementsAre("Id", "ids"));
}

TEST(NearNamesTest, SuggestsNoMoreThanThreeAndNoneTwice) {
  EXPECT_THAT(NearNames("count", {"count1", "count1", "count2", "count3", "count4"}),
              ElementsAre("count1", "count2", "count3"));
}

TEST(NearNamesTest, VeryLongNamesAreNotCompared) {
  const std::string name(100'000, 'a');
  EXPECT_THAT(NearNames(name, {name + "b"}), IsEmpty());
}

TEST(DidYouMeanTest, MakesHalfASentence) {
  EXPECT_EQ(DidYouMean("tpoic", {"topic"}), "; did you mean 'topic'?");
  EXPECT_EQ(DidYouMean("topic3", {"topic1", "topic2"}), "; did you mean 'topic1' or 'topic2'?");
  EXPECT_EQ(DidYouMean("zzz", {"topic"}), "");
}

}  // namespace
}  // namespace floe
