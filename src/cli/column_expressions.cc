#include "cli/column_expressions.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/memory_pool.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/memory.h"
#include "functions/evaluator.h"
#include "plan/session.h"
#include "sql/flink/parse.h"
#include "types/arrow_memory.h"
#include "types/arrow_types.h"
#include "types/text.h"

namespace floe::cli {
namespace {

using producers::ColumnType;
using types::DataType;

Status FromArrow(const arrow::Status& status) {
  return status.ok() ? Status::Ok() : Status(ErrorCode::kMemoryLimit, status.ToString());
}

DataType TypeOf(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
      return DataType::BigInt();
    case ColumnType::kDecimal:
      return DataType::Double();
    case ColumnType::kBoolean:
      return DataType::Boolean();
    case ColumnType::kString:
      break;
  }
  return DataType::String();
}

ColumnType ColumnTypeOf(const DataType& type) {
  if (type.is_integer()) return ColumnType::kInteger;
  if (type.is_numeric()) return ColumnType::kDecimal;
  return type.kind() == types::TypeKind::kBoolean ? ColumnType::kBoolean : ColumnType::kString;
}

template <typename Builder, typename Value>
Result<std::shared_ptr<arrow::Array>> BuildColumn(
    Builder builder, const producers::ColumnValues& values,
    const std::function<std::optional<Value>(std::string_view)>& parse) {
  for (const std::optional<std::string_view>& text : values.values) {
    const std::optional<Value> value = text ? parse(*text) : std::nullopt;
    FLOE_TRY(FromArrow(value ? builder.Append(*value) : builder.AppendNull()));
  }
  std::shared_ptr<arrow::Array> array;
  FLOE_TRY(FromArrow(builder.Finish(&array)));
  return array;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::shared_ptr<arrow::Array>> ToArray(const producers::ColumnValues& values,
                                              ColumnType type, arrow::MemoryPool* pool) {
  switch (type) {
    case ColumnType::kInteger:
      return BuildColumn<arrow::Int64Builder, int64_t>(arrow::Int64Builder(pool), values,
                                                       ParseNumber<int64_t>);
    case ColumnType::kDecimal:
      return BuildColumn<arrow::DoubleBuilder, double>(arrow::DoubleBuilder(pool), values,
                                                       ParseNumber<double>);
    case ColumnType::kBoolean:
      return BuildColumn<arrow::BooleanBuilder, bool>(
          arrow::BooleanBuilder(pool), values,
          [](std::string_view text) { return std::optional(text == "true"); });
    case ColumnType::kString:
      break;
  }
  return BuildColumn<arrow::StringBuilder, std::string_view>(
      arrow::StringBuilder(pool), values,
      [](std::string_view text) { return std::optional(text); });
}

class SqlColumnExpression final : public producers::ColumnExpression {
 public:
  SqlColumnExpression(functions::Evaluator evaluator, ColumnType type,
                      std::vector<producers::ColumnDefinition> columns)
      : evaluator_(std::move(evaluator)), type_(type), columns_(std::move(columns)) {}

  ColumnType type() const override { return type_; }

  Result<producers::ColumnValues> Evaluate(const producers::ColumnBatch& batch) override {
    arrow::ArrayVector arrays;
    arrow::FieldVector fields;
    for (size_t i = 0; i < columns_.size(); ++i) {
      FLOE_ASSIGN(std::shared_ptr<arrow::Array> array,
                  ToArray(batch.columns[i], columns_[i].type, &pool_));
      fields.push_back(arrow::field(columns_[i].name, array->type()));
      arrays.push_back(std::move(array));
    }
    const auto rows = arrow::RecordBatch::Make(arrow::schema(std::move(fields)),
                                               static_cast<int64_t>(batch.rows), std::move(arrays));
    functions::EvaluationContext context;
    context.memory_pool = &pool_;
    context.random = &random_;
    FLOE_ASSIGN(const auto results, evaluator_.Evaluate(*rows, context, nullptr));
    auto texts = std::make_shared<std::vector<std::string>>(batch.rows);
    producers::ColumnValues values;
    for (size_t row = 0; row < batch.rows; ++row) {
      if (results[0]->IsNull(static_cast<int64_t>(row))) {
        values.values.emplace_back(std::nullopt);
        continue;
      }
      types::AppendText(*results[0], static_cast<int64_t>(row), &(*texts)[row]);
      values.values.emplace_back((*texts)[row]);
    }
    values.memory = std::move(texts);
    return values;
  }

 private:
  MemoryBudget budget_{"replay", limits::kDefaultMemoryLimitBytes};
  types::ArrowMemoryPool pool_{budget_};
  functions::Evaluator evaluator_;
  const ColumnType type_;
  const std::vector<producers::ColumnDefinition> columns_;
  Random random_{1};
};

Result<std::unique_ptr<producers::ColumnExpression>> Compile(
    std::string_view text, std::span<const producers::ColumnDefinition> columns) {
  std::vector<types::Field> fields;
  for (const producers::ColumnDefinition& column : columns) {
    fields.push_back({column.name, TypeOf(column.type)});
  }
  FLOE_ASSIGN(const sql::flink::Expression parsed, sql::flink::ParseExpression(text));
  plan::Session session{plan::SessionEnvironment()};
  FLOE_ASSIGN(const functions::ExpressionPtr bound,
              session.BindExpression(parsed, types::Schema(std::move(fields))));
  FLOE_ASSIGN(functions::Evaluator evaluator, functions::Evaluator::Create({bound}));
  return std::unique_ptr<producers::ColumnExpression>(new SqlColumnExpression(
      std::move(evaluator), ColumnTypeOf(bound->type()), {columns.begin(), columns.end()}));
}

}  // namespace

producers::ColumnExpressionCompiler SqlColumnExpressions() { return Compile; }

}  // namespace floe::cli
