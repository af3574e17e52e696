// The tables that keep records which could not be read: <topic>__dead_letters, beside the job's
// first Iceberg table. They belong to the job's epochs like its other tables.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "engine/connector_registry.h"
#include "plan/table_catalog.h"
#include "runtime/scan.h"
#include "stream/sink.h"

namespace floe::engine {

// Name of the table for a topic, or a file's path (its last part): characters other than letters,
// digits and '_' become '_'.
std::string DeadLetterTableName(std::string_view topic);

// One dead-letter table per topic, made when the topic's first bad record comes. Used by one thread
// at a time.
class DeadLetterTables {
 public:
  struct Table {
    std::string name;  // catalog.database.table
    std::unique_ptr<stream::Sink> sink;
    std::unique_ptr<stream::SinkWriter> writer;  // null before the fence
  };

  // Tables go into `catalog_name`.`database`. References outlive this.
  DeadLetterTables(std::string pipeline_id, std::string catalog_name, std::string database,
                   plan::TableCatalog& catalog, const ConnectorRegistry& connectors,
                   arrow::MemoryPool* memory, Random random);

  // Opens the tables of these topics that exist already, so that recovery sees them.
  Status OpenExisting(const std::vector<std::string>& topics);
  // Takes all tables for this process; later ones are fenced when they are made.
  Status Fence(int64_t fencing_token);
  // Writes the letters into their tables' open epoch. REQUIRES: Fence was called.
  Status Add(const std::vector<runtime::DeadLetter>& letters);

  // By table name.
  const std::map<std::string, Table>& tables() const { return tables_; }

 private:
  stream::TableDescriptor DescriptorOf(const std::string& table_name) const;
  Status OpenTable(const stream::TableDescriptor& descriptor);
  Status MakeWriter(Table* table);
  Result<Table*> TableOf(const std::string& table_name);
  Result<stream::Batch> BatchOf(const std::vector<const runtime::DeadLetter*>& letters) const;

  const std::string pipeline_id_;
  const std::string catalog_name_;
  const std::string database_;
  plan::TableCatalog& catalog_;
  const ConnectorRegistry& connectors_;
  arrow::MemoryPool* const memory_;
  Random random_;
  int64_t fencing_token_ = 0;
  std::map<std::string, Table> tables_;
};

}  // namespace floe::engine
