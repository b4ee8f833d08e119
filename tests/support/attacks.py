"""
The attacks of the security page, S1 to S7 and S10, with plain sockets.

Rule: each takes a server's port and how much of it there is to be, and gives back its
attackers, so that one test makes it short and a campaign makes it long.
"""

from __future__ import annotations

import itertools
import json
import struct
import time
import zlib
from collections.abc import Callable, Iterator

import attrs

from scoreboard.tools.load_words import Words
from tests.support.siege import GAME, LONG, Attacker, besiege

CONTINUATION, TEXT, BINARY, PING = 0x0, 0x1, 0x2, 0x9


@attrs.frozen
class Size:
    """
    How much of an attack there is to be.

    Attributes:
        many: attackers.
        seconds: at most.
        each: messages, frames or subscriptions of each attacker.
    """

    many: int
    seconds: float
    each: int = 0


Attack = Callable[[int, Size], list[Attacker]]


def frame(opcode: int, payload: bytes, *, final: bool = True, reserved: int = 0) -> bytes:
    """A frame of a client; its mask is zero."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | reserved | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 1 << 16:
        head += b"\xfe" + struct.pack(">H", size)
    else:
        head += b"\xff" + struct.pack(">Q", size)
    return head + bytes(4) + payload


def handshake(serializer: str = "json", more: str = "") -> bytes:
    """A good request for WebSocket, with more fields."""
    plain = Words(serializer).handshake("127.0.0.1", 1, "/ws")
    return plain[:-2] + more.encode() + b"\r\n"


def said(*message: object) -> bytes:
    """A WAMP message in JSON."""
    return frame(TEXT, json.dumps(message).encode())


HELLO = said(1, "scoreboard", {"roles": {"subscriber": {}}})


def visitors(port: int, size: Size, first: bytes = b"", **options: object) -> list[Attacker]:
    """So many of them, who have said that."""
    return [Attacker(port, first=first, **options) for _ in range(size.many)]  # type: ignore[arg-type]


def endless_head(start: bytes) -> Attack:
    """S1: a head that does not end, as fast as it is taken."""

    def attack(port: int, size: Size) -> list[Attacker]:
        block = b"a" * 65_536
        attackers = visitors(port, size, start + b" HTTP/1.1\r\nHost: x\r\nX: ")
        besiege(attackers, lambda: block, size.seconds)
        return attackers

    return attack


def slow_head(start: bytes) -> Attack:
    """S1: a head that comes a byte at a time."""

    def attack(port: int, size: Size) -> list[Attacker]:
        attackers = visitors(port, size, start)
        besiege(attackers, lambda: b"a", size.seconds, pause_s=0.25)
        return attackers

    return attack


def silent(port: int, size: Size) -> list[Attacker]:
    """S1: connections on which nothing is said."""
    attackers = visitors(port, size)
    besiege(attackers, None, size.seconds)
    return attackers


def bomb(mebibytes: int) -> bytes:
    """A compressed frame that unfolds to so much."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes))
    packed += packer.flush(zlib.Z_SYNC_FLUSH)
    return frame(TEXT, packed[:-4], reserved=0x40)


def deflate_bomb(mebibytes: int) -> Attack:
    """S2: a message that unfolds."""

    def attack(port: int, size: Size) -> list[Attacker]:
        asks = handshake(more="Sec-WebSocket-Extensions: permessage-deflate\r\n")
        packed = bomb(mebibytes)
        attackers = visitors(port, size, asks)
        besiege(attackers, lambda: packed, size.seconds)
        return attackers

    return attack


def fragments(payload: bytes) -> Attack:
    """S3: a message of ever more fragments."""

    def attack(port: int, size: Size) -> list[Attacker]:
        flood = frame(CONTINUATION, payload, final=False) * 10_000
        start = handshake() + frame(TEXT, b"", final=False)
        attackers = visitors(port, size, start)
        besiege(attackers, lambda: flood, size.seconds)
        return attackers

    return attack


def unfinished(port: int, size: Size) -> list[Attacker]:
    """S3: messages of `each` bytes that do not end."""
    start = handshake() + frame(TEXT, b"a" * size.each, final=False)
    attackers = visitors(port, size, start)
    besiege(attackers, None, size.seconds)
    return attackers


def ping_flood(port: int, size: Size) -> list[Attacker]:
    """S4: pings as fast as they are taken; the pongs are not read."""
    flood = frame(PING, b"a" * 125) * 500
    attackers = visitors(port, size, handshake() + HELLO, room=4_096, reads=False)
    besiege(attackers, lambda: flood, size.seconds)
    for one in attackers:
        one.reads = True
    besiege(attackers, None, 2.0)
    return attackers


def slow_readers(port: int, size: Size) -> list[Attacker]:
    """S5: followers who ask for a whole game eight times and for what happens, and read nothing."""
    follow = said(32, 1, {"match": "prefix"}, f"scoreboard.v1.game.{GAME}")
    calls = b"".join(
        said(48, number, {}, "scoreboard.v1.sync", [], {"games": {LONG: None}})
        for number in range(1, 9)
    )
    attackers = visitors(port, size, handshake() + HELLO + follow + calls, room=4_096, reads=False)
    time.sleep(size.seconds)
    for one in attackers:
        one.reads = True
    besiege(attackers, None, 3.0)
    return attackers


