#include "storage/object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/faulty_file_system.h"
#include "storage/faulty_object_store.h"
#include "storage/in_memory_file_system.h"
#include "storage/in_memory_object_store.h"
#include "storage/local_object_store.h"

namespace floe::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ObjectStoreTest : public ::testing::Test {
 protected:
  Result<ObjectInfo> Put(ObjectStore& store, std::string key, std::string bytes,
                         PutOptions options = {}) {
    return Await<ObjectInfo>(executor_, [&](auto done) { store.Put(key, bytes, options, done); });
  }
  Result<std::string> Get(ObjectStore& store, std::string key) {
    return Await<std::string>(executor_, [&](auto done) { store.Get(key, done); });
  }
  Result<std::string> GetRange(ObjectStore& store, std::string key, uint64_t offset,
                               uint64_t length) {
    return Await<std::string>(executor_,
                              [&](auto done) { store.GetRange(key, offset, length, done); });
  }
  Result<ObjectInfo> Head(ObjectStore& store, std::string key) {
    return Await<ObjectInfo>(executor_, [&](auto done) { store.Head(key, done); });
  }
  std::vector<ObjectInfo> List(ObjectStore& store, std::string prefix) {
    return Await<std::vector<ObjectInfo>>(executor_, [&](auto done) { store.List(prefix, done); })
        .value();
  }
  Status Delete(ObjectStore& store, std::string key) {
    return Await<std::monostate>(executor_, [&](auto done) { store.Delete(key, done); }).status();
  }

  ManualClock clock_;
  DeterministicExecutor executor_{clock_, Random(1)};
  InMemoryFileSystem files_;
};

