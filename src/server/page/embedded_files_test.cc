#include "server/page/embedded_files.h"

#include <gtest/gtest.h>

namespace floe::server {

// Written by floe_embed_files from src/server/page/testdata.
std::span<const EmbeddedFile> TestFiles();

namespace {

TEST(EmbeddedFiles, CarryTheirBytesTypeAndTag) {
  ASSERT_EQ(TestFiles().size(), 3U);
  const EmbeddedFile* page = FindEmbeddedFile(TestFiles(), "/");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->path, "/index.html");
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page->body, "<p>\"\\; $x ${y} \xc3\xa4</p>\n");
  EXPECT_EQ(page->entity_tag.size(), 18U);
  EXPECT_TRUE(page->entity_tag.starts_with('"') && page->entity_tag.ends_with('"'));
  const EmbeddedFile* empty = FindEmbeddedFile(TestFiles(), "/empty.txt");
  ASSERT_NE(empty, nullptr);
  EXPECT_TRUE(empty->body.empty());
  EXPECT_NE(empty->entity_tag, page->entity_tag);
}

TEST(EmbeddedFiles, AreFoundByTheirWholePath) {
  EXPECT_NE(FindEmbeddedFile(TestFiles(), "/assets/a.js"), nullptr);
  EXPECT_EQ(FindEmbeddedFile(TestFiles(), "/assets/"), nullptr);
  EXPECT_EQ(FindEmbeddedFile(TestFiles(), "/assets/a.js/"), nullptr);
  EXPECT_EQ(FindEmbeddedFile(TestFiles(), "index.html"), nullptr);
  EXPECT_EQ(FindEmbeddedFile({}, "/"), nullptr);
}

}  // namespace
}  // namespace floe::server
