"""Job files and projects of a few lines for tests: a topic in, a table out."""

import json
import pathlib

TOPIC = "rides"
DATABASE = "demo"
ADDRESSES = ("kafka:29092", "http://iceberg-rest:8181")
COLUMNS = "ride_id STRING, status STRING, price INT, happened STRING"


def source(name: str = TOPIC, columns: str = COLUMNS, bounded: bool = True, more: str = "") -> str:
    end = ", 'scan.bounded.mode' = 'latest-offset'" if bounded else ""
    return f"""
CREATE TABLE {name} ({columns}) WITH (
  'connector' = 'kafka', 'topic' = '{name}', 'properties.bootstrap.servers' = 'kafka:29092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json'{end}{more});
"""


def head(name: str, interval: str = "200 ms") -> str:
    return f"""
SET 'pipeline.name' = '{name}';
SET 'execution.checkpointing.interval' = '{interval}';
CREATE CATALOG lake WITH (
  'type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'http://iceberg-rest:8181');
CREATE DATABASE IF NOT EXISTS lake.{DATABASE};
"""


def copy(name: str, table: str, bounded: bool = True, more: str = "") -> str:
    """The topic as it is, into a table that keeps every record."""
    return head(name) + source(bounded=bounded, more=more) + f"""
CREATE TABLE IF NOT EXISTS lake.{DATABASE}.{table} (ride_id STRING, price INT);
INSERT INTO lake.{DATABASE}.{table} SELECT ride_id, price FROM {TOPIC};
"""


def write(path: pathlib.Path, text: str) -> pathlib.Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def project(directory: pathlib.Path, job: str, topics: tuple = (TOPIC,)) -> pathlib.Path:
    """A directory for `floe up`, its topics with two partitions."""
    write(directory / "job.sql", job)
    lines = ["jobs: [job.sql]", "endpoints:"]
    lines += [f"  {address}: embedded" for address in ADDRESSES]
    lines += ["topics:"] + [f"  {topic}: {{partitions: 2}}" for topic in topics]
    write(directory / "floe.yaml", "\n".join(lines) + "\n")
    return directory


def ride(number: int, price: int) -> tuple:
    """A record for Floe.append."""
    value = {"ride_id": f"ride-{number}", "status": "DONE", "price": price,
             "happened": "2024-05-01 10:00:00"}
    return (f"ride-{number}".encode(), json.dumps(value).encode(), 1_714_557_600_000 + number)
