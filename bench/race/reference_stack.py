"""The real Kafka, MinIO, Iceberg REST catalog and Flink on loopback, as job files name them.

Started by the scripts of the shared reference folder. Job files run unchanged: the Flink processes
get a file of host names in which kafka, minio and iceberg-rest are 127.0.0.1, and Kafka listens on
the port that job files name.
"""
import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.request

HOSTS = ("kafka", "minio", "iceberg-rest")
KAFKA = "127.0.0.1:29092"
CATALOG = "http://127.0.0.1:8181"
OBJECT_STORE = "http://127.0.0.1:9000"
KEYS = {"AWS_ACCESS_KEY_ID": "admin", "AWS_SECRET_ACCESS_KEY": "password", "AWS_REGION": "us-east-1"}
FLINK_PROCESSES = ("flink-jobmanager", "flink-taskmanager")
OTHER_PROCESSES = ("kafka", "minio", "iceberg-rest")
END_STATES = ("FINISHED", "FAILED", "CANCELED")
JOB_START_SECONDS = 180


class ReferenceStack:
    def __init__(self, scripts: pathlib.Path, work: pathlib.Path):
        self._scripts = scripts
        self._home = pathlib.Path(os.environ.get(
            "REFERENCE_HOME", pathlib.Path.home() / ".cache" / "floe" / "reference-stack"))
        hosts = work / "hosts"
        names = [*HOSTS, "localhost", socket.gethostname()]
        hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in names))
        self._environment = {
            **os.environ, **KEYS, "KAFKA_PORT": KAFKA.rpartition(":")[2], "FLINK_PARALLELISM": "1",
            "KAFKA_CONTROLLER_PORT": "29093", "REFERENCE_HOME": str(self._home),
            "JAVA_TOOL_OPTIONS": f"-Djdk.net.hosts.file={hosts}",
        }
        self._rest = "http://127.0.0.1:8081"

    def __enter__(self):
        self._script("stack", "install")
        self._script("stack", "wipe")
        self._script("stack", "start")
        return self

    def __exit__(self, *_):
        self._script("stack", "wipe")

    def _script(self, name, *arguments):
        done = subprocess.run([self._scripts / name, *arguments], env=self._environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"{name} {' '.join(map(str, arguments))}:\n{done.stdout[-3000:]}")
        return done.stdout

    def _get(self, path):
        with urllib.request.urlopen(self._rest + path, timeout=30) as answer:
            return json.load(answer)

    def run_job(self, file: pathlib.Path, limit_seconds: int):
        """Submits a job file unchanged and waits for its end: (milliseconds it ran, whether it
        finished). A job that runs longer than `limit_seconds` is cancelled."""
        before = {job["jid"] for job in self._get("/jobs/overview")["jobs"]}
        said = self._script("flink", "sql", "-f", file)
        if "[ERROR]" in said:
            raise RuntimeError(f"{file.name}:\n{said[-3000:]}")
        deadline = time.monotonic() + JOB_START_SECONDS
        while True:
            jobs = [j for j in self._get("/jobs/overview")["jobs"] if j["jid"] not in before]
            if jobs and jobs[0]["state"] in END_STATES:
                break
            if jobs and jobs[0]["duration"] > limit_seconds * 1000:
                self._script("flink", "cancel", jobs[0]["jid"])
                return jobs[0]["duration"], False
            if not jobs and time.monotonic() > deadline:
                raise RuntimeError(f"{file.name}: no job\n{said[-3000:]}")
            time.sleep(0.2)
        if jobs[0]["state"] != "FINISHED":
            reason = self._get(f"/jobs/{jobs[0]['jid']}/exceptions").get("root-exception", "")
            raise RuntimeError(f"{file.name}: {jobs[0]['state']}\n{reason[:3000]}")
        return jobs[0]["duration"], True

    def _pid(self, process):
        return (self._home / "run" / f"{process}.pid").read_text().split()[0]

    def cpu_seconds(self, processes):
        ticks = 0
        for process in processes:
            stat = pathlib.Path(f"/proc/{self._pid(process)}/stat").read_text()
            ticks += sum(int(word) for word in stat.rpartition(")")[2].split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")

    def forget_peaks(self, processes):
        for process in processes:
            pathlib.Path(f"/proc/{self._pid(process)}/clear_refs").write_text("5")

    def peak_mib(self, processes):
        kib = 0
        for process in processes:
            status = pathlib.Path(f"/proc/{self._pid(process)}/status").read_text()
            kib += int(status.partition("VmHWM:")[2].split()[0])
        return kib / 1024

    def catalog(self):
        from pyiceberg.catalog.rest import RestCatalog

        return RestCatalog("reference", uri=CATALOG, **{
            "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO", "s3.endpoint": OBJECT_STORE,
            "s3.access-key-id": KEYS["AWS_ACCESS_KEY_ID"],
            "s3.secret-access-key": KEYS["AWS_SECRET_ACCESS_KEY"],
            "s3.region": KEYS["AWS_REGION"], "s3.force-virtual-addressing": "false"})
