#include "plan/operator_id.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "functions/scalar_function.h"
#include "plan/expression_binder.h"
#include "plan/optimize_physical.h"

namespace floe::plan {
namespace {

using functions::Expression;
using functions::ExpressionKind;
using functions::ExpressionPtr;

constexpr size_t kHashDigits = 8;
constexpr size_t kMaxTextSize = 16;  // of a hash

// FNV-1a, 64 bits: the same on every machine and in every version.
uint64_t Hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

std::string HashText(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  uint64_t hash = Hash(text);
  std::string out(16, '0');
  for (size_t i = out.size(); i-- > 0; hash >>= 4) out[i] = kDigits[hash & 0xf];
  return out;
}

// Texts of deep plans would grow without bound, so every level goes on with hashes; so do the parts
// of an expression, which makes it the same whether its parts are computed in one node or in two.
std::string Short(std::string text) {
  return text.size() > kMaxTextSize ? HashText(text) : std::move(text);
}

// What a node's rows and columns are, as texts that name tables and their columns.
struct Meaning {
  std::string rows;                  // without projections
  std::vector<std::string> columns;  // of the output
};

// By value, and not as a message shows it: an id outlives the way in which texts are printed.
std::string LiteralText(const functions::LiteralValue& value) {
  struct Visitor {
    std::string operator()(std::monostate) { return "null"; }
    std::string operator()(bool item) { return item ? "true" : "false"; }
    std::string operator()(int64_t item) { return std::to_string(item); }
    std::string operator()(double item) {
      uint64_t bits = 0;
      std::memcpy(&bits, &item, sizeof(bits));
      return "bits " + std::to_string(bits);
    }
    std::string operator()(functions::Int128 item) {
      return std::to_string(static_cast<int64_t>(item >> 64)) + "," +
             std::to_string(static_cast<uint64_t>(item));
    }
    std::string operator()(const std::string& item) { return "'" + item + "'"; }
  };
  return std::visit(Visitor(), value);
}

const char* JoinLabel(JoinType type) {
  static constexpr const char* kNames[] = {"inner", "left", "right", "full"};
  return kNames[static_cast<size_t>(type)];
}

std::string WindowText(const WindowSpec& window) {
  return std::to_string(static_cast<int>(window.kind)) + "/" + std::to_string(window.size_ms) +
         "/" + std::to_string(window.slide_ms) + "/" + std::to_string(window.offset_ms) + "/" +
         window.time_zone;
}

class MeaningFinder {
 public:
  const Meaning& Of(const PhysicalNode& node) {
    auto it = meanings_.find(&node);
    if (it != meanings_.end()) return it->second;
    Meaning meaning = Describe(node);
    meaning.rows = Short(std::move(meaning.rows));
    for (std::string& column : meaning.columns) column = Short(std::move(column));
    return meanings_.emplace(&node, std::move(meaning)).first->second;
  }

 private:
  static std::string Text(const ExpressionPtr& expression,
                          const std::vector<std::string>& columns) {
    return Short(LongText(expression, columns));
  }

  // The expression with columns replaced by their meanings.
  static std::string LongText(const ExpressionPtr& expression,
                              const std::vector<std::string>& columns) {
    if (expression == nullptr) return "";
    if (expression->kind() == ExpressionKind::kColumn) {
      return columns[static_cast<size_t>(expression->column())];
    }
    if (expression->kind() == ExpressionKind::kLiteral) {
      return LiteralText(expression->literal()) + ":" + expression->type().ToString();
    }
    std::string text(expression->function()->name);
    text += "(";
    for (const ExpressionPtr& argument : expression->arguments()) {
      text += Text(argument, columns) + ",";
    }
    return text + "):" + expression->type().WithNullable(true).ToString();
  }

  static std::string Texts(const std::vector<int>& indexes,
                           const std::vector<std::string>& columns) {
    std::string text;
    for (int index : indexes) text += columns[static_cast<size_t>(index)] + ",";
    return text;
  }

