#include "plan/name_errors.h"

#include "base/near_names.h"

namespace floe::plan {
namespace {
constexpr size_t kMaxListedNames = 12;
}

std::string ListNames(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kMaxListedNames; ++i) {
    if (i > 0) text += ", ";
    text += names[i];
  }
  if (names.size() > kMaxListedNames) {
    text += " and " + std::to_string(names.size() - kMaxListedNames) + " more";
  }
  return text;
}

std::string CountOf(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Quoted(std::string_view name) {
  std::string text = "`";
  for (char c : name) {
    text += c;
    if (c == '`') text += '`';
  }
  return text + "`";
}

Error OfTable(Error error, const stream::TableName& table) {
  if (error.message().find(table.ToString()) != std::string::npos) return error;
  return std::move(error).WithContext("table '" + table.ToString() + "'");
}

Error UnknownName(ErrorCode code, std::string message, std::string_view name,
                  const std::vector<std::string>& known, std::string_view plural,
                  const SourceSpan& span) {
  Error error(code, std::move(message) + DidYouMean(name, known));
  if (!known.empty()) {
    error = std::move(error).WithHint(std::string(plural) + ": " + ListNames(known));
  }
  return span.line > 0 ? std::move(error).WithSpan(span) : error;
}

}  // namespace floe::plan
