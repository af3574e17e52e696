// Strings against strings by position: POSITION, REPLACE, SPLIT_INDEX, STARTSWITH …
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "functions/ascii.h"
#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/letter_case.h"
#include "functions/number_text.h"
#include "functions/registry.h"
#include "functions/utf8.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// The position (from 1) of the first `part` at or behind position `from`, 0 if there is none.
int64_t PositionOf(std::string_view part, std::string_view text, int64_t from) {
  const int64_t begin = std::max<int64_t>(from - 1, 0);
  const size_t byte = ByteOfCharacter(text, begin);
  if (part.empty()) return begin == 0 ? 1 : 0;
  const size_t found = text.find(part, byte);
  if (found == std::string_view::npos) return 0;
  return CharacterCount(text.substr(0, found)) + 1;
}

int64_t LastPositionOf(std::string_view part, std::string_view text, int64_t from_end,
                       int64_t occurrence) {
  // Occurrences from the end backwards; matches end at or before the character `from_end` counts.
  const int64_t count = CharacterCount(text);
  size_t end = ByteOfCharacter(text, std::max<int64_t>(count - from_end + 1, 0));
  for (int64_t i = 0; i < occurrence; ++i) {
    if (end < part.size()) return 0;
    const size_t found = text.rfind(part, end - part.size());
    if (found == std::string_view::npos) return 0;
    if (i + 1 == occurrence) return CharacterCount(text.substr(0, found)) + 1;
    end = found + part.size() - 1;
  }
  return 0;
}

// POSITION(part IN text), LOCATE(part, text[, from]).
Result<BoundKernel> MakeLocate(const KernelRequest& request) {
  if (request.arguments.size() == 2) {
    return PerRowTotal<int32_t, std::string_view, std::string_view>(
        [](Row&, std::string_view part, std::string_view text, int32_t* out) {
          *out = static_cast<int32_t>(PositionOf(part, text, 1));
          return true;
        });
  }
  return PerRowTotal<int32_t, std::string_view, std::string_view, int64_t>(
      [](Row&, std::string_view part, std::string_view text, int64_t from, int32_t* out) {
        *out = static_cast<int32_t>(PositionOf(part, text, from));
        return true;
      });
}

bool Instr(Row& row, std::string_view text, std::string_view part, int64_t from, int64_t occurrence,
           int32_t* out) {
  if (occurrence <= 0) {
    return row.Fail(ErrorCode::kInvalidArgument, "the occurrence in INSTR must be positive");
  }
  *out = 0;
  if (from < 0) {
    *out = static_cast<int32_t>(LastPositionOf(part, text, -from, occurrence));
    return true;
  }
  for (int64_t i = 0; i < occurrence && from > 0; ++i) {
    const int64_t found = PositionOf(part, text, from);
    *out = static_cast<int32_t>(found);
    if (found == 0) return true;
    from = found + 1;
  }
  return true;
}

// INSTR(text, part[, from[, occurrence]]).
Result<BoundKernel> MakeInstr(const KernelRequest& request) {
  using Text = std::string_view;
  switch (request.arguments.size()) {
    case 2:
      return PerRow<int32_t, Text, Text>([](Row& row, Text text, Text part, int32_t* out) {
        return Instr(row, text, part, 1, 1, out);
      });
    case 3:
      return PerRow<int32_t, Text, Text, int64_t>(
          [](Row& row, Text text, Text part, int64_t from, int32_t* out) {
            return Instr(row, text, part, from, 1, out);
          });
    default:
      return PerRow<int32_t, Text, Text, int64_t, int64_t>(Instr);
  }
}

Result<BoundKernel> MakeStartsWith(const KernelRequest&) {
  return Total<uint8_t, std::string_view, std::string_view>(
      [](std::string_view text, std::string_view part) {
        return static_cast<uint8_t>(text.starts_with(part));
      });
}

Result<BoundKernel> MakeEndsWith(const KernelRequest&) {
  return Total<uint8_t, std::string_view, std::string_view>(
      [](std::string_view text, std::string_view part) {
        return static_cast<uint8_t>(text.ends_with(part));
      });
}

// An empty text to replace stands between all characters, as in Java.
Result<BoundKernel> MakeReplace(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view, std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view from, std::string_view to,
         std::string_view* out) {
        std::string result;
        if (from.empty()) {
          for (size_t at = 0; at < text.size();) {
            const size_t size = ByteOfCharacter(text.substr(at), 1);
            result += to;
            result += text.substr(at, size);
            at += size;
          }
          result += to;
        } else {
          size_t at = text.find(from);
          if (at == std::string_view::npos) {
            *out = text;
            return true;
          }
          size_t begin = 0;
          for (; at != std::string_view::npos; at = text.find(from, begin)) {
            result += text.substr(begin, at - begin);
            result += to;
            begin = at + from.size();
          }
          result += text.substr(begin);
        }
        *out = row.Keep(result);
        return true;
      });
}

