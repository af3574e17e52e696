"""What the tests of Trino's clients share: a table of every type, and Java."""

import json
import os
import pathlib
import subprocess

import job_scripts

ROOT = pathlib.Path(__file__).resolve().parents[3]
CATALOG, SCHEMA = "iceberg", job_scripts.DATABASE
JAVA_SECONDS = 120
COLUMNS = """id BIGINT, flag BOOLEAN, small INT, big BIGINT, single FLOAT, twice DOUBLE,
  price DECIMAL(12, 3), name STRING, born DATE, happened TIMESTAMP(6)"""
VALUES = [
    {"id": 1, "flag": True, "small": 7, "big": 9223372036854775807, "single": 1.5, "twice": 0.1,
     "price": 123456789.125, "name": "Zoë", "born": "2024-02-29",
     "happened": "2024-02-29 12:34:56.123456"},
    {"id": 2, "flag": False, "small": -7, "big": -9223372036854775808, "single": -0.25,
     "twice": 1e300, "price": -0.001, "name": "", "born": "1969-12-31",
     "happened": "1969-12-31 23:59:59.999999"},
    {"id": 3},
]
NUMBERS = 1000
# Begins to run and never ends.
LONG_QUERY = (f"SELECT count(*) FROM {CATALOG}.{SCHEMA}.numbers a, {CATALOG}.{SCHEMA}.numbers b, "
              f"{CATALOG}.{SCHEMA}.numbers c, {CATALOG}.{SCHEMA}.numbers d "
              "WHERE a.id + b.id * c.id = d.id - 7")


def job() -> str:
    typed = job_scripts.source("typed", COLUMNS, bounded=False)
    numbers = job_scripts.source("numbers", "id BIGINT", bounded=False)
    return job_scripts.head("home") + typed + numbers + f"""
CREATE TABLE lake.{SCHEMA}.typed ({COLUMNS});
CREATE TABLE lake.{SCHEMA}.numbers (id BIGINT);
EXECUTE STATEMENT SET BEGIN
INSERT INTO lake.{SCHEMA}.typed SELECT * FROM typed;
INSERT INTO lake.{SCHEMA}.numbers SELECT id FROM numbers;
END;
"""


def record(value: dict) -> tuple:
    return (str(value["id"]).encode(), json.dumps(value).encode(), 1_714_557_600_000)


def jar(name: str) -> str:
    folder = pathlib.Path(os.environ.get("FLOE_DEPS", ROOT / "third_party")) / "trino-clients"
    path = folder / f"{name}.jar"
    assert path.exists(), f"{path} is missing: run `make setup`"
    return str(path)


def java(*arguments: str, code: int = 0, **options) -> subprocess.CompletedProcess:
    # The tests' own Java: one of the environment may be older than the clients need.
    done = subprocess.run(["java", "-Xmx256m", *arguments], capture_output=True, text=True,
                          timeout=JAVA_SECONDS, stdin=subprocess.DEVNULL, **options)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
