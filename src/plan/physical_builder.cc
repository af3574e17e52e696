#include "plan/physical_builder.h"

#include "plan/expression_binder.h"
#include "plan/metadata_types.h"

namespace floe::plan {

using functions::Expression;
using functions::ExpressionPtr;

namespace {
// A union of a union of … the same table doubles with each level; above this levels stay levels.
constexpr size_t kMaxFlattenedUnion = 64;
}  // namespace

ExpressionPtr ColumnOf(const PhysicalNode& input, int column) {
  const types::Field& field = input.schema.field(column);
  return Expression::Column(column, field.type, field.name);
}

ExpressionPtr Folded(const ExpressionPtr& expression) {
  if (expression == nullptr) return nullptr;
  // Flink too accepts a constant that fails, CAST('x' AS INT): it fails when a row needs it.
  Result<ExpressionPtr> folded = functions::Fold(expression);
  return folded.ok() ? *folded : expression;
}

std::shared_ptr<CalcNode> MakeCalc(PhysicalNodePtr input, std::vector<ExpressionPtr> projections,
                                   std::vector<std::string> names) {
  auto calc = std::make_shared<CalcNode>();
  std::vector<types::Field> fields;
  for (size_t i = 0; i < projections.size(); ++i) {
    fields.push_back({std::move(names[i]), projections[i]->type()});
  }
  calc->schema = types::Schema(std::move(fields));
  calc->projections = std::move(projections);
  calc->inputs = {std::move(input)};
  calc->distribution = {{}};
  return calc;
}

PhysicalNodePtr PhysicalBuilder::Intern(PhysicalNodePtr node) {
  for (const PhysicalNodePtr& known : interned_) {
    if (SameNode(*known, *node)) return known;
  }
  interned_.push_back(node);
  return node;
}

Result<PhysicalNodePtr> PhysicalBuilder::Build(const LogicalNodePtr& node) {
  if (auto it = built_.find(node.get()); it != built_.end()) return it->second;
  FLOE_ASSIGN(PhysicalNodePtr built, BuildNew(node));
  FLOE_ASSERT(built->schema.size() == node->schema.size());
  built = Intern(std::move(built));
  built_.emplace(node.get(), built);
  keep_alive_.push_back(node);
  return built;
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildNew(const LogicalNodePtr& node) {
  switch (node->kind) {
    case LogicalKind::kScan:
      return BuildScan(static_cast<const LogicalScan&>(*node));
    case LogicalKind::kValues:
      return BuildValues(static_cast<const LogicalValues&>(*node));
    case LogicalKind::kFilter:
      return BuildFilter(static_cast<const LogicalFilter&>(*node));
    case LogicalKind::kProject:
      return BuildProject(static_cast<const LogicalProject&>(*node));
    case LogicalKind::kUnion:
      return BuildUnion(static_cast<const LogicalUnion&>(*node));
    case LogicalKind::kWindow:
      return BuildWindow(static_cast<const LogicalWindow&>(*node));
    case LogicalKind::kAggregate:
      return BuildAggregate(static_cast<const LogicalAggregate&>(*node));
    case LogicalKind::kJoin:
      return BuildJoin(static_cast<const LogicalJoin&>(*node));
  }
  return Error(ErrorCode::kInternal, "unknown logical node");
}

// The column as the table declares it, by CAST from the type that the connector gives; that becomes
// the type of `column`. Flink: DynamicSourceUtils, metadata columns.
Result<ExpressionPtr> PhysicalBuilder::CastMetadata(const LogicalScan& scan,
                                                    stream::MetadataColumn* column,
                                                    int source) const {
  const types::DataType declared = column->type;
  const std::optional<types::DataType> given = MetadataTypeOf(column->key);
  if (!given || given->SameKindAs(declared)) {
    const types::DataType type = declared.WithTimeAttribute(types::TimeAttribute::kNone);
    return Expression::Column(source, type, column->name);
  }
  column->type = *given;
  Result<ExpressionPtr> cast =
      functions::ResolveCast(Expression::Column(source, *given, column->name), declared,
                             functions::CastMode::kExplicit, options_, scan.span);
  if (cast.ok()) return cast;
  return Error(ErrorCode::kSqlTypeMismatch,
               "the metadata '" + column->key + "' is " + given->ToString() +
                   ", which can't be cast to the type of column '" + column->name + "', " +
                   declared.ToString(),
               scan.span);
}

// All columns; pruning takes out what is not needed.
Result<PhysicalNodePtr> PhysicalBuilder::BuildScan(const LogicalScan& scan) {
  const CatalogTable& table = *scan.table;
  auto node = std::make_shared<ScanNode>();
  node->table = table.Descriptor();
  node->schema = scan.schema;
  int physical_count = node->table.physical_schema.size();
  for (int i = 0; i < physical_count; ++i) node->decoded_columns.push_back(i);
  int metadata_count = static_cast<int>(node->table.metadata_columns.size());
  for (int i = 0; i < metadata_count; ++i) node->metadata_columns.push_back(i);
  // Table column → what it is over the source row; null for computed ones.
  const std::vector<int> places = table.DescriptorIndexes();
  std::vector<ExpressionPtr> source(places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    const TableColumn& column = table.columns[i];
    if (column.kind == ColumnKind::kMetadata) {
      FLOE_ASSIGN(source[i],
                  CastMetadata(scan, &node->table.metadata_columns[static_cast<size_t>(places[i])],
                               physical_count + places[i]));
    } else if (column.kind == ColumnKind::kPhysical) {
      const types::DataType type = column.type.WithTimeAttribute(types::TimeAttribute::kNone);
      source[i] = Expression::Column(places[i], type, column.name);
    }
  }
  for (size_t i = 0; i < source.size(); ++i) {
    const TableColumn& column = table.columns[i];
    node->expressions.push_back(column.kind == ColumnKind::kComputed
                                    ? functions::SubstituteColumns(column.expression, source)
                                    : source[i]);
  }
  if (table.watermark.has_value()) {
    node->rowtime_column = table.watermark->column;
    node->watermark = table.watermark->expression;
  }
  return PhysicalNodePtr(node);
}

PhysicalNodePtr PhysicalBuilder::BuildValues(const LogicalValues& values) {
  auto node = std::make_shared<ValuesNode>();
  node->schema = values.schema;
  node->rows = values.rows;
  for (std::vector<ExpressionPtr>& row : node->rows) {
    for (ExpressionPtr& cell : row) cell = Folded(cell);
  }
  return node;
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildFilter(const LogicalFilter& filter) {
  FLOE_ASSIGN(PhysicalNodePtr input, Build(filter.inputs[0]));
  std::vector<ExpressionPtr> projections;
  std::vector<std::string> names;
  for (int i = 0; i < input->schema.size(); ++i) {
    projections.push_back(ColumnOf(*input, i));
    names.push_back(input->schema.field(i).name);
  }
  std::shared_ptr<CalcNode> calc = MakeCalc(input, std::move(projections), std::move(names));
  calc->condition = filter.condition;
  return PhysicalNodePtr(calc);
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildProject(const LogicalProject& project) {
  FLOE_ASSIGN(PhysicalNodePtr input, Build(project.inputs[0]));
  auto calc = std::make_shared<CalcNode>();
  calc->schema = project.schema;
  calc->projections = project.expressions;
  calc->inputs = {std::move(input)};
  calc->distribution = {{}};
  return PhysicalNodePtr(calc);
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildUnion(const LogicalUnion& node) {
  auto result = std::make_shared<UnionNode>();
  result->schema = node.schema;
  for (const LogicalNodePtr& input : node.inputs) {
    FLOE_ASSIGN(PhysicalNodePtr built, Build(input));
    // A UNION ALL b UNION ALL c is one node.
    if (built->kind == PhysicalKind::kUnion && built->inputs.size() <= kMaxFlattenedUnion) {
      for (const PhysicalNodePtr& inner : built->inputs) result->inputs.push_back(inner);
    } else {
      result->inputs.push_back(std::move(built));
    }
  }
  result->distribution.resize(result->inputs.size());
  return PhysicalNodePtr(result);
}

Result<PhysicalNodePtr> PhysicalBuilder::BuildWindow(const LogicalWindow& window) {
  auto node = std::make_shared<WindowTableFunctionNode>();
  FLOE_ASSIGN(PhysicalNodePtr input, Build(window.inputs[0]));
  node->schema = window.schema;
  node->inputs = {std::move(input)};
  node->distribution = {{}};
  node->window = window.window;
  node->time_column = window.time_column;
  return PhysicalNodePtr(node);
}

Result<std::shared_ptr<const SinkNode>> PhysicalBuilder::BuildSink(const BoundInsert& insert,
                                                                   LogicalNodePtr query) {
  FLOE_ASSIGN(PhysicalNodePtr input, Build(query));
  auto sink = std::make_shared<SinkNode>();
  sink->table = insert.table->Descriptor();
  sink->schema = sink->table.physical_schema;
  sink->upsert_key = insert.upsert_key;
  sink->inputs = {std::move(input)};
  Distribution distribution;
  if (!insert.upsert_key.empty()) {
    distribution.kind = DistributionKind::kHash;
    distribution.keys = insert.upsert_key;
  }
  sink->distribution = {std::move(distribution)};
  return std::shared_ptr<const SinkNode>(sink);
}

}  // namespace floe::plan
