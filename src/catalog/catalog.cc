#include "catalog/catalog.h"

namespace floe::catalog {

std::string ToString(const Namespace& levels) {
  std::string out;
  for (const std::string& level : levels) out += (out.empty() ? "" : ".") + level;
  return out;
}

std::string TableIdentifier::ToString() const { return catalog::ToString(levels) + "." + name; }

}  // namespace floe::catalog
