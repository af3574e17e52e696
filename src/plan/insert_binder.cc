#include "plan/insert_binder.h"

#include <algorithm>

#include "plan/configuration.h"
#include "plan/name_errors.h"
#include "plan/window_properties.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::Expression;
using functions::ExpressionPtr;

namespace {

bool IsIceberg(const CatalogTable& table) {
  auto it = table.options.find("connector");
  return it != table.options.end() && it->second == "iceberg";
}

bool IsTrue(const CatalogTable& table, const std::string& key) {
  auto it = table.options.find(key);
  if (it == table.options.end()) return false;
  Result<bool> value = ParseBoolean(it->second);
  return value.ok() && *value;
}

// A table with a primary key takes upserts if it is told to; else rows are appended.
bool TakesUpserts(const CatalogTable& table) {
  return table.primary_key.has_value() &&
         (IsTrue(table, "write.upsert.enabled") || IsTrue(table, "upsert-enabled"));
}

std::string TypeOfSchema(const types::Schema& schema) {
  std::string text = "(";
  for (int i = 0; i < schema.size(); ++i) {
    if (i > 0) text += ", ";
    text += schema.field(i).name + " " +
            schema.field(i).type.WithTimeAttribute(types::TimeAttribute::kNone).ToString();
  }
  return text + ")";
}

Error SchemaMismatch(const CatalogTable& table, const std::string& cause,
                     const types::Schema& query, const types::Schema& sink,
                     const SourceSpan& span) {
  return Error(ErrorCode::kSchemaMismatch,
               "the query does not fit the table '" + table.name.ToString() + "': " + cause, span)
      .WithHint("query " + TypeOfSchema(query) + ", table " + TypeOfSchema(sink));
}

// What an INSERT puts into one column of the sink.
struct TargetColumn {
  int query_column = -1;  // -1: not written by the query
  ExpressionPtr constant;
};

class InsertBinder {
 public:
  InsertBinder(const ast::Insert& insert, BindingContext& context, CatalogTablePtr table)
      : insert_(insert),
        context_(context),
        table_(std::move(table)),
        sink_(table_->Descriptor().physical_schema) {}

  Result<BoundInsert> Bind(QueryBinder& binder) {
    FLOE_TRY(CheckTable());
    FLOE_ASSIGN(LogicalNodePtr query, binder.Bind(insert_.query));
    targets_.resize(static_cast<size_t>(sink_.size()));
    FLOE_TRY(AssignPartition());
    FLOE_TRY(AssignColumns(query->schema));
    BoundInsert bound;
    FLOE_ASSIGN(bound.query, Project(query));
    FLOE_TRY(CheckRowtimes(*bound.query));
    FLOE_ASSIGN(bound.upsert_key, UpsertKey());
    FLOE_TRY(CheckConflictClause(!bound.upsert_key.empty()));
    bound.table = table_;
    return bound;
  }

 private:
  SourceSpan table_span() const { return insert_.table.span; }

  Status CheckTable() {
    if (insert_.kind == ast::InsertKind::kUpsert) {
      return Error(ErrorCode::kSqlValidation, "UPSERT INTO is not a statement of Flink",
                   table_span())
          .WithHint(
              "INSERT INTO; a table with a primary key and 'write.upsert.enabled' = 'true' "
              "takes it as upserts");
    }
    if (insert_.kind == ast::InsertKind::kOverwrite) {
      if (IsIceberg(*table_)) return Unsupported("INSERT OVERWRITE", table_span());
      return Error(ErrorCode::kSqlValidation,
                   "the table '" + table_->name.ToString() + "' can't be overwritten",
                   table_span());
    }
    FLOE_TRY(CheckWriteOptions());
    for (const TableColumn& column : table_->columns) {
      if (column.kind != ColumnKind::kMetadata || column.is_virtual) continue;
      return Unsupported("writing the metadata column '" + column.name + "'", table_span())
          .WithHint("declare it METADATA VIRTUAL if it is only read");
    }
    if (context_.connectors() == nullptr) return Status::Ok();
    Status valid = context_.connectors()->Validate(table_->Descriptor(), TableUse::kSink);
    if (valid.ok()) return valid;
    return OfTable(std::move(valid).error(), table_->name).WithSpan(table_span());
  }

