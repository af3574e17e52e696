#include <algorithm>
#include <utility>

#include "sql/flink/keywords.h"
#include "sql/flink/printer.h"

namespace floe::sql::flink {

namespace {

// Can stand before "(" without quotes and is taken as a function there.
bool IsPlainFunctionName(std::string_view name) {
  std::string upper;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!is_letter && !(c >= '0' && c <= '9' && !upper.empty())) return false;
    upper.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  if (upper == "MAP" || upper == "DESCRIPTOR" || upper.empty()) return false;
  return !IsReservedWord(upper) || IsReservedFunction(upper);
}

bool IsTimeUnit(const FunctionArgument& argument) {
  return argument.value.As<TimeUnitArgument>() != nullptr;
}

// A primary expression can stand on the left of IN; others need parentheses.
bool IsPostfix(const Expression& expression) {
  return expression.As<Literal>() != nullptr || expression.As<ColumnReference>() != nullptr ||
         expression.As<FunctionCall>() != nullptr || expression.As<CastExpression>() != nullptr;
}

}  // namespace

void Printer::PrintFunctionName(const QualifiedName& name) {
  if (name.parts.size() == 1 && IsPlainFunctionName(name.parts.front().value)) {
    return Write(name.parts.front().value);
  }
  Print(name);
}

void Printer::Print(const FunctionArgument& argument) {
  if (argument.name.has_value()) {
    WriteIdentifier(argument.name->value);
    Write(" => ");
  }
  Print(argument.value);
}

void Printer::Print(const FunctionCall& call) {
  if (!call.has_parentheses) {
    Write(call.name.parts.front().value);
  } else {
    PrintFunctionName(call.name);
    Write("(");
    if (call.quantifier == SetQuantifier::kDistinct) Write("DISTINCT ");
    if (call.quantifier == SetQuantifier::kAll) Write("ALL ");
    if (!PrintSpecialArguments(call)) {
      for (size_t i = 0; i < call.arguments.size(); ++i) {
        if (i > 0) Write(", ");
        Print(call.arguments[i]);
      }
    }
    Write(")");
  }
  PrintCallClauses(call);
}

// The arguments of the functions that have a syntax of their own; false: call has none.
bool Printer::PrintSpecialArguments(const FunctionCall& call) {
  if (call.name.parts.size() != 1) return false;
  const std::string& name = call.name.parts.front().value;
  const std::vector<FunctionArgument>& arguments = call.arguments;
  const auto joined = [&](std::initializer_list<std::string_view> words) {
    auto word = words.begin();
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (i > 0) Write(*word++);
      Print(arguments[i]);
    }
    return true;
  };
  if (call.json.has_value()) {
    PrintJsonArguments(call);
    return true;
  }
  if (name == "EXTRACT") return joined({" FROM "});
  if (name == "OVERLAY") return joined({" PLACING ", " FROM ", " FOR "});
  if ((name == "FLOOR" || name == "CEIL") && arguments.size() == 2 && IsTimeUnit(arguments[1])) {
    return joined({" TO "});
  }
  if (name == "TRIM") return joined({" ", " FROM "});
  if (name != "POSITION") return false;
  const bool needs_parentheses = !IsPostfix(arguments.front().value);
  if (needs_parentheses) Write("(");
  Print(arguments.front());
  Write(needs_parentheses ? ") IN " : " IN ");
  Print(arguments[1]);
  if (arguments.size() > 2) {
    Write(" FROM ");
    Print(arguments[2]);
  }
  return true;
}

void Printer::PrintJsonArguments(const FunctionCall& call) {
  const std::string& name = call.name.parts.front().value;
  const bool is_object = name == "JSON_OBJECT" || name == "JSON_OBJECTAGG";
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    if (is_object && i % 2 == 0) Write(i == 0 ? "KEY " : ", KEY ");
    if (i > 0 && !(is_object && i % 2 == 0)) Write(is_object ? " VALUE " : ", ");
    Print(call.arguments[i]);
  }
  PrintJsonClause(*call.json);
}

