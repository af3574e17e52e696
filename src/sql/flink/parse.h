// Flink SQL text to syntax trees. Everything here is pure: no catalog, no names looked up.
//
// Errors are kSqlSyntax (not Flink SQL), kSqlUnsupported (a construct of Flink's grammar that Floe
// does not parse, by name) or kLimitExceeded, with the position of the first token that does not
// fit; sql/diagnostic.h shows them. Spans count within the text that was passed.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/flink/ast.h"

namespace floe::sql::flink {

// The statements of a job file, in order, as Flink's SQL client cuts it at semicolons (the last one
// may be missing). BEGIN STATEMENT SET; … END; is one StatementSet. A text of comments alone gives
// none.
Result<std::vector<Statement>> ParseScript(std::string_view text);

// Exactly one statement, with or without a semicolon. Here BEGIN STATEMENT SET and END are
// statements of their own, as an interactive client sends them.
Result<Statement> ParseStatement(std::string_view text);

// A query without a semicolon, e.g. the stored text of a view.
Result<Query> ParseQuery(std::string_view text);

// A scalar expression.
Result<Expression> ParseExpression(std::string_view text);

// A type, e.g. "ROW<a INT NOT NULL, b DECIMAL(10, 2)>".
Result<TypeName> ParseTypeName(std::string_view text);

}  // namespace floe::sql::flink
