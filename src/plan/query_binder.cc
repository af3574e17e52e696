#include "plan/query_binder.h"

#include <algorithm>
#include <set>

#include "plan/name_errors.h"
#include "plan/window_properties.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::Expression;
using functions::ExpressionPtr;
using types::DataType;

namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

Error NullWithoutType(const SourceSpan& span) {
  return Error(ErrorCode::kSqlValidation, "NULL has no type here", span)
      .WithHint("write CAST(NULL AS type)");
}

// `node` with its columns cast to `types`; `node` itself if they have them already.
Result<LogicalNodePtr> CastColumns(const LogicalNodePtr& node, const std::vector<DataType>& types,
                                   const BindingOptions& options, const SourceSpan& span) {
  auto project = std::make_shared<LogicalProject>();
  bool changed = false;
  std::vector<types::Field> fields;
  for (int i = 0; i < node->schema.size(); ++i) {
    const types::Field& field = node->schema.field(i);
    const DataType& target = types[static_cast<size_t>(i)];
    ExpressionPtr column = Expression::Column(i, field.type, field.name, span);
    if (!field.type.SameKindAs(target)) {
      FLOE_ASSIGN(column, functions::ResolveCast(column, target, functions::CastMode::kExplicit,
                                                 options, span));
      changed = true;
    }
    fields.push_back({field.name, column->type()});
    project->expressions.push_back(std::move(column));
  }
  if (!changed) return node;
  project->schema = types::Schema(std::move(fields));
  project->inputs = {node};
  project->span = span;
  return LogicalNodePtr(project);
}

// The type of column `index` of a UNION; both sides' time attributes must be the same.
Result<DataType> UnionType(const types::Field& left, const types::Field& right, int index,
                           const SourceSpan& span) {
  std::string position = "column " + std::to_string(index + 1) + " of UNION ALL";
  bool left_time = left.type.time_attribute() != types::TimeAttribute::kNone;
  bool right_time = right.type.time_attribute() != types::TimeAttribute::kNone;
  if (left_time || right_time) {
    if (left.type.time_attribute() != right.type.time_attribute() ||
        !left.type.SameKindAs(right.type)) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   position + ": a time attribute meets another type, " + left.type.ToString() +
                       " and " + right.type.ToString(),
                   span)
          .WithHint("CAST the time attribute to a plain timestamp");
    }
    return left.type.WithNullable(left.type.nullable() || right.type.nullable());
  }
  DataType both[] = {left.type, right.type};
  Result<DataType> common = functions::CommonType(both);
  if (!common.ok()) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "the types of " + position + " do not meet: " + left.type.ToString() + " and " +
                     right.type.ToString(),
                 span);
  }
  return common->WithNullable(left.type.nullable() || right.type.nullable());
}

}  // namespace

LogicalNodePtr Renamed(const LogicalNodePtr& node, const types::Schema& schema) {
  if (node->schema == schema) return node;
  auto project = std::make_shared<LogicalProject>();
  for (int i = 0; i < schema.size(); ++i) {
    const types::Field& field = node->schema.field(i);
    project->expressions.push_back(Expression::Column(i, field.type, field.name, node->span));
  }
  project->schema = schema;
  project->inputs = {node};
  project->span = node->span;
  return project;
}

std::vector<std::string> UniqueNames(const std::vector<std::string>& names) {
  std::set<std::string> used;
  std::vector<std::string> unique;
  for (const std::string& name : names) {
    std::string candidate = name;
    for (int attempt = 0; used.contains(candidate); ++attempt) {
      candidate = name + std::to_string(attempt);
    }
    used.insert(candidate);
    unique.push_back(std::move(candidate));
  }
  return unique;
}

Result<LogicalNodePtr> BindingContext::Scan(const CatalogTablePtr& table,
                                            const std::vector<ast::Hint>& hints,
                                            const SourceSpan& span) {
  FLOE_TRY(CheckHints(hints, options_));
  CatalogTablePtr hinted = WithHints(table, hints);
  std::string key = table->name.ToString();
  if (hinted != table) {
    for (const auto& [name, value] : hinted->options) key += "\n" + name + "=" + value;
  }
  if (auto it = scans_.find(key); it != scans_.end()) return it->second;
  if (connectors_ != nullptr) {
    Status valid = connectors_->Validate(hinted->Descriptor(), TableUse::kSource);
    if (!valid.ok()) {
      return OfTable(std::move(valid).error(), table->name).WithSpan(span);
    }
  }
  auto scan = std::make_shared<LogicalScan>();
  scan->table = hinted;
  scan->schema = hinted->schema();
  scan->span = span;
  scans_.emplace(std::move(key), scan);
  return LogicalNodePtr(scan);
}

