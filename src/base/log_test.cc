#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/limits.h"

namespace floe {
namespace {

constexpr int64_t kTime = 1'714'564'801'250;  // 2024-05-01 12:00:01.250 UTC

LogRecord Example() {
  return {LogLevel::kWarning,
          kTime,
          "engine.checkpoint",
          "took long",
          {{"duration_ms", 5100}, {"table", "a b"}, {"ratio", 0.5}, {"retry", true}}};
}

TEST(LogFormatTest, TextForPeople) {
  EXPECT_EQ(FormatLogText(Example(), false),
            "12:00:01.250 WARNING engine.checkpoint: took long  duration_ms=5100 table=\"a b\" "
            "ratio=0.5 retry=true");
}

TEST(LogFormatTest, JsonForMachines) {
  EXPECT_EQ(FormatLogJson(Example()),
            R"({"level":"warning","ts":"2024-05-01T12:00:01.250Z","logger":"engine.checkpoint",)"
            R"("msg":"took long","fields":{"duration_ms":5100,"table":"a b","ratio":0.5,)"
            R"("retry":true}})");
}

TEST(LogFormatTest, AMessageCannotForgeLinesOrDriveTheTerminal) {
  LogRecord record = Example();
  record.message = "a\nb\x1b[31m";
  record.fields.clear();
  EXPECT_EQ(FormatLogText(record, false),
            "12:00:01.250 WARNING engine.checkpoint: a\\nb\\u001b[31m");
}

TEST(LogFormatTest, BytesThatAreNotUtf8AreReplaced) {
  std::string out;
  AppendJsonString("a\xff\xc3\xa9\xed\xa0\x80", &out);
  EXPECT_EQ(out, "\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(LogFormatTest, LongLinesAreCut) {
  LogRecord record = Example();
  record.message = std::string(10 * limits::kMaxLogLineBytes, '\x01');
  EXPECT_EQ(FormatLogText(record, false).size(), limits::kMaxLogLineBytes);
  const std::string json = FormatLogJson(record);
  EXPECT_LE(json.size(), limits::kMaxLogLineBytes);
  EXPECT_TRUE(json.ends_with("\"fields\":{\"cut\":true}}"));
}

TEST(LogFormatTest, TimesAreRfc3339) {
  EXPECT_EQ(FormatRfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatRfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(951'782'400'000), "2000-02-29T00:00:00.000Z");
}

TEST(LoggerTest, CarriesNameTimeAndFields) {
  CapturingLogSink sink;
  ManualClock clock(kTime);
  const Logger logger = Logger(sink, clock, "engine").Child("job");
  logger.Info("started", {{"job", "surge"}});
  ASSERT_EQ(sink.records().size(), 1u);
  const LogRecord record = sink.records()[0];
  EXPECT_EQ(record.logger, "engine.job");
  EXPECT_EQ(record.wall_millis, kTime);
  EXPECT_EQ(std::get<std::string>(record.fields[0].value), "surge");
}

TEST(LoggerTest, LeavesOutWhatIsBelowItsLevel) {
  CapturingLogSink sink;
  ManualClock clock;
  const Logger logger(sink, clock, "engine", LogLevel::kWarning);
  logger.Info("quiet");
  logger.Warning("loud");
  logger.Error("louder", Error(ErrorCode::kIo, "disk gone"));
  EXPECT_FALSE(logger.enabled(LogLevel::kInfo));
  EXPECT_EQ(sink.records().size(), 2u);
  EXPECT_EQ(sink.Count(LogLevel::kError, "loud"), 1);
  EXPECT_EQ(std::get<int64_t>(sink.records()[1].fields[0].value), 2001);
}

TEST(LoggerTest, WithoutASinkSaysNothing) {
  const Logger logger;
  logger.Error("nobody hears");
  EXPECT_FALSE(logger.enabled(LogLevel::kError));
}

TEST(LogSinkTest, WritesJsonLinesToWhatIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  MakeLogSink(ends[1])->Write(Example());
  close(ends[1]);
  char text[1024];
  const ssize_t length = read(ends[0], text, sizeof text);
  close(ends[0]);
  EXPECT_EQ(std::string(text, static_cast<size_t>(length)), FormatLogJson(Example()) + "\n");
}

TEST(LogLevelTest, NamesReadBack) {
  EXPECT_EQ(ParseLogLevel("warning"), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("loud"), std::nullopt);
}

}  // namespace
}  // namespace floe
