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
CREATE TABLE plain (a INT, b STRING) WITH ('connector' = 'datagen');
SELECT 1 AS uno FROM plain;
-- A field that only a filter reads.
SELECT v FROM t WHERE s = 'x';
-- Computed and metadata columns.
CREATE TABLE m (
  id INT,
  event STRING,
  noise STRING,
  off BIGINT METADATA FROM 'offset' VIRTUAL,
  topic STRING METADATA VIRTUAL,
  seen AS TO_TIMESTAMP(event),
  twice AS id * 2,
  WATERMARK FOR seen AS seen - INTERVAL '1' MINUTE
) WITH ('connector' = 'kafka');
SELECT twice, off FROM m;
SELECT * FROM m;
-- Hints make another table of it.
SELECT k FROM t UNION ALL SELECT k FROM t /*+ OPTIONS('scan.startup.mode' = 'earliest-offset') */;
