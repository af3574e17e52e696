-- UNION ALL: names of the first query, types that both can take.
CREATE TABLE t (
  k STRING,
  v INT,
  s STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');
CREATE TABLE u (
  k STRING,
  v BIGINT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'datagen');

SELECT k, v FROM t UNION ALL SELECT k, v FROM u;
SELECT k FROM t UNION ALL SELECT s FROM t UNION ALL SELECT 'x' FROM u WHERE v > 1;
SELECT * FROM (SELECT ts, k FROM t UNION ALL SELECT ts, k FROM u) WHERE k = 'a';
SELECT window_start, window_end, COUNT(*) AS c FROM TABLE(TUMBLE(
  (SELECT ts FROM t UNION ALL SELECT ts FROM u), DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
