// FROM: tables, views, WITH queries, subqueries, joins.
#include <algorithm>

#include "plan/name_errors.h"
#include "plan/query_binder.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::Expression;
using functions::ExpressionPtr;

namespace {

types::Schema NullableSchema(const types::Schema& schema) {
  std::vector<types::Field> fields = schema.fields();
  for (types::Field& field : fields) field.type = field.type.WithNullable(true);
  return types::Schema(std::move(fields));
}

types::Schema Concatenate(const types::Schema& left, const types::Schema& right) {
  std::vector<types::Field> fields = left.fields();
  fields.insert(fields.end(), right.fields().begin(), right.fields().end());
  return types::Schema(std::move(fields));
}

// Output columns of a join: the side that is padded becomes nullable; names are made unique.
types::Schema JoinSchema(JoinType type, const types::Schema& left, const types::Schema& right) {
  bool pads_left = type == JoinType::kRight || type == JoinType::kFull;
  bool pads_right = type == JoinType::kLeft || type == JoinType::kFull;
  types::Schema schema = Concatenate(pads_left ? NullableSchema(left) : left,
                                     pads_right ? NullableSchema(right) : right);
  std::vector<std::string> names;
  for (const types::Field& field : schema.fields()) names.push_back(field.name);
  names = UniqueNames(names);
  std::vector<types::Field> fields = schema.fields();
  for (size_t i = 0; i < fields.size(); ++i) fields[i].name = names[i];
  return types::Schema(std::move(fields));
}

JoinType JoinTypeOf(ast::JoinKind kind) {
  switch (kind) {
    case ast::JoinKind::kLeft:
      return JoinType::kLeft;
    case ast::JoinKind::kRight:
      return JoinType::kRight;
    case ast::JoinKind::kFull:
      return JoinType::kFull;
    default:
      return JoinType::kInner;
  }
}

// The scope's columns with the names of a column list.
Result<types::Schema> WithColumnNames(const types::Schema& schema,
                                      const std::vector<ast::Identifier>& columns,
                                      const SourceSpan& span) {
  if (columns.empty()) return schema;
  if (static_cast<int>(columns.size()) != schema.size()) {
    return Error(ErrorCode::kSqlValidation,
                 "the alias names " + CountOf(columns.size(), "column") + ", but the table has " +
                     std::to_string(schema.size()) + ": " + schema.ToString(),
                 span);
  }
  std::vector<types::Field> fields = schema.fields();
  for (size_t i = 0; i < fields.size(); ++i) fields[i].name = columns[i].value;
  return types::Schema(std::move(fields));
}

}  // namespace

Result<QueryBinder::Source> QueryBinder::WithAlias(LogicalNodePtr node, types::Schema schema,
                                                   std::vector<std::string> path,
                                                   const std::optional<ast::TableAlias>& alias) {
  if (!alias.has_value()) return Source{std::move(node), Scope("", std::move(path), schema)};
  FLOE_ASSIGN(schema, WithColumnNames(schema, alias->columns, alias->name.span));
  return Source{std::move(node), Scope(alias->name.value, {}, schema)};
}

Result<QueryBinder::Source> QueryBinder::BindFrom(const ast::TableReference& reference) {
  if (reference.sample.has_value()) return Unsupported("TABLESAMPLE", reference.sample->span);
  if (const auto* table = reference.As<ast::NamedTable>()) {
    return BindNamedTable(*table, reference);
  }
  if (const auto* derived = reference.As<ast::DerivedTable>()) {
    if (derived->lateral) return Unsupported("LATERAL", reference.span);
    FLOE_ASSIGN(LogicalNodePtr node, Bind(*derived->query));
    types::Schema schema = node->schema;
    return WithAlias(std::move(node), std::move(schema), {}, reference.alias);
  }
  if (const auto* function = reference.As<ast::TableFunctionCall>()) {
    if (function->lateral) return Unsupported("LATERAL TABLE", reference.span);
    FLOE_ASSIGN(LogicalNodePtr node, BindWindowFunction(function->call, reference.span));
    types::Schema schema = node->schema;
    return WithAlias(std::move(node), std::move(schema), {}, reference.alias);
  }
  if (const auto* join = reference.As<ast::Join>()) return BindJoin(*join, reference.span);
  if (const auto* clause = reference.As<ast::UnsupportedTableClause>()) {
    return Unsupported(clause->name, clause->name_span);
  }
  return Unsupported("UNNEST", reference.span);
}

Result<QueryBinder::Source> QueryBinder::BindNamedTable(const ast::NamedTable& table,
                                                        const ast::TableReference& reference) {
  types::Schema schema;
  std::vector<std::string> path;
  FLOE_ASSIGN(LogicalNodePtr node, BindTableName(table.name, table.hints, schema, path));
  if (table.system_time.has_value()) {
    return Unsupported("FOR SYSTEM_TIME AS OF (temporal and lookup joins)",
                       table.system_time->span);
  }
  return WithAlias(std::move(node), std::move(schema), std::move(path), reference.alias);
}

