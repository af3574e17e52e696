#include "functions/resolve.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/near_names.h"
#include "functions/ascii.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

// Scalar functions and constructors of Flink 2.3 that are refused by name. Sorted.
constexpr std::string_view kUnsupported[] = {
    "ARRAY",
    "ARRAY_APPEND",
    "ARRAY_CONCAT",
    "ARRAY_CONTAINS",
    "ARRAY_DISTINCT",
    "ARRAY_EXCEPT",
    "ARRAY_INTERSECT",
    "ARRAY_JOIN",
    "ARRAY_MAX",
    "ARRAY_MIN",
    "ARRAY_POSITION",
    "ARRAY_PREPEND",
    "ARRAY_REMOVE",
    "ARRAY_REVERSE",
    "ARRAY_SLICE",
    "ARRAY_SORT",
    "ARRAY_UNION",
    "CARDINALITY",
    "CURRENT_DATABASE",
    "CURRENT_ROW_TIMESTAMP_MICROS",
    "DECODE",
    "ELEMENT",
    "ENCODE",
    "GROUPING",
    "GROUPING_ID",
    "GROUP_ID",
    "HASH_CODE",
    "ITEM",
    "JSON",
    "JSON_ARRAY",
    "JSON_EXISTS",
    "JSON_LENGTH",
    "JSON_OBJECT",
    "JSON_QUERY",
    "JSON_QUOTE",
    "JSON_STRING",
    "JSON_UNQUOTE",
    "JSON_VALUE",
    "MAP",
    "MAP_ENTRIES",
    "MAP_FROM_ARRAYS",
    "MAP_KEYS",
    "MAP_UNION",
    "MAP_VALUES",
    "MATCH_PROCTIME",
    "MATCH_ROWTIME",
    "MULTISET",
    "OBJECT_OF",
    "OBJECT_UPDATE",
    "OVERLAPS",
    "PARSE_JSON",
    "PERCENTILE",
    "PRINT",
    "PRINTF",
    "REGEXP_EXTRACT_ALL",
    "ROW",
    "SOURCE_WATERMARK",
    "SPLIT",
    "STR_TO_MAP",
    "TRY_PARSE_JSON",
    "UNNEST",
};

bool IsUnsupported(std::string_view name) {
  return std::find(std::begin(kUnsupported), std::end(kUnsupported), name) !=
         std::end(kUnsupported);
}

Error NotFound(std::string_view name, SourceSpan span) {
  return Error(
      ErrorCode::kSqlFunctionNotFound,
      "there is no function " + std::string(name) + DidYouMean(AsciiLower(name), FunctionNames()),
      span);
}

bool CountFits(const FunctionEntry& entry, size_t count) {
  const auto given = static_cast<int>(count);
  return given >= entry.min_arguments &&
         (entry.max_arguments == kAnyCount || given <= entry.max_arguments);
}

}  // namespace

Result<ExpressionPtr> ResolveCall(std::string_view name, std::vector<ExpressionPtr> arguments,
                                  const SessionOptions& options, SourceSpan span) {
  const std::string upper = AsciiUpper(name);
  const FunctionEntry* entry = Functions().Find(upper);
  if (entry == nullptr) {
    if (IsUnsupported(upper)) {
      return Error(ErrorCode::kSqlUnsupported, "the function " + upper + " is not supported yet",
                   span);
    }
    return NotFound(name, span);
  }
  ResolveRequest request{upper, std::move(arguments), options, span};
  if (!CountFits(*entry, request.arguments.size())) {
    return ArgumentMismatch(request, "the number of arguments is wrong");
  }
  return entry->resolve(request);
}

bool IsKnownFunction(std::string_view name) {
  const std::string upper = AsciiUpper(name);
  return Functions().Find(upper) != nullptr || IsUnsupported(upper);
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : Functions().entries()) {
    if (!entry.is_operator) names.push_back(AsciiLower(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace floe::functions