Result<LogicalNodePtr> BindingContext::View(const CatalogViewPtr& view, const SourceSpan& span) {
  if (auto it = views_.find(view->name); it != views_.end()) return it->second;
  std::string name = view->name.ToString();
  if (!open_views_.insert(view->name).second) {
    return Error(ErrorCode::kSqlValidation, "the view '" + name + "' reads itself", span);
  }
  QueryBinder binder(*this, view->current_catalog, view->current_database);
  Result<LogicalNodePtr> node = binder.Bind(view->query);
  open_views_.erase(view->name);
  if (node.ok() && (*node)->schema.size() != view->schema.size()) {
    return Error(ErrorCode::kSqlValidation,
                 "the view '" + name + "' was created with " +
                     CountOf(static_cast<size_t>(view->schema.size()), "column") +
                     ", but its query has " + std::to_string((*node)->schema.size()) + " now",
                 span)
        .WithHint("create the view again");
  }
  if (!node.ok()) {
    // The positions of the view's own text mean nothing in the statement that uses it.
    const Error& error = node.error();
    return Error(error.code(), "in the view '" + name + "': " + error.message(), span)
        .WithHint(error.hint());
  }
  views_.emplace(view->name, *node);
  return node;
}

Result<LogicalNodePtr> QueryBinder::Bind(const ast::Query& query) {
  if (query.recursive) return Unsupported("WITH RECURSIVE", query.span);
  common_tables_.emplace_back();
  struct Leave {
    std::vector<std::map<std::string, CommonTable>>& tables;
    ~Leave() { tables.pop_back(); }
  } leave{common_tables_};
  for (const ast::CommonTableExpression& item : query.with) {
    FLOE_ASSIGN(LogicalNodePtr node, Bind(item.query));
    types::Schema schema = node->schema;
    if (!item.columns.empty()) {
      if (static_cast<int>(item.columns.size()) != schema.size()) {
        return Error(ErrorCode::kSqlValidation,
                     "'" + item.name.value + "' names " + CountOf(item.columns.size(), "column") +
                         ", but its query has " + std::to_string(schema.size()),
                     item.span);
      }
      std::vector<types::Field> fields = schema.fields();
      for (size_t i = 0; i < fields.size(); ++i) fields[i].name = item.columns[i].value;
      schema = types::Schema(std::move(fields));
    }
    common_tables_.back()[item.name.value] = {node, std::move(schema)};
  }
  FLOE_ASSIGN(LogicalNodePtr node, BindBody(query.body));
  FLOE_TRY(CheckOrderAndLimit(query, *node));
  return node;
}

// ORDER BY and LIMIT: which of them Flink itself refuses on a stream.
Status QueryBinder::CheckOrderAndLimit(const ast::Query& query, const LogicalNode& node) {
  if (query.limit.has_value() || query.offset.has_value()) {
    const ast::Expression& what = query.limit.has_value() ? *query.limit : *query.offset;
    if (!query.order_by.empty()) return Unsupported("ORDER BY with LIMIT", what.span);
    return Unsupported(query.limit.has_value() ? "LIMIT" : "OFFSET", what.span);
  }
  if (query.order_by.empty()) return Status::Ok();
  const ast::OrderItem& first = query.order_by.front();
  const auto* reference = first.expression.As<ast::ColumnReference>();
  int column = reference == nullptr ? -1 : node.schema.IndexOf(reference->name.parts.back().value);
  // A column of the input, an ordinal and an expression may be the time attribute too.
  bool by_time = column < 0 || (!first.descending && (IsRowtimeAttribute(node, column) ||
                                                      IsProctimeAttribute(node, column)));
  if (by_time) return Unsupported("ORDER BY", first.expression.span);
  return Error(ErrorCode::kSqlValidation,
               "a stream can only be sorted by its time attribute, ascending",
               first.expression.span);
}

