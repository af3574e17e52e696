// The one file of functions/ that sees OpenSSL.
#include "functions/digest.h"

#include <openssl/evp.h>

#include <array>

namespace floe::functions {
namespace {

const EVP_MD* AlgorithmOf(DigestKind kind) {
  switch (kind) {
    case DigestKind::kMd5:
      return EVP_md5();
    case DigestKind::kSha1:
      return EVP_sha1();
    case DigestKind::kSha224:
      return EVP_sha224();
    case DigestKind::kSha256:
      return EVP_sha256();
    case DigestKind::kSha384:
      return EVP_sha384();
    case DigestKind::kSha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

}  // namespace

Result<std::string> DigestText(DigestKind kind, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, AlgorithmOf(kind), nullptr) !=
      1) {
    return Error(ErrorCode::kInternal, "OpenSSL does not compute this digest");
  }
  std::string text;
  text.reserve(2 * size);
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace floe::functions
