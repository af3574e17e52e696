"""Runs the real binary in processes of its own; waits for conditions, never for time alone."""

import http.client
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import time

import pytest

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "examples" / "ride_hailing"
TIMEOUT_S = 60  # of any wait: a run that hangs ends as a failure


def binary() -> str:
    directory = os.environ.get("FLOE_BIN_DIR")
    if not directory:
        pytest.skip("FLOE_BIN_DIR is not set: run `make test-python`")
    return str(pathlib.Path(directory) / "floe")


def wait_until(condition, what: str, timeout_s: float = TIMEOUT_S):
    """The first true value of `condition`."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.05)


def floe(*arguments, code: int = 0, **options) -> subprocess.CompletedProcess:
    """A command that ends by itself."""
    command = [binary(), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, **options)
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


class Floe:
    """A process that goes on until it is stopped: `with Floe("up", …) as up`."""

    def __init__(self, *arguments, data_dir: pathlib.Path, directory: pathlib.Path):
        self.data_dir = data_dir
        directory.mkdir(exist_ok=True)
        number = len(list(directory.glob("*.err")))
        self.stdout_path = directory / f"{number}.out"
        self.stderr_path = directory / f"{number}.err"
        command = [binary(), *map(str, arguments), "--data-dir", str(data_dir)]
        with open(self.stdout_path, "wb") as out, open(self.stderr_path, "wb") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def stdout(self) -> str:
        return self.stdout_path.read_text()

    @property
    def stderr(self) -> str:
        return self.stderr_path.read_text()

    def wait_for_stderr(self, pattern: str) -> re.Match:
        def found():
            match = re.search(pattern, self.stderr)
            assert match or self.process.poll() is None, f"it ended: {self.stderr}"
            return match

        return wait_until(found, f"{pattern} in {self.stderr_path}")

    def wait_ready(self):
        self.wait_for_stderr("ready after")
        return self

    def wait_epoch(self, pipeline: str, epoch: int) -> int:
        def reached():
            assert self.process.poll() is None, f"it ended: {self.stderr}"
            newest = newest_epoch(self.data_dir, pipeline)
            return newest if newest >= epoch else 0

        return wait_until(reached, f"epoch {epoch} of {pipeline}")

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Exit code 0 within ten seconds; how many it took."""
        started = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=10)
        assert code == 0, f"exit code {code}: {self.stderr}"
        return time.monotonic() - started

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def request(self, method: str, target: str, body: bytes = b"", status: int = 200) -> dict:
        owner = json.loads((self.data_dir / "owner.json").read_text())
        connection = http.client.HTTPConnection(owner["address"], owner["admin_port"], timeout=20)
        connection.request(method, target, body)
        response = connection.getresponse()
        text = response.read()
        assert response.status == status, text
        return json.loads(text)

    def append(self, topic: str, records: list[tuple]) -> None:
        """Records are (key, value, timestamp in ms)."""
        body = b""
        for key, value, timestamp in records:
            body += struct.pack("<qq", 0, timestamp)
            for part in (key, value):
                body += struct.pack("<i", -1) if part is None else struct.pack("<i", len(part)) + part
        answer = self.request("POST", f"/api/v1/topics/{topic}/records", body)
        assert answer == {"appended": len(records)}


def epoch_files(data_dir: pathlib.Path, pipeline: str) -> list[pathlib.Path]:
    return sorted((data_dir / "pipelines" / pipeline).glob("*.epoch"))


def newest_epoch(data_dir: pathlib.Path, pipeline: str) -> int:
    files = epoch_files(data_dir, pipeline)
    return int(files[-1].stem) if files else 0


def newest_record(data_dir: pathlib.Path, pipeline: str) -> dict:
    """The newest epoch record. REQUIRES: the process has ended."""
    return json.loads(floe("inspect", "epoch", epoch_files(data_dir, pipeline)[-1]).stdout)


def log_records(data_dir: pathlib.Path, topic: str) -> list[dict]:
    """Everything in a topic, as `floe inspect log` dumps it. REQUIRES: the process has ended."""
    dump = floe("inspect", "log", "--depth", "records", "--output", "json", "--topic", topic,
                "--data-dir", data_dir).stdout
    lines = map(json.loads, dump.splitlines())
    return [line for line in lines if line["kind"] == "record"]
