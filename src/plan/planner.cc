#include "plan/planner.h"

#include <set>

#include "plan/metadata_types.h"
#include "plan/operator_id.h"
#include "plan/optimize_physical.h"
#include "plan/physical_builder.h"
#include "plan/push_filters.h"
#include "plan/select_matches.h"

namespace floe::plan {
namespace {

Status CheckConfiguration(const Configuration& configuration) {
  auto refuse = [](const std::string& option) {
    return Error(ErrorCode::kSqlUnsupported, option + " is not supported yet")
        .WithHint("RESET it, or leave it out");
  };
  if (configuration.Get("execution.runtime-mode") == "BATCH") {
    return refuse("'execution.runtime-mode' = 'batch'");
  }
  if (configuration.Get("table.exec.legacy-cast-behaviour") == "ENABLED") {
    return refuse("'table.exec.legacy-cast-behaviour' = 'enabled'");
  }
  const std::string lengths = configuration.Get("table.exec.sink.type-length-enforcer");
  if (lengths != "IGNORE") {
    return refuse("'table.exec.sink.type-length-enforcer' = '" + lengths + "'");
  }
  return Status::Ok();
}

std::map<std::string, std::string> ValuesOf(const Configuration& configuration) {
  return {configuration.values().begin(), configuration.values().end()};
}

const char* NestedKind(types::TypeKind kind) {
  switch (kind) {
    case types::TypeKind::kArray:
      return "ARRAY";
    case types::TypeKind::kMap:
      return "MAP";
    case types::TypeKind::kMultiset:
      return "MULTISET";
    default:
      return "ROW";
  }
}

// Values of nested types are not computed with yet; a column that nobody reads does no harm.
Status CheckTypes(const PhysicalNodePtr& root, const SourceSpan& span) {
  for (const PhysicalNodePtr& node : InputsFirst({root})) {
    std::vector<types::Field> fields = node->schema.fields();
    if (node->kind == PhysicalKind::kScan) {
      const auto& scan = static_cast<const ScanNode&>(*node);
      for (int column : scan.decoded_columns) {
        fields.push_back(scan.table.physical_schema.field(column));
      }
    }
    for (const types::Field& field : fields) {
      if (!field.type.is_nested()) continue;
      std::string kind = NestedKind(field.type.kind());
      return Error(ErrorCode::kSqlUnsupported,
                   "values of type " + kind + " are not supported yet: column '" + field.name +
                       "' is " + field.type.ToString(),
                   span)
          .WithHint("a column that the statement does not read does no harm");
    }
  }
  return Status::Ok();
}

Status CheckMetadata(const PhysicalNodePtr& root, const SourceSpan& span) {
  for (const PhysicalNodePtr& node : InputsFirst({root})) {
    if (node->kind != PhysicalKind::kScan) continue;
    const auto& scan = static_cast<const ScanNode&>(*node);
    for (const int index : scan.metadata_columns) {
      const stream::MetadataColumn& column =
          scan.table.metadata_columns[static_cast<size_t>(index)];
      if (MetadataTypeOf(column.key)) continue;
      return Error(ErrorCode::kSqlUnsupported,
                   "the metadata '" + column.key + "' (column '" + column.name +
                       "') is not supported yet",
                   span)
          .WithHint("a column that the statement does not read does no harm");
    }
  }
  return Status::Ok();
}

}  // namespace

Result<PhysicalPlan> PlanQuery(const LogicalNodePtr& query, const Configuration& configuration,
                               const functions::SessionOptions& options) {
  FLOE_TRY(CheckConfiguration(configuration));
  PhysicalBuilder builder(configuration, options);
  FLOE_ASSIGN(PhysicalNodePtr root, builder.Build(PushFilters({query})[0]));
  // The result's names are those of the query.
  if (!(root->schema == query->schema)) {
    auto calc = std::make_shared<CalcNode>();
    calc->schema = query->schema;
    for (int i = 0; i < root->schema.size(); ++i) calc->projections.push_back(ColumnOf(*root, i));
    calc->inputs = {root};
    calc->distribution = {{}};
    root = calc;
  }
  std::vector<PhysicalNodePtr> roots = OptimizePhysical({root});
  FLOE_TRY(CheckTypes(roots[0], query->span));
  FLOE_TRY(CheckMetadata(roots[0], query->span));
  PhysicalPlan plan;
  plan.query = AssignOperatorIds(roots)[0];
  plan.configuration = ValuesOf(configuration);
  return plan;
}

Result<PhysicalPlan> PlanInserts(const std::vector<BoundInsert>& inserts,
                                 const Configuration& configuration,
                                 const functions::SessionOptions& options) {
  FLOE_TRY(CheckConfiguration(configuration));
  std::vector<LogicalNodePtr> queries;
  for (const BoundInsert& insert : inserts) queries.push_back(insert.query);
  queries = PushFilters(queries);
  PhysicalBuilder builder(configuration, options);
  std::vector<PhysicalNodePtr> roots;
  for (size_t i = 0; i < inserts.size(); ++i) {
    FLOE_ASSIGN(auto sink, builder.BuildSink(inserts[i], queries[i]));
    roots.push_back(std::move(sink));
  }
  roots = SelectMatches(OptimizePhysical(roots));
  for (size_t i = 0; i < roots.size(); ++i) {
    FLOE_TRY(CheckTypes(roots[i], inserts[i].query->span));
    FLOE_TRY(CheckMetadata(roots[i], inserts[i].query->span));
  }
  PhysicalPlan plan;
  for (const PhysicalNodePtr& root : AssignOperatorIds(roots)) {
    plan.sinks.push_back(std::static_pointer_cast<const SinkNode>(root));
  }
  plan.configuration = ValuesOf(configuration);
  return plan;
}

}  // namespace floe::plan
