#include "query/trino/bound.h"

#include "query/scan_sql.h"

namespace floe::query::trino {

BoundPtr MakeBound(Type type, std::string form, std::vector<BoundPtr> arguments) {
  auto bound = std::make_shared<BoundExpression>();
  bound->type = std::move(type);
  bound->form = std::move(form);
  bound->arguments = std::move(arguments);
  return bound;
}

BoundPtr Wrap(Type type, std::string form, BoundPtr inner) {
  auto bound = std::make_shared<BoundExpression>();
  bound->type = std::move(type);
  bound->form = std::move(form);
  bound->zone = inner->zone;
  bound->arguments.push_back(std::move(inner));
  return bound;
}

std::string WriteSql(const BoundExpression& expression) {
  std::string out;
  const std::string& form = expression.form;
  for (size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '{') {
      out += form[i];
      continue;
    }
    if (i + 1 < form.size() && form[i + 1] == '{') {
      out += '{';
      ++i;
      continue;
    }
    const size_t end = form.find('}', i);
    const std::string name = form.substr(i + 1, end - i - 1);
    if (name == "*") {
      for (const BoundPtr& argument : expression.arguments) {
        if (argument != expression.arguments.front()) out += ", ";
        out += WriteSql(*argument);
      }
    } else {
      out += WriteSql(*expression.arguments[static_cast<size_t>(std::stoi(name))]);
    }
    i = end;
  }
  return out;
}

std::string FormLiteral(std::string_view text) {
  std::string out;
  for (char c : QuoteLiteral(text)) {
    out += c;
    if (c == '{') out += c;
  }
  return out;
}

namespace {

// Seconds of a fixed offset such as "+05:30"; nothing for a region.
std::optional<int> OffsetSeconds(const std::string& zone) {
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  const int seconds = std::stoi(zone.substr(1, 2)) * 3600 + std::stoi(zone.substr(4, 2)) * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::string LocalForm(const std::optional<std::string>& zone, const std::string& inner) {
  const std::string name = zone.value_or("UTC");
  if (auto offset = OffsetSeconds(name)) {
    return "(timezone('UTC', " + inner + ") + to_seconds(" + std::to_string(*offset) + "))";
  }
  return "timezone(" + FormLiteral(name) + ", " + inner + ")";
}

std::string InstantForm(const std::optional<std::string>& zone, const std::string& inner) {
  const std::string name = zone.value_or("UTC");
  if (auto offset = OffsetSeconds(name)) {
    return "timezone('UTC', " + inner + " - to_seconds(" + std::to_string(*offset) + "))";
  }
  return "timezone(" + FormLiteral(name) + ", " + inner + ")";
}

}  // namespace floe::query::trino
