"""
Completion: what the tab key adds to a line.

Rule: what is added can be typed; nothing is run to find it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

import attrs

from scoreboard.ops.line import pieces
from scoreboard.ops.verb import Param, Verb

#: Choices that are shown at a time.
MAX_SHOWN = 60

_VERB = re.compile(r"\s*([a-z_]*)")
_BEGUN = re.compile(r"\s*([a-z_]+)(\(|\s+)(.*)", re.DOTALL)
_NAMED = re.compile(r"([a-z_]+)\s*=\s*(.*)", re.DOTALL)


@attrs.frozen
class Completion:
    """
    What may come next.

    Attributes:
        added: to be put where the cursor is.
        choices: if there are several, sorted.
    """

    added: str = ""
    choices: tuple[str, ...] = ()


def complete(line: str, table: Mapping[str, Verb]) -> Completion:
    """How `line`, which ends at the cursor, may go on."""
    only_verb = _VERB.fullmatch(line)
    if only_verb is not None:
        return _verb(only_verb[1], table)
    begun = _BEGUN.fullmatch(line)
    verb = None if begun is None else table.get(begun[1])
    if begun is None or verb is None:
        return Completion()
    words = begun[2] != "("
    several = [piece.lstrip() for piece in pieces(begun[3], words=words)]
    if words:
        several = [*filter(None, several[:-1]), several[-1]]
    return _argument(verb, several, "" if words else "(")


def _verb(begun: str, table: Mapping[str, Verb]) -> Completion:
    names = sorted(name for name in table if name.startswith(begun))
    if len(names) != 1:
        return _several(begun, names)
    end = "(" if table[names[0]].params else "()"
    return Completion(names[0][len(begun) :] + end)


def _argument(verb: Verb, several: Sequence[str], style: str) -> Completion:
    """The last of the arguments `several`, which is being typed."""
    named = _NAMED.fullmatch(several[-1])
    begun = several[-1] if named is None else named[2]
    param = _param(verb, len(several) - 1, None if named is None else named[1])
    if param is None:
        return Completion()
    quote = begun[:1] if begun[:1] in ("'", '"') else ""
    begun = begun.removeprefix(quote)
    words = sorted({word for word in param.words() if word.startswith(begun)})
    if len(words) != 1:
        return _several(begun, words)
    return Completion(words[0][len(begun) :] + quote + _end(verb, param, style))


def _param(verb: Verb, place: int, name: str | None) -> Param | None:
    if name is not None:
        return next((param for param in verb.params if param.name == name), None)
    return verb.params[place] if place < len(verb.params) else None


def _end(verb: Verb, param: Param, style: str) -> str:
    """What stands behind an argument that is whole."""
    after = verb.params[verb.params.index(param) + 1 :]
    if not any(one.is_required for one in after):
        return ")" if style and not after else ""
    return ", " if style else " "


def _several(begun: str, words: Sequence[str]) -> Completion:
    shown = words[:MAX_SHOWN]
    if len(words) > MAX_SHOWN:
        shown = [*shown, f"... {len(words) - MAX_SHOWN} more"]
    return Completion(_shared(words)[len(begun) :], tuple(shown))


def _shared(words: Sequence[str]) -> str:
    """What all of them begin with."""
    columns = takewhile(lambda letters: len(set(letters)) == 1, zip(*words, strict=False))
    return "".join(letters[0] for letters in columns)
