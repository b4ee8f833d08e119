"""
What we do with Twisted's TCP transports beyond their interfaces.

Rule: what is not a plain TCP connection (TLS, a test's transport) is used by its interface
only. Shell.

Source: Linux, tcp(7) and `struct tcp_info`; security page, L17.

# Note [Probes]

A peer whose buffers are full is asked by the kernel, with a probe of a byte, whether it has room
again: after 0.2 s, and each time twice as long later. Its kernel answers each of them. So one that
has not read for 20 s was heard of 6 or 12 s ago, though it is there. What tells then is that no
probe is unanswered; the next one is told within twice the time that is waited already.
"""

from __future__ import annotations

import socket
import sys
from array import array
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import Any

import attrs
from twisted.internet.interfaces import IProtocol
from twisted.internet.tcp import Connection
from twisted.protocols.policies import ProtocolWrapper

#: Where `struct tcp_info` has the milliseconds since the last acknowledgement.
_LAST_ACK = slice(56, 60)

#: Where it has how often what was sent was sent again, probes without an answer, and how often
#: the time to the next one was doubled.
_AGAIN, _PROBES, _DOUBLED = 2, 3, 4

#: How exact that is, milliseconds: the kernel counts in ticks of up to 10.
_TICK_MS = 20

#: Linux's numbers; None where there is no such thing.
_INFO = getattr(socket, "TCP_INFO", None)
_UNSENT = getattr(socket, "TCP_NOTSENT_LOWAT", None)
_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)


@attrs.frozen
class Kernel:
    """
    What the kernel may keep for a connection; 0 leaves its default.

    Attributes:
        send_bytes: what was sent and not acknowledged, and what waits to be sent.
        unsent_bytes: what waits to be sent, at most: the rest waits with us, where it can
            still be merged.
        unanswered_s: after which a peer that acknowledges nothing, or takes nothing, is gone.
    """

    send_bytes: int = 64 * 1024
    unsent_bytes: int = 16 * 1024
    unanswered_s: float = 60.0


def tune(port: Any, kernel: Kernel) -> None:
    """
    Set the options of all connections that a listening port will accept.

    They inherit them from the port, so that they cost no system call each.
    """
    listening = port.socket
    options = (
        (socket.SOL_SOCKET, socket.SO_SNDBUF, kernel.send_bytes),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.IPPROTO_TCP, _UNSENT, kernel.unsent_bytes),
        (socket.IPPROTO_TCP, _USER_TIMEOUT, int(kernel.unanswered_s * 1000)),
    )
    for level, name, value in options:
        if name is not None and value:
            listening.setsockopt(level, name, value)


def send(transport: Any, data: bytes) -> None:
    """
    Write to the socket at once if nothing waits before, else to the transport's buffer.

    Twisted buffers every write and sends at the next turn, at the price of two system
    calls more for each; of thousands of writes in a row that is half of the time. What the
    socket does not take, and what has gone wrong with it, is left to the transport.
    """
    if (
        not isinstance(transport, Connection)
        or transport.TLS
        or transport.dataBuffer
        or transport._tempDataLen  # noqa: SLF001 - there is no other way to know
    ):
        transport.write(data)
        return
    try:
        sent = transport.socket.send(data)
    except OSError:
        sent = 0
    if sent < len(data):
        transport.write(data[sent:])


def untaken(transport: Any) -> int:
    """Bytes that were written and that the peer's kernel has not acknowledged; 0 if unknown."""
    if not isinstance(transport, Connection):
        return 0
    queued = array("i", [0])
    ioctl(transport.socket.fileno(), TIOCOUTQ, queued)
    ours = len(transport.dataBuffer) - transport.offset + transport._tempDataLen  # noqa: SLF001
    return queued[0] + ours


def finish(transport: Any) -> None:
    """
    Close after what was written.

    Our side only, where that is possible: to close both while the peer still sends would
    reset the connection, and what was written last would be lost with it.
    """
    if isinstance(transport, Connection) and not transport.TLS:
        transport.loseWriteConnection()
    else:
        transport.loseConnection()


def acknowledges(transport: Any, within_s: float) -> bool:
    """
    Whether the peer's kernel has acknowledged anything in the last `within_s` seconds.

    Or would have, if it had been asked: see Note [Probes].
    """
    if _INFO is None or not can_tell(transport):
        return False
    info = transport.socket.getsockopt(socket.IPPROTO_TCP, _INFO, _LAST_ACK.stop)
    if int.from_bytes(info[_LAST_ACK], sys.byteorder) < within_s * 1000 + _TICK_MS:
        return True
    return bool(info[_DOUBLED]) and not info[_AGAIN] and not info[_PROBES]


def can_tell(transport: Any) -> bool:
    """Whether `acknowledges` knows; where it does not, it says no."""
    return _INFO is not None and isinstance(transport, Connection)


def hand_over(transport: Any, protocol: IProtocol, data: bytes) -> None:
    """From here on `protocol` has the connection; `data` is what has come already."""
    if isinstance(transport, ProtocolWrapper):
        transport.wrappedProtocol = protocol
    else:
        transport.protocol = protocol
    protocol.makeConnection(transport)
    protocol.dataReceived(data)
