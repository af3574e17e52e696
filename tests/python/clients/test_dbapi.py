"""The Python client `trino`, DBAPI."""

import datetime
import decimal
import threading
import uuid
import zoneinfo

import pytest
import trino
from floe_process import TIMEOUT_S, wait_until
from trino_clients import CATALOG, LONG_QUERY, NUMBERS, SCHEMA

@pytest.fixture
def connect(address):
    def make(**options):
        host, port = address
        return trino.dbapi.connect(host=host, port=port, user="ann", catalog=CATALOG, schema=SCHEMA,
                                   timezone="UTC", **options)
    return make


@pytest.fixture
def cursor(connect):
    return connect().cursor()


def one(cursor, sql, *parameters):
    cursor.execute(sql, *parameters)
    (row,) = cursor.fetchall()
    return row[0] if len(row) == 1 else row


def test_every_column_of_a_table(cursor):
    cursor.execute("SELECT * FROM typed ORDER BY id")
    rows = cursor.fetchall()
    moment = datetime.datetime(2024, 2, 29, 12, 34, 56, 123456)
    assert rows == [
        [1, True, 7, 9223372036854775807, 1.5, 0.1, decimal.Decimal("123456789.125"), "Zoë",
         datetime.date(2024, 2, 29), moment],
        [2, False, -7, -9223372036854775808, -0.25, 1e300, decimal.Decimal("-0.001"), "",
         datetime.date(1969, 12, 31), datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)],
        [3] + [None] * 9]
    assert [(column.name, column.type_code) for column in cursor.description] == [
        ("id", "bigint"), ("flag", "boolean"), ("small", "integer"), ("big", "bigint"),
        ("single", "real"), ("twice", "double"), ("price", "decimal(12, 3)"), ("name", "varchar"),
        ("born", "date"), ("happened", "timestamp(6)")]


@pytest.mark.parametrize("sql, value", [
    ("true", True),
    ("TINYINT '-128'", -128),
    ("SMALLINT '32767'", 32767),
    ("2147483647", 2147483647),
    ("REAL '1.5'", 1.5),
    ("1e0", 1.0),
    ("nan()", None),
    ("DECIMAL '12345678901234567890.12345'", decimal.Decimal("12345678901234567890.12345")),
    ("'a''b'", "a'b"),
    ("CAST('ab' AS char(4))", "ab  "),
    ("X'00ff'", b"\x00\xff"),
    ("DATE '2000-02-29'", datetime.date(2000, 2, 29)),
    ("TIME '01:02:03.456'", datetime.time(1, 2, 3, 456000)),
    ("TIMESTAMP '2020-01-02 03:04:05.123456'", datetime.datetime(2020, 1, 2, 3, 4, 5, 123456)),
    ("TIMESTAMP '2020-01-02 03:04:05 Europe/Berlin'",
     datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))),
    ("UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'",
     uuid.UUID("12151fd2-7586-11e9-8f9e-2a86e4085a59")),
    ("ARRAY[1, NULL, 3]", [1, None, 3]),
    ("MAP(ARRAY['a', 'b'], ARRAY[1.5, 2.5])",
     {"a": decimal.Decimal("1.5"), "b": decimal.Decimal("2.5")}),
    ("CAST(ROW(1, 'x') AS ROW(n integer, s varchar))", (1, "x")),
    ("JSON '{\"a\": [1, 2]}'", '{"a":[1,2]}'),
    ("CAST(NULL AS bigint)", None),
])
def test_values_of_every_type(cursor, sql, value):
    found = one(cursor, f"SELECT {sql}")
    if sql == "nan()":
        assert found != found
    else:
        assert found == value and type(found) in (type(value), trino.types.NamedRowTuple)


def test_without_python_types_values_are_the_protocols(connect):
    cursor = connect(legacy_primitive_types=True).cursor()
    assert one(cursor, "SELECT DECIMAL '1.50', TIMESTAMP '2020-01-02 03:04:05.123'") == [
        "1.50", "2020-01-02 03:04:05.123"]


@pytest.mark.parametrize("legacy", [False, True])
def test_parameters(connect, legacy):
    cursor = connect(legacy_prepared_statements=legacy).cursor()
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5, 678901)
    values = (41, "it's", decimal.Decimal("1.25"), moment, None, True, datetime.date(2024, 1, 2))
    assert one(cursor, "SELECT ? + 1, ?, ?, ?, ?, ?, ?", values) == [
        42, "it's", decimal.Decimal("1.25"), moment, None, True, datetime.date(2024, 1, 2)]
    assert one(cursor, "SELECT count(*) FROM numbers WHERE id BETWEEN ? AND ?", (10, 19)) == 10


def test_fetching_in_parts(cursor):
    cursor.execute("SELECT id FROM numbers ORDER BY id")
    assert cursor.fetchone() == [0]
    assert cursor.fetchmany(3) == [[1], [2], [3]]
    assert [row[0] for row in cursor] == list(range(4, NUMBERS))
    assert cursor.fetchone() is None


def test_an_error_has_its_name_and_place(cursor):
    with pytest.raises(trino.exceptions.TrinoUserError) as found:
        cursor.execute("SELECT id,\n  nowhere FROM numbers").fetchall()
    error = found.value
    assert (error.error_name, error.error_type) == ("COLUMN_NOT_FOUND", "USER_ERROR")
    assert error.error_code == 47
    assert "line 2:3: Column 'nowhere' cannot be resolved" in error.message


def test_a_failing_query_leaves_the_connection_usable(cursor):
    with pytest.raises(trino.exceptions.TrinoUserError) as found:
        cursor.execute("SELECT 1 / (id - 5) FROM numbers").fetchall()
    assert found.value.error_name == "DIVISION_BY_ZERO"
    assert one(cursor, "SELECT 1") == 1


def test_the_session_follows_its_statements(connect):
    connection = connect()
    cursor = connection.cursor()
    cursor.execute("USE system.information_schema").fetchall()
    assert one(connection.cursor(), "SELECT current_catalog, current_schema") == [
        "system", "information_schema"]


def test_cancel(connect):
    cursor = connect().cursor()
    states = connect().cursor()
    errors = []

    def run():
        try:
            cursor.execute(LONG_QUERY)
        except trino.exceptions.Error as error:
            errors.append(error)

    def state():
        states.execute("SELECT state FROM system.runtime.queries WHERE query LIKE '%b.id * c.id%' "
                       "AND query NOT LIKE '%runtime%'")
        return {row[0] for row in states.fetchall()}

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: state() and state() <= {"PLANNING", "RUNNING"}, "the query has begun")
    cursor.cancel()
    thread.join(TIMEOUT_S)
    assert not thread.is_alive()
    wait_until(lambda: state() == {"FAILED"}, "the server has ended the query")
    assert one(states, "SELECT 1") == 1
