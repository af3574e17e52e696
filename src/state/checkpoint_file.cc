#include "state/checkpoint_file.h"

#include <xxhash.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "storage/encoding.h"

namespace floe::state {
namespace {

using storage::ByteReader;
using storage::PutFixed;
using storage::PutString;
using storage::PutVarint;

constexpr std::string_view kMagic = "FLOECKPT";
constexpr std::string_view kEndMagic = "FLOECKPE";
constexpr uint32_t kVersion = 1;
// Magic, version, length of the rest of the header.
constexpr size_t kHeaderStartBytes = 16;
constexpr size_t kChecksumBytes = 8;
// Footer's offset, size and checksum, magic.
constexpr size_t kTrailerBytes = 32;
constexpr uint32_t kMaxHeaderBytes = uint32_t{1} << 20;
// What a section takes in the footer at least.
constexpr size_t kMinFooterEntryBytes = 20;

uint64_t ChecksumOf(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string EncodeHeader(const CheckpointInfo& info) {
  std::string body;
  PutString(body, info.pipeline_id);
  PutFixed<int64_t>(body, info.epoch.value());
  PutVarint(body, info.properties.size());
  for (const auto& [name, value] : info.properties) {
    PutString(body, name);
    PutString(body, value);
  }
  std::string header(kMagic);
  PutFixed<uint32_t>(header, kVersion);
  PutFixed<uint32_t>(header, static_cast<uint32_t>(body.size()));
  header += body;
  PutFixed<uint64_t>(header, ChecksumOf(header));
  return header;
}

Error Damaged(const std::string& path, std::string_view what) {
  return Error(ErrorCode::kCorruption, path + " is damaged: " + std::string(what));
}

// Reads and verifies the header; `size` is its size in bytes.
Result<CheckpointInfo> ReadHeader(const storage::RandomAccessFile& file, const std::string& path,
                                  uint64_t& size) {
  std::string bytes(kHeaderStartBytes, '\0');
  if (!storage::ReadExactly(file, 0, bytes).ok()) return Damaged(path, "it is too short");
  if (!bytes.starts_with(kMagic)) return Damaged(path, "it does not begin as a checkpoint does");
  ByteReader start(std::string_view(bytes).substr(kMagic.size()));
  const auto version = start.Fixed<uint32_t>();
  const auto length = start.Fixed<uint32_t>();
  if (version > kVersion) {
    return Error(ErrorCode::kSchemaMismatch, path + " has version " + std::to_string(version) +
                                                 "; this program reads up to " +
                                                 std::to_string(kVersion))
        .WithHint("use the version of Floe that wrote it, or a newer one");
  }
  if (length > kMaxHeaderBytes) return Damaged(path, "its header is too long");
  bytes.resize(kHeaderStartBytes + length + kChecksumBytes);
  if (!storage::ReadExactly(file, 0, bytes).ok()) return Damaged(path, "it is too short");
  size = bytes.size();
  const std::string_view checked = std::string_view(bytes).substr(0, size - kChecksumBytes);
  if (ByteReader(std::string_view(bytes).substr(checked.size())).Fixed<uint64_t>() !=
      ChecksumOf(checked)) {
    return Damaged(path, "its header does not match its checksum");
  }
  ByteReader reader(checked.substr(kHeaderStartBytes));
  CheckpointInfo info;
  info.pipeline_id = reader.String();
  info.epoch = Epoch(reader.Fixed<int64_t>());
  const size_t count = reader.Count(2);
  for (size_t i = 0; i < count; ++i) {
    std::string name(reader.String());
    info.properties[std::move(name)] = reader.String();
  }
  FLOE_TRY(reader.Finish("the header of " + path));
  return info;
}

}  // namespace

// --- Writing -------------------------------------------------------------------------------------

struct CheckpointWriter::Placed {
  SectionInfo info;
  uint64_t offset = 0;
  uint64_t checksum = 0;
};

CheckpointWriter::CheckpointWriter(storage::FileSystem& files, std::string path)
    : files_(files), path_(std::move(path)) {}

CheckpointWriter::~CheckpointWriter() {
  if (finished_) return;
  file_.reset();
  // What is left is removed when the store is opened.
  (void)files_.RemoveFile(path_ + ".tmp").ok();
}

Result<std::unique_ptr<CheckpointWriter>> CheckpointWriter::Create(storage::FileSystem& files,
                                                                   std::string path,
                                                                   const CheckpointInfo& info) {
  std::unique_ptr<CheckpointWriter> writer(new CheckpointWriter(files, std::move(path)));
  FLOE_ASSIGN(writer->file_,
              files.OpenAppend(writer->path_ + ".tmp", storage::OpenMode::kTruncate));
  FLOE_TRY(writer->file_->Append(EncodeHeader(info)));
  return writer;
}

Status CheckpointWriter::Add(const Section& section) {
  FLOE_ASSERT(!finished_);
  Placed placed{section.info, file_->size_bytes(), ChecksumOf(section.bytes)};
  placed.info.size_bytes = section.bytes.size();
  FLOE_TRY(file_->Append(section.bytes));
  placed_.push_back(std::move(placed));
  return Status::Ok();
}

Status CheckpointWriter::Add(const OperatorSnapshot& snapshot) {
  for (const Section& section : snapshot.sections) FLOE_TRY(Add(section));
  return Status::Ok();
}

Result<uint64_t> CheckpointWriter::Finish() {
  FLOE_ASSERT(!finished_);
  std::string footer;
  PutVarint(footer, placed_.size());
  for (const Placed& placed : placed_) {
    PutString(footer, placed.info.operator_id);
    PutString(footer, placed.info.state_name);
    PutFixed<uint8_t>(footer, static_cast<uint8_t>(placed.info.kind));
    PutVarint(footer, placed.info.encoding_version);
    PutVarint(footer, static_cast<uint64_t>(placed.info.key_groups.begin.value()));
    PutVarint(footer, static_cast<uint64_t>(placed.info.key_groups.end.value()));
    PutVarint(footer, static_cast<uint64_t>(placed.info.instance));
    PutVarint(footer, placed.offset);
    PutVarint(footer, placed.info.size_bytes);
    PutFixed<uint64_t>(footer, placed.checksum);
  }
  std::string trailer;
  PutFixed<uint64_t>(trailer, file_->size_bytes());
  PutFixed<uint64_t>(trailer, footer.size());
  PutFixed<uint64_t>(trailer, ChecksumOf(footer));
  trailer += kEndMagic;
  const std::string_view parts[] = {footer, trailer};
  FLOE_TRY(file_->Append(parts));
  FLOE_TRY(file_->Sync());
  const uint64_t size = file_->size_bytes();
  file_.reset();
  FLOE_TRY(files_.Rename(path_ + ".tmp", path_));
  finished_ = true;
  FLOE_TRY(files_.SyncDirectory(storage::ParentPath(path_)));
  return size;
}

// --- Reading -------------------------------------------------------------------------------------

Status CheckpointFile::ReadFooter(uint64_t header_bytes) {
  FLOE_ASSIGN(const uint64_t size, file_->SizeBytes());
  if (size < header_bytes + kTrailerBytes) return Damaged(path_, "it is too short");
  std::string trailer(kTrailerBytes, '\0');
  FLOE_TRY(storage::ReadExactly(*file_, size - kTrailerBytes, trailer));
  if (!trailer.ends_with(kEndMagic)) return Damaged(path_, "it does not end as a checkpoint does");
  ByteReader places(trailer);
  const auto footer_offset = places.Fixed<uint64_t>();
  const auto footer_size = places.Fixed<uint64_t>();
  const auto footer_checksum = places.Fixed<uint64_t>();
  if (footer_offset < header_bytes || footer_size > size ||
      footer_offset + footer_size != size - kTrailerBytes) {
    return Damaged(path_, "its footer is not where it should be");
  }
  std::string footer(footer_size, '\0');
  FLOE_TRY(storage::ReadExactly(*file_, footer_offset, footer));
  if (ChecksumOf(footer) != footer_checksum) {
    return Damaged(path_, "its footer does not match its checksum");
  }
  ByteReader reader(footer);
  const size_t count = reader.Count(kMinFooterEntryBytes);
  uint64_t expected_offset = header_bytes;
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    SectionInfo& section = sections_.emplace_back();
    Place& place = places_.emplace_back();
    section.operator_id = reader.String();
    section.state_name = reader.String();
    section.kind = static_cast<StateKind>(reader.Fixed<uint8_t>());
    section.encoding_version = static_cast<uint32_t>(reader.Varint());
    section.key_groups.begin = KeyGroup(static_cast<int32_t>(reader.Varint()));
    section.key_groups.end = KeyGroup(static_cast<int32_t>(reader.Varint()));
    section.instance = static_cast<int32_t>(reader.Varint());
    place.offset = reader.Varint();
    section.size_bytes = reader.Varint();
    place.checksum = reader.Fixed<uint64_t>();
    // Without holes no byte is outside of a checksum.
    if (place.offset != expected_offset || section.size_bytes > footer_offset - place.offset) {
      return Damaged(path_, "its sections are not where they should be");
    }
    expected_offset += section.size_bytes;
  }
  FLOE_TRY(reader.Finish("the footer of " + path_));
  if (expected_offset != footer_offset) return Damaged(path_, "it has bytes of no section");
  return Status::Ok();
}

Result<std::shared_ptr<const CheckpointFile>> CheckpointFile::Open(storage::FileSystem& files,
                                                                   std::string path) {
  std::shared_ptr<CheckpointFile> checkpoint(new CheckpointFile());
  checkpoint->path_ = std::move(path);
  FLOE_ASSIGN(checkpoint->file_, files.OpenRead(checkpoint->path_));
  uint64_t header_bytes = 0;
  FLOE_ASSIGN(checkpoint->info_, ReadHeader(*checkpoint->file_, checkpoint->path_, header_bytes));
  FLOE_TRY(checkpoint->ReadFooter(header_bytes));
  return std::shared_ptr<const CheckpointFile>(std::move(checkpoint));
}

std::vector<std::string> CheckpointFile::operator_ids() const {
  std::set<std::string> ids;
  for (const SectionInfo& section : sections_) ids.insert(section.operator_id);
  return {ids.begin(), ids.end()};
}

Result<std::string> CheckpointFile::ReadSection(size_t section) const {
  FLOE_ASSERT(section < sections_.size());
  const SectionInfo& info = sections_[section];
  std::string bytes(info.size_bytes, '\0');
  FLOE_TRY(storage::ReadExactly(*file_, places_[section].offset, bytes));
  if (ChecksumOf(bytes) != places_[section].checksum) {
    return Damaged(path_, "state '" + info.state_name + "' of operator '" + info.operator_id +
                              "' does not match its checksum");
  }
  return bytes;
}

Status CheckpointFile::Verify() const {
  for (size_t i = 0; i < sections_.size(); ++i) FLOE_TRY(ReadSection(i));
  return Status::Ok();
}

namespace {

class OperatorReader final : public StateReader {
 public:
  OperatorReader(std::shared_ptr<const CheckpointFile> file, const std::string& operator_id)
      : file_(std::move(file)) {
    const std::vector<SectionInfo>& all = file_->sections();
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].operator_id == operator_id) indexes_.push_back(i);
    }
    const auto order = [&](size_t i) {
      const SectionInfo& section = all[i];
      return std::tie(section.state_name, section.key_groups.begin, section.key_groups.end,
                      section.instance);
    };
    std::stable_sort(indexes_.begin(), indexes_.end(),
                     [&](size_t a, size_t b) { return order(a) < order(b); });
    for (const size_t i : indexes_) sections_.push_back(all[i]);
  }

  const std::vector<SectionInfo>& sections() const override { return sections_; }
  Result<std::string> Read(size_t section) const override {
    FLOE_ASSERT(section < indexes_.size());
    return file_->ReadSection(indexes_[section]);
  }

 private:
  const std::shared_ptr<const CheckpointFile> file_;
  std::vector<size_t> indexes_;
  std::vector<SectionInfo> sections_;
};

}  // namespace

std::unique_ptr<StateReader> CheckpointFile::ReaderOf(std::shared_ptr<const CheckpointFile> file,
                                                      const std::string& operator_id) {
  return std::make_unique<OperatorReader>(std::move(file), operator_id);
}

}  // namespace floe::state
