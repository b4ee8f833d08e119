"""
Event streams: connections on which the server only speaks (`text/event-stream`).

Rule: a connection is one small object, which is the hub's member itself; HTTP's objects are
let go as soon as the request was answered; and nothing but whole events is followed by a
goodbye. Shell.

The peer says nothing after its request, so what its kernel acknowledges is the only sign
that it is there.

Source: WHATWG HTML standard, 9.2; RFC 9112, 6.3 (the body ends with the connection);
security page, L20.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import attrs
from twisted.internet.interfaces import IProtocol, IPushProducer
from twisted.python.failure import Failure
from twisted.web.server import Request
from zope.interface import implementer

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.heartbeat import SHARES, Patience
from scoreboard.gateway.phase import Input, State, after
from scoreboard.gateway.problem import Problem
from scoreboard.gateway.rejected import Reason, Rejected
from scoreboard.gateway.request import Leaf, Refused
from scoreboard.gateway.sockets import acknowledges, can_tell, finish, hand_over, send
from scoreboard.gateway.sse_query import LAST_ID, Wanted, read_wanted
from scoreboard.gateway.sse_start import Beginning, Beginnings
from scoreboard.gateway.sse_wire import HEARTBEAT, goodbye, retry, slices
from scoreboard.hub.hub import Hub
from scoreboard.hub.standings import LAGGING

#: Bytes that a peer may say after its request, to no effect.
_MAX_IGNORED = 16 * 1024

#: Milliseconds: the least that who must leave is told to wait, and over how much that is
#: spread, so that those who were dropped together do not come back together.
_LEAST_RETRY_MS, _SPREAD_MS = 1_000, 5_000

#: Seconds by which an acknowledgement may seem to be older than it is: those who are due
#: together are looked at one after the other, and the loop may have been held up.
_SLACK_S = 2.0

#: What every stream is answered with, besides server and date.
_HEADERS = (
    (b"Content-Type", b"text/event-stream"),
    (b"Cache-Control", b"no-store"),
    (b"X-Accel-Buffering", b"no"),
    (b"Access-Control-Allow-Origin", b"*"),
)

#: What a page of another origin may ask with.
_ALLOWED = (
    (b"Access-Control-Allow-Origin", b"*"),
    (b"Access-Control-Allow-Methods", b"GET, HEAD"),
    (b"Access-Control-Allow-Headers", b"Last-Event-ID, Cache-Control"),
    (b"Access-Control-Max-Age", b"86400"),
)


@attrs.frozen
class EventSettings:
    """
    Limits of event streams.

    Attributes:
        patience: `interval_s` between signs of life, `stall_s` that a peer may take nothing.
        close_timeout_s: seconds that a peer has to take the last of what was written.
        write_buffer_bytes: above which a peer that does not read is not written to.
        max_subscriptions: names times kinds of one stream.
        max_streams: at a time.
    """

    patience: Patience = attrs.field(factory=lambda: Patience(15.0))
    close_timeout_s: float = 5.0
    write_buffer_bytes: int = 32 * 1024
    max_subscriptions: int = 128
    max_streams: int = 3_000


def _retry_ms() -> int:
    return _LEAST_RETRY_MS + secrets.randbelow(_SPREAD_MS)


@implementer(IProtocol, IPushProducer)
class EventStream:
    """
    One follower.

    Attributes:
        number: among all event streams of this server, from 1.
        slot: on the wheel.
        wire, writable: as the hub sees them.
    """

    __slots__ = (
        "_asked",
        "_ignored",
        "_opening",
        "_ready",
        "_share",
        "_since",
        "_streams",
        "number",
        "slot",
        "state",
        "transport",
        "wire",
        "writable",
    )

    def __init__(self, streams: EventStreams, beginning: Beginning, head: bytes) -> None:
        self.slot = 0
        self.state = State.OPEN
        self.transport: Any = None
        self.wire = beginning.wire
        self.writable = False
        self._streams = streams
        self._share = streams.next_share()
        self.number = streams.made
        self._ready = True
        self._ignored = 0
        # When the peer took something, and when it was last asked for a sign of life.
        self._since = streams.beats.now
        self._asked: float | None = None
        first = head + retry(_retry_ms())
        self._opening: Iterator[bytes] | None = slices(
            (first, *beginning.opening), streams.settings.write_buffer_bytes
        )

    # Called by the hub

    def deliver(self, data: bytes) -> None:
        """Write whole events."""
        send(self.transport, data)

    def close(self, code: int, reason: str) -> None:
        """The hub has given it up."""
        if code == LAGGING and self.state is State.OPEN:
            self._streams.rejected[Reason.SLOW] += 1
        self.goodbye(reason.partition(";")[0])

    def goodbye(self, reason: str, retry_ms: int | None = None, where: str = "") -> None:
        """
        Write the last event, and close after it; once.

        Args:
            retry_ms: that it should stay away; None: drawn.
            where: to come back; "" for the same place.
        """
        if self.state is not State.OPEN:
            return
        transport, self.state = self.transport, after(self.state, Input.CLOSE)
        if self._opening is None:
            wait_ms = _retry_ms() if retry_ms is None else retry_ms
            send(transport, goodbye(reason, wait_ms, where))
        self._opening = None
        self._streams.forget(self)
        self._streams.beats.put(self, self._streams.settings.close_timeout_s)
        transport.unregisterProducer()
        finish(transport)

    # Called by the wheel

    def look(self, now: float) -> None:
        """Time to show life, and to see whether the peer does."""
        patience = self._streams.settings.patience
        if self.state is not State.OPEN or self._is_gone(now, patience):
            self.transport.abortConnection()
            return
        if self.writable:
            self._asked = now
            send(self.transport, HEARTBEAT)
        self._streams.beats.put(self, patience.interval_s - patience.early_s(self._share))

    def _is_gone(self, now: float, patience: Patience) -> bool:
        if not self._ready:
            return now - self._since >= patience.stall_s
        if self._asked is None or not can_tell(self.transport):
            return False
        return not acknowledges(self.transport, now - self._asked + _SLACK_S)

    # Called by the transport

    def makeConnection(self, transport: Any) -> None:
        """The request has been answered with yes: this is the rest of the answer."""
        self.transport = transport
        self.connectionMade()

    def connectionMade(self) -> None:
        """Write how it begins, as far as the peer takes it."""
        settings = self._streams.settings
        self.transport.bufferSize = settings.write_buffer_bytes
        self.transport.registerProducer(self, True)
        patience = settings.patience
        self._streams.beats.put(self, patience.interval_s - patience.early_s(self._share))
        self._go_on()

    def dataReceived(self, data: bytes) -> None:
        """Nothing that is said now means anything."""
        self._ignored += len(data)
        if self._ignored > _MAX_IGNORED:
            self.transport.abortConnection()

    def connectionLost(self, _reason: Failure | None = None) -> None:
        """It is over."""
        self.state = after(self.state, Input.LOST)
        self._opening = None
        self.writable = False
        self._streams.beats.drop(self)
        self._streams.forget(self)
        self.transport = None

    def pauseProducing(self) -> None:
        """The peer does not take what we have sent."""
        self._ready = self.writable = False
        self._since = self._streams.beats.now

    def resumeProducing(self) -> None:
        """Everything was sent."""
        self._ready = True
        self._asked = None
        if self.state is State.OPEN:
            self._go_on()

    def stopProducing(self) -> None:
        """The transport is gone; `connectionLost` follows."""

    def _go_on(self) -> None:
        """Write on with the opening; when that is out, it is the hub's turn."""
        while self._ready and self._opening is not None:
            piece = next(self._opening, None)
            if piece is None:
                self._opening = None
            else:
                send(self.transport, piece)
        self.writable = self._ready and self._opening is None
        self._streams.hub.resume(self)


