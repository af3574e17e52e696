#include "plan/join_condition.h"

#include <algorithm>

#include "functions/resolve.h"
#include "plan/expression_binder.h"
#include "plan/window_properties.h"

namespace floe::plan {
namespace {

using functions::Expression;
using functions::ExpressionKind;
using functions::ExpressionPtr;

enum class Side : uint8_t { kNone, kLeft, kRight, kBoth };

Side SideOf(const Expression& expression, int left_count) {
  bool left = false;
  bool right = false;
  for (int column : functions::ReferencedColumns(expression)) {
    (column < left_count ? left : right) = true;
  }
  if (left && right) return Side::kBoth;
  if (left) return Side::kLeft;
  return right ? Side::kRight : Side::kNone;
}

// An expression over the right columns alone, counted from 0.
ExpressionPtr ShiftToRight(const ExpressionPtr& expression, int left_count) {
  std::vector<int> columns = functions::ReferencedColumns(*expression);
  int width = columns.empty() ? 0 : columns.back() + 1;
  std::vector<int> mapping(static_cast<size_t>(width), -1);
  for (int column : columns) mapping[static_cast<size_t>(column)] = column - left_count;
  return functions::RemapColumns(expression, mapping);
}

bool IsColumn(const ExpressionPtr& expression) {
  return expression->kind() == ExpressionKind::kColumn;
}

bool Contains(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

// --- Interval bounds ---------------------------------------------------------------------------

struct TimePredicate {
  std::string_view comparison;  // as written, between `first` and `second`
  ExpressionPtr first;
  ExpressionPtr second;
  int first_column = -1;
  int second_column = -1;
  bool left_is_first = true;
};

// Both counted over left columns, then right columns.
int LeftColumn(const TimePredicate& predicate) {
  return predicate.left_is_first ? predicate.first_column : predicate.second_column;
}
int RightColumn(const TimePredicate& predicate) {
  return predicate.left_is_first ? predicate.second_column : predicate.first_column;
}

// The only time attribute that the expression reads, if it reads nothing else.
std::optional<int> OnlyTimeAttribute(const Expression& expression, const LogicalJoin& join) {
  int left_count = join.inputs[0]->schema.size();
  std::vector<int> columns = functions::ReferencedColumns(expression);
  if (columns.size() != 1) return std::nullopt;
  int column = columns[0];
  bool is_rowtime = column < left_count ? IsRowtimeAttribute(*join.inputs[0], column)
                                        : IsRowtimeAttribute(*join.inputs[1], column - left_count);
  return is_rowtime ? std::optional(column) : std::nullopt;
}

std::optional<TimePredicate> AsTimePredicate(const ExpressionPtr& condition,
                                             const LogicalJoin& join) {
  static constexpr std::string_view kComparisons[] = {"=", "<", "<=", ">", ">="};
  std::string_view name = FunctionNameOf(*condition);
  if (std::find(std::begin(kComparisons), std::end(kComparisons), name) == std::end(kComparisons)) {
    return std::nullopt;
  }
  TimePredicate predicate;
  predicate.comparison = name;
  predicate.first = condition->arguments()[0];
  predicate.second = condition->arguments()[1];
  std::optional<int> first = OnlyTimeAttribute(*predicate.first, join);
  std::optional<int> second = OnlyTimeAttribute(*predicate.second, join);
  int left_count = join.inputs[0]->schema.size();
  if (!first.has_value() || !second.has_value()) return std::nullopt;
  if ((*first < left_count) == (*second < left_count)) return std::nullopt;
  predicate.first_column = *first;
  predicate.second_column = *second;
  predicate.left_is_first = *first < left_count;
  return predicate;
}

// The value of a term such as "ts - INTERVAL '5' SECOND" where the time attribute `column` of type
// `type` is 0, in milliseconds.
std::optional<int64_t> OffsetOf(const ExpressionPtr& term, int column,
                                const types::DataType& column_type) {
  if (!functions::IsDeterministic(*term)) return std::nullopt;
  std::vector<ExpressionPtr> replacements(static_cast<size_t>(column) + 1);
  replacements.back() = Expression::Literal(
      int64_t{0}, column_type.WithTimeAttribute(types::TimeAttribute::kNone).NotNull());
  Result<ExpressionPtr> folded = functions::Fold(functions::SubstituteColumns(term, replacements));
  if (!folded.ok() || (*folded)->kind() != ExpressionKind::kLiteral) return std::nullopt;
  const types::DataType& type = (*folded)->type();
  const int64_t* value = std::get_if<int64_t>(&(*folded)->literal());
  if (value == nullptr || !type.is_timestamp()) return std::nullopt;
  int64_t units_per_milli = type.precision() <= 3 ? 1 : type.precision() <= 6 ? 1'000 : 1'000'000;
  return *value / units_per_milli;
}

struct Bound {
  int64_t offset_ms = 0;  // of left.time over right.time
  bool is_lower = false;
  bool is_equality = false;
};

std::optional<Bound> AsBound(const TimePredicate& predicate, const LogicalJoin& join) {
  auto offset_of = [&](const ExpressionPtr& term, int column) {
    int left_count = join.inputs[0]->schema.size();
    const types::DataType& type = column < left_count
                                      ? join.inputs[0]->schema.field(column).type
                                      : join.inputs[1]->schema.field(column - left_count).type;
    return OffsetOf(term, column, type);
  };
  std::optional<int64_t> first = offset_of(predicate.first, predicate.first_column);
  std::optional<int64_t> second = offset_of(predicate.second, predicate.second_column);
  if (!first.has_value() || !second.has_value()) return std::nullopt;
  Bound bound;
  bool greater = predicate.comparison[0] == '>';
  bool strict = predicate.comparison.size() == 1;
  bound.is_equality = predicate.comparison == "=";
  bound.is_lower = greater == predicate.left_is_first;
  // first.time + f <op> second.time + s: the offset of the left time over the right one.
  bound.offset_ms = predicate.left_is_first ? *second - *first : *first - *second;
  if (!bound.is_equality && strict) bound.offset_ms += bound.is_lower ? 1 : -1;
  return bound;
}

// BETWEEN and its like as two comparisons.
std::vector<ExpressionPtr> SplitBetween(const ExpressionPtr& condition) {
  if (FunctionNameOf(*condition) != "BETWEEN") return {condition};
  const std::vector<ExpressionPtr>& arguments = condition->arguments();
  auto low = functions::ResolveCall(">=", {arguments[0], arguments[1]}, {}, condition->span());
  auto high = functions::ResolveCall("<=", {arguments[0], arguments[2]}, {}, condition->span());
  if (!low.ok() || !high.ok()) return {condition};
  return {*low, *high};
}

Status CheckSameTimeType(const LogicalJoin& join, const TimePredicate& predicate) {
  int left_count = join.inputs[0]->schema.size();
  const types::DataType& left_type = join.inputs[0]->schema.field(LeftColumn(predicate)).type;
  const types::DataType& right_type =
      join.inputs[1]->schema.field(RightColumn(predicate) - left_count).type;
  if (left_type.kind() == right_type.kind()) return Status::Ok();
  return Error(ErrorCode::kSqlValidation,
               "an interval join needs the same time type on both sides, but these are " +
                   left_type.ToString() + " and " + right_type.ToString(),
               join.span);
}

}  // namespace

JoinConditionParts SplitJoinCondition(const std::vector<ExpressionPtr>& conditions,
                                      int left_count) {
  JoinConditionParts parts;
  for (const ExpressionPtr& condition : conditions) {
    if (FunctionNameOf(*condition) != "=" || !functions::IsDeterministic(*condition)) {
      parts.rest.push_back(condition);
      continue;
    }
    const ExpressionPtr& first = condition->arguments()[0];
    const ExpressionPtr& second = condition->arguments()[1];
    Side first_side = SideOf(*first, left_count);
    Side second_side = SideOf(*second, left_count);
    if (first_side == Side::kLeft && second_side == Side::kRight) {
      parts.keys.push_back({first, ShiftToRight(second, left_count), condition->span()});
    } else if (first_side == Side::kRight && second_side == Side::kLeft) {
      parts.keys.push_back({second, ShiftToRight(first, left_count), condition->span()});
    } else {
      parts.rest.push_back(condition);
    }
  }
  return parts;
}

std::optional<WindowJoinKeys> FindWindowJoinKeys(const LogicalJoin& join) {
  std::optional<WindowProperties> left = WindowPropertiesOf(*join.inputs[0]);
  std::optional<WindowProperties> right = WindowPropertiesOf(*join.inputs[1]);
  if (!left.has_value() || !right.has_value()) return std::nullopt;
  if (!(left->window == right->window) || !left->time_type.SameKindAs(right->time_type)) {
    return std::nullopt;
  }
  JoinConditionParts parts =
      SplitJoinCondition(Conjuncts(join.condition), join.inputs[0]->schema.size());
  WindowJoinKeys keys;
  for (const EquiKey& key : parts.keys) {
    if (!IsColumn(key.left) || !IsColumn(key.right)) continue;
    int left_column = key.left->column();
    int right_column = key.right->column();
    if (Contains(left->starts, left_column) && Contains(right->starts, right_column)) {
      keys.left_start = left_column;
      keys.right_start = right_column;
    } else if (Contains(left->ends, left_column) && Contains(right->ends, right_column)) {
      keys.left_end = left_column;
      keys.right_end = right_column;
    }
  }
  if (keys.left_start < 0 || keys.left_end < 0) return std::nullopt;
  return keys;
}

Result<std::optional<IntervalBounds>> FindIntervalBounds(const LogicalJoin& join) {
  std::optional<IntervalBounds> none;
  std::vector<TimePredicate> predicates;
  IntervalBounds bounds;
  for (const ExpressionPtr& conjunct : Conjuncts(join.condition)) {
    for (const ExpressionPtr& condition : SplitBetween(conjunct)) {
      if (std::optional<TimePredicate> predicate = AsTimePredicate(condition, join)) {
        predicates.push_back(*predicate);
      } else {
        bounds.rest.push_back(condition);
      }
    }
  }
  if (predicates.empty() || predicates.size() > 2) return none;
  if (LeftColumn(predicates.front()) != LeftColumn(predicates.back()) ||
      RightColumn(predicates.front()) != RightColumn(predicates.back())) {
    return none;
  }
  std::vector<Bound> found;
  for (const TimePredicate& predicate : predicates) {
    std::optional<Bound> bound = AsBound(predicate, join);
    if (!bound.has_value()) return none;
    if (bound->is_equality != (predicates.size() == 1)) return none;
    found.push_back(*bound);
  }
  if (found.size() == 2 && found[0].is_lower == found[1].is_lower) return none;
  bounds.left_time = LeftColumn(predicates[0]);
  bounds.right_time = RightColumn(predicates[0]) - join.inputs[0]->schema.size();
  bool first_is_lower = found.size() == 1 || found[0].is_lower;
  bounds.lower_ms = (first_is_lower ? found.front() : found.back()).offset_ms;
  bounds.upper_ms = (first_is_lower ? found.back() : found.front()).offset_ms;
  FLOE_TRY(CheckSameTimeType(join, predicates[0]));
  return std::optional(std::move(bounds));
}

}  // namespace floe::plan
