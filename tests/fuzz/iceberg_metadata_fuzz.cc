// Metadata files and commit requests: whatever is accepted is written and read back unchanged.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "iceberg/table_metadata.h"
#include "iceberg/table_update.h"

using floe::iceberg::ParseTableChange;
using floe::iceberg::ParseTableMetadata;
using floe::iceberg::WriteTableChange;
using floe::iceberg::WriteTableMetadata;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto metadata = ParseTableMetadata(text); metadata.ok()) {
    std::string written = WriteTableMetadata(*metadata);
    auto again = ParseTableMetadata(written);
    FLOE_ASSERT(again.ok());
    FLOE_ASSERT(WriteTableMetadata(*again) == written);
  }
  if (auto change = ParseTableChange(text); change.ok()) {
    std::string written = WriteTableChange(*change);
    auto again = ParseTableChange(written);
    FLOE_ASSERT(again.ok());
    FLOE_ASSERT(WriteTableChange(*again) == written);
    // Applying it may fail, but not break.
    (void)floe::iceberg::ApplyUpdates({}, change->updates, 0, "").ok();
  }
  return 0;
}
