"""
The diamond: who stands where, and what an event makes of it.

Rule: runs are those that the event's text says, plus those that a walk or a home run
forces by the rules of the game; a text that contradicts the bases is followed and
the contradiction named. Pure.

Source: Official Baseball Rules 5.05(b) and 5.06 (who must move up).
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.retrosheet.event import BATTER, HOME, EventText, Move

#: A runner of whom the text tells but whom nobody saw get there.
NOBODY = ""

OUTS = 3  #: end a half-inning


@attrs.frozen
class Diamond:
    """
    Outs and runners.

    Attributes:
        runners: ids of who stands on first, second, third; None: empty base.
    """

    outs: int = 0
    runners: tuple[str | None, str | None, str | None] = (None, None, None)

    @property
    def bases(self) -> tuple[bool, bool, bool]:
        """Which bases are taken."""
        first, second, third = self.runners
        return (first is not None, second is not None, third is not None)

    def placed(self, base: int, runner: str) -> Diamond:
        """This diamond with `runner` on `base` (1-3)."""
        return attrs.evolve(self, runners=_put(self.runners, base, runner))

    def exchanged(self, old: str, new: str) -> Diamond:
        """This diamond with `new` running for `old`."""
        first, second, third = (new if runner == old else runner for runner in self.runners)
        return attrs.evolve(self, runners=(first, second, third))


@attrs.frozen
class Played:
    """
    What an event has made of a diamond.

    Attributes:
        scored: who came home, in the order of their bases, third first.
        outs: how many were put out on the play.
        doubts: kinds of contradiction between the text and the bases.
    """

    diamond: Diamond
    scored: tuple[str, ...]
    outs: int
    doubts: tuple[str, ...]


def _put(
    runners: tuple[str | None, str | None, str | None], base: int, runner: str
) -> tuple[str | None, str | None, str | None]:
    first, second, third = runners
    if base == 1:
        return (runner, second, third)
    return (first, runner, third) if base == 2 else (first, second, runner)


def play(diamond: Diamond, event: EventText, batter: str) -> Played:
    """
    What `event` with `batter` at the plate makes of `diamond`.

    Runners of whom neither the event nor the rules tell stay where they are.
    """
    moves, doubts = dict(event.moves), []
    if event.forces and _force(diamond, moves):
        doubts.append("advance left out")
    left: list[str | None] = [
        None if base in moves else runner for base, runner in enumerate(diamond.runners, 1)
    ]
    scored = []
    outs = sum(move.out for move in moves.values())
    for base in sorted(moves, reverse=True):
        runner = batter if base == BATTER else diamond.runners[base - 1]
        if runner is None:
            doubts.append("runner from an empty base")
            runner = NOBODY
        move = moves[base]
        if move.out:
            continue
        if move.to == HOME:
            scored.append(runner)
        else:
            # After the third out nobody writes down where the others went.
            if left[move.to - 1] is not None and diamond.outs + outs < OUTS:
                doubts.append("two runners on one base")
            left[move.to - 1] = runner
    if diamond.outs + outs > OUTS:
        doubts.append("more than three outs")
    after = Diamond(min(OUTS, diamond.outs + outs), (left[0], left[1], left[2]))
    return Played(after, tuple(scored), outs, tuple(doubts))


def _force(diamond: Diamond, moves: dict[int, Move]) -> bool:
    """Add to `moves` those that the batter's own forces; whether there were any."""
    forced = False
    for base, runner in enumerate(diamond.runners, 1):
        if moves[BATTER].out or (runner is None and moves[BATTER].to != HOME):
            break
        if runner is not None and base not in moves:
            moves[base] = Move(HOME if moves[BATTER].to == HOME else base + 1)
            forced = True
    return forced
