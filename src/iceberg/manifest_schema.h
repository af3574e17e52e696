// The Avro schemas of manifests and manifest lists, as text (spec, "Manifests", appendix A).
#pragma once

#include <string>
#include <vector>

#include "iceberg/partition_spec.h"

namespace floe::iceberg {

// Iceberg field ids of the members, so that readers and writers name them alike.
namespace manifest_field {
inline constexpr int kStatus = 0;
inline constexpr int kSnapshotId = 1;
inline constexpr int kDataFile = 2;
inline constexpr int kSequenceNumber = 3;
inline constexpr int kFileSequenceNumber = 4;
inline constexpr int kFilePath = 100;
inline constexpr int kFileFormat = 101;
inline constexpr int kPartition = 102;
inline constexpr int kRecordCount = 103;
inline constexpr int kFileSize = 104;
inline constexpr int kColumnSizes = 108;
inline constexpr int kValueCounts = 109;
inline constexpr int kNullValueCounts = 110;
inline constexpr int kLowerBounds = 125;
inline constexpr int kUpperBounds = 128;
inline constexpr int kKeyMetadata = 131;
inline constexpr int kSplitOffsets = 132;
inline constexpr int kContent = 134;
inline constexpr int kEqualityIds = 135;
inline constexpr int kNanValueCounts = 137;
inline constexpr int kSortOrderId = 140;
inline constexpr int kReferencedDataFile = 143;
}  // namespace manifest_field

namespace manifest_list_field {
inline constexpr int kPath = 500;
inline constexpr int kLength = 501;
inline constexpr int kSpecId = 502;
inline constexpr int kAddedSnapshotId = 503;
inline constexpr int kAddedFilesCount = 504;
inline constexpr int kExistingFilesCount = 505;
inline constexpr int kDeletedFilesCount = 506;
inline constexpr int kPartitions = 507;
inline constexpr int kContainsNull = 509;
inline constexpr int kLowerBound = 510;
inline constexpr int kUpperBound = 511;
inline constexpr int kAddedRowsCount = 512;
inline constexpr int kExistingRowsCount = 513;
inline constexpr int kDeletedRowsCount = 514;
inline constexpr int kSequenceNumber = 515;
inline constexpr int kMinSequenceNumber = 516;
inline constexpr int kContent = 517;
inline constexpr int kContainsNan = 518;
inline constexpr int kKeyMetadata = 519;
}  // namespace manifest_list_field

// Schema of a manifest's entries; `partition_types` are the result types of the spec's fields.
std::string ManifestEntrySchema(const PartitionSpec& spec,
                                const std::vector<Type>& partition_types);
const std::string& ManifestFileSchema();

}  // namespace floe::iceberg
