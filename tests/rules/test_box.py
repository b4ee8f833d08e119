"""Rule B1: a box score that is not what the plays add up to is kept as a claim, and told."""

from __future__ import annotations

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.boxscore import StatLine
from scoreboard.model.event import BoxClaimed
from scoreboard.model.message import BoxScoreReport
from scoreboard.model.play import Participant
from scoreboard.model.side import Side
from scoreboard.rules.event import event_of
from tests.rules.situations import by, codes, live, play
from tests.support.games import basket


def box(*lines, complete=False):
    return BoxScoreReport(tuple(lines), complete)


def team(side=Side.HOME, **counts):
    return StatLine(side, None, counts)


def test_b1_the_same_figures_are_accepted():
    verdict = live("basketball", basket("1")).judge(box(team(pts=2)))
    assert (verdict.outcome, verdict.findings) == (Outcome.ACCEPTED, ())


def test_b1_other_figures_are_flagged_and_spelled_out():
    game = live("basketball", play("2pt", points=2, result="made", participants=by()))
    able = StatLine(Side.HOME, Participant("player", name="A. Able", jersey="7"), {"pts": 3})
    ref = StatLine(Side.AWAY, Participant("player", ref="12"), {"pts": 0.5})
    verdict = game.judge(box(team(pts=4), able, ref, complete=True))
    assert (verdict.outcome, verdict.flags) == (Outcome.FLAGGED, ("stats_mismatch",))
    finding = verdict.findings[0]
    assert finding.problem == (
        "3 differences in 3 figures: home pts 4, 2 by the plays; "
        "home 7 A. Able pts 3, 2 by the plays; away 12 pts 0.5, not told by any play"
    )
    assert "send the box score again" in finding.hint


def test_b1_many_differences_are_counted_and_the_first_spelled_out():
    verdict = live().judge(box(team(pts=1, fgm=1, ast=1, reb=1)))
    assert verdict.findings[0].problem.startswith("4 differences in 4 figures: ")
    assert verdict.findings[0].problem.endswith("; ...")


def test_b1_what_a_complete_claim_leaves_out_is_told():
    game = live("basketball", basket("1"))
    problem = game.judge(box(team(Side.AWAY, pts=0), complete=True)).findings[0].problem
    assert "home pts not said, 2 by the plays" in problem


def test_a_box_score_is_asked_nothing_that_is_asked_of_the_game():
    game = live("basketball", basket("1"))
    game.state = attrs.evolve(game.state, term=4, authority="other")
    assert codes(game, box(team(pts=2)), term=1) == []
    # A hole in the sender's numbers is one all the same, but nothing is late here.
    assert codes(game, box(team(pts=2)), source_seq=9, expected=7) == ["gap"]
    assert codes(game, box(team(pts=2)), source_seq=5, expected=7) == []


def test_a_box_score_becomes_a_claim_of_its_moment():
    game = live("basketball", basket("1"))
    case = game.case(box(team(pts=9), complete=True))
    assert event_of(case, ()) == BoxClaimed((team(pts=9),), True, game.state.seq)
    assert case.differences[0].derived == 2
    assert game.case(basket("2")).differences == ()
