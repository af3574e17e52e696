-- Time bounds in all forms.
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

SELECT a.v, b.v AS bv, a.ts FROM t a JOIN u b
ON a.k = b.k AND b.ts BETWEEN a.ts - INTERVAL '5' SECOND AND a.ts + INTERVAL '10' SECOND;

SELECT a.v FROM t a LEFT JOIN u b
ON b.ts > a.ts - INTERVAL '5' SECOND AND b.ts < a.ts + INTERVAL '5' SECOND AND a.v <> b.v;

SELECT a.v FROM t a RIGHT JOIN u b
ON b.ts + INTERVAL '5' SECOND >= a.ts AND b.ts - INTERVAL '5' SECOND <= a.ts;

SELECT a.v FROM t a FULL JOIN u b ON a.k = b.k AND a.ts = b.ts;

SELECT a.v FROM t a FULL JOIN u b ON b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' MINUTE;

-- Lower bound above the upper one: nothing matches.
SELECT a.v FROM t a LEFT JOIN u b
ON a.k = b.k AND b.ts BETWEEN a.ts + INTERVAL '5' SECOND AND a.ts - INTERVAL '5' SECOND;

-- FROM a, b WHERE … is an inner join; conditions on one side go into it.
SELECT a.v, b.v AS bv FROM t a, u b
WHERE UPPER(a.k) = b.k AND a.v = b.v AND a.s = 'x' AND b.v > 3
AND b.ts BETWEEN TIMESTAMPADD(SECOND, -5, a.ts) AND TIMESTAMPADD(SECOND, 5, a.ts);

-- Of an outer join only the side that is not padded is filtered early.
SELECT a.v FROM t a LEFT JOIN u b
ON a.k = b.k AND a.s = 'on' AND b.v > 3 AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '5' SECOND
WHERE a.v > 1 AND b.k IS NULL;

-- A window over the join's time.
CREATE VIEW j AS SELECT a.ts AS rt, b.k FROM t a JOIN u b
ON a.k = b.k AND b.ts BETWEEN a.ts - INTERVAL '5' SECOND AND a.ts;
SELECT window_start, window_end, COUNT(*) AS c
FROM TABLE(TUMBLE(TABLE j, DESCRIPTOR(rt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;

SET 'table.exec.interval-join.min-cleanup-interval' = '20 s';
SELECT a.v FROM t a JOIN t b ON a.k = b.k AND a.ts BETWEEN b.ts AND b.ts + INTERVAL '1' SECOND;
