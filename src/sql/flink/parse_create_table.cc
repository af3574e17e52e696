// CREATE TABLE.
#include <optional>
#include <utility>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

struct LikeWord {
  std::string_view word;
  LikeFeature feature;
};

constexpr LikeWord kLikeWords[] = {{"ALL", LikeFeature::kAll},
                                   {"CONSTRAINTS", LikeFeature::kConstraints},
                                   {"DISTRIBUTION", LikeFeature::kDistribution},
                                   {"GENERATED", LikeFeature::kGenerated},
                                   {"METADATA", LikeFeature::kMetadata},
                                   {"OPTIONS", LikeFeature::kOptions},
                                   {"PARTITIONS", LikeFeature::kPartitions},
                                   {"WATERMARKS", LikeFeature::kWatermarks}};

}  // namespace

// TABLE [IF NOT EXISTS] name [(…)] clauses [LIKE … | AS query]. REQUIRES: at TABLE.
Result<Statement::Node> Parser::ParseCreateTable(bool or_replace, bool temporary) {
  cursor_.Take();
  CreateTable create;
  create.or_replace = or_replace;
  create.temporary = temporary;
  create.if_not_exists = ParseIfNotExists();
  FLOE_ASSIGN(create.name, ParseQualifiedName("a table name"));
  if (cursor_.AcceptSymbol("(")) {
    if (!cursor_.AtSymbol(")")) {
      do {
        FLOE_TRY(ParseTableElement(create));
      } while (cursor_.AcceptSymbol(","));
    }
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  FLOE_TRY(ParseTableClauses(create));
  if (cursor_.AtWord("LIKE")) {
    FLOE_ASSIGN(create.like, ParseLikeClause());
  } else if (cursor_.AcceptWord("AS")) {
    FLOE_ASSIGN(create.as_query, ParseQuery());
  }
  for (const ColumnDefinition& column : create.columns) {
    if (column.kind == ColumnKind::kNameOnly && !create.as_query.has_value()) {
      return Error(ErrorCode::kSqlSyntax, "the column " + column.name.value + " has no type",
                   column.span);
    }
  }
  return Statement::Node(std::move(create));
}

// A column, constraint or watermark.
Status Parser::ParseTableElement(CreateTable& create) {
  if (cursor_.AtWord("WATERMARK")) {
    FLOE_ASSIGN(WatermarkDefinition watermark, ParseWatermark());
    create.watermarks.push_back(std::move(watermark));
    return Status::Ok();
  }
  FLOE_ASSIGN(std::optional<TableConstraint> constraint, ParseConstraint(nullptr));
  if (constraint.has_value()) {
    create.constraints.push_back(*std::move(constraint));
    return Status::Ok();
  }
  return ParseColumn(create);
}

// [CONSTRAINT name] PRIMARY KEY | UNIQUE [(a, b)] [[NOT] ENFORCED]; null if there is none. Behind
// `column` there is no list of columns.
Result<std::optional<TableConstraint>> Parser::ParseConstraint(const Identifier* column) {
  TableConstraint constraint;
  const SourceSpan first = cursor_.Peek().span;
  const bool has_name = cursor_.AcceptWord("CONSTRAINT");
  if (has_name) {
    FLOE_ASSIGN(constraint.name, cursor_.ExpectName("a constraint name"));
  }
  if (cursor_.AcceptWord("PRIMARY")) {
    FLOE_TRY(cursor_.ExpectWord("KEY"));
    constraint.kind = ConstraintKind::kPrimaryKey;
  } else if (cursor_.AcceptWord("UNIQUE")) {
    constraint.kind = ConstraintKind::kUnique;
  } else if (has_name) {
    return cursor_.Unexpected();
  } else {
    return std::optional<TableConstraint>();
  }
  if (column != nullptr) {
    constraint.columns.push_back(*column);
  } else {
    FLOE_ASSIGN(constraint.columns, ParseNameList("a column name"));
  }
  if (cursor_.AcceptWord("ENFORCED")) {
    constraint.enforced = true;
  } else if (cursor_.AcceptWords("NOT", "ENFORCED")) {
    constraint.enforced = false;
  }
  constraint.span = cursor_.SpanFrom(first);
  return std::optional<TableConstraint>(std::move(constraint));
}

// WATERMARK FOR column AS expression.
Result<WatermarkDefinition> Parser::ParseWatermark() {
  WatermarkDefinition watermark;
  const SourceSpan first = cursor_.Take().span;
  FLOE_TRY(cursor_.ExpectWord("FOR"));
  FLOE_ASSIGN(watermark.column, ParseQualifiedName("a column name"));
  FLOE_TRY(cursor_.ExpectWord("AS"));
  FLOE_ASSIGN(watermark.expression, ParseExpression());
  watermark.span = cursor_.SpanFrom(first);
  return watermark;
}

// name type …, name AS expression, or a name alone.
Status Parser::ParseColumn(CreateTable& create) {
  ColumnDefinition column;
  const SourceSpan first = cursor_.Peek().span;
  FLOE_ASSIGN(column.name, cursor_.ExpectName("a column name"));
  if (cursor_.AcceptWord("AS")) {
    column.kind = ColumnKind::kComputed;
    FLOE_ASSIGN(column.expression, ParseExpression());
    FLOE_ASSIGN(column.comment, ParseComment());
  } else if (cursor_.IsSymbolAt(0, ",") || cursor_.IsSymbolAt(0, ")")) {
    column.kind = ColumnKind::kNameOnly;
  } else {
    FLOE_TRY(ParsePhysicalColumn(column, create));
  }
  column.span = cursor_.SpanFrom(first);
  create.columns.push_back(std::move(column));
  return Status::Ok();
}

// type [METADATA [FROM 'key'] [VIRTUAL]] [constraint] [COMMENT …].
Status Parser::ParsePhysicalColumn(ColumnDefinition& column, CreateTable& create) {
  FLOE_ASSIGN(column.type, ParseTypeName(TypePlace::kDefinition));
  if (cursor_.AcceptWord("METADATA")) {
    column.kind = ColumnKind::kMetadata;
    if (cursor_.AcceptWord("FROM")) {
      FLOE_ASSIGN(column.metadata_key, cursor_.ExpectString("a metadata key in single quotes"));
    }
    column.is_virtual = cursor_.AcceptWord("VIRTUAL");
  } else {
    FLOE_ASSIGN(std::optional<TableConstraint> constraint, ParseConstraint(&column.name));
    if (constraint.has_value()) create.constraints.push_back(*std::move(constraint));
  }
  FLOE_ASSIGN(column.comment, ParseComment());
  return Status::Ok();
}

// [COMMENT …] [DISTRIBUTED …] [PARTITIONED BY (…)] [WITH (…)].
Status Parser::ParseTableClauses(CreateTable& create) {
  FLOE_ASSIGN(create.comment, ParseComment());
  if (cursor_.AtWord("DISTRIBUTED")) {
    FLOE_ASSIGN(create.distribution, ParseDistribution());
  }
  if (cursor_.AcceptWord("PARTITIONED")) {
    FLOE_TRY(cursor_.ExpectWord("BY"));
    FLOE_ASSIGN(create.partitioned_by, ParseNameList("a column name"));
  }
  if (cursor_.AcceptWord("WITH")) {
    FLOE_ASSIGN(create.options, ParseOptions());
  }
  return Status::Ok();
}

// DISTRIBUTED [BY [HASH | RANGE] (columns)] [INTO n BUCKETS].
Result<TableDistribution> Parser::ParseDistribution() {
  TableDistribution distribution;
  const SourceSpan first = cursor_.Take().span;
  const bool has_columns = cursor_.AcceptWord("BY");
  if (has_columns) {
    if (cursor_.AcceptWord("HASH")) {
      distribution.kind = DistributionKind::kHash;
    } else if (cursor_.AcceptWord("RANGE")) {
      distribution.kind = DistributionKind::kRange;
    }
    FLOE_ASSIGN(distribution.columns, ParseNameList("a column name"));
  }
  if (cursor_.AcceptWord("INTO")) {
    FLOE_ASSIGN(distribution.buckets, cursor_.ExpectInteger("a number of buckets"));
    FLOE_TRY(cursor_.ExpectWord("BUCKETS"));
  } else if (!has_columns) {
    return cursor_.Unexpected();
  }
  distribution.span = cursor_.SpanFrom(first);
  return distribution;
}

// LIKE table [(INCLUDING ALL …)].
Result<TableLike> Parser::ParseLikeClause() {
  TableLike like;
  const SourceSpan first = cursor_.Take().span;
  FLOE_ASSIGN(like.table, ParseQualifiedName("a table name"));
  if (cursor_.AcceptSymbol("(")) {
    do {
      FLOE_ASSIGN(LikeOption option, ParseLikeOption());
      like.options.push_back(option);
    } while (!cursor_.AtSymbol(")"));
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  like.span = cursor_.SpanFrom(first);
  return like;
}

Result<LikeOption> Parser::ParseLikeOption() {
  LikeOption option;
  const SourceSpan first = cursor_.Peek().span;
  if (cursor_.AcceptWord("INCLUDING")) {
    option.merging = LikeMerging::kIncluding;
  } else if (cursor_.AcceptWord("EXCLUDING")) {
    option.merging = LikeMerging::kExcluding;
  } else {
    FLOE_TRY(cursor_.ExpectWord("OVERWRITING"));
    option.merging = LikeMerging::kOverwriting;
  }
  for (const LikeWord& like : kLikeWords) {
    if (!cursor_.AcceptWord(like.word)) continue;
    option.feature = like.feature;
    option.span = cursor_.SpanFrom(first);
    return option;
  }
  return cursor_.Unexpected();
}

}  // namespace floe::sql::flink
