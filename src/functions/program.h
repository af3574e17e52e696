// Compiled expressions: a graph in which equal subexpressions are one node.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/result.h"
#include "functions/evaluation_context.h"
#include "functions/expression.h"
#include "functions/kernel.h"
#include "functions/vector.h"

namespace arrow {
class RecordBatch;
}

namespace floe::functions {

class Program {
 public:
  static Result<std::unique_ptr<Program>> Compile(const std::vector<ExpressionPtr>& expressions);

  // Evaluates all expressions for all rows. Without a batch there must be no column; there is one
  // row then.
  Result<std::vector<Vector>> Run(const arrow::RecordBatch* batch, EvaluationContext& context,
                                  RowErrors& errors);
  const std::vector<ExpressionPtr>& expressions() const { return expressions_; }

 private:
  struct Node {
    ExpressionPtr expression;
    std::vector<int> arguments;
    BoundKernel kernel;
    bool total = false;          // with all below it
    bool deterministic = false;  // with all below it
    Int128 storage = 0;          // a literal's value
    // The newest result, and for which rows it holds (null: all).
    uint64_t run = 0;
    const Selection* selection = nullptr;
    Vector result;
  };
  struct RunState {
    const arrow::RecordBatch* batch;
    EvaluationContext& context;
    RowErrors& errors;
    int64_t length;
    std::deque<Selection> selections;
  };

  Result<int> AddNode(const ExpressionPtr& expression);
  Status AddCall(Node& node);
  int FindEqual(const Expression& expression) const;

  // The values of a node for the rows of `selection` at least.
  Result<Vector> Evaluate(int index, const Selection* selection, RunState& state);
  Result<Vector> EvaluateColumn(const Node& node, RunState& state);
  Result<Vector> EvaluateStrict(Node& node, const Selection* selection, RunState& state);
  Result<Vector> EvaluateAndOr(Node& node, const Selection* selection, RunState& state);
  Result<Vector> EvaluateCase(Node& node, const Selection* selection, RunState& state);
  Result<Vector> EvaluateCoalesce(Node& node, const Selection* selection, RunState& state);

  std::vector<ExpressionPtr> expressions_;
  std::vector<int> roots_;
  std::deque<Node> nodes_;
  uint64_t run_ = 0;
};

}  // namespace floe::functions
