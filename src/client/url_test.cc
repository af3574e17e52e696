#include "client/url.h"

#include <gtest/gtest.h>

namespace floe::client {
namespace {

TEST(Url, PartsOfAnAddress) {
  const Result<Url> url = ParseUrl("https://trino.example.org:8443/v1/x?y=1");
  ASSERT_TRUE(url.ok());
  EXPECT_TRUE(url->secure);
  EXPECT_EQ(url->host, "trino.example.org");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->target, "/v1/x?y=1");
  EXPECT_EQ(url->Authority(), "trino.example.org:8443");
}

TEST(Url, DefaultsAreHttpItsPortAndTheRoot) {
  const Result<Url> url = ParseUrl("localhost");
  ASSERT_TRUE(url.ok());
  EXPECT_FALSE(url->secure);
  EXPECT_EQ(url->port, "80");
  EXPECT_EQ(url->target, "/");
  EXPECT_EQ(url->Authority(), "localhost");
  EXPECT_EQ(ParseUrl("https://h")->port, "443");
  EXPECT_EQ(ParseUrl("h:99?a=b")->target, "/?a=b");
}

TEST(Url, Ipv6HostsStandInBrackets) {
  const Result<Url> url = ParseUrl("http://[::1]:8080/");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->Authority(), "[::1]:8080");
}

TEST(Url, WhatIsNoAddressIsRefused) {
  for (const char* text : {"ftp://h", "http://", "http://h:x", "http://h:0", "http://h:70000",
                           "http://user@h", "http://h /", "http://[::1", "http://[::1]x", ""}) {
    EXPECT_FALSE(ParseUrl(text).ok()) << text;
  }
}

TEST(Url, SameServerIgnoresTheTarget) {
  EXPECT_TRUE(ParseUrl("http://h:80/a")->SameServer(*ParseUrl("http://h/b")));
  EXPECT_FALSE(ParseUrl("http://h/a")->SameServer(*ParseUrl("https://h:80/a")));
}

}  // namespace
}  // namespace floe::client
