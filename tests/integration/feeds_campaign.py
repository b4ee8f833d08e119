"""
All recorded games through a live server, by poller and by stream, with faults:
`scripts/campaign-feeds --help`.

A fake provider serves the games and makes faults by a seed; a real server fetches them as
sources. When all games are over, the scores, statuses and shoot-outs are compared with what
`scoreboard verify` folds of the same files, and nothing may have been accepted that it
rejects. Every game that differs is listed with its cause.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from scoreboard.tools.datasets import GameFile, find, load
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.recorded_fold import fold_recorded
from scoreboard.tools.table import aligned, shortened
from tests.support.provider import Provider, operate, poll_source, providing, stream_source
from tests.support.recorded import ROOT
from tests.support.server import Server, running

#: A line is far less than a document: the same number of faults a game.
FAULTS = {
    "poll": "all",
    "stream": "stall=0.001,drop=0.02,duplicate=0.02,reorder=0.02,stale=0.02,lie=0.01,die=0.0001",
}

#: A source is done when it was asked so often after the game was over, or silent so long.
_ROUNDS = 4
_QUIET_S = 3.0


@attrs.frozen
class Expected:
    """What `verify` makes of a game: what the server has to have in the end."""

    name: str
    provider: str
    score: tuple[int, int]
    status: str
    shootout: tuple[int, int] | None
    plays: int
    refused: tuple[str, ...]


@attrs.frozen
class Outcome:
    """One game, by one way: what the server has."""

    game_id: str
    way: str
    expected: Expected
    score: tuple[int, int] | None
    status: str
    shootout: tuple[int, int] | None
    plays: int
    answers: dict[str, int]
    refused: tuple[str, ...]
    wrongly: tuple[str, ...]
    error: str
    absent: int
    faults: dict[str, int]

    @property
    def differs(self) -> str:
        """How it differs from `verify`; empty if it does not."""
        mine = (self.score, self.status, self.shootout)
        theirs = (self.expected.score, self.expected.status, self.expected.shootout)
        words = [
            f"{what} {a} not {b}"
            for what, a, b in zip(("score", "status", "shoot-out"), mine, theirs, strict=True)
            if a != b
        ]
        words += [f"accepted {ref}, which verify refuses" for ref in self.wrongly]
        return ", ".join(words)

    @property
    def cause(self) -> str:
        """What is known of why."""
        faults = ", ".join(f"{kind} {number}" for kind, number in sorted(self.faults.items()))
        said = [self.error] if self.error else []
        if self.absent:
            said.append(f"{self.absent} rows that were told are absent in the end, and stand")
        return "; ".join([*said, *self.refused[-3:], f"faults: {faults or 'none'}"])


def expect(game: GameFile) -> tuple[str, Expected]:
    """What `verify` folds of a game."""
    document = load(game)
    folded = fold_recorded(document)
    state = folded.state
    return state.meta.game_id, Expected(
        name=game.name,
        provider=game.provider,
        score=(state.score.home, state.score.away),
        status=state.line.status.value,
        shootout=None if state.shootout is None else (state.shootout.home, state.shootout.away),
        plays=len(state.plays),
        refused=tuple(r.about for r in folded.refusals if r.about.startswith("play ")),
    )


def expectations(folders: Sequence[Path], games: Sequence[str]) -> dict[str, Expected]:
    """By game id; the first file of a game counts, as it does for the provider."""
    files = [f for f in find(folders).games if not games or any(word in f.name for word in games)]
    found: dict[str, Expected] = {}
    with ProcessPoolExecutor(2) as pool:
        for game_id, expected in pool.map(expect, files, chunksize=8):
            found.setdefault(game_id, expected)
    return found


@attrs.frozen
class Run:
    """
    How the games are sent.

    Attributes:
        way: "poll" or "stream".
        interval_s: between polls.
        patience_s: after which it ends whatever is missing.
    """

    way: str
    folders: tuple[Path, ...]
    games: tuple[str, ...]
    speed: float
    seed: int
    faults: str
    interval_s: float
    patience_s: float


def _words(run: Run) -> list[str]:
    words = ["--speed", f"{run.speed:g}", "--align", "--wait", "--seed", str(run.seed)]
    words += ["--faults", run.faults, "--stall", "1", "--die-for", "2"]
    for pattern in run.games:
        words += ["--game", pattern]
    return words


def _source(run: Run, game: dict[str, Any], settle_s: float) -> dict[str, Any]:
    if run.way == "stream":
        return stream_source(game)
    timing = {"interval_s": run.interval_s, "final_interval_s": run.interval_s, "timeout_s": 30}
    # Event files of Retrosheet say "final" from the first row on, and their rows have no ids.
    settled = game["format"] == "retrosheet"
    settle = {"settle_s": settle_s, "whole": True} if settled else {}
    return poll_source(game, **timing, **settle)


def campaign(
    run: Run, expected: dict[str, Expected], folder: Path, show: Callable[[str], None]
) -> list[Outcome]:
    """Send all games one way; what became of each."""
    with providing(run.folders, *_words(run)) as provider, running(folder) as server:
        games = provider.games()
        # The longest time between two rows of a baseball game, and some more.
        settle_s = max(4 * run.interval_s, 900 / run.speed)
        calls = [
            ("source.add", {"source": game["game_id"], **_source(run, game, settle_s)})
            for game in games
        ]
        for answer, (_, call) in zip(operate(server, calls), calls, strict=True):
            assert answer.get("source") == call["source"], answer
        sources = _until_over(run, provider, server, show)
        made = {game["game_id"]: game["faults"] for game in provider.stop()["games"]}
        return [
            _outcome(run.way, server, source, expected[source["source"]], made)
            for source in sources
        ]


def _until_over(
    run: Run, provider: Provider, server: Server, show: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The sources, when all games are over and all has been told, or patience has ended."""
    began = time.monotonic()
    over_rounds: dict[str, int] = {}
    last: tuple[Any, float] = (None, began)
    while True:
        sources: list[dict[str, Any]] = operate(server, [("source.list", {})])[0]["sources"]
        slate = server.request("GET", "/v1/games").json["games"]
        over = {g["game_id"] for g in slate if g["status"] in ("final", "official", "cancelled")}
        for source in sources:
            if source["source"] in over:
                over_rounds.setdefault(source["source"], source["rounds"])
        answers = sum(sum(source["answers"].values()) for source in sources)
        elapsed = time.monotonic() - began
        show(
            f"{run.way}: {elapsed:4.0f} s  {len(over)}/{len(sources)} games over  "
            f"{answers} messages answered"
        )
        heard = sum(n for s in sources for k, n in s["answers"].items() if k != "accepted")
        told = (sum(game["seq"] for game in slate), heard if run.way == "stream" else 0)
        if told != last[0]:
            last = (told, time.monotonic())
        quiet = time.monotonic() - last[1] > _QUIET_S
        asked = all(
            source["rounds"] >= over_rounds.get(source["source"], 1 << 30) + _ROUNDS
            for source in sources
        )
        served_all = _all_over(provider)
        done = served_all and quiet and (asked if run.way == "poll" else len(over) == len(sources))
        if done or elapsed > run.patience_s:
            return sources
        time.sleep(1.0)


