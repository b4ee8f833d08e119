"""
What is done while two sources are well and do not say the same.

Rule: the believed source stands; a difference opens a doubt or a flag, and moves authority
only through `contradicted`: the console and another source agree for long, and the believed
one says nothing new. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.moves import CloseDoubt, Move, OpenDoubt
from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.watch import Sign
from scoreboard.model.feed import FeedMode
from scoreboard.model.ids import SourceId
from scoreboard.model.status import State, Status
from scoreboard.projection.state import GameState

#: Doubts that arbitration opens and closes.
CONSOLE = "console"  #: the arena's console shows another score
CONFLICT = "conflict"  #: another source has points that the believed one has not
FINAL = "final"  #: another source goes on after the end: `official` must wait
MANUAL = "manual"  #: a lock is gone and no source has the score: a person must choose

#: The doubt of a switch whose source has not the log's score; `switching` opens and closes it.
LEVEL = "level"


def official_is_held(canonical: GameState) -> bool:
    """Whether the game must not become `official` now; `final` it may be."""
    return FINAL in canonical.doubts


@attrs.frozen
class Findings:
    """
    What the sources' differences come to.

    Attributes:
        doubted: sources whose score the console does not bear out.
        contradicted: who speaks, with the console, against the believed source; None: nobody.
    """

    moves: tuple[Move, ...] = ()
    doubted: frozenset[SourceId] = frozenset()
    contradicted: SourceId | None = None


@attrs.define
class _Finding:
    """The findings while they are made; `open_` and `remains` are by doubt."""

    scene: Scene
    mine: GameState
    doubted: set[SourceId] = attrs.field(factory=set)
    contradicted: SourceId | None = None
    open_: dict[str, str] = attrs.field(factory=dict)
    remains: set[str] = attrs.field(factory=set)

    def done(self) -> Findings:
        doubts, scene = self.scene.canonical.doubts, self.scene
        opened = [
            OpenDoubt(name, reason) for name, reason in self.open_.items() if name not in doubts
        ]
        gone = [
            CloseDoubt(name, "the difference is gone")
            for name in (CONSOLE, CONFLICT, FINAL)
            if name in doubts and name not in self.remains and not _too_early(scene, name)
        ]
        return Findings((*opened, *gone), frozenset(self.doubted), self.contradicted)


def _too_early(scene: Scene, doubt: str) -> bool:
    """Whether the sources that gave cause for it may not have been heard since the start."""
    return doubt in scene.watch.inherited and not scene.settled


def findings(scene: Scene) -> Findings:
    """What the differences between the believed source and the others come to."""
    mine = scene.game(scene.believed)
    is_manual = scene.canonical.mode is FeedMode.MANUAL
    if mine is None or is_manual or not scene.up(scene.believed):
        return Findings()
    found = _Finding(scene, mine)
    others = [
        (source, game)
        for source in scene.scoring
        if source != scene.believed
        and scene.up(source)
        and (game := scene.game(source)) is not None
    ]
    _console(found, [game for _, game in others])
    for source, game in others:
        _score(found, source, game)
        _course(found, source, game)
    return found.done()


def _console(found: _Finding, others: list[GameState]) -> None:
    scene, tally = found.scene, found.scene.tally
    differs = tally is not None and tally.score != found.mine.score
    lasted = scene.lasted(Sign.CONSOLE, "", differs)
    if lasted >= scene.policy.blink_s:
        scene.flags.add(CONSOLE)
    if tally is None or not differs or any(game.score == found.mine.score for game in others):
        return
    found.remains.add(CONSOLE)
    if lasted >= scene.policy.console_s:
        shown, score = tally.score, found.mine.score
        found.open_[CONSOLE] = (
            f"the console shows {shown.home}-{shown.away}, "
            f"{scene.believed} {score.home}-{score.away}"
        )


def _score(found: _Finding, source: SourceId, game: GameState) -> None:
    scene, mine, other = found.scene, found.mine.score, game.score
    lasted = scene.lasted(Sign.SCORE, source, mine != other)
    if mine == other:
        return
    tally = scene.tally
    if tally is not None and tally.score == mine:
        found.doubted.add(source)
        return
    if tally is not None and tally.score == other:
        backed = scene.lasted(Sign.BACKED, source, True)
        if min(backed, scene.quiet_for(scene.believed)) >= scene.stall_s:
            found.contradicted = source
        return
    if other.home <= mine.home and other.away <= mine.away:
        return
    found.remains.add(CONFLICT)
    if lasted >= scene.stall_s:
        scene.flags.add(f"{CONFLICT}:{source}")
        found.open_[CONFLICT] = (
            f"{source} has {other.home}-{other.away}, {scene.believed} {mine.home}-{mine.away}"
        )


def _course(found: _Finding, source: SourceId, game: GameState) -> None:
    """Periods and the end of the game."""
    scene = found.scene
    elsewhere = game.period_index != found.mine.period_index
    if scene.lasted(Sign.PERIOD, source, elsewhere) >= scene.policy.period_s:
        scene.flags.add(f"period:{source}")
    goes_on = scene.canonical.line.status is Status.FINAL and game.line.status.state is State.IN
    lasted = scene.lasted(Sign.FINAL, source, goes_on)
    if goes_on:
        found.remains.add(FINAL)
    if lasted >= scene.policy.final_s:
        scene.flags.add(f"{FINAL}:{source}")
        found.open_[FINAL] = f"for {source} the game goes on"
