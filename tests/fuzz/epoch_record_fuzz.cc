// Any bytes as an epoch record, behind a checksum that is made right; what is read is written and
// read again alike.
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "state/epoch_record.h"
#include "storage/encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace floe;
  std::string bytes = "FLOEEPOC";
  storage::PutFixed<uint32_t>(bytes, 1);
  bytes.append(reinterpret_cast<const char*>(data), size);
  storage::PutFixed<uint64_t>(bytes, XXH3_64bits(bytes.data(), bytes.size()));
  const Result<state::EpochRecord> record = state::DecodeEpochRecord(bytes);
  if (!record.ok()) return 0;
  const Result<state::EpochRecord> again =
      state::DecodeEpochRecord(state::EncodeEpochRecord(*record));
  if (!again.ok() || !(*again == *record)) std::abort();
  (void)state::EpochRecordToJson(*record).size();
  return 0;
}
