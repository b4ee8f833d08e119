"""
A Sunday through three nodes: `scripts/campaign-sunday --help`.

Every message goes in through HAProxy; followers stand on each node and before HAProxy, in every
wire format. At the end it is counted what differs: boards from the official finals, bytes of one
follower from those of another, `seq` from its place, games from their one home.

The bytes of a publication are those of its WAMP message, or of its block of an event stream,
but for one thing: the id of the subscription, which a node gives by itself, is taken out after
it was found to be the one that this node has confirmed (`tests.support.spectators.without_id`).
What is merged for who is behind (the classes latest and tick) may be merged differently, so only
critical publications are compared, each game and subscription by itself.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from scoreboard.codec.shape_game import meta as write_meta
from scoreboard.model.event import HomeMoved
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_plan import SUBPROTOCOLS
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.integration.outage import HEADS, stopped
from tests.support.day import Day, recorded_day
from tests.support.haproxy import haproxy_is_missing
from tests.support.redis import redis_is_missing
from tests.support.server import PATIENCE
from tests.support.spectators import (
    OverSse,
    OverWamp,
    Spectator,
    differing,
    read_until,
    topic_of,
)
from tests.support.town import NAMES, Town, built, by_node

COMMAND = [sys.executable, "-m", "scoreboard"]

#: Seconds that a whole Sunday may take.
DAY_S = 900.0
#: Games of the one session that follows many.
MANY = 10


@attrs.frozen
class Outcome:
    """
    What came of a day.

    Attributes:
        spectators: how many followed, by how.
        compared: (wire, subscription, game) that two or more were told of.
        unlike: of those, the ones in which anybody's bytes differ, and from whom.
        wrong: boards that are not the official finals.
        faults: what a follower must not see.
        moves: of games: entries that say where the home is.
        strangers: games with a writer who is not their home.
        torn: games whose `seq` has a hole, or that differ on the replica.
        connections: WebSockets that the nodes had.
        many: homes of the games that one session followed.
        relayed: entries that each node took over from others; due: what it should be.
        downs: nodes that HAProxy took for dead meanwhile, and why: it cuts their followers off,
            who do not come back here.
    """

    spectators: Counter[str]
    publications: int
    octets: int
    compared: int
    unlike: list[str]
    wrong: list[str]
    faults: list[str]
    entries: int
    moves: Counter[str]
    strangers: list[str]
    torn: list[str]
    connections: int
    sessions: int
    many: Counter[str]
    seated: dict[str, int]
    relayed: dict[str, float]
    due: dict[str, int]
    downs: list[str]
    seconds: float

    @property
    def is_good(self) -> bool:
        trouble = self.unlike or self.wrong or self.faults or self.strangers or self.torn
        one_home = set(self.moves.values()) == {1} and self.connections == self.sessions
        return not trouble and one_home and self.relayed == self.due

    def table(self) -> str:
        rows = [
            ("games", str(len(self.moves))),
            ("entries in the log", f"{self.entries:,}"),
            ("followers", ", ".join(f"{n} {how}" for how, n in sorted(self.spectators.items()))),
            ("critical publications heard", f"{self.publications:,}"),
            ("  bytes of them", f"{self.octets:,}"),
            ("streams that several heard in one wire format", f"{self.compared:,}"),
            ("  whose bytes differ", str(len(self.unlike))),
            ("boards that are not the official final", str(len(self.wrong))),
            ("holes, repeats, connections lost", str(len(self.faults))),
            ("entries HomeMoved, all games", str(sum(self.moves.values()))),
            ("games with another writer than their home", str(len(self.strangers))),
            ("games with a hole in seq, or other on the replica", str(len(self.torn))),
            ("sessions, and WebSockets that the nodes had", f"{self.sessions}, {self.connections}"),
            ("homes of the games of the session of many", by_node(self.many)),
            ("followers of one game each, by HAProxy's choice", by_node(self.seated)),
            ("entries taken over from other nodes", by_node(self.relayed)),
            ("  written by others, in games followed there", by_node(self.due)),
            ("nodes that HAProxy took for dead", str(len(self.downs))),
            ("seconds", f"{self.seconds:.0f}"),
        ]
        trouble = self.downs + self.unlike + self.wrong + self.faults + self.strangers + self.torn
        return "\n".join([*aligned(rows), *trouble[:20]])


def topics_of(day: Day, games: Sequence[str]) -> list[tuple[str, str]]:
    """Everything of the games, and the alerts of their leagues."""
    leagues = sorted({meta.league for meta in day.metas if meta.game_id in games})
    return [
        *((topic_of(game), "prefix") for game in games),
        *((f"scoreboard.v1.league.{league}.alert", "exact") for league in leagues),
    ]


def seats(
    town: Town, day: Day, draw: random.Random, formats: Sequence[str]
) -> tuple[list[Spectator], OverWamp]:
    """
    Followers everywhere.

    Returns:
        All of them; and the one before HAProxy who follows many games.
    """
    found: list[Spectator] = []
    doors = {name: node.port for name, node in town.nodes.items()}
    for name, port in {**doors, "HAProxy": town.proxy.port}.items():
        whole = topics_of(day, day.games)
        found += [OverWamp(name, port, "/ws", one, whole) for one in formats]
        found.append(OverSse(name, port, day.games))
        found.append(OverSse(name, port, day.games[:1]))
    # One game each, by the address that HAProxy knows the game by.
    for number, game in enumerate(day.games):
        path, form = f"/ws/{game}", formats[number % len(formats)]
        topics = topics_of(day, [game])
        found.append(OverWamp("HAProxy, a game", town.proxy.port, path, form, topics))
        found.append(OverSse("HAProxy, a game", town.proxy.port, [game]))
    games = sorted(draw.sample(day.games, min(MANY, len(day.games))))
    many = OverWamp("HAProxy, many", town.proxy.port, "/ws", "json", topics_of(day, games))
    found.append(many)
    read_until(found, lambda: all(one.ready for one in found), 4 * PATIENCE)
    return found, many


def create(town: Town, day: Day) -> None:
    """Make the games, each at its home, so that event streams can begin."""
    for meta in day.metas:
        said = town.request("PUT", f"/v1/games/{meta.game_id}", write_meta(meta))
        assert said.status == 200, said.body


def sending(town: Town, day: Day, speed: str) -> subprocess.Popen[str]:
    """What plays the day."""
    to = ("--to", town.url, "--source", "arena", "--token", "secret", "--speed", speed)
    return subprocess.Popen(
        [*COMMAND, *day.command, *to],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def played(
    town: Town,
    day: Day,
    seed: int,
    *,
    formats: Sequence[str] = SUBPROTOCOLS,
    speed: str = "max",
    show: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Play the day with followers everywhere, and hold what they heard against each other."""
    draw = random.Random(seed)
    began = time.monotonic()
    create(town, day)
    everybody, many = seats(town, day, draw, formats)
    sockets = [one for one in everybody if isinstance(one, OverWamp)]
    connections = sum(town.counted("websocket_connections").values())
    seated = town.seated("followers")
    before = town.counted("relay_entries_total")
    sender = sending(town, day, speed)
    said: list[str] = []
    reading = threading.Thread(target=lambda: said.append(sender.communicate()[0]), daemon=True)
    reading.start()
    last = [time.monotonic()]

    def showing() -> None:
        if time.monotonic() - last[0] > 1.0:
            last[0] = time.monotonic()
            show(f"{sum(one.events for one in everybody):,} publications heard")

    try:
        read_until(everybody, lambda: not reading.is_alive(), DAY_S, showing)
    finally:
        if sender.poll() is None:
            sender.kill()
    assert sender.returncode == 0, said
    _heard_out(town, day, everybody, sockets)
    relayed = {name: n - before[name] for name, n in town.counted("relay_entries_total").items()}
    for one in everybody:
        one.close()
    return _judged(town, day, everybody, many, (connections, seated, relayed, began))