def subscription_flood(port: int, size: Size) -> list[Attacker]:
    """S6: SUBSCRIBE and UNSUBSCRIBE, as fast as they are taken."""
    numbers = itertools.count(1)

    def words() -> bytes:
        some = [next(numbers) for _ in range(200)]
        return b"".join(said(32, n, {}, f"topic.t{n}") + said(34, n, n) for n in some)

    attackers = visitors(port, size, handshake() + HELLO)
    besiege(attackers, words, size.seconds)
    return attackers


def topics(port: int, size: Size) -> list[Attacker]:
    """S6: as many different topics as each may have."""
    numbers = itertools.count()
    attackers = []
    for _ in range(size.many):
        follow = b"".join(said(32, n + 1, {}, f"topic.t{next(numbers)}") for n in range(size.each))
        attackers.append(Attacker(port, first=handshake() + HELLO + follow))
    besiege(attackers, None, size.seconds)
    return attackers


def message_flood(port: int, size: Size) -> list[Attacker]:
    """L9: calls as fast as they are taken."""
    flood = said(48, 1, {}, "no.such.call") * 200
    attackers = visitors(port, size, handshake() + HELLO)
    besiege(attackers, lambda: flood, size.seconds)
    return attackers


def bursts(uri: str, args: str = "[]") -> Attack:
    """L9: each asks `each` things at once, as it may."""

    def attack(port: int, size: Size) -> list[Attacker]:
        asks = b"".join(
            said(48, number, {}, uri, json.loads(args)) for number in range(1, size.each + 1)
        )
        attackers = visitors(port, size, handshake() + HELLO)
        besiege(attackers, None, 0.5)
        for one in attackers:
            one.write(lambda: asks)
        besiege(attackers, None, size.seconds)
        return attackers

    return attack


def bombs(corpus: dict[str, dict[str, bytes]]) -> Attack:
    """S7: each of a corpus as the first message: serializer -> name -> bytes."""

    def attack(port: int, size: Size) -> list[Attacker]:
        attackers = []
        for serializer, name in _each(corpus):
            opcode = TEXT if serializer == "json" else BINARY
            wire = handshake(serializer) + frame(opcode, corpus[serializer][name])
            for _ in range(size.many):
                attackers.append(one := Attacker(port, first=wire))
                besiege([one], None, size.seconds)
        return attackers

    return attack


def _each(corpus: dict[str, dict[str, bytes]]) -> Iterator[tuple[str, str]]:
    for serializer, named in corpus.items():
        for name in named:
            yield serializer, name


_PAGE = b"GET /v1/games HTTP/1.1\r\nHost: x\r\n"
_FEED = f"POST /v1/feeds/arena/games/{GAME}/messages HTTP/1.1\r\nHost: x\r\n".encode()

#: S10 and S9: a request, and the status that answers it.
REQUESTS: dict[str, tuple[bytes, str]] = {
    "a long address": (b"GET /v1/games?" + b"a" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
    "a long address of WebSocket": (
        handshake().replace(b"/ws", b"/ws?" + b"a" * 2_000),
        "414",
    ),
    "100 fields": (_PAGE + b"X: a\r\n" * 100 + b"\r\n", "431"),
    "100 fields of WebSocket": (handshake(more="X: a\r\n" * 100), "431"),
    "20,000 bytes of fields": (_PAGE + (b"X: " + b"a" * 1_000 + b"\r\n") * 20 + b"\r\n", "431"),
    "TRACE": (b"TRACE /v1/games HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "405"),
    "a method that is none": (
        b"BREW /v1/games HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "405",
    ),
    "a method of 2,000 letters": (
        b"A" * 2_000 + b" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "405",
    ),
    "a body without a token": (_FEED + b"Content-Length: 1000000\r\n\r\n", "401"),
    "a body of GET": (_PAGE + b"Content-Length: 10\r\n\r\n", "401"),
    "a body of 50 MB": (
        _FEED + b"Authorization: Bearer secret\r\nContent-Length: 50000000\r\n\r\n",
        "413",
    ),
    "a chunked body without end": (
        _FEED
        + b"Authorization: Bearer secret\r\nTransfer-Encoding: chunked\r\n\r\n"
        + (b"8000\r\n" + b"a" * 0x8000 + b"\r\n") * 20,
        "413",
    ),
    "no host": (b"GET /v1/games HTTP/1.1\r\n\r\n", "400"),
    "two hosts": (_PAGE + b"Host: y\r\n\r\n", "400"),
    "a folded line": (_PAGE + b"X: a\r\n b\r\n\r\n", "400"),
    "two lengths": (_FEED + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
    "a length and chunks": (
        _FEED + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "400",
    ),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"),
}

#: S17: what somebody might want to see in a log.
HOSTILE = (
    b"\x1b[2J\x1b[31m",
    b"\x00\x07\x08",
    b"%s%s%s{0}{log_format}",
    b'"}\n{"level":"info"',
    b"\xc2\x9b31m",
    b"\xff\xfe",
    b"\r",
)


def bad_handshakes(port: int, size: Size) -> list[Attacker]:
    """S17: requests for WebSocket that are wrong, with words for the log in them."""
    attackers = []
    for number in range(size.many):
        words = HOSTILE[number % len(HOSTILE)]
        wire = b"GET /ws?%b HTTP/1.1\r\nHost: %b\r\nX-A: %b\r\n\r\n" % (words, words, words)
        attackers.append(one := Attacker(port, first=wire))
        besiege([one], None, size.seconds)
    return attackers
