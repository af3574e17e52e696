// One connection to the owner of a data directory, as its admin API's other side.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/file_system.h"

namespace floe::server {

// Blocking; used by one thread at a time.
class AdminConnection {
 public:
  // Connects to the process whose address `owner_path` (owner.json of a data directory) gives.
  // kDataDirectoryLocked if the owner has no admin API, kUnavailable if it does not answer.
  static Result<std::unique_ptr<AdminConnection>> ToOwner(storage::FileSystem& files,
                                                          const std::string& owner_path);
  ~AdminConnection();

  // The body of the answer. An error that the owner gives comes back as it is there: code, message,
  // hint and position.
  Result<std::string> Send(std::string_view method, const std::string& target, std::string body);

 private:
  class Implementation;
  explicit AdminConnection(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

struct OwnerAddress {
  std::string address;  // of this machine, without the port
  uint16_t port = 0;    // of the admin API, and of all that is served beside it
};

// What owner.json says. kInvalidData if it is something else; errors of reading it.
Result<OwnerAddress> ReadOwnerAddress(storage::FileSystem& files, const std::string& owner_path);
// The text of owner.json.
std::string OwnerText(const std::string& address, uint16_t admin_port);

}  // namespace floe::server
