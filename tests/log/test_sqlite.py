from __future__ import annotations

import shutil
import sqlite3
import threading
from collections import deque
from contextlib import closing

import pytest

from scoreboard.log.interface import Commit, LogBusy, LogUnavailable, NotAtTip
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position
from tests.support.entries import GAME, OTHER, entries, entry


class Gate:
    """Keeps the thread that writes busy, so that appends have to wait."""

    def __init__(self, log: SqliteLog) -> None:
        self._open = threading.Event()
        log._store.put(lambda _: self._open.wait(20))

    def open(self) -> None:
        self._open.set()


def rows(path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM entry").fetchone()[0]


class TestDurability:
    def test_every_commit_is_synced_in_the_write_ahead_log(self, opener):
        log = opener.open()
        for name, expected in (("journal_mode", "wal"), ("synchronous", 2), ("mmap_size", 0)):
            answer = log._store.ask(
                lambda held, name=name: held.connection.execute(f"PRAGMA {name}").fetchone()
            )
            assert expected == opener.wait(answer)[0]

    def test_an_append_is_answered_after_others_can_see_it(self, opener):
        log = opener.open()
        seen = []
        for seq in range(1, 21):
            answer = log.append(GAME, seq - 1, [entry(seq)])
            answer.addCallback(lambda _: seen.append(rows(opener.path)))
            opener.wait(answer)
        assert list(range(1, 21)) == seen

    def test_what_was_answered_outlives_the_process(self, opener, tmp_path):
        """The files as they are at the answer, without a close, are what a killed server leaves."""
        log = opener.open()
        tip = opener.wait(log.append(GAME, 0, entries(1, 50)))
        left = tmp_path / "left"
        left.mkdir()
        for name in ("log.sqlite", "log.sqlite-wal"):
            shutil.copy(tmp_path / name, left / name)
        again = opener.open(left / "log.sqlite")
        assert tuple(entries(1, 50)) == opener.wait(again.read(GAME, 0, 100))
        assert tip == opener.wait(again.tip(GAME))

    def test_a_close_leaves_one_file(self, opener, tmp_path):
        log = opener.open()
        opener.wait(log.append(GAME, 0, entries(1, 5)))
        opener.wait(log.close())
        left = {path.name for path in tmp_path.iterdir()}
        assert {"log.sqlite", "log.sqlite.lock"} == left

    def test_one_connection_can_write(self, opener):
        log = opener.open()
        attempt = log._reader.ask(lambda connection: connection.execute("DELETE FROM entry"))
        with pytest.raises(LogUnavailable, match="readonly"):
            opener.wait(attempt)


class TestGroups:
    def test_what_waits_shares_one_commit_and_one_call_to_the_reactor(self, opener):
        commits: list[Commit] = []
        log = opener.open(on_commit=commits.append)
        gate = Gate(log)
        before = opener.pump.turns
        games = [GameId(f"g{number:010}") for number in range(100)]
        answers = [log.append(game, 0, entries(1, 2)) for game in games]
        gate.open()
        for answer in answers:
            opener.wait(answer)
        assert [(commit.appends, commit.entries) for commit in commits] == [(100, 200)]
        assert commits[0].size > 200 * 50
        assert commits[0].seconds > 0
        assert before + 1 == opener.pump.turns

    def test_a_transaction_is_bounded(self, opener):
        commits: list[Commit] = []
        log = opener.open(on_commit=commits.append)
        gate = Gate(log)
        large = "x" * 300_000
        answers = [log.append(GAME, seq - 1, [entry(seq, large)]) for seq in range(1, 9)]
        answers += [log.append(OTHER, seq - 1, [entry(seq)]) for seq in range(1, 601)]
        gate.open()
        for answer in answers:
            opener.wait(answer)
        assert [commit.appends for commit in commits] == [4, 4, 256, 256, 88]

    def test_a_refused_append_fails_alone_in_its_batch(self, opener):
        commits: list[Commit] = []
        log = opener.open(on_commit=commits.append)
        gate = Gate(log)
        good, bad = log.append(GAME, 0, [entry(1)]), log.append(OTHER, 3, [entry(4)])
        gate.open()
        with pytest.raises(NotAtTip):
            opener.wait(bad)
        assert opener.wait(good).seq == 1
        assert [(commit.appends, commit.entries) for commit in commits] == [(1, 1)]

    def test_an_append_that_builds_on_a_refused_one_fails_though_it_fits(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, entries(1, 4)))
        gate = Gate(log)
        late, builds_on_it = log.append(GAME, 3, [entry(4)]), log.append(GAME, 4, [entry(5)])
        gate.open()
        for answer in (late, builds_on_it):
            with pytest.raises(NotAtTip):
                opener.wait(answer)
        assert opener.wait(log.append(GAME, 4, [entry(5)])).seq == 5

    def test_what_waits_is_bounded_and_the_sender_is_told(self, opener):
        log = opener.open(max_waiting=10)
        gate = Gate(log)
        answers = [log.append(GAME, 0, entries(1, 6)), log.append(GAME, 6, entries(7, 10))]
        assert log.waiting == 10
        with pytest.raises(LogBusy, match="10 entries wait for the disk"):
            opener.wait(log.append(GAME, 10, [entry(11)]))
        gate.open()
        for answer in answers:
            opener.wait(answer)
        assert log.waiting == 0
        assert opener.wait(log.append(GAME, 10, [entry(11)])).seq == 11

    def test_a_read_does_not_wait_for_the_writer(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, [entry(1)]))
        gate = Gate(log)
        assert (entry(1),) == opener.wait(log.read(GAME, 0, 5))
        gate.open()


