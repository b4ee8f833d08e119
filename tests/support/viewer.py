"""Many WAMP followers over plain sockets, read together, that note when what came."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from scoreboard.tools.load_words import Words, frame, pong
from tests.support.haproxy import HaProxy
from tests.support.server import PATIENCE, Server

_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9
_ROLES = {"roles": {"subscriber": {}}}


class Viewer:
    """
    One follower of everything that a game tells.

    Args:
        since: [epoch, seq] that it has; None: it has nothing.
        path: where it connects.

    Attributes:
        said: messages with the time when each came.
        closed: the code of the server's close frame.
    """

    def __init__(
        self,
        server: Server | HaProxy,
        game: str,
        since: tuple[int, int] | None = None,
        path: str = "/ws",
    ) -> None:
        self.said: list[tuple[float, list[Any]]] = []
        self.closed: int | None = None
        self.is_over = False
        self._tail = b""
        self.socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        self.socket.sendall(Words("json").handshake("127.0.0.1", server.port, path))
        while b"\r\n\r\n" not in self._tail:
            self._tail += self.socket.recv(4_096)
        self._tail = self._tail.partition(b"\r\n\r\n")[2]
        known = {} if since is None else {"_epoch": since[0], "_since": since[1]}
        self._say([1, "scoreboard", _ROLES])
        topic = f"scoreboard.v1.game.{game}.play"
        self._say([32, 1, known, topic])

    def _say(self, message: list[Any]) -> None:
        self.socket.sendall(frame(_TEXT, json.dumps(message).encode()))

    def read(self) -> None:
        """Take in what has come; hang up when the server has said its last."""
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            data = b""
        self._tail += data
        while (found := _frame(self._tail)) is not None:
            opcode, payload, self._tail = found
            if opcode == _TEXT:
                self.said.append((time.monotonic(), json.loads(payload)))
            elif opcode == _PING:
                self.socket.sendall(pong(payload))
            elif opcode == _CLOSE:
                self.closed = int.from_bytes(payload[:2])
        if self.closed is not None or not data:
            self.is_over = True
            self.socket.close()

    def heard(self, code: int) -> list[list[Any]]:
        """The messages of that kind."""
        return [message for _, message in self.said if message[0] == code]

    @property
    def seqs(self) -> list[int]:
        """Of the plays that it was told."""
        return [event[5]["seq"] for event in self.heard(36)]


def _frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame: opcode, payload, and what follows; the server does not mask."""
    if len(data) < 2:
        return None
    size, at = data[1], 2
    if size == 126:
        size, at = int.from_bytes(data[2:4]), 4
    elif size == 127:
        size, at = int.from_bytes(data[2:10]), 10
    if len(data) < at + size or len(data) < at:
        return None
    return data[0] & 0x0F, data[at : at + size], data[at + size :]


def read_until(viewers: Sequence[Viewer], is_done: Callable[[Viewer], bool]) -> None:
    """Read all of them until each is done."""
    until = time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as selector:
        for viewer in viewers:
            if not viewer.is_over and not is_done(viewer):
                selector.register(viewer.socket, selectors.EVENT_READ, viewer)
        while selector.get_map():
            assert time.monotonic() < until, f"{len(selector.get_map())} are not done"
            for key, _ in selector.select(1):
                viewer: Viewer = key.data
                viewer.read()
                if viewer.is_over or is_done(viewer):
                    selector.unregister(key.fileobj)
