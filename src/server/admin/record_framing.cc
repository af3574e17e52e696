#include "server/admin/record_framing.h"

#include <cstring>

namespace floe::server {
namespace {

template <typename Int>
void AppendInteger(Int value, std::string* out) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out->append(bytes, sizeof value);
}

void AppendBytes(const std::optional<std::string_view>& bytes, std::string* out) {
  AppendInteger(bytes ? static_cast<int32_t>(bytes->size()) : int32_t{-1}, out);
  if (bytes) out->append(*bytes);
}

class FrameReader {
 public:
  explicit FrameReader(std::string_view body) : rest_(body) {}

  bool done() const { return rest_.empty(); }

  template <typename Int>
  bool ReadInteger(Int* value) {
    if (rest_.size() < sizeof *value) return false;
    std::memcpy(value, rest_.data(), sizeof *value);
    rest_.remove_prefix(sizeof *value);
    return true;
  }

  bool ReadBytes(std::optional<std::string_view>* bytes) {
    int32_t length = 0;
    if (!ReadInteger(&length)) return false;
    if (length < 0) {
      bytes->reset();
      return true;
    }
    const auto size = static_cast<size_t>(length);
    if (rest_.size() < size) return false;
    *bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace

void AppendFramedRecord(const log::RecordView& record, std::string* out) {
  AppendInteger(record.offset.value(), out);
  AppendInteger(record.timestamp_ms, out);
  AppendBytes(record.key, out);
  AppendBytes(record.value, out);
}

Result<std::vector<log::RecordView>> ParseFramedRecords(std::string_view body) {
  FrameReader reader(body);
  std::vector<log::RecordView> records;
  while (!reader.done()) {
    log::RecordView record;
    int64_t offset = 0;
    if (!reader.ReadInteger(&offset) || !reader.ReadInteger(&record.timestamp_ms) ||
        !reader.ReadBytes(&record.key) || !reader.ReadBytes(&record.value)) {
      return Error(ErrorCode::kInvalidData,
                   "the body ends within record " + std::to_string(records.size() + 1));
    }
    record.offset = Offset(offset);
    records.push_back(record);
  }
  return records;
}

}  // namespace floe::server
