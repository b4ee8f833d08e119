"""
A JSON document as members that are asked for by name.

Rule: a member that is not what it must be is refused with its path; one that is
absent, null or empty is None and never a zero. Providers write numbers as strings
in one member and as numbers in the next: both are read. Pure.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn

import attrs

from scoreboard.ingest.parsers.document import BadDocument

#: The largest integer that every JSON reader keeps exactly.
_LARGEST = 2**53

_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{0,30})?\Z")

#: How providers write yes and no; True and False stand for 1 and 0 too.
_FLAGS = {True: True, False: False, "1": True, "0": False, "true": True, "false": False}


@attrs.frozen
class Member:
    """
    A value in the document.

    Attributes:
        path: where it stands, "game.actions[12].scoreHome".
        value: as decoded; None also if it is not there.
    """

    path: str
    value: Any

    def wrong(self, why: str) -> BadDocument:
        """The fault of this member; `why` says what it ought to be."""
        shown = repr(self.value)
        return BadDocument(f"{self.path or 'the document'}: {shown[:60]} {why}")

    def __getitem__(self, name: str) -> Member:
        """The member `name`, absent ones with the value None. Raises: BadDocument: no object."""
        path = f"{self.path}.{name}" if self.path else name
        if self.value is None:
            return Member(path, None)
        if not isinstance(self.value, dict):
            raise self.wrong("is not an object")
        return Member(path, self.value.get(name))

    def __bool__(self) -> bool:
        """Whether there is anything here."""
        return self.value not in (None, "", [], {})

    def items(self) -> Iterator[Member]:
        """The members of a list, none if it is absent. Raises: BadDocument: it is no list."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.wrong("is not a list")
        for index, value in enumerate(self.value):
            yield Member(f"{self.path}[{index}]", value)

    def text(self) -> str | None:
        """The text, or the number as text; None if absent or empty."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong("is not a text")
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise self.wrong("holds half a character")
        return value.strip() or None

    def number(self) -> float | None:
        """The number, also if it is written as a text; None if absent or empty."""
        value = self.value
        if isinstance(value, str):
            value = value.strip()
            if not value:
                return None
            value = float(value) if _NUMBER.match(value) else math.nan
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong("is not a number")
        if not abs(value) <= _LARGEST:
            raise self.wrong("is not a number that can be kept exactly")
        return float(value)

    def integer(self) -> int | None:
        """The whole number, also if it is written "4" or 4.0; None if absent or empty."""
        value = self.number()
        if value is None:
            return None
        if not value.is_integer():
            raise self.wrong("is not a whole number")
        return int(value)

    def needed_integer(self) -> int:
        """The whole number. Raises: BadDocument, also if it is absent."""
        value = self.integer()
        if value is None:
            raise self.wrong("must be a whole number")
        return value

    def flag(self) -> bool:
        """True, 1 or "1"; absent is False. Raises: BadDocument: something else."""
        if not self:
            return False
        if not isinstance(self.value, bool | int | str) or self.value not in _FLAGS:
            raise self.wrong("is neither true nor false")
        return _FLAGS[self.value]

    def utc_ms(self) -> int | None:
        """The ISO 8601 date and time, milliseconds UTC (without a zone: taken as UTC)."""
        text = self.text()
        if text is None:
            return None
        try:
            when = datetime.fromisoformat(text)
        except ValueError as error:
            raise self.wrong("is not an ISO 8601 time") from error
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return round(when.timestamp() * 1000)


def is_json(head: bytes) -> bool:
    """Whether a file that begins with `head` is a JSON object or list."""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"["))


def read(data: bytes, role: str = "") -> Member:
    """
    The document in `data`.

    Args:
        data: JSON in UTF-8, with or without a byte order mark.
        role: of a companion file, to stand before its paths in errors.

    Raises:
        BadDocument: not JSON, or nested deeper than the decoder goes.
    """
    where = f"{role}: " if role else ""
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError as error:
        raise BadDocument(f"{where}nested too deep") from error
    except ValueError as error:
        raise BadDocument(f"{where}not JSON ({error})") from error
    return Member(role, value)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
