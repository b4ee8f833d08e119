"""
The limits of a WebSocket connection.

Rule: each has a default that is right for the public; `docs/limits.md` says what who is over
one of them gets. Pure.

Source: security page, L4 to L9, L17 and L18.
"""

from __future__ import annotations

import attrs

from scoreboard.gateway.heartbeat import Patience
from scoreboard.gateway.pace import Pace
from scoreboard.gateway.upgrade import HeadLimits


@attrs.frozen
class SocketSettings:
    """
    Limits of a connection.

    Attributes:
        patience: with a silent peer.
        handshake_timeout_s: seconds from the connection to the upgrade.
        hello_timeout_s: seconds from the upgrade to what the application waits for.
        close_timeout_s: seconds that the peer has to answer a close frame.
        message_timeout_s: seconds that a message may take to come in whole.
        head: limits of the HTTP request.
        max_viewer_bytes: of a message that comes in.
        max_message_bytes: the same from those who have shown a ticket.
        max_fragments: frames of a message that comes in, empty ones included.
        max_pinned_bytes: of all messages, over all connections, that have not come in whole.
        messages: how fast they may come in.
        ticket_messages: the same from those who have shown a ticket.
        controls: how fast control frames may come in.
        allowed_origins: of browsers; "*" in it stands for any text.
        write_buffer_bytes: above which a peer that does not read is not written to.
        deflates: whether permessage-deflate is agreed to.
    """

    patience: Patience = attrs.field(factory=Patience)
    handshake_timeout_s: float = 5.0
    hello_timeout_s: float = 10.0
    close_timeout_s: float = 5.0
    message_timeout_s: float = 5.0
    head: HeadLimits = attrs.field(factory=HeadLimits)
    max_viewer_bytes: int = 16 * 1024
    max_message_bytes: int = 64 * 1024
    max_fragments: int = 16
    max_pinned_bytes: int = 16 * 1024 * 1024
    messages: Pace = attrs.field(default=Pace.of(10, 200))
    ticket_messages: Pace = attrs.field(default=Pace.of(2_000, 10_000))
    controls: Pace = attrs.field(default=Pace.of(2, 10))
    allowed_origins: tuple[str, ...] = ("*",)
    write_buffer_bytes: int = 32 * 1024
    deflates: bool = True
