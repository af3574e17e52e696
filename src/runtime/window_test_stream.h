// For tests of window operators: streams as rows and watermark steps, cut into rounds and batches
// in any way, run through operators that may be stopped, restored and rescaled between rounds.
#pragma once

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_base.h>
#include <arrow/json/from_string.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "plan/physical_plan.h"
#include "runtime/batch_rows.h"
#include "runtime/operator.h"
#include "runtime/window_order.h"
#include "state/snapshot.h"
#include "types/arrow_types.h"

namespace floe::runtime::testing {

inline arrow::MemoryPool* Pool() { return arrow::system_memory_pool(); }

// A stream: rows, each its own cause, and the steps of its watermark.
struct TestStream {
  types::Schema schema;
  std::vector<int64_t> sequences;                  // of the rows, rising
  std::vector<std::string> rows;                   // JSON arrays of the columns' values
  std::vector<std::pair<int64_t, int64_t>> steps;  // sequence, watermark in ms

  stream::Batch AsBatch() const {
    std::string json = "[";
    for (size_t i = 0; i < rows.size(); ++i) json += (i == 0 ? "" : ",") + rows[i];
    const auto type = arrow::struct_(types::ToArrow(schema)->fields());
    const auto array = arrow::json::ArrayFromJSONString(type, json + "]").ValueOrDie();
    stream::Batch batch;
    batch.rows = arrow::RecordBatch::FromStructArray(array).ValueOrDie();
    auto order = MakeInt64Array(sequences, Pool());
    EXPECT_TRUE(order.ok());
    batch.order.push_back(std::move(order).value());
    return batch;
  }
};

// What the operators said: a row's order key and its values as text.
struct OutputRow {
  std::vector<int64_t> order;
  std::string text;
  bool operator==(const OutputRow&) const = default;
};
inline void PrintTo(const OutputRow& row, std::ostream* out) {
  *out << "(";
  for (const int64_t part : row.order) *out << part << " ";
  *out << ") " << row.text;
}

inline std::string ValueText(const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return "null";
  if (column.type_id() == arrow::Type::TIMESTAMP) {
    return std::to_string(static_cast<const arrow::TimestampArray&>(column).Value(row));
  }
  return column.GetScalar(row).ValueOrDie()->ToString();
}

inline void AppendRows(const stream::Batch& batch, std::vector<OutputRow>* rows) {
  for (int64_t i = 0; i < batch.size(); ++i) {
    OutputRow row;
    for (const auto& column : batch.order) row.order.push_back(column->Value(i));
    for (int c = 0; c < batch.rows->num_columns(); ++c) {
      row.text += (c == 0 ? "" : "|") + ValueText(*batch.rows->column(c), i);
    }
    rows->push_back(std::move(row));
  }
}

inline std::vector<std::string> Texts(const std::vector<OutputRow>& rows) {
  std::vector<std::string> texts;
  for (const OutputRow& row : rows) texts.push_back(row.text);
  return texts;
}

// Sections of a snapshot, given back.
class MemoryStateReader final : public state::StateReader {
 public:
  void Add(state::OperatorSnapshot snapshot) {
    for (state::Section& section : snapshot.sections) {
      infos_.push_back(section.info);
      bytes_.push_back(std::move(section.bytes));
    }
  }
  const std::vector<state::SectionInfo>& sections() const override { return infos_; }
  Result<std::string> Read(size_t section) const override { return bytes_[section]; }

 private:
  std::vector<state::SectionInfo> infos_;
  std::vector<std::string> bytes_;
};

using OperatorFactory = std::function<Result<std::unique_ptr<Operator>>(const OperatorContext&)>;

// Instead of an input's keys: every instance gets all of its rows.
inline const std::vector<int> kBroadcast = {-1};

// A stage: the parallel instances of an operator. An input's rows go by the hash of its keys.
class TestStage {
 public:
  TestStage(OperatorFactory factory, std::vector<std::vector<int>> input_keys, int parallelism,
            int64_t max_batch_rows = 8192)
      : factory_(std::move(factory)),
        input_keys_(std::move(input_keys)),
        max_batch_rows_(max_batch_rows) {
    Make(parallelism);
  }

