#include "query/trino/function_library.h"

#include <algorithm>
#include <map>
#include <set>

#include "sql/trino/parse.h"

namespace floe::query::trino {
namespace {

using sql::trino::TypeName;

// A row with its types parsed.
struct Signature {
  const FunctionRow* row = nullptr;
  std::vector<TypeName> arguments;
  TypeName result;
  bool repeats = false;
};

std::vector<TypeName> ParseList(std::string_view text, bool* repeats) {
  std::vector<TypeName> types;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    std::string_view part = text.substr(begin, i - begin);
    begin = i + 1;
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.ends_with("...")) {
      *repeats = true;
      part.remove_suffix(3);
    }
    if (part.empty()) continue;
    auto type = sql::trino::ParseTypeName(part);
    FLOE_ASSERT(type.ok());
    types.push_back(*std::move(type));
  }
  return types;
}

using Library = std::multimap<std::string, Signature, std::less<>>;

const Library& TheLibrary() {
  static const Library kLibrary = [] {
    Library library;
    for (std::span<const FunctionRow> rows : {ScalarRows(), TimeRows(), AggregateRows()}) {
      for (const FunctionRow& row : rows) {
        Signature signature;
        signature.row = &row;
        signature.arguments = ParseList(row.arguments, &signature.repeats);
        bool ignored = false;
        signature.result = ParseList(row.result, &ignored)[0];
        library.emplace(row.name, std::move(signature));
      }
    }
    return library;
  }();
  return kLibrary;
}

bool IsVariable(const TypeName& name) {
  return name.name.size() == 1 && name.arguments.empty() && name.parameters.empty();
}

// What the variables of a signature stand for.
struct Bindings {
  std::map<std::string, Type> types;
  std::map<std::string, int64_t> numbers;
};

bool BindNumber(const TypeName& pattern, size_t index, int64_t value, Bindings& bindings) {
  if (index >= pattern.arguments.size()) return true;
  auto [it, is_new] = bindings.numbers.try_emplace(pattern.arguments[index].name, value);
  if (!is_new) it->second = std::max(it->second, value);
  return true;
}

int64_t IntegerPrecision(TypeKind kind) {
  static constexpr int64_t kDigits[] = {3, 5, 10, 19};
  return kDigits[static_cast<int>(kind) - static_cast<int>(TypeKind::kTinyint)];
}

bool Matches(const TypeName& pattern, const Type& actual, bool coerce, Bindings& bindings);

bool MatchesNumberPattern(const TypeName& pattern, const Type& actual, bool coerce,
                          Bindings& bindings) {
  if (pattern.name == "decimal") {
    if (actual.is(TypeKind::kDecimal)) {
      return BindNumber(pattern, 0, actual.precision(), bindings) &&
             BindNumber(pattern, 1, actual.scale(), bindings);
    }
    if (!coerce || !actual.is_integer())
      return coerce && actual.is(TypeKind::kUnknown) && BindNumber(pattern, 0, 1, bindings) &&
             BindNumber(pattern, 1, 0, bindings);
    return BindNumber(pattern, 0, IntegerPrecision(actual.kind()), bindings) &&
           BindNumber(pattern, 1, 0, bindings);
  }
  if (pattern.name == "varchar" || pattern.name == "char") {
    const TypeKind kind = pattern.name == "char" ? TypeKind::kChar : TypeKind::kVarchar;
    if (actual.kind() == kind) return BindNumber(pattern, 0, actual.length(), bindings);
    const bool fits = coerce && (actual.is(TypeKind::kUnknown) || actual.is(TypeKind::kChar) ||
                                 actual.is(TypeKind::kVarchar));
    if (actual.is(TypeKind::kUnknown)) return fits && BindNumber(pattern, 0, 1, bindings);
    return fits && BindNumber(pattern, 0, actual.length(), bindings);
  }
  static const std::map<std::string, TypeKind, std::less<>> kTemporal = {
      {"time", TypeKind::kTime},
      {"timestamp", TypeKind::kTimestamp},
      {"timestamp with time zone", TypeKind::kTimestampTz}};
  auto found = kTemporal.find(pattern.name);
  if (found == kTemporal.end()) return false;
  if (actual.kind() == found->second) return BindNumber(pattern, 0, actual.precision(), bindings);
  if (!coerce) return false;
  if (actual.is(TypeKind::kUnknown)) return BindNumber(pattern, 0, 0, bindings);
  const bool lower = actual.is(TypeKind::kDate) ||
                     (actual.is(TypeKind::kTimestamp) && found->second == TypeKind::kTimestampTz);
  return lower && found->second != TypeKind::kTime &&
         BindNumber(pattern, 0, actual.precision(), bindings);
}

