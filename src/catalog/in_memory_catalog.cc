#include "catalog/in_memory_catalog.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace floe::catalog {
namespace {

class InMemoryPointerStore final : public PointerStore {
 public:
  Result<std::vector<Namespace>> Namespaces() override {
    std::lock_guard lock(mutex_);
    std::vector<Namespace> out;
    for (const auto& [levels, info] : namespaces_) out.push_back(levels);
    return out;
  }

  Status CreateNamespace(const NamespaceInfo& info) override {
    std::lock_guard lock(mutex_);
    if (!namespaces_.emplace(info.levels, info).second) return NamespaceExists(info.levels);
    return Status::Ok();
  }

  Result<NamespaceInfo> GetNamespace(const Namespace& levels) override {
    std::lock_guard lock(mutex_);
    auto found = namespaces_.find(levels);
    if (found == namespaces_.end()) return NamespaceNotFound(levels);
    return found->second;
  }

  Status DropNamespace(const Namespace& levels) override {
    std::lock_guard lock(mutex_);
    auto found = namespaces_.find(levels);
    if (found == namespaces_.end()) return NamespaceNotFound(levels);
    auto is_inside = [&](const Namespace& other) {
      return other.size() >= levels.size() &&
             std::equal(levels.begin(), levels.end(), other.begin());
    };
    for (const auto& [identifier, location] : tables_) {
      if (is_inside(identifier.levels)) return NamespaceNotEmpty(levels);
    }
    for (const auto& [other, info] : namespaces_) {
      if (other != levels && is_inside(other)) return NamespaceNotEmpty(levels);
    }
    namespaces_.erase(found);
    return Status::Ok();
  }

  Result<std::vector<TableIdentifier>> Tables(const Namespace& levels) override {
    std::lock_guard lock(mutex_);
    std::vector<TableIdentifier> out;
    for (const auto& [identifier, location] : tables_) {
      if (identifier.levels == levels) out.push_back(identifier);
    }
    return out;
  }

  Result<std::string> Location(const TableIdentifier& identifier) override {
    std::lock_guard lock(mutex_);
    auto found = tables_.find(identifier);
    if (found == tables_.end()) return TableNotFound(identifier);
    return found->second;
  }

  Status Swap(const std::vector<PointerSwap>& swaps) override {
    std::lock_guard lock(mutex_);
    for (const PointerSwap& swap : swaps) {
      auto found = tables_.find(swap.identifier);
      if (swap.expected_location.empty()) {
        if (found != tables_.end()) return TableExists(swap.identifier);
      } else if (found == tables_.end() || found->second != swap.expected_location) {
        return TableMoved(swap.identifier);
      }
    }
    for (const PointerSwap& swap : swaps) tables_[swap.identifier] = swap.new_location;
    return Status::Ok();
  }

  Status Drop(const TableIdentifier& identifier) override {
    std::lock_guard lock(mutex_);
    return tables_.erase(identifier) > 0 ? Status::Ok() : Status(TableNotFound(identifier));
  }

  Status Rename(const TableIdentifier& from, const TableIdentifier& to) override {
    std::lock_guard lock(mutex_);
    auto found = tables_.find(from);
    if (found == tables_.end()) return TableNotFound(from);
    if (!tables_.emplace(to, found->second).second) return TableExists(to);
    tables_.erase(from);
    return Status::Ok();
  }

 private:
  std::mutex mutex_;
  std::map<Namespace, NamespaceInfo> namespaces_;
  std::map<TableIdentifier, std::string> tables_;
};

}  // namespace

std::unique_ptr<Catalog> MakeInMemoryCatalog(CatalogContext context) {
  return std::make_unique<MetadataCatalog>(std::move(context),
                                           std::make_unique<InMemoryPointerStore>());
}

}  // namespace floe::catalog
