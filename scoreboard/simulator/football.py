"""
A football game, snap by snap.

Rule: what happens is told to the scorer when it happens, and points are left to
`drives`. A game may end level after one overtime. Pure.

Figures: measured on the recorded NFL Sunday 2019-12-29, 16 games, unless said
otherwise; a game has 178 plays, 22.4 drives and 47 points, and takes 3 h 7 min.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.status import Status
from scoreboard.simulator import snaps
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club
from scoreboard.simulator.drives import Drives, Next
from scoreboard.simulator.football_plays import Caller, scored
from scoreboard.simulator.gridiron import Gridiron
from scoreboard.simulator.pace import MINUTE
from scoreboard.simulator.playbook import Call, Moment, call
from scoreboard.simulator.scorer import Result, Scorer
from scoreboard.simulator.snaps import Snap
from scoreboard.simulator.tempo import Tempo

_HALF = 2  #: the period that ends the first half
_REGULATION = 4

#: Overtime of the regular season. Source: NFL rule 16, section 1, 2017 and since.
_OVERTIME_MS = 10 * MINUTE

#: Share of touchdown rulings that a review takes back: assumed, a quarter of the 12 reversed
#: rulings of 16 games.
_REVERSED = 0.04
_UPHELD = 0.004  #: share of snaps whose ruling a review lets stand: assumed, one in two games

_TAKEN_BACK = 0.11  #: share of lost balls that end in a touchdown: 5 of 46

_STARTERS = ("QB", "RB", "WR", "TE", "OL", "DL", "LB", "DB", "K", "P")


class _Game:
    """The state of one game."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self.scorer = scorer
        self.draw = draw
        self.clubs = clubs
        self.field = Gridiron({side: clubs[side].team.abbrev for side in Side})
        self.caller = Caller(clubs, self.field, draw)
        self.tempo = Tempo(scorer, clubs, draw)
        self.drives = Drives(scorer, self.caller, self.field, draw)
        self.second_half_kicker = self.drives.kicker.other
        edge = draw.bell(0.015, 0.035, -0.1, 0.1)
        self.form = {Side.HOME: 1 + edge, Side.AWAY: 1 - edge}

    def play_out(self) -> Result:
        scorer, draw, index = self.scorer, self.draw, 1
        while True:
            self._period(index)
            over = index > _REGULATION or (
                index == _REGULATION and self.drives.score.leader is not None
            )
            then = Status.HALFTIME if index == _HALF else Status.END_PERIOD
            scorer.end_period(None if over else then)
            if over:
                break
            scorer.wait(draw.between(800, 860) if index == _HALF else draw.between(165, 205))
            index += 1
        result = Result(self.drives.score, decided_in="OT" if index > _REGULATION else "REG")
        scorer.finish(result)
        return result

    def _period(self, index: int) -> None:
        overtime = index > _REGULATION
        self.scorer.begin_period(index, _OVERTIME_MS if overtime else None)
        if index == 1:
            for side in Side:
                people = [self.clubs[side].at(position)[0] for position in _STARTERS]
                self.scorer.line_up(side, people)
        if index == _HALF + 1 or overtime:
            self.tempo.new_half()
            toss = self.draw.one_of(tuple(Side))
            self.drives.begin(toss if overtime else self.second_half_kicker)
        while self._goes_on():
            self._step()

    def _goes_on(self) -> bool:
        in_time = self.scorer.left_s > 0 or self.drives.next is Next.TRY
        return in_time and not self.drives.decided()

    def _step(self) -> None:
        match self.drives.next:
            case Next.KICKOFF:
                self.drives.kickoff(free=False)
            case Next.FREE_KICK:
                self.drives.kickoff(free=True)
            case Next.TRY:
                self.drives.attempt()
            case _:
                self._down()

    def _down(self) -> None:
        if self.draw.happens(snaps.PENALTY):
            self._penalty()
            return
        side = self.field.ball
        moment = Moment(
            self.field,
            self.scorer.clock.period_index,
            self.drives.lead(side),
            self.scorer.left_s,
            self.tempo.timeouts[side.other],
        )
        match call(moment, self.draw):
            case Call.KNEEL:
                self._kneel()
            case Call.FIELD_GOAL:
                self.drives.field_goal(moment.kick_yards)
            case Call.PUNT:
                self.drives.punt()
            case _:
                self._snap(moment)

    def _snap(self, moment: Moment) -> None:
        field = self.field
        slow = moment.period == _REGULATION and moment.lead > 6 and moment.left_s < 420
        rushes = 0.3 if self.tempo.in_a_hurry(moment.lead) else 1.5 if slow else 1.0
        there = (field.down, field.distance, field.to_goal)
        self._resolve(snaps.snap(self.draw, *there, rushes=rushes, form=self.form[field.ball]))

    def _kneel(self) -> None:
        self.scorer.run(2)
        self.scorer.play(self.caller.kneel())
        self.field.advance(-1)
        self.scorer.run(self.draw.between(38, 41))

    def _penalty(self) -> None:
        before, foul = self.field.situation(), snaps.foul(self.draw)
        yards = -foul.yards if foul.by_offence else foul.yards
        walked = self.field.penalise(yards, automatic=foul.automatic)
        self.scorer.stop()
        self.scorer.play(self.caller.penalty(foul, walked, before))
        self.scorer.wait(self.draw.between(34, 60))
        self.scorer.situation(self.field.situation())

    def _resolve(self, snap: Snap) -> None:
        field, side = self.field, self.field.ball
        yards = min(snap.yards, field.to_goal)
        self.scorer.run(snap.seconds)
        if snap.kind == "intercepted" or snap.lost:
            self._lose_ball(snap, yards)
        elif snap.kind != "incomplete" and yards >= field.to_goal:
            facts = self.caller.scrimmage(snap, yards)
            self.scorer.stop()
            if self.draw.happens(_REVERSED) and field.to_goal > 1:
                self._reversed(snap, facts)
            else:
                self.drives.touchdown(facts, side)
        elif field.to_goal - yards >= 100:
            self.drives.safety(snap)
        else:
            self._gain(snap, yards)

    def _gain(self, snap: Snap, yards: int) -> None:
        self.scorer.play(self.caller.scrimmage(snap, yards))
        if self.draw.happens(_UPHELD):
            self._review("the ruling on the field stands")
        side, incomplete = self.field.ball, snap.kind == "incomplete"
        if not self.field.advance(yards):
            self.field.lose_on_downs()
            self.scorer.stop()
            self.drives.commercial(0.5)
            self.drives.take_over(self.field.ball, self.field.to_goal)
            return
        self.scorer.situation(self.field.situation(), after_s=5)
        if self.scorer.left_s:
            self.tempo.between_snaps(
                side, self.drives.lead(side), runs=snap.in_bounds, restarts=not incomplete
            )

    def _lose_ball(self, snap: Snap, yards: int) -> None:
        field, side = self.field, self.field.ball.other
        facts = self.caller.scrimmage(snap, yards)
        self.scorer.stop()
        if self.draw.happens(_TAKEN_BACK):
            self.drives.touchdown(facts, side)
            return
        self.scorer.play(facts)
        caught = 100 - (field.to_goal - snap.yards)
        back = round(self.draw.wait(7))
        self.drives.commercial(0.5)
        self.drives.take_over(side, 80 if caught >= 100 else caught - back)

    def _review(self, what: str) -> None:
        self.scorer.wait(self.draw.between(20, 40))
        self.scorer.play(PlayFacts("review", 0, text=f"Replay review: {what}"), exact=True)
        self.scorer.wait(self.draw.between(60, 130))

    def _reversed(self, snap: Snap, facts: PlayFacts) -> None:
        """A touchdown that a review turns into a ball short of the line."""
        key = self.scorer.play(scored(facts, self.field.ball, 6, "touchdown"), exact=True)
        self._review("short of the goal line, the ruling is reversed")
        self.scorer.take_back(key, "review: short of the goal line")
        self._gain(attrs.evolve(snap, in_bounds=False), self.field.to_goal - 1)


def play_out(scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> Result:
    """A whole game; how it ended. The scorer has heard all of it."""
    return _Game(scorer, clubs, draw).play_out()
