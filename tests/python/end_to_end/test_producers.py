"""`floe replay` and `floe simulate` fill topics, alone or beside an owner; `floe run` reads them."""

import collections
import datetime
import functools
import json
import pathlib
import random
import signal

import job_scripts
import pyarrow
import pytest
import tables
from floe_process import Floe, floe, log_records, newest_epoch, wait_until

START = datetime.datetime(2024, 5, 1)
ROWS = 150_000  # more than a round's, so that there can be several epochs
SIMULATE = ("simulate", "--seed", "5", "--start-time", "2024-01-01 00:00:00", "--duration", "2 min",
            "--speed", "max", "--drivers", "50", "--driver-events-per-second", "40",
            "--rides-per-second", "2")


@functools.cache
def trips() -> list[tuple]:
    """(ride_id, status, price, time in ms); times fall by up to two seconds."""
    draw = random.Random(3)
    rows = []
    for number in range(ROWS):
        time_ms = int(START.timestamp()) * 1000 + number * 5 - draw.randrange(2_000)
        status = draw.choice(["DONE", "DONE", "LOST"])
        rows.append((f"ride-{draw.randrange(3_000)}", status, draw.randrange(100), time_ms))
    return rows


def write_csv(directory: pathlib.Path, compression: str | None, rows: int = ROWS) -> pathlib.Path:
    suffix = {"gzip": ".gz", "zstd": ".zst", None: ""}[compression]
    path = directory / f"trips.csv{suffix}"
    lines = ["ride_id,status,price,event_ms"]
    lines += [",".join(map(str, row)) for row in trips()[:rows]]
    with pyarrow.output_stream(str(path), compression=compression) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    return path


def replay(path: pathlib.Path, data_dir: pathlib.Path):
    return floe("replay", path, "--topic", "rides", "--key", "ride_id", "--time", "event_ms[ms]",
                "--max-disorder", "2 s", "--data-dir", data_dir)


def windows_job(name: str, interval: str) -> str:
    columns = """ride_id STRING, status STRING, price INT, event_ms BIGINT,
      moment AS TO_TIMESTAMP_LTZ(event_ms, 3),
      WATERMARK FOR moment AS moment - INTERVAL '2' SECOND"""
    return job_scripts.head(name, interval) + job_scripts.source(columns=columns) + f"""
CREATE TABLE IF NOT EXISTS lake.demo.{name} (
  window_start TIMESTAMP(3), status STRING, trips BIGINT, riders BIGINT, price BIGINT);
INSERT INTO lake.demo.{name}
SELECT window_start, status, COUNT(*), COUNT(DISTINCT ride_id), SUM(CAST(price AS BIGINT))
FROM TABLE(TUMBLE(TABLE rides, DESCRIPTOR(moment), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, status;
"""


