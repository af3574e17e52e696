#include "runtime/interval_join.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "functions/resolve.h"
#include "runtime/window_test_stream.h"

namespace floe::runtime {
namespace {

using plan::JoinType;
using testing::Cuts;
using testing::OutputRow;
using testing::RunStage;
using testing::TestStage;
using testing::TestStream;
using types::DataType;

constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();

const types::Schema& InputSchema() {
  static const types::Schema schema({{"id", DataType::Integer()},
                                     {"k", DataType::String()},
                                     {"v", DataType::Integer()},
                                     {"ts", DataType::Timestamp(3)}});
  return schema;
}

// What happens, one after the other: a row, or the end of an input.
struct Event {
  int side = 0;
  int id = 0;  // 0: the input ends
  std::optional<std::string> key;
  int value = 0;
  int64_t time_ms = 0;
};

const Event kLeftEnds = {0, 0, {}, 0, 0};
const Event kRightEnds = {1, 0, {}, 0, 0};

struct Spec {
  JoinType type = JoinType::kInner;
  int64_t lower_ms = 0;
  int64_t upper_ms = 0;
  int64_t min_cleanup_ms = 0;
  bool keyed = true;
  bool values_differ = false;  // condition: left.v <> right.v
  int64_t delay_ms[2] = {0, 0};
};

std::shared_ptr<plan::IntervalJoinNode> NodeOf(const Spec& spec) {
  auto node = std::make_shared<plan::IntervalJoinNode>();
  node->type = spec.type;
  node->inputs = {testing::ScanOf(InputSchema()), testing::ScanOf(InputSchema())};
  std::vector<types::Field> fields = InputSchema().fields();
  for (const types::Field& field : InputSchema().fields()) fields.push_back(field);
  node->schema = types::Schema(fields);
  node->left_time = node->right_time = 3;
  node->lower_bound_ms = spec.lower_ms;
  node->upper_bound_ms = spec.upper_ms;
  node->min_cleanup_interval_ms = spec.min_cleanup_ms;
  if (spec.keyed) node->left_keys = node->right_keys = {1};
  if (spec.values_differ) {
    auto condition =
        functions::ResolveCall("<>",
                               {functions::Expression::Column(2, DataType::Integer(), "v"),
                                functions::Expression::Column(6, DataType::Integer(), "v")},
                               {});
    EXPECT_TRUE(condition.ok());
    node->condition = std::move(condition).value();
  }
  return node;
}

// Event i has the sequence 10 (i + 1).
int64_t SequenceOf(size_t event) { return 10 * (static_cast<int64_t>(event) + 1); }

std::vector<TestStream> StreamsOf(const std::vector<Event>& events, const Spec& spec) {
  std::vector<TestStream> streams(2);
  int64_t watermark_ms[2] = {0, 0};
  for (TestStream& stream : streams) stream.schema = InputSchema();
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    TestStream& stream = streams[static_cast<size_t>(event.side)];
    if (event.id == 0) {
      stream.steps.emplace_back(SequenceOf(i), kEnd);
      continue;
    }
    stream.sequences.push_back(SequenceOf(i));
    stream.rows.push_back("[" + std::to_string(event.id) + "," +
                          (event.key ? "\"" + *event.key + "\"" : "null") + "," +
                          std::to_string(event.value) + "," + std::to_string(event.time_ms) + "]");
    int64_t& watermark = watermark_ms[event.side];
    const int64_t next = event.time_ms - spec.delay_ms[event.side];
    if (next > watermark) {
      watermark = next;
      stream.steps.emplace_back(SequenceOf(i), watermark);
    }
  }
  return streams;
}

// Cause, sequences of the left and of the right row (0: padded). What the operator's order keys
// are.
using Match = std::tuple<int64_t, int64_t, int64_t>;

// The rules of interval_join.h row by row, in the plainest form.
class Model {
 public:
  explicit Model(const Spec& spec) : spec_(spec) {
    size_[0] = -spec.lower_ms;
    size_[1] = spec.upper_ms;
    preserved_[0] = spec.type == JoinType::kLeft || spec.type == JoinType::kFull;
    preserved_[1] = spec.type == JoinType::kRight || spec.type == JoinType::kFull;
  }

  std::vector<Match> Run(const std::vector<Event>& events) {
    int64_t watermark[2] = {0, 0};
    for (size_t i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      cause_ = SequenceOf(i);
      if (event.id == 0) {
        watermark[event.side] = kEnd;
      } else {
        AddRow(event);
        watermark[event.side] =
            std::max(watermark[event.side], event.time_ms - spec_.delay_ms[event.side]);
      }
      Advance(std::min(watermark[0], watermark[1]));
    }
    std::sort(matches_.begin(), matches_.end());
    return matches_;
  }

