#include "plan/create_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "plan/expression_binder.h"
#include "plan/name_errors.h"
#include "plan/type_binder.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::ExpressionPtr;

namespace {

constexpr int kMaxRowtimePrecision = 3;

Error Invalid(std::string message, const SourceSpan& span) {
  return Error(ErrorCode::kSqlValidation, std::move(message), span);
}

// What LIKE takes from the other table.
struct LikeRules {
  ast::LikeMerging constraints = ast::LikeMerging::kIncluding;
  ast::LikeMerging generated = ast::LikeMerging::kIncluding;
  ast::LikeMerging metadata = ast::LikeMerging::kIncluding;
  ast::LikeMerging options = ast::LikeMerging::kOverwriting;
  ast::LikeMerging partitions = ast::LikeMerging::kIncluding;
  ast::LikeMerging watermarks = ast::LikeMerging::kIncluding;
};

Result<LikeRules> BindLikeRules(const ast::TableLike& like) {
  LikeRules rules;
  for (const ast::LikeOption& option : like.options) {
    if (option.feature != ast::LikeFeature::kAll) continue;
    rules = {option.merging, option.merging, option.merging,
             option.merging, option.merging, option.merging};
  }
  for (const ast::LikeOption& option : like.options) {
    bool overwrites = option.merging == ast::LikeMerging::kOverwriting;
    switch (option.feature) {
      case ast::LikeFeature::kAll:
      case ast::LikeFeature::kDistribution:
        continue;
      case ast::LikeFeature::kConstraints:
        rules.constraints = option.merging;
        break;
      case ast::LikeFeature::kPartitions:
        rules.partitions = option.merging;
        break;
      case ast::LikeFeature::kGenerated:
        rules.generated = option.merging;
        continue;
      case ast::LikeFeature::kMetadata:
        rules.metadata = option.merging;
        continue;
      case ast::LikeFeature::kOptions:
        rules.options = option.merging;
        continue;
      case ast::LikeFeature::kWatermarks:
        rules.watermarks = option.merging;
        continue;
    }
    if (overwrites) return Invalid("OVERWRITING is not possible for this feature", option.span);
  }
  return rules;
}

class TableBinder {
 public:
  TableBinder(const ast::CreateTable& create, CatalogStore& catalogs, const BindingOptions& options)
      : create_(create), catalogs_(catalogs), options_(options) {}

  Result<CatalogTablePtr> Bind() {
    table_ = std::make_shared<CatalogTable>();
    FLOE_ASSIGN(table_->name, catalogs_.Qualify(create_.name));
    table_->temporary = create_.temporary;
    table_->comment = create_.comment.value_or("");
    if (create_.distribution.has_value()) {
      return Unsupported("DISTRIBUTED BY", create_.distribution->span);
    }
    if (create_.like.has_value()) {
      FLOE_TRY(CopyLike(*create_.like));
    }
    FLOE_TRY(AddColumns());
    FLOE_TRY(CheckMetadataKeys());
    FLOE_TRY(BindComputedColumns());
    FLOE_TRY(AddWatermark());
    FLOE_TRY(AddConstraints());
    FLOE_TRY(AddPartitionKeys());
    for (const ast::Option& option : create_.options) table_->options[option.key] = option.value;
    if (table_->columns.empty()) return Invalid("a table needs a column", create_.name.span);
    if (catalogs_.HasCatalog(table_->name.catalog)) {
      table_->catalog_options = catalogs_.CatalogOptions(table_->name.catalog);
    }
    return CatalogTablePtr(table_);
  }

 private:
  Status CopyLike(const ast::TableLike& like) {
    FLOE_ASSIGN(rules_, BindLikeRules(like));
    FLOE_ASSIGN(stream::TableName name, catalogs_.Qualify(like.table));
    FLOE_ASSIGN(CatalogObject object, catalogs_.Get(name, like.table.span));
    if (IsView(object)) return Invalid("LIKE needs a table, not a view", like.table.span);
    const CatalogTable& source = *std::get<CatalogTablePtr>(object);
    auto included = [](ast::LikeMerging merging) {
      return merging != ast::LikeMerging::kExcluding;
    };
    for (const TableColumn& column : source.columns) {
      if (column.kind == ColumnKind::kComputed && !included(rules_.generated)) continue;
      if (column.kind == ColumnKind::kMetadata && !included(rules_.metadata)) continue;
      TableColumn copy = column;
      copy.type = copy.type.WithTimeAttribute(types::TimeAttribute::kNone);
      table_->columns.push_back(std::move(copy));
      inherited_.insert(column.name);
    }
    if (included(rules_.constraints)) table_->primary_key = source.primary_key;
    if (included(rules_.partitions)) table_->partition_keys = source.partition_keys;
    if (included(rules_.options)) table_->options = source.options;
    if (included(rules_.watermarks) && source.watermark.has_value()) {
      inherited_watermark_ = *source.watermark;
      watermark_column_ = source.columns[static_cast<size_t>(source.watermark->column)].name;
    }
    return Status::Ok();
  }

