// Which types turn into which without a CAST (Trino's TypeCoercion), and which by one.
#include <algorithm>

#include "query/trino/convert_json.h"
#include "query/trino/type.h"

namespace floe::query::trino {
namespace {

int64_t IntegerDigits(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyint:
      return 3;
    case TypeKind::kSmallint:
      return 5;
    case TypeKind::kInteger:
      return 10;
    default:
      return 19;
  }
}

std::optional<Type> CommonDecimal(const Type& a, const Type& b) {
  auto as_decimal = [](const Type& type) {
    return type.is_integer() ? Type::Decimal(IntegerDigits(type.kind()), 0) : type;
  };
  const Type left = as_decimal(a);
  const Type right = as_decimal(b);
  const int64_t scale = std::max(left.scale(), right.scale());
  const int64_t whole =
      std::max(left.precision() - left.scale(), right.precision() - right.scale());
  return Type::Decimal(std::min<int64_t>(38, whole + scale), scale);
}

std::optional<Type> CommonNested(const Type& a, const Type& b) {
  if (a.arguments().size() != b.arguments().size()) return std::nullopt;
  std::vector<Type> arguments;
  for (size_t i = 0; i < a.arguments().size(); ++i) {
    auto common = CommonSuperType(a.arguments()[i], b.arguments()[i]);
    if (!common) return std::nullopt;
    arguments.push_back(*common);
  }
  if (a.is(TypeKind::kArray)) return Type::Array(arguments[0]);
  if (a.is(TypeKind::kMap)) return Type::Map(arguments[0], arguments[1]);
  std::vector<std::optional<std::string>> names(arguments.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (a.names()[i] == b.names()[i]) names[i] = a.names()[i];
  }
  return Type::Row(std::move(arguments), std::move(names));
}

std::optional<Type> CommonNumeric(const Type& a, const Type& b) {
  if (a.is_integer() && b.is_integer()) return a.kind() > b.kind() ? a : b;
  if (a.is(TypeKind::kDouble) || b.is(TypeKind::kDouble)) return Type(TypeKind::kDouble);
  if (a.is(TypeKind::kReal) || b.is(TypeKind::kReal)) return Type(TypeKind::kReal);
  return CommonDecimal(a, b);
}

bool IsText(const Type& type) { return type.is(TypeKind::kVarchar) || type.is(TypeKind::kChar); }

std::optional<Type> CommonTemporal(const Type& a, const Type& b) {
  auto rank = [](const Type& type) {
    if (type.is(TypeKind::kDate)) return 1;
    if (type.is(TypeKind::kTimestamp)) return 2;
    return type.is(TypeKind::kTimestampTz) ? 3 : 0;
  };
  if (rank(a) == 0 || rank(b) == 0) return std::nullopt;
  const Type& higher = rank(a) >= rank(b) ? a : b;
  return Type(higher.kind(), std::max(a.precision(), b.precision()));
}

}  // namespace

std::optional<Type> CommonSuperType(const Type& a, const Type& b) {
  if (a == b) return a;
  if (a.is(TypeKind::kUnknown)) return b;
  if (b.is(TypeKind::kUnknown)) return a;
  if (a.is_numeric() && b.is_numeric()) return CommonNumeric(a, b);
  if (IsText(a) && IsText(b)) {
    if (a.kind() == b.kind()) return Type(a.kind(), std::max(a.length(), b.length()));
    // A varchar that meets a char is one, at most of its own length.
    const int64_t length = std::max(a.length(), b.length());
    return Type(TypeKind::kChar, std::min<int64_t>(length, 65536));
  }
  if (auto temporal = CommonTemporal(a, b)) return temporal;
  if (a.kind() != b.kind()) return std::nullopt;
  if (a.is(TypeKind::kTime)) return Type(a.kind(), std::max(a.precision(), b.precision()));
  if (!a.arguments().empty()) return CommonNested(a, b);
  return a;
}

bool CanCoerce(const Type& from, const Type& to) {
  if (from == to) return true;
  if (from.is(TypeKind::kRow) && to.is(TypeKind::kRow)) {
    if (from.arguments().size() != to.arguments().size()) return false;
    for (size_t i = 0; i < from.arguments().size(); ++i) {
      if (!CanCoerce(from.arguments()[i], to.arguments()[i])) return false;
    }
    return true;
  }
  if (from.is(TypeKind::kChar) && to.is(TypeKind::kVarchar)) return to.length() >= from.length();
  auto common = CommonSuperType(from, to);
  return common && *common == to;
}

bool CanCast(const Type& from, const Type& to) {
  if (from == to || from.is(TypeKind::kUnknown) || CanCoerce(from, to)) return true;
  if (from.is(TypeKind::kJson)) return CanCastFromJson(to);
  if (IsText(from) || IsText(to)) {
    const Type& other = IsText(from) ? to : from;
    if (other.arguments().empty() && !other.is(TypeKind::kVarbinary)) {
      const bool is_interval =
          other.is(TypeKind::kIntervalDay) || other.is(TypeKind::kIntervalYear);
      return !(is_interval && IsText(from));
    }
    return false;
  }
  auto is_number = [](const Type& type) {
    return type.is_numeric() || type.is(TypeKind::kBoolean);
  };
  if (is_number(from) && is_number(to)) return true;
  auto is_time = [](const Type& type) {
    return type.is(TypeKind::kTimestamp) || type.is(TypeKind::kTimestampTz);
  };
  if (is_time(from) && (is_time(to) || to.is(TypeKind::kDate) || to.is(TypeKind::kTime)))
    return true;
  if ((from.is(TypeKind::kTime) || from.is(TypeKind::kDate)) && is_time(to)) return true;
  if (from.is(TypeKind::kTime) && to.is(TypeKind::kTime)) return true;
  if (to.is(TypeKind::kJson)) return true;
  if (from.kind() != to.kind() || from.arguments().size() != to.arguments().size()) return false;
  if (from.arguments().empty()) return false;
  for (size_t i = 0; i < from.arguments().size(); ++i) {
    if (!CanCast(from.arguments()[i], to.arguments()[i])) return false;
  }
  return true;
}

}  // namespace floe::query::trino
