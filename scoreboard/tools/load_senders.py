"""
How the events of a load are made up, and said to a server that answers one request at a time.

Rule: the same events in the same order have the same content, whichever way they go in. Shell.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import attrs

#: Seconds that a request may take.
PATIENCE_S = 30.0

#: Points of a made-up score before it starts again at 0, far below any sport's limit.
_POINTS = 100

#: Milliseconds of a period of the games (NBA), and between two reports of its clock.
_PERIOD_MS, _CLOCK_STEP_MS = 720_000, 1_000


@attrs.frozen
class FeedPlan:
    """
    What a feed sends, and where to.

    Attributes:
        to: "http://HOST:PORT"; "wamp://HOST:PORT" for the same server, with calls instead of
            requests; "lines://HOST:PORT" for a server of `scoreboard bench`.
        games: game ids.
        connections: most that are open to the server; a game's messages go over one of them.
    """

    to: str
    games: tuple[str, ...]
    marks: str
    source: str = "load"
    token: str = ""
    connections: int = 32

    @property
    def way(self) -> str:
        """http, wamp or lines."""
        return urlsplit(self.to).scheme

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        found = urlsplit(self.to)
        return found.hostname or "127.0.0.1", found.port or 80


class Script:
    """Messages about made-up games."""

    def __init__(self) -> None:
        self._points: dict[str, int] = {}
        self._clock: dict[str, int] = {}

    def message(self, game: str, seq: int, is_tick: bool) -> dict[str, Any]:
        """The next of a game, which will stand at `seq`: a clock's report, or a score."""
        return self._report(game, seq) if is_tick else self._score(game, seq)

    def _score(self, game: str, seq: int) -> dict[str, Any]:
        """Scores rise point by point, and begin again by a correction."""
        points = self._points[game] = (self._points.get(game, 0) + 1) % _POINTS
        score = {"type": "score", "home": points, "away": 0, "source_seq": seq}
        return score if points else {**score, "correction": True, "reason": "load"}

    def _report(self, game: str, seq: int) -> dict[str, Any]:
        left = (self._clock.get(game, _PERIOD_MS) - _CLOCK_STEP_MS) % _PERIOD_MS
        self._clock[game] = left
        report = {"type": "clock", "period_index": 1, "value_ms": left, "running": True}
        return {**report, "source_seq": seq}


class Sender(Protocol):
    """One connection of a feed that waits for each answer."""

    def create(self, game: str) -> int:
        """Make the game; the position of its last event."""

    def send(self, game: str, first: int, ticks: Sequence[bool]) -> list[int]:
        """Send an event for each of `ticks`, of which the first will stand at `first`; where
        they stand, 0 if they are refused.
        """


class HttpSender:
    """Messages, posted as a feed does."""

    def __init__(self, plan: FeedPlan) -> None:
        self._plan = plan
        self._connection = http.client.HTTPConnection(*plan.address, timeout=PATIENCE_S)
        self._script = Script()

    def create(self, game: str) -> int:
        """Make the game, and begin it."""
        teams = {
            side: {"abbrev": side[:3].upper(), "name": f"{side} {game}"}
            for side in ("home", "away")
        }
        meta = {"league": "nba_", "ruleset_id": "nba", "teams": teams}
        start = {"type": "status", "status": "in_progress", "source_seq": 1}
        self._asked("PUT", f"/v1/games/{game}", [meta])
        return int(self._posted(game, [start])[-1]["seq"])

    def send(self, game: str, first: int, ticks: Sequence[bool]) -> list[int]:
        """As `Sender.send`."""
        said = [self._script.message(game, seq, tick) for seq, tick in enumerate(ticks, first)]
        return [int(answer.get("seq") or 0) for answer in self._posted(game, said)]

    def _posted(self, game: str, messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        path = f"/v1/feeds/{self._plan.source}/games/{game}/messages"
        return self._asked("POST", path, messages)

    def _asked(self, method: str, path: str, said: Sequence[dict[str, Any]]) -> list[Any]:
        kind = "application/json" if method == "PUT" else "application/x-ndjson"
        headers = {"Authorization": f"Bearer {self._plan.token}", "Content-Type": kind}
        body = b"\n".join(json.dumps(message).encode() for message in said)
        try:
            self._connection.request(method, path, body, headers)
            reply = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server has closed an idle connection; what it heard already is a duplicate.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            reply = self._connection.getresponse()
        text = reply.read()
        if reply.status == http.client.TOO_MANY_REQUESTS:
            # Who waited as told would measure nothing but the limit.
            problem = json.loads(text)
            raise OSError(f"rule X1: {problem['detail']} ({problem['hint']})")
        if reply.status not in {200, 202, 207}:
            raise OSError(f"HTTP {reply.status}: {text[:200].decode('utf-8', 'replace')}")
        return [json.loads(line) for line in text.splitlines() if line.strip()]


class LineSender:
    """Lines of game and position, to a server that believes everything."""

    def __init__(self, plan: FeedPlan) -> None:
        self._socket = socket.create_connection(plan.address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def create(self, game: str) -> int:
        """There is nothing to make."""
        del game
        return 0

    def send(self, game: str, first: int, ticks: Sequence[bool]) -> list[int]:
        """One line an event; nothing is answered."""
        seqs = list(range(first, first + len(ticks)))
        self._socket.sendall(b"".join(b"%s %d\n" % (game.encode(), seq) for seq in seqs))
        return seqs


def sender(plan: FeedPlan) -> Sender:
    """A connection to the server of `plan`, for what is answered one by one."""
    return LineSender(plan) if plan.way == "lines" else HttpSender(plan)