class TestNotes:
    def test_notes_go_along_with_the_next_batch(self, opener):
        commits: list[Commit] = []
        log = opener.open(on_commit=commits.append)
        log.keep(GAME, {"a": b"one"})
        opener.wait(log.ping())
        assert opener.wait(log.kept(GAME, ["a"])) == (None,)
        opener.wait(log.append(GAME, 0, [entry(1)]))
        assert opener.wait(log.kept(GAME, ["a"])) == (b"one",)
        assert [(commit.appends, commit.entries) for commit in commits] == [(1, 1)]

    def test_a_batch_takes_a_few_and_leaves_the_rest_to_the_next(self, opener):
        log = opener.open()
        log.keep(GAME, {f"n{number}": b"" for number in range(6)})
        counts = []
        for seq in (1, 2, 3):
            opener.wait(log.append(GAME, seq - 1, [entry(seq)]))
            found = opener.wait(log.kept(GAME, [f"n{number}" for number in range(6)]))
            counts.append(len(found) - found.count(None))
        assert counts == [4, 6, 6]

    def test_notes_are_taken_by_the_thread_that_writes_them(self, opener):
        takers = set()

        class Seen(deque):
            def popleft(self):
                takers.add(threading.current_thread().name)
                return super().popleft()

        log = opener.open()
        log._writer._notes = Seen()
        log.keep(GAME, {f"n{number}": b"" for number in range(70)})
        opener.wait(log.append(GAME, 0, [entry(1)]))
        assert None not in opener.wait(log.kept(GAME, [f"n{number}" for number in range(70)]))
        assert threading.current_thread().name not in takers
        assert len(takers) == 1

    @pytest.mark.parametrize("many", [2, 100])
    def test_notes_that_cannot_be_written_harm_nobody(self, opener, many):
        log = opener.open()
        dropped = log._store.ask(lambda held: held.connection.execute("DROP TABLE note").fetchall())
        opener.wait(dropped)
        log.keep(GAME, {f"n{number}": b"" for number in range(many)})
        assert opener.wait(log.append(GAME, 0, [entry(1)])).seq == 1
        assert opener.wait(log.append(GAME, 1, [entry(2)])).seq == 2
        assert tuple(entries(1, 2)) == opener.wait(log.read(GAME, 0, 5))
        with pytest.raises(LogUnavailable, match="no such table: note"):
            opener.wait(log.kept(GAME, ["n0"]))


class TestLife:
    def test_a_log_starts_once(self, opener):
        log = opener.open()
        with pytest.raises(LocalError, match="a log that is OPEN meets START"):
            opener.wait(log.start())

    def test_a_log_that_is_closed_while_it_starts_does_not_open(self, opener):
        log = opener.make()
        started, closed = log.start(), log.close()
        with pytest.raises(LogUnavailable):
            opener.wait(started)
        opener.wait(closed)
        opener.wait(opener.open().close())

    def test_a_log_whose_file_was_refused_can_be_closed(self, opener):
        opener.path.write_bytes(b"not a database, but long enough to be one" * 100)
        log = opener.make()
        with pytest.raises(LocalError):
            opener.wait(log.start())
        with pytest.raises(LogUnavailable, match="the log is failed"):
            opener.wait(log.append(GAME, 0, [entry(1)]))
        opener.wait(log.close())

    def test_threads_end_with_the_log(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, [entry(1)]))
        opener.wait(log.close())
        left = [thread.name for thread in threading.enumerate() if str(opener.path) in thread.name]
        assert left == []

    def test_a_path_may_have_any_characters(self, opener, tmp_path):
        odd = tmp_path / "100% ?#ü 'a'"
        odd.mkdir()
        log = opener.open(odd / "file:log?mode=ro.sqlite")
        opener.wait(log.append(GAME, 0, [entry(1)]))
        assert (entry(1),) == opener.wait(log.read(GAME, 0, 5))


class TestDamage:
    def test_a_damaged_entry_is_named(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, entries(1, 3)))
        opener.wait(log.close())
        with closing(sqlite3.connect(opener.path)) as connection:
            connection.execute("UPDATE entry SET body = x'ff' WHERE seq = 2")
            connection.commit()
        log = opener.open()
        with pytest.raises(LocalError, match=f"{GAME}: entry 2 is damaged"):
            opener.wait(log.read(GAME, 0, 5))
        assert (entry(3),) == opener.wait(log.read(GAME, 2, 5))

    def test_a_missing_entry_is_named(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, entries(1, 3)))
        opener.wait(log.close())
        with closing(sqlite3.connect(opener.path)) as connection:
            connection.execute("DELETE FROM entry WHERE seq = 2")
            connection.commit()
        log = opener.open()
        with pytest.raises(LocalError, match="entry 2 is missing, 3 is in its place"):
            opener.wait(log.read(GAME, 0, 5))

    def test_a_fault_that_nobody_thought_of_fails_its_batch_and_not_the_thread(self, opener):
        log = opener.open()
        opener.wait(log.append(GAME, 0, [entry(1)]))
        opener.wait(log._store.ask(lambda held: held._tips.__setitem__(GAME, None)))
        with pytest.raises(LogUnavailable, match="NoneType"):
            opener.wait(log.append(GAME, 1, [entry(2)]))
        assert Position(101, 2) == opener.wait(log.append(GAME, 1, [entry(2)]))

    def test_a_transaction_that_could_not_be_ended_is_ended_before_the_next(self, opener):
        log = opener.open()
        opener.wait(log._store.ask(lambda held: held.connection.execute("BEGIN").fetchall()))
        assert opener.wait(log.append(GAME, 0, [entry(1)])).seq == 1
