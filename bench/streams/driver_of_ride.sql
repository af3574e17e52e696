-- A keyless LEFT interval join into an upsert table, as in examples/ride_hailing.
-- Measured: events per second, both topics together.
SET 'execution.checkpointing.interval' = '10 s';
SET 'table.local-time-zone' = 'UTC';
SET 'pipeline.name' = 'bench-driver-of-ride';

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

CREATE TABLE requests (
  ride_id STRING,
  user_id STRING,
  zone STRING,
  lat DOUBLE,
  lon DOUBLE,
  status STRING,
  event_timestamp_str STRING,
  event_timestamp AS TO_TIMESTAMP(event_timestamp_str, 'yyyy-MM-dd HH:mm:ss.SSS'),
  WATERMARK FOR event_timestamp AS event_timestamp - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'requests',
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

CREATE TABLE IF NOT EXISTS iceberg.bench.driver_of_ride (
  ride_id STRING,
  user_id STRING,
  driver_id STRING,
  requested_at TIMESTAMP(3),
  located_at TIMESTAMP(3),
  PRIMARY KEY (ride_id) NOT ENFORCED
) WITH (
  'format-version' = '2',
  'write.upsert.enabled' = 'true'
);

INSERT INTO iceberg.bench.driver_of_ride
SELECT r.ride_id, r.user_id, d.driver_id,
  CAST(r.event_timestamp AS TIMESTAMP(3)), CAST(d.event_timestamp AS TIMESTAMP(3))
FROM (SELECT * FROM requests WHERE status = 'ACCEPTED') AS r
LEFT JOIN (SELECT * FROM locations WHERE status = 'AVAILABLE') AS d
  ON d.event_timestamp BETWEEN r.event_timestamp - INTERVAL '60' SECOND
                           AND r.event_timestamp + INTERVAL '60' SECOND;
