#include "sql/trino/ast.h"

#include "sql/trino/keywords.h"

namespace floe::sql::trino {

std::string QualifiedName::ToString() const {
  std::string out;
  for (const Identifier& part : parts) {
    if (!out.empty()) out += '.';
    out += LowerCase(part.value);
  }
  return out;
}

bool Expression::operator==(const Expression&) const = default;
bool QueryBody::operator==(const QueryBody&) const = default;
bool CommonTable::operator==(const CommonTable&) const = default;
bool Query::operator==(const Query&) const = default;

}  // namespace floe::sql::trino
