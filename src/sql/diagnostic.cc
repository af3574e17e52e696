#include "sql/diagnostic.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sql/utf8.h"

namespace floe::sql {

namespace {

constexpr size_t kMaxShownColumns = 100;  // of a long line, around the mark
constexpr int kMaxMarkedLines = 3;

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kBlue = "\x1b[34m";
constexpr std::string_view kReset = "\x1b[0m";

std::string Paint(std::string_view text, std::string_view color, bool enabled) {
  if (!enabled) return std::string(text);
  return std::string(color) + std::string(text) + std::string(kReset);
}

// Line `number` (from 1) of the text, without its end.
std::string_view LineOf(std::string_view text, int number) {
  size_t begin = 0;
  for (int line = 1; line < number; ++line) {
    const size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
  }
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The line as single characters; what does not print is shown as a blank or '?'.
std::vector<std::string> CharactersOf(std::string_view line) {
  std::vector<std::string> characters;
  while (!line.empty()) {
    const Utf8Character character = DecodeUtf8(line);
    const size_t size = std::max<size_t>(character.size_bytes, 1);
    if (character.size_bytes == 0) {
      characters.emplace_back("?");
    } else if (character.code_point < 0x20 || character.code_point == 0x7F) {
      characters.emplace_back(" ");
    } else {
      characters.emplace_back(line.substr(0, size));
    }
    line.remove_prefix(size);
  }
  return characters;
}

// East Asian wide characters and emoji take two cells of a terminal.
bool IsWide(std::string_view character) {
  const uint32_t code = DecodeUtf8(character).code_point;
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
         (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
         (code >= 0x1F300 && code <= 0x1FAFF);
}

struct MarkedLine {
  std::string text;
  std::string marks;
};

// Cuts a long line to the part around the mark. Columns count from 1; `last` is included.
MarkedLine MarkLine(std::string_view line, size_t first, size_t last) {
  const std::vector<std::string> characters = CharactersOf(line);
  size_t begin = 0;
  size_t end = characters.size();
  if (end > kMaxShownColumns) {
    begin = first > kMaxShownColumns / 2 ? first - kMaxShownColumns / 2 : 0;
    begin = std::min(begin, end - kMaxShownColumns);
    end = begin + kMaxShownColumns;
  }
  MarkedLine marked;
  if (begin > 0) {
    marked.text = "… ";
    marked.marks = "  ";
  }
  for (size_t i = begin; i < std::max(end, first); ++i) {
    const std::string character = i < characters.size() ? characters[i] : " ";
    const bool is_marked = i + 1 >= first && i + 1 <= std::max(first, std::min(last, end));
    marked.text += character;
    marked.marks += std::string(IsWide(character) ? 2 : 1, is_marked ? '^' : ' ');
  }
  if (end < characters.size()) marked.text += " …";
  while (marked.text.ends_with(' ')) marked.text.pop_back();
  while (marked.marks.ends_with(' ')) marked.marks.pop_back();
  return marked;
}

std::string RenderExcerpt(const SourceSpan& span, std::string_view text,
                          const DiagnosticOptions& options) {
  const int last_line =
      std::min(std::max(span.end_line, span.line), span.line + kMaxMarkedLines - 1);
  const std::string widest = std::to_string(last_line);
  const std::string gutter(widest.size() + 1, ' ');
  const auto bar = [&options](std::string_view left) {
    return Paint(std::string(left) + "|", kBlue, options.color);
  };
  std::string place = options.source_name.empty() ? "line " : options.source_name + ":";
  place += std::to_string(span.line) + ":" + std::to_string(span.column);
  std::string shown = Paint(gutter.substr(1) + "--> ", kBlue, options.color) + place + "\n";
  shown += bar(gutter) + "\n";
  for (int line = span.line; line <= last_line; ++line) {
    const std::string_view line_text = LineOf(text, line);
    const size_t first = line == span.line ? static_cast<size_t>(std::max(span.column, 1)) : 1;
    const size_t last = line == span.end_line ? static_cast<size_t>(std::max(span.end_column, 1))
                                              : line_text.size();
    const MarkedLine marked = MarkLine(line_text, first, last);
    std::string number = std::to_string(line);
    number.insert(0, widest.size() - number.size(), ' ');
    shown += bar(number + " ") + (marked.text.empty() ? "" : " " + marked.text) + "\n";
    shown += bar(gutter) + " " + Paint(marked.marks, kRed, options.color) + "\n";
  }
  return shown;
}

}  // namespace

std::string RenderDiagnostic(const Error& error, std::string_view text,
                             const DiagnosticOptions& options) {
  std::string shown = Paint("error", kRed, options.color) + ": " + error.message() + "\n";
  std::string gutter;
  if (error.span().has_value() && error.span()->line > 0) {
    shown += RenderExcerpt(*error.span(), text, options);
    gutter = std::string(std::to_string(error.span()->line).size() + 1, ' ');
  }
  if (!error.hint().empty()) shown += gutter + "= " + error.hint() + "\n";
  return shown;
}

}  // namespace floe::sql
