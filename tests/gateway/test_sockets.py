"""What is written goes to the socket at once, in order; the kernel keeps what it is told."""

from __future__ import annotations

import socket

import pytest
from twisted.internet.tcp import Connection
from twisted.internet.testing import StringTransport

from scoreboard.gateway.sockets import Kernel, acknowledges, can_tell, finish, send, tune


class FakeSocket:
    """Takes so many bytes at a time; None: the peer is gone."""

    def __init__(self, room: int | None) -> None:
        self.room = room
        self.sent = b""

    def send(self, data: bytes) -> int:
        if self.room is None:
            raise ConnectionResetError
        if not self.room:
            raise BlockingIOError
        self.sent += data[: self.room]
        return min(len(data), self.room)

    #: Retransmissions, unanswered probes, doublings: `struct tcp_info`, from its third byte on.
    info = bytes(3)

    def getsockopt(self, *_args: int) -> bytes:
        return bytes(2) + self.info + bytes(51) + (5_000).to_bytes(4, "little")


class FakeConnection(Connection):
    """A TCP connection over a fake socket."""

    TLS = False
    dataBuffer = b""

    def __init__(self, room: int | None) -> None:
        self.socket = FakeSocket(room)
        self.buffered = b""
        self.ended = ""

    @property
    def _tempDataLen(self) -> int:
        return len(self.buffered)

    def write(self, data: bytes) -> None:
        self.buffered += data

    def loseWriteConnection(self) -> None:
        self.ended = "ours"

    def loseConnection(self) -> None:
        self.ended = "both"


@pytest.mark.parametrize(
    ("room", "sent", "buffered"),
    [
        (100, b"firstsecond", b""),
        (3, b"fir", b"stsecond"),
        (0, b"", b"firstsecond"),
        (None, b"", b"firstsecond"),
    ],
)
def test_what_the_socket_does_not_take_waits_and_so_does_all_that_follows(room, sent, buffered):
    connection = FakeConnection(room)
    send(connection, b"first")
    send(connection, b"second")
    assert (connection.socket.sent, connection.buffered) == (sent, buffered)


def test_a_transport_that_is_no_plain_socket_is_written_to_as_usual():
    transport = StringTransport()
    send(transport, b"data")
    assert transport.value() == b"data"


def test_a_connection_that_has_turned_to_tls_is_written_to_as_usual():
    connection = FakeConnection(100)
    connection.TLS = True
    send(connection, b"data")
    assert connection.buffered == b"data"


@pytest.mark.parametrize(("tls", "ended"), [(False, "ours"), (True, "both")])
def test_a_plain_connection_is_closed_on_our_side_first(tls, ended):
    connection = FakeConnection(100)
    connection.TLS = tls
    finish(connection)
    assert connection.ended == ended


def test_whether_the_peers_machine_answers_is_what_the_kernel_says():
    connection = FakeConnection(100)
    assert acknowledges(connection, 5.0)
    assert not acknowledges(connection, 4.9)
    assert not acknowledges(StringTransport(), 1_000.0)
    assert can_tell(connection)
    assert not can_tell(StringTransport())


@pytest.mark.parametrize(
    ("info", "there"),
    [
        (b"\0\0\0", False),
        (b"\0\0\5", True),  # it is asked ever more seldom whether it has room, and answers
        (b"\0\1\5", False),  # it does not
        (b"\3\0\3", False),  # what was sent is not acknowledged
    ],
)
def test_a_peer_without_room_is_there_while_its_kernel_answers_probes(info, there):
    connection = FakeConnection(100)
    connection.socket.info = info
    assert acknowledges(connection, 1.0) is there


class FakePort:
    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))


def accepted_by(port: FakePort) -> dict[str, int]:
    with socket.create_connection(port.socket.getsockname()):
        accepted, _ = port.socket.accept()
    with accepted, port.socket:
        options = {
            "nodelay": (socket.IPPROTO_TCP, socket.TCP_NODELAY),
            "buffer": (socket.SOL_SOCKET, socket.SO_SNDBUF),
            "unsent": (socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT),
            "timeout": (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        }
        return {name: accepted.getsockopt(*option) for name, option in options.items()}


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux only")
def test_connections_inherit_what_the_port_was_told():
    port = FakePort()
    tune(port, Kernel(send_bytes=50_000, unsent_bytes=10_000, unanswered_s=12.5))
    # Linux doubles a buffer, for its own accounts.
    expected = {"nodelay": 1, "buffer": 100_000, "unsent": 10_000, "timeout": 12_500}
    assert accepted_by(port) == expected


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux only")
def test_what_is_zero_is_left_to_the_kernel():
    untouched, port = FakePort(), FakePort()
    tune(port, Kernel(send_bytes=0, unsent_bytes=0, unanswered_s=0.0))
    assert accepted_by(port) == accepted_by(untouched) | {"nodelay": 1}
