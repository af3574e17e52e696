"""Sizes, names, forbidden words, formatting, links."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import cpp_text
from tree import Finding

MAX_FUNCTION_LINES = 70
MAX_SOURCE_LINES = 1000
MAX_HEADER_LINES = 400
MAX_COLUMNS = 100

DRAWERS = {"util", "utils", "utility", "utilities", "helper", "helpers", "common", "manager",
           "managers", "misc"}

# (words, why and what instead). Outside base/ and storage/, tests included.
INJECTED = [
    (r"\bsystem_clock::now\b|\bsteady_clock::now\b|\bhigh_resolution_clock\b",
     "takes the time itself: use the Clock that is handed in (base/clock.h)"),
    (r"\b(?:std::)?time\s*\(\s*(?:nullptr|NULL|0|&)|\bgettimeofday\b|\bclock_gettime\b",
     "takes the time itself: use the Clock that is handed in (base/clock.h)"),
    (r"\bstd::j?thread\b|\bstd::async\b|\bpthread_create\b",
     "makes a thread: use the Executor that is handed in (base/executor.h)"),
    (r"\brandom_device\b|\bmt19937|\bs?rand\s*\(|\bdefault_random_engine\b|\bdrand48\b",
     "makes randomness: use the Random that is handed in (base/random.h)"),
    (r"\bstd::[io]?fstream\b|\bf(?:re)?open\s*\(|(?<![\w.>])::(?:open|creat|unlink|rename|mkdir)\s*\(",
     "touches files: use the FileSystem that is handed in (storage/file_system.h)"),
    (r"\bstd::filesystem\b",
     "touches files: use the FileSystem that is handed in (storage/file_system.h)"),
]
INJECTED_HEADERS = {
    "thread": "base/executor.h", "future": "base/executor.h", "random": "base/random.h",
    "fstream": "storage/file_system.h", "filesystem": "storage/file_system.h",
}

# Everywhere.
FORBIDDEN = [
    (r"\bsleep_for\b|\bsleep_until\b|\bu?sleep\s*\(|\bnanosleep\b",
     "sleeps: wait for a condition, or move a ManualClock"),
    (r"\bthrow\b", "throws: return a Status or Result (base/result.h)"),
    (r"\busing\s+namespace\s+std\b", "opens namespace std"),
]
POOL_HOME = "src/types/arrow_memory.cc"
# Calls that fall back on Arrow's default pool with fewer arguments than this.
POOL_ARGUMENTS = {
    "AllocateBuffer": 2, "AllocateResizableBuffer": 2, "AllocateBitmap": 2,
    "AllocateEmptyBitmap": 2, "MakeArrayOfNull": 3, "MakeArrayFromScalar": 3,
    "MakeEmptyArray": 2, "Concatenate": 2, "ConcatenateTables": 3, "BufferOutputStream::Create": 2,
}


def check_sizes(tree):
    """Functions, sources and headers stay small enough to be read."""
    for source in tree.sources:
        lines = source.text.count("\n")
        most = MAX_HEADER_LINES if source.is_header else MAX_SOURCE_LINES
        if lines > most:
            yield Finding("file-size", source.path, 1, f"has {lines} lines; at most {most}")
        for function in cpp_text.functions(source.text):
            if function.lines > MAX_FUNCTION_LINES:
                yield Finding("function-size", source.path, function.first_line,
                              f"{function.name} has {function.lines} lines; at most "
                              f"{MAX_FUNCTION_LINES}", function.name)


def check_names(tree):
    """Files are snake_case and named for an idea, not for a drawer."""
    for path in tree.paths:
        if not path.startswith(("src/", "tests/", "bench/", "tools/")):
            continue
        for part in path.split("/")[1:]:
            words = set(re.split(r"[_\-.]", part.lower()))
            if words & DRAWERS:
                yield Finding("file-name", path, 1, f"'{part}' names a drawer, not an idea")
        name = path.rsplit("/", 1)[-1]
        if path.endswith((".h", ".cc")) and not re.fullmatch(r"[a-z0-9_]+\.(h|cc)", name):
            yield Finding("file-name", path, 1, "source files are named in snake_case, .h and .cc")


def check_injected(tree):
    """Clock, threads, randomness and files come in through base/ and storage/."""
    for source in tree.sources:
        if source.folder in ("base", "storage"):
            continue
        for pattern, reason in INJECTED:
            for match in re.finditer(pattern, source.code):
                yield Finding("injected", source.path, source.line_of(match.start()),
                              f"'{match.group(0)}' {reason}")
        for line, path, is_quoted in source.includes:
            if not is_quoted and path in INJECTED_HEADERS:
                yield Finding("injected", source.path, line,
                              f"includes <{path}>: use {INJECTED_HEADERS[path]}")


def check_forbidden(tree):
    """No sleeping, no throwing."""
    for source in tree.sources:
        for pattern, reason in FORBIDDEN:
            for match in re.finditer(pattern, source.code):
                yield Finding("forbidden", source.path, source.line_of(match.start()),
                              f"'{match.group(0)}' {reason}")
        if source.is_header and not re.search(r"^#pragma once$", source.text, re.MULTILINE):
            yield Finding("forbidden", source.path, 1, "a header starts with #pragma once")


def check_memory_pool(tree):
    """Arrow's default pool is used by the adapter only."""
    for source in tree.sources:
        if source.path == POOL_HOME:
            continue
        for match in re.finditer(r"\bdefault_memory_pool\b", source.code):
            yield _pool_finding(source, match, "names Arrow's default pool")
        if not source.is_test:
            for match in re.finditer(r"\bsystem_memory_pool\b", source.code):
                yield _pool_finding(source, match, "is not counted in a budget")
        for match in re.finditer(r"\barrow::\w*Builder\s+\w+\s*;|"
                                 r"\bmake_(?:unique|shared)<arrow::\w*Builder>\s*\(\s*\)",
                                 source.code):
            yield _pool_finding(source, match, "builds with Arrow's default pool")
        for match in re.finditer(r"\barrow::(?:io::)?(\w+(?:::Create)?)\s*\(", source.code):
            wanted = POOL_ARGUMENTS.get(match.group(1))
            if wanted is None:
                continue
            arguments, _ = cpp_text.split_call(source.code, match.end() - 1)
            if len(arguments) < wanted:
                yield _pool_finding(source, match, "falls back on Arrow's default pool")


