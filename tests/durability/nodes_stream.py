"""A follower of the nodes' campaign who reads an event stream, and comes back as a browser does."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time

from scoreboard.client.reading import Envelope, Snapshot, read_envelope, read_snapshot

#: Seconds of silence after which the stream is taken for dead: three beats.
SILENCE_S = 45.0
#: Seconds before coming back.
AGAIN_S = (0.05, 0.5)


class Stream(threading.Thread):
    """
    One game's events.

    Attributes:
        told_of: events and whole games, in the order in which they came.
        losses: (when, why) its connection was lost.
        missing: games that the server said not to have.
        is_live: whether it is connected.
    """

    def __init__(self, port: int, game: str, seed: str) -> None:
        super().__init__(name=f"events {game}", daemon=True)
        self.games = (game,)
        self.told_of: list[Envelope | Snapshot] = []
        self.losses: list[tuple[float, str]] = []
        self.missing: list[str] = []
        self.is_live = False
        self._port = port
        self._draw = random.Random(seed)
        self._last = ""
        self._line: http.client.HTTPConnection | None = None
        self._is_over = False

    def run(self) -> None:
        while not self._is_over:
            try:
                why = self._read()
            except (OSError, http.client.HTTPException, ValueError, AttributeError) as fault:
                # A socket that is closed under a reader raises what it likes.
                why = type(fault).__name__
            self.is_live = False
            if not self._is_over:
                self.losses.append((time.monotonic(), why))
                time.sleep(self._draw.uniform(*AGAIN_S))

    def end(self) -> None:
        """Follow no longer."""
        self._is_over = True
        line = self._line
        if line is not None and line.sock is not None:
            with contextlib.suppress(OSError):
                line.sock.shutdown(2)

    def reach(self, game: str) -> int:
        """Up to which `seq` it was told of a game."""
        del game
        return max((one.seq for one in tuple(self.told_of)), default=0)

    def _read(self) -> str:
        """One connection; why it ended."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SILENCE_S)
        self._line = line
        try:
            head = {"Last-Event-ID": self._last} if self._last else {}
            line.request("GET", f"/v1/events?game={self.games[0]}", headers=head)
            answer = line.getresponse()
            if answer.status == http.client.NOT_FOUND:
                self.missing.append(self.games[0])
            if answer.status != http.client.OK:
                return f"{answer.status}"
            self.is_live = True
            kind = ident = ""
            for raw in answer:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    ident = value
                elif name == "data":
                    self._take(kind, value)
                    self._last = ident or self._last
        finally:
            line.close()
        return "the stream ended"

    def _take(self, kind: str, text: str) -> None:
        data = json.loads(text)
        if kind == "snapshot":
            self.told_of.append(read_snapshot(data))
        elif kind != "goodbye":
            self.told_of.append(read_envelope(data))