bool Matches(const TypeName& pattern, const Type& actual, bool coerce, Bindings& bindings) {
  if (IsVariable(pattern)) {
    auto [it, is_new] = bindings.types.try_emplace(pattern.name, actual);
    if (is_new || it->second == actual) return true;
    if (!coerce) return false;
    auto common = CommonSuperType(it->second, actual);
    if (!common) return false;
    it->second = *common;
    return true;
  }
  const bool is_number_pattern = !pattern.arguments.empty() && pattern.name != "array" &&
                                 pattern.name != "map" && pattern.name != "row";
  if (is_number_pattern) return MatchesNumberPattern(pattern, actual, coerce, bindings);
  if (!pattern.arguments.empty()) {
    if (coerce && actual.is(TypeKind::kUnknown)) {
      return std::all_of(
          pattern.arguments.begin(), pattern.arguments.end(),
          [&](const TypeName& argument) { return Matches(argument, actual, coerce, bindings); });
    }
    const TypeKind kind = pattern.name == "array" ? TypeKind::kArray
                          : pattern.name == "map" ? TypeKind::kMap
                                                  : TypeKind::kRow;
    if (actual.kind() != kind || actual.arguments().size() != pattern.arguments.size()) {
      return false;
    }
    for (size_t i = 0; i < pattern.arguments.size(); ++i) {
      if (!Matches(pattern.arguments[i], actual.arguments()[i], coerce, bindings)) return false;
    }
    return true;
  }
  auto type = Type::FromName(pattern);
  FLOE_ASSERT(type.ok());
  return coerce ? CanCoerce(actual, *type) : actual == *type;
}

// Numbers of a result: a variable, or a formula that a function needs.
int64_t NumberOf(const TypeName& name, const Bindings& bindings) {
  auto number = [&](const char* key) {
    auto it = bindings.numbers.find(key);
    return it == bindings.numbers.end() ? int64_t{0} : it->second;
  };
  const int64_t x = number("x");
  const int64_t y = number("y");
  const int64_t z = number("z");
  auto capped = [](double value) {
    return static_cast<int64_t>(std::min(value, static_cast<double>(Type::kUnbounded)));
  };
  const auto dx = static_cast<double>(x);
  const auto dz = static_cast<double>(z);
  if (name.name == "replaced") return capped(dx + dz * (dx + 1));
  if (name.name == "regexreplaced") {
    return capped(dx + std::max(dx * dz / 2, dz) * (dx + 1));
  }
  if (name.name == "sum") return std::min<int64_t>(x + y, 65536);
  const int64_t p = number("p");
  const int64_t q = number("q");
  const int64_t s = number("s");
  const int64_t t = number("t");
  if (name.name == "addp") {
    return std::min<int64_t>(38, std::max(p - s, q - t) + std::max(s, t) + 1);
  }
  if (name.name == "maxs") return std::max(s, t);
  if (name.name == "mulp") return std::min<int64_t>(38, p + q);
  if (name.name == "muls") return s + t;
  if (name.name == "divp") return std::min<int64_t>(38, p + t + std::max<int64_t>(0, t - s));
  if (name.name == "modp") return std::min(q - t, p - s) + std::max(s, t);
  if (name.name == "one") return 1;
  if (name.name == "three") return 3;
  if (name.name == "atleastthree") return std::max<int64_t>(p, 3);
  if (name.name == "wholep") return p - s + std::min<int64_t>(s, 1);
  if (name.name == "roundp") return std::min<int64_t>(38, p + 1);
  return number(name.name.c_str());
}

