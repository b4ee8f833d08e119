"""
Sessions with a server, under Twisted.

Rule: what `client.attempt` says; here is only what Twisted has for it. Shell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autobahn.twisted.wamp import ApplicationSession
from autobahn.twisted.websocket import WampWebSocketClientFactory, WampWebSocketClientProtocol
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import optionsForClientTLS

from scoreboard.client.address import Address
from scoreboard.client.attempt import (
    CONNECT_S,
    FORMATS,
    Attempt,
    ClosingProtocol,
    JoiningSession,
    prepare,
)
from scoreboard.client.interface import Dial, IWire, LinkLost


class _Protocol(ClosingProtocol, WampWebSocketClientProtocol):  # type: ignore[misc]
    """The connection."""


class _Session(JoiningSession, ApplicationSession):  # type: ignore[misc]
    """The WAMP session."""


class _Factory(WampWebSocketClientFactory):  # type: ignore[misc]
    """Makes one connection and one session."""

    protocol = _Protocol


def _itself(promise: Deferred[Any]) -> Deferred[Any]:
    return promise


def dialer(reactor: Any, address: Address, wire_format: str) -> Dial:
    """
    What opens sessions with the server at `address`.

    Args:
        wire_format: a key of FORMATS.
    """

    def dial(gone: Callable[[LinkLost], None]) -> Deferred[IWire]:
        endpoint: IStreamClientEndpoint = HostnameEndpoint(
            reactor, address.host, address.port, timeout=CONNECT_S
        )
        if address.secure:
            endpoint = wrapClientTLS(optionsForClientTLS(address.host), endpoint)
        attempt = Attempt(gone, _itself)
        factory = _Factory(
            lambda: _Session(attempt),
            url=address.url,
            serializers=[FORMATS[wire_format]()],
            reactor=reactor,
        )
        connecting = endpoint.connect(prepare(factory, attempt))
        attempt.begin(connecting, connecting.cancel)
        return attempt.opened

    return dial
