"""Our tables read by PyIceberg, fastavro and DuckDB, and theirs by us."""

import datetime
import json
import math

import expected
import iceberg_rows
import pytest

APPEND_TABLES = ["append_events", "append_by_day", "append_plain_manifests"]
UPSERT_TABLES = ["states", "states_spilled", "states_by_status"]
PIPELINE_KEYS = {
    "floe.pipeline-id", "floe.fencing-token", "floe.epoch", "floe.epoch-digest", "floe.offsets",
    "floe.watermark-ms", "floe.checkpoint",
}  # fmt: skip


def path_of(uri: str) -> str:
    assert uri.startswith("file:///")
    return uri.removeprefix("file://")


def normal(value):
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def same_rows(actual: list[dict], wanted: list[dict], key: str) -> None:
    actual = sorted(({k: normal(v) for k, v in row.items()} for row in actual), key=lambda r: r[key])
    wanted = sorted(({k: normal(v) for k, v in row.items()} for row in wanted), key=lambda r: r[key])
    assert len(actual) == len(wanted)
    for got, want in zip(actual, wanted):
        assert got == want


@pytest.mark.parametrize("name", APPEND_TABLES)
def test_pyiceberg_scans_append_tables(lake, name):
    same_rows(lake.table(name).scan().to_arrow().to_pylist(), expected.append_rows(), "id")


def test_pyiceberg_prunes_by_partition(lake):
    table = lake.table("append_by_day")
    day = datetime.date(1970, 1, 1) + datetime.timedelta(days=19003)
    scan = table.scan(row_filter="day = '2022-01-14' and active = true")
    assert day == datetime.date(2022, 1, 11)
    rows = scan.to_arrow().to_pylist()
    wanted = [
        r for r in expected.append_rows() if r["day"] == datetime.date(2022, 1, 14) and r["active"]
    ]
    same_rows(rows, wanted, "id")
    assert len(list(scan.plan_files())) < len(list(table.scan().plan_files())) / 10


def test_pyiceberg_prunes_by_bounds(lake):
    table = lake.table("append_events")
    scan = table.scan(row_filter="id >= 2500")
    assert scan.to_arrow().num_rows == 500
    assert len(list(scan.plan_files())) == 1


@pytest.mark.parametrize("name", APPEND_TABLES + UPSERT_TABLES)
def test_pyiceberg_inspects_metadata(lake, name):
    table = lake.table(name)
    assert table.metadata.format_version == 2
    inspect = table.inspect
    # A fence and the epochs.
    assert inspect.snapshots().num_rows == expected.EPOCHS + 1
    assert inspect.history().num_rows == expected.EPOCHS + 1
    assert inspect.metadata_log_entries().num_rows == expected.EPOCHS + 2
    assert inspect.refs().to_pylist()[0]["name"] == "main"
    assert inspect.manifests().num_rows > 0
    assert inspect.all_manifests().num_rows > 0
    assert inspect.partitions().num_rows > 0
    entries = inspect.entries().to_pylist()
    files = inspect.files().to_pylist()
    assert len(entries) == len(files) > 0
    for entry in entries:
        assert entry["status"] in (0, 1)
        assert entry["sequence_number"] > 1


@pytest.mark.parametrize("name", APPEND_TABLES + UPSERT_TABLES)
def test_snapshots_say_where_the_pipeline_stands(lake, name):
    table = lake.table(name)
    snapshots = sorted(table.metadata.snapshots, key=lambda s: s.sequence_number)
    fence = snapshots[0].summary.additional_properties
    assert fence["floe.fencing-token"] == "1" and "floe.epoch" not in fence
    for epoch, snapshot in enumerate(snapshots[1:], start=1):
        summary = snapshot.summary.additional_properties
        assert PIPELINE_KEYS <= summary.keys()
        assert summary["floe.epoch"] == str(epoch)
        assert json.loads(summary["floe.offsets"]) == {"topic": {"0": epoch}}
        assert snapshot.parent_snapshot_id == snapshots[epoch - 1].snapshot_id
    assert table.properties["floe.pipeline.test.epoch"] == str(expected.EPOCHS)
    assert table.properties["floe.pipeline.test.snapshot-id"] == str(snapshots[-1].snapshot_id)


