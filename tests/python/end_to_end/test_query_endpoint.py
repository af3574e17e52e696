"""The query endpoint of a running project, asked as a client of the Trino protocol asks."""

import http.client
import json
import os
import time
import urllib.parse

import pytest
import ride_hailing
from floe_process import Floe, wait_until

SIMULATOR = ("{seed: 7, drivers: 200, driver-events-per-second: 300, rides-per-second: 8, "
             "disorder: 1 s}")
# Hours of work for any machine.
ENDLESS = ("SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 10000)) b(x), "
           "UNNEST(sequence(1, 10000)) c(x) WHERE a.x + b.x = c.x * 7")


class Client:
    """One connection; keeps the answers of the last statement."""

    def __init__(self, floe: Floe):
        owner = json.loads((floe.data_dir / "owner.json").read_text())
        self.host = f"{owner['address']}:{owner['admin_port']}"
        self.connection = http.client.HTTPConnection(self.host, timeout=20)

    def request(self, method: str, target: str, body: str = "", headers=None, status: int = 200):
        parts = urllib.parse.urlsplit(target)
        assert parts.netloc in ("", self.host), f"{target} is not of {self.host}"
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.connection.request(method, path, body, headers or {})
        response = self.connection.getresponse()
        text = response.read()
        assert response.status == status, (method, target, response.status, text)
        self.headers = response.headers
        return text

    def submit(self, sql: str, **headers) -> dict:
        named = {"X-Trino-User": "test", "X-Trino-Catalog": "iceberg",
                 "X-Trino-Schema": "ride_hailing",
                 "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME"}
        named |= {"X-Trino-" + name.replace("_", "-"): value for name, value in headers.items()}
        return json.loads(self.request("POST", "/v1/statement", sql, named))

    def pages(self, page: dict):
        yield page
        while "nextUri" in page:
            page = json.loads(self.request("GET", page["nextUri"]))
            yield page

    def rows(self, sql: str, **headers) -> list[list]:
        rows = []
        for page in self.pages(self.submit(sql, **headers)):
            assert "error" not in page, page["error"]
            rows += page.get("data", [])
        return rows

    def error(self, page: dict) -> dict:
        return list(self.pages(page))[-1]["error"]

    def query(self, query_id: str) -> dict:
        return json.loads(self.request("GET", f"/v1/query/{query_id}"))


@pytest.fixture(scope="module")
def floe(tmp_path_factory):
    directory = tmp_path_factory.mktemp("query_endpoint")
    project = ride_hailing.quick_project(directory / "project", SIMULATOR)
    with Floe("up", project, "--http-port", "0", data_dir=directory / "data",
              directory=directory / "output") as running:
        running.wait_ready()
        running.wait_epoch(ride_hailing.PIPELINE, 4)
        yield running
        running.stop()


@pytest.fixture
def client(floe):
    return Client(floe)