def _heard_out(
    town: Town, day: Day, everybody: Sequence[Spectator], sockets: Sequence[OverWamp]
) -> None:
    """Until each has heard the last that there is."""
    for one in sockets:
        if not one.is_over:
            one.ask_slate()
    patience = 4 * PATIENCE
    # The answer to a call stands behind all that was published before it.
    read_until(
        everybody, lambda: all(one.slate is not None or one.is_over for one in sockets), patience
    )
    last: Counter[str] = Counter()
    for one in sockets:
        for (topic, game), seq in one.last.items():
            if topic == topic_of(game):
                last[game] = max(last[game], seq)

    def has_all(one: OverSse) -> bool:
        if one.is_over:
            return True
        return all(one.last[topic_of(game), game] == last[game] for game in one.games)

    streams = [one for one in everybody if isinstance(one, OverSse)]
    read_until(streams, lambda: all(map(has_all, streams)), patience)


def _judged(
    town: Town,
    day: Day,
    everybody: Sequence[Spectator],
    many: OverWamp,
    seen: tuple[float, dict[str, int], dict[str, float], float],
) -> Outcome:
    connections, seated, relayed, began = seen
    compared, unlike = differing(everybody)
    logs = {game: town.entries(game) for game in day.games}
    writers = {
        game: [e.event.node for e in entries if isinstance(e.event, HomeMoved)]
        for game, entries in logs.items()
    }
    whole = {game: list(range(1, len(entries) + 1)) for game, entries in logs.items()}
    return Outcome(
        spectators=Counter(one.wire for one in everybody),
        publications=sum(len(told) for one in everybody for told in one.told.values()),
        octets=sum(sum(map(len, told)) for one in everybody for told in one.told.values()),
        compared=compared,
        unlike=unlike,
        wrong=[
            f"{one.name}: {game} {board}, not {day.finals[game]}"
            for one in everybody
            for game, board in _boards(one, day).items()
            if board != day.finals[game]
        ],
        faults=[f"{one.name}: {fault}" for one in everybody for fault in one.faults],
        entries=sum(map(len, logs.values())),
        moves=Counter({game: len(names) for game, names in writers.items()}),
        strangers=[
            f"{game}: {names}" for game, names in writers.items() if names != [town.home(game)]
        ],
        torn=[
            game
            for game, entries in logs.items()
            if [e.seq for e in entries] != whole[game] or town.entries(game, -1) != entries
        ],
        connections=int(connections),
        sessions=sum(isinstance(one, OverWamp) for one in everybody),
        many=Counter(town.home(game) for topic, game in many.last if topic == topic_of(game)),
        seated=seated,
        relayed=relayed,
        # Everybody follows everything on each node, from the making of each game on.
        due={
            name: sum(len(logs[game]) - 1 for game in day.games if town.home(game) != name)
            for name in NAMES
        },
        downs=town.proxy.downs,
        seconds=time.monotonic() - began,
    )


