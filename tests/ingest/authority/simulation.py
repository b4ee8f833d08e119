"""
A seeded simulation: a primary dies, a backup is believed, and the final score is compared.

`python -m tests.ingest.authority.simulation --games 5000 --seed 1`: the same seed gives the
same table. A wrong final is listed with what it looked like, with the doubts that are open at
the end (one without any is unnoticed), and with its cause: the plays that count something else
than they were worth, and who told of them when.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from random import Random

import attrs

from scoreboard.model.ids import SourceId
from scoreboard.model.message import PlayReport, Report, VoidReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from tests.ingest.authority.feeds import SECOND, SPORTS, Manner, Said, Truth, feed, truth
from tests.ingest.authority.world import World

PRIMARY, BACKUP = SourceId("primary"), SourceId("backup")

#: What happens after the switch to the backup.
BACK = ("stays", "resend", "hole", "silent hole")


@attrs.frozen
class Plot:
    """What is tried in one game."""

    sport: str
    back: str
    merges: bool
    claims: bool
    seed: int

    @property
    def name(self) -> str:
        parts = [self.back, "merged" if self.merges else "", "" if self.claims else "no totals"]
        return ", ".join(part for part in parts if part)


@attrs.frozen
class Outcome:
    """How one game ended."""

    plot: Plot
    final: Score
    true: Score
    doubts: tuple[str, ...]
    is_over: bool
    twice: tuple[str, ...]
    note: str
    causes: tuple[str, ...] = ()

    @property
    def is_certain(self) -> bool:
        return not self.doubts

    @property
    def is_right(self) -> bool:
        return self.final == self.true


def plots(games: int, seed: int):
    """Every sport and variant in turn."""
    for number in range(games):
        dice = Random(f"{seed}-{number}")
        sport = SPORTS[number % len(SPORTS)]
        yield Plot(
            sport=sport,
            back=BACK[number // len(SPORTS) % len(BACK)],
            merges=sport in ("football", "baseball") and dice.random() < 0.5,
            claims=dice.random() < 0.6,
            seed=seed * 1_000_003 + number,
        )


def run(plot: Plot) -> Outcome:
    """Play one game."""
    world, game, told, note = play(plot)
    double = twice(world, game)
    is_bad = double or world.canonical.score != game.final
    return Outcome(
        plot=plot,
        final=world.canonical.score,
        true=game.final,
        doubts=world.canonical.doubts,
        is_over=world.canonical.line.status is Status.FINAL,
        twice=double,
        note=note,
        causes=causes(world, game, told) if is_bad else (),
    )


@attrs.frozen
class Line:
    """What was heard, when, of whom; no report: from here on that source is believed."""

    at_ms: int
    source: SourceId
    report: Report | None
    code: str | None = None

    @property
    def held(self) -> str:
        """Why it was not taken, if so."""
        return "" if self.code is None else f", {self.code}"


Told = list[Line]


def play(plot: Plot) -> tuple[World, Truth, Told, str]:
    dice = Random(plot.seed)
    game = truth(plot.sport, plot.seed % 100_000, dice)
    first = feed(game, _primary(plot), dice)
    second = feed(game, _backup(plot, dice), dice)
    begin, end = game.acts[0].at_ms, game.acts[-1].at_ms
    died = dice.randint(begin, end)
    back = died + dice.randint(60, 1_500) * SECOND
    again = back + dice.randint(30, 600) * SECOND
    world = World(game.meta, begin - 3_600 * SECOND)
    stays = plot.back == "stays"
    lines = [(at, PRIMARY, report) for at, report in _heard(first, died, back, plot.back)]
    lines += [(at, BACKUP, report) for at, report in second if stays or at < again]
    lines += [(died + 15 * SECOND, BACKUP, None)]
    if not stays:
        lines += [(again + 15 * SECOND, PRIMARY, None)]
    lines.sort(key=lambda line: line[0])
    told = []
    for at, source, report in lines:
        code = None
        if report is None:
            world.switch(source, at)
        elif (answer := world.hear(source, report, at)) and not answer.outcome.recorded:
            code = answer.code
        told.append(Line(at, source, report, code))
    world.tick(lines[-1][0] + 60 * SECOND)
    note = f"died at {(died - begin) // SECOND} s of {(end - begin) // SECOND}"
    if not stays:
        note = f"{note}, back after {(again - died) // SECOND} s"
    return world, game, told, note


def _primary(plot: Plot) -> Manner:
    claims = plot.back != "silent hole"
    return Manner("p", 0.5, delayed=0.01, claims=claims, exact=True)


def _backup(plot: Plot, dice: Random) -> Manner:
    return Manner(
        name="b",
        lag_s=dice.uniform(0, 30),
        lost=0.08,
        delayed=0.02,
        claims=plot.claims,
        walls=dice.random() < 0.7,
        merges=plot.merges,
        skew_ms=dice.randint(-4_000, 4_000),
    )


def _heard(said: list[Said], died: int, back: int, how: str) -> list[Said]:
    """What of a feed is heard that is away from `died` to `back`."""
    if how == "stays":
        return [line for line in said if line[0] < died]
    if how == "resend":
        return [(at if at < died else max(at, back), report) for at, report in said]
    told: set[str] = set()
    heard = []
    for at, report in said:
        if died <= at < back:
            continue
        if isinstance(report, PlayReport):
            # A correction of a play that was never told is a play that is told late.
            told.add(report.ref)
        if isinstance(report, VoidReport) and report.ref not in told:
            continue
        heard.append((at, report))
    return heard


def causes(world: World, game: Truth, told: Told) -> tuple[str, ...]:
    """Every play that counts something else than it was worth, and what was told of it."""
    counted: Counter[str] = Counter()
    for ours in world.canonical.plays:
        if ours.state.counts and ours.facts.points and not ours.facts.shootout:
            counted[ours.facts.text or "?"] += ours.facts.points
    worth = Counter(game.worth)
    for act in game.acts:
        if act.facts.shootout:
            worth.pop(act.key, None)
    keys = sorted(key for key in counted | worth if counted[key] != worth[key])
    found = [f"{key} counts {counted[key]} of {worth[key]}: {_tale(key, told)}" for key in keys]
    found += [
        f"{one.change.home:+}, {one.change.away:+} that no play explains"
        for one in world.canonical.adjustments
    ]
    return tuple(found)


def _tale(key: str, told: Told) -> str:
    """Who told of a play, when; in brackets: who was not believed then."""
    names: set[tuple[SourceId, str]] = set()
    believed, words = PRIMARY, []
    for line in told:
        report, name = line.report, None
        if report is None:
            believed = line.source
        elif isinstance(report, PlayReport) and report.facts.text == key:
            names.add((line.source, report.ref))
            name = f"worth {report.facts.points}"
        elif isinstance(report, VoidReport) and (line.source, report.ref) in names:
            name = "void"
        if name is not None:
            at_s = (line.at_ms - told[0].at_ms) // SECOND
            word = f"{name} by {line.source} at {at_s} s{line.held}"
            words.append(word if line.source == believed else f"({word})")
    return "; ".join(words) or "nobody who was heard told it"


def twice(world: World, game: Truth) -> tuple[str, ...]:
    """Plays that count more than they were worth."""
    counted: Counter[str] = Counter()
    for ours in world.canonical.plays:
        if ours.state.counts and ours.facts.points and not ours.facts.shootout:
            counted[ours.facts.text or ""] += ours.facts.points
    worth = {act.key: act.facts.points for act in game.acts}
    for act in game.acts:
        if act.first is not None:
            worth[act.key] = max(worth[act.key], act.first.points)
    # A merged play carries the key of its first part and is worth more than that.
    most = 4 if game.meta.sport == "baseball" else 8
    return tuple(
        key
        for key, points in sorted(counted.items())
        if points > (most if world_merges(world) else worth.get(key, 0))
    )


def world_merges(world: World) -> bool:
    return world.meta.sport in ("football", "baseball")


def table(outcomes: list[Outcome]) -> list[str]:
    """One line a sport and variant."""
    rows: dict[tuple[str, str], list[Outcome]] = {}
    for one in outcomes:
        rows.setdefault((one.plot.sport, one.plot.name), []).append(one)
    heads = ("games", "right", "doubted", "wrong", "unnoticed", "twice", "open")
    lines = [f"{'sport':<11}{'variant':<34}" + "".join(f"{head:>10}" for head in heads)]
    for (sport, name), some in sorted(rows.items()):
        lines.append(_row(sport, name, some))
    lines.append(_row("all", "", outcomes))
    return lines


def _row(sport: str, name: str, some: list[Outcome]) -> str:
    right = sum(one.is_right for one in some)
    doubted = sum(one.is_right and not one.is_certain for one in some)
    wrong = [one for one in some if not one.is_right]
    unnoticed = sum(one.is_certain for one in wrong)
    double = sum(bool(one.twice) for one in some)
    still = sum(not one.is_over for one in some)
    figures = (len(some), right, doubted, len(wrong), unnoticed, double, still)
    return f"{sport:<11}{name:<34}" + "".join(f"{figure:>10}" for figure in figures)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--games", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    outcomes = []
    for number, plot in enumerate(plots(chosen.games, chosen.seed), start=1):
        outcomes.append(run(plot))
        if number % 50 == 0:
            sys.stderr.write(f"\r{number} of {chosen.games}")
    sys.stderr.write("\n")
    for line in table(outcomes):
        print(line)  # noqa: T201
    bad = [one for one in outcomes if not one.is_right or one.twice]
    for one in bad:
        state = "certain" if one.is_certain else f"doubts {' '.join(one.doubts)}"
        print(  # noqa: T201
            f"{one.plot.sport} {one.plot.name} seed {one.plot.seed}: {one.final.home}-"
            f"{one.final.away}, true {one.true.home}-{one.true.away}, {state}, twice "
            f"{','.join(one.twice) or '-'}, {one.note}"
        )
        for cause in one.causes:
            print(f"    {cause}")  # noqa: T201
    return 1 if any(one.is_certain and not one.is_right for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
