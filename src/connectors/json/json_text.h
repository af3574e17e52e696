// Texts out of a JSON document: keys, strings, numbers and whole values as text. The adapter
// header of connectors/json for simdjson.
#pragma once

#include <simdjson.h>

#include <deque>
#include <string>
#include <string_view>

namespace floe::connectors {

// The text of a number, without the blanks that may follow it.
std::string_view NumberToken(simdjson::ondemand::value value);
// True for the token `null`, false for something that only starts alike.
bool IsNullToken(simdjson::ondemand::value value);
// Length of the object or array that `text` starts with; 0 if it starts with neither or the value
// does not end.
size_t FirstValueLength(std::string_view text);
// 'true' in any case: what Java's Boolean.parseBoolean takes for true.
bool IsTrueText(std::string_view text);

// Owns the texts that had to be rewritten; views stay valid until Reset.
class JsonTextBuffer {
 public:
  void Reset() { texts_.clear(); }

  // The field's name with escapes resolved.
  bool ReadKey(simdjson::ondemand::field& field, std::string_view* key);
  // REQUIRES: value is a string. A lone surrogate becomes '?', as Jackson writes it.
  bool ReadString(simdjson::ondemand::value value, std::string_view* text);
  // Any value but null as Flink gives it for a STRING column: a string's content, a number's or
  // boolean's text, an object or array as compact JSON.
  bool ReadAsText(simdjson::ondemand::value value, std::string_view* text);
  bool ReadBase64(std::string_view base64, std::string_view* bytes);

 private:
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::deque<std::string> texts_;
};

}  // namespace floe::connectors
