#include "functions/evaluator.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/scalar_function.h"
#include "functions/test_expressions.h"
#include "types/arrow_types.h"

namespace floe::functions {
namespace {

using testing::ElementsAre;
using types::DataType;

// Columns: i INT (7, NULL, 0, -7), s STRING ('12', NULL, 'x', '3').
class EvaluatorTest : public testing::Test {
 protected:
  EvaluatorTest() {
    arrow::Int32Builder numbers(evaluation_.pool());
    EXPECT_TRUE(numbers.AppendValues({7, 0, 0, -7}, {true, false, true, true}).ok());
    arrow::StringBuilder texts(evaluation_.pool());
    EXPECT_TRUE(texts.Append("12").ok());
    EXPECT_TRUE(texts.AppendNull().ok());
    EXPECT_TRUE(texts.Append("x").ok());
    EXPECT_TRUE(texts.Append("3").ok());
    batch_ = arrow::RecordBatch::Make(
        arrow::schema({arrow::field("i", arrow::int32()), arrow::field("s", arrow::utf8())}), 4,
        {numbers.Finish().ValueOrDie(), texts.Finish().ValueOrDie()});
  }

  std::vector<std::string> Rows(const ExpressionPtr& expression, RowErrors* errors = nullptr) {
    return evaluation_.Rows(expression, *batch_, errors);
  }

