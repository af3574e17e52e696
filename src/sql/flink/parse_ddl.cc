// CREATE, DROP and ALTER of all objects but tables' columns.
#include <optional>
#include <utility>
#include <vector>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

std::optional<ObjectKind> FindObject(const Token& token) {
  if (token.IsWord("CATALOG")) return ObjectKind::kCatalog;
  if (token.IsWord("DATABASE")) return ObjectKind::kDatabase;
  if (token.IsWord("TABLE")) return ObjectKind::kTable;
  if (token.IsWord("VIEW")) return ObjectKind::kView;
  if (token.IsWord("FUNCTION")) return ObjectKind::kFunction;
  return std::nullopt;
}

bool CanBeTemporary(ObjectKind kind) {
  return kind == ObjectKind::kTable || kind == ObjectKind::kView || kind == ObjectKind::kFunction;
}

// MATERIALIZED TABLE, MODEL, CONNECTION: known by name only.
std::optional<std::string> FindOtherObject(const Token& token) {
  if (token.IsWord("MATERIALIZED")) return "MATERIALIZED TABLE";
  if (token.IsWord("MODEL") || token.IsWord("CONNECTION")) return token.upper;
  return std::nullopt;
}

}  // namespace

bool Parser::ParseIfNotExists() {
  if (!cursor_.IsWordAt(0, "IF") || !cursor_.IsWordAt(1, "NOT") || !cursor_.IsWordAt(2, "EXISTS")) {
    return false;
  }
  for (int i = 0; i < 3; ++i) cursor_.Take();
  return true;
}

bool Parser::ParseIfExists() { return cursor_.AcceptWords("IF", "EXISTS"); }

Result<std::optional<std::string>> Parser::ParseComment() {
  if (!cursor_.AcceptWord("COMMENT")) return std::optional<std::string>();
  FLOE_ASSIGN(std::string comment, cursor_.ExpectString("a comment in single quotes"));
  return std::optional<std::string>(std::move(comment));
}

// REQUIRES: at CREATE.
Result<Statement::Node> Parser::ParseCreate() {
  cursor_.Take();
  const bool or_alter = cursor_.AcceptWords("OR", "ALTER");
  const bool or_replace = !or_alter && cursor_.AcceptWords("OR", "REPLACE");
  const bool temporary = cursor_.AcceptWord("TEMPORARY");
  const bool system = temporary && cursor_.AcceptWord("SYSTEM");
  if (const std::optional<std::string> other = FindOtherObject(cursor_.Peek())) {
    return SkipStatement("CREATE " + *other);
  }
  if (cursor_.AtWord("FUNCTION")) return SkipStatement("CREATE FUNCTION");
  if (system || or_alter) return cursor_.Unexpected();
  if (cursor_.AtWord("TABLE")) return ParseCreateTable(or_replace, temporary);
  if (cursor_.AtWord("VIEW")) return ParseCreateView(or_replace, temporary);
  if (or_replace || temporary) return cursor_.Unexpected();
  if (cursor_.AtWord("DATABASE")) return ParseCreateDatabase();
  if (cursor_.AtWord("CATALOG")) return ParseCreateCatalog();
  return cursor_.Unexpected();
}

// CATALOG [IF NOT EXISTS] name [COMMENT …] [WITH (…)].
Result<Statement::Node> Parser::ParseCreateCatalog() {
  cursor_.Take();
  CreateCatalog create;
  create.if_not_exists = ParseIfNotExists();
  FLOE_ASSIGN(create.name, cursor_.ExpectName("a catalog name"));
  FLOE_ASSIGN(create.comment, ParseComment());
  if (cursor_.AcceptWord("WITH")) {
    FLOE_ASSIGN(create.options, ParseOptions());
  }
  return Statement::Node(std::move(create));
}

// DATABASE [IF NOT EXISTS] name [COMMENT …] [WITH (…)].
Result<Statement::Node> Parser::ParseCreateDatabase() {
  cursor_.Take();
  CreateDatabase create;
  create.if_not_exists = ParseIfNotExists();
  FLOE_ASSIGN(create.name, ParseQualifiedName("a database name"));
  FLOE_ASSIGN(create.comment, ParseComment());
  if (cursor_.AcceptWord("WITH")) {
    FLOE_ASSIGN(create.options, ParseOptions());
  }
  return Statement::Node(std::move(create));
}