def _pool_finding(source, match, reason):
    return Finding("memory-pool", source.path, source.line_of(match.start()),
                   f"'{match.group(0).strip()}' {reason}: hand in a memory pool")


def check_machine_paths(tree):
    """Nothing in the tree knows the machine that it was written on."""
    pattern = re.compile(r"(?<![\w.~-])/(?:root|home/\w+|work|Users/\w+|opt/\w+)/\w")
    for path in tree.paths:
        if path.endswith((".png", ".zst", ".gz", ".parquet", ".avro")):
            continue
        for number, line in enumerate(tree.read(path).split("\n"), 1):
            match = pattern.search(line)
            if match:
                yield Finding("machine-path", path, number, f"names a machine's path: {line.strip()[:80]}")


def check_columns(tree):
    """Lines that clang-format cannot break are short too."""
    for source in tree.sources:
        for number, line in enumerate(source.text.split("\n"), 1):
            if len(line) > MAX_COLUMNS and not re.search(r'https?://|R"|#include', line):
                yield Finding("columns", source.path, number,
                              f"has {len(line)} columns; at most {MAX_COLUMNS}")
            if line != line.rstrip():
                yield Finding("columns", source.path, number, "ends in blanks")


def check_format(tree):
    """clang-format 14 would change nothing."""
    paths = [source.path for source in tree.sources]

    def run(chunk):
        return subprocess.run(["clang-format-14", "--dry-run", *chunk], cwd=tree.root, text=True,
                              capture_output=True, check=False).stderr

    chunks = [paths[i:i + 20] for i in range(0, len(paths), 20)]
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            output = "\n".join(pool.map(run, chunks))
    except FileNotFoundError:
        yield Finding("format", ".clang-format", 1, "clang-format-14 is missing: run make setup")
        return
    seen = set()
    for match in re.finditer(r"^(\S+?):(\d+):\d+: (?:warning|error): .*clang-format", output,
                             re.MULTILINE):
        if match.group(1) not in seen:
            seen.add(match.group(1))
            yield Finding("format", match.group(1), int(match.group(2)), "is not formatted: make fmt")


def check_links(tree):
    """Links between the pages lead somewhere."""
    for path in tree.paths:
        if not path.endswith(".md"):
            continue
        text = re.sub(r"```.*?```|`[^`\n]*`", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                      tree.read(path), flags=re.DOTALL)
        for match in re.finditer(r"\]\(([^)\s]+)\)", text):
            target = match.group(1).split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            if not (tree.root / path).parent.joinpath(target).exists():
                yield Finding("link", path, text.count("\n", 0, match.start()) + 1,
                              f"the link to {match.group(1)} leads nowhere")


def check_readmes(tree):
    """Each folder of src/ says what belongs in it."""
    for folder in sorted({source.folder for source in tree.sources if source.folder}):
        if not (tree.root / "src" / folder / "README.md").exists():
            yield Finding("readme", f"src/{folder}/README.md", 1,
                          "is missing: what belongs in the folder, and what does not")
