#include <utility>

#include "sql/flink/print.h"
#include "sql/flink/printer.h"

namespace floe::sql::flink {

namespace {

void Quote(std::string_view text, char quote, std::string* out) {
  out->push_back(quote);
  for (const char c : text) {
    if (c == quote) out->push_back(quote);
    out->push_back(c);
  }
  out->push_back(quote);
}

std::string_view LikeFeatureName(LikeFeature feature) {
  switch (feature) {
    case LikeFeature::kAll:
      return "ALL";
    case LikeFeature::kConstraints:
      return "CONSTRAINTS";
    case LikeFeature::kDistribution:
      return "DISTRIBUTION";
    case LikeFeature::kGenerated:
      return "GENERATED";
    case LikeFeature::kMetadata:
      return "METADATA";
    case LikeFeature::kOptions:
      return "OPTIONS";
    case LikeFeature::kPartitions:
      return "PARTITIONS";
    case LikeFeature::kWatermarks:
      return "WATERMARKS";
  }
  return "";
}

std::string_view LikeMergingName(LikeMerging merging) {
  switch (merging) {
    case LikeMerging::kIncluding:
      return "INCLUDING ";
    case LikeMerging::kExcluding:
      return "EXCLUDING ";
    case LikeMerging::kOverwriting:
      return "OVERWRITING ";
  }
  return "";
}

}  // namespace

void Printer::WriteIdentifier(std::string_view name) { Quote(name, '`', &text_); }

void Printer::WriteString(std::string_view text) { Quote(text, '\'', &text_); }

void Printer::WriteNames(const std::vector<Identifier>& names) {
  Write("(");
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) Write(", ");
    WriteIdentifier(names[i].value);
  }
  Write(")");
}

void Printer::Print(const QualifiedName& name) {
  for (size_t i = 0; i < name.parts.size(); ++i) {
    if (i > 0) Write(".");
    WriteIdentifier(name.parts[i].value);
  }
}

void Printer::PrintOption(const Option& option) {
  WriteString(option.key);
  Write(" = ");
  WriteString(option.value);
}

// The options in lines of their own, behind a blank; nothing if there are none.
void Printer::PrintOptions(const std::vector<Option>& options) {
  if (options.empty()) return;
  Write(" WITH (");
  for (size_t i = 0; i < options.size(); ++i) {
    Write(i > 0 ? ",\n  " : "\n  ");
    PrintOption(options[i]);
  }
  Write("\n)");
}

void Printer::PrintComment(const std::optional<std::string>& comment) {
  if (!comment.has_value()) return;
  Write(" COMMENT ");
  WriteString(*comment);
}

void Printer::Print(const Statement& statement) {
  const auto* alter = statement.As<AlterTable>();
  if (statement.As<OtherStatement>() != nullptr ||
      (alter != nullptr && alter->action == AlterTableAction::kOther)) {
    return Write(statement.text);
  }
  std::visit([this](const auto& node) { Print(node); }, statement.node);
}

void Printer::Print(const SetStatement& set) {
  Write("SET");
  if (!set.option.has_value()) return;
  Write(" ");
  PrintOption(*set.option);
}

void Printer::Print(const ResetStatement& reset) {
  Write("RESET");
  if (!reset.key.has_value()) return;
  Write(" ");
  WriteString(*reset.key);
}

void Printer::Print(const CreateCatalog& create) {
  Write(create.if_not_exists ? "CREATE CATALOG IF NOT EXISTS " : "CREATE CATALOG ");
  WriteIdentifier(create.name.value);
  PrintComment(create.comment);
  PrintOptions(create.options);
}

void Printer::Print(const CreateDatabase& create) {
  Write(create.if_not_exists ? "CREATE DATABASE IF NOT EXISTS " : "CREATE DATABASE ");
  Print(create.name);
  PrintComment(create.comment);
  PrintOptions(create.options);
}

void Printer::Print(const UseCatalog& use) {
  Write("USE CATALOG ");
  WriteIdentifier(use.name.value);
}

void Printer::Print(const UseDatabase& use) {
  Write("USE ");
  Print(use.name);
}

void Printer::Print(const CreateTable& create) {
  Write(create.or_replace ? "CREATE OR REPLACE " : "CREATE ");
  Write(create.temporary ? "TEMPORARY TABLE " : "TABLE ");
  if (create.if_not_exists) Write("IF NOT EXISTS ");
  Print(create.name);
  PrintTableElements(create);
  PrintTableClauses(create);
  if (create.like.has_value()) PrintLike(*create.like);
  if (create.as_query.has_value()) {
    Write(" AS ");
    Print(*create.as_query);
  }
}

