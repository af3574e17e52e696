#include "producers/input_stream.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace floe::producers {
namespace {

constexpr size_t kCompressedBytes = size_t{128} << 10;

class PlainStream final : public InputStream {
 public:
  explicit PlainStream(std::unique_ptr<storage::RandomAccessFile> file) : file_(std::move(file)) {}

  Result<size_t> Read(std::span<char> buffer) override {
    FLOE_ASSIGN(const size_t count, file_->ReadAt(offset_, buffer));
    offset_ += count;
    return count;
  }

 private:
  const std::unique_ptr<storage::RandomAccessFile> file_;
  uint64_t offset_ = 0;
};

// The compressed bytes of a file, piece by piece.
class CompressedInput {
 public:
  CompressedInput(std::unique_ptr<InputStream> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)), buffer_(kCompressedBytes, '\0') {}

  // Loads the next piece if this one is used up; false at the end of the file.
  Result<bool> Load() {
    if (used_ < filled_) return true;
    FLOE_ASSIGN(filled_, file_->Read(buffer_));
    used_ = 0;
    return filled_ > 0;
  }
  const char* data() const { return buffer_.data() + used_; }
  size_t size() const { return filled_ - used_; }
  void Use(size_t count) { used_ += count; }
  Error Damaged(const char* reason) const {
    return Error(ErrorCode::kCorruption, path_ + " cannot be decompressed: " + reason);
  }

 private:
  std::unique_ptr<InputStream> file_;
  std::string path_;
  std::string buffer_;
  size_t used_ = 0;
  size_t filled_ = 0;
};

class ZstdStream final : public InputStream {
 public:
  explicit ZstdStream(CompressedInput input)
      : input_(std::move(input)), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {}

  Result<size_t> Read(std::span<char> buffer) override {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    while (out.pos < out.size) {
      FLOE_ASSIGN(const bool more, input_.Load());
      ZSTD_inBuffer in{input_.data(), input_.size(), 0};
      const size_t before = out.pos;
      const size_t rest = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(rest)) return input_.Damaged(ZSTD_getErrorName(rest));
      input_.Use(in.pos);
      // At a frame's start nothing is expected; in the middle the file may not end.
      if (more) in_frame_ = rest != 0;
      if (!more && out.pos == before) {
        if (in_frame_) return input_.Damaged("it ends early");
        break;
      }
    }
    return out.pos;
  }

 private:
  CompressedInput input_;
  const std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> stream_;
  bool in_frame_ = false;
};

class GzipStream final : public InputStream {
 public:
  explicit GzipStream(CompressedInput input) : input_(std::move(input)) {
    constexpr int kGzipOnly = 16;
    ready_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK;
  }
  ~GzipStream() override {
    if (ready_) inflateEnd(&stream_);
  }

  Result<size_t> Read(std::span<char> buffer) override {
    if (!ready_) return Error(ErrorCode::kMemoryLimit, "no memory for gzip decompression");
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    while (stream_.avail_out > 0) {
      FLOE_ASSIGN(const bool more, input_.Load());
      if (!more) {
        if (in_member_) return input_.Damaged("it ends early");
        break;
      }
      if (!in_member_) inflateReset(&stream_);
      in_member_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
      stream_.avail_in = static_cast<uInt>(input_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      input_.Use(input_.size() - stream_.avail_in);
      if (result == Z_STREAM_END) {
        in_member_ = false;
      } else if (result != Z_OK) {
        return input_.Damaged(stream_.msg != nullptr ? stream_.msg : "wrong data");
      }
    }
    return buffer.size() - stream_.avail_out;
  }

 private:
  CompressedInput input_;
  z_stream stream_{};
  bool ready_ = false;
  bool in_member_ = false;
};

}  // namespace

Result<std::unique_ptr<InputStream>> OpenInputStream(storage::FileSystem& files,
                                                     const std::string& path) {
  FLOE_ASSIGN(std::unique_ptr<storage::RandomAccessFile> file, files.OpenRead(path));
  auto plain = std::make_unique<PlainStream>(std::move(file));
  if (path.ends_with(".zst")) {
    return std::make_unique<ZstdStream>(CompressedInput(std::move(plain), path));
  }
  if (path.ends_with(".gz")) {
    return std::make_unique<GzipStream>(CompressedInput(std::move(plain), path));
  }
  return std::unique_ptr<InputStream>(std::move(plain));
}

}  // namespace floe::producers
