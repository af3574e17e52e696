#include "client/completion.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"
#include "sql/lexer.h"
#include "sql/trino/keywords.h"
#include "sql/utf8.h"

namespace floe::client {
namespace {

// Names change rarely while someone types.
constexpr std::chrono::seconds kKeptFor{30};

constexpr std::string_view kKeywords[] = {"ALL",
                                          "ALTER TABLE",
                                          "ANALYZE",
                                          "AND",
                                          "ANY",
                                          "ARRAY",
                                          "AS",
                                          "ASC",
                                          "AT TIME ZONE",
                                          "BETWEEN",
                                          "CASE",
                                          "CAST",
                                          "CATALOGS",
                                          "COLUMNS",
                                          "COMMIT",
                                          "CREATE",
                                          "CROSS JOIN",
                                          "CURRENT_DATE",
                                          "CURRENT_TIMESTAMP",
                                          "DATE",
                                          "DEALLOCATE PREPARE",
                                          "DELETE FROM",
                                          "DESC",
                                          "DESCRIBE",
                                          "DISTINCT",
                                          "DROP",
                                          "ELSE",
                                          "END",
                                          "ESCAPE",
                                          "EXCEPT",
                                          "EXECUTE",
                                          "EXECUTE IMMEDIATE",
                                          "EXISTS",
                                          "EXPLAIN",
                                          "EXTRACT",
                                          "FALSE",
                                          "FETCH FIRST",
                                          "FILTER",
                                          "FROM",
                                          "FULL JOIN",
                                          "FUNCTIONS",
                                          "GROUP BY",
                                          "HAVING",
                                          "IN",
                                          "INNER JOIN",
                                          "INSERT INTO",
                                          "INTERSECT",
                                          "INTERVAL",
                                          "IS NOT NULL",
                                          "IS NULL",
                                          "JOIN",
                                          "LEFT JOIN",
                                          "LIKE",
                                          "LIMIT",
                                          "NOT",
                                          "NULL",
                                          "NULLS FIRST",
                                          "NULLS LAST",
                                          "OFFSET",
                                          "ON",
                                          "OR",
                                          "ORDER BY",
                                          "OVER",
                                          "PARTITION BY",
                                          "PREPARE",
                                          "RESET SESSION",
                                          "SCHEMAS",
                                          "SELECT",
                                          "SESSION",
                                          "SET SESSION",
                                          "SHOW",
                                          "TABLES",
                                          "THEN",
                                          "TIMESTAMP",
                                          "TRUE",
                                          "UNION ALL",
                                          "UNNEST",
                                          "USE",
                                          "VALUES",
                                          "WHEN",
                                          "WHERE",
                                          "WITH"};

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// As it can be written: quoted where it is no plain name.
std::string Written(const std::string& name) {
  const bool plain =
      !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  if (plain) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

bool StartsWith(const std::string& name, std::string_view prefix) {
  return sql::trino::LowerCase(name).starts_with(sql::trino::LowerCase(prefix));
}

// The name that ends at the cursor: its parts before the last dot, and what is typed of the last.
struct TypedName {
  std::vector<std::string> parts;
  std::string_view prefix;
  size_t begin = 0;  // of the prefix
  size_t name_begin = 0;
};

sql::Lexer MakeLexer(std::string_view text) {
  sql::LexerOptions options;
  options.identifier_quote = '"';
  options.slash_comments = false;
  options.hints = false;
  return sql::Lexer(text, options);
}

// The tokens up to the first that can't be read, whose place `open_at` becomes (npos: none).
std::vector<sql::Token> Tokens(std::string_view text, size_t* open_at = nullptr) {
  std::vector<sql::Token> tokens;
  sql::Lexer lexer = MakeLexer(text);
  if (open_at != nullptr) *open_at = std::string_view::npos;
  for (;;) {
    sql::Lexer::Position position = lexer.position();
    const bool skipped = lexer.SkipTrivia().ok();
    if (skipped) position = lexer.position();
    Result<sql::Token> token = lexer.Next();
    const bool failed = !skipped || !token.ok();
    if (failed && open_at != nullptr) *open_at = position.offset;
    if (failed || token->kind == sql::TokenKind::kEnd) return tokens;
    tokens.push_back(std::move(*token));
  }
}

TypedName NameBefore(std::string_view text, size_t cursor) {
  TypedName typed;
  size_t begin = cursor;
  size_t open_at = std::string_view::npos;
  Tokens(text.substr(0, cursor), &open_at);
  if (open_at != std::string_view::npos) {
    begin = open_at;
  } else {
    while (begin > 0 && IsNameCharacter(text[begin - 1])) --begin;
  }
  typed.begin = begin;
  typed.prefix = text.substr(begin, cursor - begin);
  while (begin > 0 && text[begin - 1] == '.') {
    const size_t end = --begin;
    if (begin > 0 && text[begin - 1] == '"') {
      const size_t open = begin < 2 ? std::string_view::npos : text.rfind('"', begin - 2);
      if (open == std::string_view::npos) break;
      begin = open;
    } else {
      while (begin > 0 && IsNameCharacter(text[begin - 1])) --begin;
    }
    if (begin == end) break;
    typed.parts.insert(typed.parts.begin(), std::string(text.substr(begin, end - begin)));
  }
  typed.name_begin = begin;
  return typed;
}

bool IsRelationWord(std::string_view upper) {
  static const std::set<std::string_view> kWords = {"FROM", "JOIN",     "INTO", "TABLE",  "UPDATE",
                                                    "USE",  "DESCRIBE", "DESC", "ANALYZE"};
  return kWords.contains(upper);
}

bool IsIdentifier(const sql::Token& token) {
  return token.kind == sql::TokenKind::kQuotedIdentifier ||
         (token.kind == sql::TokenKind::kWord && !sql::trino::IsReservedWord(token.upper));
}

// Whether a name at the end of `before` is one of a table.
bool WantsRelation(std::string_view before) {
  const std::vector<sql::Token> tokens = Tokens(before);
  if (tokens.empty()) return false;
  const sql::Token& last = tokens.back();
  if (last.kind == sql::TokenKind::kWord && IsRelationWord(last.upper)) {
    // ORDER BY x DESC
    return last.upper != "DESC" || tokens.size() == 1;
  }
  return last.IsWord("IN") && tokens[0].IsWord("SHOW");
}

}  // namespace

Completer::Completer(NameQuery query, const ClientSession& session, const Clock& clock)
    : query_(std::move(query)), session_(session), clock_(clock) {}

Completion Completer::Complete(std::string_view text, size_t cursor) {
  cursor = std::min(cursor, text.size());
  const TypedName typed = NameBefore(text, cursor);
  const bool quoted = typed.prefix.starts_with('"');
  // Inside a string or a comment nothing is completed.
  if (!quoted && !std::ranges::all_of(typed.prefix, IsNameCharacter)) return {cursor, {}};
  const bool wants_relation = WantsRelation(text.substr(0, typed.name_begin));
  std::vector<std::string> names;
  if (!typed.parts.empty()) {
    AddMembers(typed.parts, NamedTables(text), &names);
  } else if (wants_relation) {
    AddRelations(&names);
  } else {
    AddExpressions(NamedTables(text), &names);
  }
  std::set<std::string> found;
  for (const std::string& name : names) {
    std::string written = Written(name);
    if (quoted && written.front() != '"') written = "\"" + written + "\"";
    if (StartsWith(written, typed.prefix)) found.insert(std::move(written));
  }
  if (typed.parts.empty() && !wants_relation && !typed.prefix.empty() && !quoted) {
    const bool is_lower = sql::trino::LowerCase(typed.prefix) == typed.prefix;
    for (const std::string_view keyword : kKeywords) {
      if (!keyword.starts_with(AsciiUpper(typed.prefix))) continue;
      found.insert(is_lower ? sql::trino::LowerCase(keyword) : std::string(keyword));
    }
  }
  return {typed.begin, {found.begin(), found.end()}};
}

std::vector<std::string> Completer::Ask(const std::string& sql) {
  const auto now = clock_.Monotonic();
  const auto kept = lists_.find(sql);
  if (kept != lists_.end() && now - kept->second.read_at < kKeptFor) return kept->second.names;
  if (lists_.size() >= limits::kMaxCompletionLists) lists_.clear();
  std::vector<std::string> names = query_(sql);
  if (names.size() > limits::kMaxCompletionNames) names.resize(limits::kMaxCompletionNames);
  lists_[sql] = {names, now};
  return names;
}

std::vector<std::string> Completer::Tables(const std::string& schema) {
  return Ask("SHOW TABLES FROM " + schema);
}

void Completer::AddRelations(std::vector<std::string>* names) {
  const auto add = [&](const std::vector<std::string>& more) {
    names->insert(names->end(), more.begin(), more.end());
  };
  add(Ask("SHOW CATALOGS"));
  if (session_.catalog.empty()) return;
  add(Ask("SHOW SCHEMAS FROM " + Written(session_.catalog)));
  if (session_.schema.empty()) return;
  add(Tables(Written(session_.catalog) + "." + Written(session_.schema)));
}

void Completer::AddMembers(const std::vector<std::string>& parts,
                           const std::vector<NamedTable>& tables, std::vector<std::string>* names) {
  const auto add = [&](const std::vector<std::string>& more) {
    names->insert(names->end(), more.begin(), more.end());
  };
  if (parts.size() == 1) {
    for (const NamedTable& table : tables) {
      if (sql::trino::LowerCase(table.alias) == sql::trino::LowerCase(parts[0])) {
        add(Ask("SHOW COLUMNS FROM " + table.name));
      }
    }
    if (!names->empty()) return;
    add(Ask("SHOW SCHEMAS FROM " + parts[0]));
    if (!session_.catalog.empty()) add(Tables(Written(session_.catalog) + "." + parts[0]));
  } else if (parts.size() == 2) {
    add(Tables(parts[0] + "." + parts[1]));
  } else if (parts.size() == 3) {
    add(Ask("SHOW COLUMNS FROM " + parts[0] + "." + parts[1] + "." + parts[2]));
  }
}

void Completer::AddExpressions(const std::vector<NamedTable>& tables,
                               std::vector<std::string>* names) {
  for (const NamedTable& table : tables) {
    const std::vector<std::string> columns = Ask("SHOW COLUMNS FROM " + table.name);
    names->insert(names->end(), columns.begin(), columns.end());
    names->push_back(table.alias);
  }
  const std::vector<std::string> functions = Ask("SHOW FUNCTIONS");
  for (const std::string& function : functions) {
    if (!function.empty() && IsNameCharacter(function[0])) names->push_back(function);
  }
}

std::vector<Completer::NamedTable> Completer::NamedTables(std::string_view text) {
  std::vector<NamedTable> tables;
  const std::vector<sql::Token> tokens = Tokens(text);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].IsWord("FROM") && !tokens[i].IsWord("JOIN")) continue;
    NamedTable table;
    size_t at = i + 1;
    for (; at < tokens.size() && IsIdentifier(tokens[at]); at += 2) {
      table.name += (table.name.empty() ? "" : ".") + std::string(tokens[at].text);
      table.alias = std::string(tokens[at].text);
      if (at + 1 >= tokens.size() || !tokens[at + 1].IsPunctuation(".")) {
        ++at;
        break;
      }
    }
    if (table.name.empty()) continue;
    if (at < tokens.size() && tokens[at].IsWord("AS")) ++at;
    if (at < tokens.size() && IsIdentifier(tokens[at])) table.alias = std::string(tokens[at].text);
    tables.push_back(std::move(table));
  }
  return tables;
}

std::string CommonPrefix(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return {};
  std::string prefix = candidates.front();
  for (const std::string& candidate : candidates) {
    const auto differ = std::ranges::mismatch(prefix, candidate);
    prefix.erase(differ.in1, prefix.end());
  }
  // Never a part of a character.
  size_t whole = 0;
  while (whole < prefix.size()) {
    const size_t size = sql::DecodeUtf8(std::string_view(prefix).substr(whole)).size_bytes;
    if (size == 0) break;
    whole += size;
  }
  prefix.resize(whole);
  return prefix;
}

}  // namespace floe::client
