-- Windows merge into the aggregate above them, through filters and projections that pass the
-- window's columns on.
CREATE TABLE t (
  k STRING,
  v INT,
  s STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');

SELECT k, window_start, window_end, COUNT(*) AS c, SUM(v) AS total
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY k, window_start, window_end;

SELECT window_start, window_end, COUNT(DISTINCT k) AS keys, COUNT(s) FILTER (WHERE v > 1) AS big
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '1' MINUTE))
WHERE s <> ''
GROUP BY window_start, window_end;

SELECT ws, we, UPPER(k) AS u, AVG(v) AS a
FROM (SELECT window_start AS ws, window_end AS we, k, v FROM TABLE(
        CUMULATE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), STEP => INTERVAL '5' SECOND,
                 SIZE => INTERVAL '20' SECOND, `OFFSET` => INTERVAL '2' SECOND)))
GROUP BY ws, we, UPPER(k)
HAVING AVG(v) > 3;

-- A filter on the window itself stays above the window.
SELECT window_start, window_end, MAX(v) AS m
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE EXTRACT(MINUTE FROM window_start) = 0
GROUP BY window_start, window_end;

-- Windows of windows, by window_time.
WITH w AS (
  SELECT k, window_time AS rt, SUM(v) AS total
  FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))
  GROUP BY k, window_start, window_end, window_time)
SELECT window_start, window_end, SUM(total) AS total
FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(rt), INTERVAL '20' SECOND))
GROUP BY window_start, window_end;

SELECT DISTINCT k, window_start, window_end
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND));

-- A window function alone.
SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND));

-- The group windows of old.
SELECT k, TUMBLE_START(ts, INTERVAL '10' SECOND) AS ws, TUMBLE_ROWTIME(ts, INTERVAL '10' SECOND) AS rt,
       COUNT(*) AS c
FROM t GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), k;
SELECT HOP_END(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND) AS we, SUM(v) AS total
FROM t WHERE v > 0 GROUP BY HOP(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND);

-- Local time has the session's zone.
SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE l (v INT, e BIGINT, ts AS TO_TIMESTAMP_LTZ(e, 3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'datagen');
SELECT window_start, window_end, window_time, SUM(v) AS total
FROM TABLE(TUMBLE(TABLE l, DESCRIPTOR(ts), INTERVAL '1' DAY))
GROUP BY window_start, window_end, window_time;
