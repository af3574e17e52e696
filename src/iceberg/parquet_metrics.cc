#include "iceberg/parquet_metrics.h"

#include <parquet/statistics.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace floe::iceberg {
namespace {

bool IsText(const Type& type) { return type.id() == TypeId::kString; }
bool IsTruncatable(const Type& type) { return IsText(type) || type.id() == TypeId::kBinary; }

size_t PrefixBytes(std::string_view value, const Type& type, int length) {
  if (!IsText(type)) return std::min(value.size(), static_cast<size_t>(length));
  int seen = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    bool starts = (static_cast<unsigned char>(value[i]) & 0xC0) != 0x80;
    if (starts && seen++ == length) return i;
  }
  return value.size();
}

// UTF-8 of a code point.
void AppendUtf8(uint32_t code, std::string& out) {
  auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

uint32_t DecodeUtf8(std::string_view bytes) {
  auto lead = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return lead;
  uint32_t code = lead & (0x7FU >> bytes.size());
  for (char byte : bytes.substr(1)) code = (code << 6) | (static_cast<unsigned char>(byte) & 0x3F);
  return code;
}

std::optional<std::string> NextText(std::string prefix) {
  while (!prefix.empty()) {
    size_t start = prefix.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(prefix[start]) & 0xC0) == 0x80) --start;
    uint32_t code = DecodeUtf8(std::string_view(prefix).substr(start)) + 1;
    prefix.resize(start);
    if (code == 0xD800) code = 0xE000;  // surrogates are no characters
    if (code <= 0x10FFFF) {
      AppendUtf8(code, prefix);
      return prefix;
    }
  }
  return std::nullopt;
}

std::optional<std::string> NextBytes(std::string prefix) {
  while (!prefix.empty()) {
    auto last = static_cast<unsigned char>(prefix.back());
    if (last != 0xFF) {
      prefix.back() = static_cast<char>(last + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return std::nullopt;
}

// A column's metrics over all row groups.
struct ColumnSummary {
  int64_t size_bytes = 0;
  int64_t value_count = 0;
  int64_t null_count = 0;
  bool nulls_known = true;
  bool bounds_known = true;
  std::optional<Literal> lower;
  std::optional<Literal> upper;
};

// A bound as Parquet encodes it, in Iceberg's type of the column.
Result<Literal> BoundOf(const std::string& encoded, const parquet::ColumnDescriptor& column,
                        const Type& type) {
  if (type.id() != TypeId::kDecimal) return Literal::FromBytes(encoded, type);
  switch (column.physical_type()) {
    case parquet::Type::INT32: {
      FLOE_ASSIGN(Literal value, Literal::FromBytes(encoded, Type::Of(TypeId::kInt)));
      return Literal::Decimal(value.Get<int32_t>());
    }
    case parquet::Type::INT64: {
      FLOE_ASSIGN(Literal value, Literal::FromBytes(encoded, Type::Of(TypeId::kLong)));
      return Literal::Decimal(value.Get<int64_t>());
    }
    default:
      return Literal::FromBytes(encoded, type);
  }
}

Status AddBounds(const parquet::Statistics& statistics, const parquet::ColumnDescriptor& column,
                 const Type& type, ColumnSummary& summary) {
  FLOE_ASSIGN(Literal lower, BoundOf(statistics.EncodeMin(), column, type));
  FLOE_ASSIGN(Literal upper, BoundOf(statistics.EncodeMax(), column, type));
  if (!summary.lower || lower.Compare(*summary.lower) < 0) summary.lower = std::move(lower);
  if (!summary.upper || upper.Compare(*summary.upper) > 0) summary.upper = std::move(upper);
  return Status::Ok();
}

Status AddChunk(const parquet::ColumnChunkMetaData& chunk, const parquet::ColumnDescriptor& column,
                const Type& type, ColumnSummary& summary) {
  summary.size_bytes += chunk.total_compressed_size();
  summary.value_count += chunk.num_values();
  std::shared_ptr<parquet::Statistics> statistics = chunk.statistics();
  if (statistics == nullptr || !statistics->HasNullCount()) {
    summary.nulls_known = false;
    summary.bounds_known = false;
    return Status::Ok();
  }
  summary.null_count += statistics->null_count();
  if (statistics->HasMinMax()) return AddBounds(*statistics, column, type, summary);
  if (statistics->null_count() < chunk.num_values()) summary.bounds_known = false;
  return Status::Ok();
}

void AddColumn(const ColumnSummary& summary, const MetricsMode& mode, ColumnId id, const Type& type,
               ColumnMetrics& metrics) {
  using Kind = MetricsMode::Kind;
  metrics.column_sizes[id] = summary.size_bytes;
  if (mode.kind == Kind::kNone) return;
  metrics.value_counts[id] = summary.value_count;
  if (summary.nulls_known) metrics.null_value_counts[id] = summary.null_count;
  bool wants_bounds = mode.kind == Kind::kFull || mode.kind == Kind::kTruncate;
  if (!wants_bounds || !summary.bounds_known || !summary.lower || !summary.upper) return;
  std::string lower = summary.lower->ToBytes(type);
  std::optional<std::string> upper = summary.upper->ToBytes(type);
  if (mode.kind == Kind::kTruncate && IsTruncatable(type)) {
    lower = TruncateLowerBound(lower, type, mode.length);
    upper = TruncateUpperBound(*upper, type, mode.length);
  }
  metrics.lower_bounds[id] = std::move(lower);
  if (upper) metrics.upper_bounds[id] = std::move(*upper);
}

}  // namespace

std::string TruncateLowerBound(std::string_view value, const Type& type, int length) {
  return std::string(value.substr(0, PrefixBytes(value, type, length)));
}

std::optional<std::string> TruncateUpperBound(std::string_view value, const Type& type,
                                              int length) {
  size_t size = PrefixBytes(value, type, length);
  std::string prefix(value.substr(0, size));
  if (size == value.size()) return prefix;
  return IsText(type) ? NextText(std::move(prefix)) : NextBytes(std::move(prefix));
}

Result<ColumnMetrics> MetricsOfFile(const parquet::FileMetaData& file, const Schema& schema,
                                    const std::function<MetricsMode(ColumnId)>& mode_of,
                                    const std::map<ColumnId, int64_t>& nan_counts) {
  ColumnMetrics metrics;
  for (int c = 0; c < file.num_columns(); ++c) {
    const parquet::ColumnDescriptor& column = *file.schema()->Column(c);
    ColumnId id(column.schema_node()->field_id());
    const NestedField* field = schema.FindField(id);
    if (field == nullptr) continue;
    ColumnSummary summary;
    for (int g = 0; g < file.num_row_groups(); ++g) {
      auto chunk = file.RowGroup(g)->ColumnChunk(c);
      FLOE_TRY(AddChunk(*chunk, column, field->type, summary));
    }
    AddColumn(summary, mode_of(id), id, field->type, metrics);
    auto nans = nan_counts.find(id);
    if (nans != nan_counts.end() && mode_of(id).kind != MetricsMode::Kind::kNone) {
      metrics.nan_value_counts[id] = nans->second;
    }
  }
  return metrics;
}

}  // namespace floe::iceberg
