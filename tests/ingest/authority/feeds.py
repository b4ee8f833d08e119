"""
True games and the feeds that tell of them, each with its own names, times, slips and gaps.

Rule: what happened comes from the project's simulator, what a feed says of it from here; a
play carries its key as `text`, which nothing under test reads. Pure and seeded.
"""

from __future__ import annotations

from random import Random

import attrs

from scoreboard.model.clock import Direction
from scoreboard.model.game import GameMeta
from scoreboard.model.message import (
    PlayReport,
    Report,
    ScoreReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from scoreboard.simulator.day import Slate, game_day
from scoreboard.sports.registry import RULESETS

START_MS = 1_790_000_000_000
SPORTS = ("football", "soccer", "basketball", "hockey", "baseball")
SECOND = 1_000

#: Never lost, never moved: the frame of the game.
FRAME = {"period_start", "period_end", "game_end", "game_start", "lineup"}

#: How far a backup's clock may be off, milliseconds.
JITTER_MS = {"football": 5_000, "soccer": 25_000, "basketball": 1_500, "hockey": 1_500}


@attrs.define
class Act:
    """Something that happened: when, whether officials took it back, how it is seen at first."""

    key: str
    facts: PlayFacts
    at_ms: int
    back_ms: int | None = None
    first: PlayFacts | None = None
    right_ms: int = 0


@attrs.define
class Truth:
    """A game as it was."""

    meta: GameMeta
    acts: list[Act]
    statuses: list[tuple[int, StatusReport]]
    final: Score

    @property
    def worth(self) -> dict[str, int]:
        """Points of every play that counts in the end, by key."""
        return {a.key: a.facts.points for a in self.acts if a.facts.points and a.back_ms is None}


def truth(sport: str, seed: int, dice: Random) -> Truth:
    """The game of a seed, with scores that were overturned and points that were seen wrongly."""
    game = game_day(seed, START_MS, Slate(**{sport: 1}), resync=False)[0]
    told: dict[str, PlayFacts] = {}
    statuses = []
    for timed in game.reports:
        match timed.message.report:
            case PlayReport(ref=ref, facts=facts):
                told[ref] = facts
            case VoidReport(ref=ref):
                del told[ref]
            case StatusReport() as status if status.line.status is not Status.OFFICIAL:
                statuses.append((timed.at_ms, status))
    plays = sorted(told.values(), key=lambda facts: facts.order)
    acts = [Act(f"t{n}", facts, facts.wallclock_ms or 0) for n, facts in enumerate(plays)]
    acts = _overturned(acts, dice)
    if sport == "basketball":
        _mistaken(acts, dice)
    return Truth(game.meta, acts, statuses, game.final)


def _overturned(acts: list[Act], dice: Random) -> list[Act]:
    """A share of 6 % of the scores happen once more, shortly before, and are taken back."""
    ends = {a.facts.period_index: a.at_ms for a in acts if a.facts.play_type == "period_end"}
    result: list[Act] = []
    for at, act in enumerate(acts):
        result.append(act)
        facts = act.facts
        later = [a for a in acts[at : at + 25] if a.facts.points and not a.facts.shootout]
        if not later or facts.points or facts.play_type in FRAME or facts.shootout:
            continue
        like = later[0].facts
        room = ends.get(facts.period_index, 0) - act.at_ms
        same = (like.period_index, like.half) == (facts.period_index, facts.half)
        if not same or room < 150 * SECOND or dice.random() > 0.06 / 8:
            continue
        again = attrs.evolve(
            like, clock_ms=facts.clock_ms, wallclock_ms=act.at_ms + SECOND, participants=()
        )
        back = act.at_ms + dice.randint(10, 90) * SECOND
        result.append(Act(f"v{at}", again, act.at_ms + SECOND, back))
    return result


def _mistaken(acts: list[Act], dice: Random) -> None:
    """A shot from the line is seen with the wrong points at first."""
    for act in acts:
        if (
            act.back_ms is None
            and act.facts.play_type in ("2pt", "3pt")
            and act.facts.points
            and dice.random() < 0.03
        ):
            other = 5 - act.facts.points
            act.first = attrs.evolve(act.facts, points=other, play_type=f"{other}pt")
            act.right_ms = act.at_ms + dice.randint(10, 80) * SECOND


@attrs.frozen
class Manner:
    """
    How a feed tells a game.

    Attributes:
        lag_s: from what happened to its message.
        lost: share of plays without points that it never tells.
        claims: whether it shows running scores.
        walls: whether it says when things happened.
        merges: whether it tells tries with their touchdowns, and runs summed up.
    """

    name: str
    lag_s: float
    lost: float = 0.0
    delayed: float = 0.0
    claims: bool = True
    walls: bool = True
    merges: bool = False
    exact: bool = False
    skew_ms: int = 0


@attrs.define
class _Word:
    """A play as a feed will tell it, its corrections beside it."""

    facts: PlayFacts
    at_ms: float
    keys: tuple[str, ...]
    first: PlayFacts | None = None
    right_ms: float = 0
    back_ms: float | None = None
    late: bool = False


Said = tuple[int, Report]


def feed(game: Truth, manner: Manner, dice: Random) -> list[Said]:
    """What a feed says of the game, in the order in which it says it."""
    words = _words(game, manner, dice)
    lines: list[tuple[float, int, str, object]] = []
    spoken = 0.0
    for number, word in enumerate(words):
        if not word.late:
            spoken = max(spoken + 1, word.at_ms)
            word.at_ms = spoken
        lines.append((word.at_ms, number, "play", word))
        if word.first is not None:
            lines.append((max(word.right_ms, word.at_ms + SECOND), number, "right", word))
        if word.back_ms is not None:
            lines.append((max(word.back_ms, word.at_ms + SECOND), number, "back", word))
    end = max(line[0] for line in lines)
    for at, status in game.statuses:
        over = status.line.status is Status.FINAL
        due = end + 5 * SECOND if over else at + manner.lag_s * SECOND
        lines.append((due, -1, "status", status))
    return _reports(sorted(lines, key=lambda line: line[:2]), manner)


def _words(game: Truth, manner: Manner, dice: Random) -> list[_Word]:
    words: list[_Word] = []
    for act in game.acts:
        facts = act.facts
        sure = facts.play_type in FRAME or facts.points or facts.shootout
        if not sure and dice.random() < manner.lost:
            continue
        lag = manner.lag_s + dice.uniform(0.5, 3.0)
        late = not sure or bool(facts.points and not facts.shootout)
        late = late and dice.random() < manner.delayed
        moved = _moved(game, facts, manner, dice)
        word = _Word(
            facts=attrs.evolve(moved, text=act.key),
            at_ms=act.at_ms + (lag + (dice.uniform(20, 60) if late else 0)) * SECOND,
            keys=(act.key,),
            late=late,
        )
        if act.first is not None:
            word.first = attrs.evolve(
                word.facts, points=act.first.points, play_type=act.first.play_type
            )
            word.right_ms = act.right_ms + (lag + dice.uniform(0, 30)) * SECOND
        if act.back_ms is not None:
            word.back_ms = act.back_ms + (lag + dice.uniform(0, 30)) * SECOND
        if manner.merges and words and _merged(words, word):
            continue
        words.append(word)
    return words


def _merged(words: list[_Word], word: _Word) -> bool:
    """Put the word to the last scoring one, if they are told as one."""
    before = next((w for w in reversed(words) if w.facts.points), None)
    if before is None or before.back_ms or word.back_ms or before.late or word.late:
        return False
    a, b = before.facts, word.facts
    one = (a.period_index, a.half, a.points_to) == (b.period_index, b.half, b.points_to)
    if not one or not b.points:
        return False
    tries = a.points == 6 and b.play_type in ("extra_point", "two_point")
    runs = a.half is not None and a.points + b.points <= 4 and len(words) - words.index(before) < 4
    if not (tries or runs):
        return False
    kind = a.play_type if tries else "single"
    before.facts = attrs.evolve(a, points=a.points + b.points, play_type=kind)
    before.at_ms, before.keys = word.at_ms, before.keys + word.keys
    words.remove(before)
    words.append(before)
    return True


def _moved(game: Truth, facts: PlayFacts, manner: Manner, dice: Random) -> PlayFacts:
    if manner.exact:
        return facts
    clock = facts.clock_ms
    sport = game.meta.sport
    if clock is not None and facts.play_type not in FRAME:
        most = JITTER_MS.get(sport, 0)
        clock += round(dice.uniform(-most, most) / SECOND) * SECOND
        if sport == "soccer" and facts.points and dice.random() < 0.2:
            clock += 60 * SECOND
        ruleset = RULESETS[game.meta.ruleset]
        length = ruleset.length_ms(facts.period_index)
        if ruleset.direction is Direction.DOWN:
            clock = min(clock, length)
        clock = max(clock, 0)
    wall = None
    if manner.walls and facts.wallclock_ms is not None:
        wall = facts.wallclock_ms + manner.skew_ms + dice.randint(-2_000, 2_000)
    return attrs.evolve(facts, clock_ms=clock, wallclock_ms=wall)


def _reports(lines: list[tuple[float, int, str, object]], manner: Manner) -> list[Said]:
    said: list[Said] = []
    total, worth, refs = Score(), {}, {}
    for at, number, what, of in lines:
        if what == "status":
            said.append((round(at), of))
            continue
        facts = of.facts
        if what == "back":
            total -= worth.pop(number)
            said.append((round(at), VoidReport(refs[number], overturned=True)))
            continue
        now = of.first if what == "play" and of.first is not None else facts
        now = attrs.evolve(now, order=(number + 1) * 1000)
        total += now.score - worth.get(number, Score())
        worth[number] = now.score
        refs.setdefault(number, f"{manner.name}{len(refs) + 1}")
        claim = total if manner.claims and what == "play" and not of.late else None
        rev = 1 if what == "right" else 0
        said.append((round(at), PlayReport(refs[number], now, rev, claim)))
        if manner.claims and now.play_type == "period_end":
            said.append((round(at) + 1, ScoreReport(total, period_index=now.period_index)))
    said.sort(key=lambda line: line[0])
    return said
