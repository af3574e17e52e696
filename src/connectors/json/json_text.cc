#include "connectors/json/json_text.h"

#include <cstring>

#include "base/limits.h"
#include "connectors/json/json_scalar.h"

namespace floe::connectors {
namespace {

namespace ondemand = simdjson::ondemand;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four digits at `at`, or -1.
int ReadHex4(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return -1;
  int code = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const int digit = HexDigit(text[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xc0 | (code >> 6));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xe0 | (code >> 12));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *out += static_cast<char>(0xf0 | (code >> 18));
    *out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// Reads a \uXXXX escape whose digits start at *at; a pair of surrogates is one character, a lone
// one '?'.
bool AppendUnicodeEscape(std::string_view body, size_t* at, std::string* out) {
  const int unit = ReadHex4(body, *at);
  if (unit < 0) return false;
  *at += 4;
  if (unit >= 0xd800 && unit < 0xdc00 && body.substr(*at, 2) == "\\u") {
    const int low = ReadHex4(body, *at + 2);
    if (low >= 0xdc00 && low < 0xe000) {
      *at += 6;
      AppendUtf8(0x10000u + ((static_cast<uint32_t>(unit) - 0xd800u) << 10) +
                     (static_cast<uint32_t>(low) - 0xdc00u),
                 out);
      return true;
    }
  }
  if (unit >= 0xd800 && unit < 0xe000) {
    *out += '?';
  } else {
    AppendUtf8(static_cast<uint32_t>(unit), out);
  }
  return true;
}

// Resolves the escapes of a string's body (between the quotes).
bool Unescape(std::string_view body, std::string* out) {
  for (size_t i = 0; i < body.size();) {
    const char c = body[i++];
    if (c != '\\') {
      if (static_cast<unsigned char>(c) < 0x20) return false;
      *out += c;
      continue;
    }
    if (i == body.size()) return false;
    static constexpr std::string_view kCodes = "\"\\/bfnrt";
    static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const char escape = body[i++];
    if (escape == 'u') {
      if (!AppendUnicodeEscape(body, &i, out)) return false;
      continue;
    }
    const size_t known = kCodes.find(escape);
    if (known == std::string_view::npos) return false;
    *out += kValues[known];
  }
  return true;
}

// The body of the string whose text starts behind an opening quote.
std::string_view StringBody(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.substr(0, std::min(end, text.size()));
}

// Writes a string in JSON form as Jackson does: only what has to be is escaped.
void AppendQuoted(std::string_view text, std::string* out) {
  *out += '"';
  for (char c : text) {
    static constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t";
    static constexpr std::string_view kCodes = "\"\\bfnrt";
    const size_t special = kSpecial.find(c);
    if (special != std::string_view::npos) {
      *out += '\\';
      *out += kCodes[special];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      static constexpr std::string_view kHex = "0123456789ABCDEF";
      *out += "\\u00";
      *out += kHex[static_cast<size_t>(c) >> 4];
      *out += kHex[static_cast<size_t>(c) & 0xf];
    } else {
      *out += c;
    }
  }
  *out += '"';
}

class CompactWriter {
 public:
  CompactWriter(JsonTextBuffer& texts, std::string* out) : texts_(texts), out_(*out) {}

  bool Write(ondemand::value value, int depth) {
    if (depth > limits::kMaxJsonDepth) return false;
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    switch (type) {
      case ondemand::json_type::object:
        return WriteObject(value, depth);
      case ondemand::json_type::array:
        return WriteArray(value, depth);
      case ondemand::json_type::string: {
        std::string_view text;
        if (!texts_.ReadString(value, &text)) return false;
        AppendQuoted(text, &out_);
        return true;
      }
      case ondemand::json_type::number: {
        const std::string_view token = NumberToken(value);
        out_ += token;
        return IsJsonNumber(token);
      }
      case ondemand::json_type::boolean: {
        bool truth = false;
        if (value.get_bool().get(truth) != simdjson::SUCCESS) return false;
        out_ += truth ? "true" : "false";
        return true;
      }
      case ondemand::json_type::null:
        out_ += "null";
        return IsNullToken(value);
    }
    return false;
  }

 private:
  bool WriteObject(ondemand::value value, int depth) {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    out_ += '{';
    bool first = true;
    for (auto element : object) {
      ondemand::field field;
      std::string_view key;
      if (std::move(element).get(field) != simdjson::SUCCESS) return false;
      if (!texts_.ReadKey(field, &key)) return false;
      if (!first) out_ += ',';
      first = false;
      AppendQuoted(key, &out_);
      out_ += ':';
      if (!Write(field.value(), depth + 1)) return false;
    }
    out_ += '}';
    return true;
  }

  bool WriteArray(ondemand::value value, int depth) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    out_ += '[';
    bool first = true;
    for (auto element : array) {
      ondemand::value item;
      if (std::move(element).get(item) != simdjson::SUCCESS) return false;
      if (!first) out_ += ',';
      first = false;
      if (!Write(item, depth + 1)) return false;
    }
    out_ += ']';
    return true;
  }

  JsonTextBuffer& texts_;
  std::string& out_;
};

}  // namespace

std::string_view NumberToken(ondemand::value value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

bool IsNullToken(ondemand::value value) {
  bool is_null = false;
  return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
}

size_t FirstValueLength(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth <= 0) {
      return depth == 0 ? i + 1 : 0;
    }
    if (depth == 0 && static_cast<unsigned char>(c) > ' ') return 0;
  }
  return 0;
}

bool IsTrueText(std::string_view text) {
  static constexpr std::string_view kTrue = "true";
  if (text.size() != kTrue.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != kTrue[i]) return false;
  }
  return true;
}

bool JsonTextBuffer::ReadKey(ondemand::field& field, std::string_view* key) {
  // The raw key ends at the first quote that is not escaped; the document is padded behind it.
  const char* raw = field.key().raw();
  size_t length = 0;
  while (raw[length] != '"' && raw[length] != '\\') ++length;
  if (raw[length] == '"') {
    *key = std::string_view(raw, length);
    return true;
  }
  return field.unescaped_key().get(*key) == simdjson::SUCCESS;
}

bool JsonTextBuffer::ReadString(ondemand::value value, std::string_view* text) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  // Most strings have no escapes: what is between the quotes is their content.
  const bool closed = token.size() >= 2 && token.back() == '"';
  if (closed && std::memchr(token.data(), '\\', token.size()) == nullptr) {
    *text = token.substr(1, token.size() - 2);
    return true;
  }
  if (value.get_string().get(*text) == simdjson::SUCCESS) return true;
  std::string resolved;
  if (!Unescape(StringBody(token.substr(1)), &resolved)) return false;
  *text = Keep(std::move(resolved));
  return true;
}

bool JsonTextBuffer::ReadAsText(ondemand::value value, std::string_view* text) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == ondemand::json_type::string) return ReadString(value, text);
  std::string written;
  if (!CompactWriter(*this, &written).Write(value, 0)) return false;
  *text = Keep(std::move(written));
  return true;
}

bool JsonTextBuffer::ReadBase64(std::string_view base64, std::string_view* bytes) {
  std::string decoded;
  if (!DecodeBase64(base64, &decoded)) return false;
  *bytes = Keep(std::move(decoded));
  return true;
}

}  // namespace floe::connectors
