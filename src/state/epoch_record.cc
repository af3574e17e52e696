#include "state/epoch_record.h"

#include <xxhash.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "storage/encoding.h"

namespace floe::state {

using storage::ByteReader;
using storage::PutFixed;
using storage::PutSignedVarint;
using storage::PutString;
using storage::PutVarint;

void ConsumptionOrder::AddRecords(uint32_t partition, Offset first_offset, Offset next_offset,
                                  int64_t count) {
  FLOE_ASSERT(count > 0 && next_offset.value() >= first_offset.value() + count);
  if (!events_.empty()) {
    OrderEvent& last = events_.back();
    if (last.kind == OrderEvent::Kind::kRecords && last.partition == partition &&
        last.next_offset == first_offset) {
      last.next_offset = next_offset;
      last.count += count;
      return;
    }
  }
  Add({OrderEvent::Kind::kRecords, partition, first_offset, next_offset, count, 0});
}

void ConsumptionOrder::SetClock(int64_t clock_ms) {
  if (clock_ms == clock_ms_) return;
  clock_ms_ = clock_ms;
  Add({OrderEvent::Kind::kClock, 0, {}, {}, 0, clock_ms});
}

std::string DigestOf(const std::vector<std::string>& descriptions) {
  if (descriptions.empty()) return "";
  std::string lengths;
  XXH3_state_t* const state = XXH3_createState();
  XXH3_128bits_reset(state);
  for (const std::string& description : descriptions) {
    lengths.clear();
    PutFixed<uint64_t>(lengths, description.size());
    XXH3_128bits_update(state, lengths.data(), lengths.size());
    XXH3_128bits_update(state, description.data(), description.size());
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
  XXH3_freeState(state);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string OffsetsJson(const EpochRecord& record) {
  std::map<std::string, std::map<int32_t, int64_t>> topics;
  for (const PartitionOffset& offset : record.offsets) {
    const InputPartition& input = record.partitions[offset.partition];
    const auto [place, is_new] =
        topics[input.topic].try_emplace(input.partition.value(), offset.next_offset.value());
    if (!is_new) place->second = std::min(place->second, offset.next_offset.value());
  }
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [topic, partitions] : topics) {
    nlohmann::ordered_json& offsets = json[topic] = nlohmann::ordered_json::object();
    for (const auto& [partition, offset] : partitions) offsets[std::to_string(partition)] = offset;
  }
  return json.dump();
}

namespace {

constexpr std::string_view kMagic = "FLOEEPOC";
// Version 1 has no watermarks of tables.
constexpr uint32_t kVersion = 2;
constexpr size_t kFrameBytes = kMagic.size() + 4 + 8;

uint64_t ChecksumOf(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

// Wraps: the bytes may be anyone's.
int64_t AddWrapping(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

}  // namespace

// Reads and writes the parts of the body. Offsets of a partition mostly go on where its last run
// ended, so runs carry the difference to that.
class EpochRecordCodec {
 public:
  static void PutOrder(std::string& out, const EpochRecord& record) {
    std::vector<int64_t> next(record.partitions.size(), 0);
    int64_t clock_ms = 0;
    PutVarint(out, record.order.events_.size());
    for (const OrderEvent& event : record.order.events_) {
      PutFixed<uint8_t>(out, static_cast<uint8_t>(event.kind));
      if (event.kind == OrderEvent::Kind::kClock) {
        PutSignedVarint(out, event.clock_ms - clock_ms);
        clock_ms = event.clock_ms;
        continue;
      }
      PutVarint(out, event.partition);
      if (event.kind != OrderEvent::Kind::kRecords) continue;
      int64_t& expected = next[event.partition];
      PutSignedVarint(out, event.first_offset.value() - expected);
      PutVarint(out, static_cast<uint64_t>(event.count));
      PutVarint(out, static_cast<uint64_t>(event.next_offset.value() - event.first_offset.value() -
                                           event.count));
      expected = event.next_offset.value();
    }
  }

  // False if the bytes make no order.
  static bool ReadOrder(ByteReader& reader, EpochRecord& record) {
    std::vector<int64_t> next(record.partitions.size(), 0);
    int64_t clock_ms = 0;
    const size_t count = reader.Count(2);
    record.order.events_.reserve(count);
    for (size_t i = 0; i < count && reader.ok(); ++i) {
      OrderEvent event;
      event.kind = static_cast<OrderEvent::Kind>(reader.Fixed<uint8_t>());
      if (event.kind < OrderEvent::Kind::kRecords || event.kind > OrderEvent::Kind::kClock) {
        return false;
      }
      if (event.kind == OrderEvent::Kind::kClock) {
        event.clock_ms = clock_ms = AddWrapping(clock_ms, reader.SignedVarint());
        record.order.clock_ms_ = clock_ms;
        record.order.events_.push_back(event);
        continue;
      }
      const uint64_t partition = reader.Varint();
      if (partition >= next.size()) return false;
      event.partition = static_cast<uint32_t>(partition);
      if (event.kind == OrderEvent::Kind::kRecords) {
        const int64_t first = AddWrapping(next[partition], reader.SignedVarint());
        const auto records = static_cast<int64_t>(reader.Varint());
        const auto gap = static_cast<int64_t>(reader.Varint());
        const int64_t end = AddWrapping(AddWrapping(first, records), gap);
        if (first < 0 || records <= 0 || gap < 0 || end < first) return false;
        event.first_offset = Offset(first);
        event.count = records;
        event.next_offset = Offset(end);
        next[partition] = event.next_offset.value();
      }
      record.order.events_.push_back(event);
    }
    return reader.ok();
  }
};

namespace {

void PutTables(std::string& out, const EpochRecord& record) {
  PutVarint(out, record.tables.size());
  for (const TableEpoch& table : record.tables) {
    PutString(out, table.table);
    PutFixed<int64_t>(out, table.previous_epoch.value());
    PutString(out, table.digest);
    PutVarint(out, table.descriptions.size());
    for (const std::string& description : table.descriptions) PutString(out, description);
    PutFixed<int64_t>(out, table.watermark.millis());
  }
}

void ReadTables(ByteReader& reader, uint32_t version, EpochRecord& record) {
  const size_t tables = reader.Count(11);
  for (size_t i = 0; i < tables && reader.ok(); ++i) {
    TableEpoch& table = record.tables.emplace_back();
    table.table = reader.String();
    table.previous_epoch = Epoch(reader.Fixed<int64_t>());
    table.digest = reader.String();
    const size_t descriptions = reader.Count();
    for (size_t d = 0; d < descriptions && reader.ok(); ++d) {
      table.descriptions.emplace_back(reader.String());
    }
    table.watermark = version >= 2 ? EventTime(reader.Fixed<int64_t>()) : record.watermark;
  }
}

Error Malformed() { return Error(ErrorCode::kCorruption, "an epoch record is malformed"); }

}  // namespace

std::string EncodeEpochRecord(const EpochRecord& record) {
  std::string out(kMagic);
  PutFixed<uint32_t>(out, kVersion);
  PutString(out, record.pipeline_id);
  PutFixed<int64_t>(out, record.epoch.value());
  PutFixed<int64_t>(out, record.fencing_token);
  PutFixed<int64_t>(out, record.first_sequence.value());
  PutFixed<int64_t>(out, record.watermark.millis());
  PutString(out, record.checkpoint_address);
  PutVarint(out, record.partitions.size());
  for (const InputPartition& partition : record.partitions) {
    PutString(out, partition.input);
    PutString(out, partition.topic);
    PutVarint(out, static_cast<uint64_t>(partition.partition.value()));
  }
  EpochRecordCodec::PutOrder(out, record);
  PutVarint(out, record.offsets.size());
  for (const PartitionOffset& offset : record.offsets) {
    PutVarint(out, offset.partition);
    PutFixed<int64_t>(out, offset.next_offset.value());
  }
  PutTables(out, record);
  PutVarint(out, record.properties.size());
  for (const auto& [name, value] : record.properties) {
    PutString(out, name);
    PutString(out, value);
  }
  PutFixed<uint64_t>(out, ChecksumOf(out));
  return out;
}

Result<EpochRecord> DecodeEpochRecord(std::string_view bytes) {
  if (bytes.size() < kFrameBytes || !bytes.starts_with(kMagic)) {
    return Error(ErrorCode::kCorruption, "an epoch record is cut short or is none");
  }
  const std::string_view checked = bytes.substr(0, bytes.size() - 8);
  if (ByteReader(bytes.substr(checked.size())).Fixed<uint64_t>() != ChecksumOf(checked)) {
    return Error(ErrorCode::kCorruption, "an epoch record does not match its checksum");
  }
  ByteReader reader(checked.substr(kMagic.size()));
  const auto version = reader.Fixed<uint32_t>();
  if (version > kVersion) {
    return Error(ErrorCode::kSchemaMismatch,
                 "an epoch record has version " + std::to_string(version) +
                     "; this program reads up to " + std::to_string(kVersion))
        .WithHint("use the version of Floe that wrote it, or a newer one");
  }
  EpochRecord record;
  record.pipeline_id = reader.String();
  record.epoch = Epoch(reader.Fixed<int64_t>());
  record.fencing_token = reader.Fixed<int64_t>();
  record.first_sequence = RowSequence(reader.Fixed<int64_t>());
  record.watermark = EventTime(reader.Fixed<int64_t>());
  record.checkpoint_address = reader.String();
  const size_t partitions = reader.Count(3);
  for (size_t i = 0; i < partitions && reader.ok(); ++i) {
    InputPartition& partition = record.partitions.emplace_back();
    partition.input = reader.String();
    partition.topic = reader.String();
    partition.partition = PartitionId(static_cast<int32_t>(reader.Varint()));
  }
  if (!EpochRecordCodec::ReadOrder(reader, record)) return Malformed();
  const size_t offsets = reader.Count(9);
  for (size_t i = 0; i < offsets && reader.ok(); ++i) {
    PartitionOffset& offset = record.offsets.emplace_back();
    offset.partition = static_cast<uint32_t>(reader.Varint());
    offset.next_offset = Offset(reader.Fixed<int64_t>());
    if (offset.partition >= record.partitions.size()) return Malformed();
  }
  ReadTables(reader, version, record);
  const size_t properties = reader.Count(2);
  for (size_t i = 0; i < properties && reader.ok(); ++i) {
    std::string name(reader.String());
    record.properties[std::move(name)] = reader.String();
  }
  FLOE_TRY(reader.Finish("an epoch record"));
  return record;
}

std::string EpochRecordToJson(const EpochRecord& record) {
  using Json = nlohmann::ordered_json;
  constexpr std::string_view kKinds[] = {"", "records", "idle", "active", "end", "clock"};
  const auto name_of = [&](uint32_t index) {
    const InputPartition& partition = record.partitions[index];
    return partition.input + "/" + partition.topic + "-" +
           std::to_string(partition.partition.value());
  };
  Json json{{"pipeline_id", record.pipeline_id},
            {"epoch", record.epoch.value()},
            {"fencing_token", record.fencing_token},
            {"first_sequence", record.first_sequence.value()},
            {"watermark_ms", record.watermark.millis()},
            {"checkpoint", record.checkpoint_address},
            {"order", Json::array()},
            {"offsets", Json::object()},
            {"tables", Json::array()},
            {"properties", record.properties}};
  for (const OrderEvent& event : record.order.events()) {
    Json& line = json["order"].emplace_back();
    line["kind"] = kKinds[static_cast<size_t>(event.kind)];
    if (event.kind == OrderEvent::Kind::kClock) {
      line["clock_ms"] = event.clock_ms;
      continue;
    }
    line["partition"] = name_of(event.partition);
    if (event.kind == OrderEvent::Kind::kRecords) {
      line["first_offset"] = event.first_offset.value();
      line["next_offset"] = event.next_offset.value();
      line["count"] = event.count;
    }
  }
  for (const PartitionOffset& offset : record.offsets) {
    json["offsets"][name_of(offset.partition)] = offset.next_offset.value();
  }
  for (const TableEpoch& table : record.tables) {
    json["tables"].push_back({{"table", table.table},
                              {"digest", table.digest},
                              {"previous_epoch", table.previous_epoch.value()},
                              {"watermark_ms", table.watermark.millis()},
                              {"descriptions", table.descriptions}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace floe::state
