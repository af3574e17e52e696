// VALUES as a table that is read once.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"

namespace arrow {
class MemoryPool;
}

namespace floe::runtime {

struct ScanSource;

// The scan that stands for a VALUES node, and its source of one record that decodes to all rows.
struct ValuesScan {
  std::shared_ptr<const plan::ScanNode> node;
  std::unique_ptr<ScanSource> source;
};
Result<ValuesScan> MakeValuesScan(const plan::ValuesNode& values, arrow::MemoryPool* pool);

}  // namespace floe::runtime
