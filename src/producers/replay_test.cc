#include "producers/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "log/scripted_log.h"
#include "storage/in_memory_file_system.h"

namespace floe::producers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Knows "upper(column)" beside the names of columns.
ColumnExpressionCompiler UpperCompiler() {
  class Upper final : public ColumnExpression {
   public:
    explicit Upper(std::unique_ptr<ColumnExpression> inner) : inner_(std::move(inner)) {}
    ColumnType type() const override { return ColumnType::kString; }
    Result<ColumnValues> Evaluate(const ColumnBatch& batch) override {
      FLOE_ASSIGN(const ColumnValues in, inner_->Evaluate(batch));
      auto texts = std::make_shared<std::vector<std::string>>();
      for (const auto& value : in.values) {
        std::string& text = texts->emplace_back(value.value_or(""));
        for (char& c : text) c = static_cast<char>(std::toupper(c));
      }
      ColumnValues out;
      for (const std::string& text : *texts) out.values.emplace_back(text);
      out.memory = texts;
      return out;
    }

   private:
    std::unique_ptr<ColumnExpression> inner_;
  };
  return
      [](std::string_view text,
         std::span<const ColumnDefinition> columns) -> Result<std::unique_ptr<ColumnExpression>> {
        if (!text.starts_with("upper(")) return ColumnNameCompiler()(text, columns);
        FLOE_ASSIGN(std::unique_ptr<ColumnExpression> inner,
                    ColumnNameCompiler()(text.substr(6, text.size() - 7), columns));
        return std::unique_ptr<ColumnExpression>(std::make_unique<Upper>(std::move(inner)));
      };
}

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() {
    options_.topic = "t";
    options_.key = "id";
    options_.time = "ts";
    options_.time_unit = TimeUnit::kSeconds;
  }
  Result<std::unique_ptr<Replay>> Open(std::string_view csv) {
    EXPECT_TRUE(storage::WriteFileDurably(files_, "/f.csv", csv).ok());
    return Replay::Open(OpenInputStream(files_, "/f.csv").value(), "f.csv", clock_, sink_,
                        UpperCompiler(), options_);
  }
  Result<ReplayProgress> Run(std::string_view csv) {
    FLOE_ASSIGN(const auto replay, Open(csv));
    for (;;) {
      FLOE_ASSIGN(const ReplayProgress progress, replay->Step());
      if (progress.finished) return progress;
    }
  }
  std::vector<log::RecordView> Records() {
    slice_ = log_.Read("t", PartitionId(0), Offset(0), 1 << 20).value();
    return slice_.records;
  }
  std::vector<std::string> Values() {
    std::vector<std::string> values;
    for (const log::RecordView& record : Records()) values.emplace_back(*record.value);
    return values;
  }

  ManualClock clock_;
  storage::InMemoryFileSystem files_;
  log::ScriptedLog log_;
  LogSink sink_{log_, 1};
  ReplayOptions options_;
  log::LogSlice slice_;
};

