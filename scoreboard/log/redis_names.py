"""
How games stand in Redis: the names of keys, the commands, and what the answers mean.

Rule: an entry with `seq` is the stream entry `seq-0`, one field, the bytes that SQLite would
store. Nothing else is ever written to a stream, and nothing is taken out of one. Shell only by
its package: it touches nothing.

| key | type | what |
|---|---|---|
| PREFIX`format` | string | version of this table |
| PREFIX`games` | hash | game -> epoch |
| PREFIX`sides:`GAME | hash | side log -> epoch |
| PREFIX`log:`KEY | stream | the entries of a game or of a side log |
| PREFIX`notes:`GAME | hash | what can be worked out again from the entries; may be deleted |

The hashes are written in the transaction that makes the stream, so that `games` needs no scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.model.ids import SIDE, GameId
from scoreboard.model.position import Position

#: Version of the table above.
FORMAT = b"1"
#: The one field of a stream entry.
_BODY = b"b"

#: A command with its arguments, as it is sent.
Command = tuple[bytes | str | int, ...]


@attrs.frozen
class Names:
    """The keys that begin with `prefix`."""

    prefix: str

    @property
    def format(self) -> str:
        """Says which version of the table is meant."""
        return f"{self.prefix}format"

    @property
    def games(self) -> str:
        """Every game with its epoch."""
        return f"{self.prefix}games"

    def sides(self, game: str) -> str:
        """The side logs of a game with their epochs."""
        return f"{self.prefix}sides:{game}"

    def log(self, game: GameId) -> str:
        """The stream of a game or of a side log."""
        return f"{self.prefix}log:{game}"

    def notes(self, game: GameId) -> str:
        """The hash of the notes on a game."""
        return f"{self.prefix}notes:{game}"

    def note(self, game: GameId, notes: Mapping[str, bytes]) -> Command:
        """Puts notes on a game."""
        pairs = [part for pair in notes.items() for part in pair]
        return ("HSET", self.notes(game), *pairs)

    def noted(self, game: GameId, name: str) -> Command:
        """Asks for one."""
        return ("HGET", self.notes(game), name)

    def news(self, game: GameId) -> str:
        """The channel on which it is told how far a game has come."""
        return f"{self.prefix}news:{game}"

    def tell(self, game: GameId, seq: int) -> Command:
        """Tells it."""
        return ("PUBLISH", self.news(game), seq)

    @property
    def made(self) -> str:
        """The channel on which it is told that there is a new game."""
        return f"{self.prefix}made"

    def announce(self, game: GameId) -> Command:
        """Tells it."""
        return ("PUBLISH", self.made, game)

    def register(self, game: GameId) -> str:
        """The hash in which the epoch of a game or of a side log stands."""
        owner, side, _ = game.partition(SIDE)
        return self.sides(owner) if side else self.games

    def newest(self, game: GameId) -> Command:
        """Asks for the newest entry."""
        return ("XREVRANGE", self.log(game), "+", "-", "COUNT", 1)

    def epoch(self, game: GameId) -> Command:
        """Asks for the epoch."""
        return ("HGET", self.register(game), game)

    def create(self, game: GameId, epoch: int) -> Command:
        """Gives a game its epoch."""
        return ("HSET", self.register(game), game, epoch)

    def add(self, game: GameId, seq: int, body: bytes) -> Command:
        """Writes an entry; Redis refuses it if the stream has that `seq` or a later one."""
        return ("XADD", self.log(game), f"{seq}-0", _BODY, body)

    def range(self, game: GameId, since: int, limit: int) -> Command:
        """Asks for entries."""
        return ("XRANGE", self.log(game), f"{since + 1}-0", "+", "COUNT", limit)


def rows(reply: Iterable[Any]) -> list[tuple[int, bytes]]:
    """
    `seq` and bytes of what XRANGE or XREVRANGE has answered.

    Raises:
        LocalError: it is no entry of ours.
    """
    found = []
    for identity, fields in reply:
        seq, _, part = identity.partition(b"-")
        if part != b"0" or len(fields) != 2 or fields[0] != _BODY:
            raise LocalError(f"stream entry {identity!r} was not written by scoreboard")
        found.append((int(seq), fields[1]))
    return found


def position(game: GameId, newest: Any, epoch: Any) -> Position | None:
    """
    Where a game stands, by the answers to `newest` and `epoch`; None: it has no entries.

    Raises:
        LocalError: it has entries and no epoch.
    """
    found = rows(newest)
    if not found:
        return None
    if epoch is None or not epoch.isdigit():
        raise LocalError(f"{game}: the log has entries, but its epoch is {epoch!r}")
    return Position(int(epoch), found[0][0])
