#include "iceberg/file_io.h"

#include <utility>
#include <variant>

namespace floe::iceberg {

Result<std::string> FileIo::Read(const std::string& uri) const {
  FLOE_ASSIGN(std::string key, store_.KeyOf(uri));
  return Await<std::string>(executor_, [&](auto done) { store_.Get(key, done); });
}

Status FileIo::Write(const std::string& uri, std::string bytes) const {
  FLOE_ASSIGN(std::string key, store_.KeyOf(uri));
  storage::PutOptions options;
  options.only_if_absent = true;
  return Await<storage::ObjectInfo>(
             executor_, [&](auto done) { store_.Put(key, std::move(bytes), options, done); })
      .status();
}

Status FileIo::Remove(const std::string& uri) const {
  FLOE_ASSIGN(std::string key, store_.KeyOf(uri));
  return Await<std::monostate>(executor_, [&](auto done) { store_.Delete(key, done); }).status();
}

}  // namespace floe::iceberg