  // Runs a round; the instances' output is merged by order key.
  std::vector<stream::Batch> Run(const std::vector<RoundInput>& inputs) {
    std::vector<std::vector<stream::Batch>> outputs(instances_.size());
    for (size_t i = 0; i < instances_.size(); ++i) {
      std::vector<RoundInput> mine;
      for (size_t input = 0; input < inputs.size(); ++input) {
        mine.push_back(
            {Part(inputs[input].batches, input_keys_[input], i), inputs[input].watermarks});
      }
      const Status status = instances_[i]->OnRound(mine, &outputs[i]);
      EXPECT_TRUE(status.ok()) << status.ToString();
      ExpectRising(outputs[i]);
    }
    auto merged = MergeByOrder(std::move(outputs), Pool());
    EXPECT_TRUE(merged.ok());
    return std::move(merged).value();
  }

  // Snapshots all instances and goes on with new ones, `parallelism` of them.
  void Restart(int parallelism) {
    MemoryStateReader reader;
    for (size_t i = 0; i < instances_.size(); ++i) {
      state::StateWriter writer("op", static_cast<int32_t>(i));
      EXPECT_TRUE(instances_[i]->Snapshot(writer).ok());
      reader.Add(std::move(writer).Finish());
    }
    Make(parallelism);
    for (const auto& instance : instances_) {
      const Status status = instance->Restore(reader);
      EXPECT_TRUE(status.ok()) << status.ToString();
    }
  }

  // What a snapshot of all instances takes.
  size_t StateBytes() const {
    size_t bytes = 0;
    for (size_t i = 0; i < instances_.size(); ++i) {
      state::StateWriter writer("op", static_cast<int32_t>(i));
      EXPECT_TRUE(instances_[i]->Snapshot(writer).ok());
      bytes += std::move(writer).Finish().size_bytes();
    }
    return bytes;
  }

  int parallelism() const { return static_cast<int>(instances_.size()); }
  OperatorCounters counters() const {
    OperatorCounters sum;
    for (const auto& instance : instances_) {
      sum.rows_in += instance->counters().rows_in;
      sum.rows_out += instance->counters().rows_out;
      sum.rows_late += instance->counters().rows_late;
      sum.rows_left_late += instance->counters().rows_left_late;
      sum.rows_right_late += instance->counters().rows_right_late;
    }
    return sum;
  }

 private:
  void Make(int parallelism) {
    instances_.clear();
    for (int i = 0; i < parallelism; ++i) {
      OperatorContext context;
      context.operator_id = "op";
      context.instance = i;
      context.parallelism = parallelism;
      context.memory_pool = Pool();
      context.max_batch_rows = max_batch_rows_;
      auto made = factory_(context);
      EXPECT_TRUE(made.ok());
      instances_.push_back(std::move(made).value());
    }
  }

  std::vector<stream::Batch> Part(const std::vector<stream::Batch>& batches,
                                  const std::vector<int>& keys, size_t instance) {
    if (instances_.size() == 1 || keys == kBroadcast) return batches;
    std::vector<stream::Batch> part;
    for (const stream::Batch& batch : batches) {
      auto split = SplitByKey(batch, keys, static_cast<int>(instances_.size()), Pool());
      EXPECT_TRUE(split.ok());
      stream::Batch& mine = split.value()[instance];
      if (mine.rows != nullptr && mine.size() > 0) part.push_back(std::move(mine));
    }
    return part;
  }

  static void ExpectRising(const std::vector<stream::Batch>& batches) {
    std::vector<OutputRow> rows;
    for (const stream::Batch& batch : batches) {
      EXPECT_GT(batch.size(), 0);
      AppendRows(batch, &rows);
    }
    for (size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i - 1].order, rows[i].order);
  }

