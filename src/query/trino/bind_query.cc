// SELECT, VALUES, set operations, ORDER BY and LIMIT.
#include <algorithm>

#include "query/scan_sql.h"
#include "query/trino/binder.h"
#include "sql/trino/keywords.h"
#include "sql/trino/print.h"

namespace floe::query::trino {

using sql::trino::BodyKind;
using sql::trino::ExpressionKind;
using sql::trino::GroupingKind;
using sql::trino::SelectItem;

namespace {

std::string ColumnName(size_t index) { return "c" + std::to_string(index + 1); }

std::string ShownName(const sql::trino::Identifier& name) { return name.value; }

// A column's own name: that of a field, nothing for other expressions.
std::optional<std::string> NameOf(const sql::trino::Expression& node) {
  const sql::trino::Expression* base = &node;
  while (base->kind == ExpressionKind::kDereference) base = &base->children[0];
  if (base->kind != ExpressionKind::kIdentifier) return std::nullopt;
  return ShownName(node.name);
}

bool IsOrdinal(const sql::trino::Expression& node) { return node.kind == ExpressionKind::kInteger; }

}  // namespace

Result<BoundQuery> Binder::BindQuery(const sql::trino::Query& query, const Scope* outer) {
  const size_t visible = common_tables_.size();
  ++depth_;
  auto bound = [&]() -> Result<BoundQuery> {
    FLOE_TRY(PushCommonTables(query, outer));
    return BindBody(query, outer);
  }();
  --depth_;
  common_tables_.resize(visible);
  if (bound.ok() && depth_ == 0) FLOE_TRY(WriteScans(*bound));
  return bound;
}

Result<BoundQuery> Binder::BindBody(const sql::trino::Query& query, const Scope* outer) {
  FLOE_ASSIGN(std::string limit, LimitSql(query));
  BoundQuery bound;
  if (query.body.kind == BodyKind::kSelect) {
    FLOE_ASSIGN(bound, BindSelect(*query.body.select, &query, outer));
    bound.sql += limit;
    return bound;
  }
  FLOE_ASSIGN(bound, BindQueryBody(query.body, outer));
  FLOE_ASSIGN(std::string order, OrderOutput(query, bound));
  if (!order.empty() || !limit.empty()) {
    bound.sql = "SELECT * FROM (" + bound.sql + ") " + NextAlias() + order + limit;
  }
  return bound;
}

Result<BoundQuery> Binder::BindQueryBody(const sql::trino::QueryBody& body, const Scope* outer) {
  switch (body.kind) {
    case BodyKind::kSelect:
      return BindSelect(*body.select, nullptr, outer);
    case BodyKind::kValues:
      return BindValues(body, outer);
    case BodyKind::kSetOperation:
      return BindSetOperation(body, outer);
    case BodyKind::kNested:
      return BindQuery(*body.nested, outer);
    default: {
      sql::trino::Select select;
      select.span = body.span;
      select.items.emplace_back();
      sql::trino::Relation relation;
      relation.table = body.table;
      relation.span = body.table.span;
      select.from.push_back(std::move(relation));
      return BindSelect(select, nullptr, outer);
    }
  }
}

// ORDER BY of what is no SELECT: output columns only.
Result<std::string> Binder::OrderOutput(const sql::trino::Query& query, const BoundQuery& bound) {
  if (query.order_by.empty()) return std::string();
  Scope scope;
  for (size_t i = 0; i < bound.columns.size(); ++i) {
    auto value =
        std::make_shared<BoundExpression>(*MakeBound(bound.columns[i].type, ColumnName(i)));
    value->zone = bound.columns[i].zone;
    scope.fields.push_back({{}, bound.columns[i].name, value});
  }
  ExpressionContext context;
  context.scope = &scope;
  context.clause = "ORDER BY clause";
  sql::trino::Select none;
  std::vector<BoundPtr> items;
  for (const ScopeField& field : scope.fields) items.push_back(field.value);
  return OrderBySql(query, none, bound, items, context);
}

Result<std::string> Binder::RowCount(const Expression& node) {
  FLOE_ASSIGN(BoundPtr value, BindConstant(node));
  const bool is_count = value->constant && value->type.is_integer();
  if (!is_count) {
    return Error(ErrorCode::kInvalidRowCount, "a row count has to be an integer", node.span);
  }
  return *value->constant;
}

Result<std::string> Binder::LimitSql(const sql::trino::Query& query) {
  std::string out;
  if (query.with_ties) {
    return Error(ErrorCode::kSqlUnsupported, "FETCH FIRST WITH TIES is not supported", query.span);
  }
  if (!query.limit.empty()) {
    FLOE_ASSIGN(std::string count, RowCount(query.limit[0]));
    out += " LIMIT " + count;
  }
  if (!query.offset.empty()) {
    FLOE_ASSIGN(std::string count, RowCount(query.offset[0]));
    out += " OFFSET " + count;
  }
  return out;
}

Result<BoundQuery> Binder::BindValues(const sql::trino::QueryBody& body, const Scope* outer) {
  Scope scope{{}, outer};
  ExpressionContext context;
  context.scope = &scope;
  context.clause = "VALUES";
  std::vector<std::vector<BoundPtr>> rows;
  std::vector<Type> types;
  std::string first_type;
  for (const Expression& row : body.rows) {
    std::vector<BoundPtr> values;
    const bool is_row = row.kind == ExpressionKind::kRow;
    for (size_t i = 0; i < (is_row ? row.children.size() : 1); ++i) {
      FLOE_ASSIGN(BoundPtr value, Bind(is_row ? row.children[i] : row, context));
      values.push_back(value);
    }
    std::vector<Type> own;
    for (const BoundPtr& value : values) own.push_back(value->type);
    const std::string text =
        Type::Row(own, std::vector<std::optional<std::string>>(own.size())).ToString();
    if (rows.empty()) {
      types = own;
      first_type = text;
    }
    bool fits = own.size() == types.size();
    for (size_t i = 0; fits && i < own.size(); ++i) {
      auto common = CommonSuperType(types[i], own[i]);
      fits = common.has_value();
      if (fits) types[i] = *common;
    }
    if (!fits) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "Values rows have mismatched types: " + first_type + " vs " + text, body.span);
    }
    rows.push_back(std::move(values));
  }
  BoundQuery out;
  for (const Type& type : types) out.columns.push_back({std::nullopt, type, std::nullopt});
  std::string values_sql;
  for (const auto& row : rows) {
    values_sql += values_sql.empty() ? "(" : ", (";
    for (size_t i = 0; i < row.size(); ++i) {
      FLOE_ASSIGN(BoundPtr value, Coerced(row[i], types[i], body.span));
      if (value->zone && out.columns[i].zone && *value->zone != *out.columns[i].zone) {
        return Error(ErrorCode::kSqlUnsupported,
                     "timestamps of different time zones in one column are not supported",
                     body.span);
      }
      if (value->zone) out.columns[i].zone = value->zone;
      values_sql += (i > 0 ? ", " : "") + WriteSql(*value);
    }
    values_sql += ")";
  }
  std::string names;
  for (size_t i = 0; i < types.size(); ++i) names += (i > 0 ? ", " : "") + ColumnName(i);
  const std::string alias = NextAlias();
  out.sql = "SELECT * FROM (VALUES " + values_sql + ") " + alias + "(" + names + ")";
  return out;
}

