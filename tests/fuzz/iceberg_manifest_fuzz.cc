// Manifests and manifest lists of other writers: refused or read, and nothing else.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "iceberg/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  floe::iceberg::ManifestFile manifest;
  manifest.sequence_number = floe::SequenceNumber(1);
  (void)floe::iceberg::ReadManifest(bytes, manifest).ok();
  (void)floe::iceberg::ReadManifestList(bytes).ok();
  return 0;
}
