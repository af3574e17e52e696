// Literals, parentheses, CASE, CAST, constructors and names.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sql/flink/keywords.h"
#include "sql/flink/parser.h"
#include "sql/utf8.h"

namespace floe::sql::flink {

namespace {

struct NamedUnit {
  std::string_view name;
  TimeUnit unit;
};

constexpr NamedUnit kUnits[] = {{"NANOSECOND", TimeUnit::kNanosecond},
                                {"MICROSECOND", TimeUnit::kMicrosecond},
                                {"MILLISECOND", TimeUnit::kMillisecond},
                                {"SECOND", TimeUnit::kSecond},
                                {"MINUTE", TimeUnit::kMinute},
                                {"HOUR", TimeUnit::kHour},
                                {"DAY", TimeUnit::kDay},
                                {"WEEK", TimeUnit::kWeek},
                                {"MONTH", TimeUnit::kMonth},
                                {"QUARTER", TimeUnit::kQuarter},
                                {"YEAR", TimeUnit::kYear},
                                {"DECADE", TimeUnit::kDecade},
                                {"CENTURY", TimeUnit::kCentury},
                                {"MILLENNIUM", TimeUnit::kMillennium},
                                {"DOW", TimeUnit::kDayOfWeek},
                                {"DOY", TimeUnit::kDayOfYear},
                                {"ISODOW", TimeUnit::kIsoDayOfWeek},
                                {"ISOYEAR", TimeUnit::kIsoYear},
                                {"EPOCH", TimeUnit::kEpoch}};

bool IsIntervalUnit(TimeUnit unit) { return unit >= TimeUnit::kSecond && unit <= TimeUnit::kYear; }

// YEAR TO MONTH, DAY TO HOUR | MINUTE | SECOND, HOUR TO MINUTE | SECOND, MINUTE TO SECOND.
bool IsIntervalRange(TimeUnit start, TimeUnit end) {
  if (start == TimeUnit::kYear) return end == TimeUnit::kMonth;
  return start <= TimeUnit::kDay && end >= TimeUnit::kSecond && end < start;
}

std::optional<uint32_t> HexValue(std::string_view digits) {
  uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, 16);
  if (digits.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool IsScalarValue(uint32_t code_point) {
  return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

// Undoes \1234 and \\ (with `escape` in the place of the backslash). Pairs of surrogates make one
// character, as in Java. Null where an escape is no character.
std::optional<std::string> DecodeUnicodeEscapes(std::string_view text, char escape) {
  std::string value;
  uint32_t high = 0;  // the first half of a pair
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != escape || (i + 1 < text.size() && text[i + 1] == escape)) {
      if (high != 0) return std::nullopt;
      if (text[i] == escape) ++i;
      value.push_back(text[i]);
      continue;
    }
    if (i + 5 > text.size()) return std::nullopt;
    const std::optional<uint32_t> unit = HexValue(text.substr(i + 1, 4));
    if (!unit.has_value()) return std::nullopt;
    i += 4;
    const bool is_low = *unit >= 0xDC00 && *unit <= 0xDFFF;
    if ((high != 0) != is_low) return std::nullopt;
    if (is_low) {
      AppendUtf8(0x10000 + ((high - 0xD800) << 10U) + (*unit - 0xDC00), &value);
      high = 0;
    } else if (IsScalarValue(*unit)) {
      AppendUtf8(*unit, &value);
    } else {
      high = *unit;
    }
  }
  if (high != 0) return std::nullopt;
  return value;
}

std::string UpperHex(std::string_view digits) {
  std::string upper(digits);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

struct UnsupportedWord {
  std::string_view word;
  std::string_view construct;
};

// Words that begin an expression that Flink's grammar has and Floe does not.
constexpr UnsupportedWord kUnsupportedWords[] = {{"CURSOR", "CURSOR"},
                                                 {"PERIOD", "PERIOD"},
                                                 {"NEW", "NEW"},
                                                 {"CURRENT_ROW", "CURRENT_ROW"},
                                                 {"UNIQUE", "the UNIQUE predicate"},
                                                 {"CONVERT", "CONVERT"},
                                                 {"SAFE_CAST", "SAFE_CAST"}};

}  // namespace

std::optional<TimeUnit> FindTimeUnit(std::string_view upper, bool allows_plural) {
  for (const NamedUnit& candidate : kUnits) {
    if (upper == candidate.name) return candidate.unit;
    if (allows_plural && upper.size() == candidate.name.size() + 1 && upper.back() == 'S' &&
        upper.starts_with(candidate.name)) {
      return candidate.unit;
    }
  }
  return std::nullopt;
}

Result<Expression> Parser::ParsePrimary() {
  const Token& token = cursor_.Peek();
  const auto number = [&](LiteralKind kind) {
    return MakeExpression(Literal{kind, std::string(token.text), ""}, cursor_.Take().span);
  };
  switch (token.kind) {
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
      return number(LiteralKind::kExactNumeric);
    case TokenKind::kApproximate:
      return number(LiteralKind::kApproximateNumeric);
    case TokenKind::kString:
    case TokenKind::kCharsetString:
      return ParseString();
    case TokenKind::kUnicodeString:
      return ParseUnicodeString();
    case TokenKind::kBinaryString:
      return ParseBinaryString();
    case TokenKind::kQuotedIdentifier:
      return ParseNameOrCall();
    case TokenKind::kWord:
      return ParseWordPrimary();
    default:
      break;
  }
  if (cursor_.IsSymbolAt(0, "(")) return ParseParenthesized();
  if (cursor_.IsSymbolAt(0, "?")) return ParseUnsupportedPrimary("a parameter (?)");
  if (cursor_.IsSymbolAt(0, "{")) return ParseUnsupportedPrimary("the JDBC escape syntax {…}");
  return cursor_.Unexpected("an expression");
}

Result<Expression> Parser::ParseUnsupportedPrimary(std::string_view construct) {
  return Unsupported(construct, cursor_.Peek().span);
}

Result<Expression> Parser::ParseWordPrimary() {
  FLOE_ASSIGN(std::optional<Expression> keyword, ParseKeywordPrimary());
  if (keyword.has_value()) return *std::move(keyword);
  const Token& token = cursor_.Peek();
  for (const UnsupportedWord& unsupported : kUnsupportedWords) {
    if (token.IsWord(unsupported.word)) return ParseUnsupportedPrimary(unsupported.construct);
  }
  if (token.IsWord("NEXT") && cursor_.IsWordAt(1, "VALUE")) {
    return ParseUnsupportedPrimary("NEXT VALUE FOR");
  }
  const bool is_call = cursor_.IsSymbolAt(1, "(") && IsReservedFunction(token.upper);
  if (!is_call && IsNiladicFunction(token.upper)) {
    const SourceSpan span = cursor_.Take().span;
    FunctionCall call;
    call.name = {{{token.upper, span}}, span};
    call.has_parentheses = false;
    call.span = span;
    FLOE_TRY(ParseCallClauses(call));
    return MakeExpression(Box<FunctionCall>(std::move(call)), cursor_.SpanFrom(span));
  }
  if (!is_call && IsReservedWord(token.upper)) return cursor_.Unexpected("an expression");
  return ParseNameOrCall();
}

// Literals and constructs that begin with a word of their own; null for all other words.
Result<std::optional<Expression>> Parser::ParseKeywordPrimary() {
  using Found = std::optional<Expression>;
  const Token& token = cursor_.Peek();
  const auto wrap = [](Result<Expression> expression) -> Result<Found> {
    if (!expression.ok()) return std::move(expression).error();
    return Found(std::move(expression).value());
  };
  const auto constant = [&](LiteralKind kind) -> Result<Found> {
    return Found(MakeExpression(Literal{kind, "", ""}, cursor_.Take().span));
  };
  const bool has_string = cursor_.Peek(1).kind == TokenKind::kString;
  const bool has_bracket = cursor_.IsSymbolAt(1, "[");
  const bool has_parenthesis = cursor_.IsSymbolAt(1, "(");
  if (token.IsWord("NULL")) return constant(LiteralKind::kNull);
  if (token.IsWord("TRUE")) return constant(LiteralKind::kTrue);
  if (token.IsWord("FALSE")) return constant(LiteralKind::kFalse);
  if (token.IsWord("UNKNOWN")) return constant(LiteralKind::kUnknown);
  if (token.IsWord("INTERVAL")) return wrap(ParseInterval());
  if (token.IsWord("CASE")) return wrap(ParseCase());
  if (token.IsWord("CAST")) return wrap(ParseCast(false));
  if (token.IsWord("TRY_CAST")) return wrap(ParseCast(true));
  if (token.IsWord("EXISTS")) return wrap(ParseExists());
  if (token.IsWord("ROW")) return wrap(ParseRow());
  if (token.IsWord("DATE") && has_string) return wrap(ParseTemporalLiteral(LiteralKind::kDate, 1));
  if (token.IsWord("TIME") && has_string) return wrap(ParseTemporalLiteral(LiteralKind::kTime, 1));
  if (token.IsWord("TIMESTAMP") && has_string) {
    return wrap(ParseTemporalLiteral(LiteralKind::kTimestamp, 1));
  }
  if (token.IsWord("TIMESTAMP") && cursor_.IsWordAt(1, "WITH") && cursor_.IsWordAt(2, "LOCAL") &&
      cursor_.IsWordAt(3, "TIME") && cursor_.IsWordAt(4, "ZONE")) {
    return wrap(ParseTemporalLiteral(LiteralKind::kTimestampLtz, 5));
  }
  if (token.IsWord("ARRAY")) return wrap(ParseCollection(CollectionKind::kArray));
  if (token.IsWord("MULTISET")) return wrap(ParseCollection(CollectionKind::kMultiset));
  if (token.IsWord("MAP") && (has_bracket || (has_parenthesis && AtQuery(2)))) {
    return wrap(ParseCollection(CollectionKind::kMap));
  }
  if (token.IsWord("DESCRIPTOR") && has_parenthesis) return wrap(ParseDescriptor());
  return Found();
}

// (expression), (query), or (a, b): a row.
Result<Expression> Parser::ParseParenthesized() {
  const SourceSpan first = cursor_.Take().span;
  if (AtQuery(0)) {
    ScalarSubquery subquery;
    FLOE_ASSIGN(subquery.query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    return MakeExpression(std::move(subquery), cursor_.SpanFrom(first));
  }
  FLOE_ASSIGN(std::vector<Expression> values, ParseExpressionList());
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  const SourceSpan span = cursor_.SpanFrom(first);
  if (values.size() > 1) return MakeExpression(RowConstructor{false, std::move(values)}, span);
  Expression value = std::move(values.front());
  value.span = span;
  return value;
}

// 'a', _UTF16'a'; parts on lines of their own are one string.
Result<Expression> Parser::ParseString() {
  const SourceSpan first = cursor_.Peek().span;
  Literal literal{LiteralKind::kString, cursor_.Peek().value, cursor_.Peek().charset};
  int last_line = cursor_.Take().span.end_line;
  while (cursor_.Peek().kind == TokenKind::kString) {
    if (cursor_.Peek().span.line == last_line) {
      return Error(ErrorCode::kSqlSyntax, "two strings side by side on one line",
                   cursor_.Peek().span)
          .WithHint("join them with ||");
    }
    literal.text += cursor_.Peek().value;
    last_line = cursor_.Take().span.end_line;
  }
  return MakeExpression(std::move(literal), cursor_.SpanFrom(first));
}

// U&'\00e9' [UESCAPE '!'].
Result<Expression> Parser::ParseUnicodeString() {
  const Token& token = cursor_.Take();
  char escape = '\\';
  if (cursor_.AcceptWord("UESCAPE")) {
    const SourceSpan span = cursor_.Peek().span;
    FLOE_ASSIGN(std::string written, cursor_.ExpectString("an escape character"));
    const bool is_hex = written.size() == 1 && HexValue(written).has_value();
    if (written.size() != 1 || is_hex ||
        std::string_view("+\"' \t\n").find(written[0]) != std::string_view::npos) {
      return Error(ErrorCode::kSqlSyntax,
                   "UESCAPE takes one character that is no hex digit, sign, "
                   "quote or blank",
                   span);
    }
    escape = written[0];
  }
  std::optional<std::string> value = DecodeUnicodeEscapes(token.value, escape);
  if (!value.has_value()) {
    return Error(ErrorCode::kSqlSyntax, "this string has an invalid Unicode escape", token.span)
        .WithHint(std::string("write ") + escape + " and four hex digits, or " + escape + escape +
                  " for the character itself");
  }
  return MakeExpression(Literal{LiteralKind::kString, *std::move(value), ""},
                        cursor_.SpanFrom(token.span));
}

// X'0aFF'.
Result<Expression> Parser::ParseBinaryString() {
  const Token& token = cursor_.Take();
  const bool is_hex = token.value.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!is_hex || token.value.size() % 2 != 0) {
    return Error(ErrorCode::kSqlSyntax, "a binary literal takes an even number of hex digits",
                 token.span);
  }
  return MakeExpression(Literal{LiteralKind::kBinary, UpperHex(token.value), ""}, token.span);
}

// `words` keywords and a string.
Result<Expression> Parser::ParseTemporalLiteral(LiteralKind kind, size_t words) {
  const SourceSpan first = cursor_.Peek().span;
  for (size_t i = 0; i < words; ++i) cursor_.Take();
  FLOE_ASSIGN(std::string text, cursor_.ExpectString("a string"));
  return MakeExpression(Literal{kind, std::move(text), ""}, cursor_.SpanFrom(first));
}

Result<std::optional<int>> Parser::ParsePrecision() {
  if (!cursor_.IsSymbolAt(0, "(")) return std::optional<int>();
  cursor_.Take();
  const SourceSpan span = cursor_.Peek().span;
  FLOE_ASSIGN(const int64_t precision, cursor_.ExpectInteger("a precision"));
  if (precision > 100) return Error(ErrorCode::kSqlSyntax, "the precision is too large", span);
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return std::optional<int>(static_cast<int>(precision));
}

// DAY(3) TO SECOND(6), SECOND(2, 3), MONTHS.
Result<IntervalQualifier> Parser::ParseIntervalQualifier() {
  IntervalQualifier qualifier;
  const Token& token = cursor_.Peek();
  const std::optional<TimeUnit> start = FindTimeUnit(token.upper, true);
  if (!start.has_value() || !IsIntervalUnit(*start)) {
    return cursor_.Unexpected("a unit from SECOND to YEAR");
  }
  cursor_.Take();
  qualifier.start = *start;
  if (*start == TimeUnit::kSecond && cursor_.IsSymbolAt(0, "(") && cursor_.IsSymbolAt(2, ",")) {
    cursor_.Take();
    FLOE_ASSIGN(const int64_t precision, cursor_.ExpectInteger("a precision"));
    FLOE_TRY(cursor_.ExpectSymbol(","));
    FLOE_ASSIGN(const int64_t fraction, cursor_.ExpectInteger("a precision"));
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    qualifier.start_precision = static_cast<int>(std::min<int64_t>(precision, 100));
    qualifier.fraction_precision = static_cast<int>(std::min<int64_t>(fraction, 100));
  } else {
    FLOE_ASSIGN(qualifier.start_precision, ParsePrecision());
  }
  if (cursor_.IsWordAt(0, "TO")) {
    cursor_.Take();
    const Token& end_token = cursor_.Peek();
    const std::optional<TimeUnit> end = FindTimeUnit(end_token.upper, false);
    if (!end.has_value() || !IsIntervalRange(*start, *end)) {
      return cursor_.Unexpected("a smaller unit that an interval from " +
                                std::string(TimeUnitName(*start)) + " can end with");
    }
    cursor_.Take();
    qualifier.end = end;
    if (*end == TimeUnit::kSecond) {
      FLOE_ASSIGN(qualifier.fraction_precision, ParsePrecision());
    }
  }
  qualifier.span = cursor_.SpanFrom(token.span);
  return qualifier;
}

Result<Expression> Parser::ParseInterval() {
  const SourceSpan first = cursor_.Take().span;
  const bool has_sign = cursor_.IsSymbolAt(0, "-") || cursor_.IsSymbolAt(0, "+");
  if (cursor_.Peek(has_sign ? 1 : 0).kind == TokenKind::kString) {
    IntervalLiteral literal;
    if (has_sign) literal.negative = cursor_.Take().IsPunctuation("-");
    literal.text = cursor_.Take().value;
    FLOE_ASSIGN(literal.qualifier, ParseIntervalQualifier());
    return MakeExpression(std::move(literal), cursor_.SpanFrom(first));
  }
  IntervalExpression interval;
  if (cursor_.IsSymbolAt(0, "(")) {
    FLOE_ASSIGN(interval.operand, ParseParenthesized());
  } else if (cursor_.Peek().kind == TokenKind::kInteger) {
    FLOE_ASSIGN(interval.operand, ParsePrimary());
  } else if (cursor_.AtName()) {
    const SourceSpan span = cursor_.Peek().span;
    FLOE_ASSIGN(QualifiedName name, ParseQualifiedName("a column"));
    interval.operand = MakeExpression(ColumnReference{std::move(name)}, span);
  } else {
    return cursor_.Unexpected("the interval's value in single quotes");
  }
  FLOE_ASSIGN(interval.qualifier, ParseIntervalQualifier());
  return MakeExpression(std::move(interval), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseCase() {
  const SourceSpan first = cursor_.Take().span;
  CaseExpression result;
  if (!cursor_.AtWord("WHEN")) {
    FLOE_ASSIGN(result.operand, ParseExpression());
  }
  do {
    CaseBranch branch;
    FLOE_TRY(cursor_.ExpectWord("WHEN"));
    FLOE_ASSIGN(branch.condition, ParseExpression());
    if (result.operand.has_value() && cursor_.IsSymbolAt(0, ",")) {
      return Unsupported("a list of values in WHEN", cursor_.Peek().span);
    }
    FLOE_TRY(cursor_.ExpectWord("THEN"));
    FLOE_ASSIGN(branch.result, ParseExpression());
    result.branches.push_back(std::move(branch));
  } while (cursor_.AtWord("WHEN"));
  if (cursor_.AcceptWord("ELSE")) {
    FLOE_ASSIGN(result.otherwise, ParseExpression());
  }
  FLOE_TRY(cursor_.ExpectWord("END"));
  return MakeExpression(std::move(result), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseCast(bool is_try) {
  const SourceSpan first = cursor_.Take().span;
  CastExpression cast;
  cast.is_try = is_try;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  FLOE_ASSIGN(cast.operand, ParseExpression());
  FLOE_TRY(cursor_.ExpectWord("AS"));
  FLOE_ASSIGN(cast.type, ParseTypeName(TypePlace::kCast));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return MakeExpression(std::move(cast), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseExists() {
  const SourceSpan first = cursor_.Take().span;
  ExistsSubquery exists;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  FLOE_ASSIGN(exists.query, ParseQuery());
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return MakeExpression(std::move(exists), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseRow() {
  const SourceSpan first = cursor_.Take().span;
  RowConstructor row{true, {}};
  FLOE_ASSIGN(row.values, ParseParenthesizedList());
  return MakeExpression(std::move(row), cursor_.SpanFrom(first));
}

// ARRAY[…], MAP[…], MULTISET[…], or with a query in parentheses.
Result<Expression> Parser::ParseCollection(CollectionKind kind) {
  const SourceSpan first = cursor_.Take().span;
  if (cursor_.AcceptSymbol("(")) {
    CollectionSubquery collection{kind, {}};
    FLOE_ASSIGN(collection.query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    return MakeExpression(std::move(collection), cursor_.SpanFrom(first));
  }
  CollectionConstructor collection{kind, {}};
  FLOE_TRY(cursor_.ExpectSymbol("["));
  if (!cursor_.AtSymbol("]")) {
    FLOE_ASSIGN(collection.values, ParseExpressionList());
  }
  FLOE_TRY(cursor_.ExpectSymbol("]"));
  return MakeExpression(std::move(collection), cursor_.SpanFrom(first));
}

// a, t.a, or the name of a call. REQUIRES: a name, or a reserved function and "(".
Result<Expression> Parser::ParseNameOrCall() {
  const Token& token = cursor_.Peek();
  const SourceSpan first = token.span;
  QualifiedName name;
  if (!cursor_.IsNameAt(0)) {
    cursor_.Take();
    name.parts.push_back({std::string(token.text), token.span});
  } else {
    name.parts.push_back(cursor_.ExpectName("a name").value());
    while (cursor_.IsSymbolAt(0, ".")) {
      if (cursor_.IsSymbolAt(1, "*")) break;
      cursor_.Take();
      FLOE_ASSIGN(Identifier part, cursor_.ExpectName("a name"));
      name.parts.push_back(std::move(part));
    }
  }
  name.span = cursor_.SpanFrom(first);
  if (cursor_.IsSymbolAt(0, "(")) return ParseCall(std::move(name), first, false);
  return MakeExpression(ColumnReference{std::move(name)}, cursor_.SpanFrom(first));
}

}  // namespace floe::sql::flink
