// A client of the Trino protocol as recorded statements need one: headers in, the whole answer out.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace floe::oracle {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Blocks; for one thread.
class TrinoConnection {
 public:
  // "http://127.0.0.1:8080" or "127.0.0.1:8080".
  static Result<std::unique_ptr<TrinoConnection>> Open(const std::string& url);
  ~TrinoConnection();

  // Runs a statement to its last page: the last page's JSON with `columns` of any page and `data`
  // of all.
  Result<nlohmann::json> Run(const std::string& sql, const Headers& headers);

 private:
  class Implementation;
  explicit TrinoConnection(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace floe::oracle
