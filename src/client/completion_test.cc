#include "client/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::client {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class CompleterTest : public testing::Test {
 protected:
  CompleterTest() {
    session_.catalog = "lake";
    session_.schema = "demo";
    answers_ = {{"SHOW CATALOGS", {"lake", "system"}},
                {"SHOW SCHEMAS FROM lake", {"demo", "other"}},
                {"SHOW SCHEMAS FROM system", {"floe", "runtime"}},
                {"SHOW TABLES FROM lake.demo", {"rides", "ride states", "drivers"}},
                {"SHOW TABLES FROM system.floe", {"jobs"}},
                {"SHOW COLUMNS FROM rides", {"ride_id", "status"}},
                {"SHOW COLUMNS FROM system.floe.jobs", {"job_id", "state"}},
                {"SHOW FUNCTIONS", {"count", "date_trunc", "regexp_like"}}};
  }

  // "|" is the cursor.
  std::vector<std::string> At(std::string text) {
    const size_t cursor = text.find('|');
    text.erase(cursor, 1);
    const Completion completion = completer_.Complete(text, cursor);
    begin_ = completion.begin;
    return completion.candidates;
  }

  ClientSession session_;
  ManualClock clock_;
  std::map<std::string, std::vector<std::string>> answers_;
  std::vector<std::string> asked_;
  Completer completer_{[this](const std::string& sql) {
                         asked_.push_back(sql);
                         return answers_[sql];
                       },
                       session_, clock_};
  size_t begin_ = 0;
};

TEST_F(CompleterTest, KeywordsInTheCaseThatIsTyped) {
  EXPECT_THAT(At("SEL|"), ElementsAre("SELECT"));
  EXPECT_THAT(At("sel|"), ElementsAre("select"));
  EXPECT_EQ(begin_, 0U);
}

TEST_F(CompleterTest, NothingTypedOffersNoKeywords) {
  EXPECT_THAT(At("|"), Not(Contains("SELECT")));
}

TEST_F(CompleterTest, RelationsAfterFrom) {
  EXPECT_THAT(At("SELECT * FROM ri|"), ElementsAre("rides"));
  EXPECT_EQ(begin_, 14U);
  EXPECT_THAT(At("SELECT * FROM |"), ElementsAre("\"ride states\"", "demo", "drivers", "lake",
                                                 "other", "rides", "system"));
  EXPECT_THAT(At("SELECT * FROM a JOIN dr|"), ElementsAre("drivers"));
  EXPECT_THAT(At("USE sy|"), ElementsAre("system"));
  EXPECT_THAT(At("DESC dr|"), ElementsAre("drivers"));
}

TEST_F(CompleterTest, MembersBehindADot) {
  EXPECT_THAT(At("SELECT * FROM system.|"), ElementsAre("floe", "runtime"));
  EXPECT_THAT(At("SELECT * FROM system.floe.j|"), ElementsAre("jobs"));
  EXPECT_EQ(begin_, 26U);
  EXPECT_THAT(At("SELECT * FROM demo.dr|"), ElementsAre("drivers"));
}

TEST_F(CompleterTest, ColumnsOfTheTablesThatAreNamed) {
  EXPECT_THAT(At("SELECT st| FROM rides"), ElementsAre("status"));
  EXPECT_THAT(At("SELECT r.| FROM rides AS r"), ElementsAre("ride_id", "status"));
  EXPECT_THAT(At("SELECT j.st| FROM rides r JOIN system.floe.jobs j ON r.x = j.y"),
              ElementsAre("state"));
  EXPECT_THAT(At("SELECT jobs.jo| FROM system.floe.jobs"), ElementsAre("job_id"));
}

TEST_F(CompleterTest, Functions) { EXPECT_THAT(At("SELECT date_t|"), ElementsAre("date_trunc")); }

TEST_F(CompleterTest, QuotedNames) {
  EXPECT_THAT(At("SELECT * FROM \"ride |"), ElementsAre("\"ride states\""));
  EXPECT_EQ(begin_, 14U);
  EXPECT_THAT(At("SELECT 'se|"), IsEmpty());
  EXPECT_THAT(At("SELECT /* se|"), IsEmpty());
  EXPECT_THAT(At("SELECT * FROM \"ri|"), ElementsAre("\"ride states\"", "\"rides\""));
}

TEST_F(CompleterTest, ListsAreKeptForAWhile) {
  At("SELECT * FROM ri|");
  const size_t asked = asked_.size();
  At("SELECT * FROM ri|");
  EXPECT_EQ(asked_.size(), asked);
  clock_.Advance(std::chrono::seconds(31));
  At("SELECT * FROM ri|");
  EXPECT_EQ(asked_.size(), 2 * asked);
  completer_.Forget();
  At("SELECT * FROM ri|");
  EXPECT_EQ(asked_.size(), 3 * asked);
}

TEST_F(CompleterTest, AServerThatDoesNotAnswerLeavesKeywords) {
  answers_.clear();
  EXPECT_THAT(At("SELECT cas|"), ElementsAre("case", "cast"));
}

TEST(CommonPrefix, EndsBetweenCharacters) {
  EXPECT_EQ(CommonPrefix({"ride_states", "rides"}), "ride");
  EXPECT_EQ(CommonPrefix({"a\xC3\xA4", "a\xC3\xB6"}), "a");
  EXPECT_EQ(CommonPrefix({}), "");
}

}  // namespace
}  // namespace floe::client
