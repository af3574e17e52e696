"""A real Trino for the time of the tests: one process on a free loopback port."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
import zipfile

VERSION = "476"
START_SECONDS = 240
QUERY_SECONDS = 120

CATALOG = """\
connector.name=iceberg
iceberg.catalog.type=TESTING_FILE_METASTORE
hive.metastore.catalog.dir=local:///{warehouse}
iceberg.register-table-procedure.enabled=true
iceberg.unique-table-location=true
fs.native-local.enabled=true
local.location={lake}
"""

CONFIG = """\
coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
query.max-memory=800MB
query.max-memory-per-node=800MB
memory.heap-headroom-per-node=256MB
"""


# Without the capability timestamps are rounded to milliseconds.
HEADERS = {
    "X-Trino-User": "floe",
    "X-Trino-Time-Zone": "UTC",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
}


class TrinoError(Exception):
    """A statement that Trino has refused: its error as a dictionary."""


def fetch(artifact: str, directory: pathlib.Path) -> None:
    done = subprocess.run(
        ["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
         f"-Dartifact=io.trino:{artifact}", f"-DoutputDirectory={directory}", "-Dmdep.useBaseVersion=true"],
        capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, f"Maven could not get {artifact}\n{done.stdout}{done.stderr}"


def install(home: pathlib.Path) -> pathlib.Path:
    """The server with its Iceberg connector; kept between runs."""
    server = home / f"trino-server-core-{VERSION}"
    if (server / "plugin" / "iceberg").is_dir():
        return server
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as name:
        directory = pathlib.Path(name)
        fetch(f"trino-server-core:{VERSION}:tar.gz", directory)
        fetch(f"trino-iceberg:{VERSION}:zip", directory)
        shutil.unpack_archive(directory / f"trino-server-core-{VERSION}.tar.gz", directory)
        unpacked = directory / server.name
        with zipfile.ZipFile(directory / f"trino-iceberg-{VERSION}.zip") as plugin:
            plugin.extractall(directory)
        (directory / f"trino-iceberg-{VERSION}").rename(unpacked / "plugin" / "iceberg")
        shutil.rmtree(server, ignore_errors=True)
        unpacked.rename(server)
    return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Trino:
    """A started server. `lake` is what local:/// is; by default a directory of its own."""

    def __init__(self, directory: pathlib.Path, lake: pathlib.Path | None = None):
        self.lake = lake or directory / "lake"
        self.warehouse = (directory if lake else self.lake) / "warehouse"
        self.log = directory / "server.log"
        self.warehouse.mkdir(parents=True)
        self.url = f"http://127.0.0.1:{free_port()}"
        self._write_configuration(directory)
        server = install(pathlib.Path(os.environ["FLOE_TRINO_HOME"]))
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                self._command(directory, server), cwd=directory, stdout=log, stderr=log
            )
        self.pid = self._process.pid
        try:
            self.await_query("SELECT 1")
        except BaseException:
            self.stop()
            raise

    def _write_configuration(self, directory: pathlib.Path) -> None:
        etc = directory / "etc" / "catalog"
        etc.mkdir(parents=True)
        (etc / "lake.properties").write_text(CATALOG.format(lake=self.lake, warehouse=self.warehouse.relative_to(self.lake)))
        (etc.parent / "config.properties").write_text(CONFIG.format(port=self.url.rpartition(":")[2]))

    def _command(self, directory: pathlib.Path, server: pathlib.Path) -> list:
        return [
            os.environ["FLOE_JAVA"], "-server", "-Xmx1536m", "-XX:+UseG1GC",
            "-XX:+ExplicitGCInvokesConcurrent", "-XX:+ExitOnOutOfMemoryError",
            "-Djdk.attach.allowAttachSelf=true", "-Djdk.nio.maxCachedBufferSize=2000000",
            "-Dfile.encoding=UTF-8", "-Duser.timezone=UTC", "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "--add-modules=jdk.incubator.vector", f"-Dconfig={directory}/etc/config.properties",
            "-Dnode.environment=test", "-Dnode.id=floe", f"-Dnode.data-dir={directory}/var",
            "-Dnode.bind-ip=127.0.0.1", "-Dnode.internal-address=127.0.0.1",
            f"-Dcatalog.config-dir={directory}/etc/catalog", f"-Dplugin.dir={server}/plugin",
            "-cp", f"{server}/lib/*", "io.trino.server.TrinoServer",
        ]  # fmt: skip

    def await_query(self, sql: str) -> list:
        """The rows of a query, once the server is there and has nodes to run it on."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self._process.poll() is None, f"Trino ended:\n{self.log.read_text()[-3000:]}"
            try:
                return self.query(sql)
            except TrinoError as error:
                if error.args[0]["errorName"] not in ("SERVER_STARTING_UP", "NO_NODES_AVAILABLE"):
                    raise
            except OSError:
                pass  # it does not listen yet
            assert time.monotonic() < deadline, f"not ready:\n{self.log.read_text()[-3000:]}"
            time.sleep(0.5)

    def query(self, sql: str) -> list:
        """All rows, each a list of JSON values; TrinoError if refused."""
        deadline = time.monotonic() + QUERY_SECONDS
        request = urllib.request.Request(f"{self.url}/v1/statement", sql.encode(), HEADERS)
        rows = []
        while True:
            with urllib.request.urlopen(request, timeout=30) as response:
                page = json.load(response)
            if "error" in page:
                raise TrinoError(page["error"])
            rows += page.get("data") or []
            if "nextUri" not in page:
                return rows
            assert time.monotonic() < deadline, sql
            request = urllib.request.Request(page["nextUri"])

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
