// CRC-32C (Castagnoli), as Kafka, iSCSI and most storage formats have it.
#pragma once

#include <cstdint>
#include <string_view>

namespace floe::storage {

// The checksum of `bytes`, going on from that of what lies before them. Uses the processor's
// instruction where there is one.
uint32_t Crc32c(std::string_view bytes, uint32_t before = 0);

// The table-driven form, for machines without the instruction; same values.
uint32_t Crc32cPortable(std::string_view bytes, uint32_t before = 0);

}  // namespace floe::storage
