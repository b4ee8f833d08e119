"""
A feed's line over WAMP: one WebSocket, on which calls are on their way while others are made.

Rule: never more calls are open than the server allows a session, and every one is answered.
Shell.

Source: docs/protocol.md, sending.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from scoreboard.tools import load_words as words
from scoreboard.tools.load_scan import CLOSE, PING, Unreadable, scanner
from scoreboard.tools.load_words import Words

#: Calls of a session that the server takes at a time (`gateway.realm`, limits).
MOST_OPEN = 16

_READ = 1 << 16


class Line:
    """
    The line.

    Args:
        patience_s: that the server has to answer before the line is there, and to take what
            is sent.

    Raises:
        OSError: there is no such server, or it does not want this feed.
    """

    def __init__(self, host: str, port: int, source: str, token: str, patience_s: float) -> None:
        self._words = Words("json")
        self._scan = scanner("json")
        self._tail = b""
        self._number = 0
        self._unsent: list[bytes] = []
        self.open = 0
        self.socket = socket.create_connection((host, port), timeout=patience_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._join(host, port, source, token)
        except BaseException:
            self.socket.close()
            raise

    def _join(self, host: str, port: int, source: str, token: str) -> None:
        self.socket.sendall(self._words.handshake(host, port, "/ws"))
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._received()
        status, _, rest = head.partition(b"\r\n")
        if b" 101" not in status:
            raise OSError(status.decode("latin-1"))
        self._tail = rest.partition(b"\r\n\r\n")[2]
        self.socket.sendall(self._words.feed_hello(source))
        self._wait_for(words.CHALLENGE)
        self.socket.sendall(self._words.ticket(token))
        self._wait_for(words.WELCOME)

    def _wait_for(self, code: int) -> None:
        heard = self._heard(self._tail)
        while not heard:
            heard = self._heard(self._tail + self._received())
        if heard[0][0] != code:
            raise OSError(f"WAMP {heard[0]!r:.120}")

    @property
    def has_room(self) -> bool:
        """Whether a call may be made."""
        return self.open < MOST_OPEN

    def submit(self, game: str, messages: Sequence[dict[str, Any]]) -> int:
        """Make a call with the next `flush`; its number."""
        self._number += 1
        self.open += 1
        self._unsent.append(self._words.submit(self._number, game, messages))
        return self._number

    def flush(self) -> None:
        """Send the calls that were made, all at once."""
        if self._unsent:
            data = b"".join(self._unsent)
            self._unsent.clear()
            self.socket.sendall(data)

    def answers(self) -> list[tuple[int, list[dict[str, Any]]]]:
        """
        What the server says, once there is something to read: the calls that it has answered.

        Returns:
            Number of the call, and an answer a message; no answers if the call was refused.

        Raises:
            OSError: the server lets nobody send so fast: nothing would be measured but that.
        """
        found = []
        for message in self._heard(self._tail + self._received()):
            if message[0] == words.RESULT:
                found.append((message[1], message[4]["answers"]))
            elif message[0] == words.ERROR:
                if message[4] == words.TOO_FAST:
                    raise OSError(f"rule X1: {message[5][0]} ({message[6]['hint']})")
                found.append((message[2], []))
            else:
                raise OSError(f"WAMP {message!r:.120}")
        self.open -= len(found)
        return found

    def close(self) -> None:
        """End it."""
        self.socket.close()

    def _received(self) -> bytes:
        data = self.socket.recv(_READ)
        if not data:
            raise OSError("the server has closed the feed's line")
        return data

    def _heard(self, data: bytes) -> list[list[Any]]:
        """The WAMP messages in `data`; what has not come whole is kept."""
        try:
            scan = self._scan(data)
        except Unreadable as why:
            raise OSError(str(why)) from why
        self._tail = data[scan.taken :]
        heard = [self._words.heard(message) for message in scan.others]
        for message in heard:
            if message[0] in {words.ABORT, words.GOODBYE}:
                raise OSError(f"WAMP {message!r:.120}")
        for opcode, payload in scan.controls:
            if opcode == PING:
                self.socket.sendall(words.pong(payload))
            elif opcode == CLOSE:
                reason = payload[2:].decode("utf-8", "replace")
                raise OSError(f"closed {int.from_bytes(payload[:2])} {reason}".strip())
        return heard
