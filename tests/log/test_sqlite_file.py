from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scoreboard.log import sqlite_file
from scoreboard.log.sqlite_file import Hold, Migration, migrations, open_to_write
from scoreboard.model.errors import LocalError
from tests.support.entries import GAME, entry

#: The first version of the tables and one to come.
FIRST = migrations()[0]
SECOND = Migration(2, "0002_notes.sql", "CREATE TABLE note (game TEXT, text TEXT);")


def opened(path: Path, steps=(FIRST,)) -> sqlite3.Connection:
    return open_to_write(path, steps, shared_memory=True)


def version(connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


class TestMigrations:
    def test_schema_files_are_numbered_without_a_gap(self):
        steps = migrations()
        assert list(range(1, len(steps) + 1)) == [step.number for step in steps]

    def test_a_new_file_gets_every_step(self, tmp_path):
        with closing(opened(tmp_path / "log.sqlite", (FIRST, SECOND))) as connection:
            assert version(connection) == 2
            assert connection.execute("SELECT * FROM note").fetchall() == []

    def test_an_older_file_gets_the_steps_that_it_lacks_and_keeps_its_rows(self, tmp_path):
        path = tmp_path / "log.sqlite"
        with closing(opened(path)) as connection:
            connection.execute("INSERT INTO game VALUES ('g', 7)")
        with closing(opened(path, (FIRST, SECOND))) as connection:
            assert version(connection) == 2
            assert connection.execute("SELECT * FROM game").fetchall() == [("g", 7)]

    def test_a_step_that_fails_changes_nothing_and_is_named(self, tmp_path):
        path = tmp_path / "log.sqlite"
        wrong = Migration(2, "0002_wrong.sql", "CREATE TABLE half (a);\nINSERT INTO nowhere;")
        with pytest.raises(LocalError, match=r"log\.sqlite: 0002_wrong\.sql: "):
            opened(path, (FIRST, wrong))
        with closing(opened(path)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_schema ORDER BY name")
            assert tables.fetchall() == [("entry",), ("game",)]
            assert version(connection) == 1

    def test_a_file_of_a_newer_version_is_refused(self, tmp_path):
        path = tmp_path / "log.sqlite"
        opened(path, (FIRST, SECOND)).close()
        says = r"log\.sqlite: its tables have version 2; this server knows up to 1"
        with pytest.raises(LocalError, match=says):
            opened(path)


class TestOpening:
    def test_a_file_that_is_no_database_is_named(self, opener):
        opener.path.write_bytes(b"These are minutes of a meeting. " * 200)
        with pytest.raises(LocalError, match=r"log\.sqlite: file is not a database"):
            opener.open()

    def test_a_damaged_database_is_named(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, [entry(1)]))
        opener.wait(log.close())
        whole = opener.path.read_bytes()
        opener.path.write_bytes(whole[:100] + b"\xa5" * (len(whole) - 100))
        with pytest.raises(LocalError, match=r"log\.sqlite: .*malformed"):
            opener.open()

    @pytest.mark.parametrize(
        "statement",
        ["CREATE TABLE song (name)", "PRAGMA application_id = 77", "PRAGMA user_version = 1"],
    )
    def test_a_database_of_another_program_is_left_alone(self, opener, statement):
        with closing(sqlite3.connect(opener.path)) as connection:
            connection.execute(statement)
        before = opener.path.read_bytes()
        with pytest.raises(LocalError, match=r"log\.sqlite: a database of another program"):
            opener.open()
        assert before == opener.path.read_bytes()

    def test_a_folder_that_is_not_there_is_named(self, opener, tmp_path):
        with pytest.raises(LocalError, match=r"nowhere/log\.sqlite\.lock: No such file"):
            opener.open(tmp_path / "nowhere" / "log.sqlite")

    def test_a_place_without_a_write_ahead_log_is_refused(self):
        with pytest.raises(LocalError, match=r"no write-ahead log .*journal is memory"):
            opened(Path(":memory:"))

    def test_a_path_that_is_a_folder_is_refused(self, opener, tmp_path):
        (tmp_path / "log.sqlite").mkdir()
        with pytest.raises(LocalError, match=r"log\.sqlite: unable to open database file"):
            opener.open()


class TestHold:
    def test_a_second_server_is_refused_and_told_who_has_it(self, opener):
        opener.open()
        with pytest.raises(LocalError, match=r"log\.sqlite: another server holds it \(process \d+"):
            opener.open()

    def test_another_process_is_refused(self, opener):
        opener.open()
        code = (
            "import sys; from pathlib import Path; from scoreboard.log.sqlite_file import Hold\n"
            "try: Hold(Path(sys.argv[1]))\n"
            "except Exception as fault: print(fault)"
        )
        said = subprocess.run(
            [sys.executable, "-c", code, opener.path], capture_output=True, text=True, check=True
        ).stdout
        assert "another server holds it" in said

    def test_another_name_of_the_file_is_no_way_round(self, opener, tmp_path):
        opener.open()
        other = tmp_path / "other.sqlite"
        other.symlink_to(opener.path)
        with pytest.raises(LocalError, match="another server holds it"):
            opener.open(other)

    def test_after_a_close_the_next_server_has_it(self, opener):
        opener.wait(opener.open().close())
        opener.open()

    def test_a_refused_file_is_let_go(self, opener):
        opener.path.write_bytes(b"no database" * 500)
        with pytest.raises(LocalError):
            opener.open()
        opener.path.unlink()
        opener.open()

    def test_a_hold_ends_with_its_release(self, tmp_path):
        first = Hold(tmp_path / "log.sqlite")
        first.release()
        Hold(tmp_path / "log.sqlite").release()


def test_an_old_sqlite_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_OLDEST", (99, 0, 0))
    with pytest.raises(LocalError, match="is too old"):
        opened(tmp_path / "log.sqlite")
