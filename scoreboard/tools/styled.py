"""
Lines of styled text, cut to a width, with or without a terminal's colours.

Rule: a line is never wider than asked, whatever its styles, and text from outside never
reaches the terminal as a command. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import Enum

import attrs

_RESET = "\x1b[0m"


class Style(Enum):
    """How a piece of a line looks; the value is the terminal's code (ECMA-48, SGR)."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    GONE = "2;9"  #: dim and crossed out
    GOOD = "32"
    WARN = "33"
    BAD = "31"


@attrs.frozen
class Span:
    """A piece of a line."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]


def line(*spans: Span | str) -> Line:
    """A line out of pieces; plain ones may be written as text."""
    return tuple(span if isinstance(span, Span) else Span(span) for span in spans)


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    return len(text) if text.isascii() else sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clean(text: str) -> str:
    """`text` on one line, without control characters: names and texts come from outside."""
    if text.isprintable():
        return text
    return "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, with an ellipsis if something is missing."""
    if columns(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += _columns(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…" if width > 0 else ""


def padded(text: str, width: int) -> str:
    """`text` in exactly `width` columns, to the left."""
    short = cut(text, width)
    return short + " " * (width - columns(short))


def fitted(spans: Line, width: int) -> Line:
    """The line in at most `width` columns."""
    found: list[Span] = []
    left = width
    for span in spans:
        text = clean(span.text)
        size = columns(text)
        if size > left:
            return (*found, Span(cut(text, left), span.style))
        found.append(Span(text, span.style))
        left -= size
    return tuple(found)


def plain(spans: Line) -> str:
    """The line without styles and without blanks at its end."""
    return "".join(span.text for span in spans).rstrip()


def coloured(spans: Line) -> str:
    """The line with the terminal's codes for its styles."""
    return "".join(
        f"\x1b[{span.style.value}m{span.text}{_RESET}"
        if span.text.strip() and span.style is not Style.PLAIN
        else span.text
        for span in spans
    )


def joined(pieces: Iterable[str], between: str = "  ") -> str:
    """The pieces that are not empty."""
    return between.join(piece for piece in pieces if piece)


def side_by_side(left: Line, right: Line, width: int) -> Line:
    """One line with `right` at the right edge; `right` alone gives way if both do not fit."""
    size = sum(columns(span.text) for span in left)
    room = width - size - sum(columns(span.text) for span in right)
    return fitted((*left, Span(" " * room), *right) if room > 0 else left, width)


def shown(lines: Sequence[Line], width: int, *, colours: bool) -> list[str]:
    """The lines as text, each in at most `width` columns."""
    write = coloured if colours else plain
    return [write(fitted(spans, width)) for spans in lines]
