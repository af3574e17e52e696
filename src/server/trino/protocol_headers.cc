#include "server/trino/protocol_headers.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "base/percent_encoding.h"

namespace floe::server {
namespace {

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The parts between commas that are not blank.
std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = Trimmed(text.substr(0, comma));
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

// name=value pairs. Nothing if one has no name or no '='.
std::optional<std::vector<std::pair<std::string, std::string>>> Pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : Split(text)) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    pairs.emplace_back(Trimmed(part.substr(0, equals)), Trimmed(part.substr(equals + 1)));
  }
  return pairs;
}

// The user of "Basic <base64 of user:password>"; "" for what is none.
std::string BasicUser(std::string_view authorization) {
  constexpr std::string_view kBasic = "Basic ";
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (!authorization.starts_with(kBasic)) return "";
  std::string decoded;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : Trimmed(authorization.substr(kBasic.size()))) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>(bits >> count & 0xff);
  }
  return decoded.substr(0, decoded.find(':'));
}

Error BadHeader(std::string_view name) {
  return Error(ErrorCode::kInvalidArgument, "Invalid " + std::string(name) + " header");
}

// A number and the unit after it.
std::optional<std::pair<double, std::string_view>> NumberAndUnit(std::string_view text) {
  text = Trimmed(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return std::pair(number, Trimmed(text));
}

struct Unit {
  std::string_view name;
  double factor;
};

std::optional<int64_t> Scaled(std::string_view text, std::initializer_list<Unit> units) {
  const auto parsed = NumberAndUnit(text);
  if (!parsed) return std::nullopt;
  for (const Unit& unit : units) {
    const double value = parsed->first * unit.factor;
    if (unit.name == parsed->second && value < 9e18) return static_cast<int64_t>(value);
  }
  return std::nullopt;
}

}  // namespace

Result<query::trino::Session> ParseSession(const HttpRequest& request, int64_t now_wall_ms) {
  query::trino::Session session;
  session.start_millis = now_wall_ms;
  const auto header = [&](const char* name) {
    return std::string(Trimmed(request.header(std::string("x-trino-") + name)));
  };
  session.user = header("user");
  if (session.user.empty()) session.user = header("original-user");
  if (session.user.empty()) session.user = BasicUser(request.header("authorization"));
  if (session.user.empty()) {
    return Error(ErrorCode::kPermissionDenied,
                 "Basic authentication or X-Trino-Original-User or X-Trino-User must be sent");
  }
  session.source = header("source");
  session.catalog = header("catalog");
  session.schema = header("schema");
  if (session.catalog.empty() && !session.schema.empty()) {
    return Error(ErrorCode::kInvalidArgument, "Schema is set but catalog is not");
  }
  const auto properties = Pairs(header("session"));
  if (!properties) return BadHeader("X-Trino-Session");
  for (const auto& [name, value] : *properties)
    session.properties[name] = PercentDecode(value, PercentForm::kForm);
  const auto prepared = Pairs(header("prepared-statement"));
  if (!prepared) return BadHeader("X-Trino-Prepared-Statement");
  for (const auto& [name, text] : *prepared)
    session.prepared[PercentDecode(name, PercentForm::kForm)] =
        PercentDecode(text, PercentForm::kForm);
  // SET TIME ZONE is kept as a session property, and wins.
  const auto zone = session.properties.find("time_zone_id");
  if (zone != session.properties.end()) {
    session.time_zone = zone->second;
  } else if (!header("time-zone").empty()) {
    session.time_zone = header("time-zone");
  }
  session.parametric_datetime = false;
  for (const std::string_view capability : Split(request.header("x-trino-client-capabilities"))) {
    session.parametric_datetime |= capability == "PARAMETRIC_DATETIME";
  }
  session.supports_transactions = !header("transaction-id").empty();
  return session;
}

HeaderList AnswerHeaders(const query::trino::Answer& answer,
                         const std::function<std::string()>& new_transaction_id) {
  HeaderList headers;
  const auto add = [&](const char* name, std::string value) {
    headers.emplace_back(std::string("X-Trino-") + name, std::move(value));
  };
  if (answer.set_catalog) add("Set-Catalog", *answer.set_catalog);
  if (answer.set_schema) add("Set-Schema", *answer.set_schema);
  for (const auto& [name, value] : answer.set_session) {
    add("Set-Session", name + "=" + PercentEncode(value, PercentForm::kForm));
  }
  for (const std::string& name : answer.clear_session) add("Clear-Session", name);
  for (const auto& [name, text] : answer.added_prepare) {
    add("Added-Prepare",
        PercentEncode(name, PercentForm::kForm) + "=" + PercentEncode(text, PercentForm::kForm));
  }
  for (const std::string& name : answer.deallocated_prepare) {
    add("Deallocated-Prepare", PercentEncode(name, PercentForm::kForm));
  }
  if (answer.started_transaction) add("Started-Transaction-Id", new_transaction_id());
  if (answer.clear_transaction) add("Clear-Transaction-Id", "true");
  return headers;
}

std::string BaseUri(const HttpRequest& request, bool process_forwarded) {
  std::string scheme = "http";
  std::string host = request.host;
  if (process_forwarded) {
    const auto first = [&](const char* name) {
      const auto parts = Split(request.header(name));
      return parts.empty() ? std::string() : std::string(parts.front());
    };
    if (const std::string found = first("x-forwarded-proto"); !found.empty()) scheme = found;
    if (const std::string found = first("x-forwarded-host"); !found.empty()) {
      host = found;
      const std::string port = first("x-forwarded-port");
      if (!port.empty() && host.find(':') == std::string::npos) host += ":" + port;
    }
  }
  return scheme + "://" + host;
}

std::optional<int64_t> ParseWait(std::string_view text) {
  return Scaled(text, {{"ns", 1e-6},
                       {"us", 1e-3},
                       {"ms", 1},
                       {"s", 1e3},
                       {"m", 60e3},
                       {"h", 3600e3},
                       {"d", 86400e3}});
}

std::optional<int64_t> ParseDataSize(std::string_view text) {
  return Scaled(text, {{"B", 1},
                       {"kB", 1024},
                       {"MB", 1024.0 * 1024},
                       {"GB", 1024.0 * 1024 * 1024},
                       {"TB", 1024.0 * 1024 * 1024 * 1024}});
}

}  // namespace floe::server
