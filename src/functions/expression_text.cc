#include "functions/expression_text.h"

#include <cstdlib>

#include "functions/calendar.h"
#include "functions/resolve.h"
#include "functions/scalar_function.h"
#include "types/text.h"

namespace floe::functions {
namespace {

using types::TypeKind;

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

std::string HexText(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "X'";
  for (char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out + "'";
}

std::string IntegerText(int64_t value, const types::DataType& type) {
  std::string text;
  switch (type.kind()) {
    case TypeKind::kDate:
      AppendDate(value, &text);
      return "DATE " + Quoted(text);
    case TypeKind::kTime:
      AppendTime(static_cast<int32_t>(value), type.precision(), &text);
      return "TIME " + Quoted(text);
    case TypeKind::kTimestamp:
      AppendTimestamp(FromTimestampUnits(value, type.precision()), type.precision(), &text);
      return "TIMESTAMP " + Quoted(text);
    case TypeKind::kTimestampLtz:
      AppendTimestamp(FromTimestampUnits(value, type.precision()), type.precision(), &text);
      return "TIMESTAMP_LTZ " + Quoted(text + "Z");
    case TypeKind::kIntervalDayTime:
      return std::to_string(value) + ":INTERVAL SECOND";
    case TypeKind::kIntervalYearMonth:
      return std::to_string(value) + ":INTERVAL MONTH";
    default:
      return std::to_string(value);
  }
}

// The arguments that the user wrote, as text.
std::vector<std::string> ArgumentTexts(const Expression& call) {
  const size_t count =
      call.arguments().size() - static_cast<size_t>(call.function()->hidden_arguments);
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(ExpressionText(*call.arguments()[i]));
  return texts;
}

std::string Join(const std::vector<std::string>& texts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += separator;
    out += texts[i];
  }
  return out;
}

std::string CaseText(const std::vector<std::string>& texts) {
  std::string out = "CASE";
  for (size_t i = 0; i + 1 < texts.size(); i += 2) {
    out += " WHEN " + texts[i] + " THEN " + texts[i + 1];
  }
  return out + " ELSE " + texts.back() + " END";
}

std::string CallText(const Expression& call) {
  const ScalarFunction& function = *call.function();
  const std::vector<std::string> texts = ArgumentTexts(call);
  const std::string name(function.name);
  switch (function.print) {
    case PrintForm::kInfix:
      return "(" + Join(texts, " " + name + " ") + ")";
    case PrintForm::kPrefix:
      return name + (name.size() > 1 ? " " : "") + texts[0];
    case PrintForm::kPostfix:
      return texts[0] + " " + name;
    case PrintForm::kCase:
      return CaseText(texts);
    case PrintForm::kCast:
      return name + "(" + texts[0] + " AS " + call.type().WithNullable(true).ToString() + ")";
    case PrintForm::kCall:
      break;
  }
  return name + "(" + Join(texts, ", ") + ")";
}

}  // namespace

std::string DecimalText(Int128 unscaled, int scale) {
  __extension__ using Uint128 = unsigned __int128;
  Uint128 magnitude =
      unscaled < 0 ? Uint128{0} - static_cast<Uint128>(unscaled) : static_cast<Uint128>(unscaled);
  char digits[40];
  int length = 0;
  do {
    digits[length++] = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  } while (magnitude != 0);
  while (length <= scale) digits[length++] = '0';
  std::string out;
  if (unscaled < 0) out += '-';
  for (int i = length - 1; i >= 0; --i) {
    out += digits[i];
    if (i == scale && scale > 0) out += '.';
  }
  return out;
}

std::string LiteralText(const LiteralValue& value, const types::DataType& type) {
  if (std::holds_alternative<std::monostate>(value)) return "NULL";
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "TRUE" : "FALSE";
  if (const auto* number = std::get_if<double>(&value)) {
    return type.kind() == TypeKind::kFloat ? types::JavaText(static_cast<float>(*number))
                                           : types::JavaText(*number);
  }
  if (const auto* decimal = std::get_if<Int128>(&value)) {
    return DecimalText(*decimal, type.scale());
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (type.kind() == TypeKind::kNull) return *text;  // a bare word
    return type.is_binary() ? HexText(*text) : Quoted(*text);
  }
  return IntegerText(std::get<int64_t>(value), type);
}

std::string ExpressionText(const Expression& expression) {
  switch (expression.kind()) {
    case ExpressionKind::kColumn:
      return expression.column_name();
    case ExpressionKind::kLiteral:
      return LiteralText(expression.literal(), expression.type());
    case ExpressionKind::kCall:
      break;
  }
  return CallText(expression);
}

}  // namespace floe::functions
