"""The example's job at a pace for tests, and what its tables must hold, in plain Python."""

import collections
import datetime
import json
import pathlib

import floe_process
import tables

PIPELINE = "ride-hailing"
DATABASE = "ride_hailing"
TOPICS = ("driver_locations", "ride_requests")
WATERMARK_DELAY_MS = 5_000
JOIN_MS = 5 * 60_000
EPOCH_START = datetime.datetime(1970, 1, 1)

# Every record once: upserts and distinct counts would hide a record that was read twice.
JOURNALS = """
CREATE TABLE IF NOT EXISTS iceberg.ride_hailing.rides_read (
  ride_id STRING, status STRING, happened STRING) WITH ('format-version' = '2');
CREATE TABLE IF NOT EXISTS iceberg.ride_hailing.drivers_read (
  driver_id STRING, status STRING, happened STRING) WITH ('format-version' = '2');
"""
JOURNAL_INSERTS = """
INSERT INTO iceberg.ride_hailing.rides_read
SELECT ride_id, status, event_timestamp_str FROM ride_requests;
INSERT INTO iceberg.ride_hailing.drivers_read
SELECT driver_id, status, event_timestamp_str FROM driver_locations;
"""


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"the example has no {old!r} any more"
    return text.replace(old, new)


def quick_project(directory: pathlib.Path, simulator: str) -> pathlib.Path:
    """The example with an epoch each half second and windows of 6 seconds each second."""
    job = (floe_process.EXAMPLE / "job.sql").read_text()
    job = replaced(job, "'execution.checkpointing.interval' = '10 s'",
                   "'execution.checkpointing.interval' = '500 ms'")
    job = replaced(job, "INTERVAL '10' SECOND, INTERVAL '60' SECOND",
                   "INTERVAL '1' SECOND, INTERVAL '6' SECOND")
    job = replaced(job, "EXECUTE STATEMENT SET", JOURNALS + "EXECUTE STATEMENT SET")
    job = replaced(job, "\nEND;", JOURNAL_INSERTS + "\nEND;")
    project = (floe_process.EXAMPLE / "floe.yaml").read_text()
    head, rest = project.split("simulate:")
    display = rest[rest.index("# What the terminal shows"):]
    directory.mkdir()
    (directory / "job.sql").write_text(job)
    (directory / "floe.yaml").write_text(f"{head}simulate: {simulator}\n\n{display}")
    return directory


def millis(text: str) -> int:
    time = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f")
    return (time - EPOCH_START) // datetime.timedelta(milliseconds=1)


def timestamp(ms: int) -> datetime.datetime:
    return EPOCH_START + datetime.timedelta(milliseconds=ms)


class Input:
    """What the job has read by its newest epoch."""

    def __init__(self, data_dir: pathlib.Path):
        record = floe_process.newest_record(data_dir, PIPELINE)
        self.epoch = record["epoch"]
        self.recorded_watermark_ms = record["watermark_ms"]
        self.table_watermarks_ms = {
            table["table"].split(".")[-1]: table["watermark_ms"] for table in record["tables"]}
        offsets = json.loads(tables.load(data_dir, f"{DATABASE}.drivers_read")
                             .properties[f"floe.pipeline.{PIPELINE}.offsets"])
        self.events, self.watermarks = {}, []
        for topic in TOPICS:
            self.events[topic] = []
            newest = {int(partition): None for partition in offsets[topic]}
            for record in floe_process.log_records(data_dir, topic):
                if record["offset"] >= offsets[topic][str(record["partition"])]:
                    continue
                event = json.loads(record["value"])
                event["at"] = millis(event["event_timestamp_str"])
                event["position"] = (record["partition"], record["offset"])
                self.events[topic].append(event)
                before = newest[record["partition"]]
                newest[record["partition"]] = max(before or event["at"], event["at"])
            self.watermarks.append(min(newest.values()) - WATERMARK_DELAY_MS)
        self.watermark_ms = min(self.watermarks)
        self.rides = self.events["ride_requests"]
        self.drivers = self.events["driver_locations"]

    def ride_states(self) -> dict[str, dict]:
        """Rides have their id as key: all events of one are in one partition."""
        newest = {}
        for ride in sorted(self.rides, key=lambda ride: ride["position"]):
            newest[ride["ride_id"]] = {
                "ride_id": ride["ride_id"], "user_id": ride["user_id"], "status": ride["status"],
                "lat": ride["lat"], "lon": ride["lon"], "updated_at": timestamp(ride["at"])}
        return newest

    def surge(self, slide_ms: int, size_ms: int) -> list[tuple]:
        demand = windows(self.rides, "REQUESTED", "ride_id", slide_ms, size_ms)
        supply = windows(self.drivers, "AVAILABLE", "driver_id", slide_ms, size_ms)
        rows = []
        for start in sorted(demand.keys() | supply.keys()):
            if start + size_ms - 1 > self.watermark_ms:
                continue
            asked, free = len(demand[start]), len(supply[start])
            surge = min(3.0, max(1.0, 25 * asked / max(free, 1)))
            rows.append((timestamp(start), timestamp(start + size_ms), asked, free, surge))
        return rows


