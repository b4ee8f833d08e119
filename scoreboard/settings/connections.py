"""
What an operator can choose of connections: the port, how many may come, what each may send.

Rule: a default is right for one machine. Pure.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Listen:
    """The one public port, for WebSocket and HTTP."""

    interface: str = "127.0.0.1"
    port: int = 8080
    backlog: int = 4096


@attrs.frozen
class LimitSettings:
    """
    How many may come, how fast, and how fast they may ask; `docs/limits.md` has all limits.

    Attributes:
        max_connections: in all; what the process may open is kept to as well.
        arrivals_per_s, arrivals_burst: of new connections; who is too fast waits.
        address_connections: of one address (IPv6: of its first 64 bits); 0: no limit.
        address_arrivals_per_s, address_arrivals_burst: new ones of one address.
        requests_per_s, requests_burst: over HTTP, without a token, of one address.
        trusted: networks whose addresses are not those of one client: balancers, this machine.
        max_unusual: different subscriptions to something else than a kind, or all, of a game,
            team or league that there is.
    """

    max_connections: int = 15_000
    arrivals_per_s: float = 1_000.0
    arrivals_burst: int = 1_000
    address_connections: int = 200
    address_arrivals_per_s: float = 5.0
    address_arrivals_burst: int = 50
    requests_per_s: float = 20.0
    requests_burst: int = 100
    trusted: tuple[str, ...] = ("127.0.0.0/8", "::1")
    max_unusual: int = 5_000


@attrs.frozen
class WebSocketSettings:
    """
    WebSocket and WAMP.

    Attributes:
        ping_interval_s, ping_timeout_s: server-side heartbeat, seconds.
        stall_s: seconds after which a peer that is there, but takes nothing, is dropped.
        handshake_timeout_s: seconds from the connection to the upgrade, or to the end of the
            head of a request over HTTP.
        hello_timeout_s: seconds from the upgrade until the session has joined.
        message_timeout_s: seconds that a message may take to come in whole.
        max_handshake_bytes, max_handshake_fields, max_uri_bytes: of the head of a request, of
            HTTP as well.
        allowed_origins: of pages that may connect; `*` in one stands for any text.
        max_viewer_bytes: of an inbound message.
        max_message_bytes: the same of those who have shown a ticket.
        max_fragments: frames of an inbound message.
        max_pinned_bytes: of all messages that have not come in whole, over all connections.
        messages_per_s, messages_burst: inbound, of one session.
        ticket_messages_per_s, ticket_messages_burst: the same of those with a ticket.
        controls_per_s, controls_burst: pings and pongs, inbound.
        max_subscriptions: of one session.
        max_retained: publications that one `get_retained` may bring.
        write_buffer_bytes: that wait for one peer before it is not written to for a while.
        kernel_buffer_bytes: that the kernel keeps for one peer (SO_SNDBUF); 0: its default.
        kernel_unsent_bytes: of them not sent yet (TCP_NOTSENT_LOWAT); 0: its default.
        deflate: whether permessage-deflate is agreed to with peers that offer it.
    """

    ping_interval_s: float = 20.0
    ping_timeout_s: float = 10.0
    stall_s: float = 60.0
    handshake_timeout_s: float = 5.0
    hello_timeout_s: float = 10.0
    message_timeout_s: float = 5.0
    max_handshake_bytes: int = 8 * 1024
    max_handshake_fields: int = 40
    max_uri_bytes: int = 1_024
    allowed_origins: tuple[str, ...] = ("*",)
    max_viewer_bytes: int = 16 * 1024
    max_message_bytes: int = 64 * 1024
    max_fragments: int = 16
    max_pinned_bytes: int = 16 * 1024 * 1024
    messages_per_s: float = 10.0
    messages_burst: int = 200
    ticket_messages_per_s: float = 2_000.0
    ticket_messages_burst: int = 10_000
    controls_per_s: float = 2.0
    controls_burst: int = 10
    max_subscriptions: int = 128
    max_retained: int = 500
    write_buffer_bytes: int = 32 * 1024
    kernel_buffer_bytes: int = 64 * 1024
    kernel_unsent_bytes: int = 16 * 1024
    deflate: bool = True


@attrs.frozen
class HttpSettings:
    """
    HTTP: sizes in bytes.

    Attributes:
        body_timeout_s: seconds for the body of a request.
        idle_s: seconds until the next request, or to take something of an answer.
        max_streams: event streams (`/v1/events`) at a time; their buffers, subscriptions and
            patience are those of WebSocket.
        stream_beat_s: seconds between the signs of life on an event stream.
        idempotency_s: how long an answer is kept for its `Idempotency-Key`, seconds.
        max_idempotency_keys: that are kept at a time; beyond: the oldest goes.
    """

    max_body_bytes: int = 512 * 1024
    max_batch: int = 2_000
    body_timeout_s: float = 30.0
    idle_s: float = 10.0
    max_streams: int = 3_000
    stream_beat_s: float = 15.0
    idempotency_s: float = 600.0
    max_idempotency_keys: int = 10_000
