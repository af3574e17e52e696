#include "functions/program.h"

#include <arrow/array/array_base.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "functions/arrow_vectors.h"
#include "functions/merged_vector.h"
#include "functions/resolve.h"

namespace floe::functions {
namespace {

// Fewer wanted rows than one in this many: a total node is computed for those only.
constexpr int64_t kDenseFraction = 4;

constexpr uint8_t kTrueByte = 1;
constexpr uint8_t kFalseByte = 0;

template <typename T>
void StoreValue(const T& value, Int128* storage) {
  static_assert(sizeof(T) <= sizeof(Int128));
  std::memcpy(storage, &value, sizeof(T));
}

// A literal's value in the layout of its type; strings as views into the literal.
void StoreLiteral(const LiteralValue& value, Physical physical, Int128* storage) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return StoreValue(std::string_view(*text), storage);
  }
  if (const auto* decimal = std::get_if<Int128>(&value)) return StoreValue(*decimal, storage);
  if (const auto* flag = std::get_if<bool>(&value)) {
    return StoreValue(static_cast<uint8_t>(*flag ? 1 : 0), storage);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    if (physical == Physical::kFloat) return StoreValue(static_cast<float>(*number), storage);
    return StoreValue(*number, storage);
  }
  const int64_t integer = std::get<int64_t>(value);
  switch (physical) {
    case Physical::kInt8:
      return StoreValue(static_cast<int8_t>(integer), storage);
    case Physical::kInt16:
      return StoreValue(static_cast<int16_t>(integer), storage);
    case Physical::kInt32:
      return StoreValue(static_cast<int32_t>(integer), storage);
    default:
      return StoreValue(integer, storage);
  }
}

// Three-valued: 0 FALSE, 1 TRUE, 2 NULL.
int TruthOf(const Vector& vector, int64_t row) {
  if (!vector.IsValid(row)) return 2;
  return vector.data<uint8_t>()[vector.index(row)] != 0 ? 1 : 0;
}

template <typename Fn>
void ForRows(const Selection* selection, int64_t length, Fn&& fn) {
  if (selection == nullptr) {
    for (int64_t row = 0; row < length; ++row) fn(row);
  } else {
    for (int32_t row : selection->rows) fn(int64_t{row});
  }
}

}  // namespace

Result<std::unique_ptr<Program>> Program::Compile(const std::vector<ExpressionPtr>& expressions) {
  auto program = std::make_unique<Program>();
  program->expressions_ = expressions;
  for (const ExpressionPtr& expression : expressions) {
    FLOE_ASSIGN(int root, program->AddNode(expression));
    program->roots_.push_back(root);
  }
  return program;
}

int Program::FindEqual(const Expression& expression) const {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].deterministic && SameExpression(*nodes_[i].expression, expression)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Result<int> Program::AddNode(const ExpressionPtr& expression) {
  if (const int equal = FindEqual(*expression); equal >= 0) return equal;
  Node node;
  node.expression = expression;
  // A bare word is text that only its function understands.
  const Physical physical =
      IsSymbol(*expression) ? Physical::kString : PhysicalOf(expression->type().kind());
  switch (expression->kind()) {
    case ExpressionKind::kColumn:
      node.total = node.deterministic = true;
      break;
    case ExpressionKind::kLiteral:
      node.total = node.deterministic = true;
      if (expression->is_null_literal() || physical == Physical::kNone) {
        node.result = ConstantNullVector(physical);
      } else {
        StoreLiteral(expression->literal(), physical, &node.storage);
      }
      break;
    case ExpressionKind::kCall:
      FLOE_TRY(AddCall(node));
      break;
  }
  nodes_.push_back(std::move(node));
  Node& added = nodes_.back();
  if (expression->kind() == ExpressionKind::kLiteral && added.result.values == nullptr) {
    added.result = ConstantVector(physical, &added.storage, expression);
  }
  return static_cast<int>(nodes_.size()) - 1;
}

Status Program::AddCall(Node& node) {
  const Expression& call = *node.expression;
  const ScalarFunction& function = *call.function();
  node.deterministic = function.deterministic;
  bool arguments_total = true;
  for (const ExpressionPtr& argument : call.arguments()) {
    FLOE_ASSIGN(int index, AddNode(argument));
    node.arguments.push_back(index);
    const Node& added = nodes_[static_cast<size_t>(index)];
    node.deterministic = node.deterministic && added.deterministic;
    arguments_total = arguments_total && added.total;
  }
  if (function.form == CallForm::kStrict) {
    FLOE_ASSERT(function.make_kernel != nullptr);
    auto kernel = function.make_kernel({call.arguments(), call.type()});
    if (!kernel.ok()) return std::move(kernel).error().WithSpan(call.span());
    node.kernel = std::move(kernel).value();
    node.total = node.kernel.total && arguments_total;
  } else {
    node.total = arguments_total;
  }
  return Status::Ok();
}

