"""Followers of one game in every way that there is, each on a thread of its own."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import cbor2
import jsonpatch
import msgpack

from scoreboard.tools.load_words import Words, frame
from tests.support.server import PATIENCE, Server

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_HELLO, _WELCOME, _SUBSCRIBE, _SUBSCRIBED, _EVENT, _CALL, _RESULT = 1, 2, 32, 33, 36, 48, 50
_LOADS = {"json": json.loads, "msgpack": msgpack.unpackb, "cbor": cbor2.loads}


class Follower(threading.Thread):
    """
    Somebody who follows.

    Attributes:
        name: how he does.
        events: envelopes, in the order in which they came.
        state: the snapshot that he is told in the end.
        ready: set when nothing that happens from now on will escape him.
    """

    def __init__(self, server: Server, game: str, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.server = server
        self.game = game
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.ready = threading.Event()
        self.fault: BaseException | None = None
        self._ends = threading.Event()

    def run(self) -> None:
        try:
            self.follow()
        except BaseException as fault:
            self.fault = fault
            self.ready.set()

    def follow(self) -> None:
        """Follow until the end."""
        raise NotImplementedError

    def end(self) -> None:
        """All has been sent: come to an end when it has been heard, and say what went wrong."""
        self._ends.set()

    def done(self) -> None:
        """Wait until he has come to an end."""
        self.join(PATIENCE)
        assert self.fault is None, f"{self.name}: {self.fault!r}"
        assert not self.is_alive(), f"{self.name} heard {len(self.events)} events"


class OverWamp(Follower):
    """Over WebSocket, everything of the game, in one of the subprotocols."""

    def __init__(self, server: Server, game: str, subprotocol: str) -> None:
        super().__init__(server, game, f"wamp.2.{subprotocol}")
        self._subprotocol = subprotocol
        self._serializer = subprotocol.partition(".")[0]
        self._words = Words(subprotocol)
        self._socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)

    def follow(self) -> None:
        self._socket.sendall(self._words.handshake("127.0.0.1", self.server.port, "/ws"))
        tail = b""
        while b"\r\n\r\n" not in tail:
            tail += self._socket.recv(4_096)
        self._say([_HELLO, "scoreboard", {"roles": {"subscriber": {}, "caller": {}}}])
        self._say([_SUBSCRIBE, 1, {"match": "prefix"}, f"scoreboard.v1.game.{self.game}"])
        for message in self._messages(tail.partition(b"\r\n\r\n")[2]):
            if message[0] == _SUBSCRIBED:
                self.ready.set()
            elif message[0] == _EVENT:
                self.events.append(message[5])
            elif message[0] == _RESULT:
                self.state = message[4]
                return
            else:
                assert message[0] == _WELCOME, message
        raise AssertionError("the server hung up")

    def end(self) -> None:
        super().end()
        # The answer comes after everything that was published before it was made.
        self._say([_CALL, 2, {}, "scoreboard.v1.game.get", [], {"game_id": self.game}])

    def done(self) -> None:
        super().done()
        self._socket.close()

    def _say(self, message: list[Any]) -> None:
        self._socket.sendall(self._words._said(message))

    def _messages(self, tail: bytes) -> Iterator[list[Any]]:
        loads = _LOADS[self._serializer]
        while True:
            while (found := _frame(tail)) is not None:
                opcode, payload, tail = found
                if opcode in (_TEXT, _BINARY):
                    assert (opcode == _TEXT) is (self._serializer == "json")
                    yield from map(loads, unbatched(payload, self._subprotocol))
                elif opcode == _PING:
                    self._socket.sendall(frame(_PONG, payload))
                else:
                    assert opcode == _PONG, f"closed: {payload!r}"
            data = self._socket.recv(1 << 16)
            if not data:
                return
            tail += data


def unbatched(payload: bytes, subprotocol: str) -> Iterator[bytes]:
    """The messages of one WebSocket message."""
    serializer, _, batched = subprotocol.partition(".")
    if not batched:
        yield payload
    elif serializer == "json":
        *several, nothing = payload.split(b"\x1e")
        assert nothing == b""
        yield from several
    else:
        while payload:
            end = 4 + int.from_bytes(payload[:4])
            yield payload[4:end]
            payload = payload[end:]


def _frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame: opcode, payload, and what follows; None if it is not whole."""
    if len(data) < 2:
        return None
    size, at = data[1], 2
    if size in (126, 127):
        at += 2 if size == 126 else 8
        size = int.from_bytes(data[2:at])
    if len(data) < at + size or len(data) < at:
        return None
    return data[0] & 0x0F, data[at : at + size], data[at + size :]


class OverSse(Follower):
    """
    By server-sent events.

    Attributes:
        last: the event that is the last one; to be set before `end`.
    """

    def __init__(self, server: Server, game: str) -> None:
        super().__init__(server, game, "server-sent events")
        self.last: dict[str, Any] | None = None
        self._line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

    def follow(self) -> None:
        self._line.request("GET", f"/v1/events?game={self.game}")
        kind, answer = "", self._line.getresponse()
        for line in answer:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                self._take(kind, json.loads(value))
            if self._ends.is_set() and self.events and self.events[-1] == self.last:
                break
        answer.close()
        self._line.close()
        self.state = self._anew()

    def _take(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "snapshot":
            assert not self.events
            self.ready.set()
        else:
            assert kind == data["type"]
            self.events.append(data)

    def _anew(self) -> dict[str, Any]:
        """The snapshot that a stream begins with now."""
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as line:
            request = f"GET /v1/events?game={self.game} HTTP/1.1\r\nHost: a\r\n\r\n"
            line.sendall(request.encode())
            with line.makefile() as lines:
                for text in lines:
                    if text.startswith("data: "):
                        return dict(json.loads(text.removeprefix("data: ")))
        raise AssertionError("the stream ended")


class OverHttp(Follower):
    """By asking again and again what the game has told since."""

    def __init__(self, server: Server, game: str, name: str = "HTTP, events") -> None:
        super().__init__(server, game, name)

    def follow(self) -> None:
        after = self._read("")["seq"]
        self.ready.set()
        while True:
            is_last = self._ends.is_set()
            told = self._read(f"/events?after={after}")
            self.events += told["events"]
            after = told["seq"]
            if is_last:
                break
        self.state = self._read("")

    def _read(self, rest: str) -> Any:
        return self.server.request("GET", f"/v1/games/{self.game}{rest}", token=None).json


class OverChanges(OverHttp):
    """By asking which games have moved, and for the difference if this one has."""

    def __init__(self, server: Server, game: str) -> None:
        super().__init__(server, game, "HTTP, changes")

    def follow(self) -> None:
        self.state = self._read("")
        place = self._changes("")["next"]
        self.ready.set()
        while True:
            is_last = self._ends.is_set()
            changes = self._changes(f"?since={place}")
            assert not changes["reset"]
            place = changes["next"]
            for line in changes["games"]:
                if line["seq"] > self.state["seq"]:
                    self._catch_up()
            if is_last:
                return

    def _catch_up(self) -> None:
        told = self._read(f"/diff?from={self.state['seq']}")
        if "patch" in told:
            self.state = jsonpatch.apply_patch(self.state, told["patch"])
            self.events += told["events"]
        else:
            # The whole is shorter than what has changed.
            behind = self._read(f"/events?after={self.state['seq']}")["events"]
            self.state = told["snapshot"]
            self.events += [event for event in behind if event["seq"] <= self.state["seq"]]

    def _changes(self, query: str) -> Any:
        return self.server.request("GET", f"/v1/changes{query}", token=None).json
