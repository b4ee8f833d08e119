"""A disk that is full, broken or read-only under a server, and files that were left torn."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scoreboard.tools.load_line import Line
from tests.durability.audit import left_in
from tests.durability.disk import LossyDisk, lossy_is_missing
from tests.durability.lossy import BROKEN, WORKS
from tests.durability.talk import GAME, begin, play, post, shown
from tests.support.server import PATIENCE, Server

needs_lossy = pytest.mark.skipif(lossy_is_missing() is not None, reason=f"{lossy_is_missing()}")

#: Messages that a disk refuses in a row.
_REFUSED = 30


@contextmanager
def started(folder: Path, **options) -> Iterator[Server]:
    """A server that is killed at the end; it must have no fault of its own."""
    server = Server(folder, **options)
    try:
        yield server
        assert server.complaints == []
    finally:
        server.stop(signal.SIGKILL)


@pytest.fixture
def small(tmp_path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip(f"no small disk can be mounted: {tried.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def breakable(tmp_path) -> Iterator[Path]:
    """A file system that can be told to fail."""
    disk = LossyDisk(tmp_path, seed=1, keeps=0.0)
    yield disk.fresh(0)
    disk.close()


def told(mount: Path, name: str) -> None:
    """Tell a lossy file system something."""
    with suppress(OSError):
        (mount / name).mkdir()


def is_refused(server: Server, number: int, text: str = "") -> bool:
    """Whether a message is answered as it must be when it cannot be recorded."""
    reply = post(server, play(str(number), text))
    if reply.status == 200:
        return False
    assert (reply.status, reply.json["code"]) == (503, "unavailable")
    assert (reply.headers["retry-after"], reply.json["retry_ms"]) == ("1", 1000)
    return True


def refused_all_the_same(server: Server, first: int, text: str = "") -> None:
    """Nothing is taken, everything is shown, and the server's log is not flooded."""
    before = shown(server)
    for number in range(first, first + _REFUSED):
        assert is_refused(server, number, text)
    line = Line("127.0.0.1", server.port, "arena", "secret", PATIENCE)
    line.submit(GAME, [play("over WAMP", text)])
    line.flush()
    assert [a["code"] for _, answers in line.answers() for a in answers] == ["unavailable"]
    line.close()
    assert server.request("GET", "/healthz").status == 200
    assert server.request("GET", "/v1/games").json["games"][0]["seq"] == before["seq"]
    assert server.request("GET", f"/v1/games/{GAME}?asof=2").json["seq"] == 2
    assert shown(server) == before
    lines = [line for line in server.output if "nothing is recorded" in line]
    assert len(lines) == 1
    assert "games.sqlite: " in lines[0]


class TestFull:
    LONG = "x" * 4_000

    def test_a_full_disk_is_said_costs_no_reader_and_loses_nothing(self, tmp_path, small):
        ballast = small / "ballast"
        ballast.write_bytes(bytes(1_000_000))
        with started(tmp_path, data=small) as server:
            begin(server)
            last = next(n for n in range(1_000) if is_refused(server, n, self.LONG))
            assert last > 10
            refused_all_the_same(server, last, self.LONG)
            ballast.unlink()
            for number in range(last, last + 5):
                assert not is_refused(server, number, self.LONG)
            end = shown(server)
            assert len(end["plays"]) == last + 5
            assert any("recorded again after" in line for line in server.output)
        assert len(left_in(small)[GAME].rows) == end["seq"]
        with started(tmp_path, data=small) as again:
            assert shown(again) == end

    def test_a_server_can_start_on_a_full_disk_and_be_read(self, tmp_path, small):
        with started(tmp_path, data=small) as server:
            begin(server)
            post(server, play("1"))
            end = shown(server)
        with suppress(OSError), (small / "ballast").open("wb") as ballast:
            while ballast.write(bytes(4_096)):
                ballast.flush()
        with started(tmp_path, data=small) as again:
            assert shown(again) == end
            (small / "ballast").unlink()
            assert post(again, play("2")).status == 200


