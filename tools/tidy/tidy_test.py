"""Each check is shown a small tree that it has to refuse, and one that it has to let pass."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import cpp_text
import layering
import text_rules
import tidy
from tree import Tree

ARCHITECTURE = """# Architecture
<!-- tidy: include table -->

| folder | what | may include |
|---|---|---|
| `base` | ground | |
| `types` | types | base |
| `plan` | plans | base, types |

<!-- tidy: adapter headers -->

| header | brings | because |
|---|---|---|
| `types/arrow_types.h` | Arrow | layout |
"""
HEADER = "#pragma once\n"


class TreeTest(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.write("ARCHITECTURE.md", ARCHITECTURE)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def findings(self, check):
        return [str(finding) for finding in check(Tree(self.root))]

    def assert_refused(self, check, *parts):
        """Exactly one finding, which contains the parts."""
        findings = self.findings(check)
        self.assertEqual(len(findings), 1, findings)
        for part in parts:
            self.assertIn(part, findings[0])

    def assert_passes(self, check):
        self.assertEqual(self.findings(check), [])


class IncludeTableTest(TreeTest):
    def test_refuses_an_include_outside_the_row(self):
        self.write("src/types/schema.cc", '#include "base/result.h"\n#include "plan/plan.h"\n')
        self.assert_refused(layering.check_include_table, "src/types/schema.cc:2", "plan/plan.h")

    def test_refuses_it_in_angle_brackets_and_by_a_relative_path(self):
        for path in ("<plan/plan.h>", '"../plan/plan.h"'):
            with self.subTest(path):
                self.write("src/types/schema.cc", f"#include {path}\n")
                self.assert_refused(layering.check_include_table, "src/types/schema.cc:1")

    def test_lets_own_folder_and_row_pass(self):
        self.write("src/plan/plan.cc", '#include "plan/a.h"\n#include "types/b.h"\n#include <map>\n')
        self.assert_passes(layering.check_include_table)

    def test_lets_unit_tests_use_storage(self):
        self.write("src/types/a_test.cc", '#include "storage/file_system.h"\n')
        self.assert_passes(layering.check_include_table)

    def test_does_not_read_includes_in_comments(self):
        self.write("src/base/a.cc", '// #include "plan/plan.h"\n/* \n#include "plan/plan.h"\n*/\n')
        self.assert_passes(layering.check_include_table)

    def test_refuses_a_folder_without_row(self):
        self.write("src/extra/a.cc", "int x;\n")
        self.assert_refused(layering.check_include_table, "extra/", "no row")

    def test_refuses_a_library_linked_outside_the_row(self):
        self.write("src/types/CMakeLists.txt",
                   "floe_library(types\n  SOURCES a.cc\n  DEPENDS base plan\n  LINK re2)\n")
        self.assert_refused(layering.check_include_table, "src/types/CMakeLists.txt:1", "plan/")

    def test_refuses_a_cycle_of_rows(self):
        self.write("ARCHITECTURE.md", ARCHITECTURE.replace("| ground | |", "| ground | plan |"))
        self.assertTrue(any("cycle: base -> plan -> base" in finding
                            for finding in self.findings(layering.check_include_table)))

    def test_refuses_a_page_without_table(self):
        self.write("ARCHITECTURE.md", "# Architecture\n")
        self.assert_refused(layering.check_include_table, "no include table")


class IncludeCycleTest(TreeTest):
    def test_refuses_headers_that_include_each_other(self):
        for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
            self.write(f"src/plan/{name}.h", f'{HEADER}#include "plan/{other}.h"\n')
        self.assert_refused(layering.check_include_cycles, "src/plan/a.h -> src/plan/b.h")

    def test_lets_a_diamond_pass(self):
        self.write("src/plan/a.h", HEADER + '#include "plan/b.h"\n#include "plan/c.h"\n')
        self.write("src/plan/b.h", HEADER + '#include "plan/d.h"\n')
        self.write("src/plan/c.h", HEADER + '#include "plan/d.h"\n')
        self.write("src/plan/d.h", HEADER)
        self.assert_passes(layering.check_include_cycles)


class HeavyHeaderTest(TreeTest):
    def setUp(self):
        super().setUp()
        self.write("src/types/arrow_types.h", HEADER + "#include <arrow/type.h>\n")

    def test_refuses_a_heavy_header_that_reaches_another_folder(self):
        self.write("src/types/rows.h", HEADER + "#include <arrow/array.h>\n")
        self.write("src/types/more.h", HEADER + '#include "types/rows.h"\n')
        self.write("src/plan/plan.cc", '#include "types/more.h"\n')
        self.assert_refused(layering.check_heavy_headers, "src/plan/plan.cc", "types/more.h",
                            "arrow/array.h")

    def test_lets_private_headers_and_adapters_pass(self):
        self.write("src/types/rows.h", HEADER + "#include <arrow/array.h>\n")
        self.write("src/types/rows.cc", '#include "types/rows.h"\n')
        self.write("src/plan/plan.h", HEADER + '#include "types/arrow_types.h"\n')
        self.write("src/plan/plan.cc", '#include "plan/plan.h"\n#include <duckdb.h>\n')
        self.assert_passes(layering.check_heavy_headers)

    def test_lets_tests_share_what_they_need(self):
        self.write("src/types/test_rows.h", HEADER + "#include <arrow/array.h>\n")
        self.write("src/plan/plan_test.cc", '#include "types/test_rows.h"\n')
        self.assert_passes(layering.check_heavy_headers)

    def test_refuses_a_declared_adapter_that_is_gone(self):
        (self.root / "src/types/arrow_types.h").unlink()
        self.assert_refused(layering.check_heavy_headers, "is gone")


class SizeTest(TreeTest):
    def body(self, lines):
        return "int F(int x) {\n" + "  ++x;\n" * (lines - 2) + "}\n"

    def test_refuses_a_long_function(self):
        self.write("src/base/a.cc", "namespace floe {\n\n" + self.body(71) + "}  // namespace\n")
        self.assert_refused(text_rules.check_sizes, "src/base/a.cc:3", "F has 71 lines")

    def test_lets_a_function_of_the_limit_pass(self):
        self.write("src/base/a.cc", self.body(70) + self.body(70))
        self.assert_passes(text_rules.check_sizes)

    def test_refuses_a_long_source(self):
        self.write("src/base/a.cc", "int x;\n" * 1001)
        self.assert_refused(text_rules.check_sizes, "1001 lines")

    def test_refuses_a_long_header(self):
        self.write("src/base/a.h", "int x;\n" * 401)
        self.assert_refused(text_rules.check_sizes, "401 lines")


class NameTest(TreeTest):
    def test_refuses_drawers(self):
        for name in ("string_utils.cc", "test_helpers.h", "common/a.h", "task_manager.cc"):
            self.write("src/base/" + name, HEADER)
        self.assertEqual(len(self.findings(text_rules.check_names)), 4)

    def test_refuses_other_cases(self):
        self.write("src/base/TaskQueue.cc", "")
        self.assert_refused(text_rules.check_names, "snake_case")

    def test_lets_names_of_ideas_pass(self):
        self.write("src/base/task_queue.cc", "")
        self.assert_passes(text_rules.check_names)


class InjectedTest(TreeTest):
    BAD = [
        "auto t = std::chrono::system_clock::now();", "auto t = std::chrono::steady_clock::now();",
        "auto t = time(nullptr);", "std::thread t(F);", "std::jthread t(F);", "std::async(F);",
        "int x = rand();", "std::random_device d;", "std::mt19937_64 g;", "std::ifstream in(path);",
        "std::ofstream out(path);", 'FILE* f = fopen("a", "r");', 'int fd = ::open("a", 0);',
        "std::filesystem::create_directory(path);", "#include <thread>", "#include <fstream>",
    ]

    def test_refuses_the_world_outside_base_and_storage(self):
        for bad in self.BAD:
            with self.subTest(bad):
                self.write("src/plan/a.cc", bad + "\n")
                self.assert_refused(text_rules.check_injected, "src/plan/a.cc:1")

    def test_refuses_it_in_tests_too(self):
        self.write("tests/harness/a.cc", "std::thread t(F);\n")
        self.write("src/plan/a_test.cc", "std::thread t(F);\n")
        self.assertEqual(len(self.findings(text_rules.check_injected)), 2)

    def test_lets_base_and_storage_pass(self):
        self.write("src/base/a.cc", "\n".join(self.BAD))
        self.write("src/storage/a.cc", "\n".join(self.BAD))
        self.assert_passes(text_rules.check_injected)

    def test_does_not_read_comments_and_strings(self):
        self.write("src/plan/a.cc", '// std::thread\nauto s = "std::thread";\nauto r = R"(rand())";\n')
        self.assert_passes(text_rules.check_injected)

    def test_lets_words_that_look_alike_pass(self):
        self.write("src/plan/a.cc", "operand(1); file.open(a); Reopen(x); event_time(0);\n")
        self.assert_passes(text_rules.check_injected)


class ForbiddenTest(TreeTest):
    def test_refuses_sleeping_throwing_and_open_std(self):
        for bad in ("std::this_thread::sleep_for(d);", "usleep(10);", "throw Error();",
                    "using namespace std;"):
            with self.subTest(bad):
                self.write("src/base/a_test.cc", bad + "\n")
                self.assert_refused(text_rules.check_forbidden, "src/base/a_test.cc:1")

    def test_refuses_a_header_without_guard(self):
        self.write("src/base/a.h", "int x;\n")
        self.assert_refused(text_rules.check_forbidden, "#pragma once")


class MemoryPoolTest(TreeTest):
    def test_refuses_calls_that_default_to_arrows_pool(self):
        for bad in ("auto* p = arrow::default_memory_pool();", "arrow::Int64Builder builder;",
                    "auto b = std::make_unique<arrow::StringBuilder>();",
                    "auto b = arrow::AllocateBuffer(f(a, b));",
                    "auto a = arrow::MakeArrayOfNull(type, length);",
                    "auto c = arrow::Concatenate({a, b});"):
            with self.subTest(bad):
                self.write("src/plan/a.cc", bad + "\n")
                self.assert_refused(text_rules.check_memory_pool, "src/plan/a.cc:1")

    def test_lets_calls_with_a_pool_pass(self):
        self.write("src/plan/a.cc", "arrow::Int64Builder builder(pool);\n"
                   "auto b = arrow::AllocateBuffer(f(a, b), pool);\n"
                   "auto c = arrow::Concatenate({a, b}, pool);\nCast<arrow::Int8Builder>();\n")
        self.assert_passes(text_rules.check_memory_pool)

    def test_lets_the_adapter_pass(self):
        self.write(text_rules.POOL_HOME, "return arrow::default_memory_pool();\n")
        self.assert_passes(text_rules.check_memory_pool)


class TextTest(TreeTest):
    def test_refuses_paths_of_a_machine(self):
        for path in ("home/someone", "root", "work"):
            with self.subTest(path):
                self.write("docs/a.md", f"see /{path}/floe\n")
                self.assert_refused(text_rules.check_machine_paths, "docs/a.md:1")

    def test_lets_relative_and_common_paths_pass(self):
        self.write("docs/a.md", "see ~/floe, ./work/a, /usr/bin/env, out/root/x and a/home/b\n")
        self.assert_passes(text_rules.check_machine_paths)

    def test_refuses_long_lines_and_blanks_at_their_end(self):
        self.write("src/base/a.cc", "// " + "x" * 98 + "\nint x; \n")
        self.assertEqual(len(self.findings(text_rules.check_columns)), 2)

    def test_refuses_what_clang_format_would_change(self):
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("src/base/a.cc", "int  x;\n")
        self.write("src/base/b.cc", "int x;\n")
        self.assert_refused(text_rules.check_format, "src/base/a.cc:1", "make fmt")

    def test_refuses_a_link_that_leads_nowhere(self):
        self.write("docs/a.md", "[a](b.md) [c](../ARCHITECTURE.md#folders) [d](https://x.y)\n"
                   "`[e](f.md)`\n")
        self.assert_refused(text_rules.check_links, "docs/a.md:1", "b.md")

    def test_refuses_a_folder_without_readme(self):
        self.write("src/base/a.cc", "")
        self.assert_refused(text_rules.check_readmes, "src/base/README.md")
        self.write("src/base/README.md", "# base\n")
        self.assert_passes(text_rules.check_readmes)


class RatchetTest(TreeTest):
    LONG = "int x;\n" * 1001

    def run_with(self, ratchet):
        self.write("ratchet.txt", ratchet)
        return [str(f) for f in tidy.run(Tree(self.root), [text_rules.check_sizes],
                                         self.root / "ratchet.txt")]

    def test_an_exception_with_a_reason_covers_its_finding(self):
        self.write("src/base/a.cc", self.LONG)
        self.assertEqual(self.run_with("file-size src/base/a.cc  # one table of facts\n"), [])

    def test_an_exception_needs_a_reason(self):
        self.write("src/base/a.cc", self.LONG)
        self.assertEqual(len(self.run_with("file-size src/base/a.cc\n")), 1)

    def test_an_exception_that_is_not_needed_is_refused(self):
        findings = self.run_with("file-size src/base/a.cc  # was long once\n")
        self.assertEqual(len(findings), 1)
        self.assertIn("not needed any more", findings[0])


class GitTest(TreeTest):
    def test_ignored_files_are_not_checked(self):
        subprocess.run(["git", "init", "--quiet", self.root], check=True)
        self.write(".gitignore", "/generated/\n")
        self.write("generated/a.cc", "")
        self.write("src/base/a.cc", "")
        self.assertEqual(Tree(self.root).paths,
                         [".gitignore", "ARCHITECTURE.md", "src/base/a.cc"])


class FunctionTest(unittest.TestCase):
    def names(self, code):
        return [(f.name, f.lines) for f in cpp_text.functions(code)]

    def test_finds_functions_of_all_forms(self):
        code = """
