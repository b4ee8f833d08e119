"""Two feeds by hand: a game, what each of them says of it, and a desk that listens."""

from __future__ import annotations

import attrs

from scoreboard.model.ids import SourceId
from scoreboard.model.message import PlayReport, VoidReport
from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.sports.registry import RULESETS
from tests.ingest.authority.world import World
from tests.support.games import NOW_MS, meta

P, B = SourceId("primary"), SourceId("backup")
HOME, AWAY = Side.HOME, Side.AWAY
SECOND = 1_000

RULESET = {
    "basketball": "nba",
    "soccer": "soccer_league",
    "football": "nfl",
    "hockey": "nhl",
    "baseball": "mlb",
}


def play(ref, kind, points=0, side=HOME, at=0, *, after=None, rev=0, reason=None, **facts):
    """A play `at` seconds after the start, by the clock of the first period and of the day."""
    found = PlayFacts(
        **{
            "play_type": kind,
            "period_index": 1,
            "clock_ms": (720 - at) * SECOND if 0 <= at <= 720 else None,
            "wallclock_ms": NOW_MS + at * SECOND,
            "side": side,
            "points": points,
            "points_to": side if points else None,
        }
        | facts
    )
    return PlayReport(ref, found, rev, None if after is None else Score(*after), reason)


def goal(ref, side=HOME, at=0, **more):
    """A goal `at` seconds after the start, on a clock that counts up."""
    return play(ref, "goal", 1, side, at, **{"clock_ms": at * SECOND} | more)


def void(ref, overturned=True):
    return VoidReport(ref, overturned)


@attrs.define
class Desk:
    """A world that is spoken to in a row, one message a second."""

    sport: str = "basketball"
    world: World = attrs.field(init=False)
    now_ms: int = NOW_MS

    def __attrs_post_init__(self):
        ruleset = RULESETS[RULESET[self.sport]]
        self.world = World(meta(ruleset.id, self.sport), NOW_MS)

    def hear(self, source, *reports):
        answers = []
        for report in reports:
            facts = getattr(report, "facts", None)
            happened = 0 if facts is None else facts.wallclock_ms or 0
            self.now_ms = max(self.now_ms + SECOND, happened)
            answers.append(self.world.hear(source, report, self.now_ms))
        return answers[-1]

    def switch(self, to, after_s=1):
        self.now_ms += after_s * SECOND
        return self.world.switch(to, self.now_ms)

    def wait(self, seconds):
        self.now_ms += seconds * SECOND
        self.world.tick(self.now_ms)

    @property
    def state(self):
        return self.world.canonical

    @property
    def score(self):
        return (self.state.score.home, self.state.score.away)

    @property
    def doubts(self):
        return self.state.doubts

    def worth(self):
        """Points of the plays that count, in game order."""
        return [p.facts.points for p in self.state.plays if p.state.counts and p.facts.points]

    def events(self):
        return [type(entry.event).__name__ for entry in self.world.log]


def person(name):
    return Participant("shooter", person_id=f"x{name}", name=name)
