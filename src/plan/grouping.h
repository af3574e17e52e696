// GROUP BY and aggregate functions of one SELECT.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/expression_binder.h"
#include "plan/logical_plan.h"

namespace floe::plan {

// GROUP BY TUMBLE(ts, size) and HOP(ts, slide, size): Flink's group windows, which mean the same as
// the window table functions of that name over the input and GROUP BY of the window's columns.
struct GroupWindow {
  std::string function;  // "TUMBLE", "HOP"
  functions::ExpressionPtr time;
  WindowSpec window;
  int start_column = -1;  // of the input with the window's columns behind it; end, time follow
};

// Collects the aggregate calls of a select list. In the bound expressions each stands as a column
// behind all columns of the input.
class AggregateCollector final : public CallHandler {
 public:
  struct Call {
    functions::AggregateCall call;  // argument and filter are not set yet
    functions::ExpressionPtr argument;
    functions::ExpressionPtr filter;
  };

  // `input_columns`: of the node that is grouped. `window` may be null; outlives the collector.
  AggregateCollector(const Scope& scope, const BindingOptions& options, int input_columns,
                     const GroupWindow* window)
      : scope_(scope), options_(options), input_columns_(input_columns), window_(window) {}

  Result<functions::ExpressionPtr> BindSpecialCall(const sql::flink::FunctionCall& call,
                                                   std::string_view upper_name,
                                                   SourceSpan span) override;
  const std::vector<Call>& calls() const { return calls_; }

 private:
  Result<functions::ExpressionPtr> BindAggregate(const sql::flink::FunctionCall& call,
                                                 std::string_view name, SourceSpan span);
  Result<functions::ExpressionPtr> BindWindowProperty(const sql::flink::FunctionCall& call,
                                                      std::string_view name, SourceSpan span);
  Result<Call> MakeCall(const sql::flink::FunctionCall& call, functions::AggregateKind kind,
                        SourceSpan span);
  functions::ExpressionPtr Placeholder(Call call, SourceSpan span);

  const Scope& scope_;
  const BindingOptions& options_;
  int input_columns_;
  const GroupWindow* window_;
  std::vector<Call> calls_;
};

// Binds TUMBLE(ts, size), HOP(ts, slide, size) of a GROUP BY, without the window's columns.
Result<GroupWindow> BindGroupWindow(const sql::flink::FunctionCall& call, std::string_view name,
                                    ExpressionBinder& binder, SourceSpan span);

// Whether the select list or HAVING calls an aggregate function.
bool HasAggregates(const sql::flink::Select& select);

// Aggregate and projection of a grouped SELECT: `groups` over the columns of `input`, `calls` as
// the collector gave them.
struct GroupedInput {
  LogicalNodePtr aggregate;
  std::vector<functions::ExpressionPtr> groups;
  int input_columns = 0;
};
GroupedInput MakeAggregate(const LogicalNodePtr& input,
                           const std::vector<functions::ExpressionPtr>& groups,
                           const std::vector<AggregateCollector::Call>& calls,
                           const SourceSpan& span);
// An expression over input columns and aggregates → over the aggregate's output. kSqlValidation if
// it reads a column that is not grouped.
Result<functions::ExpressionPtr> OverAggregate(const functions::ExpressionPtr& expression,
                                               const GroupedInput& grouped);

}  // namespace floe::plan
