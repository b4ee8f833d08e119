"""
A Retrosheet event file as records: one line, its kind and its fields.

Rule: a file that is not one game in this format is refused here with its line; what
the records mean is read elsewhere. Pure.

Source: Retrosheet, "The Event File" (retrosheet.org/eventfile.htm).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import attrs

from scoreboard.ingest.parsers.document import BadDocument

_GAME_ID = re.compile(r"[A-Z0-9]{3}[0-9]{9}\Z")


@attrs.frozen
class Record:
    """
    One line of the file.

    Attributes:
        line: its number, from 1.
        kind: the first field: "id", "info", "start", "play", "sub", "com", "radj", ...
        fields: the others, as text, without their quotation marks.
    """

    line: int
    kind: str
    fields: tuple[str, ...]

    def needs(self, number: int) -> None:
        """Refuse the record if it has fewer than `number` fields. Raises: BadDocument."""
        if len(self.fields) < number:
            raise BadDocument(
                f"line {self.line}: {self.kind} has {len(self.fields)} fields, {number} are needed"
            )

    def number(self, index: int, name: str, first: int, last: int) -> int:
        """
        The whole number in a field.

        Args:
            name: of the field, for the complaint.
            first: the lowest that it may be.
            last: the highest.

        Raises:
            BadDocument: it is no such number.
        """
        text = self.fields[index].strip()
        value = int(text) if re.fullmatch("[0-9]{1,4}", text) else -1
        if not first <= value <= last:
            raise BadDocument(
                f"line {self.line}, {self.kind} {name}: {text!r} is not in {first} to {last}"
            )
        return value


@attrs.frozen
class GameFile:
    """
    The records of one game.

    Attributes:
        game: Retrosheet's id, "ANA201909290": home club, date, number of the game.
        info: the info records by name; of a repeated one the last.
        records: all others, in file order.
        lines: how many lines the file has, empty ones not counted.
    """

    game: str
    info: dict[str, str]
    records: tuple[Record, ...]
    lines: int


def decoded(data: bytes) -> str:
    """`data` as text: UTF-8, or Latin-1 as in older files."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_records(text: str) -> Iterator[Record]:
    """The records in `text`. Raises: BadDocument naming the line."""
    for line, content in enumerate(text.splitlines(), 1):
        bare = content.strip().strip("\x1a")  # DOS files end with a control-Z
        if not bare:
            continue
        try:
            kind, *fields = next(csv.reader([bare]))
        except csv.Error as error:
            raise BadDocument(f"line {line}: not comma-separated fields ({error})") from error
        yield Record(line, kind.strip().lower(), tuple(fields))


def read_game(data: bytes) -> GameFile:
    """
    The one game in `data`.

    Raises:
        BadDocument: no id record comes first, or a second game follows.
    """
    game: str | None = None
    info: dict[str, str] = {}
    records = []
    lines = 0
    for record in read_records(decoded(data)):
        lines += 1
        if record.kind == "id":
            game = _game_id(record, game)
        elif game is None:
            raise BadDocument(f"line {record.line}: {record.kind!r} stands before the id record")
        elif record.kind == "info":
            if len(record.fields) > 1:
                info[record.fields[0].strip().lower()] = record.fields[1].strip()
        else:
            records.append(record)
    if game is None:
        raise BadDocument("line 1: no id record")
    return GameFile(game, info, tuple(records), lines)


def _game_id(record: Record, before: str | None) -> str:
    record.needs(1)
    game = record.fields[0].strip().upper()
    if before is not None:
        raise BadDocument(
            f"line {record.line}: a second game, {game!r}, begins after {before!r}: "
            "one game a document is read, cut the file at its id records"
        )
    if not _GAME_ID.match(game):
        raise BadDocument(f"line {record.line}: {game!r} is not a game id like ANA201909290")
    return game
