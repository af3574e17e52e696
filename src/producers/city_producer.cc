#include "producers/city_producer.h"

#include <algorithm>
#include <chrono>

#include "storage/crc32c.h"
#include "storage/encoding.h"

namespace floe::producers {
namespace {

constexpr std::string_view kMagic = "FLOECPRO";
constexpr uint32_t kVersion = 1;
constexpr uint64_t kMaxStateBytes = uint64_t{1} << 32;
constexpr size_t kMaxStepRecords = 20'000;
// The state is saved after so many records at the latest: as many, and those of a step, are made
// again after a crash.
constexpr int64_t kMaxUnsavedRecords = 200'000;
constexpr int64_t kMaxRemadeRecords = kMaxUnsavedRecords + 2 * int64_t{kMaxStepRecords};
// Records behind the saved state that are remembered; beyond are only those of other producers.
constexpr size_t kMaxTailRecords = 1'000'000;
// A paced city comes back no sooner than that: what arrives in between shares a sync.
constexpr int64_t kStepMs = 100;
// A live city that is further behind than this was away; it does not make up for it.
constexpr int64_t kMaxCatchUpMs = 10'000;

int64_t MonotonicMs(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.Monotonic()).count();
}

std::string TopicName(size_t topic) { return std::string(kCityTopicNames[topic]); }

std::string TailKey(CityTopic topic, int64_t timestamp_ms, std::string_view value) {
  std::string key;
  storage::PutFixed<uint8_t>(key, static_cast<uint8_t>(topic));
  storage::PutFixed<int64_t>(key, timestamp_ms);
  return key.append(value);
}

}  // namespace

CityProducer::CityProducer(storage::FileSystem& files, const Clock& clock, RecordSink& sink,
                           CityProducerOptions options)
    : files_(files), clock_(clock), sink_(sink), options_(std::move(options)) {}

Result<std::unique_ptr<CityProducer>> CityProducer::Open(storage::FileSystem& files,
                                                         const Clock& clock, RecordSink& sink,
                                                         CityProducerOptions options) {
  if (!options.fixed_start) {
    if (options.speed != 1) {
      return Error(ErrorCode::kInvalidArgument, "a live city has speed 1")
          .WithHint("give a start time to let it run faster or slower");
    }
    options.city.start_time = EventTime(clock.WallMillis());
  }
  FLOE_TRY(ValidateCityOptions(options.city));
  std::unique_ptr<CityProducer> producer(new CityProducer(files, clock, sink, std::move(options)));
  for (size_t i = 0; i < std::size(kCityTopicNames); ++i) {
    FLOE_TRY(sink.EnsureTopic(TopicName(i)));
  }
  const std::string& path = producer->options_.state_path;
  FLOE_ASSIGN(const bool exists, storage::Exists(files, path));
  if (exists) {
    FLOE_ASSIGN(const std::string bytes, storage::ReadFile(files, path, kMaxStateBytes));
    Status status = producer->Restore(bytes);
    if (!status.ok()) return std::move(status).error().WithContext(path);
  } else {
    producer->city_ = std::make_unique<City>(producer->options_.city);
    FLOE_TRY(producer->SaveState());
  }
  producer->pace_city_time_ = producer->city_->now();
  producer->pace_clock_ms_ = MonotonicMs(clock);
  return producer;
}

// --- State ---------------------------------------------------------------------------------------

Status CityProducer::SaveState() {
  std::string bytes(kMagic);
  storage::PutFixed<uint32_t>(bytes, kVersion);
  for (size_t i = 0; i < std::size(kCityTopicNames); ++i) {
    FLOE_ASSIGN(const TopicEnd end, sink_.End(TopicName(i)));
    storage::PutVarint(bytes, end.size());
    for (const Offset offset : end) storage::PutFixed<int64_t>(bytes, offset.value());
  }
  storage::PutString(bytes, city_->Serialize());
  storage::PutFixed<uint32_t>(bytes, storage::Crc32c(bytes));
  FLOE_TRY(storage::WriteFileDurably(files_, options_.state_path, bytes));
  saved_at_record_ = appended_;
  last_save_ms_ = MonotonicMs(clock_);
  return Status::Ok();
}

