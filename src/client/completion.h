// What may follow at a place in a statement.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "client/session.h"

namespace floe::client {

struct Completion {
  size_t begin = 0;                     // of what the candidates replace, up to the cursor
  std::vector<std::string> candidates;  // in order, each once
};

// The first column of what a SHOW statement answers; empty if it fails or takes too long.
using NameQuery = std::function<std::vector<std::string>(const std::string& sql)>;

// Asks the server for names and keeps them for a while. Used by one thread at a time.
class Completer {
 public:
  // The session says what an unqualified name means. All outlive the completer.
  Completer(NameQuery query, const ClientSession& session, const Clock& clock);

  // The cursor stands behind byte `cursor` of `text`, the statement so far. After FROM, JOIN and
  // the like come tables, schemas and catalogs; behind a dot what lies in the name before it;
  // elsewhere keywords, functions, and columns of the tables that the statement names.
  Completion Complete(std::string_view text, size_t cursor);
  // After a statement that may have changed what there is.
  void Forget() { lists_.clear(); }

 private:
  struct NameList {
    std::vector<std::string> names;
    std::chrono::nanoseconds read_at{0};
  };
  struct NamedTable {
    std::string name;   // qualified, as written
    std::string alias;  // else its last part
  };

  std::vector<std::string> Ask(const std::string& sql);
  std::vector<std::string> Tables(const std::string& schema);
  void AddRelations(std::vector<std::string>* names);
  void AddMembers(const std::vector<std::string>& parts, const std::vector<NamedTable>& tables,
                  std::vector<std::string>* names);
  void AddExpressions(const std::vector<NamedTable>& tables, std::vector<std::string>* names);
  static std::vector<NamedTable> NamedTables(std::string_view text);

  const NameQuery query_;
  const ClientSession& session_;
  const Clock& clock_;
  std::map<std::string, NameList> lists_;  // by statement
};

// The longest text that all begin with.
std::string CommonPrefix(const std::vector<std::string>& candidates);

}  // namespace floe::client
