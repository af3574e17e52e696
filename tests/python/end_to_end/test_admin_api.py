"""The admin API is what docs/api/admin.openapi.yaml says: every route, with real answers."""

import http.client
import json
import pathlib
import re
import struct

import jsonschema
import openapi_spec_validator
import pytest
import ride_hailing
import yaml
from floe_process import Floe, wait_until

DESCRIPTION = pathlib.Path(__file__).resolve().parents[3] / "docs" / "api" / "admin.openapi.yaml"
SIMULATOR = "{seed: 3, drivers: 100, driver-events-per-second: 200, rides-per-second: 5}"
JOB = """
CREATE TABLE numbers (n INT) WITH (
  'connector' = 'kafka', 'topic' = 'numbers', 'properties.bootstrap.servers' = 'kafka:29092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE nothing (n INT) WITH ('connector' = 'blackhole');
SET 'pipeline.name' = 'count';
INSERT INTO nothing SELECT n FROM numbers;
"""


class Api:
    """Sends requests, checks each answer against the description, and remembers what was asked."""

    def __init__(self, floe: Floe):
        owner = json.loads((floe.data_dir / "owner.json").read_text())
        self.address = (owner["address"], owner["admin_port"])
        self.document = yaml.safe_load(DESCRIPTION.read_text())
        self.asked = set()

    def resolve(self, node: dict) -> dict:
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def check(self, answer, schema: dict) -> None:
        whole = {**schema, "components": self.document["components"]}
        jsonschema.Draft202012Validator(whole).validate(answer)

    def operation(self, method: str, path: str) -> tuple[str, dict]:
        """The description's template for a path, and the operation."""
        for template, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
                return template, item[method.lower()]
        raise AssertionError(f"{path} is not described")

    def send(self, method: str, target: str, body: bytes = b"", **headers) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        response.body = response.read()
        return response

    def ask(self, method: str, target: str, body: bytes = b"", status: int = 200):
        template, operation = self.operation(method, target.partition("?")[0])
        response = self.send(method, target, body)
        assert response.status == status, response.body
        if status == 200:
            self.asked.add((method, template))
        responses = operation["responses"]
        described = self.resolve(responses.get(str(status)) or responses["default"])
        (media_type, content), = described["content"].items()
        assert response.headers["Content-Type"].partition(";")[0] == media_type
        if media_type != "application/json":
            return response.body
        answer = json.loads(response.body)
        self.check(answer, content["schema"])
        return answer

    def operations(self) -> set:
        return {(method.upper(), path) for path, item in self.document["paths"].items()
                for method in item if method in ("get", "put", "post", "delete", "patch")}


@pytest.fixture(scope="module")
def floe(tmp_path_factory):
    directory = tmp_path_factory.mktemp("admin")
    project = ride_hailing.quick_project(directory / "project", SIMULATOR)
    with Floe("up", project, "--http-port", "0", data_dir=directory / "data",
              directory=directory / "output") as running:
        yield running.wait_ready()


def test_the_description_is_valid():
    openapi_spec_validator.validate(yaml.safe_load(DESCRIPTION.read_text()))


def test_every_operation_answers_as_described(floe):
    api = Api(floe)
    # Topics.
    assert api.ask("PUT", "/api/v1/topics/numbers?partitions=2&retention-ms=-1&retention-bytes=-1") == {}
    assert api.ask("GET", "/api/v1/topics/numbers") == {"ends": [0, 0]}
    record = struct.pack("<qqi", 0, 1, -1) + struct.pack("<i", 7) + b'{"n":1}'
    assert api.ask("POST", "/api/v1/topics/numbers/records", record) == {"appended": 1}
    partition = api.ask("GET", "/api/v1/topics/numbers")["ends"].index(1)
    read = api.ask("GET", f"/api/v1/topics/numbers/records?partition={partition}&offset=0")
    assert read == record
    # Jobs.
    started, = api.ask("POST", "/api/v1/jobs?file=count.sql", JOB.encode())["jobs"]
    assert started["name"] == "count" and started["file"] == "count.sql"
    job = f"/api/v1/jobs/{started['id']}"
    wait_until(lambda: api.ask("GET", job)["sources"][0]["records"] == 1, "the record")
    assert api.ask("GET", "/api/v1/jobs/count")["id"] == started["id"]
    assert api.ask("POST", job + "/stop")["state"] == "FINISHED"
    again, = api.ask("POST", "/api/v1/jobs?file=count.sql", JOB.encode())["jobs"]
    assert api.ask("POST", f"/api/v1/jobs/{again['id']}/cancel")["state"] == "CANCELED"
    states = {one["name"]: one["state"] for one in api.ask("GET", "/api/v1/jobs")["jobs"]}
    assert states[ride_hailing.PIPELINE] == "RUNNING"
    # Watching.
    assert api.ask("GET", "/livez")
    assert api.ask("GET", "/readyz").startswith(b"ready\n")
    assert b"# TYPE " in api.ask("GET", "/metrics")
    assert api.ask("GET", "/api/v1/openapi.yaml") == DESCRIPTION.read_bytes()
    assert api.asked == api.operations()


@pytest.mark.parametrize("method, target, body, status", [
    ("GET", "/api/v1/topics/none", b"", 404),
    ("PUT", "/api/v1/topics/more", b"", 400),
    ("PUT", "/api/v1/topics/more?partitions=many", b"", 400),
    ("POST", "/api/v1/topics/none/records", b"", 404),
    ("POST", "/api/v1/topics/ride_requests/records", b"half a record", 400),
    ("GET", "/api/v1/topics/ride_requests/records?partition=0&offset=99999999", b"", 416),
    ("POST", "/api/v1/jobs", b"SELECT 1 FRUM t", 400),
    ("GET", "/api/v1/jobs/none", b"", 404),
    ("POST", "/api/v1/jobs/none/stop", b"", 404),
])
def test_failures_are_as_described(floe, method, target, body, status):
    if status == 404 and method == "POST" and target.endswith("records"):
        body = struct.pack("<qqi", 0, 1, -1) + struct.pack("<i", 1) + b"1"
    Api(floe).ask(method, target, body, status)


def test_a_wrong_script_is_told_where_it_is_wrong(floe):
    error = Api(floe).ask("POST", "/api/v1/jobs", b"SELECT 1\nFRUM t;", 400)["error"]
    assert error["line"] == 2


def test_other_methods_and_paths_are_refused_in_the_same_form(floe):
    api = Api(floe)
    failure = {"$ref": "#/components/schemas/Failure"}
    refused = api.send("DELETE", "/api/v1/jobs")
    assert refused.status == 405 and refused.headers["Allow"] == "GET, POST"
    api.check(json.loads(refused.body), failure)
    for target in ("/api/v1", "/api/v1/", "/api/v1/none", "/api/v1/jobs/a/b", "/api/v1/topics/a/b/c"):
        missing = api.send("GET", target)
        assert missing.status == 404, target
        api.check(json.loads(missing.body), failure)


def test_pages_of_another_origin_change_nothing(floe):
    api = Api(floe)
    target = "/api/v1/topics/of_a_page?partitions=1"
    for origin in ("https://floe.example", "http://127.0.0.1:1", "null"):
        refused = api.send("PUT", target, Origin=origin)
        assert refused.status == 403, refused.body
        assert origin in json.loads(refused.body)["error"]["message"]
    assert api.send("GET", "/api/v1/topics/of_a_page").status == 404
    own = "http://{}:{}".format(*api.address)
    assert api.send("PUT", target, Origin=own).status == 200
    assert api.send("GET", "/api/v1/topics/of_a_page", Origin="https://floe.example").status == 200
