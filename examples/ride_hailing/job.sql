-- Ride-hailing telemetry and surge pricing: two topics in, three tables out.
-- Runs unchanged on Apache Flink with Kafka, an Iceberg REST catalog and S3.

SET 'execution.checkpointing.interval' = '10 s';
SET 'table.local-time-zone' = 'UTC';
SET 'pipeline.name' = 'ride-hailing';

CREATE TABLE driver_locations (
  driver_id STRING,
  lat DOUBLE,
  lon DOUBLE,
  status STRING,
  event_timestamp_str STRING,
  event_timestamp AS TO_TIMESTAMP(event_timestamp_str, 'yyyy-MM-dd HH:mm:ss.SSS'),
  WATERMARK FOR event_timestamp AS event_timestamp - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'driver_locations',
  'properties.bootstrap.servers' = 'kafka:29092',
  'properties.group.id' = 'ride-hailing',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

CREATE TABLE ride_requests (
  ride_id STRING,
  user_id STRING,
  lat DOUBLE,
  lon DOUBLE,
  status STRING,
  event_timestamp_str STRING,
  event_timestamp AS TO_TIMESTAMP(event_timestamp_str, 'yyyy-MM-dd HH:mm:ss.SSS'),
  WATERMARK FOR event_timestamp AS event_timestamp - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'ride_requests',
  'properties.bootstrap.servers' = 'kafka:29092',
  'properties.group.id' = 'ride-hailing',
  'scan.startup.mode' = 'earliest-offset',
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

CREATE DATABASE IF NOT EXISTS iceberg.ride_hailing;

-- One row per ride: who drove it.
CREATE TABLE IF NOT EXISTS iceberg.ride_hailing.iceberg_ride_events (
  ride_id STRING,
  user_id STRING,
  driver_id STRING,
  status STRING,
  request_lat DOUBLE,
  request_lon DOUBLE,
  updated_at TIMESTAMP(3),
  PRIMARY KEY (ride_id) NOT ENFORCED
) WITH (
  'format-version' = '2',
  'write.upsert.enabled' = 'true'
);

-- One row per minute window, every ten seconds.
CREATE TABLE IF NOT EXISTS iceberg.ride_hailing.iceberg_surge_pricing (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  demand_count BIGINT,
  supply_count BIGINT,
  surge_multiplier DOUBLE
) WITH (
  'format-version' = '2'
);

-- One row per ride: its newest state.
CREATE TABLE IF NOT EXISTS iceberg.ride_hailing.ride_states (
  ride_id STRING,
  user_id STRING,
  status STRING,
  lat DOUBLE,
  lon DOUBLE,
  updated_at TIMESTAMP(3),
  PRIMARY KEY (ride_id) NOT ENFORCED
) WITH (
  'format-version' = '2',
  'write.upsert.enabled' = 'true'
);

EXECUTE STATEMENT SET
BEGIN

-- The driver of a ride is one that was on a trip within five minutes of it; a ride without any is
-- written with a NULL driver when the watermark has passed its interval.
INSERT INTO iceberg.ride_hailing.iceberg_ride_events
SELECT
  r.ride_id,
  r.user_id,
  d.driver_id,
  r.status,
  r.lat AS request_lat,
  r.lon AS request_lon,
  CAST(r.event_timestamp AS TIMESTAMP(3)) AS updated_at
FROM (SELECT * FROM ride_requests WHERE status = 'ACCEPTED') AS r
LEFT JOIN (SELECT * FROM driver_locations WHERE status = 'ON_TRIP') AS d
  ON d.event_timestamp BETWEEN r.event_timestamp - INTERVAL '5' MINUTE
                           AND r.event_timestamp + INTERVAL '5' MINUTE;

-- Demand: rides asked for. Supply: drivers that are free. A free driver can take a ride every 25
-- minutes; surge is the demand of a minute over what the free drivers can take.
INSERT INTO iceberg.ride_hailing.iceberg_surge_pricing
SELECT
  COALESCE(demand.window_start, supply.window_start) AS window_start,
  COALESCE(demand.window_end, supply.window_end) AS window_end,
  COALESCE(demand.demand_count, 0) AS demand_count,
  COALESCE(supply.supply_count, 0) AS supply_count,
  LEAST(CAST(3 AS DOUBLE), GREATEST(CAST(1 AS DOUBLE),
    CAST(25 * COALESCE(demand.demand_count, 0) AS DOUBLE)
      / CAST(GREATEST(COALESCE(supply.supply_count, 0), 1) AS DOUBLE)))
    AS surge_multiplier
FROM (
  SELECT window_start, window_end, COUNT(DISTINCT ride_id) AS demand_count
  FROM TABLE(HOP(TABLE ride_requests, DESCRIPTOR(event_timestamp),
                 INTERVAL '10' SECOND, INTERVAL '60' SECOND))
  WHERE status = 'REQUESTED'
  GROUP BY window_start, window_end
) AS demand
FULL OUTER JOIN (
  SELECT window_start, window_end, COUNT(DISTINCT driver_id) AS supply_count
  FROM TABLE(HOP(TABLE driver_locations, DESCRIPTOR(event_timestamp),
                 INTERVAL '10' SECOND, INTERVAL '60' SECOND))
  WHERE status = 'AVAILABLE'
  GROUP BY window_start, window_end
) AS supply
ON demand.window_start = supply.window_start AND demand.window_end = supply.window_end;

INSERT INTO iceberg.ride_hailing.ride_states
SELECT ride_id, user_id, status, lat, lon, CAST(event_timestamp AS TIMESTAMP(3)) AS updated_at
FROM ride_requests;

END;
