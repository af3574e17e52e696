#include "storage/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/in_memory_file_system.h"
#include "storage/local_file_system.h"

namespace floe::storage {
namespace {

using ::testing::ElementsAre;

// What every implementation has to do.
class FileSystemContract : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      directory_ = TemporaryDirectory::Create("floe_files").value();
      files_ = std::make_unique<LocalFileSystem>();
      root_ = directory_->path();
    } else {
      files_ = std::make_unique<InMemoryFileSystem>();
      root_ = "/root";
      ASSERT_TRUE(files_->CreateDirectories(root_).ok());
    }
  }
  std::string At(std::string_view name) const { return JoinPath(root_, name); }
  void Write(const std::string& path, std::string_view bytes) {
    auto file = files_->OpenAppend(path, OpenMode::kTruncate).value();
    ASSERT_TRUE(file->Append(bytes).ok());
  }
  std::string Read(const std::string& path) { return ReadFile(*files_, path, 1 << 20).value(); }
  ErrorCode CodeOf(const Status& status) { return status.error().code(); }

  std::unique_ptr<TemporaryDirectory> directory_;
  std::unique_ptr<FileSystem> files_;
  std::string root_;
};
INSTANTIATE_TEST_SUITE_P(All, FileSystemContract, ::testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Local" : "InMemory"; });

TEST_P(FileSystemContract, AppendsAndReads) {
  auto file = files_->OpenAppend(At("a"), OpenMode::kCreateNew).value();
  std::vector<std::string> texts(100, "xy");
  std::vector<std::string_view> parts(texts.begin(), texts.end());
  parts.push_back("");
  ASSERT_TRUE(file->Append(parts).ok());
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(file->size_bytes(), 200u);

  auto reader = files_->OpenRead(At("a")).value();
  std::string buffer(6, '?');
  EXPECT_EQ(reader->ReadAt(197, buffer).value(), 3u);
  EXPECT_EQ(buffer, "yxy???");
  EXPECT_EQ(reader->ReadAt(500, buffer).value(), 0u);
  EXPECT_EQ(CodeOf(ReadExactly(*reader, 197, buffer)), ErrorCode::kCorruption);
  ASSERT_TRUE(file->Append("END").ok());
  EXPECT_EQ(reader->SizeBytes().value(), 203u) << "a reader sees what is appended later";

  file.reset();
  auto again = files_->OpenAppend(At("a"), OpenMode::kCreateOrAppend).value();
  EXPECT_EQ(again->size_bytes(), 203u);
  ASSERT_TRUE(again->Truncate(200).ok());
  ASSERT_TRUE(again->Append("Z").ok());
  EXPECT_EQ(Read(At("a")).substr(198), "xyZ");
}

TEST_P(FileSystemContract, OpenModes) {
  Write(At("a"), "old");
  EXPECT_EQ(CodeOf(files_->OpenAppend(At("a"), OpenMode::kCreateNew).status()),
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(files_->OpenAppend(At("a"), OpenMode::kTruncate).value()->size_bytes(), 0u);
  EXPECT_EQ(CodeOf(files_->OpenAppend(At("no/a"), OpenMode::kCreateOrAppend).status()),
            ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(files_->OpenRead(At("none")).status()), ErrorCode::kNotFound);
}

TEST_P(FileSystemContract, Names) {
  ASSERT_TRUE(files_->CreateDirectories(At("d/e")).ok());
  ASSERT_TRUE(files_->CreateDirectories(At("d/e")).ok()) << "fine if it is there";
  Write(At("d/b"), "1");
  Write(At("d/a"), "2");
  EXPECT_THAT(
      files_->List(At("d")).value(),
      ElementsAre(DirectoryEntry{"a", FileType::kFile}, DirectoryEntry{"b", FileType::kFile},
                  DirectoryEntry{"e", FileType::kDirectory}));
  EXPECT_EQ(files_->Stat(At("d")).value().type, FileType::kDirectory);
  EXPECT_EQ(files_->Stat(At("d/a")).value().size_bytes, 1u);
  ASSERT_TRUE(files_->Rename(At("d/a"), At("d/b")).ok());
  EXPECT_EQ(Read(At("d/b")), "2");
  EXPECT_FALSE(Exists(*files_, At("d/a")).value());
  EXPECT_TRUE(files_->SyncDirectory(At("d")).ok());
  EXPECT_EQ(CodeOf(files_->RemoveDirectory(At("d"))), ErrorCode::kNotEmpty);
  EXPECT_EQ(CodeOf(files_->RemoveFile(At("d/x"))), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(files_->List(At("x")).status()), ErrorCode::kNotFound);
  ASSERT_TRUE(RemoveRecursively(*files_, At("d")).ok());
  ASSERT_TRUE(RemoveRecursively(*files_, At("d")).ok()) << "fine if it is not there";
  EXPECT_TRUE(files_->List(root_).value().empty());
}

TEST_P(FileSystemContract, ARemovedFileStaysReadable) {
  Write(At("a"), "bytes");
  auto reader = files_->OpenRead(At("a")).value();
  ASSERT_TRUE(files_->RemoveFile(At("a")).ok());
  std::string buffer(5, ' ');
  EXPECT_TRUE(ReadExactly(*reader, 0, buffer).ok());
  EXPECT_EQ(buffer, "bytes");
}

TEST_P(FileSystemContract, OneOwnerPerLock) {
  auto lock = files_->LockExclusive(At("LOCK")).value();
  EXPECT_EQ(CodeOf(files_->LockExclusive(At("LOCK")).status()), ErrorCode::kDataDirectoryLocked);
  lock.reset();
  EXPECT_TRUE(files_->LockExclusive(At("LOCK")).ok());
}

TEST_P(FileSystemContract, WritesWholeFiles) {
  ASSERT_TRUE(WriteFileDurably(*files_, At("f"), "first").ok());
  ASSERT_TRUE(WriteFileDurably(*files_, At("f"), "second").ok());
  EXPECT_EQ(Read(At("f")), "second");
  EXPECT_EQ(files_->List(root_).value().size(), 1u);
  EXPECT_EQ(CodeOf(ReadFile(*files_, At("f"), 3).status()), ErrorCode::kLimitExceeded);
  EXPECT_GT(files_->FreeBytes(root_).value(), 0u);
}

TEST(Paths, PartsAndJoin) {
  EXPECT_EQ(ParentPath("a/b/c"), "a/b");
  EXPECT_EQ(ParentPath("c"), ".");
  EXPECT_EQ(ParentPath("/c"), "/");
  EXPECT_EQ(FileName("a/b"), "b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
}

class PowerLoss : public ::testing::Test {
 protected:
  PowerLoss() { EXPECT_TRUE(files_.CreateDirectories("/d").ok()); }
  void LosePower() { files_.PowerLoss(InMemoryFileSystem::Unsynced::kDropped, random_); }

  InMemoryFileSystem files_;
  Random random_{3};
};

TEST_F(PowerLoss, DropsUnsyncedBytes) {
  auto file = files_.OpenAppend("/d/a", OpenMode::kCreateNew).value();
  ASSERT_TRUE(file->Append("durable").ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(files_.SyncDirectory("/d").ok());
  ASSERT_TRUE(file->Append("lost").ok());
  LosePower();
  EXPECT_EQ(ReadFile(files_, "/d/a", 100).value(), "durable");
  EXPECT_FALSE(file->Append("more").ok()) << "the process that had it open is dead";
}

TEST_F(PowerLoss, DropsUnsyncedNames) {
  auto file = files_.OpenAppend("/d/a", OpenMode::kCreateNew).value();
  ASSERT_TRUE(file->Append("x").ok());
  ASSERT_TRUE(file->Sync().ok());
  LosePower();
  EXPECT_FALSE(Exists(files_, "/d/a").value()) << "the bytes were synced, the name was not";

  ASSERT_TRUE(WriteFileDurably(files_, "/d/b", "1").ok());
  ASSERT_TRUE(files_.RemoveFile("/d/b").ok());
  LosePower();
  EXPECT_EQ(ReadFile(files_, "/d/b", 100).value(), "1") << "the removal was not synced";
}

TEST_F(PowerLoss, TruncationNeedsASyncToo) {
  ASSERT_TRUE(WriteFileDurably(files_, "/d/a", "abc").ok());
  auto file = files_.OpenAppend("/d/a", OpenMode::kCreateOrAppend).value();
  ASSERT_TRUE(file->Truncate(1).ok());
  LosePower();
  EXPECT_EQ(ReadFile(files_, "/d/a", 100).value(), "abc");
}

TEST_F(PowerLoss, TornBytesKeepWhatIsDurable) {
  bool differs = false;
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(WriteFileDurably(files_, "/d/a", "durable").ok());
    auto file = files_.OpenAppend("/d/a", OpenMode::kCreateOrAppend).value();
    ASSERT_TRUE(file->Append(std::string(2000, 'n')).ok());
    files_.PowerLoss(InMemoryFileSystem::Unsynced::kTorn, random_);
    const std::string found = ReadFile(files_, "/d/a", 10'000).value();
    ASSERT_TRUE(found.starts_with("durable"));
    ASSERT_LE(found.size(), 2007u);
    differs |= found.size() != 2007 && found.size() != 7;
  }
  EXPECT_TRUE(differs);
}

TEST_F(PowerLoss, AReplacementIsOldOrNewButWhole) {
  int found_new = 0;
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(WriteFileDurably(files_, "/d/a", "old").ok());
    {
      auto file = files_.OpenAppend("/d/b", OpenMode::kTruncate).value();
      ASSERT_TRUE(file->Append("new").ok());
      ASSERT_TRUE(file->Sync().ok());
    }
    ASSERT_TRUE(files_.Rename("/d/b", "/d/a").ok());
    files_.PowerLoss(InMemoryFileSystem::Unsynced::kTorn, random_);
    const std::string found = ReadFile(files_, "/d/a", 100).value();
    ASSERT_TRUE(found == "old" || found == "new") << found;
    found_new += found == "new";
    ASSERT_TRUE(RemoveRecursively(files_, "/d/b").ok());
    ASSERT_TRUE(files_.SyncDirectory("/d").ok());
  }
  EXPECT_GT(found_new, 0);
  EXPECT_LT(found_new, 50);
}

TEST(InMemoryFileSystem, HasACapacity) {
  InMemoryFileSystem files(10);
  auto file = files.OpenAppend("/a", OpenMode::kCreateNew).value();
  ASSERT_TRUE(file->Append("12345678").ok());
  EXPECT_EQ(file->Append("9ab").error().code(), ErrorCode::kDiskFull);
  ASSERT_TRUE(files.RemoveFile("/a").ok());
  EXPECT_EQ(files.FreeBytes("/").value(), 10u);
}

TEST(AbsolutePath, IsBelowTheWorkingDirectory) {
  const std::string here = AbsolutePath(".");
  ASSERT_EQ(here.front(), '/');
  EXPECT_EQ(AbsolutePath("data"), JoinPath(here, "data"));
  EXPECT_EQ(AbsolutePath("./data/x/../y/"), JoinPath(here, "data/y"));
  EXPECT_EQ(AbsolutePath("/srv/data"), "/srv/data");
  EXPECT_EQ(AbsolutePath("/"), "/");
}

}  // namespace
}  // namespace floe::storage
