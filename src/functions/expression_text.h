// Expressions and literals as SQL-like text.
#pragma once

#include <string>

#include "functions/expression.h"

namespace floe::functions {

std::string ExpressionText(const Expression& expression);
// 'it''s', 12, 1.50, TRUE, DATE '2024-01-31', NULL.
std::string LiteralText(const LiteralValue& value, const types::DataType& type);
// Plain digits of an unscaled value, e.g. (-5, 2) is "-0.05".
std::string DecimalText(Int128 unscaled, int scale);

}  // namespace floe::functions