def test_pyiceberg_reads_a_table_whose_snapshots_were_expired(lake):
    table = lake.table("append_expired")
    snapshots = sorted(table.metadata.snapshots, key=lambda s: s.sequence_number)
    # The pipeline's two newest stay; the fence and older epochs are gone, and the log begins after.
    kept = [s.summary.additional_properties["floe.epoch"] for s in snapshots]
    assert kept == [str(expected.EPOCHS - 1), str(expected.EPOCHS)]
    known = {s.snapshot_id for s in snapshots}
    assert snapshots[0].parent_snapshot_id not in known
    assert [e.snapshot_id for e in table.metadata.snapshot_log] == [s.snapshot_id for s in snapshots]
    assert table.inspect.snapshots().num_rows == table.inspect.history().num_rows == 2
    assert table.metadata.current_snapshot_id == snapshots[-1].snapshot_id

    # All rows are there, those of expired epochs too; a kept snapshot is read as it was.
    same_rows(table.scan().to_arrow().to_pylist(), expected.append_rows(), "id")
    before = table.scan(snapshot_id=snapshots[0].snapshot_id).to_arrow()
    assert before.num_rows == (expected.EPOCHS - 1) * expected.APPEND_ROWS
    assert len(json.loads(lake.read("append_expired"))) == len(expected.append_rows())


@pytest.mark.parametrize("name", APPEND_TABLES + UPSERT_TABLES)
def test_summary_totals_are_those_of_the_files(lake, name):
    table = lake.table(name)
    summary = table.current_snapshot().summary.additional_properties
    files = table.inspect.files().to_pylist()
    data = [f for f in files if f["content"] == 0]
    positions = [f for f in files if f["content"] == 1]
    equality = [f for f in files if f["content"] == 2]
    assert int(summary["total-data-files"]) == len(data)
    assert int(summary["total-delete-files"]) == len(positions) + len(equality)
    assert int(summary["total-records"]) == sum(f["record_count"] for f in data)
    assert int(summary["total-position-deletes"]) == sum(f["record_count"] for f in positions)
    assert int(summary["total-equality-deletes"]) == sum(f["record_count"] for f in equality)
    assert int(summary["total-files-size"]) == sum(f["file_size_in_bytes"] for f in files)


@pytest.mark.parametrize("name", APPEND_TABLES + UPSERT_TABLES)
def test_files_are_as_the_manifests_say(lake, name):
    import pyarrow.parquet

    for file in lake.table(name).inspect.files().to_pylist():
        parquet = pyarrow.parquet.ParquetFile(path_of(file["file_path"]))
        metadata = parquet.metadata
        assert metadata.num_rows == file["record_count"]
        with open(path_of(file["file_path"]), "rb") as stream:
            assert len(stream.read()) == file["file_size_in_bytes"]
        assert metadata.num_row_groups == len(file["split_offsets"])
        assert file["split_offsets"][0] == 4
        schema = parquet.schema_arrow
        for field in schema:
            assert int(field.metadata[b"PARQUET:field_id"]) > 0
        codec = "SNAPPY" if name == "append_by_day" else "ZSTD"
        assert metadata.row_group(0).column(0).compression == codec
        footer = metadata.metadata
        if file["content"] == 0:
            assert b"delete-type" not in footer
        elif file["content"] == 1:
            assert footer[b"delete-type"] == b"position"
            assert schema.names == ["file_path", "pos"]
            rows = parquet.read().to_pylist()
            assert {r["file_path"] for r in rows} == {rows[0]["file_path"]}
            assert [r["pos"] for r in rows] == sorted(r["pos"] for r in rows)
        else:
            assert footer[b"delete-type"] == b"equality"
            ids = ",".join(str(i) for i in file["equality_ids"]).encode()
            assert footer[b"delete-field-ids"] == ids


