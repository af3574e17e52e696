-- What a scan decodes: the union of what its readers need.
CREATE TABLE t (
  k STRING,
  v INT,
  s STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');

-- One field is read; the rowtime always is.
SELECT k FROM t;
-- No field is read: all are decoded, since a bad value anywhere fails the record.
SELECT 1 AS one FROM t;
-- A field that only a filter reads.
SELECT v FROM t WHERE s = 'x';
-- Computed and metadata columns.
CREATE TABLE m (
  id INT,
  event STRING,
  noise STRING,
  off BIGINT METADATA FROM 'offset' VIRTUAL,
  topic STRING METADATA VIRTUAL,
  at AS TO_TIMESTAMP(event),
  twice AS id * 2,
  WATERMARK FOR at AS at - INTERVAL '1' MINUTE
) WITH ('connector' = 'kafka');
SELECT twice, off FROM m;
SELECT * FROM m;
-- Hints make another table of it.
SELECT k FROM t UNION ALL SELECT k FROM t /*+ OPTIONS('scan.startup.mode' = 'earliest-offset') */;
