"""A WAMP client that sends what it likes, byte by byte, and waits for what becomes of it."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import Any

from scoreboard.tools.load_scan import CLOSE, scanner
from scoreboard.tools.load_words import CHALLENGE, SUBSCRIBED, WELCOME, Words, frame
from tests.support.server import PATIENCE, Server

TEXT, BINARY = 0x1, 0x2
#: WAMP codes of what ends a call or a session.
ABORT, GOODBYE, ERROR, RESULT = 3, 6, 8, 50


class Stranger:
    """
    One connection.

    Attributes:
        closed: the code of the server's close frame; 1006 if it hung up without one; None as
            long as it has not.
    """

    def __init__(self, server: Server, serializer: str = "json", path: str = "/ws") -> None:
        self.closed: int | None = None
        self._words = Words(serializer)
        self._opcode = TEXT if serializer == "json" else BINARY
        self._scan = scanner(serializer)
        self._socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        self._socket.sendall(self._words.handshake("127.0.0.1", server.port, path))
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._socket.recv(1)
        assert b" 101" in head.splitlines()[0]
        self._tail = b""

    def __enter__(self) -> Stranger:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def look(self) -> None:
        """Join as anybody."""
        self._socket.sendall(self._words.hello())
        assert self.hear()[0] == WELCOME

    def join(self, authid: str, ticket: str) -> None:
        """Become a feed."""
        assert self.knock(authid, ticket)[0] == WELCOME

    def knock(self, authid: str, ticket: Any) -> list[Any]:
        """Try to; what the server says in the end."""
        self._socket.sendall(self._words.feed_hello(authid))
        said = self.hear()
        if said[0] == CHALLENGE:
            self._socket.sendall(self._words.ticket(ticket))
            said = self.hear()
        return said

    def call(self, number: int, uri: str, **kwargs: Any) -> list[Any]:
        """Call; the answer."""
        self._socket.sendall(self._words._said([48, number, {}, uri, [], kwargs]))
        return self.hear()

    def subscribe(self, topic: str) -> None:
        """From now on hear what is published there."""
        self._socket.sendall(self._words.subscribe([(topic, "exact")]))
        assert self.hear()[0] == SUBSCRIBED

    def event(self) -> dict[str, Any]:
        """The data of the next event; in JSON, and nothing else may come before it."""
        while True:
            start = self._tail.find(b"[36,")
            with contextlib.suppress(ValueError):
                said = json.JSONDecoder().raw_decode(self._tail[max(start, 0) :].decode())[0]
                break
            self._tail += self._socket.recv(1 << 16)
        data: dict[str, Any] = said[5]["data"]
        return data

    def send(self, data: bytes) -> None:
        """A message of these bytes."""
        try:
            self._socket.sendall(frame(self._opcode, data))
        except OSError:
            self.closed = self.closed or 1006

    def hear(self) -> list[Any]:
        """The next message; [0] when there will be none any more."""
        while True:
            scan = self._scan(self._tail)
            self._tail = self._tail[scan.taken :]
            for opcode, payload in scan.controls:
                if opcode == CLOSE and self.closed is None:
                    self.closed = int.from_bytes(payload[:2])
            if scan.others:
                # Calls are made one at a time, so there is one answer.
                return self._words.heard(scan.others[0])
            if self.closed is not None:
                return [0]
            try:
                data = self._socket.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                self.closed = 1006
            self._tail += data