def test_column_metrics(lake):
    table = lake.table("append_events")
    files = table.inspect.files().to_pylist()
    for file in files:
        metrics = file["readable_metrics"]
        begin = metrics["id"]["lower_bound"]
        rows = [expected.append_row(i) for i in range(begin, begin + expected.APPEND_ROWS)]
        for column in expected.APPEND_COLUMNS:
            values = [r[column] for r in rows if r[column] is not None]
            found = metrics[column]
            assert found["value_count"] == len(rows)
            assert found["null_value_count"] == len(rows) - len(values)
            assert found["column_size"] > 0
            if column in ("lat", "score"):
                assert found["nan_value_count"] == sum(map(math.isnan, values))
            values = [v for v in values if not (isinstance(v, float) and math.isnan(v))]
            assert found["lower_bound"] == min(values), column
            assert found["upper_bound"] == max(values), column


def test_metrics_modes(lake):
    for file in lake.table("append_plain_manifests").inspect.files().to_pylist():
        metrics = file["readable_metrics"]
        assert metrics["id"]["lower_bound"] is None
        assert metrics["id"]["value_count"] == expected.APPEND_ROWS
        # Four characters, the upper bound raised in its last.
        assert metrics["name"]["lower_bound"] == "größ"
        assert metrics["name"]["upper_bound"] == "gröà"


def avro(path: str):
    import fastavro

    with open(path, "rb") as stream:
        reader = fastavro.reader(stream)
        return reader.metadata, reader.writer_schema, list(reader)


@pytest.mark.parametrize("name", APPEND_TABLES + UPSERT_TABLES)
def test_fastavro_reads_manifests(lake, name):
    table = lake.table(name)
    codec = "null" if name == "append_plain_manifests" else "deflate"
    for snapshot in table.metadata.snapshots:
        header, schema, manifests = avro(path_of(snapshot.manifest_list))
        assert header["avro.codec"] == codec
        assert header["snapshot-id"] == str(snapshot.snapshot_id)
        assert header["sequence-number"] == str(snapshot.sequence_number)
        assert header["format-version"] == "2"
        assert all("field-id" in field for field in schema["fields"])
        for manifest in manifests:
            check_manifest(table, snapshot, manifest)


def check_manifest(table, snapshot, manifest):
    header, schema, entries = avro(path_of(manifest["manifest_path"]))
    assert header["format-version"] == "2"
    assert header["content"] == ("deletes" if manifest["content"] == 1 else "data")
    assert json.loads(header["schema"])["type"] == "struct"
    assert header["partition-spec-id"] == str(manifest["partition_spec_id"])
    spec = table.metadata.specs()[manifest["partition_spec_id"]]
    assert len(json.loads(header["partition-spec"])) == len(spec.fields)
    added = [e for e in entries if e["status"] == 1]
    assert len(added) == manifest["added_files_count"]
    assert sum(e["data_file"]["record_count"] for e in added) == manifest["added_rows_count"]
    for entry in added:
        assert entry["sequence_number"] is None and entry["file_sequence_number"] is None
        assert entry["snapshot_id"] == manifest["added_snapshot_id"]
    for entry in entries:
        if entry["status"] == 0:
            assert entry["sequence_number"] > 0 and entry["file_sequence_number"] > 0
        content = entry["data_file"]["content"]
        assert (content == 0) == (manifest["content"] == 0)
        assert (content == 2) == bool(entry["data_file"]["equality_ids"])
        assert entry["data_file"]["file_format"] == "PARQUET"
        assert len(entry["data_file"]["partition"]) == len(spec.fields)


def test_manifests_are_merged(lake):
    # Two are enough to merge in this table; the merged one keeps sequence numbers.
    table = lake.table("append_by_day")
    manifests = table.inspect.manifests().to_pylist()
    assert len(manifests) == 1
    assert manifests[0]["added_data_files_count"] > 0
    assert manifests[0]["existing_data_files_count"] > 0
    numbers = {e["sequence_number"] for e in table.inspect.entries().to_pylist()}
    assert numbers == {2, 3, 4}


