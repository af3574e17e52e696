// How kernels are written: loops over typed values, with NULLs and selections handled here.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "functions/evaluation_context.h"
#include "functions/scalar_function.h"
#include "functions/vector.h"

namespace floe::functions {

// One run of a kernel over a batch.
struct KernelCall {
  EvaluationContext& context;
  RowErrors& errors;
  const Selection* selection = nullptr;  // the rows to compute; null: all
  int64_t length = 0;                    // of the batch; 1 when all arguments are constant
  std::span<const Vector> arguments;
  Vector* result = nullptr;  // its `physical` is set
};

template <typename Fn>
void ForEachRow(const KernelCall& call, Fn&& fn) {
  if (call.selection == nullptr) {
    for (int64_t row = 0; row < call.length; ++row) fn(row);
  } else {
    for (int32_t row : call.selection->rows) fn(int64_t{row});
  }
}

// Makes room for the result's values.
Result<void*> AllocateResultBytes(KernelCall& call, int64_t value_size);
template <typename T>
Result<T*> AllocateResult(KernelCall& call) {
  FLOE_ASSIGN(void* bytes, AllocateResultBytes(call, sizeof(T)));
  return static_cast<T*>(bytes);
}
// The result is NULL where an argument is; shares an argument's validity where it can.
Status CombineValidity(KernelCall& call);
// The same in memory of its own, for kernels that add NULLs; never null.
Result<uint8_t*> AllocateCombinedValidity(KernelCall& call);
// All rows valid, writable.
Result<uint8_t*> AllocateValidity(KernelCall& call);
bool HasConstantNull(const KernelCall& call);
Status SetConstantNull(KernelCall& call);
// A constant Vector over `value`, which must outlive it unless `owner` holds it.
Vector ConstantVector(Physical physical, const void* value, std::shared_ptr<const void> owner);
Vector ConstantNullVector(Physical physical);

// One row of a per-row kernel.
class Row {
 public:
  Row(KernelCall& call, StringArena* arena) : call_(call), arena_(arena) {}

  // Reports the row as failed; returns false, as the kernel then does.
  bool Fail(Error error) {
    call_.errors.Add(row_, std::move(error));
    return false;
  }
  bool Fail(ErrorCode code, std::string message) { return Fail(Error(code, std::move(message))); }
  // Copies text into the result's memory.
  std::string_view Keep(std::string_view text) { return arena_->Add(text); }
  StringArena& arena() { return *arena_; }
  int64_t row() const { return row_; }
  void set_row(int64_t row) { row_ = row; }
  EvaluationContext& context() { return call_.context; }

 private:
  KernelCall& call_;
  StringArena* arena_;
  int64_t row_ = 0;
};

namespace internal {

template <typename T>
struct Reader {
  explicit Reader(const Vector& vector)
      : values(vector.data<T>()), mask(vector.constant ? 0 : ~int64_t{0}) {}
  const T& operator[](int64_t row) const { return values[row & mask]; }

