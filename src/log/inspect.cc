#include "log/inspect.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/limits.h"
#include "log/compression.h"
#include "log/segment.h"
#include "log/topic_metadata.h"

namespace floe::log {
namespace {

// Keeps the order of insertion, which is the order that people read in.
using Json = nlohmann::ordered_json;

constexpr size_t kMaxUncompressedBatchBytes = 2 * limits::kMaxRecordBytes;
// The index is only counted with; a coarse one will do.
constexpr int64_t kIndexIntervalBytes = int64_t{1} << 20;

// Text as it is where it is UTF-8, else as hexadecimal digits behind "0x".
Json TextOf(const std::optional<std::string_view>& bytes) {
  if (!bytes) return nullptr;
  Json text = std::string(*bytes);
  try {
    // dump is the library's own check of UTF-8.
    (void)text.dump();
    return text;
  } catch (const Json::exception&) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits = "0x";
    for (const char byte : *bytes) {
      digits += kDigits[static_cast<uint8_t>(byte) >> 4];
      digits += kDigits[static_cast<uint8_t>(byte) & 15];
    }
    return digits;
  }
}

class Inspector {
 public:
  Inspector(storage::FileSystem& files, std::string directory, const InspectOptions& options,
            const std::function<void(std::string_view)>& out)
      : files_(files), directory_(std::move(directory)), options_(options), out_(out) {}

  Status Run() {
    const std::string path = storage::JoinPath(directory_, kLogMetadataName);
    Result<std::string> bytes = storage::ReadFile(files_, path, kMaxMetadataBytes);
    if (!bytes.ok()) {
      return std::move(bytes).error().WithContext(directory_ + " is not the directory of a log");
    }
    const Result<LogMetadata> metadata = DecodeLogMetadata(*bytes);
    Json line{{"kind", "log"}, {"directory", directory_}};
    if (metadata.ok()) {
      line["leader_epoch"] = metadata->leader_epoch;
    } else {
      line["problem"] = metadata.error().message();
    }
    Write(0, std::move(line));
    const std::string topics = storage::JoinPath(directory_, kTopicsDirectory);
    FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files_.List(topics));
    for (const storage::DirectoryEntry& entry : entries) {
      if (!options_.topic || *options_.topic == entry.name) {
        FLOE_TRY(InspectTopic(entry.name, storage::JoinPath(topics, entry.name)));
      }
    }
    return Status::Ok();
  }

 private:
  // One line: as JSON, or as "kind name=value …" indented by its depth.
  void Write(int depth, Json line) {
    std::string text;
    if (options_.format == InspectFormat::kJsonLines) {
      text = line.dump(-1, ' ', false, Json::error_handler_t::replace);
    } else {
      text.assign(static_cast<size_t>(depth) * 2, ' ');
      for (const auto& [name, value] : line.items()) {
        if (name == "kind") {
          text += value.get<std::string>();
        } else {
          text += " " + name + "=" +
                  (value.is_string() && value.get_ref<const std::string&>().find_first_of(" \"") ==
                                            std::string::npos
                       ? value.get<std::string>()
                       : value.dump(-1, ' ', false, Json::error_handler_t::replace));
        }
      }
    }
    text += '\n';
    out_(text);
  }

