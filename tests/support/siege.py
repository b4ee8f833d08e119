"""
What an attack does to a server and to those who follow it meanwhile.

Rule: an attacker is a plain socket that says what it is told to; what is measured is the
server's processor time and memory, how each attacker ended, and how late a few dozen real
followers heard of plays that were recorded meanwhile.
"""

from __future__ import annotations

import http.client
import json
import re
import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from tests.support.server import PATIENCE, Server
from tests.support.viewer import Viewer, _frame, read_until

#: The game that is followed, and one of usual length that is not.
GAME, LONG = "g0000000001", "g0000000002"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
LIVE = {"type": "status", "status": "in_progress", "period_index": 1}

#: What of the server's last words is kept, bytes.
_HEARD = 64 * 1024
_CLOSE, _SUBSCRIBED = 0x8, 33


class Attacker:
    """
    One connection.

    Args:
        source: its own address.
        room: bytes that its kernel takes before it is read; 0: as usual.
        reads: whether what the server says is read.

    Attributes:
        ended: how: an HTTP status, a close code, "reset", "closed" or "refused"; "" while it
            is there.
        took_s: seconds from its beginning to that.
    """

    def __init__(
        self, port: int, source: str = "", *, room: int = 0, reads: bool = True, first: bytes = b""
    ) -> None:
        self.reads = reads
        self.heard = bytearray()
        self.sent = 0
        self.turns = 0
        self.ended = ""
        self.took_s = 0.0
        self.began = time.monotonic()
        self.socket = socket.socket()
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.connect(("127.0.0.1", port))
            if first:
                self.socket.sendall(first)
        except OSError:
            self._end("refused")
        self.socket.setblocking(False)
        self._left = b""

    def read(self) -> None:
        """Take what is there."""
        try:
            data = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            self._end("reset")
            return
        if data:
            self.heard += data
            del self.heard[:-_HEARD]
            code = close_code(bytes(self.heard))
            if code is not None:
                self._end(str(code))
        else:
            self._end("closed")

    def write(self, words: Callable[[], bytes]) -> None:
        """Say as much as is taken."""
        if not self._left:
            self._left = words()
            self.turns += 1
        try:
            count = self.socket.send(self._left)
        except BlockingIOError:
            return
        except OSError:
            self._end("reset")
            return
        self.sent += count
        self._left = self._left[count:]

    def _end(self, how: str) -> None:
        if self.ended:
            return
        status = re.match(rb"HTTP/1\.1 ([2-5]\d\d)", self.heard)
        if how in {"closed", "reset"} and status is not None:
            how = status[1].decode()
        self.ended = how
        self.took_s = time.monotonic() - self.began
        self.socket.close()

    def leave(self) -> None:
        """Hang up."""
        self._end("left")


def close_code(heard: bytes) -> int | None:
    """The code of the close frame that the server has sent."""
    head, found, rest = heard.partition(b"\r\n\r\n")
    if not found or not head.startswith(b"HTTP/1.1 101"):
        return None
    while (frame := _frame(rest)) is not None:
        opcode, payload, rest = frame
        if opcode == _CLOSE:
            return int.from_bytes(payload[:2])
    return None


def besiege(
    attackers: Sequence[Attacker],
    words: Callable[[], bytes] | None,
    seconds: float,
    pause_s: float = 0.0,
) -> None:
    """
    Have all of them speak until each has been ended, or the time is over.

    Args:
        words: what to say next; None: nothing.
        pause_s: between two turns of all.
    """
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        events = (selectors.EVENT_WRITE if words else 0) | selectors.EVENT_READ
        for one in attackers:
            if not one.ended:
                wanted = events if one.reads else events & ~selectors.EVENT_READ
                selector.register(one.socket, wanted or selectors.EVENT_READ, one)
        while selector.get_map() and time.monotonic() < until:
            ready = selector.select(0.05)
            for key, mask in ready:
                one: Attacker = key.data
                if mask & selectors.EVENT_READ and one.reads:
                    one.read()
                if mask & selectors.EVENT_WRITE and not one.ended and words is not None:
                    one.write(words)
                if one.ended:
                    selector.unregister(key.fileobj)
            if pause_s:
                time.sleep(pause_s)