Result<BoundQuery> Binder::BindSetOperation(const sql::trino::QueryBody& body, const Scope* outer) {
  static constexpr const char* kNames[] = {"UNION", "INTERSECT", "EXCEPT"};
  const std::string name = kNames[static_cast<int>(body.set)];
  FLOE_ASSIGN(BoundQuery left, BindQueryBody(body.sides[0], outer));
  FLOE_ASSIGN(BoundQuery right, BindQueryBody(body.sides[1], outer));
  if (left.columns.size() != right.columns.size()) {
    return Error(
        ErrorCode::kSqlTypeMismatch,
        name + " query has different number of fields: " + std::to_string(left.columns.size()) +
            ", " + std::to_string(right.columns.size()),
        body.span);
  }
  BoundQuery out;
  out.columns = left.columns;
  std::string sides[2];
  const BoundQuery* queries[] = {&left, &right};
  for (size_t i = 0; i < left.columns.size(); ++i) {
    auto common = CommonSuperType(left.columns[i].type, right.columns[i].type);
    if (!common) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "column " + std::to_string(i + 1) + " in " + name +
                       " query has incompatible types: " + left.columns[i].type.ToString() + ", " +
                       right.columns[i].type.ToString(),
                   body.span);
    }
    out.columns[i].type = *common;
    for (int side = 0; side < 2; ++side) {
      const OutputColumn& column = queries[side]->columns[i];
      auto field = std::make_shared<BoundExpression>(*MakeBound(column.type, ColumnName(i)));
      field->zone = column.zone;
      FLOE_ASSIGN(BoundPtr value, Coerced(field, *common, body.span));
      if (value->zone && out.columns[i].zone && *value->zone != *out.columns[i].zone) {
        return Error(ErrorCode::kSqlUnsupported,
                     "timestamps of different time zones in one column are not supported",
                     body.span);
      }
      if (value->zone) out.columns[i].zone = value->zone;
      sides[side] += (i > 0 ? ", " : "") + WriteSql(*value) + " AS " + ColumnName(i);
    }
  }
  for (int side = 0; side < 2; ++side) {
    sides[side] =
        "(SELECT " + sides[side] + " FROM (" + queries[side]->sql + ") " + NextAlias() + ")";
  }
  out.sql = sides[0] + " " + name + (body.distinct ? " " : " ALL ") + sides[1];
  return out;
}

