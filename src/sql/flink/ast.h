// The syntax tree of Flink SQL: names and types, expressions, functions, queries, statements.
#pragma once

#include "sql/flink/ast_expression.h"
#include "sql/flink/ast_function.h"
#include "sql/flink/ast_name.h"
#include "sql/flink/ast_query.h"
#include "sql/flink/ast_statement.h"
