"""
A scenario, done on one server.

Rule: a measure has the same name and meaning on both servers. Shell.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import attrs

from scoreboard.tools.bench_plan import (
    STOPPED_PART,
    SUSTAINED_MS,
    Scenario,
    Step,
    Tried,
    next_rate,
    sustained_rate,
)
from scoreboard.tools.bench_servers import Target
from scoreboard.tools.bench_stall import Stall
from scoreboard.tools.load_crew import Crew, LoadFailed, Show, State, crew
from scoreboard.tools.load_feed import Sent
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_order import TICK_NS, Latencies
from scoreboard.tools.load_plan import Plan, four, game_ids, workers_for
from scoreboard.tools.load_result import expected

#: Measure -> value; see MEASURES in bench_report.
Measures = dict[str, float]

#: Ends the name of the measure of how many events a second the sessions got.
DELIVERED = "delivered a second"

#: Ends the name of the measure of how late the server's loop was for what it was asked.
STALL = "loop stall p99 ms"

#: Seconds that are waited for events after the feed has ended.
_DRAIN_S = 10.0


def plan_of(scenario: Scenario, target: Target) -> Plan:
    """The scenario's load on that server."""
    sessions = sum(group.sessions for group in scenario.groups)
    cores = os.cpu_count() or 1
    return Plan(
        host="127.0.0.1",
        port=target.port,
        games=game_ids(four(int(time.time())), scenario.games),
        groups=scenario.groups,
        workers=scenario.workers or workers_for(sessions, cores, raise_descriptor_limit(0)),
        rate=scenario.rate,
        stopped=scenario.stopped,
    )


def perform(scenario: Scenario, target: Target, show: Show) -> Measures:
    """Do it. Raises: LoadFailed."""
    plan = plan_of(scenario, target)
    with crew(plan, target.feeds(scenario.way), target.token, "load", show) as hands:
        hands.create()
        before_kib = target.rss_kib()
        joined = hands.join()
        if joined.live < plan.sessions:
            raise LoadFailed(f"{joined.live} of {plan.sessions} sessions joined: {joined.gone}")
        return _ACTIONS[scenario.action](_Bench(scenario, plan, target, hands, joined, before_kib))


class _Bench:
    """A scenario on its way; all sessions are there."""

    def __init__(
        self,
        scenario: Scenario,
        plan: Plan,
        target: Target,
        hands: Crew,
        joined: State,
        before_kib: int,
    ) -> None:
        self.scenario = scenario
        self.plan = plan
        self.target = target
        self.hands = hands
        self.joined = joined
        self.before_kib = before_kib
        self.stalled: Stall | None = None

    def begin(self, step: Step) -> None:
        """Begin to feed."""
        self.stalled = self.target.stall()
        self.hands.begin_feed(dict(step.rates), step.seconds, step.clocks)

    def stall(self, name: str = "") -> Measures:
        """How late the server's loop was since the latest `begin`, if it tells."""
        found = self.target.stall()
        if found is None:
            return {}
        return {f"{name} {STALL}".strip(): found.since(self.stalled).quantile_ms(0.99)}

    def step(self, step: Step) -> tuple[Sent, State, float]:
        """Feed for a while: what was sent, what came of it, deliveries a second meanwhile."""
        self.hands.measure()
        self.begin(step)
        if step.overloads:
            # The second half of the while: the queues are full by then.
            self.hands.listen(step.seconds / 2)
            self.hands.measure()
            begin = time.monotonic()
            self.hands.listen(step.seconds / 2)
            state = self.hands.report()
            rate = sum(c.events for c in state.counts) / (time.monotonic() - begin)
            sent = self.hands.end_feed()
            self.hands.drain(None, _DRAIN_S)
            return sent, state, rate
        sent = self.hands.end_feed()
        due = expected(self.plan, sent)
        took = step.seconds + self.hands.drain(due, _DRAIN_S)
        state = self.hands.report()
        return sent, state, sum(c.events for c in state.counts) / took


def _feed(bench: _Bench) -> Measures:
    """Each step: delivered a second, p50, p99, what was missing or out of order."""
    found: Measures = {}
    for step in bench.scenario.steps:
        cpu = bench.target.cpu_s()
        sent, state, rate = bench.step(step)
        found[f"{step.name} {DELIVERED}"] = rate
        if step.overloads:
            continue
        found |= _lateness(step, bench, state) | bench.stall(step.name)
        found[f"{step.name} faults"] = state.gaps + state.repeats
        found[f"{step.name} undelivered"] = _undelivered(bench, sent, state)
        found[f"{step.name} unsent"] = sent.unsent
        found[f"{step.name} receivers' busy part"] = state.busy
        events = sum(counts.events for counts in state.counts)
        found[f"{step.name} CPU us/delivery"] = 1e6 * (bench.target.cpu_s() - cpu) / max(events, 1)
        found[f"{step.name} bytes/delivery"] = sum(c.bytes for c in state.counts) / max(events, 1)
    return found


def _lateness(step: Step, bench: _Bench, state: State) -> Measures:
    found: Measures = {}
    for place, group in enumerate(bench.plan.groups):
        name = step.name if len(bench.plan.groups) == 1 else f"{step.name} {group.name}"
        summary = state.counts[2 * place].latencies.summary()
        for which in ("p50", "p99") if summary else ():
            found[f"{name} {which} ms"] = summary[which]
    return found


def _undelivered(bench: _Bench, sent: Sent, state: State) -> float:
    """Events that had not come when no more was waited for."""
    due = expected(bench.plan, sent) or 0
    return due - sum(counts.events for counts in state.counts)


