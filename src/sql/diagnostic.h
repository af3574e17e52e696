// Shows an error at its place in a SQL text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::sql {

struct DiagnosticOptions {
  std::string source_name;  // e.g. "job.sql"; may be empty
  bool color = false;       // with ANSI escapes
};

// The message of `error`, where it is in `text`, the line with the place marked, and the hint:
//
//   error: expected "," or FROM, found "t"
//    --> job.sql:2:15
//     |
//   2 | SELECT a FORM t
//     |               ^
//     = did you mean FROM instead of FORM?
//
// Without a span only message and hint. `text` is what the span counts in. Ends in a newline.
std::string RenderDiagnostic(const Error& error, std::string_view text,
                             const DiagnosticOptions& options = {});

}  // namespace floe::sql
