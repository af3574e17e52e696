#include "functions/kernel.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>

namespace floe::functions {
namespace {

constexpr uint8_t kNullByte = 0;
alignas(16) constexpr std::byte kZeros[32] = {};

}  // namespace

Result<void*> AllocateResultBytes(KernelCall& call, int64_t value_size) {
  FLOE_ASSIGN(call.result->buffer,
              AllocateBytes(call.context.memory_pool, call.length * value_size));
  uint8_t* bytes = MutableBytes(*call.result->buffer);
  // Rows that are not computed stay defined, so that what leaves is a function of what came in.
  if (call.selection != nullptr) std::memset(bytes, 0, call.length * value_size);
  call.result->values = bytes;
  return static_cast<void*>(bytes);
}

Result<uint8_t*> AllocateValidity(KernelCall& call) {
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> buffer,
              AllocateBytes(call.context.memory_pool, call.length));
  uint8_t* valid = MutableBytes(*buffer);
  std::memset(valid, 1, static_cast<size_t>(call.length));
  call.result->validity = valid;
  call.result->validity_owner = std::move(buffer);
  return valid;
}

Status CombineValidity(KernelCall& call) {
  const Vector* only = nullptr;
  bool several = false;
  for (const Vector& argument : call.arguments) {
    if (argument.validity == nullptr || (argument.constant && call.length != 1)) continue;
    several = only != nullptr && only->validity != argument.validity;
    if (several) break;
    only = &argument;
  }
  if (several) return AllocateCombinedValidity(call).status();
  if (only != nullptr) {
    call.result->validity = only->validity;
    call.result->validity_owner = only->validity_owner;
  }
  return Status::Ok();
}

Result<uint8_t*> AllocateCombinedValidity(KernelCall& call) {
  FLOE_ASSIGN(uint8_t * valid, AllocateValidity(call));
  for (const Vector& argument : call.arguments) {
    if (argument.validity == nullptr) continue;
    if (argument.constant) {
      if (argument.validity[0] == 0) std::memset(valid, 0, static_cast<size_t>(call.length));
      continue;
    }
    const uint8_t* from = argument.validity;
    for (int64_t i = 0; i < call.length; ++i) valid[i] &= from[i];
  }
  return valid;
}

bool HasConstantNull(const KernelCall& call) {
  return std::any_of(call.arguments.begin(), call.arguments.end(),
                     [](const Vector& argument) { return argument.IsConstantNull(); });
}

Status SetConstantNull(KernelCall& call) {
  *call.result = ConstantNullVector(call.result->physical);
  return Status::Ok();
}

Vector ConstantVector(Physical physical, const void* value, std::shared_ptr<const void> owner) {
  Vector vector;
  vector.physical = physical;
  vector.constant = true;
  vector.values = value;
  vector.owner = std::move(owner);
  return vector;
}

Vector ConstantNullVector(Physical physical) {
  Vector vector = ConstantVector(physical, kZeros, nullptr);
  vector.validity = &kNullByte;
  return vector;
}

}  // namespace floe::functions