  Status InspectTopic(const std::string& name, const std::string& directory) {
    Json line{{"kind", "topic"}, {"topic", name}};
    const Result<std::string> bytes = storage::ReadFile(
        files_, storage::JoinPath(directory, kTopicMetadataName), kMaxMetadataBytes);
    const Result<TopicInfo> info =
        bytes.ok() ? DecodeTopicMetadata(*bytes, name) : Result<TopicInfo>(bytes.error());
    if (info.ok()) {
      line["id"] = info->id.ToString();
      line["partitions"] = info->partition_count;
      line["compression"] = CodecName(static_cast<int>(info->options.compression));
      line["retention_bytes"] = info->options.retention_bytes;
      line["retention_ms"] = info->options.retention_ms;
      line["segment_bytes"] = info->options.segment_bytes;
    } else {
      line["problem"] = info.error().message();
    }
    Write(1, std::move(line));
    FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files_.List(directory));
    std::vector<int32_t> partitions;
    for (const storage::DirectoryEntry& entry : entries) {
      if (entry.type != storage::FileType::kDirectory) continue;
      const bool is_number = !entry.name.empty() && entry.name.size() < 9 &&
                             std::all_of(entry.name.begin(), entry.name.end(),
                                         [](char c) { return c >= '0' && c <= '9'; });
      if (is_number) partitions.push_back(std::stoi(entry.name));
    }
    std::sort(partitions.begin(), partitions.end());
    for (const int32_t partition : partitions) {
      if (options_.partition && *options_.partition != partition) continue;
      FLOE_TRY(InspectPartition(name, partition,
                                storage::JoinPath(directory, std::to_string(partition))));
    }
    return Status::Ok();
  }

  Status InspectPartition(const std::string& topic, int32_t partition,
                          const std::string& directory) {
    FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files_.List(directory));
    // Segments are looked through first: the partition's line comes before theirs.
    std::vector<Json> lines;
    SegmentIndex whole;
    uint64_t bytes = 0;
    int64_t segments = 0;
    bool is_first = true;
    for (const storage::DirectoryEntry& entry : entries) {
      const std::optional<Offset> base = ParseSegmentFileName(entry.name);
      if (!base) continue;
      SegmentIndex index;
      FLOE_ASSIGN(Json line, InspectSegment(topic, partition, directory, *base, index));
      lines.push_back(std::move(line));
      if (is_first) whole.base_offset = *base;
      is_first = false;
      whole.next_offset = std::max(whole.next_offset, index.next_offset);
      whole.max_timestamp_ms = std::max(whole.max_timestamp_ms, index.max_timestamp_ms);
      bytes += index.size_bytes;
      ++segments;
    }
    Json line{{"kind", "partition"},
              {"topic", topic},
              {"partition", partition},
              {"begin", whole.base_offset.value()},
              {"end", whole.next_offset.value()},
              {"segments", segments},
              {"bytes", bytes}};
    if (whole.max_timestamp_ms != kNoTimestamp) line["max_timestamp_ms"] = whole.max_timestamp_ms;
    Write(2, std::move(line));
    if (options_.depth < InspectOptions::Depth::kSegments) return Status::Ok();
    for (Json& segment : lines) {
      const Offset base(segment["base_offset"].get<int64_t>());
      Write(3, std::move(segment));
      if (options_.depth >= InspectOptions::Depth::kBatches) {
        FLOE_TRY(WriteBatches(topic, partition, SegmentLogPath(directory, base)));
      }
    }
    return Status::Ok();
  }

  Result<Json> InspectSegment(const std::string& topic, int32_t partition,
                              const std::string& directory, Offset base, SegmentIndex& index) {
    index.base_offset = index.next_offset = base;
    FLOE_ASSIGN(const std::unique_ptr<storage::RandomAccessFile> file,
                files_.OpenRead(SegmentLogPath(directory, base)));
    FLOE_ASSIGN(const ScanResult scan, ScanSegment(*file, kIndexIntervalBytes, index));
    const Result<SegmentIndex> stored = ReadSegmentIndex(files_, directory, base);
    Json line{{"kind", "segment"},
              {"topic", topic},
              {"partition", partition},
              {"base_offset", base.value()},
              {"next_offset", index.next_offset.value()},
              {"bytes", index.size_bytes}};
    if (index.max_timestamp_ms != kNoTimestamp) line["max_timestamp_ms"] = index.max_timestamp_ms;
    line["indexed_bytes"] = stored.ok() ? stored->size_bytes : 0;
    if (!scan.problem.ok()) {
      line["unreadable_bytes"] = scan.file_bytes - index.size_bytes;
      line["problem"] = scan.problem.error().message();
    }
    return line;
  }

  Status WriteBatches(const std::string& topic, int32_t partition, const std::string& path) {
    FLOE_ASSIGN(const std::unique_ptr<storage::RandomAccessFile> file, files_.OpenRead(path));
    FLOE_ASSIGN(const uint64_t size, file->SizeBytes());
    BatchCursor cursor(*file, 0, size);
    for (;;) {
      const Result<std::optional<BatchCursor::Batch>> next = cursor.Next();
      // What is wrong here stands in the segment's line.
      if (!next.ok() || !next->has_value()) return Status::Ok();
      const BatchHeader& header = (*next)->header;
      Json line{{"kind", "batch"},
                {"topic", topic},
                {"partition", partition},
                {"position", (*next)->position},
                {"base_offset", header.base_offset.value()},
                {"last_offset", header.last_offset().value()},
                {"records", header.record_count},
                {"bytes", header.size_bytes()},
                {"compression", CodecName(header.compression())},
                {"leader_epoch", header.leader_epoch},
                {"base_timestamp_ms", header.base_timestamp_ms},
                {"max_timestamp_ms", header.max_timestamp_ms}};
      if (header.producer_id >= 0) {
        line["producer_id"] = header.producer_id;
        line["producer_epoch"] = header.producer_epoch;
        line["base_sequence"] = header.base_sequence;
      }
      if (header.is_control()) line["control"] = true;
      Write(4, std::move(line));
      if (options_.depth == InspectOptions::Depth::kRecords) {
        WriteRecords(topic, partition, **next);
      }
    }
  }

  void WriteRecords(const std::string& topic, int32_t partition, const BatchCursor::Batch& batch) {
    RecordMemory memory;
    std::vector<RecordView> records;
    const Status status = DecodeBatch(batch.header, batch.bytes, batch.header.base_offset,
                                      kMaxUncompressedBatchBytes, memory, records);
    for (const RecordView& record : records) {
      Json line{{"kind", "record"},
                {"topic", topic},
                {"partition", partition},
                {"offset", record.offset.value()},
                {"timestamp_ms", record.timestamp_ms},
                {"key", TextOf(record.key)},
                {"value", TextOf(record.value)}};
      for (const HeaderView& header : record.headers) {
        line["headers"].push_back({{"name", TextOf(header.name)}, {"value", TextOf(header.value)}});
      }
      Write(5, std::move(line));
    }
    if (!status.ok()) {
      Write(5, {{"kind", "problem"}, {"topic", topic}, {"problem", status.error().message()}});
    }
  }

  storage::FileSystem& files_;
  const std::string directory_;
  const InspectOptions& options_;
  const std::function<void(std::string_view)>& out_;
};

}  // namespace

Status InspectLog(storage::FileSystem& files, const std::string& directory,
                  const InspectOptions& options, const std::function<void(std::string_view)>& out) {
  return Inspector(files, directory, options, out).Run();
}

}  // namespace floe::log
