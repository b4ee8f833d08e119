"""
Claims: a box score as a source has it, beside the one that its plays add up to (rule B1).

Rule: what is published is derived from plays; a claim is only compared with it. A statistic
that a claim does not name is not compared, nor is one that no play of the sport tells. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scoreboard.model.boxscore import Claim, Difference, StatLine, Values
from scoreboard.model.delivery import DeliveryClass, Publication
from scoreboard.model.payload import ClaimPayload
from scoreboard.model.play import Participant
from scoreboard.projection.publish import ROOT
from scoreboard.projection.state import GameState
from scoreboard.sports.boxes import BOXES
from scoreboard.sports.shares import Box, statistics


def differences(
    state: GameState, claimed: Sequence[StatLine], *, complete: bool
) -> tuple[Difference, ...]:
    """
    Where a claimed box score and the derived one are not the same.

    Args:
        state: of the game whose plays count.
        complete: whether who is not in the claim has, by it, done nothing.

    Returns:
        In the order of the claim; then what it leaves out, if it is complete.
    """
    box = BOXES[state.ruleset.id]
    names = statistics(box)
    ours = [line for line in state.stats.lines.values() if line.counts]
    found: list[Difference] = []
    for line in claimed:
        own = counterpart(line, ours)
        if own is not None:
            ours.remove(own)
        found += _differing(line, {} if own is None else box.shows(own.counts), names)
    if complete:
        found += [one for line in ours for one in _left_out(line, box)]
    return tuple(found)


def compared(state: GameState, claimed: Sequence[StatLine]) -> int:
    """How many of the claimed figures can be compared."""
    names = statistics(BOXES[state.ruleset.id])
    return sum(len(names & line.counts.keys()) for line in claimed)


def _differing(line: StatLine, ours: Values, names: frozenset[str]) -> Iterator[Difference]:
    for stat, count in line.counts.items():
        # What is absent here is nothing of which a play tells: the same as none.
        if stat in names and count != ours.get(stat, 0):
            yield Difference(line.side, line.person, stat, count, ours.get(stat))


def _left_out(line: StatLine, box: Box) -> Iterator[Difference]:
    for stat, count in box.shows(line.counts).items():
        if count:
            yield Difference(line.side, line.person, stat, None, count)


def counterpart(line: StatLine, ours: Sequence[StatLine]) -> StatLine | None:
    """The line of ours that speaks of the same person, or team; None if we have none."""
    near = [one for one in ours if one.side is line.side]
    person = line.person
    if person is None:
        return next((one for one in near if one.person is None), None)
    for same in _SAME:
        for one in near:
            if one.person is not None and same(person, one.person):
                return one
    return None


def _same_id(a: Participant, b: Participant) -> bool:
    return a.person_id is not None and a.person_id == b.person_id


def _same_ref(a: Participant, b: Participant) -> bool:
    return a.ref is not None and a.ref == b.ref


def _same_name(a: Participant, b: Participant) -> bool:
    """The same name, and neither id nor number against it."""
    if a.name is None or b.name is None or a.name.casefold() != b.name.casefold():
        return False
    return not _contradicts(a.person_id, b.person_id) and not _contradicts(a.jersey, b.jersey)


def _same_jersey(a: Participant, b: Participant) -> bool:
    """The same number, where one of them has no name."""
    if a.jersey is None or a.jersey != b.jersey:
        return False
    return not _contradicts(a.person_id, b.person_id) and (a.name is None or b.name is None)


def _contradicts(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b


#: The topic of a game's claims, but for the game; role "ops" may subscribe.
TOPIC = f"{ROOT}.ops.boxscore"


def claim_publication(
    state: GameState, claim: Claim, differing: tuple[Difference, ...]
) -> Publication:
    """What those who run the server are told of a claim when it comes; nobody resumes by it."""
    game_id = state.meta.game_id
    figures = compared(state, claim.lines)
    return Publication(
        stream="ops",
        topic=f"{TOPIC}.{game_id}",
        kind="boxscore",
        delivery=DeliveryClass.LATEST,
        game_id=game_id,
        epoch=state.epoch,
        seq=state.seq,
        prev=0,
        ts_ms=claim.ts_ms,
        source=claim.source,
        term=state.term,
        body=ClaimPayload(claim, figures, differing, state.meta),
        key=f"{game_id}:{claim.source}",
        retained=True,
    )


#: What two names of a person may have in common, the surest first.
_SAME: tuple[Callable[[Participant, Participant], bool], ...] = (
    _same_id,
    _same_ref,
    _same_name,
    _same_jersey,
)
