// The one header that brings Arrow's types into types/: how a DataType is laid out in a batch.
#pragma once

#include <arrow/array/array_base.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <memory>

#include "types/data_type.h"

namespace floe::types {

// The physical layout of each type:
//   BOOLEAN bool; TINYINT int8; SMALLINT int16; INT int32; BIGINT int64; FLOAT float; DOUBLE
//   double; DECIMAL(p, s) decimal128(p, s); CHAR, VARCHAR utf8; BINARY, VARBINARY binary; DATE
//   date32; TIME(p) time32(ms); TIMESTAMP(p) timestamp of ms for p <= 3, us for p <= 6, ns above,
//   without zone; TIMESTAMP_LTZ(p) the same with zone "UTC"; INTERVAL DAY TO SECOND duration(ms);
//   INTERVAL YEAR TO MONTH int32 months; ARRAY list; MAP map; ROW struct; NULL null.
std::shared_ptr<arrow::DataType> ToArrow(const DataType& type);
std::shared_ptr<arrow::Schema> ToArrow(const Schema& schema);

// Units of a timestamp's last digit per millisecond: 1, 1'000 or 1'000'000.
int64_t TimestampUnitsPerMilli(const DataType& type);

}  // namespace floe::types
