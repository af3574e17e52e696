#include "base/log.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/limits.h"

namespace floe {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warning", "error"};
constexpr std::string_view kLevelColours[] = {"\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
constexpr std::string_view kResetColour = "\x1b[0m";

// Length of the well-formed UTF-8 sequence that starts at `at`; 0 if there is none.
size_t Utf8Length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if (first == 0xe0 && byte(at + 1) < 0xa0) return 0;
  if (first == 0xed && byte(at + 1) >= 0xa0) return 0;
  if (first == 0xf0 && byte(at + 1) < 0x90) return 0;
  if (first == 0xf4 && byte(at + 1) >= 0x90) return 0;
  return length;
}

void AppendEscaped(unsigned char c, std::string* out) {
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      break;
  }
  if (c < 0x20 || c == 0x7f) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", c);
    *out += text;
  } else {
    *out += static_cast<char>(c);
  }
}

std::string NumberText(double value) {
  char text[40];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return std::string(text, result.ptr);
}

void AppendJsonValue(const LogValue& value, std::string* out) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    AppendJsonString(*text, out);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    *out += std::to_string(*integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    // JSON has no NaN and no infinity.
    if (std::isfinite(*number)) {
      *out += NumberText(*number);
    } else {
      AppendJsonString(NumberText(*number), out);
    }
  } else {
    *out += std::get<bool>(value) ? "true" : "false";
  }
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) return true;
  for (unsigned char c : text) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c >= 0x7f) return true;
  }
  return false;
}

void AppendTextValue(const LogValue& value, std::string* out) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && !NeedsQuotes(*text)) {
    *out += *text;
  } else {
    AppendJsonValue(value, out);
  }
}

// A message keeps its characters, but can't break the line or drive the terminal.
void AppendMessage(std::string_view message, std::string* out) {
  for (unsigned char c : message) {
    if (c == '"' || c == '\\') {
      *out += static_cast<char>(c);
    } else {
      AppendEscaped(c, out);
    }
  }
}

class DescriptorLogSink final : public LogSink {
 public:
  DescriptorLogSink(int descriptor, LogFormat format, bool colours)
      : descriptor_(descriptor), format_(format), colours_(colours) {}

  void Write(const LogRecord& record) override {
    std::string line =
        format_ == LogFormat::kJson ? FormatLogJson(record) : FormatLogText(record, colours_);
    line += '\n';
    std::lock_guard lock(mutex_);
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      // There is nobody to tell that the log can't be written.
      if (written <= 0) return;
      rest.remove_prefix(static_cast<size_t>(written));
    }
  }

 private:
  const int descriptor_;
  const LogFormat format_;
  const bool colours_;
  std::mutex mutex_;
};

std::string FormatJsonLine(const LogRecord& record, std::string_view message) {
  std::string line = "{\"level\":\"" + std::string(LogLevelName(record.level)) + "\",\"ts\":\"" +
                     FormatRfc3339(record.wall_millis) + "\",\"logger\":";
  AppendJsonString(record.logger, &line);
  line += ",\"msg\":";
  AppendJsonString(message, &line);
  line += ",\"fields\":{";
  bool first = true;
  for (const LogField& field : record.fields) {
    if (!first) line += ',';
    first = false;
    AppendJsonString(field.key, &line);
    line += ':';
    AppendJsonValue(field.value, &line);
  }
  return line + "}}";
}

}  // namespace

std::string_view LogLevelName(LogLevel level) { return kLevelNames[static_cast<size_t>(level)]; }

std::optional<LogLevel> ParseLogLevel(std::string_view name) {
  for (LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (LogLevelName(level) == name) return level;
  }
  return std::nullopt;
}

Logger Logger::Child(std::string_view part) const {
  Logger child = *this;
  if (!child.name_.empty()) child.name_ += '.';
  child.name_ += part;
  return child;
}

void Logger::Debug(std::string message, std::vector<LogField> fields) const {
  Log(LogLevel::kDebug, std::move(message), std::move(fields));
}

void Logger::Info(std::string message, std::vector<LogField> fields) const {
  Log(LogLevel::kInfo, std::move(message), std::move(fields));
}

