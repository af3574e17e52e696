// Scalar functions and operators, except those of time.
#include "query/trino/function_library.h"

namespace floe::query::trino {
namespace {

#define FLOE_ZERO(form) \
  "CASE WHEN {1} = 0 THEN floe_raise('TRINO|DIVISION_BY_ZERO|Division by zero') ELSE " form " END"
#define FLOE_BAD(message) "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|" message "')"

constexpr FunctionRow kRows[] = {
    // Operators.
    {"+", "tinyint, tinyint", "tinyint", "({0} + {1})"},
    {"+", "smallint, smallint", "smallint", "({0} + {1})"},
    {"+", "integer, integer", "integer", "({0} + {1})"},
    {"+", "bigint, bigint", "bigint", "({0} + {1})"},
    {"+", "decimal(p,s), decimal(q,t)", "decimal(addp,maxs)",
     "(CAST({0} AS %t) + CAST({1} AS %t))"},
    {"+", "real, real", "real", "({0} + {1})"},
    {"+", "double, double", "double", "({0} + {1})"},
    {"-", "tinyint, tinyint", "tinyint", "({0} - {1})"},
    {"-", "smallint, smallint", "smallint", "({0} - {1})"},
    {"-", "integer, integer", "integer", "({0} - {1})"},
    {"-", "bigint, bigint", "bigint", "({0} - {1})"},
    {"-", "decimal(p,s), decimal(q,t)", "decimal(addp,maxs)",
     "(CAST({0} AS %t) - CAST({1} AS %t))"},
    {"-", "real, real", "real", "({0} - {1})"},
    {"-", "double, double", "double", "({0} - {1})"},
    {"*", "tinyint, tinyint", "tinyint", "({0} * {1})"},
    {"*", "smallint, smallint", "smallint", "({0} * {1})"},
    {"*", "integer, integer", "integer", "({0} * {1})"},
    {"*", "bigint, bigint", "bigint", "({0} * {1})"},
    {"*", "decimal(p,s), decimal(q,t)", "decimal(mulp,muls)", "({0} * {1})"},
    {"*", "real, real", "real", "({0} * {1})"},
    {"*", "double, double", "double", "({0} * {1})"},
    {"/", "tinyint, tinyint", "tinyint", FLOE_ZERO("{0} // {1}")},
    {"/", "smallint, smallint", "smallint", FLOE_ZERO("{0} // {1}")},
    {"/", "integer, integer", "integer", FLOE_ZERO("{0} // {1}")},
    {"/", "bigint, bigint", "bigint", FLOE_ZERO("{0} // {1}")},
    {"/", "decimal(p,s), decimal(q,t)", "decimal(divp,maxs)",
     FLOE_ZERO("CAST(floe_decimal_divide(CAST({0} AS VARCHAR), CAST({1} AS VARCHAR), %s) AS %t)")},
    {"/", "real, real", "real", "CAST({0} / {1} AS FLOAT)"},
    {"/", "double, double", "double", "({0} / {1})"},
    {"%", "tinyint, tinyint", "tinyint", FLOE_ZERO("{0} % {1}")},
    {"%", "smallint, smallint", "smallint", FLOE_ZERO("{0} % {1}")},
    {"%", "integer, integer", "integer", FLOE_ZERO("{0} % {1}")},
    {"%", "bigint, bigint", "bigint", FLOE_ZERO("{0} % {1}")},
    {"%", "decimal(p,s), decimal(q,t)", "decimal(modp,maxs)", FLOE_ZERO("CAST({0} % {1} AS %t)")},
    {"%", "real, real", "real", "fmod({0}, {1})"},
    {"%", "double, double", "double", "fmod({0}, {1})"},
    {"mod", "tinyint, tinyint", "tinyint", FLOE_ZERO("{0} % {1}")},
    {"mod", "smallint, smallint", "smallint", FLOE_ZERO("{0} % {1}")},
    {"mod", "integer, integer", "integer", FLOE_ZERO("{0} % {1}")},
    {"mod", "bigint, bigint", "bigint", FLOE_ZERO("{0} % {1}")},
    {"mod", "decimal(p,s), decimal(q,t)", "decimal(modp,maxs)", FLOE_ZERO("CAST({0} % {1} AS %t)")},
    {"mod", "real, real", "real", "fmod({0}, {1})"},
    {"mod", "double, double", "double", "fmod({0}, {1})"},
    {"negate", "tinyint", "tinyint", "(-{0})"},
    {"negate", "smallint", "smallint", "(-{0})"},
    {"negate", "integer", "integer", "(CAST(0 AS INTEGER) - {0})"},
    {"negate", "bigint", "bigint", "(CAST(0 AS BIGINT) - {0})"},
    {"negate", "decimal(p,s)", "decimal(p,s)", "(-{0})"},
    {"negate", "real", "real", "(-{0})"},
    {"negate", "double", "double", "(-{0})"},
    {"negate", "interval day to second", "interval day to second", "(-{0})"},
    {"negate", "interval year to month", "interval year to month", "(-{0})"},
    // Mathematics.
    {"abs", "tinyint", "tinyint", "abs({0})"},
    {"abs", "smallint", "smallint", "abs({0})"},
    {"abs", "integer", "integer", "abs({0})"},
    {"abs", "bigint", "bigint", "abs({0})"},
    {"abs", "decimal(p,s)", "decimal(p,s)", "abs({0})"},
    {"abs", "real", "real", "abs({0})"},
    {"abs", "double", "double", "abs({0})"},
    {"ceil", "bigint", "bigint", "{0}"},
    {"ceil", "integer", "integer", "{0}"},
    {"ceil", "decimal(p,s)", "decimal(wholep,zero)", "CAST(ceil({0}) AS %t)"},
    {"ceil", "real", "real", "ceil({0})"},
    {"ceil", "double", "double", "ceil({0})"},
    {"ceiling", "bigint", "bigint", "{0}"},
    {"ceiling", "integer", "integer", "{0}"},
    {"ceiling", "decimal(p,s)", "decimal(wholep,zero)", "CAST(ceil({0}) AS %t)"},
    {"ceiling", "real", "real", "ceil({0})"},
    {"ceiling", "double", "double", "ceil({0})"},
    {"floor", "bigint", "bigint", "{0}"},
    {"floor", "integer", "integer", "{0}"},
    {"floor", "decimal(p,s)", "decimal(wholep,zero)", "CAST(floor({0}) AS %t)"},
    {"floor", "real", "real", "floor({0})"},
    {"floor", "double", "double", "floor({0})"},
    {"round", "tinyint", "tinyint", "{0}"},
    {"round", "smallint", "smallint", "{0}"},
    {"round", "integer", "integer", "{0}"},
    {"round", "bigint", "bigint", "{0}"},
    {"round", "decimal(p,s)", "decimal(wholep,zero)", "CAST(round({0}) AS %t)"},
    {"round", "real", "real", "round({0})"},
    {"round", "double", "double", "round({0})"},
    {"round", "integer, integer", "integer", "CAST(round({0}, {1}) AS INTEGER)"},
    {"round", "bigint, integer", "bigint", "CAST(round({0}, {1}) AS BIGINT)"},
    {"round", "decimal(p,s), integer", "decimal(roundp,s)", "CAST(round({0}, {1}) AS %t)"},
    {"round", "double, integer", "double", "round({0}, {1})"},
    {"truncate", "double", "double", "trunc({0})"},
    {"truncate", "real", "real", "trunc({0})"},
    {"truncate", "decimal(p,s)", "decimal(wholep,zero)", "CAST(trunc({0}) AS %t)"},
    {"sign", "tinyint", "tinyint", "sign({0})"},
    {"sign", "smallint", "smallint", "CAST(sign({0}) AS SMALLINT)"},
    {"sign", "integer", "integer", "CAST(sign({0}) AS INTEGER)"},
    {"sign", "bigint", "bigint", "CAST(sign({0}) AS BIGINT)"},
    {"sign", "decimal(p,s)", "decimal(one,zero)", "CAST(sign({0}) AS DECIMAL(1,0))"},
    {"sign", "real", "real", "CAST(CASE WHEN isnan({0}) THEN {0} ELSE sign({0}) END AS FLOAT)"},
    {"sign", "double", "double",
     "CASE WHEN isnan({0}) THEN {0} ELSE CAST(sign({0}) AS DOUBLE) END"},
    {"power", "double, double", "double", "pow({0}, {1})"},
    {"pow", "double, double", "double", "pow({0}, {1})"},
    {"sqrt", "double", "double", "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END"},
    {"cbrt", "double", "double", "cbrt({0})"},
    {"exp", "double", "double", "exp({0})"},
    {"ln", "double", "double", "floe_ln({0})"},
    {"log10", "double", "double", "floe_log10({0})"},
    {"log2", "double", "double", "floe_log2({0})"},
    {"log", "double, double", "double", "(floe_ln({1}) / floe_ln({0}))"},
    {"sin", "double", "double", "sin({0})"},
    {"cos", "double", "double", "cos({0})"},
    {"tan", "double", "double", "tan({0})"},
    {"asin", "double", "double", "asin({0})"},
    {"acos", "double", "double", "acos({0})"},
    {"atan", "double", "double", "atan({0})"},
    {"atan2", "double, double", "double", "atan2({0}, {1})"},
    {"sinh", "double", "double", "sinh({0})"},
    {"cosh", "double", "double", "cosh({0})"},
    {"tanh", "double", "double", "tanh({0})"},
    {"radians", "double", "double", "radians({0})"},
    {"degrees", "double", "double", "degrees({0})"},
    {"pi", "", "double", "pi()"},
    {"e", "", "double", "CAST(2.718281828459045 AS DOUBLE)"},
    {"nan", "", "double", "CAST('NaN' AS DOUBLE)"},
    {"infinity", "", "double", "CAST('Infinity' AS DOUBLE)"},
    {"is_nan", "double", "boolean", "isnan({0})"},
    {"is_nan", "real", "boolean", "isnan({0})"},
    {"is_finite", "double", "boolean", "isfinite({0})"},
    {"is_infinite", "double", "boolean", "isinf({0})"},
    {"random", "", "double", "random()"},
    {"rand", "", "double", "random()"},
    {"random", "integer", "integer", "CAST(floor(random() * {0}) AS INTEGER)"},
    {"random", "bigint", "bigint", "CAST(floor(random() * {0}) AS BIGINT)"},
    {"uuid", "", "uuid", "uuid()"},
    {"bitwise_and", "bigint, bigint", "bigint", "({0} & {1})"},
    {"bitwise_or", "bigint, bigint", "bigint", "({0} | {1})"},
    {"bitwise_xor", "bigint, bigint", "bigint", "xor({0}, {1})"},
    {"bitwise_not", "bigint", "bigint", "(~{0})"},
    {"width_bucket", "double, double, double, bigint", "bigint",
     "CASE WHEN {3} <= 0 THEN " FLOE_BAD("bucketCount must be greater than 0") " WHEN {1} = {2} "
                                                                               "THEN " FLOE_BAD(
                                                                                   "bounds cannot "
                                                                                   "equal each "
                                                                                   "other") " WHEN "
                                                                                            "{1} < "
                                                                                            "{2} "
                                                                                            "AND "
                                                                                            "{0} < "
                                                                                            "{1} "
                                                                                            "OR "
                                                                                            "{1} > "
                                                                                            "{2} "
                                                                                            "AND "
                                                                                            "{0} > "
                                                                                            "{1} "
                                                                                            "THEN "
                                                                                            "0 "
                                                                                            "WHEN "
                                                                                            "{1} < "
                                                                                            "{2} "
                                                                                            "AND "
                                                                                            "{0} "
                                                                                            ">= "
                                                                                            "{2} "
                                                                                            "OR "
                                                                                            "{1} > "
                                                                                            "{2} "
                                                                                            "AND "
                                                                                            "{0} "
                                                                                            "<= "
                                                                                            "{2} "
                                                                                            "THEN "
                                                                                            "{3} + "
                                                                                            "1"
                                                                                            " ELSE "
                                                                                            "CAST("
                                                                                            "floor("
                                                                                            "({0} "
                                                                                            "- "
                                                                                            "{1}) "
                                                                                            "/ "
                                                                                            "({2} "
                                                                                            "- "
                                                                                            "{1}) "
                                                                                            "* "
                                                                                            "{3}) "
                                                                                            "AS "
                                                                                            "BIGINT"
                                                                                            ") + 1 "
                                                                                            "END"},
    {"from_base", "varchar(x), bigint", "bigint", "floe_from_base({0}, {1})"},
    {"to_base", "bigint, bigint", "varchar(64)", "floe_to_base({0}, {1})"},
    // Text.
    {"concat", "char(x), char(y)", "char(sum)", "(rpad({0}, %0, ' ') || {1})"},
    {"concat", "varchar...", "varchar", "concat_all"},
    {"concat", "varbinary...", "varbinary", "concat_all"},
    {"concat", "array(E), array(E)", "array(E)", "list_concat({0}, {1})"},
    {"concat", "array(E), E", "array(E)", "list_append({0}, {1})"},
    {"concat", "E, array(E)", "array(E)", "list_prepend({0}, {1})"},
    {"concat_ws", "varchar, varchar...", "varchar", "concat_ws({*})"},
    {"length", "varchar(x)", "bigint", "length({0})"},
    {"length", "char(x)", "bigint", "CASE WHEN {0} IS NOT NULL THEN CAST(%0 AS BIGINT) END"},
    {"length", "varbinary", "bigint", "octet_length({0})"},
    {"lower", "varchar(x)", "varchar(x)", "floe_lower({0})"},
    {"lower", "char(x)", "char(x)", "floe_lower({0})"},
    {"upper", "varchar(x)", "varchar(x)", "floe_upper({0})"},
    {"upper", "char(x)", "char(x)", "floe_upper({0})"},
    {"trim", "varchar(x)", "varchar(x)", "trim({0}, E' \\t\\n\\r\\f\\x0B')"},
    {"ltrim", "varchar(x)", "varchar(x)", "ltrim({0}, E' \\t\\n\\r\\f\\x0B')"},
    {"rtrim", "varchar(x)", "varchar(x)", "rtrim({0}, E' \\t\\n\\r\\f\\x0B')"},
    {"trim", "varchar(x), varchar(y)", "varchar(x)", "trim({0}, {1})"},
    {"ltrim", "varchar(x), varchar(y)", "varchar(x)", "ltrim({0}, {1})"},
    {"rtrim", "varchar(x), varchar(y)", "varchar(x)", "rtrim({0}, {1})"},
    {"reverse", "varchar(x)", "varchar(x)", "floe_reverse({0})"},
    {"reverse", "array(E)", "array(E)", "list_reverse({0})"},
    {"replace", "varchar(x), varchar(y)", "varchar(x)", "replace({0}, {1}, '')"},
    {"replace", "varchar(x), varchar(y), varchar(z)", "varchar(replaced)",
     "replace({0}, {1}, {2})"},
    {"substr", "varchar(x), bigint", "varchar(x)", "floe_substring({0}, {1}, 9223372036854775807)"},
    {"substr", "varchar(x), bigint, bigint", "varchar(x)", "floe_substring({0}, {1}, {2})"},
    {"substring", "varchar(x), bigint", "varchar(x)",
     "floe_substring({0}, {1}, 9223372036854775807)"},
    {"substring", "varchar(x), bigint, bigint", "varchar(x)", "floe_substring({0}, {1}, {2})"},
    {"strpos", "varchar(x), varchar(y)", "bigint", "strpos({0}, {1})"},
    {"starts_with", "varchar(x), varchar(y)", "boolean", "starts_with({0}, {1})"},
    {"ends_with", "varchar(x), varchar(y)", "boolean", "ends_with({0}, {1})"},
    {"split", "varchar(x), varchar(y)", "array(varchar(x))", "str_split({0}, {1})"},
    {"split", "varchar(x), varchar(y), bigint", "array(varchar(x))", "floe_split({0}, {1}, {2})"},
    {"split_part", "varchar(x), varchar(y), bigint", "varchar(x)",
     "CASE WHEN {2} <= 0 THEN " FLOE_BAD(
         "Index must be greater than zero") " ELSE str_split({0}, {1})[{2}] END"},
    {"lpad", "varchar(x), bigint, varchar(y)", "varchar", "lpad({0}, CAST({1} AS INTEGER), {2})"},
    {"rpad", "varchar(x), bigint, varchar(y)", "varchar", "rpad({0}, CAST({1} AS INTEGER), {2})"},
    {"chr", "bigint", "varchar(1)", "chr(CAST({0} AS INTEGER))"},
    {"codepoint", "varchar(1)", "integer", "unicode({0})"},
    {"translate", "varchar(x), varchar(y), varchar(z)", "varchar", "translate({0}, {1}, {2})"},
    {"levenshtein_distance", "varchar(x), varchar(y)", "bigint", "levenshtein({0}, {1})"},
    {"regexp_like", "varchar(x), varchar(y)", "boolean", "regexp_matches({0}, {1})"},
    {"regexp_extract", "varchar(x), varchar(y)", "varchar(x)",
     "CASE WHEN regexp_matches({0}, {1}) THEN regexp_extract({0}, {1}) END"},
    {"regexp_extract", "varchar(x), varchar(y), bigint", "varchar(x)",
     "CASE WHEN regexp_matches({0}, {1}) THEN regexp_extract({0}, {1}, CAST({2} AS INTEGER)) END"},
    {"regexp_extract_all", "varchar(x), varchar(y)", "array(varchar(x))",
     "regexp_extract_all({0}, {1})"},
    {"regexp_replace", "varchar(x), varchar(y)", "varchar(x)", "regexp_replace({0}, {1}, '', 'g')"},
    {"regexp_replace", "varchar(x), varchar(y), varchar(z)", "varchar(regexreplaced)",
     "regexp_replace({0}, {1}, regexp_replace({2}, '\\$([0-9])', '\\\\\\1', 'g'), 'g')"},
    {"regexp_count", "varchar(x), varchar(y)", "bigint", "len(regexp_extract_all({0}, {1}))"},
    {"regexp_split", "varchar(x), varchar(y)", "array(varchar(x))", "str_split_regex({0}, {1})"},
    // Bytes.
    {"to_utf8", "varchar(x)", "varbinary", "encode({0})"},
    {"from_utf8", "varbinary", "varchar", "decode({0})"},
    {"md5", "varbinary", "varbinary", "unhex(md5({0}))"},
    {"sha1", "varbinary", "varbinary", "unhex(sha1({0}))"},
    {"sha256", "varbinary", "varbinary", "unhex(sha256({0}))"},
    {"to_hex", "varbinary", "varchar", "hex({0})"},
    {"from_hex", "varchar(x)", "varbinary", "floe_from_hex({0})"},
    {"to_base64", "varbinary", "varchar", "to_base64({0})"},
    {"from_base64", "varchar(x)", "varbinary", "from_base64({0})"},
    {"url_encode", "varchar(x)", "varchar", "url_encode({0})"},
    {"url_decode", "varchar(x)", "varchar(x)", "url_decode({0})"},
    // Arrays and maps.
    {"cardinality", "array(E)", "bigint", "len({0})"},
    {"cardinality", "map(K,V)", "bigint", "cardinality({0})"},
    {"contains", "array(T), T", "boolean",
     "CASE WHEN list_contains({0}, {1}) THEN true WHEN len(list_filter({0}, lambda x: x IS NULL)) "
     "> 0 OR {1} IS NULL THEN NULL ELSE len({0}) < 0 END"},
    {"element_at", "array(E), bigint", "E",
     "CASE WHEN {1} = 0 THEN " FLOE_BAD("SQL array indices start at 1") " ELSE {0}[{1}] END"},
    {"element_at", "map(K,V), K", "V", "{0}[{1}]"},
    {"subscript", "array(E), bigint", "E",
     "CASE WHEN {1} = 0 THEN " FLOE_BAD(
         "SQL array indices start at 1") " WHEN {1} < 0 THEN "
                                         "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|Array "
                                         "subscript "
                                         "is negative: ' || {1})"
                                         " WHEN {1} > len({0}) THEN "
                                         "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|Array "
                                         "subscript "
                                         "must be less than or equal to array length: ' || {1} || "
                                         "' > ' || len({0})) ELSE {0}[{1}] END"},
    {"subscript", "map(K,V), K", "V",
     "CASE WHEN {0} IS NOT NULL AND NOT map_contains({0}, {1}) THEN "
     "floe_raise('TRINO|INVALID_FUNCTION_ARGUMENT|Key not present in map: ' || {1}) ELSE {0}[{1}] "
     "END"},
    {"map", "", "map(unknown, unknown)", "MAP {{}"},
    {"map", "array(K), array(V)", "map(K,V)",
     "CASE WHEN len({0}) <> len({1}) THEN " FLOE_BAD(
         "Key and value arrays must be the same length") " ELSE map({0}, {1}) END"},
    {"map_keys", "map(K,V)", "array(K)", "map_keys({0})"},
    {"map_values", "map(K,V)", "array(V)", "map_values({0})"},
    {"array_distinct", "array(E)", "array(E)", "floe_macro_distinct({0})"},
    {"array_sort", "array(E)", "array(E)", "list_sort({0}, 'ASC', 'NULLS LAST')"},
    {"array_max", "array(T)", "T",
     "CASE WHEN len(list_filter({0}, lambda x: x IS NULL)) = 0 THEN list_max({0}) END"},
    {"array_min", "array(T)", "T",
     "CASE WHEN len(list_filter({0}, lambda x: x IS NULL)) = 0 THEN list_min({0}) END"},
    {"array_position", "array(T), T", "bigint",
     "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN CAST(coalesce(list_position({0}, {1}), 0) "
     "AS BIGINT) END"},
    {"array_join", "array(T), varchar", "varchar", "array_to_string({0}, {1})"},
    {"array_union", "array(E), array(E)", "array(E)", "floe_macro_distinct(list_concat({0}, {1}))"},
    {"array_except", "array(E), array(E)", "array(E)",
     "list_filter(floe_macro_distinct({0}), lambda v: NOT floe_macro_has({1}, v))"},
    {"array_intersect", "array(E), array(E)", "array(E)",
     "list_filter(floe_macro_distinct({0}), lambda v: floe_macro_has({1}, v))"},
    {"array_remove", "array(E), E", "array(E)",
     "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda v: v IS NULL OR v <> {1}) END"},
    {"map_concat", "map(K,V), map(K,V)", "map(K,V)", "map_concat({0}, {1})"},
    {"map_entries", "map(K,V)", "array(row(K,V))",
     "list_transform(map_entries({0}), lambda e: struct_pack(f1 := e.key, f2 := e.value))"},
    {"flatten", "array(array(E))", "array(E)", "flatten({0})"},
    {"repeat", "T, bigint", "array(T)", "list_transform(range({1}), lambda i: {0})"},
    {"arrays_overlap", "array(E), array(E)", "boolean", "list_has_any({0}, {1})"},
    {"slice", "array(E), bigint, bigint", "array(E)",
     "CASE WHEN {1} = 0 THEN " FLOE_BAD("SQL array indices start at 1") " WHEN {2} < 0 "
                                                                        "THEN " FLOE_BAD(
                                                                            "length must be "
                                                                            "greater than or equal "
                                                                            "to 0") " WHEN {1} > 0 "
                                                                                    "THEN "
                                                                                    "{0}[{1}:{1} + "
                                                                                    "{2} - 1] ELSE "
                                                                                    "{0}[len({0}) "
                                                                                    "+ {1} + "
                                                                                    "1:len({0}) + "
                                                                                    "{1} + {2}] "
                                                                                    "END"},
    {"sequence", "bigint, bigint", "array(bigint)",
     "CASE WHEN abs({1} - {0}) >= 10000 THEN " FLOE_BAD(
         "result of sequence function must not have more than 10000 entries") " ELSE "
                                                                              "generate_series({0},"
                                                                              " {1}, CASE WHEN {0} "
                                                                              "<= {1} THEN 1 ELSE "
                                                                              "-1 END) END"},
    {"sequence", "bigint, bigint, bigint", "array(bigint)",
     "CASE WHEN {2} = 0 THEN " FLOE_BAD("step must not be zero") " WHEN abs(({1} - {0}) // {2}) >= "
                                                                 "10000 THEN " FLOE_BAD(
                                                                     "result of sequence function "
                                                                     "must not have more than "
                                                                     "10000 entries") " ELSE "
                                                                                      "generate_"
                                                                                      "series({0}, "
                                                                                      "{1}, {2}) "
                                                                                      "END"},
    // Others.
    {"json_parse", "varchar(x)", "json", "floe_json_parse({0})"},
    {"json_extract", "varchar(x), varchar(y)", "json", "floe_json_extract({0}, {1})"},
    {"json_extract", "json, varchar(y)", "json", "floe_json_extract({0}, {1})"},
    {"json_extract_scalar", "varchar(x), varchar(y)", "varchar(x)",
     "floe_json_extract_scalar({0}, {1})"},
    {"json_extract_scalar", "json, varchar(y)", "varchar", "floe_json_extract_scalar({0}, {1})"},
    {"json_size", "varchar(x), varchar(y)", "bigint", "floe_json_size({0}, {1})"},
    {"json_size", "json, varchar(y)", "bigint", "floe_json_size({0}, {1})"},
    {"json_array_length", "varchar(x)", "bigint", "floe_json_array_length({0})"},
    {"json_array_length", "json", "bigint", "floe_json_array_length({0})"},
    {"json_format", "json", "varchar", "{0}"},
    {"fail", "varchar(x)", "unknown",
     "CAST(floe_raise('TRINO|GENERIC_USER_ERROR|' || {0}) AS INTEGER)"},
    {"version", "", "varchar", "'floe'"},
};

}  // namespace

std::span<const FunctionRow> ScalarRows() { return kRows; }

}  // namespace floe::query::trino
