#include "plan/scope.h"

#include <algorithm>

#include "plan/name_errors.h"

namespace floe::plan {

using functions::Expression;
using functions::ExpressionPtr;
using sql::flink::Identifier;
using sql::flink::QualifiedName;

Scope::Scope(std::string alias, std::vector<std::string> path, const types::Schema& schema)
    : column_count_(schema.size()) {
  relations_.push_back({std::move(alias), std::move(path), 0, schema});
}

std::string Scope::Relation::DisplayName() const {
  if (!alias.empty()) return alias;
  return path.empty() ? std::string() : path.back();
}

// An alias is one part; a table without one may also be named by its database and catalog.
bool Scope::Relation::Matches(const std::vector<Identifier>& parts, size_t count) const {
  if (!alias.empty()) return count == 1 && parts[0].value == alias;
  if (count > path.size()) return false;
  for (size_t i = 0; i < count; ++i) {
    if (path[path.size() - count + i] != parts[i].value) return false;
  }
  return true;
}

Result<Scope> Scope::Join(const Scope& left, const Scope& right, const types::Schema& schema,
                          const SourceSpan& span) {
  Scope joined;
  joined.column_count_ = left.column_count_ + right.column_count_;
  FLOE_ASSERT(joined.column_count_ == schema.size());
  auto add = [&](const Scope& side, int shift) {
    for (Relation relation : side.relations_) {
      relation.first_column += shift;
      std::vector<types::Field> fields;
      for (int i = 0; i < relation.schema.size(); ++i) {
        fields.push_back(
            {relation.schema.field(i).name, schema.field(relation.first_column + i).type});
      }
      relation.schema = types::Schema(std::move(fields));
      joined.relations_.push_back(std::move(relation));
    }
  };
  add(left, 0);
  for (const Relation& relation : right.relations_) {
    std::string name = relation.DisplayName();
    for (const Relation& other : left.relations_) {
      if (name.empty() || other.DisplayName() != name) continue;
      return Error(ErrorCode::kSqlValidation,
                   "the table name '" + name + "' appears twice in the FROM clause", span)
          .WithHint("give one of them an alias: … AS other_name");
    }
  }
  add(right, left.column_count_);
  return joined;
}

void Scope::AddMergedColumn(std::string name, ExpressionPtr expression) {
  merged_.push_back({std::move(name), std::move(expression)});
}

ExpressionPtr Scope::ColumnOf(const Relation& relation, int column, const SourceSpan& span) {
  const types::Field& field = relation.schema.field(column);
  return Expression::Column(relation.first_column + column, field.type, field.name, span);
}

std::vector<std::string> Scope::ColumnNames() const {
  std::vector<std::string> names;
  for (const ScopeColumn& column : merged_) names.push_back(column.name);
  for (const Relation& relation : relations_) {
    for (const types::Field& field : relation.schema.fields()) names.push_back(field.name);
  }
  return names;
}

Error Scope::UnknownColumn(const Identifier& name) const {
  std::vector<std::string> known = ColumnNames();
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return UnknownName(ErrorCode::kColumnNotFound, "column '" + name.value + "' not found",
                     name.value, known, "columns", name.span);
}

int Scope::IndexOfUnique(const std::string& name) const {
  int found = -1;
  for (const Relation& relation : relations_) {
    for (int i = 0; i < relation.schema.size(); ++i) {
      if (relation.schema.field(i).name != name) continue;
      if (found >= 0) return -2;
      found = relation.first_column + i;
    }
  }
  return found;
}

Result<ResolvedName> Scope::ResolveUnqualified(const Identifier& name) const {
  for (const ScopeColumn& column : merged_) {
    if (column.name == name.value) return ResolvedName{column.expression, {}};
  }
  ResolvedName found;
  std::vector<std::string> owners;
  for (const Relation& relation : relations_) {
    for (int i = 0; i < relation.schema.size(); ++i) {
      if (relation.schema.field(i).name != name.value) continue;
      found.expression = ColumnOf(relation, i, name.span);
      owners.push_back(relation.DisplayName());
    }
  }
  if (owners.empty()) return UnknownColumn(name);
  if (owners.size() == 1) return found;
  std::string hint;
  for (const std::string& owner : owners) {
    if (!owner.empty()) hint += (hint.empty() ? "" : " or ") + owner + "." + name.value;
  }
  Error error(ErrorCode::kSqlValidation, "column '" + name.value + "' is ambiguous", name.span);
  return hint.empty() ? error : std::move(error).WithHint("write " + hint);
}

const Scope::Relation* Scope::FindRelation(const std::vector<Identifier>& parts,
                                           size_t count) const {
  for (const Relation& relation : relations_) {
    if (relation.Matches(parts, count)) return &relation;
  }
  return nullptr;
}

Result<ResolvedName> Scope::Resolve(const QualifiedName& name) const {
  if (name.parts.size() == 1) {
    FLOE_ASSIGN(ResolvedName resolved, ResolveUnqualified(name.parts[0]));
    return resolved;
  }
  // The longest prefix that is a table's name; then the column; then fields of a ROW.
  for (size_t count = name.parts.size() - 1; count > 0; --count) {
    const Relation* relation = FindRelation(name.parts, count);
    if (relation == nullptr) continue;
    const Identifier& column = name.parts[count];
    int index = relation->schema.IndexOf(column.value);
    if (index >= 0) {
      return ResolvedName{
          ColumnOf(*relation, index, name.span),
          {name.parts.begin() + static_cast<ptrdiff_t>(count) + 1, name.parts.end()}};
    }
    std::vector<std::string> known;
    for (const types::Field& field : relation->schema.fields()) known.push_back(field.name);
    return UnknownName(
        ErrorCode::kColumnNotFound,
        "column '" + column.value + "' not found in table '" + relation->DisplayName() + "'",
        column.value, known, "columns", column.span);
  }
  if (Result<ResolvedName> column = ResolveUnqualified(name.parts[0]);
      column.ok() && column->expression->type().kind() == types::TypeKind::kRow) {
    column->fields.assign(name.parts.begin() + 1, name.parts.end());
    return column;
  }
  std::vector<std::string> known;
  for (const Relation& relation : relations_) {
    if (!relation.DisplayName().empty()) known.push_back(relation.DisplayName());
  }
  const Identifier& table = name.parts[0];
  return UnknownName(ErrorCode::kTableNotFound,
                     "table '" + table.value + "' is not in the FROM clause", table.value, known,
                     "tables", table.span);
}

Result<std::vector<ScopeColumn>> Scope::Expand(const QualifiedName& qualifier) const {
  std::vector<ScopeColumn> columns;
  if (!qualifier.parts.empty()) {
    const Relation* relation = FindRelation(qualifier.parts, qualifier.parts.size());
    if (relation == nullptr) {
      return Error(ErrorCode::kTableNotFound,
                   "table '" + qualifier.ToString() + "' is not in the FROM clause",
                   qualifier.span);
    }
    for (int i = 0; i < relation->schema.size(); ++i) {
      columns.push_back({relation->schema.field(i).name, ColumnOf(*relation, i, qualifier.span)});
    }
    return columns;
  }
  columns = merged_;
  auto is_merged = [&](const std::string& name) {
    return std::any_of(merged_.begin(), merged_.end(),
                       [&](const ScopeColumn& column) { return column.name == name; });
  };
  for (const Relation& relation : relations_) {
    for (int i = 0; i < relation.schema.size(); ++i) {
      const std::string& name = relation.schema.field(i).name;
      if (is_merged(name)) continue;
      columns.push_back({name, ColumnOf(relation, i, qualifier.span)});
    }
  }
  return columns;
}

}  // namespace floe::plan
