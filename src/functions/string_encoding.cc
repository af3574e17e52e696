// Digests, Base64, hexadecimal, URL encoding, code numbers.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "functions/ascii.h"
#include "functions/casting.h"
#include "functions/digest.h"
#include "functions/kernel.h"
#include "functions/registry.h"
#include "functions/utf8.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// --- digests -----------------------------------------------------------------------------------

bool Digest(Row& row, DigestKind kind, std::string_view bytes, std::string_view* out) {
  auto text = DigestText(kind, bytes);
  if (!text.ok()) return row.Fail(text.error());
  *out = row.Keep(*text);
  return true;
}

template <DigestKind kKind>
Result<BoundKernel> MakeDigest(const KernelRequest&) {
  return PerRow<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        return Digest(row, kKind, text, out);
      });
}

Result<BoundKernel> MakeSha2(const KernelRequest&) {
  return PerRow<std::string_view, std::string_view, int64_t>(
      [](Row& row, std::string_view text, int64_t bits, std::string_view* out) {
        switch (bits) {
          case 224:
            return Digest(row, DigestKind::kSha224, text, out);
          case 256:
            return Digest(row, DigestKind::kSha256, text, out);
          case 384:
            return Digest(row, DigestKind::kSha384, text, out);
          case 512:
            return Digest(row, DigestKind::kSha512, text, out);
          default:
            return row.Fail(ErrorCode::kInvalidArgument,
                            "SHA2 knows 224, 256, 384 and 512 bits, not " + std::to_string(bits));
        }
      });
}

template <int kLength>
DataType CharResult(std::span<const ExpressionPtr>) {
  return DataType::Char(kLength);
}
DataType Sha2Result(std::span<const ExpressionPtr>) { return DataType::Varchar(128); }

// --- Base64 ------------------------------------------------------------------------------------

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string ToBase64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (size_t j = 0; j < 4; ++j) {
      out += j <= count ? kBase64[(group >> (18 - 6 * j)) & 63] : '=';
    }
  }
  return out;
}

// Without line breaks, padding optional; nothing if it is malformed.
std::optional<std::string> FromBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const size_t value = kBase64.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 255);
  }
  if (count == 6) return std::nullopt;
  return out;
}

Result<BoundKernel> MakeToBase64(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view bytes, std::string_view* out) {
        *out = row.Keep(ToBase64(bytes));
        return true;
      });
}

Result<BoundKernel> MakeFromBase64(const KernelRequest&) {
  return PerRow<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        const std::optional<std::string> bytes = FromBase64(text);
        if (!bytes.has_value()) {
          return row.Fail(ErrorCode::kInvalidArgument,
                          "'" + std::string(text.substr(0, 100)) + "' is not Base64");
        }
        *out = row.Keep(ReplaceInvalidUtf8(*bytes));
        return true;
      });
}

// --- hexadecimal and binary --------------------------------------------------------------------

constexpr std::string_view kHex = "0123456789ABCDEF";

std::string HexOf(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string DigitsOf(uint64_t value, unsigned bits_per_digit) {
  std::string out;
  const unsigned digits =
      (static_cast<unsigned>(std::bit_width(value)) + bits_per_digit - 1) / bits_per_digit;
  for (unsigned i = std::max(digits, 1u); i-- > 0;) {
    out += kHex[(value >> (i * bits_per_digit)) & ((1u << bits_per_digit) - 1)];
  }
  return out;
}

Result<BoundKernel> MakeHex(const KernelRequest& request) {
  if (request.argument_type(0).is_character()) {
    return PerRowTotal<std::string_view, std::string_view>(
        [](Row& row, std::string_view text, std::string_view* out) {
          *out = row.Keep(HexOf(text));
          return true;
        });
  }
  return PerRowTotal<std::string_view, int64_t>([](Row& row, int64_t value, std::string_view* out) {
    *out = row.Keep(DigitsOf(static_cast<uint64_t>(value), 4));
    return true;
  });
}

Result<BoundKernel> MakeBin(const KernelRequest&) {
  return PerRowTotal<std::string_view, int64_t>([](Row& row, int64_t value, std::string_view* out) {
    *out = row.Keep(DigitsOf(static_cast<uint64_t>(value), 1));
    return true;
  });
}

int NibbleOf(char c) {
  const size_t value = kHex.find(AsciiUpper(c));
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

// An odd number of digits has a 0 in front; anything else than digits is NULL.
Result<BoundKernel> MakeUnhex(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        std::string padded = text.size() % 2 == 0 ? std::string() : "0";
        padded += text;
        std::string bytes;
        for (size_t i = 0; i < padded.size(); i += 2) {
          const int high = NibbleOf(padded[i]);
          const int low = NibbleOf(padded[i + 1]);
          if (high < 0 || low < 0) return false;
          bytes += static_cast<char>(high * 16 + low);
        }
        *out = row.Keep(bytes);
        return true;
      });
}

const ScalarFunction kHexFunction{"HEX", CallForm::kStrict, PrintForm::kCall, true, 0, MakeHex};

