"""
A baseball game, pitch by pitch.

Rule: runs are counted here when they really score; the scorer only hears of them. The
home side does not bat when it has already won, and never bats on after it has. Pure.

Figures: measured on the 15 recorded games of 2019-09-29, 1,179 plays, unless said
otherwise; a game has 78.6 plays and 3.8 pitches to a batter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import BaseballSituation
from scoreboard.model.status import Status
from scoreboard.simulator import plate
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.diamond import Diamond
from scoreboard.simulator.scorer import Result, Scorer

#: Before a batter with somebody on base: 18 steals, 2 caught, 13 wild pitches, 2 passed
#: balls, in about 480 such times at bat.
_STEAL = 0.055
_CAUGHT = 0.15
_WILD = 0.031

_PITCH_S = (16.0, 28.5)  #: from pitch to pitch: assumed, the record has no clock
_BATTER_S = (16.0, 31.0)  #: from batter to batter: assumed
_BREAK_S = (125.0, 160.0)  #: between half-innings: assumed

_RELIEF = {6: 0.45, 7: 0.6, 8: 0.6, 9: 0.6}  #: inning -> share of sides with a new pitcher
_NINE = {"C": 1, "IF": 4, "OF": 3, "DH": 1}


class _Game:
    """The state of one game."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self.scorer = scorer
        self.clubs = clubs
        self.draw = draw
        self.score = Score()
        self.diamond = Diamond()
        self.batting = Side.AWAY
        self.orders = {side: _order(clubs[side], draw) for side in Side}
        self.turns = dict.fromkeys(Side, 0)
        self.pitchers = {side: draw.one_of(clubs[side].at("SP")) for side in Side}
        self.relief = {side: list(clubs[side].at("RP")) for side in Side}
        edge = draw.bell(0.02, 0.06, -0.2, 0.2)
        self.form = {Side.HOME: 1 + edge, Side.AWAY: 1 - edge}

    @property
    def half(self) -> str:
        """Which half of the inning."""
        return "top" if self.batting is Side.AWAY else "bottom"

    def play_out(self) -> Result:
        regulation, inning = self.scorer.ruleset.periods, 1
        while True:
            self._inning(inning)
            over = inning >= regulation and self.score.leader is not None
            self.scorer.end_period(None if over else Status.END_PERIOD)
            if over:
                break
            self.scorer.wait(self.draw.between(*_BREAK_S))
            inning += 1
        decided = "REG" if inning == regulation else f"F/{inning}"
        result = Result(self.score, decided_in=decided)
        self.scorer.finish(result)
        return result

    def _inning(self, inning: int) -> None:
        self.scorer.begin_period(inning)
        if inning == 1:
            for side in Side:
                self.scorer.line_up(side, (*self.orders[side], self.pitchers[side]))
        last = inning >= self.scorer.ruleset.periods
        self._half(Side.AWAY, inning)
        if last and self.score.home > self.score.away:
            return
        self.scorer.wait(self.draw.between(*_BREAK_S))
        self._half(Side.HOME, inning)

    def _half(self, side: Side, inning: int) -> None:
        self.batting, self.diamond = side, Diamond()
        self._relieve(side.other, inning)
        self.scorer.situation(self.diamond.situation(self.half))
        while self.diamond.outs < 3 and not self._walked_off(inning):
            self.scorer.wait(self.draw.between(*_BATTER_S))
            if self._between_batters() and self.diamond.outs < 3:
                continue
            if self.diamond.outs < 3:
                self._batter()

    def _walked_off(self, inning: int) -> bool:
        """Whether the home side has won while it bats."""
        last = inning >= self.scorer.ruleset.periods
        return last and self.batting is Side.HOME and self.score.home > self.score.away

    def _counted(self, home: list[Person], *, all_count: bool) -> list[Person]:
        """
        Who of those who come home counts: the winning run ends the game, but for a home run.

        Source: MLB rule 5.08(b) and its comment.
        """
        last = self.scorer.clock.period_index >= self.scorer.ruleset.periods
        if all_count or not last or self.batting is Side.AWAY:
            return home
        return home[: max(0, self.score.away - self.score.home + 1)]

    def _relieve(self, side: Side, inning: int) -> None:
        if not self.relief[side] or not self.draw.happens(_RELIEF.get(inning, 0.02)):
            return
        old, new = self.pitchers[side], self.relief[side].pop(0)
        self.pitchers[side] = new
        people = (old.acting("out", side), new.acting("in", side))
        text = f"{new.name} replaces {old.name} on the mound"
        self._tell(
            PlayFacts("substitution", 0, "pitcher", side=side, participants=people, text=text)
        )

    def _tell(self, facts: PlayFacts) -> None:
        situation = self.diamond.situation(self.half)
        self.scorer.play(
            attrs.evolve(facts, half=self.half, situation=facts.situation or situation)
        )

    def _score(self, runs: int) -> None:
        self.score = self.score.plus(self.batting, runs)

    # On the bases.

    def _between_batters(self) -> bool:
        """A steal or a wild pitch; whether the half may be over by it."""
        draw, bases = self.draw, self.diamond.runners
        if bases[0] and not bases[1] and draw.happens(_STEAL):
            caught = draw.happens(_CAUGHT)
            self._steal(bases[0], caught=caught)
            return caught
        lead = next((base for base in (3, 2, 1) if bases[base - 1]), None)
        if lead is not None and draw.happens(_WILD):
            self._wild_pitch(lead)
            return True
        return False

    def _steal(self, runner: Person, *, caught: bool) -> None:
        before = self.diamond.situation(self.half)
        if caught:
            self.diamond.put_out(1)
        else:
            self.diamond.advance(1)
        text = f"{runner.name} {'is caught stealing' if caught else 'steals'} second"
        facts = PlayFacts(
            "caught_stealing" if caught else "steal",
            0,
            side=self.batting,
            participants=(runner.acting("runner", self.batting), self._pitching()),
            situation=before,
            text=text,
        )
        self._tell(facts)

    def _wild_pitch(self, lead: int) -> None:
        before, home = self.diamond.situation(self.half), []
        for base in range(lead, 0, -1):
            home += self.diamond.advance(base)
        home = self._counted(home, all_count=False)
        runs = len(home)
        facts = PlayFacts(
            "wild_pitch",
            0,
            side=self.batting,
            points=runs,
            points_to=self.batting if runs else None,
            participants=(self._pitching(), *self._scoring(home)),
            situation=before,
            text=f"Wild pitch by {self.pitchers[self.batting.other].name}",
        )
        self._tell(facts)
        self._score(runs)

    def _pitching(self) -> Participant:
        return self.pitchers[self.batting.other].acting("pitcher", self.batting.other)

    def _scoring(self, home: Sequence[Person]) -> tuple[Participant, ...]:
        return tuple(person.acting("run_scorer", self.batting) for person in home)

    # At the plate.

    def _batter(self) -> None:
        side = self.batting
        order = self.orders[side]
        batter = order[self.turns[side] % len(order)]
        self.turns[side] += 1
        possible = self.diamond.runners[0] is not None and self.diamond.outs < 2
        kind = plate.outcome(self.draw, self.form[side], double_play=possible)
        before = self._count(kind)
        home = self._counted(self._in_play(kind, batter), all_count=kind == "home_run")
        runs = len(home)
        text = f"{batter.name} {plate.WORDS[kind]}"
        text += f", {runs} run{'s' if runs > 1 else ''} in" if runs else ""
        facts = PlayFacts(
            "out" if kind in plate.OUTS else kind,
            0,
            kind if kind in plate.OUTS else None,
            side=side,
            points=runs,
            points_to=side if runs else None,
            participants=(
                *self._scoring(home),
                self._pitching(),
                batter.acting("batter", side),
            ),
            situation=before,
            text=text,
        )
        self._tell(facts)
        self._score(runs)
        if self.diamond.outs < 3:
            self.scorer.situation(self.diamond.situation(self.half), after_s=4)

    def _count(self, kind: str) -> BaseballSituation:
        """The pitches up to the last one, each told by the count; the count before that."""
        now = self.diamond.situation(self.half)
        balls = strikes = 0
        for pitch in plate.pitches(self.draw, kind):
            self.scorer.wait(self.draw.between(*_PITCH_S))
            balls += pitch == "ball"
            strikes += pitch == "strike"
            now = self.diamond.situation(self.half, balls, strikes)
            self.scorer.situation(now, after_s=1.5)
        self.scorer.wait(self.draw.between(*_PITCH_S))
        return now

    def _in_play(self, kind: str, batter: Person) -> list[Person]:
        """What the ball does to the runners; who comes home."""
        match kind:
            case "strikeout" | "popup" | "line":
                self.diamond.outs += 1
                return []
            case "walk" | "hit_by_pitch":
                return self.diamond.walk(batter)
            case "fly":
                return self.diamond.fly(self.draw)
            case "grounder" | "double_play":
                double = kind == "double_play"
                return self.diamond.grounder(batter, self.draw, double_play=double)
            case _:
                return self.diamond.hit(kind, batter, self.draw)


def _order(club: Club, draw: Chance) -> tuple[Person, ...]:
    """Nine batters in some order."""
    found = [person for position, count in _NINE.items() for person in club.at(position)[:count]]
    return draw.shuffled(found)


def play_out(scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> Result:
    """A whole game; how it ended. The scorer has heard all of it."""
    return _Game(scorer, clubs, draw).play_out()
