#include "plan/session.h"

#include <algorithm>

#include "plan/create_table.h"
#include "plan/explain.h"
#include "plan/expression_binder.h"
#include "plan/name_errors.h"
#include "plan/planner.h"
#include "plan/query_binder.h"

namespace floe::plan {

namespace ast = sql::flink;

// One member function per kind of statement.
struct StatementExecutor {
  Session& session;
  const ast::Statement& statement;
  using Done = Result<StatementResult>;

  Done operator()(const ast::QueryStatement& node) { return session.PlanSelect(node.query); }
  Done operator()(const ast::SetStatement& node) { return session.Set(node); }
  Done operator()(const ast::ResetStatement& node) { return session.Reset(node); }
  Done operator()(const ast::CreateCatalog& node) { return session.CreateCatalog(node); }
  Done operator()(const ast::CreateDatabase& node) { return session.CreateDatabase(node); }
  Done operator()(const ast::UseCatalog& node) {
    FLOE_TRY(session.catalogs_.UseCatalog(node.name));
    return StatementResult();
  }
  Done operator()(const ast::UseDatabase& node) {
    FLOE_TRY(session.catalogs_.UseDatabase(node.name));
    return StatementResult();
  }
  Done operator()(const ast::CreateTable& node) { return session.CreateTable(node, statement); }
  Done operator()(const ast::CreateView& node) { return session.CreateView(node); }
  Done operator()(const ast::DropStatement& node) { return session.Drop(node); }
  Done operator()(const ast::AlterTable& node) { return session.AlterTable(node); }
  Done operator()(const ast::Insert& node) { return session.Insert(node); }
  Done operator()(const ast::StatementSet& node) {
    std::vector<const ast::Insert*> inserts;
    for (const ast::InsertInSet& item : node.inserts) inserts.push_back(&item.insert);
    return session.PlanInserts(inserts);
  }
  Done operator()(const ast::BeginStatementSet&) {
    if (session.statement_set_.has_value()) {
      return Error(ErrorCode::kSqlValidation, "a statement set has been begun already",
                   statement.span);
    }
    session.statement_set_.emplace();
    return StatementResult();
  }
  Done operator()(const ast::EndStatementSet&) {
    if (!session.statement_set_.has_value()) {
      return Error(ErrorCode::kSqlValidation, "there is no statement set to end", statement.span)
          .WithHint("BEGIN STATEMENT SET begins one");
    }
    return session.EndStatementSet();
  }
  Done operator()(const ast::ExplainStatement& node) { return session.Explain(node); }
  Done operator()(const ast::ShowStatement& node) { return session.Show(node); }
  Done operator()(const ast::DescribeTable& node) { return session.Describe(node.name, false); }
  Done operator()(const ast::OtherStatement& node) {
    return Unsupported("the statement " + node.name, statement.span);
  }
};

Result<StatementResult> Session::Execute(const ast::Statement& statement) {
  bool belongs_to_set = statement.As<ast::Insert>() != nullptr ||
                        statement.As<ast::EndStatementSet>() != nullptr ||
                        statement.As<ast::BeginStatementSet>() != nullptr;
  if (statement_set_.has_value() && !belongs_to_set) {
    return Error(ErrorCode::kSqlValidation, "only INSERT is allowed in a statement set",
                 statement.span)
        .WithHint("END ends the statement set");
  }
  return std::visit(StatementExecutor{*this, statement}, statement.node);
}

Status Session::Validate(const ast::Statement& statement) {
  const ast::Statement* inner = &statement;
  while (const auto* explain = inner->As<ast::ExplainStatement>()) inner = &*explain->statement;
  if (const auto* other = inner->As<ast::OtherStatement>()) {
    // Flink looks up what these name; the rest it only parses.
    static constexpr std::string_view kChecked[] = {"DELETE", "UPDATE", "CALL"};
    for (std::string_view name : kChecked) {
      if (std::string_view(other->name).starts_with(name)) {
        return Unsupported("the statement " + other->name, inner->span);
      }
    }
  }
  const auto* query = inner->As<ast::QueryStatement>();
  if (query == nullptr) return Status::Ok();
  BindingOptions options = binding_options();
  options.allows_text_with_number = true;
  BindingContext context(catalogs_, options, nullptr);
  QueryBinder binder(context, catalogs_.current_catalog(), catalogs_.current_database());
  return binder.Bind(query->query).status();
}

BindingOptions Session::binding_options() const {
  BindingOptions options;
  options.time_zone = configuration_.Get("table.local-time-zone");
  options.allows_table_options =
      configuration_.Get("table.dynamic-table-options.enabled") != "false";
  options.legacy_cast = configuration_.Get("table.exec.legacy-cast-behaviour") == "ENABLED";
  return options;
}

Result<functions::ExpressionPtr> Session::BindExpression(const ast::Expression& expression,
                                                         const types::Schema& schema) {
  Scope scope("", {}, schema);
  NoAggregates handler("this expression");
  BindingOptions options = binding_options();
  return ExpressionBinder(scope, options, handler).Bind(expression);
}

Result<StatementResult> Session::Set(const ast::SetStatement& set) {
  StatementResult result;
  if (!set.option.has_value()) {
    result.kind = StatementResult::Kind::kRows;
    result.schema = types::Schema({{"key", types::DataType::String().NotNull()},
                                   {"value", types::DataType::String().NotNull()}});
    for (const auto& [key, value] : configuration_.values()) result.rows.push_back({key, value});
    return result;
  }
  const ast::Option& option = *set.option;
  if (option.key == "table.local-time-zone" && !functions::IsTimeZone(option.value)) {
    return Error(ErrorCode::kInvalidOption,
                 "option table.local-time-zone: '" + option.value + "' is not a time zone",
                 option.value_span)
        .WithHint("a region such as 'Europe/Berlin', or an offset such as 'GMT+08:00'");
  }
  Result<std::optional<std::string>> warning = configuration_.Set(option.key, option.value);
  if (!warning.ok()) return std::move(warning).error().WithSpan(option.value_span);
  if (warning->has_value()) result.warnings.push_back(**warning);
  return result;
}

Result<StatementResult> Session::Reset(const ast::ResetStatement& reset) {
  if (reset.key.has_value()) {
    configuration_.Reset(*reset.key);
  } else {
    configuration_.ResetAll();
  }
  return StatementResult();
}

Result<StatementResult> Session::CreateCatalog(const ast::CreateCatalog& create) {
  std::map<std::string, std::string> options;
  for (const ast::Option& option : create.options) options[option.key] = option.value;
  if (create.if_not_exists && catalogs_.HasCatalog(create.name.value)) return StatementResult();
  auto type = options.find("type");
  if (type == options.end()) {
    return Error(ErrorCode::kInvalidOption, "CREATE CATALOG needs the option 'type'",
                 create.name.span)
        .WithHint("'type' = 'iceberg' or 'generic_in_memory'");
  }
  std::shared_ptr<TableCatalog> external;
  if (type->second != "generic_in_memory") {
    if (!environment_.make_catalog) {
      return Error(ErrorCode::kInvalidOption, "unknown catalog type '" + type->second + "'",
                   create.name.span)
          .WithHint("types: generic_in_memory");
    }
    auto made = environment_.make_catalog(create.name.value, options);
    if (!made.ok()) return std::move(made).error().WithSpan(create.name.span);
    external = *std::move(made);
  }
  FLOE_TRY(catalogs_.AddCatalog(create.name, std::move(options), std::move(external)));
  return StatementResult();
}

Result<StatementResult> Session::CreateDatabase(const ast::CreateDatabase& create) {
  std::map<std::string, std::string> properties;
  for (const ast::Option& option : create.options) properties[option.key] = option.value;
  if (create.comment.has_value()) properties["comment"] = *create.comment;
  FLOE_TRY(catalogs_.CreateDatabase(create.name, create.if_not_exists, properties));
  return StatementResult();
}

Result<StatementResult> Session::CreateTable(const ast::CreateTable& create,
                                             const ast::Statement& statement) {
  if (create.as_query.has_value()) return Unsupported("CREATE TABLE … AS SELECT", statement.span);
  BindingOptions options = binding_options();
  FLOE_ASSIGN(CatalogTablePtr table, BindCreateTable(create, catalogs_, options));
  FLOE_TRY(catalogs_.Create(table, {create.if_not_exists, create.or_replace}, create.name.span));
  StatementResult result;
  result.warnings = catalogs_.WarningsOf(*table);
  return result;
}

Result<StatementResult> Session::CreateView(const ast::CreateView& create) {
  BindingOptions options = binding_options();
  BindingContext context(catalogs_, options, nullptr);
  QueryBinder binder(context, catalogs_.current_catalog(), catalogs_.current_database());
  FLOE_ASSIGN(LogicalNodePtr node, binder.Bind(create.query));
  auto view = std::make_shared<CatalogView>();
  FLOE_ASSIGN(view->name, catalogs_.Qualify(create.name));
  std::vector<types::Field> fields = node->schema.fields();
  if (!create.columns.empty()) {
    if (create.columns.size() != fields.size()) {
      return Error(ErrorCode::kSqlValidation,
                   "the view names " + CountOf(create.columns.size(), "column") +
                       ", but its query has " + std::to_string(fields.size()),
                   create.name.span);
    }
    for (size_t i = 0; i < fields.size(); ++i) fields[i].name = create.columns[i].name.value;
  }
  view->schema = types::Schema(std::move(fields));
  view->temporary = create.temporary;
  view->comment = create.comment.value_or("");
  view->query = create.query;
  view->query_text = create.query_text;
  view->current_catalog = catalogs_.current_catalog();
  view->current_database = catalogs_.current_database();
  FLOE_TRY(catalogs_.Create(CatalogViewPtr(view), {create.if_not_exists, create.or_replace},
                            create.name.span));
  return StatementResult();
}

Result<StatementResult> Session::Drop(const ast::DropStatement& drop) {
  switch (drop.kind) {
    case ast::ObjectKind::kCatalog:
      if (drop.if_exists && !catalogs_.HasCatalog(drop.name.parts[0].value)) break;
      FLOE_TRY(catalogs_.DropCatalog(drop.name.parts[0]));
      break;
    case ast::ObjectKind::kDatabase:
      FLOE_TRY(catalogs_.DropDatabase(drop.name, drop.if_exists, drop.cascade.value_or(false)));
      break;
    case ast::ObjectKind::kTable:
    case ast::ObjectKind::kView: {
      FLOE_ASSIGN(stream::TableName name, catalogs_.Qualify(drop.name));
      CatalogStore::DropMode mode{drop.if_exists, drop.temporary,
                                  drop.kind == ast::ObjectKind::kView};
      FLOE_TRY(catalogs_.Drop(name, mode, drop.name.span));
      break;
    }
    case ast::ObjectKind::kFunction:
      return Unsupported("DROP FUNCTION", drop.name.span);
  }
  return StatementResult();
}

Result<StatementResult> Session::AlterTable(const ast::AlterTable& alter) {
  if (alter.action == ast::AlterTableAction::kOther) {
    return Unsupported("ALTER TABLE … " + alter.action_name, alter.name.span);
  }
  FLOE_ASSIGN(stream::TableName name, catalogs_.Qualify(alter.name));
  FLOE_ASSIGN(std::optional<CatalogObject> found, catalogs_.Find(name, alter.name.span));
  if (!found.has_value() && alter.if_exists) return StatementResult();
  FLOE_ASSIGN(CatalogObject object, catalogs_.Get(name, alter.name.span));
  if (IsView(object)) {
    return Error(ErrorCode::kSqlValidation, "'" + name.ToString() + "' is a view, not a table",
                 alter.name.span);
  }
  auto changed = std::make_shared<CatalogTable>(*std::get<CatalogTablePtr>(object));
  for (const ast::Option& option : alter.options) {
    if (alter.action == ast::AlterTableAction::kSetOptions) {
      changed->options[option.key] = option.value;
    } else {
      changed->options.erase(option.key);
    }
  }
  if (alter.action == ast::AlterTableAction::kRename) {
    FLOE_ASSIGN(changed->name, CatalogStore::Qualify(alter.new_name, name.catalog, name.database));
    FLOE_ASSIGN(auto taken, catalogs_.Find(changed->name, alter.new_name.span));
    if (taken.has_value()) {
      return Error(ErrorCode::kAlreadyExists, "'" + changed->name.ToString() + "' already exists",
                   alter.new_name.span);
    }
  }
  FLOE_TRY(catalogs_.Replace(name, CatalogTablePtr(changed), alter.name.span));
  return StatementResult();
}

Result<StatementResult> Session::PlanSelect(const ast::Query& query) {
  BindingOptions options = binding_options();
  BindingContext context(catalogs_, options, environment_.connectors);
  QueryBinder binder(context, catalogs_.current_catalog(), catalogs_.current_database());
  FLOE_ASSIGN(LogicalNodePtr node, binder.Bind(query));
  StatementResult result;
  result.kind = StatementResult::Kind::kQuery;
  FLOE_ASSIGN(result.plan, PlanQuery(node, configuration_, options));
  result.schema = node->schema;
  return result;
}

Result<StatementResult> Session::PlanInserts(const std::vector<const ast::Insert*>& inserts) {
  StatementResult result;
  if (inserts.empty()) return result;
  BindingOptions options = binding_options();
  BindingContext context(catalogs_, options, environment_.connectors);
  std::vector<BoundInsert> bound;
  for (const ast::Insert* insert : inserts) {
    FLOE_ASSIGN(bound.emplace_back(), BindInsert(*insert, context, catalogs_.current_catalog(),
                                                 catalogs_.current_database()));
  }
  result.kind = StatementResult::Kind::kJob;
  FLOE_ASSIGN(result.plan, plan::PlanInserts(bound, configuration_, options));
  return result;
}

Result<StatementResult> Session::Insert(const ast::Insert& insert) {
  if (!statement_set_.has_value()) return PlanInserts({&insert});
  // Planned now, so that what is wrong is said at its statement; run at END.
  FLOE_TRY(PlanInserts({&insert}));
  statement_set_->push_back(insert);
  return StatementResult();
}

Result<StatementResult> Session::EndStatementSet() {
  std::vector<ast::Insert> inserts = std::move(*statement_set_);
  statement_set_.reset();
  std::vector<const ast::Insert*> pointers;
  for (const ast::Insert& insert : inserts) pointers.push_back(&insert);
  return PlanInserts(pointers);
}

Result<StatementResult> Session::Explain(const ast::ExplainStatement& explain) {
  const ast::Statement& inner = *explain.statement;
  Result<StatementResult> planned = Error(ErrorCode::kSqlUnsupported, "");
  if (const auto* query = inner.As<ast::QueryStatement>()) {
    planned = PlanSelect(query->query);
  } else if (const auto* insert = inner.As<ast::Insert>()) {
    planned = PlanInserts({insert});
  } else if (const auto* set = inner.As<ast::StatementSet>()) {
    std::vector<const ast::Insert*> inserts;
    for (const ast::InsertInSet& item : set->inserts) inserts.push_back(&item.insert);
    planned = PlanInserts(inserts);
  } else {
    return Error(ErrorCode::kSqlValidation, "EXPLAIN needs a query or an INSERT", inner.span);
  }
  if (!planned.ok()) return std::move(planned).error();
  StatementResult result;
  result.kind = StatementResult::Kind::kRows;
  result.schema = types::Schema({{"result", types::DataType::String()}});
  bool as_json = std::find(explain.details.begin(), explain.details.end(), "JSON_EXECUTION_PLAN") !=
                 explain.details.end();
  result.rows = {{as_json ? ExplainJson(planned->plan) : ExplainText(planned->plan)}};
  return result;
}

}  // namespace floe::plan