class EventStreams:
    """
    All event streams of a server.

    Args:
        beats: shared by all connections.
        rejected: where it is counted who met a limit.

    Attributes:
        streams: those that are open.
        made: how many there have been.
    """

    def __init__(
        self,
        hub: Hub,
        beats: Beats,
        beginnings: Beginnings,
        settings: EventSettings,
        rejected: Rejected | None = None,
    ) -> None:
        self.hub = hub
        self.beats = beats
        self.settings = settings
        self.streams: set[EventStream] = set()
        self._beginnings = beginnings
        self.rejected = Rejected() if rejected is None else rejected
        self.made = 0
        self._is_stopping = False

    def next_share(self) -> int:
        """Which part of the heartbeat's spread the next one has."""
        self.made += 1
        return self.made % SHARES

    def forget(self, stream: EventStream) -> None:
        """`stream` is written to no more."""
        self.streams.discard(stream)
        self.hub.leave(stream)

    def refuse(self) -> None:
        """The server stops: begin no more streams."""
        self._is_stopping = True

    def goodbye(self) -> None:
        """The server stops: end every stream in order, and begin none."""
        self.refuse()
        for stream in list(self.streams):
            stream.goodbye("the server stops")

    def consider(self, request: Request) -> tuple[Wanted, Beginning]:
        """
        What a request asks for, and how it would begin.

        Raises:
            Refused, RemoteError: there is no such stream, or none now.
        """
        self._check(request)
        query = {
            name.decode("utf-8", "replace"): [value.decode("utf-8", "replace") for value in values]
            for name, values in (request.args or {}).items()
        }
        wanted = read_wanted(query, self.settings.max_subscriptions)
        header = request.getHeader(b"last-event-id")
        known = query.get(LAST_ID, [""])[0] if header is None else header.decode("utf-8", "replace")
        return wanted, self._beginnings.of(wanted, known)

    def begin(self, request: Request) -> EventStream:
        """
        The stream that a request asks for, a member of the hub from now on.

        Raises:
            Refused, RemoteError: as `consider`.
        """
        wanted, beginning = self.consider(request)
        stream = EventStream(self, beginning, _head(request))
        self.hub.follow_from(stream, beginning.number, wanted.topics)
        self.streams.add(stream)
        return stream

    def _check(self, request: Request) -> None:
        """Raises: Refused: there can be no stream now, or not over this connection."""
        if request.clientproto != b"HTTP/1.1":
            hint = "a stream ends with its connection: use HTTP/1.1"
            raise Refused(Problem("http_version", "this is not HTTP/1.1", hint))
        if self._is_stopping:
            raise Refused(Problem("unavailable", "the server stops", "come back in a moment"))
        if len(self.streams) >= self.settings.max_streams:
            self.rejected[Reason.STREAMS] += 1
            raise Refused(Problem("busy", "too many event streams", "use WAMP, or come back later"))


