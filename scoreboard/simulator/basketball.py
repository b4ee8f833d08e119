"""
A basketball game, possession by possession.

Rule: points are counted here when they are really scored; the scorer only hears of
them. No game ends level. Pure.

Figures: measured on the recorded NBA night of 2015-12-23, 13 games, unless said
otherwise; a game has 170.4 attempts, 29.1 turnovers, 37.7 fouls, 40.0 free throws,
13.2 time-outs and 42.7 substitutions, and takes 131 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Possession
from scoreboard.model.status import Status
from scoreboard.simulator import basketball_plays as plays
from scoreboard.simulator import court
from scoreboard.simulator.bench import Bench
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.scorer import Result, Scorer

#: Seconds of a fresh possession and of one after an offensive rebound or a foul: mean,
#: standard deviation, shortest, longest; set so that a game has the measured attempts.
_FRESH_S = (12.6, 5.0, 3.0, 23.9)
_AGAIN_S = (6.8, 4.0, 1.0, 13.9)

#: What a trip ends in, per game.
_ENDS = {"shot": 170.4, "turnover": 26.3, "offensive": 2.8, "shooting": 13.6, "common": 16.5}

_FREE_THROW = 0.73  #: share that goes in
_ASSISTED = 0.58  #: share of baskets
_BLOCKED_FT = 8.0
_BLOCKED = 0.24  #: share of missed shots from within the lane: 11.7 blocks a game
_AND_ONE = 0.05  #: share of baskets
_TECHNICAL = 0.0075  #: share of trips: 23 free throws for technical fouls in 13 games
_REVIEWED = 0.0079  #: share of trips: 1.8 a game
_REVERSED = 0.0017  #: share of baskets that a review takes back: assumed, one in 7 games

#: How the ball is lost, per game; the first two are often steals, 15.1 a game.
_TURNOVERS = {"bad pass": 12.0, "lost ball": 7.5, "out of bounds": 4.3, "traveling": 2.5}
_STOLEN = {"bad pass": 0.75, "lost ball": 0.8}


class _Game:
    """The state of one game."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self.scorer = scorer
        self.clubs = clubs
        self.draw = draw
        self.bench = Bench(scorer, clubs, draw)
        self.score = Score()
        self.ball = Side.HOME
        self.in_bonus = False  # whether the last foul gives free throws by number
        # Whoever is in form today makes a few more; the home side a little more often.
        edge = draw.bell(0.012, 0.025, -0.1, 0.1)
        self.form = {Side.HOME: 1 + edge, Side.AWAY: 1 - edge}

    def play_out(self) -> Result:
        scorer, draw, index = self.scorer, self.draw, 1
        periods = scorer.ruleset.periods
        while True:
            self._period(index)
            over = index >= periods and self.score.leader is not None
            half = index == periods // 2
            then = Status.HALFTIME if half else Status.END_PERIOD
            scorer.end_period(None if over else then)
            if over:
                break
            scorer.wait(draw.between(880, 930) if half else draw.between(130, 165))
            index += 1
        extra = index - periods
        decided = "REG" if not extra else "OT" if extra == 1 else f"{extra}OT"
        scorer.finish(result := Result(self.score, decided_in=decided))
        return result

    def _period(self, index: int) -> None:
        scorer = self.scorer
        self.bench.new_period()
        scorer.begin_period(index)
        if index == 1:
            for side in Side:
                scorer.line_up(side, self.bench.five[side])
        else:
            self.bench.change()
        if index == 1 or index > scorer.ruleset.periods:
            self._jump()
        else:
            self._hands(Side.HOME if index % 2 else Side.AWAY)
        fresh = True
        while scorer.left_s > 0:
            fresh = self._trip(fresh=fresh)

    def _hands(self, side: Side) -> None:
        """The ball goes to `side`."""
        if side is not self.ball:
            self.ball = side
            self.scorer.situation(Possession(side), after_s=1.0)

    def _jump(self) -> None:
        winner = self.draw.one_of(tuple(Side))
        jumpers = (self.bench.five[side][-1].acting("jumper", side) for side in Side)
        text = f"Jump ball: {self.clubs[winner].team.abbrev} controls"
        self.scorer.play(plays.plain("jumpball", winner, text, *jumpers))
        self._hands(winner)

    def _trip(self, *, fresh: bool) -> bool:
        """From getting the ball to losing it or getting it again; whether the next is fresh."""
        scorer, draw = self.scorer, self.draw
        if self._must_foul():
            scorer.run(draw.between(1.5, 5.0))
            return self._foul(shooting=False)
        length = draw.bell(*(_FRESH_S if fresh else _AGAIN_S))
        left = scorer.left_s
        if left < length + 1.0:
            return self._last_shot(left)
        scorer.run(length)
        if draw.happens(_TECHNICAL):
            self._technical()
        if draw.happens(_REVIEWED):
            self._review("the call stands")
        match draw.weighted(_ENDS):
            case "turnover":
                return self._turnover()
            case "offensive":
                return self._offensive_foul()
            case "shooting":
                return self._foul(shooting=True)
            case "common":
                return self._foul(shooting=False)
            case _:
                return self._shot(putback=not fresh and draw.happens(0.45))

    def _must_foul(self) -> bool:
        """Whether the other side can only stop the clock by a foul."""
        lead = self.score.of(self.ball) - self.score.of(self.ball.other)
        late = self.scorer.clock.period_index >= self.scorer.ruleset.periods
        return late and 1 <= lead <= 7 and 1 < self.scorer.left_s < 32

    def _last_shot(self, left: float) -> bool:
        """The ball is held for the last shot of the period, or time runs out."""
        if left < 3.0 and self.draw.happens(0.4):
            self.scorer.run(left)
            return True
        self.scorer.run(max(0.0, left - self.draw.between(0.3, min(left, 3.0))))
        return self._shot(heave=left < 3.0)

    def _shot(self, *, putback: bool = False, heave: bool = False) -> bool:
        draw, side = self.draw, self.ball
        tried = court.attempt(draw, putback=putback, heave=heave)
        shooter = self.bench.shooter(side)
        made = draw.happens(tried.zone.made * self.form[side])
        if made and draw.happens(_REVERSED):
            return self._reversed(tried, shooter)
        people = self._involved(tried, shooter, made=made)
        self.scorer.play(plays.shot(tried, side, people, made=made))
        if not made:
            self.scorer.run(draw.between(0.6, 1.6))
            return self._rebound(court.REBOUNDS)
        self.score = self.score.plus(side, tried.zone.value)
        if draw.happens(_AND_ONE):
            self._whistle(side.other, "shooting", shooter)
            return self._free_throws(shooter, 1)
        self.scorer.run(draw.between(1.0, 2.0))
        self._hands(side.other)
        if draw.happens(0.045):
            self.bench.timeout(self.ball)
        return True

    def _involved(
        self, tried: court.Attempt, shooter: Person, *, made: bool
    ) -> list[tuple[str, Person]]:
        """Who has a part in the shot, and which."""
        people = [("shooter", shooter)]
        if made and self.draw.happens(_ASSISTED):
            people.append(("assist", self.bench.team_mate(self.ball, shooter)))
        if not made and tried.distance_ft < _BLOCKED_FT and self.draw.happens(_BLOCKED):
            people.append(("blocker", self.bench.somebody(self.ball.other)))
        return people

    def _reversed(self, tried: court.Attempt, shooter: Person) -> bool:
        """A basket that a review turns into an offensive foul."""
        facts = plays.shot(tried, self.ball, [("shooter", shooter)], made=True)
        key = self.scorer.play(facts, exact=True)
        self._review("offensive foul before the shot, no basket")
        self.scorer.take_back(key, "review: offensive foul before the shot")
        return self._offensive_foul()

    def _review(self, what: str) -> None:
        self.scorer.wait(self.draw.between(15, 30))
        facts = plays.plain("review", self.ball, f"Replay: {what}", subtype="instant_replay")
        self.scorer.play(facts)
        self.scorer.wait(self.draw.between(40, 90))

    def _rebound(self, weights: court.Rebounds) -> bool:
        who, own = self.draw.weighted(weights)
        side = self.ball if own else self.ball.other
        kind = "offensive" if own else "defensive"
        if who == "team":
            self.scorer.stop()
            text = f"{self.clubs[side].team.abbrev} team rebound"
            self.scorer.play(plays.plain("rebound", side, text, subtype=kind))
            self._dead(14, 26)
        else:
            self.scorer.play(plays.rebound(self.bench.somebody(side), side, kind))
        self._hands(side)
        return not own

    def _dead(self, least: float, most: float) -> None:
        """The ball is dead for so many seconds; sides may change players or ask for time."""
        self.scorer.wait(self.draw.between(least, most))
        if self.draw.happens(0.22):
            self.bench.timeout(self.draw.one_of(tuple(Side)))
        else:
            self.bench.change()

    def _turnover(self) -> bool:
        side = self.ball
        kind = self.draw.weighted(_TURNOVERS)
        stolen = self.draw.happens(_STOLEN.get(kind, 0.0))
        thief = self.bench.somebody(side.other) if stolen else None
        if not stolen:
            self.scorer.stop()
        self.scorer.play(plays.turnover(self.bench.somebody(side), side, kind, thief))
        if not stolen:
            self._dead(15, 30)
        self._hands(side.other)
        return True

    def _offensive_foul(self) -> bool:
        side = self.ball
        fouler = self._whistle(side, "offensive", self.bench.somebody(side.other))
        self.scorer.play(plays.turnover(fouler, side, "offensive foul", None))
        self._dead(14, 28)
        self._hands(side.other)
        return True

    def _whistle(self, side: Side, kind: str, fouled: Person) -> Person:
        """Somebody of `side` fouls; who."""
        self.scorer.stop()
        fouler = self.bench.somebody(side)
        self.scorer.play(plays.foul(fouler, side, kind, fouled))
        self.in_bonus = self.bench.foul(fouler, side, counts_for_team=kind != "offensive")
        return fouler

    def _foul(self, *, shooting: bool) -> bool:
        victim = self.bench.somebody(self.ball)
        self._whistle(self.ball.other, "shooting" if shooting else "personal", victim)
        if shooting:
            return self._free_throws(victim, 3 if self.draw.happens(0.03) else 2)
        if self.in_bonus:
            return self._free_throws(victim, 2)
        self._dead(20, 36)
        return False

    def _technical(self) -> None:
        side = self.draw.one_of(tuple(Side))
        guilty = self.bench.somebody(side)
        self.scorer.stop()
        actor = guilty.acting("fouler", side)
        text = f"{guilty.name} technical foul"
        self.scorer.play(plays.plain("foul", side, text, actor, subtype="technical"))
        self.scorer.wait(self.draw.between(25, 45))
        self._free_throw(self.bench.somebody(side.other), side.other, "technical")
        self.scorer.wait(self.draw.between(8, 14))

    def _free_throws(self, shooter: Person, count: int) -> bool:
        side = self.ball
        for number in range(1, count + 1):
            self.scorer.wait(self.draw.between(19, 28))
            made = self._free_throw(shooter, side, f"{number} of {count}")
            if number < count and not made:
                text = f"{self.clubs[side].team.abbrev} team rebound"
                facts = plays.plain("rebound", side, text, subtype="offensive deadball")
                self.scorer.play(facts)
            if number == count - 1:
                self.bench.change()
        if made:
            self._hands(side.other)
            if self.draw.happens(0.11):
                self.bench.timeout(self.ball)
            return True
        self.scorer.run(self.draw.between(0.8, 1.6))
        return self._rebound(court.FREE_REBOUNDS)

    def _free_throw(self, shooter: Person, side: Side, which: str) -> bool:
        made = self.draw.happens(_FREE_THROW * self.form[side])
        self.scorer.play(plays.free_throw(shooter, side, which, made=made))
        if made:
            self.score = self.score.plus(side, 1)
        return made


def play_out(scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> Result:
    """A whole game; how it ended. The scorer has heard all of it."""
    return _Game(scorer, clubs, draw).play_out()
