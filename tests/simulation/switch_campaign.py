"""
Two providers of the same recorded games, one of them failing at seeded random moments.

    python -m tests.simulation.switch_campaign --moments 50 --seed 1

Each game that both providers have is played on a clock that is turned by hand, one provider
as primary, the other as backup, both ways round. The primary is killed, stalls, flaps or
comes back, and at the end the score must be the official one; the published score never
falls without a correction, no play counts twice, and silence is answered by a switch.
Exit code: 0 if all of that holds in every run, else 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.authority.policy import SourceSetting
from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.model.feed import SourceRole
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import SourceId
from scoreboard.model.message import PlayReport
from scoreboard.model.side import Score
from scoreboard.tools.datasets import find, load
from tests.simulation.feeds import After, Feed, Outage
from tests.simulation.node import Node
from tests.support.recorded import recorded

P, B = SourceId("primary"), SourceId("backup")
RANKS = {P: SourceSetting(SourceRole.SCORING, 0), B: SourceSetting(SourceRole.SCORING, 1)}

#: How far a provider's clock is behind the other's, seconds, at most.
LAG_S = 20.0
#: A switch comes within this after the last sign of life; and what rounding may add.
SILENCE_S = 15.0
ROUNDED_S = 0.001

FOLDER = "ncaam-2018-03-15-two-providers"


@attrs.frozen
class Pair:
    """A game as two providers tell it."""

    name: str
    espn: Document
    stats: Document
    final: Score


@attrs.frozen
class Run:
    """What is to be simulated, and how it is named."""

    pair: Pair
    variant: str
    primary: str
    seed: int


@attrs.frozen
class Outcome:
    """
    What came of it.

    Attributes:
        faults: empty if all is well.
        took_s: of a killed feed, seconds from its last sign of life to the switch, 0 if
            another one was believed before; None: nothing was to be switched, or nothing was.
        dark: nobody could follow it then, which was told in time.
    """

    run: Run
    score: Score
    faults: tuple[str, ...]
    switches: int
    doubts: tuple[str, ...]
    took_s: float | None = None
    dark: bool = False


def pairs() -> Iterator[Pair]:
    """The games that both providers have."""
    about = json.loads(recorded(FOLDER, "finals.json").read_text())
    games = {game.path.name: game for game in find([recorded(FOLDER)]).games}
    for game in about["games"]:
        if game.get("stats_file"):
            yield Pair(
                name=f"{game['away']} at {game['home']}",
                espn=load(games[Path(game["espn_file"]).name]),
                stats=load(games[Path(game["stats_file"]).name]),
                final=Score(game["home_score"], game["away_score"]),
            )


def told(document: Document, meta: GameMeta, lag_s: float) -> tuple[tuple[float, Any], ...]:
    """What a provider says when, from the tip-off, in the words of the game `meta`."""
    arrivals = timeline(document)
    swapped = document.meta.home.name.split()[0] == meta.away.name.split()[0]
    first = next(a.at_ms for a in arrivals if isinstance(a.message.report, PlayReport))
    said = []
    for arrival in arrivals:
        raw = write_message(arrival.message, document.meta)
        at_s = max(0.0, (arrival.at_ms - first) / 1_000 + 60.0 + lag_s)
        said.append((at_s, _swapped(raw) if swapped else raw))
    return tuple(said)


def _swapped(raw: Any) -> Any:
    """The same words with home and away exchanged."""
    if isinstance(raw, dict):
        turn = {"home": "away", "away": "home"}
        return {turn.get(key, key): _swapped(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_swapped(value) for value in raw]
    return {"home": "away", "away": "home"}.get(raw, raw) if isinstance(raw, str) else raw


def _outages(variant: str, chance: random.Random, end_s: float) -> tuple[Outage, ...]:
    begin = chance.uniform(30.0, end_s)
    long = chance.uniform(25.0, 400.0)
    never = float("inf")
    match variant:
        case "killed":
            return (Outage(begin, never),)
        case "stalled":
            return (Outage(begin, never, beats=True),)
        case "stalls a while":
            return (Outage(begin, begin + long, beats=True),)
        case "flaps":
            return tuple(Outage(begin + 16 * n, begin + 16 * n + 8) for n in range(20))
        case _:
            return (Outage(begin, begin + long),)


VARIANTS = ("killed", "stalled", "stalls a while", "flaps", "back, resends", "back, without")


def simulate(run: Run) -> Outcome:
    """One run."""
    chance = random.Random(run.seed)
    first, second = run.pair.espn, run.pair.stats
    if run.primary == "stats":
        first, second = second, first
    meta = first.meta
    ahead = told(first, meta, 0.0)
    outages = _outages(run.variant, chance, ahead[-1][0])
    after = After.LOST if run.variant == "back, without" else After.RESENT
    node = Node(meta, RANKS)
    primary = Feed(P, ahead, outages, after)
    backup = Feed(B, told(second, meta, chance.uniform(0.0, LAG_S)))
    node.run([primary, backup])
    node.check_names()
    faults = list(node.faults)
    state = node.state
    if state.score != run.pair.final:
        faults.append(f"final {state.score} instead of {run.pair.final}")
    took_s, dark = None, False
    if run.variant == "killed" and outages[0].begin_s < backup.told[-1][0] - SILENCE_S:
        # Before anybody has said that the game is on, silence means nothing.
        begins_s = next(at_s for at_s, raw in backup.told if raw.get("status") == "in_progress")
        silent_s = max(outages[0].begin_s, begins_s - SILENCE_S)
        took_s = _took(node, silent_s)
        due_s = silent_s + SILENCE_S + ROUNDED_S
        # A backup that has told nothing yet, or is too late, may not follow; that is said in time.
        dark = any(silent_s < at_s <= due_s for at_s in node.darks)
        if not dark and (took_s is None or took_s > SILENCE_S + ROUNDED_S):
            faults.append(f"late: silent since {silent_s:.0f} s, switched after {took_s} s")
    switches = sum(switch.term > 1 for switch in node.switches)
    return Outcome(run, state.score, tuple(faults), switches, state.doubts, took_s, dark)


def _took(node: Node, silent_s: float) -> float | None:
    """Seconds until the plays were switched to the backup; 0 if it was believed before."""
    before = [switch.to for switch in node.switches if switch.at_s <= silent_s]
    if before and before[-1] == B:
        return 0.0
    after = [switch.at_s for switch in node.switches if switch.to == B and switch.at_s > silent_s]
    return min(after) - silent_s if after else None


def runs(chosen: Sequence[Pair], moments: int, others: int, seed: int) -> Iterator[Run]:
    """All runs: every game, every variant, `moments` kills and `others` of the rest."""
    for number, pair in enumerate(chosen):
        for place, variant in enumerate(VARIANTS):
            for turn in range(moments if variant == "killed" else others):
                primary = "espn" if turn % 2 == 0 else "stats"
                key = ((seed * 100 + number) * 10 + place) * 1_000 + turn
                yield Run(pair, variant, primary, key)


def table(outcomes: Sequence[Outcome]) -> str:
    """Outcomes by variant, and every run that went wrong."""
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    switches: Counter[str] = Counter()
    doubted: Counter[str] = Counter()
    for one in outcomes:
        total[one.run.variant] += 1
        wrong[one.run.variant] += bool(one.faults)
        switches[one.run.variant] += one.switches
        doubted[one.run.variant] += bool(one.doubts)
    lines = [
        f"{'variant':<16} {'runs':>6} {'right':>6} {'wrong':>6} {'switches':>9} {'in doubt':>9}"
    ]
    lines += [
        f"{name:<16} {total[name]:>6} {total[name] - wrong[name]:>6} {wrong[name]:>6}"
        f" {switches[name]:>9} {doubted[name]:>9}"
        for name in total
    ]
    lines.append(_summary(outcomes))
    for one in outcomes:
        if one.faults:
            run = one.run
            lines.append(
                f"  {run.pair.name}, {run.primary} {run.variant}, seed {run.seed}:"
                f" {'; '.join(one.faults[:3])}; doubts {', '.join(one.doubts) or 'none'}"
            )
    return "\n".join(lines)


def _summary(outcomes: Sequence[Outcome]) -> str:
    """All of them in one line."""
    faults = [fault for one in outcomes for fault in one.faults]
    kinds = {
        name: sum(fault.startswith(name) for fault in faults)
        for name in ("final", "counts twice", "score fell", "late")
    }
    took = sorted(one.took_s for one in outcomes if one.took_s and not one.dark)
    dark = [one for one in outcomes if one.dark]
    gone = max((one.took_s or 0.0 for one in dark), default=0.0)
    games = len({one.run.pair.name for one in outcomes})
    kills = sum(one.run.variant == "killed" for one in outcomes)
    middle = f"{took[len(took) // 2]:.1f} s, at most {took[-1]:.1f} s" if took else "never"
    wrong = ", ".join(f"{name} {count}" for name, count in kinds.items())
    return (
        f"games {games}, kills {kills}; wrong: {wrong}; switched after {middle} (median of kills); "
        f"told in time that nobody could follow: {len(dark)}, for {gone:.0f} s at most"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=50, help="kills a game (default: 50)")
    parser.add_argument("--others", type=int, default=10, help="runs of each other variant")
    parser.add_argument("--games", type=int, default=99, help="only so many games")
    parser.add_argument("--skip", type=int, default=0, help="of the games, from the first on")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    told = list(pairs())[chosen.skip : chosen.skip + chosen.games]
    planned = list(runs(told, chosen.moments, chosen.others, chosen.seed + chosen.skip))
    outcomes = []
    for number, run in enumerate(planned, 1):
        outcomes.append(simulate(run))
        if number % 10 == 0 or number == len(planned):
            wrong = sum(bool(one.faults) for one in outcomes)
            print(
                f"{number}/{len(planned)} runs, {wrong} wrong, {time.monotonic() - began:.0f} s",
                file=sys.stderr,
            )
    print(f"seed {chosen.seed}")
    print(table(outcomes))
    return 1 if any(one.faults for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
