"""
Sorry: what WebSocket clients hear that find the house full.

Rule: the handshake is made before, since a page can not read why a handshake was refused; then
nothing but the close frame is said, whatever is asked. Shell.

Source: security page, 5 (close codes).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from scoreboard.gateway.websocket import TRY_AGAIN, Channel, ChannelFactory

#: Seconds from the connection to the upgrade, and for the answer to the close frame.
_PATIENCE_S = 2.0


@implementer(IPushProducer)
class _Sorry:
    """A conversation that is over."""

    is_viewer = True
    is_ready = True

    def received(self, payload: bytes, is_binary: bool) -> None:
        """It is not listened to."""

    def announced(self, count: int) -> None:
        """Nothing is counted."""

    def work(self, most: int) -> int:
        """Nothing is left to do."""
        del most
        return 0

    def goodbye(self, retry_ms: int | None = None, where: str = "") -> None:
        """It was said before."""

    def closed(self) -> None:
        """That was all."""

    def pauseProducing(self) -> None:
        """Nothing is produced."""

    def resumeProducing(self) -> None:
        """Nothing is produced."""

    def stopProducing(self) -> None:
        """Nothing is produced."""


def sorry(sockets: ChannelFactory, retry_ms: Callable[[], int]) -> ChannelFactory:
    """
    What serves those for whom there is no room in `sockets`.

    Args:
        retry_ms: how long the next one should stay away.
    """

    def converse(channel: Channel, _subprotocol: str, _deflates: bool) -> _Sorry:
        # The channel is not open before this has returned.
        sockets.beats.soon(lambda: channel.close(TRY_AGAIN, f'{{"retry_ms":{retry_ms()}}}'))
        return _Sorry()

    settings = attrs.evolve(
        sockets.settings, handshake_timeout_s=_PATIENCE_S, close_timeout_s=_PATIENCE_S
    )
    return ChannelFactory(
        sockets.beats, sockets.doorman.subprotocols, converse, settings, sockets.rejected
    )
