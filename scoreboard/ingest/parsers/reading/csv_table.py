"""
A CSV file as rows whose cells are asked for by column name.

Rule: a cell that is not what its column must hold is refused with its row and
column; an absent one ("", "NA") is None and never a zero. Pure.

Source: RFC 4180; "NA" is how R writes a missing value.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping

import attrs

from scoreboard.ingest.parsers.document import BadDocument

#: Texts that stand for "nothing here", in lower case.
_ABSENT = frozenset({"", "na", "nan", "null", "none"})

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,3})?\Z")
_FLAGS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


@attrs.frozen
class Row:
    """
    One row of the table.

    Attributes:
        number: as a spreadsheet counts: the headings are row 1.
        cells: the row's texts by column name, untouched.
    """

    number: int
    cells: Mapping[str, str]

    def wrong(self, column: str, why: str) -> BadDocument:
        """The fault of the cell in `column`; `why` says what it ought to be."""
        return BadDocument(
            f"row {self.number}, column {column}: {self.cells.get(column, '')!r} {why}"
        )

    def text(self, column: str) -> str | None:
        """The text in `column`, without blanks around it; None if absent."""
        cell = self.cells.get(column, "").strip()
        return None if cell.lower() in _ABSENT else cell

    def needed_text(self, column: str) -> str:
        """The text in `column`. Raises: BadDocument if it is absent."""
        cell = self.text(column)
        if cell is None:
            raise self.wrong(column, "must not be empty")
        return cell

    def number_in(self, column: str) -> float | None:
        """The number in `column`; None if absent. Raises: BadDocument if it is no number."""
        cell = self.text(column)
        if cell is None:
            return None
        value = float(cell) if _NUMBER.match(cell) else math.nan
        if not math.isfinite(value):
            raise self.wrong(column, "is not a number")
        return value

    def integer(self, column: str) -> int | None:
        """
        The whole number in `column`, also when it is written "4.0"; None if absent.

        Raises:
            BadDocument: it is no number or not whole.
        """
        value = self.number_in(column)
        if value is None:
            return None
        if not value.is_integer():
            raise self.wrong(column, "is not a whole number")
        return int(value)

    def needed_integer(self, column: str) -> int:
        """The whole number in `column`. Raises: BadDocument, also if it is absent."""
        value = self.integer(column)
        if value is None:
            raise self.wrong(column, "must be a whole number")
        return value

    def bounded(self, column: str, least: int, most: int) -> int:
        """The whole number in `column`. Raises: BadDocument, also if it is out of bounds."""
        value = self.needed_integer(column)
        if not least <= value <= most:
            raise self.wrong(column, f"is not in {least}-{most}")
        return value

    def flag(self, column: str) -> bool | None:
        """TRUE or FALSE (or 1, 0) in `column`; None if absent. Raises: BadDocument."""
        cell = self.text(column)
        if cell is None:
            return None
        if cell.lower() not in _FLAGS:
            raise self.wrong(column, "is neither TRUE nor FALSE")
        return _FLAGS[cell.lower()]


@attrs.frozen
class Table:
    """The column names, in file order, and the rows below them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def headings(head: bytes) -> tuple[str, ...]:
    """The names in the first line of `head`, to tell a format by; () if that is no CSV."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    try:
        return tuple(name.strip() for name in next(csv.reader([line]), []))
    except csv.Error:
        return ()


def read(data: bytes, needed: Iterable[str]) -> Table:
    """
    The table in `data`.

    Args:
        data: UTF-8, with or without a byte order mark; the first row holds the headings.
        needed: columns without which this is not the format.

    Raises:
        BadDocument: not UTF-8, not CSV, a needed column is missing, a column is there
            twice, or a row has more or fewer cells than there are headings.
    """
    lines = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    names: list[str] = []
    rows = []
    number = 0
    try:
        names = [name.strip() for name in next(lines, [])]
        number = 1
        _check_headings(names, needed)
        for number, cells in enumerate(lines, start=2):
            if not cells:
                continue
            if len(cells) != len(names):
                raise BadDocument(f"row {number}: {len(cells)} cells, {len(names)} columns")
            rows.append(Row(number, dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        raise BadDocument(f"row {number + 1}: not CSV ({error})") from error
    return Table(tuple(names), tuple(rows))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise BadDocument(f"row {row}: not UTF-8 ({error.reason})") from error


def _check_headings(names: list[str], needed: Iterable[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        raise BadDocument(f"row 1: no column {', '.join(missing)}")
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise BadDocument(f"row 1: column {', '.join(repeated)} stands there twice")