Status Binder::RefuseAggregates(const Expression& node, const char* clause) const {
  if (!ContainsAggregate(node) && !ContainsWindow(node)) return Status::Ok();
  std::string list;
  std::vector<const Expression*> open = {&node};
  while (!open.empty()) {
    const Expression* next = open.back();
    open.pop_back();
    const bool is_call =
        next->kind == ExpressionKind::kCall &&
        (!next->call->over.empty() || IsAggregateName(next->call->function.ToString()));
    if (is_call) {
      list += (list.empty() ? "" : ", ") + sql::trino::PrintExpression(*next);
      continue;
    }
    for (const Expression& child : next->children) open.push_back(&child);
  }
  return Error(ErrorCode::kExpressionNotScalar,
               std::string(clause) +
                   " cannot contain aggregations, window functions or grouping operations: [" +
                   list + "]",
               node.span);
}

Result<std::string> Binder::GroupBySql(const sql::trino::Select& select, const Scope& scope,
                                       std::set<std::string>& groups) {
  ExpressionContext context;
  context.scope = &scope;
  context.clause = "GROUP BY clause";
  auto bind_key = [&](const Expression& key, bool must_be_name) -> Result<std::string> {
    const Expression* node = &key;
    if (IsOrdinal(key)) {
      const auto index = static_cast<size_t>(std::stoul(key.text));
      const bool has_star = std::any_of(select.items.begin(), select.items.end(),
                                        [](const SelectItem& i) { return i.expression.empty(); });
      if (index == 0 || index > select.items.size() || has_star) {
        return Error(ErrorCode::kInvalidColumnReference,
                     "GROUP BY position " + key.text + " is not in select list", key.span);
      }
      node = &select.items[index - 1].expression[0];
    }
    FLOE_TRY(RefuseAggregates(*node, "GROUP BY clause"));
    FLOE_ASSIGN(BoundPtr value, Bind(*node, context));
    if (must_be_name && !NameOf(*node)) {
      return Error(
          ErrorCode::kInvalidColumnReference,
          "GROUP BY expression must be a column reference: " + sql::trino::PrintExpression(*node),
          node->span);
    }
    std::string sql = WriteSql(*value);
    groups.insert(sql);
    // A constant would be taken for a column's position.
    return value->is_literal ? "(SELECT " + sql + ")" : sql;
  };
  std::string out;
  for (const auto& element : select.group_by) {
    static constexpr const char* kHeads[] = {"", "GROUPING SETS (", "ROLLUP (", "CUBE ("};
    const bool is_simple = element.kind == GroupingKind::kSimple;
    std::string part;
    for (const auto& set : element.sets) {
      std::string keys;
      for (const Expression& key : set) {
        FLOE_ASSIGN(std::string sql, bind_key(key, !is_simple));
        keys += (keys.empty() ? "" : ", ") + sql;
      }
      part += (part.empty() ? "" : ", ") + (is_simple && !keys.empty() ? keys : "(" + keys + ")");
    }
    if (!is_simple) part = kHeads[static_cast<int>(element.kind)] + part + ")";
    out += (out.empty() ? " GROUP BY " : ", ") + part;
  }
  return out;
}

