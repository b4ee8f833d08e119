"""
One session of a load: its socket, and how far it is on its way.

Rule: a session that the server ends is counted with the reason, never replaced in silence. Shell.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

import attrs

from scoreboard.tools import load_words as words
from scoreboard.tools.load_order import Order, after
from scoreboard.tools.load_plan import Group, Member, Plan, topics
from scoreboard.tools.load_scan import CLOSE, PING, Event, Key, Run, Scan, key_of
from scoreboard.tools.load_words import Words

#: IP_BIND_ADDRESS_NO_PORT (ip(7)): the port is chosen at connect, by the pair of addresses.
_NO_PORT = 24

#: Receive buffer of a session that will stop reading, bytes: it must be full soon.
_SMALL_BUFFER = 4096


class Stage(Enum):
    """How far a session is."""

    CONNECTING = auto()  #: waits for the connection
    UPGRADING = auto()  #: waits for 101
    GREETING = auto()  #: waits for WELCOME
    SUBSCRIBING = auto()  #: waits for every SUBSCRIBED
    SYNCING = auto()  #: waits for the answer to its sync
    LIVE = auto()  #: gets events
    GONE = auto()  #: terminal: closed by either side


@attrs.frozen
class Script:
    """What sessions that follow the same games say, and what they follow."""

    handshake: bytes
    hello: bytes
    subscribe: bytes
    subscriptions: int
    games: tuple[str, ...]
    kinds: tuple[str, ...]


def script(plan: Plan, group: Group, member: Member) -> Script:
    """What `member` says."""
    spoken = Words(plan.subprotocol)
    games = tuple(plan.games[place] for place in member.games)
    wanted = topics(group, games)
    # A balancer may want to know the game before the first word.
    handshake = spoken.handshake(plan.host, plan.port, plan.path.replace("{game}", games[0]))
    subscribe = spoken.subscribe(wanted)
    return Script(handshake, spoken.hello(), subscribe, len(wanted), games, group.kinds)


class Peer:
    """
    One session.

    Attributes:
        place: where it is counted: those that stop reading apart from the others.
        tail: bytes of a frame that has not come whole.
        why: it is gone.
        modes: of what sync has brought, one a game.
        returning: whether it asks for what it has missed.
        synced_bytes: of the answer to that.
    """

    __slots__ = (
        "_confirmed", "_epochs", "gaps", "held", "member", "modes", "order", "place", "repeats",
        "returning", "said", "sock", "stage", "stops", "synced_bytes", "tail", "why",
    )  # fmt: skip

    def __init__(self, member: Member, said: Script, stops: bool) -> None:
        self.member = member
        self.said = said
        self.stops = stops
        self.place = 2 * member.group + stops
        self.order = Order()
        self.gaps = self.repeats = self.synced_bytes = 0
        self.returning = False
        self.stage = Stage.GONE
        self.why = ""
        self.modes: list[str] = []
        self.tail = b""
        self.held: list[Event] = []
        self._confirmed = 0
        self._epochs: Mapping[str, int] = {}
        self.sock: socket.socket

    def open(self, plan: Plan) -> None:
        """Begin to connect."""
        self.stage, self.why, self.tail, self._confirmed = Stage.CONNECTING, "", b"", 0
        self.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.stops:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        address = plan.address(self.member.number)
        if address:
            sock.setsockopt(socket.IPPROTO_IP, _NO_PORT, 1)
            sock.bind((address, 0))
        port = plan.groups[self.member.group].port or plan.port
        code = sock.connect_ex((plan.host, port))
        if code not in {0, errno.EINPROGRESS}:
            self.end(os.strerror(code))

    def end(self, why: str) -> None:
        """Close; `why` is counted."""
        if self.stage is not Stage.GONE:
            self.stage, self.why = Stage.GONE, why
            self.sock.close()

    def connected(self) -> None:
        """The connection is there, or has failed."""
        code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self.end(os.strerror(code))
        else:
            self.stage = Stage.UPGRADING
            self._send(self.said.handshake)

    def upgraded(self, data: bytes) -> bytes:
        """What came before the upgrade was answered; gives what follows the answer."""
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            return data
        status = head.split(b"\r\n", 1)[0].decode("latin-1")
        if " 101" not in status:
            self.end(status)
            return b""
        self.stage = Stage.GREETING
        self._send(self.said.hello)
        return rest

    def told(self, scan: Scan, spoken: Words, epochs: Mapping[str, int]) -> None:
        """Take what is no event."""
        self._epochs = epochs
        for opcode, payload in scan.controls:
            if opcode == PING:
                self._send(words.pong(payload))
            elif opcode == CLOSE:
                code = int.from_bytes(payload[:2])
                self.end(f"closed {code} {payload[2:].decode('utf-8', 'replace')}".strip())
        for message in scan.others:
            if self.stage is not Stage.GONE:
                self._told(spoken.heard(message), len(message), spoken)

    def _told(self, message: list[Any], size: int, spoken: Words) -> None:
        code = message[0]
        if code == words.WELCOME and self.stage is Stage.GREETING:
            self.stage = Stage.SUBSCRIBING
            self._send(self.said.subscribe)
        elif code == words.SUBSCRIBED and self.stage is Stage.SUBSCRIBING:
            self._confirmed += 1
            if self._confirmed == self.said.subscriptions:
                self._subscribed(spoken)
        elif code == words.RESULT and self.stage is Stage.SYNCING:
            self.synced_bytes = size
            self._synced(message[4]["games"])
        elif code in {words.ABORT, words.GOODBYE, words.ERROR}:
            self.end(f"WAMP {message!r:.120}")

    def _subscribed(self, spoken: Words) -> None:
        if not self.returning:
            self.stage = Stage.LIVE
            return
        self.stage = Stage.SYNCING
        positions: dict[str, list[int] | None] = {}
        for game in self.said.games:
            seq = self.order.position(game)
            positions[game] = [self._epochs[game], seq] if seq else None
        self._send(spoken.sync(positions))

    def _synced(self, games: Mapping[str, Any]) -> None:
        """The answer to sync: order is checked through it, and what was held comes after."""
        cuts = {}
        for game, answer in games.items():
            mode = answer["mode"]
            self.modes.append(mode)
            cuts[game] = answer["seq"]
            if mode == "snapshot":
                self.order.restart(game, self.said.kinds, answer["seq"])
            for event in answer.get("events", ()):
                if event["type"] in self.said.kinds:
                    self._count(key_of(game, event["type"]), event["prev"], event["seq"])
        for event in after(self.held, cuts):
            self._count(event.key, event.prev, event.seq)
        self.held.clear()
        self.returning = False
        self.stage = Stage.LIVE

    def _count(self, key: Key, prev: int, seq: int) -> None:
        gaps, repeats = self.order.take(Run(key, 0, prev, seq, seq))
        self.gaps += gaps
        self.repeats += repeats

    def _send(self, data: bytes) -> None:
        try:
            if self.sock.send(data) != len(data):
                self.end("the server does not read")
        except OSError as why:
            self.end(os.strerror(why.errno or 0))

    @property
    def is_gone(self) -> bool:
        """Whether it is closed, or not opened yet."""
        return self.stage is Stage.GONE

    @property
    def settled(self) -> bool:
        """Whether it is there, or will never be."""
        return self.stage in {Stage.LIVE, Stage.GONE}
