"""Trino's own command line."""

import json

import pytest
from trino_clients import CATALOG, SCHEMA, jar, java


@pytest.fixture
def cli(server):
    def run(sql, *arguments, code=0):
        return java("-jar", jar("trino-cli"), "--server", server, "--user", "ann", "--catalog", CATALOG,
                    "--schema", SCHEMA, "--timezone", "UTC", "--execute", sql, *arguments, code=code)
    return run


def test_statements_one_after_another(cli):
    done = cli("USE iceberg.information_schema; SELECT count(*) FROM iceberg.demo.numbers;"
               "SHOW TABLES FROM iceberg.demo")
    assert [line for line in done.stdout.splitlines() if line != "USE"] == [
        '"1000"', '"numbers"', '"typed"']


@pytest.mark.parametrize("output, wanted", [
    ("CSV_HEADER_UNQUOTED", "id,name,price\n1,Zoë,123456789.125\n2,,-0.001\n3,,\n"),
    ("TSV_HEADER", "id\tname\tprice\n1\tZoë\t123456789.125\n2\t\t-0.001\n3\t\t\n"),
    ("ALIGNED", " id | name |     price     \n----+------+---------------\n"
                "  1 | Zoë  | 123456789.125 \n  2 |      |        -0.001 \n  3 | NULL |          NULL \n"
                "(3 rows)\n"),
])
def test_output_formats(cli, output, wanted):
    found = cli("SELECT id, name, price FROM typed ORDER BY id", "--output-format", output).stdout
    assert "\n".join(line.rstrip() for line in found.split("\n")) == "\n".join(
        line.rstrip() for line in wanted.split("\n"))


def test_values_of_every_type(cli):
    found = cli("SELECT * FROM typed ORDER BY id", "--output-format", "JSON").stdout.splitlines()
    assert json.loads(found[0]) == {
        "id": 1, "flag": True, "small": 7, "big": 9223372036854775807, "single": 1.5, "twice": 0.1,
        "price": "123456789.125", "name": "Zoë", "born": "2024-02-29",
        "happened": "2024-02-29 12:34:56.123456"}


def test_an_error_ends_with_one(cli):
    done = cli("SELECT 1; SELECT nowhere FROM typed; SELECT 2", code=1)
    assert "line 1:8: Column 'nowhere' cannot be resolved" in done.stderr
    assert done.stdout == '"1"\n'
