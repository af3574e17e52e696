"""What the measuring scripts share: inputs, and commands with what they cost."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
STREAMS = ROOT / "bench" / "streams"
WORK = ROOT / "build" / "bench"
BIN = pathlib.Path(os.environ.get("FLOE_BIN_DIR", ROOT / "build" / "release" / "bin"))

# Seconds of event time and drivers; 1,000 locations and 100 requests a second. Rows of the inputs
# for races are never late, so that what is late cannot depend on the order in which partitions are
# read.
INPUTS = {
    "base": {"seconds": 500, "drivers": 10_000},
    "keys-x10": {"seconds": 500, "drivers": 100_000},
    "time-x10": {"seconds": 5_000, "drivers": 10_000},
    "race-60s": {"seconds": 60, "drivers": 10_000, "late": 0},
    "race-300s": {"seconds": 300, "drivers": 10_000, "late": 0},
    "race-3000s": {"seconds": 3_000, "drivers": 10_000, "late": 0},
}
TOPICS = {
    "locations": ("driver_id", "driver_id,zone,lat,lon,status,event_timestamp_str"),
    "requests": ("ride_id", "ride_id,user_id,zone,lat,lon,status,event_timestamp_str"),
}
PARTITIONS = 2


class Usage:
    """CPU seconds, wall seconds and peak memory of a finished process, and what it said."""

    def __init__(self, command):
        began = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        self.text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall_seconds = time.monotonic() - began
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.peak_mib = usage.ru_maxrss / 1024
        if process.returncode != 0:
            sys.exit(f"bench: {' '.join(map(str, command))} gave {process.returncode}:\n{self.text}")


def floe(data, *arguments, parallelism=1):
    return Usage([BIN / "floe", "--data-dir", data, "--log-level", "error",
                  "--parallelism", parallelism, *arguments])


def make_input(name):
    """The data directory whose log holds the input; made once."""
    data = WORK / "data" / name
    if (data / "complete").exists():
        return data
    shutil.rmtree(data, ignore_errors=True)
    rows = WORK / "rows" / name
    options = [word for key, value in INPUTS[name].items() for word in (f"--{key}", value)]
    Usage([sys.executable, STREAMS / "generate", rows, *options])
    for topic, (key, columns) in TOPICS.items():
        floe(data, "replay", rows / f"{topic}.csv", "--topic", topic, "--key", key,
             "--time", "event_ms[ms]", "--columns", columns, "--max-disorder", "any")
    shutil.rmtree(rows)
    (data / "complete").touch()
    return data


def run_job(job, name, parallelism):
    """Runs a job on a copy of the input; gives its usage and the data directory that it leaves."""
    data = WORK / "run"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(make_input(name), data)
    return floe(data, "run", "--embedded", STREAMS / f"{job}.sql", parallelism=parallelism), data