Result<ExpressionPtr> ResolveHex(ResolveRequest& request) {
  FLOE_TRY(CoerceArguments(request, request.type(0).is_integer() ? "i" : "s"));
  const DataType type = DataType::String().WithNullable(AnyNullable(request.arguments));
  return Expression::Call(&kHexFunction, std::move(request.arguments), type, request.span);
}

// --- URLs --------------------------------------------------------------------------------------

// application/x-www-form-urlencoded, as Java's URLEncoder.
Result<BoundKernel> MakeUrlEncode(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        std::string result;
        for (char c : text) {
          const char upper = AsciiUpper(c);
          if ((upper >= 'A' && upper <= 'Z') || IsDigit(c) || c == '.' || c == '-' || c == '*' ||
              c == '_') {
            result += c;
          } else if (c == ' ') {
            result += '+';
          } else {
            result += '%';
            result += HexOf({&c, 1});
          }
        }
        *out = row.Keep(result);
        return true;
      });
}

// NULL for a broken escape.
Result<BoundKernel> MakeUrlDecode(const KernelRequest&) {
  return PerRowTotal<std::string_view, std::string_view>(
      [](Row& row, std::string_view text, std::string_view* out) {
        std::string result;
        for (size_t i = 0; i < text.size(); ++i) {
          if (text[i] != '%') {
            result += text[i] == '+' ? ' ' : text[i];
            continue;
          }
          if (text.size() - i < 3) return false;
          const int high = NibbleOf(text[i + 1]);
          const int low = NibbleOf(text[i + 2]);
          if (high < 0 || low < 0) return false;
          result += static_cast<char>(high * 16 + low);
          i += 2;
        }
        *out = row.Keep(ReplaceInvalidUtf8(result));
        return true;
      });
}

// --- characters --------------------------------------------------------------------------------

Result<BoundKernel> MakeAscii(const KernelRequest&) {
  return Total<int32_t, std::string_view>([](std::string_view text) {
    return text.empty() ? 0 : static_cast<int32_t>(static_cast<signed char>(text[0]));
  });
}

Result<BoundKernel> MakeChr(const KernelRequest&) {
  return PerRowTotal<std::string_view, int64_t>([](Row& row, int64_t code, std::string_view* out) {
    std::string text;
    if (code >= 0) AppendCharacter(static_cast<char32_t>(code & 255), &text);
    *out = row.Keep(text);
    return true;
  });
}

Result<BoundKernel> MakeUuid(const KernelRequest&) {
  return PerRow<std::string_view>([](Row& row, std::string_view* out) {
    *out = row.Keep(row.context().random->NextUuid());
    return true;
  });
}

constexpr ScalarFunction Function(std::string_view name, KernelFactory factory,
                                  bool deterministic = true) {
  return {name, CallForm::kStrict, PrintForm::kCall, deterministic, 0, factory};
}

const StrictFunction kFunctions[] = {
    {Function("MD5", MakeDigest<DigestKind::kMd5>), "s", CharResult<32>, Nullability::kAny,
     "MD5(string)"},
    {Function("SHA1", MakeDigest<DigestKind::kSha1>), "s", CharResult<40>, Nullability::kAny,
     "SHA1(string)"},
    {Function("SHA224", MakeDigest<DigestKind::kSha224>), "s", CharResult<56>, Nullability::kAny,
     "SHA224(string)"},
    {Function("SHA256", MakeDigest<DigestKind::kSha256>), "s", CharResult<64>, Nullability::kAny,
     "SHA256(string)"},
    {Function("SHA384", MakeDigest<DigestKind::kSha384>), "s", CharResult<96>, Nullability::kAny,
     "SHA384(string)"},
    {Function("SHA512", MakeDigest<DigestKind::kSha512>), "s", CharResult<128>, Nullability::kAny,
     "SHA512(string)"},
    {Function("SHA2", MakeSha2), "si", Sha2Result, Nullability::kAny, "SHA2(string, bits)"},
    {Function("TO_BASE64", MakeToBase64), "y", StringResult, Nullability::kAny,
     "TO_BASE64(string)"},
    {Function("FROM_BASE64", MakeFromBase64), "s", StringResult, Nullability::kAny,
     "FROM_BASE64(string)"},
    {Function("UNHEX", MakeUnhex), "s", BytesResult, Nullability::kForce, "UNHEX(string)"},
    {Function("BIN", MakeBin), "i", StringResult, Nullability::kAny, "BIN(integer)"},
    {Function("URL_ENCODE", MakeUrlEncode), "s", StringResult, Nullability::kForce,
     "URL_ENCODE(string)"},
    {Function("URL_DECODE", MakeUrlDecode), "s", StringResult, Nullability::kForce,
     "URL_DECODE(string)"},
    {Function("ASCII", MakeAscii), "s", IntegerResult, Nullability::kAny, "ASCII(string)"},
    {Function("CHR", MakeChr), "i", StringResult, Nullability::kForce, "CHR(integer)"},
    {Function("UUID", MakeUuid, false), "", CharResult<36>, Nullability::kNever, "UUID()"},
};

}  // namespace

void RegisterStringEncoding(FunctionRegistry& registry) {
  AddStrict(registry, kFunctions);
  registry.Add("HEX", {1, 1, "HEX(integer), HEX(string)", false, ResolveHex});
}

}  // namespace floe::functions
