// SQL test files (.slt): inputs inline, statements, expected rows or errors. docs in
// tests/sql/README.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::harness {

enum class SltKind : uint8_t {
  kStatement,       // statement ok: accepted before the next step
  kStatementError,  // statement error: refused before anything runs
  kQuery,           // query: rows, in order or not
  kQueryError,      // query error: fails at run time
  kJob,             // job: inserts; the rows of their tables
};

// A record of a topic.
struct TopicRecord {
  int32_t partition = 0;
  int64_t timestamp_ms = 0;
  std::string value;
};

// What the tables of a step read.
struct TestInputs {
  std::map<std::string, std::vector<std::string>> files;  // lines by name
  std::map<std::string, std::vector<TopicRecord>> topics;
  // Order of arrival; empty: all is there from the start.
  std::vector<std::string> arrival;
};

struct SltStep {
  SltKind kind = SltKind::kStatement;
  int line = 0;  // of the step in the file
  std::string sql;
  // Rows as "+I[a, b]" (of a job "table: +I[a, b]"), or the lines that the error has to contain.
  std::vector<std::string> expected;
  bool ordered = true;
  // Expected sums of counters over all operators ("late" → 2), of a query.
  std::map<std::string, int64_t> counters;
  // Inputs and arrival as they stand before the step.
  TestInputs inputs;
};

struct SltFile {
  std::vector<SltStep> steps;
};

// kInvalidData with the line number if the text is not of the form.
Result<SltFile> ParseSltFile(std::string_view text);

}  // namespace floe::harness
