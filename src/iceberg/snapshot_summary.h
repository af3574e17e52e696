// The metrics in a snapshot's summary (spec, appendix F).
#pragma once

#include <cstdint>
#include <vector>

#include "iceberg/data_file.h"
#include "iceberg/snapshot.h"

namespace floe::iceberg {

// How a commit changed the manifests of a table.
struct ManifestCounts {
  int64_t created = 0;
  int64_t kept = 0;
  int64_t replaced = 0;
};

// What a commit adds, and the table's totals after it. A total that the parent does not tell stays
// unknown. Zero counts are left out, totals are not.
Summary MetricsSummary(const std::vector<DataFile>& data_files,
                       const std::vector<DataFile>& delete_files, const Snapshot* parent);
void AddManifestCounts(const ManifestCounts& counts, Summary& summary);

}  // namespace floe::iceberg
