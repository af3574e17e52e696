// Values of a batch in the form of the oracle cases.
#pragma once

#include <vector>

#include "oracle/flink/oracle_case.h"
#include "stream/batch.h"
#include "types/data_type.h"

namespace floe::oracle {

// The rows of a batch with their kinds; columns by name.
void AppendRows(const stream::Batch& batch, const types::Schema& schema,
                std::vector<AnswerRow>* rows);

}  // namespace floe::oracle
