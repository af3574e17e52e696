#include "iceberg/predicate.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace floe::iceberg {
namespace {

// What is known of a column's values in some set of rows. Absent bounds mean: unknown.
struct Range {
  std::optional<Literal> lower;
  std::optional<Literal> upper;
  bool may_have_null = true;
  bool may_have_value = true;
};

bool IsComparison(PredicateOp op) {
  return op != PredicateOp::kIsNull && op != PredicateOp::kIsNotNull;
}

// Whether some value in the range can satisfy `op value`.
bool RangeMightMatch(const Range& range, PredicateOp op, const Literal& value) {
  bool above_lower = !range.lower || range.lower->Compare(value) <= 0;
  bool below_upper = !range.upper || range.upper->Compare(value) >= 0;
  switch (op) {
    case PredicateOp::kEqual:
    case PredicateOp::kIn:
      return above_lower && below_upper;
    case PredicateOp::kLess:
      return !range.lower || range.lower->Compare(value) < 0;
    case PredicateOp::kLessOrEqual:
      return above_lower;
    case PredicateOp::kGreater:
      return !range.upper || range.upper->Compare(value) > 0;
    case PredicateOp::kGreaterOrEqual:
      return below_upper;
    default:
      return true;
  }
}

bool MightMatchRange(const Range& range, const ColumnPredicate& condition) {
  if (condition.op == PredicateOp::kIsNull) return range.may_have_null;
  if (!range.may_have_value) return false;  // comparisons are never true for null
  if (condition.op == PredicateOp::kIsNotNull) return true;
  return std::any_of(condition.values.begin(), condition.values.end(), [&](const Literal& value) {
    return !value.is_null() && RangeMightMatch(range, condition.op, value);
  });
}

// NaN as an operand or a mismatch of kinds leaves nothing to conclude.
bool IsUsable(const ColumnPredicate& condition, const Type& type) {
  if (!type.is_primitive()) return false;
  if (!IsComparison(condition.op)) return true;
  // NaNs are not in the bounds, yet the engines order them above all other values.
  if (type.is_floating()) return false;
  size_t kind = 0;
  switch (type.id()) {
    case TypeId::kBoolean:
      kind = Literal::Boolean(false).value().index();
      break;
    case TypeId::kInt:
    case TypeId::kDate:
      kind = Literal::Int(0).value().index();
      break;
    case TypeId::kDecimal:
      kind = Literal::Decimal(0).value().index();
      break;
    case TypeId::kString:
    case TypeId::kUuid:
    case TypeId::kFixed:
    case TypeId::kBinary:
      kind = Literal::String("").value().index();
      break;
    default:
      kind = Literal::Long(0).value().index();
      break;
  }
  return std::all_of(condition.values.begin(), condition.values.end(), [&](const Literal& value) {
    return value.is_null() || value.value().index() == kind;
  });
}

std::optional<Literal> Bound(const std::map<ColumnId, std::string>& bounds, ColumnId id,
                             const Type& type) {
  auto it = bounds.find(id);
  if (it == bounds.end()) return std::nullopt;
  auto literal = Literal::FromBytes(it->second, type);
  if (!literal.ok()) return std::nullopt;
  return *literal;
}

std::optional<int64_t> Count(const std::map<ColumnId, int64_t>& counts, ColumnId id) {
  auto it = counts.find(id);
  return it == counts.end() ? std::nullopt : std::optional<int64_t>(it->second);
}

Range MetricsRange(const ColumnMetrics& metrics, ColumnId id, const Type& type) {
  Range range;
  range.lower = Bound(metrics.lower_bounds, id, type);
  range.upper = Bound(metrics.upper_bounds, id, type);
  auto nulls = Count(metrics.null_value_counts, id);
  auto values = Count(metrics.value_counts, id);
  if (nulls) range.may_have_null = *nulls > 0;
  if (nulls && values) range.may_have_value = *values > *nulls;
  return range;
}

// The condition on a partition value that follows from one on its source column; nothing when none
// does. `t(x)` of an order-preserving transform keeps <=, not <.
std::optional<ColumnPredicate> Project(const ColumnPredicate& condition,
                                       const PartitionField& field, const Type& source) {
  if (field.source_id != condition.column || field.transform.kind() == TransformKind::kVoid) {
    return std::nullopt;
  }
  ColumnPredicate projected{field.field_id, condition.op, {}};
  if (!IsComparison(condition.op)) return projected;
  bool identity = field.transform.kind() == TransformKind::kIdentity;
  bool equality = condition.op == PredicateOp::kEqual || condition.op == PredicateOp::kIn;
  if (!identity && !equality) {
    if (!field.transform.PreservesOrder() || condition.op == PredicateOp::kNotEqual) {
      return std::nullopt;
    }
    if (condition.op == PredicateOp::kLess) projected.op = PredicateOp::kLessOrEqual;
    if (condition.op == PredicateOp::kGreater) projected.op = PredicateOp::kGreaterOrEqual;
  }
  for (const Literal& value : condition.values) {
    projected.values.push_back(field.transform.Apply(value, source));
  }
  return projected;
}

// Calls `range_of(index of the partition field, its type)` for the fields over the column.
template <typename RangeOf>
bool PartitionMightMatch(const ColumnPredicate& condition, const Type& source,
                         const PartitionSpec& spec, RangeOf range_of) {
  for (size_t i = 0; i < spec.fields.size(); ++i) {
    auto projected = Project(condition, spec.fields[i], source);
    if (!projected) continue;
    auto type = spec.fields[i].transform.ResultType(source);
    if (type.ok() && !MightMatchRange(range_of(i, *type), *projected)) return false;
  }
  return true;
}

}  // namespace