  // The place for a column of this name: a new one, or that of a column it may overwrite.
  Result<TableColumn*> Place(const ast::ColumnDefinition& definition) {
    const std::string& name = definition.name.value;
    int index = table_->IndexOf(name);
    if (index < 0) return &table_->columns.emplace_back();
    TableColumn& existing = table_->columns[static_cast<size_t>(index)];
    bool overwrites =
        (existing.kind == ColumnKind::kComputed && definition.kind == ast::ColumnKind::kComputed &&
         rules_.generated == ast::LikeMerging::kOverwriting) ||
        (existing.kind == ColumnKind::kMetadata && definition.kind == ast::ColumnKind::kMetadata &&
         rules_.metadata == ast::LikeMerging::kOverwriting);
    if (overwrites && inherited_.contains(name)) {
      inherited_.erase(name);
      existing = {};
      return &existing;
    }
    return Invalid("column '" + name + "' is defined twice", definition.name.span);
  }

  Status AddColumns() {
    for (const ast::ColumnDefinition& definition : create_.columns) {
      FLOE_ASSIGN(TableColumn * column, Place(definition));
      column->name = definition.name.value;
      column->comment = definition.comment.value_or("");
      switch (definition.kind) {
        case ast::ColumnKind::kPhysical: {
          column->kind = ColumnKind::kPhysical;
          FLOE_ASSIGN(column->type, BindType(definition.type));
          break;
        }
        case ast::ColumnKind::kMetadata: {
          column->kind = ColumnKind::kMetadata;
          FLOE_ASSIGN(column->type, BindType(definition.type));
          column->metadata_key = definition.metadata_key.value_or(column->name);
          column->is_virtual = definition.is_virtual;
          break;
        }
        case ast::ColumnKind::kComputed:
          column->kind = ColumnKind::kComputed;
          column->definition = *definition.expression;
          break;
        case ast::ColumnKind::kNameOnly:
          return Unsupported("CREATE TABLE … AS", definition.span);
      }
    }
    return Status::Ok();
  }

  Status CheckMetadataKeys() const {
    std::map<std::string, std::string> column_of;
    for (const TableColumn& column : table_->columns) {
      if (column.kind != ColumnKind::kMetadata) continue;
      const auto [first, is_new] = column_of.emplace(column.metadata_key, column.name);
      if (is_new) continue;
      return Invalid("the columns '" + first->second + "' and '" + column.name +
                         "' have the same metadata '" + column.metadata_key + "'",
                     create_.name.span)
          .WithHint("make the second one a computed column: " + column.name + " AS CAST(" +
                    first->second + " AS " + column.type.ToString() + ")");
    }
    return Status::Ok();
  }

  // A computed column may read physical and metadata columns, not other computed ones.
  Status BindComputedColumns() {
    std::vector<types::Field> fields;
    std::vector<int> places;
    for (size_t i = 0; i < table_->columns.size(); ++i) {
      const TableColumn& column = table_->columns[i];
      if (column.kind == ColumnKind::kComputed) continue;
      fields.push_back({column.name, column.type});
      places.push_back(static_cast<int>(i));
    }
    Scope scope(table_->name.table, {}, types::Schema(std::move(fields)));
    NoAggregates handler("a computed column");
    for (TableColumn& column : table_->columns) {
      if (column.kind != ColumnKind::kComputed) continue;
      ExpressionBinder binder(scope, options_, handler);
      FLOE_ASSIGN(ExpressionPtr expression, binder.Bind(*column.definition));
      if (expression->type().kind() == types::TypeKind::kNull) {
        return Invalid("the computed column '" + column.name + "' has no type",
                       column.definition->span)
            .WithHint("write CAST(NULL AS type)");
      }
      column.type = expression->type();
      column.expression = functions::RemapColumns(expression, places);
    }
    return Status::Ok();
  }

  Status CheckRowtimeType(const types::DataType& type, const std::string& what,
                          const SourceSpan& span) {
    if (type.is_timestamp() && type.precision() <= kMaxRowtimePrecision) return Status::Ok();
    return Invalid(what + " must be TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to 3, but is " +
                       type.ToString(),
                   span);
  }

