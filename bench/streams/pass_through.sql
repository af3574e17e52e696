-- Pass-through: a JSON topic into an Iceberg append table, every field.
-- Measured: events per second.
SET 'execution.checkpointing.interval' = '10 s';
SET 'table.local-time-zone' = 'UTC';
SET 'pipeline.name' = 'bench-pass-through';

CREATE TABLE locations (
  driver_id STRING,
  zone STRING,
  lat DOUBLE,
  lon DOUBLE,
  status STRING,
  event_timestamp_str STRING,
  event_timestamp AS TO_TIMESTAMP(event_timestamp_str, 'yyyy-MM-dd HH:mm:ss.SSS'),
  WATERMARK FOR event_timestamp AS event_timestamp - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'locations',
  'properties.bootstrap.servers' = 'kafka:29092',
  'properties.group.id' = 'bench',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json'
);

CREATE CATALOG iceberg WITH (
  'type' = 'iceberg',
  'catalog-type' = 'rest',
  'uri' = 'http://iceberg-rest:8181',
  'warehouse' = 's3://lakehouse/',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
  's3.endpoint' = 'http://minio:9000',
  's3.path-style-access' = 'true',
  'client.region' = 'us-east-1'
);

CREATE DATABASE IF NOT EXISTS iceberg.bench;

CREATE TABLE IF NOT EXISTS iceberg.bench.pass_through (
  driver_id STRING,
  zone STRING,
  lat DOUBLE,
  lon DOUBLE,
  status STRING,
  event_timestamp TIMESTAMP(3)
) WITH (
  'format-version' = '2'
);

INSERT INTO iceberg.bench.pass_through
SELECT driver_id, zone, lat, lon, status, CAST(event_timestamp AS TIMESTAMP(3))
FROM locations;
