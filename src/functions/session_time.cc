#include "functions/session_time.h"

#include "functions/resolve.h"

namespace floe::functions {

std::optional<std::string_view> LiteralTextOf(const KernelRequest& request, size_t index) {
  const Expression& argument = *request.arguments[index];
  if (argument.kind() != ExpressionKind::kLiteral) return std::nullopt;
  const auto* text = std::get_if<std::string>(&argument.literal());
  if (text == nullptr) return std::nullopt;
  return std::string_view(*text);
}

Result<TimeZone> ZoneOfArgument(const KernelRequest& request, size_t index) {
  const std::optional<std::string_view> name = LiteralTextOf(request, index);
  const std::optional<TimeZone> zone = name ? TimeZone::Find(*name) : std::nullopt;
  if (!zone.has_value()) {
    return Error(ErrorCode::kInvalidArgument,
                 "there is no time zone '" + std::string(name.value_or("")) + "'")
        .WithHint("give a region such as 'Europe/Berlin' or an offset such as '+08:00'");
  }
  return *zone;
}

std::optional<TimeUnit> UnitOfArgument(const Expression& argument) {
  if (!IsSymbol(argument)) return std::nullopt;
  return ParseTimeUnit(std::get<std::string>(argument.literal()));
}

bool IsTimeZone(std::string_view name) { return TimeZone::Find(name).has_value(); }

}  // namespace floe::functions
