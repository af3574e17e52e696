-- Equal windows on both sides, however the columns are named.
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

SELECT a.k, b.v, a.window_start
FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))) a
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '10' SECOND))) b
ON a.k = b.k AND a.v < b.v AND a.window_start = b.window_start AND a.window_end = b.window_end;

SELECT a.c AS ac, b.c AS bc, COALESCE(a.ws, b.s) AS ws
FROM (SELECT window_start AS ws, window_end AS we, COUNT(*) AS c
      FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end) a
FULL JOIN (SELECT window_start AS s, window_end AS e, COUNT(*) AS c
           FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '10' SECOND))
           GROUP BY window_start, window_end) b
ON a.ws = b.s AND a.we = b.e;

-- Keys of different types meet in the common one; a computed key becomes a column.
SELECT a.k FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))) a
LEFT JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '10' SECOND))) b
ON a.v = b.v AND UPPER(a.k) = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end;

SELECT * FROM (SELECT k, window_start, window_end
               FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)))
JOIN (SELECT k, v AS bv, window_start, window_end
      FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '10' SECOND)))
USING (k, window_start, window_end);

-- An aggregate over the windows of a join.
SELECT ws, COUNT(*) AS c FROM (
  SELECT a.window_start AS ws, a.window_end AS we
  FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))) a
  JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '10' SECOND))) b
  ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end)
GROUP BY ws, we;

-- Both sides the same subplan: one node.
SELECT a.v AS av, b.v AS bv
FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))) a
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))) b
ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.k = b.k;
