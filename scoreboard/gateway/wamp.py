"""
WAMP over WebSocket: a connection, its session, and the hub's member, in one.

Rule: a peer that does not take what we send is not listened to, so that it can not make us
keep answers for it; a fault in one conversation ends that one only. Shell.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any

import attrs
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.messages import MAX_ID, Message
from scoreboard.gateway.meta import meta_procedures
from scoreboard.gateway.realm import VIEWER, Caller, CallError, Procedure, Realm
from scoreboard.gateway.rejected import Reason, Rejected
from scoreboard.gateway.serializers import Undecodable
from scoreboard.gateway.session import BROKEN, REFUSED, Session, State
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.websocket import Channel, ChannelFactory
from scoreboard.hub.standings import INTERNAL_ERROR, LAGGING, Report
from scoreboard.model.errors import LocalError, RemoteError

#: IANA's registry for RFC 6455: the service restarts, come back later.
RESTART = 1012
#: RFC 6455, 7.4.1: an endpoint that goes away.
GOING_AWAY = 1001

#: What who is too fast for the pace of messages is told.
TOO_FAST = "scoreboard.error.too_many_messages"

#: Milliseconds over which those who must leave a server that stops are told to come back.
SPREAD_MS = 5_000


@attrs.frozen(eq=False)
class House:
    """
    What all connections of a server share.

    Attributes:
        wires: shared by all listening ports, so that their members share cohorts.
        procedures: those of the realm and the meta procedures.
        beats: where it is noticed that somebody has not joined in time.
        settings: `hello_timeout_s` until that, and how fast messages may come in.
        report: is told of faults of ours; must not raise.
        rejected: where it is counted who met a limit.
    """

    wires: Wires
    realm: Realm
    procedures: Mapping[str, Procedure]
    beats: Beats
    settings: SocketSettings
    report: Report
    rejected: Rejected


class _TooFast(Exception):
    """More messages came in than may."""


@implementer(IPushProducer)
class Connection:
    """
    One client.

    Attributes:
        slot: on the wheel, until it has joined.
    """

    __slots__ = (
        "_channel",
        "_deflates",
        "_house",
        "_inbox",
        "_pace",
        "_paid",
        "_session",
        "_spent",
        "_subprotocol",
        "deliver",
        "slot",
        "wire",
        "writable",
    )

    def __init__(
        self, channel: Channel, subprotocol: str, house: House, *, deflates: bool = False
    ) -> None:
        self.slot = 0
        self.writable = True
        self.wire = house.wires.wire(subprotocol, b"", deflates=deflates)
        #: The hub writes frames through this, once per member and flush.
        self.deliver: Callable[[bytes], None] = channel.write
        self._channel = channel
        self._house = house
        self._subprotocol = subprotocol
        self._deflates = deflates
        # Messages that came in one piece with another one, or while the client did not take our
        # answers; hardly ever any.
        self._inbox: deque[tuple[Message, int]] | None = None
        # How fast messages may come, and until when that is used up.
        self._pace = house.settings.messages
        self._spent = 0.0
        # Messages that were counted when they came in, and are not heard yet.
        self._paid = 0
        session_id = secrets.randbelow(MAX_ID) + 1
        self._session = Session(house.realm, house.procedures, self, session_id)
        house.beats.put(self, house.settings.hello_timeout_s)

    # Called by the channel

    def received(self, payload: bytes, is_binary: bool) -> None:
        """A WebSocket message, with one or more WAMP messages in it."""
        if self._session.state is State.NEW:
            wires = self._house.wires
            self.wire = wires.wire(self._subprotocol, payload, deflates=self._deflates)
        try:
            if is_binary is not self.wire.is_binary:
                raise Undecodable("text and binary messages are not the same")
            self._spend()
            # Of several messages in one frame, the first counts for all.
            octets = len(payload)
            for message in self.wire.read(payload):
                if octets:
                    self._take(message, octets)
                    octets = 0
                else:
                    self._spend()
                    self._have_wait(message, octets)
            if self.slot and self._session.state is State.JOINED:
                self._house.beats.drop(self)
                if self._session.role != VIEWER:
                    self._channel.trust()
                    self._pace, self._spent = self._house.settings.ticket_messages, 0.0
        except Undecodable as why:
            self._house.rejected[Reason.NOT_PLAIN] += 1
            self._session.abort("wamp.error.protocol_violation", str(why), BROKEN)
        except _TooFast:
            self._refuse_more()

    def announced(self, count: int) -> None:
        """So many messages more have come in, and wait for their turn."""
        spent = self._pace.more(self._spent, self._house.beats.now, count)
        if spent is None:
            self._refuse_more()
        else:
            self._spent = spent
            self._paid += count

    def _refuse_more(self) -> None:
        if self._channel.is_live:
            self._house.rejected[Reason.MESSAGE_RATE] += 1
        self._session.abort(TOO_FAST, "too many messages", REFUSED)

    def _spend(self) -> None:
        """One message more. Raises: _TooFast."""
        if self._paid:
            self._paid -= 1
            return
        spent = self._pace.more(self._spent, self._house.beats.now)
        if spent is None:
            raise _TooFast
        self._spent = spent

    @property
    def is_ready(self) -> bool:
        """Whether nothing waits, and the client takes our answers."""
        return self.writable and not self._inbox

    def work(self, most: int) -> int:
        """Do so many of the messages that wait, as long as the client takes the answers."""
        done = 0
        while self._inbox and self.writable and done < most:
            self._do(*self._inbox.popleft())
            done += 1
        if not self._inbox:
            self._inbox = None
        return done

    @property
    def is_viewer(self) -> bool:
        """Whether nobody's record depends on it."""
        return self._session.role == VIEWER

    def goodbye(self, retry_ms: int | None = None, where: str = "") -> None:
        """See `Conversation.goodbye`."""
        wait_ms = secrets.randbelow(SPREAD_MS) if retry_ms is None else retry_ms
        details = {"retry_ms": wait_ms, **({"where": where} if where else {})}
        why = f"the server stops; retry_ms={wait_ms}"
        self._session.goodbye("wamp.close.system_shutdown", why, RESTART, **details)

    def closed(self) -> None:
        """The connection is gone."""
        self._inbox = None
        self._house.beats.drop(self)
        self._session.gone()

    # Called by those who look after the server

    @property
    def session(self) -> Session:
        """What is said over it; to be read only."""
        return self._session

    @property
    def subprotocol(self) -> str:
        """As it was agreed."""
        return self._subprotocol

    def kick(self, why: str) -> None:
        """Send the client away; it may come back."""
        self._session.goodbye("wamp.close.killed", why, GOING_AWAY)

    # Called by the wheel

    def look(self, _now: float) -> None:
        """The client has had the time to join."""
        if self._session.state in (State.NEW, State.CHALLENGED):
            self._house.rejected[Reason.HELLO_TIME] += 1
            self._session.abort("wamp.error.timeout", "no HELLO in time", REFUSED)

    def _take(self, message: Message, octets: int) -> None:
        """Do what `message` asks for, or have it wait until the client takes our answers."""
        if self.is_ready:
            self._do(message, octets)
        else:
            self._have_wait(message, octets)

    def _have_wait(self, message: Message, octets: int) -> None:
        if self._channel.is_live:
            if self._inbox is None:
                self._inbox = deque()
            self._inbox.append((message, octets))

    def _do(self, message: Message, octets: int) -> None:
        if not self._channel.is_live:
            return
        try:
            self._session.receive(message, octets)
        except Exception as fault:
            self._house.report(fault)
            self._session.abort("wamp.error.runtime_error", "internal error", INTERNAL_ERROR)

    # Called by the session and the hub

    def send(self, message: Message) -> None:
        """Write a message. Raises: ValueError or TypeError: it cannot be encoded."""
        self._channel.write(self.wire.message(message))

    def close(self, code: int, reason: str) -> None:
        """Close the connection; nothing is written any more."""
        if code == LAGGING and self._channel.is_live:
            self._house.rejected[Reason.SLOW] += 1
        self._inbox = None
        self._channel.close(code, reason)

    def invoke(
        self,
        request: int,
        procedure: Procedure,
        caller: Caller,
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> None:
        """Call a procedure; it may answer at once or later."""
        try:
            answer = procedure(caller, args, kwargs)
            if not isawaitable(answer):
                self._session.returned(request, answer)
                return
        except Exception as fault:
            self._refuse(request, fault)
            return
        # Starts at once and ends by itself: what goes wrong in it is told there.
        Deferred.fromCoroutine(self._await(request, answer))

    async def _await(self, request: int, answer: Awaitable[Any]) -> None:
        try:
            value = await answer
            # Many calls are answered when one commit of the log is done.
            self._channel.gather()
            self._session.returned(request, value)
        except Exception as fault:
            self._refuse(request, fault)
        except BaseException as fault:
            self._refuse(request, LocalError(repr(fault)))

    def _refuse(self, request: int, fault: Exception) -> None:
        """A procedure has refused or failed; or what it has given cannot be said."""
        if isinstance(fault, CallError):
            error = fault
        elif isinstance(fault, RemoteError):
            error = CallError("wamp.error.invalid_argument", str(fault))
        elif isinstance(fault, CancelledError):
            error = CallError("wamp.error.canceled", "the server gave it up")
        else:
            self._house.report(fault)
            error = CallError("wamp.error.runtime_error", "internal error")
        try:
            self._session.failed(request, error)
        except Exception as another:
            self._house.report(another)

    # Called by the transport

    def pauseProducing(self) -> None:
        """The peer does not take what we have sent: neither write nor read."""
        self.writable = False
        self._channel.pause_reading()

    def resumeProducing(self) -> None:
        """Everything was sent."""
        self.writable = True
        self._house.realm.hub.resume(self)
        if self.writable:
            self._channel.resume_reading()

    def stopProducing(self) -> None:
        """The transport is gone; `closed` follows."""


def make_factory(
    reactor: Any, realm: Realm, wires: Wires, settings: SocketSettings, report: Report
) -> ChannelFactory:
    """
    A factory of WAMP connections.

    Args:
        wires: shared by all factories of a realm, so that their members share cohorts.
        report: is told of faults of ours; must not raise.
    """
    procedures = {**realm.procedures, **meta_procedures(realm.hub, realm.sessions)}
    beats = Beats(reactor)
    house = House(wires, realm, procedures, beats, settings, report, realm.rejected)

    def converse(channel: Channel, subprotocol: str, deflates: bool) -> Connection:
        return Connection(channel, subprotocol, house, deflates=deflates)

    return ChannelFactory(beats, wires.subprotocols, converse, settings, realm.rejected)
