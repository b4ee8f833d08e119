"""
What `scoreboard bench` measures: scenarios, their sizes, and how long they take.

Rule: both servers get the same scenario; what the other server cannot do at all is
measured on ours alone, and said. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from scoreboard.tools.load_plan import Group

#: Five subscriptions of a session that follows a game closely.
FIVE = ("score", "play", "status", "clock", "situation")

#: A rate is sustained while its 99th percentile is at most this, milliseconds.
SUSTAINED_MS = 1000.0

#: First rate of a search, events a second, and how often the interval is halved at its end.
_FIRST_RATE, _HALVINGS = 50.0, 3

#: No search goes on above this rate.
_LAST_RATE = 12800.0

#: Seconds for which some sessions do not read, and of how much of the feeding that is.
_STOPPED_S, STOPPED_PART = 30.0, 5 / 6

#: Seconds of 500 scores after which a game has as many publications as a ring keeps.
_FULL_S = 5.0

#: Who asks for less feeding than this, seconds, wants to see that it works, not to measure.
_SHORT_S = 3.0

#: Seconds that a run takes apart from feeding: start, games, joins, drain, end.
_AROUND_S = 14.0


@attrs.frozen
class Step:
    """
    A while of feeding.

    Attributes:
        name: for instance "200/s".
        rates: place of a game -> events a second.
        clocks: reports of its clock a second, in each of these games.
        overloads: whether the server is to be given more than it can do, so that only what
            it delivers meanwhile counts.
    """

    name: str
    rates: Mapping[int, float]
    seconds: float
    overloads: bool = False
    clocks: float = 0.0


@attrs.frozen
class Scenario:
    """
    One kind of work.

    Attributes:
        title: for people.
        action: how it is done: "feed", "search", "hold", "join", "storm", "stop" or "order".
        games: how many there are.
        alone: whether it is measured on our server only.
        stopped: part of the sessions that stops reading.
        way: how events go in to our server: "http" or "wamp".
        workers: processes that the sessions are in; 0: as many as leave a core.
    """

    name: str
    title: str
    action: str
    games: int
    groups: tuple[Group, ...]
    steps: tuple[Step, ...]
    alone: bool = False
    stopped: float = 0.0
    rate: float = 2000.0
    way: str = "http"
    workers: int = 0

    @property
    def parts(self) -> tuple[Scenario, ...]:
        """What is done on a fresh server each: what one step leaves must not meet the next."""
        if self.action != "feed":
            return (self,)
        return tuple(attrs.evolve(self, steps=(step,)) for step in self.steps)

    @property
    def seconds(self) -> float:
        """About how long one run on one server takes."""
        sessions = sum(group.sessions for group in self.groups)
        around = _AROUND_S + sessions / (self.rate or 1000.0)
        feeding = sum(step.seconds for step in self.steps)
        searching = 11 * (feeding + 3) if self.action == "search" else feeding
        return around * len(self.parts) + searching


def scenarios(scale: float, seconds: float) -> dict[str, Scenario]:
    """
    All scenarios by name.

    Args:
        scale: of the numbers of sessions; 1: those of the design.
        seconds: of one while of feeding.
    """
    found = (
        _hot(scale, seconds),
        _games(scale, seconds),
        _fairness(scale, seconds),
        _stopped(scale, seconds),
        _idle(scale),
        _joins(scale),
        _storm(scale, seconds),
        _order(scale, seconds),
    )
    return {scenario.name: scenario for scenario in found}


def _many(number: int, scale: float) -> int:
    return max(1, round(number * scale))


def _hot(scale: float, seconds: float) -> Scenario:
    sessions = _many(5000, scale)
    steps = [Step(f"{rate}/s", {0: float(rate)}, seconds) for rate in (10, 40, 200, 500)]
    flood = Step("flood", {0: 1000.0}, seconds, overloads=True)
    return Scenario(
        name="hot",
        title=f"one game, {sessions:,} sessions",
        action="feed",
        games=1,
        groups=(Group("hot", sessions, (0,)),),
        steps=(*steps, flood),
    )


def _games(scale: float, seconds: float) -> Scenario:
    sessions = _many(2000, scale)
    return Scenario(
        name="games",
        title=f"100 games, {sessions:,} sessions following 8 each",
        action="search",
        games=100,
        groups=(Group("games", sessions, tuple(range(100)), follows=8),),
        steps=(Step("search", dict.fromkeys(range(100), 0.0), min(seconds, 5.0)),),
        way="wamp",
    )


def _fairness(scale: float, seconds: float) -> Scenario:
    sessions = _many(5000, scale)
    cold = tuple(range(1, 51))
    quiet = dict.fromkeys(cold, 0.5)
    while_s = max(seconds, 8.0) if seconds >= _SHORT_S else 2 * seconds
    return Scenario(
        name="fairness",
        title=f"{sessions:,} sessions on a hot game, 50 cold games with 10 each",
        action="feed",
        games=51,
        groups=(Group("hot", sessions, (0,)), Group("cold", 500, cold)),
        steps=(Step("quiet", quiet, while_s), Step("loud", {0: 100.0, **quiet}, while_s)),
        alone=True,
    )


def _stopped(scale: float, seconds: float) -> Scenario:
    sessions = _many(4000, scale)
    stopped_s = _STOPPED_S if seconds >= _SHORT_S else 3 * seconds
    return Scenario(
        name="stopped",
        title=f"5 % of {sessions:,} sessions stop reading",
        action="stop",
        games=1,
        groups=(Group("reading", sessions, (0,), kinds=("score", "clock")),),
        steps=(
            # What the server keeps of a game grows until it is full, whoever reads.
            Step("full", {0: 500.0}, min(seconds, _FULL_S)),
            Step("before", {0: 50.0}, seconds, clocks=1.0),
            Step("stopped", {0: 50.0}, stopped_s / STOPPED_PART, clocks=1.0),
        ),
        alone=True,
        stopped=0.05,
    )


def _idle(scale: float) -> Scenario:
    sessions = _many(15_000, scale)
    return Scenario(
        name="idle",
        title=f"{sessions:,} idle sessions with 5 subscriptions each",
        action="hold",
        games=100,
        groups=(Group("idle", sessions, tuple(range(100)), kinds=FIVE),),
        steps=(Step("hold", {}, 3.0),),
    )


def _joins(scale: float) -> Scenario:
    sessions = _many(5000, scale)
    return Scenario(
        name="joins",
        title=f"connect, HELLO and 5 SUBSCRIBE, {sessions:,} times",
        action="join",
        games=100,
        groups=(Group("joins", sessions, tuple(range(100)), kinds=FIVE),),
        steps=(),
        rate=0.0,
    )


def _storm(scale: float, seconds: float) -> Scenario:
    sessions = _many(5000, scale)
    return Scenario(
        name="storm",
        title=f"{sessions:,} sessions cut at once come back with sync",
        action="storm",
        games=1,
        groups=(Group("storm", sessions, (0,)),),
        steps=(Step("storm", {0: 20.0}, 3 * seconds),),
        alone=True,
    )


def _order(scale: float, seconds: float) -> Scenario:
    sessions = _many(10_000, scale)
    games = tuple(range(4))
    return Scenario(
        name="order",
        title=f"{sessions:,} sessions in two processes, following 2 of 4 games",
        action="order",
        games=4,
        groups=(Group("order", sessions, games, follows=2),),
        steps=(Step("order", dict.fromkeys(games, 10.0), seconds),),
        alone=True,
        workers=2,
    )


@attrs.frozen
class Tried:
    """A rate, events a second, and whether it was sustained."""

    rate: float
    sustained: bool


def next_rate(tried: Sequence[Tried]) -> float | None:
    """
    The rate that a search tries next: it doubles until one is too much, then halves the
    interval three times.

    Returns:
        None when it is over.
    """
    if not tried:
        return _FIRST_RATE
    below = sustained_rate(tried)
    above = min((one.rate for one in tried if not one.sustained), default=None)
    if above is None:
        doubled = 2 * tried[-1].rate
        return doubled if doubled <= _LAST_RATE else None
    failed = next(place for place, one in enumerate(tried) if not one.sustained)
    return (below + above) / 2 if len(tried) - failed - 1 < _HALVINGS else None


def sustained_rate(tried: Sequence[Tried]) -> float:
    """The highest rate that was sustained; 0 if none was."""
    return max((one.rate for one in tried if one.sustained), default=0.0)


def total_seconds(chosen: Sequence[Scenario], runs: int) -> float:
    """About how long they all take."""
    return runs * sum(one.seconds * (1 if one.alone else 2) for one in chosen)
