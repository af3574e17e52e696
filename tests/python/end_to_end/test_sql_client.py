"""packaging/sql-client.sh in the place of Flink's: what scripts written for Flink's image call."""

import os
import pathlib
import re
import subprocess

import job_scripts
import pytest
import tables
from floe_process import TIMEOUT_S, Floe, binary, floe, wait_until

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "packaging" / "sql-client.sh"
JOB_ID = re.compile(r"^\[INFO\] SQL update statement has been successfully submitted to the cluster:\n"
                    r"Job ID: ([0-9a-f]{32})$", re.MULTILINE)


def sql_client(tmp_path, *arguments, code: int = 0, **options) -> subprocess.CompletedProcess:
    environment = {**os.environ, "FLOE": binary(), "FLOE_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run([SCRIPT, *map(str, arguments)], capture_output=True, text=True,
                          timeout=TIMEOUT_S, env=environment, **options)
    assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture
def running(tmp_path):
    project = job_scripts.project(tmp_path / "project", job_scripts.copy("home", "home", False))
    with Floe("up", project, "--http-port", "0", data_dir=tmp_path / "data",
              directory=tmp_path / "output") as process:
        process.wait_ready()
        process.append("rides", [job_scripts.ride(number, number) for number in range(10)])
        yield process


def states(tmp_path) -> dict:
    lines = floe("job", "list", "--data-dir", tmp_path / "data").stdout.splitlines()[1:]
    return {line.split()[0]: (line.split()[1], line.split()[2]) for line in lines}


@pytest.mark.parametrize("mode", [(), ("embedded",)])
def test_a_job_file_is_submitted(tmp_path, running, mode):
    job = job_scripts.write(tmp_path / "guest.sql", job_scripts.copy("guest", "guest", False))
    done = sql_client(tmp_path, *mode, "-f", job, "-j", "flink-sql-connector-kafka.jar", "-l", "lib")
    assert len(JOB_ID.findall(done.stdout)) == 1
    assert states(tmp_path)[JOB_ID.findall(done.stdout)[0]] == ("guest", "RUNNING")
    assert "flink-sql-connector-kafka.jar is not needed" in done.stderr
    assert done.stdout.endswith("Shutting down the session...\ndone.\n")


def test_properties_and_an_init_script_come_first(tmp_path, running):
    text = job_scripts.copy("x", "guest", True)
    begin = text.index("CREATE TABLE rides")
    init = job_scripts.write(tmp_path / "init.sql", job_scripts.head("x").replace(
        "SET 'pipeline.name' = 'x';", ""))
    job = job_scripts.write(tmp_path / "job.sql", text[begin:])
    done = sql_client(tmp_path, "-D", "pipeline.name=it's a job", "-Dparallelism.default=1",
                      "-i", init, f"--file={job}")
    job_id, = JOB_ID.findall(done.stdout)
    wait_until(lambda: "FINISHED" in floe("job", "show", job_id, "--data-dir",
                                          tmp_path / "data").stdout, "the job has ended")
    assert "it-s-a-job" in floe("job", "list", "--data-dir", tmp_path / "data").stdout
    assert len(tables.rows(tmp_path / "data", "demo.guest")) == 10


def test_a_script_with_two_jobs_shows_both(tmp_path, running):
    text = job_scripts.copy("two", "first", True)
    text += text[text.index("CREATE TABLE IF NOT EXISTS"):].replace("first", "other")
    done = sql_client(tmp_path, "-f", job_scripts.write(tmp_path / "two.sql", text))
    names = [states(tmp_path)[job_id][0] for job_id in JOB_ID.findall(done.stdout)]
    assert sorted(names) == ["two", "two-2"]


def test_statements_from_stdin(tmp_path, running):
    done = sql_client(tmp_path, input=job_scripts.copy("piped", "piped", False))
    assert states(tmp_path)[JOB_ID.findall(done.stdout)[0]][0] == "piped"


def test_a_wrong_job_ends_with_its_reason(tmp_path, running):
    wrong = job_scripts.copy("w", "w").replace("price FROM", "prise FROM")
    done = sql_client(tmp_path, "-f", job_scripts.write(tmp_path / "wrong.sql", wrong), code=1)
    assert "[ERROR] Could not execute SQL statement." in done.stdout
    assert "Job ID" not in done.stdout and "did you mean 'price'" in done.stderr


@pytest.mark.parametrize("arguments, message", [
    (("gateway", "-f", "x.sql"), "gateway mode is not here"),
    (("-f",), "-f needs a value"),
    (("-D", "key"), "-D takes KEY=VALUE, not 'key'"),
    (("--frobnicate",), "unknown argument '--frobnicate'"),
])
def test_wrong_use(tmp_path, arguments, message):
    done = sql_client(tmp_path, *arguments, code=2)
    assert message in done.stderr and done.stdout == ""


def test_help_and_missing_files(tmp_path):
    assert "--file FILE" in sql_client(tmp_path, "--help").stdout
    assert "can't read" in sql_client(tmp_path, "-f", tmp_path / "none.sql", code=1).stderr