  OperatorFactory factory_;
  std::vector<std::vector<int>> input_keys_;
  int64_t max_batch_rows_;
  std::vector<std::unique_ptr<Operator>> instances_;
};

// How a run is cut.
struct Cuts {
  Random* random = nullptr;  // null: one round, one batch
  int max_round_events = 0;  // rounds hold 1 to this many sequence numbers
  int max_batch_rows = 0;    // 0: a round's rows are one batch
};

// Rounds of several streams of one sequence: [round][stream].
inline std::vector<std::vector<RoundInput>> CutIntoRounds(const std::vector<TestStream>& streams,
                                                          const Cuts& cuts) {
  int64_t last = 0;
  std::vector<stream::Batch> rows;
  for (const TestStream& stream : streams) {
    rows.push_back(stream.AsBatch());
    if (!stream.sequences.empty()) last = std::max(last, stream.sequences.back());
    if (!stream.steps.empty()) last = std::max(last, stream.steps.back().first);
  }
  std::vector<std::vector<RoundInput>> rounds;
  std::vector<int64_t> row(streams.size(), 0);
  std::vector<size_t> step(streams.size(), 0);
  std::vector<int64_t> watermark(streams.size(), EventTime::Min().millis());
  for (int64_t begin = 0; begin <= last;) {
    const int64_t end = cuts.random == nullptr
                            ? last + 1
                            : begin + 1 +
                                  static_cast<int64_t>(cuts.random->Uniform(
                                      static_cast<uint64_t>(cuts.max_round_events)));
    std::vector<RoundInput>& round = rounds.emplace_back();
    for (size_t s = 0; s < streams.size(); ++s) {
      RoundInput& input = round.emplace_back();
      auto timeline = std::make_shared<stream::WatermarkTimeline>(EventTime(watermark[s]));
      for (; step[s] < streams[s].steps.size() && streams[s].steps[step[s]].first < end;
           ++step[s]) {
        timeline->Append(streams[s].steps[step[s]].first,
                         EventTime(streams[s].steps[step[s]].second));
      }
      watermark[s] = timeline->final().millis();
      input.watermarks = timeline;
      int64_t until = row[s];
      while (until < rows[s].size() && rows[s].causes()[until] < end) ++until;
      while (row[s] < until) {
        int64_t length = until - row[s];
        if (cuts.max_batch_rows > 0) {
          length = std::min(length, 1 + static_cast<int64_t>(cuts.random->Uniform(
                                            static_cast<uint64_t>(cuts.max_batch_rows))));
        }
        input.batches.push_back(rows[s].Slice(row[s], length));
        row[s] += length;
      }
    }
    begin = end;
  }
  return rounds;
}

// Runs the streams through a stage. With `restart`, it is stopped and restored between some rounds,
// with 1 to 3 instances (one where the stage has one and keeps it).
inline std::vector<OutputRow> RunStage(TestStage& stage, const std::vector<TestStream>& streams,
                                       const Cuts& cuts, bool restart = false,
                                       bool keep_parallelism = false) {
  std::vector<OutputRow> rows;
  for (const std::vector<RoundInput>& round : CutIntoRounds(streams, cuts)) {
    for (const stream::Batch& batch : stage.Run(round)) AppendRows(batch, &rows);
    if (restart && cuts.random->Uniform(2) == 0) {
      stage.Restart(keep_parallelism ? stage.parallelism()
                                     : 1 + static_cast<int>(cuts.random->Uniform(3)));
    }
  }
  return rows;
}

// A scan in the place of a plan node below the operator under test.
inline plan::PhysicalNodePtr ScanOf(const types::Schema& schema) {
  auto scan = std::make_shared<plan::ScanNode>();
  scan->schema = schema;
  return scan;
}

}  // namespace floe::runtime::testing
