// Which part of this machine stands for an address that a job file names: the same file runs
// against a cluster and against the embedded parts.
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace floe::engine {

class EndpointMap {
 public:
  // Every address is embedded (`floe run --embedded`).
  static EndpointMap AllEmbedded();
  EndpointMap() = default;
  // Address as in the job ("kafka:29092", "http://iceberg-rest:8181") → "embedded", or an address.
  explicit EndpointMap(std::map<std::string, std::string> addresses)
      : addresses_(std::move(addresses)) {}

  // "embedded", the mapped address, or the address itself if it is not mapped. A trailing '/' does
  // not count. Of a list ("a:1,b:2") all must be mapped alike.
  std::string Resolve(const std::string& address) const;
  bool IsEmbedded(const std::string& address) const { return Resolve(address) == "embedded"; }

  // For CREATE CATALOG … WITH ('type' = 'iceberg', …): OK if the catalog stands for the embedded
  // one, which it does without a `uri`. kInvalidConfiguration with what to do if not.
  Status CheckIcebergCatalog(const std::string& name,
                             const std::map<std::string, std::string>& options) const;

 private:
  bool all_embedded_ = false;
  std::map<std::string, std::string> addresses_;
};

}  // namespace floe::engine
