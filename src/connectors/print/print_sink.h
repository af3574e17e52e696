// The `print` and `blackhole` connectors: rows to an output as text, or nowhere.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "stream/sink.h"

namespace floe::connectors {

// Writes each row as "+I[a, b]", prefixed by "identifier> " if there is one. `write` gets whole
// lines with their ends and is called by several writers at the same time.
std::unique_ptr<stream::Sink> MakePrintSink(std::string identifier,
                                            std::function<void(std::string_view)> write);

std::unique_ptr<stream::Sink> MakeBlackholeSink();

}  // namespace floe::connectors