def _boards(one: Spectator, day: Day) -> dict[str, tuple[int, int]]:
    """The score of each game that it follows; by the slate as well, if it has one."""
    followed = {game for topic, game in one.last if topic == topic_of(game)}
    boards = {game: one.boards.get(game, (0, 0)) for game in followed}
    if isinstance(one, OverWamp) and one.slate is not None:
        there = {line["game_id"]: line for line in one.slate["games"]}
        for game in day.games:
            line = there.get(game)
            points = (line["home"]["points"], line["away"]["points"]) if line else None
            if points != day.finals[game]:
                boards[game] = points or (-1, -1)
    return boards


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="scripts/campaign-sunday", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="days, each in a cluster of its own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", default="600", help="of the day: max, or seconds a second")
    parser.add_argument("--pause", type=float, default=10.0, help="seconds that Redis hangs")
    asked = parser.parse_args(argv)
    missing = haproxy_is_missing() or redis_is_missing()
    if missing:
        print(missing)
        return 2
    raise_descriptor_limit(0)
    progress, is_good = ProgressLine(rarely=10), True
    for number in range(asked.rounds):
        seed = asked.seed + number
        with tempfile.TemporaryDirectory() as folder, built(Path(folder)) as town:
            label = f"day {number + 1}/{asked.rounds}"
            outcome = played(
                town,
                recorded_day(),
                seed,
                speed=asked.speed,
                show=lambda text, label=label: progress.show(f"{label}: {text}"),
            )
            progress.clear()
            print(f"{label}, seed {seed}\n{outcome.table()}", flush=True)
            is_good = is_good and outcome.is_good
            outages = []
            for how in ("stopped", "paused") if asked.pause else ():
                progress.show(f"{label}: Redis {how} for {asked.pause:g} s")
                games = [f"g{how[:4]}{n:06}" for n in range(12)]
                outages.append(stopped(town, games, asked.pause, how))
            progress.clear()
            if outages:
                print("\n" + "\n".join(aligned([HEADS, *(one.cells() for one in outages)])))
                print("\n".join(fault for one in outages for fault in one.faults[:20]))
            is_good = is_good and all(one.is_good for one in outages)
    print("all is well" if is_good else "NOT ALL IS WELL")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
