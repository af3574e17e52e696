// Java's two languages of date patterns, as far as SQL jobs use them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "functions/calendar.h"

namespace floe::functions {

enum class PatternDialect : uint8_t {
  kDateTimeFormatter,  // java.time.format.DateTimeFormatter: strict text, smart values
  kSimpleDateFormat,   // java.text.SimpleDateFormat: lenient; the end of a text may be left over
};

// A compiled pattern; immutable. Letters: y u M L d D H k K h m s S n a E G-less eras; quoted text;
// [ ] around optional parts (kDateTimeFormatter). X, x and Z are read and ignored in parsing.
class JavaDatePattern {
 public:
  // kInvalidArgument for a pattern that Java refuses, kSqlUnsupported for letters that only this
  // does not know.
  static Result<JavaDatePattern> Compile(std::string_view pattern, PatternDialect dialect);

  // `time` is local; `offset_seconds` is printed by Z and X of SimpleDateFormat. An error where
  // Java throws: a zone in a text without one.
  Status Format(const LocalTime& time, int64_t offset_seconds, std::string* out) const;
  // What is missing in the text is that of 1970-01-01 00:00:00. False if the text does not match,
  // or a value is out of range.
  bool Parse(std::string_view text, LocalTime* out) const;

 private:
  enum class Kind : uint8_t { kText, kField, kOptionalBegin, kOptionalEnd };
  struct Token {
    Kind kind = Kind::kText;
    std::string text;       // kText
    char letter = 0;        // kField
    int count = 0;          // kField: how often the letter stands there
    bool adjacent = false;  // a numeric field right before another one
  };
  struct Fields;
  // A field that has its place in every text that matches.
  struct FixedField {
    char letter = 0;
    size_t at = 0;
    size_t width = 0;
  };

  Status AddField(char letter, int count);
  void MarkAdjacent();
  void FindFixedFields();
  Status FormatField(const Token& token, const LocalTime& time, int64_t offset_seconds,
                     std::string* out) const;
  bool ParseTokens(size_t begin, size_t end, std::string_view text, size_t* at,
                   Fields* fields) const;
  bool ParseField(size_t index, std::string_view text, size_t* at, Fields* fields) const;
  // For patterns of fixed fields. False says nothing: ParseTokens decides.
  bool ParseFixed(std::string_view text, Fields* fields) const;
  void SetField(char letter, int count, int64_t value, Fields* fields) const;
  bool ParseNumber(size_t index, std::string_view text, size_t* at, int64_t* out) const;
  // Digits that the fixed fields right behind `index` take.
  int DigitsBehind(size_t index) const;
  size_t EndOfOptional(size_t begin) const;
  bool ResolveStrict(const Fields& fields, LocalTime* out) const;
  bool ResolveLenient(const Fields& fields, LocalTime* out) const;

  PatternDialect dialect_ = PatternDialect::kDateTimeFormatter;
  std::vector<Token> tokens_;
  // yyyy-MM-dd HH:mm:ss.SSS and its kind: fields in their order, and the text around them. Empty
  // for other patterns.
  std::vector<FixedField> fixed_fields_;
  std::string fixed_shape_;
};

}  // namespace floe::functions
