// What has to hold of every finished run: each record and row is accounted for.
#pragma once

#include <string>

#include "harness/sql_runner.h"

namespace floe::harness {

// Records read = delivered + skipped + bad; a stage gets what the stages below it gave, no more and
// no less; a stateless one passes on what it does not filter. "" if all of it holds.
std::string CheckConservation(const QueryOutcome& outcome);

}  // namespace floe::harness
