#include "base/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/strong_id.h"

namespace floe {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0)
    return Error(ErrorCode::kInvalidArgument, std::to_string(number) + " is odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  FLOE_ASSIGN(const int half, Half(number));
  FLOE_ASSIGN(const int quarter, Half(half));
  return quarter;
}

Status CheckHalf(int number) {
  FLOE_TRY(Half(number));
  return Status::Ok();
}

TEST(ResultTest, HoldsAValueOrAnError) {
  EXPECT_EQ(*Quarter(8), 2);
  Result<int> odd = Quarter(6);
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(odd.error().message(), "3 is odd");
  EXPECT_EQ(odd.status().ToString(), "INVALID_ARGUMENT: 3 is odd");
}

TEST(ResultTest, MacrosLeaveWithTheError) {
  EXPECT_TRUE(CheckHalf(2).ok());
  EXPECT_EQ(CheckHalf(3).error().message(), "3 is odd");
}

TEST(ResultTest, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  ASSERT_TRUE(result.ok());
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

TEST(ResultTest, ConvertsAValueOnTheWayIn) {
  const Result<std::string> text = "plain";
  EXPECT_EQ(*text, "plain");
}

TEST(ResultDeathTest, TheValueOfAnErrorIsADefect) {
  const Result<int> odd = Half(3);
  EXPECT_DEATH(static_cast<void>(odd.value()), "internal defect: ok\\(\\) is false");
}

TEST(StatusTest, CopiesItsError) {
  const Status failed(ErrorCode::kIo, "disk gone");
  const Status copy = failed;
  EXPECT_EQ(copy.ToString(), "IO: disk gone");
  EXPECT_EQ(failed.ToString(), "IO: disk gone");
  EXPECT_EQ(Status::Ok().ToString(), "OK");
}

TEST(ErrorTest, ContextHintAndPositionShow) {
  const Error error = Error(ErrorCode::kColumnNotFound, "no column 'lon'")
                          .WithSpan({3, 14, 3, 16})
                          .WithContext("table rides")
                          .WithHint("did you mean 'lat'?");
  EXPECT_EQ(error.ToString(),
            "COLUMN_NOT_FOUND at 3:14: table rides: no column 'lon' (did you mean 'lat'?)");
}

TEST(ErrorTest, TheInnermostPositionStays) {
  const Error error =
      Error(ErrorCode::kSqlSyntax, "odd").WithSpan({1, 2, 1, 3}).WithSpan({9, 9, 9, 9});
  EXPECT_EQ(*error.span(), (SourceSpan{1, 2, 1, 3}));
}

TEST(ErrorCodeTest, NumbersAndNamesAreUnique) {
  std::set<int> numbers;
  std::set<std::string_view> names;
  int codes = 0;
#define FLOE_X(name, number, origin, retry)                  \
  ++codes;                                                   \
  numbers.insert(ErrorNumber(ErrorCode::name));              \
  names.insert(ErrorName(ErrorCode::name));                  \
  EXPECT_EQ(OriginOf(ErrorCode::name), ErrorOrigin::origin); \
  EXPECT_EQ(RetryOf(ErrorCode::name), RetryHint::retry);
  FLOE_ERROR_CODES(FLOE_X)
#undef FLOE_X
  EXPECT_EQ(numbers.size(), static_cast<size_t>(codes));
  EXPECT_EQ(names.size(), static_cast<size_t>(codes));
}

TEST(ErrorCodeTest, TheThousandsTellTheOrigin) {
#define FLOE_X(name, number, origin, retry) \
  EXPECT_EQ(number / 1000, static_cast<int>(ErrorOrigin::origin) + 1) << #name;
  FLOE_ERROR_CODES(FLOE_X)
#undef FLOE_X
}

TEST(ErrorCodeTest, NamesAreInTheWiresForm) {
  EXPECT_EQ(ErrorName(ErrorCode::kSqlFunctionNotFound), "SQL_FUNCTION_NOT_FOUND");
  EXPECT_EQ(ErrorName(ErrorCode::kIo), "IO");
}

TEST(StrongIdTest, OrdersAndHashes) {
  EXPECT_LT(Epoch(1), Epoch(1).Next());
  EXPECT_EQ(std::hash<Offset>()(Offset(5)), std::hash<int64_t>()(5));
  EXPECT_LT(EventTime::Min(), EventTime(0));
  EXPECT_LT(EventTime(0), EventTime::Max());
  static_assert(!std::is_convertible_v<int64_t, Offset>);
  static_assert(!std::is_convertible_v<Offset, int64_t>);
}

}  // namespace
}  // namespace floe
