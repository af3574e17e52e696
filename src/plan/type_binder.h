// Types as written → data types, with Flink's limits and defaults.
#pragma once

#include "base/result.h"
#include "sql/flink/ast_name.h"
#include "types/data_type.h"

namespace floe::plan {

// A type of a column or CAST; nullable unless NOT NULL is written. Precision beyond the largest is
// cut to it (DECIMAL(39, 2) is DECIMAL(38, 2)), as Flink's type factory does; a scale outside of
// the precision is refused. Types that Floe does not have (RAW, VARIANT, …) are kSqlUnsupported,
// names that are no type at all kSqlValidation.
Result<types::DataType> BindType(const sql::flink::TypeName& type);

}  // namespace floe::plan
