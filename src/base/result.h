// Status and Result<T>: the one way to fail. No function of ours throws; foreign exceptions and
// foreign status types are turned into these in one file per library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/error_code.h"

namespace floe {

// A range of a SQL text. Lines and columns count from 1, columns in characters as typed; `end` is
// the last character that belongs to the range.
struct SourceSpan {
  int line = 0;
  int column = 0;
  int end_line = 0;
  int end_column = 0;

  bool operator==(const SourceSpan&) const = default;
};

// What went wrong: a code of the catalogue, a sentence for the user, and where in his text.
class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
  Error(ErrorCode code, std::string message, SourceSpan span)
      : code_(code), message_(std::move(message)), span_(span) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::optional<SourceSpan>& span() const { return span_; }
  // What would be valid, or what to do; empty when there is nothing to say.
  const std::string& hint() const { return hint_; }

  // Puts "context: " in front of the message.
  Error WithContext(std::string_view context) &&;
  Error WithHint(std::string hint) &&;
  // Keeps a span that is already there: the innermost position is the most exact.
  Error WithSpan(SourceSpan span) &&;

  // "NAME: message (hint)"; with a position "NAME at line:column: message".
  std::string ToString() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string hint_;
  std::optional<SourceSpan> span_;
};

// Success or an Error. One pointer wide.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::make_unique<Error>(std::move(error))) {}  // NOLINT: implicit
  Status(ErrorCode code, std::string message) : Status(Error(code, std::move(message))) {}

  Status(const Status& other) { *this = other; }
  Status& operator=(const Status& other) {
    error_ = other.error_ ? std::make_unique<Error>(*other.error_) : nullptr;
    return *this;
  }
  Status(Status&&) = default;
  Status& operator=(Status&&) = default;

  static Status Ok() { return {}; }
  bool ok() const { return error_ == nullptr; }
  // REQUIRES: !ok().
  const Error& error() const& {
    FLOE_ASSERT(error_ != nullptr);
    return *error_;
  }
  Error error() && {
    FLOE_ASSERT(error_ != nullptr);
    return std::move(*error_);
  }
  std::string ToString() const { return ok() ? "OK" : error_->ToString(); }

 private:
  std::unique_ptr<Error> error_;
};

// A value or an Error.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit
  // REQUIRES: !status.ok().
  Result(Status status)  // NOLINT: implicit
      : state_(std::in_place_index<1>, std::move(status).error()) {}
  template <typename U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::decay_t<U>, T> &&
           !std::is_same_v<std::decay_t<U>, Error> && !std::is_same_v<std::decay_t<U>, Status> &&
           !std::is_same_v<std::decay_t<U>, Result<T>>) Result(U&& value)  // NOLINT: implicit
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }

  // REQUIRES: ok().
  T& value() & {
    FLOE_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    FLOE_ASSERT(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    FLOE_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok().
  const Error& error() const& {
    FLOE_ASSERT(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    FLOE_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }
  Status status() const { return ok() ? Status() : Status(std::get<1>(state_)); }

 private:
  std::variant<T, Error> state_;
};

namespace internal {
inline Error TakeError(Status&& status) { return std::move(status).error(); }
template <typename T>
Error TakeError(Result<T>&& result) {
  return std::move(result).error();
}
}  // namespace internal

}  // namespace floe

#define FLOE_CONCAT_INNER(a, b) a##b
#define FLOE_CONCAT(a, b) FLOE_CONCAT_INNER(a, b)

// Leaves the function with the error of `expression` (a Status or Result) if it failed.
#define FLOE_TRY(expression)                                          \
  do {                                                                \
    auto floe_try_status = (expression);                              \
    if (!floe_try_status.ok()) {                                      \
      return ::floe::internal::TakeError(std::move(floe_try_status)); \
    }                                                                 \
  } while (false)

// FLOE_ASSIGN(auto x, F()): x is the value of F(), or the function is left with its error.
#define FLOE_ASSIGN(target, expression) \
  FLOE_ASSIGN_INNER(FLOE_CONCAT(floe_result_, __COUNTER__), target, expression)
#define FLOE_ASSIGN_INNER(result, target, expression)                      \
  auto result = (expression);                                              \
  if (!result.ok()) return ::floe::internal::TakeError(std::move(result)); \
  target = std::move(result).value()
