// Window table functions: TUMBLE, HOP, CUMULATE.
#include <algorithm>
#include <array>

#include "plan/name_errors.h"
#include "plan/query_binder.h"
#include "plan/window_properties.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::Expression;
using functions::ExpressionPtr;

namespace {

struct WindowFunction {
  std::string_view name;
  WindowKind kind;
  std::array<std::string_view, 5> parameters;  // in their order; empty: fewer
  size_t required;
  std::string_view signature;
};

constexpr WindowFunction kWindowFunctions[] = {
    {"TUMBLE",
     WindowKind::kTumble,
     {"DATA", "TIMECOL", "SIZE", "OFFSET", ""},
     3,
     "TUMBLE(TABLE t, DESCRIPTOR(time_column), size [, offset])"},
    {"HOP",
     WindowKind::kHop,
     {"DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"},
     4,
     "HOP(TABLE t, DESCRIPTOR(time_column), slide, size [, offset])"},
    {"CUMULATE",
     WindowKind::kCumulate,
     {"DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"},
     4,
     "CUMULATE(TABLE t, DESCRIPTOR(time_column), step, size [, offset])"},
};

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

Error BadArguments(const WindowFunction& function, std::string message, const SourceSpan& span) {
  return Error(ErrorCode::kSqlValidation, std::string(function.name) + ": " + std::move(message),
               span)
      .WithHint(std::string(function.signature));
}

// The arguments by parameter; null where an optional one is not given.
using ArgumentList = std::array<const ast::Expression*, 5>;

Result<ArgumentList> AssignArguments(const WindowFunction& function, const ast::FunctionCall& call,
                                     const SourceSpan& span) {
  size_t known = function.parameters.back().empty() ? 4 : 5;
  ArgumentList arguments{};
  if (call.arguments.size() < function.required || call.arguments.size() > known) {
    return BadArguments(function,
                        "takes " + std::to_string(function.required) + " or " +
                            std::to_string(known) + " arguments, not " +
                            std::to_string(call.arguments.size()),
                        span);
  }
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::FunctionArgument& argument = call.arguments[i];
    if (i == 0 && argument.name.has_value() && Upper(argument.name->value) != "DATA") {
      return BadArguments(function, "the first argument must be DATA", argument.name->span);
    }
    size_t parameter = i;
    if (argument.name.has_value()) {
      std::string name = Upper(argument.name->value);
      auto it = std::find(function.parameters.begin(), function.parameters.end(), name);
      if (it == function.parameters.end()) {
        return BadArguments(function, "has no parameter '" + argument.name->value + "'",
                            argument.name->span);
      }
      parameter = static_cast<size_t>(it - function.parameters.begin());
    }
    if (arguments[parameter] != nullptr) {
      return BadArguments(
          function,
          "the parameter " + std::string(function.parameters[parameter]) + " is given twice",
          argument.value.span);
    }
    arguments[parameter] = &argument.value;
  }
  for (size_t i = 0; i < function.required; ++i) {
    if (arguments[i] != nullptr) continue;
    return BadArguments(
        function, "the parameter " + std::string(function.parameters[i]) + " is missing", span);
  }
  return arguments;
}

Result<int> FindTimeColumn(const WindowFunction& function, const ast::Expression& argument,
                           const types::Schema& schema) {
  const auto* descriptor = argument.As<ast::DescriptorArgument>();
  if (descriptor == nullptr || descriptor->columns.empty()) {
    return BadArguments(function, "the second argument must be DESCRIPTOR(time_column)",
                        argument.span);
  }
  // Of several columns Flink takes the first.
  const ast::Identifier& column = descriptor->columns[0];
  int index = schema.IndexOf(column.value);
  if (index >= 0) return index;
  std::vector<std::string> known;
  for (const types::Field& field : schema.fields()) known.push_back(field.name);
  return UnknownName(ErrorCode::kColumnNotFound, "column '" + column.value + "' not found",
                     column.value, known, "columns", column.span);
}

std::string Millis(int64_t value) { return std::to_string(value) + " ms"; }

}  // namespace

Result<int64_t> ConstantInterval(const ExpressionPtr& expression, std::string_view what,
                                 const SourceSpan& span) {
  Result<ExpressionPtr> folded = functions::Fold(expression);
  if (folded.ok() && (*folded)->kind() == functions::ExpressionKind::kLiteral &&
      (*folded)->type().kind() == types::TypeKind::kIntervalDayTime) {
    if (const int64_t* value = std::get_if<int64_t>(&(*folded)->literal())) return *value;
  }
  return Error(ErrorCode::kSqlValidation,
               "the " + std::string(what) +
                   " of a window must be a constant interval of days, "
                   "hours, minutes or seconds",
               span)
      .WithHint("INTERVAL '10' SECOND");
}

Status CheckWindow(const WindowSpec& window, std::string_view function, const SourceSpan& span) {
  auto refuse = [&](const std::string& message) {
    return Error(ErrorCode::kSqlValidation, std::string(function) + ": " + message, span);
  };
  if (window.size_ms <= 0) {
    return refuse("the size must be positive, but is " + Millis(window.size_ms));
  }
  if (window.slide_ms <= 0) {
    return refuse("the " + std::string(window.kind == WindowKind::kHop ? "slide" : "step") +
                  " must be positive, but is " + Millis(window.slide_ms));
  }
  if (window.kind != WindowKind::kTumble && window.size_ms % window.slide_ms != 0) {
    return refuse("the size " + Millis(window.size_ms) + " must be a multiple of the " +
                  (window.kind == WindowKind::kHop ? "slide " : "step ") + Millis(window.slide_ms));
  }
  if (window.kind == WindowKind::kTumble && std::abs(window.offset_ms) >= window.size_ms) {
    return refuse("the offset " + Millis(window.offset_ms) + " must be smaller than the size " +
                  Millis(window.size_ms));
  }
  return Status::Ok();
}

