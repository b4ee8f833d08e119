"""
What an operator types: `verb(argument, name=argument)` or `verb argument name=argument`.

Rule: a typed line is data. Arguments are literals or plain words; nothing in them is ever
evaluated, called or looked up. Pure.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

import attrs

from scoreboard.ops.refused import Misspelt

#: Characters of one line, far more than any verb needs.
MAX_LINE = 1_000

_VERB = re.compile(r"\s*([a-z_]+)(?=[\s(]|\Z)\s*(.*?)\s*", re.DOTALL)
_NAMED = re.compile(r"([a-z_]+)\s*=\s*(.*)", re.DOTALL)
_WORD = re.compile(r"[\w.:/@+*-]+")

_QUOTES = "'\""


@attrs.frozen
class Argument:
    """
    One argument.

    Attributes:
        text: as it was typed, without quotes.
        value: a number, a text, True, False or None.
    """

    text: str
    value: object


@attrs.frozen
class Typed:
    """A line that could be read."""

    verb: str
    args: tuple[Argument, ...] = ()
    named: Mapping[str, Argument] = attrs.field(factory=dict)


def parse(line: str) -> Typed | None:
    """
    What `line` says.

    Returns:
        None for an empty line.

    Raises:
        Misspelt: it is no verb with arguments.
    """
    if len(line) > MAX_LINE:
        raise Misspelt(f"a line has at most {MAX_LINE} characters")
    if not line.strip():
        return None
    found = _VERB.fullmatch(line)
    if found is None:
        raise Misspelt("a line is a verb and its arguments; help() lists the verbs")
    verb, rest = found.groups()
    if not rest.startswith("("):
        return _typed(verb, [piece for piece in pieces(rest, words=True) if piece])
    if not rest.endswith(")") or not _is_closed(rest[:-1]):
        raise Misspelt(f"the ) at the end of {verb}(... is missing")
    several = [piece.strip() for piece in pieces(rest[1:-1], words=False)]
    if several[-1] == "":
        several.pop()
    return _typed(verb, several)


def pieces(text: str, *, words: bool) -> list[str]:
    """
    `text` cut at commas, or between words; quoted text stays whole.

    Returns:
        At least one piece; the last one is what is being typed.
    """
    found = [""]
    quote = ""
    for letter, escaped in _letters(text):
        if not quote and (letter.isspace() if words else letter == ","):
            found.append("")
            continue
        found[-1] += letter
        if letter in _QUOTES and not escaped and quote in ("", letter):
            quote = "" if quote else letter
    return found


def _letters(text: str) -> Iterator[tuple[str, bool]]:
    """Each letter, and whether a backslash stands before it."""
    escaped = False
    for letter in text:
        yield letter, escaped
        escaped = letter == "\\" and not escaped


def _is_closed(text: str) -> bool:
    """Whether every quote in `text` has its second one."""
    quote = ""
    for letter, escaped in _letters(text):
        if letter in _QUOTES and not escaped and quote in ("", letter):
            quote = "" if quote else letter
    return not quote


def _typed(verb: str, several: list[str]) -> Typed:
    args: list[Argument] = []
    named: dict[str, Argument] = {}
    for piece in several:
        found = _NAMED.fullmatch(piece)
        if found is None:
            if named:
                raise Misspelt(f"{piece!r} must stand before the named arguments")
            args.append(_argument(piece))
        elif found[1] in named:
            raise Misspelt(f"{found[1]} is given twice")
        else:
            named[found[1]] = _argument(found[2])
    return Typed(verb, tuple(args), named)


def _argument(piece: str) -> Argument:
    quoted = piece[:1] in tuple(_QUOTES)
    if quoted or _WORD.fullmatch(piece):
        try:
            value = ast.literal_eval(piece)
        except (ValueError, SyntaxError):
            value = None if quoted else piece
        if quoted and isinstance(value, str):
            return Argument(value, value)
        if not quoted:
            return Argument(piece, value)
    raise Misspelt(f"{piece!r} is neither a number, a word, nor text in quotes")
