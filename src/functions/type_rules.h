// Result types of operators, after Flink's LogicalTypeMerging and Calcite's type factory.
#pragma once

#include <optional>

#include "types/data_type.h"

namespace floe::functions {

// TINYINT … BIGINT as the DECIMAL that holds all their values. REQUIRES: an integer or DECIMAL.
types::DataType ExactAsDecimal(const types::DataType& type);
// A decimal of up to 76 digits cut to 38: fraction digits go first, down to 6.
types::DataType LimitDecimal(int precision, int scale);

// Types of a + b (and a - b), a * b, a / b, a % b for two numbers; nullability not set.
types::DataType AdditionType(const types::DataType& a, const types::DataType& b);
types::DataType MultiplicationType(const types::DataType& a, const types::DataType& b);
types::DataType DivisionType(const types::DataType& a, const types::DataType& b);
types::DataType ModuloType(const types::DataType& a, const types::DataType& b);

// The least restrictive type of two, or nothing; nullable if one of them is. NULL meets all.
std::optional<types::DataType> CommonTypeOf(const types::DataType& a, const types::DataType& b);

}  // namespace floe::functions