bool MightMatch(const Conjunction& conditions, const Schema& schema, const PartitionSpec& spec,
                const DataFile& file) {
  for (const ColumnPredicate& condition : conditions) {
    const NestedField* column = schema.FindField(condition.column);
    if (column == nullptr || !IsUsable(condition, column->type)) continue;
    if (!MightMatchRange(MetricsRange(file.metrics, condition.column, column->type), condition)) {
      return false;
    }
    bool possible = PartitionMightMatch(condition, column->type, spec, [&](size_t i, const Type&) {
      Range range;
      if (i >= file.partition.size()) return range;
      const Literal& value = file.partition[i];
      range.may_have_null = value.is_null();
      range.may_have_value = !value.is_null();
      if (!value.is_null()) range.lower = range.upper = value;
      return range;
    });
    if (!possible) return false;
  }
  return true;
}

bool MightMatch(const Conjunction& conditions, const Schema& schema, const PartitionSpec& spec,
                const ManifestFile& manifest) {
  for (const ColumnPredicate& condition : conditions) {
    const NestedField* column = schema.FindField(condition.column);
    if (column == nullptr || !IsUsable(condition, column->type)) continue;
    bool possible =
        PartitionMightMatch(condition, column->type, spec, [&](size_t i, const Type& type) {
          Range range;
          if (i >= manifest.partitions.size()) return range;
          const FieldSummary& summary = manifest.partitions[i];
          range.may_have_null = summary.contains_null;
          auto bound = [&](const std::optional<std::string>& bytes) -> std::optional<Literal> {
            if (!bytes) return std::nullopt;
            auto literal = Literal::FromBytes(*bytes, type);
            return literal.ok() ? std::optional<Literal>(*literal) : std::nullopt;
          };
          range.lower = bound(summary.lower_bound);
          range.upper = bound(summary.upper_bound);
          range.may_have_value = range.lower.has_value() || summary.contains_nan.value_or(true);
          return range;
        });
    if (!possible) return false;
  }
  return true;
}

}  // namespace floe::iceberg