Result<LogicalNodePtr> QueryBinder::BindBody(const ast::QueryBody& body) {
  using Bound = Result<LogicalNodePtr>;
  return std::visit(
      Overloaded{
          [&](const ast::Select& select) -> Bound { return BindSelect(select, body.span); },
          [&](const ast::Values& values) -> Bound { return BindValues(values, body.span); },
          [&](const ast::ExplicitTable& table) -> Bound {
            types::Schema schema;
            std::vector<std::string> path;
            FLOE_ASSIGN(LogicalNodePtr node, BindTableName(table.name, {}, schema, path));
            return Renamed(node, schema);
          },
          [&](const ast::SetOperation& operation) -> Bound { return BindSetOperation(operation); },
          [&](const sql::Box<ast::Query>& query) -> Bound { return Bind(*query); },
      },
      body.node);
}

Result<LogicalNodePtr> QueryBinder::BindSetOperation(const ast::SetOperation& operation) {
  FLOE_ASSIGN(LogicalNodePtr left, BindBody(*operation.left));
  FLOE_ASSIGN(LogicalNodePtr right, BindBody(*operation.right));
  std::string name(ast::SetOperatorName(operation.op));
  if (operation.all) name += " ALL";
  const SourceSpan& span = operation.operator_span;
  if (left->schema.size() != right->schema.size()) {
    return Error(ErrorCode::kSqlValidation,
                 "the queries of " + name + " have " + std::to_string(left->schema.size()) +
                     " and " + std::to_string(right->schema.size()) + " columns",
                 span);
  }
  auto node = std::make_shared<LogicalUnion>();
  std::vector<DataType> types;
  std::vector<types::Field> fields;
  for (int i = 0; i < left->schema.size(); ++i) {
    FLOE_ASSIGN(DataType type, UnionType(left->schema.field(i), right->schema.field(i), i, span));
    fields.push_back({left->schema.field(i).name, type});
    types.push_back(std::move(type));
  }
  if (operation.op != ast::SetOperator::kUnion || !operation.all) return Unsupported(name, span);
  FLOE_ASSIGN(left, CastColumns(left, types, context_.options(), span));
  FLOE_ASSIGN(right, CastColumns(right, types, context_.options(), span));
  node->schema = types::Schema(std::move(fields));
  node->inputs = {left, right};
  node->span = span;
  return LogicalNodePtr(node);
}

namespace {

Result<std::vector<std::vector<ExpressionPtr>>> BindRows(const ast::Values& values,
                                                         ExpressionBinder& binder) {
  std::vector<std::vector<ExpressionPtr>> rows;
  for (const ast::ValuesRow& row : values.rows) {
    std::vector<ExpressionPtr>& cells = rows.emplace_back();
    for (const ast::Expression& value : row.values) {
      FLOE_ASSIGN(cells.emplace_back(), binder.Bind(value));
    }
    if (cells.size() != rows.front().size()) {
      return Error(ErrorCode::kSqlValidation,
                   "the rows of VALUES have different numbers of columns: " +
                       std::to_string(rows.front().size()) + " and " + std::to_string(cells.size()),
                   row.span);
    }
    for (const ExpressionPtr& cell : cells) {
      if (cell->type().kind() == types::TypeKind::kNull) return NullWithoutType(cell->span());
    }
  }
  return rows;
}

}  // namespace

Result<LogicalNodePtr> QueryBinder::BindValues(const ast::Values& values, const SourceSpan& span) {
  NoAggregates handler("VALUES");
  Scope scope;
  ExpressionBinder binder(scope, context_.options(), handler);
  auto node = std::make_shared<LogicalValues>();
  FLOE_ASSIGN(node->rows, BindRows(values, binder));
  std::vector<types::Field> fields;
  for (size_t column = 0; column < node->rows.front().size(); ++column) {
    std::vector<DataType> types;
    bool nullable = false;
    for (const auto& row : node->rows) {
      types.push_back(row[column]->type());
      nullable = nullable || types.back().nullable();
    }
    Result<DataType> common = functions::CommonType(types);
    if (!common.ok()) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "the values of column " + std::to_string(column + 1) + " have no common type",
                   span);
    }
    DataType type = common->WithNullable(nullable);
    for (auto& row : node->rows) {
      FLOE_ASSIGN(row[column],
                  functions::ResolveCast(row[column], type, functions::CastMode::kExplicit,
                                         context_.options(), row[column]->span()));
    }
    fields.push_back({"EXPR$" + std::to_string(column), std::move(type)});
  }
  node->schema = types::Schema(std::move(fields));
  node->span = span;
  return LogicalNodePtr(node);
}

}  // namespace floe::plan