class Followers:
    """
    Real followers of one game, and the feed that tells it; in threads of their own.

    Attributes:
        late_ms: how long each play took from the feed to each follower.
        refused: plays that were not recorded.
    """

    def __init__(self, server: Server, number: int = 30, every_s: float = 0.05) -> None:
        self.late_ms: list[float] = []
        self.refused = 0
        self._server = server
        self._every_s = every_s
        self._sent: dict[int, float] = {}
        self._is_over = threading.Event()
        self._plays = 0
        self.viewers = [Viewer(server, GAME) for _ in range(number)]
        read_until(self.viewers, lambda viewer: viewer.heard(_SUBSCRIBED))
        self._threads = [
            threading.Thread(target=of, daemon=True) for of in (self._feed, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Followers:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Until every play that was sent has been heard."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        for viewer in self.viewers:
            if not viewer.is_over:
                viewer.socket.close()

    def mark(self) -> int:
        """Where the measured times stand."""
        return len(self.late_ms)

    def p99_ms(self, since: int = 0) -> float:
        """Of the times from there on."""
        times = sorted(self.late_ms[since:])
        return times[min(len(times) - 1, len(times) * 99 // 100)] if times else 0.0

    @property
    def lost(self) -> int:
        """Followers that were closed."""
        return sum(viewer.is_over for viewer in self.viewers)

    def _feed(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE)
        headers = {"Authorization": "Bearer secret", "Content-Type": "application/json"}
        while not self._is_over.wait(self._every_s):
            body, began = json.dumps(_play(self._plays)), time.monotonic()
            self._plays += 1
            line.request("POST", f"/v1/feeds/arena/games/{GAME}/messages", body, headers)
            said = json.loads(line.getresponse().read())
            if said.get("seq"):
                self._sent[said["seq"]] = began
            else:
                self.refused += 1
        line.close()

    def _read(self) -> None:
        last = 0.0
        with selectors.DefaultSelector() as selector:
            for viewer in self.viewers:
                selector.register(viewer.socket, selectors.EVENT_READ, viewer)
            while not (self._is_over.is_set() and time.monotonic() > last + 0.5):
                for key, _ in selector.select(0.1):
                    viewer: Viewer = key.data
                    viewer.read()
                    last = time.monotonic()
                    if viewer.is_over:
                        selector.unregister(key.fileobj)
                    self._note(viewer)

    def _note(self, viewer: Viewer) -> None:
        """What came, came now: an event may be read before its answer is."""
        said, viewer.said = viewer.said, []
        for at, message in said:
            if message[0] != 36:
                continue
            began = self._sent.get(message[5]["seq"])
            if began is None:
                viewer.said.append((at, message))
            else:
                self.late_ms.append((at - began) * 1_000)


def _play(number: int) -> dict[str, Any]:
    side = ("home", "away")[number % 2]
    return {
        "type": "play",
        "provider_play_id": f"s{time.monotonic_ns()}",
        "play": {
            "play_type": "2pt",
            "period_index": 1,
            "clock_ms": 720_000 - number % 700_000,
            "team_id": side,
            "points": 2,
            "result": "made",
            "text": "a basket",
        },
    }


def begin(server: Server) -> None:
    """The game of `GAME` is on, and that of `LONG` is nearly over."""
    for game, plays in ((GAME, 0), (LONG, 400)):
        path = f"/v1/feeds/arena/games/{game}/messages"
        assert server.request("PUT", f"/v1/games/{game}", META).status == 200
        told = [LIVE, *(_play(number) for number in range(plays))]
        body = b"\n".join(json.dumps(message).encode() for message in told)
        reply = server.request("POST", path, body, Content_Type="application/x-ndjson")
        assert reply.status == 200, reply.body[-400:]


@attrs.frozen
class Load:
    """What a server has used so far."""

    at: float
    cpu_s: float
    rss_kib: int

    @classmethod
    def of(cls, server: Server) -> Load:
        pid = server.process.pid
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        rss = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        assert rss is not None
        # proc(5): utime and stime are the 14th and 15th field, in ticks of 1/100 s.
        return cls(time.monotonic(), (int(fields[11]) + int(fields[12])) / 100, int(rss[1]))


@attrs.frozen
class Outcome:
    """
    What an attack did.

    Attributes:
        many: attackers.
        ended: how they ended, and how many of them so.
        slowest_s: until the last of them was closed.
        wall_s, cpu_s: how long it took, and what the server's processor did of it.
        rss_kib: that it has grown by.
        quiet_ms, during_ms: how late 99 of 100 plays were to the followers, at most.
    """

    name: str
    many: int
    ended: Counter[str]
    slowest_s: float
    wall_s: float
    cpu_s: float
    rss_kib: int
    quiet_ms: float
    during_ms: float
    lost: int

    @property
    def cells(self) -> list[str]:
        """As a row of a table."""
        ended = " ".join(f"{how}:{count}" for how, count in sorted(self.ended.items()))
        return [
            self.name,
            str(self.many),
            ended,
            f"{self.slowest_s:.2f} s",
            f"{self.cpu_s:.2f} of {self.wall_s:.2f} s",
            f"{self.rss_kib / 1024:+.1f} MiB",
            f"{self.quiet_ms:.0f} ms",
            f"{self.during_ms:.0f} ms" if self.during_ms else "-",
            str(self.lost),
        ]


#: The heads of the columns of `Outcome.cells`.
HEADS = [
    "attack",
    "many",
    "ended",
    "slowest",
    "cpu",
    "memory",
    "p99 quiet",
    "p99 then",
    "lost",
]


def measured(
    server: Server,
    followers: Followers,
    name: str,
    attack: Callable[[], Iterable[Attacker]],
    quiet_s: float,
) -> Outcome:
    """What `attack` does, after a quiet while."""
    mark = followers.mark()
    time.sleep(quiet_s)
    quiet_ms = followers.p99_ms(mark)
    mark, before = followers.mark(), Load.of(server)
    attackers = list(attack())
    after = Load.of(server)
    during_ms = followers.p99_ms(mark)
    for one in attackers:
        one.leave()
    return Outcome(
        name,
        len(attackers),
        Counter(one.ended for one in attackers),
        max((one.took_s for one in attackers if one.ended != "left"), default=0.0),
        after.at - before.at,
        after.cpu_s - before.cpu_s,
        after.rss_kib - before.rss_kib,
        quiet_ms,
        during_ms,
        followers.lost,
    )
