// Function calls: plain, table-valued, and those with a syntax of their own.
#include <optional>
#include <utility>
#include <vector>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

std::string AsciiUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

// TIMESTAMPADD and TIMESTAMPDIFF also take ODBC's spelling of units.
constexpr std::string_view kOdbcUnitPrefix = "SQL_TSI_";

FunctionArgument Positional(Expression value) { return {std::nullopt, std::move(value)}; }

}  // namespace

Result<Expression> Parser::ParseCall(QualifiedName name, const SourceSpan& first,
                                     bool is_table_function) {
  FLOE_ASSIGN(FunctionCall call, ParseCallBody(std::move(name), first, is_table_function));
  const SourceSpan span = call.span;
  return MakeExpression(Box<FunctionCall>(std::move(call)), span);
}

// From "(" on.
Result<FunctionCall> Parser::ParseCallBody(QualifiedName name, const SourceSpan& first,
                                           bool is_table_function) {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  FunctionCall call;
  call.name = std::move(name);
  FLOE_TRY(cursor_.ExpectSymbol("("));
  FLOE_ASSIGN(const bool is_special, ParseSpecialArguments(call));
  if (!is_special) FLOE_TRY(ParsePlainArguments(call, is_table_function));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  if (!is_table_function) FLOE_TRY(ParseCallClauses(call));
  call.span = cursor_.SpanFrom(first);
  return call;
}

Status Parser::ParsePlainArguments(FunctionCall& call, bool is_table_function) {
  if (cursor_.AtSymbol(")")) return Status::Ok();
  if (cursor_.IsSymbolAt(0, "*") && cursor_.IsSymbolAt(1, ")")) {
    call.arguments.push_back(Positional(MakeExpression(Star{}, cursor_.Take().span)));
    return Status::Ok();
  }
  if (cursor_.AcceptWord("DISTINCT")) {
    call.quantifier = SetQuantifier::kDistinct;
  } else if (cursor_.AcceptWord("ALL")) {
    call.quantifier = SetQuantifier::kAll;
  }
  do {
    FLOE_ASSIGN(FunctionArgument argument, ParseArgument(is_table_function));
    call.arguments.push_back(std::move(argument));
  } while (cursor_.AcceptSymbol(","));
  if (cursor_.IsWordAt(0, "ORDER") || cursor_.IsWordAt(0, "SEPARATOR") ||
      cursor_.IsWordAt(0, "LIMIT")) {
    return Unsupported(cursor_.Peek().upper + " inside a function's parentheses",
                       cursor_.Peek().span);
  }
  return Status::Ok();
}

Result<FunctionArgument> Parser::ParseArgument(bool is_table_function) {
  FunctionArgument argument;
  if (cursor_.Peek(1).IsPunctuation("=>")) {
    FLOE_ASSIGN(argument.name, cursor_.ExpectName("an argument's name"));
    FLOE_TRY(cursor_.ExpectSymbol("=>"));
  }
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.AcceptWord("DEFAULT")) {
    argument.value = MakeExpression(DefaultArgument{}, first);
  } else if (cursor_.IsWordAt(0, "TABLE")) {
    FLOE_ASSIGN(argument.value, ParseTableArgument());
  } else if (is_table_function && cursor_.IsSymbolAt(0, "(") && AtQuery(1)) {
    cursor_.Take();
    TableArgument table;
    FLOE_ASSIGN(table.query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    FLOE_TRY(ParseTableArgumentClauses(table));
    argument.value = MakeExpression(std::move(table), cursor_.SpanFrom(first));
  } else {
    FLOE_ASSIGN(argument.value, ParseExpression());
  }
  return argument;
}

// TABLE t [PARTITION BY …] [ORDER BY …].
Result<Expression> Parser::ParseTableArgument() {
  const SourceSpan first = cursor_.Take().span;
  if (cursor_.IsSymbolAt(0, "(")) {
    return cursor_.Unexpected("a table name behind TABLE")
        .WithHint("a subquery is written without TABLE: (SELECT …)");
  }
  TableArgument table;
  FLOE_ASSIGN(table.table, ParseQualifiedName("a table name"));
  FLOE_TRY(ParseTableArgumentClauses(table));
  return MakeExpression(std::move(table), cursor_.SpanFrom(first));
}