Result<LogicalNodePtr> QueryBinder::BindTableName(const ast::QualifiedName& name,
                                                  const std::vector<ast::Hint>& hints,
                                                  types::Schema& schema,
                                                  std::vector<std::string>& path) {
  FLOE_TRY(CheckHints(hints, context_.options()));
  if (name.parts.size() == 1) {
    const std::string& alias = name.parts[0].value;
    for (auto tables = common_tables_.rbegin(); tables != common_tables_.rend(); ++tables) {
      auto it = tables->find(alias);
      if (it == tables->end()) continue;
      schema = it->second.schema;
      path = {alias};
      return it->second.node;
    }
  }
  FLOE_ASSIGN(stream::TableName full, CatalogStore::Qualify(name, catalog_, database_));
  FLOE_ASSIGN(CatalogObject object, context_.catalogs().Get(full, name.span));
  path = {full.catalog, full.database, full.table};
  if (const auto* view = std::get_if<CatalogViewPtr>(&object)) {
    if (HasTableOptions(hints)) {
      return Error(ErrorCode::kSqlValidation,
                   "'" + full.ToString() + "' is a view: the hint OPTIONS is for tables",
                   name.span);
    }
    FLOE_ASSIGN(LogicalNodePtr node, context_.View(*view, name.span));
    std::vector<types::Field> fields = node->schema.fields();
    for (int i = 0; i < node->schema.size(); ++i) {
      fields[static_cast<size_t>(i)].name = (*view)->schema.field(i).name;
    }
    schema = types::Schema(std::move(fields));
    return node;
  }
  const CatalogTablePtr& table = std::get<CatalogTablePtr>(object);
  schema = table->schema();
  return context_.Scan(table, hints, name.span);
}

Result<QueryBinder::Source> QueryBinder::BindJoin(const ast::Join& join, const SourceSpan& span) {
  FLOE_ASSIGN(Source left, BindFrom(*join.left));
  FLOE_ASSIGN(Source right, BindFrom(*join.right));
  auto node = std::make_shared<LogicalJoin>();
  node->type = JoinTypeOf(join.kind);
  node->inputs = {left.node, right.node};
  node->span = join.keyword_span.line > 0 ? SourceSpan(join.keyword_span) : span;
  node->schema = JoinSchema(node->type, left.node->schema, right.node->schema);
  if (join.natural || !join.using_columns.empty()) return BindUsing(join, left, right, node);
  if (join.on.has_value()) {
    FLOE_ASSIGN(Scope condition_scope,
                Scope::Join(left.scope, right.scope,
                            Concatenate(left.node->schema, right.node->schema), node->span));
    NoAggregates handler("ON");
    ExpressionBinder binder(condition_scope, context_.options(), handler);
    FLOE_ASSIGN(node->condition, binder.BindCondition(*join.on, "ON"));
  }
  FLOE_ASSIGN(Scope scope, Scope::Join(left.scope, right.scope, node->schema, node->span));
  return Source{node, std::move(scope)};
}

// USING (a, b) and NATURAL: equality of the columns of the same name, which the result has once.
Result<QueryBinder::Source> QueryBinder::BindUsing(const ast::Join& join, const Source& left,
                                                   const Source& right,
                                                   std::shared_ptr<LogicalJoin> node) {
  std::vector<ast::Identifier> columns = join.using_columns;
  if (join.natural) {
    for (const std::string& name : left.scope.ColumnNames()) {
      if (right.scope.IndexOfUnique(name) == -1) continue;
      columns.push_back({name, join.keyword_span});
    }
  }
  FLOE_ASSIGN(Scope scope, Scope::Join(left.scope, right.scope, node->schema, node->span));
  const types::Schema inputs = Concatenate(left.node->schema, right.node->schema);
  int left_count = left.node->schema.size();
  std::vector<ExpressionPtr> equalities;
  for (const ast::Identifier& column : columns) {
    int left_index = left.scope.IndexOfUnique(column.value);
    int right_index = right.scope.IndexOfUnique(column.value);
    if (left_index == -1 || right_index == -1) {
      const Scope& missing = left_index == -1 ? left.scope : right.scope;
      return UnknownName(ErrorCode::kColumnNotFound,
                         "column '" + column.value + "' is not on both sides of the join",
                         column.value, missing.ColumnNames(), "columns", column.span);
    }
    if (left_index < 0 || right_index < 0) {
      return Error(ErrorCode::kSqlValidation,
                   "column '" + column.value + "' is several times on one side of the join",
                   column.span);
    }
    right_index += left_count;
    auto column_of = [&](const types::Schema& schema, int index) {
      return Expression::Column(index, schema.field(index).type, column.value, column.span);
    };
    FLOE_ASSIGN(
        equalities.emplace_back(),
        functions::ResolveCall("=", {column_of(inputs, left_index), column_of(inputs, right_index)},
                               context_.options(), column.span));
    ExpressionPtr merged = column_of(node->schema, left_index);
    if (merged->type().nullable()) {
      FLOE_ASSIGN(merged,
                  functions::ResolveCall("COALESCE", {merged, column_of(node->schema, right_index)},
                                         context_.options(), column.span));
    }
    scope.AddMergedColumn(column.value, std::move(merged));
  }
  node->condition = And(equalities);
  return Source{node, std::move(scope)};
}

}  // namespace floe::plan
