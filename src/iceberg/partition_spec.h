// How rows are put into partitions, and how files say that they are sorted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/literal.h"
#include "iceberg/schema.h"

namespace floe::iceberg {

enum class TransformKind : uint8_t {
  kIdentity,
  kBucket,
  kTruncate,
  kYear,
  kMonth,
  kDay,
  kHour,
  kVoid,
};

// Spec, "Partition Transforms". A value.
class Transform {
 public:
  Transform() = default;  // identity
  explicit Transform(TransformKind kind, int parameter = 0) : kind_(kind), parameter_(parameter) {}
  // "identity", "bucket[16]", "truncate[4]", "day", …
  static Result<Transform> Parse(std::string_view text);

  TransformKind kind() const { return kind_; }
  int parameter() const { return parameter_; }  // buckets or width
  std::string ToString() const;
  // kSqlTypeMismatch when the transform has no meaning for the type.
  Result<Type> ResultType(const Type& source) const;
  // REQUIRES: ResultType(source) is ok. Null stays null.
  Literal Apply(const Literal& value, const Type& source) const;
  // Whether a <= b implies Apply(a) <= Apply(b).
  bool PreservesOrder() const {
    return kind_ != TransformKind::kBucket && kind_ != TransformKind::kVoid;
  }
  bool operator==(const Transform&) const = default;

 private:
  TransformKind kind_ = TransformKind::kIdentity;
  int parameter_ = 0;
};

// Murmur3 x86 32-bit with seed 0 over the value's hash form (spec, appendix B).
// REQUIRES: not null, type is hashable.
int32_t BucketHash(const Literal& value, const Type& type);

struct PartitionField {
  ColumnId source_id;
  ColumnId field_id;  // from 1000, unique over all specs of a table
  std::string name;
  Transform transform;
  std::string unknown_json;

  bool operator==(const PartitionField&) const = default;
};

struct PartitionSpec {
  int spec_id = 0;
  std::vector<PartitionField> fields;
  std::string unknown_json;

  bool is_unpartitioned() const { return fields.empty(); }
  // Same fields (source, transform, name) in the same order, ids aside.
  bool Equivalent(const PartitionSpec& other) const;
  // Types of the partition tuple in order of the fields. kCorruption when a source column is not in
  // `schema`.
  Result<std::vector<Type>> ResultTypes(const Schema& schema) const;
  // "status=AVAILABLE/day=2024-01-31", values URL-encoded; "" without fields.
  std::string PathOf(const std::vector<Literal>& partition, const std::vector<Type>& types) const;
  bool operator==(const PartitionSpec&) const = default;
};

// Identity fields over `columns`, which is all that Flink's PARTITIONED BY can say. Field ids from
// 1000. kColumnNotFound for a name that is no column.
Result<PartitionSpec> IdentitySpec(const Schema& schema, const std::vector<std::string>& columns);

struct SortField {
  ColumnId source_id;
  Transform transform;
  bool ascending = true;
  bool nulls_first = true;
  std::string unknown_json;

  bool operator==(const SortField&) const = default;
};

struct SortOrder {
  int order_id = 0;  // 0: unsorted
  std::vector<SortField> fields;
  std::string unknown_json;

  bool operator==(const SortOrder&) const = default;
};

}  // namespace floe::iceberg
