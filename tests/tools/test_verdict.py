"""Whether our score is the official one, and if not, whose fault it is."""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from scoreboard.tools.finals import Final
from scoreboard.tools.verdict import Kind, judge, text
from tests.ingest.parsers.rows import CUP, NFL, document, hearing, play

BASKET = play("a", order=1, points=2)


def verdict(made, final=None):
    state = hearing(made.meta).hear(*(a.message for a in timeline(made))).state
    return judge(made, state, final)


def beside(home, away, shootout=None):
    return Final(Score(home, away), "some/finals.json", shootout)


def test_scores_are_written_away_first():
    assert (text(Score(home=2, away=3)), text(None)) == ("3-2", "-")


def test_a_game_agrees_with_the_header():
    found = verdict(document(BASKET, header=Score(2, 0)))
    assert (found.kind, found.official.source, found.remarks) == (Kind.AGREE, "header", ())


def test_a_game_agrees_with_the_result_beside_it():
    found = verdict(document(BASKET), beside(2, 0))
    assert (found.kind, found.official.source) == (Kind.AGREE, "some/finals.json")


def test_the_header_goes_before_the_result_beside_it():
    found = verdict(document(BASKET, header=Score(2, 0)), beside(3, 0))
    assert (found.kind, found.remarks) == (Kind.AGREE, ("finals.json: 0-3",))


def test_without_an_official_score_there_is_nothing_to_compare():
    assert verdict(document(BASKET)).kind is Kind.NO_OFFICIAL


def test_a_difference_that_nothing_explains_is_ours():
    assert verdict(document(BASKET, header=Score(3, 0))).kind is Kind.DIFFERS


def test_a_claim_that_says_what_we_say_is_the_providers_contradiction():
    made = document(BASKET, header=Score(3, 0), claims=(("last row", Score(2, 0)),))
    found = verdict(made)
    assert (found.kind, found.reason) == (
        Kind.CONTRADICTS,
        "the header says 0-3, the last row 0-2",
    )


def test_a_running_score_that_says_what_we_say_is_the_providers_contradiction():
    row = attrs.evolve(BASKET, score_after=Score(2, 0))
    assert verdict(document(row, header=Score(3, 0))).kind is Kind.CONTRADICTS


def test_a_sum_of_our_own_excuses_nothing():
    made = document(BASKET, header=Score(3, 0), claims=(("play flags", Score(2, 0)),))
    assert verdict(made).kind is Kind.DIFFERS


def test_a_claim_that_differs_is_remarked_though_the_game_agrees():
    made = document(BASKET, header=Score(2, 0), claims=(("summaries", Score(2, 2)),))
    assert verdict(made).remarks == ("summaries: 2-2",)


def test_a_cancelled_game_whose_plays_were_deleted_contradicts_its_header():
    gone = play("a", "unknown", order=1, deleted=True)
    called_off = StatusLine(Status.CANCELLED)
    made = document(gone, about=NFL, status=called_off, header=Score(7, 3))
    found = verdict(made)
    assert (found.kind, found.reason) == (
        Kind.CONTRADICTS,
        "the game was cancelled and 1 of its 1 plays deleted; the header keeps 3-7",
    )
    finished = attrs.evolve(made, status=StatusLine(Status.FINAL))
    assert verdict(finished).kind is Kind.DIFFERS


def shot_out(**fields):
    kick = play("k", "shootout_kick", order=9, period=5, points=1, shootout=True)
    rows = [play(str(n), "pass", order=n, period=n) for n in (1, 2, 3, 4)]
    return document(*rows, kick, about=CUP, header=Score(), **fields)


def test_the_tally_of_a_shoot_out_is_compared_too():
    assert verdict(shot_out(shootout=Score(1, 0))).kind is Kind.AGREE
    found = verdict(shot_out(shootout=Score(1, 1)))
    assert (found.kind, found.reason) == (Kind.DIFFERS, "shoot-out 0-1, official 1-1")


def test_the_tally_beside_a_game_stands_in_for_the_headers():
    assert verdict(shot_out(), beside(0, 0, Score(2, 0))).kind is Kind.DIFFERS
    assert verdict(shot_out(), beside(0, 0, Score(1, 0))).kind is Kind.AGREE
