// Schemas, partition specs and sort orders as JSON.
#include <utility>

#include "base/assert.h"
#include "iceberg/metadata_json.h"

namespace floe::iceberg {
namespace {

Json TypeToJson(const Type& type);
Result<Type> TypeFromJson(const Json& json, const std::string& path);

Json FieldToJson(const NestedField& field) {
  Json out = {{"id", field.id.value()},
              {"name", field.name},
              {"required", field.required},
              {"type", TypeToJson(field.type)}};
  if (!field.doc.empty()) out["doc"] = field.doc;
  AddUnknownMembers(field.unknown_json, out);
  return out;
}

Json FieldsToJson(const std::vector<NestedField>& fields) {
  Json out = Json::array();
  for (const NestedField& field : fields) out.push_back(FieldToJson(field));
  return out;
}

Json TypeToJson(const Type& type) {
  switch (type.id()) {
    case TypeId::kStruct:
      return {{"type", "struct"}, {"fields", FieldsToJson(type.fields())}};
    case TypeId::kList: {
      const NestedField& element = type.fields()[0];
      return {{"type", "list"},
              {"element-id", element.id.value()},
              {"element", TypeToJson(element.type)},
              {"element-required", element.required}};
    }
    case TypeId::kMap: {
      const NestedField& key = type.fields()[0];
      const NestedField& value = type.fields()[1];
      return {{"type", "map"},
              {"key-id", key.id.value()},
              {"key", TypeToJson(key.type)},
              {"value-id", value.id.value()},
              {"value", TypeToJson(value.type)},
              {"value-required", value.required}};
    }
    case TypeId::kDecimal:
      return "decimal(" + std::to_string(type.precision()) + ", " + std::to_string(type.scale()) +
             ")";
    default:
      return type.ToString();
  }
}

Result<NestedField> FieldFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  NestedField field;
  FLOE_ASSIGN(int id, object.Int("id"));
  field.id = ColumnId(id);
  FLOE_ASSIGN(field.name, object.String("name"));
  FLOE_ASSIGN(field.required, object.Boolean("required"));
  FLOE_ASSIGN(field.doc, object.StringOr("doc", ""));
  FLOE_ASSIGN(const Json* type, object.Member("type"));
  FLOE_ASSIGN(field.type, TypeFromJson(*type, object.PathOf("type")));
  field.unknown_json = object.UnknownMembers();
  return field;
}

Result<std::vector<NestedField>> FieldsFromJson(JsonObject& object) {
  std::vector<NestedField> fields;
  FLOE_TRY(object.Member("fields"));
  FLOE_TRY(object.ForEach("fields", [&](const Json& element, const std::string& path) -> Status {
    FLOE_ASSIGN(NestedField field, FieldFromJson(element, path));
    fields.push_back(std::move(field));
    return Status::Ok();
  }));
  return fields;
}

// The child of a list or map: members "<name>-id", "<name>", "<name>-required".
Result<NestedField> ChildFromJson(JsonObject& object, const std::string& name, bool has_required) {
  NestedField child;
  FLOE_ASSIGN(int id, object.Int((name + "-id").c_str()));
  child.id = ColumnId(id);
  child.required = true;
  if (has_required) {
    FLOE_ASSIGN(child.required, object.Boolean((name + "-required").c_str()));
  }
  FLOE_ASSIGN(const Json* type, object.Member(name.c_str()));
  FLOE_ASSIGN(child.type, TypeFromJson(*type, object.PathOf(name.c_str())));
  return child;
}

Result<Type> TypeFromJson(const Json& json, const std::string& path) {
  if (json.is_string()) {
    auto type = Type::ParsePrimitive(json.get<std::string>());
    if (!type.ok()) return std::move(type).error().WithContext("'" + path + "'");
    return type;
  }
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  FLOE_ASSIGN(std::string kind, object.String("type"));
  if (kind == "struct") {
    FLOE_ASSIGN(auto fields, FieldsFromJson(object));
    return Type::Struct(std::move(fields));
  }
  if (kind == "list") {
    FLOE_ASSIGN(NestedField element, ChildFromJson(object, "element", true));
    return Type::List(std::move(element));
  }
  if (kind == "map") {
    FLOE_ASSIGN(NestedField key, ChildFromJson(object, "key", false));
    FLOE_ASSIGN(NestedField value, ChildFromJson(object, "value", true));
    return Type::Map(std::move(key), std::move(value));
  }
  return object.Wrong("type", "struct, list or map");
}

Result<std::vector<ColumnId>> SourceIds(JsonObject& object) {
  std::vector<ColumnId> ids;
  if (object.Find("source-id") != nullptr) {
    FLOE_ASSIGN(int id, object.Int("source-id"));
    ids.emplace_back(id);
    return ids;
  }
  FLOE_ASSIGN(auto list, object.Int64List("source-ids"));
  for (int64_t id : list) ids.emplace_back(static_cast<int32_t>(id));
  if (ids.size() != 1) return object.Wrong("source-id", "one column id");
  return ids;
}

Result<Transform> TransformFromJson(JsonObject& object) {
  FLOE_ASSIGN(std::string text, object.String("transform"));
  auto transform = Transform::Parse(text);
  if (!transform.ok()) {
    return std::move(transform).error().WithContext("'" + object.PathOf("transform") + "'");
  }
  return transform;
}

}  // namespace

