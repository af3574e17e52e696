#include "producers/column.h"

#include <algorithm>

namespace floe::producers {
namespace {

class ColumnOfBatch final : public ColumnExpression {
 public:
  ColumnOfBatch(size_t index, ColumnType type) : index_(index), type_(type) {}
  ColumnType type() const override { return type_; }
  Result<ColumnValues> Evaluate(const ColumnBatch& batch) override { return batch.columns[index_]; }

 private:
  const size_t index_;
  const ColumnType type_;
};

}  // namespace

ColumnExpressionCompiler ColumnNameCompiler() {
  return
      [](std::string_view text,
         std::span<const ColumnDefinition> columns) -> Result<std::unique_ptr<ColumnExpression>> {
        std::string_view name = text;
        if (name.size() > 2 && name.starts_with('`') && name.ends_with('`')) {
          name = name.substr(1, name.size() - 2);
        }
        const auto found = std::find_if(columns.begin(), columns.end(),
                                        [&](const ColumnDefinition& c) { return c.name == name; });
        if (found == columns.end()) {
          std::string names;
          for (const ColumnDefinition& column : columns) {
            names += (names.empty() ? "" : ", ") + column.name;
          }
          return Error(ErrorCode::kColumnNotFound, "there is no column '" + std::string(name) + "'")
              .WithHint("the columns are " + names);
        }
        return std::unique_ptr<ColumnExpression>(std::make_unique<ColumnOfBatch>(
            static_cast<size_t>(found - columns.begin()), found->type));
      };
}

}  // namespace floe::producers
