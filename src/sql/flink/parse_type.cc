// Type names.
#include <optional>
#include <utility>

#include "sql/flink/keywords.h"
#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

struct SimpleType {
  std::string_view word;
  TypeNameKind kind;
  size_t max_parameters;
};

constexpr SimpleType kSimpleTypes[] = {
    {"BOOLEAN", TypeNameKind::kBoolean, 0},     {"TINYINT", TypeNameKind::kTinyInt, 0},
    {"SMALLINT", TypeNameKind::kSmallInt, 0},   {"INT", TypeNameKind::kInteger, 0},
    {"INTEGER", TypeNameKind::kInteger, 0},     {"BIGINT", TypeNameKind::kBigInt, 0},
    {"FLOAT", TypeNameKind::kFloat, 0},         {"DOUBLE", TypeNameKind::kDouble, 0},
    {"DECIMAL", TypeNameKind::kDecimal, 2},     {"DEC", TypeNameKind::kDecimal, 2},
    {"NUMERIC", TypeNameKind::kDecimal, 2},     {"CHAR", TypeNameKind::kChar, 1},
    {"CHARACTER", TypeNameKind::kChar, 1},      {"VARCHAR", TypeNameKind::kVarchar, 1},
    {"STRING", TypeNameKind::kString, 0},       {"BINARY", TypeNameKind::kBinary, 1},
    {"VARBINARY", TypeNameKind::kVarbinary, 1}, {"BYTES", TypeNameKind::kBytes, 0},
    {"DATE", TypeNameKind::kDate, 0},           {"NULL", TypeNameKind::kNull, 0},
    {"VARIANT", TypeNameKind::kVariant, 0},     {"TIMESTAMP_LTZ", TypeNameKind::kTimestampLtz, 1}};

struct OtherType {
  std::string_view word;
  std::string_view hint;
};

// Reserved words that are types elsewhere.
constexpr OtherType kOtherTypes[] = {{"DATETIME", "write TIMESTAMP(3)"},
                                     {"INTERVAL", "INTERVAL is a type in CAST only"},
                                     {"BLOB", "write BYTES"},
                                     {"CLOB", "write STRING"},
                                     {"NCHAR", "write CHAR"},
                                     {"BIT", "write BOOLEAN"}};

}  // namespace

Nullability Parser::ParseNullability() {
  if (cursor_.AcceptWord("NULL")) return Nullability::kNull;
  if (cursor_.AcceptWords("NOT", "NULL")) return Nullability::kNotNull;
  return Nullability::kUnspecified;
}

// core [NULL | NOT NULL] [ARRAY | MULTISET]…
Result<TypeName> Parser::ParseTypeName(TypePlace place) {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(TypeName type, ParseTypeNameCore(place));
  type.span = cursor_.SpanFrom(first);
  if (place == TypePlace::kDefinition) type.nullability = ParseNullability();
  while (cursor_.AtWord("ARRAY") || cursor_.AtWord("MULTISET")) {
    TypeName collection;
    collection.kind =
        cursor_.Take().IsWord("ARRAY") ? TypeNameKind::kArray : TypeNameKind::kMultiset;
    collection.children.push_back(std::move(type));
    type = std::move(collection);
    type.span = cursor_.SpanFrom(first);
    if (place == TypePlace::kDefinition) type.nullability = ParseNullability();
    FLOE_TRY(GrowTree());
  }
  return type;
}

Result<TypeName> Parser::ParseTypeNameCore(TypePlace place) {
  FLOE_ASSIGN(std::optional<TypeName> simple, ParseParametrizedType());
  if (simple.has_value()) return *std::move(simple);
  FLOE_ASSIGN(std::optional<TypeName> time, ParseTimeType());
  if (time.has_value()) return *std::move(time);
  FLOE_ASSIGN(std::optional<TypeName> nested, ParseNestedType());
  if (nested.has_value()) return *std::move(nested);
  TypeName type;
  if (place == TypePlace::kCast && cursor_.AcceptWord("INTERVAL")) {
    type.kind = TypeNameKind::kInterval;
    FLOE_ASSIGN(type.interval, ParseIntervalQualifier());
    return type;
  }
  const Token& token = cursor_.Peek();
  type.kind = TypeNameKind::kUserDefined;
  // A type of the standard that Flink parses and does not have.
  if (token.IsWord("REAL")) {
    type.name = {{{token.upper, token.span}}, cursor_.Take().span};
    return type;
  }
  if (token.kind == TokenKind::kWord && IsReservedWord(token.upper)) {
    Error error(ErrorCode::kSqlSyntax, "expected a type, found " + DescribeToken(token),
                token.span);
    for (const OtherType& other : kOtherTypes) {
      if (token.IsWord(other.word)) return std::move(error).WithHint(std::string(other.hint));
    }
    return error;
  }
  FLOE_ASSIGN(type.name, ParseQualifiedName("a type"));
  return type;
}

// A word of the table above with its parameters; null for others.
Result<std::optional<TypeName>> Parser::ParseParametrizedType() {
  for (const SimpleType& simple : kSimpleTypes) {
    if (!cursor_.IsWordAt(0, simple.word)) continue;
    cursor_.Take();
    TypeName type;
    type.kind = simple.kind;
    size_t max_parameters = simple.max_parameters;
    if (type.kind == TypeNameKind::kDouble) cursor_.AcceptWord("PRECISION");
    if (type.kind == TypeNameKind::kChar && cursor_.AcceptWord("VARYING")) {
      type.kind = TypeNameKind::kVarchar;
    } else if (type.kind == TypeNameKind::kBinary && cursor_.AcceptWord("VARYING")) {
      type.kind = TypeNameKind::kVarbinary;
    }
    FLOE_TRY(ParseTypeParameters(type, max_parameters));
    return std::optional<TypeName>(std::move(type));
  }
  return std::optional<TypeName>();
}