// Each character of `from` becomes that at the same place of `to`, or nothing.
Result<BoundKernel> MakeTranslate(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view, std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view from, std::string_view to,
         std::string_view* out) {
        std::string result;
        for (size_t at = 0; at < text.size();) {
          const size_t size = ByteOfCharacter(text.substr(at), 1);
          const std::string_view character = text.substr(at, size);
          const size_t found = from.find(character);
          if (found == std::string_view::npos) {
            result += character;
          } else {
            result += SubstringOf(to, CharacterCount(from.substr(0, found)), 1);
          }
          at += size;
        }
        *out = row.Keep(result);
        return true;
      });
}

// Part number `index` (from 0) of a text cut at every separator.
bool SplitPart(std::string_view text, std::string_view separator, int64_t index,
               std::string_view* out) {
  if (index < 0 || text.empty()) return false;
  // Without a separator the blanks separate.
  if (separator.empty()) separator = " ";
  size_t begin = 0;
  for (; index > 0; --index) {
    const size_t found = text.find(separator, begin);
    if (found == std::string_view::npos) return false;
    begin = found + separator.size();
  }
  const size_t end = text.find(separator, begin);
  *out = text.substr(begin, end == std::string_view::npos ? end : end - begin);
  return true;
}

Result<BoundKernel> MakeSplitIndex(const KernelRequest& request) {
  if (request.argument_type(1).is_character()) {
    return PerRowTotal<std::string_view, std::string_view, std::string_view, int64_t>(
        [](Row&, std::string_view text, std::string_view separator, int64_t index,
           std::string_view* out) { return SplitPart(text, separator, index, out); });
  }
  return PerRowTotal<std::string_view, std::string_view, int64_t, int64_t>(
      [](Row&, std::string_view text, int64_t character, int64_t index, std::string_view* out) {
        if (character < 1 || character > 255) return false;
        std::string separator;
        AppendCharacter(static_cast<char32_t>(character), &separator);
        return SplitPart(text, separator, index, out);
      });
}

const ScalarFunction kSplitIndex{"SPLIT_INDEX", CallForm::kStrict, PrintForm::kCall, true, 0,
                                 MakeSplitIndex};

Result<ExpressionPtr> ResolveSplitIndex(ResolveRequest& request) {
  FLOE_TRY(CoerceArguments(request, request.type(1).is_integer() ? "sii" : "ssi"));
  return Expression::Call(&kSplitIndex, std::move(request.arguments), DataType::String(),
                          request.span);
}

// --- ELT ---------------------------------------------------------------------------------------

// arguments: index, text, …
Result<BoundKernel> MakeElt(const KernelRequest&) {
  return BoundKernel{
      [](KernelCall& call) -> Status {
        FLOE_ASSIGN(std::string_view * out, AllocateResult<std::string_view>(call));
        FLOE_ASSIGN(uint8_t * valid, AllocateValidity(call));
        std::vector<std::shared_ptr<const void>> owners;
        for (const Vector& argument : call.arguments) {
          owners.push_back(argument.owner);
          owners.push_back(argument.array);
        }
        const Vector& index = call.arguments[0];
        ForEachRow(call, [&](int64_t row) {
          out[row] = {};
          valid[row] = 0;
          if (!index.IsValid(row)) return;
          const int64_t chosen = index.data<int64_t>()[index.index(row)];
          if (chosen < 1 || chosen >= static_cast<int64_t>(call.arguments.size())) return;
          const Vector& text = call.arguments[static_cast<size_t>(chosen)];
          if (!text.IsValid(row)) return;
          out[row] = text.data<std::string_view>()[text.index(row)];
          valid[row] = 1;
        });
        call.result->owner =
            std::make_shared<std::vector<std::shared_ptr<const void>>>(std::move(owners));
        return Status::Ok();
      },
      true};
}

const ScalarFunction kElt{"ELT", CallForm::kStrict, PrintForm::kCall, true, 0, MakeElt};

Result<ExpressionPtr> ResolveElt(ResolveRequest& request) {
  FLOE_TRY(CoerceArguments(request, "is*"));
  std::vector<DataType> types;
  for (size_t i = 1; i < request.arguments.size(); ++i) types.push_back(request.type(i));
  FLOE_ASSIGN(DataType common, CommonType(types));
  return Expression::Call(&kElt, std::move(request.arguments), common.WithNullable(true),
                          request.span);
}

