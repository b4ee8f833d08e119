"""
Times and clocks as text.

Rule: times on the wire are UTC, ISO 8601 with milliseconds and a Z. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from scoreboard.model.errors import RemoteError

_MS = 1000

#: The first and last millisecond that can be written with a year of four digits, UTC.
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999


def iso(ms: int) -> str:
    """
    A time as ISO 8601.

    Args:
        ms: milliseconds since 1970-01-01 UTC.
    """
    whole, rest = divmod(ms, _MS)
    return f"{_second(whole)}.{rest:03d}Z"


@lru_cache(maxsize=64)
def _second(whole: int) -> str:
    """Seconds since 1970; thousands of events are of the same one."""
    return datetime.fromtimestamp(whole, UTC).isoformat()[:19]


def parse_iso(text: str) -> int:
    """
    Milliseconds since 1970-01-01 UTC of an ISO 8601 time; a time without a zone is UTC.

    Raises:
        RemoteError: `text` is not such a time, or `iso` could not write it.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as why:
        raise RemoteError(f"{text!r} is not an ISO 8601 time") from why
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    ms = round(moment.timestamp() * _MS)
    if not _FIRST <= ms <= _LAST:
        raise RemoteError(f"{text!r} is not in the years 1 to 9999 of UTC")
    return ms


def clock_text(value_ms: int | None) -> str:
    """A game clock as a scoreboard shows it: M:SS, empty if unknown."""
    if value_ms is None:
        return ""
    minutes, seconds = divmod(value_ms // _MS, 60)
    return f"{minutes}:{seconds:02d}"
