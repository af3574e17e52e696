"""SQLAlchemy with the dialect of the Python client: what Superset and pandas use."""

import decimal

import pytest
import sqlalchemy
from trino_clients import CATALOG, NUMBERS, SCHEMA


@pytest.fixture
def engine(address):
    engine = sqlalchemy.create_engine("trino://ann@{}:{}/{}/{}".format(*address, CATALOG, SCHEMA))
    yield engine
    engine.dispose()


def test_select_with_bound_parameters(engine):
    with engine.connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT id FROM numbers WHERE id < :n ORDER BY id"),
                                  {"n": 3}).fetchall()
    assert [tuple(row) for row in rows] == [(0,), (1,), (2,)]


def test_a_reflected_table_is_queried(engine):
    typed = sqlalchemy.Table("typed", sqlalchemy.MetaData(), autoload_with=engine)
    query = (sqlalchemy.select(sqlalchemy.func.sum(typed.c.price), sqlalchemy.func.count())
             .where(typed.c.flag == sqlalchemy.true()))
    with engine.connect() as connection:
        assert tuple(connection.execute(query).one()) == (decimal.Decimal("123456789.125"), 1)


def test_inspection(engine):
    inspector = sqlalchemy.inspect(engine)
    assert {SCHEMA, "information_schema"} <= set(inspector.get_schema_names())
    assert {"typed", "numbers"} <= set(inspector.get_table_names(SCHEMA))
    assert inspector.get_view_names(SCHEMA) == []
    assert inspector.has_table("typed", SCHEMA) and not inspector.has_table("nowhere", SCHEMA)
    columns = {column["name"]: str(column["type"]) for column in
               inspector.get_columns("typed", SCHEMA)}
    assert columns == {
        "id": "BIGINT", "flag": "BOOLEAN", "small": "INTEGER", "big": "BIGINT", "single": "REAL",
        "twice": "DOUBLE", "price": "DECIMAL(12, 3)", "name": "VARCHAR", "born": "DATE",
        "happened": "TIMESTAMP"}


def test_pages_of_a_dashboard(engine):
    """The shape of what a chart asks for: a subquery, a bucket, aggregates, a limit."""
    query = f"""
        SELECT bucket, count(*) AS n, avg(x) AS mean
        FROM (SELECT id / 100 AS bucket, CAST(id AS double) AS x FROM numbers) AS chart
        GROUP BY bucket ORDER BY n DESC, bucket LIMIT {NUMBERS // 100}"""
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sqlalchemy.text(query))]
    assert rows == [(bucket, 100, bucket * 100 + 49.5) for bucket in range(NUMBERS // 100)]
