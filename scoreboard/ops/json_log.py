"""
The server's own log as JSON, one object a line.

Rule: a line is one event and every event is one line, whatever is in it: what is not plain
ASCII is escaped. Nothing that is said here may raise. Shell.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, TextIO

from twisted.logger import ILogObserver, LogEvent, formatEvent
from zope.interface import implementer

#: Characters of a text; what is longer is cut.
_LONGEST = 16 * 1024

#: Fields that are Twisted's, or stand in the line under another name.
_TAKEN = frozenset(
    {"format", "message", "isError", "why", "failure", "time", "system", "text", "ts", "level"}
    | {"event", "traceback"}
)


def line_of(event: LogEvent) -> str:
    """
    One line, without its end: `ts`, `level`, `event` (who says it), `text`, and every field
    of the event that is a plain value; `traceback` if something was raised.
    """
    told: dict[str, Any] = {
        "ts": datetime.fromtimestamp(event.get("log_time", 0.0), UTC).isoformat(
            timespec="milliseconds"
        ),
        "level": getattr(event.get("log_level"), "name", "info"),
        "event": str(event.get("log_namespace", "-")),
        "text": _text(event),
    }
    told |= {name: value for name, value in event.items() if _is_plain(name, value)}
    failure = event.get("log_failure")
    if failure is not None:
        told["traceback"] = failure.getTraceback()[:_LONGEST]
    return json.dumps(told)


def _text(event: Mapping[str, Any]) -> str:
    text = formatEvent(dict(event))
    if not text:
        text = str(event.get("log_format") or "")
    return text[:_LONGEST]


def _is_plain(name: str, value: Any) -> bool:
    if name.startswith("log_") or name in _TAKEN:
        return False
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) or (isinstance(value, str) and len(value) <= _LONGEST)


@implementer(ILogObserver)
class JsonLog:
    """
    Writes the log.

    Args:
        out: where.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, event: LogEvent) -> None:
        """One event."""
        self._out.write(line_of(event) + "\n")
        self._out.flush()


def to_stdout() -> JsonLog:
    """What `twistd --logger` takes; stdout as it is now, so that what is printed is logged."""
    return JsonLog(sys.stdout)


#: The name of `to_stdout`, for `twistd`.
TO_STDOUT = f"{__name__}.{to_stdout.__name__}"
