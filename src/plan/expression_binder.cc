#include "plan/expression_binder.h"

#include <algorithm>
#include <array>

#include "functions/scalar_function.h"
#include "plan/name_errors.h"
#include "plan/type_binder.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::Expression;
using functions::ExpressionKind;
using functions::ExpressionPtr;

namespace {

using Arguments = std::vector<ExpressionPtr>;

// All that Flink 2.3 has; those that Floe computes are in aggregate_binder.cc.
constexpr std::string_view kAggregateFunctions[] = {"APPROX_COUNT_DISTINCT",
                                                    "ARRAY_AGG",
                                                    "AVG",
                                                    "COLLECT",
                                                    "COUNT",
                                                    "FIRST_VALUE",
                                                    "GROUPING",
                                                    "GROUPING_ID",
                                                    "GROUP_ID",
                                                    "JSON_ARRAYAGG",
                                                    "JSON_OBJECTAGG",
                                                    "LAST_VALUE",
                                                    "LISTAGG",
                                                    "MAX",
                                                    "MIN",
                                                    "PERCENTILE",
                                                    "SINGLE_VALUE",
                                                    "STDDEV",
                                                    "STDDEV_POP",
                                                    "STDDEV_SAMP",
                                                    "SUM",
                                                    "SUM0",
                                                    "VARIANCE",
                                                    "VAR_POP",
                                                    "VAR_SAMP"};

// Only with OVER.
constexpr std::string_view kWindowFunctions[] = {"CUME_DIST", "DENSE_RANK",   "LAG",        "LEAD",
                                                 "NTILE",     "PERCENT_RANK", "ROW_NUMBER", "RANK"};

// Of GROUP BY TUMBLE(…), HOP(…), SESSION(…).
constexpr std::string_view kGroupWindowFunctions[] = {
    "HOP",     "HOP_END",     "HOP_PROCTIME",     "HOP_ROWTIME",     "HOP_START",
    "SESSION", "SESSION_END", "SESSION_PROCTIME", "SESSION_ROWTIME", "SESSION_START",
    "TUMBLE",  "TUMBLE_END",  "TUMBLE_PROCTIME",  "TUMBLE_ROWTIME",  "TUMBLE_START"};

template <size_t N>
bool Contains(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

functions::TimeUnit UnitOf(ast::TimeUnit unit) {
  std::optional<functions::TimeUnit> found = functions::ParseTimeUnit(ast::TimeUnitName(unit));
  FLOE_ASSERT(found.has_value());
  return *found;
}

functions::IntervalQualifier QualifierOf(const ast::IntervalQualifier& qualifier) {
  functions::IntervalQualifier out;
  out.start = UnitOf(qualifier.start);
  if (qualifier.end.has_value()) out.end = UnitOf(*qualifier.end);
  out.leading_precision = qualifier.start_precision;
  out.fraction_precision = qualifier.fraction_precision;
  return out;
}

Result<ExpressionPtr> BindLiteral(const ast::Literal& literal, const SourceSpan& span) {
  switch (literal.kind) {
    case ast::LiteralKind::kNull:
      return functions::NullLiteral(span);
    case ast::LiteralKind::kTrue:
      return functions::BooleanLiteral(true, span);
    case ast::LiteralKind::kFalse:
      return functions::BooleanLiteral(false, span);
    case ast::LiteralKind::kUnknown:
      return Expression::Literal(std::monostate(), types::DataType::Boolean(), span);
    case ast::LiteralKind::kExactNumeric:
      return functions::ResolveExactNumericLiteral(literal.text, span);
    case ast::LiteralKind::kApproximateNumeric:
      return functions::ResolveApproximateNumericLiteral(literal.text, span);
    case ast::LiteralKind::kString:
      return functions::StringLiteral(literal.text, span);
    case ast::LiteralKind::kBinary:
      return functions::ResolveBinaryLiteral(literal.text, span);
    case ast::LiteralKind::kDate:
      return functions::ResolveDateLiteral(literal.text, span);
    case ast::LiteralKind::kTime:
      return functions::ResolveTimeLiteral(literal.text, span);
    case ast::LiteralKind::kTimestamp:
      return functions::ResolveTimestampLiteral(literal.text, span);
    case ast::LiteralKind::kTimestampLtz:
      return Unsupported("a TIMESTAMP_LTZ literal", span);
  }
  return Unsupported("this literal", span);
}

std::string_view LikeName(ast::LikeKind kind) {
  static constexpr std::array<std::string_view, 4> kNames = {"LIKE", "ILIKE", "RLIKE",
                                                             "SIMILAR TO"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view IsTestName(ast::IsTest test) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "NULL", "TRUE", "FALSE", "UNKNOWN", "JSON VALUE", "JSON OBJECT", "JSON ARRAY", "JSON SCALAR"};
  return kNames[static_cast<size_t>(test)];
}

std::string Negated(bool negated, std::string_view name) {
  return (negated ? "NOT " : "") + std::string(name);
}

}  // namespace

Error Unsupported(std::string what, const SourceSpan& span) {
  Error error(ErrorCode::kSqlUnsupported, std::move(what) + " is not supported yet");
  return span.line > 0 ? std::move(error).WithSpan(span) : error;
}

bool IsAggregateFunction(std::string_view name) {
  return Contains(kAggregateFunctions, Upper(name));
}

Result<ExpressionPtr> NoAggregates::BindSpecialCall(const ast::FunctionCall&,
                                                    std::string_view upper_name, SourceSpan span) {
  if (IsAggregateFunction(upper_name)) {
    return Error(
        ErrorCode::kSqlValidation,
        "the aggregate function " + std::string(upper_name) + " is not allowed in " + clause_,
        span);
  }
  return Error(ErrorCode::kSqlValidation,
               std::string(upper_name) + " belongs to a query with GROUP BY TUMBLE, HOP or SESSION",
               span);
}

ExpressionPtr WithoutTimeAttribute(const ExpressionPtr& expression) {
  if (expression->kind() != ExpressionKind::kColumn ||
      expression->type().time_attribute() == types::TimeAttribute::kNone) {
    return expression;
  }
  return Expression::Column(expression->column(),
                            expression->type().WithTimeAttribute(types::TimeAttribute::kNone),
                            expression->column_name(), expression->span());
}

ExpressionPtr And(const std::vector<ExpressionPtr>& conditions) {
  ExpressionPtr all;
  for (const ExpressionPtr& condition : conditions) {
    if (all == nullptr) {
      all = condition;
      continue;
    }
    all = functions::ResolveCall("AND", {all, condition}, {}, condition->span()).value();
  }
  return all;
}

std::string_view FunctionNameOf(const Expression& expression) {
  return expression.kind() == ExpressionKind::kCall ? expression.function()->name
                                                    : std::string_view();
}

size_t ExpressionSize(const Expression& expression, size_t limit) {
  size_t size = 1;
  for (const ExpressionPtr& argument : expression.arguments()) {
    if (size >= limit) break;
    size += ExpressionSize(*argument, limit - size);
  }
  return size;
}

std::vector<ExpressionPtr> Conjuncts(const ExpressionPtr& condition) {
  if (condition == nullptr) return {};
  if (FunctionNameOf(*condition) != "AND") return {condition};
  std::vector<ExpressionPtr> all;
  for (const ExpressionPtr& argument : condition->arguments()) {
    for (ExpressionPtr& conjunct : Conjuncts(argument)) all.push_back(std::move(conjunct));
  }
  return all;
}

// One member function per kind of node.
struct ExpressionVisitor {
  ExpressionBinder& binder;
  SourceSpan span;

