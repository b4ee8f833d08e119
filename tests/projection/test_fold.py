"""The state of a game is the fold of its log."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.event import MetaSet, PlayAmended, PlayVoided, StatusSet
from scoreboard.model.ids import PlayId
from scoreboard.model.message import (
    ClockReport,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import Play, PlayFacts, PlayState
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Possession
from scoreboard.model.status import Confidence, Status, StatusLine
from scoreboard.projection.fold import apply, begin, fold
from tests.support.games import EPOCH, SOURCE, Game, basket, entry, meta, new_game


def test_a_log_begins_with_meta():
    with pytest.raises(LocalError, match="begins with the game's meta"):
        begin(entry(1, StatusSet(StatusLine())), EPOCH)


def test_an_entry_out_of_turn_is_a_fault_of_ours():
    with pytest.raises(LocalError, match="entry 3 after 1"):
        apply(new_game(), entry(3, StatusSet(StatusLine())))


def test_no_entries_are_no_state():
    assert fold([], EPOCH) is None


def test_points_count_for_their_period():
    game = Game()
    game.hear(basket("1", 3, Side.HOME, period=1))
    game.hear(basket("2", 2, Side.AWAY, period=2))
    assert game.state.periods == (Score(3, 0), Score(0, 2))
    assert game.state.score == Score(3, 2)


def test_a_voided_play_counts_nothing_and_stays():
    game = Game()
    game.hear(basket("1", 3))
    game.hear(VoidReport("1", reason="a slip"))
    assert game.state.score == Score(0, 0)
    assert [play.state for play in game.state.plays] == [PlayState.VOIDED]
    assert game.state.score_rev == 1


def test_an_overturned_play_says_so():
    game = Game()
    game.hear(basket("1", 3))
    game.hear(VoidReport("1", overturned=True))
    assert game.state.plays[0].state is PlayState.OVERTURNED


def test_an_amended_play_moves_score_and_period():
    game = Game()
    game.hear(basket("1", 3, Side.HOME, period=1))
    game.hear(basket("2", 2, Side.AWAY, period=2))
    game.hear(basket("1", 2, Side.AWAY, period=2, rev=1))
    assert game.state.periods == (Score(0, 0), Score(0, 4))
    assert (game.state.plays[0].rev, game.state.score_rev) == (1, 1)


def test_a_voided_play_that_is_reported_again_counts_again():
    game = Game()
    game.hear(basket("1", 3))
    game.hear(VoidReport("1"))
    game.hear(basket("1", 2, rev=1))
    assert game.state.score == Score(2, 0)


def test_a_correction_of_a_play_that_is_not_there_is_a_fault_of_ours():
    voided = PlayVoided(PlayId("p9"), 1, PlayState.VOIDED, "")
    with pytest.raises(LocalError, match="p9 is not in the log"):
        apply(new_game(), entry(2, voided))


def test_an_amendment_of_a_play_that_is_not_there_is_a_fault_of_ours():
    play = Play(PlayId("p9"), 1, 100, PlayFacts("foul", 1))
    with pytest.raises(LocalError, match="corrects no play"):
        apply(new_game(), entry(2, PlayAmended(play, "")))


def test_a_late_play_goes_where_it_belongs():
    game = Game()
    game.hear(basket("1", order=100))
    game.hear(PlayReport("f", PlayFacts("foul", 1, order=150)))
    game.hear(basket("3", order=300))
    game.hear(basket("2", 3, Side.AWAY, order=200))
    assert [play.refs[0].ref for play in game.state.plays] == ["1", "f", "2", "3"]
    late = game.state.plays[2]
    assert game.state.score_after(late) == Score(2, 3)


def test_plays_of_one_order_stand_in_the_order_of_the_log():
    game = Game()
    for ref in "abc":
        game.hear(basket(ref, order=100))
    assert [play.refs[0].ref for play in game.state.plays] == ["a", "b", "c"]


def test_an_amend_may_move_a_play():
    game = Game()
    game.hear(basket("1", order=100))
    game.hear(basket("2", order=200))
    game.hear(basket("1", order=300, rev=1))
    assert [play.refs[0].ref for play in game.state.plays] == ["2", "1"]


def test_a_score_without_a_play_fills_the_hole():
    game = Game()
    game.hear(basket("1", 2, order=100))
    game.hear(ScoreReport(Score(7, 3), correction=True, reason="rows are missing"))
    game.hear(basket("2", 2, Side.AWAY, order=200))
    assert game.state.score == Score(7, 5)
    assert game.state.score_after(game.state.plays[0]) == Score(2, 0)
    assert game.state.score_after(game.state.plays[1]) == Score(7, 5)
    game.hear(basket("3", 2, order=150))
    assert game.state.score_after(game.state.plays[1]) == Score(9, 3)


def test_a_play_moves_clock_period_and_situation():
    game = Game()
    facts = PlayFacts("turnover", 2, clock_ms=5000, situation=Possession(Side.AWAY))
    game.hear(PlayReport("1", facts))
    assert game.state.clock is not None
    assert (game.state.clock.period_index, game.state.clock.value_ms) == (2, 5000)
    assert game.state.situation == Possession(Side.AWAY)
    assert game.state.period_index == 2


def test_a_late_play_moves_neither_clock_nor_situation():
    game = Game()
    game.hear(basket("1", clock_ms=5000, order=100))
    facts = PlayFacts("turnover", 1, clock_ms=9000, order=50, situation=Possession(Side.AWAY))
    game.hear(PlayReport("0", facts))
    assert game.state.clock is not None
    assert game.state.clock.value_ms == 5000
    assert game.state.situation is None


def test_the_same_clock_is_not_a_new_observation():
    game = Game()
    game.hear(basket("1", clock_ms=5000))
    before = game.state.clock
    game.hear(basket("2", clock_ms=5000))
    assert game.state.clock is before


def test_status_clock_situation_and_meta_are_taken_over():
    game = Game()
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    game.hear(ClockReport(Clock(1, 60_000, running=True), ClockCause.START))
    game.hear(SituationReport(Possession(Side.HOME)))
    renamed = attrs.evolve(meta(), venue="Elsewhere")
    game.state = apply(game.state, entry(game.state.seq + 1, MetaSet(renamed)))
    state = game.state
    assert state.line.status is Status.IN_PROGRESS
    assert state.clock is not None
    assert (state.clock.running, state.clock_cause) == (True, ClockCause.START)
    assert state.situation == Possession(Side.HOME)
    assert state.meta.venue == "Elsewhere"


def test_a_shootout_has_a_tally_of_its_own():
    game = Game(new_game(meta("soccer_cup", "soccer")))
    kick = PlayFacts(
        "shootout_kick", 5, side=Side.AWAY, points=1, points_to=Side.AWAY, shootout=True
    )
    game.hear(PlayReport("k1", kick))
    assert (game.state.score, game.state.shootout) == (Score(0, 0), Score(0, 1))
    game.hear(VoidReport("k1"))
    assert game.state.shootout == Score(0, 0)


def test_a_claimed_score_is_kept_while_it_is_not_ours():
    game = Game()
    game.hear(basket("1", 2, score_after=Score(3, 0)))
    first = game.state.claim
    assert (first.play_id, first.score, first.source) == ("p2", Score(3, 0), SOURCE)
    assert (first.since_ms, game.state.confidence) == (game.state.ts_ms, Confidence.CONFIRMED)
    game.hear(basket("2", 2))
    assert game.state.claim == first
    game.hear(basket("3", 2, score_after=Score(9, 0)))
    again = game.state.claim
    assert (again.play_id, again.score, again.since_ms) == ("p4", Score(9, 0), first.since_ms)
    game.hear(basket("4", 2, score_after=Score(8, 0)))
    assert game.state.claim is None


def test_points_that_come_late_explain_a_claimed_score():
    game = Game()
    game.hear(basket("1", 2, order=1000))
    game.hear(basket("3", 2, order=3000, score_after=Score(7, 0)))
    game.hear(basket("4", 2, order=4000))
    game.hear(basket("0", 2, order=500))
    assert game.state.claim is not None
    game.hear(VoidReport("0"))
    game.hear(basket("2", 3, order=2000))
    assert (game.state.claim, game.state.score) == (None, Score(9, 0))


def test_the_first_source_is_the_authority():
    game = Game()
    assert game.state.authority is None
    game.hear(basket("1"))
    assert game.state.authority == "arena"


def test_a_play_is_found_by_its_id():
    game = Game()
    game.hear(basket("1"))
    assert game.state.by_id(PlayId("p2")) == game.state.plays[0]
    assert game.state.by_id(PlayId("p99")) is None


_REPORTS = st.lists(
    st.one_of(
        st.builds(
            basket,
            ref=st.sampled_from("abcdefgh"),
            points=st.sampled_from([1, 2, 3]),
            side=st.sampled_from(Side),
            period=st.integers(1, 4),
            order=st.integers(1, 50),
            rev=st.integers(0, 3),
        ),
        st.builds(VoidReport, ref=st.sampled_from("abcdefgh"), overturned=st.booleans()),
        st.builds(ScoreReport, score=st.builds(Score, st.integers(0, 9), st.integers(0, 9))),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(_REPORTS)
def test_whatever_is_heard_totals_are_what_the_plays_say(reports):
    game = Game()
    for report in reports:
        game.hear(report)
    state = game.state
    total = sum((play.score for play in state.plays), Score())
    total = sum((a.change for a in state.adjustments), total)
    assert state.score == total
    assert list(state.plays) == sorted(state.plays, key=lambda play: play.place_in_game)
    assert fold([entry(1, MetaSet(meta())), *game.log], EPOCH) == state
    for known in state.refs.values():
        assert state.play(known).play_id == known.play_id


def test_a_state_that_has_changed_is_as_one_that_was_made_so():
    game = Game()
    game.hear(basket("1", 3))
    before, changes = game.state, {"seq": 9, "periods": (Score(1, 0), Score(4, 4))}
    assert before.score == Score(3, 0)
    assert before.evolved(**changes) == attrs.evolve(before, **changes)
    assert before.evolved(**changes).score == Score(5, 4)
    assert before.score == Score(3, 0)


def test_changes_of_the_score_between_two_plays_are_one():
    game = Game()
    for points in (1, 2, 4):
        game.hear(ScoreReport(Score(points, 0)))
    game.hear(basket("1", 2))
    game.hear(ScoreReport(Score(7, 3)))
    assert [one.change for one in game.state.adjustments] == [Score(4, 0), Score(1, 3)]
    assert game.state.score_after(game.state.plays[0]) == Score(7, 3)
