// Values and errors as Trino 476 gives them.
#include <gtest/gtest.h>

#include "query/trino/error_names.h"
#include "query/trino/statement.h"

namespace floe::query::trino {
namespace {

class FunctionValuesTest : public testing::Test {
 protected:
  FunctionValuesTest() : executor_(MakeDuckDbExecutor({})), runner_({}, *executor_) {}

  // The rows, or the error's name.
  std::string Ask(const std::string& sql) {
    auto answer = runner_.Run("SELECT " + sql, {});
    if (!answer.ok()) return std::string(NameOf(answer.error().code()).name);
    std::string out;
    for (;;) {
      auto page = answer->cursor->NextPage(1 << 20);
      if (!page.ok()) return std::string(NameOf(page.error().code()).name);
      if (page->empty()) return out;
      for (const std::string& row : *page) out += row;
    }
  }

  const std::unique_ptr<QueryExecutor> executor_;
  StatementRunner runner_;
};

TEST_F(FunctionValuesTest, CastsFromJson) {
  EXPECT_EQ(Ask(R"(CAST(JSON '{"X":1,"y":"z"}' AS ROW(x integer, Y varchar)))"), R"([[1,"z"]])");
  EXPECT_EQ(Ask(R"(CAST(JSON '[1,"z"]' AS ROW(x integer, y varchar)))"), R"([[1,"z"]])");
  EXPECT_EQ(Ask(R"(CAST(JSON '[1,"2",true,null,2.6]' AS array(bigint)))"), "[[1,2,1,null,3]]");
  EXPECT_EQ(Ask(R"(CAST(JSON '[1,"2",true,null,2.50,"x"]' AS array(varchar)))"),
            R"([["1","2","true",null,"2.5E0","x"]])");
  EXPECT_EQ(Ask(R"(CAST(JSON '{"a":[1],"b":null}' AS map(varchar, json)))"),
            R"([{"a":"[1]","b":"null"}])");
  EXPECT_EQ(Ask(R"(CAST(JSON '{"1":2}' AS map(bigint, double)))"), R"([{"1":2.0}])");
  EXPECT_EQ(Ask(R"(CAST(JSON '[[1],[2,3]]' AS array(array(integer))))"), "[[[1],[2,3]]]");
  EXPECT_EQ(Ask(R"(CAST(JSON '1' AS bigint), CAST(JSON '"1.5"' AS double),)"
                R"( CAST(JSON 'true' AS boolean), CAST(JSON '1.55' AS decimal(3,1)),)"
                R"( CAST(JSON 'null' AS bigint), CAST(JSON '1.5e3' AS varchar))"),
            R"([1,1.5,true,"1.6",null,"1.5E3"])");
  EXPECT_EQ(Ask(R"(CAST(JSON '{"x":1}' AS ROW(x integer, y varchar)))"), "[[1,null]]");
  EXPECT_EQ(Ask("CAST(JSON 'null' AS ROW(x integer)), CAST(JSON 'null' AS array(integer)),"
                " CAST(JSON 'null' AS map(varchar, integer))"),
            "[null,null,null]");
  EXPECT_EQ(Ask(R"(CAST(JSON '{"a":1}' AS varchar))"), "INVALID_CAST_ARGUMENT");
  EXPECT_EQ(Ask(R"(CAST(JSON '[[1]]' AS array(varchar)))"), "INVALID_CAST_ARGUMENT");
  EXPECT_EQ(Ask(R"(CAST(JSON '"x"' AS bigint))"), "INVALID_CAST_ARGUMENT");
  EXPECT_EQ(Ask("CAST(JSON '1' AS array(bigint))"), "INVALID_CAST_ARGUMENT");
  EXPECT_EQ(Ask("CAST(JSON '[1]' AS ROW(x integer, y varchar))"), "INVALID_CAST_ARGUMENT");
  EXPECT_EQ(Ask("TRY_CAST(JSON '1' AS array(bigint))"), "[null]");
  EXPECT_EQ(Ask("CAST(JSON '1' AS timestamp)"), "TYPE_MISMATCH");
}

TEST_F(FunctionValuesTest, JsonPaths) {
  EXPECT_EQ(Ask(R"(json_extract('{"b":{"z":1,"a":2.50, "s":"\u00e9\/"}}','$.b'))"),
            R"(["{\"z\":1,\"a\":2.5,\"s\":\"é/\"}"])");
  EXPECT_EQ(Ask(R"(json_extract('{"a":[1,2]}', '$.a[1]'), json_extract('x','$.a'),)"
                R"( json_extract('{"a":1}','$.b'), json_extract('{"a":null}','$.a'))"),
            R"(["2",null,null,"null"])");
  EXPECT_EQ(
      Ask(R"(json_extract_scalar('{"a":"x"}','$.a'), json_extract_scalar('{"a":1.50}','$.a'),)"
          R"( json_extract_scalar('{"a":true}','$.a'), json_extract_scalar('{"a":{}}','$.a'),)"
          R"( json_extract_scalar('{"a":null}','$.a'), json_extract_scalar('bad','$.a'),)"
          R"( json_extract_scalar('{"a b":[{"c":5}]}','$["a b"][0].c'),)"
          R"( json_extract_scalar(JSON '{"a":1e2}','$.a'))"),
      R"(["x","1.50","true",null,null,null,"5","100.0"])");
  EXPECT_EQ(Ask(R"(json_extract_scalar('{ "x" : {"a":9} , "a":[ "]" , "q\"" , 3 ] }', '$.a[2]'))"),
            R"(["3"])");
  EXPECT_EQ(
      Ask(R"(json_extract('{}','$.a'), json_extract('[]','$[0]'), json_extract('[1]','$[1]'))"),
      "[null,null,null]");
  for (const char* path : {"a", "$.a..b", "$.a[*]", "$.a[-1]", "$.", "$[", "$['a"}) {
    EXPECT_EQ(Ask("json_extract('{\"a\":1}', '" +
                  std::string(path == std::string("$['a") ? "$[''a" : path) + "')"),
              "INVALID_FUNCTION_ARGUMENT")
        << path;
  }
  EXPECT_EQ(Ask(R"(json_array_length('[1,2]'), json_array_length('{}'), json_array_length('x'),)"
                R"( json_size('{"a":{"b":1,"c":2}}','$.a'))"),
            "[2,null,null,2]");
}