  using Bound = Result<ExpressionPtr>;

  Bound operator()(const ast::Literal& literal) { return BindLiteral(literal, span); }
  Bound operator()(const ast::IntervalLiteral& literal) {
    return functions::ResolveIntervalLiteral(literal.text, literal.negative,
                                             QualifierOf(literal.qualifier), span);
  }
  Bound operator()(const ast::IntervalExpression&) {
    return Error(ErrorCode::kSqlValidation, "the value of an interval must be quoted", span)
        .WithHint("INTERVAL '10' SECOND");
  }
  Bound operator()(const ast::ColumnReference& reference) {
    FLOE_ASSIGN(ResolvedName resolved, binder.scope_.Resolve(reference.name));
    if (!resolved.fields.empty()) return Unsupported("access to a field of a ROW", span);
    return resolved.expression;
  }
  Bound operator()(const ast::Star&) {
    return Error(ErrorCode::kSqlValidation, "* is not an expression", span)
        .WithHint("it stands in a select list, or alone in COUNT(*)");
  }
  Bound operator()(const ast::FieldAccess& access) {
    FLOE_TRY(binder.Bind(*access.operand));
    return Unsupported("access to a field of a ROW", span);
  }
  Bound operator()(const ast::ElementAccess& access) {
    FLOE_ASSIGN(ExpressionPtr operand, binder.Bind(*access.operand));
    FLOE_ASSIGN(ExpressionPtr index, binder.Bind(*access.index));
    if (!functions::IsKnownFunction("ITEM")) {
      return Unsupported("access to an element of an ARRAY or MAP", span);
    }
    return binder.Call("ITEM", {operand, index}, span);
  }
  Bound operator()(const ast::UnaryOperation& operation) {
    static constexpr std::array<std::string_view, 3> kNames = {"+", "-", "NOT"};
    FLOE_ASSIGN(ExpressionPtr operand, binder.Bind(*operation.operand));
    return binder.Call(kNames[static_cast<size_t>(operation.op)], {operand}, span);
  }
  Bound operator()(const ast::BinaryOperation& operation) {
    FLOE_ASSIGN(ExpressionPtr left, binder.Bind(*operation.left));
    FLOE_ASSIGN(ExpressionPtr right, binder.Bind(*operation.right));
    if (operation.op == ast::BinaryOperator::kOverlaps) return Unsupported("OVERLAPS", span);
    return binder.Call(ast::BinaryOperatorName(operation.op), {left, right}, span);
  }
  Bound operator()(const ast::IsPredicate& predicate) {
    FLOE_ASSIGN(ExpressionPtr operand, binder.Bind(*predicate.operand));
    std::string name = "IS " + Negated(predicate.negated, IsTestName(predicate.test));
    return binder.Call(name, {operand}, span);
  }
  Bound operator()(const ast::BetweenPredicate& predicate) {
    FLOE_ASSIGN(ExpressionPtr operand, binder.Bind(*predicate.operand));
    FLOE_ASSIGN(ExpressionPtr low, binder.Bind(*predicate.low));
    FLOE_ASSIGN(ExpressionPtr high, binder.Bind(*predicate.high));
    std::string name =
        Negated(predicate.negated, predicate.symmetric ? "BETWEEN SYMMETRIC" : "BETWEEN");
    return binder.Call(name, {operand, low, high}, span);
  }
  Bound operator()(const ast::LikePredicate& predicate) {
    // Flink's grammar has them, and no function for them.
    if (predicate.kind == ast::LikeKind::kIlike || predicate.kind == ast::LikeKind::kRlike) {
      return Error(ErrorCode::kSqlValidation,
                   std::string(LikeName(predicate.kind)) + " is not supported, by Flink neither",
                   span)
          .WithHint("use LIKE on LOWER(…), SIMILAR TO or REGEXP");
    }
    Arguments arguments(2);
    FLOE_ASSIGN(arguments[0], binder.Bind(*predicate.operand));
    FLOE_ASSIGN(arguments[1], binder.Bind(*predicate.pattern));
    if (predicate.escape.has_value()) {
      FLOE_ASSIGN(arguments.emplace_back(), binder.Bind(**predicate.escape));
    }
    return binder.Call(Negated(predicate.negated, LikeName(predicate.kind)), std::move(arguments),
                       span);
  }
  Bound operator()(const ast::InList& list) {
    FLOE_ASSIGN(Arguments arguments, binder.BindAll(list.values));
    FLOE_ASSIGN(ExpressionPtr operand, binder.Bind(*list.operand));
    arguments.insert(arguments.begin(), std::move(operand));
    return binder.Call(Negated(list.negated, "IN"), std::move(arguments), span);
  }
  Bound operator()(const ast::InSubquery&) { return Unsupported("IN (subquery)", span); }
  Bound operator()(const ast::ExistsSubquery&) { return Unsupported("EXISTS (subquery)", span); }
  Bound operator()(const ast::QuantifiedComparison&) {
    return Unsupported("a comparison with ANY, SOME or ALL of a subquery", span);
  }
  Bound operator()(const ast::ScalarSubquery&) { return Unsupported("a scalar subquery", span); }
  Bound operator()(const ast::CaseExpression& expression) { return BindCase(expression); }
  Bound operator()(const ast::CastExpression& cast) {
    FLOE_ASSIGN(types::DataType target, BindType(cast.type));
    FLOE_ASSIGN(ExpressionPtr operand, binder.Bind(*cast.operand));
    // Nothing to do but to forget that it is a time attribute.
    bool same = !cast.is_try && operand->type().SameKindAs(target);
    if (same && operand->kind() == ExpressionKind::kColumn) return WithoutTimeAttribute(operand);
    functions::CastMode mode =
        cast.is_try ? functions::CastMode::kTry : functions::CastMode::kExplicit;
    auto result = functions::ResolveCast(std::move(operand), target, mode, binder.options_, span);
    if (!result.ok()) return std::move(result).error().WithSpan(span);
    return WithoutTimeAttribute(*result);
  }
  Bound operator()(const ast::RowConstructor& row) {
    FLOE_ASSIGN(Arguments values, binder.BindAll(row.values));
    if (!functions::IsKnownFunction("ROW")) return Unsupported("a ROW value", span);
    return binder.Call("ROW", std::move(values), span);
  }
  Bound operator()(const ast::CollectionConstructor& collection) {
    static constexpr std::array<std::string_view, 3> kNames = {"ARRAY", "MULTISET", "MAP"};
    std::string_view name = kNames[static_cast<size_t>(collection.kind)];
    FLOE_ASSIGN(Arguments values, binder.BindAll(collection.values));
    if (!functions::IsKnownFunction(name)) {
      return Unsupported("a value of type " + std::string(name), span);
    }
    return binder.Call(name, std::move(values), span);
  }
  Bound operator()(const ast::CollectionSubquery&) {
    return Unsupported("ARRAY, MAP or MULTISET of a subquery", span);
  }
  Bound operator()(const ast::TimeUnitArgument& argument) {
    return functions::SymbolLiteral(std::string(ast::TimeUnitName(argument.unit)), span);
  }
  Bound operator()(const ast::TrimSideArgument& argument) {
    static constexpr std::array<const char*, 3> kNames = {"BOTH", "LEADING", "TRAILING"};
    return functions::SymbolLiteral(kNames[static_cast<size_t>(argument.side)], span);
  }
  Bound operator()(const ast::DescriptorArgument&) { return OnlyInTableFunctions("DESCRIPTOR"); }
  Bound operator()(const ast::TableArgument&) { return OnlyInTableFunctions("TABLE"); }
  Bound operator()(const ast::DefaultArgument&) { return Unsupported("DEFAULT", span); }
  Bound operator()(const sql::Box<ast::FunctionCall>& call) { return binder.BindCall(*call, span); }

