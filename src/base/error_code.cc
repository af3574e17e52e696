#include "base/error_code.h"

#include <array>
#include <string>

namespace floe {
namespace {

struct CodeInfo {
  ErrorCode code;
  std::string name;
  ErrorOrigin origin;
  RetryHint retry;
};

// "kSqlSyntax" -> "SQL_SYNTAX".
std::string WireName(std::string_view identifier) {
  std::string out;
  for (char c : identifier.substr(1)) {
    if (c >= 'A' && c <= 'Z' && !out.empty()) out += '_';
    out += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

const CodeInfo& InfoOf(ErrorCode code) {
  static const std::array kInfos = {
#define FLOE_X(name, number, origin, retry) \
  CodeInfo{ErrorCode::name, WireName(#name), ErrorOrigin::origin, RetryHint::retry},
      FLOE_ERROR_CODES(FLOE_X)
#undef FLOE_X
  };
  for (const CodeInfo& info : kInfos) {
    if (info.code == code) return info;
  }
  static const CodeInfo kUnknown{ErrorCode::kInternal, "UNKNOWN", ErrorOrigin::kInternal,
                                 RetryHint::kNever};
  return kUnknown;
}

}  // namespace

std::string_view ErrorName(ErrorCode code) { return InfoOf(code).name; }
ErrorOrigin OriginOf(ErrorCode code) { return InfoOf(code).origin; }
RetryHint RetryOf(ErrorCode code) { return InfoOf(code).retry; }

}  // namespace floe
