"""Followers of many games over one connection each, who keep the bytes of what they are told."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

import cbor2
import msgpack

from scoreboard.tools.load_scan import CLOSE, CRITICAL, PING, frames
from scoreboard.tools.load_words import Words, pong
from tests.support.followers import unbatched
from tests.support.server import PATIENCE

_LOADS: dict[str, Callable[[bytes], Any]] = {
    "json": json.loads,
    "msgpack": msgpack.unpackb,
    "cbor": cbor2.loads,
}
_DUMPS: dict[str, Callable[[Any], bytes]] = {
    "json": lambda value: json.dumps(value).encode(),
    "msgpack": msgpack.packb,
    "cbor": cbor2.dumps,
}
#: Bytes of an EVENT before the id of its subscription: an array of six, and 36.
_HEADS = {"json": b"[36,", "msgpack": b"\x96\x24", "cbor": b"\x86\x18\x24"}
_WELCOME, _SUBSCRIBED, _EVENT, _RESULT = 2, 33, 36, 50

#: Kinds of which nothing may be merged or left out; so every follower gets the same bytes.
KINDS = CRITICAL | {"alert"}

#: A topic as it was subscribed to, and a game.
Thread = tuple[str, str]


def without_id(serializer: str, message: bytes, subscription: int) -> bytes:
    """
    An EVENT without the id of its subscription: that is the node's own, all else must be the
    same everywhere.
    """
    own = _HEADS[serializer] + _DUMPS[serializer](subscription)
    assert message.startswith(own), message[:40]
    return message[len(own) :]


def topic_of(game: str) -> str:
    """Of everything that a game tells."""
    return f"scoreboard.v1.game.{game}"


class Spectator:
    """
    One who follows.

    Attributes:
        name: where, and how.
        told: critical publications, by the letter, in the order in which they came.
        last: `seq` of the last of those.
        boards: the score of each game, as it was told last.
        faults: what must not be.
        events: all that came.
        is_over: the server has hung up.
    """

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.told: dict[Thread, list[bytes]] = defaultdict(list)
        self.last: Counter[Thread] = Counter()
        self.boards: dict[str, tuple[int, int]] = {}
        self.faults: list[str] = []
        self.events = 0
        self.is_over = False
        self._tail = b""
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)

    @property
    def wire(self) -> str:
        """Whose bytes must be the same as theirs who have the same."""
        raise NotImplementedError

    def read(self) -> None:
        """Take in what has come."""
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionError:
            data = b""
        if not data:
            self._over("the line was cut")
            return
        self._tail = self._take(self._tail + data)

    def _take(self, data: bytes) -> bytes:
        """Take in what is whole; the rest."""
        raise NotImplementedError

    def close(self) -> None:
        self.is_over = True
        self.socket.close()

    def _over(self, why: str) -> None:
        if not self.is_over:
            self.faults.append(why)
            self.close()

    def _hear(self, topic: str, envelope: dict[str, Any], letters: bytes) -> None:
        self.events += 1
        game, kind, seq, prev = (envelope[name] for name in ("game_id", "type", "seq", "prev"))
        if kind not in KINDS:
            return
        seen = self._seen[topic, game, kind]
        if seen and prev != seen:
            self.faults.append(f"{game} {kind} {seq}: prev {prev}, had {seen}")
        if seq < self.last[topic, game] or seq <= seen:
            self.faults.append(f"{game} {kind} {seq} after {self.last[topic, game]}")
        self._seen[topic, game, kind] = self.last[topic, game] = seq
        self.told[topic, game].append(letters)
        if kind == "score":
            data = envelope["data"]
            self.boards[game] = data["home"]["points"], data["away"]["points"]


class OverWamp(Spectator):
    """
    Over WebSocket.

    Args:
        path: "/ws", or what HAProxy knows a game by.
        topics: with how each is matched.

    Attributes:
        ready: all subscriptions are there.
        slate: what it was answered when it had asked for the slate.
    """

    def __init__(
        self, name: str, port: int, path: str, subprotocol: str, topics: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(f"{name}, {subprotocol}", port)
        self._subprotocol = subprotocol
        self._serializer = subprotocol.partition(".")[0]
        self._words = Words(subprotocol)
        self._topics = topics
        self._labels: dict[int, str] = {}
        self.ready = False
        self.slate: dict[str, Any] | None = None
        self.socket.sendall(self._words.handshake("127.0.0.1", port, path))
        while b"\r\n\r\n" not in self._tail:
            part = self.socket.recv(4_096)
            assert part, self._tail
            self._tail += part
        head, _, self._tail = self._tail.partition(b"\r\n\r\n")
        assert b" 101 " in head.splitlines()[0], head
        self.socket.sendall(self._words.hello())

    @property
    def wire(self) -> str:
        # Batched or not, the message within the frame is the same.
        return self._serializer

    def ask_slate(self) -> None:
        """The answer comes behind all that was published before it."""
        call = [48, 1_000, {}, "scoreboard.v1.slate.get"]
        self.socket.sendall(self._words._said(call))

    def _take(self, data: bytes) -> bytes:
        at = 0
        for opcode, begin, end in frames(data):
            payload, at = data[begin:end], end
            if opcode == PING:
                self.socket.sendall(pong(payload))
            elif opcode == CLOSE:
                self._over(f"closed {int.from_bytes(payload[:2])} {payload[2:]!r}")
            else:
                for message in unbatched(payload, self._subprotocol):
                    self._told(message)
        return data[at:]

    def _told(self, letters: bytes) -> None:
        message = _LOADS[self._serializer](letters)
        match message[0]:
            case 36:
                topic = self._labels[message[1]]
                rest = without_id(self._serializer, letters, message[1])
                self._hear(topic, message[5], rest)
            case 2:
                self.socket.sendall(self._words.subscribe(self._topics))
            case 33:
                self._labels[message[2]] = self._topics[message[1] - 1][0]
                self.ready = len(self._labels) == len(self._topics)
            case 50:
                self.slate = message[4]
            case _:
                self._over(f"{message!r:.200}")


class OverSse(Spectator):
    """
    By server-sent events of games that are there.

    The id of an event says where the stream stands in each of its games, so it is the same
    everywhere only for a stream of one game; of others it is left out of `told`.

    Attributes:
        games: that it follows.
        ready: a snapshot of each has come.
    """

    def __init__(self, name: str, port: int, games: Sequence[str]) -> None:
        super().__init__(f"{name}, server-sent events", port)
        self.games = tuple(games)
        self._lacks = set(games)
        path = f"/v1/events?game={','.join(games)}"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while b"\r\n\r\n" not in self._tail:
            part = self.socket.recv(4_096)
            assert part, self._tail
            self._tail += part
        head, _, self._tail = self._tail.partition(b"\r\n\r\n")
        assert b" 200 " in head.splitlines()[0], head

    @property
    def wire(self) -> str:
        return "server-sent events" + (" of several games" if len(self.games) > 1 else "")

    @property
    def ready(self) -> bool:
        return not self._lacks

    def _take(self, data: bytes) -> bytes:
        *blocks, rest = data.split(b"\n\n")
        for block in blocks:
            fields = dict(line.partition(b": ")[::2] for line in block.split(b"\n"))
            if b"data" not in fields:
                continue
            said = json.loads(fields[b"data"])
            if fields[b"event"] == b"goodbye":
                self._over(f"goodbye {said}")
            elif fields[b"event"] == b"snapshot":
                self._lacks.discard(said["game_id"])
            else:
                lines = block.split(b"\n")
                if len(self.games) > 1:
                    lines = [line for line in lines if not line.startswith(b"id: ")]
                self._hear(topic_of(said["game_id"]), said, b"\n".join(lines))
        return rest


def read_until(
    spectators: Sequence[Spectator],
    is_done: Callable[[], bool],
    patience: float = PATIENCE,
    show: Callable[[], None] = lambda: None,
) -> None:
    """Read all of them until it is done; those who have been hung up on are left out."""
    end = time.monotonic() + patience
    with selectors.DefaultSelector() as selector:
        for one in spectators:
            if not one.is_over:
                selector.register(one.socket, selectors.EVENT_READ, one)
        while not is_done():
            if time.monotonic() >= end:
                raise AssertionError(f"not done after {patience:g} s")
            for key, _ in selector.select(0.2):
                one = key.data
                one.read()
                if one.is_over:
                    selector.unregister(key.fileobj)
            show()


def differing(everybody: Sequence[Spectator]) -> tuple[int, list[str]]:
    """
    Streams that several were told of in one wire format, and those that were told differently.

    Returns:
        How many were compared; of each that differs, whose and from where on.
    """
    told: dict[tuple[str, str, str], list[Spectator]] = defaultdict(list)
    for one in everybody:
        for topic, game in one.told:
            told[one.wire, topic, game].append(one)
    unlike = []
    shared = {thread: those for thread, those in told.items() if len(those) > 1}
    for (wire, topic, game), (first, *others) in shared.items():
        expected = first.told[topic, game]
        for other in others:
            heard = other.told[topic, game]
            if heard != expected:
                pairs = zip(heard, expected, strict=False)
                same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
                unlike.append(f"{wire} {topic} {game}: {first.name} / {other.name} from {same} on")
    return len(shared), unlike