@needs_lossy
class TestBroken:
    @pytest.mark.parametrize("how", BROKEN)
    def test_a_disk_that_breaks_is_said_and_works_again(self, tmp_path, breakable, how):
        options = {"data": breakable, "log": LossyDisk.settings}
        with started(tmp_path, **options) as server:
            begin(server)
            assert post(server, play("first")).status == 200
            told(breakable, how)
            refused_all_the_same(server, 100)
            told(breakable, WORKS)
            answers = [post(server, play(str(number))) for number in range(100, 105)]
            assert [answer.status for answer in answers] == [200] * 5
            end = shown(server)
        with started(tmp_path, **options) as again:
            assert shown(again) == end
            assert len(end["plays"]) == len({p["provider_refs"]["arena"] for p in end["plays"]})


def left(tmp_path: Path) -> tuple[Path, Path, dict]:
    """The files of a server that was killed, and what it showed at the end."""
    with started(tmp_path) as server:
        begin(server)
        for number in range(20):
            assert post(server, play(str(number))).status == 200
        end = shown(server)
    return tmp_path / "games.sqlite", tmp_path / "games.sqlite-wal", end


def _garbage(data: bytes) -> bytes:
    return data + os.urandom(3_000)


def _frame_of_which_half_came(data: bytes) -> bytes:
    """A last frame that looks like those before it, and of which the page is torn."""
    size = 24 + int.from_bytes(data[8:12], "big")
    frame = data[-size:]
    return data + frame[: size // 2]


def _frame_with_a_torn_page(data: bytes) -> bytes:
    size = 24 + int.from_bytes(data[8:12], "big")
    frame = data[-size:]
    return data + frame[: size // 2] + bytes(size - size // 2)


class TestTorn:
    """What a power cut may leave behind the last commit is not there for the next server."""

    @pytest.mark.parametrize(
        "tear",
        [_garbage, _frame_of_which_half_came, _frame_with_a_torn_page],
        ids=lambda f: f.__name__,
    )
    def test_what_is_behind_the_last_commit_is_not_taken(
        self, tmp_path, tear: Callable[[bytes], bytes]
    ):
        _, wal, end = left(tmp_path)
        wal.write_bytes(tear(wal.read_bytes()))
        with started(tmp_path) as server:
            assert shown(server) == end
            assert post(server, play("next")).json["seq"] == end["seq"] + 1

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
    def test_of_a_log_that_was_cut_short_a_whole_beginning_is_shown(self, tmp_path, share):
        """No power cut does this to what was synced; a disk that lies does."""
        _, wal, end = left(tmp_path)
        data = wal.read_bytes()
        wal.write_bytes(data[: int(len(data) * share)])
        found = left_in(tmp_path)[GAME]
        assert [seq for seq, _ in found.rows] == list(range(1, len(found.rows) + 1))
        with started(tmp_path) as server:
            now = shown(server)
            assert now["seq"] == len(found.rows) < end["seq"]
            assert now["plays"] == end["plays"][: len(now["plays"])]

    def test_a_damaged_database_is_named_and_not_served(self, tmp_path):
        with started(tmp_path) as server:
            begin(server)
            for number in range(60):
                post(server, play(str(number), "x" * 2_000))
            assert server.stop() == 0
        database = tmp_path / "games.sqlite"
        data = bytearray(database.read_bytes())
        at = len(data) // 2 // 4_096 * 4_096
        data[at : at + 4_096] = bytes(4_096)
        database.write_bytes(data)
        with pytest.raises(
            AssertionError, match=r"scoreboard: .*games\.sqlite: .*(malformed|damaged)"
        ):
            Server(tmp_path)

    def test_a_read_only_place_is_named(self, tmp_path, small):
        with started(tmp_path, data=small) as server:
            begin(server)
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        with pytest.raises(AssertionError, match=r"scoreboard: .*games\.sqlite\.lock: Read-only"):
            Server(tmp_path, data=small)