Result<LogicalNodePtr> MakeWindow(LogicalNodePtr input, WindowSpec window, int time_column,
                                  const BindingOptions& options, const SourceSpan& span) {
  const types::DataType& type = input->schema.field(time_column).type;
  if (IsProctimeAttribute(*input, time_column)) {
    return Unsupported("a window over processing time", span);
  }
  if (!type.is_timestamp() || !IsRowtimeAttribute(*input, time_column)) {
    return Error(ErrorCode::kSqlValidation,
                 "a window needs a time attribute, but '" + input->schema.field(time_column).name +
                     "' is " + type.WithTimeAttribute(types::TimeAttribute::kNone).ToString(),
                 span)
        .WithHint("a column with a WATERMARK, or the window_time of a window, passed on unchanged");
  }
  if (type.kind() == types::TypeKind::kTimestampLtz) window.time_zone = options.time_zone;
  auto node = std::make_shared<LogicalWindow>();
  node->window = std::move(window);
  node->time_column = time_column;
  std::vector<std::string> names;
  for (const types::Field& field : input->schema.fields()) names.push_back(field.name);
  for (const char* name : {"window_start", "window_end", "window_time"}) names.push_back(name);
  names = UniqueNames(names);
  std::vector<types::Field> fields = input->schema.fields();
  size_t count = fields.size();
  fields.push_back({names[count], types::DataType::Timestamp(3).NotNull()});
  fields.push_back({names[count + 1], types::DataType::Timestamp(3).NotNull()});
  fields.push_back({names[count + 2], type.NotNull()});
  node->schema = types::Schema(std::move(fields));
  node->inputs = {std::move(input)};
  node->span = span;
  return LogicalNodePtr(node);
}

Result<LogicalNodePtr> QueryBinder::BindTableArgument(const ast::TableArgument& argument,
                                                      types::Schema& schema,
                                                      const SourceSpan& span) {
  if (!argument.partition_by.empty()) {
    return Unsupported("PARTITION BY of a window function's table", argument.partition_by[0].span);
  }
  if (!argument.order_by.empty()) {
    return Unsupported("ORDER BY of a window function's table", span);
  }
  if (argument.query.has_value()) {
    FLOE_ASSIGN(LogicalNodePtr node, Bind(**argument.query));
    schema = node->schema;
    return node;
  }
  std::vector<std::string> path;
  return BindTableName(*argument.table, {}, schema, path);
}

Result<LogicalNodePtr> QueryBinder::BindWindowFunction(const ast::FunctionCall& call,
                                                       const SourceSpan& span) {
  std::string name = call.name.parts.size() == 1 ? Upper(call.name.parts[0].value) : "";
  if (name == "SESSION") return Unsupported("a SESSION window", call.name.span);
  auto function = std::find_if(std::begin(kWindowFunctions), std::end(kWindowFunctions),
                               [&](const WindowFunction& known) { return known.name == name; });
  if (function == std::end(kWindowFunctions)) {
    return UnknownName(
        ErrorCode::kSqlFunctionNotFound, "table function '" + call.name.ToString() + "' not found",
        call.name.ToString(), {"TUMBLE", "HOP", "CUMULATE"}, "table functions", call.name.span);
  }
  FLOE_ASSIGN(ArgumentList arguments, AssignArguments(*function, call, span));
  const auto* table = arguments[0]->As<ast::TableArgument>();
  if (table == nullptr) {
    return BadArguments(*function, "the first argument must be TABLE t or (SELECT …)",
                        arguments[0]->span);
  }
  types::Schema schema;
  FLOE_ASSIGN(LogicalNodePtr input, BindTableArgument(*table, schema, arguments[0]->span));
  FLOE_ASSIGN(int time_column, FindTimeColumn(*function, *arguments[1], schema));
  NoAggregates handler("a window function");
  Scope no_columns;
  ExpressionBinder binder(no_columns, context_.options(), handler);
  std::array<int64_t, 5> values{};
  for (size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == nullptr) continue;
    FLOE_ASSIGN(ExpressionPtr bound, binder.Bind(*arguments[i]));
    FLOE_ASSIGN(values[i],
                ConstantInterval(bound, Upper(function->parameters[i]), arguments[i]->span));
  }
  WindowSpec window;
  window.kind = function->kind;
  bool is_tumble = function->kind == WindowKind::kTumble;
  window.size_ms = is_tumble ? values[2] : values[3];
  window.slide_ms = values[2];
  window.offset_ms = is_tumble ? values[3] : values[4];
  SourceSpan time_span = arguments[1]->span;
  FLOE_ASSIGN(LogicalNodePtr node, MakeWindow(Renamed(input, schema), window, time_column,
                                              context_.options(), time_span));
  FLOE_TRY(CheckWindow(window, function->name, span));
  return node;
}

}  // namespace floe::plan