Status Parser::ParseTableArgumentClauses(TableArgument& argument) {
  if (cursor_.AcceptWords("PARTITION", "BY")) {
    if (cursor_.IsSymbolAt(0, "(")) {
      FLOE_ASSIGN(argument.partition_by, ParseParenthesizedList());
    } else {
      FLOE_ASSIGN(Expression key, ParseExpression());
      argument.partition_by.push_back(std::move(key));
    }
  }
  if (cursor_.AcceptWords("ORDER", "BY")) {
    const bool has_parentheses = cursor_.AcceptSymbol("(");
    if (has_parentheses) {
      FLOE_ASSIGN(argument.order_by, ParseOrderItems());
      FLOE_TRY(cursor_.ExpectSymbol(")"));
    } else {
      FLOE_ASSIGN(OrderItem item, ParseOrderItem());
      argument.order_by.push_back(std::move(item));
    }
  }
  return Status::Ok();
}

// DESCRIPTOR(a, b).
Result<Expression> Parser::ParseDescriptor() {
  const SourceSpan first = cursor_.Take().span;
  DescriptorArgument descriptor;
  FLOE_ASSIGN(descriptor.columns, ParseNameList("a column name"));
  return MakeExpression(std::move(descriptor), cursor_.SpanFrom(first));
}

// Takes the arguments of a function with a syntax of its own; false: it has none.
Result<bool> Parser::ParseSpecialArguments(FunctionCall& call) {
  struct Special {
    std::string_view name;
    Status (Parser::*parse)(FunctionCall&);
  };
  static constexpr Special kSpecial[] = {{"EXTRACT", &Parser::ParseExtractArguments},
                                         {"POSITION", &Parser::ParsePositionArguments},
                                         {"OVERLAY", &Parser::ParseOverlayArguments},
                                         {"SUBSTRING", &Parser::ParseSubstringArguments},
                                         {"FLOOR", &Parser::ParseRoundArguments},
                                         {"CEIL", &Parser::ParseRoundArguments},
                                         {"CEILING", &Parser::ParseRoundArguments},
                                         {"TRIM", &Parser::ParseTrimArguments},
                                         {"TIMESTAMPADD", &Parser::ParseTimestampArguments},
                                         {"TIMESTAMPDIFF", &Parser::ParseTimestampArguments},
                                         {"JSON_VALUE", &Parser::ParseJsonPathArguments},
                                         {"JSON_QUERY", &Parser::ParseJsonPathArguments},
                                         {"JSON_EXISTS", &Parser::ParseJsonPathArguments},
                                         {"JSON_OBJECT", &Parser::ParseJsonObjectArguments},
                                         {"JSON_OBJECTAGG", &Parser::ParseJsonObjectArguments},
                                         {"JSON_ARRAY", &Parser::ParseJsonArrayArguments},
                                         {"JSON_ARRAYAGG", &Parser::ParseJsonArrayArguments}};
  if (call.name.parts.size() != 1) return false;
  const std::string upper = AsciiUpper(call.name.parts.front().value);
  for (const Special& special : kSpecial) {
    if (upper != special.name) continue;
    call.name.parts.front().value = upper;
    FLOE_TRY((this->*special.parse)(call));
    return true;
  }
  return false;
}

Status Parser::AddArgument(FunctionCall& call) {
  FLOE_ASSIGN(Expression value, ParseExpression());
  call.arguments.push_back(Positional(std::move(value)));
  return Status::Ok();
}

Result<Expression> Parser::ParseTimeUnitArgument() {
  const Token& token = cursor_.Peek();
  std::string_view name = token.upper;
  if (name.starts_with(kOdbcUnitPrefix)) name.remove_prefix(kOdbcUnitPrefix.size());
  const std::optional<TimeUnit> unit = FindTimeUnit(name, false);
  if (!unit.has_value()) return cursor_.Unexpected("a time unit such as SECOND, HOUR or DAY");
  cursor_.Take();
  return MakeExpression(TimeUnitArgument{*unit}, token.span);
}

// unit FROM value.
Status Parser::ParseExtractArguments(FunctionCall& call) {
  FLOE_ASSIGN(Expression unit, ParseTimeUnitArgument());
  call.arguments.push_back(Positional(std::move(unit)));
  FLOE_TRY(cursor_.ExpectWord("FROM"));
  return AddArgument(call);
}

