"""
Where a server is, and what it says of staying away, as text.

Rule: an address that is none is told as one before anything is tried. Pure.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import attrs

from scoreboard.model.errors import RemoteError

#: Close code of a connection that ended without a close frame (RFC 6455, 7.4.1).
_ABNORMAL = 1006

#: How a server writes, in the text of a refusal or a farewell, how long to stay away.
_RETRY = re.compile(r"retry_ms\"?[=:]\s*(\d{1,9})")


@attrs.frozen
class Address:
    """Where a server is: `url` and its parts."""

    url: str
    host: str
    port: int
    secure: bool


def parse_address(url: str) -> Address:
    """
    The address that `url` is: ws://host:port/path or wss://...

    Raises:
        RemoteError: it is none; the text says what it must be.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("ws", "wss") or not parts.hostname or port == -1:
        raise RemoteError(f"{url!r} is no address like ws://127.0.0.1:8080/ws")
    secure = parts.scheme == "wss"
    return Address(url, parts.hostname, port or (443 if secure else 80), secure)


def retry_ms(text: str) -> int | None:
    """How long a text asks to stay away, milliseconds; None if it does not."""
    found = _RETRY.search(text)
    return int(found.group(1)) if found else None


def closing_text(code: int | None, reason: str | None) -> str:
    """
    Why a WebSocket connection ended, for a person.

    Args:
        code: of the close frame; None or 1006 if there was none.
        reason: as Autobahn words it.
    """
    if code not in (None, _ABNORMAL):
        return f"the server closed the connection ({code}{f', {reason}' if reason else ''})"
    inner = re.sub(r"^connection was closed uncleanly \((.*)\)$", r"\1", reason or "").strip('"')
    if not inner or inner.startswith("peer dropped the TCP connection"):
        return "the connection was lost"
    return inner
