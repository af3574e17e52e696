"""Jobs handed to a running `floe up`: submitted, listed, stopped, and gone on with afterwards."""

import json

import job_scripts
import tables
from floe_process import Floe, floe, wait_until


def up(tmp_path) -> Floe:
    project = tmp_path / "project"
    if not project.exists():
        job_scripts.project(project, job_scripts.copy("home", "home", False))
    return Floe("up", project, "--http-port", "0", data_dir=tmp_path / "data",
                directory=tmp_path / "output")


def submit(tmp_path, name: str, bounded: bool = False, more: str = "") -> str:
    path = job_scripts.write(tmp_path / f"{name}.sql", job_scripts.copy(name, name, bounded, more))
    job_id, shown_name, state = floe("run", path, "--data-dir", tmp_path / "data").stdout.split()
    assert (shown_name, state) == (name, "RUNNING")
    return job_id


def show(tmp_path, job: str) -> dict:
    return json.loads(floe("job", "show", job, "--output", "json",
                           "--data-dir", tmp_path / "data").stdout)


def wait_read(tmp_path, job: str, count: int) -> None:
    wait_until(lambda: show(tmp_path, job)["sources"][0]["records"] == count, f"{job} has read")


def ids(tmp_path, table: str) -> list[str]:
    return sorted(row["ride_id"] for row in tables.rows(tmp_path / "data", f"demo.{table}"))


def names(numbers) -> list[str]:
    return sorted(f"ride-{number}" for number in numbers)


def rides(first: int, end: int) -> list[tuple]:
    return [job_scripts.ride(number, number) for number in range(first, end)]


def test_jobs_are_submitted_stopped_and_cancelled(tmp_path):
    data = ("--data-dir", tmp_path / "data")
    with up(tmp_path) as running:
        running.wait_ready()
        running.append("rides", rides(0, 50))
        stopped, cancelled = submit(tmp_path, "stopped"), submit(tmp_path, "cancelled")
        listed = json.loads(floe("job", "list", "--output", "json", *data).stdout)["jobs"]
        assert {job["name"]: job["state"] for job in listed} == dict.fromkeys(
            ("home", "stopped", "cancelled"), "RUNNING")
        text = floe("job", "list", *data).stdout.splitlines()
        assert text[0].split() == ["ID", "NAME", "STATE", "EPOCH", "SUBMITTED"] and len(text) == 4
        wait_read(tmp_path, stopped, 50)
        assert "FINISHED" in floe("job", "stop", "stopped", *data).stdout
        assert ids(tmp_path, "stopped") == names(range(50))
        assert "CANCELED" in floe("job", "cancel", cancelled[:12], *data).stdout
        running.append("rides", rides(50, 60))
        wait_read(tmp_path, "home", 60)
        assert ids(tmp_path, "stopped") == names(range(50))
        assert "has ended" in floe("job", "stop", stopped, *data, code=1).stderr
        assert "nobody" in floe("job", "show", "nobody", *data, code=1).stderr
        wrong = job_scripts.write(tmp_path / "wrong.sql", job_scripts.copy("w", "w").replace(
            "price FROM", "prise FROM"))
        done = floe("run", wrong, *data, code=1)
        assert done.stdout == "" and "did you mean 'price'" in done.stderr and "^^^^^" in done.stderr
        running.stop()
    assert ids(tmp_path, "home") == names(range(60))


def test_a_failed_job_says_why_and_the_others_go_on(tmp_path):
    with up(tmp_path) as running:
        running.wait_ready()
        strict = submit(tmp_path, "strict", more=", 'bad-records' = 'fail'")
        running.append("rides", [*rides(0, 5), (b"k", b"no json", 1_714_557_600_000)])
        wait_until(lambda: show(tmp_path, strict)["state"] == "FAILED", "the job has failed")
        assert "topic 'rides' partition" in show(tmp_path, strict)["error"]
        assert "error " in floe("job", "show", strict, "--data-dir", tmp_path / "data").stdout
        wait_read(tmp_path, "home", 6)
        running.stop()
    assert ids(tmp_path, "home") == names(range(5))


def test_a_failed_job_keeps_its_last_checkpoint(tmp_path):
    """The next job of the pipeline goes on there: what was committed is not written again."""
    with up(tmp_path) as running:
        running.wait_ready()
        running.append("rides", rides(0, 20))
        failed = submit(tmp_path, "strict", more=", 'bad-records' = 'fail'")
        wait_until(lambda: ids(tmp_path, "strict") == names(range(20)), "an epoch is committed")
        running.append("rides", [(b"k", b"no json", 1_714_557_600_000)])
        wait_until(lambda: show(tmp_path, failed)["state"] == "FAILED", "the job has failed")
        kept = show(tmp_path, failed)["epoch"]
        assert kept >= 1
        again = submit(tmp_path, "strict")
        running.append("rides", rides(20, 25))
        wait_until(lambda: ids(tmp_path, "strict") == names(range(25)), "the next job went on")
        assert again != failed
        # What a job shows follows its tables after a moment.
        wait_until(lambda: show(tmp_path, again)["epoch"] > kept, "its epochs follow the kept one")
        assert show(tmp_path, failed)["state"] == "FAILED"
        running.stop()
    assert ids(tmp_path, "strict") == names(range(25))