def cpu_seconds(floe: Floe) -> float:
    fields = open(f"/proc/{floe.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_it_says_where_it_is(floe, client):
    floe.wait_for_stderr(r"query endpoint http://127\.0\.0\.1:\d+ \(Trino protocol; "
                         r"catalogs iceberg, system\)")
    info = json.loads(client.request("GET", "/v1/info"))
    assert info["coordinator"] is True and info["starting"] is False
    assert client.request("HEAD", "/v1/info") == b""


def test_the_jobs_tables_are_there(client):
    assert client.rows("SHOW CATALOGS") == [["iceberg"], ["system"]]
    assert ["ride_states"] in client.rows("SHOW TABLES")
    count = "SELECT count(*) FROM iceberg_ride_events"
    wait_until(lambda: client.rows(count)[0][0] >= 3, "three rides")
    sql = "SELECT ride_id, updated_at FROM iceberg_ride_events LIMIT 3"
    pages = list(client.pages(client.submit(sql)))
    assert len(pages) == 2, "the announcement, and all the rows"
    names = [column["name"] for column in pages[-1]["columns"]]
    assert names == ["ride_id", "updated_at"]
    assert pages[-1]["columns"][0]["typeSignature"] == {
        "rawType": "varchar", "arguments": [{"kind": "LONG", "value": 2147483647}]}
    assert len(pages[-1]["data"]) == 3
    # An upsert table shows each ride once.
    assert client.rows("SELECT ride_id FROM iceberg_ride_events GROUP BY ride_id HAVING count(*) > 1") == []
    assert client.rows("SELECT state FROM system.floe.jobs") == [["RUNNING"]]


def test_new_rows_are_seen_by_the_next_statement(client):
    count = lambda: client.rows("SELECT count(*) FROM iceberg_ride_events")[0][0]
    before = count()
    wait_until(lambda: count() > before, "another epoch's rows")


def test_a_large_result_comes_in_pages(client):
    sql = "SELECT a.x * 1000 + b.x FROM UNNEST(sequence(0, 999)) a(x), UNNEST(sequence(0, 999)) b(x)"
    numbers, pages = [], 0
    page = client.submit(sql)
    while True:
        numbers += [row[0] for row in page.get("data", [])]
        pages += bool(page.get("data"))
        if "nextUri" not in page:
            break
        uri = page["nextUri"] + "?targetResultSize=512kB"
        page = json.loads(client.request("GET", uri))
        assert len(json.dumps(page.get("data", []))) < 2 * 2**20
        # The answer was lost on the way: it is given again. Those before it are gone.
        assert json.loads(client.request("GET", uri)).get("data") == page.get("data")
    assert sorted(numbers) == list(range(1_000_000))
    assert pages > 5
    older = uri.split("?")[0].rsplit("/", 1)
    assert client.request("GET", f"{older[0]}/{int(older[1]) - 1}", status=410)
    assert client.request("GET", f"{older[0]}/{int(older[1]) + 1}", status=404)


def test_a_long_query_makes_its_client_wait(client):
    page = client.submit(ENDLESS)
    started = time.monotonic()
    page = json.loads(client.request("GET", page["nextUri"] + "?maxWait=300ms"))
    assert 0.25 < time.monotonic() - started < 5
    assert "data" not in page and page["stats"]["state"] in ("PLANNING", "RUNNING")
    client.request("DELETE", page["nextUri"], status=204)


@pytest.mark.parametrize("by", ["nextUri", "query"])
def test_cancelling_stops_the_work(floe, client, by):
    page = client.submit(ENDLESS)
    begun = lambda: client.query(page["id"])["state"] in ("PLANNING", "RUNNING")
    wait_until(begun, "the query has begun")
    target = page["nextUri"] if by == "nextUri" else f"/v1/query/{page['id']}"
    assert client.request("DELETE", target, status=204) == b""
    error = client.error(page)
    assert (error["errorName"], error["errorCode"]) == ("USER_CANCELED", 3)
    assert client.query(page["id"])["state"] == "FAILED"

    def idle():
        before, started = cpu_seconds(floe), time.monotonic()
        wait_until(lambda: time.monotonic() - started > 0.5, "half a second")
        return cpu_seconds(floe) - before < 0.4 * (time.monotonic() - started)

    wait_until(idle, "the processor is free again")


def test_queries_side_by_side_do_not_wait_for_each_other(floe, client):
    slow = client.submit(ENDLESS)
    other = Client(floe)
    assert other.rows("SELECT 1") == [[1]]
    assert [ENDLESS] in other.rows("SELECT query FROM system.runtime.queries "
                                   "WHERE state IN ('PLANNING', 'RUNNING')")
    client.request("DELETE", slow["nextUri"], status=204)


def test_errors_have_name_type_and_place(client):
    error = client.error(client.submit("SELECT nope\nFROM ride_states"))
    assert error["message"] == "line 1:8: Column 'nope' cannot be resolved"
    assert (error["errorName"], error["errorCode"]) == ("COLUMN_NOT_FOUND", 47)
    assert error["errorType"] == "USER_ERROR"
    assert error["errorLocation"] == {"lineNumber": 1, "columnNumber": 8}
    assert error["failureInfo"]["errorInfo"]["name"] == "COLUMN_NOT_FOUND"
    assert client.error(client.submit("SELECT 1/0"))["errorName"] == "DIVISION_BY_ZERO"
    assert client.error(client.submit("SELEC 1"))["errorName"] == "SYNTAX_ERROR"
    missing = client.error(client.submit("SELECT 1 FROM iceberg.ride_hailing.nope"))
    assert "does not exist" in missing["message"]


def test_the_session_lives_in_headers(client):
    list(client.pages(client.submit("USE system.runtime")))
    assert client.headers["X-Trino-Set-Catalog"] == "system"
    assert client.headers["X-Trino-Set-Schema"] == "runtime"
    list(client.pages(client.submit("PREPARE p FROM SELECT ? + 1")))
    prepared = client.headers["X-Trino-Added-Prepare"]
    assert prepared.startswith("p=")
    assert client.rows("EXECUTE p USING 41", Prepared_Statement=prepared) == [[42]]
    list(client.pages(client.submit("SET SESSION query_max_run_time = '10m'")))
    assert client.headers["X-Trino-Set-Session"] == "query_max_run_time=10m"
    # A client that does not say that it knows precisions gets milliseconds.
    page = list(client.pages(client.submit("SELECT TIMESTAMP '2024-01-01 00:00:00.123456'",
                                           Client_Capabilities="")))[-1]
    assert page["columns"][0]["type"] == "timestamp"
    assert page["data"] == [["2024-01-01 00:00:00.123"]]
    assert client.rows("SELECT current_timezone()", Time_Zone="Europe/Berlin") == [
        ["Europe/Berlin"]]
    error = client.error(client.submit("SELECT 1", Time_Zone="Mars/Base"))
    assert error["message"] == "Time zone not supported: Mars/Base"


def test_requests_that_are_none(client):
    client.request("POST", "/v1/statement", "SELECT 1", status=401)
    client.request("POST", "/v1/statement", " ", {"X-Trino-User": "u"}, status=400)
    client.request("POST", "/v1/statement", "SELECT 1",
                   {"X-Trino-User": "u", "X-Trino-Schema": "s"}, status=400)
    client.request("GET", "/v1/statement/executing/20200101_000000_00000_aaaaa/y0/0", status=404)
    client.request("GET", "/v1/nosuch", status=404)
