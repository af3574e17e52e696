// Functions and operators of dates, times and intervals.
#include "query/trino/function_library.h"

namespace floe::query::trino {
namespace {

#define FLOE_FIELD(name, field)                                                      \
  {name, "date", "bigint", "CAST(" field "({0}) AS BIGINT)"},                        \
      {name, "timestamp(p)", "bigint", "CAST(" field "({0}) AS BIGINT)"}, {          \
    name, "timestamp(p) with time zone", "bigint", "CAST(" field "({L0}) AS BIGINT)" \
  }
#define FLOE_TIME_FIELD(name, field, divisor, modulus)                                      \
  {name, "timestamp(p)", "bigint", "CAST(" field "({0}) AS BIGINT)"},                       \
      {name, "timestamp(p) with time zone", "bigint", "CAST(" field "({L0}) AS BIGINT)"}, { \
    name, "time(p)", "bigint", "({0} // " divisor " % " modulus ")"                         \
  }

constexpr FunctionRow kRows[] = {
    {"+", "date, interval day to second", "date", "({0} + CAST({1} // 86400000 AS INTEGER))"},
    {"+", "date, interval year to month", "date",
     "CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)"},
    {"+", "timestamp(p), interval day to second", "timestamp(atleastthree)",
     "({0} + to_microseconds({1} * 1000))"},
    {"+", "timestamp(p), interval year to month", "timestamp(p)",
     "({0} + to_months(CAST({1} AS INTEGER)))"},
    {"+", "timestamp(p) with time zone, interval day to second",
     "timestamp(atleastthree) with time zone", "({0} + to_microseconds({1} * 1000))"},
    {"+", "timestamp(p) with time zone, interval year to month", "timestamp(p) with time zone",
     "@({L0} + to_months(CAST({1} AS INTEGER)))"},
    {"+", "interval day to second, date", "date", "({1} + CAST({0} // 86400000 AS INTEGER))"},
    {"+", "interval day to second, timestamp(p)", "timestamp(atleastthree)",
     "({1} + to_microseconds({0} * 1000))"},
    {"+", "interval day to second, interval day to second", "interval day to second",
     "({0} + {1})"},
    {"+", "interval year to month, interval year to month", "interval year to month",
     "({0} + {1})"},
    {"-", "date, interval day to second", "date", "({0} - CAST({1} // 86400000 AS INTEGER))"},
    {"-", "date, interval year to month", "date",
     "CAST({0} - to_months(CAST({1} AS INTEGER)) AS DATE)"},
    {"-", "timestamp(p), interval day to second", "timestamp(atleastthree)",
     "({0} - to_microseconds({1} * 1000))"},
    {"-", "timestamp(p), interval year to month", "timestamp(p)",
     "({0} - to_months(CAST({1} AS INTEGER)))"},
    {"-", "timestamp(p) with time zone, interval day to second",
     "timestamp(atleastthree) with time zone", "({0} - to_microseconds({1} * 1000))"},
    {"-", "timestamp(p) with time zone, interval year to month", "timestamp(p) with time zone",
     "@({L0} - to_months(CAST({1} AS INTEGER)))"},
    {"-", "date, date", "interval day to second", "(CAST({0} - {1} AS BIGINT) * 86400000)"},
    {"-", "timestamp(p), timestamp(p)", "interval day to second",
     "(epoch_ms({0}) - epoch_ms({1}))"},
    {"-", "timestamp(p) with time zone, timestamp(p) with time zone", "interval day to second",
     "(epoch_ms({0}) - epoch_ms({1}))"},
    {"-", "interval day to second, interval day to second", "interval day to second",
     "({0} - {1})"},
    {"-", "interval year to month, interval year to month", "interval year to month",
     "({0} - {1})"},
    {"*", "interval day to second, bigint", "interval day to second", "({0} * {1})"},
    {"*", "bigint, interval day to second", "interval day to second", "({0} * {1})"},
    {"*", "interval year to month, bigint", "interval year to month", "({0} * {1})"},
    {"/", "interval day to second, double", "interval day to second",
     "CAST(round({0} / {1}) AS BIGINT)"},
    FLOE_FIELD("year", "year"),
    FLOE_FIELD("quarter", "quarter"),
    FLOE_FIELD("month", "month"),
    FLOE_FIELD("week", "week"),
    FLOE_FIELD("week_of_year", "week"),
    FLOE_FIELD("day", "day"),
    FLOE_FIELD("day_of_month", "day"),
    FLOE_FIELD("day_of_week", "isodow"),
    FLOE_FIELD("dow", "isodow"),
    FLOE_FIELD("day_of_year", "dayofyear"),
    FLOE_FIELD("doy", "dayofyear"),
    FLOE_FIELD("year_of_week", "isoyear"),
    FLOE_FIELD("yow", "isoyear"),
    FLOE_TIME_FIELD("hour", "hour", "3600000000000000", "24"),
    FLOE_TIME_FIELD("minute", "minute", "60000000000000", "60"),
    FLOE_TIME_FIELD("second", "second", "1000000000000", "60"),
    {"millisecond", "timestamp(p)", "bigint", "CAST(millisecond({0}) % 1000 AS BIGINT)"},
    {"millisecond", "timestamp(p) with time zone", "bigint",
     "CAST(millisecond({0}) % 1000 AS BIGINT)"},
    {"millisecond", "time(p)", "bigint", "({0} // 1000000000 % 1000)"},
    {"last_day_of_month", "date", "date", "last_day({0})"},
    {"last_day_of_month", "timestamp(p)", "date", "last_day({0})"},
    {"date_format", "timestamp(p), varchar(x)", "varchar", "floe_date_format(epoch_us({0}), {1})"},
    {"date_format", "timestamp(p) with time zone, varchar(x)", "varchar",
     "floe_date_format(epoch_us({L0}), {1})"},
    {"date_parse", "varchar(x), varchar(y)", "timestamp(three)",
     "make_timestamp(floe_date_parse({0}, {1}))"},
    {"to_unixtime", "timestamp(p)", "double", "(epoch_us({0}) / 1e6)"},
    {"to_unixtime", "timestamp(p) with time zone", "double", "(epoch_us({0}) / 1e6)"},
    {"to_milliseconds", "interval day to second", "bigint", "{0}"},
    {"date", "varchar(x)", "date", "CAST({0} AS DATE)"},
    {"date", "timestamp(p)", "date", "CAST({0} AS DATE)"},
    {"date", "timestamp(p) with time zone", "date", "CAST({L0} AS DATE)"},
    {"sequence", "date, date", "array(date)",
     "list_transform(generate_series(CAST({0} AS TIMESTAMP), CAST({1} AS TIMESTAMP), CASE WHEN {0} "
     "<= {1} THEN INTERVAL 1 DAY ELSE INTERVAL (-1) DAY END), lambda x: CAST(x AS DATE))"},
    {"sequence", "timestamp(p), timestamp(p), interval day to second", "array(timestamp(p))",
     "generate_series({0}, {1}, to_microseconds({2} * 1000))"},
};

}  // namespace

std::span<const FunctionRow> TimeRows() { return kRows; }

}  // namespace floe::query::trino
