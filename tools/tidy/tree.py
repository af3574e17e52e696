"""The files of the tree and the tables of ARCHITECTURE.md."""

import re
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import cpp_text

_BUILT = {"build", "third_party", "floe-data", ".git", "__pycache__", "node_modules"}


@dataclass
class Finding:
    rule: str
    path: str
    line: int
    message: str
    name: str = ""  # what the exception file names: a function; "" for the whole file

    @property
    def key(self):
        return f"{self.rule} {self.path}" + (f":{self.name}" if self.name else "")

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


@dataclass
class SourceFile:
    path: str  # from the root
    text: str = field(repr=False)

    @property
    def is_header(self):
        return self.path.endswith(".h")

    @property
    def is_test(self):
        """A test, a benchmark, or what only those use: its name has the word `test`."""
        words = re.split(r"[_.]", self.path.rsplit("/", 1)[-1])
        return "test" in words or self.path.startswith(("tests/", "bench/"))

    @property
    def folder(self):
        """The folder of src/ that it belongs to, or None."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "src" and len(parts) > 2 else None

    @cached_property
    def code(self):
        return cpp_text.strip(self.text)

    @cached_property
    def includes(self):
        """(line, path, is_quoted) of each include."""
        found = []
        for number, line in enumerate(cpp_text.strip_comments(self.text).split("\n"), 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                found.append((number, match.group(2), match.group(1) == '"'))
        return found

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1


class Tree:
    """A work tree; files that git ignores are left out."""

    def __init__(self, root):
        self.root = Path(root)

    @cached_property
    def paths(self):
        command = ["git", "-C", str(self.root), "ls-files", "--cached", "--others", "-z",
                   "--exclude-standard"]
        if (self.root / ".git").exists():
            listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
            names = [name for name in listed.split("\0") if name]
        else:
            names = [
                str(path.relative_to(self.root))
                for path in self.root.rglob("*")
                if not _BUILT.intersection(path.relative_to(self.root).parts)
            ]
        return sorted(name for name in set(names) if (self.root / name).is_file())

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    @cached_property
    def sources(self):
        return [
            SourceFile(path, self.read(path))
            for path in self.paths
            if path.endswith((".h", ".cc")) and path.startswith(("src/", "tests/", "bench/"))
        ]

    @cached_property
    def by_path(self):
        return {source.path: source for source in self.sources}

    def _table(self, name):
        """Rows of the Markdown table after `<!-- tidy: name -->`, as lists of cells."""
        text = self.read("ARCHITECTURE.md") if (self.root / "ARCHITECTURE.md").exists() else ""
        _, found, rest = text.partition(f"<!-- tidy: {name} -->")
        rows = []
        for line in rest.split("\n")[1:] if found else []:
            if line.startswith("|"):
                rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            elif rows:
                break
        return rows[2:]

    @cached_property
    def include_table(self):
        """Folder -> the folders that it may include."""
        return {
            row[0].strip("`"): {part.strip(" `") for part in row[2].split(",") if part.strip()}
            for row in self._table("include table")
        }

    @cached_property
    def adapter_headers(self):
        return {"src/" + row[0].strip("`") for row in self._table("adapter headers")}
