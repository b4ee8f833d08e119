from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from scoreboard.log.interface import LogBusy, LogUnavailable
from scoreboard.model.errors import LocalError
from tests.support.entries import GAME, OTHER, entries, entry


@pytest.fixture(params=[True, False], ids=["beside the writer", "in the writer's thread"])
def log(request, opener):
    opened = opener.open(shared_memory=request.param)
    opener.wait(opened.append(GAME, 0, entries(1, 20)))
    return opened


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "copy.sqlite"


def test_a_backup_is_a_valid_log(opener, log, copy):
    opener.wait(log.backup(copy))
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    restored = opener.open(copy)
    assert tuple(entries(1, 20)) == opener.wait(restored.read(GAME, 0, 100))


def test_a_log_that_goes_on_from_a_backup_has_another_epoch(opener, log, copy):
    """Its next entries get numbers that followers know already for others."""
    before = opener.wait(log.tip(GAME))
    opener.wait(log.backup(copy))
    restored = opener.open(copy)
    after = opener.wait(restored.tip(GAME))
    assert (before.seq, True) == (after.seq, after.epoch > before.epoch)
    assert after.epoch == opener.wait(restored.append(GAME, 20, [entry(21)])).epoch
    opener.wait(restored.close())
    assert after.epoch == opener.wait(opener.open(copy).tip(GAME)).epoch


def test_the_log_itself_keeps_its_epoch(opener, log, copy):
    before = opener.wait(log.tip(GAME))
    opener.wait(log.backup(copy))
    assert before == opener.wait(log.tip(GAME))


def test_a_backup_under_load_is_a_prefix_of_every_game(opener, log, copy):
    answers = []
    copied = None
    for seq in range(1, 401):
        answers.append(log.append(OTHER, seq - 1, [entry(seq)]))
        if seq == 100:
            opener.wait(answers[-1])
            copied = log.backup(copy)
    opener.wait(copied)
    for answer in answers:
        opener.wait(answer)
    restored = opener.open(copy)
    kept = opener.wait(restored.read(OTHER, 0, 1000))
    assert len(kept) >= 100
    assert tuple(entries(1, len(kept))) == kept


def test_a_backup_replaces_the_one_before_and_leaves_nothing_else(opener, log, copy, tmp_path):
    copy.with_name("copy.sqlite.tmp").write_bytes(b"left by a backup that was killed")
    opener.wait(log.backup(copy))
    opener.wait(log.append(GAME, 20, [entry(21)]))
    opener.wait(log.backup(copy))
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite"]
    assert opener.wait(opener.open(copy).tip(GAME)).seq == 21


def test_a_backup_that_fails_leaves_the_one_before(opener, log, copy):
    opener.wait(log.backup(copy))
    (copy.with_name("copy.sqlite.tmp")).mkdir()
    with pytest.raises(LogUnavailable, match=r"copy\.sqlite: "):
        opener.wait(log.backup(copy))
    copy.with_name("copy.sqlite.tmp").rmdir()
    assert opener.wait(opener.open(copy).tip(GAME)).seq == 20


def test_a_backup_into_a_folder_that_is_not_there_is_refused(opener, log, tmp_path):
    with pytest.raises(LogUnavailable, match="nowhere"):
        opener.wait(log.backup(tmp_path / "nowhere" / "copy.sqlite"))
    opener.wait(log.append(GAME, 20, [entry(21)]))


def test_one_backup_is_made_at_a_time(opener, log, copy):
    first, second = log.backup(copy), log.backup(copy)
    with pytest.raises(LogBusy, match="another backup"):
        opener.wait(second)
    opener.wait(first)
    opener.wait(log.backup(copy))


def test_a_log_is_not_its_own_backup(opener, log):
    with pytest.raises(LocalError, match="cannot be its own backup"):
        opener.wait(log.backup(opener.path))


def test_a_closed_log_is_not_copied(opener, log, copy):
    opener.wait(log.close())
    with pytest.raises(LogUnavailable):
        opener.wait(log.backup(copy))
    assert not copy.exists()
