#include "state/checkpoint_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/random.h"
#include "storage/faulty_file_system.h"
#include "storage/in_memory_file_system.h"

namespace floe::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kPath[] = "/state/1.checkpoint";

class CheckpointFileTest : public ::testing::Test {
 protected:
  CheckpointFileTest() { EXPECT_TRUE(files_.CreateDirectories("/state").ok()); }

  static OperatorSnapshot Window(int32_t instance) {
    StateWriter writer("window-3", instance);
    writer.Begin("slices", StateKind::kTimeline, 2, KeyGroupsOf(instance, 2)) =
        "slices of " + std::to_string(instance);
    writer.Begin("late", StateKind::kCounters, 1) = std::string(8, '\1');
    writer.Begin("empty", StateKind::kKeyed, 1, KeyGroupsOf(instance, 2));
    return std::move(writer).Finish();
  }
  Result<uint64_t> Write(storage::FileSystem& files) {
    FLOE_ASSIGN(const auto writer,
                CheckpointWriter::Create(files, kPath, {"pipeline", Epoch(7), {{"plan", "x"}}}));
    for (const int32_t instance : {1, 0}) FLOE_TRY(writer->Add(Window(instance)));
    StateWriter source("source-1", 0);
    source.Begin("offsets", StateKind::kOperator, 1) = "17";
    FLOE_TRY(writer->Add(std::move(source).Finish()));
    return writer->Finish();
  }

  storage::InMemoryFileSystem files_;
};

TEST_F(CheckpointFileTest, RoundTrip) {
  const uint64_t size = Write(files_).value();
  EXPECT_EQ(files_.Stat(kPath).value().size_bytes, size);
  const auto file = CheckpointFile::Open(files_, kPath).value();
  EXPECT_EQ(file->info(), (CheckpointInfo{"pipeline", Epoch(7), {{"plan", "x"}}}));
  EXPECT_THAT(file->operator_ids(), ElementsAre("source-1", "window-3"));
  EXPECT_EQ(file->sections().size(), 7u);
  EXPECT_TRUE(file->Verify().ok());

  const auto reader = CheckpointFile::ReaderOf(file, "window-3");
  ASSERT_EQ(reader->sections().size(), 6u);
  EXPECT_EQ(reader->sections()[0].state_name, "empty");
  EXPECT_EQ(reader->sections()[0].size_bytes, 0u);
  EXPECT_EQ(reader->sections()[5].encoding_version, 2u);
  EXPECT_EQ(reader->sections()[5].kind, StateKind::kTimeline);
  EXPECT_TRUE(CheckpointFile::ReaderOf(file, "new")->sections().empty());
}

TEST_F(CheckpointFileTest, IsReadAtAnotherParallelism) {
  ASSERT_TRUE(Write(files_).ok());
  const auto file = CheckpointFile::Open(files_, kPath).value();
  const auto reader = CheckpointFile::ReaderOf(file, "window-3");
  const auto read = [&](KeyGroupRange range) {
    std::vector<std::string> found;
    for (const size_t section : reader->Find("slices", range)) {
      found.push_back(reader->Read(section).value());
    }
    return found;
  };
  EXPECT_THAT(read(KeyGroupsOf(0, 1)), ElementsAre("slices of 0", "slices of 1"));
  EXPECT_THAT(read(KeyGroupsOf(0, 3)), ElementsAre("slices of 0"));
  EXPECT_THAT(read(KeyGroupsOf(1, 3)), ElementsAre("slices of 0", "slices of 1"));
  EXPECT_THAT(read(KeyGroupsOf(3, 4)), ElementsAre("slices of 1"));
}

TEST_F(CheckpointFileTest, EveryFlippedBitAndEveryCutIsFound) {
  ASSERT_TRUE(Write(files_).ok());
  const std::string good = storage::ReadFile(files_, kPath, 1 << 20).value();
  const auto check = [&](std::string_view bytes) {
    EXPECT_TRUE(storage::WriteFileDurably(files_, kPath, bytes).ok());
    const auto file = CheckpointFile::Open(files_, kPath);
    return file.ok() ? (*file)->Verify() : file.status();
  };
  ASSERT_TRUE(check(good).ok());
  for (size_t at = 0; at < good.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      const Status status = check(bad);
      ASSERT_FALSE(status.ok()) << at;
      ASSERT_TRUE(status.error().code() == ErrorCode::kCorruption ||
                  status.error().code() == ErrorCode::kSchemaMismatch)
          << status.ToString();
    }
  }
  for (size_t size = 0; size < good.size(); ++size) {
    ASSERT_EQ(check(good.substr(0, size)).error().code(), ErrorCode::kCorruption) << size;
  }
  EXPECT_FALSE(check(good + "x").ok());
}

TEST_F(CheckpointFileTest, NewerVersionsAreRefused) {
  ASSERT_TRUE(Write(files_).ok());
  files_.FlipByte(kPath, 8, 2);
  const Status status = CheckpointFile::Open(files_, kPath).status();
  EXPECT_EQ(status.error().code(), ErrorCode::kSchemaMismatch);
  EXPECT_THAT(status.error().message(), HasSubstr("version 3"));
}

TEST_F(CheckpointFileTest, IsThereWholeOrNotAtAll) {
  Random random(3);
  for (uint64_t step = 0; step < 14; ++step) {
    for (const bool power_loss : {false, true}) {
      storage::InMemoryFileSystem memory;
      ASSERT_TRUE(memory.CreateDirectories("/state").ok());
      storage::FaultyFileSystem files(memory);
      files.set_script(storage::FaultyFileSystem::CrashAt(step));
      const bool finished = Write(files).ok();
      if (power_loss) memory.PowerLoss(storage::InMemoryFileSystem::Unsynced::kTorn, random);
      const auto file = CheckpointFile::Open(memory, kPath);
      if (finished) {
        ASSERT_TRUE(file.ok()) << step;
      }
      if (file.ok()) {
        EXPECT_TRUE((*file)->Verify().ok());
      } else {
        EXPECT_EQ(file.error().code(), ErrorCode::kNotFound);
      }
    }
  }
}

TEST_F(CheckpointFileTest, AnUnfinishedOneLeavesNothing) {
  {
    auto writer = CheckpointWriter::Create(files_, kPath, {"p", Epoch(1), {}}).value();
    ASSERT_TRUE(writer->Add(Window(0)).ok());
  }
  EXPECT_TRUE(files_.List("/state").value().empty());
}

}  // namespace
}  // namespace floe::state
