#include "producers/input_stream.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "base/random.h"
#include "storage/in_memory_file_system.h"

namespace floe::producers {
namespace {

std::string Zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class InputStreamTest : public ::testing::Test {
 protected:
  Result<std::string> ReadAll(const std::string& path, std::string_view content,
                              size_t piece = 1000) {
    EXPECT_TRUE(storage::WriteFileDurably(files_, path, content).ok());
    FLOE_ASSIGN(const auto stream, OpenInputStream(files_, path));
    std::string all;
    std::string buffer(piece, '\0');
    for (;;) {
      FLOE_ASSIGN(const size_t count, stream->Read(buffer));
      if (count == 0) return all;
      all.append(buffer, 0, count);
    }
  }
  std::string Text(size_t bytes) {
    Random random(bytes);
    std::string text;
    while (text.size() < bytes) text += std::to_string(random.Uniform(10'000)) + ",";
    return text;
  }
  storage::InMemoryFileSystem files_;
};

TEST_F(InputStreamTest, ReadsPlainAndCompressed) {
  const std::string text = Text(600'000);
  for (const size_t piece : {size_t{7}, size_t{4096}, size_t{1} << 20}) {
    EXPECT_EQ(ReadAll("/a.csv", text, piece).value(), text);
    EXPECT_EQ(ReadAll("/a.csv.zst", Zstd(text), piece).value(), text);
    EXPECT_EQ(ReadAll("/a.csv.gz", Gzip(text), piece).value(), text);
  }
  EXPECT_EQ(ReadAll("/b.zst", Zstd("")).value(), "");
  EXPECT_EQ(ReadAll("/b.gz", Gzip("")).value(), "");
  EXPECT_EQ(ReadAll("/b.zst", "").value(), "");
}

TEST_F(InputStreamTest, ReadsConcatenatedParts) {
  EXPECT_EQ(ReadAll("/a.zst", Zstd("one,") + Zstd("two")).value(), "one,two");
  EXPECT_EQ(ReadAll("/a.gz", Gzip("one,") + Gzip("two")).value(), "one,two");
}

TEST_F(InputStreamTest, NoticesWhatIsCutOrDamaged) {
  const std::string text = Text(300'000);
  for (const bool zstd : {true, false}) {
    const std::string path = zstd ? "/a.zst" : "/a.gz";
    const std::string good = zstd ? Zstd(text) : Gzip(text);
    for (const size_t size : {size_t{5}, good.size() / 2, good.size() - 1}) {
      EXPECT_EQ(ReadAll(path, good.substr(0, size)).error().code(), ErrorCode::kCorruption) << path;
    }
    EXPECT_EQ(ReadAll(path, "no such format").error().code(), ErrorCode::kCorruption);
    EXPECT_EQ(ReadAll(path, good + "trailing rubbish").error().code(), ErrorCode::kCorruption);
  }
  EXPECT_EQ(OpenInputStream(files_, "/none.csv").error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace floe::producers
