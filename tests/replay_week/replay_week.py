"""Replays a recorded week through examples/ride_hailing/job.sql and checks every table.

The reports of the cabs become `driver_locations` as they are. A trip becomes three events of a ride:
REQUESTED two minutes before the pickup, ACCEPTED one minute before it, and at the drop-off COMPLETED,
or CANCELLED if the trip was shorter than a minute. What the tables must hold is computed from the
CSV files by DuckDB, which shares no code with the engine; the tables are read from their raw files
(tests/python/lakehouse/iceberg_rows.py).
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import duckdb

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "python" / "lakehouse"))
import iceberg_rows  # noqa: E402

END_OF_WEEK = 1212994800
TIMESTAMP = "event_timestamp_str=DATE_FORMAT(TO_TIMESTAMP_LTZ(ts, 0), 'yyyy-MM-dd HH:mm:ss.SSS')"

RIDES = f"""
select ride_id, user_id, lat, lon, status, ts from (
  select trip_id as ride_id, 'rider-' || (row_number() over (order by trip_id) % 40000) as user_id,
         pickup_lat as lat, pickup_lon as lon, 'REQUESTED' as status, pickup_ts - 120 as ts, 0 as step
  from trips
  union all
  select trip_id, 'rider-' || (row_number() over (order by trip_id) % 40000),
         pickup_lat, pickup_lon, 'ACCEPTED', pickup_ts - 60, 1
  from trips
  union all
  select trip_id, 'rider-' || (row_number() over (order by trip_id) % 40000),
         dropoff_lat, dropoff_lon,
         case when dropoff_ts - pickup_ts < 60 then 'CANCELLED' else 'COMPLETED' end, dropoff_ts, 2
  from trips)
