"""Who includes whom: the include table, cycles, and where heavy foreign headers may stand."""

import re

from tree import Finding

HEAVY = ("arrow/", "parquet/", "duckdb", "boost/", "nlohmann/", "simdjson", "yaml-cpp/", "CLI/",
         "sqlite3", "re2/", "benchmark/")

# What a unit test may use beside its folder's row: the files that it reads or leaves behind.
TEST_FOLDERS = {"storage"}


def check_include_table(tree):
    """Each folder includes only its row, its libraries link only its row, and rows make no cycle."""
    table = tree.include_table
    if not table:
        yield Finding("include-table", "ARCHITECTURE.md", 1, "has no include table")
        return
    yield from _table_cycles(table)
    for source in tree.sources:
        if source.folder is None:
            continue
        if source.folder not in table:
            yield Finding("include-table", source.path, 1,
                          f"the folder {source.folder}/ has no row in ARCHITECTURE.md")
            continue
        allowed = table[source.folder] | {source.folder}
        if source.is_test:
            allowed |= TEST_FOLDERS
        for line, path, is_quoted in source.includes:
            other = path.split("/")[0]
            # In angle brackets the compiler finds our headers too.
            is_ours = is_quoted or ("/" in path and other in table)
            if is_ours and other not in allowed:
                yield Finding("include-table", source.path, line,
                              f"{source.folder}/ may not include {path}: its row of the table in "
                              f"ARCHITECTURE.md does not have {other}")
    yield from _linked_folders(tree, table)


def _table_cycles(table):
    done, active = set(), []

    def visit(folder):
        if folder in active:
            path = " -> ".join(active[active.index(folder):] + [folder])
            yield Finding("include-table", "ARCHITECTURE.md", 1, f"the table has a cycle: {path}")
            return
        if folder in done or folder not in table:
            return
        active.append(folder)
        for other in sorted(table[folder]):
            yield from visit(other)
        active.pop()
        done.add(folder)

    for folder in table:
        yield from visit(folder)


def _linked_folders(tree, table):
    for path in tree.paths:
        match = re.fullmatch(r"src/(\w+)/CMakeLists\.txt", path)
        if not match or match.group(1) not in table:
            continue
        folder = match.group(1)
        text = re.sub(r"#.*", "", tree.read(path))
        for call in re.finditer(r"floe_library\(\s*\w+([^)]*)\)", text):
            depends = re.search(r"\bDEPENDS\b([\w\s]*?)(?=\b(?:LINK|PUBLIC_LINK|SOURCES)\b|$)",
                                call.group(1))
            for other in depends.group(1).split() if depends else []:
                if other not in table[folder]:
                    line = text.count("\n", 0, call.start()) + 1
                    yield Finding("include-table", path, line,
                                  f"{folder}/ may not link {other}/: not in its row of the table")


def _includes_of(tree, source):
    for _, path, is_quoted in source.includes:
        if is_quoted and "src/" + path in tree.by_path:
            yield "src/" + path


def check_include_cycles(tree):
    """No header includes itself by way of others."""
    done = set()
    for start in tree.sources:
        stack = [(start.path, _includes_of(tree, start))] if start.path not in done else []
        active = {start.path}
        while stack:
            path, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                active.discard(path)
                done.add(path)
            elif following in active:
                names = [p for p, _ in stack]
                cycle = names[names.index(following):] + [following]
                yield Finding("include-cycle", path, 1, " -> ".join(cycle))
            elif following not in done:
                active.add(following)
                stack.append((following, _includes_of(tree, tree.by_path[following])))


def _brings_heavy(source):
    return [(line, path) for line, path, is_quoted in source.includes
            if not is_quoted and path.startswith(HEAVY)]


def check_heavy_headers(tree):
    """A header with heavy includes is an adapter of ARCHITECTURE.md, or private to its folder."""
    heavy = {s.path for s in tree.sources if s.is_header and _brings_heavy(s)}
    heavy -= tree.adapter_headers
    grew = True
    while grew:
        grew = False
        for source in tree.sources:
            if source.is_header and source.path not in heavy | tree.adapter_headers:
                if any(path in heavy for path in _includes_of(tree, source)):
                    heavy.add(source.path)
                    grew = True
    for path in tree.adapter_headers - set(tree.by_path):
        yield Finding("heavy-header", "ARCHITECTURE.md", 1, f"the adapter header {path} is gone")
    for source in tree.sources:
        if source.is_test:
            continue
        for path in _includes_of(tree, source):
            if path in heavy and tree.by_path[path].folder != source.folder:
                yield Finding(
                    "heavy-header", source.path, 1,
                    f"includes {path}, which brings a heavy foreign header "
                    f"({_reason(tree, path, heavy)}): move the foreign include into .cc files, or "
                    "declare an adapter header in ARCHITECTURE.md")


def _reason(tree, path, heavy, depth=0):
    direct = _brings_heavy(tree.by_path[path])
    if direct or depth > 20:
        return direct[0][1] if direct else "…"
    via = next(p for p in _includes_of(tree, tree.by_path[path]) if p in heavy)
    return _reason(tree, via, heavy, depth + 1) + " by way of " + via