Type Substitute(const TypeName& pattern, const Bindings& bindings) {
  if (IsVariable(pattern)) {
    auto it = bindings.types.find(pattern.name);
    return it == bindings.types.end() ? Type() : it->second;
  }
  if (pattern.arguments.empty()) {
    auto type = Type::FromName(pattern);
    FLOE_ASSERT(type.ok());
    return *type;
  }
  if (pattern.name == "array") return Type::Array(Substitute(pattern.arguments[0], bindings));
  if (pattern.name == "map") {
    return Type::Map(Substitute(pattern.arguments[0], bindings),
                     Substitute(pattern.arguments[1], bindings));
  }
  if (pattern.name == "row") {
    std::vector<Type> fields;
    for (const TypeName& field : pattern.arguments) fields.push_back(Substitute(field, bindings));
    const size_t count = fields.size();
    return Type::Row(std::move(fields), std::vector<std::optional<std::string>>(count));
  }
  TypeName concrete = pattern;
  concrete.arguments.clear();
  concrete.parameters = pattern.parameters;
  for (const TypeName& argument : pattern.arguments) {
    concrete.parameters.push_back(NumberOf(argument, bindings));
  }
  auto type = Type::FromName(concrete);
  return type.ok() ? *type : Type();
}

std::optional<ResolvedFunction> Fit(const Signature& signature, const std::vector<Type>& actual,
                                    bool coerce) {
  const size_t fixed = signature.arguments.size() - (signature.repeats ? 1 : 0);
  if (actual.size() < fixed || (!signature.repeats && actual.size() != fixed)) return std::nullopt;
  // A varchar is taken as a char only beside one.
  const bool wants_char = std::any_of(signature.arguments.begin(), signature.arguments.end(),
                                      [](const TypeName& name) { return name.name == "char"; });
  const bool has_char = std::any_of(actual.begin(), actual.end(),
                                    [](const Type& type) { return type.is(TypeKind::kChar); });
  if (wants_char && !has_char) return std::nullopt;
  Bindings bindings;
  auto pattern_at = [&](size_t i) -> const TypeName& {
    return signature.arguments[std::min(i, signature.arguments.size() - 1)];
  };
  for (size_t i = 0; i < actual.size(); ++i) {
    if (!Matches(pattern_at(i), actual[i], coerce, bindings)) return std::nullopt;
  }
  ResolvedFunction fit;
  fit.row = signature.row;
  for (size_t i = 0; i < actual.size(); ++i) {
    fit.arguments.push_back(Substitute(pattern_at(i), bindings));
  }
  fit.result = Substitute(signature.result, bindings);
  return fit;
}

bool MoreSpecific(const ResolvedFunction& a, const ResolvedFunction& b) {
  for (size_t i = 0; i < a.arguments.size(); ++i) {
    if (!CanCoerce(a.arguments[i], b.arguments[i])) return false;
  }
  return true;
}

bool HasKind(std::string_view name, FunctionKind kind) {
  auto [begin, end] = TheLibrary().equal_range(name);
  return std::any_of(begin, end, [kind](const auto& e) { return e.second.row->kind == kind; });
}

}  // namespace

bool IsFunctionName(std::string_view name) { return TheLibrary().contains(name); }
bool IsAggregateName(std::string_view name) { return HasKind(name, FunctionKind::kAggregate); }
bool IsWindowName(std::string_view name) { return HasKind(name, FunctionKind::kWindow); }

void ForEachFunction(const std::function<void(const FunctionRow&)>& visit) {
  for (const auto& [name, signature] : TheLibrary()) visit(*signature.row);
}

Result<ResolvedFunction> ResolveFunction(std::string_view name,
                                         const std::vector<Type>& arguments) {
  auto [begin, end] = TheLibrary().equal_range(name);
  if (begin == end) {
    return Error(ErrorCode::kSqlFunctionNotFound,
                 "Function '" + std::string(name) + "' not registered");
  }
  for (bool coerce : {false, true}) {
    std::vector<ResolvedFunction> fits;
    for (auto it = begin; it != end; ++it) {
      if (auto fit = Fit(it->second, arguments, coerce)) fits.push_back(*std::move(fit));
    }
    for (const ResolvedFunction& candidate : fits) {
      const bool is_best = std::all_of(fits.begin(), fits.end(), [&](const auto& other) {
        return MoreSpecific(candidate, other);
      });
      if (is_best) return candidate;
    }
    if (!fits.empty()) return fits.front();
  }
  std::string types;
  for (const Type& type : arguments) types += (types.empty() ? "" : ", ") + type.ToString();
  std::set<std::string> expected;
  for (auto it = begin; it != end; ++it) {
    expected.insert(std::string(name) + "(" + it->second.row->arguments + ")");
  }
  std::string list;
  for (const std::string& signature : expected) list += (list.empty() ? "" : ", ") + signature;
  return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters (" + types +
                                                    ") for function " + std::string(name) +
                                                    ". Expected: " + list);
}

}  // namespace floe::query::trino
