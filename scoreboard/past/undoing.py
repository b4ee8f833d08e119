"""
Milestones: the state at the end of a page, in so few words that every page can have one.

Rule: what comes back is the fold of the log until then, and it is checked; what does not fit
is None and never a guess. Pure.

# Note [Milestones]

A state whole is mostly its plays and the names that sources have for them. To read a
thousand of them takes as long as half of the fold, and each page would keep all of the page
before once more. But a play of page 2 stands in the newest state nearly always as it stood
then, and that state is at hand. So a milestone has the state without plays and names, and
beside it what its next page has changed of them. The newest state at the end of a page is in
memory; from there the pages are undone, back to the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import attrs

from scoreboard.model.ids import PlayId
from scoreboard.model.play import Play, PlayRef
from scoreboard.projection.state import GameState, Known


@attrs.frozen
class Undone:
    """
    What takes a page back.

    Attributes:
        plays: that the page has changed, as they stood before it.
        names: that the page has changed, with what was known before it.
        fresh: names that nobody had used before it.
    """

    plays: tuple[Play, ...] = ()
    names: tuple[tuple[PlayRef, Known], ...] = ()
    fresh: tuple[PlayRef, ...] = ()


@attrs.frozen
class Milestone:
    """
    The state at the end of a page.

    Attributes:
        state: without plays and names.
        check: of these; see `check_of`.
    """

    state: GameState
    check: str


def milestone_of(state: GameState) -> Milestone:
    """What is kept of `state`."""
    return Milestone(state.evolved(plays=(), refs={}), check_of(state))


def check_of(state: GameState) -> str:
    """Which plays there are, in which order and revision, and how many names."""
    told = [f"{play.play_id} {play.rev} {play.state.value}" for play in state.plays]
    told.append(f"{len(state.refs)} {state.score.home} {state.score.away}")
    return blake2b("\n".join(told).encode(), digest_size=8).hexdigest()


def undone(before: GameState, after: GameState) -> Undone:
    """What takes the entries between two states of a game back."""
    plays = {play.play_id: play for play in after.plays}
    return Undone(
        tuple(play for play in before.plays if not _same(plays.get(play.play_id), play)),
        tuple(
            (ref, known) for ref, known in before.refs.items() if not _same(after.refs[ref], known)
        ),
        tuple(ref for ref in after.refs if ref not in before.refs),
    )


def _same(one: object, other: object) -> bool:
    return one is other or one == other


def restored(milestone: Milestone, later: GameState, pages: Iterable[Undone]) -> GameState | None:
    """
    The state that `milestone` was made of; None: it does not fit the others.

    Args:
        later: a whole state at the end of a later page.
        pages: what takes the pages between them back, the newest first.
    """
    bare, plays, refs = milestone.state, _by_id(later), dict(later.refs)
    for page in pages:
        for ref in page.fresh:
            refs.pop(ref, None)
        refs.update(page.names)
        plays.update((play.play_id, play) for play in page.plays)
    stood = [play for play in plays.values() if play.place_in_game[1] <= bare.seq]
    stood.sort(key=_place)
    state = bare.evolved(plays=tuple(stood), refs=refs)
    return state if check_of(state) == milestone.check else None


def _by_id(state: GameState) -> dict[PlayId, Play]:
    return {play.play_id: play for play in state.plays}


def _place(play: Play) -> tuple[int, int]:
    return play.place_in_game