// VIEW [IF NOT EXISTS] name [(column [COMMENT …], …)] [COMMENT …] AS query.
Result<Statement::Node> Parser::ParseCreateView(bool or_replace, bool temporary) {
  cursor_.Take();
  CreateView create;
  create.or_replace = or_replace;
  create.temporary = temporary;
  create.if_not_exists = ParseIfNotExists();
  FLOE_ASSIGN(create.name, ParseQualifiedName("a view name"));
  if (cursor_.AcceptSymbol("(")) {
    do {
      ViewColumn column;
      FLOE_ASSIGN(column.name, cursor_.ExpectName("a column name"));
      FLOE_ASSIGN(column.comment, ParseComment());
      create.columns.push_back(std::move(column));
    } while (cursor_.AcceptSymbol(","));
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  FLOE_ASSIGN(create.comment, ParseComment());
  FLOE_TRY(cursor_.ExpectWord("AS"));
  const size_t begin = cursor_.Peek().begin;
  FLOE_ASSIGN(create.query, ParseQuery());
  create.query_text = cursor_.TextFrom(begin);
  return Statement::Node(std::move(create));
}

// REQUIRES: at DROP.
Result<Statement::Node> Parser::ParseDrop() {
  cursor_.Take();
  DropStatement drop;
  drop.temporary = cursor_.AcceptWord("TEMPORARY");
  drop.system = drop.temporary && cursor_.AcceptWord("SYSTEM");
  if (const std::optional<std::string> other = FindOtherObject(cursor_.Peek())) {
    return SkipStatement("DROP " + *other);
  }
  const std::optional<ObjectKind> kind = FindObject(cursor_.Peek());
  const bool fits = kind.has_value() && (!drop.temporary || CanBeTemporary(*kind)) &&
                    (!drop.system || kind == ObjectKind::kFunction);
  if (!fits) {
    for (std::string_view word : {"TABLE", "VIEW", "DATABASE", "CATALOG", "FUNCTION"}) {
      cursor_.AtWord(word);
    }
    return cursor_.Unexpected();
  }
  drop.kind = *kind;
  cursor_.Take();
  drop.if_exists = ParseIfExists();
  FLOE_ASSIGN(drop.name, ParseQualifiedName("a name"));
  if (drop.kind == ObjectKind::kDatabase) {
    if (cursor_.AcceptWord("CASCADE")) {
      drop.cascade = true;
    } else if (cursor_.AcceptWord("RESTRICT")) {
      drop.cascade = false;
    }
  }
  return Statement::Node(std::move(drop));
}

// REQUIRES: at ALTER.
Result<Statement::Node> Parser::ParseAlter() {
  cursor_.Take();
  if (cursor_.AtWord("TABLE")) return ParseAlterTable();
  const size_t ahead =
      cursor_.IsWordAt(0, "TEMPORARY") ? (cursor_.IsWordAt(1, "SYSTEM") ? 2 : 1) : 0;
  const Token& token = cursor_.Peek(ahead);
  if (const std::optional<std::string> other = FindOtherObject(token)) {
    return SkipStatement("ALTER " + *other);
  }
  if (FindObject(token).has_value()) return SkipStatement("ALTER " + token.upper);
  for (std::string_view word : {"VIEW", "DATABASE", "CATALOG", "FUNCTION"}) cursor_.AtWord(word);
  return cursor_.Unexpected();
}

// TABLE [IF EXISTS] name RENAME TO … | SET (…) | RESET (…) | ADD … | MODIFY … | DROP …
Result<Statement::Node> Parser::ParseAlterTable() {
  cursor_.Take();
  AlterTable alter;
  alter.if_exists = ParseIfExists();
  FLOE_ASSIGN(alter.name, ParseQualifiedName("a table name"));
  const Token& action = cursor_.Peek();
  if (cursor_.AcceptWords("RENAME", "TO")) {
    alter.action = AlterTableAction::kRename;
    alter.action_name = "RENAME TO";
    FLOE_ASSIGN(alter.new_name, ParseQualifiedName("a table name"));
  } else if (cursor_.AcceptWord("SET")) {
    alter.action = AlterTableAction::kSetOptions;
    alter.action_name = "SET";
    FLOE_ASSIGN(alter.options, ParseOptions());
  } else if (cursor_.AcceptWord("RESET")) {
    alter.action = AlterTableAction::kResetOptions;
    alter.action_name = "RESET";
    FLOE_ASSIGN(alter.options, ParseOptionKeys());
  } else if (cursor_.AtWord("ADD") || cursor_.AtWord("MODIFY") || cursor_.AtWord("DROP") ||
             cursor_.AtWord("RENAME")) {
    alter.action = AlterTableAction::kOther;
    alter.action_name = action.upper;
    while (!cursor_.AtEnd()) cursor_.Take();
    alter.action_text = cursor_.TextFrom(action.begin);
  } else {
    return cursor_.Unexpected();
  }
  return Statement::Node(std::move(alter));
}

// ('key', …).
Result<std::vector<Option>> Parser::ParseOptionKeys() {
  std::vector<Option> options;
  FLOE_TRY(cursor_.ExpectSymbol("("));
  do {
    Option option;
    option.key_span = cursor_.Peek().span;
    FLOE_ASSIGN(option.key, cursor_.ExpectString("an option's key in single quotes"));
    options.push_back(std::move(option));
  } while (cursor_.AcceptSymbol(","));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return options;
}

}  // namespace floe::sql::flink
