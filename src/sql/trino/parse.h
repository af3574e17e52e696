// Trino SQL to syntax trees.
#pragma once

#include <string_view>

#include "base/result.h"
#include "sql/trino/ast.h"

namespace floe::sql::trino {

// One statement, without a ";" at its end, as the client protocol has it. Fails with kSqlSyntax at
// the place at which Trino reports it, kLimitExceeded beyond limits::kMaxSqlBytes and
// kMaxSqlNestingDepth.
Result<Statement> ParseStatement(std::string_view text);
// A query or an expression alone; for tests and for texts of EXECUTE … USING.
Result<Expression> ParseExpression(std::string_view text);
// A type's name, as in CAST: "array(varchar(3))".
Result<TypeName> ParseTypeName(std::string_view text);

}  // namespace floe::sql::trino
