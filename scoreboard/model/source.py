"""
Sources that we fetch from: what an operator says of each.

Rule: a source of this kind is known by its name, which is also the name that its messages
are judged under; whether the values make sense is decided here, once. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from scoreboard.model.errors import RemoteError

#: How a source is read: a document that is polled, or lines over TCP.
POLL, STREAM = "poll", "stream"

#: A shorter interval than this is a slip of the keyboard, seconds.
_SHORTEST_S = 0.05

_GIB = 1024 * 1024 * 1024


class BadSource(RemoteError):
    """A source that cannot be; the text names the setting."""


@attrs.frozen
class SourceSpec:
    """
    One source.

    Attributes:
        kind: "poll" or "stream".
        url: of the document (poll).
        format: of the document, as `scoreboard verify` shows it; empty: by its content.
        companions: role -> URL of a further document that the format needs.
        interval_s: between two polls, seconds.
        final_interval_s: the same after the game is over, for late corrections.
        settle_s: how long a document that says "final" must stand unchanged before that is
            believed, seconds; 0: until the next poll agrees.
        whole: whether nothing is told of a document before it has stood unchanged for
            `settle_s`: for formats whose rows have no names of their own (Retrosheet).
        timeout_s: of one request, or of making a connection, seconds.
        max_bytes: of a document, unpacked.
        host, port: of the stream.
        hello: a line to send first when the stream is connected.
        game: the id of the game that it tells of; of a stream, unless the lines name theirs.
        meta: what `PUT /v1/games/{game}` would take, to create the game of a stream.
        answers: whether the answer to each line of a stream is sent back.
        max_waiting: lines of a stream that may wait to be taken before it is paused.
        dense: whether a stream counts every message of a game in its `source_seq`, so that a
            hole is a message that is missing (rules Q1-Q3).
    """

    kind: str
    url: str = ""
    format: str = ""
    companions: Mapping[str, str] = attrs.field(factory=dict)
    interval_s: float = 5.0
    final_interval_s: float = 60.0
    settle_s: float = 0.0
    whole: bool = False
    timeout_s: float = 10.0
    max_bytes: int = 8 * 1024 * 1024
    host: str = ""
    port: int = 0
    hello: str = ""
    game: str = ""
    meta: Mapping[str, Any] = attrs.field(factory=dict)
    answers: bool = False
    max_waiting: int = 256
    dense: bool = False


def check(name: str, spec: SourceSpec) -> None:
    """
    Whether `spec` can be.

    Raises:
        BadSource: naming the source and the setting.
    """
    problem = _poll_problem(spec) if spec.kind == POLL else _stream_problem(spec)
    if spec.kind not in (POLL, STREAM):
        problem = f"kind must be {POLL} or {STREAM}, not {spec.kind!r}"
    if not problem and not 0 < spec.timeout_s <= 600:
        problem = "timeout_s must be over 0 and at most 600"
    if problem:
        raise BadSource(f"sources.{name}: {problem}")


def _poll_problem(spec: SourceSpec) -> str:
    urls = {"url": spec.url} | {f"companions.{role}": url for role, url in spec.companions.items()}
    for setting, url in urls.items():
        if not is_web_address(url):
            return f"{setting} must be http://HOST... or https://HOST..., not {url!r}"
    if spec.host or spec.port or spec.hello:
        return "host, port and hello are for kind stream"
    if spec.dense:
        return "dense is for kind stream: a document has no numbers"
    if not min(spec.interval_s, spec.final_interval_s) >= _SHORTEST_S:
        return f"interval_s and final_interval_s must be at least {_SHORTEST_S}"
    if not spec.settle_s >= 0:
        return "settle_s must not be negative"
    if not 0 < spec.max_bytes <= _GIB:
        return f"max_bytes must be 1-{_GIB}"
    return ""


def _stream_problem(spec: SourceSpec) -> str:
    if not spec.host or not 0 < spec.port < 65536:
        return "host and port (1-65535) are needed"
    if spec.url or spec.companions:
        return "url and companions are for kind poll"
    if spec.meta and not spec.game:
        return "meta needs game, the id of the game that it is of"
    if not spec.max_waiting > 0:
        return "max_waiting must be at least 1"
    return ""


def is_web_address(url: str) -> bool:
    """Whether `url` is one that can be fetched."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Who serves `url`: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
