// Strings from strings: case, parts, padding, trimming, concatenation.
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "functions/ascii.h"
#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/letter_case.h"
#include "functions/registry.h"
#include "functions/utf8.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// The longest string that a function makes; one more row would not fit into a batch.
constexpr int64_t kMaxTextBytes = int64_t{1} << 26;

bool TooLong(Row& row, std::string_view function) {
  return row.Fail(ErrorCode::kLimitExceeded, "the result of " + std::string(function) +
                                                 " exceeds " + std::to_string(kMaxTextBytes) +
                                                 " bytes");
}

// --- case and length ---------------------------------------------------------------------------

template <std::string (*kConvert)(std::string_view), char (*kAscii)(char)>
Result<BoundKernel> MakeCase(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        if (!IsAscii(text)) {
          *out = row.Keep(kConvert(text));
          return true;
        }
        char* bytes = row.arena().Allocate(text.size());
        if (bytes == nullptr) return false;
        for (size_t i = 0; i < text.size(); ++i) bytes[i] = kAscii(text[i]);
        *out = {bytes, text.size()};
        return true;
      });
}

// A letter or digit behind anything else begins a word; only those of ASCII count.
Result<BoundKernel> MakeInitCap(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        std::string result(text);
        bool starts = true;
        for (char& c : result) {
          const bool letter = AsciiUpper(c) >= 'A' && AsciiUpper(c) <= 'Z';
          if (letter) c = starts ? AsciiUpper(c) : AsciiLower(c);
          starts = !letter && !IsDigit(c);
        }
        *out = row.Keep(result);
        return true;
      });
}

Result<BoundKernel> MakeLength(const KernelRequest&) {
  return Total<int32_t, std::string_view>(
      [](std::string_view text) { return static_cast<int32_t>(CharacterCount(text)); });
}

Result<BoundKernel> MakeReverse(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        std::string result;
        result.reserve(text.size());
        for (size_t end = text.size(); end > 0;) {
          size_t begin = end - 1;
          while (begin > 0 && IsContinuation(text[begin])) --begin;
          result += text.substr(begin, end - begin);
          end = begin;
        }
        *out = row.Keep(result);
        return true;
      });
}

// --- parts -------------------------------------------------------------------------------------

// SQL positions count from 1, negative ones from the end; 0 is 1.
std::string_view Part(std::string_view text, int64_t position, int64_t length) {
  const int64_t count = CharacterCount(text);
  int64_t begin = 0;
  if (position > 0) {
    begin = position - 1;
  } else if (position < 0) {
    begin = count + position;
    if (begin < 0) return {};
  }
  if (begin >= count) return {};
  return SubstringOf(text, begin, std::min(length, count - begin));
}

Result<BoundKernel> MakeSubstring(const KernelRequest& request) {
  if (request.arguments.size() == 2) {
    return PerRowTotal<std::string_view, std::string_view, int64_t>(
        [](Row&, std::string_view text, int64_t position, std::string_view* out) {
          *out = Part(text, position, INT32_MAX);
          return true;
        });
  }
  return PerRowTotal<std::string_view, std::string_view, int64_t, int64_t>(
      [](Row&, std::string_view text, int64_t position, int64_t length, std::string_view* out) {
        if (length < 0) return false;
        *out = Part(text, position, length);
        return true;
      });
}

Result<BoundKernel> MakeLeft(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view, int64_t>(
      [](Row&, std::string_view text, int64_t length, std::string_view* out) {
        *out = SubstringOf(text, 0, std::max<int64_t>(length, 0));
        return true;
      });
}

Result<BoundKernel> MakeRight(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view, int64_t>(
      [](Row&, std::string_view text, int64_t length, std::string_view* out) {
        const int64_t count = CharacterCount(text);
        const int64_t taken = std::clamp<int64_t>(length, 0, count);
        *out = SubstringOf(text, count - taken, taken);
        return true;
      });
}

// OVERLAY, LPAD and RPAD count and cut UTF-16 units, as Flink's do, which work on Java's strings.
// ASCII needs no conversion.

template <typename Text, typename View>
Text Overlaid(View text, View replacement, int64_t position, int64_t length) {
  const auto count = static_cast<int64_t>(text.size());
  Text result(text.substr(0, static_cast<size_t>(position - 1)));
  result += replacement;
  if (length > 0 && length <= count - position) {
    result += text.substr(static_cast<size_t>(position - 1 + length));
  }
  return result;
}