def _head(request: Request) -> bytes:
    """Status line and fields of a stream."""
    lines = [b"HTTP/1.1 200 OK"]
    for name in (b"Server", b"Date"):
        lines += [b"%b: %b" % (name, value) for value in _given(request, name)]
    lines += [b"%b: %b" % field for field in (*_HEADERS, (b"Connection", b"close"))]
    return b"\r\n".join([*lines, b"", b""])


def _given(request: Request, name: bytes) -> list[bytes]:
    return list(request.responseHeaders.getRawHeaders(name) or ())


class Events(Leaf):
    """`/v1/events`: streams of events."""

    def __init__(self, streams: EventStreams) -> None:
        self._streams = streams
        self.methods = {b"GET": self._get, b"OPTIONS": self._options}

    async def _get(self, request: Request) -> None:
        """Take the connection away from HTTP, and go on with it as a stream."""
        if request.method == b"HEAD":
            self._streams.consider(request)
            _answer_without_body(request, 200, _HEADERS)
            return
        stream = self._streams.begin(request)
        channel: Any = request.channel
        transport, channel.transport = channel.transport, None
        # HTTP has registered itself as the producer, and stopped reading for the request.
        transport.unregisterProducer()
        # The two know each other; who is not known is free at once.
        channel.requests.clear()
        hand_over(transport, stream, b"")
        transport.resumeProducing()

    async def _options(self, request: Request) -> None:
        """What a browser asks before it lets a page send `Last-Event-ID` itself."""
        _answer_without_body(request, 204, _ALLOWED)


def _answer_without_body(
    request: Request, status: int, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    request.setResponseCode(status)
    for name, value in headers:
        request.setHeader(name, value)
    request.finish()