#define MACRO(x) \\
  void x() { \\
  }
namespace a::b {
struct Point { int x = 0; int y{1}; };
enum class Kind : int { kA, kB };
constexpr int kTable[] = {1, 2};
const std::map<int, F> kMap = {{1, [](int a) { return a; }}};
template <typename T = int>
requires(sizeof(T) > 1)
T Id(T x = T{}) noexcept {
  return x;
}
class Box final : public Base {
 public:
  Box() : Base(1), a_{2}, b_(3) {
    auto f = [this] { return a_; };
    struct Local { void G() {} };
  }
  ~Box() override { Close(); }
  Box& operator=(const Box& other) { return *this; }
  bool operator()(int) const {
    return true;
  }
  auto size() const -> std::vector<int> { return {}; }
};
TEST(BoxTest, Holds) {
  EXPECT_EQ(1, 1);
}
}  // namespace a::b
"""
        self.assertEqual(self.names(code), [
            ("Id", 5), ("Box", 4), ("~Box", 1), ("operator=", 1), ("operator()", 3), ("size", 1),
            ("TEST(BoxTest, Holds)", 3)])

    def test_braces_in_literals_and_comments_do_not_count(self):
        code = "int F() {\n  // }\n  auto s = \"}\" + std::string(1, '}') + R\"x(})x\";\n}\n"
        self.assertEqual(self.names(code), [("F", 4)])

    def test_digit_separators_are_no_literals(self):
        self.assertEqual(self.names("int F() {\n  return 1'000'000;\n}\nint G() {\n}\n"),
                         [("F", 3), ("G", 2)])

    def test_splits_the_arguments_of_a_call(self):
        code = "f(a, g(b, c), {d, e})"
        self.assertEqual(cpp_text.split_call(code, 1)[0], ["a", "g(b, c)", "{d, e}"])


class CommandTest(unittest.TestCase):
    def test_every_check_has_a_name_and_a_sentence(self):
        for check in tidy.CHECKS:
            self.assertTrue(check.__doc__.strip().endswith("."), check)


if __name__ == "__main__":
    unittest.main()
