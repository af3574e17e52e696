// Any bytes as a CSV file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "producers/csv_reader.h"

namespace {

class MemoryStream final : public floe::producers::InputStream {
 public:
  MemoryStream(const uint8_t* data, size_t size) : data_(data), rest_(size) {}
  floe::Result<size_t> Read(std::span<char> buffer) override {
    const size_t count = std::min(rest_, buffer.size());
    std::copy_n(data_, count, buffer.data());
    data_ += count;
    rest_ -= count;
    return count;
  }

 private:
  const uint8_t* data_;
  size_t rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace floe::producers;
  auto reader = CsvReader::Open(std::make_unique<MemoryStream>(data, size), "fuzz.csv", {});
  if (!reader.ok()) return 0;
  for (;;) {
    const floe::Result<ColumnBatch> batch = (*reader)->Read(7);
    if (!batch.ok() || batch->rows == 0) return 0;
  }
}
