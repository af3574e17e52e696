"""`floe up` on the ride-hailing example: stops, starts again, dies, and loses nothing."""

import random
import signal
import time

import pytest
import ride_hailing
import tables
from floe_process import EXAMPLE, Floe, wait_until

SIMULATOR = ("{seed: 7, drivers: 200, driver-events-per-second: 300, rides-per-second: 8, "
             "disorder: 1 s}")


def up(project, data_dir, tmp_path, *arguments) -> Floe:
    return Floe("up", project, "--http-port", "0", *arguments, data_dir=data_dir,
                directory=tmp_path / "output")


def check_everything(data_dir) -> ride_hailing.Input:
    read = ride_hailing.Input(data_dir)
    # An epoch's watermark is that of its slowest sink: the interval join holds its own back.
    assert read.recorded_watermark_ms == read.watermark_ms - ride_hailing.JOIN_MS
    assert read.table_watermarks_ms["iceberg_ride_events"] == read.recorded_watermark_ms
    assert read.table_watermarks_ms["iceberg_surge_pricing"] == read.watermark_ms
    ride_hailing.check_journals(data_dir, read)
    ride_hailing.check_ride_states(data_dir, read)
    ride_hailing.check_ride_events(data_dir, read)
    ride_hailing.check_snapshots(data_dir, read)
    return read


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_example_starts_and_stops(tmp_path, number):
    data_dir = tmp_path / "data"
    with up(EXAMPLE, data_dir, tmp_path) as floe:
        floe.wait_ready()
        end_of = lambda topic: sum(floe.request("GET", f"/api/v1/topics/{topic}")["ends"])
        wait_until(lambda: end_of("ride_requests"), "a ride")
        # What was appended last may stay unread at the stop: more has to come after the ride.
        drivers = end_of("driver_locations")
        wait_until(lambda: end_of("driver_locations") > drivers + 300, "driver reports")
        floe.stop(number)
        assert floe.stdout == ""
    # The stop itself is an epoch: ten seconds had not passed.
    assert tables.rows(data_dir, "ride_hailing.ride_states")
    assert not (data_dir / "owner.json").exists()


def test_a_second_start_goes_on(tmp_path):
    data_dir = tmp_path / "data"
    project = ride_hailing.quick_project(tmp_path / "project", SIMULATOR)
    first = None
    for start in range(2):
        with up(project, data_dir, tmp_path) as floe:
            floe.wait_ready()
            floe.wait_epoch(ride_hailing.PIPELINE, 6 if start == 0 else first.epoch + 2)
            surge = "ride_hailing.iceberg_surge_pricing"
            wait_until(lambda: start == 0 or len(tables.rows(data_dir, surge)) > 5, "six windows")
            floe.stop()
        read = check_everything(data_dir)
        if start == 0:
            first = read
    assert read.epoch > first.epoch
    assert ride_hailing.check_surge(data_dir, read, 1_000, 6_000) > 5
    requested = [ride["ride_id"] for ride in read.rides if ride["status"] == "REQUESTED"]
    assert len(requested) == len(set(requested)), "a ride id came twice"
    assert len(requested) > len([r for r in first.rides if r["status"] == "REQUESTED"])


def test_kill_at_any_moment(tmp_path):
    data_dir = tmp_path / "data"
    project = ride_hailing.quick_project(tmp_path / "project", SIMULATOR)
    moments = random.Random(11)
    for _ in range(5):
        with up(project, data_dir, tmp_path) as floe:
            floe.wait_ready()
            # A moment somewhere in the next epochs, wherever the process is then.
            until = time.monotonic() + moments.uniform(0.3, 2.5)
            wait_until(lambda: time.monotonic() >= until or floe.process.poll() is not None,
                       "the moment")
            assert floe.process.poll() is None, floe.stderr
            floe.kill()
    with up(project, data_dir, tmp_path) as floe:
        floe.wait_ready()
        wait_until(lambda: tables.epochs(data_dir, "ride_hailing.iceberg_surge_pricing"), "windows")
        floe.wait_epoch(ride_hailing.PIPELINE,
                        int(tables.epochs(data_dir, "ride_hailing.ride_states")[-1]["floe.epoch"]) + 6)
        floe.stop()
    read = check_everything(data_dir)
    assert ride_hailing.check_surge(data_dir, read, 1_000, 6_000) > 0
