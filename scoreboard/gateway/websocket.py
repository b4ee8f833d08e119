"""
WebSocket connections: Autobahn's protocol, with our limits and our way of writing.

Rule: nothing of WAMP or of scores is known here. What is written is whole frames, straight
to the socket, and never after the close frame. Shell.

Autobahn's own send methods are not used: they build log arguments for every message, check
inbound limits against outbound messages, and `sendPreparedMessage` writes in any state.

Source: RFC 6455; security page, limits L4 to L7 and L18.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import attrs
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket.types import ConnectionDeny, ConnectionRequest
from twisted.internet.tcp import Connection

#: RFC 6455, 5.5.1 and 5.5: a control frame holds 125 bytes, 2 of them the close code.
_MAX_REASON = 123

#: RFC 6455, 7.4.1: the endpoint got a message that is too big for it to process.
TOO_BIG = 1009


@attrs.frozen
class SocketSettings:
    """
    Limits of a connection.

    Attributes:
        ping_interval_s: seconds of silence after which the peer is asked for a sign.
        ping_timeout_s: seconds that it has to give one.
        handshake_timeout_s: seconds from the connection to the upgrade.
        hello_timeout_s: seconds from the upgrade to what the application waits for.
        close_timeout_s: seconds that the peer has to answer a close frame.
        max_handshake_bytes: of the HTTP request.
        max_message_bytes: of a message that comes in.
        max_fragments: frames of a message that comes in, empty ones included.
        allowed_origins: of browsers; "*" in it stands for any text.
    """

    ping_interval_s: float = 20.0
    ping_timeout_s: float = 10.0
    handshake_timeout_s: float = 10.0
    hello_timeout_s: float = 10.0
    close_timeout_s: float = 5.0
    max_handshake_bytes: int = 8 * 1024
    max_message_bytes: int = 64 * 1024
    max_fragments: int = 64
    allowed_origins: tuple[str, ...] = ("*",)


class Conversation(Protocol):
    """What is said over a connection. Also a push producer (`IPushProducer`)."""

    def received(self, payload: bytes, is_binary: bool) -> None:
        """A whole message."""

    def goodbye(self) -> None:
        """The server stops; end the conversation in order."""

    def closed(self) -> None:
        """The connection is gone; said once."""


def _writer(transport: Any) -> Callable[[bytes], None]:
    """
    Writes to the socket at once if nothing waits before, else to the transport's buffer.

    Twisted buffers every write and sends at the next turn, at the price of two system
    calls more for each; of thousands of writes in a row that is half of the time. What the
    socket does not take, and what has gone wrong with it, is left to the transport.
    """
    if not isinstance(transport, Connection) or transport.TLS:
        return cast("Callable[[bytes], None]", transport.write)

    def write(data: bytes) -> None:
        sent: object = 0
        if not transport.dataBuffer and not transport._tempDataLen:  # noqa: SLF001 - no other way
            sent = transport.writeSomeData(data)
        if not isinstance(sent, int):
            sent = 0
        if sent < len(data):
            transport.write(data[sent:])

    return write


class Channel(WebSocketServerProtocol):  # type: ignore[misc]
    """
    One WebSocket connection.

    Attributes:
        conversation: None until the handshake is over.
    """

    conversation: Conversation | None = None
    _fragments = 0

    @property
    def is_live(self) -> bool:
        """Whether what is written now will be sent: no close frame was sent or received."""
        return bool(self.state == self.STATE_OPEN)

    def write(self, frames: bytes) -> None:
        """Send whole frames; silently nothing if the connection is closing."""
        if self.state == self.STATE_OPEN:
            self._send(frames)

    def close(self, code: int, reason: str) -> None:
        """Send a close frame, once; the connection is dropped if it is not answered."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(
                code, reason.encode()[:_MAX_REASON].decode(errors="ignore").encode()
            )
            # The answer must be heard even if we had stopped listening.
            self.resume_reading()

    def pause_reading(self) -> None:
        """Take nothing in for now."""
        self.transport.pauseProducing()

    def resume_reading(self) -> None:
        """Take in again."""
        self.transport.resumeProducing()

    # Called by Autobahn and Twisted

    def dataReceived(self, data: bytes) -> None:
        """Autobahn searches all of an unfinished request at each read, however long it is."""
        if (
            self.state == self.STATE_CONNECTING
            and len(self.data) + len(data) > self.factory.settings.max_handshake_bytes
        ):
            self.failHandshake("request too long", 431)
            return
        super().dataReceived(data)

    def failHandshake(self, _reason: str, code: int = 400, headers: Any = None) -> None:
        """Autobahn's reasons repeat what the client sent, in a place where text is code."""
        super().failHandshake("Bad WebSocket request", code, headers)

    def onConnect(self, request: ConnectionRequest) -> str:
        """The first subprotocol of the client's that we speak."""
        for name in request.protocols:
            if name in self.factory.protocols:
                return str(name)
        raise ConnectionDeny(ConnectionDeny.BAD_REQUEST, "no such subprotocol")

    def onOpen(self) -> None:
        """The handshake is over."""
        self._send = _writer(self.transport)
        self.conversation = self.factory.converse(self, self.websocket_protocol_in_use)
        # Below twisted.web the HTTP channel has registered itself.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self.conversation, True)
        self.factory.channels[self] = self.conversation

    def onMessageBegin(self, isBinary: bool) -> None:
        """A message begins."""
        self._fragments = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:
        """Autobahn limits the bytes of a message, but not the frames that it comes in."""
        self._fragments += 1
        if self._fragments > self.factory.settings.max_fragments and not self.failedByMe:
            self._max_message_size_exceeded(0, 0, "too many fragments")
        super().onMessageFrameBegin(length)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """A whole message came in."""
        if self.conversation is not None and self.is_live:
            self.conversation.received(payload, isBinary)

    def onClose(self, _wasClean: bool, _code: int | None, _reason: str | None) -> None:
        """The connection is gone, perhaps before the handshake was over."""
        self.factory.channels.pop(self, None)
        if self.conversation is not None:
            self.conversation.closed()


Converse = Callable[[Channel, str], Conversation]


class ChannelFactory(WebSocketServerFactory):  # type: ignore[misc]
    """
    Makes connections; to be listened with, or mounted with Autobahn's WebSocketResource.

    Args:
        reactor: of the listening port. Autobahn's own timers use the global one.
        subprotocols: that are spoken; one of them is demanded.
        converse: begins a conversation in the given subprotocol over an open connection.
    """

    protocol = Channel

    def __init__(
        self,
        reactor: Any,
        subprotocols: Sequence[str],
        converse: Converse,
        settings: SocketSettings,
    ) -> None:
        super().__init__(protocols=list(subprotocols), server="scoreboard", reactor=reactor)
        self.converse = converse
        self.settings = settings
        self.channels: dict[Channel, Conversation] = {}
        self.setProtocolOptions(
            webStatus=False,
            failByDrop=False,
            tcpNoDelay=True,
            openHandshakeTimeout=settings.handshake_timeout_s,
            closeHandshakeTimeout=settings.close_timeout_s,
            autoPingInterval=settings.ping_interval_s,
            autoPingTimeout=settings.ping_timeout_s,
            maxFramePayloadSize=settings.max_message_bytes,
            maxMessagePayloadSize=settings.max_message_bytes,
            allowedOrigins=list(settings.allowed_origins),
            # Pages without an origin (files, sandboxed frames) may what any page may.
            allowNullOrigin="*" in settings.allowed_origins,
        )

    def goodbye(self) -> None:
        """The server stops: end every conversation in order."""
        for conversation in list(self.channels.values()):
            conversation.goodbye()
