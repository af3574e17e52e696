// Flink scalar expressions over the columns of a CSV file, for `floe replay --set`.
#pragma once

#include "producers/column.h"

namespace floe::cli {

producers::ColumnExpressionCompiler SqlColumnExpressions();

}  // namespace floe::cli
