// SHOW …, DESCRIBE.
#include <algorithm>

#include "plan/expression_binder.h"
#include "plan/name_errors.h"
#include "plan/session.h"
#include "sql/flink/print.h"

namespace floe::plan {

namespace ast = sql::flink;
using types::DataType;

namespace {

StatementResult ListOf(const std::string& column, std::vector<std::string> names) {
  StatementResult result;
  result.kind = StatementResult::Kind::kRows;
  result.schema = types::Schema({{column, DataType::String()}});
  for (std::string& name : names) result.rows.push_back({std::move(name)});
  return result;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// SQL's LIKE: % any text, _ one byte.
bool MatchesLike(std::string_view text, std::string_view pattern, bool ignore_case) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (size_t skip = 0; skip <= text.size(); ++skip) {
      if (MatchesLike(text.substr(skip), pattern.substr(1), ignore_case)) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  bool same = pattern[0] == '_' || pattern[0] == text[0] ||
              (ignore_case && Lower(pattern[0]) == Lower(text[0]));
  return same && MatchesLike(text.substr(1), pattern.substr(1), ignore_case);
}

void KeepMatching(const ast::ShowStatement& show, std::vector<std::string>& names) {
  if (!show.like_pattern.has_value()) return;
  std::erase_if(names, [&](const std::string& name) {
    return MatchesLike(name, *show.like_pattern, show.is_ilike) == show.negated_like;
  });
}

std::string QuotedText(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string PlainType(const DataType& type) {
  return type.WithTimeAttribute(types::TimeAttribute::kNone).ToString();
}

std::string FullName(const stream::TableName& name) {
  return Quoted(name.catalog) + "." + Quoted(name.database) + "." + Quoted(name.table);
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + Quoted(name);
  return text;
}

std::string ColumnText(const TableColumn& column) {
  std::string text = Quoted(column.name) + " ";
  switch (column.kind) {
    case ColumnKind::kPhysical:
      text += PlainType(column.type);
      break;
    case ColumnKind::kComputed:
      text += "AS " + ast::PrintExpression(*column.definition);
      break;
    case ColumnKind::kMetadata:
      text += PlainType(column.type) + " METADATA";
      if (column.metadata_key != column.name) text += " FROM " + QuotedText(column.metadata_key);
      if (column.is_virtual) text += " VIRTUAL";
      break;
  }
  if (!column.comment.empty()) text += " COMMENT " + QuotedText(column.comment);
  return text;
}

std::string CreateTableText(const CatalogTable& table) {
  std::vector<std::string> parts;
  for (const TableColumn& column : table.columns) parts.push_back(ColumnText(column));
  if (table.watermark.has_value()) {
    const TableColumn& column = table.columns[static_cast<size_t>(table.watermark->column)];
    parts.push_back("WATERMARK FOR " + Quoted(column.name) + " AS " +
                    ast::PrintExpression(table.watermark->definition));
  }
  if (table.primary_key.has_value()) {
    std::string text;
    if (!table.primary_key->constraint_name.empty()) {
      text = "CONSTRAINT " + Quoted(table.primary_key->constraint_name) + " ";
    }
    parts.push_back(text + "PRIMARY KEY (" + QuotedList(table.primary_key->columns) +
                    ") NOT ENFORCED");
  }
  std::string text = table.temporary ? "CREATE TEMPORARY TABLE " : "CREATE TABLE ";
  text += FullName(table.name) + " (\n";
  for (size_t i = 0; i < parts.size(); ++i) {
    text += "  " + parts[i] + (i + 1 < parts.size() ? ",\n" : "\n");
  }
  text += ")\n";
  if (!table.comment.empty()) text += "COMMENT " + QuotedText(table.comment) + "\n";
  if (!table.partition_keys.empty()) {
    text += "PARTITIONED BY (" + QuotedList(table.partition_keys) + ")\n";
  }
  if (table.options.empty()) return text;
  text += "WITH (\n";
  size_t written = 0;
  for (const auto& [key, value] : table.options) {
    text += "  " + QuotedText(key) + " = " + QuotedText(value) +
            (++written < table.options.size() ? ",\n" : "\n");
  }
  return text + ")\n";
}

std::string CreateViewText(const CatalogView& view) {
  std::vector<std::string> columns;
  for (const types::Field& field : view.schema.fields()) columns.push_back(field.name);
  return std::string(view.temporary ? "CREATE TEMPORARY VIEW " : "CREATE VIEW ") +
         FullName(view.name) + " (" + QuotedList(columns) + ")\nAS " + view.query_text + "\n";
}

}  // namespace

Result<StatementResult> Session::Show(const ast::ShowStatement& show) {
  switch (show.kind) {
    case ast::ShowKind::kCurrentCatalog:
      return ListOf("current catalog name", {catalogs_.current_catalog()});
    case ast::ShowKind::kCurrentDatabase:
      return ListOf("current database name", {catalogs_.current_database()});
    case ast::ShowKind::kModules:
      return ListOf("module name", {"core"});
    case ast::ShowKind::kColumns:
      return Describe(show.name, true);
    case ast::ShowKind::kCatalogs:
    case ast::ShowKind::kDatabases:
    case ast::ShowKind::kTables:
    case ast::ShowKind::kViews:
    case ast::ShowKind::kFunctions:
    case ast::ShowKind::kUserFunctions:
      return ShowList(show);
    case ast::ShowKind::kCreateTable:
    case ast::ShowKind::kCreateView:
    case ast::ShowKind::kCreateCatalog:
      return ShowCreate(show);
    default:
      return Unsupported("SHOW " + std::string(ast::ShowKindName(show.kind)), show.name.span);
  }
}

Result<StatementResult> Session::ShowList(const ast::ShowStatement& show) {
  std::vector<std::string> names;
  std::string column;
  if (show.kind == ast::ShowKind::kCatalogs) {
    column = "catalog name";
    names = catalogs_.ListCatalogs();
  } else if (show.kind == ast::ShowKind::kDatabases) {
    column = "database name";
    FLOE_ASSIGN(names, catalogs_.ListDatabases(show.name.parts.empty() ? catalogs_.current_catalog()
                                                                       : show.name.parts[0].value));
  } else if (show.kind == ast::ShowKind::kTables || show.kind == ast::ShowKind::kViews) {
    bool views = show.kind == ast::ShowKind::kViews;
    column = views ? "view name" : "table name";
    std::string catalog = catalogs_.current_catalog();
    std::string database = catalogs_.current_database();
    if (!show.name.parts.empty()) database = show.name.parts.back().value;
    if (show.name.parts.size() > 1) catalog = show.name.parts[0].value;
    FLOE_ASSIGN(names, catalogs_.ListTables(catalog, database, views, show.name.span));
  } else {
    column = "function name";
    if (show.kind == ast::ShowKind::kFunctions) {
      names = functions::FunctionNames();
      for (const char* aggregate : {"avg", "count", "max", "min", "sum"}) {
        names.emplace_back(aggregate);
      }
      std::sort(names.begin(), names.end());
    }
  }
  KeepMatching(show, names);
  return ListOf(column, std::move(names));
}

Result<StatementResult> Session::ShowCreate(const ast::ShowStatement& show) {
  if (show.kind == ast::ShowKind::kCreateCatalog) {
    return Unsupported("SHOW CREATE CATALOG", show.name.span);
  }
  FLOE_ASSIGN(stream::TableName name, catalogs_.Qualify(show.name));
  FLOE_ASSIGN(CatalogObject object, catalogs_.Get(name, show.name.span));
  bool wants_view = show.kind == ast::ShowKind::kCreateView;
  if (IsView(object) != wants_view) {
    return Error(ErrorCode::kSqlValidation,
                 "'" + name.ToString() + "' is a " + (wants_view ? "table" : "view"),
                 show.name.span)
        .WithHint(wants_view ? "SHOW CREATE TABLE" : "SHOW CREATE VIEW");
  }
  return ListOf("result", {wants_view ? CreateViewText(*std::get<CatalogViewPtr>(object))
                                      : CreateTableText(*std::get<CatalogTablePtr>(object))});
}

Result<StatementResult> Session::Describe(const ast::QualifiedName& written, bool is_show_columns) {
  FLOE_ASSIGN(stream::TableName name, catalogs_.Qualify(written));
  FLOE_ASSIGN(CatalogObject object, catalogs_.Get(name, written.span));
  StatementResult result;
  result.kind = StatementResult::Kind::kRows;
  result.schema = types::Schema({{is_show_columns ? "field" : "name", DataType::String()},
                                 {"type", DataType::String()},
                                 {"null", DataType::Boolean()},
                                 {"key", DataType::String()},
                                 {"extras", DataType::String()},
                                 {"watermark", DataType::String()}});
  functions::LiteralValue null = std::monostate();
  // Flink's form: the comments are shown where there is one.
  const auto* table_of = std::get_if<CatalogTablePtr>(&object);
  const bool has_comments =
      table_of != nullptr &&
      std::any_of((*table_of)->columns.begin(), (*table_of)->columns.end(),
                  [](const TableColumn& column) { return !column.comment.empty(); });
  if (has_comments) {
    std::vector<types::Field> fields = result.schema.fields();
    fields.push_back({"comment", DataType::String()});
    result.schema = types::Schema(std::move(fields));
  }
  if (const auto* view = std::get_if<CatalogViewPtr>(&object)) {
    for (const types::Field& field : (*view)->schema.fields()) {
      result.rows.push_back({field.name, field.type.WithNullable(true).ToString(),
                             field.type.nullable(), null, null, null});
    }
    return result;
  }
  const CatalogTable& table = *std::get<CatalogTablePtr>(object);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const TableColumn& column = table.columns[i];
    functions::LiteralValue key = null;
    functions::LiteralValue extras = null;
    functions::LiteralValue watermark = null;
    if (table.primary_key.has_value()) {
      const std::vector<std::string>& keys = table.primary_key->columns;
      std::string all;
      for (const std::string& item : keys) all += (all.empty() ? "" : ", ") + item;
      if (std::find(keys.begin(), keys.end(), column.name) != keys.end()) key = "PRI(" + all + ")";
    }
    if (column.kind == ColumnKind::kComputed)
      extras = "AS " + ast::PrintExpression(*column.definition);
    if (column.kind == ColumnKind::kMetadata) {
      std::string text = "METADATA";
      if (column.metadata_key != column.name) text += " FROM " + QuotedText(column.metadata_key);
      if (column.is_virtual) text += " VIRTUAL";
      extras = std::move(text);
    }
    if (table.watermark.has_value() && table.watermark->column == static_cast<int>(i)) {
      watermark = ast::PrintExpression(table.watermark->definition);
    }
    result.rows.push_back({column.name, column.type.WithNullable(true).ToString(),
                           column.type.nullable(), key, extras, watermark});
    if (has_comments) {
      result.rows.back().push_back(
          column.comment.empty() ? null : functions::LiteralValue(column.comment));
    }
  }
  return result;
}

}  // namespace floe::plan
