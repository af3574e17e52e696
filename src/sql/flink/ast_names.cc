#include <iterator>
#include <string>
#include <string_view>
#include <variant>

#include "sql/flink/ast.h"

namespace floe::sql::flink {

namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::string AlterTableName(const AlterTable& alter) { return "ALTER TABLE … " + alter.action_name; }

std::string InsertName(const Insert& insert) {
  switch (insert.kind) {
    case InsertKind::kInto:
      return "INSERT INTO";
    case InsertKind::kOverwrite:
      return "INSERT OVERWRITE";
    case InsertKind::kUpsert:
      return "UPSERT INTO";
  }
  return "INSERT";
}

std::string DropName(const DropStatement& drop) {
  std::string name = "DROP ";
  if (drop.temporary) name += "TEMPORARY ";
  if (drop.system) name += "SYSTEM ";
  return name + std::string(ObjectKindName(drop.kind));
}

}  // namespace

std::string QualifiedName::ToString() const {
  std::string text;
  for (const Identifier& part : parts) {
    if (!text.empty()) text += '.';
    text += part.value;
  }
  return text;
}

std::string_view TimeUnitName(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kNanosecond:
      return "NANOSECOND";
    case TimeUnit::kMicrosecond:
      return "MICROSECOND";
    case TimeUnit::kMillisecond:
      return "MILLISECOND";
    case TimeUnit::kSecond:
      return "SECOND";
    case TimeUnit::kMinute:
      return "MINUTE";
    case TimeUnit::kHour:
      return "HOUR";
    case TimeUnit::kDay:
      return "DAY";
    case TimeUnit::kWeek:
      return "WEEK";
    case TimeUnit::kMonth:
      return "MONTH";
    case TimeUnit::kQuarter:
      return "QUARTER";
    case TimeUnit::kYear:
      return "YEAR";
    case TimeUnit::kDecade:
      return "DECADE";
    case TimeUnit::kCentury:
      return "CENTURY";
    case TimeUnit::kMillennium:
      return "MILLENNIUM";
    case TimeUnit::kDayOfWeek:
      return "DOW";
    case TimeUnit::kDayOfYear:
      return "DOY";
    case TimeUnit::kIsoDayOfWeek:
      return "ISODOW";
    case TimeUnit::kIsoYear:
      return "ISOYEAR";
    case TimeUnit::kEpoch:
      return "EPOCH";
  }
  return "";
}

std::string_view TypeNameKindName(TypeNameKind kind) {
  static constexpr std::string_view kNames[] = {
      "BOOLEAN",   "TINYINT",       "SMALLINT",   "INT",
      "BIGINT",    "FLOAT",         "DOUBLE",     "DECIMAL",
      "CHAR",      "VARCHAR",       "STRING",     "BINARY",
      "VARBINARY", "BYTES",         "DATE",       "TIME",
      "TIMESTAMP", "TIMESTAMP_LTZ", "INTERVAL",   "ARRAY",
      "MAP",       "MULTISET",      "ROW",        "NULL",
      "RAW",       "VARIANT",       "STRUCTURED", "user-defined type"};
  static_assert(std::size(kNames) == static_cast<size_t>(TypeNameKind::kUserDefined) + 1);
  return kNames[static_cast<size_t>(kind)];
}

std::string_view BinaryOperatorName(BinaryOperator op) {
  static constexpr std::string_view kNames[] = {"+",
                                                "-",
                                                "*",
                                                "/",
                                                "%",
                                                "||",
                                                "=",
                                                "<>",
                                                "<",
                                                "<=",
                                                ">",
                                                ">=",
                                                "IS DISTINCT FROM",
                                                "IS NOT DISTINCT FROM",
                                                "AND",
                                                "OR",
                                                "OVERLAPS"};
  static_assert(std::size(kNames) == static_cast<size_t>(BinaryOperator::kOverlaps) + 1);
  return kNames[static_cast<size_t>(op)];
}

