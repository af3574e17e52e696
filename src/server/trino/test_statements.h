// Answers made of numbers, for tests of what stands between a client and the executor.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/trino/statement.h"

namespace floe::server {

// Rows [0], [1], … up to `row_count`, then the end or an error.
class NumberCursor final : public query::trino::ResultCursor {
 public:
  explicit NumberCursor(int64_t row_count, std::optional<Error> error = std::nullopt)
      : row_count_(row_count), error_(std::move(error)) {}

  Result<std::vector<std::string>> NextPage(size_t max_bytes) override {
    std::vector<std::string> rows;
    size_t bytes = 0;
    for (; next_ < row_count_ && bytes < max_bytes; ++next_) {
      rows.push_back("[" + std::to_string(next_) + "]");
      bytes += rows.back().size();
    }
    if (rows.empty() && error_) return *error_;
    return rows;
  }
  bool at_end() const override { return next_ == row_count_ && !error_; }

 private:
  int64_t next_ = 0;
  const int64_t row_count_;
  const std::optional<Error> error_;
};

// "ROWS n": a column `n` with that many rows. "FAIL n": an error after them. "BAD": refused.
// "USE": changes the session.
inline Result<query::trino::Answer> RunTestStatement(const std::string& text,
                                                     const query::trino::Session&) {
  query::trino::Answer answer;
  const std::string verb = text.substr(0, text.find(' '));
  if (verb == "BAD") return Error(ErrorCode::kColumnNotFound, "no such column", {1, 8, 1, 8});
  if (verb == "USE") {
    answer.update_type = "USE";
    answer.set_schema = "s t";
    return answer;
  }
  answer.columns.push_back(
      {"n", query::trino::Type(query::trino::TypeKind::kBigint), std::nullopt});
  std::optional<Error> error;
  if (verb == "FAIL") error.emplace(ErrorCode::kDivisionByZero, "Division by zero");
  answer.cursor =
      std::make_unique<NumberCursor>(std::stoll(text.substr(verb.size())), std::move(error));
  return answer;
}

}  // namespace floe::server
