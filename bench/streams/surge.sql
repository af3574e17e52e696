-- Surge of the city: distinct rides and drivers of a minute, every ten seconds.
-- Measured: events per second, both topics together.
SET 'execution.checkpointing.interval' = '10 s';
SET 'table.local-time-zone' = 'UTC';
SET 'pipeline.name' = 'bench-surge';

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

CREATE TABLE IF NOT EXISTS iceberg.bench.surge (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  demand_count BIGINT,
  supply_count BIGINT,
  surge_multiplier DOUBLE
) WITH (
  'format-version' = '2'
);

INSERT INTO iceberg.bench.surge
SELECT
  COALESCE(demand.window_start, supply.window_start) AS window_start,
  COALESCE(demand.window_end, supply.window_end) AS window_end,
  COALESCE(demand.demand_count, 0) AS demand_count,
  COALESCE(supply.supply_count, 0) AS supply_count,
  LEAST(CAST(3 AS DOUBLE), GREATEST(CAST(1 AS DOUBLE),
    CAST(COALESCE(demand.demand_count, 0) AS DOUBLE)
      / CAST(GREATEST(COALESCE(supply.supply_count, 0), 1) AS DOUBLE)))
    AS surge_multiplier
FROM (
  SELECT window_start, window_end, COUNT(DISTINCT ride_id) AS demand_count
  FROM TABLE(HOP(TABLE requests, DESCRIPTOR(event_timestamp),
                 INTERVAL '10' SECOND, INTERVAL '60' SECOND))
  WHERE status = 'REQUESTED'
  GROUP BY window_start, window_end
) AS demand
FULL OUTER JOIN (
  SELECT window_start, window_end, COUNT(DISTINCT driver_id) AS supply_count
  FROM TABLE(HOP(TABLE locations, DESCRIPTOR(event_timestamp),
                 INTERVAL '10' SECOND, INTERVAL '60' SECOND))
  WHERE status = 'AVAILABLE'
  GROUP BY window_start, window_end
) AS supply
ON demand.window_start = supply.window_start AND demand.window_end = supply.window_end;
