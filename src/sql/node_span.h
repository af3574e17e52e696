// The place of a node in the SQL text it was parsed from.
#pragma once

#include "base/result.h"

namespace floe::sql {

// A SourceSpan that takes no part in comparisons: two trees that differ only in where they stand
// are the same tree. Converts to SourceSpan where an Error wants one.
struct NodeSpan : SourceSpan {
  NodeSpan() = default;
  NodeSpan(const SourceSpan& span) : SourceSpan(span) {}  // NOLINT: implicit

  bool operator==(const NodeSpan&) const { return true; }
};

}  // namespace floe::sql
