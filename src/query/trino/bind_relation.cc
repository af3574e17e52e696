// FROM: tables, joins, UNNEST, WITH.
#include <algorithm>

#include "query/scan_sql.h"
#include "query/trino/binder.h"
#include "query/trino/information_schema.h"
#include "sql/trino/keywords.h"

namespace floe::query::trino {

using sql::trino::JoinKind;
using sql::trino::LowerCase;
using sql::trino::RelationKind;

namespace {

// What stands for a scan in SQL. No literal contains it: quotes are doubled there.
std::string ScanMark(size_t scan) { return "\x01'" + std::to_string(scan) + "'\x02"; }

bool HasOuterJoin(const sql::trino::Relation& relation) {
  const bool is_outer = relation.kind == RelationKind::kJoin && relation.join != JoinKind::kCross &&
                        relation.join != JoinKind::kInner;
  return is_outer || std::any_of(relation.sides.begin(), relation.sides.end(), HasOuterJoin);
}

std::string ColumnName(size_t index) { return "c" + std::to_string(index + 1); }

ScopeField FieldOf(const std::string& alias, size_t index, const OutputColumn& column) {
  auto value =
      std::make_shared<BoundExpression>(*MakeBound(column.type, alias + "." + ColumnName(index)));
  value->zone = column.zone;
  return {{}, column.name, value};
}

}  // namespace

Result<ProvidedTable> Binder::FindTable(const sql::trino::QualifiedName& name,
                                        std::optional<int64_t> version, SourceSpan span) {
  std::vector<std::string> parts;
  for (const auto& part : name.parts) parts.push_back(LowerCase(part.value));
  if (parts.size() > 3) {
    return Error(ErrorCode::kSqlSyntax, "Too many dots in table name: " + name.ToString(), span);
  }
  if (parts.size() < 3 && session_.catalog.empty()) {
    return Error(ErrorCode::kMissingCatalogName,
                 "Catalog must be specified when session catalog is not set", span);
  }
  if (parts.size() < 2 && session_.schema.empty()) {
    return Error(ErrorCode::kMissingSchemaName,
                 "Schema must be specified when session schema is not set", span);
  }
  if (parts.size() == 1) parts.insert(parts.begin(), LowerCase(session_.schema));
  if (parts.size() == 2) parts.insert(parts.begin(), LowerCase(session_.catalog));
  const std::string full = parts[0] + "." + parts[1] + "." + parts[2];
  const std::string key = full + "@" + (version ? std::to_string(*version) : "");
  if (auto known = pinned_.find(key); known != pinned_.end()) return known->second;
  auto catalog = catalogs_.find(parts[0]);
  if (catalog == catalogs_.end()) {
    return Error(ErrorCode::kCatalogNotFound, "Catalog '" + parts[0] + "' not found", span);
  }
  auto table = parts[1] == "information_schema"
                   ? LoadInformationSchema(parts[0], *catalog->second, parts[2])
                   : catalog->second->LoadTable(parts[1], parts[2], version);
  if (!table.ok()) {
    const ErrorCode code = table.error().code();
    if (code == ErrorCode::kTableNotFound) {
      return Error(code, "Table '" + full + "' does not exist", span);
    }
    if (code == ErrorCode::kSchemaNotFound) {
      return Error(code, "Schema '" + parts[1] + "' does not exist", span);
    }
    return std::move(table).error().WithSpan(span);
  }
  pinned_.emplace(key, *table);
  return table;
}

// A comparison is true of no padded row of an outer join, so it may be applied before the join; IS
// NULL may not.
void Binder::RequestRows(const sql::trino::Select& select, const BoundExpression& where,
                         size_t first_scan, size_t scan_end) {
  if (select.from.empty()) return;
  const bool has_outer_join = HasOuterJoin(select.from[0]);
  for (const ImpliedCondition& implied : where.implies) {
    // A column of an outer query says nothing of that query's rows here.
    const bool is_own = implied.scan >= first_scan && implied.scan < scan_end;
    if (!is_own) continue;
    if (has_outer_join && implied.condition.op == iceberg::PredicateOp::kIsNull) continue;
    scans_[implied.scan].request.conditions.push_back(implied.condition);
  }
}

void Binder::RequestFirstRows(const sql::trino::Query& query, const sql::trino::Select& select,
                              const BoundExpression& key, size_t first_scan) {
  const sql::trino::SortItem& sort = query.order_by[0];
  const bool is_one_table = select.from.size() == 1 && select.from[0].kind == RelationKind::kTable;
  const bool is_plain = is_one_table && select.where.empty() && !select.distinct &&
                        sort.nulls != sql::trino::NullOrder::kFirst && !query.limit.empty();
  if (!is_plain || !key.column || key.column->scan != first_scan) return;
  int64_t count = 0;
  for (const std::vector<Expression>* part : {&query.limit, &query.offset}) {
    if (part->empty()) continue;
    auto value = RowCount((*part)[0]);
    if (!value.ok() || value->size() > 15) return;
    count += std::strtoll(value->c_str(), nullptr, 10);
  }
  scans_[first_scan].request.top = TopRows{key.column->column, sort.descending, count};
}

Status Binder::WriteScans(BoundQuery& query) const {
  for (size_t i = 0; i < scans_.size(); ++i) {
    const std::string mark = ScanMark(i);
    size_t at = query.sql.find(mark);
    if (at == std::string::npos) continue;
    auto scan = scans_[i].scan(scans_[i].request);
    if (!scan.ok()) return std::move(scan).error().WithSpan(scans_[i].span);
    for (; at != std::string::npos; at = query.sql.find(mark, at + scan->size())) {
      query.sql.replace(at, mark.size(), *scan);
    }
  }
  return Status::Ok();
}

Binder::BoundRelation Binder::AsRelation(BoundQuery query,
                                         const std::vector<std::string>& qualifier) {
  BoundRelation bound;
  const std::string alias = NextAlias();
  bound.sql = "(" + query.sql + ") " + alias;
  for (size_t i = 0; i < query.columns.size(); ++i) {
    bound.fields.push_back(FieldOf(alias, i, query.columns[i]));
    bound.fields.back().qualifier = qualifier;
  }
  return bound;
}

// The snapshot that FOR VERSION AS OF or FOR TIMESTAMP AS OF means.
Result<int64_t> Binder::TableVersion(const sql::trino::Relation& relation) {
  FLOE_ASSIGN(BoundPtr value, BindConstant(relation.version[0]));
  const bool is_time = relation.version_is_timestamp;
  if (!is_time && value->type.is_integer() && value->constant) {
    return std::strtoll(value->constant->c_str(), nullptr, 10);
  }
  const Type instant(TypeKind::kTimestampTz, 6);
  if (is_time && CanCoerce(value->type, instant)) {
    FLOE_ASSIGN(value, Coerced(value, instant, relation.version[0].span));
  }
  const bool is_known =
      value->value && (is_time ? value->type == instant : value->type.is(TypeKind::kVarchar));
  if (!is_known) {
    return Error(ErrorCode::kSqlUnsupported,
                 "FOR VERSION AS OF takes a snapshot's id or the name of a branch or tag, FOR "
                 "TIMESTAMP AS OF a constant time in UTC",
                 relation.span);
  }
  // Says what is wrong with the name itself.
  FLOE_TRY(FindTable(relation.table, std::nullopt, relation.span));
  std::vector<std::string> parts;
  for (const auto& part : relation.table.parts) parts.push_back(LowerCase(part.value));
  if (parts.size() == 1) parts.insert(parts.begin(), LowerCase(session_.schema));
  if (parts.size() == 2) parts.insert(parts.begin(), LowerCase(session_.catalog));
  TableProvider& provider = *catalogs_.at(parts[0]);
  if (!is_time) return provider.VersionOfName(parts[1], parts[2], value->value->Get<std::string>());
  const int64_t micros = value->value->Get<int64_t>();
  if (micros >= session_.start_millis * 1000) {
    return Error(ErrorCode::kTableVersionNotFound, "Pointer value is not in the past",
                 relation.span);
  }
  return provider.VersionAsOf(parts[1], parts[2], micros / 1000);
}

Result<Binder::BoundRelation> Binder::BindTable(const sql::trino::Relation& relation) {
  if (relation.table.parts.size() == 1) {
    const std::string name = LowerCase(relation.table.parts[0].value);
    for (auto it = common_tables_.rbegin(); it != common_tables_.rend(); ++it) {
      if (it->first == name) return AsRelation(it->second, {name});
    }
  }
  std::optional<int64_t> version;
  if (!relation.version.empty()) {
    FLOE_ASSIGN(version, TableVersion(relation));
  }
  FLOE_ASSIGN(ProvidedTable table, FindTable(relation.table, version, relation.span));
  BoundQuery query;
  query.sql = table.sql;
  const size_t scan = scans_.size();
  if (table.scan) {
    scans_.push_back({table.scan, relation.span, {}});
    query.sql = ScanMark(scan);
  }
  for (const TableColumn& column : table.columns) {
    const bool is_zoned = column.type.contains(TypeKind::kTimestampTz);
    query.columns.push_back(
        {column.name, column.type, is_zoned ? std::optional<std::string>("UTC") : std::nullopt});
  }
  std::vector<std::string> qualifier;
  for (const auto& part : relation.table.parts) qualifier.push_back(LowerCase(part.value));
  if (qualifier.size() == 1) qualifier.insert(qualifier.begin(), LowerCase(session_.schema));
  if (qualifier.size() == 2) qualifier.insert(qualifier.begin(), LowerCase(session_.catalog));
  BoundRelation bound = AsRelation(std::move(query), qualifier);
  for (size_t i = 0; i < bound.fields.size(); ++i) bound.fields[i].hidden = table.columns[i].hidden;
  for (size_t i = 0; table.scan && i < bound.fields.size(); ++i) {
    auto field = std::make_shared<BoundExpression>(*bound.fields[i].value);
    field->column = ScanColumn{scan, i};
    field->column_type = field->type;
    bound.fields[i].value = std::move(field);
  }
  return bound;
}

Status Binder::ApplyAlias(const sql::trino::Relation& relation, BoundRelation& bound) const {
  if (!relation.alias) return Status::Ok();
  const std::string alias = LowerCase(relation.alias->value);
  // A list of columns names those that are seen.
  if (!relation.columns.empty()) {
    std::erase_if(bound.fields, [](const ScopeField& field) { return field.hidden; });
  }
  if (!relation.columns.empty() && relation.columns.size() != bound.fields.size()) {
    return Error(ErrorCode::kColumnAliasMismatch,
                 "Column alias list has " + std::to_string(relation.columns.size()) +
                     " entries but '" + alias + "' has " + std::to_string(bound.fields.size()) +
                     " columns available",
                 relation.span);
  }
  for (size_t i = 0; i < bound.fields.size(); ++i) {
    bound.fields[i].qualifier = {alias};
    if (!relation.columns.empty()) bound.fields[i].name = relation.columns[i].value;
  }
  return Status::Ok();
}

Result<Binder::BoundRelation> Binder::BindRelation(const sql::trino::Relation& relation,
                                                   const Scope* outer) {
  if (relation.has_sample) {
    return Error(ErrorCode::kSqlUnsupported, "TABLESAMPLE is not supported", relation.span);
  }
  BoundRelation bound;
  switch (relation.kind) {
    case RelationKind::kTable: {
      FLOE_ASSIGN(bound, BindTable(relation));
      break;
    }
    case RelationKind::kQuery: {
      FLOE_ASSIGN(BoundQuery query, BindQuery(*relation.query, outer));
      bound = AsRelation(std::move(query), {});
      if (relation.lateral) bound.sql = "LATERAL " + bound.sql;
      break;
    }
    case RelationKind::kUnnest: {
      FLOE_ASSIGN(bound, BindUnnest(relation, outer));
      break;
    }
    default: {
      FLOE_ASSIGN(bound, BindJoin(relation, outer));
      if (relation.alias) bound.sql = "(" + bound.sql + ")";
    }
  }
  FLOE_TRY(ApplyAlias(relation, bound));
  return bound;
}

Result<Binder::BoundRelation> Binder::BindJoin(const sql::trino::Relation& relation,
                                               const Scope* outer) {
  static constexpr const char* kJoins[] = {" CROSS JOIN ", " JOIN ", " LEFT JOIN ", " RIGHT JOIN ",
                                           " FULL JOIN "};
  FLOE_ASSIGN(BoundRelation left, BindRelation(relation.sides[0], outer));
  // UNNEST and LATERAL on the right see the left side's columns.
  Scope sides{left.fields, outer};
  FLOE_ASSIGN(BoundRelation right, BindRelation(relation.sides[1], &sides));
  if (relation.natural) {
    return Error(ErrorCode::kSqlUnsupported, "Natural join not supported", relation.span);
  }
  const std::string join = kJoins[static_cast<int>(relation.join)];
  if (!relation.using_columns.empty()) {
    return BindUsing(relation, std::move(left), std::move(right));
  }
  BoundRelation out;
  const bool right_is_join = relation.sides[1].kind == RelationKind::kJoin;
  out.sql = left.sql + join + (right_is_join ? "(" + right.sql + ")" : right.sql);
  out.fields = std::move(left.fields);
  out.fields.insert(out.fields.end(), right.fields.begin(), right.fields.end());
  if (relation.on.empty()) return out;
  FLOE_TRY(RefuseAggregates(relation.on[0], "JOIN clause"));
  Scope scope{out.fields, outer};
  ExpressionContext context;
  context.scope = &scope;
  context.clause = "JOIN clause";
  FLOE_ASSIGN(BoundPtr condition, BindBoolean(relation.on[0], context, "JOIN ON clause"));
  out.sql += " ON " + WriteSql(*condition);
  return out;
}

// The shared columns come first, once; a qualified name does not reach them.
Result<Binder::BoundRelation> Binder::BindUsing(const sql::trino::Relation& relation,
                                                BoundRelation left, BoundRelation right) {
  BoundRelation out;
  std::string condition;
  for (const auto& column : relation.using_columns) {
    auto take = [&](std::vector<ScopeField>& fields) -> Result<BoundPtr> {
      for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (!it->name || LowerCase(*it->name) != LowerCase(column.value)) continue;
        BoundPtr value = it->value;
        fields.erase(it);
        return value;
      }
      return Error(ErrorCode::kColumnNotFound,
                   "Column '" + column.value + "' is missing from " +
                       (&fields == &left.fields ? "left" : "right") + " side of join",
                   column.span);
    };
    FLOE_ASSIGN(BoundPtr a, take(left.fields));
    FLOE_ASSIGN(BoundPtr b, take(right.fields));
    auto common = CommonSuperType(a->type, b->type);
    if (!common) {
      return Error(
          ErrorCode::kSqlTypeMismatch,
          "Column types of join don't match: " + a->type.ToString() + " and " + b->type.ToString(),
          column.span);
    }
    FLOE_ASSIGN(a, Coerced(a, *common, column.span));
    FLOE_ASSIGN(b, Coerced(b, *common, column.span));
    condition += (condition.empty() ? " ON " : " AND ") + WriteSql(*Compare("=", a, b));
    BoundPtr shown = relation.join == JoinKind::kRight ? b : a;
    if (relation.join == JoinKind::kFull) {
      auto merged =
          std::make_shared<BoundExpression>(*MakeBound(*common, "coalesce({0}, {1})", {a, b}));
      merged->zone = a->zone;
      shown = merged;
    }
    out.fields.push_back({{}, column.value, shown});
  }
  static constexpr const char* kJoins[] = {"", " JOIN ", " LEFT JOIN ", " RIGHT JOIN ",
                                           " FULL JOIN "};
  out.sql = left.sql + kJoins[static_cast<int>(relation.join)] + right.sql + condition;
  out.fields.insert(out.fields.end(), left.fields.begin(), left.fields.end());
  out.fields.insert(out.fields.end(), right.fields.begin(), right.fields.end());
  return out;
}

