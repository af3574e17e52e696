// The one directory that a Floe process owns, and what lies where in it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "storage/file_system.h"

namespace floe::engine {

// <path>/LOCK              held while a process owns the directory
// <path>/owner.json        admin address of the owner, for other commands
// <path>/log/              the embedded log
// <path>/catalog.db        the SQLite catalog
// <path>/warehouse/        tables
// <path>/pipelines/<id>/   checkpoints and epoch records of a pipeline
// <path>/producers/        state of simulators
// <path>/jobs/             the jobs that were submitted
class DataDirectory {
 public:
  // Creates and locks it. kDataDirectoryLocked when another process owns it.
  static Result<std::unique_ptr<DataDirectory>> Open(storage::FileSystem& files, std::string path);

  const std::string& path() const { return path_; }
  std::string log_path() const { return storage::JoinPath(path_, "log"); }
  std::string catalog_path() const { return storage::JoinPath(path_, "catalog.db"); }
  std::string warehouse_path() const { return storage::JoinPath(path_, "warehouse"); }
  std::string producers_path() const { return storage::JoinPath(path_, "producers"); }
  std::string jobs_path() const { return storage::JoinPath(path_, "jobs"); }
  std::string owner_path() const { return storage::JoinPath(path_, "owner.json"); }
  // REQUIRES: a valid pipeline id (letters, digits, '-', '_', '.').
  std::string pipeline_path(const std::string& pipeline_id) const;

 private:
  DataDirectory(std::string path, std::unique_ptr<storage::FileLock> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  std::unique_ptr<storage::FileLock> lock_;
};

}  // namespace floe::engine
