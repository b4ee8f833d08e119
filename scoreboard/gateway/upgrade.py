"""
The opening handshake of WebSocket: the head of a request in, the answer out.

Rule: nothing that the client has sent is repeated in an answer, but the name of the
subprotocol, which is one of ours; what two readers could take differently is refused. Pure.

Source: RFC 6455, 4.2; RFC 9112, 2 to 5; security page, S8 and S18.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import attrs

from scoreboard.gateway.deflate import agree
from scoreboard.gateway.rejected import Reason

#: RFC 6455, 1.3.
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#: RFC 6455, 4.2.1: 16 bytes in base64.
_KEY = re.compile(r"[0-9A-Za-z+/]{22}==")
#: RFC 9110, 5.6.2. A name with a space before the colon, or a folded line, is none.
_NAME = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]+")
_REQUEST = re.compile(r"([0-9A-Za-z!#$%&'*+.^_`|~-]+) ([!-~]+) HTTP/(\d\.\d)")
_HOST_WITH_PORT = re.compile(r":\d+$")
_HOST = re.compile(r"[^\s:/\[\]]*(:\d*)?|\[[^\s/\[\]]*\](:\d*)?")
#: RFC 6454, 6.2: no path, and nobody's name.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: The protocol of pages that have no origin, and what they may send for it.
_NO_ORIGIN = "null"


@attrs.frozen
class Upgrade:
    """
    The handshake is over: what is spoken from here on, and the answer that says so.

    Attributes:
        deflates: whether messages may be compressed.
    """

    subprotocol: str
    answer: bytes
    deflates: bool = False


@attrs.frozen
class Refusal:
    """
    There will be no WebSocket connection; the answer is an HTTP response.

    Attributes:
        reason: the limit that was met; None: it was something else.
    """

    status: int
    answer: bytes
    reason: Reason | None = None


class _Refused(Exception):
    """Carries the status, headers that help the client, and the limit that was met."""

    def __init__(self, status: int, headers: str = "", reason: Reason | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.reason = reason


@attrs.frozen
class HeadLimits:
    """
    What the head of a request may have.

    Attributes:
        octets: in all, without the empty line at its end.
        fields: header lines.
        uri: bytes of its address.
    """

    octets: int = 8 * 1024
    fields: int = 40
    uri: int = 1_024


class Doorman:
    """
    Decides who is let in.

    Args:
        subprotocols: that are spoken; one of them is demanded.
        origins: of pages: `scheme://host:port` in which `*` stands for any text; without `*` the
            scheme's own port need not be said. "*" alone also lets pages without an origin
            (files, sandboxed frames) in. Programs that are no browsers send no origin and are
            let in.
        limits: of the head of a request.
        deflates: whether permessage-deflate is agreed to.
    """

    def __init__(
        self,
        subprotocols: Sequence[str],
        origins: Sequence[str],
        limits: HeadLimits | None = None,
        *,
        deflates: bool = False,
    ) -> None:
        self._deflates = deflates
        self._limits = limits or HeadLimits()
        self._answers = {name: _switching(name) for name in subprotocols}
        self._any_origin = "*" in origins
        self._origins = [
            re.compile(".*".join(map(re.escape, _with_port(origin).split("*"))))
            for origin in origins
        ]

    @property
    def subprotocols(self) -> list[str]:
        """Those that are spoken."""
        return list(self._answers)

    def answer(self, head: bytes) -> Upgrade | Refusal:
        """
        What a request is answered.

        Args:
            head: request line and fields, up to the empty line; without it.
        """
        try:
            fields = self._fields(head)
            self._check_origin(fields)
            key = _key(fields)
            subprotocol = self._choose(fields)
            extension = agree(_list_of(fields, "sec-websocket-extensions"))
        except _Refused as why:
            return refusal(why.status, why.headers, why.reason)
        accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())  # noqa: S324 - RFC 6455
        if extension is None or not self._deflates:
            return Upgrade(subprotocol, self._answers[subprotocol] % (accept, b""))
        line = f"Sec-WebSocket-Extensions: {extension}\r\n".encode()
        return Upgrade(subprotocol, self._answers[subprotocol] % (accept, line), deflates=True)

    def _choose(self, fields: Mapping[str, list[str]]) -> str:
        offered = _list_of(fields, "sec-websocket-protocol")
        if len(set(offered)) < len(offered):
            raise _Refused(400)
        for name in offered:
            if name in self._answers:
                return name
        raise _Refused(400)

    def _check_origin(self, fields: Mapping[str, list[str]]) -> None:
        if "origin" not in fields:
            return
        said = _one(fields, "origin")
        origin = _normal(said)
        if self._any_origin:
            return
        is_one = _ORIGIN.fullmatch(said.lower()) is not None
        if not is_one or not any(allowed.fullmatch(origin) for allowed in self._origins):
            raise _Refused(403, reason=Reason.ORIGIN)

    def _fields(self, head: bytes) -> dict[str, list[str]]:
        """The fields of a request that may become a WebSocket connection, by lower-case name."""
        line, *rest = head.decode("latin-1").split("\r\n")
        request = _REQUEST.fullmatch(line)
        if request is None or "#" in request[2]:
            raise _Refused(400)
        if len(request[2]) > self._limits.uri:
            raise _Refused(414, reason=Reason.URI)
        if len(rest) > self._limits.fields:
            raise _Refused(431, reason=Reason.HEAD_FIELDS)
        if request[1] != "GET":
            raise _Refused(405, "Allow: GET\r\n")
        if request[3] != "1.1":
            raise _Refused(505)
        fields: dict[str, list[str]] = {}
        for one in rest:
            name, colon, value = one.partition(":")
            if not colon or _NAME.fullmatch(name) is None:
                raise _Refused(400)
            fields.setdefault(name.lower(), []).append(value.strip(" \t"))
        return fields


def refusal(status: int, headers: str = "", reason: Reason | None = None) -> Refusal:
    """An answer that refuses, with `headers` as whole lines; the connection ends with it."""
    answer = (
        f"HTTP/1.1 {status} Bad WebSocket request\r\n{headers}"
        "Connection: close\r\nContent-Length: 0\r\n\r\n"
    )
    return Refusal(status, answer.encode(), reason)


def _switching(subprotocol: str) -> bytes:
    return (
        "HTTP/1.1 101 Switching Protocols\r\nServer: scoreboard\r\n"
        "Upgrade: WebSocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Protocol: {subprotocol}\r\nSec-WebSocket-Accept: %b\r\n%b\r\n"
    ).encode()


def _key(fields: Mapping[str, list[str]]) -> bytes:
    """The client's key, if it asks for what we can do."""
    if _HOST.fullmatch(_one(fields, "host")) is None:
        raise _Refused(400)
    if "upgrade" not in fields:
        raise _Refused(426, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
    for name, wanted in (("upgrade", "websocket"), ("connection", "upgrade")):
        if wanted not in map(str.lower, _list_of(fields, name)):
            raise _Refused(400)
    if _one(fields, "sec-websocket-version") != "13":
        raise _Refused(426, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
    key = _one(fields, "sec-websocket-key")
    if _KEY.fullmatch(key) is None:
        raise _Refused(400)
    return key.encode()


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    values = fields.get(name, [])
    if len(values) != 1:
        raise _Refused(400)
    return values[0]


def _list_of(fields: Mapping[str, list[str]], name: str) -> list[str]:
    return [item.strip(" \t") for value in fields.get(name, []) for item in value.split(",")]


def _with_port(allowed: str) -> str:
    """An origin of the settings as `_normal` has it, if it has no `*` and says no port."""
    scheme, _, host = allowed.lower().partition("://")
    if "*" in allowed or not host or _HOST_WITH_PORT.search(host):
        return allowed.lower()
    return f"{scheme}://{host}:{_DEFAULT_PORTS.get(scheme)}"


def _normal(origin: str) -> str:
    """`scheme://host:port` in lower case with the port always said, or "null"."""
    try:
        parts = urlsplit(origin.lower())
        port = parts.port
    except ValueError as why:
        raise _Refused(400) from why
    if origin.lower() == _NO_ORIGIN or parts.scheme == "file":
        return _NO_ORIGIN
    if not parts.hostname:
        raise _Refused(400)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or _DEFAULT_PORTS.get(parts.scheme)}"