 private:
  struct Row {
    Event event;
    int64_t sequence;
    bool matched;
  };
  struct Held {
    std::vector<Row> rows;
    int64_t let_go_through = 0;
    std::optional<int64_t> timer;
  };
  struct Key {
    Held sides[2];
  };
  using KeyName = std::optional<std::string>;

  int64_t Expiration(int side) const { return now_ == kEnd ? kEnd : now_ - size_[side] - 1; }

  void Pad(int side, int64_t sequence) {
    if (!preserved_[side]) return;
    matches_.emplace_back(cause_, side == 0 ? sequence : 0, side == 1 ? sequence : 0);
  }

  void LetGo(int side, Held* held) {
    std::vector<Row> rest;
    for (const Row& row : held->rows) {
      if (row.event.time_ms > held->let_go_through) {
        rest.push_back(row);
      } else if (!row.matched) {
        Pad(side, row.sequence);
      }
    }
    held->rows = rest;
  }

  bool Matches(const Event& a, const Event& b) const {
    if (spec_.keyed && !a.key) return false;
    return !spec_.values_differ || a.value != b.value;
  }

  void AddRow(const Event& event) {
    const int side = event.side;
    const int other = 1 - side;
    if (spec_.lower_ms > spec_.upper_ms) return Pad(side, cause_);
    const KeyName name = spec_.keyed ? event.key : KeyName();
    Key& key = keys_[name];
    Held& others = key.sides[other];
    const int64_t from = event.time_ms - size_[other];
    const int64_t through = event.time_ms + size_[side];
    bool matched = false;
    if (others.let_go_through < through) {
      others.let_go_through = Expiration(other);
      for (Row& row : others.rows) {
        if (row.event.time_ms < from || row.event.time_ms > through) continue;
        if (!Matches(event, row.event)) continue;
        row.matched = matched = true;
        matches_.emplace_back(cause_, side == 0 ? cause_ : row.sequence,
                              side == 1 ? cause_ : row.sequence);
      }
      LetGo(other, &others);
    }
    Held& held = key.sides[side];
    if (now_ < through) {
      held.rows.push_back({event, cause_, matched});
      if (!held.timer) held.timer = event.time_ms + size_[side] + spec_.min_cleanup_ms + 1;
    } else if (!matched) {
      Pad(side, cause_);
    }
    Forget(name);
  }

  void Advance(int64_t watermark) {
    if (watermark <= now_) return;
    now_ = watermark;
    for (;;) {
      const KeyName* first = nullptr;
      int first_side = 0;
      for (auto& [name, key] : keys_) {
        for (const int side : {0, 1}) {
          if (!key.sides[side].timer || *key.sides[side].timer > now_) continue;
          if (first == nullptr || *key.sides[side].timer < *keys_[*first].sides[first_side].timer) {
            first = &name;
            first_side = side;
          }
        }
      }
      if (first == nullptr) return;
      Fire(KeyName(*first), first_side);
    }
  }

  void Fire(const KeyName& name, int side) {
    Held& held = keys_[name].sides[side];
    held.let_go_through = Expiration(side);
    LetGo(side, &held);
    held.timer.reset();
    for (const Row& row : held.rows) {
      const int64_t time = row.event.time_ms + size_[side] + spec_.min_cleanup_ms + 1;
      if (!held.timer || time < *held.timer) held.timer = time;
    }
    Forget(name);
  }

  void Forget(const KeyName& name) {
    if (!spec_.keyed) return;
    for (const Held& held : keys_[name].sides) {
      if (!held.rows.empty() || held.timer) return;
    }
    keys_.erase(name);
  }

