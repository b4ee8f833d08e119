"""A disk that is full or broken, and what is left when it works again."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scoreboard.log.interface import LogUnavailable, NotAtTip
from scoreboard.log.sqlite import SqliteLog
from tests.support.entries import GAME, OTHER, entries, entry

#: Bytes of an entry that fills a small disk soon.
LARGE = "x" * 20_000


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    tried = subprocess.run(mount, capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no small disk can be mounted: {tried.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Writes beyond `size` bytes of a file fail, as they do on a broken disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(opener, log: SqliteLog) -> int:
    """Append to GAME until the disk takes no more; the last position that was answered."""
    for seq in range(1, 1000):
        try:
            opener.wait(log.append(GAME, seq - 1, [entry(seq, LARGE)]))
        except LogUnavailable as fault:
            if "full" not in str(fault):
                raise
            return seq - 1
    raise AssertionError("the disk never became full")


def test_a_full_disk_is_said_and_loses_nothing(opener, small_disk):
    log = opener.open(small_disk / "log.sqlite")
    last = fill(opener, log)
    assert tuple(entries(1, last, LARGE)) == opener.wait(log.read(GAME, 0, 1000))
    assert opener.wait(log.tip(GAME)).seq == last
    opener.wait(log.close())
    again = opener.open(small_disk / "log.sqlite")
    assert tuple(entries(1, last, LARGE)) == opener.wait(again.read(GAME, 0, 1000))
    opener.wait(again.close())


def test_when_there_is_room_again_the_log_goes_on(opener, small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 400_000)
    log = opener.open(small_disk / "log.sqlite")
    last = fill(opener, log)
    ballast.unlink()
    assert opener.wait(log.append(GAME, last, [entry(last + 1, LARGE)])).seq == last + 1
    opener.wait(log.close())


def test_a_failed_commit_fails_all_that_shared_it_and_what_builds_on_it(opener):
    log = opener.open()
    opener.wait(log.append(GAME, 0, [entry(1)]))
    with files_up_to(100_000):
        answers = [
            log.append(OTHER, 0, [entry(1)]),
            log.append(GAME, 1, entries(2, 20, LARGE)),
            log.append(GAME, 20, [entry(21)]),
        ]
        for answer in answers:
            with pytest.raises((LogUnavailable, NotAtTip)) as caught:
                opener.wait(answer)
            # Which of them share a commit is up to the thread; the large one decides.
            assert answer is not answers[1] or isinstance(caught.value, LogUnavailable)
        assert opener.wait(log.tip(GAME)).seq == 1
    opener.wait(log.append(GAME, 1, entries(2, 20, LARGE)))
    assert opener.wait(log.append(GAME, 20, [entry(21)])).seq == 21


def test_reads_go_on_while_the_disk_is_broken(opener):
    log = opener.open()
    opener.wait(log.append(GAME, 0, entries(1, 3)))
    with files_up_to(0):
        with pytest.raises(LogUnavailable, match=r"log\.sqlite: disk I/O error"):
            opener.wait(log.append(GAME, 3, [entry(4)]))
        assert tuple(entries(1, 3)) == opener.wait(log.read(GAME, 0, 10))
    assert opener.wait(log.append(GAME, 3, [entry(4)])).seq == 4
