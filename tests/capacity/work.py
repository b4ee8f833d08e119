"""
One load on a rig, phase by phase, and what each phase has cost every process.

The load is that of `scoreboard load`: real sessions, a real feed, all events counted.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from scoreboard.tools.load_crew import Crew, Show, State, crew
from scoreboard.tools.load_feed import Sent
from scoreboard.tools.load_plan import Group, Plan, game_ids
from tests.capacity.rig import SOURCE, TOKEN, Reading, Rig, Spent, cpu_of_ended_s, cpu_s, machine_s

#: Seconds after a change until everything about it is done.
SETTLE_S = 0.7
#: Seconds that events may take to arrive.
_DRAIN_S = 10.0


@attrs.frozen
class Fed:
    """
    What a feeding came to.

    Attributes:
        spent: by each process of the rig; "load" and "feed" are those of the load.
        seconds: that it took, until the last event had come.
    """

    spent: Spent
    seconds: float
    sent: Sent
    state: State

    @property
    def messages(self) -> int:
        return sum(self.sent.by_game.values())

    @property
    def events(self) -> int:
        return sum(counts.events for counts in self.state.counts)

    @property
    def bytes(self) -> int:
        return sum(counts.bytes for counts in self.state.counts)

    def latency(self, group: int) -> dict[str, float]:
        """Of a group of sessions."""
        return self.state.counts[2 * group].latencies.summary()


@attrs.frozen
class Phase:
    """
    What anything else came to.

    Attributes:
        others: cores that were taken by what is no part of this, if that was asked for.
    """

    spent: Spent
    seconds: float
    state: State | None = None
    others: float = 0.0


class Work:
    """A load under way."""

    def __init__(self, one: Rig, plan: Plan, hands: Crew) -> None:
        self._rig, self.plan, self.hands = one, plan, hands
        # The feed was started last.
        by_age = sorted(multiprocessing.active_children(), key=lambda child: child._identity)
        *self._receivers, self._feed = [child.pid or 0 for child in by_age]

    def read(self, *, ends: bool = False) -> Reading:
        """As the rig's, with the processes of the load."""
        found = self._rig.read(ends=ends)
        load = sum(cpu_s(pid) for pid in self._receivers)
        more = {"load": load, "feed": cpu_of_ended_s(self._feed)}
        return attrs.evolve(
            found,
            cpu={**found.cpu, **more},
            rss={**found.rss, **dict.fromkeys(more, 0.0)},
        )

    def create(self) -> None:
        """The feed makes its games."""
        self.hands.create()

    def join(self, rate: float | None = None) -> Phase:
        """All sessions come, or come back."""
        before = self.read()
        state = self.hands.join(rate)
        time.sleep(SETTLE_S)
        assert state.live == self.plan.sessions, f"{state.live} are there: {state.gone}"
        return Phase(Spent.between(before, self.read(ends=True)), state.seconds, state)

    def rest(self, seconds: float) -> Phase:
        """Nothing is done for so long."""
        before, began = self.read(), time.monotonic()
        self.hands.listen(seconds)
        took = time.monotonic() - began
        return Phase(Spent.between(before, self.read(ends=True)), took)

    def feed(self, rates: Mapping[int, float], seconds: float) -> Fed:
        """Events for so long; all of them must arrive."""
        self.hands.measure()
        before, began = self.read(), time.monotonic()
        self.hands.begin_feed(dict(rates), seconds)
        sent = self.hands.end_feed()
        followers = self.plan.followers()
        due = sum(number * followers[place] for place, number in sent.by_game.items())
        self.hands.drain(due, _DRAIN_S)
        # Progress is told every half second; what it costs meanwhile is counted, too.
        took = time.monotonic() - began
        after = self.read(ends=True)
        state = self.hands.report()
        fed = Fed(Spent.between(before, after), took, sent, state)
        assert (fed.events, state.gaps, state.repeats) == (due, 0, 0), (fed.events, due)
        return fed

    def storm(self) -> Phase:
        """All sessions are cut at once and come back as fast as they can."""
        before = self.read()
        ours, machine, began = self._ours(), machine_s(), time.monotonic()
        self.hands.cut()
        state = self.hands.join(0.0)
        seconds = time.monotonic() - began
        others = (machine_s() - machine - self._ours() + ours) / seconds
        time.sleep(SETTLE_S)
        assert state.live == self.plan.sessions, f"{state.live} are back: {state.gone}"
        spent = Spent.between(before, self.read(ends=True))
        return Phase(spent, seconds, state, max(others, 0.0))

    def _ours(self) -> float:
        """Processor time of everything that belongs to this, its own included."""
        pids = [*self._rig.pids.values(), *self._receivers, self._feed]
        return sum(cpu_s(pid) for pid in pids) + time.process_time()


@contextmanager
def work(
    one: Rig, tag: str, games: int, groups: Sequence[Group], show: Show, **more: Any
) -> Iterator[Work]:
    """
    A load on `one`.

    Args:
        tag: four characters that tell its games apart.
        more: of `load_plan.Plan`.
    """
    home = one.home
    plan = Plan(
        host="127.0.0.1",
        port=home.port,
        games=game_ids(tag, games),
        groups=tuple(groups),
        **{"rate": 500.0, **more},
    )
    with crew(plan, home.url, TOKEN, SOURCE, show) as hands:
        yield Work(one, plan, hands)
