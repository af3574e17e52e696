#include "runtime/sequencer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "stream/scripted_source.h"

namespace floe::runtime {
namespace {

using stream::ScriptedPartition;
using stream::ScriptedPartitions;
using stream::ScriptedSource;

std::shared_ptr<ScriptedPartition> PartitionOf(const std::string& topic, int partition,
                                               const std::vector<int64_t>& timestamps) {
  auto script = std::make_shared<ScriptedPartition>();
  script->topic = topic;
  script->partition = PartitionId(partition);
  for (const int64_t timestamp : timestamps) {
    script->records.push_back({timestamp, "r" + std::to_string(script->records.size())});
  }
  return script;
}

// Inputs over scripts, and a sequencer over them.
class Job {
 public:
  Job(const std::vector<ScriptedPartitions>& inputs, bool bounded, const SequencerOptions& options,
      int64_t idle_timeout_ms = 0) {
    std::vector<SequencerInput> list;
    for (const ScriptedPartitions& script : inputs) {
      readers_.push_back(std::make_unique<ScriptedSource>(script, bounded));
      list.push_back(
          {"scan" + std::to_string(list.size()), readers_.back().get(), idle_timeout_ms});
    }
    sequencer_ = std::make_unique<Sequencer>(std::move(list), clock_, options);
  }

  // The events of a round as text: "input.partition:first-last@number of the first record".
  std::string Next() { return Describe(sequencer_->NextRound()); }
  std::string All() {
    std::string all;
    for (int i = 0; i < 10'000; ++i) {
      Result<RoundEvents> round = sequencer_->NextRound();
      const bool last = round->finished || round->events.empty();
      all += Describe(std::move(round));
      if (last) break;
    }
    return all;
  }

  static std::string Describe(Result<RoundEvents> round) {
    EXPECT_TRUE(round.ok());
    std::string text;
    for (const SequencedEvent& event : round->events) {
      text += std::to_string(event.input) + "." + std::to_string(event.partition);
      if (event.kind == EventKind::kIdle) text += ":idle";
      if (event.kind == EventKind::kActive) text += ":active";
      if (event.kind == EventKind::kEnd) text += ":end";
      if (event.kind == EventKind::kBlock) {
        text += ":" + std::to_string(event.block.records.front().offset.value()) + "-" +
                std::to_string(event.block.records.back().offset.value());
      }
      text += "@" + std::to_string(event.first_sequence / stream::kSequencesPerRecord) + " ";
    }
    return text;
  }

  Sequencer& sequencer() { return *sequencer_; }
  ManualClock& clock() { return clock_; }

 private:
  ManualClock clock_{1'000'000};
  std::vector<std::unique_ptr<ScriptedSource>> readers_;
  std::unique_ptr<Sequencer> sequencer_;
};

SequencerOptions BlocksOf(int records, int max_round_blocks = 64) {
  SequencerOptions options;
  options.block_records = records;
  options.max_round_blocks = max_round_blocks;
  return options;
}

TEST(Sequencer, ABoundedRunTakesFullBlocksOfTheOldestPartition) {
  Job job({{PartitionOf("b", 0, {10, 50, 51}), PartitionOf("b", 1, {10, 11})},
           {PartitionOf("a", 0, {10, 12, 49})}},
          true, BlocksOf(2));
  // Of equal timestamps topic a goes first, then the lower partition. The record that is read
  // first has number 1; an end takes a number too.
  EXPECT_EQ(job.All(),
            "1.0:0-1@1 0.0:0-1@3 0.1:0-1@5 0.1:end@7 1.0:2-2@8 1.0:end@9 0.0:2-2@10 0.0:end@11 ");
}

TEST(Sequencer, ABoundedOrderDoesNotDependOnTheRounds) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    std::vector<ScriptedPartitions> inputs(3);
    for (ScriptedPartitions& input : inputs) {
      const int partitions = static_cast<int>(random.Uniform(3));
      for (int i = 0; i < partitions; ++i) {
        std::vector<int64_t> timestamps;
        int64_t now = 0;
        for (uint64_t n = random.Uniform(40); n > 0; --n) {
          timestamps.push_back(now += static_cast<int64_t>(random.Uniform(30)));
        }
        input.push_back(PartitionOf("t" + std::to_string(random.Uniform(2)), i, timestamps));
      }
    }
    const std::string whole = Job(inputs, true, BlocksOf(3, 1000)).All();
    EXPECT_EQ(Job(inputs, true, BlocksOf(3, 1)).All(), whole);
    EXPECT_EQ(Job(inputs, true, BlocksOf(3, 5)).All(), whole);
  }
}

TEST(Sequencer, ALiveRunTakesWhatIsThere) {
  const auto a = PartitionOf("a", 0, {1, 2, 3, 4, 5});
  const auto b = PartitionOf("b", 0, {1, 2});
  Job job({{a}, {b}}, false, BlocksOf(100));
  EXPECT_EQ(job.Next(), "");
  a->released = 2;
  EXPECT_EQ(job.Next(), "0.0:0-1@1 ");
  a->released = 3;
  b->released = 1;
  b->ended = true;
  EXPECT_EQ(job.Next(), "0.0:2-2@3 1.0:0-0@4 1.0:end@5 ");
  a->ended = true;
  EXPECT_EQ(job.Next(), "0.0:end@6 ");
}

