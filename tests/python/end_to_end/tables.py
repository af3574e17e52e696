"""Tables of a data directory, as PyIceberg's metadata and the raw files give them."""

import pathlib

import iceberg_rows


def load(data_dir: pathlib.Path, name: str):
    return iceberg_rows.catalog(data_dir).load_table(name)


def names(data_dir: pathlib.Path, database: str) -> set[str]:
    return {table for _, table in iceberg_rows.catalog(data_dir).list_tables(database)}


def rows(data_dir: pathlib.Path, name: str) -> list[dict]:
    return iceberg_rows.rows(load(data_dir, name))


def epochs(data_dir: pathlib.Path, name: str) -> list[dict]:
    """Summaries of the snapshots with an epoch, oldest first."""
    summaries = [s.summary.additional_properties for s in load(data_dir, name).snapshots()]
    return [summary for summary in summaries if "floe.epoch" in summary]
