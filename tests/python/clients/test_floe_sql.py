"""`floe sql` against a running Floe: files, streams, exit codes, the prompt on a terminal."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest
from floe_process import TIMEOUT_S, binary, floe, wait_until
from trino_clients import CATALOG, LONG_QUERY, SCHEMA, VALUES


@pytest.fixture
def sql(running):
    def run(*arguments, **options):
        return floe("sql", "--data-dir", running.data_dir, "--catalog", CATALOG, "--schema", SCHEMA,
                    *arguments, **options)
    return run


def test_a_script_from_a_flag_a_file_and_stdin(sql, tmp_path):
    script = "SELECT 1; -- one\nSELECT ';' AS \"a;b\""
    path = tmp_path / "script.sql"
    path.write_text(script)
    assert sql("-e", script).stdout == "1\n;\n"
    assert sql("-f", path).stdout == "1\n;\n"
    assert sql(input=script).stdout == "1\n;\n"
    assert sql("-f", "-", input=script).stdout == "1\n;\n"


@pytest.mark.parametrize("output, wanted", [
    ("csv-header", 'id,name,price\n1,Zoë,123456789.125\n2,"",-0.001\n3,,\n'),
    ("tsv", "1\tZoë\t123456789.125\n2\t\t-0.001\n3\t\\N\t\\N\n"),
    ("table", " id | name |         price\n----+------+---------------\n"
              "  1 | Zoë  | 123456789.125\n  2 |      |        -0.001\n  3 | NULL |          NULL\n"),
    ("vertical", "-[ row 1 ]-\nid    | 1\nname  | Zoë\nprice | 123456789.125\n"
                 "-[ row 2 ]-\nid    | 2\nname  | \nprice | -0.001\n"
                 "-[ row 3 ]-\nid    | 3\nname  | NULL\nprice | NULL\n"),
])
def test_output_formats(sql, output, wanted):
    found = sql("-e", "SELECT id, name, price FROM typed ORDER BY id", "--output-format", output)
    assert found.stdout == wanted


def test_json_keeps_every_digit(sql):
    lines = sql("-e", "SELECT * FROM typed ORDER BY id", "--output-format", "json").stdout.splitlines()
    assert '"big":9223372036854775807,' in lines[0] and '"price":"123456789.125"' in lines[0]
    assert json.loads(lines[2]) == {key: VALUES[2].get(key) for key in VALUES[0]}


def test_the_session_follows_its_statements(sql):
    done = sql("-e", "PREPARE p FROM SELECT ? * 2; EXECUTE p USING 21; USE system.runtime;"
                     "SELECT current_schema; DEALLOCATE PREPARE p")
    assert done.stdout == "42\nruntime\n" and done.stderr == ""
    assert sql("--time-zone", "Asia/Tokyo", "-e", "SELECT current_timezone()").stdout == "Asia/Tokyo\n"
    assert sql("--user", "bob", "-e", "SELECT current_user").stdout == "bob\n"


def test_an_error_is_shown_at_its_place_and_ends_the_script(sql, tmp_path):
    path = tmp_path / "script.sql"
    path.write_text("SELECT 1;\n  SELECT nowhere FROM typed;\nSELECT 2;")
    done = sql("-f", path, code=1)
    assert done.stdout == "1\n"
    assert "COLUMN_NOT_FOUND" in done.stderr and f"--> {path}:2:10" in done.stderr
    assert "2 |   SELECT nowhere FROM typed;\n  |          ^" in done.stderr
    assert sql("-f", path, "--ignore-errors", code=1).stdout == "1\n2\n"


@pytest.mark.parametrize("arguments, message", [
    (("-e", "SELECT 1", "-f", "x.sql"), "not both"),
    (("--output-format", "xml"), "--output-format is table, vertical"),
    (("--session", "x"), "NAME=VALUE"),
    (("--server", "ftp://h"), "no address of a server"),
])
def test_wrong_use(arguments, message):
    assert message in floe("sql", *arguments, code=2).stderr


def test_no_server(tmp_path):
    assert "Connection refused" in floe("sql", "--server", "http://127.0.0.1:1", "-e", "SELECT 1",
                                        code=1).stderr
    done = floe("sql", "--data-dir", tmp_path, "-e", "SELECT 1", code=1)
    assert "no process serves the data directory" in done.stderr


def test_interrupted(running):
    process = subprocess.Popen([binary(), "sql", "--data-dir", running.data_dir, "-e", LONG_QUERY],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    like = "SELECT state FROM system.runtime.queries WHERE query LIKE '%d.id - 7%'" \
           " AND source = 'floe-sql' AND query NOT LIKE '%runtime%'"
    state = lambda: floe("sql", "--data-dir", running.data_dir, "-e", like).stdout.strip()
    wait_until(lambda: state() in ("PLANNING", "RUNNING"), "the query has begun")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, out, err) == (130, "", "cancelled\n")
    wait_until(lambda: state() == "FAILED", "the server has ended the query")


class Terminal:
    """A prompt on a terminal of its own."""

    def __init__(self, *arguments, home):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ.update(HOME=str(home), TERM="xterm", LC_ALL="C.UTF-8")
            os.environ.pop("XDG_STATE_HOME", None)
            os.execv(binary(), [binary(), "sql", *map(str, arguments)])
        self.text = ""

    def send(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def wait_for(self, pattern: str) -> str:
        """What came up to the pattern's end; later waits look behind it."""
        deadline = time.monotonic() + TIMEOUT_S
        while not (match := re.search(pattern, self.text)):
            assert time.monotonic() < deadline, f"{pattern} is not in {self.text!r}"
            if select.select([self.descriptor], [], [], 0.1)[0]:
                self.text += os.read(self.descriptor, 1 << 16).decode()
        before, self.text = self.text[:match.end()], self.text[match.end():]
        return before

    def end(self) -> int:
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.descriptor)
        return code


