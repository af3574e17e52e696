#include "sql/flink/printer.h"

namespace floe::sql::flink {

void Printer::Print(const TypeName& type) {
  const auto fields = [&] {
    for (size_t i = 0; i < type.fields.size(); ++i) {
      if (i > 0) Write(", ");
      WriteIdentifier(type.fields[i].name.value);
      Write(" ");
      Print(type.fields[i].type);
      if (!type.fields[i].comment.has_value()) continue;
      Write(" ");
      WriteString(*type.fields[i].comment);
    }
  };
  const auto strings = [&] {
    for (size_t i = 0; i < type.strings.size(); ++i) {
      if (i > 0) Write(", ");
      WriteString(type.strings[i]);
    }
  };
  if (type.kind == TypeNameKind::kUserDefined) {
    Print(type.name);
  } else {
    Write(TypeNameKindName(type.kind));
  }
  if (type.kind == TypeNameKind::kInterval) {
    Write(" ");
    Print(*type.interval);
  } else if (type.kind == TypeNameKind::kRow) {
    Write("<");
    fields();
    Write(">");
  } else if (type.kind == TypeNameKind::kRaw) {
    Write("(");
    strings();
    Write(")");
  } else if (type.kind == TypeNameKind::kStructured) {
    Write("<");
    strings();
    if (!type.fields.empty()) Write(", ");
    fields();
    Write(">");
  } else if (!type.children.empty()) {
    Write("<");
    for (size_t i = 0; i < type.children.size(); ++i) {
      if (i > 0) Write(", ");
      Print(type.children[i]);
    }
    Write(">");
  }
  for (size_t i = 0; i < type.parameters.size(); ++i) {
    Write(i > 0 ? ", " : "(");
    Write(std::to_string(type.parameters[i]));
  }
  if (!type.parameters.empty()) Write(")");
  if (type.nullability == Nullability::kNull) Write(" NULL");
  if (type.nullability == Nullability::kNotNull) Write(" NOT NULL");
}

}  // namespace floe::sql::flink