where ts < {END_OF_WEEK}
order by ts, step, ride_id
"""

# Windows of a minute every ten seconds: an event belongs to the six that hold its second.
EXPECTED_SURGE = """
create table expected_surge as
with demand as (
  select s as start, count(distinct ride_id) as n
  from (select ride_id, unnest(range(ts // 10 * 10 - 50, ts // 10 * 10 + 1, 10)) as s
        from rides where status = 'REQUESTED') group by s),
supply as (
  select s as start, count(distinct driver_id) as n
  from (select driver_id, unnest(range(ts // 10 * 10 - 50, ts // 10 * 10 + 1, 10)) as s
        from reports where occupied = 0) group by s)
select make_timestamp(coalesce(d.start, s.start) * 1000000) as window_start,
       make_timestamp((coalesce(d.start, s.start) + 60) * 1000000) as window_end,
       coalesce(d.n, 0) as demand_count, coalesce(s.n, 0) as supply_count,
       least(3.0::double, greatest(1.0::double,
             (25 * coalesce(d.n, 0))::double / greatest(coalesce(s.n, 0), 1)::double))
         as surge_multiplier
from demand d full join supply s using (start)
"""

EXPECTED_STATES = """
create table expected_states as
select ride_id, user_id, status, lat, lon, make_timestamp(ts * 1000000) as updated_at
from rides
qualify row_number() over (partition by ride_id order by ts desc, step desc) = 1
"""

# A ride has a driver if any report within five minutes of it is busy. Which one is free: the last that
# reaches the join, and nothing orders the partitions of a topic.
EXPECTED_EVENTS = """
create table expected_events as
with busy as (select distinct ts from reports where occupied = 1)
select a.ride_id, a.user_id, a.status, a.lat as request_lat, a.lon as request_lon, a.ts,
       make_timestamp(a.ts * 1000000) as updated_at,
       b.ts is not null and b.ts >= a.ts - 300 as has_driver
from (select * from rides where status = 'ACCEPTED') a asof left join busy b on a.ts + 300 >= b.ts
"""

# Rows that are not as they must be: ride, what is in the table.
WRONG_EVENTS = """
create table wrong_events as
select e.ride_id, e.updated_at, a.driver_id, e.has_driver
from expected_events e left join ride_events a using (ride_id)
where a.ride_id is null
   or a.user_id <> e.user_id or a.status <> e.status or a.updated_at <> e.updated_at
   or a.request_lat <> e.request_lat or a.request_lon <> e.request_lon
   or e.has_driver <> (a.driver_id is not null)
   or e.has_driver and not exists (
        select 1 from reports r where r.driver_id = a.driver_id and r.occupied = 1
                                  and r.ts between e.ts - 300 and e.ts + 300)
"""

# Starts a program and waits for it; a process's peak memory counts from that of its parent, which has
# to be small.
LAUNCHER = """
import json, os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as out:
    json.dump([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss], out)
"""


def fail(message: str) -> None:
    print(f"replay-week: FAILED: {message}")
    sys.exit(1)


class Measured:
    """A program that has run: time, CPU seconds and peak memory."""

    def __init__(self, arguments: list):
        arguments = [str(argument) for argument in arguments]
        with tempfile.NamedTemporaryFile(mode="r") as usage:
            started = time.monotonic()
            done = subprocess.run([sys.executable, "-S", "-c", LAUNCHER, usage.name, *arguments],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.seconds = time.monotonic() - started
            if done.returncode != 0:
                fail(done.stdout)
            code, self.cpu_seconds, peak_kib = json.load(usage)
        self.peak_mib = peak_kib / 1024
        if code != 0:
            fail(f"{' '.join(arguments)}\n{done.stdout}")


def report(what: str, rows: int, run: Measured) -> None:
    print(
        f"{what:<28} {rows:>10,} rows {run.seconds:>7.1f} s {run.cpu_seconds:>7.1f} CPU s "
        f"{rows / max(run.cpu_seconds, 1e-3):>12,.0f} rows/CPU s {run.peak_mib:>6.0f} MiB peak",
        flush=True,
    )


def load(connection, data: pathlib.Path, limit_ts: int) -> None:
    connection.execute(
        f"create table reports as select * from read_csv('{data}/driver_locations_2008-06-02_week.csv.zst')"
        f" where ts < {limit_ts}"
    )
    connection.execute(
        f"create table trips as select * from read_csv('{data}/trips_2008-06-02_week.csv.zst')"
        f" where pickup_ts < {limit_ts}"
    )
    connection.execute(f"create table rides_in_order as {RIDES}")
    connection.execute(
        "create table rides as select *, case status when 'REQUESTED' then 0 when 'ACCEPTED' then 1 "
        f"else 2 end as step from rides_in_order where ts < {limit_ts}"
    )


def bounded_job(directory: pathlib.Path) -> pathlib.Path:
    """The example's job, ending where the topics end now."""
    text = (ROOT / "examples" / "ride_hailing" / "job.sql").read_text()
    option = "'scan.startup.mode' = 'earliest-offset',"
    if text.count(option) != 2:
        fail("the example's job has changed: its two sources are not found")
    job = directory / "job.sql"
    job.write_text(text.replace(option, option + "\n  'scan.bounded.mode' = 'latest-offset',"))
    return job


def check_equal(connection, what: str, expected: str, actual: str, columns: str) -> None:
    counts = connection.execute(
        f"select (select count(*) from {expected}), (select count(*) from {actual}), "
        f"(select count(*) from (select {columns} from {expected} except all select {columns} from {actual})), "
        f"(select count(*) from (select {columns} from {actual} except all select {columns} from {expected}))"
    ).fetchone()
    print(f"{what:<28} {counts[0]:>10,} expected {counts[1]:>10,} found, {counts[2]} missing, {counts[3]} unexpected")
    if counts[0] == 0 or counts[2] or counts[3]:
        for side, other in ((expected, actual), (actual, expected)):
            rows = connection.execute(
                f"select {columns} from {side} except all select {columns} from {other} order by all limit 5"
            ).fetchall()
            for row in rows:
                print(f"  only in {side}: {row}")
        fail(what)


def check_events(connection) -> None:
    """Each accepted ride once, with a driver of its interval, or none where there is none."""
    connection.execute(EXPECTED_EVENTS)
    connection.execute(WRONG_EVENTS)
    expected, found, wrong, without = connection.execute(
        "select (select count(*) from expected_events), (select count(*) from ride_events), "
        "(select count(*) from wrong_events), "
        "(select count(*) from ride_events where driver_id is null)"
    ).fetchone()
    print(f"{'iceberg_ride_events':<28} {expected:>10,} expected {found:>10,} found, {wrong} wrong, "
          f"{without:,} without a driver")
    if expected == 0 or found != expected or wrong:
        for row in connection.execute("select * from wrong_events order by all limit 5").fetchall():
            print(f"  wrong: {row}")
        fail("iceberg_ride_events")


def replay(floe: str, file: pathlib.Path, topic: str, key: str, columns: list, sets: list, lake, to_ts) -> Measured:
    arguments = [floe, "replay", file, "--data-dir", lake, "--topic", topic, "--key", key,
                 "--time", "ts[s]", "--speed", "max", "--columns", *columns]
    for expression in sets:
        arguments += ["--set", expression]
    if to_ts:
        arguments += ["--to", time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(to_ts))]
    return Measured(arguments)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path, help="directory of the recorded week")
    parser.add_argument("--hours", type=int, default=168, help="only the first hours of the week")
    parser.add_argument("--parallelism", default="2")
    parser.add_argument("--keep", type=pathlib.Path, help="work in this directory and keep it")
    options = parser.parse_args()
    floe = str(pathlib.Path(os.environ.get("FLOE_BIN_DIR", ROOT / "build" / "release" / "bin")) / "floe")
    limit_ts = 1212390000 + options.hours * 3600
    with tempfile.TemporaryDirectory(prefix="floe-week-") as temporary:
        work = options.keep or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        run(floe, options, work.resolve(), limit_ts)


def run(floe: str, options, work: pathlib.Path, limit_ts: int) -> None:
    lake = work / "lake"
    connection = duckdb.connect(str(work / "expected.db"))
    load(connection, options.data, limit_ts)
    rides_csv = work / "rides.csv"
    connection.execute(
        f"copy (select * from rides_in_order where ts < {limit_ts}) to '{rides_csv}' (header)"
    )
    reports_csv = options.data / "driver_locations_2008-06-02_week.csv.zst"
    reports = connection.execute("select count(*) from reports").fetchone()[0]
    rides = connection.execute("select count(*) from rides").fetchone()[0]
    to_ts = limit_ts if options.hours < 168 else None
    status = "status=CASE WHEN occupied = 1 THEN 'ON_TRIP' ELSE 'AVAILABLE' END"
    done = replay(floe, reports_csv, "driver_locations", "driver_id",
                  ["driver_id", "lat", "lon", "status", "event_timestamp_str"], [status, TIMESTAMP], lake, to_ts)
    report("replay driver_locations", reports, done)
    done = replay(floe, rides_csv, "ride_requests", "ride_id",
                  ["ride_id", "user_id", "lat", "lon", "status", "event_timestamp_str"], [TIMESTAMP], lake, None)
    report("replay ride_requests", rides, done)
    done = Measured([floe, "run", "--embedded", bounded_job(work), "--data-dir", lake,
                     "--parallelism", options.parallelism])
    report("ride-hailing job", reports + rides, done)

    catalog = iceberg_rows.catalog(lake)
    for name, table in (("surge", "iceberg_surge_pricing"), ("states", "ride_states"),
                        ("ride_events", "iceberg_ride_events")):
        iceberg_rows.load_rows(connection, name, catalog.load_table(("ride_hailing", table)))
    connection.execute(EXPECTED_SURGE)
    connection.execute(EXPECTED_STATES)
    check_equal(connection, "iceberg_surge_pricing", "expected_surge", "surge",
                "window_start, window_end, demand_count, supply_count, surge_multiplier")
    check_equal(connection, "ride_states", "expected_states", "states",
                "ride_id, user_id, status, lat, lon, updated_at")
    check_events(connection)
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"replay-week: passed (the batch computation took {own.ru_utime + own.ru_stime:.0f} CPU s)")


if __name__ == "__main__":
    main()
