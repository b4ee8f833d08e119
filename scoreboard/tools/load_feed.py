"""
The feed of a load: a process that sends scores of many games, each at its time.

Rule: an event counts from the moment at which it was due, so that a server that makes its
feed wait is not flattered by it. What was still due at the end is said. Shell.
"""

from __future__ import annotations

import http.client
import select
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import attrs

from scoreboard.tools.load_line import MOST_OPEN, Line
from scoreboard.tools.load_marks import Marks
from scoreboard.tools.load_schedule import Schedule
from scoreboard.tools.load_senders import PATIENCE_S, FeedPlan, Script, Sender, sender

#: Lines over WAMP: each may have `MOST_OPEN` calls on their way.
_LINES = 8

#: What is due within so many nanoseconds is sent together over WAMP.
_TOGETHER = 1_000_000


@attrs.define
class Sent:
    """
    What became of what was due.

    Attributes:
        by_game: place of a game -> scores that were recorded.
        ticks: reports of a clock that were.
        astray: recorded at another position than foreseen; their latency is not known.
        unsent: still due at the end.
    """

    by_game: Counter[int] = attrs.field(factory=Counter)
    ticks: int = 0
    refused: int = 0
    astray: int = 0
    unsent: int = 0
    error: str = ""

    def add(self, other: Sent) -> None:
        """Count those of another connection, too."""
        self.by_game.update(other.by_game)
        self.ticks += other.ticks
        self.refused += other.refused
        self.astray += other.astray
        self.unsent += other.unsent
        self.error = self.error or other.error

    def answered(self, place: int, first: int, ticks: Sequence[bool], seqs: Sequence[int]) -> None:
        """
        Count what was answered.

        Args:
            first: where the first was to stand.
            seqs: where each stands; 0: it was refused.
        """
        for foreseen, (tick, seq) in enumerate(zip(ticks, seqs, strict=True), first):
            if not seq:
                self.refused += 1
                continue
            self.astray += seq != foreseen
            if tick:
                self.ticks += 1
            else:
                self.by_game[place] += 1


class Positions:
    """Where the next event of each game will stand, while others are on their way."""

    def __init__(self) -> None:
        self._next: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._open: Counter[int] = Counter()

    def begin(self, place: int, last: int) -> None:
        """The game's last event stands at `last`."""
        self._last[place] = last
        self._next[place] = last + 1

    def book(self, place: int, number: int) -> int:
        """The position of the first of `number` events that are sent now."""
        first = self._next[place]
        self._next[place] = first + number
        self._open[place] += 1
        return first

    def booked(self, place: int, seqs: Sequence[int]) -> None:
        """Where they stand. If nothing else is on its way, what comes next is known again."""
        self._open[place] -= 1
        self._last[place] = max(self._last[place], *seqs)
        if not self._open[place]:
            self._next[place] = self._last[place] + 1


