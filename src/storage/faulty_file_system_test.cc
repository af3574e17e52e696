#include "storage/faulty_file_system.h"

#include <gtest/gtest.h>

#include "storage/in_memory_file_system.h"

namespace floe::storage {
namespace {

class FaultyFileSystemTest : public ::testing::Test {
 protected:
  InMemoryFileSystem inner_;
  FaultyFileSystem files_{inner_};
};

TEST_F(FaultyFileSystemTest, PassesThroughAndCounts) {
  ASSERT_TRUE(WriteFileDurably(files_, "/a", "x").ok());
  EXPECT_EQ(files_.operations(), 5u) << "open, append, sync, rename, sync directory";
  EXPECT_EQ(ReadFile(files_, "/a", 10).value(), "x");
}

TEST_F(FaultyFileSystemTest, EveryStepOfAWriteCanFail) {
  ASSERT_TRUE(WriteFileDurably(files_, "/a", "old").ok());
  for (uint64_t step = 0; step < 5; ++step) {
    files_.set_script(FaultyFileSystem::CrashAt(files_.operations() + step));
    EXPECT_EQ(WriteFileDurably(files_, "/a", "new").error().code(), ErrorCode::kIo) << step;
    const std::string found = ReadFile(inner_, "/a", 10).value();
    EXPECT_EQ(found, step < 4 ? "old" : "new") << step;
    files_.set_script(nullptr);
    ASSERT_TRUE(WriteFileDurably(files_, "/a", "old").ok());
  }
}

TEST_F(FaultyFileSystemTest, TornWrite) {
  auto file = files_.OpenAppend("/a", OpenMode::kCreateNew).value();
  files_.set_script([](uint64_t, FileOperation operation, std::string_view) {
    return operation == FileOperation::kAppend
               ? std::make_unique<FileFault>(FileFault{Error(ErrorCode::kDiskFull, "full"), 4})
               : nullptr;
  });
  const std::string_view parts[] = {"abc", "def"};
  EXPECT_EQ(file->Append(parts).error().code(), ErrorCode::kDiskFull);
  EXPECT_EQ(ReadFile(inner_, "/a", 10).value(), "abcd");
}

TEST_F(FaultyFileSystemTest, FailsOnceAndDoneAllTheSame) {
  files_.set_script(FaultyFileSystem::FailOnce(FileOperation::kOpenAppend, "b",
                                               Error(ErrorCode::kPermissionDenied, "no")));
  EXPECT_TRUE(files_.OpenAppend("/a", OpenMode::kCreateNew).ok());
  EXPECT_EQ(files_.OpenAppend("/b", OpenMode::kCreateNew).error().code(),
            ErrorCode::kPermissionDenied);
  EXPECT_TRUE(files_.OpenAppend("/b", OpenMode::kCreateNew).ok());

  files_.set_script([](uint64_t, FileOperation operation, std::string_view) {
    return operation == FileOperation::kRename
               ? std::make_unique<FileFault>(FileFault{Error(ErrorCode::kIo, "lost answer"), 1})
               : nullptr;
  });
  EXPECT_FALSE(files_.Rename("/a", "/c").ok());
  EXPECT_TRUE(Exists(inner_, "/c").value());
}

}  // namespace
}  // namespace floe::storage
