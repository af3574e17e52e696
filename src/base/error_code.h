// The catalogue of errors: every failure that Floe reports has one of these codes.
// Numbers are stable (they appear in logs, metrics and wire protocols); never reuse one.
#pragma once

#include <cstdint>
#include <string_view>

namespace floe {

// Who has to act. Trino's errorType and HTTP status classes derive from it.
enum class ErrorOrigin : uint8_t {
  kUser,       // the statement, job file, option or record is wrong
  kExternal,   // a system outside this process failed (disk, object store, catalog, broker)
  kInternal,   // a defect of Floe
  kResources,  // a limit of memory, disk, time or count was reached
};

enum class RetryHint : uint8_t {
  kNever,       // the same request fails again
  kAfterDelay,  // may succeed later, unchanged
  kUnknown,     // the outcome is not known: look it up before anything else
};

// X(name, number, origin, retry)
#define FLOE_ERROR_CODES(X)                             \
  X(kSqlSyntax, 1001, kUser, kNever)                    \
  X(kSqlValidation, 1002, kUser, kNever)                \
  X(kSqlUnsupported, 1003, kUser, kNever)               \
  X(kSqlTypeMismatch, 1004, kUser, kNever)              \
  X(kSqlFunctionNotFound, 1005, kUser, kNever)          \
  X(kTableNotFound, 1006, kUser, kNever)                \
  X(kColumnNotFound, 1007, kUser, kNever)               \
  X(kAlreadyExists, 1008, kUser, kNever)                \
  X(kNotFound, 1009, kUser, kNever)                     \
  X(kInvalidOption, 1010, kUser, kNever)                \
  X(kInvalidArgument, 1011, kUser, kNever)              \
  X(kInvalidData, 1012, kUser, kNever)                  \
  X(kDivisionByZero, 1013, kUser, kNever)               \
  X(kNumericOutOfRange, 1014, kUser, kNever)            \
  X(kInvalidCast, 1015, kUser, kNever)                  \
  X(kNullRowtime, 1016, kUser, kNever)                  \
  X(kInvalidConfiguration, 1017, kUser, kNever)         \
  X(kNotEmpty, 1018, kUser, kNever)                     \
  X(kSchemaMismatch, 1019, kUser, kNever)               \
  X(kSchemaNotFound, 1020, kUser, kNever)               \
  X(kCatalogNotFound, 1021, kUser, kNever)              \
  X(kMissingCatalogName, 1022, kUser, kNever)           \
  X(kMissingSchemaName, 1023, kUser, kNever)            \
  X(kMissingColumnName, 1024, kUser, kNever)            \
  X(kAmbiguousName, 1025, kUser, kNever)                \
  X(kDuplicateColumnName, 1026, kUser, kNever)          \
  X(kDuplicateNamedQuery, 1027, kUser, kNever)          \
  X(kInvalidColumnReference, 1028, kUser, kNever)       \
  X(kInvalidLiteral, 1029, kUser, kNever)               \
  X(kInvalidParameterUsage, 1030, kUser, kNever)        \
  X(kInvalidSessionProperty, 1031, kUser, kNever)       \
  X(kTypeNotFound, 1032, kUser, kNever)                 \
  X(kNestedAggregation, 1033, kUser, kNever)            \
  X(kExpressionNotAggregate, 1034, kUser, kNever)       \
  X(kExpressionNotScalar, 1035, kUser, kNever)          \
  X(kExpressionNotInDistinct, 1036, kUser, kNever)      \
  X(kExpressionNotConstant, 1037, kUser, kNever)        \
  X(kSubqueryMultipleRows, 1038, kUser, kNever)         \
  X(kMissingOver, 1039, kUser, kNever)                  \
  X(kFunctionNotAggregate, 1040, kUser, kNever)         \
  X(kColumnAliasMismatch, 1041, kUser, kNever)          \
  X(kInvalidRowCount, 1042, kUser, kNever)              \
  X(kGenericUser, 1043, kUser, kNever)                  \
  X(kFunctionNotWindow, 1044, kUser, kNever)            \
  X(kNestedWindow, 1045, kUser, kNever)                 \
  X(kProcedureNotFound, 1046, kUser, kNever)            \
  X(kMissingOrderBy, 1047, kUser, kNever)               \
  X(kQueryAbandoned, 1048, kUser, kNever)               \
  X(kUnknownTransaction, 1049, kUser, kNever)           \
  X(kIncompatibleClient, 1050, kUser, kNever)           \
  X(kQueryTextTooLarge, 1051, kUser, kNever)            \
  X(kTableVersionNotFound, 1052, kUser, kNever)         \
  X(kIo, 2001, kExternal, kAfterDelay)                  \
  X(kUnavailable, 2002, kExternal, kAfterDelay)         \
  X(kCorruption, 2003, kExternal, kNever)               \
  X(kCommitConflict, 2004, kExternal, kAfterDelay)      \
  X(kCommitUnknown, 2005, kExternal, kUnknown)          \
  X(kFenced, 2006, kExternal, kNever)                   \
  X(kOffsetOutOfRange, 2007, kExternal, kNever)         \
  X(kPermissionDenied, 2008, kExternal, kNever)         \
  X(kTimeout, 2009, kExternal, kAfterDelay)             \
  X(kDataDirectoryLocked, 2010, kExternal, kAfterDelay) \
  X(kInternal, 3001, kInternal, kNever)                 \
  X(kCancelled, 3002, kInternal, kNever)                \
  X(kNotImplemented, 3003, kInternal, kNever)           \
  X(kShuttingDown, 3004, kInternal, kAfterDelay)        \
  X(kMemoryLimit, 4001, kResources, kAfterDelay)        \
  X(kDiskFull, 4002, kResources, kAfterDelay)           \
  X(kLimitExceeded, 4003, kResources, kNever)           \
  X(kQueueFull, 4004, kResources, kAfterDelay)

enum class ErrorCode : uint16_t {
#define FLOE_X(name, number, origin, retry) name = number,
  FLOE_ERROR_CODES(FLOE_X)
#undef FLOE_X
};

// The name as written in logs and protocols, e.g. "SQL_SYNTAX".
std::string_view ErrorName(ErrorCode code);
ErrorOrigin OriginOf(ErrorCode code);
RetryHint RetryOf(ErrorCode code);

inline int ErrorNumber(ErrorCode code) { return static_cast<int>(code); }

}  // namespace floe