Json SchemaToJson(const Schema& schema) {
  Json out = {{"type", "struct"},
              {"schema-id", schema.schema_id()},
              {"fields", FieldsToJson(schema.fields())}};
  Json identifiers = Json::array();
  for (ColumnId id : schema.identifier_field_ids()) identifiers.push_back(id.value());
  out["identifier-field-ids"] = std::move(identifiers);
  AddUnknownMembers(schema.unknown_json(), out);
  return out;
}

Result<Schema> SchemaFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  FLOE_ASSIGN(std::string kind, object.StringOr("type", "struct"));
  if (kind != "struct") return object.Wrong("type", "\"struct\"");
  FLOE_ASSIGN(auto schema_id, object.OptionalInt("schema-id"));
  FLOE_ASSIGN(auto fields, FieldsFromJson(object));
  FLOE_ASSIGN(auto ids, object.Int64List("identifier-field-ids"));
  std::vector<ColumnId> identifiers;
  for (int64_t id : ids) identifiers.emplace_back(static_cast<int32_t>(id));
  Schema schema(schema_id.value_or(0), std::move(fields), std::move(identifiers));
  for (ColumnId id : schema.identifier_field_ids()) {
    if (schema.FindField(id) == nullptr) {
      return object.Wrong("identifier-field-ids", "ids of the schema's fields");
    }
  }
  schema.set_unknown_json(object.UnknownMembers());
  return schema;
}

Json PartitionFieldsToJson(const PartitionSpec& spec) {
  Json out = Json::array();
  for (const PartitionField& field : spec.fields) {
    Json member = {{"name", field.name},
                   {"transform", field.transform.ToString()},
                   {"source-id", field.source_id.value()},
                   {"field-id", field.field_id.value()}};
    AddUnknownMembers(field.unknown_json, member);
    out.push_back(std::move(member));
  }
  return out;
}

Json PartitionSpecToJson(const PartitionSpec& spec) {
  Json out = {{"spec-id", spec.spec_id}, {"fields", PartitionFieldsToJson(spec)}};
  AddUnknownMembers(spec.unknown_json, out);
  return out;
}

Result<std::vector<PartitionField>> PartitionFieldsFromJson(const Json& json,
                                                            const std::string& path) {
  std::vector<PartitionField> fields;
  if (!json.is_array()) return Error(ErrorCode::kCorruption, "'" + path + "' must be an array");
  for (const Json& element : json) {
    FLOE_ASSIGN(JsonObject object,
                JsonObject::Of(element, path + "[" + std::to_string(fields.size()) + "]"));
    PartitionField field;
    FLOE_ASSIGN(field.name, object.String("name"));
    FLOE_ASSIGN(field.transform, TransformFromJson(object));
    FLOE_ASSIGN(auto source_ids, SourceIds(object));
    field.source_id = source_ids[0];
    // Commit requests may leave the id to the catalog.
    FLOE_ASSIGN(auto field_id, object.OptionalInt("field-id"));
    field.field_id = ColumnId(field_id.value_or(0));
    field.unknown_json = object.UnknownMembers();
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<PartitionSpec> PartitionSpecFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  PartitionSpec spec;
  FLOE_ASSIGN(auto spec_id, object.OptionalInt("spec-id"));
  spec.spec_id = spec_id.value_or(0);
  FLOE_ASSIGN(const Json* fields, object.Member("fields"));
  FLOE_ASSIGN(spec.fields, PartitionFieldsFromJson(*fields, object.PathOf("fields")));
  spec.unknown_json = object.UnknownMembers();
  return spec;
}

Json SortOrderToJson(const SortOrder& order) {
  Json fields = Json::array();
  for (const SortField& field : order.fields) {
    Json member = {{"transform", field.transform.ToString()},
                   {"source-id", field.source_id.value()},
                   {"direction", field.ascending ? "asc" : "desc"},
                   {"null-order", field.nulls_first ? "nulls-first" : "nulls-last"}};
    AddUnknownMembers(field.unknown_json, member);
    fields.push_back(std::move(member));
  }
  Json out = {{"order-id", order.order_id}, {"fields", std::move(fields)}};
  AddUnknownMembers(order.unknown_json, out);
  return out;
}

Result<SortOrder> SortOrderFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  SortOrder order;
  FLOE_ASSIGN(order.order_id, object.Int("order-id"));
  FLOE_TRY(object.ForEach("fields", [&](const Json& element, const std::string& at) -> Status {
    FLOE_ASSIGN(JsonObject member, JsonObject::Of(element, at));
    SortField field;
    FLOE_ASSIGN(field.transform, TransformFromJson(member));
    FLOE_ASSIGN(auto source_ids, SourceIds(member));
    field.source_id = source_ids[0];
    FLOE_ASSIGN(std::string direction, member.String("direction"));
    FLOE_ASSIGN(std::string nulls, member.String("null-order"));
    if (direction != "asc" && direction != "desc") return member.Wrong("direction", "asc or desc");
    field.ascending = direction == "asc";
    field.nulls_first = nulls == "nulls-first";
    field.unknown_json = member.UnknownMembers();
    order.fields.push_back(std::move(field));
    return Status::Ok();
  }));
  order.unknown_json = object.UnknownMembers();
  return order;
}

}  // namespace floe::iceberg
