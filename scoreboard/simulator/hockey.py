"""
An ice hockey game, whistle by whistle.

Rule: goals are counted here when they really stand; the scorer only hears of them. No
game ends level: overtime, then a shoot-out, whose winner gets one goal. Pure.

Figures: measured on the four recorded PWHL games of 2026-01-28, unless said otherwise;
a game has 57.8 shots on goal, 18.8 blocked ones, 24.5 hits, 6.3 penalties, 60 face-offs
and 5.0 goals, and takes 136 to 168 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoreboard.model.side import Score, Side
from scoreboard.model.situation import HockeySituation
from scoreboard.model.status import Status
from scoreboard.simulator import hockey_plays as plays
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.rink import Attempt, Penalty, Strength, attempt
from scoreboard.simulator.scorer import Result, Scorer

#: What happens, per game; "whistle" is a stoppage without a shot or a penalty (icing,
#: offside), as many as are missing to 60 face-offs.
_EVENTS = {"shot": 57.8, "blocked": 18.8, "hit": 24.5, "penalty": 6.3, "whistle": 27.0}
_GAP_S = 3_600 / sum(_EVENTS.values())

_FROZEN = 0.36  #: share of saves after which the goalkeeper holds the puck: set for 60 face-offs
_ASSISTS = {0: 0.1, 1: 0.25, 2: 0.65}  #: of a goal: assumed
_POWER_PLAY = 1.7  #: times the ordinary share of shots that go in: assumed
_POWER_SHARE = 0.84  #: of the shots are taken by the side with more skaters: assumed
_THREE_ON_THREE = 2.2  #: times, in overtime: assumed, two of three overtimes have a goal
_EMPTY_NET = 0.45  #: share of shots at an empty net that go in: assumed
_DISALLOWED = 0.02  #: share of goals that a challenge takes back: assumed, one in ten games
_SHOOTOUT_GOAL = 0.33  #: assumed; 16 attempts were recorded
_ROUNDS = 3

_MINOR = (
    "slashing",
    "hooking",
    "tripping",
    "holding",
    "roughing",
    "cross checking",
    "interference",
)
_MINOR_MS = 120_000
_MAJOR_MS = 300_000
_MAJOR = 0.03  #: share of penalties: one of 33 recorded
_WHISTLES = ("icing", "offside", "puck out of play")
_BREAK_S = (1_050.0, 1_140.0)
_REGULATION = 3  #: periods
_PULLED_S = 95  #: before the end a side that trails by one or two takes its goalkeeper off
_SKATERS = {"F": 0.72, "D": 0.28}  #: who shoots, hits and is penalised: assumed
_STARTERS = {"G": 1, "D": 2, "F": 3}


class _Game:
    """The state of one game."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self.scorer = scorer
        self.clubs = clubs
        self.draw = draw
        self.strength = Strength()
        self.told = HockeySituation(5, 5)
        self.score = Score()
        self.home_share = draw.bell(0.51, 0.04, 0.38, 0.62)

    def play_out(self) -> Result:
        for index in range(1, _REGULATION + 1):
            self._period(index)
            over = index == _REGULATION and self.score.leader is not None
            self.scorer.end_period(None if over else Status.END_PERIOD)
            if not over and index < _REGULATION:
                self.scorer.wait(self.draw.between(*_BREAK_S))
        result = self._beyond() if self.score.leader is None else Result(self.score)
        self.scorer.finish(result)
        return result

    def _beyond(self) -> Result:
        """Overtime, three against three, and a shoot-out if that decides nothing."""
        self.scorer.wait(self.draw.between(60, 100))
        self.strength.overtime()
        self._period(_REGULATION + 1)
        over = self.score.leader is not None
        self.scorer.end_period(None if over else Status.END_PERIOD)
        if over:
            return Result(self.score, decided_in="OT")
        self.scorer.wait(self.draw.between(120, 180))
        return self._shootout()

    def _period(self, index: int) -> None:
        self.scorer.begin_period(index)
        if index == 1:
            for side in Side:
                people = [p for pos, n in _STARTERS.items() for p in self.clubs[side].at(pos)[:n]]
                self.scorer.line_up(side, people)
        self._tell_strength()
        self._faceoff()
        while self.scorer.left_s > 0 and not self._sudden_end():
            self._pass(self.draw.wait(_GAP_S))
            if self.scorer.left_s > 0:
                self._maybe_pull()
                self._happen(self.draw.weighted(_EVENTS))
        self.strength.pull(None)

    def _sudden_end(self) -> bool:
        return self.scorer.clock.period_index > _REGULATION and self.score.leader is not None

    @property
    def _game_ms(self) -> int:
        clock = self.scorer.clock
        return (clock.period_index - 1) * 1_200_000 + clock.played_ms

    def _pass(self, seconds: float) -> None:
        """Time passes; penalties end in it."""
        back = self.strength.next_return_ms()
        if back is not None and back - self._game_ms <= seconds * 1_000:
            self.scorer.run(max(0, back - self._game_ms) / 1_000)
            self.strength.expire(self._game_ms)
            self._tell_strength()
        else:
            self.scorer.run(seconds)

    def _tell_strength(self) -> None:
        now = self.strength.situation()
        if now != self.told:
            self.told = now
            self.scorer.situation(now, after_s=1.0)

    def _stand(self, least: float, most: float) -> None:
        """The puck is dead; sometimes for the length of a break for television."""
        long = self.draw.happens(0.13)
        self.scorer.wait(self.draw.between(110, 130) if long else self.draw.between(least, most))

    def _attacking(self) -> Side:
        home, away = (self.strength.skaters(side) for side in Side)
        share = self.home_share
        if home != away:
            share = _POWER_SHARE if home > away else 1 - _POWER_SHARE
        return Side.HOME if self.draw.happens(share) else Side.AWAY

    def _somebody(self, side: Side) -> Person:
        return self.clubs[side].pick(self.draw, _SKATERS)

    def _keeper(self, side: Side) -> Person:
        return self.clubs[side].at("G")[0]

    def _faceoff(self) -> None:
        side = self._attacking()
        won, lost = (self.draw.one_of(self.clubs[of].at("F")) for of in (side, side.other))
        self.scorer.play(plays.faceoff(side, won, lost))

    def _happen(self, kind: str) -> None:
        side = self._attacking()
        match kind:
            case "shot":
                self._shot(side)
            case "blocked":
                people = [
                    ("shooter", self._somebody(side)),
                    ("blocker", self._somebody(side.other)),
                ]
                self._miss("blocked_shot", attempt(self.draw, nearest=20), side, people)
            case "hit":
                hitter, hittee = self._somebody(side), self._somebody(side.other)
                self.scorer.play(plays.hit(side, hitter, hittee))
            case "penalty":
                self._penalty(side.other)
            case _:
                self._whistle(self.draw.one_of(_WHISTLES))

    def _whistle(self, why: str) -> None:
        self.scorer.stop()
        self.scorer.play(plays.plain("stoppage", None, why.capitalize(), subtype=why))
        self._stand(25, 60)
        self._faceoff()

    def _miss(
        self, kind: str, tried: Attempt, side: Side, people: list[tuple[str, Person]]
    ) -> None:
        self.scorer.play(plays.shot(kind, tried, side, people, self.strength.situation()))

    def _shot(self, side: Side) -> None:
        tried, shooter = attempt(self.draw), self._somebody(side)
        empty = self.strength.pulled is side.other
        share = _EMPTY_NET if empty else tried.goes_in
        if not empty and self.strength.skaters(side) > self.strength.skaters(side.other):
            share *= _POWER_PLAY
        if self.scorer.clock.period_index > _REGULATION:
            share *= _THREE_ON_THREE
        if self.draw.happens(share):
            self._goal(tried, side, shooter, empty=empty)
        elif empty:
            self._miss("missed_shot", tried, side, [("shooter", shooter)])
        else:
            people = [("shooter", shooter), ("goalkeeper", self._keeper(side.other))]
            self._miss("shot", tried, side, people)
            if self.draw.happens(_FROZEN):
                self._whistle("goalkeeper holds the puck")

    def _goal(self, tried: Attempt, side: Side, shooter: Person, *, empty: bool) -> None:
        mates = [p for p in self.clubs[side].at("F", "D") if p != shooter]
        assists = self.draw.shuffled(mates)[: self.draw.weighted(_ASSISTS)]
        keeper = None if empty else self._keeper(side.other)
        facts = plays.goal(tried, side, shooter, assists, keeper, self.strength.situation())
        self.scorer.stop()
        if self.draw.happens(_DISALLOWED):
            key = self.scorer.play(facts, exact=True)
            self._stand(30, 50)
            self.scorer.play(plays.plain("review", None, "Challenge: no goal, offside"), exact=True)
            self.scorer.take_back(key, "challenge: offside")
        else:
            self.scorer.play(facts)
            self.score = self.score.plus(side, 1)
            self.strength.goal_against(side.other)
            self._tell_strength()
            self._back_in_goal()
            if self._sudden_end():
                return
        self._stand(60, 100)
        self._faceoff()

    def _penalty(self, side: Side) -> None:
        major = self.draw.happens(_MAJOR)
        name = "boarding" if major else self.draw.one_of(_MINOR)
        length = _MAJOR_MS if major else _MINOR_MS
        self.scorer.stop()
        self.scorer.play(plays.penalty(side, self._somebody(side), name, length // 60_000))
        self.strength.add(Penalty(side, self._game_ms + length, not major))
        self._tell_strength()
        self._stand(40, 75)
        self._faceoff()

    def _maybe_pull(self) -> None:
        """A side that trails by one or two at the end plays without its goalkeeper."""
        last = self.scorer.clock.period_index == _REGULATION and self.scorer.left_s < _PULLED_S
        lead = self.score.home - self.score.away
        if not last or self.strength.pulled is not None or abs(lead) not in (1, 2):
            return
        side = Side.AWAY if lead > 0 else Side.HOME
        self.strength.pull(side)
        self.scorer.play(plays.goalie_change(side, self._keeper(side), leaves=True))
        self._tell_strength()

    def _back_in_goal(self) -> None:
        side = self.strength.pulled
        if side is not None:
            self.strength.pull(None)
            self.scorer.play(plays.goalie_change(side, self._keeper(side), leaves=False))
            self._tell_strength()

    def _shootout(self) -> Result:
        """Three attempts each, then one each, until one side is ahead."""
        scorer, draw = self.scorer, self.draw
        scorer.begin_period(_REGULATION + 2, status=Status.SHOOTOUT)
        tally, taken = Score(), dict.fromkeys(Side, 0)
        order = draw.shuffled(tuple(Side))
        while not _is_won(tally, taken):
            side = min(order, key=lambda side: taken[side])
            forwards = self.clubs[side].at("F")
            shooter = forwards[taken[side] % len(forwards)]
            made = draw.happens(_SHOOTOUT_GOAL)
            scorer.wait(draw.between(25, 45))
            facts = plays.attempt_in_shootout(side, shooter, self._keeper(side.other), made=made)
            scorer.play(facts)
            tally = tally.plus(side, int(made))
            taken[side] += 1
        winner = Side.HOME if tally.home > tally.away else Side.AWAY
        scorer.wait(draw.between(5, 10))
        scorer.play(plays.shootout_winner(winner, self.clubs[winner].team.name))
        self.score = self.score.plus(winner, 1)
        scorer.end_period(None)
        return Result(self.score, tally, "SO")


def _is_won(tally: Score, taken: Mapping[Side, int]) -> bool:
    """Whether the side that is behind cannot draw level any more."""
    leader = tally.leader
    if leader is None:
        return False
    other = leader.other
    left = max(_ROUNDS, taken[leader]) - taken[other]
    return tally.of(leader) - tally.of(other) > left


def play_out(scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> Result:
    """A whole game; how it ended. The scorer has heard all of it."""
    return _Game(scorer, clubs, draw).play_out()
