// State of aggregate functions in columns: one accumulator per aggregate call holds the state of
// many groups under dense ids, and works on whole batches. Results and their types are Flink's (see
// aggregate.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "functions/accumulator_encoding.h"
#include "functions/aggregate.h"

namespace arrow {
class Array;
class ArrayBuilder;
class BooleanArray;
}  // namespace arrow

namespace floe::functions {

// Index of a group's state. Whoever owns the accumulators hands the ids out and reuses them.
using GroupId = uint32_t;
// A row of no group: it is left out.
inline constexpr GroupId kNoGroup = 0xffffffff;

// Rows to add to their groups. All columns have one length, that of `groups`.
struct AccumulatorRows {
  std::span<const GroupId> groups;
  bool has_no_group = false;                    // some of `groups` is kNoGroup
  const arrow::Array* values = nullptr;         // the call's argument; null for COUNT(*)
  const arrow::BooleanArray* filter = nullptr;  // the call's FILTER; null: none
};

// Owned and used by one task at a time. Ids given to it are below the last Resize, or kNoGroup
// where that is said. What fails is memory, or bytes that Load cannot read.
class Accumulator {
 public:
  virtual ~Accumulator() = default;

  // Makes room for the groups [0, groups); new ones are empty. It never shrinks.
  virtual void Resize(size_t groups) = 0;
  // Adds the rows in their order: NULL arguments and rows whose filter is not TRUE are left out.
  virtual void Update(const AccumulatorRows& rows) = 0;
  // Adds the state of from[i] to into[i], for each i in order, as if its rows came after the
  // others. REQUIRES: into[i] != from[i].
  virtual void Merge(std::span<const GroupId> into, std::span<const GroupId> from) = 0;
  // Makes the groups empty again.
  virtual void Clear(std::span<const GroupId> groups) = 0;

  // Appends one result per target to `builder`, whose type is types::ToArrow(call.type). Target t
  // merges groups[ends[t - 1]] … groups[ends[t] - 1] in that order (from 0 for the first target);
  // the groups stay as they are.
  virtual Status AppendMerged(std::span<const uint32_t> ends, std::span<const GroupId> groups,
                              arrow::ArrayBuilder& builder) = 0;

  // Appends the groups' states, in order, to `bytes`.
  virtual void Save(std::span<const GroupId> groups, std::string& bytes) const = 0;
  // Merges states that Save wrote into `groups`, one each in the same order; what belongs to
  // kNoGroup is read and dropped. kCorruption if the bytes are not such states.
  virtual Status Load(std::span<const GroupId> groups, ByteReader& reader) = 0;
};

// An empty accumulator for the call. kNotImplemented for an argument type that it cannot take.
Result<std::unique_ptr<Accumulator>> MakeAccumulator(const AggregateCall& call);

}  // namespace floe::functions
