"""
A provider's plays brought into the order of a game: ids, periods, ends, places.

Rule: what a reader may rely on is made here once: ids are unique, periods do not step
back, every period that is over has an end, nothing follows the end of the game, and
`order` rises. Whatever had to be done for that is counted. Pure.

# Note [Derived ends]

A follower learns from a `period_end` play that it is half-time. Where the provider has
no such row, one is put in before the first row of the next period, and before the end
of the game; it carries the qualifier "derived" and an id that says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

from scoreboard.model.play import ORDER_STEP, PlayFacts
from scoreboard.model.side import Score

#: Between two rows there is room for a derived end and a move of the score.
_ROOM = 4

#: Orders stay where every JSON reader keeps an integer exactly.
_LAST_ORDER = 2**52

#: Mark of a row that the provider does not have.
DERIVED = "derived"


@attrs.frozen
class Draft:
    """
    A play as its row says it, before anything is made of the rows around it.

    Attributes:
        ref: the provider's id.
        label: how the row is named in reasons and notes ("row 17").
        facts: what the row says; points and their receiver too, the receiver None if
            the row does not name one. `order` is the provider's own number for the place
            in the game, if it has one, else None.
        claim: the running score on the row.
    """

    ref: str
    label: str
    facts: PlayFacts
    claim: Score | None = None


def in_order(
    drafts: Iterable[Draft],
    quirks: Counter[str],
    *,
    over: bool = False,
    end_clock_ms: int | None = None,
) -> list[Draft]:
    """
    `drafts` in game order, with unique ids, ends and orders.

    Args:
        drafts: as they stand in the file.
        quirks: counted here: "repeated id", "period steps back", "rows after the end",
            "derived period end".
        over: the game is known to be over although no row may say so.
        end_clock_ms: the clock at the end of a period; None: that of its last row.
    """
    rows = _end_last(_by_period(_unique(drafts, quirks), quirks), quirks)
    ended = _with_ends(rows, over=over, clock_ms=end_clock_ms)
    quirks["derived period end"] += len(ended) - len(rows)
    return _placed(ended)


def _unique(drafts: Iterable[Draft], quirks: Counter[str]) -> list[Draft]:
    """The first of several rows with one id keeps it, the others get "-2", "-3" ... ."""
    found = []
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    for draft in drafts:
        seen[draft.ref] += 1
        count = seen[draft.ref]
        quirks["repeated id"] += count > 1
        ref = draft.ref if count == 1 else f"{draft.ref}-{count}"
        while ref in taken:
            ref += "+"  # a row is called "12-2" by its provider
        taken.add(ref)
        found.append(attrs.evolve(draft, ref=ref))
    return found


def _by_period(rows: list[Draft], quirks: Counter[str]) -> list[Draft]:
    """A row of an earlier period stands with that period; within it the file's order holds."""
    last = 0
    for row in rows:
        quirks["period steps back"] += row.facts.period_index < last
        last = max(last, row.facts.period_index)
    return sorted(rows, key=lambda row: row.facts.period_index)


def _end_last(rows: list[Draft], quirks: Counter[str]) -> list[Draft]:
    """The (last) end of the game stands behind everything else."""
    ends = [index for index, row in enumerate(rows) if row.facts.play_type == "game_end"]
    if not ends:
        return rows
    end = rows[ends[-1]]
    quirks["rows after the end"] += len(rows) - 1 - ends[-1]
    quirks["repeated row"] += len(ends) - 1
    early = set(ends[:-1])
    others = [
        attrs.evolve(row, facts=attrs.evolve(row.facts, play_type="comment"))
        if index in early
        else row
        for index, row in enumerate(rows)
        if index != ends[-1]
    ]
    last = max(row.facts.period_index for row in rows)
    return [*others, attrs.evolve(end, facts=attrs.evolve(end.facts, period_index=last))]


def _with_ends(rows: Sequence[Draft], *, over: bool, clock_ms: int | None) -> list[Draft]:
    """`rows` with an end for each period that is over. See Note [Derived ends]."""
    ended = {row.facts.period_index for row in rows if row.facts.play_type == "period_end"}
    found: list[Draft] = []
    for row in rows:
        last = found[-1].facts.period_index if found else None
        over_here = row.facts.play_type == "game_end" or row.facts.period_index != last
        if last is not None and over_here and last not in ended:
            found.append(_end_of(found[-1], clock_ms))
        found.append(row)
    closed = ended | {row.facts.period_index for row in found if row.facts.play_type == "game_end"}
    if over and found and found[-1].facts.period_index not in closed:
        found.append(_end_of(found[-1], clock_ms))
    return found


def _end_of(last: Draft, clock_ms: int | None) -> Draft:
    """The end of the period of its `last` row."""
    facts = PlayFacts(
        play_type="period_end",
        period_index=last.facts.period_index,
        qualifiers=(DERIVED,),
        clock_ms=last.facts.clock_ms if clock_ms is None else clock_ms,
    )
    return Draft(
        f"{DERIVED}-end-{facts.period_index}", f"the end of period {facts.period_index}", facts
    )


def _placed(rows: Sequence[Draft]) -> list[Draft]:
    """`rows` with orders that rise: the provider's numbers if they do, else the file's order."""
    found = []
    before = 0
    for row in rows:
        number = row.facts.order
        order = before + ORDER_STEP
        if number is not None and number * ORDER_STEP < _LAST_ORDER:
            order = max(number * ORDER_STEP, before + _ROOM)
        found.append(attrs.evolve(row, facts=attrs.evolve(row.facts, order=order)))
        before = order
    return found