  const Spec spec_;
  int64_t size_[2];
  bool preserved_[2];
  int64_t now_ = 0;
  int64_t cause_ = 0;
  std::map<KeyName, Key> keys_;
  std::vector<Match> matches_;
};

std::vector<Match> MatchesOf(const std::vector<OutputRow>& rows) {
  std::vector<Match> matches;
  for (const OutputRow& row : rows) {
    EXPECT_EQ(row.order.size(), 3u);
    matches.emplace_back(row.order[0], row.order[1], row.order[2]);
  }
  return matches;
}

TestStage StageOf(const std::shared_ptr<plan::IntervalJoinNode>& node, int parallelism,
                  int64_t max_batch_rows = 8192) {
  const std::vector<int> keys = node->left_keys.empty() ? testing::kBroadcast : node->left_keys;
  return TestStage(
      [node](const OperatorContext& context) { return MakeIntervalJoin(*node, context); },
      {keys, keys}, parallelism, max_batch_rows);
}

std::vector<OutputRow> RunOnce(const std::vector<Event>& events, const Spec& spec) {
  TestStage stage = StageOf(NodeOf(spec), 1);
  return RunStage(stage, StreamsOf(events, spec), Cuts());
}

// Rows as "left id-right id@cause", 0 for padding; the cause as the number of the event, from 1.
std::vector<std::string> Describe(const std::vector<OutputRow>& rows) {
  std::vector<std::string> texts;
  for (const OutputRow& row : rows) {
    std::vector<std::string> values(1);
    for (const char c : row.text) {
      if (c == '|') {
        values.emplace_back();
      } else {
        values.back() += c;
      }
    }
    const auto id = [&](size_t at) { return values[at] == "null" ? std::string("0") : values[at]; };
    texts.push_back(id(0) + "-" + id(4) + "@" + std::to_string(row.order[0] / 10));
  }
  return texts;
}

using Strings = std::vector<std::string>;

TEST(IntervalJoin, PadsALeftRowWhenTheWatermarkPassesItsUpperBound) {
  Spec spec{.type = JoinType::kLeft, .lower_ms = -5000, .upper_ms = 5000};
  EXPECT_EQ(Describe(RunOnce({{0, 1, "a", 0, 1000},
                              {1, 11, "a", 0, 2000},
                              {0, 2, "b", 0, 4000},
                              {1, 12, "a", 0, 6000},
                              {0, 3, "c", 0, 20000},
                              {1, 13, "c", 0, 9000},  // watermark 9.000: row 2 waits
                              {1, 14, "c", 0, 9001},  // 9.001: it goes
                              kLeftEnds,
                              kRightEnds},
                             spec)),
            (Strings{"1-11@2", "1-12@4", "2-0@7", "3-0@9"}));
}

TEST(IntervalJoin, ALateRowStillMatchesWhatIsHeldAndIsPaddedAtOnceIfNot) {
  Spec spec{.type = JoinType::kLeft, .lower_ms = -5000, .upper_ms = 5000};
  const std::vector<Event> events = {
      {0, 1, "a", 0, 20000},  {1, 11, "a", 0, 20000},  // watermark 20.000
      {0, 2, "b", 0, 15000},                           // its last moment was 20.000
      {0, 3, "b", 0, 15001},                           // one more millisecond
      {1, 12, "b", 0, 15002}, {0, 4, "a", 0, 15000}};
  EXPECT_EQ(Describe(RunOnce(events, spec)), (Strings{"1-11@2", "2-0@3", "3-12@5", "4-11@6"}));
}

TEST(IntervalJoin, OneTimerPerKeyLetsALaterRowWaitForAnEarlierOnes) {
  Spec spec{.type = JoinType::kLeft, .lower_ms = -10, .upper_ms = 0, .delay_ms = {100, 0}};
  // The first row sets the timer to 111; the second one's own time would be 61.
  EXPECT_EQ(Describe(RunOnce({{0, 1, "a", 0, 100},
                              {0, 2, "a", 0, 50},
                              {0, 3, "b", 0, 170},
                              {1, 11, "b", 0, 170},  // watermark 70: no timer is due
                              {0, 4, "b", 0, 211},   // 111
                              {1, 12, "b", 0, 211}},
                             spec)),
            (Strings{"3-11@4", "1-0@5", "2-0@5", "4-12@6"}));
}

TEST(IntervalJoin, ARowOfTheOtherSideLetsGoBeforeTheTimer) {
  Spec spec{.type = JoinType::kLeft, .lower_ms = -10, .upper_ms = 0, .min_cleanup_ms = 1000};
  EXPECT_EQ(Describe(RunOnce({{0, 1, "a", 0, 100},
                              {1, 11, "b", 0, 200},
                              {0, 2, "b", 0, 300},  // watermark 200; the timer is at 1111
                              {1, 12, "a", 0, 201}},
                             spec)),
            (Strings{"1-0@4"}));
}

TEST(IntervalJoin, NullKeysMatchNothing) {
  Spec spec{.type = JoinType::kFull, .lower_ms = -5000, .upper_ms = 5000};
  EXPECT_EQ(
      Describe(RunOnce({{0, 1, {}, 0, 1000}, {1, 11, {}, 0, 1000}, kLeftEnds, kRightEnds}, spec)),
      (Strings{"0-11@4", "1-0@4"}));
}

TEST(IntervalJoin, AnIntervalWithoutTimePadsEachRowAtOnce) {
  Spec spec{.type = JoinType::kFull, .lower_ms = 5000, .upper_ms = -5000};
  EXPECT_EQ(
      Describe(RunOnce({{0, 1, "a", 0, 1000}, {1, 11, "a", 0, 1000}, kLeftEnds, kRightEnds}, spec)),
      (Strings{"1-0@1", "0-11@2"}));
  EXPECT_EQ(IntervalJoinDelay(*NodeOf(spec)), 0);
}

TEST(IntervalJoin, TheWatermarkStaysBehindByTheLongerSide) {
  EXPECT_EQ(IntervalJoinDelay(*NodeOf({.lower_ms = -2000, .upper_ms = 7000})), 7000);
  EXPECT_EQ(IntervalJoinDelay(*NodeOf({.lower_ms = -7000, .upper_ms = -2000})), 7000);
  EXPECT_EQ(IntervalJoinDelay(*NodeOf({.lower_ms = 0, .upper_ms = 0})), 0);
}

TEST(IntervalJoin, TheConditionDecidesAboutPadding) {
  Spec spec{.type = JoinType::kFull, .lower_ms = -5000, .upper_ms = 5000, .values_differ = true};
  EXPECT_EQ(Describe(RunOnce({{0, 1, "a", 1, 1000},
                              {1, 11, "a", 1, 1000},  // equal values
                              {1, 12, "a", 2, 1000},
                              kLeftEnds,
                              kRightEnds},
                             spec)),
            (Strings{"1-12@3", "0-11@5"}));
}

std::vector<Event> RandomEvents(Random* random, int count, int keys, int64_t span_ms) {
  std::vector<Event> events;
  int64_t base = 1000;
  int ids[2] = {0, 1000};
  for (int i = 0; i < count; ++i) {
    Event event;
    event.side = static_cast<int>(random->Uniform(2));
    event.id = ++ids[event.side];
    const uint64_t key = random->Uniform(static_cast<uint64_t>(keys) + 1);
    if (key > 0) event.key = std::string(1, static_cast<char>('a' + key));
    event.value = static_cast<int>(random->Uniform(3));
    base += static_cast<int64_t>(random->Uniform(static_cast<uint64_t>(span_ms)));
    event.time_ms = base;
    if (random->Uniform(2) == 0) {
      event.time_ms -= static_cast<int64_t>(random->Uniform(static_cast<uint64_t>(span_ms * 8)));
    }
    events.push_back(event);
  }
  events.push_back(kLeftEnds);
  events.push_back(kRightEnds);
  return events;
}

Spec RandomSpec(Random* random) {
  static constexpr int64_t kBounds[][2] = {{-3000, 3000}, {0, 4000},      {-4000, 0}, {1000, 2000},
                                           {-2000, 5000}, {-6000, -1000}, {0, 0},     {100, -100}};
  Spec spec;
  spec.type = static_cast<JoinType>(random->Uniform(4));
  const auto& bounds = kBounds[random->Uniform(8)];
  spec.lower_ms = bounds[0];
  spec.upper_ms = bounds[1];
  spec.keyed = random->Uniform(4) != 0;
  spec.values_differ = random->Uniform(2) == 0;
  if (random->Uniform(4) == 0) spec.min_cleanup_ms = 2500;
  for (int64_t& delay : spec.delay_ms) {
    delay = random->Uniform(2) == 0 ? 0 : static_cast<int64_t>(random->Uniform(5000));
  }
  return spec;
}

int MaxParallelism(const Spec& spec) { return !spec.keyed && spec.type == JoinType::kFull ? 1 : 3; }

TEST(IntervalJoin, GivesTheModelsRowsHoweverItIsCut) {
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Spec spec = RandomSpec(&random);
    const std::vector<Event> events =
        RandomEvents(&random, 10 + static_cast<int>(random.Uniform(80)), 3, 1500);
    const std::vector<Match> expected = Model(spec).Run(events);
    const std::vector<OutputRow> whole = RunOnce(events, spec);
    ASSERT_EQ(MatchesOf(whole), expected);
    for (int parallelism = 1; parallelism <= MaxParallelism(spec); ++parallelism) {
      static constexpr int64_t kBatchRows[] = {1, 7, 8192};
      TestStage stage = StageOf(NodeOf(spec), parallelism, kBatchRows[random.Uniform(3)]);
      const Cuts cuts{&random, 1 + static_cast<int>(random.Uniform(200)),
                      static_cast<int>(random.Uniform(4))};
      ASSERT_EQ(RunStage(stage, StreamsOf(events, spec), cuts), whole);
    }
  }
}