Status Binder::BindItems(const sql::trino::Select& select, Context context, BoundQuery& out,
                         std::vector<BoundPtr>& items) {
  auto add = [&](std::optional<std::string> name, const BoundPtr& value) {
    out.columns.push_back({std::move(name), value->type, value->zone});
    items.push_back(value);
  };
  for (const SelectItem& item : select.items) {
    if (!item.expression.empty()) {
      FLOE_ASSIGN(BoundPtr value, Bind(item.expression[0], context));
      add(item.alias ? ShownName(*item.alias) : NameOf(item.expression[0]), value);
      continue;
    }
    std::vector<std::string> qualifier;
    if (!item.qualifier.empty()) {
      const Expression* node = &item.qualifier[0];
      for (; node->kind == ExpressionKind::kDereference; node = &node->children[0]) {
        qualifier.insert(qualifier.begin(), sql::trino::LowerCase(node->name.value));
      }
      qualifier.insert(qualifier.begin(), sql::trino::LowerCase(node->name.value));
    }
    size_t found = 0;
    for (const ScopeField& field : context.scope->fields) {
      const bool matches =
          !field.hidden && field.qualifier.size() >= qualifier.size() &&
          std::equal(qualifier.rbegin(), qualifier.rend(), field.qualifier.rbegin());
      if (!matches) continue;
      ++found;
      if (context.groups != nullptr && !context.groups->contains(WriteSql(*field.value))) {
        return Error(ErrorCode::kExpressionNotAggregate,
                     "Column '" + field.name.value_or("") + "' not in GROUP BY clause", item.span);
      }
      add(field.name, field.value);
    }
    if (found > 0) continue;
    if (qualifier.empty()) {
      return Error(ErrorCode::kColumnNotFound,
                   "SELECT * not allowed from relation that has no columns", item.span);
    }
    return Error(ErrorCode::kTableNotFound, "Unable to resolve reference " + qualifier.back(),
                 item.qualifier[0].span);
  }
  return Status::Ok();
}

Result<std::string> Binder::OrderBySql(const sql::trino::Query& query,
                                       const sql::trino::Select& select, const BoundQuery& bound,
                                       const std::vector<BoundPtr>& items, Context context,
                                       BoundPtr* first) {
  std::string out;
  for (const sql::trino::SortItem& sort : query.order_by) {
    const Expression& node = sort.expression;
    std::string sql;
    Type type;
    std::optional<size_t> position;
    if (IsOrdinal(node)) {
      const auto index = static_cast<size_t>(std::stoul(node.text));
      if (index == 0 || index > bound.columns.size()) {
        return Error(ErrorCode::kInvalidColumnReference,
                     "ORDER BY position " + node.text + " is not in select list", node.span);
      }
      position = index - 1;
    } else if (node.kind == ExpressionKind::kIdentifier) {
      for (size_t i = 0; i < bound.columns.size(); ++i) {
        const auto& name = bound.columns[i].name;
        if (!name || sql::trino::LowerCase(*name) != sql::trino::LowerCase(node.name.value)) {
          continue;
        }
        if (position && WriteSql(*items[*position]) != WriteSql(*items[i])) {
          return Error(ErrorCode::kAmbiguousName, "Column '" + node.name.value + "' is ambiguous",
                       node.span);
        }
        if (!position) position = i;
      }
    }
    if (position) {
      sql = std::to_string(*position + 1);
      type = bound.columns[*position].type;
      if (first != nullptr && &sort == &query.order_by[0]) *first = items[*position];
    } else {
      FLOE_ASSIGN(BoundPtr value, Bind(node, context));
      sql = WriteSql(*value);
      type = value->type;
      if (first != nullptr && &sort == &query.order_by[0]) *first = value;
      const bool in_list = std::any_of(
          items.begin(), items.end(), [&](const BoundPtr& item) { return WriteSql(*item) == sql; });
      if (select.distinct && !in_list) {
        return Error(ErrorCode::kExpressionNotInDistinct,
                     "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
                     select.span);
      }
      if (value->is_literal) continue;  // every row has it
    }
    if (!type.is_orderable() && !type.is(TypeKind::kUnknown)) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "Type " + type.ToString() +
                       " is not orderable, and therefore cannot be used in "
                       "ORDER BY: " +
                       sql::trino::PrintExpression(node),
                   node.span);
    }
    out += (out.empty() ? " ORDER BY " : ", ") + sql + (sort.descending ? " DESC" : " ASC");
    out += sort.nulls == sql::trino::NullOrder::kFirst ? " NULLS FIRST" : " NULLS LAST";
  }
  return out;
}