Result<Binder::BoundRelation> Binder::BindUnnest(const sql::trino::Relation& relation,
                                                 const Scope* outer) {
  ExpressionContext context;
  context.scope = outer;
  context.clause = "UNNEST";
  std::string list;
  std::string lengths;
  std::vector<std::pair<std::string, OutputColumn>> columns;  // how a column is taken from u
  int unnested = 0;
  auto add = [&](const std::string& sql) {
    list += (list.empty() ? "" : ", ") + ("unnest(" + sql + ") AS u") + std::to_string(++unnested);
    return "u" + std::to_string(unnested);
  };
  for (const Expression& node : relation.unnest) {
    FLOE_ASSIGN(BoundPtr value, Bind(node, context));
    const Type& type = value->type;
    const std::string sql = WriteSql(*value);
    if (type.is(TypeKind::kMap)) {
      columns.push_back(
          {add("map_keys(" + sql + ")"), {std::nullopt, type.arguments()[0], value->zone}});
      columns.push_back(
          {add("map_values(" + sql + ")"), {std::nullopt, type.arguments()[1], value->zone}});
      lengths += (lengths.empty() ? "" : ", ") + ("len(map_keys(" + sql + "))");
      continue;
    }
    if (!type.is(TypeKind::kArray)) {
      return Error(ErrorCode::kSqlTypeMismatch, "Cannot unnest type: " + type.ToString(),
                   node.span);
    }
    lengths += (lengths.empty() ? "" : ", ") + ("len(" + sql + ")");
    const Type& element = type.arguments()[0];
    const std::string name = add(sql);
    if (!element.is(TypeKind::kRow)) {
      columns.push_back({name, {std::nullopt, element, value->zone}});
      continue;
    }
    for (size_t i = 0; i < element.arguments().size(); ++i) {
      columns.push_back({"struct_extract(" + name + ", 'f" + std::to_string(i + 1) + "')",
                         {element.names()[i], element.arguments()[i], value->zone}});
    }
  }
  if (relation.ordinality) {
    columns.push_back({add("range(1, greatest(" + lengths + ") + 1)"),
                       {std::nullopt, Type(TypeKind::kBigint), std::nullopt}});
  }
  BoundQuery query;
  std::string shown;
  for (const auto& [sql, column] : columns) {
    shown += (shown.empty() ? "" : ", ") + sql + " AS " + ColumnName(query.columns.size());
    query.columns.push_back(column);
  }
  query.sql = "SELECT " + shown + " FROM (SELECT " + list + ") " + NextAlias();
  BoundRelation bound = AsRelation(std::move(query), {});
  bound.sql = "LATERAL " + bound.sql;
  return bound;
}

