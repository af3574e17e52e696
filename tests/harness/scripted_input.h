// Lines in memory as a table's input, released when the test says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stream/source.h"

namespace floe::harness {

// What a test knows of one input; shared by the readers that restarts make.
struct InputScript {
  std::string name;
  std::vector<std::string> lines;
  // Lines that have arrived; all of them in a bounded input.
  size_t released = 0;
  bool ended = false;
  // All lines are there from the start, and the order between inputs is the sequencer's.
  bool bounded = true;
};

// A line's number, from 0, is its offset and timestamp, as of the filesystem connector.
std::unique_ptr<stream::SourceReader> MakeScriptedReader(std::shared_ptr<InputScript> script);

}  // namespace floe::harness