Result<std::vector<Vector>> Program::Run(const arrow::RecordBatch* batch,
                                         EvaluationContext& context, RowErrors& errors) {
  ++run_;
  RunState state{batch, context, errors, batch == nullptr ? 1 : batch->num_rows(), {}};
  std::vector<Vector> results;
  results.reserve(roots_.size());
  for (int root : roots_) {
    FLOE_ASSIGN(Vector result, Evaluate(root, nullptr, state));
    results.push_back(std::move(result));
  }
  for (Node& node : nodes_) {
    if (node.expression->kind() != ExpressionKind::kLiteral) node.result = Vector();
    node.run = 0;
  }
  return results;
}

Result<Vector> Program::Evaluate(int index, const Selection* selection, RunState& state) {
  Node& node = nodes_[static_cast<size_t>(index)];
  if (node.expression->kind() == ExpressionKind::kLiteral) return node.result;
  if (node.run == run_ && (node.selection == nullptr || node.selection == selection)) {
    return node.result;
  }
  if (node.total && selection != nullptr &&
      static_cast<int64_t>(selection->rows.size()) * kDenseFraction >= state.length) {
    selection = nullptr;
  }
  Result<Vector> result = Vector();
  if (node.expression->kind() == ExpressionKind::kColumn) {
    selection = nullptr;
    result = EvaluateColumn(node, state);
  } else {
    switch (node.expression->function()->form) {
      case CallForm::kStrict:
        result = EvaluateStrict(node, selection, state);
        break;
      case CallForm::kAnd:
      case CallForm::kOr:
        result = EvaluateAndOr(node, selection, state);
        break;
      case CallForm::kCase:
        result = EvaluateCase(node, selection, state);
        break;
      case CallForm::kCoalesce:
        result = EvaluateCoalesce(node, selection, state);
        break;
    }
  }
  if (!result.ok()) return result;
  node.run = run_;
  node.selection = selection;
  node.result = *result;
  return result;
}

Result<Vector> Program::EvaluateColumn(const Node& node, RunState& state) {
  const int column = node.expression->column();
  if (state.batch == nullptr || column < 0 || column >= state.batch->num_columns()) {
    return Error(ErrorCode::kInternal, "the input has no column " + std::to_string(column) + " (" +
                                           node.expression->column_name() + ")");
  }
  return ImportArray(state.batch->column(column), node.expression->type(),
                     state.context.memory_pool);
}

Result<Vector> Program::EvaluateStrict(Node& node, const Selection* selection, RunState& state) {
  std::vector<Vector> arguments;
  arguments.reserve(node.arguments.size());
  bool constant = node.deterministic;
  for (int argument : node.arguments) {
    FLOE_ASSIGN(Vector value, Evaluate(argument, selection, state));
    constant = constant && value.constant;
    arguments.push_back(std::move(value));
  }
  Vector result;
  result.physical = PhysicalOf(node.expression->type().kind());
  RowErrors constant_errors;
  KernelCall call{state.context,
                  constant ? constant_errors : state.errors,
                  constant ? nullptr : selection,
                  constant ? 1 : state.length,
                  arguments,
                  &result};
  FLOE_TRY(node.kernel.kernel(call));
  if (constant) {
    result.constant = true;
    if (!constant_errors.empty()) {
      const Error& error = constant_errors.errors().begin()->second;
      ForRows(selection, state.length, [&](int64_t row) { state.errors.Add(row, error); });
    }
  }
  return result;
}