Status Binder::PushCommonTables(const sql::trino::Query& query, const Scope* outer) {
  std::set<std::string> names;
  for (const sql::trino::CommonTable& table : query.with) {
    const std::string name = LowerCase(table.name.value);
    if (!names.insert(name).second) {
      return Error(ErrorCode::kDuplicateNamedQuery,
                   "WITH query name '" + table.name.value + "' specified more than once",
                   table.name.span);
    }
    const bool is_recursive = query.recursive && table.query->with.empty() &&
                              table.query->body.kind == sql::trino::BodyKind::kSetOperation &&
                              !table.columns.empty();
    if (is_recursive) {
      FLOE_TRY(PushRecursive(table, outer));
      continue;
    }
    FLOE_ASSIGN(BoundQuery bound, BindQuery(*table.query, outer));
    if (!table.columns.empty() && table.columns.size() != bound.columns.size()) {
      return Error(ErrorCode::kColumnAliasMismatch,
                   "Column alias list has " + std::to_string(table.columns.size()) +
                       " entries but WITH query(" + name + ") has " +
                       std::to_string(bound.columns.size()) + " columns",
                   table.name.span);
    }
    for (size_t i = 0; i < table.columns.size(); ++i)
      bound.columns[i].name = table.columns[i].value;
    common_tables_.emplace_back(name, std::move(bound));
  }
  return Status::Ok();
}

