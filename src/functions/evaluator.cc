#include "functions/evaluator.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "functions/arrow_vectors.h"
#include "functions/program.h"

namespace floe::functions {
namespace {

template <typename T>
T LoadConstant(const Vector& vector) {
  T value;
  std::memcpy(&value, vector.values, sizeof(T));
  return value;
}

LiteralValue ToLiteral(const Vector& vector) {
  if (!vector.IsValid(0)) return std::monostate();
  switch (vector.physical) {
    case Physical::kNone:
      return std::monostate();
    case Physical::kBool:
      return LoadConstant<uint8_t>(vector) != 0;
    case Physical::kFloat:
      return static_cast<double>(LoadConstant<float>(vector));
    case Physical::kDouble:
      return LoadConstant<double>(vector);
    case Physical::kInt128:
      return LoadConstant<Int128>(vector);
    case Physical::kString:
      return std::string(LoadConstant<std::string_view>(vector));
    case Physical::kInt8:
      return static_cast<int64_t>(LoadConstant<int8_t>(vector));
    case Physical::kInt16:
      return static_cast<int64_t>(LoadConstant<int16_t>(vector));
    case Physical::kInt32:
      return static_cast<int64_t>(LoadConstant<int32_t>(vector));
    case Physical::kInt64:
      return LoadConstant<int64_t>(vector);
  }
  return std::monostate();
}

Status FirstError(const RowErrors& errors) {
  return errors.empty() ? Status::Ok() : Status(errors.errors().begin()->second);
}

}  // namespace

Evaluator::Evaluator(std::unique_ptr<Program> program) : program_(std::move(program)) {}
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

Result<Evaluator> Evaluator::Create(const std::vector<ExpressionPtr>& expressions) {
  FLOE_ASSIGN(std::unique_ptr<Program> program, Program::Compile(expressions));
  return Evaluator(std::move(program));
}

Result<std::vector<std::shared_ptr<arrow::Array>>> Evaluator::Evaluate(
    const arrow::RecordBatch& batch, EvaluationContext& context, RowErrors* errors) {
  RowErrors own_errors;
  RowErrors& found = errors == nullptr ? own_errors : *errors;
  FLOE_ASSIGN(std::vector<Vector> results, program_->Run(&batch, context, found));
  if (errors == nullptr) FLOE_TRY(FirstError(own_errors));
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  arrays.reserve(results.size());
  for (size_t i = 0; i < results.size(); ++i) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Array> array,
                ExportVector(results[i], program_->expressions()[i]->type(), batch.num_rows(),
                             found, context.memory_pool));
    arrays.push_back(std::move(array));
  }
  return arrays;
}

Result<std::vector<int32_t>> Evaluator::EvaluateFilter(const arrow::RecordBatch& batch,
                                                       EvaluationContext& context,
                                                       RowErrors* errors) {
  FLOE_ASSERT(program_->expressions().size() == 1);
  RowErrors own_errors;
  RowErrors& found = errors == nullptr ? own_errors : *errors;
  FLOE_ASSIGN(std::vector<Vector> results, program_->Run(&batch, context, found));
  if (errors == nullptr) FLOE_TRY(FirstError(own_errors));
  const Vector& condition = results[0];
  const int64_t length = batch.num_rows();
  std::vector<int32_t> rows;
  if (condition.physical == Physical::kNone || condition.IsConstantNull()) return rows;
  if (condition.constant && condition.data<uint8_t>()[0] == 0) return rows;
  rows.resize(static_cast<size_t>(length));
  const uint8_t* values = condition.data<uint8_t>();
  size_t count = 0;
  for (int64_t row = 0; row < length; ++row) {
    const int64_t at = condition.index(row);
    const bool taken =
        values[at] != 0 && (condition.validity == nullptr || condition.validity[at] != 0);
    rows[count] = static_cast<int32_t>(row);
    count += taken ? 1 : 0;
  }
  rows.resize(count);
  if (!found.empty()) {
    std::erase_if(rows, [&](int32_t row) { return found.Contains(row); });
  }
  return rows;
}

Result<LiteralValue> EvaluateConstant(const ExpressionPtr& expression, EvaluationContext& context) {
  FLOE_ASSIGN(std::unique_ptr<Program> program, Program::Compile({expression}));
  RowErrors errors;
  FLOE_ASSIGN(std::vector<Vector> results, program->Run(nullptr, context, errors));
  FLOE_TRY(FirstError(errors));
  return ToLiteral(results[0]);
}

Result<std::shared_ptr<arrow::Array>> MakeConstantArray(const LiteralValue& value,
                                                        const types::DataType& type, int64_t length,
                                                        arrow::MemoryPool* pool) {
  EvaluationContext context;
  context.memory_pool = pool;
  FLOE_ASSIGN(std::unique_ptr<Program> program,
              Program::Compile({Expression::Literal(value, type)}));
  RowErrors errors;
  FLOE_ASSIGN(std::vector<Vector> results, program->Run(nullptr, context, errors));
  return ExportVector(results[0], type, length, errors, pool);
}

}  // namespace floe::functions
