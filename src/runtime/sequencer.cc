#include "runtime/sequencer.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace floe::runtime {
namespace {

// A first round is short: how much a job multiplies its rows is not known yet.
constexpr int kFirstRoundBlocks = 8;

size_t BytesOf(const stream::RecordBlock& block) {
  size_t bytes = 0;
  for (const stream::Record& record : block.records) {
    bytes += sizeof record + (record.value ? record.value->size() : 0);
  }
  return bytes;
}

}  // namespace

Sequencer::Sequencer(std::vector<SequencerInput> inputs, const Clock& clock,
                     SequencerOptions options)
    : inputs_(std::move(inputs)), clock_(clock), options_(options), known_(inputs_.size(), 0) {
  LimitRoundBlocks(kFirstRoundBlocks);
  for (const SequencerInput& input : inputs_) bounded_ &= input.reader->is_bounded();
  DiscoverPartitions();
}

void Sequencer::DiscoverPartitions() {
  for (size_t input = 0; input < inputs_.size(); ++input) {
    const size_t count = inputs_[input].reader->partitions().size();
    for (; known_[input] < count; ++known_[input]) {
      PartitionState state;
      state.input = static_cast<int>(input);
      state.partition = known_[input];
      state.last_record = clock_.Monotonic();
      partitions_.push_back(state);
    }
  }
}

void Sequencer::RecordClock() {
  if (options_.record_clock) order_.SetClock(round_clock_ms_);
}

void Sequencer::AddEvent(EventKind kind, size_t index, RoundEvents* round) {
  SequencedEvent event;
  event.kind = kind;
  event.input = partitions_[index].input;
  event.partition = partitions_[index].partition;
  event.first_sequence = next_record_++ * stream::kSequencesPerRecord;
  const auto recorded = static_cast<uint32_t>(index);
  RecordClock();
  if (kind == EventKind::kEnd) {
    partitions_[index].ended = true;
    order_.AddEnd(recorded);
  } else if (kind == EventKind::kIdle) {
    partitions_[index].idle = true;
    order_.AddIdle(recorded);
  } else {
    partitions_[index].idle = false;
    order_.AddActive(recorded);
  }
  round->events.push_back(std::move(event));
}

Result<bool> Sequencer::TakeBlock(size_t index, int max_records, RoundEvents* round,
                                  size_t* bytes) {
  PartitionState& state = partitions_[index];
  stream::SourceReader& reader = *inputs_[static_cast<size_t>(state.input)].reader;
  const Offset first = reader.Position(state.partition);
  FLOE_ASSIGN(stream::RecordBlock block, reader.Read(state.partition, max_records));
  if (block.records.empty()) return false;
  if (state.idle) AddEvent(EventKind::kActive, index, round);
  state.last_record = clock_.Monotonic();
  *bytes += BytesOf(block);
  const auto count = static_cast<int64_t>(block.records.size());
  RecordClock();
  order_.AddRecords(static_cast<uint32_t>(index), first, block.next_offset, count);
  SequencedEvent event;
  event.input = state.input;
  event.partition = state.partition;
  event.first_sequence = next_record_ * stream::kSequencesPerRecord;
  event.block = std::move(block);
  next_record_ += count;
  round->events.push_back(std::move(event));
  return true;
}

bool Sequencer::AllEnded() const {
  return std::all_of(partitions_.begin(), partitions_.end(),
                     [](const PartitionState& state) { return state.ended; });
}

Result<int> Sequencer::OldestPartition(RoundEvents* round) {
  int oldest = -1;
  std::tuple<int64_t, std::string_view, int32_t> oldest_key;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    const PartitionState& state = partitions_[i];
    if (state.ended) continue;
    stream::SourceReader& reader = *inputs_[static_cast<size_t>(state.input)].reader;
    FLOE_ASSIGN(const std::optional<int64_t> timestamp, reader.PeekTimestamp(state.partition));
    if (!timestamp) {
      if (reader.AtEnd(state.partition)) AddEvent(EventKind::kEnd, i, round);
      continue;
    }
    const stream::SourcePartition& name = reader.partitions()[state.partition];
    const std::tuple key(*timestamp, std::string_view(name.topic), name.partition.value());
    if (oldest < 0 || key < oldest_key) {
      oldest = static_cast<int>(i);
      oldest_key = key;
    }
  }
  return oldest;
}

