// Whole objects under keys: what tables and checkpoints are kept in. Local directory here; S3 has
// the same contract.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/executor.h"
#include "base/result.h"

namespace floe::storage {

struct ObjectInfo {
  std::string key;
  uint64_t size_bytes = 0;

  bool operator==(const ObjectInfo&) const = default;
};

struct PutOptions {
  // kAlreadyExists instead of replacing an object.
  bool only_if_absent = false;
};

// Asynchronous: a call returns at once, and `done` runs exactly once, later, on the executor that
// the store was made with (never inside the call). Who has to wait uses Await of base/executor.h.
//
// Keys are relative to the store's root: names joined by '/', no empty name, no "." or "..", no
// control characters (kInvalidArgument). Errors: kNotFound, kAlreadyExists, kPermissionDenied,
// kDiskFull, kIo, kUnavailable; kCommitUnknown from Put when it may have happened.
// Thread-safe.
class ObjectStore {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  virtual ~ObjectStore() = default;

  // Stores the whole object, durably. Atomic: readers see nothing, the old object, or this one.
  virtual void Put(std::string key, std::string bytes, PutOptions options,
                   Done<ObjectInfo> done) = 0;
  void Put(std::string key, std::string bytes, Done<ObjectInfo> done) {
    Put(std::move(key), std::move(bytes), PutOptions{}, std::move(done));
  }
  virtual void Get(std::string key, Done<std::string> done) = 0;
  // Bytes [offset, offset + length), fewer only where the object ends.
  virtual void GetRange(std::string key, uint64_t offset, uint64_t length,
                        Done<std::string> done) = 0;
  virtual void Head(std::string key, Done<ObjectInfo> done) = 0;
  // All objects whose key starts with `prefix`, ordered by key.
  virtual void List(std::string prefix, Done<std::vector<ObjectInfo>> done) = 0;
  // Fine if the object is not there.
  virtual void Delete(std::string key, Done<std::monostate> done) = 0;

  // The root as it appears in URIs, without a trailing '/', such as "file:///data/warehouse".
  virtual const std::string& root_uri() const = 0;

  // "<root_uri>/<key>", unescaped, as Java Iceberg, PyIceberg and DuckDB write and read locations.
  std::string UriOf(std::string_view key) const;
  // The key of a URI below the root; kInvalidArgument if it lies elsewhere or is malformed.
  // For file URIs "file:/x" and "/x" are read as "file:///x".
  Result<std::string> KeyOf(std::string_view uri) const;
};

// kInvalidArgument if `key` breaks the rules above.
Status ValidateObjectKey(std::string_view key);
// "/data/x" → "file:///data/x". REQUIRES: an absolute path.
std::string FileUri(std::string_view absolute_path);
// "file:///data/x", "file:/data/x", "/data/x" → "/data/x"; kInvalidArgument for anything else, and
// for paths with "." or ".." names.
Result<std::string> PathOfFileUri(std::string_view uri);

}  // namespace floe::storage
