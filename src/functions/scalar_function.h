// What a call of a bound expression points to: how it prints, and how its kernel is made.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "functions/expression.h"

namespace floe::functions {

struct KernelCall;  // functions/kernel.h

// Computes one vector of results from vectors of arguments. Failing rows go to KernelCall::errors;
// a Status is for what concerns the whole batch (memory).
using Kernel = std::function<Status(KernelCall&)>;

struct BoundKernel {
  Kernel kernel;
  // Neither fails for a row nor costs much: may run for rows that do not need the result.
  bool total = false;
};

// What a kernel may specialise on: argument types, constant arguments, the result's type.
struct KernelRequest {
  std::span<const ExpressionPtr> arguments;
  const types::DataType& type;

  const types::DataType& argument_type(size_t index) const { return arguments[index]->type(); }
};

using KernelFactory = Result<BoundKernel> (*)(const KernelRequest&);

// How arguments are evaluated.
enum class CallForm : uint8_t {
  kStrict,  // all arguments for all rows, then the kernel
  // The rest is run by the program itself, each argument for the rows that need it.
  kAnd,
  kOr,
  kCase,
  kCoalesce,
};

enum class PrintForm : uint8_t { kCall, kInfix, kPrefix, kPostfix, kCase, kCast };

// One per function or operator, with static storage; compared by address.
struct ScalarFunction {
  std::string_view name;
  CallForm form = CallForm::kStrict;
  PrintForm print = PrintForm::kCall;
  bool deterministic = true;
  // Arguments at the end that resolution appended (zone, flags): not printed.
  int hidden_arguments = 0;
  KernelFactory make_kernel = nullptr;  // for kStrict
};

}  // namespace floe::functions
