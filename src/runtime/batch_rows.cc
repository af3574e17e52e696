#include "runtime/batch_rows.h"

#include <arrow/array/array_primitive.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "functions/evaluator.h"
#include "runtime/key_hash.h"
#include "state/key_group.h"

namespace floe::runtime {
namespace {

// Runs shorter than this on average are copied together: an operator's fixed cost per batch is
// worth some hundred rows.
constexpr int64_t kMinAverageRunRows = 256;

Status FromArrow(const arrow::Status& status) {
  return status.ok() ? Status::Ok() : Status(ErrorCode::kMemoryLimit, status.ToString());
}

template <typename ArrayType>
Result<std::shared_ptr<ArrayType>> Gather(const ArrayType& source, std::span<const int32_t> rows,
                                          arrow::MemoryPool* pool) {
  using Value = typename ArrayType::value_type;
  auto buffer = arrow::AllocateBuffer(static_cast<int64_t>(rows.size() * sizeof(Value)), pool);
  FLOE_TRY(FromArrow(buffer.status()));
  const Value* from = source.raw_values();
  auto* to = reinterpret_cast<Value*>((*buffer)->mutable_data());
  for (size_t i = 0; i < rows.size(); ++i) to[i] = from[rows[i]];
  return std::make_shared<ArrayType>(static_cast<int64_t>(rows.size()),
                                     std::shared_ptr<arrow::Buffer>(std::move(*buffer)));
}

bool IsAllRows(const stream::Batch& batch, std::span<const int32_t> rows) {
  if (static_cast<int64_t>(rows.size()) != batch.size()) return false;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != static_cast<int32_t>(i)) return false;
  }
  return true;
}

}  // namespace

Result<std::shared_ptr<arrow::Int64Array>> MakeInt64Array(std::span<const int64_t> values,
                                                          arrow::MemoryPool* pool) {
  auto buffer = arrow::AllocateBuffer(static_cast<int64_t>(values.size_bytes()), pool);
  FLOE_TRY(FromArrow(buffer.status()));
  std::copy(values.begin(), values.end(), reinterpret_cast<int64_t*>((*buffer)->mutable_data()));
  return std::make_shared<arrow::Int64Array>(static_cast<int64_t>(values.size()),
                                             std::shared_ptr<arrow::Buffer>(std::move(*buffer)));
}

Result<stream::Batch> SelectRows(const stream::Batch& batch, std::span<const int32_t> rows,
                                 arrow::MemoryPool* pool) {
  if (IsAllRows(batch, rows)) return batch;
  stream::Batch selected;
  FLOE_ASSIGN(selected.rows, functions::TakeRows(batch.rows, rows, pool));
  if (batch.row_kinds) {
    FLOE_ASSIGN(selected.row_kinds, Gather(*batch.row_kinds, rows, pool));
  }
  for (const auto& column : batch.order) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> gathered, Gather(*column, rows, pool));
    selected.order.push_back(std::move(gathered));
  }
  return selected;
}

Result<std::vector<stream::Batch>> SplitByKey(const stream::Batch& batch, std::span<const int> keys,
                                              int instances, arrow::MemoryPool* pool) {
  std::vector<stream::Batch> parts(static_cast<size_t>(instances));
  if (instances == 1) {
    parts[0] = batch;
    return parts;
  }
  std::vector<uint64_t> hashes;
  HashKeys(*batch.rows, keys, &hashes);
  std::vector<std::vector<int32_t>> rows(static_cast<size_t>(instances));
  for (auto& list : rows) list.reserve(hashes.size() / static_cast<size_t>(instances) + 16);
  for (size_t i = 0; i < hashes.size(); ++i) {
    const int32_t instance = state::InstanceOf(state::KeyGroupOf(hashes[i]), instances);
    rows[static_cast<size_t>(instance)].push_back(static_cast<int32_t>(i));
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (rows[i].empty()) continue;
    FLOE_ASSIGN(parts[i], SelectRows(batch, rows[i], pool));
  }
  return parts;
}

namespace {

// Position in one of the merged streams.
struct MergeCursor {
  const std::vector<stream::Batch>* batches = nullptr;
  size_t batch = 0;
  int64_t row = 0;

