// The JSON functions of the SQL standard.
#include <optional>
#include <utility>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

// JSON_VALUE, JSON_QUERY, JSON_EXISTS: input, path [RETURNING type] [wrapper] [behaviours].
Status Parser::ParseJsonPathArguments(FunctionCall& call) {
  JsonClause clause;
  FLOE_TRY(AddArgument(call));
  if (cursor_.IsWordAt(0, "FORMAT") || cursor_.IsWordAt(0, "PASSING")) {
    return Unsupported(cursor_.Peek().upper + " in " + call.name.ToString(), cursor_.Peek().span);
  }
  FLOE_TRY(cursor_.ExpectSymbol(","));
  FLOE_TRY(AddArgument(call));
  if (cursor_.IsWordAt(0, "PASSING")) {
    return Unsupported("PASSING in " + call.name.ToString(), cursor_.Peek().span);
  }
  if (cursor_.AcceptWord("RETURNING")) {
    FLOE_ASSIGN(clause.returning, ParseTypeName(TypePlace::kReturning));
  }
  FLOE_TRY(ParseJsonWrapper(clause));
  FLOE_TRY(ParseJsonBehaviors(clause));
  call.json = std::move(clause);
  return Status::Ok();
}

// [WITHOUT | WITH [CONDITIONAL | UNCONDITIONAL]] [ARRAY] WRAPPER.
Status Parser::ParseJsonWrapper(JsonClause& clause) {
  if (cursor_.AcceptWord("WITHOUT")) {
    clause.wrapper = JsonWrapper::kWithout;
  } else if (cursor_.AcceptWord("WITH")) {
    clause.wrapper =
        cursor_.AcceptWord("CONDITIONAL") ? JsonWrapper::kConditional : JsonWrapper::kUnconditional;
    cursor_.AcceptWord("UNCONDITIONAL");
  } else {
    return Status::Ok();
  }
  cursor_.AcceptWord("ARRAY");
  return cursor_.ExpectWord("WRAPPER");
}

// [behaviour ON EMPTY] [behaviour ON ERROR], in any order.
Status Parser::ParseJsonBehaviors(JsonClause& clause) {
  while (true) {
    FLOE_ASSIGN(std::optional<JsonBehavior> behavior, ParseJsonBehavior());
    if (!behavior.has_value()) return Status::Ok();
    FLOE_TRY(cursor_.ExpectWord("ON"));
    if (!clause.on_empty.has_value() && cursor_.AcceptWord("EMPTY")) {
      clause.on_empty = std::move(behavior);
    } else if (!clause.on_error.has_value() && cursor_.AcceptWord("ERROR")) {
      clause.on_error = std::move(behavior);
    } else {
      return cursor_.Unexpected();
    }
  }
}

Result<std::optional<JsonBehavior>> Parser::ParseJsonBehavior() {
  JsonBehavior behavior;
  if (cursor_.AcceptWord("NULL")) {
    behavior.kind = JsonBehaviorKind::kNull;
  } else if (cursor_.AcceptWord("ERROR")) {
    behavior.kind = JsonBehaviorKind::kError;
  } else if (cursor_.AcceptWord("TRUE")) {
    behavior.kind = JsonBehaviorKind::kTrue;
  } else if (cursor_.AcceptWord("FALSE")) {
    behavior.kind = JsonBehaviorKind::kFalse;
  } else if (cursor_.AcceptWord("UNKNOWN")) {
    behavior.kind = JsonBehaviorKind::kUnknown;
  } else if (cursor_.AcceptWord("DEFAULT")) {
    behavior.kind = JsonBehaviorKind::kDefault;
    FLOE_ASSIGN(behavior.default_value, ParseExpression());
  } else if (cursor_.AcceptWord("EMPTY")) {
    behavior.kind = JsonBehaviorKind::kEmptyArray;
    if (cursor_.AcceptWord("OBJECT")) {
      behavior.kind = JsonBehaviorKind::kEmptyObject;
    } else {
      FLOE_TRY(cursor_.ExpectWord("ARRAY"));
    }
  } else {
    return std::optional<JsonBehavior>();
  }
  return std::optional<JsonBehavior>(std::move(behavior));
}

void Parser::ParseJsonNullClause(JsonClause& clause) {
  const bool is_clause = cursor_.IsWordAt(1, "ON") && cursor_.IsWordAt(2, "NULL");
  if (!is_clause) return;
  if (cursor_.AcceptWord("NULL")) {
    clause.nulls = JsonNullClause::kNullOnNull;
  } else if (cursor_.AcceptWord("ABSENT")) {
    clause.nulls = JsonNullClause::kAbsentOnNull;
  } else {
    return;
  }
  cursor_.AcceptWords("ON", "NULL");
}

// [KEY] key VALUE value, key : value, or key, value.
Status Parser::ParseJsonKeyValue(FunctionCall& call) {
  // KEY is no reserved word: it is the keyword where a key follows.
  const Token& next = cursor_.Peek(1);
  const bool is_operand =
      next.IsWord("VALUE") || (next.kind == TokenKind::kPunctuation && !next.IsPunctuation("("));
  const bool key_follows = !is_operand;
  if (key_follows) cursor_.AcceptWord("KEY");
  FLOE_TRY(AddArgument(call));
  if (!cursor_.AcceptWord("VALUE") && !cursor_.AcceptSymbol(":")) {
    FLOE_TRY(cursor_.ExpectSymbol(","));
  }
  FLOE_TRY(AddArgument(call));
  if (cursor_.IsWordAt(0, "FORMAT")) {
    return Unsupported("FORMAT JSON", cursor_.Peek().span);
  }
  return Status::Ok();
}

// JSON_OBJECT(…), JSON_OBJECTAGG(…).
Status Parser::ParseJsonObjectArguments(FunctionCall& call) {
  JsonClause clause;
  ParseJsonNullClause(clause);
  const bool is_empty = cursor_.AtSymbol(")");
  if (!is_empty) {
    do {
      FLOE_TRY(ParseJsonKeyValue(call));
    } while (cursor_.AcceptSymbol(","));
    ParseJsonNullClause(clause);
  }
  call.json = std::move(clause);
  return Status::Ok();
}

// JSON_ARRAY(…), JSON_ARRAYAGG(…).
Status Parser::ParseJsonArrayArguments(FunctionCall& call) {
  JsonClause clause;
  ParseJsonNullClause(clause);
  const bool is_empty = cursor_.AtSymbol(")");
  if (!is_empty) {
    do {
      FLOE_TRY(AddArgument(call));
    } while (cursor_.AcceptSymbol(","));
    if (cursor_.IsWordAt(0, "FORMAT") || cursor_.IsWordAt(0, "ORDER")) {
      return Unsupported(cursor_.Peek().upper + " in " + call.name.ToString(), cursor_.Peek().span);
    }
    ParseJsonNullClause(clause);
  }
  call.json = std::move(clause);
  return Status::Ok();
}

}  // namespace floe::sql::flink
