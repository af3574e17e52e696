"""Records that cannot be read: kept, counted or refused, as the table's 'bad-records' says."""


import job_scripts
import tables
from floe_process import Floe, floe, log_records, wait_until

LETTERS = f"{job_scripts.DATABASE}.rides__dead_letters"
GOOD = f"{job_scripts.DATABASE}.good"
TIMED = """
  ride_id STRING, price INT, happened STRING,
  moment AS TO_TIMESTAMP(happened), WATERMARK FOR moment AS moment - INTERVAL '1' SECOND"""
# What is wrong with each is what its letter has to say.
BAD = {
    b'{"ride_id": "cut", "price": 1': "JSON",
    b'not json at all': "JSON",
    b'{"ride_id": "typed", "price": "dear", "happened": "2024-05-01 10:00:00"}': "price",
    b'{"ride_id": "timeless", "price": 1}': "NULL",
    b'{"ride_id": "null", "price": 1, "happened": null}': "NULL",
    b'{"ride_id": "misdated", "price": 1, "happened": "yesterday"}': "NULL",
    b'{"ride_id": "bytes \xff\xfe", "price": 1, "happened": "2024-05-01 10:00:00"}': "UTF-8",
}


def timed_job(name: str, bounded: bool, more: str = "") -> str:
    return job_scripts.head(name) + job_scripts.source(columns=TIMED, bounded=bounded, more=more) + f"""
CREATE TABLE IF NOT EXISTS lake.{GOOD} (ride_id STRING, price INT, moment TIMESTAMP(3));
INSERT INTO lake.{GOOD} SELECT ride_id, price, moment FROM rides;
"""


def records_with_bad_ones() -> list[tuple]:
    records = [job_scripts.ride(number, number) for number in range(40)]
    for number, value in enumerate(BAD):
        records.insert(number * 5 + 2, (f"key-{number}".encode(), value, 1_714_557_700_000 + number))
    return records


def report(running: Floe) -> dict:
    (job,) = running.request("GET", "/api/v1/jobs")["jobs"]
    assert job["state"] == "RUNNING", job
    return job


def test_dead_letters_are_kept_and_the_job_goes_on(tmp_path):
    data_dir = tmp_path / "data"
    project = job_scripts.project(tmp_path / "project", timed_job("letters", bounded=False))
    records = records_with_bad_ones()
    with Floe("up", project, "--http-port", "0", data_dir=data_dir, directory=tmp_path / "o") as up:
        up.wait_ready()
        up.append("rides", records)
        read = lambda: report(up)["sources"][0]["records"]
        wait_until(lambda: read() == len(records), "all records read")
        up.append("rides", [job_scripts.ride(100, 100)])
        wait_until(lambda: read() == len(records) + 1, "a record after the bad ones")
        job = report(up)
        up.stop()
    (scan,), (sink,) = job["sources"], [o for o in job["operators"] if o["kind"] == "Sink"]
    assert (scan["bad_records"], scan["skipped_records"]) == (len(BAD), 0)
    assert sink["rows_in"] == scan["records"] - scan["bad_records"]

    wanted = {f"ride-{number}" for number in [*range(40), 100]}
    assert sorted(row["ride_id"] for row in tables.rows(data_dir, GOOD)) == sorted(wanted)
    # Where each bad record lies is known from how the log holds it.
    positions = {record["key"]:
                 (record["partition"], record["offset"], record["timestamp_ms"])
                 for record in log_records(data_dir, "rides")}
    letters = {row["raw"]: row for row in tables.rows(data_dir, LETTERS)}
    assert letters.keys() == BAD.keys()
    for number, (value, reason) in enumerate(BAD.items()):
        letter = letters[value]
        place = (letter["partition"], letter["offset"], round(letter["timestamp"].timestamp() * 1000))
        assert place == positions[f"key-{number}"]
        assert (letter["pipeline_id"], letter["topic"]) == ("letters", "rides")
        assert reason in letter["error"], letter["error"]


def filled(tmp_path, records: list[tuple]):
    """A data directory whose topic has the records, written through the admin API."""
    data_dir = tmp_path / "data"
    idle = job_scripts.project(tmp_path / "idle", job_scripts.copy("idle", "idle", bounded=False,
                                                                   more=", 'bad-records' = 'skip'"))
    with Floe("up", idle, "--http-port", "0", data_dir=data_dir, directory=tmp_path / "o") as up:
        up.wait_ready()
        up.append("rides", records)
        up.stop()
    return data_dir


def test_fail_ends_the_job_and_skip_counts(tmp_path):
    records = records_with_bad_ones()
    data_dir = filled(tmp_path, records)
    strict = job_scripts.write(tmp_path / "strict.sql",
                               timed_job("strict", True, ", 'bad-records' = 'fail'"))
    done = floe("run", "--embedded", strict, "--data-dir", data_dir, code=1)
    assert "the job strict has failed" in done.stderr
    assert "topic 'rides' partition" in done.stderr and "offset" in done.stderr
    assert done.stdout == ""
    assert tables.rows(data_dir, GOOD) == []

    lax = job_scripts.write(tmp_path / "lax.sql",
                            timed_job("lax", True, ", 'bad-records' = 'skip'"))
    done = floe("run", "--embedded", lax, "--data-dir", data_dir)
    assert f"{len(records)} records read, {len(BAD)} bad" in done.stderr
    assert len(tables.rows(data_dir, GOOD)) == len(records) - len(BAD)
    assert "rides__dead_letters" not in tables.names(data_dir, job_scripts.DATABASE)


def test_a_job_without_tables_fails_by_default(tmp_path):
    data_dir = filled(tmp_path, records_with_bad_ones())
    printed = job_scripts.source(columns=TIMED) + """
CREATE TABLE printed (ride_id STRING) WITH ('connector' = 'print');
INSERT INTO printed SELECT ride_id FROM rides;
"""
    done = floe("run", "--embedded", job_scripts.write(tmp_path / "print.sql", printed),
                "--data-dir", data_dir, code=1)
    assert "topic 'rides' partition" in done.stderr
    letters = job_scripts.write(tmp_path / "letters.sql",
                                printed.replace("'json'", "'json', 'bad-records' = 'dead-letter'"))
    done = floe("run", "--embedded", letters, "--data-dir", data_dir, code=1)
    assert "needs a job that writes an Iceberg table" in done.stderr


def test_a_letter_says_what_is_wrong_in_the_names_own_letters(tmp_path):
    records = [job_scripts.ride(1, 1), (b"k", '{"ride_id": "r", "größe": "x"}'.encode(), 1)]
    data_dir = filled(tmp_path, records)
    job = job_scripts.head("sizes") + job_scripts.source(columns="ride_id STRING, `größe` INT") + f"""
CREATE TABLE IF NOT EXISTS lake.{job_scripts.DATABASE}.sizes (ride_id STRING, size INT);
INSERT INTO lake.{job_scripts.DATABASE}.sizes SELECT ride_id, `größe` FROM rides;
"""
    floe("run", "--embedded", job_scripts.write(tmp_path / "sizes.sql", job), "--data-dir", data_dir)
    (letter,) = tables.rows(data_dir, LETTERS)
    assert "größe" in letter["error"]
