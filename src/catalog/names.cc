#include "catalog/names.h"

#include <algorithm>

namespace floe::catalog {
namespace {

constexpr size_t kMaxNameBytes = 255;

Status ValidateName(const std::string& name, const char* what) {
  auto wrong = [&](const std::string& why) {
    return Status(ErrorCode::kInvalidArgument,
                  "'" + name + "' can't be the name of a " + what + ": " + why);
  };
  if (name.empty()) return wrong("it is empty");
  if (name.size() > kMaxNameBytes) return wrong("it has more than 255 bytes");
  bool bad = std::any_of(name.begin(), name.end(), [](char c) {
    return c == '.' || c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (bad) return wrong("'.', '/', '\\' and control characters are not allowed");
  return Status::Ok();
}

}  // namespace

Status ValidateNamespace(const Namespace& levels) {
  if (levels.empty()) {
    return Status(ErrorCode::kInvalidArgument, "a database needs a name");
  }
  for (const std::string& level : levels) FLOE_TRY(ValidateName(level, "database"));
  return Status::Ok();
}

Status ValidateTable(const TableIdentifier& identifier) {
  FLOE_TRY(ValidateNamespace(identifier.levels));
  return ValidateName(identifier.name, "table");
}

}  // namespace floe::catalog