// part IN text [FROM start].
Status Parser::ParsePositionArguments(FunctionCall& call) {
  FLOE_ASSIGN(Expression part, ParsePostfix());
  call.arguments.push_back(Positional(std::move(part)));
  FLOE_TRY(cursor_.ExpectWord("IN"));
  FLOE_TRY(AddArgument(call));
  if (!cursor_.AcceptWord("FROM")) return Status::Ok();
  return AddArgument(call);
}

// text PLACING part FROM start [FOR length].
Status Parser::ParseOverlayArguments(FunctionCall& call) {
  FLOE_TRY(AddArgument(call));
  FLOE_TRY(cursor_.ExpectWord("PLACING"));
  FLOE_TRY(AddArgument(call));
  FLOE_TRY(cursor_.ExpectWord("FROM"));
  FLOE_TRY(AddArgument(call));
  if (!cursor_.AcceptWord("FOR")) return Status::Ok();
  return AddArgument(call);
}

// text FROM start [FOR length], or with commas.
Status Parser::ParseSubstringArguments(FunctionCall& call) {
  FLOE_TRY(AddArgument(call));
  if (!cursor_.AcceptWord("FROM")) FLOE_TRY(cursor_.ExpectSymbol(","));
  FLOE_TRY(AddArgument(call));
  if (!cursor_.AcceptWord("FOR") && !cursor_.AcceptSymbol(",")) return Status::Ok();
  return AddArgument(call);
}

// FLOOR and CEIL: value [TO unit].
Status Parser::ParseRoundArguments(FunctionCall& call) {
  if (call.name.parts.front().value == "CEILING") call.name.parts.front().value = "CEIL";
  FLOE_TRY(AddArgument(call));
  if (!cursor_.AcceptWord("TO")) return Status::Ok();
  FLOE_ASSIGN(Expression unit, ParseTimeUnitArgument());
  call.arguments.push_back(Positional(std::move(unit)));
  return Status::Ok();
}

// [[BOTH | LEADING | TRAILING] [characters] FROM] text.
Status Parser::ParseTrimArguments(FunctionCall& call) {
  const SourceSpan first = cursor_.Peek().span;
  std::optional<TrimSide> side;
  if (cursor_.AcceptWord("BOTH")) {
    side = TrimSide::kBoth;
  } else if (cursor_.AcceptWord("LEADING")) {
    side = TrimSide::kLeading;
  } else if (cursor_.AcceptWord("TRAILING")) {
    side = TrimSide::kTrailing;
  }
  Expression characters = MakeExpression(Literal{LiteralKind::kString, " ", ""}, first);
  std::optional<Expression> text;
  const bool from_follows = cursor_.IsWordAt(0, "FROM");
  if (from_follows && !side.has_value()) return cursor_.Unexpected("an expression");
  if (!from_follows) {
    FLOE_ASSIGN(text, ParseExpression());
  }
  if (cursor_.AcceptWord("FROM")) {
    if (text.has_value()) characters = *std::move(text);
    FLOE_ASSIGN(text, ParseExpression());
  }
  const TrimSideArgument side_argument{side.value_or(TrimSide::kBoth)};
  call.arguments.push_back(Positional(MakeExpression(side_argument, first)));
  call.arguments.push_back(Positional(std::move(characters)));
  call.arguments.push_back(Positional(*std::move(text)));
  return Status::Ok();
}

// unit, a, b.
Status Parser::ParseTimestampArguments(FunctionCall& call) {
  FLOE_ASSIGN(Expression unit, ParseTimeUnitArgument());
  call.arguments.push_back(Positional(std::move(unit)));
  FLOE_TRY(cursor_.ExpectSymbol(","));
  FLOE_TRY(AddArgument(call));
  FLOE_TRY(cursor_.ExpectSymbol(","));
  return AddArgument(call);
}

