#include "storage/object_store.h"

#include <algorithm>

#include "base/assert.h"

namespace floe::storage {
namespace {

Status ValidateNames(std::string_view path, std::string_view whole) {
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    if (name.empty() || name == "." || name == "..") {
      return Error(ErrorCode::kInvalidArgument,
                   "'" + std::string(whole) + "' has an empty, '.' or '..' name in it");
    }
    begin = end + 1;
  }
  if (std::any_of(path.begin(), path.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
      })) {
    return Error(ErrorCode::kInvalidArgument,
                 "'" + std::string(whole) + "' has control characters in it");
  }
  return Status::Ok();
}

bool IsFileUri(std::string_view uri) { return uri.starts_with("file:") || uri.starts_with("/"); }

}  // namespace

Status ValidateObjectKey(std::string_view key) { return ValidateNames(key, key); }

std::string FileUri(std::string_view absolute_path) {
  FLOE_ASSERT(absolute_path.starts_with('/'));
  return "file://" + std::string(absolute_path);
}

Result<std::string> PathOfFileUri(std::string_view uri) {
  std::string_view path = uri;
  if (path.starts_with("file://")) {
    path.remove_prefix(7);
  } else if (path.starts_with("file:")) {
    path.remove_prefix(5);
  }
  if (!path.starts_with('/')) {
    return Error(ErrorCode::kInvalidArgument, "'" + std::string(uri) + "' is not a file URI")
        .WithHint("write file:///absolute/path");
  }
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path.size() > 1) FLOE_TRY(ValidateNames(path.substr(1), uri));
  return std::string(path);
}

std::string ObjectStore::UriOf(std::string_view key) const {
  return root_uri() + "/" + std::string(key);
}

Result<std::string> ObjectStore::KeyOf(std::string_view uri) const {
  std::string whole(uri);
  if (IsFileUri(root_uri()) && IsFileUri(uri)) {
    FLOE_ASSIGN(const std::string path, PathOfFileUri(uri));
    whole = FileUri(path);
  }
  const std::string below = root_uri() + "/";
  if (!whole.starts_with(below)) {
    return Error(ErrorCode::kInvalidArgument,
                 "'" + std::string(uri) + "' is not below " + root_uri());
  }
  std::string key = whole.substr(below.size());
  FLOE_TRY(ValidateNames(key, uri));
  return key;
}

}  // namespace floe::storage
