#include "base/percent_encoding.h"

#include <gtest/gtest.h>

namespace floe {
namespace {

constexpr char kText[] = "a b+c%/\xc3\xa4=,;\n~*";

TEST(PercentEncoding, OfUris) {
  EXPECT_EQ(PercentEncode(kText), "a%20b%2Bc%25%2F%C3%A4%3D%2C%3B%0A~%2A");
  EXPECT_EQ(PercentDecode(PercentEncode(kText)), kText);
  EXPECT_EQ(PercentDecode("a+b"), "a+b");
}

TEST(PercentEncoding, OfForms) {
  EXPECT_EQ(PercentEncode(kText, PercentForm::kForm), "a+b%2Bc%25%2F%C3%A4%3D%2C%3B%0A%7E*");
  EXPECT_EQ(PercentDecode(PercentEncode(kText, PercentForm::kForm), PercentForm::kForm), kText);
  EXPECT_EQ(PercentDecode("a+b", PercentForm::kForm), "a b");
}

TEST(PercentEncoding, WhatIsNoCodeStays) {
  EXPECT_EQ(PercentDecode("%zz%4"), "%zz%4");
  EXPECT_EQ(PercentDecode("%4g%c3%A4%"), "%4g\xc3\xa4%");
}

}  // namespace
}  // namespace floe
