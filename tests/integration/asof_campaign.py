"""
`asof` of every entry of every recorded game: `scripts/campaign-asof --help`.

Each game goes through the scorekeeper into an SQLite log. Then the game is asked for as it
stood at each `seq`, and the answer's bytes are compared with those of the state that is
folded from the beginning, entry by entry, beside it. With `--restart` the games are asked
for after the log was closed and opened again; with `--first N` each of N questions about the
longest game is the first after a restart, with the milestones in the log and without.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.task import react

from scoreboard.codec import shape
from scoreboard.codec.shape_message import write_message
from scoreboard.gateway.queries import Games
from scoreboard.gateway.serializers import JSON
from scoreboard.ingest.game_record import Passing
from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.position import PAGE
from scoreboard.past.milestones import Milestones
from scoreboard.past.version import code_version
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.state import GameState
from scoreboard.projection.view import snapshot_of
from scoreboard.tools.datasets import GameFile, find, load
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.support.recorded import ROOT

_SOURCE = SourceId("recorded")

#: Messages that are sent at a time.
_BATCH = 500

#: How many `seq` of a game are asked for -> which.
Choose = Callable[[int], Sequence[int]]


@attrs.frozen
class Checked:
    """
    What became of one game.

    Attributes:
        asked: how many `seq` were asked for.
        wrong: those whose answer was not the fold.
        times_ms: how long each answer took.
    """

    game: GameFile
    entries: int
    asked: int
    wrong: tuple[int, ...]
    times_ms: tuple[float, ...]


class Node:
    """
    A scorekeeper with its log, and who answers about its games.

    Args:
        folder: for the log.
    """

    def __init__(self, reactor: Any, folder: Path) -> None:
        self.log = SqliteLog(reactor, folder / "games.sqlite", lambda: 7, max_waiting=20_000)
        self.past = Milestones(self.log, code_version(), lambda _: True)
        passing = Passing(self.past.meet, self.past.passed, self.past.met)
        self.keeper = Scorekeeper(reactor, self.log, lambda _published: None, passing=passing)
        self.games = self.newly_started(self.past)
        self._number = 0

    def newly_started(self, past: Milestones | None) -> Games:
        """Who answers, without anything in memory of what was asked before."""
        # No ring has anything: all is read from the log.
        since = lambda _stream, _epoch, _seq: None  # noqa: E731 - three arguments that say nothing
        return Games(self.keeper.states, self.log, since, past)

    async def record(self, game: GameFile) -> GameId:
        """Have a game in the log, under an id of its own: two providers tell some games."""
        document = load(game)
        self._number += 1
        game_id = GameId(f"g{self._number:010}")
        meta: GameMeta = attrs.evolve(document.meta, game_id=game_id)
        await self.keeper.put_meta(_SOURCE, meta)
        said = [write_message(one.message, meta) for one in timeline(document)]
        for start in range(0, len(said), _BATCH):
            await self.keeper.submit(_SOURCE, game_id, said[start : start + _BATCH])
        return game_id

    async def prefixes(self, game_id: GameId) -> list[GameState]:
        """The states after the first entry, the second ..., each folded from the one before."""
        now = self.games.state(game_id)
        entries = await self.log.read(game_id, 0, now.seq)
        states: list[GameState] = []
        for entry in entries:
            states.append(apply(states[-1], entry) if states else begin(entry, now.epoch))
        return states


async def checked(node: Node, game: GameFile, game_id: GameId, choose: Choose) -> Checked:
    """Ask for a game as it stood, and compare."""
    states = await node.prefixes(game_id)
    # Thousands of states that only we hold: the garbage collector would look through them in
    # the middle of an answer, for seconds, as a server's never has to.
    gc.freeze()
    wrong, times_ms = [], []
    asked = choose(len(states))
    for seq in asked:
        began = time.perf_counter()
        answer = (await node.games.as_of(game_id, str(seq))).form(JSON)
        times_ms.append((time.perf_counter() - began) * 1_000)
        if answer != written(states[seq - 1]):
            wrong.append(seq)
    gc.unfreeze()
    return Checked(game, len(states), len(asked), tuple(wrong), tuple(times_ms))


def written(state: GameState) -> bytes:
    """A snapshot as nobody but this has written it: nothing of it was kept from before."""
    return JSON.dumps(shape.snapshot(snapshot_of(state)))


def every(entries: int) -> Sequence[int]:
    """Each of them, the newest first: what was kept of one is older than the next that is asked."""
    return range(entries, 0, -1)


def some(seed: int, most: int) -> Choose:
    """The ends of pages and what is beside them, and others by a seed; in no order."""

    def chosen(entries: int) -> Sequence[int]:
        chance = random.Random(seed + entries)
        ends = range(PAGE, entries + 1, PAGE)
        near = {1, entries} | {end + step for end in ends for step in (-1, 0, 1)}
        fitting = sorted(seq for seq in near if seq <= entries)
        other = chance.sample(range(1, entries + 1), min(most, entries))
        found = sorted({*chance.sample(fitting, min(most, len(fitting))), *other})
        chance.shuffle(found)
        return found

    return chosen


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies."""
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


