"""/metrics, /livez, /readyz and the page of a running `floe up`."""

import http.client
import json

import pytest
import ride_hailing
from floe_process import Floe, wait_until
from prometheus_client.parser import text_string_to_metric_families

SIMULATOR = "{seed: 5, drivers: 100, driver-events-per-second: 200, rides-per-second: 5}"
OPERATOR = "flink_taskmanager_job_task_operator_"


@pytest.fixture(scope="module")
def floe(tmp_path_factory):
    directory = tmp_path_factory.mktemp("observed")
    project = ride_hailing.quick_project(directory / "project", SIMULATOR)
    with Floe("up", project, "--http-port", "0", data_dir=directory / "data",
              directory=directory / "output") as running:
        yield running.wait_ready()


def get(floe, path, headers=None, method="GET") -> http.client.HTTPResponse:
    owner = json.loads((floe.data_dir / "owner.json").read_text())
    connection = http.client.HTTPConnection(owner["address"], owner["admin_port"], timeout=20)
    connection.request(method, path, headers=headers or {})
    response = connection.getresponse()
    response.body = response.read()
    return response


def scrape(floe) -> dict:
    """Samples by name. The parser is strict about the format; twice the same series is an error."""
    response = get(floe, "/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples, seen = {}, set()
    for family in text_string_to_metric_families(response.body.decode()):
        for sample in family.samples:
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in seen, f"twice: {key}"
            seen.add(key)
            samples.setdefault(sample.name, []).append(sample)
    return samples


def value(samples: dict, name: str, **labels) -> float:
    found = [sample.value for sample in samples.get(name, [])
             if labels.items() <= sample.labels.items()]
    assert len(found) == 1, f"{name}{labels}: {found}"
    return found[0]


def test_jobs_and_operators_have_flinks_metrics(floe):
    floe.wait_epoch(ride_hailing.PIPELINE, 2)
    samples = scrape(floe)
    job = {"job_name": ride_hailing.PIPELINE}
    scope = "flink_jobmanager_job_"
    assert value(samples, scope + "numberOfCompletedCheckpoints", **job) >= 1
    assert value(samples, scope + "lastCheckpointSize", **job) > 0
    assert value(samples, scope + "lastCheckpointDuration", **job) >= 0
    assert value(samples, scope + "numRestarts", **job) == 0
    assert value(samples, "flink_jobmanager_numRunningJobs") == 1
    source = {"operator_name": "Source: driver_locations", **job}
    read = value(samples, OPERATOR + "numRecordsIn", **source)
    assert read > 0
    assert value(samples, OPERATOR + "numRecordsInErrors", **source) == 0
    assert value(samples, OPERATOR + "currentOutputWatermark", **source) > 1.7e12
    assert value(samples, OPERATOR + "KafkaSourceReader_KafkaConsumer_records_lag_max", **source) >= 0
    offsets = [value(samples, OPERATOR + "KafkaSourceReader_topic_partition_currentOffset",
                     topic="driver_locations", partition=str(partition), **job)
               for partition in range(2)]
    assert sum(offsets) + 2 >= read
    wait_until(lambda: value(scrape(floe), OPERATOR + "numRecordsIn", **source) > read, "more records")
    late = [sample for sample in samples[OPERATOR + "numLateRecordsDropped"]
            if sample.labels["operator_name"] == "WindowAggregate"]
    assert late and all(set(sample.labels) == {"job_id", "job_name", "operator_id", "operator_name"}
                        for sample in late)


def test_the_process_and_its_requests_are_counted(floe):
    before = scrape(floe)
    assert 1 << 20 < value(before, "process_resident_memory_bytes") < 1 << 30
    assert value(before, "process_cpu_seconds_total") > 0
    assert value(before, "process_start_time_seconds") > 1.7e9
    assert value(before, "floe_memory_used_bytes") <= value(before, "floe_memory_limit_bytes")
    assert value(before, "floe_topic_end_offset", topic="ride_requests", partition="0") >= 0
    after = scrape(floe)
    scrapes = {"route": "/metrics", "method": "GET", "status": "200"}
    assert value(after, "floe_http_requests_total", **scrapes) >= 2
    assert value(after, "floe_http_request_duration_ms_count", route="/metrics") >= 2


def test_health(floe):
    alive = get(floe, "/livez")
    assert (alive.status, alive.body) == (200, b"alive\n")
    wait_until(lambda: get(floe, "/readyz").status == 200, "readiness")
    assert get(floe, "/readyz", method="HEAD").body == b""
    assert get(floe, "/readyz", method="POST").status == 405
    assert get(floe, "/livez/more").status == 404


def test_the_page_or_a_text_that_says_how_to_get_it(floe):
    page = get(floe, "/")
    assert page.status == 200
    if page.headers["Content-Type"].startswith("text/plain"):
        assert b"make web" in page.body
        return
    assert b'<div id="root">' in page.body
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    again = get(floe, "/", {"If-None-Match": page.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert get(floe, "/no/such/file.js").status == 404
    assert get(floe, "/some/view", {"Sec-Fetch-Mode": "navigate"}).body == page.body


def test_the_page_is_told_where_its_tables_are(floe):
    config = get(floe, "/config.json")
    assert json.loads(config.body) == {"catalog": "iceberg", "schema": "ride_hailing"}
    assert config.headers["Cache-Control"] == "no-store"