def _all_over(provider: Provider) -> bool:
    try:
        return all(game["over"] for game in provider.games())
    except OSError:
        # Gone for a while: one of its faults.
        return False


def _pair(points: dict[str, Any] | None) -> tuple[int, int] | None:
    return None if points is None else (points["home"], points["away"])


def _outcome(
    way: str,
    server: Server,
    source: dict[str, Any],
    expected: Expected,
    made: dict[str, dict[str, int]],
) -> Outcome:
    game_id = source["source"]
    reply = server.request("GET", f"/v1/games/{game_id}")
    data = reply.json if reply.status == 200 else {}
    score = data.get("score") or {}
    plays = data.get("plays") or []
    counted = {
        ref
        for play in plays
        if play["state"] not in ("voided", "overturned")
        for ref in play["provider_refs"].values()
    }
    sides = ("home", "away")
    return Outcome(
        game_id=game_id,
        way=way,
        expected=expected,
        score=tuple(score[s]["points"] for s in sides) if score else None,  # type: ignore[arg-type]
        status=str((data.get("status") or {}).get("status")),
        shootout=_pair(score.get("shootout")),
        plays=len(plays),
        answers=source["answers"],
        refused=tuple(source["refused"]),
        wrongly=tuple(about for about in expected.refused if about.split(" ", 1)[1] in counted),
        error=source.get("error", ""),
        absent=source["absent"],
        faults=made.get(game_id, {}),
    )


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The tables: by way and format, then each game that differs or was refused something."""
    rows = [("way", "format", "games", "as verify", "differ", "answers")]
    kinds = dict.fromkeys((o.way, o.expected.provider) for o in outcomes)
    for way, provider in [*kinds, *dict.fromkeys((o.way, "all") for o in outcomes)]:
        mine = [o for o in outcomes if o.way == way and provider in (o.expected.provider, "all")]
        answers: Counter[str] = Counter()
        for outcome in mine:
            answers.update(outcome.answers)
        differ = sum(bool(o.differs) for o in mine)
        counts = ", ".join(f"{number} {word}" for word, number in answers.most_common())
        numbers = (str(len(mine)), str(len(mine) - differ), str(differ))
        rows.append((way, provider, *numbers, counts))  # type: ignore[arg-type]
    lines = aligned(rows, (2, 3, 4))
    for outcome in outcomes:
        if outcome.differs:
            name = f"{outcome.way} {outcome.expected.provider} {outcome.expected.name}"
            lines += [f"DIFFERS {name}: {outcome.differs}", f"    {outcome.cause}"]
    held = [o for o in outcomes if o.refused and not o.differs]
    if held:
        lines.append("refused or quarantined, and the final is right all the same:")
    lines += [
        f"    {o.way} {o.expected.name}: {shortened('; '.join(o.refused[-2:]), 150)}" for o in held
    ]
    faults: Counter[str] = Counter()
    for outcome in outcomes:
        faults.update(outcome.faults)
    return [*lines, "faults: " + ", ".join(f"{kind} {n}" for kind, n in sorted(faults.items()))]


def main() -> int:
    """Run it; 0 if no game differs."""
    parser = argparse.ArgumentParser(prog="campaign-feeds", description=__doc__)
    add = parser.add_argument
    add("folders", nargs="*", type=Path, help="folders with recorded games")
    add("--way", choices=("poll", "stream"), action="append", help="default: both")
    add("--game", action="append", default=[], help="only games whose name has this in it")
    add("--seed", type=int, default=1, help="of the faults (default: 1)")
    add("--faults", help="as of serve-feed (default: all of them; of streams fewer a line)")
    add("--speed", type=float, default=90.0, help="default: 90")
    add("--interval", type=float, default=2.0, help="seconds between polls (default: 2)")
    add("--patience", type=float, default=500.0, help="seconds for each way (default: 500)")
    args = parser.parse_args()
    folders = tuple(args.folders) or (ROOT,)
    line = ProgressLine(rarely=10)
    line.show("folding the games as verify does")
    expected = expectations(folders, args.game)
    outcomes: list[Outcome] = []
    for way in args.way or ("poll", "stream"):
        run = Run(
            way=way,
            folders=folders,
            games=tuple(args.game),
            speed=args.speed,
            seed=args.seed,
            faults=FAULTS[way] if args.faults is None else args.faults,
            interval_s=args.interval,
            patience_s=args.patience,
        )
        print(f"{way}: seed {run.seed}, faults {run.faults or 'none'}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            outcomes += campaign(run, expected, Path(folder), line.show)
        line.clear()
    print("\n".join(report(outcomes)))
    return 1 if any(outcome.differs for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
