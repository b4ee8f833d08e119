"""
A campaign: two writers race on the same games in Redis under Sentinel, the primary is killed at
an instant drawn from a seed, and what the next primary has is held against what was acknowledged.

    scripts/campaign-redis --rounds 50 --seed 1
    scripts/campaign-redis --rounds 20 --seed 1 --partition
    scripts/campaign-redis --rounds 20 --seed 1 --partition --replicas 0

With `--partition` the replicas are cut off 0.4 s before the kill, so that the primary has what
nobody else has; with `--replicas 0` nobody waits for replicas, and entries must be lost.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import attrs
from twisted.internet.defer import Deferred, DeferredList

from scoreboard.log.interface import LogUnavailable, NotAtTip
from scoreboard.log.redis import RedisLog
from scoreboard.log.redis_access import Access, Address
from scoreboard.model.ids import GameId
from tests.support.entries import entry
from tests.support.redis import Redis, redis_is_missing
from tests.support.sentinel import NAME, SOURCES, Watched, watched
from tests.support.turning import come, soon, turned

#: Games that both writers write to.
GAMES = [GameId(f"grace{number:06}") for number in range(8)]
#: Seconds from the cut of the replicas to the kill.
CUT_S = 0.4
#: Seconds without an acknowledgement after which none is waited for: three failovers take less.
MOST_S = 15.0
#: Seconds that writing goes on once it works again.
ON_S = 0.5


@attrs.define
class Result:
    """
    What came of it.

    Attributes:
        acked: appends that were acknowledged, each with one or more entries.
        lost: entries of them that are not there; forks: with something else in their place,
            or acknowledged twice.
        holes: in any node's stream.
        unlike: streams in which two nodes differ at the end.
        shut: rounds after which no game was written to any more, since all had lost something.
        outages: seconds from each kill to the next acknowledgement.
    """

    rounds: int = 0
    acked: int = 0
    lost: int = 0
    forks: int = 0
    holes: int = 0
    unlike: int = 0
    losing: int = 0
    unanswered: int = 0
    shut: int = 0
    outages: list[float] = attrs.field(factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.forks or self.holes or self.unlike or self.shut)

    def table(self) -> str:
        ordered = sorted(self.outages) or [0.0]
        rows = [
            ("primaries killed", self.rounds),
            ("entries acknowledged", self.acked),
            ("  of them lost", self.lost),
            ("  rounds in which one was lost", self.losing),
            ("  with another in their place (forks)", self.forks),
            ("  rounds after which the log refused every game", self.shut),
            ("appends whose outcome was not known", self.unanswered),
            ("holes in seq", self.holes),
            ("streams that differ between nodes", self.unlike),
            ("kill to next acknowledgement, seconds, p50", f"{statistics.median(ordered):.2f}"),
            ("  p95", f"{ordered[int(0.95 * (len(ordered) - 1))]:.2f}"),
            ("  longest", f"{ordered[-1]:.2f}"),
        ]
        return "\n".join(f"| {name} | {value} |" for name, value in rows)


class Writer:
    """
    One of several nodes that write to the same games.

    Attributes:
        acked: (game, seq) -> what was acknowledged there.
    """

    def __init__(self, log: RedisLog, name: str, seed: int) -> None:
        self._log = log
        self._name = name
        self._draw = random.Random(f"{name} {seed}")
        self._numbers = count(1)
        self.acked: dict[tuple[GameId, int], str] = {}
        self.last = 0.0
        self.unanswered = 0
        self.goes_on = True

    async def write(self, game: GameId) -> None:
        """Append to `game` until told to stop."""
        tip: int | None = None
        while self.goes_on:
            if tip is None:
                tip = await self._asked(game)
                continue
            some = range(self._draw.choice((1, 1, 3)))
            texts = [f"{self._name} {next(self._numbers)}" for _ in some]
            entries = [entry(tip + n, text) for n, text in enumerate(texts, start=1)]
            try:
                tip = (await self._log.append(game, tip, entries)).seq
            except NotAtTip as fault:
                tip = fault.actual
            except LogUnavailable:
                # As the scorekeeper does: nothing more before the log has been asked.
                self.unanswered += 1
                tip = None
            else:
                self.last = time.monotonic()
                self.acked |= {
                    (game, one.seq): text for one, text in zip(entries, texts, strict=True)
                }
            await soon(self._draw.uniform(0, 0.01))

    async def _asked(self, game: GameId) -> int | None:
        try:
            return (await self._log.tip(game)).seq
        except LogUnavailable:
            await soon(0.02)
            return None


def play_round(folder: Path, seed: int, replicas: int, result: Result, *, partition: bool) -> None:
    """One cluster, one kill."""
    from twisted.internet import reactor

    draw = random.Random(seed)
    with watched(folder, partitioned=partition) as cluster:
        addresses = tuple(Address("127.0.0.1", one.port) for one in cluster.sentinels)
        access = Access(addresses, sentinel=NAME, replicas=replicas)
        logs = [RedisLog(reactor, access, count(seed + 1).__next__) for _ in range(2)]
        for log in logs:
            turned(log.start())
        writers = [Writer(log, name, seed) for log, name in zip(logs, "ab", strict=True)]
        jobs = [Deferred.fromCoroutine(writer.write(game)) for writer in writers for game in GAMES]
        turned(soon(draw.uniform(0.3, 1.0)))
        primary = cluster.primary
        # The cut outlasts the primary: the kernel would deliver what a dead process has sent.
        with cut_off(primary) if partition else nullcontext():
            if partition:
                turned(soon(CUT_S))
            primary.kill()
            killed = time.monotonic()
            back = _acknowledged(writers, killed)
        if back is None:
            # Every game has lost something, and so none is written to any more.
            result.shut += 1
        else:
            result.outages.append(back - killed)
        turned(soon(ON_S))
        for writer in writers:
            writer.goes_on = False
        turned(DeferredList(jobs, fireOnOneErrback=True))
        for log in logs:
            turned(log.close())
        _audit(cluster, primary, writers, result)
        result.rounds += 1


def _acknowledged(writers: list[Writer], killed: float) -> float | None:
    """When the first acknowledgement after the kill came; None: in so long a time none did."""
    while time.monotonic() < killed + MOST_S:
        times = [writer.last for writer in writers if writer.last > killed + 0.05]
        if times:
            return min(times)
        turned(soon(0.01))
    return None


def _audit(cluster: Watched, killed: Redis, writers: list[Writer], result: Result) -> None:
    new = cluster.primary
    other = next(node for node in cluster.others(killed) if node is not new)
    come(lambda: new.ask("WAIT", 1, 100) >= 1)
    lost = result.lost
    acked: dict[tuple[GameId, int], str] = {}
    for writer in writers:
        result.unanswered += writer.unanswered
        result.forks += len(acked.keys() & writer.acked.keys())
        acked |= writer.acked
    result.acked += len(acked)
    for game in GAMES:
        has = _stream(new, game)
        come(lambda has=has, game=game: len(_stream(other, game)) >= len(has))
        result.unlike += _stream(other, game) != has
        result.holes += sum(seq != n for n, (seq, _) in enumerate(has, start=1))
        bodies = dict(has)
        for (of, seq), text in acked.items():
            if of != game:
                continue
            if seq not in bodies:
                result.lost += 1
            elif text.encode() not in bodies[seq]:
                result.forks += 1
    result.losing += result.lost > lost


def _stream(node: Redis, game: GameId) -> list[tuple[int, bytes]]:
    found = node.ask("XRANGE", f"scoreboard:log:{game}", "-", "+")
    return [(int(identity.partition(b"-")[0]), fields[1]) for identity, fields in found]


def partition_is_missing() -> str | None:
    """Why replicas cannot be cut off; None: they can."""
    try:
        tried = subprocess.run(
            ["iptables", "-S", "INPUT"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return "iptables is not installed"
    return tried.stderr.strip() or "iptables may not be used" if tried.returncode else None


@contextmanager
def cut_off(primary: Redis) -> Iterator[None]:
    """The replicas and the primary do not hear each other; clients and Sentinels hear both."""
    rules = [
        [direction, "-i", "lo", "-p", "tcp", side, source, port, str(primary.port)]
        for source in SOURCES
        for direction, side, port in (("INPUT", "-s", "--dport"), ("INPUT", "-d", "--sport"))
    ]
    for rule in rules:
        subprocess.run(["iptables", "-A", *rule, "-j", "DROP"], check=True)
    try:
        yield
    finally:
        for rule in rules:
            subprocess.run(["iptables", "-D", *rule, "-j", "DROP"], check=True)


def main(words: list[str]) -> int:
    """The campaign as a command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=1, help="that must have an entry")
    parser.add_argument("--partition", action="store_true", help="cut the replicas off before")
    chosen = parser.parse_args(words)
    missing = redis_is_missing() or (partition_is_missing() if chosen.partition else None)
    if missing:
        print(missing, file=sys.stderr)
        return 2
    result, draw = Result(), random.Random(chosen.seed)
    for number in range(chosen.rounds):
        with tempfile.TemporaryDirectory() as folder:
            seed = draw.getrandbits(31)
            how: dict[str, Any] = {"partition": chosen.partition}
            play_round(Path(folder), seed, chosen.replicas, result, **how)
        print(
            f"\r{number + 1}/{chosen.rounds}: {result.acked} acknowledged, {result.lost} lost, "
            f"{result.forks} forks, {result.holes} holes, outages {result.outages[-3:]}",
            end="",
            file=sys.stderr,
            flush=True,
        )
    print(file=sys.stderr)
    print(result.table())
    return 0 if result.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
