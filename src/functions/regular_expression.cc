// The one file of functions/ that sees RE2.
#include "functions/regular_expression.h"

#include <re2/re2.h>

#include <utility>

namespace floe::functions {
namespace {

// A pattern's program may take this much.
constexpr int64_t kMaxProgramBytes = int64_t{8} << 20;

std::string_view View(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

// RE2 refuses constructs of Java that need backtracking with the same codes as mistakes.
bool IsJavaOnly(const re2::RE2& regex) {
  const std::string& argument = regex.error_arg();
  switch (regex.error_code()) {
    case re2::RE2::ErrorBadPerlOp:
    case re2::RE2::ErrorBadNamedCapture:
    case re2::RE2::ErrorRepeatArgument:
      return argument.starts_with("(?");
    case re2::RE2::ErrorRepeatOp:
      return argument.ends_with("+");
    case re2::RE2::ErrorBadEscape:
      return argument.size() == 2 && argument[1] != '\\' && argument[1] != '\0';
    case re2::RE2::ErrorBadCharRange:
      return false;
    default:
      return false;
  }
}

}  // namespace

class RegularExpression::Impl {
 public:
  Impl(std::string_view pattern, const re2::RE2::Options& options)
      : regex_(re2::StringPiece(pattern.data(), pattern.size()), options) {}
  const re2::RE2& regex() const { return regex_; }

 private:
  re2::RE2 regex_;
};

Result<RegularExpression> RegularExpression::Compile(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxProgramBytes);
  RegularExpression out;
  auto impl = std::make_shared<const Impl>(pattern, options);
  if (!impl->regex().ok()) {
    const std::string what = "the regular expression '" + std::string(pattern) + "'";
    if (IsJavaOnly(impl->regex())) {
      return Error(ErrorCode::kSqlUnsupported,
                   what + " uses " + impl->regex().error_arg() + ", which is not supported yet")
          .WithHint("look-around, back references and possessive quantifiers are not supported");
    }
    return Error(ErrorCode::kInvalidArgument, what + " is not valid: " + impl->regex().error());
  }
  out.impl_ = std::move(impl);
  return out;
}

int RegularExpression::group_count() const { return impl_->regex().NumberOfCapturingGroups(); }

bool RegularExpression::Matches(std::string_view text) const {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), impl_->regex());
}

bool RegularExpression::Find(std::string_view text, size_t from,
                             std::vector<std::string_view>* groups) const {
  const int count = group_count() + 1;
  std::vector<re2::StringPiece> pieces(static_cast<size_t>(count));
  const re2::StringPiece input(text.data(), text.size());
  if (!impl_->regex().Match(input, from, text.size(), re2::RE2::UNANCHORED, pieces.data(), count)) {
    return false;
  }
  groups->clear();
  for (const re2::StringPiece& piece : pieces) groups->push_back(View(piece));
  return true;
}

const Result<RegularExpression>& RegularExpressionCache::Get(std::string_view pattern) {
  if (compiled_ == nullptr || pattern_ != pattern) {
    pattern_ = pattern;
    compiled_ =
        std::make_shared<const Result<RegularExpression>>(RegularExpression::Compile(pattern));
  }
  return *compiled_;
}

}  // namespace floe::functions