def test_a_submitted_job_goes_on_in_the_next_process(tmp_path):
    with up(tmp_path) as running:
        running.wait_ready()
        running.append("rides", rides(0, 20))
        job, ended = submit(tmp_path, "guest"), submit(tmp_path, "ended")
        wait_read(tmp_path, job, 20)
        floe("job", "stop", ended, "--data-dir", tmp_path / "data")
        running.stop()
    assert ids(tmp_path, "guest") == names(range(20))
    assert show(tmp_path, job)["state"] in ("CREATED", "RUNNING")
    with up(tmp_path) as running:
        running.wait_ready()
        running.append("rides", rides(20, 30))
        wait_read(tmp_path, job, 30)
        assert show(tmp_path, ended)["state"] == "FINISHED"
        running.stop()
    assert ids(tmp_path, "guest") == names(range(30))


def test_a_project_goes_on_with_what_it_defined(tmp_path):
    """Its script is planned at each start; that takes no table away and finds none in its way."""
    create = "CREATE TABLE IF NOT EXISTS lake.demo.home"
    job = job_scripts.copy("home", "home", False)
    assert create in job
    job_scripts.project(tmp_path / "project", job.replace(
        create, "DROP TABLE IF EXISTS lake.demo.home; CREATE TABLE lake.demo.home"))
    for start in range(2):
        with up(tmp_path) as running:
            running.wait_ready()
            running.append("rides", rides(start * 10, start * 10 + 10))
            wait_read(tmp_path, "home", start * 10 + 10)
            running.stop()
    assert ids(tmp_path, "home") == names(range(20))


def test_a_wrong_script_defines_nothing(tmp_path):
    data = ("--data-dir", tmp_path / "data")
    rides_csv = tmp_path / "rides.csv"
    rides_csv.write_text("ride_id,price,at\nride-1,7,1000\n")
    floe("replay", rides_csv, "--topic", "rides", "--key", "ride_id", "--time", "at[ms]", *data)
    right = job_scripts.copy("copied", "copied")
    floe("run", "--embedded", job_scripts.write(tmp_path / "right.sql", right), *data)
    assert tables.names(tmp_path / "data", "demo") == {"copied"}
    wrong = right.replace("lake.demo.copied", "lake.demo.other").replace("price FROM", "prise FROM")
    wrong = wrong.replace("CREATE TABLE IF", "DROP TABLE lake.demo.copied; CREATE TABLE IF")
    floe("run", "--embedded", job_scripts.write(tmp_path / "wrong.sql", wrong), *data, code=1)
    assert tables.names(tmp_path / "data", "demo") == {"copied"}


def test_each_table_has_the_watermark_of_what_is_written_into_it(tmp_path):
    """A join holds its output's watermark back, and only that of the tables behind it."""
    columns = """ride_id STRING, price INT, happened STRING,
  moment AS TO_TIMESTAMP(happened), WATERMARK FOR moment AS moment"""
    job = job_scripts.head("both") + job_scripts.source(columns=columns, bounded=False) + """
CREATE TABLE IF NOT EXISTS lake.demo.plain (ride_id STRING, price INT);
CREATE TABLE IF NOT EXISTS lake.demo.joined (ride_id STRING, other STRING);
EXECUTE STATEMENT SET BEGIN
INSERT INTO lake.demo.plain SELECT ride_id, price FROM rides;
INSERT INTO lake.demo.joined SELECT a.ride_id, b.ride_id FROM rides a JOIN rides b
ON a.ride_id = b.ride_id
AND b.moment BETWEEN a.moment - INTERVAL '5' MINUTE AND a.moment + INTERVAL '5' MINUTE;
END;
"""
    project = job_scripts.project(tmp_path / "project", job)
    data_dir = tmp_path / "data"
    with Floe("up", project, "--http-port", "0", data_dir=data_dir, directory=tmp_path / "o") as process:
        process.wait_ready()
        # Both partitions have rows: the watermark is the smallest over them.
        process.append("rides", [job_scripts.ride(number, number) for number in range(20)])
        process.wait_epoch("both", 1)
        process.stop()
    happened = 1_714_557_600_000  # 2024-05-01 10:00:00
    assert int(tables.epochs(data_dir, "demo.plain")[-1]["floe.watermark-ms"]) == happened
    assert int(tables.epochs(data_dir, "demo.joined")[-1]["floe.watermark-ms"]) == happened - 300_000
