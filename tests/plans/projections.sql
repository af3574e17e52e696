-- Names, stars, filters and projections become one Calc where they can.
CREATE TABLE t (
  k STRING,
  v INT,
  s STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');

SELECT * FROM t;
SELECT x.*, x.v + 1 AS following FROM t AS x WHERE x.v > 1;
SELECT a, a + 1 AS b FROM (SELECT v * 2 AS a, k FROM t WHERE v > 0) WHERE a < 10 AND k = 'x';
WITH w (p, q) AS (SELECT k, v FROM t) SELECT q, p, p FROM w WHERE q IN (1, 2, 3);
SELECT 1 AS a, 'x' AS b, CAST(NULL AS INT) AS c;
SELECT 1 WHERE 1 = 2;
VALUES (1, 'a'), (2, 'bcd');
SELECT CASE k WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 0 END AS n, COALESCE(s, k, 'none') AS c FROM t;
TABLE t;
-- A function that may differ from row to row is not moved.
SELECT r FROM (SELECT RAND() AS r, v FROM t) WHERE r > 0.5 AND v > 1;
