// What the operating system says that this process uses.
#pragma once

#include <cstdint>

namespace floe {

struct ProcessUsage {
  double cpu_seconds = 0;  // of user and system, all threads
  int64_t resident_bytes = 0;
  int64_t peak_resident_bytes = 0;
  int64_t virtual_bytes = 0;
  int64_t threads = 0;
  int64_t open_files = 0;      // descriptors, sockets included
  int64_t max_open_files = 0;  // the soft limit
};

// Thread-safe. What cannot be read stays 0.
ProcessUsage ReadProcessUsage();

}  // namespace floe
