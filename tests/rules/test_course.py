"""Rules P1, S7-S9, C5, C6, L2, L3: each flags what cannot be, and nothing else."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.model.answer import Outcome
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.event import ClockSet, FeedSwitched
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.ids import SourceId
from scoreboard.model.message import ClockReport, PlayReport, ScoreReport, StatusReport, VoidReport
from scoreboard.model.play import Place, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import BaseballSituation, FootballSituation
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply
from scoreboard.rules.catalogue import CATALOGUE
from tests.rules.situations import by, codes, hear, live, play, with_status
from tests.support.games import NOW_MS, Game, basket, entry, meta, new_game

AWAY = Side.AWAY
MISS = {"result": "missed"}


def down(number, distance=10, to_goal=60, side=Side.HOME):
    return FootballSituation(side, number, distance, to_goal)


def diamond(**fields):
    return BaseballSituation("top", **fields)


#: what has been heard, what comes, and the flag that it gets; None: none.
COURSE = {
    "a shot by who has just scored": (
        "basketball",
        [play("2pt", points=2)],
        play("2pt", **MISS),
        "inconsistent_possession",
    ),
    "a shot by the other side": (
        "basketball",
        [play("2pt", points=2)],
        play("2pt", side=AWAY),
        None,
    ),
    "a shot after a steal": (
        "basketball",
        [play("2pt", points=2), play("steal")],
        play("2pt", points=2),
        None,
    ),
    "a shot after a missed one": ("basketball", [play("3pt", **MISS)], play("2pt", points=2), None),
    "a shot in a new period": (
        "basketball",
        [play("2pt", points=2)],
        play("2pt", period=2, points=2),
        None,
    ),
    "the first shot": ("basketball", [play("substitution")], play("2pt", points=2), None),
    "a free throw without a foul": (
        "basketball",
        [play("2pt", points=2)],
        play("freethrow", points=1),
        "inconsistent_free_throws",
    ),
    "a free throw after a foul": (
        "basketball",
        [play("foul", side=AWAY)],
        play("freethrow", points=1),
        None,
    ),
    "a free throw as the first play": ("basketball", [], play("freethrow", points=1), None),
    "a second free throw": (
        "basketball",
        [play("foul", side=AWAY), play("freethrow", subtype="1 of 2")],
        play("freethrow", subtype="2of2", points=1),
        None,
    ),
    "a second free throw after one without a turn": (
        "basketball",
        [play("foul", side=AWAY), play("freethrow")],
        play("freethrow", qualifiers=("fast", "2of2"), points=1),
        None,
    ),
    "a second free throw without the first": (
        "basketball",
        [play("foul", side=AWAY)],
        play("freethrow", subtype="2 of 2", points=1),
        "inconsistent_free_throws",
    ),
    "a third free throw after the first": (
        "basketball",
        [play("foul", side=AWAY), play("freethrow", subtype="1 of 3")],
        play("freethrow", subtype="3 of 3"),
        "inconsistent_free_throws",
    ),
    "a fourth free throw": (
        "basketball",
        [play("foul", side=AWAY)],
        play("freethrow", subtype="4 of 4"),
        "inconsistent_free_throws",
    ),
    "an assist on a made shot": ("basketball", [play("2pt", points=2)], play("assist"), None),
    "an assist on a missed shot": (
        "basketball",
        [play("2pt", **MISS)],
        play("assist"),
        "inconsistent_assist",
    ),
    "an assist on nothing": ("basketball", [], play("assist"), None),
    "an assist within a missed shot": (
        "basketball",
        [],
        play("2pt", participants=by(role="assist"), **MISS),
        "inconsistent_assist",
    ),
    "no assist within a missed shot": ("basketball", [], play("2pt", participants=by()), None),
    "a rebound of a miss": ("basketball", [play("3pt", **MISS)], play("rebound"), None),
    "a rebound of a basket": (
        "basketball",
        [play("3pt", points=3), play("timeout")],
        play("rebound"),
        "inconsistent_rebound",
    ),
    "a rebound of nothing": ("basketball", [], play("rebound"), None),
    "second down after first": (
        "football",
        [play("rush", situation=down(1))],
        play("rush", situation=down(2, 7)),
        None,
    ),
    "fourth down after second": (
        "football",
        [play("rush", situation=down(2)), play("timeout")],
        play("punt", situation=down(4)),
        "inconsistent_down",
    ),
    "third down for the others": (
        "football",
        [play("rush", situation=down(1))],
        play("rush", situation=down(3, side=AWAY)),
        None,
    ),
    "a down as the first play": ("football", [], play("rush", situation=down(3)), None),
    "a fifth down": ("football", [], play("rush", situation=down(5)), "inconsistent_down"),
    "more to gain than there is": (
        "football",
        [],
        play("rush", situation=down(1, 10, 5)),
        "inconsistent_down",
    ),
    "a kick-off": ("football", [], play("kickoff", situation=FootballSituation()), None),
    "a try after a touchdown": (
        "football",
        [play("rush", points=6)],
        play("extra_point", points=1),
        None,
    ),
    "a try of the others": (
        "football",
        [play("rush", points=6)],
        play("extra_point", side=AWAY, points=1),
        "wrong_scorer",
    ),
    "two points of the defence on a try": (
        "football",
        [play("rush", points=6)],
        play("two_point", points=2, points_to=AWAY),
        None,
    ),
    "a try after a field goal": (
        "football",
        [play("field_goal", points=3)],
        play("extra_point", points=1),
        "inconsistent_try",
    ),
    "a try after nothing": ("football", [], play("extra_point"), "inconsistent_try"),
    "a fourth out": (
        "baseball",
        [],
        play("out", half="top", situation=diamond(outs=3)),
        "inconsistent_outs",
    ),
    "a third out": ("baseball", [], play("out", half="top", situation=diamond(outs=2)), None),
    "a fourth ball": (
        "baseball",
        [],
        play("pitch", half="top", situation=diamond(balls=4, strikes=1)),
        "inconsistent_count",
    ),
    "a third strike": (
        "baseball",
        [],
        play("pitch", half="top", situation=diamond(strikes=3)),
        "inconsistent_count",
    ),
    "a full count": (
        "baseball",
        [],
        play("pitch", half="top", situation=diamond(balls=3, strikes=2)),
        None,
    ),
    "a steal from nowhere": (
        "baseball",
        [],
        play("steal", half="top", situation=diamond(bases=(False, False, False))),
        "inconsistent_bases",
    ),
    "a steal of second": (
        "baseball",
        [],
        play("steal", half="top", situation=diamond(bases=(True, False, False))),
        None,
    ),
    "three runs with one on base": (
        "baseball",
        [],
        play(
            "single", half="top", side=AWAY, points=3, situation=diamond(bases=(True, False, False))
        ),
        "inconsistent_bases",
    ),
    "two runs of a home run with one on base": (
        "baseball",
        [],
        play(
            "home_run",
            half="top",
            side=AWAY,
            points=2,
            situation=diamond(bases=(True, False, False)),
        ),
        None,
    ),
    "a power-play goal without a penalty": (
        "hockey",
        [play("penalty", clock_ms=900_000)],
        play("goal", points=1, qualifiers=("power play",), clock_ms=800_000),
        "inconsistent_power_play",
    ),
    "a power-play goal": (
        "hockey",
        [play("penalty", side=AWAY, clock_ms=900_000)],
        play("goal", points=1, subtype="pp", clock_ms=800_000),
        None,
    ),
    "a power-play goal long after": (
        "hockey",
        [play("penalty", side=AWAY, clock_ms=1_190_000)],
        play("goal", points=1, qualifiers=("power play",), clock_ms=800_000),
        "inconsistent_power_play",
    ),
    "a power-play goal in the next period": (
        "hockey",
        [play("penalty", side=AWAY, clock_ms=0)],
        play("goal", 2, points=1, qualifiers=("power play",), clock_ms=1_100_000),
        None,
    ),
    "a power-play goal of a penalty without a time": (
        "hockey",
        [play("penalty", side=AWAY)],
        play("goal", points=1, qualifiers=("power play",)),
        None,
    ),
    "a goal at even strength": ("hockey", [], play("goal", points=1), None),
    "a twelfth player sent off": (
        "soccer",
        [play("card", subtype="red", participants=by(f"P{n}")) for n in range(11)],
        play("card", subtype="red", participants=by("P12")),
        "inconsistent_sent_off",
    ),
    "a first player sent off": ("soccer", [], play("card", subtype="red", participants=by()), None),
    "a yellow card": ("soccer", [], play("card", subtype="yellow", participants=by()), None),
    "the same basket twice": (
        "basketball",
        [play("3pt", points=3, clock_ms=60_000, participants=by())],
        play("3pt", points=3, clock_ms=58_500, participants=by()),
        "maybe_double",
    ),
    "a basket three seconds later": (
        "basketball",
        [play("3pt", points=3, clock_ms=60_000, participants=by())],
        play("3pt", points=3, clock_ms=57_000, participants=by()),
        "!maybe_double",
    ),
    "a basket of somebody else": (
        "basketball",
        [play("3pt", points=3, clock_ms=60_000, participants=by())],
        play("3pt", points=3, clock_ms=60_000, participants=by("B. Baker")),
        "!maybe_double",
    ),
    "another basket": (
        "basketball",
        [play("3pt", points=3, clock_ms=60_000, participants=by())],
        play("2pt", points=2, clock_ms=60_000, participants=by()),
        "!maybe_double",
    ),
    "two free throws at one clock": (
        "basketball",
        [play("foul", side=AWAY), play("freethrow", points=1, clock_ms=60_000, participants=by())],
        play("freethrow", points=1, clock_ms=60_000, participants=by()),
        None,
    ),
    "a turnover at no time": ("basketball", [], play("turnover", clock_ms=0), "zero_clock"),
    "a shot at no time": ("basketball", [], play("2pt", clock_ms=0), None),
    "a rebound at no time": ("basketball", [], play("rebound", clock_ms=0), None),
    "a pass at no time of a clock that counts up": ("soccer", [], play("pass", clock_ms=0), None),
    "a three from under the hoop": (
        "basketball",
        [],
        play("3pt", shot=ShotFacts(3, made=False, distance_ft=5.0)),
        "loc_value",
    ),
    "a two from the other half": (
        "basketball",
        [],
        play("2pt", shot=ShotFacts(2, made=False, distance_ft=60.0)),
        "loc_value",
    ),
    "a two from somewhere": ("basketball", [], play("2pt", shot=ShotFacts(2, made=False)), None),
    "a near shot in the own half": (
        "basketball",
        [],
        play("2pt", shot=ShotFacts(2, made=False, distance_ft=4.0), place=Place(5, 50)),
        "side_flip",
    ),
    "a heave": (
        "basketball",
        [],
        play("3pt", shot=ShotFacts(3, made=False, distance_ft=70.0), place=Place(20, 50)),
        None,
    ),
    "five of five shots in the own half": (
        "hockey",
        [play("shot", shot=ShotFacts(1, made=False), place=Place(20, 50)) for _ in range(4)],
        play("shot", shot=ShotFacts(1, made=False), place=Place(20, 50)),
        "side_flip",
    ),
    "one of five shots in the own half": (
        "hockey",
        [play("shot", shot=ShotFacts(1, made=False), place=Place(80, 50)) for _ in range(4)],
        play("shot", shot=ShotFacts(1, made=False), place=Place(20, 50)),
        None,
    ),
    "a foul too many": (
        "basketball",
        [play("foul", participants=by()) for _ in range(6)],
        play("foul", participants=by()),
        "allowance",
    ),
    "a sixth foul": (
        "basketball",
        [play("foul", participants=by()) for _ in range(5)],
        play("foul", participants=by()),
        None,
    ),
    "a foul of nobody": ("basketball", [], play("foul"), None),
    "a foul of somebody without a name": (
        "basketball",
        [],
        play("foul", participants=by(None)),
        None,
    ),
    "a shot after six fouls": (
        "basketball",
        [play("foul", participants=by()) for _ in range(6)],
        play("2pt", participants=by()),
        "ejected",
    ),
    "a shot of somebody without a name after an ejection": (
        "basketball",
        [play("ejection", participants=by())],
        play("2pt", participants=by(None)),
        None,
    ),
    "a foul after technical ones": (
        "basketball",
        [play("foul", subtype="technical", participants=by()) for _ in range(6)],
        play("2pt", participants=by()),
        None,
    ),
    "a shot after an ejection": (
        "basketball",
        [play("ejection", participants=by())],
        play("2pt", participants=by()),
        "ejected",
    ),
    "a foul after an ejection": (
        "basketball",
        [play("ejection", participants=by()), play("ejection")],
        play("foul", participants=by()),
        None,
    ),
    "a pass after two yellow cards": (
        "soccer",
        [play("card", subtype="yellow", participants=by()) for _ in range(2)],
        play("pass", participants=by()),
        "ejected",
    ),
    "a card for nobody": ("soccer", [play("card", subtype="red")], play("pass"), None),
    "a shot from the bench": (
        "basketball",
        [play("substitution", participants=by(role="out"))],
        play("2pt", participants=by()),
        "not_on_court",
    ),
    "a shot after coming back": (
        "basketball",
        [
            play("substitution", participants=by(role="out")),
            play("substitution", participants=by(role="in")),
        ],
        play("2pt", participants=by()),
        None,
    ),
    "a shot of another in the meantime": (
        "basketball",
        [play("substitution", participants=(*by(role="out"), *by(None, "in")))],
        play("2pt", participants=by("B. Baker")),
        None,
    ),
    "a shot in the next period": (
        "basketball",
        [play("substitution", participants=by(role="out"))],
        play("2pt", period=2, participants=by()),
        None,
    ),
    "a pass after being taken off for good": (
        "soccer",
        [play("substitution", participants=by(role="out"))],
        play("pass", period=2, participants=by()),
        "not_on_court",
    ),
    "a hit after a change on the fly": (
        "hockey",
        [play("substitution", participants=by(role="out"))],
        play("hit", participants=by()),
        None,
    ),
    "an eighth timeout": (
        "basketball",
        [play("timeout") for _ in range(7)],
        play("timeout"),
        "allowance",
    ),
    "a timeout of nobody": (
        "basketball",
        [play("timeout", side=None) for _ in range(7)],
        play("timeout"),
        None,
    ),
    "timeouts anew in the second half": (
        "football",
        [*(play("timeout") for _ in range(3)), play("rush", period=2)],
        play("timeout", period=3),
        None,
    ),
    "a fourth timeout in overtime": (
        "football",
        [play("timeout", period=5) for _ in range(3)],
        play("timeout", period=5),
        "allowance",
    ),
    "a timeout in soccer": ("soccer", [play("timeout")] * 9, play("timeout"), None),
}


@pytest.mark.parametrize("name", COURSE)
def test_each_rule_of_the_course_finds_what_it_looks_for(name):
    sport, before, then, code = COURSE[name]
    found = codes(live(sport, *before), then)
    if code is None:
        assert found == []
    elif code.startswith("!"):
        assert code[1:] not in found
    else:
        assert code in found


@pytest.mark.parametrize(
    "name", [name for name, case in COURSE.items() if case[3] and case[3][0] != "!"]
)
def test_a_correction_is_not_asked_about_the_course(name):
    sport, before, then, code = COURSE[name]
    game = live(sport, *before)
    game.hear(then)
    later = attrs.evolve(then, rev=1, facts=attrs.evolve(then.facts, text="other words"))
    if code not in ("loc_value", "side_flip", "wrong_scorer"):
        assert codes(game, later) == []


def test_rules_that_rest_on_common_knowledge_only_flag():
    unchecked = [rule for rule in CATALOGUE if rule.is_unchecked]
    assert len(unchecked) > 14
    assert {outcome for rule in unchecked for outcome in rule.outcomes} == {Outcome.FLAGGED}


def test_a_void_that_takes_back_a_foul_takes_it_off_the_sheet():
    fouls = [play("foul", participants=by()) for _ in range(6)]
    game = hear(live("basketball", *fouls), VoidReport(fouls[2].ref))
    assert codes(game, play("2pt", participants=by())) == []


def test_a_play_that_was_taken_back_is_not_part_of_the_course():
    made = play("2pt", points=2)
    game = hear(live("basketball", made), VoidReport(made.ref))
    assert codes(game, play("2pt", points=2)) == []


def test_s6_the_running_score_of_a_correction_is_not_compared():
    game = live("basketball", basket("1"))
    assert codes(game, basket("1", 3, rev=1, score_after=Score(9, 9))) == []


def test_a_late_foul_is_counted_in_its_place():
    game = live("basketball", play("2pt", order=5_000, points=2))
    for order in range(6):
        game.hear(play("foul", participants=by(), order=order))
    assert "ejected" in codes(game, play("2pt", side=AWAY, participants=by(side=Side.HOME)))
    assert codes(game, play("2pt", side=AWAY, order=100, participants=by(side=Side.HOME))) == []


class TestFinal:
    def final(self, **options):
        return StatusReport(StatusLine(Status.FINAL, **options))

    def last(self, sport="basketball", period=4, points=1, **facts):
        kind = {"basketball": "freethrow", "soccer": "goal", "hockey": "goal"}[sport]
        return live(sport, play(kind, period, points=points, **facts))

    def test_st3_a_final_in_the_third_quarter_is_held(self):
        assert codes(self.last(period=3), self.final()) == ["premature_final"]
        assert codes(self.last(), self.final()) == []

    def test_st3_a_game_that_is_cut_short_says_why(self):
        assert codes(self.last(period=3), self.final(reason="power failure")) == []

    def test_st3_a_game_does_not_end_level_where_it_cannot(self):
        assert codes(self.last(points=0), self.final()) == ["premature_final"]
        assert codes(self.last("soccer", 2), self.final()) == []
        tied = live("soccer", play("shot", 2))
        assert codes(tied, self.final()) == []

    def test_st3_a_shootout_decides(self):
        game = live("hockey", play("shot", 3))
        game.state = attrs.evolve(game.state, shootout=Score(2, 1))
        assert codes(game, self.final()) == []

    @pytest.mark.parametrize(
        ("sport", "period", "clock_ms", "held"),
        [
            ("basketball", 4, 61_000, True),
            ("basketball", 4, 60_000, False),
            ("basketball", 5, 200_000, False),
            ("soccer", 2, 40 * 60_000, True),
            ("soccer", 2, 47 * 60_000, False),
            ("hockey", 4, 200_000, False),
        ],
    )
    def test_st3_a_final_with_time_to_play_is_held(self, sport, period, clock_ms, held):
        game = live(sport, play("foul" if sport != "hockey" else "hit"))
        game.state = attrs.evolve(
            game.state,
            period_index=period,
            clock=Clock(period, clock_ms),
            periods=(Score(1, 0),),
        )
        assert codes(game, self.final()) == (["premature_final"] if held else [])

    def test_st3_a_source_of_totals_tells_no_periods(self):
        from scoreboard.model.game import Coverage

        about = attrs.evolve(meta(), coverage=Coverage.SCORE)
        assert codes(live(about=about), self.final()) == []

    def test_st3_is_asked_of_finals_only(self):
        assert codes(live(), StatusReport(StatusLine(Status.HALFTIME))) == []


class TestSums:
    def game(self):
        game = live("basketball", play("2pt", 4, points=2))
        return hear(game, ScoreReport(Score(5, 0)))

    def test_s9_a_score_that_the_plays_do_not_explain_is_flagged_at_the_end_of_a_period(self):
        assert codes(self.game(), play("period_end", 4)) == ["sum_mismatch"]
        assert codes(self.game(), play("foul", 4)) == []
        assert codes(live(), play("period_end")) == []

    def test_s9_and_is_no_official_result(self):
        game = with_status(self.game(), Status.FINAL)
        verdict = game.judge(StatusReport(StatusLine(Status.OFFICIAL)))
        assert (verdict.outcome, verdict.findings[0].code) == (Outcome.QUARANTINED, "sum_mismatch")

    def test_s9_a_hole_that_was_filled_is_none(self):
        game = hear(self.game(), ScoreReport(Score(2, 0), correction=True))
        assert codes(game, play("period_end", 4)) == []


class TestClock:
    def running(self, *, console=False):
        game = live()
        state = game.state
        if console:
            event = FeedSwitched(Aspect.CLOCK, SourceId("console"), None, FeedMode.PRIMARY, "")
            state = apply(state, entry(state.seq + 1, event))
        clock = Clock(1, 300_000, running=True, as_of_ms=NOW_MS - 20_000)
        game.state = apply(state, entry(state.seq + 1, ClockSet(clock, ClockCause.START)))
        return game

    def read(self, value_ms=300_000, at_ms=NOW_MS, *, running=True):
        return ClockReport(Clock(1, value_ms, running=running, as_of_ms=at_ms), ClockCause.RESYNC)

    def test_c5_a_clock_that_runs_and_stands_is_flagged(self):
        game = self.running()
        assert codes(game, self.read(at_ms=NOW_MS)) == []
        assert codes(game, self.read(at_ms=None), now_ms=NOW_MS + 100_000) == ["clock_drift"]
        assert codes(game, self.read(running=False), now_ms=NOW_MS + 200_000) == []
        assert codes(game, self.read(299_000), now_ms=NOW_MS + 200_000) == []

    @pytest.mark.parametrize(
        ("clock_ms", "flagged"), [(280_000, False), (271_000, False), (269_000, True)]
    )
    def test_c5_plays_are_timed_like_the_console(self, clock_ms, flagged):
        said = play("foul", clock_ms=clock_ms, wallclock_ms=NOW_MS)
        assert codes(self.running(console=True), said) == (["clock_drift"] if flagged else [])
        assert codes(self.running(), said) == []

    def test_c5_near_the_end_by_two_seconds(self):
        game = self.running(console=True)
        clock = Clock(4, 100_000, running=True, as_of_ms=NOW_MS)
        game.state = attrs.evolve(game.state, clock=clock, period_index=4)
        assert codes(game, play("foul", 4, clock_ms=97_000)) == ["clock_drift"]
        assert codes(game, play("foul", 4, clock_ms=99_000)) == []
        assert codes(game, play("foul", 3, clock_ms=97_000, order=-1)) == []

    def test_c5_a_clock_that_counts_up_is_near_its_end_at_the_top(self):
        game = live("soccer")
        clock = Clock(2, 44 * 60_000, running=True, as_of_ms=NOW_MS)
        console = {Aspect.CLOCK: SourceId("console")}
        game.state = attrs.evolve(game.state, clock=clock, period_index=2, others=console)
        assert codes(game, play("pass", 2, clock_ms=44 * 60_000 + 3_000)) == ["clock_drift"]

    def test_c6_a_shootout_has_no_clock(self):
        assert codes(live("hockey"), play("hit", 5, clock_ms=0)) == []


@given(st.data())
def test_a_late_play_is_judged_by_the_score_of_its_place(data):
    """Whatever is inserted wherever: the score before it is the sum of what stands before it."""
    game = Game(new_game())
    orders = data.draw(st.lists(st.integers(1, 60), min_size=1, max_size=12))
    for ref, order in enumerate(orders):
        side = data.draw(st.sampled_from(list(Side)))
        game.hear(basket(str(ref), data.draw(st.sampled_from([1, 2, 3])), side, order=order))
        if data.draw(st.booleans()):
            game.hear(VoidReport(str(ref)))
    order = data.draw(st.integers(0, 61))
    case = game.case(PlayReport("late", PlayFacts("foul", 1, order=order)))
    expected = sum((p.score for p in game.state.plays if p.order <= order), Score())
    assert case.score_before == expected
    assert case.at == sum(p.order <= order for p in game.state.plays)


def test_an_adjustment_after_the_place_of_a_late_play_is_not_before_it():
    game = Game(new_game())
    hear(game, basket("1", order=100), ScoreReport(Score(4, 1)), basket("2", order=200))
    hear(game, ScoreReport(Score(7, 1)), basket("3", order=300))
    early, late = (
        game.case(PlayReport("late", PlayFacts("foul", 1, order=order))) for order in (50, 250)
    )
    assert (early.score_before, late.score_before) == (Score(0, 0), Score(7, 1))


def test_plays_without_points_behind_a_late_play_take_nothing_off():
    game = hear(Game(new_game()), basket("1", order=100), play("foul", order=300))
    case = game.case(PlayReport("late", PlayFacts("foul", 1, order=200)))
    assert case.score_before == Score(2, 0)
