"""What users see when something is wrong, exit codes, and what goes to which stream."""

import json

import job_scripts
import pytest
from floe_process import Floe, floe

JOB = job_scripts.copy("copy", "copied")


def operators(nodes: list[dict]):
    for node in nodes:
        yield node
        yield from operators(node["inputs"])


@pytest.mark.parametrize("command", [("run", "--embedded"), ("explain",)])
@pytest.mark.parametrize("right, wrong, marked, message", [
    ("SELECT ride_id, price FROM", "SELECT ride_id, prise FROM", "prise", "did you mean 'price'"),
    ("INSERT INTO", "INSRT INTO", "INSRT", "did you mean INSERT"),
    ("FROM rides", "FROM ride", "ride", "did you mean"),
    ("ride_id, price FROM", "ride_id, UPER(status) FROM", "UPER(status)", "UPER"),
    ("'format' = 'json'", "'format' = 'jsn'", None, "jsn"),
])
def test_a_wrong_job_is_shown_with_its_place(tmp_path, command, right, wrong, marked, message):
    text = job_scripts.head("copy") + job_scripts.source() + JOB[JOB.index("CREATE TABLE IF NOT"):]
    assert text.count(right) == 1
    path = job_scripts.write(tmp_path / "job.sql", text.replace(right, wrong))
    done = floe(*command, path, "--data-dir", tmp_path / "data", code=1)
    assert done.stdout == ""
    assert done.stderr.startswith(f"floe: {path}: error: ") and message in done.stderr
    lines = text.replace(right, wrong).splitlines()
    place = next(line for line in done.stderr.splitlines() if "-->" in line)
    line, column = map(int, place.split("line ")[1].split(":"))
    excerpt = done.stderr.splitlines()
    caret = next(i for i, shown in enumerate(excerpt) if "^" in shown)
    assert excerpt[caret - 1].endswith(f"| {lines[line - 1]}")
    if marked:
        assert lines[line - 1][column - 1:].startswith(marked)
        begin = excerpt[caret].index("^")
        assert excerpt[caret - 1][begin:].startswith(marked)
        assert excerpt[caret].count("^") == len(marked)


@pytest.mark.parametrize("yaml, message", [
    ("jobs: [job.sql]\nendpoint:\n  kafka:29092: embedded\n",
     "floe.yaml:2:1: 'endpoint': no such option; did you mean 'endpoints'?"),
    ("jobs: [job.sql]\ntopics: {rides: {partitons: 2}}\n", "did you mean 'partitions'?"),
    ("jobs: [job.sql]\ntopics: {rides: {retention: soon}}\n", "line 2: 'retention': "),
    ("jobs: [job.sql\n", "floe.yaml:2:1: "),
    ("jobs: [missing.sql]\n", "missing.sql: No such file"),
    ("topics: {rides: {partitions: 2}}\n", "no job to run"),
])
def test_a_wrong_project_says_where(tmp_path, yaml, message):
    project = job_scripts.project(tmp_path / "project", JOB)
    job_scripts.write(project / "floe.yaml", yaml)
    done = floe("up", project, "--http-port", "0", "--data-dir", tmp_path / "data", code=1)
    assert done.stdout == "" and message in done.stderr


@pytest.mark.parametrize("arguments", [
    (), ("frob",), ("up",), ("run",), ("run", "job.sql", "--frob"), ("job",), ("job", "show"),
    ("simulate", "--drivers", "many"), ("up", ".", "--http-port", "70000"),
    ("inspect", "log", "--depth", "sideways"), ("explain", "job.sql", "--log-level", "loud"),
    ("run", "job.sql", "--parallelism", "-1"), ("run", "job.sql", "--memory-limit", "much"),
    ("inspect", "log", "--output", "xml"), ("simulate", "--duration", "soon"),
    ("simulate", "--speed", "3"), ("simulate", "--disorder", "10 lightyears"),
    ("replay", "f.csv", "--topic", "t", "--time", "ts[h]"),
    ("replay", "f.csv", "--topic", "t", "--time", "ts", "--set", "x"),
    ("replay", "f.csv", "--topic", "t", "--time", "ts", "--from", "yesterday"),
])
def test_wrong_use_is_two(arguments):
    done = floe(*arguments, code=2)
    assert done.stdout == "" and "--help" in done.stderr


