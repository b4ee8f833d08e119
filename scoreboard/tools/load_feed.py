"""
The feed of a load: a process that posts scores of many games, each at its time.

Rule: an event counts from the moment at which it was due, so that a server that makes its
feed wait is not flattered by it. What was still due at the end is said. Shell.
"""

from __future__ import annotations

import heapq
import http.client
import json
import socket
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import attrs

from scoreboard.tools.load_marks import Marks

#: Most messages of one request.
_BATCH = 500

#: Seconds that a request may take.
_PATIENCE_S = 30.0

#: Points of a made-up score before it starts again at 0, far below any sport's limit.
_POINTS = 100


@attrs.frozen
class FeedPlan:
    """
    What a feed sends.

    Attributes:
        to: "http://HOST:PORT", or "lines://HOST:PORT" for a server of `scoreboard bench`.
        games: game ids.
        connections: most that are open to the server; a game's messages go over one of them.
    """

    to: str
    games: tuple[str, ...]
    marks: str
    source: str = "load"
    token: str = ""
    connections: int = 32


class Sender(Protocol):
    """One connection of a feed."""

    def create(self, game: str) -> int:
        """Make the game; the position of its last event."""

    def send(self, game: str, first: int, number: int) -> list[int]:
        """Send `number` scores, the first of which will stand at `first`; their positions."""


class HttpSender:
    """Scores, posted as a feed does."""

    def __init__(self, plan: FeedPlan) -> None:
        host, _, port = plan.to.removeprefix("http://").partition(":")
        self._plan = plan
        self._connection = http.client.HTTPConnection(host, int(port or 80), timeout=_PATIENCE_S)
        self._points: dict[str, int] = {}

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

    def send(self, game: str, first: int, number: int) -> list[int]:
        """Scores that rise point by point, and begin again by a correction."""
        messages = []
        for seq in range(first, first + number):
            points = self._points[game] = (self._points.get(game, 0) + 1) % _POINTS
            score = {"type": "score", "home": points, "away": 0, "source_seq": seq}
            messages.append(score if points else {**score, "correction": True, "reason": "load"})
        return [int(answer.get("seq") or 0) for answer in self._posted(game, messages)]

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
        if reply.status not in {200, 202, 207}:
            raise OSError(f"HTTP {reply.status}: {text[:200].decode('utf-8', 'replace')}")
        return [json.loads(line) for line in text.splitlines() if line.strip()]


class LineSender:
    """Lines of game and position, to a server that believes everything."""

    def __init__(self, plan: FeedPlan) -> None:
        host, _, port = plan.to.removeprefix("lines://").partition(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def create(self, game: str) -> int:
        """There is nothing to make."""
        del game
        return 0

    def send(self, game: str, first: int, number: int) -> list[int]:
        """One line a score; nothing is answered."""
        seqs = list(range(first, first + number))
        self._socket.sendall(b"".join(b"%s %d\n" % (game.encode(), seq) for seq in seqs))
        return seqs


def sender(plan: FeedPlan) -> Sender:
    """A connection to the server of `plan`."""
    return LineSender(plan) if plan.to.startswith("lines://") else HttpSender(plan)


@attrs.define
class Sent:
    """
    What became of what was due.

    Attributes:
        astray: recorded at another position than foreseen; their latency is not known.
        unsent: still due at the end.
    """

    by_game: dict[int, int] = attrs.field(factory=dict)
    refused: int = 0
    astray: int = 0
    unsent: int = 0
    error: str = ""


class Feed:
    """The process."""

    def __init__(self, plan: FeedPlan, pipe: Connection) -> None:
        self._plan, self._pipe = plan, pipe
        self._marks = Marks(Path(plan.marks), len(plan.games))
        self._senders = [sender(plan) for _ in range(min(plan.connections, len(plan.games)))]
        self._next: dict[int, int] = {}
        self._stopped = threading.Event()

    def do_create(self) -> None:
        """Make the games."""
        for place, game in enumerate(self._plan.games):
            self._next[place] = self._senders[place % len(self._senders)].create(game) + 1
        self._pipe.send(("created", len(self._plan.games)))

    def do_feed(self, rates: dict[int, float], seconds: float) -> None:
        """Send scores: place of a game -> how many in a second."""
        begin = time.monotonic_ns() + 20_000_000
        end = begin + int(seconds * 1e9)
        results = [Sent() for _ in self._senders]
        threads = []
        for number, (said, result) in enumerate(zip(self._senders, results, strict=True)):
            mine = {p: r for p, r in rates.items() if p % len(self._senders) == number and r > 0}
            target = (said, mine, begin, end, result)
            threads.append(threading.Thread(target=self._drive, args=target, daemon=True))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole = Sent()
        for result in results:
            whole.by_game.update(result.by_game)
            whole.refused += result.refused
            whole.astray += result.astray
            whole.unsent += result.unsent
            whole.error = whole.error or result.error
        self._pipe.send(("fed", whole))

    def _drive(
        self, said: Sender, rates: dict[int, float], begin: int, end: int, result: Sent
    ) -> None:
        """One connection's games."""
        steps = {place: int(1e9 / rate) for place, rate in rates.items()}
        # Games begin one after the other, or all their events would come in heaps.
        games = len(self._plan.games)
        due = [(begin + place * step // games, place) for place, step in steps.items()]
        heapq.heapify(due)
        try:
            while due and due[0][0] < end and time.monotonic_ns() < end:
                time.sleep(max(due[0][0] - time.monotonic_ns(), 0) / 1e9)
                for place, times in _due_now(due, steps, end).items():
                    for start in range(0, len(times), _BATCH):
                        self._say(said, place, times[start : start + _BATCH], result)
        except (OSError, http.client.HTTPException, ValueError) as why:
            result.error = str(why) or type(why).__name__
        result.unsent += sum(max((end - at) // steps[place], 0) for at, place in due)

    def _say(self, said: Sender, place: int, times: list[int], result: Sent) -> None:
        first = self._next[place]
        for offset, at in enumerate(times):
            self._marks.put(place, first + offset, at)
        seqs = said.send(self._plan.games[place], first, len(times))
        good = [seq for seq in seqs if seq]
        result.by_game[place] = result.by_game.get(place, 0) + len(good)
        result.refused += len(seqs) - len(good)
        result.astray += sum(seq != first + n for n, seq in enumerate(seqs) if seq)
        self._next[place] = (good[-1] if good else first - 1) + 1


def _due_now(due: list[tuple[int, int]], steps: dict[int, int], end: int) -> dict[int, list[int]]:
    """Takes what is due from the heap: place of a game -> the times at which it was."""
    now = min(time.monotonic_ns(), end)
    found: dict[int, list[int]] = {}
    while due and due[0][0] <= now:
        at, place = due[0]
        found.setdefault(place, []).append(at)
        heapq.heapreplace(due, (at + steps[place], place))
    return found


def feed(plan: FeedPlan, pipe: Connection) -> None:
    """What the process runs."""
    try:
        process = Feed(plan, pipe)
        while True:
            name, arguments = pipe.recv()
            if name == "end":
                return
            getattr(process, f"do_{name}")(*arguments)
    except (EOFError, KeyboardInterrupt):
        return
    except (OSError, http.client.HTTPException) as why:
        pipe.send(("failed", str(why) or type(why).__name__))
