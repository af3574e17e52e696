// Pieces of a statement as they were written.
#pragma once

#include <string>

#include "base/result.h"
#include "sql/flink/ast_statement.h"

namespace floe::plan {

// The text of `span`, which lies in the statement; "" if it does not.
std::string TextOf(const sql::flink::Statement& statement, const SourceSpan& span);

}  // namespace floe::plan