def expected_windows() -> list[tuple]:
    groups = collections.defaultdict(list)
    for ride_id, status, price, time_ms in trips():
        groups[time_ms // 10_000 * 10_000, status].append((ride_id, price))
    return sorted((datetime.datetime.fromtimestamp(start / 1000, datetime.timezone.utc)
                   .replace(tzinfo=None), status, len(rows), len({ride for ride, _ in rows}),
                   sum(price for _, price in rows)) for (start, status), rows in groups.items())


def test_replayed_rows_give_the_same_windows_in_any_way_of_running(tmp_path):
    data_dir = tmp_path / "data"
    done = replay(write_csv(tmp_path, None), data_dir)
    assert done.stdout == "" and "150,000 records" in done.stderr
    epochs = {}
    for parallelism in (1, 2):
        for interval in ("10 ms", "1 h"):
            name = f"windows_{parallelism}_{interval.replace(' ', '')}"
            job = job_scripts.write(tmp_path / f"{name}.sql", windows_job(name, interval))
            done = floe("run", "--embedded", job, "--parallelism", parallelism,
                        "--data-dir", data_dir)
            assert done.stdout == ""
            rows = [tuple(row.values()) for row in tables.rows(data_dir, f"demo.{name}")]
            assert sorted(rows) == expected_windows()
            epochs[name] = newest_epoch(data_dir, name)
    assert epochs["windows_1_1h"] == epochs["windows_2_1h"] == 1
    assert min(epochs["windows_1_10ms"], epochs["windows_2_10ms"]) > 1


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_compressed_files_give_the_same_topic(tmp_path, compression):
    for kind in (None, compression):
        replay(write_csv(tmp_path, kind), tmp_path / str(kind))
    plain = segments(tmp_path / "None")
    assert plain and plain == segments(tmp_path / compression)


def test_a_bad_row_says_where_it_is_and_what_is_written_already(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("id,at\n1,1000\n2,2000\n3\n")
    done = floe("replay", path, "--topic", "bad", "--key", "id", "--time", "at[ms]",
                "--data-dir", tmp_path / "data", code=1)
    assert "bad.csv, line 4" in done.stderr
    assert "2 records before the error are in the topic 'bad'" in done.stderr
    assert len(log_records(tmp_path / "data", "bad")) == 2


def segments(data_dir: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(data_dir)): path.read_bytes()
            for path in sorted((data_dir / "log" / "topics").glob("*/*/*.log"))}


def contents(data_dir: pathlib.Path, topic: str) -> list[tuple]:
    """In order of partition and offset."""
    return sorted((record["partition"], record["offset"], record["timestamp_ms"], record["key"],
                   record["value"]) for record in log_records(data_dir, topic))


def test_a_seed_and_a_start_fix_every_byte(tmp_path):
    for name in ("first", "second"):
        assert floe(*SIMULATE, "--data-dir", tmp_path / name).stdout == ""
    first = segments(tmp_path / "first")
    assert len(first) == 4 and all(first.values())
    assert first == segments(tmp_path / "second")
    other = list(SIMULATE)
    other[2] = "6"
    floe(*other, "--data-dir", tmp_path / "other")
    assert segments(tmp_path / "other") != first

    job = job_scripts.head("states") + job_scripts.source("ride_requests").replace(
        job_scripts.COLUMNS, "ride_id STRING, status STRING") + """
CREATE TABLE IF NOT EXISTS lake.demo.states (
  ride_id STRING, status STRING, PRIMARY KEY (ride_id) NOT ENFORCED)
WITH ('format-version' = '2', 'write.upsert.enabled' = 'true');
INSERT INTO lake.demo.states SELECT ride_id, status FROM ride_requests;
"""
    floe("run", "--embedded", job_scripts.write(tmp_path / "states.sql", job),
         "--data-dir", tmp_path / "first")
    newest = {}
    for *_, value in contents(tmp_path / "first", "ride_requests"):
        event = json.loads(value)
        newest[event["ride_id"]] = event["status"]
    rows = tables.rows(tmp_path / "first", "demo.states")
    assert sorted(map(tuple, map(dict.values, rows))) == sorted(newest.items())
    assert len(rows) > 50


def test_beside_an_owner_records_go_through_its_admin_api(tmp_path):
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    path = write_csv(tmp_path, None, 5_000)
    project = job_scripts.project(tmp_path / "project", job_scripts.copy("copy", "copied", False),
                                  ("rides", "driver_locations", "ride_requests"))
    with Floe("up", project, "--http-port", "0", data_dir=shared, directory=tmp_path / "o") as up:
        up.wait_ready()
        for data_dir in (alone, shared):
            assert replay(path, data_dir).stdout == ""
            assert floe(*SIMULATE, "--data-dir", data_dir).stdout == ""
        ends = {topic: sum(up.request("GET", f"/api/v1/topics/{topic}")["ends"])
                for topic in ("rides", "driver_locations")}
        assert ends["rides"] == 5_000
        up.stop()
    for topic in ("rides", "driver_locations", "ride_requests"):
        assert contents(alone, topic) == contents(shared, topic) != []


def test_an_owner_without_admin_api_is_named(tmp_path):
    data_dir = tmp_path / "data"
    path = write_csv(tmp_path, None, 100)
    project = job_scripts.project(tmp_path / "project", job_scripts.copy("copy", "copied", False))
    # A killed owner leaves its address behind: nobody may follow it later.
    with Floe("up", project, "--http-port", "0", data_dir=data_dir, directory=tmp_path / "o") as up:
        up.wait_ready()
        up.kill()
    assert (data_dir / "owner.json").exists()
    replay(path, data_dir)
    endless = job_scripts.write(tmp_path / "endless.sql",
                                job_scripts.copy("endless", "endless", bounded=False))
    with Floe("run", "--embedded", endless, data_dir=data_dir, directory=tmp_path / "o") as run:
        run.wait_epoch("endless", 1)
        for command in (("replay", path, "--topic", "rides", "--time", "event_ms[ms]"),
                        SIMULATE, ("run", endless), ("job", "list")):
            done = floe(*command, "--data-dir", data_dir, code=1)
            assert done.stdout == ""
            assert "in use by a process without an admin API" in done.stderr
            assert "--data-dir" in done.stderr
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(timeout=10) == 130
        assert run.stdout == ""


def test_a_bounded_topic_ends_where_it_ended_at_the_first_start(tmp_path):
    """As in Flink, where the stopping offsets are part of the splits' state."""
    data_dir = tmp_path / "data"
    replay(write_csv(tmp_path, None), data_dir)
    job = job_scripts.write(tmp_path / "copy.sql", job_scripts.copy("copy", "copied")
                            .replace("'200 ms'", "'1 ms'"))
    with Floe("run", "--embedded", job, data_dir=data_dir, directory=tmp_path / "o") as run:
        # Somewhere on the way, if the process is not faster than this one.
        wait_until(lambda: newest_epoch(data_dir, "copy") > 0, "an epoch")
        run.kill()
    replay(write_csv(tmp_path, None), data_dir)
    for _ in range(2):
        floe("run", "--embedded", job, "--data-dir", data_dir)
        assert tables.load(data_dir, "demo.copied").scan().to_arrow().num_rows == ROWS
    again = job_scripts.write(tmp_path / "again.sql", job_scripts.copy("again", "copied_again"))
    floe("run", "--embedded", again, "--data-dir", data_dir)
    assert tables.load(data_dir, "demo.copied_again").scan().to_arrow().num_rows == 2 * ROWS