void Printer::PrintTableElements(const CreateTable& create) {
  std::string_view separator = " (\n  ";
  const auto next = [&] {
    Write(separator);
    separator = ",\n  ";
  };
  for (const ColumnDefinition& column : create.columns) {
    next();
    PrintColumn(column);
  }
  for (const WatermarkDefinition& watermark : create.watermarks) {
    next();
    Write("WATERMARK FOR ");
    Print(watermark.column);
    Write(" AS ");
    Print(watermark.expression);
  }
  for (const TableConstraint& constraint : create.constraints) {
    next();
    PrintConstraint(constraint);
  }
  if (separator.front() == ',') Write("\n)");
}

void Printer::PrintColumn(const ColumnDefinition& column) {
  WriteIdentifier(column.name.value);
  if (column.kind == ColumnKind::kNameOnly) return;
  if (column.kind == ColumnKind::kComputed) {
    Write(" AS ");
    Print(*column.expression);
  } else {
    Write(" ");
    Print(column.type);
  }
  if (column.kind == ColumnKind::kMetadata) {
    Write(" METADATA");
    if (column.metadata_key.has_value()) {
      Write(" FROM ");
      WriteString(*column.metadata_key);
    }
    if (column.is_virtual) Write(" VIRTUAL");
  }
  PrintComment(column.comment);
}

void Printer::PrintConstraint(const TableConstraint& constraint) {
  if (constraint.name.has_value()) {
    Write("CONSTRAINT ");
    WriteIdentifier(constraint.name->value);
    Write(" ");
  }
  Write(constraint.kind == ConstraintKind::kPrimaryKey ? "PRIMARY KEY " : "UNIQUE ");
  WriteNames(constraint.columns);
  if (constraint.enforced.has_value()) Write(*constraint.enforced ? " ENFORCED" : " NOT ENFORCED");
}

void Printer::PrintTableClauses(const CreateTable& create) {
  PrintComment(create.comment);
  if (create.distribution.has_value()) {
    const TableDistribution& distribution = *create.distribution;
    Write(" DISTRIBUTED");
    if (!distribution.columns.empty()) {
      Write(" BY ");
      if (distribution.kind == DistributionKind::kHash) Write("HASH ");
      if (distribution.kind == DistributionKind::kRange) Write("RANGE ");
      WriteNames(distribution.columns);
    }
    if (distribution.buckets.has_value()) {
      Write(" INTO " + std::to_string(*distribution.buckets) + " BUCKETS");
    }
  }
  if (!create.partitioned_by.empty()) {
    Write(" PARTITIONED BY ");
    WriteNames(create.partitioned_by);
  }
  PrintOptions(create.options);
}

void Printer::PrintLike(const TableLike& like) {
  Write(" LIKE ");
  Print(like.table);
  for (size_t i = 0; i < like.options.size(); ++i) {
    Write(i > 0 ? " " : " (");
    Write(LikeMergingName(like.options[i].merging));
    Write(LikeFeatureName(like.options[i].feature));
  }
  if (!like.options.empty()) Write(")");
}

void Printer::Print(const CreateView& create) {
  Write(create.or_replace ? "CREATE OR REPLACE " : "CREATE ");
  Write(create.temporary ? "TEMPORARY VIEW " : "VIEW ");
  if (create.if_not_exists) Write("IF NOT EXISTS ");
  Print(create.name);
  for (size_t i = 0; i < create.columns.size(); ++i) {
    Write(i > 0 ? ", " : " (");
    WriteIdentifier(create.columns[i].name.value);
    PrintComment(create.columns[i].comment);
  }
  if (!create.columns.empty()) Write(")");
  PrintComment(create.comment);
  Write(" AS ");
  Print(create.query);
}

void Printer::Print(const DropStatement& drop) {
  Write("DROP ");
  if (drop.temporary) Write("TEMPORARY ");
  if (drop.system) Write("SYSTEM ");
  Write(ObjectKindName(drop.kind));
  Write(drop.if_exists ? " IF EXISTS " : " ");
  Print(drop.name);
  if (drop.cascade.has_value()) Write(*drop.cascade ? " CASCADE" : " RESTRICT");
}

