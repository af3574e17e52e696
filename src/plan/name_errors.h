// Errors about names that are not there, in one form: what was looked for, what is near, what
// there is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stream/table_descriptor.h"

namespace floe::plan {

// `message` with "; did you mean …" behind it, and as hint the known names, e.g. "tables: a, b".
Error UnknownName(ErrorCode code, std::string message, std::string_view name,
                  const std::vector<std::string>& known, std::string_view plural,
                  const SourceSpan& span);

// With the table's name before the message, unless that has it.
Error OfTable(Error error, const stream::TableName& table);

// "a, b and 3 more": at most 12 names.
std::string ListNames(const std::vector<std::string>& names);

// "1 column", "2 columns".
std::string CountOf(size_t count, std::string_view noun);

// `name` back-quoted.
std::string Quoted(std::string_view name);

}  // namespace floe::plan
