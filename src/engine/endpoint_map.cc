#include "engine/endpoint_map.h"

#include <string_view>

namespace floe::engine {
namespace {

constexpr char kEmbedded[] = "embedded";

std::string_view WithoutSlash(std::string_view address) {
  while (address.ends_with('/')) address.remove_suffix(1);
  return address;
}

}  // namespace

EndpointMap EndpointMap::AllEmbedded() {
  EndpointMap map;
  map.all_embedded_ = true;
  return map;
}

std::string EndpointMap::Resolve(const std::string& address) const {
  if (all_embedded_ || address == kEmbedded) return kEmbedded;
  for (const auto& [from, to] : addresses_) {
    if (WithoutSlash(from) == WithoutSlash(address)) return to;
  }
  const size_t comma = address.find(',');
  if (comma == std::string::npos) return address;
  const std::string first = Resolve(address.substr(0, comma));
  return first == Resolve(address.substr(comma + 1)) ? first : address;
}

Status EndpointMap::CheckIcebergCatalog(const std::string& name,
                                        const std::map<std::string, std::string>& options) const {
  const auto uri = options.find("uri");
  if (uri == options.end() || IsEmbedded(uri->second)) return Status::Ok();
  return Error(ErrorCode::kInvalidConfiguration, "catalog '" + name + "': its 'uri' " +
                                                     uri->second +
                                                     " is not mapped to the embedded catalog")
      .WithHint("run with --embedded, or map the address under 'endpoints:' in floe.yaml");
}

}  // namespace floe::engine
