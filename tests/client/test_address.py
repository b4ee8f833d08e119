"""The address of a server, and why a connection ended; the rest is in tests/integration."""

import pytest

from scoreboard.client.address import Address, closing_text, parse_address, retry_ms
from scoreboard.model.errors import RemoteError


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("ws://127.0.0.1:8080/ws", "127.0.0.1", 8080, False),
        ("ws://scores.example/ws", "scores.example", 80, False),
        ("wss://scores.example/ws", "scores.example", 443, True),
        ("ws://[::1]:9000/ws", "::1", 9000, False),
    ],
)
def test_an_address_has_its_parts(url, host, port, secure):
    assert parse_address(url) == Address(url, host, port, secure)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/ws", "127.0.0.1:8080", "ws://", "ws://a:99999/ws", "", "ws://a:x/ws"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(RemoteError, match="no address like"):
        parse_address(url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scoreboard.error.busy: retry_ms=2500", 2500),
        ("slow consumer, retry_ms: 40", 40),
        ('{"retry_ms":1500}', 1500),
        ("bye", None),
    ],
)
def test_a_farewell_may_say_how_long_to_stay_away(text, expected):
    assert retry_ms(text) == expected


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (None, None, "the connection was lost"),
        (
            1006,
            "connection was closed uncleanly (peer dropped the TCP connection without ...)",
            "the connection was lost",
        ),
        (
            1006,
            'connection was closed uncleanly ("WebSocket connection upgrade failed [404]: x")',
            "WebSocket connection upgrade failed [404]: x",
        ),
        (1001, None, "the server closed the connection (1001)"),
        (4008, "you fell behind", "the server closed the connection (4008, you fell behind)"),
    ],
)
def test_why_a_connection_ended_is_said_for_a_person(code, reason, expected):
    assert closing_text(code, reason) == expected