Result<RoundEvents> Sequencer::NextBoundedRound() {
  RoundEvents round;
  size_t bytes = 0;
  for (int blocks = 0; blocks < round_blocks_ && bytes < options_.max_round_bytes; ++blocks) {
    FLOE_ASSIGN(const int oldest, OldestPartition(&round));
    if (oldest < 0) break;
    FLOE_TRY(TakeBlock(static_cast<size_t>(oldest), options_.block_records, &round, &bytes));
  }
  return round;
}

void Sequencer::CheckIdle(size_t index, RoundEvents* round) {
  PartitionState& state = partitions_[index];
  const int64_t timeout_ms = inputs_[static_cast<size_t>(state.input)].idle_timeout_ms;
  if (timeout_ms <= 0 || state.idle) return;
  if (clock_.Monotonic() - state.last_record >= std::chrono::milliseconds(timeout_ms)) {
    AddEvent(EventKind::kIdle, index, round);
  }
}

Result<RoundEvents> Sequencer::NextLiveRound() {
  RoundEvents round;
  size_t bytes = 0;
  int blocks = 0;
  // Each partition gives a block first, in turn, so that none waits for long. Then the one with the
  // oldest next record, as in a bounded run: topics with a backlog advance together in event time.
  for (size_t i = 0; i < partitions_.size() && blocks < round_blocks_; ++i) {
    const size_t index = next_in_turn_++ % partitions_.size();
    const PartitionState& state = partitions_[index];
    if (state.ended) continue;
    FLOE_ASSIGN(const bool taken, TakeBlock(index, options_.block_records, &round, &bytes));
    if (taken) {
      ++blocks;
    } else if (inputs_[static_cast<size_t>(state.input)].reader->AtEnd(state.partition)) {
      AddEvent(EventKind::kEnd, index, &round);
    } else {
      CheckIdle(index, &round);
    }
  }
  while (blocks < round_blocks_ && bytes < options_.max_round_bytes) {
    FLOE_ASSIGN(const int oldest, OldestPartition(&round));
    if (oldest < 0) break;
    FLOE_ASSIGN(const bool taken,
                TakeBlock(static_cast<size_t>(oldest), options_.block_records, &round, &bytes));
    if (!taken) break;
    ++blocks;
  }
  return round;
}

Result<RoundEvents> Sequencer::NextRound() {
  DiscoverPartitions();
  round_clock_ms_ = clock_.WallMillis();
  const bool bounded = bounded_ && !inputs_.empty();
  FLOE_ASSIGN(RoundEvents round, bounded ? NextBoundedRound() : NextLiveRound());
  round.clock_ms = round_clock_ms_;
  round.finished = AllEnded();
  return round;
}

Result<bool> Sequencer::ReplayRecords(const state::OrderEvent& event, RoundEvents* round,
                                      size_t* bytes) {
  const PartitionState& state = partitions_[event.partition];
  const stream::SourceReader& reader = *inputs_[static_cast<size_t>(state.input)].reader;
  const Error lost(ErrorCode::kOffsetOutOfRange,
                   "topic '" + reader.partitions()[state.partition].topic +
                       "' no longer has the records from offset " +
                       std::to_string(event.first_offset.value()) + " as they were consumed");
  while (replayed_records_ < event.count) {
    const auto blocks = static_cast<int>(round->events.size());
    if (blocks >= round_blocks_ || *bytes >= options_.max_round_bytes) return false;
    // Never beyond the event: what follows in the partition comes later in the order.
    const auto wanted = static_cast<int>(
        std::min<int64_t>(options_.block_records, event.count - replayed_records_));
    FLOE_ASSIGN(const bool taken, TakeBlock(event.partition, wanted, round, bytes));
    if (!taken) return lost;
    const std::vector<stream::Record>& records = round->events.back().block.records;
    if (records.front().offset < event.first_offset || records.back().offset >= event.next_offset) {
      return lost;
    }
    replayed_records_ += static_cast<int64_t>(records.size());
  }
  replayed_records_ = 0;
  return true;
}

Result<RoundEvents> Sequencer::ReplayRound(const state::EpochRecord& record, size_t* position) {
  DiscoverPartitions();
  RoundEvents round;
  round.clock_ms = round_clock_ms_;
  size_t bytes = 0;
  const std::vector<state::OrderEvent>& events = record.order.events();
  for (; *position < events.size(); ++*position) {
    const state::OrderEvent& event = events[*position];
    using Kind = state::OrderEvent::Kind;
    if (event.kind == Kind::kClock) {
      if (!round.events.empty()) break;
      round.clock_ms = event.clock_ms;
      round_clock_ms_ = event.clock_ms;
      continue;
    }
    if (event.partition >= partitions_.size()) {
      return Error(ErrorCode::kCorruption, "the epoch names a partition that is not there");
    }
    if (event.kind == Kind::kIdle) AddEvent(EventKind::kIdle, event.partition, &round);
    if (event.kind == Kind::kEnd) AddEvent(EventKind::kEnd, event.partition, &round);
    // Taking a block of an idle partition makes it active by itself.
    if (event.kind != Kind::kRecords) continue;
    FLOE_ASSIGN(const bool done, ReplayRecords(event, &round, &bytes));
    if (!done) break;
  }
  round.finished = AllEnded();
  return round;
}