// Replaces `length` units from `position` on; as many as the replacement has if there is none.
bool Overlay(Row& row, std::string_view text, std::string_view replacement, int64_t position,
             std::optional<int64_t> length, std::string_view* out) {
  if (IsAscii(text) && IsAscii(replacement)) {
    const auto count = static_cast<int64_t>(text.size());
    const int64_t replaced = length.value_or(static_cast<int64_t>(replacement.size()));
    const bool is_inside = position > 0 && position <= count;
    *out =
        is_inside ? row.Keep(Overlaid<std::string>(text, replacement, position, replaced)) : text;
    return true;
  }
  const std::u16string units = ToUtf16(text);
  const std::u16string replacing = ToUtf16(replacement);
  const auto count = static_cast<int64_t>(units.size());
  const int64_t replaced = length.value_or(static_cast<int64_t>(replacing.size()));
  const bool is_inside = position > 0 && position <= count;
  *out = is_inside ? row.Keep(FromUtf16(Overlaid<std::u16string, std::u16string_view>(
                         units, replacing, position, replaced)))
                   : text;
  return true;
}

Result<BoundKernel> MakeOverlay(const KernelRequest& request) {
  if (request.arguments.size() == 3) {
    return PerRowTotal<std::string_view, std::string_view, std::string_view, int64_t>(
        [](Row& row, std::string_view text, std::string_view replacement, int64_t position,
           std::string_view* out) {
          return Overlay(row, text, replacement, position, std::nullopt, out);
        });
  }
  return PerRowTotal<std::string_view, std::string_view, std::string_view, int64_t, int64_t>(
      [](Row& row, std::string_view text, std::string_view replacement, int64_t position,
         int64_t length,
         std::string_view* out) { return Overlay(row, text, replacement, position, length, out); });
}

// --- padding and repeating ---------------------------------------------------------------------

// REQUIRES: `pad` is not empty.
template <typename Text, typename View>
Text Padded(View text, size_t length, View pad, bool on_the_left) {
  if (text.size() >= length) return Text(text.substr(0, length));
  Text filling;
  for (size_t left = length - text.size(); left > 0; left -= std::min(left, pad.size())) {
    filling += pad.substr(0, left);
  }
  return on_the_left ? filling + Text(text) : Text(text) + filling;
}

template <bool kLeft>
Result<BoundKernel> MakePad(const KernelRequest&) {
  return PerRow<std::string_view, std::string_view, int64_t, std::string_view>(
      [](Row& row, std::string_view text, int64_t length, std::string_view pad,
         std::string_view* out) {
        if (length < 0 || pad.empty()) return false;
        const bool grows = static_cast<int64_t>(text.size()) < length;
        if (grows && length * 4 > kMaxTextBytes) return TooLong(row, kLeft ? "LPAD" : "RPAD");
        const auto units = static_cast<size_t>(length);
        if (IsAscii(text) && IsAscii(pad)) {
          *out = row.Keep(Padded<std::string>(text, units, pad, kLeft));
        } else {
          *out = row.Keep(FromUtf16(Padded<std::u16string, std::u16string_view>(
              ToUtf16(text), units, ToUtf16(pad), kLeft)));
        }
        return true;
      });
}

Result<BoundKernel> MakeRepeat(const KernelRequest&) {
  return PerRow<std::string_view, std::string_view, int64_t>(
      [](Row& row, std::string_view text, int64_t times, std::string_view* out) {
        *out = {};
        if (times <= 0 || text.empty()) return true;
        if (times > kMaxTextBytes / static_cast<int64_t>(text.size())) {
          return TooLong(row, "REPEAT");
        }
        char* bytes = row.arena().Allocate(text.size() * static_cast<size_t>(times));
        if (bytes == nullptr) return false;
        for (int64_t i = 0; i < times; ++i) {
          std::memcpy(bytes + static_cast<size_t>(i) * text.size(), text.data(), text.size());
        }
        *out = {bytes, text.size() * static_cast<size_t>(times)};
        return true;
      });
}

// --- trimming ----------------------------------------------------------------------------------

bool ContainsCharacter(std::string_view set, std::string_view character) {
  if (character.size() == 1) return set.find(character[0]) != std::string_view::npos;
  return set.find(character) != std::string_view::npos;
}

std::string_view TrimFront(std::string_view text, std::string_view set) {
  while (!text.empty()) {
    const size_t size = ByteOfCharacter(text, 1);
    if (!ContainsCharacter(set, text.substr(0, size))) break;
    text.remove_prefix(size);
  }
  return text;
}

std::string_view TrimBack(std::string_view text, std::string_view set) {
  while (!text.empty()) {
    size_t begin = text.size() - 1;
    while (begin > 0 && IsContinuation(text[begin])) --begin;
    if (!ContainsCharacter(set, text.substr(begin))) break;
    text = text.substr(0, begin);
  }
  return text;
}

