"""Plays with a running score, made into the rows of a document."""

from __future__ import annotations

from collections import Counter

from scoreboard.ingest.parsers.document import PlayRow, ScoreRow
from scoreboard.ingest.parsers.running.game_rows import Draft, in_order
from scoreboard.ingest.parsers.running.scored_rows import disagreement, scored
from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side


def shot(ref, claim, points=0, side=Side.HOME, text=None):
    facts = PlayFacts(
        "2pt" if points else "rebound",
        1,
        clock_ms=60_000,
        side=side if points else None,
        points=points,
        points_to=side if points else None,
        result="made" if points else None,
        participants=(Participant("shooter"),) if points else (),
        shot=ShotFacts(2, made=True) if points else None,
        text=text or ref,
    )
    return Draft(ref, f"row {ref}", facts, claim)


def made(*drafts):
    quirks = Counter()
    return scored(in_order(drafts, quirks), quirks), quirks


def test_a_shot_that_stands_twice_becomes_a_comment_and_is_no_second_shot():
    basket = shot("1", Score(2), 2, text="Smith made Layup.")
    rows, quirks = made(basket, shot("2", Score(2), 2, text="Smith made Layup."))
    again = rows.rows[1]
    assert isinstance(again, PlayRow)
    facts = again.facts
    assert ("comment", "repeated row", 0, None, ()) == (
        facts.play_type,
        facts.subtype,
        facts.points,
        facts.shot,
        facts.participants,
    )
    assert 1 == quirks["repeated row"]


def test_a_made_shot_that_the_score_never_shows_is_uncounted():
    rows, quirks = made(shot("1", Score()), shot("2", Score(), 2))
    facts = rows.rows[1].facts
    assert ("2pt", "uncounted", 0, None, None) == (
        facts.play_type,
        facts.result,
        facts.points,
        facts.points_to,
        facts.shot,
    )
    assert ("row 2: shot without score 0-0 (home-away)",) == rows.notes
    assert 1 == quirks["shot without score"]


def test_a_hole_in_the_rows_is_a_score_row_just_before_the_row_that_shows_it():
    rows, _ = made(shot("1", Score()), shot("2", Score(5, 3)))
    assert [PlayRow, ScoreRow, PlayRow] == [type(row) for row in rows.rows]
    hole, after = rows.rows[1:]
    assert ("score-before-2", Score(5, 3), False) == (hole.ref, hole.score, hole.correction)
    assert rows.rows[0].facts.order < hole.order < after.facts.order
    assert (hole.reason,) == rows.notes
    assert Score(5, 3) == rows.last_claim


def test_a_row_shows_the_claimed_score_only_where_it_stands():
    rows, _ = made(shot("1", Score(2), 2), shot("2", Score(0)), shot("3", Score(2)))
    assert [Score(2), None, Score(2)] == [row.score_after for row in rows.rows]


def test_the_side_that_scores_is_filled_in_where_the_row_does_not_name_it():
    rows, _ = made(shot("1", Score(0, 2), 2, side=None))
    assert (Side.AWAY, Side.AWAY) == (rows.rows[0].facts.side, rows.rows[0].facts.points_to)


def test_a_header_that_says_otherwise_is_said_and_counted():
    quirks = Counter()
    assert () == disagreement(None, Score(1), quirks)
    assert () == disagreement(Score(1), None, quirks)
    assert () == disagreement(Score(1), Score(1), quirks)
    assert not quirks
    said = disagreement(Score(96, 75), Score(96, 76), quirks)
    assert ("the header says 96-75, the last row 96-76 (home-away)",) == said
    assert {"header disagrees": 1} == quirks


def test_notes_are_bounded():
    rows, _ = made(*(shot(str(n), Score(n * 10)) for n in range(1, 150)))
    assert 100 == len(rows.notes)
