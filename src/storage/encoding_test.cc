#include "storage/encoding.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/random.h"
#include "storage/crc32c.h"

namespace floe::storage {
namespace {

TEST(Encoding, RoundTrip) {
  std::string bytes;
  PutFixed<uint16_t>(bytes, 0xbeef);
  PutFixed<int64_t>(bytes, -5);
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, ~uint64_t{0}}) {
    PutVarint(bytes, value);
  }
  for (const int64_t value : {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max()}) {
    PutSignedVarint(bytes, value);
  }
  PutString(bytes, "floe");
  PutString(bytes, "");

  ByteReader reader(bytes);
  EXPECT_EQ(reader.Fixed<uint16_t>(), 0xbeef);
  EXPECT_EQ(reader.Fixed<int64_t>(), -5);
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, ~uint64_t{0}}) {
    EXPECT_EQ(reader.Varint(), value);
  }
  for (const int64_t value : {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(reader.SignedVarint(), value);
  }
  EXPECT_EQ(reader.String(), "floe");
  EXPECT_EQ(reader.String(), "");
  EXPECT_TRUE(reader.Finish("the test").ok());
}

TEST(Encoding, EveryCutIsNoticed) {
  std::string bytes;
  PutFixed<uint32_t>(bytes, 7);
  PutVarint(bytes, 300);
  PutString(bytes, "abc");
  for (size_t length = 0; length < bytes.size(); ++length) {
    ByteReader reader(std::string_view(bytes).substr(0, length));
    reader.Fixed<uint32_t>();
    reader.Varint();
    reader.String();
    EXPECT_FALSE(reader.ok()) << length;
    EXPECT_EQ(reader.Finish("the test").error().code(), ErrorCode::kCorruption);
  }
  ByteReader longer(bytes);
  longer.Fixed<uint32_t>();
  EXPECT_FALSE(longer.Finish("the test").ok()) << "bytes are left";
}

TEST(Encoding, RefusesWrongVarintsAndCounts) {
  ByteReader eleven("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  eleven.Varint();
  EXPECT_FALSE(eleven.ok());
  ByteReader too_large("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  too_large.Varint();
  EXPECT_FALSE(too_large.ok());
  ByteReader count(
      "\x05"
      "abcd");
  EXPECT_EQ(count.Count(), 0u);
  EXPECT_FALSE(count.ok());
}

TEST(Crc32c, KnownValues) {
  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(Crc32c(""), 0u);
}

TEST(Crc32c, BothFormsAgreeAndContinue) {
  Random random(7);
  std::string bytes(20'000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Uniform(256));
  const std::string_view view = bytes;
  for (const size_t length : {size_t{0}, size_t{1}, size_t{7}, size_t{8}, size_t{1023},
                              size_t{3072}, size_t{3073}, size_t{10'007}, size_t{20'000}}) {
    const uint32_t whole = Crc32cPortable(view.substr(0, length));
    EXPECT_EQ(Crc32c(view.substr(0, length)), whole) << length;
    const size_t cut = length / 3;
    EXPECT_EQ(Crc32c(view.substr(cut, length - cut), Crc32c(view.substr(0, cut))), whole);
  }
}

}  // namespace
}  // namespace floe::storage
