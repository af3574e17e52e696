// Casts inside of functions/: which pairs exist, and the coercions that operators insert.
#pragma once

#include "base/result.h"
#include "functions/expression.h"
#include "functions/resolve.h"
#include "functions/scalar_function.h"
#include "types/data_type.h"

namespace floe::functions {

// Whether CAST has a rule for the pair.
bool IsCastable(const types::DataType& source, const types::DataType& target);

// A cast that resolution inserts, done at once for a literal. The result keeps the nullability of
// `operand`; a NULL without a type becomes a NULL of the type.
Result<ExpressionPtr> CoerceTo(const ExpressionPtr& operand, const types::DataType& target,
                               const SessionOptions& options);
// The same, where a value that does not fit becomes NULL.
Result<ExpressionPtr> TryCoerceTo(const ExpressionPtr& operand, const types::DataType& target,
                                  const SessionOptions& options);

// Whether it is the cast of FLOAT to DOUBLE that an operator inserted.
bool IsOperatorsWidening(const ScalarFunction& function);

// What a cast's kernel does with a value that does not fit.
enum class CastFailure : uint8_t { kFail, kNull };

// Kernels by family of the target; the arguments are the operand and, for pairs that need it, the
// zone. REQUIRES: IsCastable.
Result<BoundKernel> MakeCastKernel(const KernelRequest& request, CastFailure failure);
Result<BoundKernel> MakeNumericCast(const KernelRequest& request, CastFailure failure);
Result<BoundKernel> MakeTextToNumberCast(const KernelRequest& request, CastFailure failure);
Result<BoundKernel> MakeToTextCast(const KernelRequest& request);
Result<BoundKernel> MakeToBinaryCast(const KernelRequest& request);
Result<BoundKernel> MakeDateTimeCast(const KernelRequest& request, CastFailure failure);
// True if the pair is computed in the session's time zone.
bool CastNeedsZone(const types::DataType& source, const types::DataType& target);

}  // namespace floe::functions
