#include "log/compression.h"

#include <lz4frame.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace floe::log {
namespace {

// Level 1 compresses JSON about five-fold at the speed that a log needs.
constexpr int kZstdLevel = 1;
constexpr size_t kFirstGuessBytes = size_t{256} << 10;

Error TooLarge(size_t max_bytes) {
  return Error(ErrorCode::kLimitExceeded, "a record batch is larger than the limit of " +
                                              std::to_string(max_bytes) +
                                              " bytes when decompressed");
}

Error Damaged(std::string_view codec, const char* reason) {
  return Error(ErrorCode::kCorruption,
               std::string(codec) + " data of a record batch is damaged: " + reason);
}

// One byte more than may come, so that the decoder has room to see the end of the frame.
size_t FirstCapacity(uint64_t size, size_t max_bytes) {
  return (size != 0 ? size : std::min(kFirstGuessBytes, max_bytes)) + 1;
}

void Grow(DecompressedBytes& out, size_t& capacity, size_t max_bytes) {
  capacity = std::min(capacity * 2, max_bytes + 1);
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  std::memcpy(larger.get(), out.bytes.get(), out.size);
  out.bytes = std::move(larger);
}

Result<DecompressedBytes> DecompressZstd(std::string_view bytes, size_t max_bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) return Damaged("zstd", "no frame");
  const bool known = size != ZSTD_CONTENTSIZE_UNKNOWN;
  if (known && size > max_bytes) return TooLarge(max_bytes);

  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  size_t capacity = FirstCapacity(known ? size : 0, max_bytes);
  DecompressedBytes out{std::make_unique_for_overwrite<char[]>(capacity), 0};
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer output{out.bytes.get(), capacity, out.size};
    const size_t rest = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(rest)) return Damaged("zstd", ZSTD_getErrorName(rest));
    out.size = output.pos;
    if (rest == 0 && input.pos == input.size) return out;
    if (out.size > max_bytes) return TooLarge(max_bytes);
    if (out.size == capacity) {
      Grow(out, capacity, max_bytes);
    } else if (input.pos == input.size) {
      return Damaged("zstd", "it ends early");
    }
  }
}

Result<DecompressedBytes> DecompressLz4(std::string_view bytes, size_t max_bytes) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION))) {
    return Error(ErrorCode::kMemoryLimit, "no memory for LZ4 decompression");
  }
  const std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> context(
      raw, LZ4F_freeDecompressionContext);
  LZ4F_frameInfo_t info{};
  const char* next = bytes.data();
  size_t left = bytes.size();
  size_t taken = left;
  const size_t header = LZ4F_getFrameInfo(context.get(), &info, next, &taken);
  if (LZ4F_isError(header)) return Damaged("LZ4", LZ4F_getErrorName(header));
  next += taken;
  left -= taken;
  if (info.contentSize > max_bytes) return TooLarge(max_bytes);

  size_t capacity = FirstCapacity(info.contentSize, max_bytes);
  DecompressedBytes out{std::make_unique_for_overwrite<char[]>(capacity), 0};
  LZ4F_decompressOptions_t options{};
  for (;;) {
    size_t produced = capacity - out.size;
    taken = left;
    const size_t rest = LZ4F_decompress(context.get(), out.bytes.get() + out.size, &produced, next,
                                        &taken, &options);
    if (LZ4F_isError(rest)) return Damaged("LZ4", LZ4F_getErrorName(rest));
    out.size += produced;
    next += taken;
    left -= taken;
    if (rest == 0) return left == 0 ? Result(std::move(out)) : Damaged("LZ4", "bytes follow it");
    if (out.size > max_bytes) return TooLarge(max_bytes);
    if (out.size == capacity) {
      Grow(out, capacity, max_bytes);
    } else if (left == 0 && produced == 0) {
      return Damaged("LZ4", "it ends early");
    }
  }
}

LZ4F_preferences_t Lz4Preferences(size_t content_bytes) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentSize = content_bytes;
  return preferences;
}

}  // namespace

struct Compressor::Contexts {
  ZSTD_CCtx* zstd = nullptr;
  ~Contexts() { ZSTD_freeCCtx(zstd); }
};

Compressor::Compressor() : contexts_(std::make_unique<Contexts>()) {}
Compressor::~Compressor() = default;

Status Compressor::Compress(Compression compression, std::string_view bytes, std::string& out) {
  size_t size = 0;
  switch (compression) {
    case Compression::kNone:
      out.assign(bytes);
      return Status::Ok();
    case Compression::kZstd:
      if (contexts_->zstd == nullptr) contexts_->zstd = ZSTD_createCCtx();
      out.resize(ZSTD_compressBound(bytes.size()));
      size = ZSTD_compressCCtx(contexts_->zstd, out.data(), out.size(), bytes.data(), bytes.size(),
                               kZstdLevel);
      if (ZSTD_isError(size)) return Error(ErrorCode::kInternal, ZSTD_getErrorName(size));
      break;
    case Compression::kLz4: {
      const LZ4F_preferences_t preferences = Lz4Preferences(bytes.size());
      out.resize(LZ4F_compressFrameBound(bytes.size(), &preferences));
      size = LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), &preferences);
      if (LZ4F_isError(size)) return Error(ErrorCode::kInternal, LZ4F_getErrorName(size));
      break;
    }
  }
  out.resize(size);
  return Status::Ok();
}

Result<DecompressedBytes> Decompress(int codec, std::string_view bytes, size_t max_bytes) {
  if (codec == static_cast<int>(Compression::kZstd)) return DecompressZstd(bytes, max_bytes);
  if (codec == static_cast<int>(Compression::kLz4)) return DecompressLz4(bytes, max_bytes);
  return Error(ErrorCode::kNotImplemented, "record batches compressed with " +
                                               std::string(CodecName(codec)) +
                                               " cannot be read; use lz4 or zstd");
}

std::string_view CodecName(int codec) {
  constexpr std::string_view kNames[] = {"none", "gzip", "snappy", "lz4", "zstd"};
  return codec >= 0 && codec < 5 ? kNames[codec] : "unknown";
}

}  // namespace floe::log