void Printer::PrintJsonClause(const JsonClause& clause) {
  if (clause.returning.has_value()) {
    Write(" RETURNING ");
    Print(*clause.returning);
  }
  if (clause.wrapper == JsonWrapper::kWithout) Write(" WITHOUT WRAPPER");
  if (clause.wrapper == JsonWrapper::kConditional) Write(" WITH CONDITIONAL WRAPPER");
  if (clause.wrapper == JsonWrapper::kUnconditional) Write(" WITH UNCONDITIONAL WRAPPER");
  if (clause.on_empty.has_value()) {
    PrintJsonBehavior(*clause.on_empty);
    Write(" ON EMPTY");
  }
  if (clause.on_error.has_value()) {
    PrintJsonBehavior(*clause.on_error);
    Write(" ON ERROR");
  }
  if (clause.nulls == JsonNullClause::kNullOnNull) Write(" NULL ON NULL");
  if (clause.nulls == JsonNullClause::kAbsentOnNull) Write(" ABSENT ON NULL");
}

void Printer::PrintJsonBehavior(const JsonBehavior& behavior) {
  switch (behavior.kind) {
    case JsonBehaviorKind::kNull:
      return Write(" NULL");
    case JsonBehaviorKind::kError:
      return Write(" ERROR");
    case JsonBehaviorKind::kTrue:
      return Write(" TRUE");
    case JsonBehaviorKind::kFalse:
      return Write(" FALSE");
    case JsonBehaviorKind::kUnknown:
      return Write(" UNKNOWN");
    case JsonBehaviorKind::kEmptyArray:
      return Write(" EMPTY ARRAY");
    case JsonBehaviorKind::kEmptyObject:
      return Write(" EMPTY OBJECT");
    case JsonBehaviorKind::kDefault:
      Write(" DEFAULT ");
      return Print(*behavior.default_value);
  }
}

void Printer::PrintCallClauses(const FunctionCall& call) {
  if (call.null_treatment == NullTreatment::kIgnoreNulls) Write(" IGNORE NULLS");
  if (call.null_treatment == NullTreatment::kRespectNulls) Write(" RESPECT NULLS");
  if (!call.within_group.empty()) {
    Write(" WITHIN GROUP (ORDER BY ");
    PrintOrderBy(call.within_group);
    Write(")");
  }
  if (call.filter.has_value()) {
    Write(" FILTER (WHERE ");
    Print(*call.filter);
    Write(")");
  }
  if (call.over.has_value()) {
    Write(" OVER ");
    Print(*call.over);
  }
}

void Printer::Print(const WindowSpecification& window) {
  if (window.is_name_only) return WriteIdentifier(window.name->value);
  std::string_view separator;
  const auto next = [&](std::string_view words) {
    Write(separator);
    Write(words);
    separator = " ";
  };
  Write("(");
  if (window.name.has_value()) {
    next("");
    WriteIdentifier(window.name->value);
  }
  if (!window.partition_by.empty()) {
    next("PARTITION BY ");
    PrintExpressions(window.partition_by);
  }
  if (!window.order_by.empty()) {
    next("ORDER BY ");
    PrintOrderBy(window.order_by);
  }
  if (window.frame.has_value()) {
    next("");
    PrintFrame(*window.frame);
  }
  Write(")");
}

void Printer::PrintFrame(const WindowFrame& frame) {
  Write(frame.unit == FrameUnit::kRows ? "ROWS " : "RANGE ");
  if (frame.end.has_value()) Write("BETWEEN ");
  PrintFrameBound(frame.start);
  if (!frame.end.has_value()) return;
  Write(" AND ");
  PrintFrameBound(*frame.end);
}

void Printer::PrintFrameBound(const FrameBound& bound) {
  switch (bound.kind) {
    case FrameBoundKind::kUnboundedPreceding:
      return Write("UNBOUNDED PRECEDING");
    case FrameBoundKind::kUnboundedFollowing:
      return Write("UNBOUNDED FOLLOWING");
    case FrameBoundKind::kCurrentRow:
      return Write("CURRENT ROW");
    case FrameBoundKind::kPreceding:
    case FrameBoundKind::kFollowing: {
      // A bare AND would end the bound.
      constexpr int kPrimary = 100;
      PrintOperand(*bound.offset, kPrimary);
      return Write(bound.kind == FrameBoundKind::kPreceding ? " PRECEDING" : " FOLLOWING");
    }
  }
}

}  // namespace floe::sql::flink
