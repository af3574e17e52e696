// Message digests as lower-case hexadecimal text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::functions {

enum class DigestKind : uint8_t { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

Result<std::string> DigestText(DigestKind kind, std::string_view bytes);

}  // namespace floe::functions
