#include "sql/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace floe::sql {
namespace {

TEST(Utf8Test, DecodesWhatItEncodes) {
  for (const uint32_t code_point : {0x0U, 0x41U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U,
                                    0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string text;
    AppendUtf8(code_point, &text);
    const Utf8Character character = DecodeUtf8(text + "x");
    EXPECT_EQ(character.code_point, code_point);
    EXPECT_EQ(character.size_bytes, text.size());
  }
}

TEST(Utf8Test, RefusesWhatIsNoCharacter) {
  const std::string bad[] = {
      "\x80",              // a continuation
      "\xC3",              // cut off
      "\xC3(",             // no continuation
      "\xC0\x80",          // overlong
      "\xE0\x80\x80",      // overlong
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // above U+10FFFF
      "\xFF",
  };
  for (const std::string& text : bad) {
    EXPECT_EQ(DecodeUtf8(text).size_bytes, 0U);
    EXPECT_FALSE(IsValidUtf8("é" + text));
  }
  EXPECT_TRUE(IsValidUtf8("aé日😀"));
}

}  // namespace
}  // namespace floe::sql
