"""What is written goes to the socket at once, in order, and never too much of it."""

from __future__ import annotations

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.tcp import Connection
from twisted.internet.testing import StringTransport

from scoreboard.gateway.websocket import _writer


class FakeConnection(Connection):
    """
    A TCP connection whose socket takes so many bytes at a time.

    Attributes:
        room: bytes; None: the peer is gone.
    """

    TLS = False

    def __init__(self, room: int | None) -> None:
        self.room = room
        self.sent = b""
        self.buffered = b""

    @property
    def dataBuffer(self) -> bytes:
        return b""

    @property
    def _tempDataLen(self) -> int:
        return len(self.buffered)

    def writeSomeData(self, data: bytes) -> int | ConnectionLost:
        if self.room is None:
            return ConnectionLost()
        self.sent += data[: self.room]
        return min(len(data), self.room)

    def write(self, data: bytes) -> None:
        self.buffered += data


@pytest.mark.parametrize(
    ("room", "sent", "buffered"),
    [(100, b"firstsecond", b""), (3, b"fir", b"stsecond"), (0, b"", b"firstsecond")],
)
def test_what_the_socket_does_not_take_waits_and_so_does_all_that_follows(room, sent, buffered):
    connection = FakeConnection(room)
    write = _writer(connection)
    write(b"first")
    write(b"second")
    assert (connection.sent, connection.buffered) == (sent, buffered)


def test_a_broken_socket_is_left_to_the_transport():
    connection = FakeConnection(None)
    _writer(connection)(b"data")
    assert connection.buffered == b"data"


def test_a_transport_that_is_no_plain_socket_is_written_to_as_usual():
    transport = StringTransport()
    _writer(transport)(b"data")
    assert transport.value() == b"data"


def test_a_connection_that_has_turned_to_tls_is_written_to_as_usual():
    connection = FakeConnection(100)
    connection.TLS = True
    _writer(connection)(b"data")
    assert connection.buffered == b"data"
