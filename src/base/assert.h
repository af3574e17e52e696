// Asserts on our own defects; on in release builds too. User input is never asserted on.
#pragma once

namespace floe::internal {
[[noreturn]] void AssertFailed(const char* condition, const char* file, int line);
}  // namespace floe::internal

#define FLOE_ASSERT(condition)                                        \
  do {                                                                \
    if (!(condition)) [[unlikely]]                                    \
      ::floe::internal::AssertFailed(#condition, __FILE__, __LINE__); \
  } while (false)