def test_the_prompt(running, tmp_path):
    arguments = ("--data-dir", running.data_dir, "--catalog", CATALOG, "--schema", SCHEMA)
    terminal = Terminal(*arguments, home=tmp_path)
    terminal.wait_for("floe:iceberg.demo> ")
    terminal.send("SELECT name\n")
    terminal.wait_for("-> ")
    terminal.send("FROM typed WHERE id = 1;\n")
    assert " Zoë" in terminal.wait_for(r"\(1 row in ")
    terminal.wait_for("demo> ")
    # Completion of a keyword, a table, a column.
    terminal.send("sel\tcount(*) from num\t;\n")
    assert " 1000" in terminal.wait_for(r"\(1 row in ")
    terminal.wait_for("demo> ")
    # Ctrl-C drops what is typed, then cancels what runs.
    terminal.send("SELECT 'half")
    terminal.wait_for("half")
    terminal.send("\x03")
    terminal.wait_for("demo> ")
    terminal.send(LONG_QUERY + ";\n")
    terminal.wait_for("PLANNING|RUNNING")
    terminal.send("\x03")
    terminal.wait_for("cancelled")
    terminal.wait_for("demo> ")
    terminal.send("SELECT 'über' || 'all';\n")
    terminal.wait_for("überall")
    terminal.wait_for("demo> ")
    terminal.send("quit\n")
    assert terminal.end() == 0
    history = (tmp_path / ".local/state/floe/sql-history").read_text().splitlines()
    assert history[0] == "SELECT name FROM typed WHERE id = 1;" and history[-1] == "quit"
    # The next session calls them back.
    terminal = Terminal(*arguments, home=tmp_path)
    terminal.wait_for("demo> ")
    terminal.send("\x1b[A\x1b[A")
    terminal.wait_for("über")
    terminal.send("\n")
    terminal.wait_for("überall")
    terminal.wait_for("demo> ")
    terminal.send("\x04")
    assert terminal.end() == 0