  const T* values;
  int64_t mask;
};

template <typename... In>
inline constexpr bool kAnyString = (std::is_same_v<In, std::string_view> || ...);

template <typename Out, typename... In, typename Fn, size_t... I>
Status RunPerRow(KernelCall& call, Fn& fn, std::index_sequence<I...>) {
  const std::tuple<Reader<In>...> in{Reader<In>(call.arguments[I])...};
  FLOE_ASSIGN(Out * out, AllocateResult<Out>(call));
  FLOE_ASSIGN(uint8_t * valid, AllocateCombinedValidity(call));
  std::shared_ptr<StringArena> arena;
  if constexpr (std::is_same_v<Out, std::string_view>) {
    arena = std::make_shared<StringArena>(call.context.memory_pool);
  }
  Row row(call, arena.get());
  ForEachRow(call, [&](int64_t i) {
    if (valid[i] == 0) return;
    row.set_row(i);
    if (!fn(row, std::get<I>(in)[i]..., &out[i])) valid[i] = 0;
  });
  if constexpr (std::is_same_v<Out, std::string_view>) {
    // Results may be views into the arguments' memory.
    using Owners = std::pair<std::shared_ptr<StringArena>,
                             std::array<std::shared_ptr<const void>, 2 * sizeof...(In)>>;
    auto owners = std::make_shared<Owners>();
    owners->first = arena;
    ((owners->second[2 * I] = call.arguments[I].owner,
      owners->second[2 * I + 1] = call.arguments[I].array),
     ...);
    call.result->owner = std::move(owners);
    return arena->status();
  }
  return Status::Ok();
}

// fn(in...) has no effect and holds for any bits, so rows that are not wanted are computed too.
template <typename Out, typename A, typename Fn>
void RunDense(KernelCall& call, const Fn& fn, Out* out, TypeTag<A>) {
  const A* a = call.arguments[0].data<A>();
  for (int64_t i = 0; i < call.length; ++i) out[i] = fn(a[i]);
}

template <typename Out, typename A, typename B, typename Fn>
void RunDense(KernelCall& call, const Fn& fn, Out* out, TypeTag<A>, TypeTag<B>) {
  const A* a = call.arguments[0].data<A>();
  const B* b = call.arguments[1].data<B>();
  const int64_t length = call.length;
  if (call.arguments[1].constant) {
    const B constant = b[0];
    for (int64_t i = 0; i < length; ++i) out[i] = fn(a[i], constant);
  } else if (call.arguments[0].constant) {
    const A constant = a[0];
    for (int64_t i = 0; i < length; ++i) out[i] = fn(constant, b[i]);
  } else {
    for (int64_t i = 0; i < length; ++i) out[i] = fn(a[i], b[i]);
  }
}

template <typename Out, typename... In, typename Fn, size_t... I>
Status RunTotal(KernelCall& call, const Fn& fn, std::index_sequence<I...>) {
  FLOE_ASSIGN(Out * out, AllocateResult<Out>(call));
  FLOE_TRY(CombineValidity(call));
  if constexpr (kAnyString<In...> || sizeof...(In) > 2) {
    const std::tuple<Reader<In>...> in{Reader<In>(call.arguments[I])...};
    const uint8_t* valid = call.result->validity;
    ForEachRow(call, [&](int64_t i) {
      if (valid == nullptr || valid[i] != 0) out[i] = fn(std::get<I>(in)[i]...);
    });
  } else {
    RunDense<Out>(call, fn, out, TypeTag<In>()...);
  }
  return Status::Ok();
}

}  // namespace internal

// A kernel from bool fn(Row&, const In&..., Out* out), called for the rows where no argument is
// NULL; false makes the result NULL. `fn` may keep state between rows and batches.
template <typename Out, typename... In, typename Fn>
BoundKernel PerRow(Fn fn) {
  return {[fn](KernelCall& call) mutable -> Status {
            if (HasConstantNull(call)) return SetConstantNull(call);
            return internal::RunPerRow<Out, In...>(call, fn, std::index_sequence_for<In...>());
          },
          false};
}

// The same, where fn never reports a failure and is cheap.
template <typename Out, typename... In, typename Fn>
BoundKernel PerRowTotal(Fn fn) {
  BoundKernel kernel = PerRow<Out, In...>(std::move(fn));
  kernel.total = true;
  return kernel;
}

// A kernel from Out fn(In...), which is total, pure and cheap. Out is not a string.
template <typename Out, typename... In, typename Fn>
BoundKernel Total(Fn fn) {
  return {[fn](KernelCall& call) -> Status {
            if (HasConstantNull(call)) return SetConstantNull(call);
            return internal::RunTotal<Out, In...>(call, fn, std::index_sequence_for<In...>());
          },
          true};
}

}  // namespace floe::functions