state::ConsumptionOrder Sequencer::TakeOrder() { return std::exchange(order_, {}); }

std::vector<state::InputPartition> Sequencer::Partitions() const {
  std::vector<state::InputPartition> list;
  for (const PartitionState& state : partitions_) {
    const SequencerInput& input = inputs_[static_cast<size_t>(state.input)];
    const stream::SourcePartition& name = input.reader->partitions()[state.partition];
    list.push_back({input.id, name.topic, name.partition});
  }
  return list;
}

std::vector<state::PartitionOffset> Sequencer::Offsets() const {
  std::vector<state::PartitionOffset> offsets;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    const stream::SourceReader& reader = *inputs_[static_cast<size_t>(partitions_[i].input)].reader;
    offsets.push_back({static_cast<uint32_t>(i), reader.Position(partitions_[i].partition)});
  }
  return offsets;
}

Status Sequencer::Restore(const state::EpochRecord& record, int64_t next_record,
                          const std::vector<bool>& ended, const std::vector<bool>& idle) {
  next_record_ = next_record;
  // The record's order of partitions counts: its indexes are used on.
  std::vector<PartitionState> ordered;
  for (const state::InputPartition& wanted : record.partitions) {
    const std::vector<state::InputPartition> present = Partitions();
    const auto found = std::find(present.begin(), present.end(), wanted);
    if (found == present.end()) {
      return Error(ErrorCode::kSchemaMismatch, "the stored state has partition " +
                                                   std::to_string(wanted.partition.value()) +
                                                   " of '" + wanted.topic + "' for the scan " +
                                                   wanted.input + ", which the job does not read");
    }
    const auto at = found - present.begin();
    ordered.push_back(partitions_[static_cast<size_t>(at)]);
    partitions_.erase(partitions_.begin() + at);
  }
  ordered.insert(ordered.end(), partitions_.begin(), partitions_.end());
  partitions_ = std::move(ordered);
  for (const state::PartitionOffset& offset : record.offsets) {
    PartitionState& state = partitions_[offset.partition];
    stream::SourceReader& reader = *inputs_[static_cast<size_t>(state.input)].reader;
    FLOE_TRY(reader.Seek(state.partition, offset.next_offset));
  }
  for (size_t i = 0; i < partitions_.size(); ++i) {
    partitions_[i].ended = i < ended.size() && ended[i];
    partitions_[i].idle = i < idle.size() && idle[i];
  }
  return Status::Ok();
}

std::vector<bool> Sequencer::EndedFlags() const {
  std::vector<bool> flags;
  for (const PartitionState& state : partitions_) flags.push_back(state.ended);
  return flags;
}

std::vector<bool> Sequencer::IdleFlags() const {
  std::vector<bool> flags;
  for (const PartitionState& state : partitions_) flags.push_back(state.idle);
  return flags;
}

std::vector<state::PartitionOffset> Sequencer::Ends() const {
  std::vector<state::PartitionOffset> ends;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    const stream::SourceReader& reader = *inputs_[static_cast<size_t>(partitions_[i].input)].reader;
    const std::optional<Offset> end = reader.End(partitions_[i].partition);
    if (end) ends.push_back({static_cast<uint32_t>(i), *end});
  }
  return ends;
}

Status Sequencer::RestoreEnds(const std::vector<state::PartitionOffset>& ends) {
  for (const state::PartitionOffset& end : ends) {
    if (end.partition >= partitions_.size()) {
      return Error(ErrorCode::kCorruption, "the stored state has the end of an unknown partition");
    }
    const PartitionState& state = partitions_[end.partition];
    inputs_[static_cast<size_t>(state.input)].reader->LimitTo(state.partition, end.next_offset);
  }
  return Status::Ok();
}

void Sequencer::NotifyWhenReadable(const std::function<void()>& ready) {
  for (const SequencerInput& input : inputs_) input.reader->NotifyWhenReadable(ready);
}

}  // namespace floe::runtime
