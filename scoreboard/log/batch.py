"""
Group commit, decided: which of the waiting appends fit, and where they bring the tips.

Rule: an append that does not fit fails alone; the others of its batch go on. Pure.

# Note [An append that builds on a failed one]

A scorekeeper calls append A (behind 3) and, before A is answered, append B (behind 4,
which A will have written). Let A fail because another writer has just written 4. B now
*fits*, but it was decided on a game in which A happened. It must fail.

So every append carries the number of the last batch that had been answered when it was
called (`answered`), and the failure of A is remembered with the number of its batch. An
append of the same game whose `answered` is smaller was called in ignorance and is
refused; that refusal is not remembered in its turn, or two retries under way would go on
refusing each other. An append whose `answered` is not smaller was called by somebody who
could know; calls are numbered in order, so no ignorant one can follow, and the failure is
forgotten. Comparing with the tip alone would let B in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from scoreboard.codec.cbor import encode_entry
from scoreboard.log.interface import NOWHERE, Commit, NotAtTip
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

#: An epoch is an unsigned 32-bit number (`model.position`); 0 stands for no history.
_EPOCHS = range(1, 2**32)


@attrs.frozen
class Append:
    """
    One call of `append`, ready to be written.

    Attributes:
        epoch: the game's, if this makes it; otherwise not looked at.
        bodies: the entries in bytes, from `expected_seq` + 1 on.
        answered: the last batch that had been answered when it was called.
    """

    game: GameId
    expected_seq: int
    epoch: int
    bodies: tuple[bytes, ...]
    answered: int = 0

    @property
    def size(self) -> int:
        """Bytes of all entries."""
        return sum(map(len, self.bodies))


@attrs.frozen
class Plan:
    """
    What to write for a batch, and what is true once that is durable.

    Attributes:
        outcomes: of each append, in their order.
        created: games that get their first entry, with the epoch.
        rows: game, seq and bytes of every entry to write.
        tips: of the games that the batch wrote to.
        failures: game -> batch of its last failure, for the next plan.
    """

    outcomes: tuple[Position | NotAtTip, ...]
    created: tuple[tuple[GameId, int], ...]
    rows: tuple[tuple[GameId, int, bytes], ...]
    tips: Mapping[GameId, Position]
    failures: Mapping[GameId, int]

    def commit(self, seconds: float) -> Commit:
        """What a sync that has taken `seconds` made durable of it."""
        return Commit(
            appends=sum(isinstance(outcome, Position) for outcome in self.outcomes),
            entries=len(self.rows),
            size=sum(len(body) for _, _, body in self.rows),
            seconds=seconds,
        )


def bodies(expected_seq: int, entries: Sequence[Entry]) -> tuple[bytes, ...]:
    """
    The bytes of entries that are to follow `expected_seq`.

    Raises:
        LocalError: there are none, they do not follow, or one cannot be written.
    """
    if not entries:
        raise LocalError("an append has at least one entry")
    written = tuple(encode_entry(entry) for entry in entries)
    for seq, entry in enumerate(entries, start=expected_seq + 1):
        if entry.seq != seq:
            raise LocalError(f"entry {entry.seq} stands where {seq} must be")
    return written


def check_range(since: int, limit: int) -> None:
    """Whether a log can be read from there. Raises: LocalError: it cannot."""
    if since < 0 or limit < 0:
        raise LocalError(f"a log is not read behind {since}, {limit} entries at most")


def fresh_epoch(new_epoch: Callable[[], int]) -> int:
    """What `new_epoch` gives. Raises: LocalError: it is no epoch."""
    epoch = new_epoch()
    if epoch not in _EPOCHS:
        raise LocalError(f"{epoch!r} is no epoch: it must be from 1 to 2**32 - 1")
    return epoch


def plan(
    appends: Sequence[Append],
    tips: Mapping[GameId, Position],
    failures: Mapping[GameId, int],
    number: int,
) -> Plan:
    """
    Decide batch `number`.

    Args:
        appends: in the order of the calls.
        tips: of every game in `appends`; a game that is absent has no log.
        failures: game -> batch of its last failure that an append may not know of.
        number: of this batch; greater than every `answered` in `appends`.
    """
    ahead = dict(tips)
    unknown = dict(failures)
    outcomes: list[Position | NotAtTip] = []
    created = []
    rows = []
    for append in appends:
        game, tip = append.game, ahead.get(append.game, NOWHERE)
        ignorant = append.answered < unknown.get(game, 0)
        if not ignorant:
            unknown.pop(game, None)
        if ignorant or append.expected_seq != tip.seq:
            outcomes.append(NotAtTip(game, append.expected_seq, tip.seq))
            unknown.setdefault(game, number)
            continue
        if tip == NOWHERE:
            tip = Position(append.epoch, 0)
            created.append((game, append.epoch))
        rows += [(game, seq, body) for seq, body in enumerate(append.bodies, start=tip.seq + 1)]
        ahead[game] = Position(tip.epoch, tip.seq + len(append.bodies))
        outcomes.append(ahead[game])
    return Plan(tuple(outcomes), tuple(created), tuple(rows), ahead, unknown)
