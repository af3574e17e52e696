"""The JDBC driver, through a small program (JdbcProbe.java)."""

import pathlib

import pytest
from trino_clients import CATALOG, LONG_QUERY, SCHEMA, jar, java


@pytest.fixture(scope="module")
def found(server) -> dict[str, list[str]]:
    """What the program printed: lines by what they are about."""
    url = f"jdbc:trino://{server.removeprefix('http://')}/{CATALOG}/{SCHEMA}"
    program = str(pathlib.Path(__file__).with_name("JdbcProbe.java"))
    lines = java("-Duser.timezone=UTC", "-cp", jar("trino-jdbc"), program, url, LONG_QUERY).stdout
    printed = {}
    for line in lines.splitlines():
        what, _, text = line.partition(": ")
        printed.setdefault(what, []).append(text)
    return printed


def test_columns_and_values(found):
    assert found["product"] == ["Trino"]
    assert [line.split(" | ")[:2] for line in found["column"]] == [
        ["id", "bigint"], ["flag", "boolean"], ["small", "integer"], ["big", "bigint"],
        ["single", "real"], ["twice", "double"], ["price", "decimal(12,3)"], ["name", "varchar"],
        ["born", "date"], ["happened", "timestamp(6)"]]
    assert found["row"] == [
        "1 | true | 7 | 9223372036854775807 | 1.5 | 0.1 | 123456789.125 | Zoë | 2024-02-29 | "
        "2024-02-29 12:34:56.123456",
        "2 | false | -7 | -9223372036854775808 | -0.25 | 1.0E300 | -0.001 |  | 1969-12-31 | "
        "1969-12-31 23:59:59.999999",
        "3" + " | null" * 9]
    assert found["getters"] == [
        "2 | 2 | -1 | 1.50 | 2020-01-02 03:04:05.123456 | 0 | true | 2020-01-02"]


def test_prepared_statements(found):
    assert found["prepared"] == [
        f"{limit} | it's | 12.50 | 2020-01-02 03:04:05.123 | null | {limit}" for limit in (10, 20)]


def test_the_session(found):
    assert found["session"] == ["system | information_schema"]
    assert found["use"] == ["iceberg | demo"]


def test_errors_and_cancellation(found):
    assert found["error"] == ["47 | line 1:8: Column 'nowhere' cannot be resolved"]
    assert found["cancel"] == ["ended"]
    assert found["after"] == ["1 | 1970-01-01"]
