#include "functions/test_expressions.h"

#include <arrow/array.h>
#include <arrow/util/decimal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "functions/expression_text.h"
#include "functions/scalar_function.h"
#include "types/arrow_types.h"

namespace floe::functions {

using types::DataType;
using types::TypeKind;

namespace {

ExpressionPtr Expect(Result<ExpressionPtr> expression) {
  if (expression.ok()) return *std::move(expression);
  ADD_FAILURE() << expression.error().ToString();
  return NullLiteral();
}

std::string ErrorText(const Error& error) { return "error: " + error.message(); }

}  // namespace

ExpressionPtr Number(std::string_view text) {
  if (!text.starts_with('-')) return Expect(ResolveExactNumericLiteral(text));
  return Expect(Fold(Call("-", {Number(text.substr(1))})));
}
ExpressionPtr Approximate(std::string_view text) {
  return Expect(ResolveApproximateNumericLiteral(text));
}
ExpressionPtr Text(std::string_view text) { return StringLiteral(std::string(text)); }
ExpressionPtr DateOf(std::string_view text) { return Expect(ResolveDateLiteral(text)); }
ExpressionPtr TimeOf(std::string_view text) { return Expect(ResolveTimeLiteral(text)); }
ExpressionPtr TimestampOf(std::string_view text) { return Expect(ResolveTimestampLiteral(text)); }
ExpressionPtr Seconds(std::string_view text) {
  IntervalQualifier qualifier;
  qualifier.leading_precision = 9;
  return Expect(ResolveIntervalLiteral(text, false, qualifier));
}
ExpressionPtr NullOf(const DataType& type) {
  return Expression::Literal(std::monostate(), type.WithNullable(true));
}
ExpressionPtr Word(std::string_view word) { return SymbolLiteral(std::string(word)); }

ExpressionPtr Call(std::string_view name, std::vector<ExpressionPtr> arguments,
                   const SessionOptions& options) {
  return Expect(ResolveCall(name, std::move(arguments), options));
}

ExpressionPtr CastTo(ExpressionPtr operand, const DataType& target, CastMode mode,
                     const SessionOptions& options) {
  return Expect(ResolveCast(std::move(operand), target, mode, options));
}

TestEvaluation::TestEvaluation() : budget_("test", MemoryBudget::kNoLimit), pool_(budget_) {
  context_.memory_pool = &pool_;
  context_.random = &random_;
}

std::string TestEvaluation::Constant(const ExpressionPtr& expression) {
  auto value = EvaluateConstant(expression, context_);
  if (!value.ok()) return ErrorText(value.error());
  return LiteralText(*value, expression->type());
}

std::string TestEvaluation::Folded(const ExpressionPtr& expression) {
  auto folded = Fold(expression);
  if (!folded.ok()) return ErrorText(folded.error());
  if ((*folded)->kind() != ExpressionKind::kLiteral) return "not folded";
  return LiteralText((*folded)->literal(), (*folded)->type());
}

std::string TestEvaluation::FromColumns(const ExpressionPtr& call, size_t columns) {
  constexpr int64_t kRows = 11;
  std::vector<ExpressionPtr> arguments = call->arguments();
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (size_t i = 0; i < std::min(columns, arguments.size()); ++i) {
    if (IsSymbol(*arguments[i]) || arguments[i]->type().kind() == TypeKind::kNull) continue;
    const DataType type = arguments[i]->type().WithNullable(true);
    // value, NULL, value, …: through CASE, so that there is one way to make an array.
    auto value = EvaluateConstant(arguments[i], context_);
    if (!value.ok()) return ErrorText(value.error());
    std::shared_ptr<arrow::Array> full = MakeConstantArray(*value, type, kRows, &pool_).value();
    RowErrors odd;
    for (int64_t row = 1; row < kRows; row += 2) odd.Add(row, Error(ErrorCode::kInternal, ""));
    auto batch =
        arrow::RecordBatch::Make(arrow::schema({arrow::field("c", full->type())}), kRows, {full});
    auto evaluator = Evaluator::Create({Expression::Column(0, type, "c")});
    arrays.push_back(evaluator->Evaluate(*batch, context_, &odd).value()[0]);
    fields.push_back(arrow::field("c", full->type()));
    arguments[i] = Expression::Column(static_cast<int>(arrays.size()) - 1, type, "c");
  }
  const ExpressionPtr over_columns =
      Expression::Call(call->function(), arguments, call->type().WithNullable(true));
  auto batch = arrow::RecordBatch::Make(arrow::schema(fields), kRows, arrays);
  auto evaluator = Evaluator::Create({over_columns});
  if (!evaluator.ok()) return ErrorText(evaluator.error());
  RowErrors errors;
  auto result = evaluator->Evaluate(*batch, context_, &errors);
  if (!result.ok()) return ErrorText(result.error());
  if (!(*result)[0]->ValidateFull().ok()) return "invalid array";
  if (!errors.empty()) return ErrorText(errors.errors().begin()->second);
  const std::string first = ArrayText(*(*result)[0], call->type(), 0);
  for (int64_t row = 2; row < kRows; row += 2) {
    if (ArrayText(*(*result)[0], call->type(), row) != first) return "rows differ";
  }
  return first;
}

std::vector<std::string> TestEvaluation::Rows(const ExpressionPtr& expression,
                                              const arrow::RecordBatch& batch, RowErrors* errors) {
  auto evaluator = Evaluator::Create({expression});
  if (!evaluator.ok()) return {ErrorText(evaluator.error())};
  auto result = evaluator->Evaluate(batch, context_, errors);
  if (!result.ok()) return {ErrorText(result.error())};
  EXPECT_TRUE((*result)[0]->ValidateFull().ok());
  std::vector<std::string> rows;
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    rows.push_back(ArrayText(*(*result)[0], expression->type(), row));
  }
  return rows;
}

