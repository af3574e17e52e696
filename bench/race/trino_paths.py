"""Tables of local files for the real Trino, which reads local:///… and not file:///…: copies of the
metadata with the other spelling. Data files stay where they are."""
import json
import pathlib

import fastavro
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from lakehouse.iceberg_rows import local_path

POSITION_DELETES = 1


def respell(value):
    """The value with each file:///… in it as local:///…"""
    if isinstance(value, str):
        return "local://" + value.removeprefix("file://") if value.startswith("file:///") else value
    if isinstance(value, dict):
        return {key: respell(item) for key, item in value.items()}
    if isinstance(value, list):
        return [respell(item) for item in value]
    return value


def register(table, directory):
    """Copies the metadata of the current snapshot to below `directory`. Gives the table's location
    and the name of its metadata file, as Trino's register_table takes them."""
    copies = pathlib.Path(directory) / "metadata-of-trino" / table.name()[-1] / "metadata"
    copies.mkdir(parents=True)
    metadata = json.loads(pathlib.Path(local_path(table.metadata_location)).read_text())
    current = metadata["current-snapshot-id"]
    metadata["snapshots"] = [s for s in metadata["snapshots"] if s["snapshot-id"] == current]
    metadata["snapshot-log"], metadata["metadata-log"] = [], []
    metadata["location"] = f"file://{copies.parent}"
    metadata["refs"] = {"main": {"snapshot-id": current, "type": "branch"}}
    for snapshot in metadata["snapshots"]:
        snapshot["manifest-list"] = copy_manifest_list(snapshot["manifest-list"], copies)
    file = copies / "00000-00000000-0000-0000-0000-000000000000.metadata.json"
    file.write_text(json.dumps(respell(metadata)))
    return f"local://{copies.parent}", file.name


def copy_avro(uri, copies, change):
    """Rewrites a file's records by `change`; gives the copy."""
    source = pathlib.Path(local_path(uri))
    with source.open("rb") as stream:
        reader = fastavro.reader(stream)
        records = [respell(change(record)) for record in reader]
        copy = copies / source.name
        with copy.open("wb") as out:
            extra = {k: v for k, v in reader.metadata.items() if not k.startswith("avro.")}
            fastavro.writer(out, reader.writer_schema, records, codec=reader.codec, metadata=extra)
    return copy


def copy_manifest_list(uri, copies):
    def change(manifest):
        copy = copy_avro(manifest["manifest_path"], copies, lambda e: change_entry(e, copies))
        return manifest | {"manifest_path": f"file://{copy}", "manifest_length": copy.stat().st_size}

    return f"file://{copy_avro(uri, copies, change)}"


def change_entry(entry, copies):
    file = entry["data_file"]
    if file["content"] != POSITION_DELETES:
        return entry
    # These name data files in their rows.
    rows = pyarrow.parquet.read_table(local_path(file["file_path"]))
    paths = pyarrow.compute.replace_substring(rows["file_path"], "file:///", "local:///", max_replacements=1)
    column = rows.schema.get_field_index("file_path")
    copy = copies / pathlib.Path(local_path(file["file_path"])).name
    pyarrow.parquet.write_table(
        rows.set_column(column, rows.schema.field(column), paths), copy)
    bounds = {"lower_bounds": None, "upper_bounds": None}
    return entry | {"data_file": file | bounds | {
        "file_path": f"file://{copy}", "file_size_in_bytes": copy.stat().st_size}}
