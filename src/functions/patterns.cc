// LIKE, SIMILAR TO and the REGEXP functions.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "functions/ascii.h"
#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/like_pattern.h"
#include "functions/registry.h"
#include "functions/regular_expression.h"
#include "functions/utf8.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// --- LIKE and SIMILAR TO -----------------------------------------------------------------------

bool Like(Row& row, LikePatternCache& cache, std::string_view text, std::string_view pattern,
          std::string_view escape, uint8_t* out) {
  const Result<LikePattern>& compiled = cache.Get(pattern, escape);
  if (!compiled.ok()) return row.Fail(compiled.error());
  *out = compiled->Matches(text) ? 1 : 0;
  return true;
}

Result<BoundKernel> MakeLike(const KernelRequest& request) {
  if (request.arguments.size() == 2) {
    return PerRow<uint8_t, std::string_view, std::string_view>(
        [cache = LikePatternCache()](Row& row, std::string_view text, std::string_view pattern,
                                     uint8_t* out) mutable {
          return Like(row, cache, text, pattern, {}, out);
        });
  }
  return PerRow<uint8_t, std::string_view, std::string_view, std::string_view>(
      [cache = LikePatternCache()](Row& row, std::string_view text, std::string_view pattern,
                                   std::string_view escape, uint8_t* out) mutable {
        return Like(row, cache, text, pattern, escape, out);
      });
}

bool Similar(Row& row, RegularExpressionCache& cache, std::string_view text,
             std::string_view pattern, std::string_view escape, uint8_t* out) {
  const Result<std::string> regex = SimilarToRegularExpression(pattern, escape);
  if (!regex.ok()) return row.Fail(regex.error());
  const Result<RegularExpression>& compiled = cache.Get(*regex);
  if (!compiled.ok()) return row.Fail(compiled.error());
  *out = compiled->Matches(text) ? 1 : 0;
  return true;
}

Result<BoundKernel> MakeSimilar(const KernelRequest& request) {
  if (request.arguments.size() == 2) {
    return PerRow<uint8_t, std::string_view, std::string_view>(
        [cache = RegularExpressionCache()](Row& row, std::string_view text,
                                           std::string_view pattern, uint8_t* out) mutable {
          return Similar(row, cache, text, pattern, {}, out);
        });
  }
  return PerRow<uint8_t, std::string_view, std::string_view, std::string_view>(
      [cache = RegularExpressionCache()](Row& row, std::string_view text, std::string_view pattern,
                                         std::string_view escape, uint8_t* out) mutable {
        return Similar(row, cache, text, pattern, escape, out);
      });
}

const ScalarFunction kLike{"LIKE", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeLike};
const ScalarFunction kSimilar{"SIMILAR TO", CallForm::kStrict, PrintForm::kInfix, true, 0,
                              MakeSimilar};

Result<ExpressionPtr> ResolveMatch(ResolveRequest& request) {
  for (const ExpressionPtr& argument : request.arguments) {
    if (IsUntypedNull(*argument)) return UntypedNull(request);
    if (!argument->type().is_character()) return ArgumentMismatch(request);
  }
  const bool negated = request.name.starts_with("NOT");
  const ScalarFunction* function = request.name.ends_with("LIKE") ? &kLike : &kSimilar;
  const DataType type = DataType::Boolean().WithNullable(AnyNullable(request.arguments));
  ExpressionPtr match =
      Expression::Call(function, std::move(request.arguments), type, request.span);
  if (!negated) return match;
  return ResolveCall("NOT", {std::move(match)}, request.options, request.span);
}

// --- REGEXP functions --------------------------------------------------------------------------

// A pattern that Java refuses makes these functions give NULL (or FALSE); one that only this engine
// refuses fails the row.
enum class PatternState : uint8_t { kReady, kInvalid, kFailed };

PatternState Prepare(Row& row, const Result<RegularExpression>& compiled) {
  if (compiled.ok()) return PatternState::kReady;
  if (compiled.error().code() != ErrorCode::kSqlUnsupported) return PatternState::kInvalid;
  row.Fail(compiled.error());
  return PatternState::kFailed;
}

Result<BoundKernel> MakeRegexp(const KernelRequest&) {
  return PerRow<uint8_t, std::string_view, std::string_view>(
      [cache = RegularExpressionCache(), groups = std::vector<std::string_view>()](
          Row& row, std::string_view text, std::string_view pattern, uint8_t* out) mutable {
        *out = 0;
        if (pattern.empty()) return true;
        const Result<RegularExpression>& regex = cache.Get(pattern);
        const PatternState state = Prepare(row, regex);
        if (state == PatternState::kReady) *out = regex->Find(text, 0, &groups) ? 1 : 0;
        return state != PatternState::kFailed;
      });
}

bool Extract(Row& row, RegularExpressionCache& cache, std::string_view text,
             std::string_view pattern, int64_t group, std::string_view* out) {
  const Result<RegularExpression>& regex = cache.Get(pattern);
  if (Prepare(row, regex) != PatternState::kReady) return false;
  std::vector<std::string_view> groups;
  if (group < 0 || group > regex->group_count() || !regex->Find(text, 0, &groups)) return false;
  *out = groups[static_cast<size_t>(group)];
  return out->data() != nullptr;
}

