// One checkpoint as one file. docs/formats/checkpoint.md has the grammar. Every byte is covered by
// a checksum: a torn or flipped one is found and refused.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "state/snapshot.h"
#include "storage/file_system.h"

namespace floe::state {

struct CheckpointInfo {
  std::string pipeline_id;
  Epoch epoch;
  // Name and value, for the engine: plan digest, parallelism, version of Floe.
  std::map<std::string, std::string> properties;

  bool operator==(const CheckpointInfo&) const = default;
};

// Writes a checkpoint section by section, so that one section at a time is in memory. Not visible
// before Finish, which makes it durable. Without Finish nothing stays behind.
class CheckpointWriter {
 public:
  // Writes to "<path>.tmp", then renames. REQUIRES: the directory of `path` exists.
  static Result<std::unique_ptr<CheckpointWriter>> Create(storage::FileSystem& files,
                                                          std::string path,
                                                          const CheckpointInfo& info);
  ~CheckpointWriter();
  Status Add(const Section& section);
  Status Add(const OperatorSnapshot& snapshot);
  // Returns the size of the file in bytes. REQUIRES: called once, last.
  Result<uint64_t> Finish();

 private:
  struct Placed;
  CheckpointWriter(storage::FileSystem& files, std::string path);

  storage::FileSystem& files_;
  std::string path_;
  std::unique_ptr<storage::AppendFile> file_;
  std::vector<Placed> placed_;
  bool finished_ = false;
};

// An opened checkpoint. Thread-safe; reads sections when they are asked for.
class CheckpointFile {
 public:
  // Verifies header and footer. kCorruption if damaged or torn, kSchemaMismatch if a newer version
  // wrote it.
  static Result<std::shared_ptr<const CheckpointFile>> Open(storage::FileSystem& files,
                                                            std::string path);

  const CheckpointInfo& info() const { return info_; }
  // In the order written.
  const std::vector<SectionInfo>& sections() const { return sections_; }
  std::vector<std::string> operator_ids() const;
  // Reads and checks every section: a checkpoint that verifies can be restored.
  Status Verify() const;
  Result<std::string> ReadSection(size_t section) const;
  // The reader keeps the file open.
  static std::unique_ptr<StateReader> ReaderOf(std::shared_ptr<const CheckpointFile> file,
                                               const std::string& operator_id);

 private:
  struct Place {
    uint64_t offset = 0;
    uint64_t checksum = 0;
  };
  CheckpointFile() = default;
  Status ReadFooter(uint64_t header_bytes);

  std::string path_;
  std::unique_ptr<storage::RandomAccessFile> file_;
  CheckpointInfo info_;
  std::vector<SectionInfo> sections_;
  std::vector<Place> places_;
};

}  // namespace floe::state
