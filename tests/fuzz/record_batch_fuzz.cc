// Any bytes as a record batch: an error or records, never anything worse. The checksum is not asked
// for, since it is no proof of good intent.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "log/record_batch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace floe::log;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size < kBatchHeaderBytes) return 0;
  const floe::Result<BatchHeader> header = ParseBatchHeader(bytes);
  if (!header.ok() || header->size_bytes() != size) return 0;
  RecordMemory memory;
  std::vector<RecordView> records;
  if (!DecodeBatch(*header, bytes, header->base_offset, size_t{1} << 22, memory, records).ok()) {
    return 0;
  }
  size_t total = 0;
  for (const RecordView& record : records) {
    total += record.key.value_or("").size() + record.value.value_or("").size();
    for (const HeaderView& view : record.headers) total += view.name.size();
  }
  return total == SIZE_MAX ? 1 : 0;
}