  Bound OnlyInTableFunctions(std::string_view what) {
    return Error(ErrorCode::kSqlValidation,
                 std::string(what) + " is only allowed as an argument of a table function", span);
  }

  // CASE x WHEN v … is CASE WHEN x = v ….
  Bound BindCase(const ast::CaseExpression& expression) {
    ExpressionPtr operand;
    if (expression.operand.has_value()) {
      FLOE_ASSIGN(operand, binder.Bind(**expression.operand));
    }
    Arguments arguments;
    for (const ast::CaseBranch& branch : expression.branches) {
      FLOE_ASSIGN(ExpressionPtr condition, binder.Bind(branch.condition));
      if (operand != nullptr) {
        FLOE_ASSIGN(condition, binder.Call("=", {operand, condition}, branch.condition.span));
      }
      arguments.push_back(std::move(condition));
      FLOE_ASSIGN(arguments.emplace_back(), binder.Bind(branch.result));
    }
    if (expression.otherwise.has_value()) {
      FLOE_ASSIGN(arguments.emplace_back(), binder.Bind(**expression.otherwise));
    } else {
      arguments.push_back(functions::NullLiteral(span));
    }
    return binder.Call("CASE", std::move(arguments), span);
  }
};

Result<ExpressionPtr> ExpressionBinder::Bind(const ast::Expression& expression) {
  return std::visit(ExpressionVisitor{*this, expression.span}, expression.node);
}

Result<Arguments> ExpressionBinder::BindAll(const std::vector<ast::Expression>& expressions) {
  Arguments bound;
  for (const ast::Expression& expression : expressions) {
    FLOE_ASSIGN(bound.emplace_back(), Bind(expression));
  }
  return bound;
}

namespace {

bool ComparesTextWithNumber(std::string_view name, const Arguments& arguments) {
  static constexpr std::string_view kComparisons[] = {"=", "<>", "<", "<=", ">", ">="};
  if (!Contains(kComparisons, name)) return false;
  const types::DataType& left = arguments[0]->type();
  const types::DataType& right = arguments[1]->type();
  return (left.is_character() && right.is_numeric()) || (left.is_numeric() && right.is_character());
}

}  // namespace

Result<ExpressionPtr> ExpressionBinder::Call(std::string_view name, Arguments arguments,
                                             SourceSpan span) {
  if (options_.allows_text_with_number && ComparesTextWithNumber(name, arguments)) {
    for (ExpressionPtr& argument : arguments) {
      FLOE_ASSIGN(argument, functions::ResolveCast(argument, types::DataType::String(),
                                                   functions::CastMode::kExplicit, options_, span));
    }
  }
  Result<ExpressionPtr> result = functions::ResolveCall(name, std::move(arguments), options_, span);
  if (!result.ok()) return std::move(result).error().WithSpan(span);
  return result;
}

Result<ExpressionPtr> ExpressionBinder::BindCondition(const ast::Expression& expression,
                                                      std::string_view clause) {
  FLOE_ASSIGN(ExpressionPtr condition, Bind(expression));
  if (condition->type().kind() == types::TypeKind::kBoolean) return condition;
  if (condition->type().kind() == types::TypeKind::kNull) {
    return Expression::Literal(std::monostate(), types::DataType::Boolean(), expression.span);
  }
  return Error(ErrorCode::kSqlTypeMismatch,
               std::string(clause) + " needs a condition of type BOOLEAN, but this is " +
                   condition->type().ToString(),
               expression.span);
}

namespace {

// Clauses that only aggregates and window functions have.
Status CheckScalarCall(const ast::FunctionCall& call, std::string_view name,
                       const SourceSpan& span) {
  if (call.quantifier != ast::SetQuantifier::kUnspecified) {
    return Error(ErrorCode::kSqlValidation,
                 std::string(name) +
                     " is not an aggregate function: DISTINCT and ALL have no "
                     "meaning in it",
                 span);
  }
  if (call.filter.has_value() || !call.within_group.empty()) {
    return Error(ErrorCode::kSqlValidation,
                 "FILTER and WITHIN GROUP need an aggregate function, which " + std::string(name) +
                     " is not",
                 span);
  }
  for (const ast::FunctionArgument& argument : call.arguments) {
    if (!argument.name.has_value()) continue;
    return Unsupported("a named argument of a scalar function", argument.name->span);
  }
  return Status::Ok();
}

std::string BehaviorSymbol(const ast::JsonBehavior& behavior, std::string_view when) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "NULL", "ERROR", "DEFAULT", "TRUE", "FALSE", "UNKNOWN", "EMPTY ARRAY", "EMPTY OBJECT"};
  return std::string(kNames[static_cast<size_t>(behavior.kind)]) + " ON " + std::string(when);
}

}  // namespace

