// Syntax trees back to text, in the form of Trino's own messages: "(id % 2)", "count(*)".
#pragma once

#include <string>

#include "sql/trino/ast.h"

namespace floe::sql::trino {

// Parsing the text gives an equal tree, unless there is a subquery in it: those are "(<query>)".
std::string PrintExpression(const Expression& expression);
std::string PrintTypeName(const TypeName& type);

}  // namespace floe::sql::trino
