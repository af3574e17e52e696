// The columns that an expression may name: the tables of a FROM clause with their aliases.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "functions/expression.h"
#include "sql/flink/ast_name.h"
#include "types/data_type.h"

namespace floe::plan {

// A column as SELECT * sees it.
struct ScopeColumn {
  std::string name;
  functions::ExpressionPtr expression;
};

// What a (dotted) name stands for: a column, and what is left of the name (fields of a ROW).
struct ResolvedName {
  functions::ExpressionPtr expression;
  std::vector<sql::flink::Identifier> fields;
};

class Scope {
 public:
  Scope() = default;
  // One table whose columns start at column 0 of the input. `alias` empty: columns have no
  // qualifier. `path`: the parts of the table's full name, where it has no alias.
  Scope(std::string alias, std::vector<std::string> path, const types::Schema& schema);

  // The scope of a join: the right columns come behind the left ones. `schema` has the types of
  // the join's output (outer joins make columns nullable). kSqlValidation if both sides have a
  // table of the same name.
  static Result<Scope> Join(const Scope& left, const Scope& right, const types::Schema& schema,
                            const SourceSpan& span);

  // Columns of JOIN … USING and NATURAL JOIN: named once, in front of all others under *.
  void AddMergedColumn(std::string name, functions::ExpressionPtr expression);

  int column_count() const { return column_count_; }
  // kColumnNotFound, kTableNotFound, or kSqlValidation if it is ambiguous.
  Result<ResolvedName> Resolve(const sql::flink::QualifiedName& name) const;
  // * (no parts) or qualifier.*
  Result<std::vector<ScopeColumn>> Expand(const sql::flink::QualifiedName& qualifier) const;
  // Index of the only unqualified column of this name; -1: none; -2: several.
  int IndexOfUnique(const std::string& name) const;
  std::vector<std::string> ColumnNames() const;

 private:
  struct Relation {
    std::string alias;
    std::vector<std::string> path;
    int first_column = 0;
    types::Schema schema;

    bool Matches(const std::vector<sql::flink::Identifier>& parts, size_t count) const;
    std::string DisplayName() const;
  };

  Result<ResolvedName> ResolveUnqualified(const sql::flink::Identifier& name) const;
  const Relation* FindRelation(const std::vector<sql::flink::Identifier>& parts,
                               size_t count) const;
  static functions::ExpressionPtr ColumnOf(const Relation& relation, int column,
                                           const SourceSpan& span);
  Error UnknownColumn(const sql::flink::Identifier& name) const;

  std::vector<Relation> relations_;
  std::vector<ScopeColumn> merged_;
  int column_count_ = 0;
};

}  // namespace floe::plan