  // What an Iceberg table's writer takes from a hint; its table properties are no part of it.
  Status CheckWriteOptions() {
    if (!IsIceberg(*table_)) return Status::Ok();
    for (const ast::Hint& hint : insert_.hints) {
      for (const ast::Option& option : hint.options) {
        if (hint.name != "OPTIONS" || option.key == "upsert-enabled") continue;
        return Unsupported("the write option '" + option.key + "'", hint.span)
            .WithHint(
                "of the write options 'upsert-enabled' is supported; properties such as "
                "'write.target-file-size-bytes' are the table's");
      }
    }
    return Status::Ok();
  }

  Result<int> FindTarget(const ast::Identifier& name) {
    int index = sink_.IndexOf(name.value);
    if (index >= 0) return index;
    std::vector<std::string> known;
    for (const types::Field& field : sink_.fields()) known.push_back(field.name);
    return UnknownName(
        ErrorCode::kColumnNotFound,
        "the table '" + table_->name.ToString() + "' has no column '" + name.value + "'",
        name.value, known, "columns", name.span);
  }

  Status AssignPartition() {
    NoAggregates handler("PARTITION");
    Scope scope;
    ExpressionBinder binder(scope, context_.options(), handler);
    for (const ast::PartitionValue& value : insert_.partition) {
      FLOE_ASSIGN(int column, FindTarget(value.column));
      const std::vector<std::string>& keys = table_->partition_keys;
      if (std::find(keys.begin(), keys.end(), value.column.value) == keys.end()) {
        return Error(ErrorCode::kSqlValidation,
                     "column '" + value.column.value + "' is not a partition column",
                     value.column.span);
      }
      if (!value.value.has_value()) continue;
      FLOE_ASSIGN(targets_[static_cast<size_t>(column)].constant, binder.Bind(*value.value));
    }
    return Status::Ok();
  }

  // Which column of the query goes where.
  Status AssignColumns(const types::Schema& query) {
    std::vector<int> order;
    if (insert_.columns.empty()) {
      for (int i = 0; i < sink_.size(); ++i) {
        if (targets_[static_cast<size_t>(i)].constant == nullptr) order.push_back(i);
      }
      if (static_cast<int>(order.size()) != query.size()) {
        return SchemaMismatch(*table_, "different number of columns", query, sink_,
                              insert_.query.span);
      }
    }
    for (const ast::QualifiedName& name : insert_.columns) {
      if (name.parts.size() != 1) return Unsupported("writing a field of a ROW", name.span);
      FLOE_ASSIGN(int column, FindTarget(name.parts[0]));
      bool again = std::find(order.begin(), order.end(), column) != order.end() ||
                   targets_[static_cast<size_t>(column)].constant != nullptr;
      if (again) {
        return Error(ErrorCode::kSqlValidation,
                     "column '" + name.parts[0].value + "' is written twice", name.span);
      }
      order.push_back(column);
    }
    if (static_cast<int>(order.size()) != query.size()) {
      return Error(ErrorCode::kSchemaMismatch,
                   "the column list names " + CountOf(order.size(), "column") +
                       ", but the query has " + std::to_string(query.size()),
                   insert_.columns[0].span);
    }
    for (size_t i = 0; i < order.size(); ++i) {
      targets_[static_cast<size_t>(order[i])].query_column = static_cast<int>(i);
    }
    return Status::Ok();
  }

  Result<ExpressionPtr> ValueOf(int column, const LogicalNode& query) {
    const TargetColumn& target = targets_[static_cast<size_t>(column)];
    const types::Field& field = sink_.field(column);
    if (target.query_column < 0 && target.constant == nullptr) {
      if (!field.type.nullable()) {
        return Error(ErrorCode::kSqlValidation,
                     "column '" + field.name +
                         "' is NOT NULL and has no default value: it must be "
                         "written",
                     table_span());
      }
      return Expression::Literal(std::monostate(), field.type, table_span());
    }
    ExpressionPtr value = target.constant;
    if (value == nullptr) {
      const types::Field& source = query.schema.field(target.query_column);
      value = Expression::Column(target.query_column, source.type, source.name, query.span);
    }
    if (value->type().SameKindAs(field.type)) return value;
    if (!functions::IsImplicitlyCastable(value->type(), field.type)) {
      return SchemaMismatch(
          *table_,
          "column '" + field.name + "' is " + field.type.ToString() + ", but the query gives " +
              value->type().WithTimeAttribute(types::TimeAttribute::kNone).ToString() +
              ", which has to be cast",
          query.schema, sink_, insert_.query.span);
    }
    return functions::ResolveCast(value, field.type, functions::CastMode::kImplicit,
                                  context_.options(), insert_.query.span);
  }

