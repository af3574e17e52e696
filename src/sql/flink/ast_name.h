// Names, type names and time units of Flink SQL, as written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/box.h"
#include "sql/node_span.h"

namespace floe::sql::flink {

// An identifier with its back quotes taken off; Flink keeps its case and compares it exactly.
struct Identifier {
  std::string value;
  NodeSpan span;

  bool operator==(const Identifier&) const = default;
};

// catalog.database.table, table.column, record.field.field: one to many parts, as written.
struct QualifiedName {
  std::vector<Identifier> parts;
  NodeSpan span;

  // The parts joined by dots, without quotes; for messages.
  std::string ToString() const;
  bool operator==(const QualifiedName&) const = default;
};

// Units of EXTRACT, FLOOR/CEIL … TO, TIMESTAMPADD/DIFF and (kYear to kSecond, kWeek, kQuarter) of
// intervals. Plural spellings are the same unit.
enum class TimeUnit : uint8_t {
  kNanosecond,
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kDayOfWeek,     // DOW
  kDayOfYear,     // DOY
  kIsoDayOfWeek,  // ISODOW
  kIsoYear,       // ISOYEAR
  kEpoch,
};

// The unit's SQL spelling, e.g. "DAY".
std::string_view TimeUnitName(TimeUnit unit);

// DAY(3) TO SECOND(6): the qualifier of an interval literal or interval type.
struct IntervalQualifier {
  TimeUnit start = TimeUnit::kSecond;
  std::optional<int> start_precision;
  std::optional<TimeUnit> end;
  std::optional<int> fraction_precision;  // of SECOND, whether it is the start or the end
  NodeSpan span;

  bool operator==(const IntervalQualifier&) const = default;
};

enum class TypeNameKind : uint8_t {
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInteger,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,  // DECIMAL, DEC, NUMERIC
  kChar,
  kVarchar,
  kString,
  kBinary,
  kVarbinary,
  kBytes,
  kDate,
  kTime,
  kTimestamp,
  kTimestampLtz,  // TIMESTAMP_LTZ, TIMESTAMP WITH LOCAL TIME ZONE
  kInterval,      // only in CAST
  kArray,
  kMap,
  kMultiset,
  kRow,
  kNull,
  kRaw,
  kVariant,
  kStructured,
  kUserDefined,  // any other name: Flink looks it up in the catalog
};

// The type's SQL spelling, e.g. "TIMESTAMP_LTZ".
std::string_view TypeNameKindName(TypeNameKind kind);

enum class Nullability : uint8_t { kUnspecified, kNull, kNotNull };

struct TypeNameField;

// A type as written; what it means, and whether its parameters are in range, is the binder's.
struct TypeName {
  TypeNameKind kind = TypeNameKind::kNull;
  // Precision, then scale, or the length; only those written. Larger than any valid value where
  // the text is.
  std::vector<int64_t> parameters;
  Nullability nullability = Nullability::kUnspecified;
  std::vector<TypeName> children;           // ARRAY, MULTISET: element; MAP: key, value
  std::vector<TypeNameField> fields;        // ROW, STRUCTURED
  std::vector<std::string> strings;         // RAW: class, serializer; STRUCTURED: class
  OptionalBox<IntervalQualifier> interval;  // kInterval
  QualifiedName name;                       // kUserDefined
  NodeSpan span;

  bool operator==(const TypeName&) const = default;
};

struct TypeNameField {
  Identifier name;
  TypeName type;
  std::optional<std::string> comment;

  bool operator==(const TypeNameField&) const = default;
};

}  // namespace floe::sql::flink