// TIME [(p)] [WITHOUT TIME ZONE], TIMESTAMP [(p)] [WITHOUT | WITH LOCAL TIME ZONE].
Result<std::optional<TypeName>> Parser::ParseTimeType() {
  TypeName type;
  if (cursor_.AcceptWord("TIME")) {
    type.kind = TypeNameKind::kTime;
  } else if (cursor_.AcceptWord("TIMESTAMP")) {
    type.kind = TypeNameKind::kTimestamp;
  } else {
    return std::optional<TypeName>();
  }
  FLOE_TRY(ParseTypeParameters(type, 1));
  if (cursor_.AcceptWord("WITHOUT")) {
    FLOE_TRY(cursor_.ExpectWord("TIME"));
    FLOE_TRY(cursor_.ExpectWord("ZONE"));
  } else if (cursor_.AcceptWord("WITH")) {
    if (!cursor_.AcceptWord("LOCAL")) {
      return cursor_.Unexpected("LOCAL").WithHint(
          "types that keep a zone do not exist; TIMESTAMP_LTZ is an instant");
    }
    FLOE_TRY(cursor_.ExpectWord("TIME"));
    FLOE_TRY(cursor_.ExpectWord("ZONE"));
    if (type.kind == TypeNameKind::kTime) {
      return Unsupported("TIME WITH LOCAL TIME ZONE", cursor_.Previous().span);
    }
    type.kind = TypeNameKind::kTimestampLtz;
  }
  return std::optional<TypeName>(std::move(type));
}

// ARRAY<t>, MULTISET<t>, MAP<k, v>, ROW<…>, ROW(…), RAW(…), STRUCTURED<…>; null for others.
Result<std::optional<TypeName>> Parser::ParseNestedType() {
  TypeName type;
  const bool is_map = cursor_.IsWordAt(0, "MAP") && cursor_.IsSymbolAt(1, "<");
  if (cursor_.IsWordAt(0, "ARRAY") || cursor_.IsWordAt(0, "MULTISET") || is_map) {
    type.kind = is_map                         ? TypeNameKind::kMap
                : cursor_.IsWordAt(0, "ARRAY") ? TypeNameKind::kArray
                                               : TypeNameKind::kMultiset;
    cursor_.Take();
    FLOE_TRY(cursor_.ExpectSymbol("<"));
    FLOE_ASSIGN(TypeName child, ParseTypeName(TypePlace::kDefinition));
    type.children.push_back(std::move(child));
    if (is_map) {
      FLOE_TRY(cursor_.ExpectSymbol(","));
      FLOE_ASSIGN(TypeName value, ParseTypeName(TypePlace::kDefinition));
      type.children.push_back(std::move(value));
    }
    FLOE_TRY(ExpectClosingAngle());
  } else if (cursor_.AcceptWord("ROW")) {
    type.kind = TypeNameKind::kRow;
    if (cursor_.AcceptSymbol("<>")) return std::optional<TypeName>(std::move(type));
    const bool has_parenthesis = cursor_.AcceptSymbol("(");
    if (!has_parenthesis) FLOE_TRY(cursor_.ExpectSymbol("<"));
    FLOE_TRY(ParseTypeFields(type, has_parenthesis ? ")" : ">"));
  } else if (cursor_.IsWordAt(0, "RAW") && cursor_.IsSymbolAt(1, "(")) {
    cursor_.Take();
    cursor_.Take();
    type.kind = TypeNameKind::kRaw;
    do {
      FLOE_ASSIGN(std::string text, cursor_.ExpectString("a string"));
      type.strings.push_back(std::move(text));
    } while (cursor_.AcceptSymbol(","));
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  } else if (cursor_.AcceptWord("STRUCTURED")) {
    type.kind = TypeNameKind::kStructured;
    FLOE_TRY(cursor_.ExpectSymbol("<"));
    FLOE_ASSIGN(std::string text, cursor_.ExpectString("a class name in single quotes"));
    type.strings.push_back(std::move(text));
    if (cursor_.AcceptSymbol(",")) {
      FLOE_TRY(ParseTypeFields(type, ">"));
    } else {
      FLOE_TRY(ExpectClosingAngle());
    }
  } else {
    return std::optional<TypeName>();
  }
  return std::optional<TypeName>(std::move(type));
}

Status Parser::ExpectClosingAngle() { return cursor_.ExpectSymbol(">"); }

// name type ['comment'], … up to `close`.
Status Parser::ParseTypeFields(TypeName& type, std::string_view close) {
  if (cursor_.AcceptSymbol(close)) return Status::Ok();
  do {
    TypeNameField field;
    FLOE_ASSIGN(field.name, cursor_.ExpectName("a field name"));
    FLOE_ASSIGN(field.type, ParseTypeName(TypePlace::kDefinition));
    if (cursor_.Peek().kind == TokenKind::kString) field.comment = cursor_.Take().value;
    type.fields.push_back(std::move(field));
  } while (cursor_.AcceptSymbol(","));
  return cursor_.ExpectSymbol(close);
}

// [(p [, s])].
Status Parser::ParseTypeParameters(TypeName& type, size_t max_count) {
  if (!cursor_.IsSymbolAt(0, "(") || max_count == 0) return Status::Ok();
  cursor_.Take();
  do {
    if (type.parameters.size() == max_count) return cursor_.Unexpected("\")\"");
    FLOE_ASSIGN(const int64_t parameter, cursor_.ExpectInteger("a number"));
    type.parameters.push_back(parameter);
  } while (cursor_.AcceptSymbol(","));
  return cursor_.ExpectSymbol(")");
}

}  // namespace floe::sql::flink