@pytest.mark.parametrize("name", UPSERT_TABLES)
def test_equality_deletes_are_global_and_one_per_key(lake, name):
    table = lake.table(name)
    schema = table.schema()
    assert sorted(schema.identifier_field_ids) == (
        [1, 2] if name == "states_spilled" else [1]
    )
    for file in table.inspect.files().to_pylist():
        if file["content"] == 2:
            assert table.metadata.specs()[file["spec_id"]].is_unpartitioned()
    by_sequence = {}
    for entry in table.inspect.entries().to_pylist():
        file = entry["data_file"]
        if file["content"] != 2:
            continue
        by_sequence.setdefault(entry["sequence_number"], []).append(file["record_count"])
    counts = {n: sum(c) for n, c in by_sequence.items()}
    # Sequence number 1 is the fence.
    wanted = {e + 1: len(expected.keys_of_epoch(e)) for e in range(1, expected.EPOCHS + 1)}
    assert counts == wanted


def test_rows_in_closed_files_get_position_deletes(lake):
    # This table's writers hold nothing back.
    files = lake.table("states_spilled").inspect.files().to_pylist()
    deletes = [f for f in files if f["content"] == 1]
    assert len(deletes) > 0
    # Without spilling a key costs one row and one delete.
    assert not [f for f in lake.table("states").inspect.files().to_pylist() if f["content"] == 1]


def our_rows(lake, name: str) -> list[dict]:
    return json.loads(lake.read(name))


def state_texts() -> list[dict]:
    rows = []
    for row in expected.states().values():
        text = row["updated_at"].isoformat(sep=" ").rstrip("0").rstrip(".")
        rows.append(row | {"updated_at": text})
    return rows


@pytest.mark.parametrize("name", UPSERT_TABLES)
def test_our_reader_applies_all_deletes(lake, name):
    same_rows(our_rows(lake, name), state_texts(), "ride_id")


@pytest.mark.parametrize("name", APPEND_TABLES)
def test_our_reader_reads_append_tables(lake, name):
    rows = our_rows(lake, name)
    wanted = expected.append_rows()
    assert len(rows) == len(wanted)
    by_id = {row["id"]: row for row in rows}
    for row in wanted:
        got = by_id[row["id"]]
        for column in ("name", "active", "small"):
            assert got[column] == row[column]
        assert got["day"] == (None if row["day"] is None else row["day"].isoformat())


@pytest.mark.parametrize("name", UPSERT_TABLES)
def test_duckdb_applies_the_deletes_by_itself(lake, name):
    """The spec's rules over the raw files: independent of our reader and writer."""
    rows = iceberg_rows.rows(lake.table(name))
    same_rows(rows, list(expected.states().values()), "ride_id")


def test_we_read_what_pyiceberg_writes(lake):
    import pyarrow

    catalog = lake.catalog()
    schema = pyarrow.schema(
        [pyarrow.field("k", pyarrow.int64()), pyarrow.field("v", pyarrow.string())]
    )
    table = catalog.create_table(("lake", "theirs"), schema=schema)
    table.append(pyarrow.table({"k": [1, 2, 3], "v": ["a", "b", None]}, schema=schema))
    table.append(pyarrow.table({"k": [4], "v": ["d"]}, schema=schema))
    table.delete("k = 2")
    with table.update_schema() as update:
        update.rename_column("v", "text")
        update.add_column("added", pyiceberg_int())
    rows = our_rows(lake, "theirs")
    wanted = [
        {"k": 1, "text": "a", "added": None},
        {"k": 3, "text": None, "added": None},
        {"k": 4, "text": "d", "added": None},
    ]
    same_rows(rows, wanted, "k")


def pyiceberg_int():
    from pyiceberg.types import IntegerType

    return IntegerType()


def test_pyiceberg_commits_to_our_table(lake):
    import pyarrow

    table = lake.table("append_events")
    before = table.scan().to_arrow()
    table.append(before.slice(0, 5))
    assert len(our_rows(lake, "append_events")) == before.num_rows + 5
    again = lake.table("append_events")
    # What it did not know has survived its commit.
    assert again.properties["floe.pipeline.test.epoch"] == str(expected.EPOCHS)
    assert isinstance(before, pyarrow.Table)
    again.manage_snapshots().rollback_to_snapshot(
        table.metadata.snapshots[-2].snapshot_id
    ).commit()
    assert len(our_rows(lake, "append_events")) == before.num_rows
