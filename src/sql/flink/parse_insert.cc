// INSERT.
#include <utility>
#include <vector>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

// INSERT INTO | OVERWRITE table [hints] [PARTITION (…)] [(columns)] query [ON CONFLICT …].
// REQUIRES: at INSERT or UPSERT.
Result<Insert> Parser::ParseInsert() {
  Insert insert;
  if (cursor_.AcceptWord("UPSERT")) {
    insert.kind = InsertKind::kUpsert;
    FLOE_TRY(cursor_.ExpectWord("INTO"));
  } else {
    cursor_.Take();
    if (cursor_.AcceptWord("OVERWRITE")) {
      insert.kind = InsertKind::kOverwrite;
    } else {
      FLOE_TRY(cursor_.ExpectWord("INTO"));
    }
  }
  FLOE_ASSIGN(insert.table, ParseQualifiedName("a table name"));
  FLOE_ASSIGN(insert.hints, ParseHints());
  if (cursor_.AtWord("PARTITION")) {
    FLOE_ASSIGN(insert.partition, ParsePartition());
  }
  if (cursor_.AtSymbol("(") && !AtQuery(1)) {
    cursor_.Take();
    do {
      FLOE_ASSIGN(QualifiedName column, ParseQualifiedName("a column name"));
      insert.columns.push_back(std::move(column));
    } while (cursor_.AcceptSymbol(","));
    FLOE_TRY(cursor_.ExpectSymbol(")"));
  }
  FLOE_ASSIGN(insert.query, ParseQuery());
  FLOE_TRY(ParseOnConflict(insert));
  return insert;
}

// PARTITION (column = literal, column).
Result<std::vector<PartitionValue>> Parser::ParsePartition() {
  std::vector<PartitionValue> partition;
  FLOE_TRY(cursor_.ExpectWord("PARTITION"));
  FLOE_TRY(cursor_.ExpectSymbol("("));
  do {
    PartitionValue value;
    FLOE_ASSIGN(value.column, cursor_.ExpectName("a partition column"));
    if (cursor_.AcceptSymbol("=")) {
      FLOE_ASSIGN(value.value, ParsePrefix());
    }
    partition.push_back(std::move(value));
  } while (cursor_.AcceptSymbol(","));
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return partition;
}

// [ON CONFLICT DO NOTHING | ERROR | DEDUPLICATE].
Status Parser::ParseOnConflict(Insert& insert) {
  if (!cursor_.AtWord("ON")) return Status::Ok();
  const SourceSpan first = cursor_.Take().span;
  FLOE_TRY(cursor_.ExpectWord("CONFLICT"));
  FLOE_TRY(cursor_.ExpectWord("DO"));
  if (cursor_.AcceptWord("NOTHING")) {
    insert.on_conflict = ConflictAction::kNothing;
  } else if (cursor_.AcceptWord("ERROR")) {
    insert.on_conflict = ConflictAction::kError;
  } else {
    FLOE_TRY(cursor_.ExpectWord("DEDUPLICATE"));
    insert.on_conflict = ConflictAction::kDeduplicate;
  }
  insert.on_conflict_span = cursor_.SpanFrom(first);
  return Status::Ok();
}

}  // namespace floe::sql::flink
