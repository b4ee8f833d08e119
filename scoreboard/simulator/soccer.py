"""
A soccer match, by the events that a follower is told.

Rule: goals are counted here when they really stand; the scorer only hears of them. The
clock never stops within a half. Pure.

Figures: measured on the 10 recorded Premier League matches of 2018-05-13, unless said
otherwise; a match has 1,640 events there, of which about 200 are told here: passes and
duels without consequence are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Possession
from scoreboard.model.status import Status
from scoreboard.simulator import soccer_plays as plays
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.pitch import PENALTY, Attempt, Pitch, attempt
from scoreboard.simulator.scorer import Result, Scorer

#: What begins by itself, per match; corners, goal kicks, free kicks, saves and the other
#: half of the clearances follow from these. Own goals: one in the ten matches.
_ROOTS = {
    "throw_in": 44.5,
    "cross": 28.8,
    "foul": 19.8,
    "shot": 18.5,
    "clearance": 13.0,
    "offside": 4.1,
    "goalkeeper": 2.5,
    "own_goal": 0.08,
}

#: Seconds between two of these: 94.8 minutes of play, less what follows from each.
_GAP_S = 30.0

#: What becomes of a shot that does not go in: 63 of 199 were on target; blocked shots are
#: not told from wide ones in the record and assumed a third.
_MISSES = {"saved": 63.0, "blocked": 45.0, "off_target": 91.0}

_ASSISTED = 0.7  #: share of goals: assumed
_YELLOW = 0.116  #: share of fouls: 2.3 cards a match
_RED = 0.002  #: share of fouls: none in the ten matches; assumed, one in 25
_PENALTY = 0.01  #: share of fouls: assumed, one in five matches
_DISALLOWED = 0.05  #: share of goals that a video review takes away: assumed (none in 2018)
_CHECKED = 0.12  #: share of goals that a video review lets stand: assumed

#: Added time, seconds, first and second half: mean, standard deviation, least, most.
_ADDED_S = {1: (104.0, 60.0, 10.0, 250.0), 2: (182.0, 100.0, 40.0, 380.0)}

#: Minutes of the second half at which sides change players, three each: 61, 71, 81 are
#: the quartiles of the recorded minutes.
_CHANGES_MIN = (25.0, 10.0, 1.0, 44.0)

_HALF_S = 2_700.0
_BREAK_S = (900.0, 960.0)


class _Match:
    """The state of one match."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self.scorer = scorer
        self.clubs = clubs
        self.draw = draw
        self.pitch = Pitch(clubs, draw)
        self.score = Score()
        self.ball: Side | None = None
        # The home side attacks a little more often; on some days either does much more.
        self.home_share = draw.bell(0.535, 0.07, 0.35, 0.7)
        self.changes = sorted(
            (draw.bell(*_CHANGES_MIN) * 60, side.value) for side in Side for _ in range(3)
        )

    def play_out(self) -> Result:
        for index in (1, 2):
            self._half(index)
            self.scorer.end_period(Status.HALFTIME if index == 1 else None)
            if index == 1:
                self.scorer.wait(self.draw.between(*_BREAK_S))
        result = Result(self.score)
        self.scorer.finish(result)
        return result

    def _half(self, index: int) -> None:
        scorer, draw = self.scorer, self.draw
        scorer.begin_period(index)
        if index == 1:
            for side in Side:
                scorer.line_up(side, self.pitch.on[side])
        added = draw.bell(*_ADDED_S[index])
        self._play_until(_HALF_S)
        minutes = max(1, round(added / 60))
        text = f"Fourth official announces {minutes} added minutes"
        scorer.play(PlayFacts("stoppage", 0, "added_time", text=text))
        self._play_until(_HALF_S + added)

    def _play_until(self, end: float) -> None:
        while (gap := self.draw.wait(_GAP_S)) < end - self._played_s:
            self.scorer.run(gap)
            if self.scorer.clock.period_index > 1:
                self._due_changes()
            self._begin(self.draw.weighted(_ROOTS))
        self.scorer.run(max(0.0, end - self._played_s))

    @property
    def _played_s(self) -> float:
        return self.scorer.clock.played_ms / 1000

    def _attacking(self) -> Side:
        return Side.HOME if self.draw.happens(self.home_share) else Side.AWAY

    def _tell(
        self,
        kind: str,
        side: Side,
        text: str,
        *people: tuple[str, Person],
        subtype: str | None = None,
    ) -> None:
        """An event of `side`, who has the ball after it."""
        self.scorer.play(plays.plain(kind, side, text, *people, subtype=subtype))
        if side is not self.ball:
            self.ball = side
            self.scorer.situation(Possession(side), after_s=1.0)

    def _begin(self, kind: str) -> None:
        side = self._attacking()
        match kind:
            case "shot":
                self._shot(side, attempt(self.draw))
            case "foul":
                self._foul(side.other)
            case "own_goal":
                self._own_goal(side.other)
            case "cross":
                self._cross(side)
            case "offside":
                self._offside(side)
            case "goalkeeper":
                keeper = self.pitch.keeper(side.other)
                self._tell(kind, side.other, f"{keeper.name} comes out", ("goalkeeper", keeper))
            case "throw_in" if self.draw.happens(0.11):
                self._plain("goal_kick", side.other)
            case _:
                self._plain(kind, side.other if kind == "clearance" else side)

    def _plain(self, kind: str, side: Side, subtype: str | None = None) -> None:
        goal_kick = kind == "goal_kick"
        person = self.pitch.keeper(side) if goal_kick else self.pitch.anybody(side)
        text = f"{kind.replace('_', ' ').capitalize()}, {person.name}"
        self._tell(kind, side, text, ("player", person), subtype=subtype)

    def _after(self, least: float, most: float) -> None:
        self.scorer.run(self.draw.between(least, most))

    # Attacks.

    def _cross(self, side: Side) -> None:
        person = self.pitch.attacker(side)
        self._tell("pass", side, f"Cross by {person.name}", ("passer", person), subtype="cross")
        self._after(1, 3)
        follows = {"": 48.0, "clearance": 30.0, "corner": 15.0, "shot": 10.0}
        match self.draw.weighted(follows):
            case "clearance":
                self._plain("clearance", side.other)
            case "corner":
                self._corner(side)
            case "shot":
                self._shot(side, attempt(self.draw))

    def _corner(self, side: Side) -> None:
        self._after(20, 40)
        self._plain("corner", side)
        self._after(2, 4)
        if self.draw.happens(0.2):
            self._shot(side, attempt(self.draw))
        elif self.draw.happens(0.5):
            self._plain("clearance", side.other)

    def _offside(self, side: Side) -> None:
        person = self.pitch.attacker(side)
        self._tell("offside", side, f"Offside, {person.name}", ("player", person))
        self._after(15, 35)
        self._plain("free_kick", side.other)

    def _shot(self, side: Side, tried: Attempt) -> None:
        shooter = self.pitch.attacker(side)
        if self.draw.happens(tried.goes_in):
            self._goal(side, shooter, tried)
            return
        result = "saved" if tried is PENALTY else self.draw.weighted(_MISSES)
        keeper = self.pitch.keeper(side.other)
        self.scorer.play(plays.miss(tried, side, shooter, keeper, result))
        self._after(1, 3)
        if result == "saved":
            self._tell("save", side.other, f"Save by {keeper.name}", ("goalkeeper", keeper))
        if result == "off_target":
            self._after(15, 35)
            self._plain("goal_kick", side.other)
        elif self.draw.happens(0.33):
            self._corner(side)
        elif result == "blocked" and self.draw.happens(0.4):
            self._plain("clearance", side.other)

    def _goal(self, side: Side, shooter: Person, tried: Attempt) -> None:
        assisted = tried is not PENALTY and self.draw.happens(_ASSISTED)
        passer = self.pitch.other(side, shooter) if assisted else None
        facts = plays.goal(tried, side, shooter, self.pitch.keeper(side.other), passer)
        if tried is not PENALTY and self.draw.happens(_DISALLOWED):
            key = self.scorer.play(facts, exact=True)
            self._video("no goal, offside")
            self.scorer.take_back(key, "video review: offside")
            self._after(10, 20)
            self._plain("free_kick", side.other)
            return
        self.scorer.play(facts)
        self.score = self.score.plus(side, 1)
        if self.draw.happens(_CHECKED):
            self._video("goal stands")
        self._after(45, 75)

    def _video(self, what: str) -> None:
        self._after(45, 110)
        self.scorer.play(PlayFacts("var", 0, text=f"Video review: {what}"), exact=True)

    def _own_goal(self, side: Side) -> None:
        person = self.pitch.anybody(side)
        self.scorer.play(plays.own_goal(person, side))
        self.score = self.score.plus(side.other, 1)
        self._after(45, 75)

    # Whistles and changes.

    def _foul(self, side: Side) -> None:
        fouler, victim = self.pitch.anybody(side), self.pitch.anybody(side.other)
        self.scorer.play(plays.foul(fouler, side, victim))
        if self.draw.happens(_YELLOW):
            self._after(10, 30)
            self._card(side, fouler, "second_yellow" if self.pitch.book(fouler) else "yellow")
        elif self.draw.happens(_RED):
            self._after(20, 60)
            self._card(side, fouler, "red")
        if self.draw.happens(_PENALTY):
            self._after(60, 110)
            self._shot(side.other, PENALTY)
        else:
            self._after(12, 35)
            self._plain("free_kick", side.other)
            if self.draw.happens(0.04):
                self._after(1, 2)
                self._shot(side.other, attempt(self.draw))

    def _card(self, side: Side, person: Person, kind: str) -> None:
        text = f"{kind.replace('_', ' ').capitalize()} card, {person.name}"
        self._tell("card", side, text, ("booked", person), subtype=kind)
        if kind != "yellow":
            self.pitch.send_off(side, person)

    def _due_changes(self) -> None:
        while self.changes and self.changes[0][0] <= self._played_s:
            side = Side(self.changes.pop(0)[1])
            leaving, coming = self.pitch.change(side)
            text = f"Substitution, {coming.name} for {leaving.name}"
            self._tell("substitution", side, text, ("out", leaving), ("in", coming))
            self._after(20, 35)


def play_out(scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> Result:
    """A whole match; how it ended. The scorer has heard all of it."""
    return _Match(scorer, clubs, draw).play_out()
