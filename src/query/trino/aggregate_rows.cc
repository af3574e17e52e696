// Aggregate and window functions. {A} in a form is what stands behind the arguments: ORDER BY.
#include "query/trino/function_library.h"

namespace floe::query::trino {
namespace {

constexpr FunctionKind kAgg = FunctionKind::kAggregate;
constexpr FunctionKind kWin = FunctionKind::kWindow;

constexpr FunctionRow kRows[] = {
    {"count", "", "bigint", "count(*)", kAgg},
    {"count", "T", "bigint", "count({0})", kAgg},
    {"count_if", "boolean", "bigint", "count_if({0})", kAgg},
    {"sum", "bigint", "bigint", "sum({0})", kAgg},
    {"sum", "real", "real", "sum({0})", kAgg},
    {"sum", "double", "double", "sum({0})", kAgg},
    {"sum", "decimal(p,s)", "decimal(38,s)", "sum({0})", kAgg},
    {"sum", "interval day to second", "interval day to second", "sum({0})", kAgg},
    {"avg", "bigint", "double", "avg({0})", kAgg},
    {"avg", "real", "real", "avg({0})", kAgg},
    {"avg", "double", "double", "avg({0})", kAgg},
    {"avg", "decimal(p,s)", "decimal(p,s)", "avg", kAgg},
    {"min", "T", "T", "min({0})", kAgg},
    {"max", "T", "T", "max({0})", kAgg},
    {"min_by", "V, K", "V", "arg_min_null({0}, {1})", kAgg},
    {"max_by", "V, K", "V", "arg_max_null({0}, {1})", kAgg},
    {"max_by", "V, K, bigint", "array(V)", "arg_max({0}, {1}, {2})", kAgg},
    {"min_by", "V, K, bigint", "array(V)", "arg_min({0}, {1}, {2})", kAgg},
    {"bool_and", "boolean", "boolean", "bool_and({0})", kAgg},
    {"every", "boolean", "boolean", "bool_and({0})", kAgg},
    {"bool_or", "boolean", "boolean", "bool_or({0})", kAgg},
    {"any_value", "T", "T", "any_value({0})", kAgg},
    {"arbitrary", "T", "T", "any_value({0})", kAgg},
    {"array_agg", "T", "array(T)", "list({0}{A})", kAgg},
    {"listagg", "varchar, varchar", "varchar", "string_agg({0}, {1}{A})", kAgg},
    {"approx_distinct", "T", "bigint", "approx_count_distinct({0})", kAgg},
    {"stddev", "double", "double", "stddev_samp({0})", kAgg},
    {"stddev_samp", "double", "double", "stddev_samp({0})", kAgg},
    {"stddev_pop", "double", "double", "stddev_pop({0})", kAgg},
    {"variance", "double", "double", "var_samp({0})", kAgg},
    {"var_samp", "double", "double", "var_samp({0})", kAgg},
    {"var_pop", "double", "double", "var_pop({0})", kAgg},
    {"corr", "double, double", "double", "corr({0}, {1})", kAgg},
    {"corr", "real, real", "real", "corr({0}, {1})", kAgg},
    {"covar_samp", "double, double", "double", "covar_samp({0}, {1})", kAgg},
    {"covar_samp", "real, real", "real", "covar_samp({0}, {1})", kAgg},
    {"covar_pop", "double, double", "double", "covar_pop({0}, {1})", kAgg},
    {"covar_pop", "real, real", "real", "covar_pop({0}, {1})", kAgg},
    {"regr_slope", "double, double", "double", "regr_slope({0}, {1})", kAgg},
    {"regr_intercept", "double, double", "double", "regr_intercept({0}, {1})", kAgg},
    {"skewness", "double", "double",
     "(skewness({0}) * (count({0}) - 2) / sqrt(count({0}) * (count({0}) - 1)))", kAgg},
    {"kurtosis", "double", "double", "kurtosis({0})", kAgg},
    {"geometric_mean", "double", "double", "geomean({0})", kAgg},
    {"bitwise_and_agg", "bigint", "bigint", "bit_and({0})", kAgg},
    {"bitwise_or_agg", "bigint", "bigint", "bit_or({0})", kAgg},
    {"approx_percentile", "bigint, double", "bigint",
     "(CASE WHEN {1} >= 0 AND {1} <= 1 THEN list_sort(list({0}) FILTER (WHERE {0} IS NOT NULL))"
     "[least(count({0}), CAST(floor({1} * count({0})) AS BIGINT) + 1)] ELSE "
     "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|Percentile must be between 0 and 1') END)",
     kAgg},
    {"approx_percentile", "real, double", "real",
     "(CASE WHEN {1} >= 0 AND {1} <= 1 THEN list_sort(list({0}) FILTER (WHERE {0} IS NOT NULL))"
     "[least(count({0}), CAST(floor({1} * count({0})) AS BIGINT) + 1)] ELSE "
     "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|Percentile must be between 0 and 1') END)",
     kAgg},
    {"approx_percentile", "double, double", "double",
     "(CASE WHEN {1} >= 0 AND {1} <= 1 THEN list_sort(list({0}) FILTER (WHERE {0} IS NOT NULL))"
     "[least(count({0}), CAST(floor({1} * count({0})) AS BIGINT) + 1)] ELSE "
     "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|Percentile must be between 0 and 1') END)",
     kAgg},
    {"histogram", "K", "map(K, bigint)", "histogram({0})", kAgg},
    {"row_number", "", "bigint", "row_number()", kWin},
    {"rank", "", "bigint", "rank()", kWin},
    {"dense_rank", "", "bigint", "dense_rank()", kWin},
    {"percent_rank", "", "double", "percent_rank()", kWin},
    {"cume_dist", "", "double", "cume_dist()", kWin},
    {"ntile", "bigint", "bigint", "ntile({0})", kWin},
    {"lag", "T", "T", "lag({0}{N})", kWin},
    {"lag", "T, bigint", "T", "lag({0}, {1}{N})", kWin},
    {"lag", "T, bigint, T", "T", "lag({0}, {1}, {2}{N})", kWin},
    {"lead", "T", "T", "lead({0}{N})", kWin},
    {"lead", "T, bigint", "T", "lead({0}, {1}{N})", kWin},
    {"lead", "T, bigint, T", "T", "lead({0}, {1}, {2}{N})", kWin},
    {"first_value", "T", "T", "first_value({0}{N})", kWin},
    {"last_value", "T", "T", "last_value({0}{N})", kWin},
    {"nth_value", "T, bigint", "T", "nth_value({0}, {1}{N})", kWin},
};

}  // namespace

std::span<const FunctionRow> AggregateRows() { return kRows; }

}  // namespace floe::query::trino
