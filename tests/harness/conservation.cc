#include "harness/conservation.h"

#include <algorithm>
#include <map>
#include <set>

namespace floe::harness {
namespace {

std::string CheckScan(const runtime::ScanReport& scan) {
  const runtime::ScanCounters& counters = scan.counters;
  if (counters.records ==
      counters.delivered_records + counters.skipped_records + counters.bad_records) {
    return "";
  }
  return "scan of " + scan.table + ": " + std::to_string(counters.records) + " records read, " +
         std::to_string(counters.delivered_records) + " delivered, " +
         std::to_string(counters.skipped_records) + " skipped, " +
         std::to_string(counters.bad_records) + " bad";
}

class PlanCheck {
 public:
  explicit PlanCheck(const QueryOutcome& outcome) {
    for (const runtime::ScanReport& scan : outcome.scans) {
      rows_out_[scan.operator_id] = scan.counters.rows;
    }
    for (const runtime::OperatorReport& report : outcome.operators) {
      rows_out_[report.operator_id] = report.counters.rows_out;
      reports_[report.operator_id] = &report;
    }
  }

  std::string Check(const plan::PhysicalNode& node) {
    if (!seen_.insert(&node).second) return "";
    for (const plan::PhysicalNodePtr& input : node.inputs) {
      if (std::string lost = Check(*input); !lost.empty()) return lost;
    }
    const auto report = reports_.find(node.operator_id);
    return report == reports_.end() ? "" : CheckNode(node, *report->second);
  }

 private:
  std::string CheckNode(const plan::PhysicalNode& node,
                        const runtime::OperatorReport& report) const {
    const runtime::OperatorCounters& counters = report.counters;
    const std::string name = report.kind + " " + report.operator_id + ": ";
    if (counters.rows_late > counters.rows_in) return name + "more rows late than in";
    const bool passes_on = report.kind == "Calc" || report.kind == "Union";
    if (passes_on && counters.rows_in != counters.rows_out + counters.rows_filtered) {
      return name + std::to_string(counters.rows_in) + " rows in, " +
             std::to_string(counters.rows_out) + " out, " + std::to_string(counters.rows_filtered) +
             " filtered";
    }
    // Rows that reach every instance are counted by each.
    const bool broadcast = std::any_of(
        node.distribution.begin(), node.distribution.end(),
        [](const plan::Distribution& d) { return d.kind == plan::DistributionKind::kBroadcast; });
    int64_t given = 0;
    for (const plan::PhysicalNodePtr& input : node.inputs) {
      const auto rows = rows_out_.find(input->operator_id);
      if (rows == rows_out_.end()) return "";  // constant rows are not counted
      given += rows->second;
    }
    // A sink counts what it writes; what NOT NULL drops is filtered.
    const bool is_sink = node.kind == plan::PhysicalKind::kSink;
    const int64_t taken = counters.rows_in + (is_sink ? counters.rows_filtered : 0);
    if (!broadcast && taken != given) {
      return name + std::to_string(taken) + " rows in of " + std::to_string(given) + " given";
    }
    return "";
  }

  std::map<std::string, int64_t> rows_out_;
  std::map<std::string, const runtime::OperatorReport*> reports_;
  std::set<const plan::PhysicalNode*> seen_;
};

}  // namespace

std::string CheckConservation(const QueryOutcome& outcome) {
  for (const runtime::ScanReport& scan : outcome.scans) {
    if (std::string lost = CheckScan(scan); !lost.empty()) return lost;
  }
  PlanCheck check(outcome);
  if (outcome.plan->query) return check.Check(*outcome.plan->query);
  for (const auto& sink : outcome.plan->sinks) {
    if (std::string lost = check.Check(*sink); !lost.empty()) return lost;
  }
  return "";
}

}  // namespace floe::harness