std::string_view JoinKindName(JoinKind kind) {
  static constexpr std::string_view kNames[] = {",",         "CROSS JOIN", "INNER JOIN",
                                                "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};
  static_assert(std::size(kNames) == static_cast<size_t>(JoinKind::kFull) + 1);
  return kNames[static_cast<size_t>(kind)];
}

std::string_view SetOperatorName(SetOperator op) {
  switch (op) {
    case SetOperator::kUnion:
      return "UNION";
    case SetOperator::kIntersect:
      return "INTERSECT";
    case SetOperator::kExcept:
      return "EXCEPT";
  }
  return "";
}

std::string_view ObjectKindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kCatalog:
      return "CATALOG";
    case ObjectKind::kDatabase:
      return "DATABASE";
    case ObjectKind::kTable:
      return "TABLE";
    case ObjectKind::kView:
      return "VIEW";
    case ObjectKind::kFunction:
      return "FUNCTION";
  }
  return "";
}

std::string_view ShowKindName(ShowKind kind) {
  static constexpr std::string_view kNames[] = {"CATALOGS",
                                                "CURRENT CATALOG",
                                                "DATABASES",
                                                "CURRENT DATABASE",
                                                "TABLES",
                                                "VIEWS",
                                                "MATERIALIZED TABLES",
                                                "FUNCTIONS",
                                                "USER FUNCTIONS",
                                                "MODULES",
                                                "FULL MODULES",
                                                "COLUMNS",
                                                "PARTITIONS",
                                                "PROCEDURES",
                                                "MODELS",
                                                "JARS",
                                                "JOBS",
                                                "CREATE TABLE",
                                                "CREATE VIEW",
                                                "CREATE CATALOG",
                                                "CREATE MATERIALIZED TABLE",
                                                "CREATE MODEL"};
  static_assert(std::size(kNames) == static_cast<size_t>(ShowKind::kCreateModel) + 1);
  return kNames[static_cast<size_t>(kind)];
}

bool CreateView::operator==(const CreateView& other) const {
  return or_replace == other.or_replace && temporary == other.temporary &&
         if_not_exists == other.if_not_exists && name == other.name && columns == other.columns &&
         comment == other.comment && query == other.query;
}

std::string StatementName(const Statement& statement) {
  return std::visit(
      Overloaded{
          [](const QueryStatement&) -> std::string { return "SELECT"; },
          [](const SetStatement&) -> std::string { return "SET"; },
          [](const ResetStatement&) -> std::string { return "RESET"; },
          [](const CreateCatalog&) -> std::string { return "CREATE CATALOG"; },
          [](const CreateDatabase&) -> std::string { return "CREATE DATABASE"; },
          [](const UseCatalog&) -> std::string { return "USE CATALOG"; },
          [](const UseDatabase&) -> std::string { return "USE"; },
          [](const CreateTable& create) -> std::string {
            return create.as_query.has_value() ? "CREATE TABLE AS SELECT" : "CREATE TABLE";
          },
          [](const CreateView&) -> std::string { return "CREATE VIEW"; },
          [](const DropStatement& drop) { return DropName(drop); },
          [](const AlterTable& alter) { return AlterTableName(alter); },
          [](const Insert& insert) { return InsertName(insert); },
          [](const StatementSet& set) -> std::string {
            return set.is_script_form ? "BEGIN STATEMENT SET" : "EXECUTE STATEMENT SET";
          },
          [](const BeginStatementSet&) -> std::string { return "BEGIN STATEMENT SET"; },
          [](const EndStatementSet&) -> std::string { return "END"; },
          [](const ExplainStatement&) -> std::string { return "EXPLAIN"; },
          [](const ShowStatement& show) { return "SHOW " + std::string(ShowKindName(show.kind)); },
          [](const DescribeTable&) -> std::string { return "DESCRIBE"; },
          [](const OtherStatement& other) { return other.name; },
      },
      statement.node);
}

}  // namespace floe::sql::flink