// anchor UNION ALL step: the step's types have to be coercible to the anchor's.
Status Binder::PushRecursive(const sql::trino::CommonTable& table, const Scope* outer) {
  const sql::trino::QueryBody& body = table.query->body;
  const std::string name = LowerCase(table.name.value);
  FLOE_ASSIGN(BoundQuery anchor, BindQueryBody(body.sides[0], outer));
  if (anchor.columns.size() != table.columns.size()) {
    return Error(ErrorCode::kColumnAliasMismatch,
                 "WITH query(" + name + ") has another number of columns than its alias list",
                 table.name.span);
  }
  std::string names;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    anchor.columns[i].name = table.columns[i].value;
    names += (i > 0 ? ", " : "") + ColumnName(i);
  }
  const std::string own = "w" + std::to_string(++aliases_);
  BoundQuery self;
  self.columns = anchor.columns;
  self.sql = "SELECT * FROM " + own;
  common_tables_.emplace_back(name, self);
  auto step = BindQueryBody(body.sides[1], outer);
  common_tables_.pop_back();
  if (!step.ok()) return std::move(step).error();
  if (step->columns.size() != anchor.columns.size()) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "base and step relations of recursion have different number of fields: " +
                     std::to_string(anchor.columns.size()) + ", " +
                     std::to_string(step->columns.size()),
                 table.name.span);
  }
  std::string list;
  for (size_t i = 0; i < step->columns.size(); ++i) {
    if (!CanCoerce(step->columns[i].type, anchor.columns[i].type)) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "recursion step relation output type (" + step->columns[i].type.ToString() +
                       ") is not coercible to recursion base relation output type (" +
                       anchor.columns[i].type.ToString() + ") at column " + std::to_string(i + 1),
                   table.name.span);
    }
    FLOE_ASSIGN(BoundPtr value, Coerced(MakeBound(step->columns[i].type, ColumnName(i)),
                                        anchor.columns[i].type, table.name.span));
    list += (i > 0 ? ", " : "") + WriteSql(*value) + " AS " + ColumnName(i);
  }
  BoundQuery whole;
  whole.columns = anchor.columns;
  whole.sql = "WITH RECURSIVE " + own + "(" + names + ") AS (" + anchor.sql +
              (body.distinct ? " UNION " : " UNION ALL ") + "SELECT " + list + " FROM (" +
              step->sql + ") " + NextAlias() + ") SELECT * FROM " + own;
  common_tables_.emplace_back(name, std::move(whole));
  return Status::Ok();
}

}  // namespace floe::query::trino