// --- IS_ALPHA, IS_DIGIT, IS_DECIMAL ------------------------------------------------------------

template <bool (*kTest)(char32_t)>
bool AllCharacters(std::string_view text) {
  if (text.empty()) return false;
  for (size_t at = 0; at < text.size();) {
    if (!kTest(DecodeCharacter(text, &at))) return false;
  }
  return true;
}

bool IsAlpha(std::string_view text) { return AllCharacters<IsUnicodeLetter>(text); }
bool IsDigits(std::string_view text) { return AllCharacters<IsUnicodeDigit>(text); }
bool IsDecimal(std::string_view text) { return !text.empty() && ParseDouble(text).has_value(); }

// NULL is FALSE. A number passes the tests of digits that its type has.
template <bool (*kTest)(std::string_view), bool kIntegers, bool kFractions>
Result<BoundKernel> MakeCharacterTest(const KernelRequest& request) {
  const DataType& type = request.argument_type(0);
  const bool of_text = type.is_character();
  const bool of_number = type.is_integer() ? kIntegers : kFractions;
  return BoundKernel{[of_text, of_number](KernelCall& call) -> Status {
                       const Vector& operand = call.arguments[0];
                       FLOE_ASSIGN(uint8_t * out, AllocateResult<uint8_t>(call));
                       ForEachRow(call, [&](int64_t row) {
                         bool yes = operand.IsValid(row) && (of_text || of_number);
                         if (yes && of_text) {
                           yes = kTest(operand.data<std::string_view>()[operand.index(row)]);
                         }
                         out[row] = yes ? 1 : 0;
                       });
                       return Status::Ok();
                     },
                     true};
}

const ScalarFunction kCharacterTests[] = {
    {"IS_ALPHA", CallForm::kStrict, PrintForm::kCall, true, 0,
     MakeCharacterTest<IsAlpha, false, false>},
    {"IS_DIGIT", CallForm::kStrict, PrintForm::kCall, true, 0,
     MakeCharacterTest<IsDigits, true, false>},
    {"IS_DECIMAL", CallForm::kStrict, PrintForm::kCall, true, 0,
     MakeCharacterTest<IsDecimal, true, true>},
};

Result<ExpressionPtr> ResolveCharacterTest(ResolveRequest& request) {
  if (IsUntypedNull(*request.arguments[0])) return UntypedNull(request);
  if (!request.type(0).is_character() && !request.type(0).is_numeric()) {
    return ArgumentMismatch(request);
  }
  for (const ScalarFunction& test : kCharacterTests) {
    if (test.name != request.name) continue;
    return Expression::Call(&test, std::move(request.arguments), DataType::Boolean().NotNull(),
                            request.span);
  }
  return ArgumentMismatch(request);
}

constexpr ScalarFunction Function(std::string_view name, KernelFactory factory) {
  return {name, CallForm::kStrict, PrintForm::kCall, true, 0, factory};
}

const StrictFunction kFunctions[] = {
    {Function("POSITION", MakeLocate), "ss", IntegerResult, Nullability::kAny,
     "POSITION(string IN string)"},
    {Function("LOCATE", MakeLocate), "ss?i", IntegerResult, Nullability::kAny,
     "LOCATE(part, string[, from])"},
    {Function("INSTR", MakeInstr), "ss?ii", IntegerResult, Nullability::kAny,
     "INSTR(string, part[, from[, occurrence]])"},
    {Function("STARTSWITH", MakeStartsWith), "yy", BooleanResult, Nullability::kAny,
     "STARTSWITH(string, string)"},
    {Function("ENDSWITH", MakeEndsWith), "yy", BooleanResult, Nullability::kAny,
     "ENDSWITH(string, string)"},
    {Function("REPLACE", MakeReplace), "sss", StringResult, Nullability::kAny,
     "REPLACE(string, from, to)"},
    {Function("TRANSLATE", MakeTranslate), "sss", StringResult, Nullability::kAny,
     "TRANSLATE(string, from, to)"},
};

}  // namespace

void RegisterStringSearch(FunctionRegistry& registry) {
  AddStrict(registry, kFunctions);
  registry.Add("SPLIT_INDEX",
               {3, 3, "SPLIT_INDEX(string, separator, integer)", false, ResolveSplitIndex});
  registry.Add("ELT", {2, kAnyCount, "ELT(integer, string, …)", false, ResolveElt});
  for (const ScalarFunction& test : kCharacterTests) {
    registry.Add(test.name,
                 {1, 1, std::string(test.name) + "(string)", false, ResolveCharacterTest});
  }
}

}  // namespace floe::functions