TEST(IntervalJoin, GoesOnAfterARestartAtAnyParallelism) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Spec spec = RandomSpec(&random);
    const std::vector<Event> events =
        RandomEvents(&random, 10 + static_cast<int>(random.Uniform(60)), 3, 1500);
    const std::vector<OutputRow> whole = RunOnce(events, spec);
    TestStage stage = StageOf(NodeOf(spec), 1);
    const Cuts cuts{&random, 1 + static_cast<int>(random.Uniform(100)),
                    static_cast<int>(random.Uniform(4))};
    ASSERT_EQ(RunStage(stage, StreamsOf(events, spec), cuts, true, MaxParallelism(spec) == 1),
              whole);
    EXPECT_EQ(stage.counters().rows_out, MaxParallelism(spec) == 1 || spec.keyed
                                             ? static_cast<int64_t>(whole.size())
                                             : stage.counters().rows_out);
  }
}

// The last match of each left row and round, from all matches of the round.
std::vector<Match> LastOfLeftRows(const std::vector<Match>& matches) {
  std::map<int64_t, Match> last;
  std::vector<Match> kept;
  for (const Match& match : matches) {
    if (std::get<1>(match) == 0) {
      kept.push_back(match);
    } else {
      last[std::get<1>(match)] = match;
    }
  }
  for (const auto& [left, match] : last) kept.push_back(match);
  std::sort(kept.begin(), kept.end());
  return kept;
}

