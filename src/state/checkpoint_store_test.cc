#include "state/checkpoint_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/in_memory_file_system.h"

namespace floe::state {
namespace {

using ::testing::ElementsAre;

class CheckpointStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { store_ = CheckpointStore::Open(files_, "/state", "p", 2).value(); }

  void WriteCheckpoint(int64_t epoch, std::string_view content = "state") {
    auto writer = store_->BeginCheckpoint(Epoch(epoch), {}).value();
    StateWriter state("op", 0);
    state.Begin("s", StateKind::kOperator, 1) = content;
    ASSERT_TRUE(writer->Add(std::move(state).Finish()).ok());
    ASSERT_TRUE(writer->Finish().ok());
  }
  void WriteRecord(int64_t epoch) {
    EpochRecord record;
    record.pipeline_id = "p";
    record.epoch = Epoch(epoch);
    record.checkpoint_address = store_->CheckpointAddress(Epoch(epoch));
    ASSERT_TRUE(store_->WriteRecord(record).ok());
  }
  void WriteEpoch(int64_t epoch) {
    WriteCheckpoint(epoch);
    WriteRecord(epoch);
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    const std::vector<storage::DirectoryEntry> entries = files_.List("/state").value();
    for (const storage::DirectoryEntry& entry : entries) names.push_back(entry.name.substr(18));
    return names;
  }

  storage::InMemoryFileSystem files_;
  std::unique_ptr<CheckpointStore> store_;
};

TEST_F(CheckpointStoreTest, StoresAndLoads) {
  EXPECT_TRUE(store_->Load().value().empty());
  WriteEpoch(1);
  WriteEpoch(2);
  WriteCheckpoint(3);
  const std::vector<StoredEpoch> stored = store_->Load().value();
  ASSERT_EQ(stored.size(), 3u);
  EXPECT_EQ(stored[1].epoch, Epoch(2));
  EXPECT_EQ(stored[1].record->checkpoint_address, "file:///state/00000000000000000002.checkpoint");
  EXPECT_EQ(stored[1].checkpoint->ReadSection(0).value(), "state");
  EXPECT_NE(stored[2].checkpoint, nullptr);
  EXPECT_FALSE(stored[2].record.has_value());
  EXPECT_EQ(stored[2].record_status.error().code(), ErrorCode::kNotFound);
}

TEST_F(CheckpointStoreTest, KeepsTheNewest) {
  for (int64_t epoch = 1; epoch <= 5; ++epoch) WriteEpoch(epoch);
  WriteCheckpoint(6);
  ASSERT_TRUE(store_->Retain(Epoch(4)).ok());
  EXPECT_THAT(Names(), ElementsAre("03.checkpoint", "03.epoch", "04.checkpoint", "04.epoch",
                                   "05.checkpoint", "05.epoch", "06.checkpoint"));
  ASSERT_TRUE(store_->Retain(Epoch(3)).ok()) << "too few are committed to drop one";
  EXPECT_EQ(Names().size(), 7u);
  ASSERT_TRUE(store_->DiscardAfter(Epoch(4)).ok());
  EXPECT_THAT(Names(), ElementsAre("03.checkpoint", "03.epoch", "04.checkpoint", "04.epoch"));
  EXPECT_EQ(CheckpointStore::Open(files_, "/state", "p", 1).error().code(),
            ErrorCode::kInvalidConfiguration);
}

TEST_F(CheckpointStoreTest, DamageIsFoundAndTold) {
  for (int64_t epoch = 1; epoch <= 3; ++epoch) WriteEpoch(epoch);
  const std::string newest = "/state/00000000000000000003.checkpoint";
  // A byte of a section: only reading all of it shows the damage.
  const std::string bytes = storage::ReadFile(files_, newest, 1 << 20).value();
  files_.FlipByte(newest, bytes.find("state"), 1);
  files_.FlipByte("/state/00000000000000000002.epoch", 20, 1);
  const std::vector<StoredEpoch> stored = store_->Load().value();
  EXPECT_EQ(stored[2].checkpoint, nullptr);
  EXPECT_EQ(stored[2].checkpoint_status.error().code(), ErrorCode::kCorruption);
  EXPECT_TRUE(stored[2].record.has_value());
  EXPECT_NE(stored[1].checkpoint, nullptr);
  EXPECT_EQ(stored[1].record_status.error().code(), ErrorCode::kCorruption);
  EXPECT_NE(stored[0].checkpoint, nullptr);
}

TEST_F(CheckpointStoreTest, FilesOfAnotherPipelineAreRefused) {
  WriteEpoch(1);
  const auto other = CheckpointStore::Open(files_, "/state", "other", 2).value();
  const std::vector<StoredEpoch> stored = other->Load().value();
  EXPECT_EQ(stored[0].checkpoint_status.error().code(), ErrorCode::kCorruption);
  EXPECT_EQ(stored[0].record_status.error().code(), ErrorCode::kCorruption);
}

TEST_F(CheckpointStoreTest, OpenRemovesWhatIsUnfinished) {
  ASSERT_TRUE(storage::WriteFileDurably(files_, "/state/x.checkpoint.tmp", "half").ok());
  store_ = CheckpointStore::Open(files_, "/state", "p", 2).value();
  EXPECT_TRUE(Names().empty());
}

TEST_F(CheckpointStoreTest, SurvivesALossOfPower) {
  Random random(1);
  WriteEpoch(1);
  WriteEpoch(2);
  files_.PowerLoss(storage::InMemoryFileSystem::Unsynced::kDropped, random);
  store_ = CheckpointStore::Open(files_, "/state", "p", 2).value();
  const std::vector<StoredEpoch> stored = store_->Load().value();
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_TRUE(stored[1].record.has_value());
  EXPECT_NE(stored[1].checkpoint, nullptr);
}

}  // namespace
}  // namespace floe::state
