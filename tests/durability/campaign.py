"""
A campaign: two feeds tell games as fast as they are answered, and the server is killed, again
and again, at instants drawn from a seed; after every kill the auditor reads what is left.

Rule: whatever the server has said is held against the disk; a campaign that loses is ended
by its table, not hidden by the next server. Shell.
"""

from __future__ import annotations

import json
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from tests.durability.audit import Auditor, Tally, left_in, shown
from tests.durability.disk import Disk
from tests.durability.feed import PATIENCE_S, Feed
from tests.durability.story import Shelf
from tests.durability.wal import begun
from tests.support.server import TWISTED, Server

#: Rounds with one log, whose games are then told to their ends.
SET = 20
#: The kill comes at most so long after the feeds have heard the first answers, seconds.
_LATEST = 0.5
#: Share of the rounds in which it comes while they begin, instead.
_AT_ONCE = 0.1


@attrs.frozen
class Plan:
    """
    What is to be done.

    Attributes:
        rounds: kills.
        program: how the server is started.
        until_lost: whether a loss ends the set instead of the campaign: for servers that are
            known to lose.
    """

    rounds: int
    seed: int
    program: tuple[str, ...] = TWISTED
    until_lost: bool = False


@attrs.define
class Result:
    """
    What came of it.

    Attributes:
        kills: rounds.
        on_the_way: rounds in which something was sent and not answered when the kill came.
        losing: rounds in which something was lost.
        finals: games told to the end; `wrong` of them that ended otherwise than they should.
        differ: games whose state over HTTP is not the fold of the log.
        restarts: seconds from the start of a process to its first answer.
        outcomes: answers, by outcome.
    """

    tally: Tally = attrs.field(factory=Tally)
    kills: int = 0
    on_the_way: int = 0
    losing: int = 0
    finals: int = 0
    wrong: list[str] = attrs.field(factory=list)
    differ: list[str] = attrs.field(factory=list)
    complaints: list[str] = attrs.field(factory=list)
    restarts: list[float] = attrs.field(factory=list)
    outcomes: Counter[str] = attrs.field(factory=Counter)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return self.tally.is_good and not (self.wrong or self.differ or self.complaints)

    def table(self) -> str:
        """All of it, a line each."""
        tally = self.tally
        ordered = sorted(self.restarts)
        rows = [
            ("kills", self.kills),
            ("  with messages on their way", self.on_the_way),
            ("  in the middle of writing a transaction", tally.torn),
            ("messages answered accepted, flagged or duplicate, with seq", tally.acked),
            ("  of them lost", tally.lost),
            ("  rounds in which something was lost", self.losing),
            ("messages recorded whose answer was cut off", tally.unheard),
            ("holes in seq", tally.holes),
            ("plays recorded twice", tally.repeats),
            ("epochs changed", tally.epochs),
            ("states that are not the fold of the log", len(self.differ)),
            ("games told to the end", self.finals),
            ("  with another final", len(self.wrong)),
            ("lines of the log about faults of ours", len(self.complaints)),
            ("restart, seconds, p50", f"{statistics.median(ordered or [0]):.2f}"),
            ("restart, seconds, p95", f"{(ordered or [0])[int(len(ordered) * 0.95) - 1]:.2f}"),
            ("answers", ", ".join(f"{n} {name}" for name, n in self.outcomes.most_common())),
            ("took, seconds", f"{self.seconds:.0f}"),
        ]
        return "\n".join(f"| {name} | {value} |" for name, value in rows)