// Behind the arguments: [WITHIN GROUP (…)] [FILTER (WHERE …)] [OVER …], null treatment.
Status Parser::ParseCallClauses(FunctionCall& call) {
  if (cursor_.AcceptWords("IGNORE", "NULLS")) {
    call.null_treatment = NullTreatment::kIgnoreNulls;
  } else if (cursor_.AcceptWords("RESPECT", "NULLS")) {
    call.null_treatment = NullTreatment::kRespectNulls;
  }
  if (cursor_.IsWordAt(0, "WITHIN") && cursor_.IsWordAt(1, "DISTINCT")) {
    return Unsupported("WITHIN DISTINCT", cursor_.Peek().span);
  }
  if (cursor_.AcceptWords("WITHIN", "GROUP")) {
    FLOE_TRY(cursor_.ExpectSymbol("("));
    FLOE_TRY(cursor_.ExpectWord("ORDER"));
    FLOE_TRY(cursor_.ExpectWord("BY"));
    FLOE_ASSIGN(call.within_group, ParseOrderItems());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  if (cursor_.IsWordAt(0, "FILTER") && cursor_.IsSymbolAt(1, "(")) {
    cursor_.Take();
    FLOE_TRY(cursor_.ExpectSymbol("("));
    FLOE_TRY(cursor_.ExpectWord("WHERE"));
    FLOE_ASSIGN(call.filter, ParseExpression());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  if (!cursor_.AcceptWord("OVER")) return Status::Ok();
  if (cursor_.AtName()) {
    WindowSpecification window;
    FLOE_ASSIGN(window.name, cursor_.ExpectName("a window name"));
    window.is_name_only = true;
    window.span = window.name->span;
    call.over = std::move(window);
    return Status::Ok();
  }
  FLOE_ASSIGN(call.over, ParseWindowSpecification());
  return Status::Ok();
}

// ([name] [PARTITION BY …] [ORDER BY …] [frame]).
Result<WindowSpecification> Parser::ParseWindowSpecification() {
  WindowSpecification window;
  const SourceSpan first = cursor_.Peek().span;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  if (cursor_.AtName()) {
    FLOE_ASSIGN(window.name, cursor_.ExpectName("a window name"));
  }
  if (cursor_.AcceptWord("PARTITION")) {
    FLOE_TRY(cursor_.ExpectWord("BY"));
    FLOE_ASSIGN(window.partition_by, ParseExpressionList());
  }
  if (cursor_.AcceptWord("ORDER")) {
    FLOE_TRY(cursor_.ExpectWord("BY"));
    FLOE_ASSIGN(window.order_by, ParseOrderItems());
  }
  if (cursor_.AtWord("ROWS") || cursor_.AtWord("RANGE")) {
    FLOE_ASSIGN(window.frame, ParseWindowFrame());
  }
  if (cursor_.IsWordAt(0, "ALLOW") || cursor_.IsWordAt(0, "DISALLOW") ||
      cursor_.IsWordAt(0, "EXCLUDE")) {
    return Unsupported(cursor_.Peek().upper + " in a window", cursor_.Peek().span);
  }
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  window.span = cursor_.SpanFrom(first);
  return window;
}

// ROWS | RANGE [BETWEEN] bound [AND bound]. REQUIRES: at ROWS or RANGE.
Result<WindowFrame> Parser::ParseWindowFrame() {
  WindowFrame frame;
  const Token& token = cursor_.Take();
  frame.unit = token.IsWord("ROWS") ? FrameUnit::kRows : FrameUnit::kRange;
  if (cursor_.AcceptWord("BETWEEN")) {
    FLOE_ASSIGN(frame.start, ParseFrameBound());
    FLOE_TRY(cursor_.ExpectWord("AND"));
    FLOE_ASSIGN(frame.end, ParseFrameBound());
  } else {
    FLOE_ASSIGN(frame.start, ParseFrameBound());
  }
  frame.span = cursor_.SpanFrom(token.span);
  return frame;
}

Result<FrameBound> Parser::ParseFrameBound() {
  FrameBound bound;
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.AcceptWords("CURRENT", "ROW")) {
    bound.kind = FrameBoundKind::kCurrentRow;
  } else if (cursor_.AcceptWords("UNBOUNDED", "PRECEDING")) {
    bound.kind = FrameBoundKind::kUnboundedPreceding;
  } else if (cursor_.AcceptWords("UNBOUNDED", "FOLLOWING")) {
    bound.kind = FrameBoundKind::kUnboundedFollowing;
  } else {
    FLOE_ASSIGN(bound.offset, ParseExpression());
    if (cursor_.AcceptWord("PRECEDING")) {
      bound.kind = FrameBoundKind::kPreceding;
    } else {
      FLOE_TRY(cursor_.ExpectWord("FOLLOWING"));
      bound.kind = FrameBoundKind::kFollowing;
    }
  }
  bound.span = cursor_.SpanFrom(first);
  return bound;
}

}  // namespace floe::sql::flink