  Meaning Describe(const PhysicalNode& node) {
    switch (node.kind) {
      case PhysicalKind::kScan:
        return OfScan(static_cast<const ScanNode&>(node));
      case PhysicalKind::kValues:
        return OfValues(static_cast<const ValuesNode&>(node));
      case PhysicalKind::kCalc:
        return OfCalc(static_cast<const CalcNode&>(node));
      case PhysicalKind::kUnion:
        return OfUnion(node);
      case PhysicalKind::kWindowTableFunction:
        return OfWindow(static_cast<const WindowTableFunctionNode&>(node));
      case PhysicalKind::kWindowAggregate:
        return OfAggregate(static_cast<const WindowAggregateNode&>(node));
      case PhysicalKind::kWindowJoin:
        return OfWindowJoin(static_cast<const WindowJoinNode&>(node));
      case PhysicalKind::kIntervalJoin:
        return OfIntervalJoin(static_cast<const IntervalJoinNode&>(node));
      case PhysicalKind::kSink: {
        const auto& sink = static_cast<const SinkNode&>(node);
        return {"sink " + sink.table.name.ToString() + " " + Of(*node.inputs[0]).rows, {}};
      }
    }
    return {};
  }

  Meaning OfScan(const ScanNode& scan) {
    Meaning meaning;
    meaning.rows = "scan " + scan.table.name.ToString();
    for (const types::Field& field : scan.schema.fields()) {
      meaning.columns.push_back(scan.table.name.ToString() + "." + field.name);
    }
    return meaning;
  }

  Meaning OfValues(const ValuesNode& values) {
    Meaning meaning;
    meaning.rows = "values";
    for (const auto& row : values.rows) {
      for (const ExpressionPtr& cell : row) meaning.rows += " " + Text(cell, {});
      meaning.rows += ";";
    }
    for (const types::Field& field : values.schema.fields()) meaning.columns.push_back(field.name);
    return meaning;
  }

  Meaning OfCalc(const CalcNode& calc) {
    const Meaning& input = Of(*calc.inputs[0]);
    Meaning meaning;
    meaning.rows = input.rows;
    // One condition after the other: so two filters are the same as their conjunction.
    for (const ExpressionPtr& condition : Conjuncts(calc.condition)) {
      meaning.rows = HashText(meaning.rows + " where " + Text(condition, input.columns));
    }
    for (const ExpressionPtr& projection : calc.projections) {
      meaning.columns.push_back(Text(projection, input.columns));
    }
    return meaning;
  }

  Meaning OfUnion(const PhysicalNode& node) {
    Meaning meaning;
    meaning.rows = "union";
    for (const PhysicalNodePtr& input : node.inputs) meaning.rows += " " + Of(*input).rows;
    for (int i = 0; i < node.schema.size(); ++i) {
      std::string column = "union:";
      for (const PhysicalNodePtr& input : node.inputs) {
        column += Of(*input).columns[static_cast<size_t>(i)] + ",";
      }
      meaning.columns.push_back(std::move(column));
    }
    return meaning;
  }

  Meaning OfWindow(const WindowTableFunctionNode& window) {
    const Meaning& input = Of(*window.inputs[0]);
    Meaning meaning;
    meaning.rows = "window " + WindowText(window.window) + " " +
                   input.columns[static_cast<size_t>(window.time_column)] + " " + input.rows;
    meaning.columns = input.columns;
    for (const char* name : {"start:", "end:", "time:"}) {
      meaning.columns.push_back(name + meaning.rows);
    }
    return meaning;
  }

  Meaning OfAggregate(const WindowAggregateNode& aggregate) {
    const Meaning& input = Of(*aggregate.inputs[0]);
    auto column = [&](int index) {
      return index < 0 ? std::string("-") : input.columns[static_cast<size_t>(index)];
    };
    Meaning meaning;
    meaning.rows = "aggregate " + WindowText(aggregate.window) + " " +
                   column(aggregate.time_column) + " " + column(aggregate.window_start_column) +
                   " " + column(aggregate.window_end_column) + " by " +
                   Texts(aggregate.keys, input.columns) + " " + input.rows;
    std::string base = HashText(meaning.rows);
    for (int key : aggregate.keys) meaning.columns.push_back(base + column(key));
    for (const functions::AggregateCall& call : aggregate.aggregates) {
      std::string text = std::string(functions::AggregateName(call.kind)) +
                         (call.distinct ? " distinct " : " ") + column(call.argument) + " filter " +
                         column(call.filter);
      meaning.columns.push_back(base + text);
      // State holds exactly these aggregates.
      meaning.rows += " " + text;
    }
    for (WindowProperty property : aggregate.properties) {
      meaning.columns.push_back(base + std::to_string(static_cast<int>(property)));
    }
    return meaning;
  }

