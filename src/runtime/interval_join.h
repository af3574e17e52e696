// Joins rows of two streams whose event times lie within an interval of each other, with or without
// equal keys.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// The operator of the node: two append-only inputs; its output is append-only: left columns, then
// right columns. Output order key: cause, the left row's key, the right row's key, 0s where padded.
//
// Follows Flink's TimeIntervalJoin. With leftSize = -lower, rightSize = upper and W the minimum of
// both watermarks (0 at least), per key:
//  - A left row of time t meets the right rows held with times in [t - rightSize, t + leftSize],
//    whether late or not, and is held itself if W < t + leftSize. Right rows are the mirror image.
//  - A row held is let go, and padded with NULLs if it never matched and its side is preserved, by
//    a timer, or when a row of the other side comes, once W > its time + its side's size. There is
//    one timer per key and side, so a row out of order may go later than its own time.
//  - A row that is not held and did not match is padded at once.
// The bound up to which rows of a side were let go is kept per key (Flink: per subtask) as long as
// the key has rows, so that results do not depend on the parallelism.
//
// Without keys and at parallelism > 1 each instance gets all rows of both inputs. An instance holds
// and joins its share of the rows of the preserved side (INNER: left, or right for
// kLastOfRightRow), by hash of the order key, and all rows of the other.
// REQUIRES: a FULL join without keys has parallelism 1.
// Where the node selects matches (plan::MatchSelection), rows that are padded all leave, and of a
// row that several instances see (a keyless join that preserves the other side) each gives its last
// match.
// REQUIRES: the node lives as long as the operator; context.memory_pool is not null.
Result<std::unique_ptr<Operator>> MakeIntervalJoin(const plan::IntervalJoinNode& node,
                                                   const OperatorContext& context);

// What the join's output watermark stays behind its inputs' by, in ms: Flink's
// getMaxOutputDelay. 0 for an interval that holds no time.
int64_t IntervalJoinDelay(const plan::IntervalJoinNode& node);

}  // namespace floe::runtime
