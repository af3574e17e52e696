"""A running `floe up` with a table of every type that a job file can write, for clients of Trino."""

import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "end_to_end"))

import job_scripts  # noqa: E402
import trino_clients  # noqa: E402
from floe_process import Floe, floe, wait_until  # noqa: E402

TABLES = f"{trino_clients.CATALOG}.{trino_clients.SCHEMA}"


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    directory = tmp_path_factory.mktemp("clients")
    project = job_scripts.project(directory / "project", trino_clients.job(), ("typed", "numbers"))
    with Floe("up", project, "--http-port", "0", data_dir=directory / "data",
              directory=directory / "output") as process:
        process.wait_ready()
        process.append("typed", [trino_clients.record(value) for value in trino_clients.VALUES])
        process.append("numbers", [trino_clients.record({"id": number}) for number in range(trino_clients.NUMBERS)])
        count = f"SELECT (SELECT count(*) FROM {TABLES}.typed), " \
                f"(SELECT count(*) FROM {TABLES}.numbers)"
        wait_until(lambda: floe("sql", "-e", count, "--data-dir", process.data_dir).stdout
                   == f"{len(trino_clients.VALUES)},{trino_clients.NUMBERS}\n", "all rows are in the tables")
        yield process


@pytest.fixture(scope="session")
def address(running) -> tuple[str, int]:
    owner = json.loads((running.data_dir / "owner.json").read_text())
    return owner["address"], owner["admin_port"]


@pytest.fixture(scope="session")
def server(address) -> str:
    return "http://{}:{}".format(*address)
