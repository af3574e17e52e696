#include "iceberg/avro_codec.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/limits.h"

namespace floe::iceberg {
namespace {

constexpr size_t kMaxBlockBytes = limits::kMaxAvroBlockBytes;
constexpr int kDeflateLevel = 6;
constexpr int kZstandardLevel = 3;
// Negative: raw deflate, without zlib's header and checksum, as Avro wants it.
constexpr int kRawDeflateWindowBits = -15;

Error BlockTooLarge() {
  return Error(ErrorCode::kLimitExceeded, "an Avro block has more than 256 MiB");
}

Error CorruptBlock() {
  return Error(ErrorCode::kCorruption, "a compressed Avro block cannot be decompressed");
}

Result<std::string> Deflate(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, kDeflateLevel, Z_DEFLATED, kRawDeflateWindowBits, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return Error(ErrorCode::kMemoryLimit, "zlib cannot allocate its state");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) return Error(ErrorCode::kInternal, "zlib did not finish a block");
  return out;
}

Result<std::string> Inflate(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, kRawDeflateWindowBits) != Z_OK) {
    return Error(ErrorCode::kMemoryLimit, "zlib cannot allocate its state");
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() < kMaxBlockBytes) {
    size_t used = out.size();
    out.resize(std::min(kMaxBlockBytes, std::max<size_t>(used * 2, bytes.size() * 4 + 1024)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(out.size() - used);
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (code == Z_OK && stream.avail_out > 0 && stream.avail_in == 0) code = Z_BUF_ERROR;
  }
  inflateEnd(&stream);
  if (code == Z_OK) return BlockTooLarge();
  if (code != Z_STREAM_END) return CorruptBlock();
  return out;
}

Result<std::string> CompressZstandard(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kZstandardLevel);
  if (ZSTD_isError(size) != 0) return Error(ErrorCode::kInternal, ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

Result<std::string> DecompressZstandard(std::string_view bytes) {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  if (context == nullptr) return Error(ErrorCode::kMemoryLimit, "zstd cannot allocate its state");
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string out;
  size_t hint = 1;
  while (hint != 0) {
    size_t used = out.size();
    if (used >= kMaxBlockBytes) return BlockTooLarge();
    out.resize(std::min(kMaxBlockBytes, std::max<size_t>(used * 2, bytes.size() * 4 + 1024)));
    ZSTD_outBuffer target{out.data() + used, out.size() - used, 0};
    hint = ZSTD_decompressStream(context.get(), &target, &in);
    if (ZSTD_isError(hint) != 0) return CorruptBlock();
    out.resize(used + target.pos);
    if (hint != 0 && target.pos == 0 && in.pos == in.size) return CorruptBlock();
  }
  return out;
}

}  // namespace

std::string_view AvroCodecName(AvroCodec codec) {
  switch (codec) {
    case AvroCodec::kNull:
      return "null";
    case AvroCodec::kDeflate:
      return "deflate";
    case AvroCodec::kZstandard:
      return "zstandard";
  }
  return "null";
}

Result<AvroCodec> AvroCodecFromName(std::string_view name) {
  for (AvroCodec codec : {AvroCodec::kNull, AvroCodec::kDeflate, AvroCodec::kZstandard}) {
    if (name == AvroCodecName(codec)) return codec;
  }
  return Error(ErrorCode::kNotImplemented,
               "Avro files compressed with '" + std::string(name) + "' cannot be read")
      .WithHint("null, deflate and zstandard are supported");
}

Result<std::string> CompressBlock(AvroCodec codec, std::string_view bytes) {
  switch (codec) {
    case AvroCodec::kNull:
      return std::string(bytes);
    case AvroCodec::kDeflate:
      return Deflate(bytes);
    case AvroCodec::kZstandard:
      return CompressZstandard(bytes);
  }
  return Error(ErrorCode::kInternal, "unknown Avro codec");
}

Result<std::string> DecompressBlock(AvroCodec codec, std::string_view bytes) {
  switch (codec) {
    case AvroCodec::kNull:
      return std::string(bytes);
    case AvroCodec::kDeflate:
      return Inflate(bytes);
    case AvroCodec::kZstandard:
      return DecompressZstandard(bytes);
  }
  return Error(ErrorCode::kInternal, "unknown Avro codec");
}

}  // namespace floe::iceberg