  TestEvaluation evaluation_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  ExpressionPtr i_ = Expression::Column(0, DataType::Integer(), "i");
  ExpressionPtr s_ = Expression::Column(1, DataType::String(), "s");
  ExpressionPtr parsed_ = CastTo(s_, DataType::Integer());  // fails for row 2
  ExpressionPtr quotient_ = Call("/", {Number("70"), i_});  // fails for row 2
};

TEST_F(EvaluatorTest, ColumnsPassThroughUntouched) {
  Evaluator evaluator = Evaluator::Create({i_, s_}).value();
  auto arrays = evaluator.Evaluate(*batch_, evaluation_.context(), nullptr).value();
  EXPECT_EQ(arrays[0], batch_->column(0));
  EXPECT_EQ(arrays[1], batch_->column(1));
}

TEST_F(EvaluatorTest, FailingRowsAreCollected) {
  RowErrors errors;
  EXPECT_THAT(Rows(quotient_, &errors), ElementsAre("10", "NULL", "NULL", "-10"));
  ASSERT_EQ(errors.errors().size(), 1u);
  EXPECT_EQ(errors.errors().at(2).code(), ErrorCode::kDivisionByZero);
  EXPECT_THAT(Rows(quotient_), ElementsAre("error: division by zero"));
}

// A failed row is NULL in every result of the call, also in untouched columns.
TEST_F(EvaluatorTest, FailedRowsAreNullEverywhere) {
  RowErrors errors;
  Evaluator evaluator = Evaluator::Create({i_, parsed_, Number("1")}).value();
  auto arrays = evaluator.Evaluate(*batch_, evaluation_.context(), &errors).value();
  for (size_t column = 0; column < arrays.size(); ++column) {
    EXPECT_TRUE(arrays[column]->ValidateFull().ok());
    EXPECT_TRUE(arrays[column]->IsNull(2)) << column;
  }
  EXPECT_FALSE(arrays[2]->IsNull(1));
  EXPECT_EQ(arrays[0]->null_count(), 2);
}

TEST_F(EvaluatorTest, BranchesThatARowDoesNotTakeCannotFail) {
  const ExpressionPtr zero = Call("=", {i_, Number("0")});
  EXPECT_THAT(Rows(Call("CASE", {zero, Number("-1"), quotient_})),
              ElementsAre("10", "NULL", "-1", "-10"));
  EXPECT_THAT(Rows(Call("IF", {Call("NOT", {zero}), quotient_, Number("5")})),
              ElementsAre("10", "5", "5", "-10"));
  EXPECT_THAT(
      Rows(Call("AND", {Call("<>", {i_, Number("0")}), Call(">", {quotient_, Number("0")})})),
      ElementsAre("TRUE", "NULL", "FALSE", "FALSE"));
  EXPECT_THAT(Rows(Call("OR", {zero, Call(">", {quotient_, Number("0")})})),
              ElementsAre("TRUE", "NULL", "TRUE", "FALSE"));
  EXPECT_THAT(Rows(Call("COALESCE", {i_, parsed_, Number("9")})), ElementsAre("7", "9", "0", "-7"));
  EXPECT_THAT(Rows(Call("COALESCE", {CastTo(s_, DataType::Integer(), CastMode::kTry), i_})),
              ElementsAre("12", "NULL", "0", "3"));
}

// The same subexpression in a branch and in the open: the open one decides.
TEST_F(EvaluatorTest, SharedSubexpressionsFailOnlyWhereUsed) {
  const ExpressionPtr zero = Call("=", {i_, Number("0")});
  const ExpressionPtr guarded = Call("CASE", {zero, Number("-1"), quotient_});
  RowErrors errors;
  Evaluator evaluator = Evaluator::Create({guarded, quotient_}).value();
  auto arrays = evaluator.Evaluate(*batch_, evaluation_.context(), &errors).value();
  EXPECT_EQ(errors.errors().size(), 1u);
  EXPECT_TRUE(arrays[0]->IsNull(2));
  EXPECT_EQ(ArrayText(*arrays[1], quotient_->type(), 3), "-10");
}

TEST_F(EvaluatorTest, StringBranchesOutliveTheirSources) {
  const ExpressionPtr joined = Call("||", {s_, Text("!")});
  EXPECT_THAT(Rows(Call("CASE", {Call(">", {i_, Number("0")}), joined,
                                 Call("UPPER", {Call("||", {Text("a"), s_})})})),
              ElementsAre("'12!'", "NULL", "'AX'", "'A3'"));
}

TEST_F(EvaluatorTest, NullsOfDistinctFrom) {
  EXPECT_THAT(Rows(Call("IS DISTINCT FROM", {i_, Number("7")})),
              ElementsAre("FALSE", "TRUE", "TRUE", "TRUE"));
  EXPECT_THAT(Rows(Call("IS NOT DISTINCT FROM", {i_, NullOf(DataType::Integer())})),
              ElementsAre("FALSE", "TRUE", "FALSE", "FALSE"));
}

TEST_F(EvaluatorTest, FilterTakesTrueRowsOnly) {
  Evaluator evaluator = Evaluator::Create({Call(">=", {i_, Number("0")})}).value();
  EXPECT_THAT(evaluator.EvaluateFilter(*batch_, evaluation_.context(), nullptr).value(),
              ElementsAre(0, 2));
  Evaluator failing = Evaluator::Create({Call("<", {quotient_, Number("100")})}).value();
  RowErrors errors;
  EXPECT_THAT(failing.EvaluateFilter(*batch_, evaluation_.context(), &errors).value(),
              ElementsAre(0, 3));
  EXPECT_TRUE(errors.Contains(2));
  Evaluator all = Evaluator::Create({BooleanLiteral(true)}).value();
  EXPECT_EQ(all.EvaluateFilter(*batch_, evaluation_.context(), nullptr).value().size(), 4u);
  Evaluator none = Evaluator::Create({NullOf(DataType::Boolean())}).value();
  EXPECT_TRUE(none.EvaluateFilter(*batch_, evaluation_.context(), nullptr).value().empty());
}

// A constant that fails does so for every row that evaluates it, and for no other.
TEST_F(EvaluatorTest, ConstantFailures) {
  const ExpressionPtr bad = CastTo(Text("x"), DataType::Integer());
  RowErrors errors;
  Rows(Call("CASE", {Call(">", {i_, Number("0")}), bad, Number("1")}), &errors);
  EXPECT_EQ(errors.errors().size(), 1u);
  EXPECT_TRUE(errors.Contains(0));
}

TEST_F(EvaluatorTest, SlicesAreReadAtTheirOffset) {
  const auto slice = batch_->Slice(1, 3);
  EXPECT_THAT(evaluation_.Rows(Call("+", {i_, Number("1")}), *slice),
              ElementsAre("NULL", "1", "-6"));
  EXPECT_THAT(evaluation_.Rows(Call("UPPER", {s_}), *slice), ElementsAre("NULL", "'X'", "'3'"));
  RowErrors errors;
  errors.Add(1, Error(ErrorCode::kInternal, ""));
  EXPECT_THAT(evaluation_.Rows(i_, *slice, &errors), ElementsAre("NULL", "NULL", "-7"));
}

TEST_F(EvaluatorTest, EmptyBatches) {
  const auto empty = batch_->Slice(0, 0);
  EXPECT_TRUE(evaluation_.Rows(Call("+", {i_, Number("1")}), *empty).empty());
  EXPECT_TRUE(evaluation_.Rows(Call("CONCAT", {s_, Text("x")}), *empty).empty());
}

TEST_F(EvaluatorTest, WatermarksComeFromTheContext) {
  const DataType rowtime = DataType::Timestamp(3).WithTimeAttribute(types::TimeAttribute::kRowtime);
  const ExpressionPtr call = Call("CURRENT_WATERMARK", {Expression::Column(0, rowtime, "ts")});
  arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MILLI), evaluation_.pool());
  EXPECT_TRUE(times.AppendValues({5, 6}).ok());
  auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("ts", times.type())}), 2,
                                        {times.Finish().ValueOrDie()});
  EXPECT_THAT(evaluation_.Rows(call, *batch), ElementsAre("NULL", "NULL"));
  const std::vector<int64_t> watermarks = {kNoWatermark, 4};
  evaluation_.context().watermarks_ms = watermarks;
  EXPECT_THAT(evaluation_.Rows(call, *batch),
              ElementsAre("NULL", "TIMESTAMP '1970-01-01 00:00:00.004'"));
}

