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

SELECT kk FROM t;
SELECT K FROM t;
SELECT v FROM T;
SELECT t.x FROM t;
SELECT x.k FROM t AS y;
SELECT k FROM t JOIN u ON t.k = u.k;
SELECT * FROM t, t;
SELECT * FROM nodb.t;
SELECT * FROM nocat.db.t;
SELECT * FROM a.b.c.d;
SELECT nope.* FROM t;
SELECT uper(k) FROM t;
SELECT a.b.myfunc(k) FROM t;
SELECT * FROM t AS x (a, b);
SELECT * FROM TABLE(TUMBEL(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND));
SELECT *;