class Feed:
    """The process."""

    def __init__(self, plan: FeedPlan, pipe: Connection) -> None:
        self._plan, self._pipe = plan, pipe
        self._marks = Marks(Path(plan.marks), len(plan.games))
        self._senders = [sender(plan) for _ in range(min(plan.connections, len(plan.games)))]
        self._lines: list[Line] = []
        self._script = Script()
        self._positions = Positions()

    def do_create(self) -> None:
        """Make the games."""
        plan = self._plan
        for place, game in enumerate(plan.games):
            made_by = self._senders[place % len(self._senders)]
            self._positions.begin(place, made_by.create(game))
        if plan.way == "wamp":
            who = (*plan.address, plan.source, plan.token, PATIENCE_S)
            self._lines = [Line(*who) for _ in range(min(_LINES, len(plan.games)))]
        self._pipe.send(("created", len(plan.games)))

    def do_feed(self, rates: dict[int, float], seconds: float, clocks: float) -> None:
        """Send scores, and reports of clocks; see `Schedule`."""
        begin = time.monotonic_ns() + 20_000_000
        end = begin + int(seconds * 1e9)
        ways = len(self._lines or self._senders)
        games = len(self._plan.games)
        schedules = [
            Schedule(
                {place: rate for place, rate in rates.items() if place % ways == number},
                clocks,
                games,
                begin,
                end,
            )
            for number in range(ways)
        ]
        whole = Sent()
        if self._lines:
            self._call(schedules, end, whole)
        else:
            for result in self._request(schedules, end):
                whole.add(result)
        whole.unsent += sum(schedule.left for schedule in schedules)
        self._pipe.send(("fed", whole))

    # Requests, each answered before the next

    def _request(self, schedules: list[Schedule], end: int) -> list[Sent]:
        results = [Sent() for _ in schedules]
        threads = [
            threading.Thread(target=self._drive, args=(said, schedule, end, result), daemon=True)
            for said, schedule, result in zip(self._senders, schedules, results, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def _drive(self, said: Sender, schedule: Schedule, end: int, result: Sent) -> None:
        """One connection's games."""
        try:
            while (at := schedule.next) is not None and time.monotonic_ns() < end:
                time.sleep(max(at - time.monotonic_ns(), 0) / 1e9)
                for place, due in schedule.take(time.monotonic_ns(), len(self._plan.games)).items():
                    first, ticks = self._marked(place, due)
                    seqs = said.send(self._plan.games[place], first, ticks)
                    result.answered(place, first, ticks, seqs)
                    self._positions.booked(place, seqs)
        except (OSError, http.client.HTTPException, ValueError) as why:
            result.error = str(why) or type(why).__name__

    def _marked(self, place: int, due: Sequence[tuple[int, bool]]) -> tuple[int, list[bool]]:
        """The position of the first, and what each is; the times are in the table now."""
        first = self._positions.book(place, len(due))
        for seq, (at, _) in enumerate(due, first):
            self._marks.put(place, seq, at)
        return first, [tick for _, tick in due]

    # Calls, which are not waited for

    def _call(self, schedules: list[Schedule], end: int, result: Sent) -> None:
        try:
            _Calls(self._lines, schedules, end, self._submitted, self._answered).run(result)
        except (OSError, ValueError, KeyError) as why:
            result.error = str(why) or type(why).__name__

    def _submitted(
        self, line: Line, place: int, due: Sequence[tuple[int, bool]]
    ) -> tuple[int, _Call]:
        game = self._plan.games[place]
        first, ticks = self._marked(place, due)
        said = [self._script.message(game, seq, tick) for seq, tick in enumerate(ticks, first)]
        return line.submit(game, said), _Call(place, first, ticks)

    def _answered(self, call: _Call, answers: Sequence[dict[str, Any]], result: Sent) -> None:
        seqs = [int(answer.get("seq") or 0) for answer in answers] or [0] * len(call.ticks)
        result.answered(call.place, call.first, call.ticks, seqs)
        self._positions.booked(call.place, seqs)


@attrs.frozen
class _Call:
    """A call on its way."""

    place: int
    first: int
    ticks: list[bool]


class _Calls:
    """
    Feeding over lines, in one thread.

    Args:
        end: nanoseconds; nothing is sent after that.
        submit: makes a call about a game, of events with the times at which they were due.
        answered: is told what the server said to one, and where that is counted.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        schedules: Sequence[Schedule],
        end: int,
        submit: Callable[[Line, int, Sequence[tuple[int, bool]]], tuple[int, _Call]],
        answered: Callable[[_Call, Sequence[dict[str, Any]], Sent], None],
    ) -> None:
        self._lines = dict(zip(lines, schedules, strict=True))
        self._open: dict[tuple[Line, int], _Call] = {}
        self._end = end
        self._submit = submit
        self._answered = answered

    def run(self, result: Sent) -> None:
        """Until the end, and all answers to what was sent until then."""
        sockets = {line.socket: line for line in self._lines}
        until = self._end + int(PATIENCE_S * 1e9)
        while (now := time.monotonic_ns()) < self._end or self._open:
            if now < self._end:
                self._send_due(now)
            elif now > until:
                raise OSError(f"{len(self._open)} calls were not answered")
            ready, _, _ = select.select(sockets, [], [], self._pause() / 1e9)
            for one in ready:
                line = sockets[one]
                for number, answers in line.answers():
                    self._answered(self._open.pop((line, number)), answers, result)

    def _send_due(self, now: int) -> None:
        for line, schedule in self._lines.items():
            if line.has_room:
                for place, due in schedule.take(now, MOST_OPEN - line.open).items():
                    number, call = self._submit(line, place, due)
                    self._open[line, number] = call
                line.flush()

    def _pause(self) -> int:
        """Nanoseconds until there is something to send."""
        due = [s.next for line, s in self._lines.items() if line.has_room and s.next is not None]
        now = time.monotonic_ns()
        return max(min([*due, max(self._end, now + 50_000_000)]) - now, _TOGETHER)


def feed(plan: FeedPlan, pipe: Connection) -> None:
    """What the process runs."""
    try:
        process = Feed(plan, pipe)
        while True:
            name, arguments = pipe.recv()
            if name == "end":
                return
            getattr(process, f"do_{name}")(*arguments)
    except (EOFError, KeyboardInterrupt):
        return
    except (OSError, http.client.HTTPException) as why:
        pipe.send(("failed", str(why) or type(why).__name__))