TEST(Sequencer, TopicsWithABacklogAdvanceTogether) {
  std::vector<int64_t> often;
  std::vector<int64_t> seldom;
  for (int64_t t = 0; t < 400; ++t) often.push_back(t);
  for (int64_t t = 0; t < 400; t += 20) seldom.push_back(t);
  const auto a = PartitionOf("a", 0, often);
  const auto b = PartitionOf("b", 0, seldom);
  a->released = a->records.size();
  b->released = b->records.size();
  Job job({{a}, {b}}, false, BlocksOf(2, 8));
  job.Next();
  job.Next();
  // A block of each per round, the rest by time: b does not run away.
  const auto offsets = job.sequencer().Offsets();
  EXPECT_EQ(offsets[0].next_offset, Offset(28));
  EXPECT_EQ(offsets[1].next_offset, Offset(4));
}

TEST(Sequencer, PartitionsBecomeIdleAndActiveAgain) {
  const auto a = PartitionOf("a", 0, {1, 2, 3});
  const auto b = PartitionOf("b", 0, {1, 2});
  Job job({{a}, {b}}, false, BlocksOf(100), 1000);
  a->released = 1;
  EXPECT_EQ(job.Next(), "0.0:0-0@1 ");
  job.clock().Advance(std::chrono::milliseconds(999));
  a->released = 2;
  EXPECT_EQ(job.Next(), "0.0:1-1@2 ");
  job.clock().Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(job.Next(), "1.0:idle@3 ");
  EXPECT_EQ(job.Next(), "");
  b->released = 1;
  EXPECT_EQ(job.Next(), "1.0:active@4 1.0:0-0@5 ");
}

TEST(Sequencer, ReplaysARecordedEpochWhateverItsRounds) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::vector<ScriptedPartitions> inputs;
    for (int i = 0; i < 2; ++i) {
      std::vector<int64_t> timestamps(30, 5);
      inputs.push_back({PartitionOf("a" + std::to_string(i), 0, timestamps),
                        PartitionOf("a" + std::to_string(i), 1, timestamps)});
    }
    SequencerOptions options = BlocksOf(7);
    options.record_clock = random.Uniform(2) == 0;
    Job live(inputs, false, options, 1000);
    std::string consumed;
    for (int round = 0; round < 20; ++round) {
      live.clock().Advance(std::chrono::milliseconds(random.Uniform(700)));
      for (ScriptedPartitions& input : inputs) {
        for (const auto& partition : input) {
          partition->released =
              std::min(partition->records.size(), partition->released + random.Uniform(5));
        }
      }
      consumed += live.Next();
    }
    state::EpochRecord record;
    record.partitions = live.sequencer().Partitions();
    record.order = live.sequencer().TakeOrder();
    options.max_round_blocks = 1 + static_cast<int>(random.Uniform(5));
    Job replayed(inputs, false, options, 1000);
    size_t position = 0;
    while (position < record.order.events().size()) {
      const size_t before = position;
      Result<RoundEvents> round = replayed.sequencer().ReplayRound(record, &position);
      ASSERT_TRUE(round.ok()) << round.error().ToString();
      ASSERT_TRUE(position > before || !round->events.empty());
    }
    EXPECT_EQ(replayed.sequencer().TakeOrder().events(), record.order.events());
    EXPECT_EQ(replayed.sequencer().next_record(), live.sequencer().next_record());
    EXPECT_EQ(replayed.sequencer().Offsets(), live.sequencer().Offsets());
    EXPECT_EQ(replayed.sequencer().IdleFlags(), live.sequencer().IdleFlags());
  }
}

TEST(Sequencer, SaysSoWhenTheSourceLostWhatWasConsumed) {
  const auto a = PartitionOf("a", 0, {1, 2, 3});
  a->released = 3;
  Job live({{a}}, false, BlocksOf(10));
  live.Next();
  state::EpochRecord record;
  record.partitions = live.sequencer().Partitions();
  record.order = live.sequencer().TakeOrder();
  a->released = 2;
  Job replayed({{a}}, false, BlocksOf(10));
  size_t position = 0;
  Result<RoundEvents> round = replayed.sequencer().ReplayRound(record, &position);
  ASSERT_FALSE(round.ok());
  EXPECT_EQ(round.error().code(), ErrorCode::kOffsetOutOfRange);
  EXPECT_NE(round.error().message().find("topic 'a'"), std::string::npos);
}

TEST(Sequencer, ABoundedInputKeepsTheEndOfItsFirstStart) {
  const auto a = PartitionOf("a", 0, {1, 2, 3, 4});
  Job first({{a}}, true, BlocksOf(1, 2));
  EXPECT_EQ(first.Next(), "0.0:0-0@1 0.0:1-1@2 ");
  state::EpochRecord record;
  record.partitions = first.sequencer().Partitions();
  record.offsets = first.sequencer().Offsets();
  const std::vector<state::PartitionOffset> ends = first.sequencer().Ends();
  ASSERT_EQ(ends.size(), 1u);
  a->records.push_back({5, "later"});
  Job second({{a}}, true, BlocksOf(10));
  Sequencer& sequencer = second.sequencer();
  ASSERT_TRUE(sequencer.Restore(record, 3, {false}, {false}).ok());
  ASSERT_TRUE(sequencer.RestoreEnds(ends).ok());
  EXPECT_EQ(second.All(), "0.0:2-3@3 0.0:end@5 ");
  EXPECT_EQ(sequencer.Ends(), ends);
  const Status unknown = sequencer.RestoreEnds({{7, Offset(1)}});
  EXPECT_EQ(unknown.error().code(), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace floe::runtime
