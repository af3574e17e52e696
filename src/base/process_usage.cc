#include "base/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace floe {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int64_t CountOpenFiles() {
  std::error_code error;
  int64_t count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // without the one that reads the directory
}

int64_t CountThreads() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    int64_t threads = 0;
    if (word == "Threads:" && status >> threads) return threads;
  }
  return 0;
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  ProcessUsage usage;
  struct rusage used {};
  if (getrusage(RUSAGE_SELF, &used) == 0) {
    usage.cpu_seconds = Seconds(used.ru_utime) + Seconds(used.ru_stime);
    usage.peak_resident_bytes = static_cast<int64_t>(used.ru_maxrss) * 1024;
  }
  std::ifstream pages("/proc/self/statm");
  int64_t whole = 0;
  int64_t resident = 0;
  if (pages >> whole >> resident) {
    const int64_t page_bytes = sysconf(_SC_PAGESIZE);
    usage.virtual_bytes = whole * page_bytes;
    usage.resident_bytes = resident * page_bytes;
  }
  struct rlimit files {};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    usage.max_open_files = static_cast<int64_t>(files.rlim_cur);
  }
  usage.open_files = CountOpenFiles();
  usage.threads = CountThreads();
  return usage;
}

}  // namespace floe
