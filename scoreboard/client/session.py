"""
A session with a server: WAMP over WebSocket, on Autobahn's client.

Rule: no domain here; an event's payload is handed on as it came. Every way in which a
connection can fail ends in one LinkLost that says why. Shell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import attrs
from autobahn.twisted.wamp import ApplicationSession
from autobahn.twisted.websocket import WampWebSocketClientFactory, WampWebSocketClientProtocol
from autobahn.wamp import serializer
from autobahn.wamp.exception import ApplicationError, TransportLost
from autobahn.wamp.types import CloseDetails, ComponentConfig, SubscribeOptions
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import optionsForClientTLS
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.client.interest import Topic
from scoreboard.client.interface import CallRefused, Dial, IWire, LinkLost
from scoreboard.model.errors import RemoteError

REALM = "scoreboard"

#: Wire formats, the best first: both ends decode CBOR fastest.
FORMATS = {
    "cbor": serializer.CBORSerializer,
    "msgpack": serializer.MsgPackSerializer,
    "json": serializer.JsonSerializer,
}

#: A server that is silent for so long, seconds, is asked; and so long it has to answer.
_PING_S = 10
#: WebSocket close code of a client that is done (RFC 6455, 7.4.1).
_NORMAL = 1000
#: Close code of a connection that ended without a close frame (RFC 6455, 7.4.1).
_ABNORMAL = 1006
#: For the WebSocket handshake, seconds.
_HANDSHAKE_S = 10
#: For the TCP connection, seconds.
_CONNECT_S = 10

#: How a server writes, in the text of a refusal or a farewell, how long to stay away.
_RETRY = re.compile(r"retry_ms[=:]\s*(\d{1,9})")


@attrs.frozen
class Address:
    """Where a server is: `url` and its parts."""

    url: str
    host: str
    port: int
    secure: bool


def parse_address(url: str) -> Address:
    """
    The address that `url` is: ws://host:port/path or wss://...

    Raises:
        RemoteError: it is none; the text says what it must be.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("ws", "wss") or not parts.hostname or port == -1:
        raise RemoteError(f"{url!r} is no address like ws://127.0.0.1:8080/ws")
    secure = parts.scheme == "wss"
    return Address(url, parts.hostname, port or (443 if secure else 80), secure)


def retry_ms(text: str) -> int | None:
    """How long a text asks to stay away, milliseconds; None if it does not."""
    found = _RETRY.search(text)
    return int(found.group(1)) if found else None


def closing_text(code: int | None, reason: str | None) -> str:
    """
    Why a WebSocket connection ended, for a person.

    Args:
        code: of the close frame; None or 1006 if there was none.
        reason: as Autobahn words it.
    """
    if code not in (None, _ABNORMAL):
        return f"the server closed the connection ({code}{f', {reason}' if reason else ''})"
    inner = re.sub(r"^connection was closed uncleanly \((.*)\)$", r"\1", reason or "").strip('"')
    if not inner or inner.startswith("peer dropped the TCP connection"):
        return "the connection was lost"
    return inner


class _Protocol(WampWebSocketClientProtocol):  # type: ignore[misc]
    """The connection; says why it was closed, also when there was no session yet."""

    def onClose(self, wasClean: bool, code: int, reason: str | None) -> None:
        super().onClose(wasClean, code, reason)
        self.factory.closed(closing_text(code, reason))


class _Factory(WampWebSocketClientFactory):  # type: ignore[misc]
    """Makes one connection and one session."""

    protocol = _Protocol

    def __init__(self, attempt: _Attempt, url: str, formats: list[Any], reactor: Any) -> None:
        super().__init__(attempt.session, url=url, serializers=formats, reactor=reactor)
        self.closed = attempt.closed
        self.setProtocolOptions(
            openHandshakeTimeout=_HANDSHAKE_S,
            autoPingInterval=_PING_S,
            autoPingTimeout=_PING_S,
            tcpNoDelay=True,
        )


class _Session(ApplicationSession):  # type: ignore[misc]
    """The WAMP session; tells its attempt what becomes of it."""

    def __init__(self, attempt: _Attempt) -> None:
        super().__init__(ComponentConfig(realm=REALM))
        self._attempt = attempt

    def onJoin(self, details: Any) -> None:
        del details
        self._attempt.joined(self)

    def onLeave(self, details: Any) -> Any:
        if details.reason != CloseDetails.REASON_TRANSPORT_LOST:
            said = f"{details.reason}: {details.message}" if details.message else details.reason
            self._attempt.leaving(f"the server ended the session ({said})")
        self._errback_outstanding_requests(ApplicationError(details.reason, details.message))
        if self._transport:
            self.disconnect()


@implementer(IWire)
class _Wire:
    """
    A joined session.

    Args:
        hang_up: ends the connection; nobody is told that it is gone.
    """

    def __init__(self, session: ApplicationSession, hang_up: Callable[[], None]) -> None:
        self._session = session
        self._hang_up = hang_up
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

    @staticmethod
    def _guarded(ask: Callable[[], Deferred[Any]]) -> Deferred[Any]:
        """The answer to a request, its failure in our words."""
        # A Deferred of our own: when a session ends, Autobahn chains those of its open
        # requests to one that nobody looks at, and their failures with them.
        answer: Deferred[Any] = Deferred()
        try:
            asked = ask()
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


class _Attempt:
    """
    One attempt to get a session, and the session if it succeeds.

    Whatever happens, `opened` fires once; after it fired with a wire, `gone` is called once.
    """

    def __init__(self, gone: Callable[[LinkLost], None]) -> None:
        self._gone = gone
        self._said: str | None = None
        self._wire: _Wire | None = None
        self._over = False
        self._protocol: Any = None
        self.opened: Deferred[IWire] = Deferred(self._cancelled)
        self._abort: Callable[[], None] = lambda: None

    def session(self) -> _Session:
        """The session of the connection that was made."""
        return _Session(self)

    def begin(self, endpoint: IStreamClientEndpoint, factory: _Factory) -> None:
        """Connect."""
        connecting = endpoint.connect(factory)
        self._abort = connecting.cancel
        connecting.addCallbacks(self._connected, self._refused)

    def _connected(self, protocol: Any) -> None:
        self._protocol = protocol
        self._abort = protocol.transport.abortConnection
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

    def joined(self, session: _Session) -> None:
        """There is a session."""
        if not self._over:
            self._wire = _Wire(session, self._hang_up)
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


def dialer(reactor: Any, address: Address, wire_format: str) -> Dial:
    """
    What opens sessions with the server at `address`.

    Args:
        wire_format: a key of FORMATS.
    """

    def dial(gone: Callable[[LinkLost], None]) -> Deferred[IWire]:
        endpoint: IStreamClientEndpoint = HostnameEndpoint(
            reactor, address.host, address.port, timeout=_CONNECT_S
        )
        if address.secure:
            endpoint = wrapClientTLS(optionsForClientTLS(address.host), endpoint)
        attempt = _Attempt(gone)
        factory = _Factory(attempt, address.url, [FORMATS[wire_format]()], reactor)
        attempt.begin(endpoint, factory)
        return attempt.opened

    return dial