def windows(events, status: str, key: str, slide_ms: int, size_ms: int):
    found = collections.defaultdict(set)
    for event in events:
        if event["status"] != status:
            continue
        start = event["at"] // slide_ms * slide_ms
        while start > event["at"] - size_ms:
            found[start].add(event[key])
            start -= slide_ms
    return found


def check_journals(data_dir: pathlib.Path, read: Input) -> None:
    for table, events, key in (("rides_read", read.rides, "ride_id"),
                               ("drivers_read", read.drivers, "driver_id")):
        actual = tables.load(data_dir, f"{DATABASE}.{table}").scan().to_arrow().to_pylist()
        wanted = collections.Counter(
            (event[key], event["status"], event["event_timestamp_str"]) for event in events)
        assert wanted and collections.Counter(
            (row[key], row["status"], row["happened"]) for row in actual) == wanted


def check_surge(data_dir: pathlib.Path, read: Input, slide_ms: int, size_ms: int) -> int:
    actual = tables.load(data_dir, f"{DATABASE}.iceberg_surge_pricing").scan().to_arrow()
    actual = sorted(tuple(row.values()) for row in actual.to_pylist())
    assert actual == read.surge(slide_ms, size_ms)
    starts = [row[0] for row in actual]
    step = datetime.timedelta(milliseconds=slide_ms)
    assert starts == [starts[0] + step * i for i in range(len(starts))], "a gap or a double"
    return len(actual)


def check_ride_states(data_dir: pathlib.Path, read: Input) -> None:
    actual = tables.rows(data_dir, f"{DATABASE}.ride_states")
    wanted = read.ride_states()
    assert len(actual) == len(wanted) > 0
    for row in actual:
        assert row == wanted[row["ride_id"]]


def check_ride_events(data_dir: pathlib.Path, read: Input) -> None:
    """A ride has the last driver that matched; which one, the order of consumption decides."""
    on_trip = [driver for driver in read.drivers if driver["status"] == "ON_TRIP"]
    wanted = {}
    for ride in read.rides:
        if ride["status"] != "ACCEPTED":
            continue
        drivers = {driver["driver_id"] for driver in on_trip
                   if abs(driver["at"] - ride["at"]) <= JOIN_MS}
        if drivers:
            wanted[ride["ride_id"]] = drivers
    actual = tables.rows(data_dir, f"{DATABASE}.iceberg_ride_events")
    assert {row["ride_id"] for row in actual} == wanted.keys()
    assert len(actual) == len(wanted)
    for row in actual:
        assert row["status"] == "ACCEPTED" and row["driver_id"] in wanted[row["ride_id"]]


def check_snapshots(data_dir: pathlib.Path, read: Input) -> None:
    """One snapshot per table and epoch with rows, and each says where it stands."""
    for name in tables.names(data_dir, DATABASE):
        table = f"{DATABASE}.{name}"
        found = tables.epochs(data_dir, table)
        numbers = [int(summary["floe.epoch"]) for summary in found]
        assert numbers == sorted(set(numbers))
        assert bool(numbers) == bool(tables.rows(data_dir, table))
        assert all(number <= read.epoch for number in numbers)
        for summary in found:
            assert summary["floe.pipeline-id"] == PIPELINE
            assert json.loads(summary["floe.offsets"]).keys() <= set(TOPICS)
            assert summary["floe.checkpoint"].endswith(
                f"/pipelines/{PIPELINE}/{int(summary['floe.epoch']):020}.checkpoint")
            assert int(summary["floe.fencing-token"]) >= 1
            added = int(summary.get("added-records", 0)) + int(summary.get("added-delete-files", 0))
            assert added > 0, "a snapshot without rows"
        tokens = [int(summary["floe.fencing-token"]) for summary in found]
        assert tokens == sorted(tokens)
        marks = [int(s["floe.watermark-ms"]) for s in found if "floe.watermark-ms" in s]
        assert marks == sorted(marks)
        assert all(mark <= read.table_watermarks_ms[name] for mark in marks)