TEST_F(FunctionValuesTest, DateFormats) {
  EXPECT_EQ(
      Ask("date_format(TIMESTAMP '2024-05-06 07:08:09.123456', '%a|%b|%c|%d|%e|%f|%H|%h|%I|%i|"
          "%j|%k|%l|%M|%m|%p|%r|%S|%s|%T|%v|%W|%Y|%y|%%|%x|%n|q')"),
      R"(["Mon|May|5|06|6|123000|07|07|07|08|127|7|7|May|05|AM|07:08:09 AM|09|09|07:08:09|)"
      R"(19|Monday|2024|24|%|2024|n|q"])");
  EXPECT_EQ(
      Ask("date_format(TIMESTAMP '2024-01-06 00:08:09 America/New_York', '%H %I %l %k %v %x %j'),"
          " date_format(DATE '2024-01-01', '%Y')"),
      R"(["00 12 12 0 01 2024 006","2024"])");
  EXPECT_EQ(Ask("date_format(TIMESTAMP '2024-05-06 17:08:09', '%D')"), "INVALID_FUNCTION_ARGUMENT");
  EXPECT_EQ(Ask("date_parse('2024-05-06 07:08:09', '%Y-%m-%d %H:%i:%s'),"
                " date_parse('06/05/24','%d/%m/%y'),"
                " date_parse('2024-05-06 07:08:09.5', '%Y-%m-%d %H:%i:%s.%f'),"
                " date_parse('May 6 2024 05 PM', '%b %e %Y %h %p')"),
            R"(["2024-05-06 07:08:09.000","2024-05-06 00:00:00.000",)"
            R"("2024-05-06 07:08:09.500","2024-05-06 17:00:00.000"])");
  EXPECT_EQ(Ask("date_parse('2024-05-06x', '%Y-%m-%d')"), "INVALID_FUNCTION_ARGUMENT");
  EXPECT_EQ(Ask("date_parse('2024-13-06', '%Y-%m-%d')"), "INVALID_FUNCTION_ARGUMENT");
  EXPECT_EQ(Ask("CAST('10:11' AS time), CAST('10:11:12.9999' AS time(3)),"
                " CAST('23:59:59.9999' AS time(3)), CAST('1:2:3' AS time)"),
            R"(["10:11:00.000","10:11:13.000","00:00:00.000","01:02:03.000"])");
  EXPECT_EQ(Ask("CAST('x' AS time)"), "INVALID_CAST_ARGUMENT");
  EXPECT_EQ(
      Ask("date_trunc('second', TIME '10:11:12.345'), date_trunc('hour', TIME '10:11:12.345')"),
      R"(["10:11:12.000","10:00:00.000"])");
}