Result<BoundKernel> MakeRegexpExtract(const KernelRequest& request) {
  if (request.arguments.size() == 2) {
    return PerRow<std::string_view, std::string_view, std::string_view>(
        [cache = RegularExpressionCache()](
            Row& row, std::string_view text, std::string_view pattern,
            std::string_view* out) mutable { return Extract(row, cache, text, pattern, 0, out); });
  }
  return PerRow<std::string_view, std::string_view, std::string_view, int64_t>(
      [cache = RegularExpressionCache()](Row& row, std::string_view text, std::string_view pattern,
                                         int64_t group, std::string_view* out) mutable {
        return Extract(row, cache, text, pattern, group, out);
      });
}

// Calls fn(match) for each match as Java's Matcher.find does: behind an empty match it goes on one
// character further.
template <typename Fn>
void ForEachMatch(const RegularExpression& regex, std::string_view text, Fn&& fn) {
  std::vector<std::string_view> groups;
  size_t from = 0;
  while (from <= text.size() && regex.Find(text, from, &groups)) {
    const std::string_view match = groups[0];
    const auto begin = static_cast<size_t>(match.data() - text.data());
    fn(begin, match.size());
    from = begin + match.size();
    if (match.empty()) from += from < text.size() ? ByteOfCharacter(text.substr(from), 1) : 1;
  }
}

Result<BoundKernel> MakeRegexpReplace(const KernelRequest&) {
  return PerRow<std::string_view, std::string_view, std::string_view, std::string_view>(
      [cache = RegularExpressionCache()](Row& row, std::string_view text, std::string_view pattern,
                                         std::string_view replacement,
                                         std::string_view* out) mutable {
        const Result<RegularExpression>& regex = cache.Get(pattern);
        if (Prepare(row, regex) != PatternState::kReady) return false;
        std::string result;
        size_t copied = 0;
        ForEachMatch(*regex, text, [&](size_t begin, size_t size) {
          result += text.substr(copied, begin - copied);
          result += replacement;
          copied = begin + size;
        });
        result += text.substr(copied);
        *out = row.Keep(result);
        return true;
      });
}

Result<BoundKernel> MakeRegexpCount(const KernelRequest&) {
  return PerRow<int32_t, std::string_view, std::string_view>(
      [cache = RegularExpressionCache()](Row& row, std::string_view text, std::string_view pattern,
                                         int32_t* out) mutable {
        const Result<RegularExpression>& regex = cache.Get(pattern);
        if (Prepare(row, regex) != PatternState::kReady) return false;
        int32_t count = 0;
        ForEachMatch(*regex, text, [&](size_t, size_t) { ++count; });
        *out = count;
        return true;
      });
}

Result<BoundKernel> MakeRegexpInstr(const KernelRequest&) {
  return PerRow<int32_t, std::string_view, std::string_view>(
      [cache = RegularExpressionCache()](Row& row, std::string_view text, std::string_view pattern,
                                         int32_t* out) mutable {
        const Result<RegularExpression>& regex = cache.Get(pattern);
        if (Prepare(row, regex) != PatternState::kReady) return false;
        std::vector<std::string_view> groups;
        *out = 0;
        if (!regex->Find(text, 0, &groups)) return true;
        const auto begin = static_cast<size_t>(groups[0].data() - text.data());
        *out = static_cast<int32_t>(CharacterCount(text.substr(0, begin))) + 1;
        return true;
      });
}

constexpr ScalarFunction Function(std::string_view name, KernelFactory factory) {
  return {name, CallForm::kStrict, PrintForm::kCall, true, 0, factory};
}

const StrictFunction kFunctions[] = {
    {Function("REGEXP", MakeRegexp), "ss", BooleanResult, Nullability::kAny,
     "REGEXP(string, regex)"},
    {Function("REGEXP_EXTRACT", MakeRegexpExtract), "ss?i", StringResult, Nullability::kForce,
     "REGEXP_EXTRACT(string, regex[, group])"},
    {Function("REGEXP_REPLACE", MakeRegexpReplace), "sss", StringResult, Nullability::kAny,
     "REGEXP_REPLACE(string, regex, replacement)"},
    {Function("REGEXP_COUNT", MakeRegexpCount), "ss", IntegerResult, Nullability::kForce,
     "REGEXP_COUNT(string, regex)"},
    {Function("REGEXP_SUBSTR", MakeRegexpExtract), "ss", StringResult, Nullability::kForce,
     "REGEXP_SUBSTR(string, regex)"},
    {Function("REGEXP_INSTR", MakeRegexpInstr), "ss", IntegerResult, Nullability::kForce,
     "REGEXP_INSTR(string, regex)"},
};

}  // namespace

void RegisterPatterns(FunctionRegistry& registry) {
  AddStrict(registry, kFunctions);
  for (std::string_view name : {"LIKE", "NOT LIKE", "SIMILAR TO", "NOT SIMILAR TO"}) {
    registry.AddOperator(
        name, {2, 3, "<string> " + std::string(name) + " <string> [ESCAPE <character>]", true,
               ResolveMatch});
  }
}

}  // namespace floe::functions