void CheckValues(const std::vector<ValueCase>& cases) {
  TestEvaluation evaluation;
  for (const ValueCase& one : cases) {
    const std::string text = ToString(*one.call);
    EXPECT_EQ(one.call->type().ToString(), one.type) << text;
    EXPECT_EQ(evaluation.Constant(one.call), one.value) << text;
    if (IsDeterministic(*one.call)) {
      EXPECT_EQ(evaluation.Folded(one.call), one.value) << text;
    }
    if (one.columns == 0 || one.call->kind() != ExpressionKind::kCall) continue;
    EXPECT_EQ(evaluation.FromColumns(one.call, one.columns), one.value) << text << " over columns";
  }
}

namespace {

template <typename ArrayType>
int64_t IntegerAt(const arrow::Array& array, int64_t row) {
  return static_cast<int64_t>(static_cast<const ArrayType&>(array).Value(row));
}

LiteralValue ValueAt(const arrow::Array& array, int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(row);
    case arrow::Type::INT8:
      return IntegerAt<arrow::Int8Array>(array, row);
    case arrow::Type::INT16:
      return IntegerAt<arrow::Int16Array>(array, row);
    case arrow::Type::INT32:
      return IntegerAt<arrow::Int32Array>(array, row);
    case arrow::Type::INT64:
      return IntegerAt<arrow::Int64Array>(array, row);
    case arrow::Type::DATE32:
      return IntegerAt<arrow::Date32Array>(array, row);
    case arrow::Type::TIME32:
      return IntegerAt<arrow::Time32Array>(array, row);
    case arrow::Type::TIMESTAMP:
      return IntegerAt<arrow::TimestampArray>(array, row);
    case arrow::Type::DURATION:
      return IntegerAt<arrow::DurationArray>(array, row);
    case arrow::Type::FLOAT:
      return static_cast<double>(static_cast<const arrow::FloatArray&>(array).Value(row));
    case arrow::Type::DOUBLE:
      return static_cast<const arrow::DoubleArray&>(array).Value(row);
    case arrow::Type::DECIMAL128: {
      const arrow::Decimal128 value(
          static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
      return (static_cast<Int128>(value.high_bits()) << 64) | static_cast<Int128>(value.low_bits());
    }
    default:
      return std::string(static_cast<const arrow::BinaryArray&>(array).GetView(row));
  }
}

}  // namespace

std::string ArrayText(const arrow::Array& array, const DataType& type, int64_t row) {
  if (array.IsNull(row)) return "NULL";
  return LiteralText(ValueAt(array, row), type);
}

}  // namespace floe::functions
