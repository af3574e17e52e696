// Conditions on columns that decide which files can hold matching rows. Never wrong in one
// direction: a file that is left out has no matching row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/data_file.h"
#include "iceberg/manifest.h"
#include "iceberg/schema.h"

namespace floe::iceberg {

enum class PredicateOp : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIsNull,
  kIsNotNull,
  kIn,
};

// `column op value`; kIn takes all of `values`, IS [NOT] NULL none.
struct ColumnPredicate {
  ColumnId column;
  PredicateOp op = PredicateOp::kEqual;
  std::vector<Literal> values;
};

// All must hold.
using Conjunction = std::vector<ColumnPredicate>;

// Whether the file's metrics and partition allow a row that satisfies all conditions.
bool MightMatch(const Conjunction& conditions, const Schema& schema, const PartitionSpec& spec,
                const DataFile& file);
// The same for a manifest's partition summaries.
bool MightMatch(const Conjunction& conditions, const Schema& schema, const PartitionSpec& spec,
                const ManifestFile& manifest);

}  // namespace floe::iceberg