TEST_F(ReplayTest, RowsBecomeJson) {
  const ReplayProgress progress = Run("ts,id,lat,note,flag,zip\n100,a,37.5,\"say "
                                      "\"\"hi\"\"\",true,01\n101,b,-1e2,,false,94110\n")
                                      .value();
  EXPECT_EQ(progress.records, 2);
  EXPECT_EQ(progress.event_time, EventTime(101'000));
  EXPECT_THAT(
      Values(),
      ElementsAre(R"({"ts":100,"id":"a","lat":37.5,"note":"say \"hi\"","flag":true,"zip":"01"})",
                  R"({"ts":101,"id":"b","lat":-1e2,"note":null,"flag":false,"zip":"94110"})"));
  EXPECT_EQ(Records()[0].key, "a");
  EXPECT_EQ(Records()[1].timestamp_ms, 101'000);
  for (const std::string& value : Values()) EXPECT_TRUE(nlohmann::json::accept(value));
}

TEST_F(ReplayTest, TypesAreInferredOrDeclared) {
  const auto replay = Open("ts,id,lat,zip,empty\n1,7,1,01,\n2,8,2.5,99,\n").value();
  EXPECT_THAT(replay->columns(), ElementsAre(ColumnDefinition{"ts", ColumnType::kInteger},
                                             ColumnDefinition{"id", ColumnType::kInteger},
                                             ColumnDefinition{"lat", ColumnType::kDecimal},
                                             ColumnDefinition{"zip", ColumnType::kString},
                                             ColumnDefinition{"empty", ColumnType::kString}));
  options_.types = {{"id", ColumnType::kString}};
  ASSERT_TRUE(Run("ts,id\n1,7\n").ok());
  EXPECT_THAT(Values(), ElementsAre(R"({"ts":1,"id":"7"})"));
  options_.types = {{"none", ColumnType::kString}};
  EXPECT_EQ(Run("ts,id\n1,7\n").error().code(), ErrorCode::kColumnNotFound);
}

TEST_F(ReplayTest, ColumnsAreComputedAndChosen) {
  options_.set = {{"shout", "upper(id)"}, {"id", "upper(note)"}, {"again", "id"}};
  options_.columns = {"shout", "id", "again"};
  ASSERT_TRUE(Run("ts,id,note\n1,a,b\n").ok());
  EXPECT_THAT(Values(), ElementsAre(R"({"shout":"A","id":"B","again":"B"})"));
  EXPECT_EQ(Records()[0].key, "B");
  options_.columns = {"none"};
  EXPECT_THAT(Run("ts,id,note\n1,a,b\n").error().ToString(), HasSubstr("ts, id, note, shout"));
  options_.set = {{"x", "upper(none)"}};
  EXPECT_THAT(Run("ts,id,note\n1,a,b\n").error().message(), HasSubstr("--set x"));
}

TEST_F(ReplayTest, UnitsOfTime) {
  EXPECT_EQ(ParseTimeOption("ts[us]").value(),
            std::pair(std::string("ts"), TimeUnit::kMicroseconds));
  EXPECT_EQ(ParseTimeOption("ts").value(), std::pair(std::string("ts"), TimeUnit::kText));
  EXPECT_EQ(ParseTimeOption("ts[h]").error().code(), ErrorCode::kInvalidArgument);
  options_.key = "";
  const std::tuple<TimeUnit, std::string, int64_t> cases[] = {
      {TimeUnit::kSeconds, "1.5", 1'500},
      {TimeUnit::kMilliseconds, "1500", 1'500},
      {TimeUnit::kMicroseconds, "1500999", 1'500},
      {TimeUnit::kNanoseconds, "-1", -1},
      {TimeUnit::kText, "1970-01-01 00:00:01.5", 1'500}};
  for (const auto& [unit, text, millis] : cases) {
    options_.time_unit = unit;
    EXPECT_EQ(Run("ts\n" + text + "\n").value().event_time, EventTime(millis)) << text;
  }
  EXPECT_THAT(Run("ts\n100\n").error().ToString(), HasSubstr("ts[s]")) << "a number needs a unit";
  EXPECT_EQ(Records()[0].key, std::nullopt);
}

TEST_F(ReplayTest, BadRowsAreNamedAndTheRowsBeforeKept) {
  EXPECT_THAT(Run("ts,id\n1,a\n2,b\nx,c\n4,d\n").error().message(),
              HasSubstr("f.csv, line 4: 'x' is no time"))
      << "the column is text then";
  EXPECT_EQ(Values().size(), 2u);
  options_.types = {{"ts", ColumnType::kInteger}};
  EXPECT_THAT(Run("ts,id\n1,a\n2,b\nx,c\n4,d\n").error().message(),
              HasSubstr("f.csv, line 4: column 'ts' has 'x'"));
  EXPECT_EQ(Values().size(), 4u);
  EXPECT_THAT(Run("ts,id\n1,a\n,b\n").error().message(),
              HasSubstr("line 3: the event time is NULL"));
  EXPECT_THAT(Run("ts,id\n1,a\n2\n").error().message(), HasSubstr("line 3: the row has 1 values"));
  EXPECT_EQ(Values().size(), 6u);
}

TEST_F(ReplayTest, EventTimeMayFallOnlySoFar) {
  const std::string csv = "ts,id\n10,a\n8,b\n11,c\n";
  EXPECT_THAT(Run(csv).error().message(), HasSubstr("line 3: the event time falls by 2000 ms"));
  options_.max_disorder_ms = 2'000;
  EXPECT_EQ(Run(csv).value().records, 3);
  options_.max_disorder_ms = -1;
  EXPECT_EQ(Run("ts,id\n10,a\n1,b\n").value().records, 2);
}

TEST_F(ReplayTest, ARangeOfTime) {
  options_.from = EventTime(2'000);
  options_.to = EventTime(4'000);
  EXPECT_EQ(Run("ts,id\n1,a\n2,b\n3,c\n4,d\n").value().records, 2);
}

TEST_F(ReplayTest, KeepsPace) {
  options_.speed = 10;
  const auto replay = Open("ts,id\n100,a\n101,b\n110,c\n").value();
  EXPECT_EQ(replay->Step().value().records, 1);
  const ReplayProgress waiting = replay->Step().value();
  EXPECT_EQ(waiting.records, 1);
  EXPECT_GE(waiting.wait_ms, 100);
  EXPECT_LE(waiting.wait_ms, 101);
  clock_.Advance(std::chrono::milliseconds(99));
  EXPECT_EQ(replay->Step().value().records, 1);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(replay->Step().value().records, 2);
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(replay->Step().value().records, 3);
  EXPECT_TRUE(replay->Step().value().finished);
}

TEST_F(ReplayTest, ManyRows) {
  std::string csv = "ts,id\n";
  for (int i = 0; i < 200'000; ++i) {
    csv += std::to_string(1'000'000 + i / 10) + ",driver_" + std::to_string(i % 500) + "\n";
  }
  EXPECT_EQ(Run(csv).value().records, 200'000);
  EXPECT_EQ(log_.Offsets("t", PartitionId(0)).value().end, Offset(200'000));
}

TEST_F(ReplayTest, NothingToDo) {
  options_.types = {{"ts", ColumnType::kInteger}};
  EXPECT_EQ(Run("ts,id\n").value().records, 0);
}

}  // namespace
}  // namespace floe::producers