class ObjectStoreContract : public ObjectStoreTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      store_ = LocalObjectStore::Open(files_, executor_, "/lake").value();
    } else {
      store_ = std::make_unique<InMemoryObjectStore>(executor_, "file:///lake");
    }
  }
  std::unique_ptr<ObjectStore> store_;
};
INSTANTIATE_TEST_SUITE_P(All, ObjectStoreContract, ::testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Local" : "InMemory"; });

TEST_P(ObjectStoreContract, PutGetHeadDelete) {
  EXPECT_EQ(Put(*store_, "t/data/1.parquet", "0123456789").value(),
            (ObjectInfo{"t/data/1.parquet", 10}));
  EXPECT_EQ(Get(*store_, "t/data/1.parquet").value(), "0123456789");
  EXPECT_EQ(GetRange(*store_, "t/data/1.parquet", 7, 10).value(), "789");
  EXPECT_EQ(GetRange(*store_, "t/data/1.parquet", 20, 10).value(), "");
  EXPECT_EQ(Head(*store_, "t/data/1.parquet").value().size_bytes, 10u);
  EXPECT_EQ(Put(*store_, "t/data/1.parquet", "new").value().size_bytes, 3u);
  EXPECT_EQ(Get(*store_, "t/data/1.parquet").value(), "new");
  EXPECT_TRUE(Delete(*store_, "t/data/1.parquet").ok());
  EXPECT_TRUE(Delete(*store_, "t/data/1.parquet").ok()) << "fine if it is not there";
  EXPECT_EQ(Get(*store_, "t/data/1.parquet").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(Head(*store_, "t/data").error().code(), ErrorCode::kNotFound);
}

TEST_P(ObjectStoreContract, ListsByPrefix) {
  for (const char* key : {"a/x", "a/y/z", "ab", "b/x"}) ASSERT_TRUE(Put(*store_, key, "1").ok());
  EXPECT_THAT(List(*store_, "a"),
              ElementsAre(ObjectInfo{"a/x", 1}, ObjectInfo{"a/y/z", 1}, ObjectInfo{"ab", 1}));
  EXPECT_THAT(List(*store_, "a/y"), ElementsAre(ObjectInfo{"a/y/z", 1}));
  EXPECT_EQ(List(*store_, "").size(), 4u);
  EXPECT_TRUE(List(*store_, "none/").empty());
}

TEST_P(ObjectStoreContract, OnlyIfAbsent) {
  EXPECT_TRUE(Put(*store_, "k", "1", {.only_if_absent = true}).ok());
  EXPECT_EQ(Put(*store_, "k", "2", {.only_if_absent = true}).error().code(),
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(Get(*store_, "k").value(), "1");
}

TEST_P(ObjectStoreContract, RefusesKeysThatLeaveTheRoot) {
  for (const char* key : {"", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\nb"}) {
    EXPECT_EQ(Put(*store_, key, "1").error().code(), ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(Get(*store_, key).error().code(), ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(Delete(*store_, key).error().code(), ErrorCode::kInvalidArgument) << key;
  }
}

TEST_P(ObjectStoreContract, MapsUris) {
  EXPECT_EQ(store_->UriOf("t/a b.parquet"), "file:///lake/t/a b.parquet");
  for (const char* uri : {"file:///lake/t/1", "file:/lake/t/1", "/lake/t/1"}) {
    EXPECT_EQ(store_->KeyOf(uri).value(), "t/1") << uri;
  }
  for (const char* uri : {"file:///other/t", "s3://lake/t/1", "file:///lake/../etc", "file:///lake",
                          "file:///lakes/t", "file:///lake//t"}) {
    EXPECT_EQ(store_->KeyOf(uri).error().code(), ErrorCode::kInvalidArgument) << uri;
  }
}

TEST_F(ObjectStoreTest, FileUris) {
  EXPECT_EQ(FileUri("/data/x"), "file:///data/x");
  EXPECT_EQ(PathOfFileUri("file:///data/x/").value(), "/data/x");
  EXPECT_FALSE(PathOfFileUri("data/x").ok());
  EXPECT_FALSE(PathOfFileUri("s3://data/x").ok());
}

TEST_F(ObjectStoreTest, LocalPutIsAtomicAndDurable) {
  FaultyFileSystem faulty(files_);
  auto store = LocalObjectStore::Open(faulty, executor_, "/lake").value();
  ASSERT_TRUE(Put(*store, "d/k", "old").ok());
  Random random(5);
  for (uint64_t step = 0; step < 12; ++step) {
    faulty.set_script(FaultyFileSystem::CrashAt(faulty.operations() + step));
    const bool acknowledged = Put(*store, "d/k", "new").ok();
    files_.PowerLoss(InMemoryFileSystem::Unsynced::kTorn, random);
    faulty.set_script(nullptr);
    store = LocalObjectStore::Open(faulty, executor_, "/lake").value();
    const std::string found = Get(*store, "d/k").value();
    EXPECT_TRUE(found == "old" || found == "new") << step << " " << found;
    if (acknowledged) {
      EXPECT_EQ(found, "new");
    }
    EXPECT_EQ(List(*store, "").size(), 1u) << "no temporary file is left";
    EXPECT_EQ(files_.List("/lake/d").value().size(), 1u);
    ASSERT_TRUE(Put(*store, "d/k", "old").ok());
  }
}

// What a crash leaves lies in one directory, so that opening does not look at the objects.
TEST_F(ObjectStoreTest, OpenRemovesLeftoversWithoutAWalk) {
  FaultyFileSystem faulty(files_);
  auto store = LocalObjectStore::Open(faulty, executor_, "/lake").value();
  for (const char* key : {"a/x", "b/c/y", "b/kept.tmp"}) ASSERT_TRUE(Put(*store, key, "1").ok());
  faulty.set_script(
      FaultyFileSystem::FailOnce(FileOperation::kRename, "", Status(ErrorCode::kIo, "gone")));
  EXPECT_FALSE(Put(*store, "a/z", "1").ok());
  EXPECT_TRUE(files_.List("/lake/.tmp").value().empty()) << "a failed put cleans up itself";
  faulty.set_script([](uint64_t, FileOperation operation, std::string_view) {
    const bool is_dead = operation == FileOperation::kRename || operation == FileOperation::kRemove;
    return is_dead ? std::make_unique<FileFault>(FileFault{Status(ErrorCode::kIo, "dead"), 0})
                   : nullptr;
  });
  EXPECT_FALSE(Put(*store, "a/z", "half").ok());
  EXPECT_EQ(files_.List("/lake/.tmp").value().size(), 1u);
  EXPECT_EQ(Get(*store, "a/z").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(List(*store, "").size(), 3u);

  std::vector<std::string> listed;
  faulty.set_script([&](uint64_t, FileOperation operation, std::string_view path) {
    if (operation == FileOperation::kList) listed.emplace_back(path);
    return std::unique_ptr<FileFault>();
  });
  store = LocalObjectStore::Open(faulty, executor_, "/lake").value();
  for (const std::string& path : listed) EXPECT_THAT(path, ::testing::StartsWith("/lake/.tmp"));
  EXPECT_TRUE(files_.List("/lake/.tmp").value().empty());
  EXPECT_EQ(List(*store, "").size(), 3u);
  EXPECT_EQ(Put(*store, ".tmp/1", "1").error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Delete(*store, ".tmp").error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Put(*store, ".tmpx", "1").ok());
  faulty.set_script(nullptr);
}

TEST_F(ObjectStoreTest, FaultsBeforeAfterAndDelays) {
  InMemoryObjectStore inner(executor_, "file:///lake");
  FaultyObjectStore store(inner, executor_);
  ObjectFault fault{ObjectFault::Kind::kFailBefore, Error(ErrorCode::kUnavailable, "503"), {}};
  store.set_script([&](uint64_t, ObjectOperation operation, std::string_view) {
    return operation == ObjectOperation::kPut ? std::make_unique<ObjectFault>(fault) : nullptr;
  });
  EXPECT_THAT(Put(store, "a", "1").error().message(), HasSubstr("503"));
  EXPECT_FALSE(Get(store, "a").ok());

  fault = {ObjectFault::Kind::kFailAfter, Error(ErrorCode::kCommitUnknown, "reset"), {}};
  EXPECT_EQ(Put(store, "a", "1").error().code(), ErrorCode::kCommitUnknown);
  EXPECT_EQ(Get(store, "a").value(), "1");

  fault = {ObjectFault::Kind::kDelayOnly, Status::Ok(), std::chrono::seconds(5)};
  const auto before = clock_.Monotonic();
  EXPECT_TRUE(Put(store, "b", "1").ok());
  EXPECT_EQ(clock_.Monotonic() - before, std::chrono::seconds(5));
  EXPECT_EQ(store.operations(), 5u);
}

}  // namespace
}  // namespace floe::storage
