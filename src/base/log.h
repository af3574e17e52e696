// The process's own log. A Logger is handed to whoever has something to say; there is no global.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace floe {

enum class LogLevel : uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

// "debug", "info", "warning", "error".
std::string_view LogLevelName(LogLevel level);
// The reverse; nullopt for another word.
std::optional<LogLevel> ParseLogLevel(std::string_view name);

using LogValue = std::variant<std::string, int64_t, double, bool>;

// A fact beside the message. Keys are snake_case with the unit last: duration_ms, size_bytes.
struct LogField {
  LogField(std::string field_key, std::string text)
      : key(std::move(field_key)), value(std::move(text)) {}
  LogField(std::string field_key, std::string_view text)
      : key(std::move(field_key)), value(std::string(text)) {}
  LogField(std::string field_key, const char* text)
      : key(std::move(field_key)), value(std::string(text)) {}
  LogField(std::string field_key, double number) : key(std::move(field_key)), value(number) {}
  LogField(std::string field_key, bool truth) : key(std::move(field_key)), value(truth) {}
  template <typename Integer>
  requires(std::is_integral_v<Integer>) LogField(std::string field_key, Integer number)
      : key(std::move(field_key)), value(static_cast<int64_t>(number)) {}

  std::string key;
  LogValue value;
};

struct LogRecord {
  LogLevel level = LogLevel::kInfo;
  int64_t wall_millis = 0;
  std::string logger;  // dotted, from the part to the detail: "engine.checkpoint"
  std::string message;
  std::vector<LogField> fields;
};

// Where records go. Thread-safe.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(const LogRecord& record) = 0;
};

// Hands records with a name and a time to a sink. A small value: copy it freely. Thread-safe.
// Sink and clock must outlive it.
class Logger {
 public:
  // Says nothing.
  Logger() = default;
  Logger(LogSink& sink, const Clock& clock, std::string name, LogLevel least = LogLevel::kInfo)
      : sink_(&sink), clock_(&clock), name_(std::move(name)), least_(least) {}

  // The same under "name.part".
  Logger Child(std::string_view part) const;

  // False: what it costs to build the fields can be saved.
  bool enabled(LogLevel level) const { return sink_ != nullptr && level >= least_; }

  void Debug(std::string message, std::vector<LogField> fields = {}) const;
  void Info(std::string message, std::vector<LogField> fields = {}) const;
  void Warning(std::string message, std::vector<LogField> fields = {}) const;
  void Error(std::string message, std::vector<LogField> fields = {}) const;
  // An error's code, message and hint as fields.
  void Error(std::string message, const floe::Error& error,
             std::vector<LogField> fields = {}) const;
  void Log(LogLevel level, std::string message, std::vector<LogField> fields) const;

 private:
  LogSink* sink_ = nullptr;
  const Clock* clock_ = nullptr;
  std::string name_;
  LogLevel least_ = LogLevel::kInfo;
};

// One line per record, without the line's end, at most limits::kMaxLogLineBytes:
//   12:00:01.250 WARNING engine.checkpoint: took long  duration_ms=5100 table="a b"
std::string FormatLogText(const LogRecord& record, bool colours);
//   {"level":"warning","ts":"2024-05-01T12:00:01.250Z","logger":…,"msg":…,"fields":{…}}
std::string FormatLogJson(const LogRecord& record);

// Writes lines to a file descriptor that stays open: text (in colours) if it is a terminal, JSON
// otherwise. A line is one write, so that lines of several processes don't mix.
std::unique_ptr<LogSink> MakeLogSink(int file_descriptor);
enum class LogFormat : uint8_t { kText, kJson };
std::unique_ptr<LogSink> MakeLogSink(int file_descriptor, LogFormat format, bool colours = false);

// Keeps the records, for tests.
class CapturingLogSink final : public LogSink {
 public:
  void Write(const LogRecord& record) override;
  std::vector<LogRecord> records() const;
  // How many records of at least `level` have a message that contains `text`.
  int Count(LogLevel level, std::string_view text) const;

 private:
  mutable std::mutex mutex_;
  std::vector<LogRecord> records_;
};

// Appends `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);
// "2024-05-01T12:00:01.250Z" (RFC 3339).
std::string FormatRfc3339(int64_t wall_millis);

}  // namespace floe