TEST(IntervalJoin, KeepsTheLastMatchOfALeftRow) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Spec spec = RandomSpec(&random);
    const std::vector<Event> events = RandomEvents(&random, 60, 2, 800);
    const std::vector<Match> all = MatchesOf(RunOnce(events, spec));
    const bool left_is_everywhere = !spec.keyed && spec.type == JoinType::kRight;
    const int most = left_is_everywhere ? 1 : MaxParallelism(spec);
    for (int parallelism = 1; parallelism <= most; ++parallelism) {
      const std::shared_ptr<plan::IntervalJoinNode> node = NodeOf(spec);
      node->matches = plan::MatchSelection::kLastOfLeftRow;
      TestStage stage = StageOf(node, parallelism);
      ASSERT_EQ(MatchesOf(RunStage(stage, StreamsOf(events, spec), Cuts())), LastOfLeftRows(all));
    }
  }
}

TEST(IntervalJoin, FindsTheLastMatchesOfManyRowsInTheirRounds) {
  // Over all rounds, the last match that a left row gave is its last match.
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Spec spec{.type = seed % 2 == 0 ? JoinType::kLeft : JoinType::kInner,
              .lower_ms = -3000,
              .upper_ms = 2000,
              .keyed = false};
    spec.delay_ms[0] = spec.delay_ms[1] = static_cast<int64_t>(random.Uniform(4000));
    const std::vector<Event> events = RandomEvents(&random, 2000, 2, 60);
    const std::vector<Match> expected = LastOfLeftRows(MatchesOf(RunOnce(events, spec)));
    const std::shared_ptr<plan::IntervalJoinNode> node = NodeOf(spec);
    node->matches = plan::MatchSelection::kLastOfLeftRow;
    for (int parallelism = 1; parallelism <= 2; ++parallelism) {
      TestStage stage = StageOf(node, parallelism);
      ASSERT_EQ(MatchesOf(RunStage(stage, StreamsOf(events, spec), Cuts())), expected);
      TestStage cut = StageOf(node, parallelism);
      const Cuts cuts{&random, 3000, 40};
      const auto rows = MatchesOf(RunStage(cut, StreamsOf(events, spec), cuts, parallelism == 2));
      ASSERT_TRUE(std::is_sorted(rows.begin(), rows.end()));
      ASSERT_EQ(LastOfLeftRows(rows), expected);
    }
  }
}

TEST(IntervalJoin, HoldsNoMoreThanTheIntervalNeeds) {
  // A long stream of many keys: state is bounded by time, not by the stream's length or its keys.
  Spec spec{.type = JoinType::kLeft, .lower_ms = -1000, .upper_ms = 1000};
  std::vector<Event> events;
  for (int i = 1; i <= 4000; ++i) {
    const std::string key = std::to_string(i / 4);
    events.push_back({i % 2, i, key, 0, int64_t{10} * i});
  }
  TestStage stage = StageOf(NodeOf(spec), 1);
  Random random(1);
  RunStage(stage, StreamsOf(events, spec), Cuts{&random, 400, 0});
  EXPECT_LT(stage.StateBytes(), 40'000);
}

}  // namespace
}  // namespace floe::runtime