// arguments: text[, characters].
template <bool kFront, bool kBack>
Result<BoundKernel> MakeTrim(const KernelRequest& request) {
  const auto trim = [](std::string_view text, std::string_view set) {
    if (kFront) text = TrimFront(text, set);
    return kBack ? TrimBack(text, set) : text;
  };
  if (request.arguments.size() == 1) {
    return PerRowTotal<std::string_view, std::string_view>(
        [trim](Row&, std::string_view text, std::string_view* out) {
          *out = trim(text, " ");
          return true;
        });
  }
  return PerRowTotal<std::string_view, std::string_view, std::string_view>(
      [trim](Row&, std::string_view text, std::string_view set, std::string_view* out) {
        *out = trim(text, set);
        return true;
      });
}

const ScalarFunction kTrimFront{"TRIM LEADING",       CallForm::kStrict, PrintForm::kCall, true, 0,
                                MakeTrim<true, false>};
const ScalarFunction kTrimBack{"TRIM TRAILING",      CallForm::kStrict, PrintForm::kCall, true, 0,
                               MakeTrim<false, true>};
const ScalarFunction kTrimBoth{"TRIM", CallForm::kStrict,   PrintForm::kCall, true,
                               0,      MakeTrim<true, true>};

// TRIM(side, characters, text) as the parser has it, or TRIM(text).
Result<ExpressionPtr> ResolveTrim(ResolveRequest& request) {
  const ScalarFunction* function = &kTrimBoth;
  if (IsSymbol(*request.arguments[0])) {
    const auto& side = std::get<std::string>(request.arguments[0]->literal());
    if (side == "LEADING") function = &kTrimFront;
    if (side == "TRAILING") function = &kTrimBack;
    request.arguments.erase(request.arguments.begin());
    if (request.arguments.size() == 2) std::swap(request.arguments[0], request.arguments[1]);
  }
  FLOE_TRY(CoerceArguments(request, "s?s"));
  const DataType type =
      VaryingFirstResult(request.arguments).WithNullable(AnyNullable(request.arguments));
  return Expression::Call(function, std::move(request.arguments), type, request.span);
}

// --- concatenation -----------------------------------------------------------------------------

// Joins the texts of a row; `skips_null`: the first argument is a separator, NULLs are left out.
Status Concatenate(KernelCall& call, bool separated) {
  FLOE_ASSIGN(std::string_view * out, AllocateResult<std::string_view>(call));
  FLOE_ASSIGN(uint8_t * valid, AllocateValidity(call));
  auto arena = std::make_shared<StringArena>(call.context.memory_pool);
  const size_t first = separated ? 1 : 0;
  std::string scratch;
  ForEachRow(call, [&](int64_t row) {
    scratch.clear();
    out[row] = {};
    if (separated && !call.arguments[0].IsValid(row)) {
      valid[row] = 0;
      return;
    }
    bool any = false;
    for (size_t i = first; i < call.arguments.size(); ++i) {
      const Vector& argument = call.arguments[i];
      if (!argument.IsValid(row)) {
        if (separated) continue;
        valid[row] = 0;
        return;
      }
      if (separated && any) {
        const Vector& separator = call.arguments[0];
        scratch += separator.data<std::string_view>()[separator.index(row)];
      }
      scratch += argument.data<std::string_view>()[argument.index(row)];
      any = true;
    }
    out[row] = arena->Add(scratch);
  });
  call.result->owner = arena;
  return arena->status();
}

Result<BoundKernel> MakeConcat(const KernelRequest&) {
  return BoundKernel{[](KernelCall& call) { return Concatenate(call, false); }, true};
}
Result<BoundKernel> MakeConcatWs(const KernelRequest&) {
  return BoundKernel{[](KernelCall& call) { return Concatenate(call, true); }, true};
}

const ScalarFunction kConcatenate{"||", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeConcat};

DataType ConcatenatedType(const DataType& a, const DataType& b) {
  const int64_t length = std::min<int64_t>(int64_t{a.length()} + b.length(), DataType::kMaxLength);
  const auto size = static_cast<int>(length);
  if (a.is_binary()) {
    return a.kind() == TypeKind::kBinary && b.kind() == TypeKind::kBinary
               ? DataType::Binary(size)
               : DataType::Varbinary(size);
  }
  return a.kind() == TypeKind::kChar && b.kind() == TypeKind::kChar ? DataType::Char(size)
                                                                    : DataType::Varchar(size);
}

