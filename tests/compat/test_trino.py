"""Tables that Floe has written, read by the real Trino: every row and every column."""

import base64
import datetime
import decimal
import math
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from trino_server import Trino

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "python" / "iceberg"))
import expected  # noqa: E402

APPEND_TABLES = ["append_events", "append_by_day", "append_plain_manifests"]
UPSERT_TABLES = ["states", "states_spilled", "states_by_status"]


@pytest.fixture(scope="session")
def trino(tmp_path_factory):
    directory = tmp_path_factory.mktemp("trino")
    written = tmp_path_factory.mktemp("written")
    program = pathlib.Path(os.environ["FLOE_BIN_DIR"]) / "iceberg_write_tables"
    done = subprocess.run(
        [program, "write", written, "local:///warehouse"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    server = Trino(directory)
    try:
        shutil.copytree(written / "warehouse" / "lake", server.lake / "warehouse" / "lake")
        server.query("CREATE SCHEMA IF NOT EXISTS lake.lake")
        for table in APPEND_TABLES + UPSERT_TABLES:
            server.query(
                f"CALL lake.system.register_table('lake', '{table}', 'local:///warehouse/lake/{table}')"
            )
        # Constants are answered sooner than tables: those need a node that has announced itself.
        server.await_query("SELECT count(*) FROM lake.lake.append_events")
        yield server
    finally:
        server.stop()


def text(value):
    """A Python value as the Trino protocol writes it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        zone = " UTC" if value.tzinfo else ""
        return value.strftime("%Y-%m-%d %H:%M:%S.%f") + zone
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S.%f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value))


def check(trino, table: str, wanted: list, key: str) -> None:
    names = list(wanted[0])
    rows = trino.query(f"SELECT {', '.join(names)} FROM lake.lake.{table} ORDER BY {key}")
    wanted = sorted(wanted, key=lambda row: row[key])
    assert len(rows) == len(wanted)
    for got, want in zip(rows, wanted):
        assert got == [text(want[name]) for name in names]


@pytest.mark.parametrize("table", APPEND_TABLES)
def test_trino_reads_append_tables(trino, table):
    check(trino, table, expected.append_rows(), "id")


@pytest.mark.parametrize("table", UPSERT_TABLES)
def test_trino_applies_our_deletes(trino, table):
    check(trino, table, list(expected.states().values()), "ride_id")


@pytest.mark.parametrize("table", UPSERT_TABLES)
def test_trino_travels_in_time(trino, table):
    snapshots = trino.query(
        f'SELECT snapshot_id FROM lake.lake."{table}$snapshots" ORDER BY committed_at, snapshot_id'
    )
    by_count = {}
    for (snapshot,) in snapshots:
        ((count,),) = trino.query(
            f"SELECT count(*) FROM lake.lake.{table} FOR VERSION AS OF {snapshot}"
        )
        by_count[snapshot] = count
    # The first snapshot is the fence of the pipeline: it has no rows.
    wanted = [0] + [len(expected.states(epochs)) for epochs in range(1, expected.EPOCHS + 1)]
    assert sorted(by_count.values()) == sorted(wanted)


def test_trino_writes_to_our_table(trino):
    """An engine that goes on with a table of ours: a merge-on-read delete, an insert."""
    before = expected.states()
    victim = sorted(before)[0]
    trino.query(f"DELETE FROM lake.lake.states WHERE ride_id = '{victim}'")
    trino.query("INSERT INTO lake.lake.states (ride_id, city, status) VALUES ('new', 1, 'OPEN')")
    rows = trino.query("SELECT ride_id FROM lake.lake.states")
    assert sorted(row[0] for row in rows) == sorted(set(before) - {victim} | {"new"})