def _search(bench: _Bench) -> Measures:
    """The highest rate at which the 99th percentile stays within a second."""
    tried: list[Tried] = []
    found: Measures = {}
    faults = 0.0
    while (rate := next_rate(tried)) is not None:
        # Once more, if the machine was busy with something else the first time.
        for _ in range(2):
            one = _try(bench, rate)
            faults += one.faults
            if one.is_sustained:
                break
        tried.append(Tried(rate, one.is_sustained))
        if rate == sustained_rate(tried):
            found = one.measures
    return {"sustained events/s": sustained_rate(tried), "faults": faults, **found}


@attrs.frozen
class _Try:
    """What came of one rate."""

    is_sustained: bool
    faults: float
    measures: Measures


def _try(bench: _Bench, rate: float) -> _Try:
    base = bench.scenario.steps[0]
    each = rate / bench.scenario.games
    cpu = bench.target.cpu_s()
    sent, state, delivered = bench.step(
        Step("search", dict.fromkeys(base.rates, each), base.seconds)
    )
    spent = bench.target.cpu_s() - cpu
    summary = _all(state).summary()
    late = summary.get("p99", SUSTAINED_MS + 1) > SUSTAINED_MS
    events = sum(counts.events for counts in state.counts)
    measures = {
        "p50 ms at that rate": summary.get("p50", 0.0),
        "p99 ms at that rate": summary.get("p99", 0.0),
        DELIVERED: delivered,
        "receivers' busy part": state.busy,
        "CPU us/delivery": 1e6 * spent / max(events, 1),
        **bench.stall(),
    }
    faults = state.gaps + state.repeats + (0 if late else _undelivered(bench, sent, state))
    return _Try(not late and sent.unsent <= rate * SUSTAINED_MS / 1000, faults, measures)


def _all(state: State) -> Latencies:
    whole = Latencies()
    for counts in state.counts:
        whole.ticks.update(counts.latencies.ticks)
    return whole


def _hold(bench: _Bench) -> Measures:
    """Memory of a session that does nothing."""
    bench.hands.listen(bench.scenario.steps[0].seconds)
    grown = bench.target.rss_kib() - bench.before_kib
    return {"KiB/session": grown / bench.plan.sessions}


def _join(bench: _Bench) -> Measures:
    """Sessions that join in a second."""
    return {"joins/s": bench.plan.sessions / bench.joined.seconds}


def _storm(bench: _Bench) -> Measures:
    """All are cut at once while events flow."""
    step = bench.scenario.steps[0]
    bench.hands.measure()
    bench.begin(step)
    bench.hands.listen(step.seconds / 3)
    bench.hands.cut()
    back = bench.hands.join(0.0)
    bench.hands.end_feed()
    bench.hands.drain(None, _DRAIN_S)
    end = bench.hands.report()
    return {
        "seconds until all are back": back.seconds,
        "back": back.live / bench.plan.sessions,
        "sync MiB": back.synced_bytes / 2**20,
        "faults": end.gaps + end.repeats,
    }


def _stop(bench: _Bench) -> Measures:
    """Some stop reading: what the others feel, what it costs, what they get afterwards."""
    full, before, stopped = bench.scenario.steps
    stop_s = stopped.seconds * STOPPED_PART
    bench.step(full)
    _, state, _ = bench.step(before)
    found = {"before p99 ms": state.counts[0].latencies.summary().get("p99", 0.0)}
    kib = bench.target.rss_kib()
    bench.hands.stop_reading(stop_s)
    bench.hands.measure()
    bench.begin(stopped)
    bench.hands.listen(stop_s * 0.95)
    number = sum(bench.plan.stops(n) for n in range(bench.plan.sessions))
    found["KiB/stopped session"] = (bench.target.rss_kib() - kib) / max(number, 1)
    meanwhile = bench.hands.report()
    found["read while stopped"] = meanwhile.counts[1].events
    felt = meanwhile.counts[0].latencies.summary().get("p99", 0.0)
    found["others' p99 ms"] = felt
    if found["before p99 ms"]:
        found["others' p99 stopped/before"] = felt / found["before p99 ms"]
    sent = bench.hands.end_feed()
    # A kernel asks a full peer ever more seldom whether it has room again; after 30 s, in 26.
    bench.hands.drain(expected(bench.plan, sent), _DRAIN_S + stop_s)
    end = bench.hands.report()
    others, those = end.counts[:2]
    returned = others.latencies.summary().get("p99", 0.0)
    found["others' p99 ms with their return"] = returned
    found["stopped seconds"] = stop_s
    found["oldest tick s"] = those.oldest * TICK_NS / 1e9
    found["oldest tick in the kernel s"] = those.oldest_kept * TICK_NS / 1e9
    found["faults"] = end.gaps + end.repeats
    found["undelivered"] = _undelivered(bench, sent, end)
    found["sessions closed"] = bench.plan.sessions - end.live
    return found | bench.stall()


def _order(bench: _Bench) -> Measures:
    """Whether anything comes before what it should follow."""
    sent, state, rate = bench.step(bench.scenario.steps[0])
    return {
        "inversions": state.repeats,
        "gaps": state.gaps,
        "undelivered": _undelivered(bench, sent, state),
        DELIVERED: rate,
        "p99 ms": _all(state).summary().get("p99", 0.0),
        "receivers' busy part": state.busy,
    }


_ACTIONS: dict[str, Callable[[_Bench], Measures]] = {
    "feed": _feed,
    "search": _search,
    "hold": _hold,
    "join": _join,
    "storm": _storm,
    "stop": _stop,
    "order": _order,
}
