"""Strangers who come anew all the time, and what becomes of them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence

import attrs

from scoreboard.tools.load_words import Words

#: Seconds that a stranger waits for an answer, and between two of them.
PATIENCE_S, EVERY_S = 5.0, 0.03


@attrs.frozen
class Visit:
    """
    A new connection.

    Attributes:
        began, ended: seconds.
        fault: what went wrong; "": it was served.
    """

    began: float
    ended: float
    fault: str


class Prober(threading.Thread):
    """
    One stranger after the other.

    Args:
        port: of HAProxy.
        paths: what they want, in turn.
        asks: what is sent for a path, and what an answer that serves begins with.
    """

    def __init__(
        self, port: int, paths: Sequence[str], asks: Callable[[str], tuple[bytes, bytes]]
    ) -> None:
        super().__init__(name="prober", daemon=True)
        self.visits: list[Visit] = []
        self._port = port
        self._paths = paths
        self._asks = asks
        self._ends = threading.Event()

    def run(self) -> None:
        number = 0
        while not self._ends.wait(EVERY_S):
            began = time.monotonic()
            fault = self._visit(self._paths[number % len(self._paths)])
            self.visits.append(Visit(began, time.monotonic(), fault))
            number += 1

    def end(self) -> None:
        """No more of them."""
        self._ends.set()

    def _visit(self, path: str) -> str:
        asked, served = self._asks(path)
        try:
            with socket.create_connection(("127.0.0.1", self._port), PATIENCE_S) as line:
                line.sendall(asked)
                head = b""
                while b"\r\n" not in head:
                    part = line.recv(4_096)
                    if not part:
                        return "hung up"
                    head += part
        except OSError as why:
            return type(why).__name__
        return "" if head.startswith(served) else head.splitlines()[0].decode()


def over_http(path: str) -> tuple[bytes, bytes]:
    """A game's newest events."""
    return f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode(), b"HTTP/1.1 200"


def over_websocket(path: str) -> tuple[bytes, bytes]:
    """A WebSocket that is agreed to."""
    return Words("json").handshake("127.0.0.1", 80, path), b"HTTP/1.1 101"


def served_again(probers: Sequence[Prober], since: float) -> float | None:
    """Seconds until the first stranger who came after `since` was served; the slowest way in."""
    times = []
    for prober in probers:
        found = [v.ended for v in prober.visits if v.began >= since and not v.fault]
        if not found:
            return None
        times.append(min(found) - since)
    return max(times)


def faults(probers: Sequence[Prober], since: float) -> list[str]:
    """What went wrong with those who came after `since`."""
    visits = [visit for prober in probers for visit in prober.visits]
    return [visit.fault for visit in visits if visit.began >= since and visit.fault]