Status ExpressionBinder::AppendJsonClause(const ast::JsonClause& clause, Arguments& arguments) {
  if (clause.returning.has_value()) {
    FLOE_ASSIGN(types::DataType type, BindType(*clause.returning));
    arguments.push_back(functions::SymbolLiteral("RETURNING", clause.returning->span));
    arguments.push_back(
        Expression::Literal(std::monostate(), type.WithNullable(true), clause.returning->span));
  }
  static constexpr std::array<const char*, 4> kWrappers = {
      "", "WITHOUT WRAPPER", "WITH CONDITIONAL WRAPPER", "WITH UNCONDITIONAL WRAPPER"};
  if (clause.wrapper != ast::JsonWrapper::kUnspecified) {
    arguments.push_back(functions::SymbolLiteral(kWrappers[static_cast<size_t>(clause.wrapper)]));
  }
  if (clause.nulls != ast::JsonNullClause::kUnspecified) {
    bool keeps = clause.nulls == ast::JsonNullClause::kNullOnNull;
    arguments.push_back(functions::SymbolLiteral(keeps ? "NULL ON NULL" : "ABSENT ON NULL"));
  }
  auto append = [&](const std::optional<ast::JsonBehavior>& behavior,
                    std::string_view when) -> Status {
    if (!behavior.has_value()) return Status::Ok();
    arguments.push_back(functions::SymbolLiteral(BehaviorSymbol(*behavior, when)));
    if (behavior->default_value.has_value()) {
      FLOE_ASSIGN(arguments.emplace_back(), Bind(*behavior->default_value));
    }
    return Status::Ok();
  };
  FLOE_TRY(append(clause.on_empty, "EMPTY"));
  return append(clause.on_error, "ERROR");
}

Result<ExpressionPtr> ExpressionBinder::BindCall(const ast::FunctionCall& call, SourceSpan span) {
  if (call.over.has_value()) return Unsupported("OVER", call.over->span);
  std::string name = Upper(call.name.parts.back().value);
  if (call.name.parts.size() > 1) {
    return Error(ErrorCode::kSqlFunctionNotFound,
                 "function '" + call.name.ToString() + "' not found", call.name.span);
  }
  if (Contains(kWindowFunctions, name)) {
    return Error(ErrorCode::kSqlValidation, name + " needs an OVER clause", span);
  }
  if (IsAggregateFunction(name) || Contains(kGroupWindowFunctions, name)) {
    return handler_.BindSpecialCall(call, name, span);
  }
  FLOE_TRY(CheckScalarCall(call, name, span));
  Arguments arguments;
  for (const ast::FunctionArgument& argument : call.arguments) {
    FLOE_ASSIGN(arguments.emplace_back(), Bind(argument.value));
  }
  if (call.json.has_value()) {
    FLOE_TRY(AppendJsonClause(*call.json, arguments));
  }
  return Call(name, std::move(arguments), span);
}

}  // namespace floe::plan