  template <typename Join>
  Meaning OfJoin(const Join& join, std::string rows) {
    const Meaning& left = Of(*join.inputs[0]);
    const Meaning& right = Of(*join.inputs[1]);
    Meaning meaning;
    std::vector<std::string> columns;
    for (const std::string& column : left.columns) columns.push_back("l:" + column);
    for (const std::string& column : right.columns) columns.push_back("r:" + column);
    meaning.rows = std::move(rows) + " " + JoinLabel(join.type) + " keys " +
                   Texts(join.left_keys, left.columns) + "=" +
                   Texts(join.right_keys, right.columns) + " on " + Text(join.condition, columns) +
                   " " + left.rows + " with " + right.rows;
    std::string base = HashText(meaning.rows);
    for (const std::string& column : columns) meaning.columns.push_back(base + column);
    // State holds the columns of both inputs.
    for (const std::string& column : columns) meaning.rows += " " + column;
    return meaning;
  }

  Meaning OfWindowJoin(const WindowJoinNode& join) {
    std::string windows =
        Texts({join.left_window_start, join.left_window_end}, Of(*join.inputs[0]).columns) +
        Texts({join.right_window_start, join.right_window_end}, Of(*join.inputs[1]).columns);
    return OfJoin(join, "window join " + windows);
  }

  Meaning OfIntervalJoin(const IntervalJoinNode& join) {
    return OfJoin(join, "interval join " + Texts({join.left_time}, Of(*join.inputs[0]).columns) +
                            " " + Texts({join.right_time}, Of(*join.inputs[1]).columns) + " " +
                            std::to_string(join.lower_bound_ms) + ".." +
                            std::to_string(join.upper_bound_ms));
  }

  std::map<const PhysicalNode*, Meaning> meanings_;
};

}  // namespace

const char* KindLabel(PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kScan:
      return "scan";
    case PhysicalKind::kValues:
      return "values";
    case PhysicalKind::kCalc:
      return "calc";
    case PhysicalKind::kUnion:
      return "union";
    case PhysicalKind::kWindowTableFunction:
      return "window-table-function";
    case PhysicalKind::kWindowAggregate:
      return "window-aggregate";
    case PhysicalKind::kWindowJoin:
      return "window-join";
    case PhysicalKind::kIntervalJoin:
      return "interval-join";
    case PhysicalKind::kSink:
      return "sink";
  }
  return "";
}

std::vector<PhysicalNodePtr> AssignOperatorIds(const std::vector<PhysicalNodePtr>& roots) {
  MeaningFinder finder;
  std::map<std::string, int> uses;
  std::map<const PhysicalNode*, PhysicalNodePtr> named;
  for (const PhysicalNodePtr& node : InputsFirst(roots)) {
    const Meaning& meaning = finder.Of(*node);
    std::string text = meaning.rows;
    // A projection is told from others of the same rows by its columns.
    if (node->kind == PhysicalKind::kCalc) {
      for (const std::string& column : meaning.columns) text += " " + column;
    }
    std::string id =
        std::string(KindLabel(node->kind)) + "-" + HashText(text).substr(0, kHashDigits);
    if (int use = ++uses[id]; use > 1) id += "-" + std::to_string(use);
    std::vector<PhysicalNodePtr> inputs;
    for (const PhysicalNodePtr& input : node->inputs) inputs.push_back(named.at(input.get()));
    std::shared_ptr<PhysicalNode> copy = WithInputs(*node, std::move(inputs));
    copy->operator_id = std::move(id);
    named[node.get()] = std::move(copy);
  }
  std::vector<PhysicalNodePtr> out;
  for (const PhysicalNodePtr& root : roots) out.push_back(named.at(root.get()));
  return out;
}

}  // namespace floe::plan
