-- LEFT interval join without a key: accepted rides and the city's free drivers within a second.
-- Measured: joined rows per second.
SET 'execution.checkpointing.interval' = '10 s';
SET 'table.local-time-zone' = 'UTC';
SET 'pipeline.name' = 'bench-interval-join';

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

CREATE TABLE joined (
  ride_id STRING,
  user_id STRING,
  driver_id STRING,
  requested_at TIMESTAMP(3),
  located_at TIMESTAMP(3)
) WITH (
  'connector' = 'blackhole'
);

INSERT INTO joined
SELECT r.ride_id, r.user_id, d.driver_id,
  CAST(r.event_timestamp AS TIMESTAMP(3)), CAST(d.event_timestamp AS TIMESTAMP(3))
FROM (SELECT * FROM requests WHERE status = 'ACCEPTED') AS r
LEFT JOIN (SELECT * FROM locations WHERE status = 'AVAILABLE') AS d
  ON d.event_timestamp BETWEEN r.event_timestamp - INTERVAL '1' SECOND
                           AND r.event_timestamp + INTERVAL '1' SECOND;