void Printer::Print(const AlterTable& alter) {
  Write(alter.if_exists ? "ALTER TABLE IF EXISTS " : "ALTER TABLE ");
  Print(alter.name);
  Write(" ");
  switch (alter.action) {
    case AlterTableAction::kOther:
      return Write(alter.action_text);
    case AlterTableAction::kRename:
      Write("RENAME TO ");
      return Print(alter.new_name);
    case AlterTableAction::kSetOptions:
    case AlterTableAction::kResetOptions:
      break;
  }
  const bool is_set = alter.action == AlterTableAction::kSetOptions;
  Write(is_set ? "SET (" : "RESET (");
  for (size_t i = 0; i < alter.options.size(); ++i) {
    if (i > 0) Write(", ");
    if (is_set) {
      PrintOption(alter.options[i]);
    } else {
      WriteString(alter.options[i].key);
    }
  }
  Write(")");
}

void Printer::PrintPartition(const std::vector<PartitionValue>& partition) {
  if (partition.empty()) return;
  Write(" PARTITION (");
  for (size_t i = 0; i < partition.size(); ++i) {
    if (i > 0) Write(", ");
    WriteIdentifier(partition[i].column.value);
    if (!partition[i].value.has_value()) continue;
    Write(" = ");
    Print(*partition[i].value);
  }
  Write(")");
}

void Printer::Print(const Insert& insert) {
  Write(insert.kind == InsertKind::kUpsert      ? "UPSERT INTO "
        : insert.kind == InsertKind::kOverwrite ? "INSERT OVERWRITE "
                                                : "INSERT INTO ");
  Print(insert.table);
  if (!insert.hints.empty()) Write(" ");
  PrintHints(insert.hints);
  PrintPartition(insert.partition);
  for (size_t i = 0; i < insert.columns.size(); ++i) {
    Write(i > 0 ? ", " : " (");
    Print(insert.columns[i]);
  }
  Write(insert.columns.empty() ? " " : ") ");
  Print(insert.query);
  if (!insert.on_conflict.has_value()) return;
  Write(insert.on_conflict == ConflictAction::kNothing ? " ON CONFLICT DO NOTHING"
        : insert.on_conflict == ConflictAction::kError ? " ON CONFLICT DO ERROR"
                                                       : " ON CONFLICT DO DEDUPLICATE");
}

void Printer::Print(const StatementSet& set) {
  Write(set.is_script_form ? "BEGIN STATEMENT SET;\n" : "EXECUTE STATEMENT SET BEGIN\n");
  for (const InsertInSet& insert : set.inserts) {
    Print(insert.insert);
    Write(";\n");
  }
  Write("END");
}

void Printer::Print(const ExplainStatement& explain) {
  Write(explain.plan_for ? "EXPLAIN PLAN FOR " : "EXPLAIN ");
  for (size_t i = 0; i < explain.details.size(); ++i) {
    if (i > 0) Write(", ");
    Write(explain.details[i]);
  }
  if (!explain.details.empty()) Write(" ");
  Print(*explain.statement);
}

void Printer::PrintShowTail(const ShowStatement& show) {
  if (!show.name.parts.empty()) {
    const bool is_object =
        show.kind >= ShowKind::kCreateTable || show.kind == ShowKind::kPartitions;
    Write(is_object ? " " : " FROM ");
    Print(show.name);
  }
  PrintPartition(show.partition);
  if (!show.like_pattern.has_value()) return;
  if (show.negated_like) Write(" NOT");
  Write(show.is_ilike ? " ILIKE " : " LIKE ");
  WriteString(*show.like_pattern);
}

void Printer::Print(const ShowStatement& show) {
  Write("SHOW ");
  Write(ShowKindName(show.kind));
  PrintShowTail(show);
}

void Printer::Print(const DescribeTable& describe) {
  Write(describe.extended ? "DESCRIBE EXTENDED " : "DESCRIBE ");
  Print(describe.name);
}

namespace {

template <typename Node>
std::string PrintNode(const Node& node) {
  Printer printer;
  printer.Print(node);
  return printer.Take();
}

}  // namespace

std::string PrintIdentifier(std::string_view name) {
  std::string text;
  Quote(name, '`', &text);
  return text;
}

std::string PrintString(std::string_view text) {
  std::string quoted;
  Quote(text, '\'', &quoted);
  return quoted;
}

std::string PrintName(const QualifiedName& name) { return PrintNode(name); }
std::string PrintExpression(const Expression& expression) { return PrintNode(expression); }
std::string PrintTypeName(const TypeName& type) { return PrintNode(type); }
std::string PrintQuery(const Query& query) { return PrintNode(query); }
std::string PrintStatement(const Statement& statement) { return PrintNode(statement); }

}  // namespace floe::sql::flink