def test_a_property_that_nobody_heeds_is_warned_of(tmp_path):
    text = JOB.replace("(ride_id STRING, price INT);",
                       "(ride_id STRING, price INT) WITH ('write.upsert.enable' = 'true', 'owner' = 'me');")
    assert text != JOB
    path = job_scripts.write(tmp_path / "job.sql", text)
    done = floe("explain", path, "--data-dir", tmp_path / "data")
    (warning,) = [line for line in done.stderr.splitlines() if line.startswith("warning:")]
    assert "'write.upsert.enable'" in warning and "did you mean 'write.upsert.enabled'?" in warning


@pytest.mark.parametrize("hint, message", [
    ("OPTIONS('target-file-size-bytes' = '1')", "the write option 'target-file-size-bytes'"),
    ("OPTIONS('write.upsert.enabled' = 'true')", "the write option 'write.upsert.enabled'"),
    ("OPTION('upsert-enabled' = 'true')", "did you mean 'OPTIONS'?"),
    ("OPTIONS('upsert-enabled' = 'false')", None),
])
def test_hints_of_an_insert_work_or_are_refused_by_name(tmp_path, hint, message):
    text = JOB.replace("copied SELECT", f"copied /*+ {hint} */ SELECT")
    assert text != JOB
    path = job_scripts.write(tmp_path / "job.sql", text)
    done = floe("explain", path, "--data-dir", tmp_path / "data", code=1 if message else 0)
    assert (message or "") in done.stderr and ("^" in done.stderr) == bool(message)


def test_an_address_that_nothing_stands_for(tmp_path):
    path = job_scripts.write(tmp_path / "job.sql", JOB)
    done = floe("run", path, "--data-dir", tmp_path / "data", code=1)
    assert "http://iceberg-rest:8181 is not mapped" in done.stderr
    assert "--embedded" in done.stderr and "endpoints:" in done.stderr and "^" in done.stderr
    only_catalog = job_scripts.write(tmp_path / "floe.yaml",
                                     "endpoints: {'http://iceberg-rest:8181': embedded}\n")
    done = floe("run", path, "--config", only_catalog, "--data-dir", tmp_path / "data", code=1)
    assert "kafka:29092" in done.stderr
    assert "--embedded" in done.stderr and "endpoints:" in done.stderr


def test_explain_as_text_and_json(tmp_path):
    path = job_scripts.write(tmp_path / "job.sql", JOB.replace("price FROM rides",
                                                               "price FROM rides WHERE price > 3"))
    done = floe("explain", path, "--data-dir", tmp_path / "data")
    assert done.stderr == "" and done.stdout.startswith("Sink #")
    assert "TableSourceScan" in done.stdout and "lake.demo.copied" in done.stdout
    done = floe("explain", path, "--output", "json", "--data-dir", tmp_path / "data")
    found = list(operators(json.loads(done.stdout)["operators"]))
    assert [node["name"] for node in found][0::len(found) - 1] == ["Sink", "TableSourceScan"]
    assert len({node["operator_id"] for node in found}) == len(found)
    assert not (tmp_path / "data").exists()


def test_data_goes_to_stdout_and_nothing_else(tmp_path):
    data_dir = tmp_path / "data"
    project = job_scripts.project(tmp_path / "project", job_scripts.copy("live", "live", False))
    with Floe("up", project, "--http-port", "0", data_dir=data_dir, directory=tmp_path / "o") as up:
        up.wait_ready()
        up.append("rides", [job_scripts.ride(number, number) for number in range(5)])
        up.wait_epoch("live", 1)
        up.stop()
        assert up.stdout == ""
    query = job_scripts.write(tmp_path / "query.sql", job_scripts.source() +
                              "SELECT ride_id, price FROM rides WHERE price > 3;\n")
    # A job that goes on where it was says so in the log.
    job = job_scripts.write(tmp_path / "job.sql", JOB)
    floe("run", "--embedded", job, "--data-dir", data_dir)
    done = floe("run", "--embedded", job, "--data-dir", data_dir)
    assert done.stdout == ""
    log = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [line["msg"] for line in log] == ["job goes on"]
    assert all(line.keys() >= {"level", "ts", "logger", "msg"} for line in log)
    assert floe("--version").stdout.startswith("floe ")
    assert floe("run", "--help").stderr == ""
    done = floe("run", "--embedded", query, "--data-dir", data_dir)
    assert "ride-4" in done.stdout and "ride-3" not in done.stdout
    assert done.stderr == ""
