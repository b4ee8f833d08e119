"""
WAMP over WebSocket: a connection, its session, and the hub's member, in one.

Rule: a peer that does not take what we send is not listened to, so that it can not make us
keep answers for it; a fault in one conversation ends that one only. Shell.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from twisted.internet.defer import CancelledError, maybeDeferred
from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.gateway.frames import Wires
from scoreboard.gateway.messages import MAX_ID, Message
from scoreboard.gateway.meta import meta_procedures
from scoreboard.gateway.realm import Caller, CallError, Procedure, Realm
from scoreboard.gateway.serializers import Undecodable
from scoreboard.gateway.session import BROKEN, REFUSED, Session, State
from scoreboard.gateway.websocket import Channel, ChannelFactory, SocketSettings
from scoreboard.hub.fanout import INTERNAL_ERROR, Report
from scoreboard.model.errors import LocalError, RemoteError

#: RFC 6455, 7.4.1: the endpoint is going away.
GOING_AWAY = 1001


def _exception(failure: Failure) -> Exception:
    value = failure.value
    return value if isinstance(value, Exception) else LocalError(repr(value))


@implementer(IPushProducer)
class Connection:
    """
    One client.

    Args:
        opening: is told when the session has joined or is gone.
        report: is told of faults of ours.
    """

    def __init__(
        self,
        channel: Channel,
        subprotocol: str,
        wires: Wires,
        realm: Realm,
        procedures: Mapping[str, Procedure],
        opening: Opening,
        report: Report,
    ) -> None:
        self.writable = True
        self.wire = wires.wire(subprotocol, b"")
        #: The hub writes frames through this, once per member and flush.
        self.deliver: Callable[[bytes], None] = channel.write
        self._channel = channel
        self._subprotocol = subprotocol
        self._wires = wires
        self._realm = realm
        self._opening = opening
        self._report = report
        self._inbox: deque[Message] = deque()
        session_id = secrets.randbelow(MAX_ID) + 1
        self._session = Session(realm, procedures, self, session_id)
        opening.enter(self)

    # Called by the channel

    def received(self, payload: bytes, is_binary: bool) -> None:
        """A WebSocket message, with one or more WAMP messages in it."""
        if self._session.state is State.NEW:
            self.wire = self._wires.wire(self._subprotocol, payload)
        try:
            if is_binary is not self.wire.is_binary:
                raise Undecodable("text and binary messages are not the same")
            self._inbox.extend(self.wire.read(payload))
        except Undecodable as why:
            self._session.abort("wamp.error.protocol_violation", str(why), BROKEN)
        self._work()

    def goodbye(self) -> None:
        """The server stops."""
        self._session.goodbye("wamp.close.system_shutdown", "the server stops", GOING_AWAY)

    def closed(self) -> None:
        """The connection is gone."""
        self._opening.leave(self)
        self._inbox.clear()
        self._session.gone()

    def too_late(self) -> None:
        """The client has not joined in time."""
        self._session.abort("wamp.error.timeout", "no HELLO in time", REFUSED)

    def _work(self) -> None:
        """Do what was asked, as long as the client takes the answers."""
        while self._inbox and self.writable and self._channel.is_live:
            try:
                self._session.receive(self._inbox.popleft())
            except Exception as fault:
                self._report(fault)
                self._session.abort("wamp.error.runtime_error", "internal error", INTERNAL_ERROR)
        if self._session.state is State.JOINED:
            self._opening.leave(self)

    # Called by the session and the hub

    def send(self, message: Message) -> None:
        """Write a message. Raises: ValueError or TypeError: it cannot be encoded."""
        self._channel.write(self.wire.message(message))

    def close(self, code: int, reason: str) -> None:
        """Close the connection; nothing is written any more."""
        self._inbox.clear()
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
        answer = maybeDeferred(procedure, caller, args, kwargs)
        answer.addCallback(partial(self._session.returned, request))
        answer.addErrback(partial(self._refused, request))
        answer.addErrback(self._failed)

    def _failed(self, failure: Failure) -> None:
        """A fault of ours: not the procedure's refusal, but that of telling it."""
        self._report(_exception(failure))

    def _refused(self, request: int, failure: Failure) -> None:
        fault = failure.value
        if isinstance(fault, CallError):
            error = fault
        elif isinstance(fault, RemoteError):
            error = CallError("wamp.error.invalid_argument", str(fault))
        elif isinstance(fault, CancelledError):
            error = CallError("wamp.error.canceled", "the server gave it up")
        else:
            self._report(_exception(failure))
            error = CallError("wamp.error.runtime_error", "internal error")
        self._session.failed(request, error)

    # Called by the transport

    def pauseProducing(self) -> None:
        """The peer does not take what we have sent: neither write nor read."""
        self.writable = False
        self._channel.pause_reading()

    def resumeProducing(self) -> None:
        """Everything was sent."""
        self.writable = True
        self._realm.hub.resume(self)
        self._work()
        if self.writable:
            self._channel.resume_reading()

    def stopProducing(self) -> None:
        """The transport is gone; `closed` follows."""


class Opening:
    """
    Connections that have not joined yet; who stays too long is sent away.

    Args:
        clock: the reactor.
        patience_s: seconds, the same for all, so that the first in is the first due.
    """

    def __init__(self, clock: IReactorTime, patience_s: float) -> None:
        self._clock = clock
        self._patience_s = patience_s
        self._due: dict[Connection, float] = {}
        self._call: IDelayedCall | None = None

    def enter(self, connection: Connection) -> None:
        """`connection` is open."""
        self._due[connection] = self._clock.seconds() + self._patience_s
        if self._call is None:
            self._call = self._clock.callLater(self._patience_s, self._look)

    def leave(self, connection: Connection) -> None:
        """`connection` has joined, or is gone; more than once is fine."""
        if self._due.pop(connection, None) is not None and not self._due and self._call:
            self._call.cancel()
            self._call = None

    def _look(self) -> None:
        self._call = None
        now = self._clock.seconds()
        for connection, due in list(self._due.items()):
            if due > now:
                self._call = self._clock.callLater(due - now, self._look)
                break
            del self._due[connection]
            connection.too_late()


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
    opening = Opening(reactor, settings.hello_timeout_s)

    def converse(channel: Channel, subprotocol: str) -> Connection:
        return Connection(channel, subprotocol, wires, realm, procedures, opening, report)

    return ChannelFactory(reactor, wires.subprotocols, converse, settings)
