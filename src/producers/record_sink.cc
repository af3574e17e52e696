#include "producers/record_sink.h"

namespace floe::producers {
namespace {

constexpr int64_t kReadBytes = int64_t{1} << 20;

}  // namespace

Status LogSink::EnsureTopic(const std::string& topic) {
  if (log_.DescribeTopic(topic).ok()) return Status::Ok();
  const Status status = log_.CreateTopic(topic, partition_count_, options_).status();
  // Somebody else may have made it in between.
  if (!status.ok() && status.error().code() == ErrorCode::kAlreadyExists) return Status::Ok();
  return status;
}

Status LogSink::Append(const std::string& topic, std::span<const log::AppendRecord> records) {
  return log_.Append(topic, records).status();
}

Result<TopicEnd> LogSink::End(const std::string& topic) {
  FLOE_ASSIGN(const log::TopicInfo info, log_.DescribeTopic(topic));
  TopicEnd end;
  for (int32_t i = 0; i < info.partition_count; ++i) {
    FLOE_ASSIGN(const log::OffsetRange range, log_.Offsets(topic, PartitionId(i)));
    end.push_back(range.end);
  }
  return end;
}

Status LogSink::ReadSince(const std::string& topic, const TopicEnd& from,
                          const std::function<void(const log::RecordView&)>& visit) {
  FLOE_ASSIGN(const TopicEnd end, End(topic));
  for (size_t i = 0; i < end.size(); ++i) {
    const PartitionId partition(static_cast<int32_t>(i));
    FLOE_ASSIGN(const log::OffsetRange range, log_.Offsets(topic, partition));
    // What retention has dropped cannot be read.
    Offset next = std::max(range.begin, i < from.size() ? from[i] : Offset());
    while (next < end[i]) {
      FLOE_ASSIGN(const log::LogSlice slice, log_.Read(topic, partition, next, kReadBytes));
      for (const log::RecordView& record : slice.records) visit(record);
      next = slice.next_offset;
    }
  }
  return Status::Ok();
}

}  // namespace floe::producers