  Result<LogicalNodePtr> Project(const LogicalNodePtr& query) {
    auto project = std::make_shared<LogicalProject>();
    std::vector<types::Field> fields;
    for (int i = 0; i < sink_.size(); ++i) {
      FLOE_ASSIGN(ExpressionPtr value, ValueOf(i, *query));
      fields.push_back({sink_.field(i).name, value->type()});
      project->expressions.push_back(std::move(value));
    }
    project->schema = types::Schema(std::move(fields));
    project->inputs = {query};
    project->span = insert_.query.span;
    return LogicalNodePtr(project);
  }

  Status CheckRowtimes(const LogicalNode& query) {
    std::vector<std::string> names;
    for (int i = 0; i < query.schema.size(); ++i) {
      if (IsRowtimeAttribute(query, i)) names.push_back(query.schema.field(i).name);
    }
    if (names.size() < 2) return Status::Ok();
    return Error(ErrorCode::kSqlValidation,
                 "the query has more than one rowtime attribute (" + ListNames(names) +
                     ") for the table '" + table_->name.ToString() + "'",
                 insert_.query.span)
        .WithHint("CAST all but one of them AS TIMESTAMP(3)");
  }

  Result<std::vector<int>> UpsertKey() {
    std::vector<int> key;
    if (!TakesUpserts(*table_)) return key;
    const std::vector<std::string>& columns = table_->primary_key->columns;
    for (const std::string& column : columns) key.push_back(sink_.IndexOf(column));
    for (const std::string& partition : table_->partition_keys) {
      if (std::find(columns.begin(), columns.end(), partition) != columns.end()) continue;
      return Error(ErrorCode::kSqlValidation,
                   "the partition column '" + partition + "' of the upsert table '" +
                       table_->name.ToString() + "' must be part of its primary key",
                   table_span());
    }
    return key;
  }

  Status CheckConflictClause(bool is_upsert) {
    if (!insert_.on_conflict.has_value()) return Status::Ok();
    if (!is_upsert) {
      return Error(ErrorCode::kSqlValidation,
                   "ON CONFLICT is only allowed for upsert sinks, and '" + table_->name.ToString() +
                       "' only takes appended rows",
                   insert_.on_conflict_span);
    }
    // The last row of a key wins: what DEDUPLICATE asks for.
    if (*insert_.on_conflict == ast::ConflictAction::kDeduplicate) return Status::Ok();
    bool nothing = *insert_.on_conflict == ast::ConflictAction::kNothing;
    return Unsupported(nothing ? "ON CONFLICT DO NOTHING" : "ON CONFLICT DO ERROR",
                       insert_.on_conflict_span)
        .WithHint("ON CONFLICT DO DEDUPLICATE: the last row of a key wins");
  }

  const ast::Insert& insert_;
  BindingContext& context_;
  CatalogTablePtr table_;
  types::Schema sink_;
  std::vector<TargetColumn> targets_;  // one per column of the sink
};

}  // namespace

Result<BoundInsert> BindInsert(const ast::Insert& insert, BindingContext& context,
                               const std::string& catalog, const std::string& database) {
  FLOE_ASSIGN(stream::TableName name, CatalogStore::Qualify(insert.table, catalog, database));
  FLOE_ASSIGN(CatalogObject object, context.catalogs().Get(name, insert.table.span));
  if (IsView(object)) {
    return Error(ErrorCode::kSqlValidation,
                 "'" + name.ToString() +
                     "' is a view: it can't be "
                     "written to",
                 insert.table.span);
  }
  FLOE_TRY(CheckHints(insert.hints, context.options()));
  CatalogTablePtr table = WithHints(std::get<CatalogTablePtr>(object), insert.hints);
  QueryBinder binder(context, catalog, database);
  return InsertBinder(insert, context, std::move(table)).Bind(binder);
}

}  // namespace floe::plan
