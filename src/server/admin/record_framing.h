// How records travel in bodies of the admin API: one after the other,
//   offset i64, timestamp i64 (ms), key length i32 (-1: none), key, value length i32 (-1: a
//   tombstone), value; integers little-endian. Of records to append the offset is 0.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/partitioned_log.h"

namespace floe::server {

void AppendFramedRecord(const log::RecordView& record, std::string* out);
// Views into `body`. kInvalidData if it ends within a record.
Result<std::vector<log::RecordView>> ParseFramedRecords(std::string_view body);

}  // namespace floe::server