Result<Vector> Program::EvaluateAndOr(Node& node, const Selection* selection, RunState& state) {
  const bool is_and = node.expression->function()->form == CallForm::kAnd;
  const int decisive = is_and ? 0 : 1;  // the left value that leaves the right one unread
  FLOE_ASSIGN(Vector left, Evaluate(node.arguments[0], selection, state));
  if (left.constant && TruthOf(left, 0) == decisive) {
    return ConstantVector(Physical::kBool, is_and ? &kFalseByte : &kTrueByte, nullptr);
  }
  const Selection* rest = selection;
  if (!left.constant && !nodes_[static_cast<size_t>(node.arguments[1])].total) {
    Selection& undecided = state.selections.emplace_back();
    ForRows(selection, state.length, [&](int64_t row) {
      if (TruthOf(left, row) != decisive) undecided.rows.push_back(static_cast<int32_t>(row));
    });
    rest = &undecided;
  }
  Vector right = ConstantVector(Physical::kBool, is_and ? &kTrueByte : &kFalseByte, nullptr);
  if (rest == nullptr || !rest->rows.empty()) {
    FLOE_ASSIGN(right, Evaluate(node.arguments[1], rest, state));
  }
  if (left.constant && TruthOf(left, 0) == 1 - decisive) return right;

  Vector result;
  result.physical = Physical::kBool;
  KernelCall call{state.context, state.errors, selection, state.length, {}, &result};
  FLOE_ASSIGN(uint8_t * out, AllocateResult<uint8_t>(call));
  if (rest == selection && !left.constant && !right.constant && left.validity == nullptr &&
      right.validity == nullptr) {
    const uint8_t* l = left.data<uint8_t>();
    const uint8_t* r = right.data<uint8_t>();
    if (is_and) {
      for (int64_t row = 0; row < state.length; ++row) out[row] = l[row] & r[row];
    } else {
      for (int64_t row = 0; row < state.length; ++row) out[row] = l[row] | r[row];
    }
    return result;
  }
  FLOE_ASSIGN(uint8_t * valid, AllocateValidity(call));
  ForRows(selection, state.length, [&](int64_t row) {
    const int l = TruthOf(left, row);
    const int r = l == decisive ? decisive : TruthOf(right, row);
    if (l == decisive || r == decisive) {
      out[row] = static_cast<uint8_t>(decisive);
    } else if (l == 2 || r == 2) {
      out[row] = 0;
      valid[row] = 0;
    } else {
      out[row] = static_cast<uint8_t>(1 - decisive);
    }
  });
  return result;
}

Result<Vector> Program::EvaluateCase(Node& node, const Selection* selection, RunState& state) {
  FLOE_ASSIGN(MergedVector merged, MergedVector::Create(PhysicalOf(node.expression->type().kind()),
                                                        state.length, state.context.memory_pool));
  const Selection* rest = selection;
  const size_t branches = node.arguments.size() / 2;
  for (size_t branch = 0; branch < branches; ++branch) {
    if (rest != nullptr && rest->rows.empty()) break;
    FLOE_ASSIGN(Vector condition, Evaluate(node.arguments[2 * branch], rest, state));
    if (condition.constant && TruthOf(condition, 0) != 1) continue;
    const Selection* taken = rest;
    const Selection* others = nullptr;
    if (condition.constant) {
      others = &state.selections.emplace_back();
    } else {
      Selection& yes = state.selections.emplace_back();
      Selection& no = state.selections.emplace_back();
      ForRows(rest, state.length, [&](int64_t row) {
        (TruthOf(condition, row) == 1 ? yes : no).rows.push_back(static_cast<int32_t>(row));
      });
      taken = &yes;
      others = &no;
    }
    if (taken == nullptr || !taken->rows.empty()) {
      FLOE_ASSIGN(Vector value, Evaluate(node.arguments[2 * branch + 1], taken, state));
      merged.Take(value, taken);
    }
    rest = others;
  }
  if (rest == nullptr || !rest->rows.empty()) {
    FLOE_ASSIGN(Vector value, Evaluate(node.arguments.back(), rest, state));
    merged.Take(value, rest);
  }
  return std::move(merged).Finish();
}

Result<Vector> Program::EvaluateCoalesce(Node& node, const Selection* selection, RunState& state) {
  FLOE_ASSIGN(MergedVector merged, MergedVector::Create(PhysicalOf(node.expression->type().kind()),
                                                        state.length, state.context.memory_pool));
  const Selection* rest = selection;
  for (int argument : node.arguments) {
    if (rest != nullptr && rest->rows.empty()) break;
    FLOE_ASSIGN(Vector value, Evaluate(argument, rest, state));
    merged.Take(value, rest);
    Selection& nulls = state.selections.emplace_back();
    if (value.validity != nullptr) {
      ForRows(rest, state.length, [&](int64_t row) {
        if (!value.IsValid(row)) nulls.rows.push_back(static_cast<int32_t>(row));
      });
    }
    rest = &nulls;
  }
  return std::move(merged).Finish();
}

}  // namespace floe::functions