TEST_F(FunctionValuesTest, Arrays) {
  EXPECT_EQ(Ask("array_union(ARRAY[1,2,2,NULL],ARRAY[3,2,NULL]), array_except(ARRAY[1,1,2,NULL],"
                "ARRAY[2]), array_intersect(ARRAY[2,1,2,NULL],ARRAY[NULL,2,1]),"
                " array_remove(ARRAY[1,NULL,2,1],1), array_distinct(ARRAY[1,NULL,1,NULL])"),
            "[[1,2,null,3],[1,null],[2,1,null],[null,2],[1,null]]");
  EXPECT_EQ(Ask("map_concat(MAP(ARRAY['a'],ARRAY[1]),MAP(ARRAY['a','b'],ARRAY[2,3])),"
                " map_entries(MAP(ARRAY['a'],ARRAY[1])),"
                " map_filter(MAP(ARRAY['a','b'],ARRAY[1,2]),(k,v)->v>1),"
                " transform_values(MAP(ARRAY['a'],ARRAY[1]),(k,v)->v+1),"
                " transform_keys(MAP(ARRAY['a'],ARRAY[1]),(k,v)->k||'x')"),
            R"([{"a":2,"b":3},[["a",1]],{"b":2},{"a":2},{"ax":1}])");
  EXPECT_EQ(Ask("regexp_count('a1b2','[0-9]')"), "[2]");
}

TEST_F(FunctionValuesTest, Reductions) {
  EXPECT_EQ(Ask("reduce(ARRAY[1,2,3], 0, (s,x)->s+x, s->s),"
                " reduce(ARRAY[1,2], 0e0, (s,x)->s+x, s->s/2),"
                " reduce(ARRAY[1,NULL],0,(s,x)->s+coalesce(x,10),s->s),"
                " reduce(CAST(ARRAY[] AS array(integer)), 7, (s,x)->s+x, s->s)"),
            "[6,1.5,11,7]");
  EXPECT_EQ(Ask("reduce_agg(x, 0, (a,b)->a+b,(a,b)->a+b), reduce_agg(x, 0e0, (a,b)->a+b,(a,b)->a+b)"
                " FROM (VALUES 1,2,NULL) t(x)"),
            "[3,3.0]");
  EXPECT_EQ(Ask("reduce_agg(x, 0, (a,b)->a+b,(a,b)->a+b), bitwise_and_agg(x)"
                " FROM (VALUES 1) t(x) WHERE false"),
            "[null,null]");
  EXPECT_EQ(Ask("k, reduce_agg(x, 0, (a,b)->a+b,(a,b)->a+b) FROM (VALUES (1,2),(1,3),(2,NULL))"
                " t(k,x) GROUP BY k ORDER BY k"),
            "[1,5][2,null]");
  EXPECT_EQ(Ask("approx_percentile(x, 0.5), approx_percentile(x, 0.9),"
                " approx_percentile(CAST(x AS double), 0.5), approx_percentile(x, 1.0)"
                " FROM (VALUES 1,2,3,4,5,6,7,8,9,10,NULL) t(x)"),
            "[6,10,6.0,10]");
  EXPECT_EQ(Ask("approx_percentile(x, 1.5) FROM (VALUES 1) t(x)"), "INVALID_FUNCTION_ARGUMENT");
}

}  // namespace
}  // namespace floe::query::trino
