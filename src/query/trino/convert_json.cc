#include "query/trino/convert_json.h"

#include <algorithm>

#include "sql/trino/keywords.h"

namespace floe::query::trino {
namespace {

// Levels of nesting: names the variable of a lambda apart from those inside of it.
int DepthOf(const Type& type) {
  int depth = 0;
  for (const Type& argument : type.arguments()) depth = std::max(depth, DepthOf(argument));
  return depth + 1;
}

const char* ScalarKind(const Type& type) {
  if (type.is(TypeKind::kBoolean)) return "b";
  if (type.is_integer()) return "i";
  return type.is(TypeKind::kVarchar) ? "v" : "d";
}

// list_transform(items, lambda: element as `to`).
Result<BoundPtr> EachOf(const BoundPtr& items, const Type& element, const Type& to,
                        const std::string& zone) {
  const std::string name = "j" + std::to_string(DepthOf(to));
  FLOE_ASSIGN(const BoundPtr converted, ConvertTo(MakeBound(element, name), to, true, zone));
  return MakeBound(Type::Array(to), "list_transform({0}, lambda " + name + ": {1})",
                   {items, converted});
}

Result<BoundPtr> RowOf(const BoundPtr& value, const Type& to, const std::string& name,
                       const std::string& zone) {
  std::string form = "CASE WHEN {0} <> 'null' THEN struct_pack(";
  std::vector<BoundPtr> parts = {value};
  const std::string count = std::to_string(to.arguments().size());
  for (size_t i = 0; i < to.arguments().size(); ++i) {
    const std::string field = sql::trino::LowerCase(to.names()[i].value_or(""));
    const BoundPtr json =
        Wrap(Type(TypeKind::kJson),
             "floe_json_field({0}, " + name + ", " + FormLiteral(field) + ", CAST(" +
                 std::to_string(i) + " AS BIGINT), CAST(" + count + " AS BIGINT))",
             value);
    FLOE_ASSIGN(BoundPtr part, ConvertTo(json, to.arguments()[i], true, zone));
    parts.push_back(std::move(part));
    form += (i > 0 ? ", f" : "f") + std::to_string(i + 1) + " := {" + std::to_string(i + 1) + "}";
  }
  return MakeBound(to, form + ") END", std::move(parts));
}

}  // namespace

bool CanCastFromJson(const Type& to) {
  if (to.is(TypeKind::kJson)) return true;
  if (to.arguments().empty()) {
    return to.is(TypeKind::kBoolean) || to.is_numeric() || to.is(TypeKind::kVarchar);
  }
  if (to.is(TypeKind::kMap) && to.arguments()[0].is(TypeKind::kJson)) return false;
  return std::all_of(to.arguments().begin(), to.arguments().end(), CanCastFromJson);
}

Result<BoundPtr> ConvertFromJson(const BoundPtr& value, const Type& to, const std::string& zone) {
  const std::string name = FormLiteral(to.ToString());
  const Type texts = Type::Array(Type::Varchar());
  if (to.is(TypeKind::kArray)) {
    const BoundPtr items = Wrap(texts, "floe_json_items({0}, " + name + ")", value);
    return EachOf(items, Type(TypeKind::kJson), to.arguments()[0], zone);
  }
  if (to.is(TypeKind::kRow)) return RowOf(value, to, name, zone);
  if (to.is(TypeKind::kMap)) {
    BoundPtr keys = Wrap(texts, "floe_json_keys({0}, " + name + ")", value);
    BoundPtr values = Wrap(texts, "floe_json_values({0}, " + name + ")", value);
    FLOE_ASSIGN(keys, EachOf(keys, Type::Varchar(), to.arguments()[0], zone));
    FLOE_ASSIGN(values, EachOf(values, Type(TypeKind::kJson), to.arguments()[1], zone));
    return MakeBound(to, "CASE WHEN {2} <> 'null' THEN map({0}, {1}) END", {keys, values, value});
  }
  if (to.is(TypeKind::kVarchar) && to.length() != Type::kUnbounded) {
    return Error(ErrorCode::kSqlUnsupported,
                 "CAST from json to " + to.ToString() + " is not supported: cast to varchar first");
  }
  const BoundPtr text =
      Wrap(Type::Varchar(),
           std::string("floe_json_scalar({0}, '") + ScalarKind(to) + "', " + name + ")", value);
  return ConvertTo(text, to, true, zone);
}

}  // namespace floe::query::trino