class Campaign:
    """
    One campaign.

    Args:
        folder: for settings and logs.
        progress: is told the number of each round that is over.
    """

    def __init__(
        self, plan: Plan, folder: Path, disk: Disk, progress: Callable[[Result], None]
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._disk = disk
        self._progress = progress
        self._draw = random.Random(plan.seed)
        self.result = Result()

    def run(self) -> Result:
        """All rounds."""
        began = time.monotonic()
        number = 0
        try:
            while self.result.kills < self._plan.rounds and self._goes_on:
                _Set(self, number).run(min(SET, self._plan.rounds - self.result.kills))
                number += 1
        finally:
            self._disk.close()
        self.result.seconds = time.monotonic() - began
        return self.result

    @property
    def _goes_on(self) -> bool:
        return self._plan.until_lost or self.result.is_good

    # For sets

    def begin(self, number: int) -> tuple[Path, Shelf, int]:
        """Of a set: its data, its games, its seed."""
        seed = self._draw.getrandbits(32)
        return self._disk.fresh(number), Shelf(seed), seed

    def start(self, data: Path) -> Server:
        """A server on `data`, that is ready."""
        began = time.monotonic()
        server = Server(
            self._folder, data=data, log=self._disk.settings, program=self._plan.program
        )
        self.result.restarts.append(time.monotonic() - began)
        return server

    def kill(self, server: Server, data: Path) -> None:
        """End it as a power cut or the kernel would."""
        server.stop(signal.SIGKILL)
        self.result.complaints += server.complaints
        self.result.tally.torn += begun(data / "games.sqlite-wal") > 0
        self._disk.died()

    def wait(self, feeds: Iterable[Feed]) -> None:
        """Until the instant of the kill."""
        if self._draw.random() >= _AT_ONCE:
            for feed in feeds:
                feed.heard.wait(PATIENCE_S)
        time.sleep(self._draw.uniform(0, _LATEST))

    def over(self) -> None:
        """A round is."""
        self._progress(self.result)


class _Set:
    """Rounds with one log."""

    def __init__(self, campaign: Campaign, number: int) -> None:
        self._campaign = campaign
        self._data, shelf, seed = campaign.begin(number)
        self._auditor = Auditor(seed)
        self._auditor.tally = campaign.result.tally
        # The two ways in change places with every set.
        ways = [Feed.run_http, Feed.run_wamp]
        if number % 2:
            ways.reverse()
        names = (("arena", "secret"), ("other", "another"))
        self._feeds = {
            Feed(source, token, shelf, seed): way
            for (source, token), way in zip(names, ways, strict=True)
        }

    def run(self, rounds: int) -> None:
        server = self._campaign.start(self._data)
        for _ in range(rounds):
            server = self._round(server)
            if not self._campaign.result.tally.is_good:
                break
        else:
            self._to_the_end(server)
        self._campaign.kill(server, self._data)
        self._audit()

    def _round(self, server: Server) -> Server:
        """Feed, kill, audit, start again; the new server."""
        result = self._campaign.result
        lost = result.tally.lost
        threads = self._tell(server)
        self._campaign.wait(self._feeds)
        self._campaign.kill(server, self._data)
        for thread in threads:
            thread.join()
        result.kills += 1
        self._audit()
        result.on_the_way += any(t.on_its_way for feed in self._feeds for t in feed.open)
        result.losing += result.tally.lost > lost
        again = self._campaign.start(self._data)
        self._compare(again)
        self._campaign.over()
        return again

    def _tell(self, server: Server) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=way, args=(feed, server.port), daemon=True)
            for feed, way in self._feeds.items()
        ]
        for feed in self._feeds:
            feed.heard.clear()
        for thread in threads:
            thread.start()
        return threads

    def _audit(self) -> None:
        """What is left on the disk, and what was promised since the last time."""
        result = self._campaign.result
        acks = [ack for feed in self._feeds for ack in feed.taken()]
        known = {game: len(book.bodies) for game, book in self._auditor.books.items()}
        self._auditor.audit(left_in(self._data), acks)
        told = {(a.game_id, a.seq) for a in acks if a.outcome != "duplicate"}
        new = {
            (game, seq)
            for game, book in self._auditor.books.items()
            for seq in range(known.get(game, 0) + 1, len(book.bodies) + 1)
        }
        result.tally.unheard += len(new - told)

    def _compare(self, server: Server) -> None:
        """Whether the server shows what its log says: now, and as it stood once."""
        differ = self._campaign.result.differ
        books = self._auditor.books
        if server.games != len(books):
            differ.append(f"{server.games} games instead of {len(books)}")
        for game, book in books.items():
            wanted = [("", shown(book.state))]
            if book.sample is not None:
                seq, then = book.sample
                wanted.append((f"?asof={seq}", then))
                book.sample = None
            for query, state in wanted:
                reply = server.request("GET", f"/v1/games/{game}{query}")
                if reply.status != 200 or json.loads(reply.body) != state:
                    differ.append(f"{game}{query}")

    def _to_the_end(self, server: Server) -> None:
        """Whatever is being told is told to its end, and ends as it should."""
        result = self._campaign.result
        for feed in self._feeds:
            feed.opens = False
        telling = {t.story.game_id: t.story for feed in self._feeds for t in feed.open}
        for thread in self._tell(server):
            thread.join()
        for feed in self._feeds:
            result.outcomes += feed.outcomes
            if not feed.is_done:
                result.wrong.append(f"{feed.source} could not tell everything")
        for game, story in telling.items():
            home, away = story.final.home, story.final.away
            score = server.request("GET", f"/v1/games/{game}").json["score"]
            result.finals += 1
            if (score["home"]["points"], score["away"]["points"]) != (home, away):
                result.wrong.append(f"{game}: {score['home']['points']}-{score['away']['points']}")


def progress(rounds: int) -> Callable[[Result], None]:
    """A line on a terminal that shows how far a campaign is."""
    began = time.monotonic()

    def show(result: Result) -> None:
        if not sys.stderr.isatty():
            return
        left = (time.monotonic() - began) / result.kills * (rounds - result.kills)
        tally = result.tally
        sys.stderr.write(
            f"\r{result.kills} of {rounds} kills, {tally.acked:,} acknowledged, "
            f"{tally.lost} lost, {left:.0f} s left "
        )
        sys.stderr.flush()

    return show


def report(result: Result) -> None:
    """The table, and what was wrong one by one."""
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    sys.stdout.write(result.table() + "\n")
    for what in [*result.differ, *result.wrong, *result.complaints][:20]:
        sys.stdout.write(f"wrong: {what}\n")