Result<BoundQuery> Binder::BindSelect(const sql::trino::Select& select,
                                      const sql::trino::Query* query, const Scope* outer) {
  BoundRelation from;
  const size_t first_scan = scans_.size();
  if (!select.from.empty()) {
    FLOE_ASSIGN(from, BindRelation(select.from[0], outer));
  }
  Scope scope{std::move(from.fields), outer};
  ExpressionContext context;
  context.scope = &scope;
  const size_t scan_end = scans_.size();
  std::string where;
  if (!select.where.empty()) {
    FLOE_TRY(RefuseAggregates(select.where[0], "WHERE clause"));
    context.clause = "WHERE clause";
    FLOE_ASSIGN(BoundPtr condition, BindBoolean(select.where[0], context, "WHERE clause"));
    where = " WHERE " + WriteSql(*condition);
    RequestRows(select, *condition, first_scan, scan_end);
  }
  const auto aggregates = [](const SelectItem& item) {
    return !item.expression.empty() && ContainsAggregate(item.expression[0]);
  };
  const bool order_aggregates =
      query != nullptr &&
      std::any_of(query->order_by.begin(), query->order_by.end(),
                  [](const auto& s) { return ContainsAggregate(s.expression); });
  const bool is_grouped = select.has_group_by || !select.having.empty() || order_aggregates ||
                          std::any_of(select.items.begin(), select.items.end(), aggregates);
  std::set<std::string> groups;
  FLOE_ASSIGN(std::string group_by, GroupBySql(select, scope, groups));
  context.clause = "SELECT clause";
  context.allow_aggregates = true;
  context.allow_windows = true;
  context.windows = &select.windows;
  if (is_grouped) context.groups = &groups;
  BoundQuery out;
  std::vector<BoundPtr> items;
  FLOE_TRY(BindItems(select, context, out, items));
  std::string having;
  if (!select.having.empty()) {
    ExpressionContext own = context;
    own.clause = "HAVING clause";
    own.allow_windows = false;
    FLOE_ASSIGN(BoundPtr condition, BindBoolean(select.having[0], own, "HAVING clause"));
    having = " HAVING " + WriteSql(*condition);
  }
  std::string order;
  if (query != nullptr && !query->order_by.empty()) {
    BoundPtr key;
    FLOE_ASSIGN(order, OrderBySql(*query, select, out, items, context, &key));
    const bool has_windows =
        ContainsWindow(query->order_by[0].expression) ||
        std::any_of(select.items.begin(), select.items.end(), [](const SelectItem& item) {
          return !item.expression.empty() && ContainsWindow(item.expression[0]);
        });
    const bool is_one_scan = scan_end == first_scan + 1;
    if (key != nullptr && is_one_scan && !is_grouped && !has_windows) {
      RequestFirstRows(*query, select, *key, first_scan);
    }
  }
  std::string list;
  for (size_t i = 0; i < items.size(); ++i) {
    list += (i > 0 ? ", " : "") + WriteSql(*items[i]) + " AS " + ColumnName(i);
  }
  out.sql = std::string("SELECT ") + (select.distinct ? "DISTINCT " : "") + list +
            (from.sql.empty() ? "" : " FROM " + from.sql) + where + group_by + having + order;
  return out;
}

Result<BoundPtr> Binder::BindSubquery(const Expression& node, Context context) {
  const Type boolean(TypeKind::kBoolean);
  FLOE_ASSIGN(BoundQuery query, BindQuery(*node.query, context.scope));
  std::string sql;
  for (char c : query.sql) {
    sql += c;
    if (c == '{') sql += c;
  }
  if (node.kind == ExpressionKind::kExists) {
    return MakeBound(boolean, "EXISTS (" + sql + ")");
  }
  if (query.columns.size() != 1) {
    return Error(ErrorCode::kSqlUnsupported,
                 "Multiple columns returned by subquery are not supported here", node.span);
  }
  const OutputColumn& column = query.columns[0];
  if (node.kind == ExpressionKind::kSubquery) {
    auto bound = std::make_shared<BoundExpression>(*MakeBound(column.type, "(" + sql + ")"));
    bound->zone = column.zone;
    return BoundPtr(bound);
  }
  FLOE_ASSIGN(BoundPtr value, Bind(node.children[0], context));
  auto common = CommonSuperType(value->type, column.type);
  if (!common) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "value and result of subquery must be of the same type for IN expression: " +
                     value->type.ToString() + " vs " + column.type.ToString(),
                 node.span);
  }
  FLOE_ASSIGN(value, Coerced(value, *common, node.span));
  FLOE_ASSIGN(BoundPtr item, Coerced(MakeBound(column.type, "c1"), *common, node.span));
  const std::string rows =
      "(SELECT " + WriteSql(*item) + " FROM (" + sql + ") " + NextAlias() + ")";
  if (node.kind == ExpressionKind::kInQuery) {
    return MakeBound(boolean, (node.negated ? "({0} NOT IN " : "({0} IN ") + rows + ")", {value});
  }
  return MakeBound(boolean, "({0} " + node.text + " " + node.name.value + " " + rows + ")",
                   {value});
}

}  // namespace floe::query::trino
