// Syntax trees back to Flink SQL, in one canonical form: every name in back quotes, keywords in
// upper case, parentheses only where the tree needs them. Parsing the text gives an equal tree.
#pragma once

#include <string>
#include <string_view>

#include "sql/flink/ast.h"

namespace floe::sql::flink {

// `name` in back quotes.
std::string PrintIdentifier(std::string_view name);
std::string PrintName(const QualifiedName& name);
// `text` in single quotes.
std::string PrintString(std::string_view text);

std::string PrintExpression(const Expression& expression);
std::string PrintTypeName(const TypeName& type);
std::string PrintQuery(const Query& query);

// Without a semicolon. CREATE TABLE has a line per column and option, all others are on one line. A
// statement that is known by name only gives its text.
std::string PrintStatement(const Statement& statement);

}  // namespace floe::sql::flink