Status CityProducer::Restore(const std::string& bytes) {
  const Error damaged(ErrorCode::kCorruption, "the state of a simulated city is damaged");
  const std::string_view view = bytes;
  if (view.size() < kMagic.size() + 8 || !view.starts_with(kMagic)) return damaged;
  const std::string_view checked = view.substr(0, view.size() - 4);
  if (storage::ByteReader(view.substr(checked.size())).Fixed<uint32_t>() !=
      storage::Crc32c(checked)) {
    return damaged;
  }
  storage::ByteReader reader(checked.substr(kMagic.size()));
  if (reader.Fixed<uint32_t>() != kVersion) {
    return Error(ErrorCode::kSchemaMismatch, "the state is of another version of Floe");
  }
  std::vector<TopicEnd> ends(std::size(kCityTopicNames));
  for (TopicEnd& end : ends) {
    end.resize(reader.Count(8));
    for (Offset& offset : end) offset = Offset(reader.Fixed<int64_t>());
  }
  const std::string_view city = reader.String();
  FLOE_TRY(reader.Finish("the state of a simulated city"));
  FLOE_ASSIGN(City restored, City::Restore(city, options_.city));
  city_ = std::make_unique<City>(std::move(restored));
  FLOE_TRY(ReadTail(ends));
  return CatchUp();
}

Status CityProducer::ReadTail(const std::vector<TopicEnd>& saved_ends) {
  for (size_t i = 0; i < saved_ends.size(); ++i) {
    const auto topic = static_cast<CityTopic>(i);
    FLOE_TRY(sink_.ReadSince(TopicName(i), saved_ends[i], [&](const log::RecordView& record) {
      if (!record.value || tail_.size() >= kMaxTailRecords) return;
      ++tail_[TailKey(topic, record.timestamp_ms, *record.value)];
      tail_end_ms_ = std::max(tail_end_ms_, record.timestamp_ms);
    }));
  }
  return Status::Ok();
}

// Makes again what is in the log already, and appends only what is missing in between.
Status CityProducer::CatchUp() {
  const int64_t wall_ms = options_.fixed_start ? INT64_MAX : clock_.WallMillis();
  int64_t remade = 0;
  // Records of others are never found; they must not keep the city busy for ever.
  while (!tail_.empty() && remade < kMaxRemadeRecords) {
    const EventTime until(std::min(tail_end_ms_ + 1, wall_ms));
    if (city_->now() >= until) break;
    records_.Clear();
    city_->Generate(until, kMaxStepRecords, records_);
    remade += static_cast<int64_t>(records_.size());
    FLOE_TRY(AppendRecords());
  }
  tail_.clear();
  if (city_->now().millis() < wall_ms && !options_.fixed_start) {
    city_->SleepUntil(EventTime(wall_ms));
  }
  return SaveState();
}

bool CityProducer::TakeFromTail(const CityRecords::Record& record) {
  if (tail_.empty()) return false;
  const auto found = tail_.find(TailKey(record.topic, record.timestamp_ms, record.value));
  if (found == tail_.end()) return false;
  if (--found->second == 0) tail_.erase(found);
  return true;
}

// --- Going on ------------------------------------------------------------------------------------

Status CityProducer::AppendRecords() {
  std::vector<log::AppendRecord> by_topic[std::size(kCityTopicNames)];
  for (size_t i = 0; i < records_.size(); ++i) {
    const CityRecords::Record record = records_[i];
    if (TakeFromTail(record)) continue;
    by_topic[static_cast<size_t>(record.topic)].push_back(
        {record.key, record.value, record.timestamp_ms, {}});
  }
  for (size_t i = 0; i < std::size(kCityTopicNames); ++i) {
    if (by_topic[i].empty()) continue;
    FLOE_TRY(sink_.Append(TopicName(i), by_topic[i]));
    appended_ += static_cast<int64_t>(by_topic[i].size());
  }
  return Status::Ok();
}

EventTime CityProducer::DueTime() const {
  const int64_t elapsed_ms = MonotonicMs(clock_) - pace_clock_ms_;
  return EventTime(pace_city_time_.millis() +
                   static_cast<int64_t>(static_cast<double>(elapsed_ms) * options_.speed));
}

Result<CityProgress> CityProducer::Step() {
  CityProgress progress;
  const bool paced = options_.speed > 0;
  EventTime due = paced ? DueTime() : EventTime::Max();
  const bool live = !options_.fixed_start;
  if (live && due.millis() - city_->now().millis() > kMaxCatchUpMs) {
    // The machine slept, or the sink did not take records: their time is over.
    city_->SleepUntil(due);
  }
  due = std::min(due, options_.end_time);
  records_.Clear();
  city_->Generate(due, kMaxStepRecords, records_);
  FLOE_TRY(AppendRecords());
  progress.finished = city_->now() >= options_.end_time;
  const int64_t unsaved = appended_ - saved_at_record_;
  const bool is_time = MonotonicMs(clock_) - last_save_ms_ >= options_.save_interval_ms;
  if (progress.finished || unsaved >= kMaxUnsavedRecords || (unsaved > 0 && is_time)) {
    FLOE_TRY(SaveState());
  }
  progress.records = appended_;
  progress.city_time = city_->now();
  if (paced && !progress.finished && city_->now() >= due) progress.wait_ms = kStepMs;
  return progress;
}

Status CityProducer::Close() { return SaveState(); }

}  // namespace floe::producers
