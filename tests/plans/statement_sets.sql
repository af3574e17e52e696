-- A statement set is one job: tables and views are read once.
CREATE TABLE t (
  k STRING,
  v INT,
  s STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');

CREATE VIEW busy AS SELECT k, v, s, ts FROM t WHERE v > 100;
CREATE TABLE a (k STRING, v BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE b (s STRING, k STRING) WITH ('connector' = 'print');
CREATE TABLE c (window_end TIMESTAMP(3), n BIGINT) WITH ('connector' = 'blackhole');
EXECUTE STATEMENT SET BEGIN
INSERT INTO a SELECT k, v FROM busy WHERE k <> '';
INSERT INTO b (k, s) SELECT k, s FROM busy;
INSERT INTO c SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end;
INSERT INTO a (k) VALUES ('x'), ('y');
END;

-- An upsert table: rows of a key meet in one writer.
CREATE CATALOG ice WITH ('type' = 'iceberg');
CREATE DATABASE ice.db;
CREATE TABLE ice.db.states (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED)
  WITH ('write.upsert.enabled' = 'true');
CREATE TABLE ice.db.history (k STRING, v INT);
BEGIN STATEMENT SET;
INSERT INTO ice.db.states SELECT k, v FROM t;
INSERT INTO ice.db.history SELECT k, v FROM t ON CONFLICT DO DEDUPLICATE;
INSERT INTO ice.db.states SELECT k, v + 1 FROM t ON CONFLICT DO DEDUPLICATE;
END;
INSERT INTO ice.db.states SELECT k, v + 1 FROM t ON CONFLICT DO DEDUPLICATE;
