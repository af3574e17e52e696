// Columns of text rows, and expressions over them: the seam through which the SQL front end
// computes columns for a replay.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::producers {

// kInteger: BIGINT, kDecimal: a number that is not always an integer, DOUBLE, kBoolean: "true" or
// "false", kString: STRING.
enum class ColumnType : uint8_t { kString, kInteger, kDecimal, kBoolean };

struct ColumnDefinition {
  std::string name;
  ColumnType type = ColumnType::kString;

  bool operator==(const ColumnDefinition&) const = default;
};

// One value per row, in the text form of its type; nullopt is NULL.
struct ColumnValues {
  std::vector<std::optional<std::string_view>> values;
  // Keeps the views valid; may be null where another does.
  std::shared_ptr<const void> memory;
};

// Rows by column, in the order of the definitions that go with them.
struct ColumnBatch {
  size_t rows = 0;
  std::vector<ColumnValues> columns;
};

// A compiled expression. Used by one thread at a time.
class ColumnExpression {
 public:
  virtual ~ColumnExpression() = default;
  virtual ColumnType type() const = 0;
  // One value per row of the batch. An error is the caller's to place (it knows the rows' lines).
  virtual Result<ColumnValues> Evaluate(const ColumnBatch& batch) = 0;
};

// Compiles the text of a scalar expression over columns of these names and types.
using ColumnExpressionCompiler = std::function<Result<std::unique_ptr<ColumnExpression>>(
    std::string_view text, std::span<const ColumnDefinition> columns)>;

// Knows column names only (plain or in back quotes): what works without a SQL front end.
ColumnExpressionCompiler ColumnNameCompiler();

}  // namespace floe::producers
