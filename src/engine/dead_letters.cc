#include "engine/dead_letters.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>

#include <utility>

#include "functions/utf8.h"
#include "types/arrow_types.h"

namespace floe::engine {
namespace {

using types::DataType;

types::Schema DeadLetterSchema() {
  return types::Schema({{"pipeline_id", DataType::String()},
                        {"topic", DataType::String()},
                        {"partition", DataType::Integer()},
                        {"offset", DataType::BigInt()},
                        {"timestamp", DataType::TimestampLtz(3)},
                        {"error", DataType::String()},
                        {"raw", DataType::Bytes()}});
}

Status FromArrow(const arrow::Status& status) {
  return status.ok() ? Status::Ok() : Status(ErrorCode::kMemoryLimit, status.ToString());
}

}  // namespace

std::string DeadLetterTableName(std::string_view topic) {
  const size_t slash = topic.rfind('/');
  if (slash != std::string_view::npos) topic.remove_prefix(slash + 1);
  std::string name;
  for (char c : topic) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    name += plain ? c : '_';
  }
  return name + "__dead_letters";
}

DeadLetterTables::DeadLetterTables(std::string pipeline_id, std::string catalog_name,
                                   std::string database, plan::TableCatalog& catalog,
                                   const ConnectorRegistry& connectors, arrow::MemoryPool* memory,
                                   Random random)
    : pipeline_id_(std::move(pipeline_id)),
      catalog_name_(std::move(catalog_name)),
      database_(std::move(database)),
      catalog_(catalog),
      connectors_(connectors),
      memory_(memory),
      random_(random) {}

stream::TableDescriptor DeadLetterTables::DescriptorOf(const std::string& table_name) const {
  stream::TableDescriptor table;
  table.name = {catalog_name_, database_, table_name};
  table.physical_schema = DeadLetterSchema();
  table.options = {{"connector", "iceberg"}, {"format-version", "2"}};
  return table;
}

Status DeadLetterTables::OpenTable(const stream::TableDescriptor& descriptor) {
  Table table;
  table.name = descriptor.name.ToString();
  FLOE_ASSIGN(table.sink, connectors_.OpenSink(descriptor, false, Random(random_.NextUint64())));
  tables_.emplace(descriptor.name.table, std::move(table));
  return Status::Ok();
}

Status DeadLetterTables::OpenExisting(const std::vector<std::string>& topics) {
  for (const std::string& topic : topics) {
    const stream::TableDescriptor descriptor = DescriptorOf(DeadLetterTableName(topic));
    if (tables_.contains(descriptor.name.table)) continue;
    FLOE_ASSIGN(const std::optional<stream::TableDescriptor> found,
                catalog_.LoadTable(database_, descriptor.name.table));
    if (found) FLOE_TRY(OpenTable(descriptor));
  }
  return Status::Ok();
}

Status DeadLetterTables::MakeWriter(Table* table) {
  FLOE_TRY(table->sink->committer()->Fence(pipeline_id_, fencing_token_));
  FLOE_ASSIGN(table->writer, table->sink->CreateWriter(0, 1));
  return Status::Ok();
}

Status DeadLetterTables::Fence(int64_t fencing_token) {
  fencing_token_ = fencing_token;
  for (auto& [name, table] : tables_) FLOE_TRY(MakeWriter(&table));
  return Status::Ok();
}

Result<DeadLetterTables::Table*> DeadLetterTables::TableOf(const std::string& table_name) {
  const auto it = tables_.find(table_name);
  if (it != tables_.end()) return &it->second;
  const stream::TableDescriptor descriptor = DescriptorOf(table_name);
  const Status created = catalog_.CreateTable(descriptor);
  if (!created.ok() && created.error().code() != ErrorCode::kAlreadyExists) return created;
  FLOE_TRY(OpenTable(descriptor));
  Table* table = &tables_.find(table_name)->second;
  FLOE_TRY(MakeWriter(table));
  return table;
}

Result<stream::Batch> DeadLetterTables::BatchOf(
    const std::vector<const runtime::DeadLetter*>& letters) const {
  arrow::StringBuilder pipeline(memory_);
  arrow::StringBuilder topic(memory_);
  arrow::Int32Builder partition(memory_);
  arrow::Int64Builder offset(memory_);
  arrow::TimestampBuilder timestamp(types::ToArrow(DataType::TimestampLtz(3)), memory_);
  arrow::StringBuilder error(memory_);
  arrow::BinaryBuilder raw(memory_);
  for (const runtime::DeadLetter* letter : letters) {
    FLOE_TRY(FromArrow(pipeline.Append(pipeline_id_)));
    FLOE_TRY(FromArrow(topic.Append(letter->topic)));
    FLOE_TRY(FromArrow(partition.Append(letter->partition.value())));
    FLOE_TRY(FromArrow(offset.Append(letter->offset.value())));
    FLOE_TRY(FromArrow(timestamp.Append(letter->timestamp_ms)));
    FLOE_TRY(FromArrow(error.Append(functions::ReplaceInvalidUtf8(letter->error))));
    FLOE_TRY(FromArrow(raw.Append(letter->raw)));
  }
  arrow::ArrayVector columns;
  for (arrow::ArrayBuilder* builder : std::initializer_list<arrow::ArrayBuilder*>{
           &pipeline, &topic, &partition, &offset, &timestamp, &error, &raw}) {
    std::shared_ptr<arrow::Array> column;
    FLOE_TRY(FromArrow(builder->Finish(&column)));
    columns.push_back(std::move(column));
  }
  stream::Batch batch;
  batch.rows = arrow::RecordBatch::Make(types::ToArrow(DeadLetterSchema()),
                                        static_cast<int64_t>(letters.size()), std::move(columns));
  return batch;
}

Status DeadLetterTables::Add(const std::vector<runtime::DeadLetter>& letters) {
  std::map<std::string, std::vector<const runtime::DeadLetter*>> by_table;
  for (const runtime::DeadLetter& letter : letters) {
    by_table[DeadLetterTableName(letter.topic)].push_back(&letter);
  }
  for (const auto& [name, of_table] : by_table) {
    FLOE_ASSIGN(Table * table, TableOf(name));
    FLOE_ASSIGN(const stream::Batch batch, BatchOf(of_table));
    FLOE_TRY(table->writer->Write(batch));
  }
  return Status::Ok();
}

}  // namespace floe::engine
