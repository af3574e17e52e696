#include "sql/trino/keywords.h"

#include <algorithm>
#include <iterator>

namespace floe::sql::trino {
namespace {

// Sorted.
constexpr std::string_view kReserved[] = {"ALTER",        "AND",
                                          "AS",           "BETWEEN",
                                          "BY",           "CASE",
                                          "CAST",         "CONSTRAINT",
                                          "CREATE",       "CROSS",
                                          "CUBE",         "CURRENT_CATALOG",
                                          "CURRENT_DATE", "CURRENT_PATH",
                                          "CURRENT_ROLE", "CURRENT_SCHEMA",
                                          "CURRENT_TIME", "CURRENT_TIMESTAMP",
                                          "CURRENT_USER", "DEALLOCATE",
                                          "DELETE",       "DESCRIBE",
                                          "DISTINCT",     "DROP",
                                          "ELSE",         "END",
                                          "ESCAPE",       "EXCEPT",
                                          "EXECUTE",      "EXISTS",
                                          "EXTRACT",      "FALSE",
                                          "FOR",          "FROM",
                                          "FULL",         "GROUP",
                                          "GROUPING",     "HAVING",
                                          "IN",           "INNER",
                                          "INSERT",       "INTERSECT",
                                          "INTO",         "IS",
                                          "JOIN",         "JSON_ARRAY",
                                          "JSON_EXISTS",  "JSON_OBJECT",
                                          "JSON_QUERY",   "JSON_TABLE",
                                          "JSON_VALUE",   "LEFT",
                                          "LIKE",         "LISTAGG",
                                          "LOCALTIME",    "LOCALTIMESTAMP",
                                          "NATURAL",      "NORMALIZE",
                                          "NOT",          "NULL",
                                          "ON",           "OR",
                                          "ORDER",        "OUTER",
                                          "PREPARE",      "RECURSIVE",
                                          "RIGHT",        "ROLLUP",
                                          "SELECT",       "SKIP",
                                          "TABLE",        "THEN",
                                          "TRIM",         "TRUE",
                                          "UESCAPE",      "UNION",
                                          "UNNEST",       "USING",
                                          "VALUES",       "WHEN",
                                          "WHERE",        "WITH"};

}  // namespace

bool IsReservedWord(std::string_view upper) {
  return std::binary_search(std::begin(kReserved), std::end(kReserved), upper);
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace floe::sql::trino
