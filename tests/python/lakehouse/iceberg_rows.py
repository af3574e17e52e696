"""The rows of an Iceberg table by the rules of the specification, over its raw files.

PyIceberg plans the scan (metadata, manifests), DuckDB reads the Parquet files; deletes are applied
here. No code is shared with the engine, so that it can be held against the engine.
"""

import pathlib
import urllib.parse


def catalog(data_directory: pathlib.Path):
    """The catalog of a data directory."""
    from pyiceberg.catalog.sql import SqlCatalog

    return SqlCatalog(
        "iceberg",
        uri=f"sqlite:///{data_directory}/catalog.db",
        warehouse=f"file://{data_directory}/warehouse",
    )


def local_path(uri: str) -> str:
    parsed = urllib.parse.urlparse(uri)
    if parsed.scheme not in ("", "file"):
        raise ValueError(f"not a local file: {uri}")
    return urllib.parse.unquote(parsed.path)


def rows(table) -> list:
    """The table's current rows as dictionaries, in no order."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    load_rows(connection, "live", table)
    cursor = connection.execute("select * from live")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def load_rows(connection, name: str, table, path_of=local_path) -> None:
    """Makes `name` a table of the DuckDB connection with the table's current rows. `path_of` gives
    a local file with what is at a URI.

    An equality delete hides rows of data files with a lower data sequence number, a position delete
    the row of its file at its position, also of the same sequence number. One set of equality columns per table is understood.
    """
    columns = ", ".join(f'"{field.name}"' for field in table.schema().fields)
    data, equality, positions = [], [], []
    equality_ids = None
    for entry in table.inspect.entries().to_pylist() if table.current_snapshot() else []:
        if entry["status"] == 2:
            continue
        file = entry["data_file"]
        path = path_of(file["file_path"])
        source = f"read_parquet('{path}', file_row_number = true)"
        if file["content"] == 0:
            data.append(
                f"select {columns}, '{file['file_path']}' as _file, file_row_number as _pos, "
                f"{entry['sequence_number']} as _sequence from {source}"
            )
        elif file["content"] == 1:
            positions.append(
                f"select file_path as _file, pos as _pos, {entry['sequence_number']} as _sequence "
                f"from {source}"
            )
        else:
            assert equality_ids in (None, file["equality_ids"]), "two sets of equality columns"
            equality_ids = file["equality_ids"]
            keys = key_columns(table, equality_ids)
            equality.append(f"select {keys}, {entry['sequence_number']} as _sequence from {source}")
    if not data:
        types = ", ".join(f"cast(null as varchar) as \"{f.name}\"" for f in table.schema().fields)
        connection.execute(f"create or replace table {name} as select {types} where false")
        return
    union_into(connection, "_data", data)
    where = []
    if equality:
        union_into(connection, "_equality", equality)
        keys = key_columns(table, equality_ids)
        # The newest delete of a key decides: a row is gone if it is older than that.
        connection.execute(
            f"create or replace temp table _newest as select {keys}, max(_sequence) as _sequence "
            f"from _equality group by {keys}"
        )
        same = " and ".join(
            f"e.\"{n}\" is not distinct from d.\"{n}\"" for n in key_names(table, equality_ids)
        )
        where.append(
            f"not exists (select 1 from _newest e where {same} and e._sequence > d._sequence)"
        )
    if positions:
        union_into(connection, "_positions", positions)
        where.append(
            "not exists (select 1 from _positions p where p._file = d._file and p._pos = d._pos "
            "and p._sequence >= d._sequence)"
        )
    condition = f"where {' and '.join(where)}" if where else ""
    connection.execute(f"create or replace table {name} as select {columns} from _data d {condition}")


def key_names(table, equality_ids) -> list:
    return [table.schema().find_column_name(i) for i in equality_ids]


def key_columns(table, equality_ids) -> str:
    return ", ".join(f'"{name}"' for name in key_names(table, equality_ids))


def union_into(connection, name: str, selects: list) -> None:
    connection.execute(f"create or replace temp table {name} as {' union all '.join(selects[:200])}")
    for first in range(200, len(selects), 200):
        connection.execute(f"insert into {name} {' union all '.join(selects[first:first + 200])}")
