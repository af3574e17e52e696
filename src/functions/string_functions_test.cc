#include <gtest/gtest.h>

#include "functions/test_expressions.h"

// The answers are those that Flink 2.3.0 gave.
namespace floe::functions {
namespace {

using types::DataType;

const char kStringNotNull[] = "STRING NOT NULL";

TEST(StringFunctionsTest, CaseAndLength) {
  CheckValues({
      {Call("UPPER", {Text("abcÄö")}), "'ABCÄÖ'", "CHAR(5) NOT NULL"},
      {Call("LOWER", {Text("ABCÄÖ")}), "'abcäö'", "CHAR(5) NOT NULL"},
      {Call("INITCAP", {Text("hello wORLD foo-bar a1b")}), "'Hello World Foo-Bar A1b'",
       "CHAR(23) NOT NULL"},
      {Call("CHAR_LENGTH", {Text("😀")}), "1", "INT NOT NULL"},
      {Call("CHARACTER_LENGTH", {Text("straße")}), "6", "INT NOT NULL"},
      {Call("REVERSE", {Text("aé日")}), "'日éa'", "STRING"},
      {Call("UPPER", {NullOf(DataType::String())}), "NULL", "STRING"},
  });
  TestEvaluation evaluation;
  // A literal of CHAR(8) has eight characters.
  EXPECT_EQ(evaluation.Folded(Call("UPPER", {Text("straße é")})), "'STRASSE '");
  EXPECT_EQ(evaluation.Constant(Call("UPPER", {Text("straße é")})), "'STRASSE É'");
}

TEST(StringFunctionsTest, Parts) {
  CheckValues({
      {Call("SUBSTRING", {Text("abcdef"), Number("2")}), "'bcdef'", "VARCHAR(6)"},
      {Call("SUBSTRING", {Text("abcdef"), Number("0")}), "'abcdef'", "VARCHAR(6)"},
      {Call("SUBSTRING", {Text("abcdef"), Number("2"), Number("0")}), "''", "VARCHAR(6)"},
      {Call("SUBSTRING", {Text("abcdef"), Number("2"), Number("-1")}), "NULL", "VARCHAR(6)"},
      {Call("SUBSTRING", {Text("abcdef"), Number("0"), Number("2")}), "'ab'", "VARCHAR(6)"},
      {Call("SUBSTR", {Text("äöüß"), Number("-2"), Number("1")}), "'ü'", "VARCHAR(4)"},
      {Call("SUBSTR", {Text("abc"), Number("-9")}), "''", "VARCHAR(3)"},
      {Call("LEFT", {Text("äbc"), Number("2")}), "'äb'", "VARCHAR(3)"},
      {Call("LEFT", {Text("abc"), Number("-1")}), "''", "VARCHAR(3)"},
      {Call("RIGHT", {Text("abc"), Number("5")}), "'abc'", "VARCHAR(3)"},
      {Call("OVERLAY", {Text("abcdef"), Text("XX"), Number("2")}), "'aXXdef'",
       "VARCHAR(8) NOT NULL"},
      {Call("OVERLAY", {Text("abcdef"), Text("XX"), Number("2"), Number("4")}), "'aXXf'",
       "VARCHAR(8) NOT NULL"},
      {Call("OVERLAY", {Text("abcdef"), Text("XX"), Number("10")}), "'abcdef'",
       "VARCHAR(8) NOT NULL"},
      {Call("SPLIT_INDEX", {Text("a,b,c"), Text(","), Number("1")}), "'b'", "STRING"},
      {Call("SPLIT_INDEX", {Text("a,b,c"), Number("44"), Number("2")}), "'c'", "STRING"},
      {Call("SPLIT_INDEX", {Text("a,b,c"), Text(","), Number("-1")}), "NULL", "STRING"},
      {Call("SPLIT_INDEX", {Text(""), Text(","), Number("0")}), "NULL", "STRING"},
      {Call("SPLIT_INDEX", {Text("a,,c"), Text(","), Number("1")}), "''", "STRING"},
  });
}

TEST(StringFunctionsTest, TrimmingAndPadding) {
  CheckValues({
      {Call("TRIM", {Word("BOTH"), Text("x"), Text("xxaxx")}), "'a'", "VARCHAR(5) NOT NULL"},
      {Call("TRIM", {Word("TRAILING"), Text(" "), Text("  a  ")}), "'  a'", "VARCHAR(5) NOT NULL"},
      {Call("TRIM", {Word("LEADING"), Text(" "), Text("  a  ")}), "'a  '", "VARCHAR(5) NOT NULL"},
      {Call("TRIM", {Word("BOTH"), Text("xy"), Text("xyaxy")}), "'a'", "VARCHAR(5) NOT NULL"},
      {Call("RTRIM", {Text(" a  ")}), "' a'", "VARCHAR(4) NOT NULL"},
      {Call("LTRIM", {Text("xxa"), Text("x")}), "'a'", "VARCHAR(3) NOT NULL"},
      {Call("BTRIM", {Text("  a  ")}), "'a'", kStringNotNull},
      {Call("BTRIM", {Text("äöaöä"), Text("öä")}), "'a'", kStringNotNull},
      {Call("LPAD", {Text("a"), Number("3"), Text("xy")}), "'xya'", kStringNotNull},
      {Call("LPAD", {Text("abcd"), Number("2"), Text("x")}), "'ab'", kStringNotNull},
      {Call("LPAD", {Text("a"), Number("3"), Text("")}), "NULL", kStringNotNull},
      {Call("RPAD", {Text("a"), Number("4"), Text("xy")}), "'axyx'", kStringNotNull},
      // Lengths count UTF-16 units: 😀 has two, and half of it is '?'.
      {Call("LPAD", {Text("a"), Number("3"), Text("😀")}), "'😀a'", kStringNotNull},
      {Call("LPAD", {Text("😀"), Number("1"), Text("x")}), "'?'", kStringNotNull},
      {Call("RPAD", {Text("😀"), Number("4"), Text("é😀")}), "'😀é?'", kStringNotNull},
      {Call("REPEAT", {Text("ab"), Number("3")}), "'ababab'", kStringNotNull},
      {Call("REPEAT", {Text("ab"), Number("0")}), "''", kStringNotNull},
  });
}

TEST(StringFunctionsTest, Concatenation) {
  const ExpressionPtr null = NullOf(DataType::String());
  CheckValues({
      {Call("||", {Text("a"), Text("bc")}), "'abc'", "CHAR(3) NOT NULL"},
      {Call("||", {Text("a"), null}), "NULL", "STRING"},
      {Call("CONCAT", {Text("a"), Text("b"), Text("c")}), "'abc'", kStringNotNull},
      {Call("CONCAT", {Text("a"), null}), "NULL", "STRING"},
      {Call("CONCAT", {Text("a"), Number("1")}), "'a1'", kStringNotNull},
      {Call("CONCAT_WS", {Text(",")}), "''", kStringNotNull},
      {Call("CONCAT_WS", {Text("-"), null, Text("x"), Text("y")}), "'x-y'", "STRING", 0},
      {Call("CONCAT_WS", {null, Text("x")}), "NULL", "STRING"},
  });
}

TEST(StringFunctionsTest, Searching) {
  CheckValues({
      {Call("POSITION", {Text("c"), Text("abcabc")}), "3", "INT NOT NULL"},
      {Call("POSITION", {Text("z"), Text("abc")}), "0", "INT NOT NULL"},
      {Call("POSITION", {Text("b"), Text("äb")}), "2", "INT NOT NULL"},
      {Call("INSTR", {Text("abcabc"), Text("c")}), "3", "INT NOT NULL"},
      {Call("INSTR", {Text("abcabc"), Text("c"), Number("1"), Number("2")}), "6", "INT NOT NULL"},
      {Call("INSTR", {Text("abcabc"), Text("b"), Number("-1")}), "5", "INT NOT NULL"},
      {Call("INSTR", {Text("abcabc"), Text("b"), Number("-1"), Number("2")}), "2", "INT NOT NULL"},
      {Call("LOCATE", {Text("c"), Text("abcabc")}), "3", "INT NOT NULL"},
      {Call("LOCATE", {Text("c"), Text("abcabc"), Number("4")}), "6", "INT NOT NULL"},
      {Call("STARTSWITH", {Text("abc"), Text("ab")}), "TRUE", "BOOLEAN NOT NULL"},
      {Call("ENDSWITH", {Text("abc"), Text("ab")}), "FALSE", "BOOLEAN NOT NULL"},
      {Call("REPLACE", {Text("abc"), Text(""), Text("X")}), "'XaXbXcX'", kStringNotNull},
      {Call("REPLACE", {Text("aaa"), Text("aa"), Text("b")}), "'ba'", kStringNotNull},
      {Call("TRANSLATE", {Text("abcabc"), Text("abc"), Text("xy")}), "'xyxy'", kStringNotNull},
      {Call("ELT", {Number("2"), Text("a"), Text("b")}), "'b'", "CHAR(1)"},
      {Call("ELT", {Number("3"), Text("a"), Text("b")}), "NULL", "CHAR(1)"},
      {Call("IS_ALPHA", {Text("abc")}), "TRUE", "BOOLEAN NOT NULL"},
      {Call("IS_ALPHA", {Text("a1")}), "FALSE", "BOOLEAN NOT NULL"},
      {Call("IS_DIGIT", {Text("12")}), "TRUE", "BOOLEAN NOT NULL"},
      {Call("IS_DIGIT", {Text("")}), "FALSE", "BOOLEAN NOT NULL"},
      {Call("IS_DECIMAL", {Text("1.5")}), "TRUE", "BOOLEAN NOT NULL"},
      {Call("IS_DECIMAL", {Text("x")}), "FALSE", "BOOLEAN NOT NULL"},
  });
}

TEST(StringFunctionsTest, Encodings) {
  CheckValues({
      {Call("MD5", {Text("12")}), "'c20ad4d76fe97759aa27a0c99bff6710'", "CHAR(32) NOT NULL"},
      {Call("MD5", {Text("")}), "'d41d8cd98f00b204e9800998ecf8427e'", "CHAR(32) NOT NULL"},
      {Call("SHA1", {Text("abc")}), "'a9993e364706816aba3e25717850c26c9cd0d89d'",
       "CHAR(40) NOT NULL"},
      {Call("SHA224", {Text("abc")}), "'23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'",
       "CHAR(56) NOT NULL"},
      {Call("SHA2", {Text("abc"), Number("256")}),
       "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
       "VARCHAR(128) NOT NULL"},
      {Call("TO_BASE64", {Text("hello")}), "'aGVsbG8='", kStringNotNull},
      {Call("FROM_BASE64", {Text("aGVsbG8=")}), "'hello'", kStringNotNull},
      {Call("HEX", {Number("255")}), "'FF'", kStringNotNull},
      {Call("HEX", {Number("-1")}), "'FFFFFFFFFFFFFFFF'", kStringNotNull},
      {Call("HEX", {Text("abc")}), "'616263'", kStringNotNull},
      {Call("UNHEX", {Text("616263")}), "X'616263'", "BYTES"},
      {Call("UNHEX", {Text("xy")}), "NULL", "BYTES"},
      {Call("BIN", {Number("4")}), "'100'", kStringNotNull},
      {Call("BIN", {Number("0")}), "'0'", kStringNotNull},
      {Call("URL_ENCODE", {Text("a b&c")}), "'a+b%26c'", "STRING"},
      {Call("URL_DECODE", {Text("a+b%26c")}), "'a b&c'", "STRING"},
      {Call("URL_DECODE", {Text("%zz")}), "NULL", "STRING"},
      {Call("ASCII", {Text("abc")}), "97", "INT NOT NULL"},
      {Call("ASCII", {Text("")}), "0", "INT NOT NULL"},
      {Call("CHR", {Number("97")}), "'a'", "STRING"},
      {Call("CHR", {Number("353")}), "'a'", "STRING"},
  });
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(Call("FROM_BASE64", {Text("!!")})), "error: '!!' is not Base64");
  EXPECT_EQ(evaluation.Constant(Call("SHA2", {Text("a"), Number("1")})),
            "error: SHA2 knows 224, 256, 384 and 512 bits, not 1");
  const std::string uuid = evaluation.Constant(Call("UUID", {}));
  EXPECT_EQ(uuid.size(), 38u);
  EXPECT_NE(uuid, evaluation.Constant(Call("UUID", {})));
}

TEST(StringFunctionsTest, UrlParts) {
  const auto part = [](const char* url, const char* name) {
    return Call("PARSE_URL", {Text(url), Text(name)});
  };
  const char* const url = "https://me:pw@h.com:8080/a/b.html?x=1&y=2&x=3#top";
  CheckValues({
      {part("http://h.com/p?a=1", "HOST"), "'h.com'", "STRING"},
      {part(url, "PROTOCOL"), "'https'", "STRING"},
      {part(url, "AUTHORITY"), "'me:pw@h.com:8080'", "STRING"},
      {part(url, "USERINFO"), "'me:pw'", "STRING"},
      {part(url, "HOST"), "'h.com'", "STRING"},
      {part(url, "PATH"), "'/a/b.html'", "STRING"},
      {part(url, "FILE"), "'/a/b.html?x=1&y=2&x=3'", "STRING"},
      {part(url, "QUERY"), "'x=1&y=2&x=3'", "STRING"},
      {part(url, "REF"), "'top'", "STRING"},
      {part(url, "host"), "NULL", "STRING"},
      {part("http://h.com", "QUERY"), "NULL", "STRING"},
      {part("http://h.com", "PATH"), "''", "STRING"},
      {part("no url", "HOST"), "NULL", "STRING"},
      {part("gopher://h", "HOST"), "NULL", "STRING"},
      {Call("PARSE_URL", {Text(url), Text("QUERY"), Text("y")}), "'2'", "STRING"},
      {Call("PARSE_URL", {Text(url), Text("QUERY"), Text("z")}), "NULL", "STRING"},
      {Call("PARSE_URL", {Text(url), Text("PATH"), Text("y")}), "NULL", "STRING"},
  });
}

TEST(StringFunctionsTest, Patterns) {
  const char* const type = "BOOLEAN NOT NULL";
  CheckValues({
      {Call("LIKE", {Text("abc"), Text("A%")}), "FALSE", type},
      {Call("LIKE", {Text("a\nb"), Text("a%b")}), "TRUE", type},
      {Call("LIKE", {Text("abc"), Text("a_c")}), "TRUE", type},
      {Call("LIKE", {Text("a日c"), Text("a_c")}), "TRUE", type},
      {Call("LIKE", {Text("abcbc"), Text("a%bc")}), "TRUE", type},
      {Call("LIKE", {Text("aXbXc"), Text("%X_X%")}), "TRUE", type},
      {Call("LIKE", {Text("ab"), Text("%a%b%b")}), "FALSE", type},
      {Call("LIKE", {Text(""), Text("%")}), "TRUE", type},
      {Call("LIKE", {Text("10%"), Text("10!%"), Text("!")}), "TRUE", type},
      {Call("LIKE", {Text("10x"), Text("10!%"), Text("!")}), "FALSE", type},
      {Call("NOT LIKE", {Text("abc"), Text("b%")}), "TRUE", type, 0},
      {Call("SIMILAR TO", {Text("abc"), Text("(a|b)%")}), "TRUE", type},
      {Call("SIMILAR TO", {Text("abc"), Text("a[a-c]c")}), "TRUE", type},
      {Call("SIMILAR TO", {Text("abc"), Text("ab")}), "FALSE", type},
      {Call("SIMILAR TO", {Text("a.c"), Text("a.c")}), "TRUE", type},
      {Call("SIMILAR TO", {Text("abc"), Text("a.c")}), "FALSE", type},
      {Call("REGEXP", {Text("abc"), Text("b")}), "TRUE", type},
      {Call("REGEXP", {Text("abc"), Text("")}), "FALSE", type},
      {Call("REGEXP", {Text("abc"), Text("[")}), "FALSE", type},
      {Call("REGEXP_EXTRACT", {Text("foothebar"), Text("foo(.*?)(bar)"), Number("2")}), "'bar'",
       "STRING"},
      {Call("REGEXP_EXTRACT", {Text("abc"), Text("x(y)"), Number("1")}), "NULL", "STRING"},
      {Call("REGEXP_EXTRACT", {Text("abc"), Text("(x)?a"), Number("1")}), "NULL", "STRING"},
      {Call("REGEXP_REPLACE", {Text("a1b2"), Text("([0-9])"), Text("<$1>")}), "'a<$1>b<$1>'",
       kStringNotNull},
      {Call("REGEXP_REPLACE", {Text("baac"), Text("a*"), Text("x")}), "'xbxxcx'", kStringNotNull},
      {Call("REGEXP_REPLACE", {Text("abc"), Text("["), Text("x")}), "NULL", kStringNotNull},
      {Call("REGEXP_COUNT", {Text("ababab"), Text("ab")}), "3", "INT"},
      {Call("REGEXP_SUBSTR", {Text("abc123"), Text("[0-9]+")}), "'123'", "STRING"},
      {Call("REGEXP_INSTR", {Text("äb1"), Text("[0-9]")}), "3", "INT"},
  });
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(Call("LIKE", {Text("a"), Text("!a"), Text("!")})),
            "error: invalid escape sequence in the pattern '!a'");
  // Never another meaning: what only a backtracking engine matches is refused.
  for (const char* pattern : {"(?=a)", "(a)\\1", "a++", "(?<!b)a"}) {
    const std::string answer =
        evaluation.Constant(Call("REGEXP_COUNT", {Text("aa"), Text(pattern)}));
    EXPECT_TRUE(answer.ends_with("which is not supported yet")) << pattern << ": " << answer;
  }
}

}  // namespace
}  // namespace floe::functions
