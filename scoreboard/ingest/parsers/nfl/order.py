"""
Where NFL rows stand in the game, and when they came.

Rule: `playId` is identity, `playSequenceNumber` is order, and a row that was put in
later came later; none of the three is taken for another. Pure.

# Note [Numbers given in advance]

A row gets its `playId` when the scorer opens it: the next play is opened, and numbered,
as soon as the last one is over. A time-out in between therefore has a higher id than
the play that follows it (179, at sequence 157, before 167), though it was complete two
minutes before that play began. The ids themselves show it: they advance by the lines of
a row, and the play that follows such a time-out takes up its remaining lines behind it.
All wall clocks agree (315 of 316 such rows in 34 games; the other one has none).

So a row with *one* lower id behind it came where it stands. A row with two or more came
after the last of them: ids of the plays in between were given, and those plays run,
before it was opened (a time-out of 02:32 left, opened sixteen plays later).

# Note [Deleted rows]

A deleted row has lost its sequence number (0.0) and its quarter. Its id still says about
where it stood, since most ids equal their sequence number: it is put there, in the
period of the row before it.
"""

from __future__ import annotations

from collections import Counter

import attrs

from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.telling.arrival import arrivals

#: Orders in one unit of the provider's sequence, which has had two decimals so far.
_PER_UNIT = 1000

#: Sequence numbers beyond this are no such numbers.
_LAST = 10**9

#: The NFL plays on in the playoffs until somebody scores; nobody has seen a tenth period.
_LAST_PERIOD = 20


@attrs.frozen
class Placed:
    """
    A row and its place.

    Attributes:
        index: in the provider's file, from 0.
        order: rising along the game.
        period: from 1.
        ref: the id as text, made unique if the provider repeats it.
        arrival: sort key of when it came, in the unit of `order`; None: in order.
    """

    play: Member
    index: int
    deleted: bool
    order: int
    period: int
    ref: str
    arrival: float | None = None


@attrs.frozen
class _Raw:
    """A row's own numbers."""

    play: Member
    index: int
    deleted: bool
    play_id: int | None
    sequence: float | None
    quarter: int

    @property
    def place(self) -> float:
        """Sort key: its sequence number, without one its id."""
        given = self.sequence if self.sequence and not self.deleted else self.play_id
        return float(given or 0)


def place(plays: list[Member], quirks: Counter[str]) -> list[Placed]:
    """
    The rows in game order.

    Args:
        plays: as the document has them.
        quirks: where oddities of the numbers are counted.
    """
    raws = [_raw(play, index) for index, play in enumerate(plays)]
    _count(raws, quirks)
    rows: list[Placed] = []
    refs: Counter[str] = Counter()
    ordered = sorted(raws, key=lambda raw: (raw.place, raw.play_id or 0, raw.index))
    period = next((raw.quarter for raw in ordered if raw.quarter), 1)
    for raw in ordered:
        if raw.quarter and raw.quarter < period:
            quirks["quarter steps back"] += 1
        elif not raw.quarter and not raw.deleted:
            quirks["live row without a quarter"] += 1
        period = raw.quarter or period
        order = max(round(raw.place * _PER_UNIT), rows[-1].order + 1 if rows else 0)
        name = f"row-{raw.index}" if raw.play_id is None else str(raw.play_id)
        refs[name] += 1
        ref = name if refs[name] == 1 else f"{name}#{refs[name]}"
        rows.append(Placed(raw.play, raw.index, raw.deleted, order, period, ref))
    keys = arrivals(_opened(ordered, rows), [row.order for row in rows])
    if keys is None:
        return rows
    return [attrs.evolve(row, arrival=key) for row, key in zip(rows, keys, strict=True)]


def _raw(play: Member, index: int) -> _Raw:
    """The numbers of `play`; those that cannot be are taken as absent."""
    play_id = play["playId"].integer()
    sequence = play["playSequenceNumber"].number()
    quarter = play["quarter"].integer() or 0
    return _Raw(
        play=play,
        index=index,
        deleted=play["playDeleted"].flag(),
        play_id=play_id if play_id is not None and 0 <= play_id <= _LAST else None,
        sequence=sequence if sequence is not None and 0 <= sequence <= _LAST else None,
        quarter=quarter if 1 <= quarter <= _LAST_PERIOD else 0,
    )


def _opened(ordered: list[_Raw], rows: list[Placed]) -> list[int]:
    """
    Numbers that rise as the rows were completed.

    See Note [Numbers given in advance]: a row before a play that was numbered in advance
    is given a number just below that play's.
    """
    numbers = []
    lowest = second = 2 * _LAST  # of the ids of the live rows behind
    for raw, row in zip(reversed(ordered), reversed(rows), strict=True):
        number = row.order // _PER_UNIT if raw.play_id is None else raw.play_id
        alone = lowest < number <= second and not raw.deleted
        numbers.append(2 * lowest - 1 if alone else 2 * number)
        if not raw.deleted:
            lowest, second = sorted((lowest, second, number))[:2]
    return numbers[::-1]


def _count(raws: list[_Raw], quirks: Counter[str]) -> None:
    """Count the oddities of the numbers, in file order."""
    seen: set[float] = set()
    ids: set[int | None] = set()
    highest = -1
    for raw in raws:
        quirks["deleted play"] += raw.deleted
        quirks["repeated sequence number"] += raw.sequence in seen
        quirks["repeated play id"] += raw.play_id in ids
        quirks["no sequence number"] += raw.sequence is None
        quirks["no play id"] += raw.play_id is None
        quirks["fractional sequence number"] += not (raw.sequence or 0.0).is_integer()
        quirks["play id is not the sequence"] += not raw.deleted and raw.sequence != raw.play_id
        quirks["play id steps back"] += raw.play_id is not None and raw.play_id < highest
        highest = raw.play_id if raw.play_id is not None else highest
        seen.add(raw.sequence if raw.sequence is not None else -1.0)
        ids.add(raw.play_id)
