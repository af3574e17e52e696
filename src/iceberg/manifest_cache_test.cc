#include "iceberg/manifest_cache.h"

#include <gtest/gtest.h>

#include "base/executor.h"
#include "storage/in_memory_object_store.h"

namespace floe::iceberg {
namespace {

class ManifestCacheTest : public testing::Test {
 protected:
  ManifestCacheTest() : executor_(clock_, Random(1)), store_(executor_, "file:///lake") {}

  std::string WriteList(const std::string& name, int manifests) {
    std::vector<ManifestFile> files(static_cast<size_t>(manifests));
    for (size_t i = 0; i < files.size(); ++i) {
      files[i].path = "file:///lake/m" + std::to_string(i);
      files[i].sequence_number = SequenceNumber(1);
      files[i].min_sequence_number = SequenceNumber(1);
    }
    const std::string path = "file:///lake/" + name;
    const ManifestListHeader header{SnapshotId(1), std::nullopt, SequenceNumber(1)};
    const auto bytes = WriteManifestList(files, header, AvroCodec::kNull, "0123456789abcdef");
    EXPECT_TRUE(io_.Write(path, *bytes).ok());
    return path;
  }

  ManualClock clock_{1000};
  DeterministicExecutor executor_;
  storage::InMemoryObjectStore store_;
  FileIo io_{store_, executor_};
};

TEST_F(ManifestCacheTest, WhatIsKnownIsNotReadAgain) {
  ManifestCache cache;
  const std::string path = WriteList("a", 3);
  const ManifestListPtr list = cache.ReadList(io_, path).value();
  EXPECT_EQ(list->size(), 3u);
  EXPECT_EQ(cache.ReadList(io_, path).value(), list);
  EXPECT_EQ(cache.files_read(), 1);
}

TEST_F(ManifestCacheTest, TheLeastUsedGoesFirst) {
  ManifestCache probe;
  const std::string a = WriteList("a", 10);
  const std::string b = WriteList("b", 10);
  const std::string c = WriteList("c", 10);
  ASSERT_TRUE(probe.ReadList(io_, a).ok());
  const size_t one = probe.size_bytes();
  ManifestCache cache(2 * one);
  for (const std::string& path : {a, b, a, c, a}) ASSERT_TRUE(cache.ReadList(io_, path).ok());
  EXPECT_EQ(cache.files_read(), 3);
  EXPECT_LE(cache.size_bytes(), 2 * one);
  ASSERT_TRUE(cache.ReadList(io_, b).ok());  // gone for c
  EXPECT_EQ(cache.files_read(), 4);
}

TEST_F(ManifestCacheTest, WhatIsTooLargeIsReadEachTime) {
  ManifestCache cache(100);
  const std::string path = WriteList("a", 10);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(cache.ReadList(io_, path).value()->size(), 10u);
  EXPECT_EQ(cache.files_read(), 2);
  EXPECT_EQ(cache.size_bytes(), 0u);
}

TEST_F(ManifestCacheTest, AnErrorIsNotKept) {
  ManifestCache cache;
  EXPECT_FALSE(cache.ReadList(io_, "file:///lake/none").ok());
  ASSERT_TRUE(io_.Write("file:///lake/bad", "no Avro").ok());
  EXPECT_EQ(cache.ReadList(io_, "file:///lake/bad").error().code(), ErrorCode::kCorruption);
  EXPECT_EQ(cache.size_bytes(), 0u);
}

}  // namespace
}  // namespace floe::iceberg
