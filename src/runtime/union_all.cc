#include "runtime/union_all.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/batch_rows.h"
#include "types/arrow_types.h"

namespace floe::runtime {

int OrderColumnCount(const plan::PhysicalNode& node) {
  std::vector<int> inputs;
  for (const plan::PhysicalNodePtr& input : node.inputs) inputs.push_back(OrderColumnCount(*input));
  switch (node.kind) {
    case plan::PhysicalKind::kScan:
    case plan::PhysicalKind::kValues:
      return 1;
    case plan::PhysicalKind::kCalc:
    case plan::PhysicalKind::kSink:
      return inputs[0];
    case plan::PhysicalKind::kUnion:
      return *std::max_element(inputs.begin(), inputs.end()) + 1;
    case plan::PhysicalKind::kWindowTableFunction:
      return inputs[0] + 1;
    case plan::PhysicalKind::kWindowAggregate:
      return 2 + inputs[0];
    case plan::PhysicalKind::kWindowJoin:
      return 2 + inputs[0] + inputs[1];
    case plan::PhysicalKind::kIntervalJoin:
      return 1 + inputs[0] + inputs[1];
  }
  return 1;
}

Result<stream::Batch> TagUnionInput(const plan::UnionNode& node, const stream::Batch& batch,
                                    int input, arrow::MemoryPool* pool) {
  stream::Batch tagged = batch;
  tagged.rows =
      arrow::RecordBatch::Make(types::ToArrow(node.schema), batch.size(), batch.rows->columns());
  const auto padded = static_cast<size_t>(OrderColumnCount(node)) - 1;
  std::vector<int64_t> values(static_cast<size_t>(batch.size()), 0);
  while (tagged.order.size() < padded) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> zeros, MakeInt64Array(values, pool));
    tagged.order.push_back(std::move(zeros));
  }
  std::fill(values.begin(), values.end(), input);
  FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> index, MakeInt64Array(values, pool));
  tagged.order.push_back(std::move(index));
  return tagged;
}

}  // namespace floe::runtime