  Status AddWatermark() {
    if (create_.watermarks.size() > 1) {
      return Invalid("a table can have only one WATERMARK", create_.watermarks[1].span);
    }
    Watermark watermark;
    std::string name = watermark_column_;
    SourceSpan span = create_.name.span;
    if (!create_.watermarks.empty()) {
      const ast::WatermarkDefinition& definition = create_.watermarks[0];
      if (inherited_watermark_.has_value() && rules_.watermarks == ast::LikeMerging::kIncluding) {
        return Invalid("the table of LIKE has a WATERMARK already", definition.span)
            .WithHint("LIKE t (EXCLUDING WATERMARKS) or (OVERWRITING WATERMARKS)");
      }
      if (definition.column.parts.size() != 1) {
        return Invalid("a watermark is for a column of the table, not for a field of a ROW",
                       definition.column.span);
      }
      name = definition.column.parts[0].value;
      span = definition.column.span;
      watermark.definition = definition.expression;
    } else if (inherited_watermark_.has_value()) {
      watermark = *inherited_watermark_;
    } else {
      return Status::Ok();
    }
    watermark.column = table_->IndexOf(name);
    if (watermark.column < 0) {
      return UnknownName(ErrorCode::kColumnNotFound,
                         "the column '" + name + "' of the watermark is not in the table", name,
                         ColumnNames(), "columns", span);
    }
    TableColumn& column = table_->columns[static_cast<size_t>(watermark.column)];
    FLOE_TRY(CheckRowtimeType(column.type, "the column of a watermark", span));
    Scope scope(table_->name.table, {}, table_->schema());
    NoAggregates handler("a watermark");
    ExpressionBinder binder(scope, options_, handler);
    FLOE_ASSIGN(watermark.expression, binder.Bind(watermark.definition));
    FLOE_TRY(
        CheckRowtimeType(watermark.expression->type(), "the watermark", watermark.definition.span));
    column.type = column.type.WithTimeAttribute(types::TimeAttribute::kRowtime);
    table_->watermark = std::move(watermark);
    return Status::Ok();
  }

  Status AddConstraints() {
    bool has_own = false;
    for (const ast::TableConstraint& constraint : create_.constraints) {
      if (constraint.kind == ast::ConstraintKind::kUnique) {
        return Invalid("UNIQUE is not supported by Flink", constraint.span)
            .WithHint("PRIMARY KEY (…) NOT ENFORCED");
      }
      if (has_own || table_->primary_key.has_value()) {
        return Invalid("the table has a PRIMARY KEY already", constraint.span);
      }
      has_own = true;
      if (constraint.enforced.value_or(true)) {
        return Invalid("a PRIMARY KEY is never enforced", constraint.span)
            .WithHint("write PRIMARY KEY (…) NOT ENFORCED");
      }
      PrimaryKey key;
      if (constraint.name.has_value()) key.constraint_name = constraint.name->value;
      for (const ast::Identifier& column : constraint.columns) {
        FLOE_TRY(CheckKeyColumn(column, key));
        key.columns.push_back(column.value);
      }
      table_->primary_key = std::move(key);
    }
    if (!table_->primary_key.has_value()) return Status::Ok();
    for (const std::string& name : table_->primary_key->columns) {
      TableColumn& column = table_->columns[static_cast<size_t>(table_->IndexOf(name))];
      column.type = column.type.NotNull();
    }
    return Status::Ok();
  }

  Status CheckKeyColumn(const ast::Identifier& column, const PrimaryKey& key) {
    int index = table_->IndexOf(column.value);
    if (index < 0) {
      return UnknownName(ErrorCode::kColumnNotFound,
                         "the column '" + column.value + "' of the primary key is not in the table",
                         column.value, ColumnNames(), "columns", column.span);
    }
    if (table_->columns[static_cast<size_t>(index)].kind != ColumnKind::kPhysical) {
      return Invalid("the primary key's column '" + column.value + "' must be a stored column",
                     column.span);
    }
    if (std::find(key.columns.begin(), key.columns.end(), column.value) != key.columns.end()) {
      return Invalid("the primary key names column '" + column.value + "' twice", column.span);
    }
    return Status::Ok();
  }

  Status AddPartitionKeys() {
    if (!create_.partitioned_by.empty() && !table_->partition_keys.empty()) {
      return Invalid("the table of LIKE is partitioned already", create_.partitioned_by[0].span)
          .WithHint("LIKE t (EXCLUDING PARTITIONS)");
    }
    for (const ast::Identifier& column : create_.partitioned_by) {
      int index = table_->IndexOf(column.value);
      if (index < 0) {
        return UnknownName(ErrorCode::kColumnNotFound,
                           "the partition column '" + column.value + "' is not in the table",
                           column.value, ColumnNames(), "columns", column.span);
      }
      table_->partition_keys.push_back(column.value);
    }
    return Status::Ok();
  }

  std::vector<std::string> ColumnNames() const {
    std::vector<std::string> names;
    for (const TableColumn& column : table_->columns) names.push_back(column.name);
    return names;
  }

  const ast::CreateTable& create_;
  CatalogStore& catalogs_;
  const BindingOptions& options_;
  std::shared_ptr<CatalogTable> table_;
  LikeRules rules_;
  std::set<std::string> inherited_;  // columns of the LIKE table
  std::optional<Watermark> inherited_watermark_;
  std::string watermark_column_;
};

}  // namespace

Result<CatalogTablePtr> BindCreateTable(const ast::CreateTable& create, CatalogStore& catalogs,
                                        const BindingOptions& options) {
  return TableBinder(create, catalogs, options).Bind();
}

}  // namespace floe::plan
