#include "query/trino/error_names.h"

namespace floe::query::trino {
namespace {

struct Entry {
  ErrorCode code;
  std::string_view name;
  int number;
};

// StandardErrorCode.java.
constexpr Entry kUserErrors[] = {
    {ErrorCode::kGenericUser, "GENERIC_USER_ERROR", 0},
    {ErrorCode::kSqlSyntax, "SYNTAX_ERROR", 1},
    {ErrorCode::kQueryAbandoned, "ABANDONED_QUERY", 2},
    {ErrorCode::kCancelled, "USER_CANCELED", 3},
    {ErrorCode::kPermissionDenied, "PERMISSION_DENIED", 4},
    {ErrorCode::kNotFound, "NOT_FOUND", 5},
    {ErrorCode::kSqlFunctionNotFound, "FUNCTION_NOT_FOUND", 6},
    {ErrorCode::kInvalidArgument, "INVALID_FUNCTION_ARGUMENT", 7},
    {ErrorCode::kDivisionByZero, "DIVISION_BY_ZERO", 8},
    {ErrorCode::kInvalidCast, "INVALID_CAST_ARGUMENT", 9},
    {ErrorCode::kAlreadyExists, "ALREADY_EXISTS", 12},
    {ErrorCode::kSqlUnsupported, "NOT_SUPPORTED", 13},
    {ErrorCode::kNotImplemented, "NOT_SUPPORTED", 13},
    {ErrorCode::kInvalidSessionProperty, "INVALID_SESSION_PROPERTY", 14},
    {ErrorCode::kNumericOutOfRange, "NUMERIC_VALUE_OUT_OF_RANGE", 19},
    {ErrorCode::kUnknownTransaction, "UNKNOWN_TRANSACTION", 20},
    {ErrorCode::kIncompatibleClient, "INCOMPATIBLE_CLIENT", 27},
    {ErrorCode::kSubqueryMultipleRows, "SUBQUERY_MULTIPLE_ROWS", 28},
    {ErrorCode::kProcedureNotFound, "PROCEDURE_NOT_FOUND", 29},
    {ErrorCode::kQueryTextTooLarge, "QUERY_TEXT_TOO_LARGE", 35},
    {ErrorCode::kTypeNotFound, "TYPE_NOT_FOUND", 43},
    {ErrorCode::kCatalogNotFound, "CATALOG_NOT_FOUND", 44},
    {ErrorCode::kSchemaNotFound, "SCHEMA_NOT_FOUND", 45},
    {ErrorCode::kTableNotFound, "TABLE_NOT_FOUND", 46},
    {ErrorCode::kColumnNotFound, "COLUMN_NOT_FOUND", 47},
    {ErrorCode::kDuplicateNamedQuery, "DUPLICATE_NAMED_QUERY", 53},
    {ErrorCode::kDuplicateColumnName, "DUPLICATE_COLUMN_NAME", 54},
    {ErrorCode::kMissingColumnName, "MISSING_COLUMN_NAME", 55},
    {ErrorCode::kMissingCatalogName, "MISSING_CATALOG_NAME", 56},
    {ErrorCode::kMissingSchemaName, "MISSING_SCHEMA_NAME", 57},
    {ErrorCode::kSqlTypeMismatch, "TYPE_MISMATCH", 58},
    {ErrorCode::kInvalidRowCount, "TYPE_MISMATCH", 58},
    {ErrorCode::kInvalidLiteral, "INVALID_LITERAL", 59},
    {ErrorCode::kColumnAliasMismatch, "MISMATCHED_COLUMN_ALIASES", 61},
    {ErrorCode::kAmbiguousName, "AMBIGUOUS_NAME", 62},
    {ErrorCode::kInvalidColumnReference, "INVALID_COLUMN_REFERENCE", 63},
    {ErrorCode::kMissingOrderBy, "MISSING_ORDER_BY", 65},
    {ErrorCode::kMissingOver, "MISSING_OVER", 66},
    {ErrorCode::kNestedAggregation, "NESTED_AGGREGATION", 67},
    {ErrorCode::kNestedWindow, "NESTED_WINDOW", 68},
    {ErrorCode::kExpressionNotInDistinct, "EXPRESSION_NOT_IN_DISTINCT", 69},
    {ErrorCode::kFunctionNotWindow, "FUNCTION_NOT_WINDOW", 71},
    {ErrorCode::kExpressionNotConstant, "EXPRESSION_NOT_CONSTANT", 75},
    {ErrorCode::kFunctionNotAggregate, "FUNCTION_NOT_AGGREGATE", 72},
    {ErrorCode::kExpressionNotAggregate, "EXPRESSION_NOT_AGGREGATE", 73},
    {ErrorCode::kExpressionNotScalar, "EXPRESSION_NOT_SCALAR", 74},
    {ErrorCode::kTableVersionNotFound, "INVALID_ARGUMENTS", 76},
    {ErrorCode::kInvalidParameterUsage, "INVALID_PARAMETER_USAGE", 80},
};

}  // namespace

TrinoErrorName NameOf(ErrorCode code) {
  for (const Entry& entry : kUserErrors) {
    if (entry.code == code) return {entry.name, entry.number, "USER_ERROR"};
  }
  switch (code) {
    case ErrorCode::kMemoryLimit:
      return {"EXCEEDED_LOCAL_MEMORY_LIMIT", 131079, "INSUFFICIENT_RESOURCES"};
    case ErrorCode::kTimeout:
      return {"EXCEEDED_TIME_LIMIT", 131075, "INSUFFICIENT_RESOURCES"};
    case ErrorCode::kLimitExceeded:
      return {"GENERIC_INSUFFICIENT_RESOURCES", 131072, "INSUFFICIENT_RESOURCES"};
    case ErrorCode::kQueueFull:
      return {"QUERY_QUEUE_FULL", 131074, "INSUFFICIENT_RESOURCES"};
    case ErrorCode::kShuttingDown:
      return {"SERVER_SHUTTING_DOWN", 65545, "INTERNAL_ERROR"};
    default:
      break;
  }
  if (OriginOf(code) == ErrorOrigin::kExternal) {
    return {"ICEBERG_CATALOG_ERROR", 84279303, "EXTERNAL"};
  }
  if (OriginOf(code) == ErrorOrigin::kUser) return {"GENERIC_USER_ERROR", 0, "USER_ERROR"};
  return {"GENERIC_INTERNAL_ERROR", 65536, "INTERNAL_ERROR"};
}

std::string TrinoMessage(const Error& error) {
  if (!error.span()) return error.message();
  return "line " + std::to_string(error.span()->line) + ":" + std::to_string(error.span()->column) +
         ": " + error.message();
}

std::optional<Error> DecodeRaised(std::string_view message) {
  const size_t begin = message.find("TRINO|");
  if (begin == std::string_view::npos) return std::nullopt;
  message.remove_prefix(begin + 6);
  const size_t bar = message.find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  const std::string_view name = message.substr(0, bar);
  for (const Entry& entry : kUserErrors) {
    if (entry.name == name) return Error(entry.code, std::string(message.substr(bar + 1)));
  }
  return std::nullopt;
}

}  // namespace floe::query::trino
