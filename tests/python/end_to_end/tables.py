"""Rows of Iceberg tables as PyIceberg's metadata and PyArrow's files give them.

PyIceberg reads no equality deletes: they are applied here, as the specification says (a delete
counts for data files of lower sequence numbers; position deletes also for those of the same).
"""

import pathlib

import pyarrow.parquet
from pyiceberg.catalog.sql import SqlCatalog


def load(data_dir: pathlib.Path, name: str):
    catalog = SqlCatalog("iceberg", uri=f"sqlite:///{data_dir}/catalog.db",
                         warehouse=f"file://{data_dir}/warehouse")
    return catalog.load_table(name)


def names(data_dir: pathlib.Path, database: str) -> set[str]:
    catalog = SqlCatalog("iceberg", uri=f"sqlite:///{data_dir}/catalog.db",
                         warehouse=f"file://{data_dir}/warehouse")
    return {table for _, table in catalog.list_tables(database)}


def read_file(uri: str) -> list[dict]:
    return pyarrow.parquet.read_table(uri.removeprefix("file://")).to_pylist()


def rows(data_dir: pathlib.Path, name: str) -> list[dict]:
    table = load(data_dir, name)
    data, positions, equalities = [], {}, []
    if table.current_snapshot() is None:
        return []
    for manifest in table.current_snapshot().manifests(table.io):
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
            file = entry.data_file
            content = read_file(file.file_path)
            if file.content.value == 0:
                data.append((entry.sequence_number, file.file_path, content))
            elif file.content.value == 1:
                for row in content:
                    key = (row["file_path"], row["pos"])
                    positions[key] = max(positions.get(key, 0), entry.sequence_number)
            else:
                columns = [table.schema().find_column_name(i) for i in file.equality_ids]
                equalities.append((entry.sequence_number, columns, content))
    deleted = {}  # columns → values → newest sequence number of a delete
    for number, columns, content in equalities:
        of_columns = deleted.setdefault(tuple(columns), {})
        for row in content:
            values = tuple(row[column] for column in columns)
            of_columns[values] = max(of_columns.get(values, 0), number)
    found = []
    for number, path, content in data:
        for position, row in enumerate(content):
            if positions.get((path, position), -1) >= number:
                continue
            if any(of_columns.get(tuple(row[c] for c in columns), 0) > number
                   for columns, of_columns in deleted.items()):
                continue
            found.append(row)
    return found


def epochs(data_dir: pathlib.Path, name: str) -> list[dict]:
    """Summaries of the snapshots with an epoch, oldest first."""
    summaries = [s.summary.additional_properties for s in load(data_dir, name).snapshots()]
    return [summary for summary in summaries if "floe.epoch" in summary]
