#include "connectors/files/file_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"

namespace floe::connectors {
namespace {

// Reads a file line by line through a buffer that blocks share.
class LineReader {
 public:
  explicit LineReader(std::unique_ptr<storage::RandomAccessFile> file) : file_(std::move(file)) {}

  int64_t next_line() const { return next_line_; }
  // Makes the next line available; false at the end of the file.
  Result<bool> Fill();
  // The next line without its end. REQUIRES: Fill gave true. Valid while `memory` is held.
  std::string_view Take();
  std::shared_ptr<const void> memory() const { return buffer_; }

 private:
  std::unique_ptr<storage::RandomAccessFile> file_;
  std::shared_ptr<std::string> buffer_ = std::make_shared<std::string>();
  size_t begin_ = 0;     // of the next line, in the buffer
  size_t line_end_ = 0;  // of the next line, where Fill found it
  uint64_t file_offset_ = 0;
  bool at_file_end_ = false;
  int64_t next_line_ = 0;
};

Result<bool> LineReader::Fill() {
  for (;;) {
    line_end_ = buffer_->find('\n', begin_);
    if (line_end_ != std::string::npos) return true;
    if (at_file_end_) {
      line_end_ = buffer_->size();
      return begin_ < buffer_->size();
    }
    if (buffer_->size() - begin_ > limits::kMaxRecordBytes) {
      return Error(ErrorCode::kLimitExceeded,
                   "line " + std::to_string(next_line_ + 1) + " is longer than the limit of " +
                       std::to_string(limits::kMaxRecordBytes) + " bytes");
    }
    // Blocks handed out keep the old buffer; what is left of it moves to a new one.
    auto next = std::make_shared<std::string>(buffer_->substr(begin_));
    const size_t kept = next->size();
    next->resize(kept + limits::kFileReadBytes);
    FLOE_ASSIGN(const size_t read,
                file_->ReadAt(file_offset_, {next->data() + kept, limits::kFileReadBytes}));
    next->resize(kept + read);
    file_offset_ += read;
    at_file_end_ = read < limits::kFileReadBytes;
    buffer_ = std::move(next);
    begin_ = 0;
  }
}

std::string_view LineReader::Take() {
  std::string_view line(buffer_->data() + begin_, line_end_ - begin_);
  begin_ = std::min(line_end_ + 1, buffer_->size());
  ++next_line_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

class FileSource final : public stream::SourceReader {
 public:
  Status AddFile(storage::FileSystem& files, const std::string& path) {
    FLOE_ASSIGN(std::unique_ptr<storage::RandomAccessFile> file, files.OpenRead(path));
    partitions_.push_back({path, PartitionId(0)});
    readers_.emplace_back(std::move(file));
    return Status::Ok();
  }

  const std::vector<stream::SourcePartition>& partitions() const override { return partitions_; }

  Status Seek(size_t partition, Offset offset) override {
    LineReader& reader = readers_[partition];
    while (reader.next_line() < offset.value()) {
      FLOE_ASSIGN(const bool more, reader.Fill());
      if (!more) {
        return Error(ErrorCode::kOffsetOutOfRange,
                     partitions_[partition].topic + ": line " + std::to_string(offset.value()) +
                         " was asked for, the file has " + std::to_string(reader.next_line()));
      }
      reader.Take();
    }
    return Status::Ok();
  }

  Offset Position(size_t partition) const override {
    return Offset(readers_[partition].next_line());
  }
  bool is_bounded() const override { return true; }
  bool AtEnd(size_t partition) override {
    const Result<bool> more = readers_[partition].Fill();
    return more.ok() && !*more;
  }

  Result<std::optional<int64_t>> PeekTimestamp(size_t partition) override {
    FLOE_ASSIGN(const bool more, readers_[partition].Fill());
    if (!more) return std::optional<int64_t>();
    return std::optional<int64_t>(readers_[partition].next_line());
  }

  Result<stream::RecordBlock> Read(size_t partition, int max_records) override {
    LineReader& reader = readers_[partition];
    stream::RecordBlock block;
    // Lines of one block may lie in several buffers.
    auto memory = std::make_shared<std::vector<std::shared_ptr<const void>>>();
    while (static_cast<int>(block.records.size()) < max_records) {
      FLOE_ASSIGN(const bool more, reader.Fill());
      if (!more) break;
      if (memory->empty() || memory->back() != reader.memory()) memory->push_back(reader.memory());
      stream::Record record;
      record.offset = Offset(reader.next_line());
      record.timestamp_ms = reader.next_line();
      record.value = reader.Take();
      block.records.push_back(std::move(record));
    }
    block.next_offset = Offset(reader.next_line());
    block.memory = std::move(memory);
    return block;
  }

  void NotifyWhenReadable(std::function<void()> ready) override { ready(); }
  std::optional<int64_t> Lag(size_t) override { return std::nullopt; }

 private:
  std::vector<stream::SourcePartition> partitions_;
  std::vector<LineReader> readers_;
};

}  // namespace

Result<std::unique_ptr<stream::SourceReader>> MakeFileSource(storage::FileSystem& files,
                                                             const std::string& path) {
  constexpr std::string_view kScheme = "file://";
  const std::string local = path.starts_with(kScheme) ? path.substr(kScheme.size()) : path;
  auto source = std::make_unique<FileSource>();
  FLOE_ASSIGN(const storage::FileInfo info, files.Stat(local));
  if (info.type == storage::FileType::kDirectory) {
    FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files.List(local));
    for (const storage::DirectoryEntry& entry : entries) {
      // Hidden and unfinished files are not data, as in Flink and Hadoop.
      if (entry.type != storage::FileType::kFile || entry.name.starts_with(".") ||
          entry.name.starts_with("_")) {
        continue;
      }
      FLOE_TRY(source->AddFile(files, storage::JoinPath(local, entry.name)));
    }
  } else {
    FLOE_TRY(source->AddFile(files, local));
  }
  return std::unique_ptr<stream::SourceReader>(std::move(source));
}

}  // namespace floe::connectors