Result<ExpressionPtr> ResolveConcatenate(ResolveRequest& request) {
  for (size_t i = 0; i < 2; ++i) {
    ExpressionPtr& argument = request.arguments[i];
    const ExpressionPtr& other = request.arguments[1 - i];
    if (!IsUntypedNull(*argument)) continue;
    if (IsUntypedNull(*other)) return UntypedNull(request);
    FLOE_ASSIGN(argument, CoerceTo(argument, other->type(), request.options));
  }
  if (!request.type(0).is_binary() || !request.type(1).is_binary()) {
    FLOE_TRY(CoerceArguments(request, "ss"));
  }
  const DataType type = ConcatenatedType(request.type(0), request.type(1))
                            .WithNullable(AnyNullable(request.arguments));
  return Expression::Call(&kConcatenate, std::move(request.arguments), type, request.span);
}

constexpr ScalarFunction Function(std::string_view name, KernelFactory factory) {
  return {name, CallForm::kStrict, PrintForm::kCall, true, 0, factory};
}

const StrictFunction kFunctions[] = {
    {Function("UPPER", MakeCase<UpperCase, AsciiUpper>), "t", FirstArgumentResult,
     Nullability::kAny, "UPPER(string)"},
    {Function("LOWER", MakeCase<LowerCase, AsciiLower>), "t", FirstArgumentResult,
     Nullability::kAny, "LOWER(string)"},
    {Function("INITCAP", MakeInitCap), "t", FirstArgumentResult, Nullability::kAny,
     "INITCAP(string)"},
    {Function("CHAR_LENGTH", MakeLength), "t", IntegerResult, Nullability::kAny,
     "CHAR_LENGTH(string)"},
    {Function("REVERSE", MakeReverse), "s", StringResult, Nullability::kForce, "REVERSE(string)"},
    {Function("SUBSTRING", MakeSubstring), "si?i", VaryingFirstResult, Nullability::kForce,
     "SUBSTRING(string FROM integer [FOR integer])"},
    {Function("SUBSTR", MakeSubstring), "si?i", VaryingFirstResult, Nullability::kForce,
     "SUBSTR(string, integer[, integer])"},
    {Function("LEFT", MakeLeft), "si", VaryingFirstResult, Nullability::kForce,
     "LEFT(string, integer)"},
    {Function("RIGHT", MakeRight), "si", VaryingFirstResult, Nullability::kForce,
     "RIGHT(string, integer)"},
    {Function("LPAD", MakePad<true>), "sis", StringResult, Nullability::kAny,
     "LPAD(string, integer, string)"},
    {Function("RPAD", MakePad<false>), "sis", StringResult, Nullability::kAny,
     "RPAD(string, integer, string)"},
    {Function("REPEAT", MakeRepeat), "si", StringResult, Nullability::kAny,
     "REPEAT(string, integer)"},
    {Function("LTRIM", MakeTrim<true, false>), "s?s", VaryingFirstResult, Nullability::kAny,
     "LTRIM(string[, characters])"},
    {Function("RTRIM", MakeTrim<false, true>), "s?s", VaryingFirstResult, Nullability::kAny,
     "RTRIM(string[, characters])"},
    {Function("BTRIM", MakeTrim<true, true>), "s?s", StringResult, Nullability::kAny,
     "BTRIM(string[, characters])"},
    {Function("CONCAT", MakeConcat), "s*", StringResult, Nullability::kAny, "CONCAT(string, …)"},
    {Function("CONCAT_WS", MakeConcatWs), "s*", StringResult, Nullability::kAny,
     "CONCAT_WS(separator, string, …)"},
};

// The replacement's length is added to the text's.
DataType OverlayResult(std::span<const ExpressionPtr> arguments) {
  const int64_t length = int64_t{arguments[0]->type().length()} + arguments[1]->type().length();
  return DataType::Varchar(static_cast<int>(std::min<int64_t>(length, DataType::kMaxLength)));
}

const StrictFunction kOverlay[] = {{Function("OVERLAY", MakeOverlay), "ssi?i", OverlayResult,
                                    Nullability::kAny,
                                    "OVERLAY(string PLACING string FROM integer [FOR integer])"}};

}  // namespace

void RegisterStrings(FunctionRegistry& registry) {
  AddStrict(registry, kFunctions);
  AddStrict(registry, kOverlay);
  registry.AddAlias("CHARACTER_LENGTH", "CHAR_LENGTH");
  registry.Add("TRIM", {1, 3, "TRIM([BOTH | LEADING | TRAILING] [characters] FROM string)", false,
                        ResolveTrim});
  registry.AddOperator("||", {2, 2, "<string> || <string>", true, ResolveConcatenate});
}

}  // namespace floe::functions
