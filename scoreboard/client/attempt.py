"""
One connection to a server as Autobahn makes it, under Twisted or asyncio.

Rule: no domain here; an event's payload is handed on as it came. Every way in which a
connection can fail ends in one LinkLost that says why. Shell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autobahn.wamp import serializer
from autobahn.wamp.exception import ApplicationError, TransportLost
from autobahn.wamp.types import CloseDetails, ComponentConfig, SubscribeOptions
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.client.address import closing_text, retry_ms
from scoreboard.client.interest import Topic
from scoreboard.client.interface import CallRefused, IWire, LinkLost

REALM = "scoreboard"

#: Wire formats, the best first: both ends decode CBOR fastest.
FORMATS = {
    "cbor": serializer.CBORSerializer,
    "msgpack": serializer.MsgPackSerializer,
    "json": serializer.JsonSerializer,
}

#: For the TCP connection, seconds.
CONNECT_S = 10

#: A server that is silent for so long, seconds, is asked; and so long it has to answer.
_PING_S = 10
#: WebSocket close code of a client that is done (RFC 6455, 7.4.1).
_NORMAL = 1000
#: For the WebSocket handshake, seconds.
_HANDSHAKE_S = 10


class ClosingProtocol:
    """Of a protocol class of Autobahn's: says why the connection ended, whenever it did."""

    factory: Any

    def onClose(self, wasClean: bool, code: int, reason: str | None) -> None:
        """The connection is gone, also when there was no session yet."""
        super().onClose(wasClean, code, reason)  # type: ignore[misc]
        self.factory.closed(closing_text(code, reason))


def prepare(factory: Any, attempt: Attempt) -> Any:
    """A factory of Autobahn's, made to serve one attempt."""
    factory.closed = attempt.closed
    factory.setProtocolOptions(
        openHandshakeTimeout=_HANDSHAKE_S,
        autoPingInterval=_PING_S,
        autoPingTimeout=_PING_S,
        tcpNoDelay=True,
    )
    return factory


class JoiningSession:
    """Of a session class of Autobahn's: tells its attempt what becomes of it."""

    _transport: Any

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(ComponentConfig(realm=REALM))  # type: ignore[call-arg]
        self._attempt = attempt

    def onJoin(self, details: Any) -> None:
        """There is a session."""
        del details
        self._attempt.joined(self)

    def onLeave(self, details: Any) -> Any:
        """The session is over; who waits for an answer hears it."""
        if details.reason != CloseDetails.REASON_TRANSPORT_LOST:
            said = f"{details.reason}: {details.message}" if details.message else details.reason
            self._attempt.leaving(f"the server ended the session ({said})")
        session: Any = self
        session._errback_outstanding_requests(  # noqa: SLF001
            ApplicationError(details.reason, details.message)
        )
        if self._transport:
            session.disconnect()


@implementer(IWire)
class Wire:
    """
    A joined session.

    Args:
        hang_up: ends the connection; nobody is told that it is gone.
        as_deferred: see `Attempt`.
    """

    def __init__(
        self,
        session: Any,
        hang_up: Callable[[], None],
        as_deferred: Callable[[Any], Deferred[Any]],
    ) -> None:
        self._session = session
        self._hang_up = hang_up
        self._as_deferred = as_deferred
        self._closed = False

    def subscribe(self, topic: Topic, receive: Callable[[Any], None]) -> Deferred[None]:
        """See IWire."""

        def take(*_positional: Any, **payload: Any) -> None:
            # The closing handshake takes a while, and events still come in it.
            if not self._closed:
                receive(payload)

        options = SubscribeOptions(match=topic.match.value)
        asked = self._guarded(lambda: self._session.subscribe(take, topic.uri, options=options))
        return asked.addCallback(lambda _subscription: None)

    def call(self, procedure: str, arguments: dict[str, Any]) -> Deferred[Any]:
        """See IWire."""
        asked = self._guarded(lambda: self._session.call(procedure, **arguments))
        return asked.addCallback(lambda result: getattr(result, "kwresults", result))

    def close(self) -> None:
        """See IWire."""
        if not self._closed:
            self._closed = True
            self._hang_up()

    def _guarded(self, ask: Callable[[], Any]) -> Deferred[Any]:
        """The answer to a request, its failure in our words."""
        # A Deferred of our own: when a session ends, Autobahn chains those of its open
        # requests to one that nobody looks at, and their failures with them.
        answer: Deferred[Any] = Deferred()
        try:
            asked = self._as_deferred(ask())
        except TransportLost as why:
            answer.errback(_translated(why))
        else:
            asked.addCallbacks(
                answer.callback, lambda failure: answer.errback(_translated(failure.value))
            )
        return answer


def _translated(fault: Any) -> BaseException:
    """Autobahn's exceptions in our words."""
    if not isinstance(fault, ApplicationError):
        return LinkLost("the connection was lost") if isinstance(fault, TransportLost) else fault
    if fault.error == CloseDetails.REASON_TRANSPORT_LOST:
        return LinkLost("the connection was lost")
    text = " ".join(str(arg) for arg in fault.args)
    if fault.error.startswith("wamp.close."):
        return LinkLost(f"the server ended the session ({fault.error}: {text})", retry_ms(text))
    return CallRefused(fault.error, text)


class Attempt:
    """
    One attempt to get a session, and the session if it succeeds.

    Whatever happens, `opened` fires once; after it fired with a wire, `gone` is called once.

    Args:
        as_deferred: what a session's promise is as a Deferred; Autobahn gives those of its
            framework.
    """

    def __init__(
        self, gone: Callable[[LinkLost], None], as_deferred: Callable[[Any], Deferred[Any]]
    ) -> None:
        self._gone = gone
        self._as_deferred = as_deferred
        self._said: str | None = None
        self._wire: Wire | None = None
        self._over = False
        self._protocol: Any = None
        self.opened: Deferred[IWire] = Deferred(self._cancelled)
        self._abort: Callable[[], object] = lambda: None

    def begin(self, connecting: Deferred[Any], abort: Callable[[], object]) -> None:
        """
        Connect.

        Args:
            connecting: fires with the protocol.
            abort: gives up before that.
        """
        self._abort = abort
        connecting.addCallbacks(self._connected, self._refused)

    def _connected(self, protocol: Any) -> None:
        self._protocol = protocol
        transport = protocol.transport
        # Twisted's name for it, and asyncio's.
        self._abort = getattr(transport, "abortConnection", None) or transport.abort
        if self._over:
            self._abort()

    def _hang_up(self) -> None:
        self._over = True
        if self._protocol is not None:
            self._protocol.sendClose(_NORMAL)

    def _refused(self, failure: Failure) -> None:
        self.closed(failure.getErrorMessage().rstrip("."))

    def _cancelled(self, _opened: Deferred[IWire]) -> None:
        self._over = True
        self._abort()

    def joined(self, session: Any) -> None:
        """There is a session."""
        if not self._over:
            self._wire = Wire(session, self._hang_up, self._as_deferred)
            self.opened.callback(self._wire)

    def leaving(self, text: str) -> None:
        """The server says that it ends the session, and why."""
        self._said = text

    def closed(self, text: str) -> None:
        """The connection is gone, or was never made."""
        if self._over:
            return
        self._over = True
        why = self._said or text
        fault = LinkLost(why, retry_ms(why))
        if self._wire is None:
            self.opened.errback(fault)
        else:
            self._gone(fault)