TEST_F(EvaluatorTest, TakeRowsGathersEveryLayout) {
  arrow::BooleanBuilder flags(evaluation_.pool());
  ASSERT_TRUE(flags.AppendValues(std::vector<bool>{true, false, true, true}).ok());
  auto values = std::make_shared<arrow::Int32Builder>(evaluation_.pool());
  arrow::ListBuilder lists(evaluation_.pool(), values);
  for (int row = 0; row < 4; ++row) {
    ASSERT_TRUE(lists.Append().ok());
    ASSERT_TRUE(values->Append(row).ok());
  }
  auto wide = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("i", arrow::int32()), arrow::field("s", arrow::utf8()),
                     arrow::field("b", arrow::boolean()), arrow::field("l", lists.type())}),
      4,
      {batch_->column(0), batch_->column(1), flags.Finish().ValueOrDie(),
       lists.Finish().ValueOrDie()});
  const std::vector<int32_t> rows = {3, 1, 3};
  auto taken = TakeRows(wide, rows, evaluation_.pool()).value();
  ASSERT_TRUE(taken->ValidateFull().ok());
  for (int column = 0; column < wide->num_columns(); ++column) {
    for (size_t row = 0; row < rows.size(); ++row) {
      EXPECT_TRUE(taken->column(column)->RangeEquals(*wide->column(column),
                                                     static_cast<int64_t>(row),
                                                     static_cast<int64_t>(row) + 1, rows[row]));
    }
  }
  const std::vector<int32_t> all = {0, 1, 2, 3};
  EXPECT_EQ(TakeRows(wide, all, evaluation_.pool()).value(), wide);
  const std::vector<int32_t> run = {1, 2};
  EXPECT_TRUE(TakeRows(wide, run, evaluation_.pool()).value()->Equals(*wide->Slice(1, 2)));
  EXPECT_EQ(TakeRows(wide, {}, evaluation_.pool()).value()->num_rows(), 0);
}

TEST_F(EvaluatorTest, FoldKeepsWhatIsNotConstant) {
  const ExpressionPtr mixed = Call("+", {i_, Call("+", {Number("1"), Number("2")})});
  EXPECT_EQ(ToString(*Fold(mixed).value()), "(i + 3)");
  const ExpressionPtr one_third = Call("/", {Number("1"), Number("0")});
  EXPECT_FALSE(Fold(Call("+", {i_, one_third})).ok());
  // A branch that may never be taken keeps its failure for the rows that take it.
  EXPECT_TRUE(Fold(Call("CASE", {Call(">", {i_, Number("0")}), one_third, Number("1")})).ok());
  EXPECT_EQ(
      ToString(*Fold(Call("AND", {BooleanLiteral(true), Call(">", {i_, Number("0")})})).value()),
      "(i > 0)");
  EXPECT_EQ(Fold(Call("RAND", {})).value()->kind(), ExpressionKind::kCall);
}

TEST_F(EvaluatorTest, MemoryLimitIsAnError) {
  MemoryBudget budget("small", 1 << 20);
  types::ArrowMemoryPool pool(budget);
  EvaluationContext context;
  context.memory_pool = &pool;
  auto value = EvaluateConstant(Call("REPEAT", {Text("0123456789"), Number("1000000")}), context);
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().code(), ErrorCode::kMemoryLimit);
}

}  // namespace
}  // namespace floe::functions