def _table(results: Sequence[Checked]) -> list[str]:
    """A line a data set, and one of all."""
    rows = [("games", "number", "entries", "asked", "wrong", "p50 ms", "p99 ms", "max ms")]
    sets = sorted({result.game.dataset for result in results})
    for name in [*sets, "all"]:
        found = [one for one in results if name in (one.game.dataset, "all")]
        times = sorted(took for one in found for took in one.times_ms)
        rows.append(
            (
                name,
                str(len(found)),
                f"{sum(one.entries for one in found):,}",
                f"{sum(one.asked for one in found):,}",
                str(sum(len(one.wrong) for one in found)),
                *(f"{percentile(times, share):.1f}" for share in (0.5, 0.99, 1.0)),
            )
        )
    return aligned(rows, right=range(1, 8))


async def run(
    reactor: Any, folder: Path, games: Sequence[GameFile], choose: Choose
) -> list[Checked]:
    """All games, one after the other."""
    node = Node(reactor, folder)
    await node.log.start()
    progress, results = ProgressLine(), []
    for game in games:
        progress.show(f"{len(results)}/{len(games)} {game.dataset} {game.name}")
        results.append(await checked(node, game, await node.record(game), choose))
    progress.clear()
    await node.log.close()
    return results


async def recorded(reactor: Any, folder: Path, games: Sequence[GameFile]) -> list[GameId]:
    """Have all games in a log, and close it."""
    node = Node(reactor, folder)
    await node.log.start()
    progress, ids = ProgressLine(), []
    for game in games:
        progress.show(f"{len(ids)}/{len(games)} is recorded: {game.dataset} {game.name}")
        ids.append(await node.record(game))
    progress.clear()
    await node.log.close()
    return ids


async def started(reactor: Any, folder: Path) -> Node:
    """A node on a log that is there."""
    node = Node(reactor, folder)
    await node.log.start()
    await node.keeper.load()
    return node


async def run_again(
    reactor: Any, folder: Path, games: Sequence[GameFile], choose: Choose
) -> list[Checked]:
    """All games, after a restart."""
    ids = await recorded(reactor, folder, games)
    node = await started(reactor, folder)
    progress, results = ProgressLine(), []
    for game, game_id in zip(games, ids, strict=True):
        progress.show(f"{len(results)}/{len(games)} {game.dataset} {game.name}")
        results.append(await checked(node, game, game_id, choose))
    progress.clear()
    await node.log.close()
    _say([f"milestones: {node.past.kept} kept, {node.past.used} read, {node.past.unfit} unfit"])
    return results


async def first_questions(
    reactor: Any, folder: Path, games: Sequence[GameFile], chance: random.Random, asked: int
) -> list[str]:
    """How long the first question after a restart takes; a table."""
    longest = max(games, key=lambda game: len(timeline(load(game))))
    (game_id,) = await recorded(reactor, folder, [longest])
    node = await started(reactor, folder)
    states = await node.prefixes(game_id)
    seqs = [chance.randint(1, len(states)) for _ in range(asked)]
    gc.freeze()
    rows = [(f"{longest.name}, {len(states)} entries", "wrong", "p50 ms", "p99 ms", "max ms")]
    for words, past in (("folded from the beginning", None), ("with milestones", node.past)):
        for step, is_state in (("the state", True), ("the answer", False)):
            times, wrong = [], 0
            for seq in seqs:
                games_now = node.newly_started(past)
                began = time.perf_counter()
                if is_state:
                    state = await games_now.history.at(node.keeper.states[game_id], seq)
                else:
                    answer = (await games_now.as_of(game_id, str(seq))).form(JSON)
                times.append((time.perf_counter() - began) * 1_000)
                right = states[seq - 1]
                wrong += state != right if is_state else answer != written(right)
            times.sort()
            shares = (f"{percentile(times, share):.1f}" for share in (0.5, 0.99, 1.0))
            rows.append((f"{step}, {words}", str(wrong), *shares))
    gc.unfreeze()
    await node.log.close()
    return aligned(rows, right=range(1, 5))


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


async def _campaign(reactor: Any, options: argparse.Namespace) -> None:
    games = find(options.paths).games
    choose = some(options.seed, options.some) if options.some else every
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if options.first:
            chance = random.Random(options.seed)
            _say(await first_questions(reactor, Path(folder), games, chance, options.first))
            return
        ask = run_again if options.restart else run
        results = await ask(reactor, Path(folder), games, choose)
    wrong = [f"{one.game.name}: {one.wrong}" for one in results if one.wrong]
    lines = [*_table(results), *wrong, f"{time.monotonic() - began:.0f} s"]
    _say(lines)
    if wrong:
        raise SystemExit(1)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description="Every recorded game as it stood at every entry, against the fold until then."
    )
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT], metavar="DIR")
    parser.add_argument("--some", type=int, default=0, metavar="N", help="about N entries a game")
    parser.add_argument("--seed", type=int, default=1, help="of those (default: %(default)s)")
    parser.add_argument("--restart", action="store_true", help="ask after a restart")
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="time N first questions after a restart"
    )
    options = parser.parse_args()
    react(lambda reactor: Deferred.fromCoroutine(_campaign(reactor, options)))


if __name__ == "__main__":
    main()
