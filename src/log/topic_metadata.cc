#include "log/topic_metadata.h"

#include <algorithm>

#include "base/limits.h"
#include "storage/crc32c.h"
#include "storage/encoding.h"

namespace floe::log {
namespace {

constexpr std::string_view kLogMagic = "FLOELOG1";
constexpr std::string_view kTopicMagic = "FLOETOP1";
constexpr uint32_t kVersion = 1;
constexpr int64_t kMinSegmentBytes = int64_t{64} << 10;
constexpr int64_t kMaxSegmentBytes = int64_t{1} << 30;
constexpr size_t kMaxTopicNameBytes = 249;

std::string Begin(std::string_view magic) {
  std::string bytes(magic);
  storage::PutFixed<uint32_t>(bytes, kVersion);
  return bytes;
}

std::string Seal(std::string bytes) {
  storage::PutFixed<uint32_t>(bytes, storage::Crc32c(bytes));
  return bytes;
}

// The bytes between version and checksum.
Result<std::string_view> Unseal(std::string_view bytes, std::string_view magic,
                                std::string_view what) {
  const size_t frame = magic.size() + 8;
  if (bytes.size() < frame || !bytes.starts_with(magic)) {
    return Error(ErrorCode::kCorruption, std::string(what) + " is no such file or damaged");
  }
  const std::string_view checked = bytes.substr(0, bytes.size() - 4);
  if (storage::ByteReader(bytes.substr(checked.size())).Fixed<uint32_t>() !=
      storage::Crc32c(checked)) {
    return Error(ErrorCode::kCorruption, std::string(what) + " does not match its checksum");
  }
  const auto version = storage::ByteReader(checked.substr(magic.size())).Fixed<uint32_t>();
  if (version != kVersion) {
    return Error(ErrorCode::kSchemaMismatch,
                 std::string(what) + " has version " + std::to_string(version) +
                     "; this program reads version " + std::to_string(kVersion))
        .WithHint("use the version of Floe that wrote it, or a newer one");
  }
  return checked.substr(magic.size() + 4);
}

}  // namespace

std::string EncodeLogMetadata(const LogMetadata& metadata) {
  std::string bytes = Begin(kLogMagic);
  storage::PutFixed<int32_t>(bytes, metadata.leader_epoch);
  return Seal(std::move(bytes));
}

Result<LogMetadata> DecodeLogMetadata(std::string_view bytes) {
  FLOE_ASSIGN(const std::string_view body, Unseal(bytes, kLogMagic, "the log's metadata"));
  storage::ByteReader reader(body);
  LogMetadata metadata;
  metadata.leader_epoch = reader.Fixed<int32_t>();
  FLOE_TRY(reader.Finish("the log's metadata"));
  return metadata;
}

std::string EncodeTopicMetadata(const TopicInfo& info) {
  std::string bytes = Begin(kTopicMagic);
  bytes.append(reinterpret_cast<const char*>(info.id.bytes.data()), info.id.bytes.size());
  storage::PutFixed<int32_t>(bytes, info.partition_count);
  storage::PutFixed<uint8_t>(bytes, static_cast<uint8_t>(info.options.compression));
  storage::PutFixed<int64_t>(bytes, info.options.retention_bytes);
  storage::PutFixed<int64_t>(bytes, info.options.retention_ms);
  storage::PutFixed<int64_t>(bytes, info.options.segment_bytes);
  return Seal(std::move(bytes));
}

Result<TopicInfo> DecodeTopicMetadata(std::string_view bytes, std::string name) {
  const std::string what = "the metadata of topic " + name;
  FLOE_ASSIGN(const std::string_view body, Unseal(bytes, kTopicMagic, what));
  storage::ByteReader reader(body);
  TopicInfo info;
  info.name = std::move(name);
  const std::string_view id = reader.Bytes(info.id.bytes.size());
  std::copy(id.begin(), id.end(), info.id.bytes.begin());
  info.partition_count = reader.Fixed<int32_t>();
  info.options.compression = static_cast<Compression>(reader.Fixed<uint8_t>());
  info.options.retention_bytes = reader.Fixed<int64_t>();
  info.options.retention_ms = reader.Fixed<int64_t>();
  info.options.segment_bytes = reader.Fixed<int64_t>();
  FLOE_TRY(reader.Finish(what));
  FLOE_TRY(ValidateTopicOptions(info.partition_count, info.options));
  return info;
}

Status ValidateTopicOptions(int32_t partition_count, const TopicOptions& options) {
  if (partition_count < 1 || partition_count > limits::kMaxPartitionsPerTopic) {
    return Error(ErrorCode::kInvalidArgument,
                 "a topic has 1 to " + std::to_string(limits::kMaxPartitionsPerTopic) +
                     " partitions, not " + std::to_string(partition_count));
  }
  if (options.segment_bytes < kMinSegmentBytes || options.segment_bytes > kMaxSegmentBytes) {
    return Error(ErrorCode::kInvalidArgument,
                 "segment_bytes is " + std::to_string(options.segment_bytes) + "; it has to be " +
                     std::to_string(kMinSegmentBytes) + " to " + std::to_string(kMaxSegmentBytes));
  }
  switch (options.compression) {
    case Compression::kNone:
    case Compression::kLz4:
    case Compression::kZstd:
      return Status::Ok();
  }
  return Error(ErrorCode::kInvalidArgument, "unknown compression of a topic");
}

Status ValidateTopicName(std::string_view name) {
  const bool valid = !name.empty() && name.size() <= kMaxTopicNameBytes && name != "." &&
                     name != ".." && std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                     });
  if (valid) return Status::Ok();
  return Error(ErrorCode::kInvalidArgument, "'" + std::string(name) + "' is no valid topic name")
      .WithHint("use 1 to 249 letters, digits, '.', '_' or '-'");
}

}  // namespace floe::log
