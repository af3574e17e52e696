#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace floe {

Error Error::WithContext(std::string_view context) && {
  message_ = std::string(context) + ": " + message_;
  return std::move(*this);
}

Error Error::WithHint(std::string hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

Error Error::WithSpan(SourceSpan span) && {
  if (!span_) span_ = span;
  return std::move(*this);
}

std::string Error::ToString() const {
  std::string out(ErrorName(code_));
  if (span_) out += " at " + std::to_string(span_->line) + ":" + std::to_string(span_->column);
  out += ": " + message_;
  if (!hint_.empty()) out += " (" + hint_ + ")";
  return out;
}

namespace internal {

void AssertFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "floe: internal defect: %s is false at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace internal
}  // namespace floe