  bool done() const { return batch == batches->size(); }
  const stream::Batch& current() const { return (*batches)[batch]; }
};

// How many rows of `cursor`'s batch, from its row on, come before the row of `other`.
int64_t RunLength(const MergeCursor& cursor, const MergeCursor& other, bool wins_ties) {
  int64_t low = cursor.row;
  int64_t high = cursor.current().size();
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const int order = stream::CompareOrder(cursor.current(), middle, other.current(), other.row);
    if (order < 0 || (order == 0 && wins_ties)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - cursor.row;
}

// The next run in order: index of the stream and number of rows.
std::pair<size_t, int64_t> NextRun(const std::vector<MergeCursor>& cursors) {
  size_t first = cursors.size();
  for (size_t i = 0; i < cursors.size(); ++i) {
    if (cursors[i].done()) continue;
    if (first == cursors.size() ||
        stream::CompareOrder(cursors[i].current(), cursors[i].row, cursors[first].current(),
                             cursors[first].row) < 0) {
      first = i;
    }
  }
  if (first == cursors.size()) return {first, 0};
  int64_t rows = cursors[first].current().size() - cursors[first].row;
  for (size_t i = 0; i < cursors.size(); ++i) {
    if (i == first || cursors[i].done()) continue;
    rows = std::min(rows, RunLength(cursors[first], cursors[i], first < i));
  }
  return {first, rows};
}

Result<stream::Batch> Concatenate(std::span<const stream::Batch> batches, arrow::MemoryPool* pool) {
  stream::Batch joined;
  arrow::ArrayVector columns;
  int64_t rows = 0;
  for (const stream::Batch& batch : batches) rows += batch.size();
  const auto concatenate = [&](const auto& column_of) -> Result<std::shared_ptr<arrow::Array>> {
    arrow::ArrayVector parts;
    for (const stream::Batch& batch : batches) parts.push_back(column_of(batch));
    auto array = arrow::Concatenate(parts, pool);
    FLOE_TRY(FromArrow(array.status()));
    return std::move(array).ValueUnsafe();
  };
  for (int i = 0; i < batches[0].rows->num_columns(); ++i) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Array> column,
                concatenate([i](const stream::Batch& batch) { return batch.rows->column(i); }));
    columns.push_back(std::move(column));
  }
  joined.rows = arrow::RecordBatch::Make(batches[0].rows->schema(), rows, std::move(columns));
  for (size_t i = 0; i < batches[0].order.size(); ++i) {
    FLOE_ASSIGN(const std::shared_ptr<arrow::Array> column,
                concatenate([i](const stream::Batch& batch) { return batch.order[i]; }));
    joined.order.push_back(std::static_pointer_cast<arrow::Int64Array>(column));
  }
  if (batches[0].row_kinds) {
    FLOE_ASSIGN(const std::shared_ptr<arrow::Array> kinds,
                concatenate([](const stream::Batch& batch) { return batch.row_kinds; }));
    joined.row_kinds = std::static_pointer_cast<arrow::Int8Array>(kinds);
  }
  return joined;
}

// Whether two batches can become one: same number of order columns, row kinds in both or neither.
bool SameForm(const stream::Batch& a, const stream::Batch& b) {
  return a.order.size() == b.order.size() && (a.row_kinds == nullptr) == (b.row_kinds == nullptr);
}

// Joins neighbours until a batch has enough rows.
Result<std::vector<stream::Batch>> Coalesce(std::vector<stream::Batch> runs,
                                            arrow::MemoryPool* pool) {
  int64_t rows = 0;
  for (const stream::Batch& run : runs) rows += run.size();
  if (runs.size() < 2 || rows / static_cast<int64_t>(runs.size()) >= kMinAverageRunRows) {
    return runs;
  }
  constexpr int64_t kTargetRows = 8192;
  std::vector<stream::Batch> out;
  for (size_t first = 0; first < runs.size();) {
    size_t last = first + 1;
    int64_t size = runs[first].size();
    while (last < runs.size() && size < kTargetRows && SameForm(runs[first], runs[last])) {
      size += runs[last++].size();
    }
    if (last == first + 1) {
      out.push_back(std::move(runs[first]));
    } else {
      FLOE_ASSIGN(stream::Batch joined,
                  Concatenate(std::span(runs).subspan(first, last - first), pool));
      out.push_back(std::move(joined));
    }
    first = last;
  }
  return out;
}

}  // namespace

Result<std::vector<stream::Batch>> MergeByOrder(std::vector<std::vector<stream::Batch>> streams,
                                                arrow::MemoryPool* pool) {
  std::erase_if(streams, [](const std::vector<stream::Batch>& batches) { return batches.empty(); });
  if (streams.empty()) return std::vector<stream::Batch>();
  if (streams.size() == 1) return std::move(streams[0]);
  std::vector<MergeCursor> cursors;
  for (const std::vector<stream::Batch>& batches : streams) cursors.push_back({&batches, 0, 0});
  std::vector<stream::Batch> runs;
  for (;;) {
    const auto [index, rows] = NextRun(cursors);
    if (index == cursors.size()) break;
    MergeCursor& cursor = cursors[index];
    runs.push_back(cursor.current().Slice(cursor.row, rows));
    cursor.row += rows;
    if (cursor.row == cursor.current().size()) {
      ++cursor.batch;
      cursor.row = 0;
    }
  }
  return Coalesce(std::move(runs), pool);
}

}  // namespace floe::runtime
