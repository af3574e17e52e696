"""Tables written by iceberg_write_tables (FLOE_BIN_DIR), once for all tests."""

import os
import pathlib
import subprocess

import iceberg_rows
import pytest


def binary() -> pathlib.Path:
    directory = os.environ.get("FLOE_BIN_DIR")
    if not directory:
        pytest.skip("FLOE_BIN_DIR is not set: run `make test-python`")
    return pathlib.Path(directory) / "iceberg_write_tables"


class Lake:
    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.program = binary()

    def run(self, *arguments: str) -> str:
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def read(self, table: str) -> str:
        return self.run("read", str(self.directory), table)

    def catalog(self):
        return iceberg_rows.catalog(self.directory)

    def table(self, name: str):
        return self.catalog().load_table(("lake", name))


@pytest.fixture(scope="session")
def lake(tmp_path_factory) -> Lake:
    for module in ("pyiceberg", "fastavro", "duckdb", "pyarrow"):
        pytest.importorskip(module, reason="install the packages of tools/requirements.txt")
    written = Lake(tmp_path_factory.mktemp("lake"))
    written.run("write", str(written.directory))
    return written