void Logger::Warning(std::string message, std::vector<LogField> fields) const {
  Log(LogLevel::kWarning, std::move(message), std::move(fields));
}

void Logger::Error(std::string message, std::vector<LogField> fields) const {
  Log(LogLevel::kError, std::move(message), std::move(fields));
}

void Logger::Error(std::string message, const floe::Error& error,
                   std::vector<LogField> fields) const {
  fields.emplace_back("error_code", ErrorNumber(error.code()));
  fields.emplace_back("error_name", ErrorName(error.code()));
  fields.emplace_back("error", error.message());
  if (!error.hint().empty()) fields.emplace_back("hint", error.hint());
  Log(LogLevel::kError, std::move(message), std::move(fields));
}

void Logger::Log(LogLevel level, std::string message, std::vector<LogField> fields) const {
  if (!enabled(level)) return;
  sink_->Write({level, clock_->WallMillis(), name_, std::move(message), std::move(fields)});
}

std::string FormatLogText(const LogRecord& record, bool colours) {
  const std::string_view name = LogLevelName(record.level);
  std::string level;
  for (char c : name) level += static_cast<char>(c - 'a' + 'A');
  level.resize(7, ' ');
  std::string line = FormatRfc3339(record.wall_millis).substr(11, 12) + " ";
  if (colours) line += kLevelColours[static_cast<size_t>(record.level)];
  line += level;
  if (colours) line += kResetColour;
  line += " " + record.logger + ": ";
  AppendMessage(record.message, &line);
  const char* separator = "  ";
  for (const LogField& field : record.fields) {
    line += separator + field.key + "=";
    AppendTextValue(field.value, &line);
    separator = " ";
  }
  if (line.size() > limits::kMaxLogLineBytes) {
    line.resize(limits::kMaxLogLineBytes - 3);
    line += "...";
  }
  return line;
}

std::string FormatLogJson(const LogRecord& record) {
  std::string line = FormatJsonLine(record, record.message);
  if (line.size() <= limits::kMaxLogLineBytes) return line;
  // Cut so that the line stays one JSON value: no fields, and what fits of the message. Escaping
  // makes a byte at most six times as long.
  LogRecord cut = record;
  cut.fields.clear();
  cut.fields.emplace_back("cut", true);
  const std::string_view message(record.message);
  return FormatJsonLine(cut, message.substr(0, limits::kMaxLogLineBytes / 8));
}

std::unique_ptr<LogSink> MakeLogSink(int file_descriptor) {
  const bool terminal = ::isatty(file_descriptor) == 1;
  return MakeLogSink(file_descriptor, terminal ? LogFormat::kText : LogFormat::kJson, terminal);
}

std::unique_ptr<LogSink> MakeLogSink(int file_descriptor, LogFormat format, bool colours) {
  return std::make_unique<DescriptorLogSink>(file_descriptor, format, colours);
}

void CapturingLogSink::Write(const LogRecord& record) {
  std::lock_guard lock(mutex_);
  records_.push_back(record);
}

std::vector<LogRecord> CapturingLogSink::records() const {
  std::lock_guard lock(mutex_);
  return records_;
}

int CapturingLogSink::Count(LogLevel level, std::string_view text) const {
  std::lock_guard lock(mutex_);
  int count = 0;
  for (const LogRecord& record : records_) {
    if (record.level >= level && record.message.find(text) != std::string::npos) ++count;
  }
  return count;
}

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    if (length == 0) {
      *out += "\xef\xbf\xbd";
      ++i;
    } else if (length == 1) {
      AppendEscaped(static_cast<unsigned char>(text[i]), out);
      ++i;
    } else {
      out->append(text, i, length);
      i += length;
    }
  }
  *out += '"';
}

std::string FormatRfc3339(int64_t wall_millis) {
  namespace chrono = std::chrono;  // the calendar types only
  const chrono::sys_time<chrono::milliseconds> time{chrono::milliseconds(wall_millis)};
  const chrono::sys_days day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(time - day);
  char text[48];
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

}  // namespace floe
