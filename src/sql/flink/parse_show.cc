// SHOW and DESCRIBE.
#include <optional>
#include <utility>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

struct ShowWords {
  std::string_view first;
  std::string_view second;
  std::string_view third;
  ShowKind kind;
};

constexpr ShowWords kShowWords[] = {
    {"CATALOGS", "", "", ShowKind::kCatalogs},
    {"CURRENT", "CATALOG", "", ShowKind::kCurrentCatalog},
    {"DATABASES", "", "", ShowKind::kDatabases},
    {"CURRENT", "DATABASE", "", ShowKind::kCurrentDatabase},
    {"TABLES", "", "", ShowKind::kTables},
    {"VIEWS", "", "", ShowKind::kViews},
    {"MATERIALIZED", "TABLES", "", ShowKind::kMaterializedTables},
    {"FUNCTIONS", "", "", ShowKind::kFunctions},
    {"USER", "FUNCTIONS", "", ShowKind::kUserFunctions},
    {"MODULES", "", "", ShowKind::kModules},
    {"FULL", "MODULES", "", ShowKind::kFullModules},
    {"COLUMNS", "", "", ShowKind::kColumns},
    {"PARTITIONS", "", "", ShowKind::kPartitions},
    {"PROCEDURES", "", "", ShowKind::kProcedures},
    {"MODELS", "", "", ShowKind::kModels},
    {"JARS", "", "", ShowKind::kJars},
    {"JOBS", "", "", ShowKind::kJobs},
    {"CREATE", "TABLE", "", ShowKind::kCreateTable},
    {"CREATE", "VIEW", "", ShowKind::kCreateView},
    {"CREATE", "CATALOG", "", ShowKind::kCreateCatalog},
    {"CREATE", "MATERIALIZED", "TABLE", ShowKind::kCreateMaterializedTable},
    {"CREATE", "MODEL", "", ShowKind::kCreateModel}};

bool NamesObject(ShowKind kind) {
  return kind >= ShowKind::kCreateTable || kind == ShowKind::kPartitions;
}

bool IsList(ShowKind kind) {
  switch (kind) {
    case ShowKind::kCatalogs:
    case ShowKind::kDatabases:
    case ShowKind::kTables:
    case ShowKind::kViews:
    case ShowKind::kMaterializedTables:
    case ShowKind::kFunctions:
    case ShowKind::kUserFunctions:
    case ShowKind::kProcedures:
    case ShowKind::kModels:
    case ShowKind::kColumns:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<ShowKind> Parser::ParseShowKind() {
  for (const ShowWords& words : kShowWords) {
    const bool matches = cursor_.AtWord(words.first) &&
                         (words.second.empty() || cursor_.IsWordAt(1, words.second)) &&
                         (words.third.empty() || cursor_.IsWordAt(2, words.third));
    if (!matches) continue;
    cursor_.Take();
    if (!words.second.empty()) cursor_.Take();
    if (!words.third.empty()) cursor_.Take();
    return words.kind;
  }
  return std::nullopt;
}

Result<Statement::Node> Parser::ParseShow() {
  if (cursor_.IsWordAt(1, "CONNECTIONS")) return SkipStatement("SHOW CONNECTIONS");
  if (cursor_.IsWordAt(1, "CREATE") && cursor_.IsWordAt(2, "CONNECTION")) {
    return SkipStatement("SHOW CREATE CONNECTION");
  }
  cursor_.Take();
  ShowStatement show;
  const std::optional<ShowKind> kind = ParseShowKind();
  if (!kind.has_value()) return cursor_.Unexpected();
  show.kind = *kind;
  FLOE_TRY(ParseShowTail(show));
  return Statement::Node(std::move(show));
}

// The object's name, or [FROM | IN name] [[NOT] LIKE | ILIKE 'pattern'].
Status Parser::ParseShowTail(ShowStatement& show) {
  if (NamesObject(show.kind)) {
    FLOE_ASSIGN(show.name, ParseQualifiedName("a name"));
    if (show.kind == ShowKind::kPartitions && cursor_.AtWord("PARTITION")) {
      FLOE_ASSIGN(show.partition, ParsePartition());
    }
    return Status::Ok();
  }
  if (!IsList(show.kind)) return Status::Ok();
  if (cursor_.AcceptWord("FROM") || cursor_.AcceptWord("IN")) {
    FLOE_ASSIGN(show.name, ParseQualifiedName("a name"));
  } else if (show.kind == ShowKind::kColumns) {
    return cursor_.Unexpected();
  }
  return ParseShowPattern(show);
}

Status Parser::ParseShowPattern(ShowStatement& show) {
  show.negated_like = cursor_.AcceptWord("NOT");
  if (cursor_.AcceptWord("ILIKE")) {
    show.is_ilike = true;
  } else if (!cursor_.AcceptWord("LIKE")) {
    if (show.negated_like) return cursor_.Unexpected();
    return Status::Ok();
  }
  FLOE_ASSIGN(show.like_pattern, cursor_.ExpectString("a pattern in single quotes"));
  return Status::Ok();
}

// DESCRIBE | DESC [EXTENDED] name, and of other objects.
Result<Statement::Node> Parser::ParseDescribe() {
  const Token& object = cursor_.Peek(1);
  const bool is_object = object.IsWord("CATALOG") || object.IsWord("DATABASE") ||
                         object.IsWord("FUNCTION") || object.IsWord("MODEL") ||
                         object.IsWord("CONNECTION") || object.IsWord("JOB");
  // These words may also name a table.
  const bool something_follows = cursor_.IsNameAt(2) || cursor_.IsWordAt(2, "EXTENDED") ||
                                 cursor_.Peek(2).kind == TokenKind::kString;
  if (is_object && something_follows) return SkipStatement("DESCRIBE " + object.upper);
  cursor_.Take();
  DescribeTable describe;
  describe.extended = cursor_.AcceptWord("EXTENDED");
  FLOE_ASSIGN(describe.name, ParseQualifiedName("a table name"));
  return Statement::Node(std::move(describe));
}

}  // namespace floe::sql::flink
