"""
Lines of a stream: bytes into lines, lines into messages.

Rule: a line that is too long ends the connection, since nobody can tell where the next one
begins; a line that is no message costs only itself. Pure.

Source: the form is that of in-venue consoles: UTF-8 JSON, one object a line, CRLF or LF.
"""

from __future__ import annotations

from typing import Any

import attrs

from scoreboard.codec.json_text import NotJson, bounded, read_json
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import BadId, GameId, parse_game_id

#: Longest line, bytes (security limit L6).
MAX_LINE = 64 * 1024
#: Deepest nesting of a line (security limit L13).
MAX_DEPTH = 16


class LineTooLong(RemoteError):
    """The peer sent more than `MAX_LINE` bytes without an end of line."""


class BadLine(RemoteError):
    """A line that is no message; the text says why."""


@attrs.frozen
class Splitter:
    """
    Cuts what comes into lines.

    Attributes:
        rest: the beginning of a line whose end has not come.
    """

    rest: bytes = b""

    def feed(self, data: bytes) -> tuple[list[bytes], Splitter]:
        """
        Lines without their ends, empty ones left out, and the splitter for what comes next.

        Raises:
            LineTooLong: after that nothing of the peer can be understood.
        """
        *whole, rest = (self.rest + data).split(b"\n")
        for line in (*whole, rest):
            # The CR of an end of line is not part of the line.
            if len(line) > MAX_LINE + 1 or len(line.removesuffix(b"\r")) > MAX_LINE:
                raise LineTooLong(f"a line is over {MAX_LINE} bytes")
        lines = [line.removesuffix(b"\r") for line in whole]
        return [line for line in lines if line.strip()], Splitter(rest)


@attrs.frozen
class Line:
    """A message, and the game that it is about."""

    game_id: GameId
    message: dict[str, Any]


def read_line(line: bytes, game: str) -> Line:
    """
    The message of a line.

    Args:
        game: of lines that do not name theirs (`game_id`); empty: each must.

    Raises:
        BadLine: it is not a JSON object within the limits, or names no game.
    """
    try:
        message = read_json(line)
        bounded(message, MAX_DEPTH)
    except NotJson as why:
        raise BadLine(f"not JSON that is taken: {why}") from why
    if not isinstance(message, dict):
        raise BadLine("not an object")
    named = message.pop("game_id", None) or game
    if not named:
        raise BadLine("game_id is missing, and the source has no game of its own")
    try:
        return Line(parse_game_id(named), message)
    except BadId as why:
        raise BadLine(str(why)) from why
